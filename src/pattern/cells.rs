//! Which combinations of patterns one single text can satisfy, exactly.
//!
//! The patterns run side by side as automata, over the characters that occur in them and one that occurs in none: two
//! characters that no pattern mentions are alike. Every reachable combination is reported with a shortest text for it.

use std::collections::{HashMap, HashSet, VecDeque};

/// A pattern among others.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct CellPattern {
    /// The text of the pattern.
    pub text: Box<str>,
    /// Whether `*` and `?` are wildcards, or letters like any other.
    pub wild: bool,
    /// Whether ASCII case does not count.
    pub ignore_case: bool,
}

/// What the texts of a typed value look like; more texts than the type has, never fewer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TextShape {
    /// `[+-]? digits [. digits]`
    Number,
    /// Digits and marks where an instant has them.
    Date,
    /// Hexadecimal digits with dots or colons.
    Address,
}

impl TextShape {
    const DEAD: u32 = 99;

    /// The characters that such texts are made of.
    fn letters(self) -> &'static str {
        match self {
            Self::Number => "0123456789+-.",
            Self::Date => "0123456789-:TZ+",
            Self::Address => "0123456789abcdefABCDEF:.",
        }
    }

    pub(crate) fn step(self, state: u32, letter: char) -> u32 {
        let digit = letter.is_ascii_digit();
        match (self, state) {
            (Self::Number, 0) if matches!(letter, '+' | '-') => 1,
            (Self::Number, 0..=2) if digit => 2,
            (Self::Number, 2) if letter == '.' => 3,
            (Self::Number, 3 | 4) if digit => 4,
            // `dddd-dd-ddTdd:dd`, then `:dd` and a zone, or `Z`.
            (Self::Date, 4 | 7) if letter == '-' => state + 1,
            (Self::Date, 10) if letter == 'T' => 11,
            (Self::Date, 13) if letter == ':' => 14,
            (Self::Date, 16) if letter == ':' => 17,
            (Self::Date, 16 | 19) if letter == 'Z' => 30,
            (Self::Date, 19) if matches!(letter, '+' | '-') => 20,
            (Self::Date, 22) if letter == ':' => 23,
            (Self::Date, 24) if digit => 30,
            (Self::Date, 0..=3 | 5 | 6 | 8 | 9 | 11 | 12 | 14 | 15 | 17 | 18 | 20 | 21 | 23) if digit => state + 1,
            (Self::Address, 0..=2) if matches!(letter, '.' | ':') => 2,
            (Self::Address, 0..=2) if letter.is_ascii_hexdigit() => state.max(1),
            _ => Self::DEAD,
        }
    }

    pub(crate) fn accepts(self, state: u32) -> bool {
        match self {
            Self::Number => matches!(state, 2 | 4),
            Self::Date => state == 30,
            Self::Address => state == 2,
        }
    }
}

/// A symbol of a pattern.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Symbol {
    One(char),
    Any,
    Star,
}

/// A set of positions in a pattern, as a sorted list. Only positions from the last star reached on are kept: whatever an
/// earlier one could still match, the star matches too.
type Positions = Vec<u16>;

#[derive(Debug)]
pub(super) struct Automaton {
    symbols: Vec<Symbol>,
    states: HashMap<Positions, u32>,
    positions: Vec<Positions>,
    /// The letters of the search, folded where case does not count.
    letters: Vec<char>,
    /// The step from state `s` on letter `i` at `s * letters + i`; [`UNKNOWN`] until it is taken first.
    steps: Vec<u32>,
    /// Positions looked at since the caller last asked.
    spent: usize,
}

const UNKNOWN: u32 = u32::MAX;

impl Automaton {
    pub(super) fn new(pattern: &CellPattern, letters: &[char]) -> Self {
        let symbols = pattern.text.chars().map(|c| match c {
            '*' if pattern.wild => Symbol::Star,
            '?' if pattern.wild => Symbol::Any,
            c if pattern.ignore_case => Symbol::One(c.to_ascii_lowercase()),
            c => Symbol::One(c),
        });
        let folded = letters.iter().map(|c| if pattern.ignore_case { c.to_ascii_lowercase() } else { *c });
        let mut automaton = Self {
            symbols: symbols.collect(),
            letters: folded.collect(),
            states: HashMap::new(),
            positions: Vec::new(),
            steps: Vec::new(),
            spent: 0,
        };
        let start = automaton.closed(vec![0]);
        automaton.state(start);
        automaton
    }

    fn symbol(&self, position: u16) -> Option<Symbol> {
        self.symbols.get(usize::from(position)).copied()
    }

