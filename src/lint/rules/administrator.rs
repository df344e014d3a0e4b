//! `administrator`

use crate::lint::context::Context;
use crate::lint::rule::Sink;
use crate::lint::rule::rule;
use crate::policy::PolicyKind;

rule! {
    /// # What it does
    /// Finds a statement that allows every action on every resource, without a condition, where nothing in the document denies it again.
    ///
    /// # Why it matters
    /// Whoever has it can do everything, giving itself and others any right included. Alibaba Cloud's own configuration audit calls it a high risk.
    ///
    /// # Example
    /// ```json,finds
    /// { "Effect": "Allow", "Action": "*", "Resource": "*" }
    /// ```
    ///
    /// # Use instead
    /// ```json,passes
    /// { "Effect": "Allow", "Action": "ecs:*", "Resource": "acs:ecs:*:*:instance/i-1" }
    /// ```
    ///
    /// # References
    /// - [policy evaluation](https://www.alibabacloud.com/help/en/ram/policy-evaluation-process)
    /// - [over-privileged identities](https://www.alibabacloud.com/help/en/ram/managing-over-privileged-identities-with-access-analyzer)
    Administrator, "administrator", Security, Warning, High, check = check
}

fn check(cx: &Context<'_>, sink: &mut Sink) {
    // A control policy grants nothing by itself.
    if cx.kind() == PolicyKind::Control || cx.kind().has_principal() {
        return;
    }
    for allow in cx.allows().filter(|allow| allow.tests().is_empty()) {
        let all = |text: &str| matches!(text, "*" | "*:*");
        let Some(action) = allow.actions().iter().find(|action| all(&action.value)) else { continue };
        let whole = allow.resources().iter().find(|resource| resource.value.bytes().all(|byte| byte == b'*'));
        let Some(resource) = whole.filter(|_| !cx.is_taken_away(allow, "ram:AttachPolicyToUser")) else { continue };
        let finding =
            sink.finding("the statement allows every action on every resource", action.span).in_statement(allow.index);
        sink.push(
            finding
                .with_related(resource.span, "on everything")
                .with_help("name the services and resources that are needed"),
        );
    }
}
