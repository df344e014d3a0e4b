//! What a search for policies gives: the documents, and everything else that must be said about the file.

use std::borrow::Cow;

use super::NotPolicies;
use crate::diagnostic::Diagnostic;
use crate::policy::PolicyKind;
use crate::syntax::Parsed;
use crate::text::{Origin, Span};

/// How a host file spells a document: decides what an edit may put there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Spelling {
    /// As JSON text that stands there as it is: a JSON file, a heredoc.
    Json,
    /// As JSON text in a string with escapes.
    Escaped,
    /// As values of the host's own language: HCL, YAML.
    Values,
}

/// A policy document found in a text.
#[derive(Debug, Clone)]
pub struct Document<'s> {
    /// The text of the document.
    pub text: Cow<'s, str>,
    /// Where it lies in the host text.
    pub origin: Origin,
    /// Its number, from 0, when the host is an array.
    pub index: Option<usize>,
    /// What it is, by where it stood or by its elements.
    pub kind: PolicyKind,
    /// How the host spells the text.
    pub spelling: Spelling,
    /// Stretches of `text`, in order, whose content is only known when the template runs.
    pub unknown: Vec<Span>,
    /// The sibling that holds the document, when it is not the file that was searched; `origin` leads there.
    pub file: Option<String>,
    /// The tree of `text`, where the search made it anyway.
    pub parsed: Option<Parsed<'s>>,
}

impl<'s> Document<'s> {
    /// A document whose text is all known.
    pub fn new(text: Cow<'s, str>, origin: Origin, kind: PolicyKind) -> Self {
        Self {
            text,
            origin,
            index: None,
            kind,
            spelling: Spelling::Json,
            unknown: Vec::new(),
            file: None,
            parsed: None,
        }
    }

    /// The place in the host where an edit of the document can be made as it is: none when the host spells the stretch in
    /// another way, or would spell the new text in another way, or when the stretch is not known.
    pub fn edit(&self, host: &str, span: Span, new: &str) -> Option<Span> {
        let place = self.origin.map(span);
        let plain = |c: char| c.is_alphanumeric() || matches!(c, ':' | '/' | '_' | '.' | '-');
        let starts_plain = new.chars().next().is_none_or(char::is_alphanumeric);
        let fits = match self.spelling {
            Spelling::Json => !new.contains("${") && !new.contains("%{"),
            Spelling::Escaped | Spelling::Values => !new.is_empty() && starts_plain && new.chars().all(plain),
        };
        let same = place.of(host) == span.of(&self.text) && place.len() == span.len();
        (fits && same && !self.is_unknown(span)).then_some(place)
    }

    /// Whether a place of the document touches text that is not known: nothing should be said about it.
    pub fn is_unknown(&self, span: Span) -> bool {
        let next = self.unknown.partition_point(|unknown| unknown.end <= span.start);
        let touches = |unknown: &Span| unknown.start < span.end.max(span.start + 1);
        self.unknown.get(next).is_some_and(touches)
    }
}

/// A policy, or a part of one, that could not be read, with the reason in one sentence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Skipped {
    /// The expression in the file.
    pub span: Span,
    /// Why it was skipped.
    pub reason: String,
}

/// A policy that lies in another file, for the caller to load.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileReference {
    /// The path as it is written, relative to the folder of the file that was searched.
    pub path: String,
    /// The expression in the file.
    pub span: Span,
    /// What the policy is, by the resource that refers to it.
    pub kind: PolicyKind,
    /// Whether the file is a template: read it with [`super::template`], not as JSON.
    pub template: bool,
}

/// A comment of the file, without its marks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Comment {
    /// The whole comment with its marks.
    pub span: Span,
    /// The text between the marks, trimmed.
    pub text: String,
}

/// What kind of file it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Format {
    /// A JSON file: bare documents, arrays, CLI output, or JSON without policies.
    #[default]
    Json,
    /// A Terraform file.
    Terraform,
    /// A ROS template in JSON.
    RosJson,
    /// A ROS template in YAML.
    RosYaml,
    /// Nothing that could hold policies.
    Other,
}

/// Everything that was found in one file.
#[derive(Debug, Clone, Default)]
pub struct Found<'s> {
    /// What the file is.
    pub format: Format,
    /// The documents, in the order of the file.
    pub documents: Vec<Document<'s>>,
    /// Policies that cannot be known without running the template.
    pub skipped: Vec<Skipped>,
    /// Policies in other files.
    pub references: Vec<FileReference>,
    /// Comments, in order; empty for JSON, which has none.
    pub comments: Vec<Comment>,
    /// The file is meant to hold policies but cannot be read, with the places.
    pub diagnostics: Vec<Diagnostic>,
    /// Why a JSON text has no documents; broken text that nobody can tell from other files is only found here.
    pub not_policies: Option<NotPolicies>,
}

impl Found<'_> {
    /// Whether there is nothing about policies to say on this file.
    pub fn is_empty(&self) -> bool {
        self.documents.is_empty()
            && self.skipped.is_empty()
            && self.references.is_empty()
            && self.diagnostics.is_empty()
    }
}
