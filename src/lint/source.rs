//! A text as it lies in a repository: which policies it holds, and what is wrong with them, placed in the text.

use crate::catalog::Catalog;
use crate::diagnostic::Diagnostic;
use crate::intake::{Document, NotPolicies, documents, holds_statement};
use crate::policy::PolicyKind;
use crate::text::Source;

/// What the caller decides for all documents.
#[derive(Debug, Clone, Copy)]
pub struct Settings<'c> {
    /// Facts about the cloud.
    pub catalog: &'c Catalog,
    /// The kind of all policies; guessed from content without it.
    pub kind: Option<PolicyKind>,
    /// Whether the user named this text: then it is meant to hold a policy.
    pub named: bool,
}

/// What a text holds.
#[derive(Debug, Clone, Default)]
pub struct Found {
    /// How many policy documents.
    pub policies: usize,
    /// What is wrong with them, by place.
    pub findings: Vec<Diagnostic>,
    /// The documents' `Sid`s by statement, for suppressions: document, statement, Sid.
    pub sids: Vec<Option<String>>,
}

/// Finds the policies of a text and judges each.
pub fn lint(source: &Source, settings: Settings<'_>) -> Found {
    let text = source.text();
    match documents(text) {
        Ok(documents) => judge(text, &documents, settings),
        Err(NotPolicies::Broken(errors)) if settings.named || holds_statement(text) => {
            Found { policies: 1, findings: errors, sids: Vec::new() }
        }
        Err(NotPolicies::Other(error)) if settings.named => Found { policies: 0, findings: vec![error], sids: Vec::new() },
        Err(_) => Found::default(),
    }
}

fn judge(host: &str, documents: &[Document<'_>], settings: Settings<'_>) -> Found {
    let mut found = Found { policies: documents.len(), ..Found::default() };
    for document in documents {
        let kind = settings.kind.unwrap_or(document.kind);
        for mut diagnostic in super::check(&document.text, kind, settings.catalog, false) {
            let fix = diagnostic.fix.take();
            diagnostic.fix = fix.and_then(|fix| fix.in_host(&document.origin, &document.text, host));
            let fix = diagnostic.fix.take();
            diagnostic = diagnostic.in_host(&document.origin);
            diagnostic.fix = fix;
            found.findings.push(diagnostic);
        }
    }
    found.findings.sort_by_key(|diagnostic| diagnostic.primary.span);
    found
}
