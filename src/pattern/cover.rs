//! Whether one pattern lies inside others, and whether two patterns share a text; exact.
//!
//! Inclusion runs the patterns side by side as automata, like the cells, and stops at the first text that shows the answer.
//! Two cheap answers come first: a pattern that covers the other symbol for symbol, and a text that nothing covers.

use std::collections::{HashSet, VecDeque};

use super::cells::{Automaton, CellPattern, alphabet};
use super::wildcard::{matches, matches_ignore_case};

fn covers_text(pattern: &CellPattern, text: &str) -> bool {
    match (pattern.wild, pattern.ignore_case) {
        (true, true) => matches_ignore_case(&pattern.text, text),
        (true, false) => matches(&pattern.text, text),
        (false, true) => pattern.text.eq_ignore_ascii_case(text),
        (false, false) => &*pattern.text == text,
    }
}

/// Whether `outer` covers `inner` symbol for symbol: enough, but not needed, for inclusion.
fn plainly_covers(outer: &CellPattern, inner: &CellPattern) -> bool {
    if outer.wild && &*outer.text == "*" {
        return true;
    }
    if !inner.text.contains(['*', '?']) || !inner.wild {
        return (outer.ignore_case || !inner.ignore_case) && covers_text(outer, &inner.text);
    }
    // As letters, the wildcards of `inner` fit nothing but a star of `outer`, which takes all that they stand for.
    let safe = outer.wild && (!outer.text.contains('?') || !inner.text.contains('*'));
    safe && (outer.ignore_case || !inner.ignore_case) && covers_text(outer, &inner.text)
}

/// Whether some text of `inner` that is quick to guess is covered by none of the others.
fn quick_witness(inner: &CellPattern, outers: &[&CellPattern]) -> bool {
    let fill = |with: &str| {
        let text: String = inner.text.chars().fold(String::new(), |mut text, c| {
            match c {
                '*' if inner.wild => text.push_str(with),
                '?' if inner.wild => text.push('\u{1}'),
                c => text.push(c),
            }
            text
        });
        text
    };
    ["\u{1}", "", ":\u{1}"].iter().any(|with| {
        let text = fill(with);
        !outers.iter().any(|outer| covers_text(outer, &text))
    })
}

/// Whether every text that `inner` covers is covered by one of the others.
///
/// None when that takes more than `budget` states, or a pattern has 65,535 characters and more.
pub fn covered(inner: &CellPattern, outers: &[&CellPattern], budget: usize) -> Option<bool> {
    if outers.iter().any(|outer| plainly_covers(outer, inner)) {
        return Some(true);
    }
    if quick_witness(inner, outers) {
        return Some(false);
    }
    if !inner.ignore_case && (!inner.wild || !inner.text.contains(['*', '?'])) {
        return Some(true);
    }
    let outers: Vec<&CellPattern> = outers.iter().copied().filter(|outer| intersect(inner, outer)).collect();
    if outers.iter().any(|outer| outer.text.len() >= usize::from(u16::MAX)) || inner.text.len() >= usize::from(u16::MAX)
    {
        return None;
    }
    let patterns: Vec<CellPattern> = std::iter::once(inner).chain(outers.iter().copied()).cloned().collect();
    let letters = alphabet(&patterns, &[]);
    let mut inner = Automaton::new(inner, &letters);
    let mut automata: Vec<Automaton> = outers.into_iter().map(|outer| Automaton::new(outer, &letters)).collect();
    let start: (u32, Vec<u32>) = (0, vec![0; automata.len()]);
    let mut seen = HashSet::from([start.clone()]);
    let mut queue = VecDeque::from([start]);
    while let Some((state, states)) = queue.pop_front() {
        let settled = automata.iter().zip(&states).any(|(automaton, state)| automaton.is_total(*state));
        if settled || inner.is_dead(state) {
            continue;
        }
        let accepted = || automata.iter().zip(&states).any(|(automaton, state)| automaton.accepts(*state));
        if inner.accepts(state) && !accepted() {
            return Some(false);
        }
        for letter in 0..letters.len() {
            let next = inner.step(state, letter);
            let others = automata.iter_mut().zip(&states).map(|(automaton, state)| automaton.step(*state, letter));
            let next = (next, others.collect::<Vec<u32>>());
            if !seen.contains(&next) {
                if seen.len() >= budget {
                    return None;
                }
                seen.insert(next.clone());
                queue.push_back(next);
            }
        }
    }
    Some(true)
}

/// A symbol of a pattern or shape.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Symbol {
    One(char),
    Any,
    Star,
    /// Any run of characters without a colon.
    Segment,
}

impl Symbol {
    fn is_run(self) -> bool {
        matches!(self, Self::Star | Self::Segment)
    }

    /// Whether both can be the same character, when neither is a run.
    fn meets(self, other: Self, fold: bool) -> bool {
        match (self, other) {
            (Self::One(x), Self::One(y)) => x == y || (fold && x.eq_ignore_ascii_case(&y)),
            (Self::Segment, Self::One(c)) | (Self::One(c), Self::Segment) => c != ':',
            _ => true,
        }
    }
}

fn symbols(pattern: &CellPattern) -> Vec<Symbol> {
    let symbol = |c| match c {
        '*' if pattern.wild => Symbol::Star,
        '?' if pattern.wild => Symbol::Any,
        c => Symbol::One(c),
    };
    pattern.text.chars().map(symbol).collect()
}

/// Whether some text is covered by both patterns. Time is the product of their lengths.
pub fn intersect(a: &CellPattern, b: &CellPattern) -> bool {
    shared(&symbols(a), &symbols(b), a.ignore_case || b.ignore_case)
}

