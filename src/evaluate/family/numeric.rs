//! `NumericEquals` and its kin: decimals of any length, by value.

use crate::policy::Operator;
use crate::policy::operand::Decimal;

pub(super) fn operands<'v>(values: impl Iterator<Item = &'v str>) -> Option<Vec<Box<str>>> {
    values.map(|value| Decimal::parse(value).map(|_| value.into())).collect()
}

pub(super) fn matches(operator: Operator, numbers: &[Box<str>], value: &str) -> Option<bool> {
    let value = Decimal::parse(value)?;
    let comparison = operator.comparison();
    Some(numbers.iter().filter_map(|number| Decimal::parse(number)).any(|number| comparison.fits(value.cmp(&number))))
}
