//! `empty-array`

use crate::lint::rule::rule;

rule! {
    /// # What it does
    /// Finds an array without entries, such as `"Action": []`.
    ///
    /// # Why it matters
    /// A statement without actions, resources or values says nothing, and an empty `Principal` of an OSS bucket policy even means everybody.
    ///
    /// # Example
    /// ```json,finds
    /// { "Effect": "Allow", "Action": [], "Resource": "*" }
    /// ```
    ///
    /// # Use instead
    /// ```json,passes
    /// { "Effect": "Allow", "Action": "ecs:StartInstance", "Resource": "*" }
    /// ```
    ///
    /// # References
    /// - [policy elements](https://www.alibabacloud.com/help/en/ram/policy-elements)
    EmptyArray, "empty-array", Correctness, Error, High, suppressible = false
}
