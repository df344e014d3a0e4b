//! Every mistake in a RAM policy: rules over one document, found where people keep policies.
//!
//! [`check`] judges one document; [`lint`] takes a text as it lies in a repository, finds the documents in it and places the
//! findings in that text. Nothing here reads files; configuration, suppressions and baselines are values.

mod baseline;
mod condition;
#[cfg(feature = "cli")]
mod config;
mod context;
mod cover;
mod edits;
mod facts;
mod fixer;
mod glance;
mod proof;
mod registry;
mod rule;
mod rules;
mod source;
mod suppress;

pub use baseline::Baseline;
#[cfg(feature = "cli")]
pub use config::{Config, ConfigError, Level, Suppression};
pub use fixer::{Fixed, fix};
pub use registry::{find, page, rules, suggestion};
pub use rule::{Group, Meta, Rule};
pub use source::{Elsewhere, Found, Placed, Settings, lint, lint_template};
pub use suppress::{Comment, Entry, Outcome, comments, suppress};

use crate::catalog::Catalog;
use crate::diagnostic::{Diagnostic, Severity};
use crate::policy::{PolicyKind, lower_parsed};
use crate::syntax::{Parsed, parse};
use crate::text::Span;
use context::Context;
use facts::Facts;
use rule::Sink;

/// Judges one document: what RAM refuses first of all, and, where the text can be read, what every rule finds.
///
/// `unknown` are stretches whose text is only known when a template runs, written as `${..}`: nothing is said about strings
/// that hold such text.
pub fn check(text: &str, kind: PolicyKind, catalog: &Catalog, unknown: &[Span]) -> Vec<Diagnostic> {
    judge(&parse(text), kind, catalog, unknown, rules()).0
}

/// Rules that say where a document is judged although RAM's documentation leaves open what it means.
const CAUTIONS: &[&str] = &["operator-type-mismatch", "undocumented-sid", "unknown-condition-key"];

/// What one should know before a document is judged, beside what lowering warns of (contract 2.1): unknown keys, operators of
/// another type than their key, `Sid`; as warnings. Few and quick rules.
pub fn cautions(text: &str, kind: PolicyKind) -> Vec<Diagnostic> {
    if !text.contains("\"Condition\"") && !text.contains("\"Sid\"") {
        return Vec::new();
    }
    let is_caution = |code: &str| CAUTIONS.contains(&code);
    let rules: Vec<&dyn Rule> = CAUTIONS.iter().filter_map(|code| find(code)).collect();
    let (mut found, _) = judge(&parse(text), kind, &Catalog::new(), &[], &rules);
    found.retain(|finding| {
        is_caution(finding.code) && (finding.severity >= Severity::Warning || finding.code == "undocumented-sid")
    });
    for finding in &mut found {
        finding.severity = Severity::Warning;
    }
    found
}

/// What [`check`] finds with some of the rules, and place and `Sid` of each statement.
fn judge(
    parsed: &Parsed<'_>,
    kind: PolicyKind,
    catalog: &Catalog,
    unknown: &[Span],
    rules: &[&dyn Rule],
) -> (Vec<Diagnostic>, Vec<(Span, Option<String>)>) {
    let lowered = lower_parsed(parsed, kind);
    let mut found = lowered.diagnostics;
    let sid = |sid: &crate::policy::Text<'_>| sid.value.to_string();
    let placed =
        lowered.policy.statements.iter().map(|statement| (statement.span, statement.sid.as_ref().map(sid))).collect();
    if !unknown.is_empty() {
        let unknown = apart(unknown);
        let touches = |span: Span| {
            let next = unknown.partition_point(|unknown| unknown.end <= span.start);
            unknown.get(next).is_some_and(|unknown| unknown.start < span.end.max(span.start + 1))
        };
        found.retain(|diagnostic| diagnostic.code != "too-long" && !touches(diagnostic.primary.span));
    }
    let broken = found.iter().any(|diagnostic| diagnostic.code == "syntax");
    let Some(root) = parsed.tree.root().filter(|_| !broken) else { return (found, placed) };
    let facts = Facts::new(&lowered.policy, catalog);
    let cx = Context::new(&lowered.policy, root, parsed.tree.text(), catalog, &facts, !unknown.is_empty());
    for rule in rules {
        let mut sink = Sink::new(rule.meta());
        rule.check(&cx, &mut sink);
        found.extend(sink.into_found());
        if !cx.next_rule() {
            found.push(not_compared(rule.meta().code, root.span()));
        }
    }
    found.sort_by_key(|diagnostic| (diagnostic.primary.span, std::cmp::Reverse(diagnostic.severity), diagnostic.code));
    (found, placed)
}

/// The same stretches in order, those that overlap as one.
fn apart(spans: &[Span]) -> Vec<Span> {
    let mut sorted = spans.to_vec();
    sorted.sort();
    sorted.dedup_by(|next, last| {
        let overlap = next.start < last.end;
        if overlap {
            last.end = last.end.max(next.end);
        }
        overlap
    });
    sorted
}

/// Says that a rule left something out because there was too much to compare.
fn not_compared(code: &str, document: Span) -> Diagnostic {
    let message = format!("not everything was compared for `{code}`: the document has too many entries");
    let brace = Span::new(document.start, document.start + 1);
    Diagnostic::new("not-judged", Severity::Info, message, brace)
        .with_help("split the document to have all of it judged")
}

/// Whether a finding says that RAM refuses the document, or that its text is no JSON: such a finding cannot be suppressed.
pub fn is_refusal(diagnostic: &Diagnostic) -> bool {
    diagnostic.severity == Severity::Error && find(diagnostic.code).is_some_and(|rule| !rule.meta().suppressible)
}

#[cfg(test)]
mod tests;
