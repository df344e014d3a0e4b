//! `not-judged`

use crate::lint::rule::rule;

rule! {
    /// # What it does
    /// Says that statements or entries were not compared with all others, because that would have taken too long.
    ///
    /// # Why it matters
    /// A check that was left out must not look like a clean result. The redundancy rules compare at most half a million pairs; split the document, or use fewer wildcards, to have all of them compared.
    ///
    /// # Example
    ///
    /// # Use instead
    ///
    /// # References
    /// - `ramspect help lint`
    NotJudged, "not-judged", CleanUp, Info, High
}
