//! A fact about a resource: known, with the file that tells it, or unknown, with the reason.

use std::fmt;
use std::sync::Arc;

/// The name of a text that was given, as the caller spelt it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FileName(Arc<str>);

impl FileName {
    /// Keeps a name.
    pub fn new(name: &str) -> Self {
        Self(Arc::from(name))
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for FileName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A value that a response gives, or the reason why it is not known. A missing member is never a default.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Fact<T> {
    /// Told by a response.
    Known {
        /// The value.
        value: T,
        /// The first text that tells it.
        file: FileName,
    },
    /// In no response.
    #[default]
    Missing,
    /// Two responses tell different values.
    Contradicted {
        /// The text that told one value.
        first: FileName,
        /// The text that told another.
        second: FileName,
    },
}

/// Two texts that tell different values of one fact.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Conflict {
    pub(super) first: FileName,
    pub(super) second: FileName,
}

impl<T> Fact<T> {
    /// A fact that `file` tells.
    pub fn told(value: T, file: &FileName) -> Self {
        Self::Known { value, file: file.clone() }
    }

    /// The value, where it is known.
    pub fn known(&self) -> Option<&T> {
        match self {
            Self::Known { value, .. } => Some(value),
            Self::Missing | Self::Contradicted { .. } => None,
        }
    }

    /// The text that tells the value.
    pub fn file(&self) -> Option<&FileName> {
        match self {
            Self::Known { file, .. } => Some(file),
            Self::Missing | Self::Contradicted { .. } => None,
        }
    }

    /// The fact with its value changed.
    pub fn map<U>(self, change: impl FnOnce(T) -> U) -> Fact<U> {
        self.and_then(|value| Some(change(value)))
    }

    /// The fact with its value changed, or missing where the value means nothing.
    pub fn and_then<U>(self, change: impl FnOnce(T) -> Option<U>) -> Fact<U> {
        match self {
            Self::Known { value, file } => change(value).map_or(Fact::Missing, |value| Fact::Known { value, file }),
            Self::Missing => Fact::Missing,
            Self::Contradicted { first, second } => Fact::Contradicted { first, second },
        }
    }
}

impl<T: PartialEq> Fact<T> {
    /// Takes in what another response tells; the conflict, where the two differ for the first time.
    pub(super) fn merge(&mut self, other: Self) -> Option<Conflict> {
        match (&*self, other) {
            (Self::Missing, other) | (Self::Known { .. }, other @ Self::Contradicted { .. }) => *self = other,
            (Self::Known { value, file }, Self::Known { value: new, file: second }) => {
                if *value != new {
                    let conflict = Conflict { first: file.clone(), second };
                    *self = Self::Contradicted { first: conflict.first.clone(), second: conflict.second.clone() };
                    return Some(conflict);
                }
            }
            (Self::Known { .. }, Self::Missing) | (Self::Contradicted { .. }, _) => {}
        }
        None
    }
}

impl Fact<String> {
    /// The text, where it is known.
    pub fn text(&self) -> Option<&str> {
        self.known().map(String::as_str)
    }

    /// The fact, with an empty text counted as missing.
    pub(super) fn not_empty(self) -> Self {
        self.and_then(|text| (!text.is_empty()).then_some(text))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fact_that_two_files_tell_differently_is_unknown_and_stays_so() {
        let (a, b, c) = (FileName::new("a"), FileName::new("b"), FileName::new("c"));
        let mut fact = Fact::Missing;
        assert_eq!(fact.merge(Fact::told(1, &a)), None);
        assert_eq!(fact.merge(Fact::Missing), None);
        assert_eq!(fact.merge(Fact::told(1, &b)), None);
        assert_eq!(fact.known(), Some(&1));
        assert_eq!(fact.merge(Fact::told(2, &b)), Some(Conflict { first: a, second: b }));
        assert_eq!(fact.merge(Fact::told(1, &c)), None);
        assert_eq!(fact.known(), None);
    }
}