/// Whether a pattern covers some text of a shape such as `acs:ecs:{region}:{account}:instance/{id}`, in which a part in
/// braces, and a star, stands for any run of characters without a colon.
pub fn meets_shape(pattern: &CellPattern, shape: &str) -> bool {
    let mut right = Vec::with_capacity(shape.len());
    let mut inside = false;
    for c in shape.chars() {
        match c {
            '{' => inside = true,
            '}' => {
                inside = false;
                right.push(Symbol::Segment);
            }
            _ if inside => {}
            '*' => right.push(Symbol::Segment),
            c => right.push(Symbol::One(c)),
        }
    }
    shared(&symbols(pattern), &right, pattern.ignore_case)
}

fn shared(left: &[Symbol], right: &[Symbol], fold: bool) -> bool {
    // Where both begin, or end, without a run, character meets character: only the middle has to be tried.
    let plain = |(x, y): &(&Symbol, &Symbol)| !x.is_run() && !y.is_run();
    let front = left.iter().zip(right).take_while(plain).count();
    let (Some((head, left)), Some((top, right))) = (left.split_at_checked(front), right.split_at_checked(front)) else {
        return false;
    };
    let back = left.iter().rev().zip(right.iter().rev()).take_while(plain).count();
    let (Some((left, tail)), Some((right, end))) =
        (left.split_at_checked(left.len() - back), right.split_at_checked(right.len() - back))
    else {
        return false;
    };
    let mut fixed = head.iter().zip(top).chain(tail.iter().zip(end));
    if !fixed.all(|(x, y)| x.meets(*y, fold)) {
        return false;
    }
    // `row[j]`: the rests of `left` from here and of `right` from `j` share a text.
    let mut row: Vec<bool> = vec![false; right.len() + 1];
    let mut below = row.clone();
    let at = |row: &[bool], j: usize| row.get(j).copied().unwrap_or(false);
    for i in (0..=left.len()).rev() {
        below.clone_from(&row);
        for j in (0..=right.len()).rev() {
            let shared = match (left.get(i), right.get(j)) {
                (None, None) => true,
                (Some(x), None) => x.is_run() && at(&below, j),
                (None, Some(y)) => y.is_run() && at(&row, j + 1),
                (Some(x), Some(y)) => match (x.is_run(), y.is_run()) {
                    (true, true) => at(&below, j) || at(&row, j + 1),
                    (true, false) => at(&below, j) || x.meets(*y, fold) && at(&row, j + 1),
                    (false, true) => at(&row, j + 1) || x.meets(*y, fold) && at(&below, j),
                    (false, false) => x.meets(*y, fold) && at(&below, j + 1),
                },
            };
            if let Some(cell) = row.get_mut(j) {
                *cell = shared;
            }
        }
    }
    at(&row, 0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pattern::cells;
    use proptest::prelude::*;

    fn glob(text: &str) -> CellPattern {
        CellPattern { text: text.into(), wild: true, ignore_case: false }
    }

    fn inside(inner: &str, outers: &[&str]) -> bool {
        let outers: Vec<CellPattern> = outers.iter().map(|text| glob(text)).collect();
        covered(&glob(inner), &outers.iter().collect::<Vec<_>>(), 10_000).unwrap()
    }

    #[test]
    fn a_union_can_cover_what_no_part_covers() {
        assert!(inside("a*", &["a", "a?*"]));
        assert!(!inside("a*", &["a", "a??*"]));
        assert!(inside("ecs:Describe*", &["ecs:*"]));
        assert!(inside("*ab*", &["*a*"]));
        assert!(inside("?*", &["*?"]));
        assert!(!inside("*", &["?*"]));
        assert!(inside("a*b*c", &["a*c"]));
        assert!(!inside("a*c", &["a*b*c"]));
        assert!(inside("a**", &["a*"]));
    }

    #[test]
    fn shared_texts_are_found() {
        assert!(intersect(&glob("a*"), &glob("*b")));
        assert!(!intersect(&glob("a*"), &glob("b*")));
        assert!(intersect(&glob("a?c"), &glob("*b*")));
        assert!(!intersect(&glob("a?"), &glob("???")));
        assert!(intersect(&glob("*"), &glob("")));
    }

    #[test]
    fn a_shape_has_segments() {
        let shape = "acs:ecs:{region}:{account}:instance/{id}";
        assert!(meets_shape(&glob("acs:ecs:cn-hangzhou:*:instance/i-1"), shape));
        assert!(meets_shape(&glob("acs:*"), shape));
        assert!(meets_shape(&glob("*i-1"), shape));
        assert!(!meets_shape(&glob("acs:ecs:*:*:securitygroup/*"), shape));
        assert!(!meets_shape(&glob("acs:ecs:a:b:c:instance/*"), shape));
    }

    proptest! {
        #[test]
        fn inclusion_and_intersection_agree_with_the_cells(inner in "[ab*?]{0,5}", one in "[ab*?]{0,5}", two in "[ab*?]{0,5}", folded: bool) {
            let make = |text: &str, ignore_case| CellPattern { text: text.into(), wild: true, ignore_case };
            let patterns = [make(&inner, false), make(&one, folded), make(&two.to_uppercase(), folded)];
            let [inner, one, two] = &patterns;
            let combinations = cells(&patterns, &[], 100_000).unwrap();
            let outside = combinations.iter().any(|(cell, _)| cell[0] && !cell[1] && !cell[2]);
            prop_assert_eq!(covered(inner, &[one, two], 100_000), Some(!outside));
            let shared = combinations.iter().any(|(cell, _)| cell[0] && cell[1]);
            prop_assert_eq!(intersect(inner, one), shared);
        }
    }
}
