//! `join-deny-gap`

use crate::diagnostic::Confidence;
use crate::lint::context::Context;
use crate::lint::context::Numbered;
use crate::lint::rule::Sink;
use crate::lint::rule::rule;

rule! {
    /// # What it does
    /// Finds a Deny of `ecs:JoinSecurityGroup` or `ecs:LeaveSecurityGroup` that the same document does not extend to the actions that do the same: `ecs:ModifyInstanceAttribute`, `ecs:ModifyNetworkInterfaceAttribute` (and, for a join, creating an instance or network interface in the group).
    ///
    /// # Why it matters
    /// `ModifyInstanceAttribute` replaces the whole list of groups: it joins and leaves without ever asking for the denied action.
    ///
    /// # Example
    /// ```json,finds
    /// { "Effect": "Allow", "Action": "ecs:*", "Resource": "acs:ecs:*:*:*" },
    /// { "Effect": "Deny", "Action": "ecs:JoinSecurityGroup", "Resource": "acs:ecs:*:*:securitygroup/sg-1" }
    /// ```
    ///
    /// # Use instead
    /// ```json,passes
    /// { "Effect": "Allow", "Action": "ecs:*", "Resource": "acs:ecs:*:*:*" },
    /// { "Effect": "Deny", "Action": ["ecs:JoinSecurityGroup", "ecs:ModifyInstanceAttribute", "ecs:ModifyNetworkInterfaceAttribute", "ecs:CreateNetworkInterface", "ecs:RunInstances", "ecs:CreateInstance"], "Resource": "acs:ecs:*:*:securitygroup/sg-1" }
    /// ```
    ///
    /// # References
    /// - [ECS: RAM authorization](https://alibabacloud.com/help/en/ecs/authentication-rules)
    JoinDenyGap, "join-deny-gap", Security, Warning, Medium, check = check
}

const JOIN: &[&str] = &[
    "ecs:ModifyInstanceAttribute",
    "ecs:ModifyNetworkInterfaceAttribute",
    "ecs:CreateNetworkInterface",
    "ecs:RunInstances",
    "ecs:CreateInstance",
];
const LEAVE: &[&str] = &["ecs:ModifyInstanceAttribute", "ecs:ModifyNetworkInterfaceAttribute"];

fn check(cx: &Context<'_>, sink: &mut Sink) {
    for deny in cx.denies().filter(|deny| deny.excepted_actions().is_none()) {
        for (action, around) in [("ecs:JoinSecurityGroup", JOIN), ("ecs:LeaveSecurityGroup", LEAVE)] {
            let Some(span) = deny.action_span(action) else { continue };
            // Another Deny may close the gap, on the same resources and conditions or wider ones.
            let closed = |other: &str| deny.names_action(other) || cx.denying(other).any(|wider| cx.takes(wider, deny));
            let open: Vec<&str> = around.iter().copied().filter(|other| !closed(other)).collect();
            let allowed: Vec<&str> =
                open.iter().copied().filter(|other| cx.naming(other).any(Numbered::allows)).collect();
            // A document that only denies may stand beside any other; then the two calls that replace the list count.
            let only_denies = cx.allows().next().is_none();
            let gap: Vec<String> =
                if only_denies { open } else { allowed }.iter().map(|name| format!("`{name}`")).collect();
            if gap.is_empty() || (only_denies && LEAVE.iter().all(|other| closed(other))) {
                continue;
            }
            let message = format!("the Deny of `{action}` is walked around by {}", gap.join(", "));
            let mut finding = sink.finding(message, span).in_statement(deny.index);
            if only_denies {
                finding.confidence = Confidence::Low;
            }
            sink.push(finding.with_help("deny these on the security group too"));
        }
    }
}
