//! `empty-condition`

use crate::lint::rule::rule;

rule! {
    /// # What it does
    /// Finds a `Condition`, or an operator in it, without any key.
    ///
    /// # Why it matters
    /// It is always met: either something was forgotten, or it can go.
    ///
    /// # Example
    /// ```json,finds
    /// { "Effect": "Allow", "Action": "ecs:StartInstance", "Resource": "*", "Condition": {} }
    /// ```
    ///
    /// # Use instead
    /// ```json,passes
    /// { "Effect": "Allow", "Action": "ecs:StartInstance", "Resource": "*" }
    /// ```
    ///
    /// # References
    /// - [policy elements](https://www.alibabacloud.com/help/en/ram/policy-elements)
    EmptyCondition, "empty-condition", Correctness, Warning, High
}
