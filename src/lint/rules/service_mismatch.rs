//! `service-mismatch`

use crate::lint::context::Context;
use crate::lint::rule::Sink;
use crate::lint::rule::rule;
use crate::pattern::{action_name, matches_ignore_case};

rule! {
    /// # What it does
    /// Finds a resource of a service that no action of the statement names.
    ///
    /// # Why it matters
    /// It may be a slip. It need not be: some actions are judged on resources of another service.
    ///
    /// # Example
    /// ```json,finds
    /// { "Effect": "Allow", "Action": "ecs:StartInstance", "Resource": ["acs:ecs:*:*:instance/*", "acs:oss:*:*:bucket"] }
    /// ```
    ///
    /// # Use instead
    /// ```json,passes
    /// { "Effect": "Allow", "Action": "ecs:StartInstance", "Resource": "acs:ecs:*:*:instance/*" }
    /// ```
    ///
    /// # References
    /// - [policy elements](https://www.alibabacloud.com/help/en/ram/policy-elements)
    ServiceMismatch, "service-mismatch", Correctness, Info, Low, check = check
}

/// Services whose actions are judged on resources of others.
const ALSO: &[(&str, &str)] = &[
    ("ecs", "vpc"),
    ("ims", "ram"),
    ("sts", "ram"),
    ("oss", "ossvector"),
    ("resourcemanager", "ram"),
    ("vpc", "ecs"),
    ("slb", "ecs"),
    ("dbs", "rds"),
    ("hdm", "rds"),
    ("cr", "acr"),
    ("ess", "ecs"),
    ("ess", "slb"),
    ("ess", "rds"),
];

fn check(cx: &Context<'_>, sink: &mut Sink) {
    for numbered in cx.statements().filter(|numbered| !numbered.actions().is_empty()) {
        let named = if numbered.resources().is_empty() { &[] } else { numbered.located };
        for located in named {
            let resource = located.text;
            let Some(parts) = located.arn.filter(|_| !cx.is_open(&resource.value)) else { continue };
            if parts.service.contains(['*', '?', '<', '$']) || parts.service.is_empty() {
                continue;
            }
            let fits = |code: &str| {
                matches_ignore_case(code, parts.service)
                    || ALSO
                        .iter()
                        .any(|(action, service)| matches_ignore_case(code, action) && parts.service == *service)
            };
            let belongs =
                |action: &crate::policy::Text<'_>| action_name(&action.value).is_none_or(|action| fits(action.code));
            if !cx.may_compare(numbered.looked.len()) || numbered.actions().iter().any(belongs) {
                continue;
            }
            let message = format!("no action of the statement belongs to `{}`", parts.service);
            let finding = sink.finding(message, resource.span).in_statement(numbered.index);
            sink.push(finding.with_help("check the service in the ARN, and the actions"));
        }
    }
}
