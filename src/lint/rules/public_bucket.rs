//! `public-bucket`

use crate::lint::context::Context;
use crate::lint::rule::Sink;
use crate::lint::rule::rule;
use crate::policy::{PolicyKind, Principal};

rule! {
    /// # What it does
    /// Finds a bucket policy that allows everybody (`"*"`, or an empty array).
    ///
    /// # Why it matters
    /// Everybody includes the anonymous. With any condition the statement binds the owner and the anonymous too, so a condition that does not limit where requests come from leaves the bucket open.
    ///
    /// # Example
    /// ```json,finds
    /// { "Effect": "Allow", "Principal": ["*"], "Action": "oss:GetObject", "Resource": "acs:oss:*:*:bucket/*" }
    /// ```
    /// ```json,finds
    /// { "Effect": "Allow", "Principal": ["*"], "Action": "oss:GetObject", "Resource": "acs:oss:*:*:bucket/*", "Condition": { "Bool": { "acs:SecureTransport": "true" } } }
    /// ```
    ///
    /// # Use instead
    /// ```json,passes
    /// { "Effect": "Allow", "Principal": ["1234567890123456"], "Action": "oss:GetObject", "Resource": "acs:oss:*:*:bucket/*" }
    /// ```
    /// ```json,passes
    /// { "Effect": "Allow", "Principal": ["*"], "Action": "oss:GetObject", "Resource": "acs:oss:*:*:bucket/*", "Condition": { "StringEquals": { "acs:SourceVpc": "vpc-1" } } }
    /// ```
    ///
    /// # References
    /// - [OSS: elements of policies](https://www.alibabacloud.com/help/en/oss/user-guide/authorization-syntax-and-elements)
    PublicBucket, "public-bucket", Security, Warning, High, check = check
}

/// Keys that limit from where, or by whom, a request comes.
const LIMITING: &[&str] = &[
    "acs:SourceVpc",
    "acs:SourceIp",
    "acs:VpcSourceIp",
    "acs:AccessId",
    "acs:PrincipalARN",
    "acs:PrincipalRDId",
    "acs:PrincipalRDPath",
    "oss:DataAccessPointAccount",
    "oss:DataAccessPointArn",
];

fn check(cx: &Context<'_>, sink: &mut Sink) {
    if cx.kind() != PolicyKind::Bucket {
        return;
    }
    for allow in cx.allows() {
        let Some(principal) = &allow.statement.principal else { continue };
        let Principal::List(list) = &principal.value else { continue };
        let Some(span) = list
            .iter()
            .find(|text| &*text.value == "*")
            .map(|text| text.span)
            .or(list.is_empty().then_some(principal.span))
        else {
            continue;
        };
        let limited = allow.tests().iter().any(|test| {
            let whole = |value: &str| matches!(value, "*" | "0.0.0.0/0" | "::/0");
            LIMITING.contains(&&*test.key.value)
                && !test.operator.value.is_negated()
                && !test.values.iter().any(|value| whole(&value.value))
        });
        let denied = cx.denies().any(|deny| {
            let size = deny.looked.len() + allow.looked.len();
            cx.takes(deny, allow)
                && (!cx.may_compare(size)
                    || crate::lint::cover::covers_statement(deny.statement, allow.statement) == Some(true))
        });
        if limited || denied {
            continue;
        }
        let finding =
            sink.finding("the bucket policy allows everybody, the anonymous included", span).in_statement(allow.index);
        sink.push(finding.with_help("name account or user ids, or limit it with `acs:SourceVpc`"));
    }
}
