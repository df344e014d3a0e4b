//! One line of a batch: strings borrowed from the line wherever they have no escape.

use std::borrow::Cow;
use std::fmt;

use serde::Deserialize;
use serde::de::{Deserializer, Error, MapAccess, SeqAccess, Visitor};

use super::{RequestError, check_action, check_resource};
use crate::evaluate::{Context, Fact};

/// A request of a batch.
#[derive(Debug)]
pub struct BatchLine<'a> {
    /// `id`, handed back in the answer.
    pub id: Option<serde_json::Value>,
    /// `principal`
    pub principal: Option<Cow<'a, str>>,
    /// `action`
    pub action: Cow<'a, str>,
    /// `resources`; at least one.
    pub resources: Vec<Cow<'a, str>>,
    /// `context` and `absent`.
    pub context: Context<'a>,
    /// `closed_context`
    pub closed: bool,
}

/// Reads a line.
///
/// # Errors
/// A sentence for the `error` of its answer.
pub fn read(text: &str) -> Result<BatchLine<'_>, RequestError> {
    let raw: Raw<'_> = serde_json::from_str(text).map_err(|error| {
        let column = error.column();
        let message = error.to_string();
        let message = message.split(" at line ").next().unwrap_or_default();
        format!("{message} (column {column})")
    })?;
    let action = raw.action.ok_or("`action` is missing")?.0;
    check_action(&action)?;
    let resources = raw.resources.ok_or("`resources` is missing")?.0;
    if resources.is_empty() {
        return Err("`resources` is empty".into());
    }
    for resource in &resources {
        check_resource(resource)?;
    }
    let mut context = raw.context.map(|facts| facts.0).unwrap_or_default();
    for key in raw.absent.map(|keys| keys.0).unwrap_or_default() {
        if context.get(&key).is_some_and(|fact| *fact != Fact::Absent) {
            return Err(format!("`{key}` stands in both `context` and `absent`").into());
        }
        context.set(key, Fact::Absent);
    }
    let (id, principal) = (raw.id.map(|id| id.0), raw.principal.map(|principal| principal.0));
    Ok(BatchLine { id, principal, action, resources, context, closed: raw.closed_context.unwrap_or(false) })
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Raw<'a> {
    id: Option<Id>,
    #[serde(borrow)]
    principal: Option<Text<'a>>,
    #[serde(borrow)]
    action: Option<Text<'a>>,
    #[serde(borrow)]
    resources: Option<Texts<'a>>,
    #[serde(borrow)]
    context: Option<Facts<'a>>,
    #[serde(borrow)]
    absent: Option<Texts<'a>>,
    closed_context: Option<bool>,
}

/// Any JSON value, handed back as it is; `null` is an id too.
#[derive(Debug, Deserialize)]
#[serde(transparent)]
struct Id(serde_json::Value);

/// A string, borrowed where it can be.
#[derive(Debug)]
struct Text<'a>(Cow<'a, str>);

/// A list of strings.
#[derive(Debug)]
struct Texts<'a>(Vec<Cow<'a, str>>);

/// Condition keys with their values.
#[derive(Debug)]
struct Facts<'a>(Context<'a>);

/// One value or a list of them; numbers and booleans are taken as text. None for an empty list.
struct Values<'a>(Option<Fact<'a>>);

/// One value of a list.
struct Value<'a>(Cow<'a, str>);

struct TextVisitor;

impl<'de> Visitor<'de> for TextVisitor {
    type Value = Cow<'de, str>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a string")
    }

    fn visit_borrowed_str<E: Error>(self, text: &'de str) -> Result<Self::Value, E> {
        Ok(Cow::Borrowed(text))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Self::Value, E> {
        Ok(Cow::Owned(text.to_owned()))
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Text<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_str(TextVisitor).map(Self)
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Texts<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let list: Vec<Text<'a>> = Vec::deserialize(deserializer)?;
        Ok(Self(list.into_iter().map(|text| text.0).collect()))
    }
}

/// Takes a scalar as text.
struct ValueVisitor;

impl<'de> Visitor<'de> for ValueVisitor {
    type Value = Value<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a string")
    }

    fn visit_borrowed_str<E: Error>(self, text: &'de str) -> Result<Self::Value, E> {
        Ok(Value(Cow::Borrowed(text)))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Self::Value, E> {
        Ok(Value(Cow::Owned(text.to_owned())))
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Self::Value, E> {
        Ok(Value(Cow::Borrowed(if value { "true" } else { "false" })))
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Self::Value, E> {
        Ok(Value(Cow::Owned(value.to_string())))
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Self::Value, E> {
        Ok(Value(Cow::Owned(value.to_string())))
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Self::Value, E> {
        Ok(Value(Cow::Owned(value.to_string())))
    }
}

impl<'de> Deserialize<'de> for Value<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ValueVisitor)
    }
}

/// Takes a scalar as a list of one.
struct ValuesVisitor;

impl<'de> Visitor<'de> for ValuesVisitor {
    type Value = Values<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a string or a list of strings")
    }

    fn visit_borrowed_str<E: Error>(self, text: &'de str) -> Result<Self::Value, E> {
        ValueVisitor.visit_borrowed_str(text).map(Values::one)
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Self::Value, E> {
        ValueVisitor.visit_str(text).map(Values::one)
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Self::Value, E> {
        ValueVisitor.visit_bool(value).map(Values::one)
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Self::Value, E> {
        ValueVisitor.visit_u64(value).map(Values::one)
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Self::Value, E> {
        ValueVisitor.visit_i64(value).map(Values::one)
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Self::Value, E> {
        ValueVisitor.visit_f64(value).map(Values::one)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Self::Value, A::Error> {
        let mut values = Vec::new();
        while let Some(Value(one)) = list.next_element::<Value<'de>>()? {
            values.push(one);
        }
        Ok(Values(match values.len() {
            0 => None,
            1 => values.pop().map(Fact::One),
            _ => Some(Fact::Known(values)),
        }))
    }
}

impl<'a> Values<'a> {
    fn one(value: Value<'a>) -> Self {
        Self(Some(Fact::One(value.0)))
    }
}

impl<'de> Deserialize<'de> for Values<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ValuesVisitor)
    }
}

struct FactsVisitor;

impl<'de> Visitor<'de> for FactsVisitor {
    type Value = Context<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object of condition keys")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Self::Value, A::Error> {
        let mut context = Context::new();
        while let Some((Text(key), Values(fact))) = members.next_entry::<Text<'de>, Values<'de>>()? {
            let Some(fact) = fact else {
                let advice = "name it in `absent` if the request lacks it";
                return Err(A::Error::custom(format!("`{key}` has no value; {advice}")));
            };
            if context.get(&key).is_some() {
                return Err(A::Error::custom(format!("`{key}` stands twice in `context`")));
            }
            context.push_new(key, fact);
        }
        Ok(context)
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Facts<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(FactsVisitor).map(Self)
    }
}
