//! `short-arn`

use crate::lint::rule::rule;

rule! {
    /// # What it does
    /// Finds a resource with fewer than the five segments of an ARN.
    ///
    /// # Why it matters
    /// It is matched letter for letter all the same, and so covers more or less than it seems to: `acs:ecs:*` covers everything of the service.
    ///
    /// # Example
    /// ```json,finds
    /// { "Effect": "Allow", "Action": "ecs:StartInstance", "Resource": "acs:ecs:*" }
    /// ```
    ///
    /// # Use instead
    /// ```json,passes
    /// { "Effect": "Allow", "Action": "ecs:StartInstance", "Resource": "acs:ecs:*:*:*" }
    /// ```
    ///
    /// # References
    /// - [policy elements](https://www.alibabacloud.com/help/en/ram/policy-elements)
    ShortArn, "short-arn", Correctness, Warning, High
}
