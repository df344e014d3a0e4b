//! `missing-element`

use crate::lint::rule::rule;

rule! {
    /// # What it does
    /// Finds a document without `Statement`, and a statement without `Effect`, `Action`, `Resource` or (in policies of resources and roles) `Principal`.
    ///
    /// # Why it matters
    /// RAM refuses the document: `Add an Action or NotAction element to the policy statement.`
    ///
    /// # Example
    /// ```json,finds
    /// { "Effect": "Allow", "Action": "ecs:StartInstance" }
    /// ```
    ///
    /// # Use instead
    /// ```json,passes
    /// { "Effect": "Allow", "Action": "ecs:StartInstance", "Resource": "*" }
    /// ```
    ///
    /// # References
    /// - [policy elements](https://www.alibabacloud.com/help/en/ram/policy-elements)
    MissingElement, "missing-element", Correctness, Error, High, suppressible = false
}
