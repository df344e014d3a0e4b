//! All values that a key can have, as far as tests can tell them apart: which tests each meets. Exact, or not at all.
//!
//! A key is absent or has one value of the type that its operators compare (contract 7); undocumented rules are taken at
//! their defaults (facts/assumptions.md).

use crate::pattern::{CellPattern, cells};
use crate::policy::operand::{Address, Decimal, IpBlock, MAX_INSTANT, MIN_INSTANT, address, block, boolean, instant};
use crate::policy::{Comparison, Family, Operator, Test};

/// States that the automata of one key may take.
const STATES: usize = 20_000;

/// Whether every request that meets all of `narrow` meets all of `wide`; none when that cannot be told.
pub(super) fn implies(narrow: &[Test<'_>], wide: &[Test<'_>]) -> Option<bool> {
    let mut answer = Some(true);
    for (at, test) in wide.iter().enumerate() {
        if narrow.contains(test) || wide.iter().take(at).any(|before| before.key == test.key) {
            continue;
        }
        let on_key = |tests: &[Test<'_>]| -> Vec<usize> {
            tests.iter().enumerate().filter(|(_, other)| other.key == test.key).map(|(index, _)| index).collect()
        };
        let (inner, outer) = (on_key(narrow), on_key(wide));
        let tests: Vec<&Test<'_>> = inner
            .iter()
            .filter_map(|index| narrow.get(*index))
            .chain(outer.iter().filter_map(|index| wide.get(*index)))
            .collect();
        let split = inner.len();
        let implied = rows(&tests).map(|rows| {
            rows.iter().all(|row| {
                let (met, wanted) = row.split_at_checked(split).unwrap_or((row, &[]));
                !met.iter().all(|met| *met) || wanted.iter().all(|met| *met)
            })
        });
        match implied {
            Some(true) => {}
            Some(false) => {
                answer = Some(false);
                break;
            }
            None => answer = None,
        }
    }
    if answer != Some(true) && never_met(narrow).is_some() {
        return Some(true);
    }
    answer
}

