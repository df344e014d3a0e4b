//! `not-judged`

use crate::lint::rule::rule;

rule! {
    /// # What it does
    /// Says that statements or entries were not judged, because that would have taken too long.
    ///
    /// # Why it matters
    /// A check that was left out must not look like a clean result. The rules that prove something about statements (`redundant-statement`, `unreachable-allow`, `never-met-condition`, `empty-statement`) have one second for a document, `mergeable-statements` tries 20,000 pairs, `covered-entry` half a million; split the document, or use fewer wildcards, to have everything judged.
    ///
    /// # Example
    ///
    /// # Use instead
    ///
    /// # References
    /// - `ramspect help lint`
    NotJudged, "not-judged", CleanUp, Info, High
}
