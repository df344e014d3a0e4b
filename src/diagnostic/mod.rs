//! What is wrong, where, how bad, how sure, and what to do about it.
//!
//! A [`Diagnostic`] cannot be built without a place. Messages are lower case, one sentence, without a full stop, with the
//! user's text in backticks; advice goes into the help.

mod suggest;

use crate::text::{Fix, Origin, Span};

pub use suggest::nearest;

/// How bad a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Clean-up.
    Info,
    /// A probable mistake, or a security risk.
    Warning,
    /// RAM refuses the document, or the element has no effect.
    Error,
}

impl Severity {
    /// The word used in output.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Info => "info",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

/// How sure a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Confidence {
    /// A guess worth a look.
    Low,
    /// Probably.
    Medium,
    /// Documented, or proved.
    High,
}

impl Confidence {
    /// The word used in output.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
        }
    }
}

/// A place with a short note.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Label {
    /// The place.
    pub span: Span,
    /// What is there; may be empty.
    pub text: String,
}

/// One finding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// The rule, in kebab-case.
    pub code: &'static str,
    /// How bad.
    pub severity: Severity,
    /// How sure.
    pub confidence: Confidence,
    /// One sentence.
    pub message: String,
    /// The place that the finding is about.
    pub primary: Label,
    /// Other places that explain it.
    pub related: Vec<Label>,
    /// What to do.
    pub help: Option<String>,
    /// Index of the statement, from 0, when it is in one.
    pub statement: Option<usize>,
    /// A change of the text that removes the finding.
    pub fix: Option<Fix>,
}

impl Diagnostic {
    /// A finding of high confidence at a place.
    pub fn new(code: &'static str, severity: Severity, message: impl Into<String>, span: Span) -> Self {
        Self {
            code,
            severity,
            confidence: Confidence::High,
            message: message.into(),
            primary: Label { span, text: String::new() },
            related: Vec::new(),
            help: None,
            statement: None,
            fix: None,
        }
    }

    /// An error: RAM refuses the document.
    pub fn error(code: &'static str, message: impl Into<String>, span: Span) -> Self {
        Self::new(code, Severity::Error, message, span)
    }

    /// A warning: RAM takes the document, but it may not do what its author wants.
    pub fn warning(code: &'static str, message: impl Into<String>, span: Span) -> Self {
        Self::new(code, Severity::Warning, message, span)
    }

    /// Adds advice.
    #[must_use]
    pub fn with_help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// Adds a note at the primary place.
    #[must_use]
    pub fn with_note(mut self, note: impl Into<String>) -> Self {
        self.primary.text = note.into();
        self
    }

    /// Adds another place.
    #[must_use]
    pub fn with_related(mut self, span: Span, text: impl Into<String>) -> Self {
        self.related.push(Label { span, text: text.into() });
        self
    }

    /// Sets how sure the finding is.
    #[must_use]
    pub fn with_confidence(mut self, confidence: Confidence) -> Self {
        self.confidence = confidence;
        self
    }

    /// Says which statement, from 0, the finding is in.
    #[must_use]
    pub fn in_statement(mut self, index: usize) -> Self {
        self.statement = Some(index);
        self
    }

    /// Adds a change of the text that removes the finding.
    #[must_use]
    pub fn with_fix(mut self, fix: Fix) -> Self {
        self.fix = Some(fix);
        self
    }

    /// Moves every place into the host file of an embedded document. A fix is kept only by [`Fix::in_host`], which the caller
    /// applies where it knows both texts.
    #[must_use]
    pub fn in_host(mut self, origin: &Origin) -> Self {
        self.primary.span = origin.map(self.primary.span);
        for label in &mut self.related {
            label.span = origin.map(label.span);
        }
        self
    }
}
