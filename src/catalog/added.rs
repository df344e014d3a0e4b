//! What `--catalog FILE` adds to the compiled-in tables.

use serde::Deserialize;
use thiserror::Error;

use super::{Action, Catalog, KeyType};

/// An action from the user's file.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct AddedAction {
    /// With its service.
    #[serde(rename = "action")]
    pub(super) name: String,
    #[serde(default)]
    level: String,
    /// Shapes, `*` in front of a required one.
    #[serde(default, deserialize_with = "joined")]
    resources: String,
    #[serde(default, deserialize_with = "joined")]
    condition_keys: String,
}

fn joined<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    Ok(Vec::<String>::deserialize(deserializer)?.join(" "))
}

impl AddedAction {
    pub(super) fn as_action(&self) -> Action<'_> {
        Action {
            name: &self.name,
            level: &self.level,
            resources: &self.resources,
            older: "",
            keys: &self.condition_keys,
            source: "added",
        }
    }
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct AddedKey {
    key: String,
    r#type: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    actions: Vec<AddedAction>,
    #[serde(default)]
    condition_keys: Vec<AddedKey>,
}

/// The parsed additions.
#[derive(Debug, Clone, Default)]
pub(super) struct Added {
    pub(super) actions: Vec<AddedAction>,
    pub(super) keys: Vec<(String, KeyType)>,
}

/// Why a catalog file could not be used.
#[derive(Debug, Error)]
pub enum CatalogError {
    /// Not the expected JSON.
    #[error("the catalog file is not valid: {0}")]
    Json(#[from] serde_json::Error),
    /// An action without a service.
    #[error("`{0}` is no action of the form `service:Name`")]
    Action(String),
    /// A type that no condition key has.
    #[error("`{0}` is no type of condition key")]
    Type(String),
}

impl Catalog {
    /// Whether a file added something, so that the compiled-in tables do not tell all.
    pub(crate) fn has_additions(&self) -> bool {
        !self.added.actions.is_empty() || !self.added.keys.is_empty()
    }

    /// The compiled-in tables and what a file adds:
    /// `{"actions":[{"action":"a:B","level":"get","resources":["*acs:a:{region}:{account}:b/{id}"],"condition_keys":["a:K"]}],`
    /// `"condition_keys":[{"key":"a:K","type":"string"}]}`.
    ///
    /// # Errors
    /// When the text is not of that form.
    pub fn with_file(mut self, text: &str) -> Result<Self, CatalogError> {
        let file: File = serde_json::from_str(text)?;
        if let Some(bad) = file.actions.iter().find(|action| !action.name.contains(':')) {
            return Err(CatalogError::Action(bad.name.clone()));
        }
        self.added.actions.extend(file.actions);
        for added in file.condition_keys {
            let kind = KeyType::parse(&added.r#type).ok_or(CatalogError::Type(added.r#type))?;
            self.added.keys.push((added.key, kind));
        }
        Ok(self)
    }
}
