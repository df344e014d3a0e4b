//! The files of `grammar/` are run, not only read: see `grammar/README.md`.
//!
//! The grammar is held against oracles that are not ours (`serde_json`, `std::net`, regular expressions), and in `parsers`
//! the library against the grammar, by the same functions: `agree::agree`, `agree::find_all`, `schemas::agree`.

pub mod agree;
pub mod documents;
pub mod json;
pub mod names;
pub mod parsers;
pub mod samples;
pub mod schemas;
pub mod texts;
