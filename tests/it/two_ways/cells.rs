//! The search for combinations against brute force over all short texts.

use std::collections::BTreeMap;

use ramspect::pattern::{CellPattern, cells};

use crate::reference::wildcard::as_regex;
use crate::support::cases;
use crate::support::random::Random;

const LETTERS: [char; 8] = ['a', 'A', 'b', ':', 'é', '*', '?', 'x'];

/// Every text of up to four letters, shortest first.
fn all_texts() -> Vec<String> {
    let mut all = vec![String::new()];
    let mut last = all.clone();
    for _ in 0..4 {
        last = last.iter().flat_map(|text| LETTERS.map(|letter| format!("{text}{letter}"))).collect();
        all.extend(last.iter().cloned());
    }
    all
}

fn pattern(random: &mut Random) -> CellPattern {
    let letters = ['a', 'a', 'A', 'b', ':', 'é', '*', '*', '?'];
    let text: String = (0..random.below(4)).map(|_| *random.pick(&letters)).collect();
    let wild = !random.one_in(4);
    CellPattern { text: text.into(), wild, ignore_case: !wild && random.one_in(2) }
}

/// Each reported combination has a text that an independent matcher confirms, and no short text shows another one: together
/// that is exact for every combination that needs at most four characters.
#[test]
fn combinations_are_those_of_all_short_texts() {
    let texts = all_texts();
    let mut random = Random::new(0xce11);
    let mut combinations = 0;
    for _ in 0..cases(600) {
        let patterns: Vec<CellPattern> = (0..=random.below(3)).map(|_| pattern(&mut random)).collect();
        let judges: Vec<Box<dyn Fn(&str) -> bool>> = patterns.iter().map(judge).collect();
        let judged = |text: &str| -> Vec<bool> { judges.iter().map(|judge| judge(text)).collect() };
        let mut brute: BTreeMap<Vec<bool>, usize> = BTreeMap::new();
        for text in &texts {
            brute.entry(judged(text)).or_insert(text.chars().count());
        }
        let found = cells(&patterns, &[], 10_000_000).expect("small patterns");
        for (cell, text) in &found {
            assert_eq!(&judged(text), cell, "{patterns:?} on {text:?}");
        }
        let found: BTreeMap<Vec<bool>, usize> =
            found.into_iter().map(|(cell, text)| (cell, text.chars().count())).collect();
        for (cell, shortest) in &brute {
            assert_eq!(found.get(cell), Some(shortest), "{patterns:?}: {cell:?}");
        }
        assert!(found.iter().all(|(cell, length)| brute.contains_key(cell) || *length > 4), "{patterns:?}");
        combinations += found.len();
    }
    assert!(combinations > cases(600) * 2);
}

fn judge(pattern: &CellPattern) -> Box<dyn Fn(&str) -> bool> {
    let text = pattern.text.to_string();
    if pattern.wild {
        let regex = as_regex(&text, false);
        return Box::new(move |other| regex.is_match(other));
    }
    let ignore_case = pattern.ignore_case;
    Box::new(move |other| if ignore_case { text.eq_ignore_ascii_case(other) } else { text == other })
}
