//! The values of one condition key as finitely many cells: all values of a cell meet the same tests, so one stands for all.
//!
//! Cell 0 is the absent key. A test is the set of cells that meet it, asked of the evaluator cell by cell.

use std::collections::HashMap;

use super::text::Answer;
use crate::evaluate::{LoneTest, Rules};

/// A set of cells.
type Bits = Box<[u64]>;

/// A key whose values are cells.
#[derive(Debug)]
pub(super) struct Cells {
    /// The value of cell `i + 1`.
    values: Vec<String>,
    known: HashMap<u32, Bits>,
}

/// A test of a conjunction: its number, and whether it must be met or missed.
pub(super) type Signed = (u32, bool);

impl Cells {
    pub(super) fn new(values: Vec<String>) -> Self {
        Self { values, known: HashMap::new() }
    }

    fn bits(&mut self, number: u32, test: &LoneTest, rules: Rules) -> &Bits {
        let values = &self.values;
        self.known.entry(number).or_insert_with(|| {
            let met = std::iter::once(None).chain(values.iter().map(|value| Some(value.as_str())));
            let met: Vec<bool> = met.map(|value| test.met(value, rules)).collect();
            let word = |cells: &[bool]| cells.iter().rev().fold(0, |word, met| word << 1 | u64::from(*met));
            met.chunks(64).map(word).collect()
        })
    }

    /// The first cell in a conjunction of tests; `tests` finds a test by its number.
    pub(super) fn solve<'t>(
        &mut self,
        literals: &[Signed],
        tests: impl Fn(u32) -> Option<&'t LoneTest>,
        rules: Rules,
    ) -> Answer<Option<String>, Signed> {
        for (number, _) in literals {
            if let Some(test) = tests(*number) {
                self.bits(*number, test, rules);
            }
        }
        if let Some(cell) = self.first(literals) {
            return Answer::Value(cell.checked_sub(1).and_then(|at| self.values.get(at).cloned()));
        }
        // Leave out one after another what is not needed for the contradiction.
        let mut core = literals.to_vec();
        let mut at = 0;
        while at < core.len() {
            let mut fewer = core.clone();
            fewer.remove(at);
            if self.first(&fewer).is_none() {
                core = fewer;
            } else {
                at += 1;
            }
        }
        Answer::Empty(core)
    }

    fn first(&self, literals: &[Signed]) -> Option<usize> {
        let count = self.values.len() + 1;
        for at in 0..count.div_ceil(64) {
            let rest = count - at * 64;
            let mut word = if rest >= 64 { u64::MAX } else { (1 << rest) - 1 };
            for (number, met) in literals {
                let bits = self.known.get(number).and_then(|bits| bits.get(at)).copied().unwrap_or(0);
                word &= if *met { bits } else { !bits };
            }
            if word != 0 {
                return Some(at * 64 + word.trailing_zeros() as usize);
            }
        }
        None
    }
}
