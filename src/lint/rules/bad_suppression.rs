//! `bad-suppression`

use crate::lint::rule::rule;

rule! {
    /// # What it does
    /// Finds a `ramspect: ignore[..]` comment that names no known rule, has no reason, or names a rule that cannot be suppressed.
    ///
    /// # Why it matters
    /// It does nothing, though it looks as if it did.
    ///
    /// # Example
    ///
    /// # Use instead
    ///
    /// # References
    /// - `ramspect.toml`
    BadSuppression, "bad-suppression", Correctness, Warning, High, suppressible = false
}
