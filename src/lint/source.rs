//! A text as it lies in a repository: which policies it holds, and what is wrong with them, placed in the text.

use super::Rule;
use crate::catalog::Catalog;
use crate::diagnostic::Diagnostic;
use crate::intake::{Comment, Document, NotPolicies, find, is_stack_policy};
use crate::policy::PolicyKind;
use crate::syntax::parse;
use crate::text::{Edit, Fix, Source, Span, Trust};

/// What the caller decides for all documents.
#[derive(Clone, Copy)]
pub struct Settings<'c> {
    /// Facts about the cloud.
    pub catalog: &'c Catalog,
    /// The kind of all policies; guessed from content without it.
    pub kind: Option<PolicyKind>,
    /// Whether the user named this text: then it is meant to hold a policy.
    pub named: bool,
    /// Which rules are run, beside the refusals of lowering; all without it.
    pub rules: Option<&'c [&'static dyn Rule]>,
}

impl std::fmt::Debug for Settings<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Settings").field("kind", &self.kind).field("named", &self.named).finish_non_exhaustive()
    }
}

impl<'c> Settings<'c> {
    /// All rules, over a text that is meant to hold a policy of a kind to be guessed.
    pub fn all(catalog: &'c Catalog) -> Self {
        Self { catalog, kind: None, named: true, rules: None }
    }
}

/// A statement of the text, for suppressions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Placed {
    /// Its place in the text.
    pub span: Span,
    /// Its index in its document.
    pub index: usize,
    /// Its `Sid`.
    pub sid: Option<String>,
}

/// A policy that lies in another file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Elsewhere {
    /// The path, relative to the folder of the text.
    pub path: String,
    /// What the policy is.
    pub kind: PolicyKind,
    /// Whether the file is a template.
    pub template: bool,
}

/// What a text holds.
#[derive(Debug, Clone, Default)]
pub struct Found {
    /// How many policy documents.
    pub policies: usize,
    /// What is wrong with them, by place.
    pub findings: Vec<Diagnostic>,
    /// Findings in documents that a sibling file holds, with its name.
    pub in_siblings: Vec<(String, Diagnostic)>,
    /// The statements of all documents.
    pub statements: Vec<Placed>,
    /// Comments of the text.
    pub comments: Vec<Comment>,
    /// Policies that cannot be known: place and reason.
    pub skipped: Vec<(Span, String)>,
    /// Policies in other files.
    pub elsewhere: Vec<Elsewhere>,
}

/// Finds the policies of a text and judges each. `siblings` are the other Terraform files of its folder, as name and text.
pub fn lint(source: &Source, siblings: &[(String, String)], settings: Settings<'_>) -> Found {
    let text = source.text();
    let searched = find(source.name(), text, siblings);
    let mut found = Found { comments: searched.comments, ..Found::default() };
    found.skipped = searched.skipped.into_iter().map(|skipped| (skipped.span, skipped.reason)).collect();
    let elsewhere = searched.references.into_iter();
    found.elsewhere = elsewhere.map(|to| Elsewhere { path: to.path, kind: to.kind, template: to.template }).collect();
    let broken = !searched.diagnostics.is_empty();
    if broken {
        found.policies += 1;
        found.findings.extend(searched.diagnostics);
    }
    match searched.not_policies {
        Some(NotPolicies::Broken(errors)) if settings.named && !broken => {
            found.policies += 1;
            found.findings.extend(errors);
        }
        Some(NotPolicies::Other(error)) if settings.named => found.findings.push(*error),
        _ => {}
    }
    for document in searched.documents.iter().filter(|document| !is_stack_policy(&document.text)) {
        found.judge(text, document, siblings, settings);
    }
    found.findings.sort_by_key(|diagnostic| diagnostic.primary.span);
    if found.policies > 1 {
        // A local value, or an anchor, may be a part of several policies.
        let mut seen = std::collections::HashSet::new();
        found.findings.retain(|finding| seen.insert((finding.primary.span, finding.code, finding.message.clone())));
    }
    found
}

/// Judges a file that a Terraform file refers to as a template.
pub fn lint_template(source: &Source, kind: PolicyKind, settings: Settings<'_>) -> Found {
    let mut found = Found::default();
    if let Some(document) = crate::intake::template(source.text(), kind) {
        found.judge(source.text(), &document, &[], settings);
    }
    found
}

impl Found {
    fn judge(&mut self, host: &str, document: &Document<'_>, siblings: &[(String, String)], settings: Settings<'_>) {
        self.policies += 1;
        let sibling = document.file.as_deref();
        let text_of = |name: &str| siblings.iter().find(|(sibling, _)| sibling == name).map(|(_, text)| text.as_str());
        let host = sibling.and_then(text_of).unwrap_or(host);
        let kind = settings.kind.unwrap_or(document.kind);
        let rules = settings.rules.unwrap_or(super::rules());
        let own;
        let parsed = match &document.parsed {
            Some(parsed) => parsed,
            None => {
                own = parse(&document.text);
                &own
            }
        };
        let (findings, statements) = super::judge(parsed, kind, settings.catalog, &document.unknown, rules);
        for mut diagnostic in findings {
            let fix = diagnostic.fix.take().and_then(|fix| carried(&fix, document, host));
            diagnostic = diagnostic.in_host(&document.origin);
            diagnostic.fix = fix;
            match sibling {
                Some(name) => self.in_siblings.push((name.to_owned(), diagnostic)),
                None => self.findings.push(diagnostic),
            }
        }
        if sibling.is_none() {
            let placed = statements.into_iter().enumerate().map(|(index, (span, sid))| Placed {
                span: document.origin.map(span),
                index,
                sid,
            });
            self.statements.extend(placed);
        }
    }
}

/// A fix of the document as one of its host; none where the host spells the document in another way.
fn carried(fix: &Fix, document: &Document<'_>, host: &str) -> Option<Fix> {
    let carry = |edit: &Edit| {
        let span = document.edit(host, edit.span, &edit.text)?;
        Some(Edit { span, text: edit.text.clone() })
    };
    let edits = fix.edits().iter().map(carry).collect::<Option<Vec<_>>>()?;
    Some(match fix.trust {
        Trust::Safe => Fix::safe(edits),
        Trust::Unsafe => Fix::with_care(edits),
    })
}
