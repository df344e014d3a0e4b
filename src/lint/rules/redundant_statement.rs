//! `redundant-statement`

use crate::lint::context::Context;
use crate::lint::edits;
use crate::lint::rule::Sink;
use crate::lint::rule::rule;

rule! {
    /// # What it does
    /// Finds a statement that another statement of the same effect covers, its condition included.
    ///
    /// # Why it matters
    /// It can go without any change of meaning. The comparison is exact: patterns by automata, conditions by the values that they let through.
    ///
    /// # Example
    /// ```json,finds
    /// { "Effect": "Allow", "Action": "ecs:Start*", "Resource": "*" },
    /// { "Effect": "Allow", "Action": "ecs:StartInstance", "Resource": "acs:ecs:*:*:instance/i-1" }
    /// ```
    ///
    /// # Use instead
    /// ```json,passes
    /// { "Effect": "Allow", "Action": "ecs:Start*", "Resource": "acs:ecs:*:*:instance/i-2" },
    /// { "Effect": "Allow", "Action": "ecs:StartInstance", "Resource": "acs:ecs:*:*:instance/i-1" }
    /// ```
    ///
    /// # References
    /// - [policy evaluation](https://www.alibabacloud.com/help/en/ram/policy-evaluation-process)
    RedundantStatement, "redundant-statement", CleanUp, Info, High, fixable = true, check = check
}

fn check(cx: &Context<'_>, sink: &mut Sink) {
    let redundancy = cx.redundancy();
    // With a Deny in the document, `unreachable-allow` says it.
    if cx.denies().next().is_none() {
        not_judged(cx, sink);
    }
    if redundancy.same.is_empty() {
        return;
    }
    let nodes: Vec<_> = cx.nodes().map(|(_, node)| node).collect();
    for (inner, outer) in &redundancy.same {
        let places = |index: usize| cx.policy.statements.get(index).map(|statement| statement.span);
        let (Some(place), Some(by)) = (places(*inner), places(*outer)) else { continue };
        let brace = crate::text::Span::new(place.start, place.start + 1);
        let other = crate::text::Span::new(by.start, by.start + 1);
        let mut finding = sink.finding(format!("statement {outer} covers this statement"), brace).in_statement(*inner);
        finding = finding
            .with_related(other, "the wider statement")
            .with_help("remove it; the policy means the same without");
        finding.fix = edits::remove_entry(&nodes, *inner);
        sink.push(finding);
    }
}

/// Says which statements were not compared with all others.
pub(super) fn not_judged(cx: &Context<'_>, sink: &mut Sink) {
    let left = &cx.redundancy().not_judged;
    if let Some(first) = left.first() {
        let span = cx.policy.statements.get(*first).map_or(cx.policy.span, |statement| statement.span);
        let brace = crate::text::Span::new(span.start, span.start + 1);
        let message = format!("{} statements were not compared with all others", left.len());
        let finding =
            crate::diagnostic::Diagnostic::new("not-judged", crate::diagnostic::Severity::Info, message, brace);
        sink.push(
            finding
                .in_statement(*first)
                .with_help("split the document, or use fewer wildcards, to have all of them compared"),
        );
    }
}
