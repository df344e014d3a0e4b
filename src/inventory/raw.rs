//! JSON as it stands: values are looked into where they lie, so that a file of many megabytes is never held as a tree.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::Value;
use serde_json::value::RawValue;

/// The text of one JSON value without white space around it.
///
/// INVARIANT (the text is JSON): made only by [`documents`], which checks, and by looking into another one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Raw<'a>(&'a str);

/// The members of an object; of two with one name the last.
pub(super) type Members<'a> = BTreeMap<String, Raw<'a>>;

/// The documents of a text, one after another.
pub(super) fn documents(text: &str) -> Result<Vec<Raw<'_>>, serde_json::Error> {
    let mut stream = serde_json::Deserializer::from_str(text).into_iter::<Checked>();
    let (mut found, mut start) = (Vec::new(), 0);
    while let Some(checked) = stream.next() {
        checked?;
        let end = stream.byte_offset();
        found.push(Raw(text.get(start..end).unwrap_or_default().trim()));
        start = end;
    }
    Ok(found)
}

impl<'a> Raw<'a> {
    fn first(self) -> u8 {
        self.0.bytes().next().unwrap_or(b'n')
    }

    pub(super) fn is_null(self) -> bool {
        self.first() == b'n'
    }

    pub(super) fn is_object(self) -> bool {
        self.first() == b'{'
    }

    pub(super) fn is_array(self) -> bool {
        self.first() == b'['
    }

    /// What it is, for a message.
    pub(super) fn kind(self) -> &'static str {
        match self.first() {
            b'{' => "an object",
            b'[' => "a list",
            b'"' => "a string",
            b't' | b'f' => "a boolean",
            b'n' => "null",
            _ => "a number",
        }
    }

    /// The value as it is spelt in JSON.
    pub(super) fn spelt(self) -> &'a str {
        self.0
    }

    /// The text of a scalar; a number as serde spells it.
    pub(super) fn text(self) -> Option<String> {
        match self.first() {
            b'{' | b'[' | b'n' => None,
            b'"' => Some(decoded(self.0).into_owned()),
            b't' | b'f' => Some(self.0.to_owned()),
            _ => Some(
                serde_json::from_str::<Value>(self.0).map_or_else(|_| self.0.to_owned(), |value| value.to_string()),
            ),
        }
    }

    /// The members of an object; none of anything else.
    pub(super) fn members(self) -> Members<'a> {
        let members: BTreeMap<String, &RawValue> = serde_json::from_str(self.0).unwrap_or_default();
        members.into_iter().map(|(name, value)| (name, Self(value.get()))).collect()
    }

    /// The entries of a list; none of anything else.
    pub(super) fn items(self) -> Vec<Self> {
        let items: Vec<&RawValue> = serde_json::from_str(self.0).unwrap_or_default();
        items.into_iter().map(|value| Self(value.get())).collect()
    }
}

/// A string without its quotation marks and escapes.
fn decoded(spelt: &str) -> Cow<'_, str> {
    let inside = spelt.strip_prefix('"').and_then(|text| text.strip_suffix('"'));
    match inside {
        Some(text) if !text.contains('\\') => Cow::Borrowed(text),
        _ => Cow::Owned(serde_json::from_str(spelt).unwrap_or_default()),
    }
}

/// Reads any value and keeps none of it: JSON is checked as strictly as a tree would.
struct Checked;

impl<'de> Deserialize<'de> for Checked {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Self)
    }
}

impl<'de> Visitor<'de> for Checked {
    type Value = Self;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any valid JSON value")
    }

    fn visit_bool<E>(self, _: bool) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_i64<E>(self, _: i64) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_u64<E>(self, _: u64) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_f64<E>(self, _: f64) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_str<E>(self, _: &str) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_unit<E>(self) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Self, A::Error> {
        while items.next_element::<Self>()?.is_some() {}
        Ok(self)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Self, A::Error> {
        while members.next_entry::<Self, Self>()?.is_some() {}
        Ok(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tree(raw: Raw<'_>) -> Value {
        match raw.kind() {
            "an object" => raw.members().into_iter().map(|(name, value)| (name, tree(value))).collect(),
            "a list" => raw.items().into_iter().map(tree).collect(),
            _ => serde_json::from_str(raw.spelt()).unwrap(),
        }
    }

    #[test]
    fn what_is_seen_is_what_a_tree_holds() {
        let text = r#" {"a": [1, -2.50, "x\"]}", true , null,{}], "b":{"c" : "\u00e9","c":[ ]} , "d\n":1e3} "#;
        let found = documents(text).unwrap();
        assert_eq!(found.len(), 1);
        assert_eq!(tree(found[0]), serde_json::from_str::<Value>(text).unwrap());
        assert_eq!(documents("1 [] \"a\"\n{}").unwrap().len(), 4);
        for wrong in ["{", "[1,]", r#""\ud800""#, "1e999", "{\"a\":1 2}", &"[".repeat(200), "nul"] {
            let (own, serde) = (documents(wrong).unwrap_err(), serde_json::from_str::<Value>(wrong).unwrap_err());
            assert_eq!(own.to_string(), serde.to_string(), "{wrong}");
        }
    }
}
