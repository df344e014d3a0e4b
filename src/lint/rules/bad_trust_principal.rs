//! `bad-trust-principal`

use crate::lint::context::Context;
use crate::lint::rule::Sink;
use crate::lint::rule::rule;
use crate::pattern::arn;
use crate::policy::{PolicyKind, Principal};

rule! {
    /// # What it does
    /// Finds principals of a trust policy that are no ARN of an account, user, role or identity provider, or no service.
    ///
    /// # Why it matters
    /// A principal that nobody is lets nobody in; RAM checks that a named user or role exists when the policy is saved.
    ///
    /// # Example
    /// ```json,finds
    /// { "Effect": "Allow", "Action": "sts:AssumeRole", "Principal": { "RAM": "alice" } }
    /// ```
    ///
    /// # Use instead
    /// ```json,passes
    /// { "Effect": "Allow", "Action": "sts:AssumeRole", "Principal": { "RAM": "acs:ram::1234567890123456:user/alice" } }
    /// ```
    ///
    /// # References
    /// - [trust policies](https://www.alibabacloud.com/help/en/ram/user-guide/edit-the-trust-policy-of-a-ram-role)
    BadTrustPrincipal, "bad-trust-principal", Correctness, Warning, High, check = check
}

/// A list of principals, what fits there, and what to write.
type Check<'c, 'a> = (&'c Vec<crate::policy::Text<'a>>, &'c dyn Fn(&str) -> bool, &'static str);

fn check(cx: &Context<'_>, sink: &mut Sink) {
    for numbered in cx.statements().filter(|_| cx.kind() == PolicyKind::Trust) {
        let Some(Principal::Typed { ram, service, federated }) =
            numbered.statement.principal.as_ref().map(|p| &p.value)
        else {
            continue;
        };
        let identity = |text: &str| {
            text == "*"
                || arn(text).is_some_and(|arn| {
                    arn.service == "ram" && (arn.relative.contains(['*', '/']) || arn.relative == "root")
                })
        };
        let provider =
            |text: &str| arn(text).is_some_and(|arn| arn.service == "ram" && arn.relative.contains("-provider/"));
        let named = |text: &str| text.contains('.') && !text.contains([':', '/']);
        let checks: [Check<'_, '_>; 3] = [
            (ram, &identity, "write `acs:ram::<account>:root`, `..:user/<name>` or `..:role/<name>`"),
            (service, &named, "write the name of a service, such as `ecs.aliyuncs.com`"),
            (federated, &provider, "write `acs:ram::<account>:saml-provider/<name>` or `..:oidc-provider/<name>`"),
        ];
        for (list, fits, help) in checks {
            for principal in list {
                let text = &*principal.value;
                if fits(text) || cx.is_open(text) || text.contains(['<', '$', '{']) {
                    continue;
                }
                let message = format!("`{text}` is no such principal");
                sink.push(sink.finding(message, principal.span).in_statement(numbered.index).with_help(help));
            }
        }
    }
}
