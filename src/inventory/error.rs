//! What makes a text unusable as inventory.

use thiserror::Error;

/// Why a text cannot be taken into an inventory. Every message names the file.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum InventoryError {
    /// The text holds nothing.
    #[error("`{file}` is empty")]
    Empty {
        /// The text's name.
        file: String,
    },
    /// The text is not JSON.
    #[error("`{file}` is no JSON: {problem} (line {line}, column {column})")]
    NotJson {
        /// The text's name.
        file: String,
        /// From 1.
        line: usize,
        /// From 1, in bytes.
        column: usize,
        /// What the JSON reader says.
        problem: String,
    },
    /// A member has another shape than the API gives it.
    #[error("`{file}`: `{path}` should be {expected}, not {found}")]
    Shape {
        /// The text's name.
        file: String,
        /// The member, as a path from the top of the document.
        path: String,
        /// What the API gives.
        expected: &'static str,
        /// What is there.
        found: &'static str,
    },
    /// There are two manifests.
    #[error("`{second}` is a second manifest; the first is `{first}`")]
    SecondManifest {
        /// The first manifest.
        first: String,
        /// The second manifest.
        second: String,
    },
    /// The manifest is of a version that this program does not know.
    #[error("`{file}`: manifest version `{version}` is unknown")]
    ManifestVersion {
        /// The text's name.
        file: String,
        /// The version found.
        version: String,
    },
    /// A name in the manifest is none of those it may have.
    #[error("`{file}`: unknown {what} `{name}`")]
    UnknownName {
        /// The text's name.
        file: String,
        /// What is named: `manifest member`, `quota`, `kind`.
        what: &'static str,
        /// The name found.
        name: String,
        /// The nearest name that exists.
        suggestion: Option<String>,
        /// Every name that exists, joined by commas.
        known: String,
    },
}

impl InventoryError {
    /// The way out, for the user.
    pub fn help(&self) -> Option<String> {
        match self {
            Self::Empty { .. } | Self::NotJson { .. } => {
                Some("an inventory file holds what `aliyun ecs Describe...` prints, unchanged".to_owned())
            }
            Self::Shape { .. } => None,
            Self::SecondManifest { .. } => Some("merge them: an inventory has at most one manifest".to_owned()),
            Self::ManifestVersion { .. } => Some("this program reads `\"ramspect_inventory\": 1`".to_owned()),
            Self::UnknownName { suggestion: Some(name), .. } => Some(format!("did you mean `{name}`?")),
            Self::UnknownName { known, .. } => Some(format!("known: {known}")),
        }
    }
}
