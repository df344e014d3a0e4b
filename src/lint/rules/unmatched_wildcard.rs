//! `unmatched-wildcard`

use crate::catalog::Grade;
use crate::lint::context::Context;
use crate::lint::rule::Sink;
use crate::lint::rule::rule;
use crate::pattern::action_name;

rule! {
    /// # What it does
    /// Finds an action pattern of a fully known service that covers none of its actions.
    ///
    /// # Why it matters
    /// A misspelt pattern grants nothing, or denies nothing.
    ///
    /// # Example
    /// ```json,finds
    /// { "Effect": "Allow", "Action": "ecs:Descirbe*", "Resource": "*" }
    /// ```
    ///
    /// # Use instead
    /// ```json,passes
    /// { "Effect": "Allow", "Action": "ecs:Describe*", "Resource": "*" }
    /// ```
    ///
    /// # References
    /// - [policy elements](https://www.alibabacloud.com/help/en/ram/policy-elements)
    UnmatchedWildcard, "unmatched-wildcard", Correctness, Warning, Medium, check = check
}

fn check(cx: &Context<'_>, sink: &mut Sink) {
    for numbered in cx.statements() {
        let complete = |looked: &&crate::lint::facts::Looked<'_>| {
            looked.known.action.is_none()
                && looked.known.service.is_some_and(|service| service.grade == Grade::Complete)
        };
        for action in numbered.looked.iter().filter(complete).map(|looked| looked.text) {
            let Some(parts) = action_name(&action.value) else { continue };
            let open = !parts.name.contains(['*', '?'])
                || cx.is_open(&action.value)
                || parts.name.contains(char::is_whitespace);
            if open || cx.catalog.covers_any(&action.value) {
                continue;
            }
            let message = format!("`{}` covers no action of `{}`", action.value, parts.code);
            let help = format!("`ramspect actions '{}:*'` lists them", parts.code);
            sink.push(sink.finding(message, action.span).in_statement(numbered.index).with_help(help));
        }
    }
}
