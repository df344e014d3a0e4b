//! Lenient reading: every scalar may be spelt as a string, a number or a boolean, and `null` is missing.

use super::error::InventoryError;
use super::fact::{Fact, FileName};
use super::raw::{Members, Raw};

/// The members of one JSON object, with the place for error messages.
#[derive(Clone)]
pub(super) struct Fields<'a> {
    map: Members<'a>,
    path: String,
    file: &'a FileName,
}

impl<'a> Fields<'a> {
    /// The members of a value that must be an object.
    pub(super) fn of(value: Raw<'a>, path: String, file: &'a FileName) -> Result<Self, InventoryError> {
        if value.is_object() {
            Ok(Self { map: value.members(), path, file })
        } else {
            Err(shape(file, path, "an object", value))
        }
    }

    /// All members by name.
    pub(super) fn map(&self) -> &Members<'a> {
        &self.map
    }

    pub(super) fn file(&self) -> &'a FileName {
        self.file
    }

    fn get(&self, name: &str) -> Option<Raw<'a>> {
        self.map.get(name).copied().filter(|value| !value.is_null())
    }

    fn inside(&self, name: &str) -> String {
        if self.path.is_empty() { name.to_owned() } else { format!("{}.{name}", self.path) }
    }

    fn scalar<T>(&self, name: &str, read: impl FnOnce(Raw<'a>) -> Option<T>) -> Result<Fact<T>, InventoryError> {
        match self.get(name) {
            None => Ok(Fact::Missing),
            Some(found) if found.is_array() || found.is_object() => {
                Err(shape(self.file, self.inside(name), "a single value", found))
            }
            Some(value) => Ok(read(value).map_or(Fact::Missing, |value| Fact::told(value, self.file))),
        }
    }

    /// A text; an empty one is a value.
    pub(super) fn text(&self, name: &str) -> Result<Fact<String>, InventoryError> {
        self.scalar(name, text)
    }

    /// An id, a name or a state; an empty one is missing.
    pub(super) fn word(&self, name: &str) -> Result<Fact<String>, InventoryError> {
        Ok(self.text(name)?.not_empty())
    }

    /// Truth; what is neither true nor false is missing.
    pub(super) fn flag(&self, name: &str) -> Result<Fact<bool>, InventoryError> {
        self.scalar(name, flag)
    }

    /// A count; what is no whole number from 0 is missing.
    pub(super) fn count(&self, name: &str) -> Result<Fact<u64>, InventoryError> {
        self.scalar(name, count)
    }

    /// The members of a member that is an object.
    pub(super) fn object(&self, name: &str) -> Result<Option<Self>, InventoryError> {
        self.get(name).map(|value| Self::of(value, self.inside(name), self.file)).transpose()
    }

    /// The entries of a list in its wrapper (`"Tags": {"Tag": [..]}`), or without one.
    pub(super) fn list(&self, outer: &str, inner: &str) -> Result<Option<List<'a>>, InventoryError> {
        let path = self.inside(outer);
        match self.get(outer) {
            None => Ok(None),
            Some(list) if list.is_array() => Ok(Some(List { items: list.items(), path, file: self.file })),
            Some(wrapper) if wrapper.is_object() => {
                match wrapper.members().get(inner).copied().filter(|value| !value.is_null()) {
                    None => Ok(None),
                    Some(list) if list.is_array() => {
                        Ok(Some(List { items: list.items(), path: format!("{path}.{inner}"), file: self.file }))
                    }
                    Some(other) => Err(shape(self.file, format!("{path}.{inner}"), "a list", other)),
                }
            }
            Some(other) => Err(shape(self.file, path, "an object with a list", other)),
        }
    }

    /// A list of texts in its wrapper; missing where one of them is.
    pub(super) fn words(&self, outer: &str, inner: &str) -> Result<Fact<Vec<String>>, InventoryError> {
        let Some(list) = self.list(outer, inner)? else { return Ok(Fact::Missing) };
        let mut words = Vec::with_capacity(list.items.len());
        for (at, item) in list.items.iter().copied().enumerate() {
            if item.is_array() || item.is_object() {
                return Err(shape(self.file, format!("{}[{at}]", list.path), "a single value", item));
            }
            match text(item).filter(|word| !word.is_empty()) {
                Some(word) => words.push(word),
                None => return Ok(Fact::Missing),
            }
        }
        Ok(Fact::told(words, self.file))
    }

    /// How many entries a list has.
    pub(super) fn length(&self, outer: &str, inner: &str) -> Result<Fact<u64>, InventoryError> {
        let list = self.list(outer, inner)?;
        Ok(list
            .map_or(Fact::Missing, |list| Fact::told(u64::try_from(list.items.len()).unwrap_or(u64::MAX), self.file)))
    }
}

