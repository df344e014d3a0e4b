//! `bad-operand`

use crate::lint::rule::rule;

rule! {
    /// # What it does
    /// Finds a value that is not of the type its operator compares, such as a date without a zone.
    ///
    /// # Why it matters
    /// The test is never met, so an Allow grants nothing and a Deny stops nothing.
    ///
    /// # Example
    /// ```json,finds
    /// { "Effect": "Allow", "Action": "ecs:StartInstance", "Resource": "*", "Condition": { "DateLessThan": { "acs:CurrentTime": "2026-01-01" } } }
    /// ```
    ///
    /// # Use instead
    /// ```json,passes
    /// { "Effect": "Allow", "Action": "ecs:StartInstance", "Resource": "*", "Condition": { "DateLessThan": { "acs:CurrentTime": "2026-01-01T00:00:00+08:00" } } }
    /// ```
    ///
    /// # References
    /// - [conditional operators](https://www.alibabacloud.com/help/en/ram/conditional-operator)
    BadOperand, "bad-operand", Correctness, Warning, High
}
