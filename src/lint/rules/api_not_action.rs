//! `api-not-action`

use crate::lint::context::Context;
use crate::lint::rule::Sink;
use crate::lint::rule::rule;

rule! {
    /// # What it does
    /// Finds names of APIs that are no RAM actions, because another action guards the call.
    ///
    /// # Why it matters
    /// One action may guard many APIs: `oss:GetObject` guards `GetObject`, `HeadObject`, `GetObjectMeta` and more. `oss:HeadObject` in a policy grants nothing.
    ///
    /// # Example
    /// ```json,finds
    /// { "Effect": "Allow", "Action": "oss:HeadObject", "Resource": "acs:oss:*:*:bucket/*" }
    /// ```
    ///
    /// # Use instead
    /// ```json,passes
    /// { "Effect": "Allow", "Action": "oss:GetObject", "Resource": "acs:oss:*:*:bucket/*" }
    /// ```
    ///
    /// # References
    /// - [OSS: elements of policies](https://www.alibabacloud.com/help/en/oss/user-guide/authorization-syntax-and-elements)
    ApiNotAction, "api-not-action", Correctness, Warning, High, check = check
}

fn check(cx: &Context<'_>, sink: &mut Sink) {
    for numbered in cx.statements() {
        for looked in numbered.looked {
            let Some(guards) = looked.known.guarded_by else { continue };
            if looked.known.service.is_none_or(|service| service.code != "oss") {
                continue;
            }
            let action = looked.text;
            let listed: Vec<String> = guards.split(' ').map(|guard| format!("`{guard}`")).collect();
            let verb = if listed.len() > 1 { "guard" } else { "guards" };
            let message = format!("`{}` is the name of an API, not of an action", action.value);
            let help = format!("{} {verb} that call", listed.join(" and "));
            sink.push(sink.finding(message, action.span).in_statement(numbered.index).with_help(help));
        }
    }
}
