//! `bare-statement`

use crate::lint::rule::rule;

rule! {
    /// # What it does
    /// Finds a `Statement` that is an object instead of an array of objects.
    ///
    /// # Why it matters
    /// No published grammar shows it; whether RAM takes it is unknown.
    ///
    /// # Example
    /// ```json,finds
    /// { "Version": "1", "Statement": { "Effect": "Allow", "Action": "ecs:StartInstance", "Resource": "*" } }
    /// ```
    ///
    /// # Use instead
    /// ```json,passes
    /// { "Version": "1", "Statement": [ { "Effect": "Allow", "Action": "ecs:StartInstance", "Resource": "*" } ] }
    /// ```
    ///
    /// # References
    /// - [policy elements](https://www.alibabacloud.com/help/en/ram/policy-elements)
    BareStatement, "bare-statement", Correctness, Warning, High
}
