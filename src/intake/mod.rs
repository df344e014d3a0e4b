//! Where policies come from: text to policy documents, each with its place in the file that the user has.
//!
//! Reads text, never files.

mod json;

pub use json::{Document, NotPolicies, documents, holds_statement};
