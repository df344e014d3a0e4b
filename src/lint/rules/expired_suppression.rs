//! `expired-suppression`

use crate::lint::rule::rule;

rule! {
    /// # What it does
    /// Finds a suppression of the configuration or of a comment whose `until` date has passed.
    ///
    /// # Why it matters
    /// The reason to look away was meant to hold until that date.
    ///
    /// # Example
    ///
    /// # Use instead
    ///
    /// # References
    /// - `ramspect.toml`
    ExpiredSuppression, "expired-suppression", Correctness, Warning, High, suppressible = false
}
