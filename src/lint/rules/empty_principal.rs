//! `empty-principal`

use crate::lint::rule::rule;

rule! {
    /// # What it does
    /// Finds a `Principal` without any entry.
    ///
    /// # Why it matters
    /// In a trust policy it lets nobody in; in an OSS bucket policy an empty array means everybody.
    ///
    /// # Example
    /// ```json,finds,trust
    /// { "Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {} }
    /// ```
    ///
    /// # Use instead
    /// ```json,passes
    /// { "Effect": "Allow", "Action": "sts:AssumeRole", "Principal": { "Service": "ecs.aliyuncs.com" } }
    /// ```
    ///
    /// # References
    /// - [policy elements](https://www.alibabacloud.com/help/en/ram/policy-elements)
    EmptyPrincipal, "empty-principal", Correctness, Warning, High
}
