//! What a rule is: a fault with a code, a default level and a page, and a check that finds it.

use super::context::Context;
use crate::diagnostic::{Confidence, Diagnostic, Severity};
use crate::text::Span;

/// The three groups of rules.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Group {
    /// RAM refuses the document, or a part of it does nothing or not what it says.
    Correctness,
    /// The policy grants or leaves open more than is wise.
    Security,
    /// The policy means the same without it.
    CleanUp,
}

impl Group {
    /// The word used in output.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Correctness => "correctness",
            Self::Security => "security",
            Self::CleanUp => "clean-up",
        }
    }
}

/// What a rule says about itself.
#[derive(Debug)]
pub struct Meta {
    /// Kebab-case, naming the fault.
    pub code: &'static str,
    /// Its group.
    pub group: Group,
    /// Its usual severity; a finding may have a lower one.
    pub severity: Severity,
    /// How sure it usually is.
    pub confidence: Confidence,
    /// Whether it can be ignored or suppressed: what RAM refuses cannot.
    pub suppressible: bool,
    /// Whether findings can have a fix.
    pub fixable: bool,
    /// The doc comment: headings, examples, references.
    pub page: &'static str,
}

impl Meta {
    /// The first sentence of the page.
    pub fn summary(&self) -> &'static str {
        let body = self.page.split("# What it does").nth(1).unwrap_or_default().trim_start();
        let end = body.find(".\n").or_else(|| body.find(". ")).unwrap_or(body.len());
        body.get(..end).unwrap_or(body).trim()
    }
}

/// A rule. One that only lowering reports has no check of its own.
pub trait Rule: Sync {
    /// What the rule says about itself.
    fn meta(&self) -> &'static Meta;

    /// Finds the fault in a document.
    fn check(&self, _cx: &Context<'_>, _sink: &mut Sink) {}
}

/// Collects what one rule finds.
#[derive(Debug)]
pub struct Sink {
    meta: &'static Meta,
    found: Vec<Diagnostic>,
}

impl Sink {
    /// An empty sink of a rule.
    pub fn new(meta: &'static Meta) -> Self {
        Self { meta, found: Vec::new() }
    }

    /// A finding of the rule, with its usual severity and confidence.
    pub fn finding(&self, message: impl Into<String>, span: Span) -> Diagnostic {
        Diagnostic::new(self.meta.code, self.meta.severity, message, span).with_confidence(self.meta.confidence)
    }

    /// Keeps a finding.
    pub fn push(&mut self, diagnostic: Diagnostic) {
        self.found.push(diagnostic);
    }

    /// What was found.
    pub fn into_found(self) -> Vec<Diagnostic> {
        self.found
    }
}

/// Declares a rule: its page as doc comment, then its type, code, group, severity and confidence, and what it can do.
macro_rules! rule {
    (
        $(#[doc = $line:literal])+
        $name:ident, $code:literal, $group:ident, $severity:ident, $confidence:ident
        $(, suppressible = $suppressible:literal)? $(, fixable = $fixable:literal)? $(, check = $check:path)? $(,)?
    ) => {
        $(#[doc = $line])+
        #[derive(Debug)]
        pub(crate) struct $name;

        impl $crate::lint::rule::Rule for $name {
            fn meta(&self) -> &'static $crate::lint::rule::Meta {
                static META: $crate::lint::rule::Meta = $crate::lint::rule::Meta {
                    code: $code,
                    group: $crate::lint::rule::Group::$group,
                    severity: $crate::diagnostic::Severity::$severity,
                    confidence: $crate::diagnostic::Confidence::$confidence,
                    suppressible: true $(&& $suppressible)?,
                    fixable: false $(|| $fixable)?,
                    page: concat!($($line, "\n"),+),
                };
                &META
            }
            $(
                fn check(&self, cx: &$crate::lint::context::Context<'_>, sink: &mut $crate::lint::rule::Sink) {
                    $check(cx, sink);
                }
            )?
        }
    };
}
pub(crate) use rule;
