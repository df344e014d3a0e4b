//! `ip-without-vpc`

use crate::lint::context::Context;
use crate::lint::rule::Sink;
use crate::lint::rule::rule;
use crate::policy::PolicyKind;

rule! {
    /// # What it does
    /// Finds a bucket policy that tests `acs:SourceIp` and not `acs:SourceVpc`.
    ///
    /// # Why it matters
    /// OSS refuses it in new and changed bucket policies (`acs:SourceVpc should be set if acs:SourceIp is set`): an address does not tell whether a request came from the public network or from a VPC with the same range.
    ///
    /// # Example
    /// ```json,finds
    /// { "Effect": "Allow", "Principal": ["*"], "Action": "oss:GetObject", "Resource": "acs:oss:*:*:bucket/*", "Condition": { "IpAddress": { "acs:SourceIp": "203.0.113.7" } } }
    /// ```
    ///
    /// # Use instead
    /// ```json,passes
    /// { "Effect": "Allow", "Principal": ["*"], "Action": "oss:GetObject", "Resource": "acs:oss:*:*:bucket/*", "Condition": { "IpAddress": { "acs:SourceIp": "203.0.113.7" }, "StringNotLike": { "acs:SourceVpc": "vpc-*" } } }
    /// ```
    ///
    /// # References
    /// - [OSS: elements of policies](https://www.alibabacloud.com/help/en/oss/user-guide/authorization-syntax-and-elements)
    IpWithoutVpc, "ip-without-vpc", Security, Warning, Medium, check = check
}

fn check(cx: &Context<'_>, sink: &mut Sink) {
    let oss = |text: &str| text.starts_with("acs:oss:");
    for numbered in cx.statements().filter(|_| cx.kind() == PolicyKind::Bucket) {
        let vpc = numbered.tests().iter().any(|test| &*test.key.value == "acs:SourceVpc");
        let test = numbered.tests().iter().find(|test| &*test.key.value == "acs:SourceIp");
        let Some(test) = test.filter(|_| !vpc && numbered.resources().iter().any(|resource| oss(&resource.value)))
        else {
            continue;
        };
        let finding = sink
            .finding("`acs:SourceIp` is tested without `acs:SourceVpc`", test.key.span)
            .in_statement(numbered.index);
        sink.push(
            finding.with_help("add `StringNotLike` `acs:SourceVpc` `vpc-*` for the public network, or name the VPC"),
        );
    }
}
