//! `duplicate-key`

use crate::lint::rule::rule;

rule! {
    /// # What it does
    /// Finds a member name that stands twice in one object.
    ///
    /// # Why it matters
    /// Which of the two counts is undefined, so one of them is lost without a word. Two values of one condition key belong into one array.
    ///
    /// # Example
    /// ```json,finds
    /// { "Effect": "Allow", "Action": "ecs:StartInstance", "Action": "ecs:StopInstance", "Resource": "*" }
    /// ```
    ///
    /// # Use instead
    /// ```json,passes
    /// { "Effect": "Allow", "Action": ["ecs:StartInstance", "ecs:StopInstance"], "Resource": "*" }
    /// ```
    ///
    /// # References
    /// - [conditional operators](https://www.alibabacloud.com/help/en/ram/conditional-operator)
    DuplicateKey, "duplicate-key", Correctness, Error, High, suppressible = false
}
