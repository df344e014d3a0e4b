//! `StringEquals`, `StringLike` and their kin.

use crate::pattern::{CellPattern, Wildcard};
use crate::policy::Operator;

/// How the texts are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Mode {
    Equal,
    IgnoreCase,
    Like,
}

/// Operands of a string operator.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(in super::super) struct Texts {
    mode: Mode,
    patterns: Vec<Wildcard>,
}

impl Texts {
    pub(super) fn new<'v>(operator: Operator, values: impl Iterator<Item = &'v str>) -> Self {
        let mode = match operator {
            Operator::StringLike | Operator::StringNotLike => Mode::Like,
            Operator::StringEqualsIgnoreCase | Operator::StringNotEqualsIgnoreCase => Mode::IgnoreCase,
            _ => Mode::Equal,
        };
        Self { mode, patterns: values.map(Wildcard::new).collect() }
    }

    /// Case counts, save for `IgnoreCase`, which folds ASCII letters.
    #[inline]
    pub(super) fn matches(&self, value: &str) -> bool {
        self.patterns.iter().any(|pattern| match self.mode {
            Mode::Equal => pattern.as_str() == value,
            Mode::IgnoreCase => pattern.as_str().eq_ignore_ascii_case(value),
            Mode::Like => pattern.matches(value),
        })
    }

    pub(super) fn len(&self) -> usize {
        self.patterns.len()
    }

    /// The operands as patterns for the search of cells.
    pub(in super::super) fn cell_patterns(&self) -> impl Iterator<Item = CellPattern> + '_ {
        self.patterns.iter().map(|pattern| CellPattern {
            text: pattern.as_str().into(),
            wild: self.mode == Mode::Like && pattern.shape() != crate::pattern::Shape::Literal,
            ignore_case: self.mode == Mode::IgnoreCase && pattern.as_str().bytes().any(|b| b.is_ascii_alphabetic()),
        })
    }
}
