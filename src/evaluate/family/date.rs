//! `DateEquals` and its kin: instants.

use crate::policy::Operator;
use crate::policy::operand::instant;

pub(super) fn operands<'v>(values: impl Iterator<Item = &'v str>) -> Option<Vec<i64>> {
    values.map(instant).collect()
}

pub(super) fn matches(operator: Operator, dates: &[i64], value: &str) -> Option<bool> {
    let value = instant(value)?;
    Some(dates.iter().any(|date| operator.comparison().fits(value.cmp(date))))
}
