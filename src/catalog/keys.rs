//! Condition keys: spelling, type, and the families whose names end in a tag.

use super::Catalog;
use super::table::{Row, Table, compare};

static KEYS: Table = Table::new(include_str!("data/keys.tsv"));

/// The type of a condition key's value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyType {
    /// Text.
    String,
    /// Decimal number.
    Number,
    /// Instant.
    Date,
    /// `true` or `false`.
    Bool,
    /// Address.
    Ip,
    /// The sources disagree: operators of several types are in use.
    Any,
}

impl KeyType {
    /// Reads the word of a table.
    pub fn parse(word: &str) -> Option<Self> {
        Some(match word.to_ascii_lowercase().as_str() {
            "string" => Self::String,
            "number" | "numeric" => Self::Number,
            "date" => Self::Date,
            "bool" | "boolean" => Self::Bool,
            "ip" | "ipaddress" => Self::Ip,
            "any" => Self::Any,
            _ => return None,
        })
    }

    /// With its article, for messages.
    pub fn noun(self) -> &'static str {
        match self {
            Self::String => "a text",
            Self::Number => "a number",
            Self::Date => "an instant",
            Self::Bool => "a boolean",
            Self::Ip => "an address",
            Self::Any => "of several types",
        }
    }
}

/// A condition key that the catalog knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Key<'c> {
    /// The documented spelling; ends with `*` for a family such as `acs:ResourceTag/*`.
    pub name: &'c str,
    /// Its type.
    pub kind: KeyType,
}

impl Key<'_> {
    /// Whether a name is spelled as documented.
    pub fn spells(&self, written: &str) -> bool {
        match self.name.strip_suffix('*') {
            Some(front) => written.starts_with(front),
            None => written == self.name,
        }
    }
}

fn from_row(row: Row) -> Key<'static> {
    Key { name: row.column(0), kind: KeyType::parse(row.column(1)).unwrap_or(KeyType::Any) }
}

impl Catalog {
    /// The key of that name, in any case.
    pub fn key(&self, name: &str) -> Option<Key<'_>> {
        let added = self.added.keys.iter().map(|(name, kind)| Key { name, kind: *kind });
        let found = added.into_iter().find(|key| compare(key.name, name).is_eq());
        found.or_else(|| Self::compiled_key(name))
    }

    /// The key of that name in the compiled-in table, in any case.
    pub(crate) fn compiled_key(name: &str) -> Option<Key<'static>> {
        KEYS.find(name).map(from_row).or_else(|| {
            // A family is a front up to its last separator.
            let cut = name.find('/').or_else(|| name.rfind(':'))?;
            let family = format!("{}*", name.get(..=cut)?);
            KEYS.find(&family).map(from_row)
        })
    }

    /// The names of all keys.
    pub fn key_names(&self) -> impl Iterator<Item = &str> {
        self.added.keys.iter().map(|(name, _)| name.as_str()).chain(KEYS.rows().map(|row| row.column(0)))
    }
}
