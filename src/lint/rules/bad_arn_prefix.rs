//! `bad-arn-prefix`

use crate::lint::context::Context;
use crate::lint::rule::Sink;
use crate::lint::rule::rule;
use crate::pattern;
use crate::text::Fix;

rule! {
    /// # What it does
    /// Finds resources that can match no ARN, because they begin neither with `acs:` nor with a wildcard.
    ///
    /// # Why it matters
    /// Every ARN of a request begins with `acs:<service>:`. `arn:acs:` is the spelling of the Tag service and of OSS access points, not of policies.
    ///
    /// # Example
    /// ```json,finds
    /// { "Effect": "Allow", "Action": "oss:GetObject", "Resource": "arn:acs:oss:*:*:bucket/*" }
    /// ```
    /// ```json,finds
    /// { "Effect": "Allow", "Action": "ram:GetUser", "Resource": "acs::ram::*:user/*" }
    /// ```
    ///
    /// # Use instead
    /// ```json,passes
    /// { "Effect": "Allow", "Action": "oss:GetObject", "Resource": "acs:oss:*:*:bucket/*" }
    /// ```
    ///
    /// # References
    /// - [policy elements](https://www.alibabacloud.com/help/en/ram/policy-elements)
    BadArnPrefix, "bad-arn-prefix", Correctness, Error, High, fixable = true, check = check
}

fn check(cx: &Context<'_>, sink: &mut Sink) {
    for numbered in cx.statements() {
        let named = if numbered.resources().is_empty() { &[] } else { numbered.located };
        for located in named {
            let (resource, text) = (located.text, &*located.text.value);
            if text.starts_with("acs:") && !text.starts_with("acs::") || cx.is_placeholder(text, located.letters) {
                continue;
            }
            let front = text.split(':').next().unwrap_or_default();
            if text.starts_with("arn:aws") || text.trim() != text || text.is_empty() {
                continue;
            }
            let fits = pattern::matches_ignore_case(front, "acs") || front.contains('*') || front.starts_with('<');
            let empty_service = text.to_ascii_lowercase().starts_with("acs::");
            if fits && !empty_service {
                continue;
            }
            let message = format!("`{front}:` begins no ARN, so this matches nothing");
            let message = if empty_service {
                "the service of the ARN is empty, so this matches nothing".to_owned()
            } else {
                message
            };
            let mut finding = sink.finding(message, resource.span).in_statement(numbered.index);
            finding.help = Some("write `acs:<service>:<region>:<account>:<resource>`, or `*`".to_owned());
            if let Some(rest) = text.strip_prefix("arn:acs:") {
                finding =
                    finding.with_help("remove `arn:`").with_fix(Fix::replace(resource.span, format!("acs:{rest}")));
            }
            sink.push(finding);
        }
    }
}
