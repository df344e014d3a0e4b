//! `any-address`

use crate::lint::context::Context;
use crate::lint::rule::Sink;
use crate::lint::rule::rule;
use crate::policy::Family;
use crate::policy::operand::block;

rule! {
    /// # What it does
    /// Finds an address test that every address meets: `0.0.0.0/0` or `::/0`.
    ///
    /// # Why it matters
    /// The condition looks like a limit and is none.
    ///
    /// # Example
    /// ```json,finds
    /// { "Effect": "Allow", "Action": "ecs:StartInstance", "Resource": "*", "Condition": { "IpAddress": { "acs:SourceIp": "0.0.0.0/0" } } }
    /// ```
    ///
    /// # Use instead
    /// ```json,passes
    /// { "Effect": "Allow", "Action": "ecs:StartInstance", "Resource": "*", "Condition": { "IpAddress": { "acs:SourceIp": "203.0.113.0/24" } } }
    /// ```
    ///
    /// # References
    /// - [conditional operators](https://www.alibabacloud.com/help/en/ram/conditional-operator)
    AnyAddress, "any-address", Security, Warning, High, check = check
}

fn check(cx: &Context<'_>, sink: &mut Sink) {
    for numbered in cx.statements() {
        for test in numbered.tests().iter().filter(|test| test.operator.value.family() == Family::Ip) {
            let whole = |value: &&crate::policy::Text<'_>| {
                block(&value.value).is_some_and(|block| {
                    block.first == 0
                        && block.last >= u128::from(u32::MAX)
                        && !block.plain
                        && value.value.ends_with("/0")
                })
            };
            let Some(value) = test.values.iter().find(whole) else { continue };
            let says = if test.operator.value.is_negated() {
                "no address meets this test"
            } else {
                "every address meets this test"
            };
            let finding = sink.finding(says, value.span).in_statement(numbered.index);
            sink.push(finding.with_help("name the blocks that are meant, or remove the test"));
        }
    }
}
