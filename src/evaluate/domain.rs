//! Every way in which the tests on one unknown key can turn out together: absent, or one value of the type of the operators
//! that test it (contract 4).

use std::borrow::Cow;
use std::collections::HashSet;

use super::context::KeyState;
use super::family::{self, Operands};
use super::layers::Certainty;
use super::rules::{Rules, Touched};
use super::set::PolicySet;
use crate::pattern::{CellPattern, TextShape, cells};
use crate::policy::operand::{Address, Decimal, MAX_INSTANT, MIN_INSTANT, address, instant, spell_instant};

/// Steps that the search for string cells may take, and tests that may be tried on candidate values.
const BUDGET: usize = 3_000_000;

/// Tests that are judged together, and the combinations that they can have.
#[derive(Debug, Clone)]
pub(super) struct Group {
    pub(super) tests: Vec<u32>,
    /// Entry `i` of a cell tells whether test `i` is met.
    pub(super) cells: Vec<Vec<bool>>,
}

/// The groups of one key; more than one only when their combination could not be enumerated.
#[derive(Debug, Clone)]
pub(super) struct Domain {
    pub(super) groups: Vec<Group>,
    pub(super) exact: bool,
}

impl Domain {
    /// Adds a value that no test can read, where all of them are typed: it meets none.
    pub(super) fn add_value_of_another_type(&mut self) {
        for group in &mut self.groups {
            let none = vec![false; group.tests.len()];
            if !group.cells.contains(&none) {
                group.cells.push(none);
            }
        }
    }
}

/// Enumerates the domain of a key under the given tests, none of which is broken.
pub(super) fn domain(set: &PolicySet, tests: &[u32], rules: Rules) -> Domain {
    let operands = |id: &u32| set.tests.get(*id as usize).map(|test| &test.operands);
    let (text, typed): (Vec<u32>, Vec<u32>) =
        tests.iter().partition(|id| operands(id).is_some_and(|o| o.text().is_some()));
    let patterns: Vec<CellPattern> =
        text.iter().filter_map(operands).filter_map(Operands::text).flat_map(|texts| texts.cell_patterns()).collect();
    let plain = patterns.iter().all(|pattern| !pattern.wild && !pattern.ignore_case);
    let together = |texts: Option<Vec<String>>| match texts.filter(|texts| affordable(set, tests, texts.len())) {
        Some(texts) => Domain { groups: vec![group(set, tests, &texts, rules)], exact: true },
        None => independent(set, tests),
    };
    if typed.is_empty() {
        return together(if plain { Some(literals(&patterns)) } else { cell_texts(&patterns) });
    }
    let typed_operands: Vec<&Operands> = typed.iter().filter_map(operands).collect();
    // Each typed operand has at most six probes, each spelled once more for every literal, IPv6 addresses in two ways.
    let spelled = typed_operands.iter().map(|operands| operands.len() * 12 + 16).sum::<usize>() * (patterns.len() + 1);
    if !affordable(set, tests, spelled) {
        return independent(set, tests);
    }
    if plain {
        let mut texts = if text.is_empty() { Vec::new() } else { literals(&patterns) };
        spell_typed(&typed_operands, patterns.len(), &mut texts);
        return together(Some(texts));
    }
    mixed(set, tests, &patterns, &typed_operands, rules)
}

/// Wildcards and typed operators on one key. Texts of no typed shape are exact; for those of a shape every combination of
/// patterns that such a text can have is taken together with every region of the type, and what no sample confirms makes
/// the domain inexact, never too small.
fn mixed(set: &PolicySet, tests: &[u32], patterns: &[CellPattern], typed: &[&Operands], rules: Rules) -> Domain {
    let shapes = shapes(typed);
    let mut distinct: Vec<CellPattern> = Vec::new();
    let mut seen = HashSet::new();
    distinct.extend(patterns.iter().filter(|pattern| seen.insert(*pattern)).cloned());
    let found = cells(&distinct, &shapes, BUDGET).filter(|found| affordable(set, tests, found.len() * SPELLINGS));
    let Some(found) = found else { return independent(set, tests) };
    let mut samples: Vec<String> = found.iter().map(|(_, text)| text.clone()).collect();
    samples.extend(distinct.iter().map(|pattern| pattern.text.to_string()));
    spell_typed(typed, SPELLINGS, &mut samples);
    let mut group = group(set, tests, &samples, rules);
    let mut known: HashSet<Vec<bool>> = group.cells.iter().cloned().collect();
    let is_text = |id: &u32| set.tests.get(*id as usize).is_some_and(|test| test.operands.text().is_some());
    let mut exact = true;
    for (cell, text) in &found {
        let Some(shape) =
            shapes.iter().zip(cell.iter().skip(distinct.len())).find(|(_, has)| **has).map(|(shape, _)| *shape)
        else {
            continue;
        };
        let of_text = one(set, tests, text, rules);
        for sample in samples.iter().filter(|sample| has_value(shape, sample)) {
            let of_value = one(set, tests, sample, rules);
            let both = tests.iter().zip(of_text.iter().zip(&of_value));
            let joined: Vec<bool> = both.map(|(id, (text, value))| if is_text(id) { *text } else { *value }).collect();
            if known.insert(joined.clone()) {
                exact = false;
                group.cells.push(joined);
            }
        }
    }
    Domain { groups: vec![group], exact }
}

