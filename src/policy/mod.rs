//! The typed policy: what a RAM policy document says, each part with its place.
//!
//! [`lower`] makes it from a syntax tree. What is wrong becomes a diagnostic, and the rest of the document is still
//! understood; a policy with an error is one that RAM would refuse, and nothing is judged on it (contract 2.1).

mod condition;
mod lower;
mod operator;
mod owned;
mod principal;
mod size;
mod statement;

pub mod operand;

use std::borrow::Cow;

use crate::text::{Span, Spanned};

pub use lower::{Lowered, MAX_FINDINGS, guess_kind, lower, lower_node, lower_parsed};
pub use operator::{Comparison, Family, Operator};
pub use principal::Principal;
pub use size::size_in_characters;

/// What a policy is attached to; decides which elements it may have and how long it may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PolicyKind {
    /// Attached to a RAM user, group or role (facts/ram-language.md 1.1).
    Identity,
    /// The `Policy` parameter of `AssumeRole` (1.3).
    Session,
    /// Of a resource directory (1.5).
    Control,
    /// `AssumeRolePolicyDocument` of a RAM role (1.4).
    Trust,
    /// Attached to a resource: OSS bucket policy, KMS key policy (1.6).
    Bucket,
}

impl PolicyKind {
    /// The word used by `--kind`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Identity => "identity",
            Self::Session => "session",
            Self::Control => "control",
            Self::Trust => "trust",
            Self::Bucket => "bucket",
        }
    }

    /// The longest document in characters without white space between tokens, where one is documented (1.3 bis, 1.5, 1.7).
    pub fn size_limit(self) -> Option<usize> {
        match self {
            Self::Identity => Some(6144),
            Self::Session => Some(2048),
            Self::Control => Some(4096),
            Self::Trust | Self::Bucket => None,
        }
    }

    /// Whether statements name whom they are about.
    pub fn has_principal(self) -> bool {
        matches!(self, Self::Trust | Self::Bucket)
    }

    /// Whether statements name resources.
    pub fn has_resource(self) -> bool {
        !matches!(self, Self::Trust)
    }
}

/// `Allow` or `Deny`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Effect {
    /// The statement grants.
    Allow,
    /// The statement refuses, whatever grants.
    Deny,
}

impl Effect {
    /// The word as policies write it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Allow => "Allow",
            Self::Deny => "Deny",
        }
    }
}

/// A string of the policy with its place.
pub type Text<'s> = Spanned<Cow<'s, str>>;

/// A list of patterns, or everything but one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scope<'s> {
    /// Whether the element is `NotAction` or `NotResource`.
    pub except: bool,
    /// The patterns, in order.
    pub patterns: Vec<Text<'s>>,
    /// The place of the element's name.
    pub name: Span,
}

/// One test of a condition: an operator, a key, and the values of which one must fit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Test<'s> {
    /// The operator.
    pub operator: Spanned<Operator>,
    /// The condition key, as written.
    pub key: Text<'s>,
    /// The values, in order; never empty.
    pub values: Vec<Text<'s>>,
}

/// One statement. A part that is missing or broken is none; then the document has an error.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Statement<'s> {
    /// The place of the statement's object.
    pub span: Span,
    /// `Sid`
    pub sid: Option<Text<'s>>,
    /// `Effect`
    pub effect: Option<Spanned<Effect>>,
    /// `Action` or `NotAction`
    pub action: Option<Scope<'s>>,
    /// `Resource` or `NotResource`
    pub resource: Option<Scope<'s>>,
    /// `Principal`
    pub principal: Option<Spanned<Principal<'s>>>,
    /// `Condition`, flattened: all tests must be met.
    pub condition: Vec<Test<'s>>,
}

/// A policy document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Policy<'s> {
    /// What it was read as.
    pub kind: PolicyKind,
    /// The place of the document's object.
    pub span: Span,
    /// The statements, in order.
    pub statements: Vec<Statement<'s>>,
}
