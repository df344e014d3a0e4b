//! `whole-account-trust`

use crate::lint::context::Context;
use crate::lint::rule::Sink;
use crate::lint::rule::rule;
use crate::policy::{PolicyKind, Principal};

rule! {
    /// # What it does
    /// Finds a trust policy that lets in a whole account (`acs:ram::<account>:root`) without a condition.
    ///
    /// # Why it matters
    /// It is not the root user only: every user and role of that account that holds `sts:AssumeRole` comes in. For the account of a partner, a condition on `sts:ExternalId` keeps the partner's other customers out (confused deputy).
    ///
    /// # Example
    /// ```json,finds
    /// { "Effect": "Allow", "Action": "sts:AssumeRole", "Principal": { "RAM": "acs:ram::1234567890123456:root" } }
    /// ```
    ///
    /// # Use instead
    /// ```json,passes
    /// { "Effect": "Allow", "Action": "sts:AssumeRole", "Principal": { "RAM": "acs:ram::1234567890123456:role/ci" } }
    /// ```
    /// ```json,passes
    /// { "Effect": "Allow", "Action": "sts:AssumeRole", "Principal": { "RAM": "acs:ram::1234567890123456:root" }, "Condition": { "StringEquals": { "sts:ExternalId": "8f14e45f" } } }
    /// ```
    ///
    /// # References
    /// - [trust policies](https://www.alibabacloud.com/help/en/ram/user-guide/edit-the-trust-policy-of-a-ram-role)
    /// - [confused deputy](https://www.praetorian.com/blog/alibaba-cloud-cross-account-trust-the-confused-deputy-problem/)
    WholeAccountTrust, "whole-account-trust", Security, Warning, Medium, check = check
}

fn check(cx: &Context<'_>, sink: &mut Sink) {
    for allow in cx.allows().filter(|allow| cx.kind() == PolicyKind::Trust && allow.tests().is_empty()) {
        let Some(Principal::Typed { ram, .. }) = allow.statement.principal.as_ref().map(|principal| &principal.value)
        else {
            continue;
        };
        for principal in ram.iter().filter(|text| text.value.ends_with(":root") && !text.value.contains(":*:")) {
            let finding = sink
                .finding("the role trusts every user and role of an account", principal.span)
                .in_statement(allow.index);
            sink.push(finding.with_help("name the user or role, or add a condition such as `sts:ExternalId`"));
        }
    }
}