/// The entries of one list.
pub(super) struct List<'a> {
    items: Vec<Raw<'a>>,
    path: String,
    file: &'a FileName,
}

impl<'a> List<'a> {
    /// Each entry, which must be an object.
    pub(super) fn objects(self) -> impl Iterator<Item = Result<Fields<'a>, InventoryError>> {
        let Self { items, path, file } = self;
        items.into_iter().enumerate().map(move |(at, item)| Fields::of(item, format!("{path}[{at}]"), file))
    }
}

/// A wrong shape, as an error.
pub(super) fn shape(file: &FileName, path: String, expected: &'static str, found: Raw<'_>) -> InventoryError {
    let path = if path.is_empty() { "the document".to_owned() } else { path };
    InventoryError::Shape { file: file.to_string(), path, expected, found: found.kind() }
}

/// The text of a scalar.
pub(super) fn text(value: Raw<'_>) -> Option<String> {
    value.text()
}

/// The truth of a scalar: `true`, `"True"`, `1`, `"1"` and their opposites.
pub(super) fn flag(value: Raw<'_>) -> Option<bool> {
    match text(value)?.trim().to_ascii_lowercase().as_str() {
        "true" | "1" | "1.0" => Some(true),
        "false" | "0" | "0.0" => Some(false),
        _ => None,
    }
}

/// The whole number of a scalar: `3`, `"3"`, `3.0`; a boolean counts as 1 or 0.
pub(super) fn count(value: Raw<'_>) -> Option<u64> {
    let text = text(value)?;
    let text = text.trim();
    match text.to_ascii_lowercase().as_str() {
        "true" => return Some(1),
        "false" => return Some(0),
        _ => {}
    }
    let whole = match text.split_once('.') {
        Some((whole, rest)) if !rest.is_empty() && rest.bytes().all(|b| b == b'0') => whole,
        Some(_) => return None,
        None => text,
    };
    whole.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::inventory::raw::documents;
    use serde_json::json;

    fn with<T>(value: &serde_json::Value, read: impl FnOnce(Raw<'_>) -> T) -> T {
        read(documents(&value.to_string()).unwrap()[0])
    }

    #[test]
    fn every_spelling_of_a_scalar_is_read() {
        for truth in [json!(true), json!("true"), json!("True"), json!(" TRUE "), json!(1), json!("1")] {
            assert_eq!(with(&truth, flag), Some(true), "{truth}");
        }
        for lie in [json!(false), json!("False"), json!(0), json!("0")] {
            assert_eq!(with(&lie, flag), Some(false), "{lie}");
        }
        for three in [json!(3), json!("3"), json!(3.0), json!("3.0"), json!(" 3 ")] {
            assert_eq!(with(&three, count), Some(3), "{three}");
        }
        assert_eq!(with(&json!(1_234_567_890_123_456_u64), text).as_deref(), Some("1234567890123456"));
    }

    #[test]
    fn what_means_nothing_is_missing_and_no_default() {
        for odd in [json!("yes"), json!(2), json!(""), json!(null)] {
            assert_eq!(with(&odd, flag), None, "{odd}");
        }
        for odd in [json!(-1), json!(1.5), json!("many"), json!(1e300), json!(""), json!("3."), json!(null)] {
            assert_eq!(with(&odd, count), None, "{odd}");
        }
    }
}
