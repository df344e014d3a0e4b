//! `unknown-element`

use crate::lint::rule::rule;

rule! {
    /// # What it does
    /// Finds a member of the document, of a statement or of `Principal` that RAM does not know, or whose name is spelt otherwise.
    ///
    /// # Why it matters
    /// RAM refuses the document, or ignores what the author meant to say.
    ///
    /// # Example
    /// ```json,finds
    /// { "Effect": "Allow", "Actions": "ecs:StartInstance", "Action": "ecs:StartInstance", "Resource": "*" }
    /// ```
    ///
    /// # Use instead
    /// ```json,passes
    /// { "Effect": "Allow", "Action": "ecs:StartInstance", "Resource": "*" }
    /// ```
    ///
    /// # References
    /// - [policy elements](https://www.alibabacloud.com/help/en/ram/policy-elements)
    UnknownElement, "unknown-element", Correctness, Error, High, suppressible = false
}