/// How many more spellings of each typed region are tried beside wildcards.
const SPELLINGS: usize = 4;

/// The shapes of the typed operands; `Bool` has few spellings, which are all tried.
fn shapes(typed: &[&Operands]) -> Vec<TextShape> {
    let mut shapes = Vec::new();
    for operands in typed {
        let shape = match operands {
            Operands::Number(_) => TextShape::Number,
            Operands::Date(_) => TextShape::Date,
            Operands::Ip(_) => TextShape::Address,
            Operands::Bool(_) | Operands::Text(_) | Operands::Broken => continue,
        };
        if !shapes.contains(&shape) {
            shapes.push(shape);
        }
    }
    shapes
}

fn has_value(shape: TextShape, text: &str) -> bool {
    match shape {
        TextShape::Number => Decimal::parse(text).is_some(),
        TextShape::Date => instant(text).is_some(),
        TextShape::Address => address(text).is_some(),
    }
}

/// What each test says of one value.
fn one(set: &PolicySet, tests: &[u32], text: &str, rules: Rules) -> Vec<bool> {
    let value = [Cow::Borrowed(text)];
    let mut touched = Touched::default();
    let known = tests.iter().filter_map(|id| set.tests.get(*id as usize));
    known.map(|test| set.test(test, KeyState::Known(&value), rules, &mut touched) == Certainty::Surely).collect()
}

/// Whether the tests, each with all its operands, can be tried on so many values.
fn affordable(set: &PolicySet, tests: &[u32], values: usize) -> bool {
    let operands = tests.iter().filter_map(|id| set.tests.get(*id as usize)).map(|test| test.operands.len());
    operands.sum::<usize>().saturating_mul(values) <= BUDGET
}

/// Each test on its own: met or not.
fn independent(set: &PolicySet, tests: &[u32]) -> Domain {
    let known = tests.iter().filter(|id| set.tests.get(**id as usize).is_some());
    let groups = known.map(|id| Group { tests: vec![*id], cells: vec![vec![false], vec![true]] }).collect();
    Domain { groups, exact: false }
}

/// The cells of the given candidate values, and of the absent key.
fn group(set: &PolicySet, tests: &[u32], texts: &[String], rules: Rules) -> Group {
    let mut touched = Touched::default();
    let mut cell = |state: KeyState<'_>| -> Vec<bool> {
        let known = tests.iter().filter_map(|id| set.tests.get(*id as usize));
        known.map(|test| set.test(test, state, rules, &mut touched) == Certainty::Surely).collect()
    };
    let mut found = vec![cell(KeyState::Absent)];
    let mut seen: HashSet<Vec<bool>> = found.iter().cloned().collect();
    for text in texts {
        let value = [Cow::Borrowed(text.as_str())];
        let cell = cell(KeyState::Known(&value));
        if seen.insert(cell.clone()) {
            found.push(cell);
        }
    }
    Group { tests: tests.to_vec(), cells: found }
}

/// Every literal, and a text that is none of them.
fn literals(patterns: &[CellPattern]) -> Vec<String> {
    let mut texts: Vec<String> = patterns.iter().map(|pattern| pattern.text.to_string()).collect();
    let longest = texts.iter().map(String::len).max().unwrap_or(0);
    texts.push("x".repeat(longest + 1));
    texts
}

