//! What a user should know about an inventory that is used all the same.

use std::fmt;

use super::document::Kind;
use super::fact::FileName;

/// Something doubtful in an inventory.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Warning {
    /// Two texts tell one fact differently; it counts as unknown.
    Contradiction {
        /// What the fact is about: `instance i-..`, `the caller`.
        subject: String,
        /// The member.
        fact: &'static str,
        /// The text that told one value.
        first: FileName,
        /// The text that told another; the same one where one text tells both.
        second: FileName,
    },
    /// The kind was said to be complete, but its pages are not.
    Incomplete {
        /// The kind.
        kind: Kind,
        /// Where; `None` where the responses do not tell their region.
        region: Option<String>,
        /// What shows it.
        why: Incompleteness,
    },
    /// The inventory was collected more than a day ago.
    Old {
        /// The manifest.
        file: FileName,
        /// `collected_at`, as written.
        collected_at: String,
        /// Its age in whole hours.
        hours: i64,
    },
    /// `collected_at` is no time.
    UnreadableTime {
        /// The manifest.
        file: FileName,
        /// `collected_at`, as written.
        collected_at: String,
    },
}

/// What shows that the pages of a kind are not all there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Incompleteness {
    /// A `NextToken`, and no response that ends the pages.
    NextToken,
    /// `TotalCount` exceeds the items.
    TotalCount {
        /// `TotalCount`.
        total: u64,
        /// The items of its pages.
        items: u64,
    },
    /// A response without its list, or an item without its id.
    NoId,
}

impl fmt::Display for Warning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Contradiction { subject, fact, first, second } if first == second => {
                write!(f, "`{fact}` of {subject} differs inside {first}; it counts as unknown")
            }
            Self::Contradiction { subject, fact, first, second } => {
                write!(f, "`{fact}` of {subject} differs between {first} and {second}; it counts as unknown")
            }
            Self::Incomplete { kind, region, why } => {
                write!(f, "the list of kind `{}`", kind.word())?;
                if let Some(region) = region {
                    write!(f, " in {region}")?;
                }
                f.write_str(" is not complete: ")?;
                match why {
                    Incompleteness::NextToken => f.write_str("a response has a `NextToken` and no last page is given"),
                    Incompleteness::TotalCount { total, items } => {
                        write!(f, "`TotalCount` is {total}, but its pages hold {items}")
                    }
                    Incompleteness::NoId => f.write_str("a response lacks its list, or an item its id"),
                }
            }
            Self::Old { file, collected_at, hours } => {
                write!(f, "{file}: collected at {collected_at}, {hours} hours ago; collect again for a sure answer")
            }
            Self::UnreadableTime { file, collected_at } => {
                write!(f, "{file}: `collected_at` is no time of the form 2026-11-24T08:00:00Z: {collected_at}")
            }
        }
    }
}
