//! `mfa-lockout`

use crate::lint::context::Context;
use crate::lint::rule::Sink;
use crate::lint::rule::rule;

rule! {
    /// # What it does
    /// Finds a Deny of everything without MFA that does not except the actions by which a user sets MFA up.
    ///
    /// # Why it matters
    /// A user without an MFA device can then never bind one.
    ///
    /// # Example
    /// ```json,finds
    /// { "Effect": "Deny", "Action": "*", "Resource": "*", "Condition": { "Bool": { "acs:MFAPresent": "false" } } }
    /// ```
    ///
    /// # Use instead
    /// ```json,passes
    /// { "Effect": "Deny", "NotAction": ["ram:BindMFADevice", "ram:CreateVirtualMFADevice", "ram:GetUser"], "Resource": "*", "Condition": { "Bool": { "acs:MFAPresent": "false" } } }
    /// ```
    ///
    /// # References
    /// - [conditional operators](https://www.alibabacloud.com/help/en/ram/conditional-operator)
    MfaLockout, "mfa-lockout", Security, Warning, Medium, check = check
}

fn check(cx: &Context<'_>, sink: &mut Sink) {
    for deny in
        cx.denies().filter(|deny| deny.names_action("ram:BindMFADevice") && deny.names_action("ecs:StopInstance"))
    {
        let mfa =
            deny.tests().iter().find(|test| &*test.key.value == "acs:MFAPresent" && !test.operator.value.is_negated());
        let Some(test) = mfa.filter(|_| deny.broad_resource().is_some()) else { continue };
        let finding = sink.finding("without MFA nobody can set MFA up either", test.key.span).in_statement(deny.index);
        sink.push(
            finding.with_help(
                "except `ram:BindMFADevice`, `ram:CreateVirtualMFADevice` and `ram:GetUser` with `NotAction`",
            ),
        );
    }
}
