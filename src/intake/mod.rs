//! Where policies come from: text to policy documents, each with its place in the file that the user has.
//!
//! [`find`] takes any file: JSON (bare documents, arrays, CLI output), Terraform, ROS templates in JSON and YAML. Reads text,
//! never files: what lies in another file is returned as a [`FileReference`].

mod document;
mod embed;
mod find;
mod json;
mod ros;
mod terraform;

pub use document::{Comment, Document, FileReference, Format, Found, Skipped, Spelling};
pub use find::find;
pub use json::{NotPolicies, documents, holds_statement, is_stack_policy};

use crate::policy::PolicyKind;

/// Reads a template file that a Terraform file refers to: `${..}` is unknown text.
///
/// None when the text that makes the document is only known when Terraform runs.
pub fn template(text: &str, kind: PolicyKind) -> Option<Document<'static>> {
    terraform::template(text, kind)
}

#[cfg(test)]
mod tests;
