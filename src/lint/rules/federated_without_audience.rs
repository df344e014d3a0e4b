//! `federated-without-audience`

use crate::lint::context::Context;
use crate::lint::rule::Sink;
use crate::lint::rule::rule;
use crate::policy::{PolicyKind, Principal};

rule! {
    /// # What it does
    /// Finds a trust policy that lets in an identity provider without a test of for whom the assertion or token was made: `saml:recipient`, `oidc:aud`.
    ///
    /// # Why it matters
    /// An assertion that was made for another service could be played in here.
    ///
    /// # Example
    /// ```json,finds
    /// { "Effect": "Allow", "Action": "sts:AssumeRole", "Principal": { "Federated": "acs:ram::1234567890123456:saml-provider/corp" } }
    /// ```
    ///
    /// # Use instead
    /// ```json,passes
    /// { "Effect": "Allow", "Action": "sts:AssumeRole", "Principal": { "Federated": "acs:ram::1234567890123456:saml-provider/corp" }, "Condition": { "StringEquals": { "saml:recipient": "https://signin.aliyun.com/saml-role/sso" } } }
    /// ```
    ///
    /// # References
    /// - [trust policies](https://www.alibabacloud.com/help/en/ram/user-guide/edit-the-trust-policy-of-a-ram-role)
    FederatedWithoutAudience, "federated-without-audience", Security, Warning, High, check = check
}

fn check(cx: &Context<'_>, sink: &mut Sink) {
    for allow in cx.allows().filter(|_| cx.kind() == PolicyKind::Trust) {
        let Some(Principal::Typed { federated, .. }) =
            allow.statement.principal.as_ref().map(|principal| &principal.value)
        else {
            continue;
        };
        let tests = |key: &str| {
            allow
                .tests()
                .iter()
                .any(|test| test.key.value.eq_ignore_ascii_case(key) && !test.operator.value.is_negated())
        };
        for provider in federated.iter().filter(|text| !cx.is_open(&text.value)) {
            let key = if provider.value.contains(":oidc-provider/") { "oidc:aud" } else { "saml:recipient" };
            if !tests(key) {
                let message = format!("the identity provider is let in without a test of `{key}`");
                let value =
                    if key == "oidc:aud" { "the client id" } else { "`https://signin.aliyun.com/saml-role/sso`" };
                let finding = sink.finding(message, provider.span).in_statement(allow.index);
                sink.push(finding.with_help(format!("add `StringEquals` `{key}` with {value}")));
            }
        }
    }
}
