//! `principal-not-allowed`

use crate::lint::rule::rule;

rule! {
    /// # What it does
    /// Finds `Principal` in a policy that is attached to an identity or a folder.
    ///
    /// # Why it matters
    /// Whoever the policy is attached to is the principal; only policies of resources and roles name one.
    ///
    /// # Example
    /// ```json,finds,control
    /// { "Effect": "Deny", "Principal": "*", "Action": "ecs:*", "Resource": "*" }
    /// ```
    ///
    /// # Use instead
    /// ```json,passes,control
    /// { "Effect": "Deny", "Action": "ecs:*", "Resource": "*" }
    /// ```
    ///
    /// # References
    /// - [policy elements](https://www.alibabacloud.com/help/en/ram/policy-elements)
    PrincipalNotAllowed, "principal-not-allowed", Correctness, Error, High, suppressible = false
}
