//! `never-met-condition`

use crate::analyze::Part;
use crate::lint::context::Context;
use crate::lint::rule::Sink;
use crate::lint::rule::rule;
use crate::policy::{Test, operand};

rule! {
    /// # What it does
    /// Finds tests of one key that no value meets together.
    ///
    /// # Why it matters
    /// The statement never applies: an Allow grants nothing, a Deny stops nothing. Values in one list are alternatives; tests under two operators must all be met.
    ///
    /// # Example
    /// ```json,finds
    /// { "Effect": "Allow", "Action": "ecs:StartInstance", "Resource": "*", "Condition": { "DateLessThan": { "acs:CurrentTime": "2026-01-01T00:00:00Z" }, "DateGreaterThan": { "acs:CurrentTime": "2026-06-01T00:00:00Z" } } }
    /// ```
    /// ```json,finds
    /// { "Effect": "Deny", "Action": "ecs:StartInstance", "Resource": "*", "Condition": { "IpAddress": { "acs:SourceIp": "10.0.0.0/8" }, "StringEquals": { "acs:SourceIp": "192.168.0.1" } } }
    /// ```
    ///
    /// # Use instead
    /// ```json,passes
    /// { "Effect": "Allow", "Action": "ecs:StartInstance", "Resource": "*", "Condition": { "DateGreaterThan": { "acs:CurrentTime": "2026-01-01T00:00:00Z" }, "DateLessThan": { "acs:CurrentTime": "2026-06-01T00:00:00Z" } } }
    /// ```
    ///
    /// # References
    /// - [conditional operators](https://www.alibabacloud.com/help/en/ram/conditional-operator)
    NeverMetCondition, "never-met-condition", Correctness, Warning, High, check = check
}

fn check(cx: &Context<'_>, sink: &mut Sink) {
    for (index, part) in cx.proofs().empty() {
        let (Part::Key(key), Some(statement)) = (part, cx.policy.statements.get(index)) else { continue };
        let tests: Vec<_> = statement.condition.iter().filter(|test| test.key.value == key.as_str()).collect();
        // An operand that does not parse is a finding of its own.
        let parses = |test: &&Test<'_>| {
            test.values.iter().all(|value| operand::parses(test.operator.value.family(), &value.value))
        };
        let Some((last, others)) = tests.split_last().filter(|_| tests.iter().all(parses)) else { continue };
        let message = format!("no value of `{key}` meets all tests");
        let mut finding = sink.finding(message, last.key.span).in_statement(index);
        for other in others {
            finding =
                finding.with_related(other.key.span, format!("tested with `{}` here", other.operator.value.as_str()));
        }
        sink.push(finding.with_help("write the alternatives into one list, or into two statements"));
    }
}
