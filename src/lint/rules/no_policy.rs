//! `no-policy`

use crate::lint::rule::rule;

rule! {
    /// # What it does
    /// Finds a file that was named on the command line and holds no policy document.
    ///
    /// # Why it matters
    /// Nothing was checked, which must not look like a clean result.
    ///
    /// # Example
    ///
    /// # Use instead
    ///
    /// # References
    /// - README.md, exit statuses
    NoPolicy, "no-policy", Correctness, Error, High, suppressible = false
}
