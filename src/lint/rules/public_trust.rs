//! `public-trust`

use crate::lint::context::Context;
use crate::lint::rule::Sink;
use crate::lint::rule::rule;
use crate::pattern::arn;
use crate::policy::{PolicyKind, Principal};

rule! {
    /// # What it does
    /// Finds a trust policy that lets in every account: `*`, or a wildcard as account.
    ///
    /// # Why it matters
    /// Anybody with an account can assume the role.
    ///
    /// # Example
    /// ```json,finds
    /// { "Effect": "Allow", "Action": "sts:AssumeRole", "Principal": { "RAM": "*" } }
    /// ```
    ///
    /// # Use instead
    /// ```json,passes
    /// { "Effect": "Allow", "Action": "sts:AssumeRole", "Principal": { "RAM": "acs:ram::1234567890123456:role/ci" } }
    /// ```
    ///
    /// # References
    /// - [trust policies](https://www.alibabacloud.com/help/en/ram/user-guide/edit-the-trust-policy-of-a-ram-role)
    PublicTrust, "public-trust", Security, Warning, High, check = check
}

fn check(cx: &Context<'_>, sink: &mut Sink) {
    for allow in cx.allows().filter(|_| cx.kind() == PolicyKind::Trust) {
        let Some(principal) = &allow.statement.principal else { continue };
        let list = match &principal.value {
            Principal::Typed { ram, .. } => ram,
            Principal::List(list) => list,
        };
        // Masked ids hold asterisks too.
        let anyone =
            |text: &str| text == "*" || arn(text).is_some_and(|arn| arn.service == "ram" && arn.account == "*");
        let limited =
            allow.tests().iter().any(|test| !test.operator.value.is_negated() && test.key.value.contains("Principal"));
        for principal in list.iter().filter(|text| anyone(&text.value) && !limited) {
            let finding = sink.finding("the role trusts every account", principal.span).in_statement(allow.index);
            sink.push(finding.with_help("name the account, and better the user or role in it"));
        }
    }
}
