//! Where policies come from: text to policy documents, each with its place in the file that the user has.
//!
//! [`find`] takes any file: JSON (bare documents, arrays, CLI output), Terraform, ROS templates in JSON and YAML. Reads text,
//! never files: what lies in another file is returned as a [`FileReference`].

mod document;
mod embed;
mod json;
mod terraform;

pub use document::{Comment, Document, FileReference, Format, Found, Skipped, Spelling};
pub use json::{NotPolicies, documents, holds_statement};
