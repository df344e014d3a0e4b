//! `IpAddress`, `NotIpAddress` and their `...IncludeBorder` forms.

use super::super::rules::{Rules, Touched};
use crate::catalog::Assumption;
use crate::policy::Operator;
use crate::policy::operand::{Address, IpBlock, address, block};

pub(super) fn operands<'v>(values: impl Iterator<Item = &'v str>) -> Option<Vec<IpBlock>> {
    values.map(block).collect()
}

pub(super) fn matches(
    operator: Operator,
    blocks: &[IpBlock],
    value: &str,
    rules: Rules,
    touched: &mut Touched,
) -> Option<bool> {
    let value = address(value)?;
    let bordered = has_border(operator);
    Some(blocks.iter().any(|block| {
        if bordered && block.is_border(value) {
            touched.insert(Assumption::IpBorder);
            return rules.ip_inclusive;
        }
        block.contains(value)
    }))
}

/// Whether `ip-border` is about the operator.
fn has_border(operator: Operator) -> bool {
    matches!(operator, Operator::IpAddress | Operator::NotIpAddress)
}

/// Addresses of which one lies in every region that blocks, with and without border, can tell apart.
pub(in super::super) fn probes(blocks: &[IpBlock], probes: &mut Vec<Address>) {
    for v6 in [false, true] {
        probes.push(Address { v6, bits: 0 });
    }
    for block in blocks {
        let top = if block.v6 { u128::MAX } else { u128::from(u32::MAX) };
        for bits in [Some(block.first), block.first.checked_add(1), Some(block.last), block.last.checked_add(1)] {
            if let Some(bits) = bits.filter(|bits| *bits <= top) {
                probes.push(Address { v6: block.v6, bits });
            }
        }
    }
}
