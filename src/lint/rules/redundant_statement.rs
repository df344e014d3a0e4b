//! `redundant-statement`

use crate::diagnostic::{Diagnostic, Severity};
use crate::lint::context::Context;
use crate::lint::edits;
use crate::lint::rule::Sink;
use crate::lint::rule::rule;
use crate::policy::Effect;

rule! {
    /// # What it does
    /// Finds a statement that other statements cover, alone or together, their conditions included.
    ///
    /// # Why it matters
    /// It can go without any change of meaning, whatever else the policy is attached beside. That is proved over all requests, for the document within one second; a statement for which the time is not enough is `not-judged`.
    ///
    /// # Example
    /// ```json,finds
    /// { "Effect": "Allow", "Action": "ecs:Start*", "Resource": "*" },
    /// { "Effect": "Allow", "Action": "ecs:StartInstance", "Resource": "acs:ecs:*:*:instance/i-1" }
    /// ```
    /// ```json,finds
    /// { "Effect": "Deny", "Action": "ecs:StartInstance", "Resource": "*", "Condition": { "IpAddress": { "acs:SourceIp": "10.0.0.0/9" } } },
    /// { "Effect": "Deny", "Action": "ecs:StartInstance", "Resource": "*", "Condition": { "IpAddress": { "acs:SourceIp": "10.128.0.0/9" } } },
    /// { "Effect": "Deny", "Action": "ecs:StartInstance", "Resource": "*", "Condition": { "IpAddress": { "acs:SourceIp": ["10.64.0.0/10", "10.128.0.0/10"] } } }
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
    not_judged(cx, sink);
    let nodes: Vec<_> = cx.nodes().map(|(_, node)| node).collect();
    for (inner, others) in cx.proofs().covered() {
        let Some(brace) = cx.brace(inner).filter(|_| !is_denied(cx, inner, others)) else { continue };
        let denies = others.iter().any(|other| effect(cx, *other) != effect(cx, inner));
        let message = match others {
            [one] => format!("statement {one} covers this statement"),
            _ if denies => {
                format!("statements {} together allow or deny all that this statement allows", listed(others))
            }
            _ => format!("statements {} together cover this statement", listed(others)),
        };
        let mut finding = sink.finding(message, brace).in_statement(inner);
        for place in others.iter().filter_map(|other| cx.brace(*other)) {
            finding =
                finding.with_related(place, if others.len() == 1 { "the wider statement" } else { "one of them" });
        }
        finding = finding.with_help("remove it; the policy means the same without");
        finding.fix = edits::remove_entry(&nodes, inner);
        sink.push(finding);
    }
}

fn effect(cx: &Context<'_>, index: usize) -> Option<Effect> {
    cx.policy.statements.get(index)?.effect.as_ref().map(|effect| effect.value)
}

/// Whether Deny statements alone cover an Allow: then `unreachable-allow` says it.
pub(super) fn is_denied(cx: &Context<'_>, inner: usize, others: &[usize]) -> bool {
    effect(cx, inner) == Some(Effect::Allow) && others.iter().all(|other| effect(cx, *other) == Some(Effect::Deny))
}

/// Numbers in words: `1, 2 and 5`.
pub(super) fn listed(numbers: &[usize]) -> String {
    let texts: Vec<String> = numbers.iter().map(usize::to_string).collect();
    match texts.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!("{} and {last}", rest.join(", ")),
        _ => texts.concat(),
    }
}

/// Says which statements were not judged in time.
fn not_judged(cx: &Context<'_>, sink: &mut Sink) {
    let left = cx.proofs().not_judged();
    let Some((first, brace)) = left.first().and_then(|first| Some((*first, cx.brace(*first)?))) else { return };
    let message = match left.len() {
        1 => "whether others cover this statement, or nothing matches it, was not decided in time".to_owned(),
        count => format!("whether others cover them, or nothing matches them, was not decided for {count} statements"),
    };
    let finding = Diagnostic::new("not-judged", Severity::Info, message, brace).in_statement(first);
    sink.push(finding.with_help("split the document, or use fewer wildcards, to have all of them judged"));
}
