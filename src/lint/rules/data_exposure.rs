//! `data-exposure`

use crate::lint::context::Context;
use crate::lint::rule::Sink;
use crate::lint::rule::rule;
use crate::policy::PolicyKind;

rule! {
    /// # What it does
    /// Finds actions on resources of all names by which data is opened to others: policies and ACLs of buckets and objects, key policies, switching off the public-access block.
    ///
    /// # Why it matters
    /// Whoever holds them can publish what it may not even read.
    ///
    /// # Example
    /// ```json,finds
    /// { "Effect": "Allow", "Action": "oss:PutBucketPolicy", "Resource": "*" }
    /// ```
    ///
    /// # Use instead
    /// ```json,passes
    /// { "Effect": "Allow", "Action": "oss:PutBucketPolicy", "Resource": "acs:oss:*:*:my-bucket" }
    /// ```
    ///
    /// # References
    /// - [over-privileged identities](https://www.alibabacloud.com/help/en/ram/managing-over-privileged-identities-with-access-analyzer)
    /// - [OSS: elements of policies](https://www.alibabacloud.com/help/en/oss/user-guide/authorization-syntax-and-elements)
    DataExposure, "data-exposure", Security, Warning, Medium, check = check
}

const OPENING: &[&str] = &[
    "oss:PutBucketPolicy",
    "oss:PutBucketAcl",
    "oss:PutObjectAcl",
    "oss:DeletePublicAccessBlock",
    "oss:DeleteBucketPublicAccessBlock",
    "kms:SetKeyPolicy",
];

fn check(cx: &Context<'_>, sink: &mut Sink) {
    if cx.kind() == PolicyKind::Control || cx.kind().has_principal() {
        return;
    }
    let broad = cx.broad_allows();
    for action in OPENING {
        for allow in broad.iter().filter(|allow| cx.grants(**allow, action)) {
            let Some(span) = allow.action_span(action) else { continue };
            // Wide patterns are findings of other rules.
            let by_name = allow
                .actions()
                .iter()
                .any(|pattern| pattern.span == span && !pattern.value.ends_with(":*") && &*pattern.value != "*");
            if by_name {
                let message = format!("`{action}` on every resource can open data to others");
                let finding = sink.finding(message, span).in_statement(allow.index);
                sink.push(finding.with_help("name the resources, or deny it in a control policy"));
            }
        }
    }
}
