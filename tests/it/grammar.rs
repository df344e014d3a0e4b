//! The files of `grammar/` are run, not only read: see `grammar/README.md`.
//!
//! Here the grammar is held against oracles that are not ours (`serde_json`, `std::net`, regular expressions). The
//! parsers of the library are plugged into the same functions: `agree::agree`, `agree::find_all`, `schemas::agree`.

pub mod agree;
pub mod documents;
pub mod json;
pub mod names;
pub mod samples;
pub mod schemas;
pub mod texts;
