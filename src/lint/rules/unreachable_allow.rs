//! `unreachable-allow`

use crate::lint::context::Context;
use crate::lint::rule::Sink;
use crate::lint::rule::rule;
use crate::lint::rules::redundant_statement::{is_denied, listed};

rule! {
    /// # What it does
    /// Finds an Allow that Deny statements of the same document cover, alone or together, their conditions included.
    ///
    /// # Why it matters
    /// A Deny wins, so the Allow grants nothing: either it can go, or the Deny is wider than meant.
    ///
    /// # Example
    /// ```json,finds
    /// { "Effect": "Allow", "Action": "ecs:StartInstance", "Resource": "*" },
    /// { "Effect": "Deny", "Action": "ecs:*", "Resource": "*" }
    /// ```
    ///
    /// # Use instead
    /// ```json,passes
    /// { "Effect": "Allow", "Action": "ecs:StartInstance", "Resource": "*" },
    /// { "Effect": "Deny", "Action": "ecs:*", "Resource": "acs:ecs:*:*:disk/*" }
    /// ```
    ///
    /// # References
    /// - [policy evaluation](https://www.alibabacloud.com/help/en/ram/policy-evaluation-process)
    UnreachableAllow, "unreachable-allow", CleanUp, Warning, High, check = check
}

fn check(cx: &Context<'_>, sink: &mut Sink) {
    for (inner, others) in cx.proofs().covered() {
        let Some(brace) = cx.brace(inner).filter(|_| is_denied(cx, inner, others)) else { continue };
        let message = match others {
            [one] => format!("statement {one} denies all that this statement allows"),
            _ => format!("statements {} together deny all that this statement allows", listed(others)),
        };
        let mut finding = sink.finding(message, brace).in_statement(inner);
        for place in others.iter().filter_map(|other| cx.brace(*other)) {
            finding = finding.with_related(place, "the Deny");
        }
        sink.push(finding.with_help("remove the Allow, or narrow the Deny"));
    }
}
