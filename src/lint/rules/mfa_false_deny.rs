//! `mfa-false-deny`

use crate::lint::context::Context;
use crate::lint::rule::Sink;
use crate::lint::rule::rule;
use crate::policy::Operator;
use crate::policy::operand::boolean;

rule! {
    /// # What it does
    /// Finds a Deny under `Bool` `acs:MFAPresent` `false`.
    ///
    /// # Why it matters
    /// Requests that are signed with an access key do not carry the key at all, so the test is not met and the Deny does not stop them.
    ///
    /// # Example
    /// ```json,finds
    /// { "Effect": "Deny", "Action": "ecs:*", "Resource": "*", "Condition": { "Bool": { "acs:MFAPresent": "false" } } }
    /// ```
    ///
    /// # Use instead
    /// ```json,passes
    /// { "Effect": "Allow", "Action": "ecs:StopInstance", "Resource": "acs:ecs:*:*:instance/i-1", "Condition": { "Bool": { "acs:MFAPresent": "true" } } }
    /// ```
    ///
    /// # References
    /// - [conditional operators](https://www.alibabacloud.com/help/en/ram/conditional-operator)
    MfaFalseDeny, "mfa-false-deny", Security, Warning, Medium, check = check
}

fn check(cx: &Context<'_>, sink: &mut Sink) {
    for deny in cx.denies() {
        let mfa = |test: &&crate::policy::Test<'_>| {
            test.operator.value == Operator::Bool
                && &*test.key.value == "acs:MFAPresent"
                && test.values.iter().any(|value| boolean(&value.value) == Some(false))
        };
        let Some(test) = deny.tests().iter().find(mfa) else { continue };
        let finding =
            sink.finding("this Deny does not stop requests with an access key", test.key.span).in_statement(deny.index);
        sink.push(finding.with_help("allow the actions under `Bool` `acs:MFAPresent` `true` instead"));
    }
}
