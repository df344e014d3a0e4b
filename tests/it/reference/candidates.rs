//! Values of one unknown key that realise every combination of outcomes of the tests on it.
//!
//! - Text: all tests are run side by side as position sets over the operands' characters (both ASCII cases where case is
//!   ignored) and one character that no operand has. Every other character behaves like that one, and the search visits
//!   every reachable combination of position sets, so a witness of every reachable combination of matches is found.
//! - Numbers, instants, addresses: an operand cuts the line into pieces on which no test changes; one value of each piece
//!   (for instants with one-second steps, for blocks with the border apart).
//! - A key under operators of several types: the union of the types, where text holds every other type's spellings. The
//!   union is then completed with other spellings of each number, instant and boolean: enough for literals, best effort for globs.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use super::condition::{Family, Test, Type};
use super::values;

/// How many combinations of position sets are visited before the case is given up as too large for an oracle.
const LIMIT: usize = 200_000;

/// One value for every reachable combination of outcomes (several for some).
pub(crate) fn values_of(tests: &[&Test]) -> Vec<String> {
    let types: BTreeSet<Type> = tests.iter().map(|test| test.family.tests()).collect();
    let operands = |wanted: Type| {
        tests.iter().filter(move |test| test.family.tests() == wanted).flat_map(|test| test.operands.iter())
    };
    let mut all = BTreeSet::new();
    for kind in &types {
        match kind {
            Type::Text => all.extend(texts(tests)),
            Type::Number => all.extend(numbers(operands(Type::Number))),
            Type::Instant => all.extend(instants(operands(Type::Instant))),
            Type::Boolean => all.extend(["true".to_owned(), "false".to_owned()]),
            Type::Address => all.extend(addresses(operands(Type::Address))),
        }
    }
    if types.len() > 1 && types.contains(&Type::Text) {
        all.extend(tests.iter().flat_map(|test| test.operands.iter().cloned()));
        let respelled: Vec<String> = all.iter().flat_map(|value| other_spellings(value)).collect();
        all.extend(respelled);
    }
    all.into_iter().collect()
}

fn other_spellings(value: &str) -> Vec<String> {
    if let Some(number) = values::decimal(value) {
        let canonical = number.text();
        let padded = if canonical.contains('.') { format!("{canonical}0") } else { format!("{canonical}.0") };
        vec![format!("{padded}00"), padded, canonical]
    } else if let Some(instant) = values::instant(value) {
        let zulu = values::instant_text(instant);
        let offset = zulu.as_ref().map(|text| text.replace('Z', "+00:00"));
        zulu.into_iter().chain(offset).collect()
    } else if values::boolean(value).is_some() {
        ["true", "True", "TRUE", "tRUE", "false", "False", "FALSE", "fALSE"].map(str::to_owned).to_vec()
    } else {
        Vec::new()
    }
}

#[derive(Clone, Copy)]
enum Step {
    Run,
    One,
    Exactly(char),
    AnyCase(char),
}

/// Where a pattern may stand after some text: a set of positions as bits.
type Positions = u64;

fn steps(family: Family, operand: &str) -> Vec<Step> {
    let steps: Vec<Step> = operand
        .chars()
        .map(|character| match (family, character) {
            (Family::Like, '*') => Step::Run,
            (Family::Like, '?') => Step::One,
            (Family::EqualsIgnoreCase, _) => Step::AnyCase(character),
            _ => Step::Exactly(character),
        })
        .collect();
    assert!(steps.len() < 63, "an operand of the reference has fewer than 63 characters");
    steps
}

/// Adds the positions reachable without reading a character.
fn close(steps: &[Step], mut positions: Positions) -> Positions {
    for (at, step) in steps.iter().enumerate() {
        if positions & (1 << at) != 0 && matches!(step, Step::Run) {
            positions |= 1 << (at + 1);
        }
    }
    positions
}