    /// Adds the positions behind stars, and drops those before the last star reached.
    fn closed(&self, from: Positions) -> Positions {
        let mut positions: Positions = Vec::with_capacity(from.len() + 1);
        for position in from {
            positions.push(position);
            let mut behind = position;
            while self.symbol(behind) == Some(Symbol::Star) {
                behind += 1;
                positions.push(behind);
            }
        }
        positions.sort_unstable();
        positions.dedup();
        let star = positions.iter().rposition(|position| self.symbol(*position) == Some(Symbol::Star));
        positions.split_off(star.unwrap_or(0))
    }

    fn state(&mut self, positions: Positions) -> u32 {
        if let Some(state) = self.states.get(&positions) {
            return *state;
        }
        let state = u32::try_from(self.positions.len()).unwrap_or(u32::MAX);
        self.states.insert(positions.clone(), state);
        self.positions.push(positions);
        self.steps.resize(self.positions.len() * self.letters.len(), UNKNOWN);
        state
    }

    #[inline]
    pub(super) fn step(&mut self, state: u32, letter: usize) -> u32 {
        let place = state as usize * self.letters.len() + letter;
        match self.steps.get(place) {
            Some(next) if *next != UNKNOWN => *next,
            _ => self.first_step(state, letter, place),
        }
    }

    fn first_step(&mut self, state: u32, letter: usize, place: usize) -> u32 {
        let Some(folded) = self.letters.get(letter).copied() else { return state };
        let from = self.positions.get(state as usize).cloned().unwrap_or_default();
        let next = from.into_iter().filter_map(|position| match self.symbol(position)? {
            Symbol::Star => Some(position),
            Symbol::Any => Some(position + 1),
            Symbol::One(wanted) => (wanted == folded).then_some(position + 1),
        });
        let next = self.closed(next.collect());
        // A new step costs far more than one that is known.
        self.spent += 16 + 2 * next.len();
        let next = self.state(next);
        if let Some(step) = self.steps.get_mut(place) {
            *step = next;
        }
        next
    }

    pub(super) fn accepts(&self, state: u32) -> bool {
        let last = self.positions.get(state as usize).and_then(|positions| positions.last());
        last.is_some_and(|last| usize::from(*last) == self.symbols.len())
    }
}

impl Automaton {
    /// Whether no text can match from here on.
    pub(super) fn is_dead(&self, state: u32) -> bool {
        self.positions.get(state as usize).is_none_or(Vec::is_empty)
    }

    /// Whether every text matches from here on.
    pub(super) fn is_total(&self, state: u32) -> bool {
        let last = self.symbols.len().checked_sub(1);
        let star = last.is_some_and(|last| self.symbols.get(last) == Some(&Symbol::Star));
        star && self.accepts(state)
    }
}

/// Every combination of matches that one text can have, each with a shortest such text. Entry `i` of a combination tells
/// whether pattern `i` matches; behind the patterns stands, for each shape, whether the text has it.
///
/// None when more than `budget` steps would have to be taken (one for each pattern, letter and state that is visited, and for
/// each position in a new one), or a pattern has 65,535 characters and more.
pub fn cells(patterns: &[CellPattern], shapes: &[TextShape], budget: usize) -> Option<Vec<(Vec<bool>, String)>> {
    if patterns.iter().any(|pattern| pattern.text.len() >= usize::from(u16::MAX)) {
        return None;
    }
    let letters = alphabet(patterns, shapes);
    let mut automata: Vec<Automaton> = patterns.iter().map(|pattern| Automaton::new(pattern, &letters)).collect();
    let mut budget = budget;
    let start: Box<[u32]> = vec![0; automata.len() + shapes.len()].into();
    let mut next: Vec<u32> = Vec::new();
    let mut parents: Vec<(usize, char)> = vec![(usize::MAX, '\0')];
    let mut seen: HashSet<Box<[u32]>> = HashSet::from([start.clone()]);
    let mut queue: VecDeque<(Box<[u32]>, usize)> = VecDeque::from([(start, 0)]);
    let mut found: Vec<(Vec<bool>, String)> = Vec::new();
    let mut known: HashSet<Vec<bool>> = HashSet::new();
    while let Some((states, node)) = queue.pop_front() {
        let of_patterns = automata.iter().zip(&states).map(|(automaton, state)| automaton.accepts(*state));
        let shaped = states.iter().skip(automata.len());
        let of_shapes = shapes.iter().zip(shaped).map(|(shape, state)| shape.accepts(*state));
        let accepted: Vec<bool> = of_patterns.chain(of_shapes).collect();
        if known.insert(accepted.clone()) {
            found.push((accepted, spell(&parents, node)));
        }
        let spent: usize = automata.iter_mut().map(|automaton| std::mem::take(&mut automaton.spent)).sum();
        budget = budget.checked_sub(spent + letters.len() * (states.len() + 1))?;
        for (place, letter) in letters.iter().enumerate() {
            next.clear();
            next.extend(automata.iter_mut().zip(&states).map(|(automaton, state)| automaton.step(*state, place)));
            let shaped = states.iter().skip(automata.len());
            next.extend(shapes.iter().zip(shaped).map(|(shape, state)| shape.step(*state, *letter)));
            if !seen.contains(next.as_slice()) {
                let next: Box<[u32]> = next.as_slice().into();
                seen.insert(next.clone());
                parents.push((node, *letter));
                queue.push_back((next, parents.len() - 1));
            }
        }
    }
    Some(found)
}

