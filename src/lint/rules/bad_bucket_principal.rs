//! `bad-bucket-principal`

use crate::lint::context::Context;
use crate::lint::rule::Sink;
use crate::lint::rule::rule;
use crate::policy::Principal;

rule! {
    /// # What it does
    /// Finds `acs:ram:` ARNs as `Principal` of an OSS bucket policy.
    ///
    /// # Why it matters
    /// A bucket policy takes account or user ids, `*`, and `arn:sts::<account>:assumed-role/<role>/<session>`; ARNs of RAM are not valid here.
    ///
    /// # Example
    /// ```json,finds
    /// { "Effect": "Allow", "Principal": ["acs:ram::1234567890123456:user/alice"], "Action": "oss:GetObject", "Resource": "acs:oss:*:*:bucket/*" }
    /// ```
    ///
    /// # Use instead
    /// ```json,passes
    /// { "Effect": "Allow", "Principal": ["1234567890123456"], "Action": "oss:GetObject", "Resource": "acs:oss:*:*:bucket/*" }
    /// ```
    ///
    /// # References
    /// - [OSS: elements of policies](https://www.alibabacloud.com/help/en/oss/user-guide/authorization-syntax-and-elements)
    BadBucketPrincipal, "bad-bucket-principal", Correctness, Error, High, check = check
}

fn check(cx: &Context<'_>, sink: &mut Sink) {
    for numbered in cx.statements() {
        let oss = numbered.resources().iter().any(|resource| resource.value.starts_with("acs:oss:"));
        let Some(Principal::List(list)) = numbered.statement.principal.as_ref().map(|principal| &principal.value)
        else {
            continue;
        };
        for principal in
            list.iter().filter(|text| oss && text.value.starts_with("acs:ram:") && !cx.is_open(&text.value))
        {
            let message = "an ARN of RAM is no principal of a bucket policy";
            let finding = sink.finding(message, principal.span).in_statement(numbered.index);
            let help = "write the id of the account or user, or `arn:sts::<account>:assumed-role/<role>/*`";
            sink.push(finding.with_help(help));
        }
    }
}
