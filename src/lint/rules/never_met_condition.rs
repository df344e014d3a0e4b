//! `never-met-condition`

use crate::lint::condition;
use crate::lint::context::Context;
use crate::lint::rule::Sink;
use crate::lint::rule::rule;
use crate::policy::operand;

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
    for numbered in cx.statements() {
        let tests = numbered.tests();
        let open = tests.iter().any(|test| test.values.iter().any(|value| cx.is_open(&value.value)));
        let Some(test) = condition::never_met(tests).filter(|_| !open).and_then(|at| tests.get(at)) else { continue };
        // An operand that does not parse is a finding of its own.
        let parses = |value: &crate::policy::Text<'_>| operand::parses(test.operator.value.family(), &value.value);
        if !test.values.iter().all(parses) {
            continue;
        }
        let message = format!("no value of `{}` meets all tests", test.key.value);
        let mut finding = sink.finding(message, test.key.span).in_statement(numbered.index);
        for other in tests.iter().filter(|other| other.key == test.key && other.key.span != test.key.span) {
            finding =
                finding.with_related(other.key.span, format!("tested with `{}` here", other.operator.value.as_str()));
        }
        sink.push(finding.with_help("write the alternatives into one list, or into two statements"));
    }
}
