//! The condition operators, one family a file: compiled operands, and whether a request's values meet them.

mod boolean;
mod date;
mod ip;
mod numeric;
mod string;

use std::borrow::Cow;

use super::rules::{Rules, Touched};
use crate::catalog::Assumption;
use crate::policy::operand::IpBlock;
use crate::policy::{Family, Operator};

pub(super) use ip::probes;

/// The listed values of a test, parsed for its operator.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) enum Operands {
    /// One of them does not parse: the test is never met, positive and negated alike.
    Broken,
    /// Text and wildcards.
    Text(string::Texts),
    /// Decimal numbers, as written.
    Number(Vec<Box<str>>),
    /// Seconds since 1970-01-01T00:00:00Z.
    Date(Vec<i64>),
    /// Truth values.
    Bool(Vec<bool>),
    /// Blocks.
    Ip(Vec<IpBlock>),
}

impl Operands {
    pub(super) fn new<'v>(operator: Operator, values: impl Iterator<Item = &'v str>) -> Self {
        match operator.family() {
            Family::String => Self::Text(string::Texts::new(operator, values)),
            Family::Numeric => numeric::operands(values).map_or(Self::Broken, Self::Number),
            Family::Date => date::operands(values).map_or(Self::Broken, Self::Date),
            Family::Bool => boolean::operands(values).map_or(Self::Broken, Self::Bool),
            Family::Ip => ip::operands(values).map_or(Self::Broken, Self::Ip),
        }
    }

    /// Number of listed values.
    pub(super) fn len(&self) -> usize {
        match self {
            Self::Broken => 0,
            Self::Text(texts) => texts.len(),
            Self::Number(numbers) => numbers.len(),
            Self::Date(dates) => dates.len(),
            Self::Bool(bools) => bools.len(),
            Self::Ip(blocks) => blocks.len(),
        }
    }

    pub(super) fn text(&self) -> Option<&string::Texts> {
        match self {
            Self::Text(texts) => Some(texts),
            Self::Broken | Self::Number(_) | Self::Date(_) | Self::Bool(_) | Self::Ip(_) => None,
        }
    }
}

/// Whether the values of a request meet the positive form of an operator over all listed values; none when a request value
/// does not parse.
fn positive(
    operator: Operator,
    operands: &Operands,
    values: &[Cow<'_, str>],
    rules: Rules,
    touched: &mut Touched,
) -> Option<bool> {
    let mut any = false;
    let mut all = true;
    for value in values {
        let matched = match operands {
            Operands::Broken => return None,
            Operands::Text(texts) => texts.matches(value),
            Operands::Number(numbers) => numeric::matches(operator, numbers, value)?,
            Operands::Date(dates) => date::matches(operator, dates, value)?,
            Operands::Bool(bools) => boolean::matches(bools, value)?,
            Operands::Ip(blocks) => ip::matches(operator, blocks, value, rules, touched)?,
        };
        any |= matched;
        all &= matched;
    }
    if any != all {
        touched.insert(Assumption::MultiValue);
    }
    Some(if rules.all_values { all } else { any })
}

/// Whether a test is met by the values of a request.
#[inline]
pub(super) fn met(
    operator: Operator,
    operands: &Operands,
    values: &[Cow<'_, str>],
    rules: Rules,
    touched: &mut Touched,
) -> bool {
    positive(operator, operands, values, rules, touched).is_some_and(|positive| positive != operator.is_negated())
}
