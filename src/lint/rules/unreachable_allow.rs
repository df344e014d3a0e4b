//! `unreachable-allow`

use crate::lint::context::Context;
use crate::lint::rule::Sink;
use crate::lint::rule::rule;

rule! {
    /// # What it does
    /// Finds an Allow that a Deny of the same document covers, its condition included.
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
    if cx.denies().next().is_none() {
        return;
    }
    for (inner, outer) in &cx.redundancy().denied {
        let places = |index: usize| cx.policy.statements.get(index).map(|statement| statement.span);
        let (Some(place), Some(by)) = (places(*inner), places(*outer)) else { continue };
        let brace = crate::text::Span::new(place.start, place.start + 1);
        let other = crate::text::Span::new(by.start, by.start + 1);
        let finding = sink
            .finding(format!("statement {outer} denies all that this statement allows"), brace)
            .in_statement(*inner);
        sink.push(finding.with_related(other, "the Deny").with_help("remove the Allow, or narrow the Deny"));
    }
    super::redundant_statement::not_judged(cx, sink);
}
