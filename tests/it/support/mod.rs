//! What several test modules share. Nothing here uses the library under test.

pub mod ebnf;
pub mod random;
