//! `foreign-condition-key`

use crate::lint::context::Context;
use crate::lint::facts::Keyed;
use crate::lint::rule::Sink;
use crate::lint::rule::rule;
use crate::pattern::{action_name, matches_ignore_case};

rule! {
    /// # What it does
    /// Finds a condition key of a service that no action of the statement belongs to.
    ///
    /// # Why it matters
    /// A service supplies its own keys only; a positive test of another one is never met.
    ///
    /// # Example
    /// ```json,finds
    /// { "Effect": "Allow", "Action": "ecs:StartInstance", "Resource": "*", "Condition": { "StringEquals": { "oss:Prefix": "a" } } }
    /// ```
    ///
    /// # Use instead
    /// ```json,passes
    /// { "Effect": "Allow", "Action": "oss:ListObjects", "Resource": "acs:oss:*:*:bucket", "Condition": { "StringEquals": { "oss:Prefix": "a" } } }
    /// ```
    ///
    /// # References
    /// - [policy elements](https://www.alibabacloud.com/help/en/ram/policy-elements)
    ForeignConditionKey, "foreign-condition-key", Correctness, Warning, Medium, check = check
}

/// Services that supply keys of another one.
const ALSO: &[(&str, &str)] = &[
    ("vpc", "ecs"),
    ("ecs", "vpc"),
    ("sts", "ram"),
    ("saml", "sts"),
    ("oidc", "sts"),
    ("ram", "sts"),
    ("ram", "ims"),
    ("ram", "resourcemanager"),
];

fn check(cx: &Context<'_>, sink: &mut Sink) {
    for numbered in cx.statements().filter(|numbered| !numbered.actions().is_empty()) {
        for Keyed { test, key } in numbered.keyed {
            let Some((code, _)) = test.key.value.split_once(':').filter(|(code, _)| *code != "acs") else { continue };
            if key.is_none() || cx.catalog.service(code).is_none() {
                continue;
            }
            let fits = |action: &crate::policy::Text<'_>| {
                let parts = action_name(&action.value);
                parts.is_none_or(|parts| {
                    matches_ignore_case(parts.code, code)
                        || cx.is_open(parts.code)
                        || cx.catalog.action(&action.value).is_some_and(|action| {
                            action.keys.split(' ').any(|key| test.key.value.starts_with(key)) && !action.keys.is_empty()
                        })
                        || ALSO.iter().any(|(key, service)| *key == code && matches_ignore_case(parts.code, service))
                })
            };
            if !cx.may_compare(numbered.looked.len()) || numbered.actions().iter().any(fits) {
                continue;
            }
            let message = format!("`{}` is a key of `{code}`, and no action of the statement is", test.key.value);
            let help = format!("test a key of the service in question, or name actions of `{code}`");
            sink.push(sink.finding(message, test.key.span).in_statement(numbered.index).with_help(help));
        }
    }
}
