//! `covered-entry`

use crate::diagnostic::{Diagnostic, Severity};
use crate::lint::context::Context;
use crate::lint::rule::Sink;
use crate::lint::rule::rule;
use crate::lint::{condition, cover, edits};
use crate::policy::{Operator, Test, Text};
use crate::syntax::NodeRef;
use crate::text::Span;

rule! {
    /// # What it does
    /// Finds an action, a resource or a value that a wildcard beside it in the list covers.
    ///
    /// # Why it matters
    /// It can go without any change of meaning.
    ///
    /// # Example
    /// ```json,finds
    /// { "Effect": "Allow", "Action": ["ecs:Start*", "ecs:StartInstance"], "Resource": "*" }
    /// ```
    /// ```json,finds
    /// { "Effect": "Allow", "Action": "ecs:StartInstance", "Resource": ["acs:ecs:*:*:instance/*", "acs:ecs:*:*:instance/i-1"] }
    /// ```
    /// ```json,finds
    /// { "Effect": "Allow", "Action": "ecs:StartInstance", "Resource": "*", "Condition": { "StringLike": { "acs:ResourceTag/env": ["dev-*", "dev-1"] } } }
    /// ```
    /// ```json,finds
    /// { "Effect": "Deny", "Action": "ecs:StartInstance", "Resource": "*", "Condition": { "NotIpAddress": { "acs:SourceIp": ["203.0.113.0/25", "203.0.113.0/24"] } } }
    /// ```
    ///
    /// # Use instead
    /// ```json,passes
    /// { "Effect": "Allow", "Action": ["ecs:Start*", "ecs:StopInstance"], "Resource": "*" }
    /// ```
    /// ```json,passes
    /// { "Effect": "Allow", "Action": "ecs:StartInstance", "Resource": "*", "Condition": { "StringEquals": { "acs:ResourceTag/env": ["dev", "DEV"] } } }
    /// ```
    ///
    /// # References
    /// - [policy elements](https://www.alibabacloud.com/help/en/ram/policy-elements)
    CoveredEntry, "covered-entry", CleanUp, Info, High, fixable = true, check = check
}

/// Pairs of values in one list that are compared.
const PAIRS: usize = 100_000;

fn check(cx: &Context<'_>, sink: &mut Sink) {
    entries(cx, sink);
    for (index, _, condition) in cx.elements(&["Condition"]) {
        let Some(statement) = cx.policy.statements.get(index) else { continue };
        for (key, list) in condition.members().flat_map(|(_, block)| block.members()) {
            // The tests stand in the order of their places.
            let place = key.content_span();
            let at = statement.condition.partition_point(|test| test.key.span < place);
            let test = statement.condition.get(at).filter(|test| test.key.span == place);
            if let Some(test) = test.filter(|test| test.values.len() > 1) {
                values(cx, index, test, list, sink);
            }
        }
    }
}

/// Finds values of a condition that another one beside them covers.
fn values(cx: &Context<'_>, index: usize, test: &Test<'_>, list: NodeRef<'_, '_>, sink: &mut Sink) {
    let nodes: Vec<_> = list.elements().collect();
    let open = |value: &Text<'_>| cx.is_open(&value.value);
    let operator = test.operator.value;
    if nodes.len() != test.values.len() || test.values.iter().any(open) {
        return;
    }
    // Whether a value can cover others than itself.
    let wide = |value: &&Text<'_>| match operator {
        Operator::StringEquals | Operator::StringNotEquals => false,
        Operator::StringLike | Operator::StringNotLike => value.value.contains(['*', '?']),
        _ => true,
    };
    let wide: Vec<usize> = (0..).zip(&test.values).filter(|(_, value)| wide(value)).map(|(at, _)| at).collect();
    if wide.len().saturating_mul(nodes.len()) > PAIRS {
        let message = format!("the {} values of `{}` were not compared with each other", nodes.len(), test.key.value);
        return sink.push(not_judged(message, list.span()).in_statement(index));
    }
    for (inner, node) in nodes.iter().enumerate() {
        let text = |at: usize| test.values.get(at).map(|value| &*value.value);
        let covers = |outer: &&usize| {
            let outer = **outer;
            let covers = |inner, outer| condition::covers_value(test, inner, outer) == Some(true);
            // Of two that say the same in other words, the later one is said to be covered.
            outer != inner
                && text(outer) != text(inner)
                && covers(inner, outer)
                && (outer < inner || !covers(outer, inner))
        };
        let Some(outer) = wide.iter().find(covers) else { continue };
        let message = format!("`{}` covers this value", text(*outer).unwrap_or_default());
        let mut finding = sink.finding(message, node.span()).in_statement(index).with_help("remove it");
        if let Some(other) = nodes.get(*outer) {
            finding = finding.with_related(other.span(), "the wider value");
        }
        finding.fix = edits::remove_entry(&nodes, inner);
        sink.push(finding);
    }
}

fn not_judged(message: String, span: Span) -> Diagnostic {
    Diagnostic::new("not-judged", Severity::Info, message, span).with_help("split the list, or use fewer wildcards")
}

fn entries(cx: &Context<'_>, sink: &mut Sink) {
    for (index, name, value) in cx.elements(&["Action", "NotAction", "Resource", "NotResource"]) {
        let entries: Vec<_> = value.elements().collect();
        if entries.len() < 2 {
            continue;
        }
        let texts: Vec<_> = entries.iter().map(|entry| entry.as_str().unwrap_or_default()).collect();
        let shown: Vec<&str> = texts.iter().map(|text| &**text).collect();
        let open = |at: usize| shown.get(at).is_none_or(|text| cx.is_open(text));
        let Some(covered) = cover::covered_entries(&shown, name.ends_with("Action")) else {
            let message = format!("the {} entries of `{name}` were not compared with each other", entries.len());
            sink.push(not_judged(message, value.span()).in_statement(index));
            continue;
        };
        for (inner, outer) in covered {
            let (Some(entry), Some(other)) = (entries.get(inner), entries.get(outer)) else { continue };
            if open(inner) || open(outer) || shown.get(inner) == shown.get(outer) {
                continue;
            }
            let wider = shown.get(outer).copied().unwrap_or_default();
            let mut finding = sink.finding(format!("`{wider}` covers this entry"), entry.span()).in_statement(index);
            finding = finding.with_related(other.span(), "the wider entry").with_help("remove it");
            finding.fix = edits::remove_entry(&entries, inner);
            sink.push(finding);
        }
    }
}