fn advance(steps: &[Step], positions: Positions, read: char) -> Positions {
    let mut next = 0;
    for (at, step) in steps.iter().enumerate() {
        if positions & (1 << at) == 0 {
            continue;
        }
        match step {
            Step::Run => next |= 1 << at,
            Step::One => next |= 1 << (at + 1),
            Step::Exactly(literal) if *literal == read => next |= 1 << (at + 1),
            Step::AnyCase(literal) if literal.eq_ignore_ascii_case(&read) => next |= 1 << (at + 1),
            Step::Exactly(_) | Step::AnyCase(_) => {}
        }
    }
    close(steps, next)
}

fn texts(tests: &[&Test]) -> Vec<String> {
    let patterns: Vec<Vec<Step>> = tests
        .iter()
        .filter(|test| test.family.tests() == Type::Text)
        .flat_map(|test| test.operands.iter().map(|operand| steps(test.family, operand)))
        .collect();
    let mut alphabet = BTreeSet::new();
    for step in patterns.iter().flatten() {
        match step {
            Step::Exactly(literal) => {
                alphabet.insert(*literal);
            }
            Step::AnyCase(literal) => alphabet.extend([literal.to_ascii_lowercase(), literal.to_ascii_uppercase()]),
            Step::Run | Step::One => {}
        }
    }
    let fresh = "zyxwvutsrq0123456789_~%ßλж".chars().find(|character| {
        !alphabet.contains(&character.to_ascii_uppercase()) && !alphabet.contains(&character.to_ascii_lowercase())
    });
    alphabet.insert(fresh.expect("some character is in no operand"));

    let start: Vec<Positions> = patterns.iter().map(|pattern| close(pattern, 1)).collect();
    let mut seen = BTreeSet::from([start.clone()]);
    let mut queue = VecDeque::from([(start, String::new())]);
    let mut witnesses: BTreeMap<Vec<bool>, String> = BTreeMap::new();
    while let Some((state, text)) = queue.pop_front() {
        let accepted =
            patterns.iter().zip(&state).map(|(pattern, positions)| positions & (1 << pattern.len()) != 0).collect();
        witnesses.entry(accepted).or_insert_with(|| text.clone());
        for read in &alphabet {
            let next: Vec<Positions> =
                patterns.iter().zip(&state).map(|(pattern, positions)| advance(pattern, *positions, *read)).collect();
            if seen.insert(next.clone()) {
                assert!(seen.len() < LIMIT, "the operands of one key are too large for the reference");
                queue.push_back((next, format!("{text}{read}")));
            }
        }
    }
    witnesses.into_values().collect()
}

fn numbers<'a>(operands: impl Iterator<Item = &'a String>) -> Vec<String> {
    let mut numbers: Vec<values::Decimal> = operands.filter_map(|operand| values::decimal(operand)).collect();
    numbers.sort();
    numbers.dedup();
    let (Some(lowest), Some(highest)) = (numbers.first(), numbers.last()) else { return vec!["0".to_owned()] };
    let mut all =
        vec![format!("-1{}", "0".repeat(lowest.whole.len())), format!("1{}", "0".repeat(highest.whole.len()))];
    all.extend(numbers.windows(2).map(|pair| values::between(&pair[0], &pair[1]).text()));
    all.extend(numbers.iter().map(values::Decimal::text));
    all
}

fn instants<'a>(operands: impl Iterator<Item = &'a String>) -> Vec<String> {
    let mut all = vec!["2020-01-01T00:00:00Z".to_owned()];
    for instant in operands.filter_map(|operand| values::instant(operand)) {
        all.extend((instant - 1..=instant + 1).filter_map(values::instant_text));
    }
    all
}

fn addresses<'a>(operands: impl Iterator<Item = &'a String>) -> Vec<String> {
    let mut all = vec!["0.0.0.0".to_owned(), "::".to_owned()];
    for block in operands.filter_map(|operand| values::block(operand)) {
        for number in [
            Some(block.first),
            block.first.checked_add(1),
            block.first.checked_sub(1),
            Some(block.last),
            block.last.checked_add(1),
            block.last.checked_sub(1),
        ] {
            all.extend(number.and_then(|number| values::address_text(block.v6, number)));
        }
    }
    all
}
