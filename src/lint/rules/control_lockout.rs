//! `control-lockout`

use crate::lint::context::Context;
use crate::lint::rule::Sink;
use crate::lint::rule::rule;
use crate::policy::PolicyKind;

rule! {
    /// # What it does
    /// Finds a control policy that lists what is allowed and leaves out `sts:AssumeRole`.
    ///
    /// # Why it matters
    /// Administrators enter a member by assuming a role in it; without that action they are locked out.
    ///
    /// # Example
    /// ```json,finds,control
    /// { "Effect": "Allow", "Action": "ecs:*", "Resource": "*" }
    /// ```
    ///
    /// # Use instead
    /// ```json,passes,control
    /// { "Effect": "Allow", "Action": ["ecs:*", "sts:AssumeRole"], "Resource": "*" }
    /// ```
    ///
    /// # References
    /// - [control policies](https://www.alibabacloud.com/help/en/resource-management/resource-directory/user-guide/control-policy-overview)
    ControlLockout, "control-lockout", Correctness, Warning, Medium, check = check
}

fn check(cx: &Context<'_>, sink: &mut Sink) {
    if cx.kind() != PolicyKind::Control || cx.allows().any(|allow| allow.names_action("sts:AssumeRole")) {
        return;
    }
    if let Some(allow) = cx.allows().next() {
        let span = allow.statement.action.as_ref().map_or(allow.statement.span, |scope| scope.name);
        let finding = sink.finding("the control policy allows no `sts:AssumeRole`", span).in_statement(allow.index);
        sink.push(finding.with_help("add it, or administrators cannot enter the member by its role"));
    }
}
