//! `unsupported-operator`

use crate::lint::rule::rule;

rule! {
    /// # What it does
    /// Finds a condition operator that RAM does not have, such as `StringEqualsIfExists`, `Null`, `ArnLike`, `ForAnyValue:StringLike` or `DateTimeLessThan`.
    ///
    /// # Why it matters
    /// RAM refuses the document: `The condition operator 'IfExists/Null' is not supported`.
    ///
    /// # Example
    /// ```json,finds
    /// { "Effect": "Allow", "Action": "ecs:StartInstance", "Resource": "*", "Condition": { "BoolIfExists": { "acs:MFAPresent": "true" } } }
    /// ```
    ///
    /// # Use instead
    /// ```json,passes
    /// { "Effect": "Allow", "Action": "ecs:StartInstance", "Resource": "*", "Condition": { "Bool": { "acs:MFAPresent": "true" } } }
    /// ```
    ///
    /// # References
    /// - [conditional operators](https://www.alibabacloud.com/help/en/ram/conditional-operator)
    UnsupportedOperator, "unsupported-operator", Correctness, Error, High, suppressible = false
}
