//! `bad-version`

use crate::lint::rule::rule;

rule! {
    /// # What it does
    /// Finds a `Version` that is missing, or not the string `"1"`.
    ///
    /// # Why it matters
    /// RAM knows one version of the language. Dates such as `2012-10-17` are the versions of another cloud.
    ///
    /// # Example
    /// ```json,finds
    /// { "Version": "2012-10-17", "Statement": [ { "Effect": "Allow", "Action": "ecs:StartInstance", "Resource": "*" } ] }
    /// ```
    ///
    /// # Use instead
    /// ```json,passes
    /// { "Version": "1", "Statement": [ { "Effect": "Allow", "Action": "ecs:StartInstance", "Resource": "*" } ] }
    /// ```
    ///
    /// # References
    /// - [policy elements](https://www.alibabacloud.com/help/en/ram/policy-elements)
    BadVersion, "bad-version", Correctness, Error, High, suppressible = false
}
