//! Every mistake in a RAM policy: rules over one document, found where people keep policies.
//!
//! [`check`] judges one document; [`lint`] takes a text as it lies in a repository, finds the documents in it and places the
//! findings in that text. Nothing here reads files; configuration, suppressions and baselines are values.

//TODO mod baseline;
mod condition;
//TODO mod config;
mod context;
mod cover;
//TODO mod fixer;
mod registry;
mod rule;
mod rules;
mod source;
//TODO mod suppress;

//TODO pub use baseline::Baseline;
//TODO pub use config::{Config, ConfigError, Level, Suppression};
//TODO pub use fixer::{Fixed, fix};
pub use registry::{find, page, rules, suggestion};
pub use rule::{Group, Meta, Rule};
pub use source::{Found, Settings, lint};
//TODO pub use suppress::{Comment, Outcome, comments, suppress};

use crate::catalog::Catalog;
use crate::diagnostic::{Diagnostic, Severity};
use crate::policy::{PolicyKind, lower_parsed};
use crate::syntax::parse;
use context::Context;
use rule::Sink;

/// Judges one document: what RAM refuses first of all, and, where the text can be read, what every rule finds.
///
/// In a template, `${..}` is text that is not known yet: nothing is said about strings that hold it.
pub fn check(text: &str, kind: PolicyKind, catalog: &Catalog, template: bool) -> Vec<Diagnostic> {
    let parsed = parse(text);
    let lowered = lower_parsed(&parsed, kind);
    let mut found = lowered.diagnostics;
    if template {
        let open = |diagnostic: &Diagnostic| {
            diagnostic.code != "syntax" && diagnostic.primary.span.of(text).contains("${") && diagnostic.primary.span.len() < 4096
                && !matches!(diagnostic.code, "missing-element" | "empty-array")
        };
        found.retain(|diagnostic| !open(diagnostic));
    }
    let broken = found.iter().any(|diagnostic| diagnostic.code == "syntax");
    let Some(root) = parsed.tree.root().filter(|_| !broken) else { return found };
    let cx = Context::new(&lowered.policy, root, text, catalog, template);
    for rule in rules() {
        let mut sink = Sink::new(rule.meta());
        rule.check(&cx, &mut sink);
        found.extend(sink.into_found());
    }
    found.sort_by_key(|diagnostic| (diagnostic.primary.span, std::cmp::Reverse(diagnostic.severity), diagnostic.code));
    found
}

/// Whether a finding says that RAM refuses the document, or that its text is no JSON: such a finding cannot be suppressed.
pub fn is_refusal(diagnostic: &Diagnostic) -> bool {
    diagnostic.severity == Severity::Error && find(diagnostic.code).is_some_and(|rule| !rule.meta().suppressible)
}

#[cfg(test)]
mod tests;
