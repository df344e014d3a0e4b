//! `conflicting-elements`

use crate::lint::rule::rule;

rule! {
    /// # What it does
    /// Finds a statement with both `Action` and `NotAction`, or both `Resource` and `NotResource`.
    ///
    /// # Why it matters
    /// Exactly one of the two is allowed.
    ///
    /// # Example
    /// ```json,finds
    /// { "Effect": "Deny", "Action": "ecs:*", "NotAction": "ecs:StartInstance", "Resource": "*" }
    /// ```
    ///
    /// # Use instead
    /// ```json,passes
    /// { "Effect": "Deny", "NotAction": "ecs:StartInstance", "Resource": "*" }
    /// ```
    ///
    /// # References
    /// - [policy elements](https://www.alibabacloud.com/help/en/ram/policy-elements)
    ConflictingElements, "conflicting-elements", Correctness, Error, High, suppressible = false
}
