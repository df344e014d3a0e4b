//! `empty-statement`

use crate::analyze::Part;
use crate::lint::context::Context;
use crate::lint::rule::Sink;
use crate::lint::rule::rule;

rule! {
    /// # What it does
    /// Finds a statement whose `Action` no action fits, or whose `Resource` no resource fits.
    ///
    /// # Why it matters
    /// The statement never applies: an Allow grants nothing, a Deny stops nothing. An action is `service:Name`; a resource is `*` or an ARN of five segments.
    ///
    /// # Example
    /// ```json,finds
    /// { "Effect": "Deny", "Action": "ecs:StartInstance", "Resource": ["acs:ecs", "i-1"] }
    /// ```
    /// ```json,finds
    /// { "Effect": "Deny", "NotAction": "*", "Resource": "*" }
    /// ```
    ///
    /// # Use instead
    /// ```json,passes
    /// { "Effect": "Deny", "Action": "ecs:StartInstance", "Resource": "acs:ecs:*:*:instance/i-1" }
    /// ```
    ///
    /// # References
    /// - [policy elements](https://www.alibabacloud.com/help/en/ram/policy-elements)
    EmptyStatement, "empty-statement", Correctness, Warning, High, check = check
}

fn check(cx: &Context<'_>, sink: &mut Sink) {
    for (index, part) in cx.proofs().empty() {
        let Some(statement) = cx.policy.statements.get(index) else { continue };
        let (scope, what, help) = match part {
            Part::Action => (&statement.action, "action", "name an action: `service:Name`, wildcards allowed"),
            Part::Resource => {
                (&statement.resource, "resource", "write `*`, or `acs:<service>:<region>:<account>:<resource>`")
            }
            Part::Key(_) => continue,
        };
        let Some(scope) = scope else { continue };
        let name = if scope.except { "all are excepted" } else { "none fits these" };
        let message = format!("no {what} is left for this statement: {name}");
        sink.push(sink.finding(message, scope.name).in_statement(index).with_help(help));
    }
}
