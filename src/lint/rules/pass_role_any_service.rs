//! `pass-role-any-service`

use crate::lint::context::Context;
use crate::lint::rule::Sink;
use crate::lint::rule::rule;
use crate::policy::PolicyKind;

rule! {
    /// # What it does
    /// Finds `ram:PassRole` on roles of all names without a test of `acs:Service`.
    ///
    /// # Why it matters
    /// Its holder hands any role to any service that runs code for it, and so acts with the rights of that role.
    ///
    /// # Example
    /// ```json,finds
    /// { "Effect": "Allow", "Action": "ram:PassRole", "Resource": "acs:ram:*:*:role/*" }
    /// ```
    ///
    /// # Use instead
    /// ```json,passes
    /// { "Effect": "Allow", "Action": "ram:PassRole", "Resource": "acs:ram:*:*:role/web" }
    /// ```
    /// ```json,passes
    /// { "Effect": "Allow", "Action": "ram:PassRole", "Resource": "*", "Condition": { "StringEquals": { "acs:Service": "ecs.aliyuncs.com" } } }
    /// ```
    ///
    /// # References
    /// - [PassRole](https://www.alibabacloud.com/help/doc-detail/127172.html)
    PassRoleAnyService, "pass-role-any-service", Security, Warning, Medium, check = check
}

fn check(cx: &Context<'_>, sink: &mut Sink) {
    if cx.kind() == PolicyKind::Control || cx.kind().has_principal() {
        return;
    }
    for allow in cx.allows().filter(|allow| allow.names_action("ram:PassRole") && allow.broad_resource().is_some()) {
        let tested = allow
            .tests()
            .iter()
            .any(|test| test.key.value.eq_ignore_ascii_case("acs:Service") && !test.operator.value.is_negated());
        let Some(span) =
            allow.action_span("ram:PassRole").filter(|_| !tested && !cx.is_taken_away(allow, "ram:PassRole"))
        else {
            continue;
        };
        let all = allow.actions().iter().any(|action| action.span == span && matches!(&*action.value, "*" | "*:*"));
        if all || allow.excepted_actions().is_some() {
            continue;
        }
        let finding = sink.finding("any role can be passed to any service", span).in_statement(allow.index);
        sink.push(finding.with_help("name the role in `Resource`, and the service with `StringEquals` `acs:Service`"));
    }
}
