//! Values of condition keys that a person would write.

use super::super::space::Value;
use crate::policy::operand::{Address, Decimal, block, instant, spell_instant};
use crate::policy::{Family, Operator, Statement, Test};

/// Keys that every real request carries, with values that read well.
const SENT: [(&str, &[&str]); 4] = [
    ("acs:SourceIp", &["203.0.113.7", "10.0.0.1", "192.168.0.1"]),
    ("acs:CurrentTime", &["2026-11-24T08:00:00Z", "2030-01-01T00:00:00Z", "2020-01-01T00:00:00Z"]),
    ("acs:SecureTransport", &["true", "false"]),
    // Who assumes a role, in a comparison of trust policies.
    (
        "Principal",
        &[
            "RAM acs:ram::9876543210987654:user/example",
            "RAM acs:ram::9876543210987654:role/example",
            "RAM acs:ram::9876543210987654:root",
            "Service ecs.aliyuncs.com",
        ],
    ),
];

/// The plainest values of a key, whatever the statements say: what every request carries, else absence.
pub(super) fn usual(key: &str) -> impl Iterator<Item = Value> {
    let sent = SENT.iter().find(|(name, _)| *name == key).map(|(_, values)| *values);
    let absent = sent.is_none().then_some(None);
    sent.into_iter().flatten().map(|value| Some((*value).to_owned())).chain(absent)
}

/// Values of a key, the plainest first: the usual ones, what the statements themselves name, and absence.
pub(super) fn candidates(key: &str, statements: &[&Statement<'_>]) -> Vec<Value> {
    let mut found: Vec<Value> = usual(key).collect();
    let tests = statements.iter().flat_map(|statement| &statement.condition).filter(|test| test.key.value == key);
    for test in tests {
        named(test, &mut found);
    }
    if !found.contains(&None) {
        found.push(None);
    }
    found
}

/// So many operands of one test are read.
const READ: usize = 8;

fn named(test: &Test<'_>, found: &mut Vec<Value>) {
    let operator = test.operator.value;
    let mut add = |text: String| found.push(Some(text));
    for operand in test.values.iter().take(READ).map(|text| &*text.value) {
        match operator.family() {
            Family::String if matches!(operator, Operator::StringLike | Operator::StringNotLike) => {
                for star in ["example", "", "1"] {
                    add(operand.replacen('*', star, 1).replace('*', "").replace('?', "x"));
                }
            }
            Family::String => add(operand.to_owned()),
            Family::Bool => ["true", "false"].into_iter().for_each(|text| add(text.to_owned())),
            Family::Numeric => {
                let near = operand.parse::<i64>().ok().into_iter().flat_map(|n| [n.checked_sub(1), n.checked_add(1)]);
                add(operand.to_owned());
                near.flatten().for_each(|n| add(n.to_string()));
                if let Some(number) = Decimal::parse(operand) {
                    add(number.below());
                    add(number.above());
                }
            }
            Family::Date => {
                add(operand.to_owned());
                let near = instant(operand).into_iter().flat_map(|seconds| [seconds - 3600, seconds + 3600]);
                near.for_each(|seconds| add(spell_instant(seconds)));
            }
            Family::Ip => {
                let Some(block) = block(operand) else { continue };
                let inside = block.first.checked_add(u128::from(block.first < block.last));
                let outside = block.last.checked_add(1);
                let top = if block.v6 { u128::MAX } else { u128::from(u32::MAX) };
                for bits in [inside, outside].into_iter().flatten().filter(|bits| *bits <= top) {
                    add(Address { v6: block.v6, bits }.spell());
                }
            }
        }
    }
    if operator.is_negated() && operator.family() == Family::String {
        ["example", "other"].into_iter().for_each(|text| add(text.to_owned()));
    }
    if operator.is_negated() && operator.family() == Family::Ip {
        ["203.0.113.7", "198.51.100.7", "2001:db8::1"].into_iter().for_each(|text| add(text.to_owned()));
    }
}
