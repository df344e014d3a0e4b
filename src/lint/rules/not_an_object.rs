//! `not-an-object`

use crate::lint::rule::rule;

rule! {
    /// # What it does
    /// Finds a document, statement, condition or operator block that is no object.
    ///
    /// # Why it matters
    /// RAM refuses the document.
    ///
    /// # Example
    /// ```json,finds
    /// { "Version": "1", "Statement": [ "Allow" ] }
    /// ```
    ///
    /// # Use instead
    /// ```json,passes
    /// { "Version": "1", "Statement": [ { "Effect": "Allow", "Action": "ecs:StartInstance", "Resource": "*" } ] }
    /// ```
    ///
    /// # References
    /// - [policy elements](https://www.alibabacloud.com/help/en/ram/policy-elements)
    NotAnObject, "not-an-object", Correctness, Error, High, suppressible = false
}
