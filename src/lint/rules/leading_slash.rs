//! `leading-slash`

use crate::lint::context::Context;
use crate::lint::rule::Sink;
use crate::lint::rule::rule;

rule! {
    /// # What it does
    /// Finds a resource part of an ARN that begins with `/`.
    ///
    /// # Why it matters
    /// The part behind the fourth colon begins with the type word or the name; no ARN of a request has a slash there.
    ///
    /// # Example
    /// ```json,finds
    /// { "Effect": "Allow", "Action": "ecs:StartInstance", "Resource": "acs:ecs:*:*:/instance/i-1" }
    /// ```
    ///
    /// # Use instead
    /// ```json,passes
    /// { "Effect": "Allow", "Action": "ecs:StartInstance", "Resource": "acs:ecs:*:*:instance/i-1" }
    /// ```
    ///
    /// # References
    /// - [policy elements](https://www.alibabacloud.com/help/en/ram/policy-elements)
    LeadingSlash, "leading-slash", Correctness, Warning, Medium, check = check
}

fn check(cx: &Context<'_>, sink: &mut Sink) {
    for numbered in cx.statements() {
        let named = if numbered.resources().is_empty() { &[] } else { numbered.located };
        for located in named {
            let resource = located.text;
            let Some(parts) = located.arn.filter(|arn| arn.relative.starts_with('/')) else { continue };
            // Some services, such as MNS, really begin with a slash.
            let plain = ["ecs", "vpc", "oss", "ram", "rds", "slb", "kms", "log", "ots"].contains(&parts.service);
            if !plain || cx.is_open(&resource.value) {
                continue;
            }
            let finding = sink.finding("the resource part of the ARN begins with `/`", resource.span);
            sink.push(finding.in_statement(numbered.index).with_help("remove the slash"));
        }
    }
}
