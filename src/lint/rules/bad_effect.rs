//! `bad-effect`

use crate::lint::rule::rule;

rule! {
    /// # What it does
    /// Finds an `Effect` that is not exactly `Allow` or `Deny`.
    ///
    /// # Why it matters
    /// Case and spaces count; RAM refuses the document.
    ///
    /// # Example
    /// ```json,finds
    /// { "Effect": "allow", "Action": "ecs:StartInstance", "Resource": "*" }
    /// ```
    ///
    /// # Use instead
    /// ```json,passes
    /// { "Effect": "Allow", "Action": "ecs:StartInstance", "Resource": "*" }
    /// ```
    ///
    /// # References
    /// - [policy elements](https://www.alibabacloud.com/help/en/ram/policy-elements)
    BadEffect, "bad-effect", Correctness, Error, High, suppressible = false
}
