//! `not-a-string`

use crate::lint::rule::rule;

rule! {
    /// # What it does
    /// Finds a number, boolean, null or object where a string belongs.
    ///
    /// # Why it matters
    /// Every scalar of a policy is written in double quotes, also numbers, booleans, dates and addresses.
    ///
    /// # Example
    /// ```json,finds
    /// { "Effect": "Allow", "Action": "ecs:StartInstance", "Resource": "*", "Condition": { "Bool": { "acs:MFAPresent": true } } }
    /// ```
    ///
    /// # Use instead
    /// ```json,passes
    /// { "Effect": "Allow", "Action": "ecs:StartInstance", "Resource": "*", "Condition": { "Bool": { "acs:MFAPresent": "true" } } }
    /// ```
    ///
    /// # References
    /// - [policy elements](https://www.alibabacloud.com/help/en/ram/policy-elements)
    NotAString, "not-a-string", Correctness, Error, High, suppressible = false
}
