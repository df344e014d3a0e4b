//! What several test modules share. Nothing here uses the library under test.

pub mod cli;
pub mod ebnf;
pub mod random;

/// A number of random cases: that of the suite, or where `RAMSPECT_CASES` names a percentage, that part of it (`1` in a
/// mutation run, where the suite runs hundreds of times).
pub fn cases(usual: usize) -> usize {
    let percent: Option<usize> = std::env::var("RAMSPECT_CASES").ok().and_then(|text| text.parse().ok());
    percent.map_or(usual, |percent| (usual * percent / 100).max(1))
}
