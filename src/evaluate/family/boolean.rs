//! `Bool`.

use crate::policy::operand::boolean;

pub(super) fn operands<'v>(values: impl Iterator<Item = &'v str>) -> Option<Vec<bool>> {
    values.map(boolean).collect()
}

pub(super) fn matches(bools: &[bool], value: &str) -> Option<bool> {
    Some(bools.contains(&boolean(value)?))
}