/// The index of a test which no value meets together with the tests on its key before it.
pub(super) fn never_met(tests: &[Test<'_>]) -> Option<usize> {
    for (at, test) in tests.iter().enumerate() {
        let on_key: Vec<&Test<'_>> = tests.iter().take(at + 1).filter(|other| other.key == test.key).collect();
        if on_key.len() == 1 {
            // One test alone is met by one of its values, or by another one or none; unless an operand does not parse.
            if parses(test) {
                continue;
            }
            return Some(at);
        }
        let rows = rows(&on_key);
        if rows.is_some_and(|rows| !rows.iter().any(|row| row.iter().all(|met| *met))) {
            return Some(at);
        }
    }
    None
}

/// Every combination of met tests that a value of the key (or its absence) can give; none when the tests are of several
/// types, or beyond the budget.
fn rows(tests: &[&Test<'_>]) -> Option<Vec<Vec<bool>>> {
    let family = tests.first()?.operator.value.family();
    if tests.iter().any(|test| test.operator.value.family() != family) {
        return None;
    }
    let parsed: Vec<bool> = tests.iter().map(|test| parses(test)).collect();
    let mut rows = match family {
        Family::String => strings(tests)?,
        Family::Numeric => numbers(tests),
        Family::Date => dates(tests),
        Family::Bool => booleans(tests),
        Family::Ip => addresses(tests),
    };
    rows.push(tests.iter().map(|test| test.operator.value.is_negated()).collect());
    for row in &mut rows {
        for (met, parsed) in row.iter_mut().zip(&parsed) {
            *met &= *parsed;
        }
    }
    Some(rows)
}

/// Whether what fits one value of a test fits another one of its list, so that the first adds nothing; none when that cannot
/// be told, as for a value that does not parse.
pub(super) fn covers_value(test: &Test<'_>, inner: usize, outer: usize) -> Option<bool> {
    let alone = |at: usize| {
        let value = test.values.get(at)?.clone();
        let alone = Test { operator: test.operator, key: test.key.clone(), values: vec![value] };
        parses(&alone).then_some(alone)
    };
    let (inner, outer) = (alone(inner)?, alone(outer)?);
    // A negated test is met where the list is not.
    let (narrow, wide) = if test.operator.value.is_negated() { (outer, inner) } else { (inner, outer) };
    implies(std::slice::from_ref(&narrow), std::slice::from_ref(&wide))
}

/// Whether all operands are of the operator's type; otherwise the test is never met.
fn parses(test: &Test<'_>) -> bool {
    let family = test.operator.value.family();
    test.values.iter().all(|value| crate::policy::operand::parses(family, &value.value))
}

fn strings(tests: &[&Test<'_>]) -> Option<Vec<Vec<bool>>> {
    let mut patterns: Vec<CellPattern> = Vec::new();
    let mut of_test: Vec<Vec<usize>> = Vec::new();
    for test in tests {
        let operator = test.operator.value;
        let wild = matches!(operator, Operator::StringLike | Operator::StringNotLike);
        let ignore_case = matches!(operator, Operator::StringEqualsIgnoreCase | Operator::StringNotEqualsIgnoreCase);
        let mut mine = Vec::new();
        for value in &test.values {
            let pattern = CellPattern { text: (&*value.value).into(), wild, ignore_case };
            let known = patterns.iter().position(|other| *other == pattern);
            mine.push(known.unwrap_or_else(|| {
                patterns.push(pattern);
                patterns.len() - 1
            }));
        }
        of_test.push(mine);
    }
    let found = cells(&patterns, &[], STATES)?;
    let met = |cell: &[bool], mine: &[usize]| mine.iter().any(|index| cell.get(*index) == Some(&true));
    let row = |cell: &[bool]| {
        let pairs = of_test.iter().zip(tests);
        pairs.map(|(mine, test)| met(cell, mine) != test.operator.value.is_negated()).collect()
    };
    Some(found.iter().map(|(cell, _)| row(cell)).collect())
}

/// The rows of ordered values, at sample points between and on which nothing changes.
fn sampled<V>(tests: &[&Test<'_>], points: &[V], fits: impl Fn(&V, Comparison, &str) -> bool) -> Vec<Vec<bool>> {
    let row = |point: &V| {
        let met = |test: &&Test<'_>| {
            let operator = test.operator.value;
            let any = test.values.iter().any(|value| fits(point, operator.comparison(), &value.value));
            any != operator.is_negated()
        };
        tests.iter().map(met).collect()
    };
    points.iter().map(row).collect()
}

fn operands<'a>(tests: &'a [&Test<'_>]) -> impl Iterator<Item = &'a str> {
    tests.iter().flat_map(|test| test.values.iter().map(|value| &*value.value))
}

fn numbers(tests: &[&Test<'_>]) -> Vec<Vec<bool>> {
    let mut bounds: Vec<Decimal<'_>> = operands(tests).filter_map(Decimal::parse).collect();
    bounds.sort();
    bounds.dedup();
    let mut points: Vec<String> = bounds.iter().map(Decimal::spell).collect();
    points.extend(bounds.first().map(Decimal::below));
    points.extend(bounds.last().map(Decimal::above));
    points.extend(bounds.iter().zip(bounds.iter().skip(1)).filter_map(|(low, high)| low.between(high)));
    sampled(tests, &points, |point, comparison, operand| {
        let (Some(point), Some(operand)) = (Decimal::parse(point), Decimal::parse(operand)) else { return false };
        comparison.fits(point.cmp(&operand))
    })
}

fn dates(tests: &[&Test<'_>]) -> Vec<Vec<bool>> {
    let near = |at: i64| [at - 1, at, at + 1].into_iter().filter(|at| (MIN_INSTANT..=MAX_INSTANT).contains(at));
    let mut points: Vec<i64> = operands(tests).filter_map(instant).flat_map(near).collect();
    points.sort_unstable();
    points.dedup();
    sampled(tests, &points, |point, comparison, operand| {
        instant(operand).is_some_and(|operand| comparison.fits(point.cmp(&operand)))
    })
}

fn booleans(tests: &[&Test<'_>]) -> Vec<Vec<bool>> {
    sampled(tests, &[true, false], |point, _, operand| boolean(operand) == Some(*point))
}

fn addresses(tests: &[&Test<'_>]) -> Vec<Vec<bool>> {
    let mut points: Vec<Address> = [("0.0.0.0"), ("::")].into_iter().filter_map(address).collect();
    let blocks: Vec<IpBlock> = operands(tests).filter_map(block).collect();
    for IpBlock { v6, first, last, .. } in blocks {
        let top = if v6 { u128::MAX } else { u128::from(u32::MAX) };
        let outside = [first.checked_sub(1), last.checked_add(1).filter(|bits| *bits <= top)];
        let inside = [first, last].into_iter().chain(outside.into_iter().flatten());
        points.extend(inside.map(|bits| Address { v6, bits }));
    }
    points.sort_unstable();
    points.dedup();
    sampled(tests, &points, |point, _, operand| block(operand).is_some_and(|block| block.contains(*point)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::{PolicyKind, lower};

    fn judge(narrow: &str, wide: &str) -> Option<bool> {
        let document = |condition: &str| {
            format!(
                r#"{{"Version":"1","Statement":[{{"Effect":"Allow","Action":"*","Resource":"*","Condition":{condition}}}]}}"#
            )
        };
        let (narrow, wide) = (document(narrow), document(wide));
        let (narrow, wide) = (lower(&narrow, PolicyKind::Identity), lower(&wide, PolicyKind::Identity));
        implies(&narrow.policy.statements[0].condition, &wide.policy.statements[0].condition)
    }

    #[test]
    fn a_narrower_value_set_implies_a_wider_one() {
        for (narrow, wide) in [
            (r#"{"StringEquals":{"k":"ab"}}"#, r#"{"StringLike":{"k":"a*"}}"#),
            (r#"{"StringEquals":{"k":"A"}}"#, r#"{"StringEqualsIgnoreCase":{"k":"a"}}"#),
            (r#"{"StringEquals":{"k":"a"}}"#, r#"{"StringNotEquals":{"k":["b","c"]}}"#),
            (r#"{"NumericLessThan":{"k":"5"}}"#, r#"{"NumericLessThanEquals":{"k":"5.0"}}"#),
            (
                r#"{"DateLessThan":{"k":"2026-01-01T00:00:00Z"}}"#,
                r#"{"DateLessThan":{"k":"2026-01-01T01:00:00+00:00"}}"#,
            ),
            (r#"{"IpAddress":{"k":"10.0.0.0/9"}}"#, r#"{"IpAddress":{"k":["10.0.0.0/8","::/0"]}}"#),
            (r#"{"IpAddress":{"k":["10.0.0.0/9","10.128.0.0/9"]}}"#, r#"{"IpAddress":{"k":"10.0.0.0/8"}}"#),
            (r#"{"Bool":{"k":"true"},"StringEquals":{"x":"y"}}"#, r#"{"Bool":{"k":"TRUE"}}"#),
            (r#"{"StringEquals":{"k":"a"},"StringLike":{"k":"b*"}}"#, r#"{"Bool":{"z":"true"}}"#),
        ] {
            assert_eq!(judge(narrow, wide), Some(true), "{narrow} {wide}");
            let equal = judge(wide, narrow) == Some(true);
            assert_eq!(equal, narrow.contains("10.128"), "{wide} {narrow}");
        }
    }

    #[test]
    fn one_value_of_a_list_covers_another() {
        for (operator, inner, outer, covers) in [
            ("StringLike", "ab", "a*", Some(true)),
            ("StringLike", "A", "a*", Some(false)),
            ("StringNotLike", "ab", "a*", Some(true)),
            ("StringNotLike", "a*", "ab", Some(false)),
            ("StringEquals", "ab", "a*", Some(false)),
            ("StringEqualsIgnoreCase", "AB", "ab", Some(true)),
            ("IpAddress", "10.1.0.0/16", "10.0.0.0/8", Some(true)),
            ("NotIpAddress", "10.1.2.3", "10.0.0.0/8", Some(true)),
            ("IpAddress", "10.0.0.0/8", "10.1.0.0/16", Some(false)),
            ("IpAddress", "10.0.0.300", "10.0.0.0/8", None),
            ("NumericLessThan", "5", "10", Some(true)),
            ("NumericEquals", "5", "5.0", Some(true)),
            ("DateGreaterThan", "2026-02-01T00:00:00Z", "2026-01-01T00:00:00Z", Some(true)),
            ("Bool", "TRUE", "true", Some(true)),
        ] {
            let text = format!(
                r#"{{"Version":"1","Statement":[{{"Effect":"Allow","Action":"*","Resource":"*","Condition":{{"{operator}":{{"k":["{inner}","{outer}"]}}}}}}]}}"#
            );
            let lowered = lower(&text, PolicyKind::Identity);
            assert_eq!(
                covers_value(&lowered.policy.statements[0].condition[0], 0, 1),
                covers,
                "{operator} {inner} {outer}"
            );
        }
    }

    #[test]
    fn absence_counts() {
        assert_eq!(judge(r#"{"StringNotEquals":{"k":"a"}}"#, r#"{"StringLike":{"k":"*"}}"#), Some(false));
        assert_eq!(judge(r#"{"StringLike":{"k":"*"}}"#, r#"{"StringNotEquals":{"k":"a"}}"#), Some(false));
        assert_eq!(judge(r#"{"StringEquals":{"k":"a"}}"#, r#"{"IpAddress":{"k":"10.0.0.1"}}"#), None);
    }
}