/// The characters of the patterns, both cases of each ASCII letter where case may not count, and one fresh character.
pub(super) fn alphabet(patterns: &[CellPattern], shapes: &[TextShape]) -> Vec<char> {
    let mut letters: Vec<char> = shapes.iter().flat_map(|shape| shape.letters().chars()).collect();
    for pattern in patterns {
        for c in pattern.text.chars().filter(|c| !(pattern.wild && matches!(c, '*' | '?'))) {
            letters.push(c);
            if pattern.ignore_case {
                letters.extend([c.to_ascii_lowercase(), c.to_ascii_uppercase()]);
            }
        }
    }
    letters.sort_unstable();
    letters.dedup();
    let fresh = "xyzabcdefghijklmnopqrstuvw0123456789".chars().chain('\u{4E00}'..);
    letters.extend(fresh.into_iter().find(|c| letters.binary_search(c).is_err()));
    letters
}

fn spell(parents: &[(usize, char)], mut node: usize) -> String {
    let mut letters = Vec::new();
    while let Some((parent, letter)) = parents.get(node).filter(|(parent, _)| *parent != usize::MAX) {
        letters.push(*letter);
        node = *parent;
    }
    letters.iter().rev().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn glob(text: &str) -> CellPattern {
        CellPattern { text: text.into(), wild: true, ignore_case: false }
    }

    fn combinations(patterns: &[CellPattern]) -> Vec<Vec<bool>> {
        let mut found: Vec<_> = cells(patterns, &[], 100_000).unwrap().into_iter().map(|(cell, _)| cell).collect();
        found.sort();
        found
    }

    #[test]
    fn prefixes_that_exclude_each_other_never_match_together() {
        assert_eq!(combinations(&[glob("a*"), glob("b*")]), [[false, false], [false, true], [true, false]]);
    }

    #[test]
    fn a_finite_cell_is_exact() {
        let plain = |text: &str| CellPattern { text: text.into(), wild: false, ignore_case: false };
        let found = combinations(&[glob("a?"), glob("?b"), plain("ab")]);
        assert!(!found.contains(&vec![true, true, false]));
        assert!(found.contains(&vec![true, true, true]));
    }

    #[test]
    fn case_is_folded_only_where_asked() {
        let lax = CellPattern { text: "Ab".into(), wild: false, ignore_case: true };
        let strict = CellPattern { text: "Ab".into(), wild: false, ignore_case: false };
        assert_eq!(combinations(&[lax, strict]), [[false, false], [true, false], [true, true]]);
    }

    #[test]
    fn every_witness_matches_as_its_cell_says() {
        let patterns = [glob("*a*b"), glob("?a*"), glob("*é?"), glob("**")];
        for (cell, text) in cells(&patterns, &[], 100_000).unwrap() {
            for (pattern, wanted) in patterns.iter().zip(cell) {
                assert_eq!(super::super::matches(&pattern.text, &text), wanted, "{text}");
            }
        }
    }

    #[test]
    fn shapes_tell_which_patterns_a_typed_value_can_match() {
        let found = cells(&[glob("a*"), glob("3*")], &[TextShape::Number], 100_000).unwrap();
        let has = |cell: &[bool]| found.iter().any(|(found, _)| found == cell);
        assert!(has(&[false, true, true]) && has(&[false, true, false]) && has(&[false, false, true]));
        assert!(!has(&[true, false, true]), "no number begins with a letter");
        for (shape, yes, no) in [
            (TextShape::Number, "-12.5", "1."),
            (TextShape::Date, "2026-11-24T08:00:00+08:00", "2026-11-24"),
            (TextShape::Date, "2026-11-24T08:00Z", "2026-11-24T08:00"),
            (TextShape::Address, "::1", "12"),
        ] {
            let accepts = |text: &str| shape.accepts(text.chars().fold(0, |state, letter| shape.step(state, letter)));
            assert!(accepts(yes) && !accepts(no), "{yes} {no}");
        }
    }

    #[test]
    fn a_budget_that_is_too_small_is_said() {
        assert_eq!(cells(&[glob("*abcabcabc*"), glob("*bcabca*")], &[], 50), None);
    }
}
