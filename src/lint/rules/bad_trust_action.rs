//! `bad-trust-action`

use crate::lint::context::Context;
use crate::lint::rule::Sink;
use crate::lint::rule::rule;
use crate::pattern::matches_ignore_case;
use crate::policy::PolicyKind;

rule! {
    /// # What it does
    /// Finds actions in a trust policy that are not `sts:AssumeRole`.
    ///
    /// # Why it matters
    /// A trust policy is asked for that one action only; whatever else it names has no effect.
    ///
    /// # Example
    /// ```json,finds
    /// { "Effect": "Allow", "Action": "sts:GetCallerIdentity", "Principal": { "Service": "ecs.aliyuncs.com" } }
    /// ```
    ///
    /// # Use instead
    /// ```json,passes
    /// { "Effect": "Allow", "Action": "sts:AssumeRole", "Principal": { "Service": "ecs.aliyuncs.com" } }
    /// ```
    ///
    /// # References
    /// - [trust policies](https://www.alibabacloud.com/help/en/ram/user-guide/edit-the-trust-policy-of-a-ram-role)
    BadTrustAction, "bad-trust-action", Correctness, Warning, High, check = check
}

const ASSUME: &[&str] =
    &["sts:AssumeRole", "sts:AssumeRoleWithSAML", "sts:AssumeRoleWithOIDC", "sts:SetSourceIdentity"];

fn check(cx: &Context<'_>, sink: &mut Sink) {
    for numbered in cx.statements().filter(|_| cx.kind() == PolicyKind::Trust) {
        for action in numbered.actions() {
            let known = ASSUME.iter().any(|name| matches_ignore_case(&action.value, name));
            if known || cx.is_open(&action.value) || action.value.contains(char::is_whitespace) {
                continue;
            }
            let message = format!("`{}` has no effect in a trust policy", action.value);
            sink.push(
                sink.finding(message, action.span).in_statement(numbered.index).with_help("write `sts:AssumeRole`"),
            );
        }
    }
}
