//! What is known about a request's condition keys: known values, absent, or nothing.

use std::borrow::Cow;
use std::collections::HashMap;

/// What is known about one key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fact<'a> {
    /// The request carries the key with these values; at least one.
    Known(Vec<Cow<'a, str>>),
    /// The request carries the key with this one value.
    One(Cow<'a, str>),
    /// The request does not carry the key.
    Absent,
}

/// The state of a key for the evaluator.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyState<'a> {
    /// The values that the request carries; at least one.
    Known(&'a [Cow<'a, str>]),
    /// The request does not carry the key.
    Absent,
    /// Nothing was said about the key.
    Unknown,
}

/// Facts about condition keys; key names match as written.
#[derive(Debug, Clone, Default)]
pub struct Context<'a> {
    entries: Vec<(Cow<'a, str>, Fact<'a>)>,
    /// Places of the keys once there are many: a line of 16 MiB can hold a million.
    places: Option<HashMap<Cow<'a, str>, usize>>,
}

/// Up to this many keys are looked through one by one.
const FEW: usize = 32;

impl PartialEq for Context<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.entries == other.entries
    }
}

impl Eq for Context<'_> {}

impl<'a> Context<'a> {
    /// An empty context: nothing is said about any key.
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets what is known about a key, over anything said before.
    pub fn set(&mut self, key: impl Into<Cow<'a, str>>, fact: Fact<'a>) {
        let key = key.into();
        match self.slot(&key) {
            Some(slot) => *slot = fact,
            None => self.push_new(key, fact),
        }
    }

    /// Adds a value to a key, as a repeated `--context KEY=VALUE` does.
    pub fn add(&mut self, key: impl Into<Cow<'a, str>>, value: impl Into<Cow<'a, str>>) {
        let (key, value) = (key.into(), value.into());
        match self.slot(&key) {
            Some(Fact::Known(values)) => values.push(value),
            Some(slot) => {
                *slot = match std::mem::replace(slot, Fact::Absent) {
                    Fact::One(first) => Fact::Known(vec![first, value]),
                    Fact::Known(_) | Fact::Absent => Fact::One(value),
                };
            }
            None => self.push_new(key, Fact::One(value)),
        }
    }

    /// Adds a fact about a key that is not there yet; the caller has checked that it is not.
    pub fn push_new(&mut self, key: Cow<'a, str>, fact: Fact<'a>) {
        let place = self.entries.len();
        if let Some(places) = &mut self.places {
            places.insert(key.clone(), place);
        }
        self.entries.push((key, fact));
        if self.places.is_none() && place >= FEW {
            self.places = Some(self.entries.iter().map(|(key, _)| key.clone()).zip(0..).collect());
        }
    }

    fn slot(&mut self, key: &str) -> Option<&mut Fact<'a>> {
        match &self.places {
            Some(places) => self.entries.get_mut(*places.get(key)?).map(|(_, fact)| fact),
            None => self.entries.iter_mut().find(|(known, _)| known == key).map(|(_, fact)| fact),
        }
    }

    /// What is said about a key.
    #[inline]
    pub fn get(&self, key: &str) -> Option<&Fact<'a>> {
        match &self.places {
            Some(places) => self.entries.get(*places.get(key)?).map(|(_, fact)| fact),
            None => self.entries.iter().find(|(known, _)| known == key).map(|(_, fact)| fact),
        }
    }

    /// All keys with what is said about them, in the order in which they were said.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Fact<'a>)> {
        self.entries.iter().map(|(key, fact)| (&**key, fact))
    }

    /// Whether nothing is said.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }
}

impl<'a> Fact<'a> {
    fn state(&'a self) -> KeyState<'a> {
        match self {
            Self::Known(values) if values.is_empty() => KeyState::Absent,
            Self::Known(values) => KeyState::Known(values),
            Self::One(value) => KeyState::Known(std::slice::from_ref(value)),
            Self::Absent => KeyState::Absent,
        }
    }
}

/// What the inventory and the principal say about one resource of a request (contract 2.4).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Supplied {
    /// Tags, resource group, principal ARN.
    pub context: Context<'static>,
    /// All tags are in `context`: any other tag key is absent.
    pub tags_complete: bool,
}

impl Supplied {
    fn state(&self, key: &str) -> KeyState<'_> {
        match self.context.get(key) {
            Some(fact) => fact.state(),
            None if self.tags_complete && (key.starts_with("acs:ResourceTag/") || key.starts_with("ecs:tag/")) => {
                KeyState::Absent
            }
            None => KeyState::Unknown,
        }
    }
}

/// Everything known about the keys of one request and resource, the nearer source first.
#[derive(Debug, Clone, Copy, Default)]
pub struct View<'a> {
    /// The batch line.
    pub line: Option<&'a Context<'a>>,
    /// The command line.
    pub command: Option<&'a Context<'a>>,
    /// The inventory and the principal.
    pub supplied: Option<&'a Supplied>,
    /// Keys of which nothing else is said are absent.
    pub closed: bool,
}

impl<'a> View<'a> {
    /// What is known about a key.
    #[inline]
    pub fn state(&self, key: &str) -> KeyState<'a> {
        if let Some(fact) = self.line.and_then(|line| line.get(key)) {
            return fact.state();
        }
        if let Some(fact) = self.command.and_then(|command| command.get(key)) {
            return fact.state();
        }
        match self.supplied.map(|supplied| supplied.state(key)) {
            Some(state @ (KeyState::Known(_) | KeyState::Absent)) => state,
            Some(KeyState::Unknown) | None if self.closed && !is_fact(key) => KeyState::Absent,
            Some(KeyState::Unknown) | None => KeyState::Unknown,
        }
    }
}

/// Whether a key stands for a fact that no request carries: what a policy, a trust policy or the caller is. Such a key is
/// unknown until somebody says it, however closed the context; no service has these codes.
pub fn is_fact(key: &str) -> bool {
    ["policy:", "trust:", "principal:"].iter().any(|prefix| key.starts_with(prefix))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn many_keys_are_found_like_few() {
        let mut context = Context::new();
        for number in 0..200 {
            context.add(format!("k{number}"), "a");
            context.add(format!("k{}", number / 2), "b");
            assert!(context.get(&format!("k{number}")).is_some() && context.get("k").is_none());
        }
        context.set("k7", Fact::Absent);
        assert_eq!(context.get("k7"), Some(&Fact::Absent));
        assert_eq!(context.get("k199"), Some(&Fact::One("a".into())));
        assert!(matches!(context.get("k0"), Some(Fact::Known(values)) if values.len() == 3));
        assert_eq!(context.iter().count(), 200);
    }
}
