//! `syntax`

use crate::lint::rule::rule;

rule! {
    /// # What it does
    /// Finds text that is no JSON: a missing or extra comma, comments, single or typographic quotes, a no-break space, an open bracket.
    ///
    /// # Why it matters
    /// RAM reads policies as strict JSON and refuses the whole document. Copies from web pages often bring spaces and commas that only look right.
    ///
    /// # Example
    /// ```json,finds
    /// { "Effect": "Allow", "Action": ["ecs:StartInstance",], "Resource": "*" }
    /// ```
    ///
    /// # Use instead
    /// ```json,passes
    /// { "Effect": "Allow", "Action": "ecs:StartInstance", "Resource": "*" }
    /// ```
    ///
    /// # References
    /// - [policy elements](https://www.alibabacloud.com/help/en/ram/policy-elements)
    Syntax, "syntax", Correctness, Error, High, suppressible = false
}
