//! `not-resource`

use crate::lint::rule::rule;

rule! {
    /// # What it does
    /// Finds `NotResource`.
    ///
    /// # Why it matters
    /// It stood in the grammar before 2021 and is documented no more; whether RAM still takes it is unknown.
    ///
    /// # Example
    /// ```json,finds
    /// { "Effect": "Deny", "Action": "ecs:StartInstance", "NotResource": "acs:ecs:*:*:instance/i-1" }
    /// ```
    ///
    /// # Use instead
    /// ```json,passes
    /// { "Effect": "Deny", "Action": "ecs:StartInstance", "Resource": "acs:ecs:*:*:instance/i-2" }
    /// ```
    ///
    /// # References
    /// - [policy elements](https://www.alibabacloud.com/help/en/ram/policy-elements)
    NotResource, "not-resource", Correctness, Warning, High
}
