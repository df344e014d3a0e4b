//! `unused-suppression`

use crate::lint::rule::rule;

rule! {
    /// # What it does
    /// Finds a suppression of the configuration or of a comment that suppresses nothing.
    ///
    /// # Why it matters
    /// The fault is gone, or the suppression never worked; either way it would hide the next one.
    ///
    /// # Example
    ///
    /// # Use instead
    ///
    /// # References
    /// - `ramspect.toml`
    UnusedSuppression, "unused-suppression", CleanUp, Warning, High, suppressible = false
}
