//! `allow-not-action`

use crate::lint::context::Context;
use crate::lint::rule::Sink;
use crate::lint::rule::rule;
use crate::policy::PolicyKind;

rule! {
    /// # What it does
    /// Finds `Allow` with `NotAction`.
    ///
    /// # Why it matters
    /// It allows everything but the list, whatever services come tomorrow. Without `ram:*`, `ims:*` and `sts:*` in the list it allows giving oneself any right.
    ///
    /// # Example
    /// ```json,finds
    /// { "Effect": "Allow", "NotAction": "ecs:*", "Resource": "*" }
    /// ```
    ///
    /// # Use instead
    /// ```json,passes
    /// { "Effect": "Allow", "Action": "oss:*", "Resource": "acs:oss:*:*:bucket" }
    /// ```
    /// ```json,passes
    /// { "Effect": "Deny", "NotAction": "ecs:*", "Resource": "*" }
    /// ```
    ///
    /// # References
    /// - [policy elements](https://www.alibabacloud.com/help/en/ram/policy-elements)
    AllowNotAction, "allow-not-action", Security, Warning, High, check = check
}

fn check(cx: &Context<'_>, sink: &mut Sink) {
    for allow in cx.allows() {
        let Some(scope) = allow.excepted_actions() else { continue };
        let identity = ["ram:AttachPolicyToUser", "ims:CreateAccessKey", "sts:AssumeRole"];
        let open: Vec<&str> = identity
            .into_iter()
            .filter(|action| allow.names_action(action) && !cx.is_taken_away(allow, action))
            .filter_map(|action| action.split(':').next())
            .collect();
        // A control policy bounds what others grant; there the form is usual.
        if cx.kind() == PolicyKind::Control && open.is_empty() {
            continue;
        }
        let finding = sink
            .finding("`Allow` with `NotAction` grants everything that is not listed", scope.name)
            .in_statement(allow.index);
        let help = if open.is_empty() {
            "list what is needed in `Action`, or use `Deny` with `NotAction`".to_owned()
        } else {
            let listed: Vec<String> = open.iter().map(|code| format!("`{code}:*`")).collect();
            format!("list what is needed in `Action`; as it stands {} is granted too", listed.join(" and "))
        };
        sink.push(finding.with_help(help));
    }
}
