//! The manifest: what the collector of an inventory knows about it (contract 2.3).

use std::collections::{BTreeMap, BTreeSet};

use super::document::Kind;
use super::error::InventoryError;
use super::fact::FileName;
use super::raw::Raw;
use super::scalar::{self, Fields, shape};
use super::suggest::nearest;
use crate::catalog::{Quota, Quotas};

/// A manifest as given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Manifest {
    /// The text it was read from.
    pub file: FileName,
    /// `account_id`.
    pub account_id: Option<String>,
    /// `region`, one or several; empty where none is given.
    pub regions: Vec<String>,
    /// `collected_at`, as written.
    pub collected_at: Option<String>,
    /// `complete`.
    pub complete: BTreeSet<Kind>,
    /// `owners`: the account of a group or instance.
    pub owners: BTreeMap<String, String>,
    /// `quotas`.
    pub quotas: Quotas,
}

const MEMBERS: [&str; 7] =
    ["ramspect_inventory", "account_id", "region", "collected_at", "complete", "owners", "quotas"];

impl Manifest {
    pub(super) fn read(fields: &Fields) -> Result<Self, InventoryError> {
        let mut manifest = Self {
            file: fields.file().clone(),
            account_id: fields.word("account_id")?.known().cloned(),
            regions: Vec::new(),
            collected_at: fields.word("collected_at")?.known().cloned(),
            complete: BTreeSet::new(),
            owners: BTreeMap::new(),
            quotas: Quotas::default(),
        };
        for (name, value) in fields.map() {
            let (name, value) = (name.as_ref(), *value);
            match name {
                "ramspect_inventory" => version(fields.file(), value)?,
                "region" => manifest.regions = words(fields.file(), name, value)?,
                "complete" => {
                    for word in words(fields.file(), name, value)? {
                        let known = Kind::ALL.map(Kind::word);
                        let kind = Kind::named(&word).ok_or_else(|| unknown(fields.file(), "kind", &word, &known))?;
                        manifest.complete.insert(kind);
                    }
                }
                "account_id" | "collected_at" => {}
                "owners" => {
                    for (id, owner) in object(fields, name)? {
                        let owner = single(fields.file(), &format!("{name}.{id}"), owner)?;
                        manifest.owners.insert(id, owner);
                    }
                }
                "quotas" => {
                    for (quota, value) in object(fields, name)? {
                        let known = Quota::ALL.map(Quota::name);
                        let limit =
                            Quota::named(&quota).ok_or_else(|| unknown(fields.file(), "quota", &quota, &known))?;
                        let value = scalar::count(value)
                            .ok_or_else(|| shape(fields.file(), format!("{name}.{quota}"), "a whole number", value))?;
                        manifest.quotas.set(limit, value);
                    }
                }
                other => return Err(unknown(fields.file(), "manifest member", other, &MEMBERS)),
            }
        }
        Ok(manifest)
    }
}

fn version(file: &FileName, value: Raw<'_>) -> Result<(), InventoryError> {
    if scalar::count(value) == Some(1) {
        return Ok(());
    }
    Err(InventoryError::ManifestVersion { file: file.to_string(), version: value.spelt().to_owned() })
}

fn unknown(file: &FileName, what: &'static str, name: &str, known: &[&'static str]) -> InventoryError {
    InventoryError::UnknownName {
        file: file.to_string(),
        what,
        name: name.to_owned(),
        suggestion: nearest(name, known.iter().copied()).map(str::to_owned),
        known: known.join(", "),
    }
}

fn object<'a>(fields: &Fields<'a>, name: &str) -> Result<Vec<(String, Raw<'a>)>, InventoryError> {
    let inside = fields.object(name)?;
    let members = inside.iter().flat_map(Fields::map).map(|(name, value)| (name.clone(), *value));
    Ok(members.collect())
}

fn single(file: &FileName, path: &str, value: Raw<'_>) -> Result<String, InventoryError> {
    scalar::text(value)
        .filter(|text| !text.is_empty())
        .ok_or_else(|| shape(file, path.to_owned(), "a name or id", value))
}

/// One word or a list of words; an empty word is none.
fn words(file: &FileName, path: &str, value: Raw<'_>) -> Result<Vec<String>, InventoryError> {
    if value.is_null() || value.spelt() == "\"\"" {
        return Ok(Vec::new());
    }
    if value.is_array() {
        let words = value.items().into_iter().enumerate();
        return words.map(|(at, word)| single(file, &format!("{path}[{at}]"), word)).collect();
    }
    Ok(vec![single(file, path, value)?])
}
