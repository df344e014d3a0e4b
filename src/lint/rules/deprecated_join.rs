//! `deprecated-join`

use crate::lint::context::Context;
use crate::lint::rule::Sink;
use crate::lint::rule::rule;

rule! {
    /// # What it does
    /// Finds `ecs:JoinSecurityGroup` and `ecs:LeaveSecurityGroup` in an Allow without `ecs:ModifyInstanceAttribute`.
    ///
    /// # Why it matters
    /// The API pages recommend `ModifyInstanceAttribute` instead, and Terraform's provider is moving to it: callers with the old actions only will then be refused. It needs the instance and every group of the new list, and is a wider right (password, host name).
    ///
    /// # Example
    /// ```json,finds
    /// { "Effect": "Allow", "Action": "ecs:JoinSecurityGroup", "Resource": "*" }
    /// ```
    ///
    /// # Use instead
    /// ```json,passes
    /// { "Effect": "Allow", "Action": ["ecs:JoinSecurityGroup", "ecs:ModifyInstanceAttribute"], "Resource": "*" }
    /// ```
    ///
    /// # References
    /// - [ECS: RAM authorization](https://alibabacloud.com/help/en/ecs/authentication-rules)
    DeprecatedJoin, "deprecated-join", CleanUp, Info, High, check = check
}

fn check(cx: &Context<'_>, sink: &mut Sink) {
    if cx.allows().any(|allow| allow.names_action("ecs:ModifyInstanceAttribute")) {
        return;
    }
    for allow in cx.allows() {
        for action in allow.actions() {
            let old = ["ecs:JoinSecurityGroup", "ecs:LeaveSecurityGroup"]
                .iter()
                .any(|old| old.eq_ignore_ascii_case(&action.value));
            if old {
                let message = format!("`{}` is to be replaced by `ecs:ModifyInstanceAttribute`", action.value);
                let finding = sink.finding(message, action.span).in_statement(allow.index);
                sink.push(finding.with_help("grant that too, before tools stop calling the old API"));
            }
        }
    }
}
