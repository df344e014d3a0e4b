//! What a check says.

use crate::catalog::ErrorRow;

/// Whether the error of a row can come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Status {
    /// Its condition holds.
    Violated,
    /// Its condition does not hold.
    Passed,
    /// The facts at hand do not decide it.
    Unknown,
    /// Nothing speaks for it, but the count or table that would rule it out is not all there.
    Unverified,
    /// It belongs to another form of the call, or its object certainly does not exist.
    NotApplicable,
    /// It can come at any time.
    AlwaysPossible,
}

impl Status {
    /// The word of the JSON output.
    pub fn word(self) -> &'static str {
        match self {
            Self::Violated => "violated",
            Self::Passed => "passed",
            Self::Unknown => "unknown",
            Self::Unverified => "unverified",
            Self::NotApplicable => "not_applicable",
            Self::AlwaysPossible => "always_possible",
        }
    }
}

/// One row of the error table, judged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Check {
    /// The row.
    pub row: &'static ErrorRow,
    /// Whether its error can come.
    pub status: Status,
    /// Why, in one sentence: lower case, no full stop, what the user wrote in backticks.
    pub reason: String,
    /// The facts that would decide it, such as `instance:i-..`, `instance:i-...Status`, `owner:sg-..`.
    pub missing: Vec<String>,
}

/// What the function of a row says about a case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Finding {
    pub(crate) status: Status,
    pub(crate) reason: String,
    pub(crate) missing: Vec<String>,
}

/// A finding; `Err` only lets `?` end a row early.
pub(crate) type Outcome = Result<Finding, Finding>;

impl Finding {
    pub(crate) fn violated(reason: impl Into<String>) -> Self {
        Self { status: Status::Violated, reason: reason.into(), missing: Vec::new() }
    }

    pub(crate) fn passed(reason: impl Into<String>) -> Self {
        Self { status: Status::Passed, reason: reason.into(), missing: Vec::new() }
    }

    /// Violated or passed.
    pub(crate) fn when(violated: bool, reason: impl Into<String>) -> Self {
        if violated { Self::violated(reason) } else { Self::passed(reason) }
    }

    pub(crate) fn unknown(reason: impl Into<String>, missing: Vec<String>) -> Self {
        Self { status: Status::Unknown, reason: reason.into(), missing }
    }

    pub(crate) fn unverified(reason: impl Into<String>, missing: Vec<String>) -> Self {
        Self { status: Status::Unverified, reason: reason.into(), missing }
    }

    pub(crate) fn not_applicable(reason: impl Into<String>) -> Self {
        Self { status: Status::NotApplicable, reason: reason.into(), missing: Vec::new() }
    }
}