fn cell_texts(patterns: &[CellPattern]) -> Option<Vec<String>> {
    let mut distinct: Vec<CellPattern> = Vec::new();
    let mut seen = HashSet::new();
    distinct.extend(patterns.iter().filter(|pattern| seen.insert(*pattern)).cloned());
    Some(cells(&distinct, &[], BUDGET)?.into_iter().map(|(_, text)| text).collect())
}

/// Adds a spelling for every region that the operands can tell apart, each in `more + 1` ways, so that one of them is no
/// literal of a string operator on the same key.
pub(super) fn spell_typed(operands: &[&Operands], more: usize, texts: &mut Vec<String>) {
    let (mut numbers, mut dates, mut blocks, mut bools) = (Vec::new(), Vec::new(), Vec::new(), false);
    for operands in operands {
        match operands {
            Operands::Number(list) => numbers.extend(list.iter().filter_map(|number| Decimal::parse(number))),
            Operands::Date(list) => dates.extend_from_slice(list),
            Operands::Ip(list) => blocks.extend_from_slice(list),
            Operands::Bool(_) => bools = true,
            Operands::Text(_) | Operands::Broken => {}
        }
    }
    spell_numbers(numbers, more, texts);
    for date in dates {
        for instant in [date - 1, date, date + 1] {
            if (MIN_INSTANT..=MAX_INSTANT).contains(&instant) {
                spell_date(instant, more, texts);
            }
        }
    }
    if bools {
        texts.extend(["true", "false"].into_iter().flat_map(case_spellings));
    }
    if !blocks.is_empty() {
        let mut probes = Vec::new();
        family::probes(&blocks, &mut probes);
        for probe in probes {
            let top = if probe.v6 { u128::MAX } else { u128::from(u32::MAX) };
            let next =
                (0..=more as u128).filter_map(|step| probe.bits.checked_add(step)).take_while(|bits| *bits <= top);
            texts.extend(next.map(|bits| Address { v6: probe.v6, bits }.spell()));
            if probe.v6 {
                spell_in_full(probe.bits, more, texts);
            }
        }
    }
}

/// Other spellings of an IPv6 address, up to `more + 1`: every group written, with more and more leading zeros.
fn spell_in_full(bits: u128, more: usize, texts: &mut Vec<String>) {
    let groups: Vec<String> = (0..8).rev().map(|group| format!("{:x}", (bits >> (16 * group)) & 0xFFFF)).collect();
    for mut number in 0..=more {
        let spelled: Vec<String> = groups
            .iter()
            .map(|group| {
                let ways = 5 - group.len().min(4);
                let zeros = number % ways;
                number /= ways;
                format!("{}{group}", "0".repeat(zeros))
            })
            .collect();
        if number > 0 {
            return;
        }
        texts.push(spelled.join(":"));
    }
}

fn spell_numbers(mut numbers: Vec<Decimal<'_>>, more: usize, texts: &mut Vec<String>) {
    numbers.sort_unstable();
    numbers.dedup();
    let mut found = Vec::new();
    found.extend(numbers.first().map(Decimal::below));
    for (at, number) in numbers.iter().enumerate() {
        found.push(number.spell());
        found.push(match numbers.get(at + 1) {
            Some(next) => number.between(next).unwrap_or_default(),
            None => number.above(),
        });
    }
    for number in found {
        let point = if number.contains('.') { "" } else { "." };
        texts.extend((1..=more).map(|zeros| format!("{number}{point}{}", "0".repeat(zeros))));
        texts.push(number);
    }
}

fn spell_date(instant: i64, more: usize, texts: &mut Vec<String>) {
    texts.push(spell_instant(instant));
    for minutes in (1..=1438i64).take(more) {
        // The same instant at another offset: spell the local time and exchange the zone.
        let local = spell_instant(instant + minutes * 60);
        if let Some(clock) = local.strip_suffix('Z') {
            texts.push(format!("{clock}+{:02}:{:02}", minutes / 60, minutes % 60));
        }
    }
}

/// Every spelling of an ASCII word with capitals and without.
fn case_spellings(word: &str) -> Vec<String> {
    word.bytes().fold(vec![String::new()], |spelled, letter| {
        let both = |front: String| {
            let [low, high] = [letter.to_ascii_lowercase(), letter.to_ascii_uppercase()].map(char::from);
            [format!("{front}{low}"), format!("{front}{high}")]
        };
        spelled.into_iter().flat_map(both).collect()
    })
}
