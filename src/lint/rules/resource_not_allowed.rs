//! `resource-not-allowed`

use crate::lint::rule::rule;

rule! {
    /// # What it does
    /// Finds `Resource` in a trust policy.
    ///
    /// # Why it matters
    /// A trust policy is about the role that it belongs to.
    ///
    /// # Example
    /// ```json,finds,trust
    /// { "Effect": "Allow", "Action": "sts:AssumeRole", "Principal": { "Service": "ecs.aliyuncs.com" }, "Resource": "*" }
    /// ```
    ///
    /// # Use instead
    /// ```json,passes
    /// { "Effect": "Allow", "Action": "sts:AssumeRole", "Principal": { "Service": "ecs.aliyuncs.com" } }
    /// ```
    ///
    /// # References
    /// - [trust policies](https://www.alibabacloud.com/help/en/ram/user-guide/edit-the-trust-policy-of-a-ram-role)
    ResourceNotAllowed, "resource-not-allowed", Correctness, Error, High, suppressible = false
}
