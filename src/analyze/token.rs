//! Globs as lists of tokens, and how two of them lie to each other.
//!
//! INVARIANT (normal form): in a run of wildcards the single ones stand first and one star at most follows, so that
//! `*?`, `?*` and `**?` are one glob.

/// What a glob says about one character, or a run of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Token {
    /// This character.
    One(char),
    /// This ASCII letter, given in lower case, in either case.
    Fold(char),
    /// A capital that counts as its small letter where the request's case does not count (`arn-case`).
    Open(char),
    /// Any one character.
    Any,
    /// Any run of characters.
    Run,
    /// Any run of characters without a colon.
    Segment,
}

use Token::{Any, Fold, One, Open, Run, Segment};

impl Token {
    pub(super) fn is_run(self) -> bool {
        matches!(self, Run | Segment)
    }

    /// Whether the token takes a character; `folded` tells whether case does not count at that place of the request, whose
    /// characters are small letters there.
    #[expect(clippy::match_same_arms, reason = "one token an arm")]
    pub(super) fn takes(self, c: char, folded: bool) -> bool {
        match self {
            One(own) => own == c,
            Fold(own) => own == c.to_ascii_lowercase(),
            Open(own) if folded => own.to_ascii_lowercase() == c,
            Open(own) => own == c,
            Any | Run => true,
            Segment => c != ':',
        }
    }

    /// Whether both can take the same character, at some place.
    fn meets(self, other: Self) -> bool {
        match (self, other) {
            (Any | Run, _) | (_, Any | Run) | (Segment, Segment) => true,
            (Segment, one) | (one, Segment) => one != One(':'),
            (One(a), One(b)) | (Fold(a), Fold(b)) | (Open(a), Open(b)) => a == b,
            (One(a), Fold(b)) | (Fold(b), One(a)) => a.to_ascii_lowercase() == b,
            (One(a), Open(b)) | (Open(b), One(a)) => a == b || a == b.to_ascii_lowercase(),
            (Fold(a), Open(b)) | (Open(b), Fold(a)) => a == b.to_ascii_lowercase(),
        }
    }

    /// Whether this single token takes whatever the other one can be.
    #[expect(clippy::match_same_arms, reason = "one token an arm")]
    fn holds(self, other: Self) -> bool {
        match (self, other) {
            (Any, One(_) | Fold(_) | Open(_) | Any) => true,
            (Fold(a), One(b)) => a == b.to_ascii_lowercase(),
            (Segment, One(b)) => b != ':',
            (Segment, Fold(_) | Open(_) | Segment) | (Run, _) => true,
            (a, b) => a == b,
        }
    }
}

/// A glob in normal form.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Glob(pub(super) Box<[Token]>);

impl Glob {
    pub(super) fn new(tokens: impl IntoIterator<Item = Token>) -> Self {
        let mut normal: Vec<Token> = Vec::new();
        for token in tokens {
            match (normal.last(), token) {
                (Some(Run), Run) | (Some(Segment), Segment) => {}
                (Some(Run), Any) => {
                    normal.pop();
                    normal.extend([Any, Run]);
                }
                _ => normal.push(token),
            }
        }
        Self(normal.into())
    }

    /// A glob from its text.
    pub(super) fn parse(text: &str) -> Self {
        Self::new(text.chars().map(wild))
    }

    pub(super) fn tokens(&self) -> &[Token] {
        &self.0
    }

    /// The one text that the glob takes, when it takes one.
    pub(super) fn literal(&self) -> Option<String> {
        self.0.iter().map(|token| if let One(c) = token { Some(*c) } else { None }).collect()
    }

    pub(super) fn has_run(&self) -> bool {
        self.0.iter().any(|token| token.is_run())
    }

    pub(super) fn reversed(&self) -> Self {
        Self::new(self.0.iter().rev().copied())
    }

    /// A text of the glob, with `run` for its stars and `x` for its question marks. The text may still miss: a capital may
    /// have to be small.
    pub(super) fn fill(&self, run: &str) -> String {
        let mut text = String::new();
        for token in &self.0 {
            match token {
                One(c) | Fold(c) | Open(c) => text.push(*c),
                Any => text.push('x'),
                Run => text.push_str(run),
                Segment => {}
            }
        }
        text
    }

    /// Whether every text of `inner` is a text of this glob. Yes is always right; no may be wrong.
    pub(super) fn covers(&self, inner: &Self) -> bool {
        if self.0.contains(&Segment) {
            covers_slowly(&self.0, &inner.0)
        } else {
            greedy(&self.0, &inner.0, Token::holds)
        }
    }

    /// Whether both share a text. No is always right; yes may be wrong where a capital is open.
    pub(super) fn meets(&self, other: &Self) -> bool {
        let (a, b) = (&self.0, &other.0);
        if !fronts_meet(a.iter(), b.iter()) || !fronts_meet(a.iter().rev(), b.iter().rev()) {
            return false;
        }
        match (self.has_run(), other.has_run()) {
            (false, false) => a.len() == b.len(),
            (true, false) if !a.contains(&Segment) => greedy(a, b, Token::meets),
            (false, true) if !b.contains(&Segment) => greedy(b, a, Token::meets),
            // Both have a star: what lies between the fronts and ends can stand one after the other.
            _ if !a.contains(&Segment) && !b.contains(&Segment) => true,
            _ => meets_slowly(a, b),
        }
    }
}

/// A character of a pattern text as a token.
pub(super) fn wild(c: char) -> Token {
    match c {
        '*' => Run,
        '?' => Any,
        c => One(c),
    }
}

fn fronts_meet<'t>(a: impl Iterator<Item = &'t Token>, b: impl Iterator<Item = &'t Token>) -> bool {
    a.zip(b).take_while(|(a, b)| !a.is_run() && !b.is_run()).all(|(a, b)| a.meets(*b))
}

/// A glob over tokens instead of characters: on a mismatch only the last star takes one more.
fn greedy(outer: &[Token], inner: &[Token], fits: fn(Token, Token) -> bool) -> bool {
    let (mut o, mut i) = (0, 0);
    let mut star: Option<(usize, usize)> = None;
    loop {
        match (outer.get(o), inner.get(i)) {
            (Some(Run), _) => {
                o += 1;
                star = Some((o, i));
                continue;
            }
            (Some(one), Some(token)) if fits(*one, *token) => {
                o += 1;
                i += 1;
                continue;
            }
            (None, None) => return true,
            _ => {}
        }
        match star {
            Some((behind, from)) if from < inner.len() => {
                star = Some((behind, from + 1));
                o = behind;
                i = from + 1;
            }
            _ => return false,
        }
    }
}

/// The same with segments among the stars, row by row.
fn covers_slowly(outer: &[Token], inner: &[Token]) -> bool {
    // `row[i]`: the rest of `outer` covers the rest of `inner` from `i`.
    let mut row: Vec<bool> = (0..=inner.len()).map(|i| i == inner.len()).collect();
    let at = |row: &[bool], i: usize| row.get(i).copied().unwrap_or(false);
    for token in outer.iter().rev() {
        let mut next = vec![false; inner.len() + 1];
        for i in (0..=inner.len()).rev() {
            let here = inner.get(i).is_some_and(|other| token.holds(*other));
            let fits = if token.is_run() { at(&row, i) || here && at(&next, i + 1) } else { here && at(&row, i + 1) };
            if let Some(cell) = next.get_mut(i) {
                *cell = fits;
            }
        }
        row = next;
    }
    at(&row, 0)
}

fn meets_slowly(a: &[Token], b: &[Token]) -> bool {
    let mut row: Vec<bool> = Vec::new();
    let at = |row: &[bool], i: usize| row.get(i).copied().unwrap_or(false);
    for i in (0..=a.len()).rev() {
        let mut next = vec![false; b.len() + 1];
        for j in (0..=b.len()).rev() {
            let shared = match (a.get(i), b.get(j)) {
                (None, None) => true,
                (Some(x), None) => x.is_run() && at(&row, j),
                (None, Some(y)) => y.is_run() && at(&next, j + 1),
                (Some(x), Some(y)) => {
                    let both = x.meets(*y);
                    let skip = x.is_run() && at(&row, j) || y.is_run() && at(&next, j + 1);
                    let step = match (x.is_run(), y.is_run()) {
                        (true, true) => false,
                        (true, false) => at(&next, j + 1),
                        (false, true) => at(&row, j),
                        (false, false) => at(&row, j + 1),
                    };
                    skip || both && step
                }
            };
            if let Some(cell) = next.get_mut(j) {
                *cell = shared;
            }
        }
        row = next;
    }
    at(&row, 0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pattern::{CellPattern, cells};
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn meeting_is_exact_and_covering_is_sound(a in "[ab*?]{0,6}", b in "[ab*?]{0,6}") {
            let pattern = |text: &str| CellPattern { text: text.into(), wild: true, ignore_case: false };
            let found = cells(&[pattern(&a), pattern(&b)], &[], 100_000).unwrap();
            let (x, y) = (Glob::parse(&a), Glob::parse(&b));
            prop_assert_eq!(x.meets(&y), found.iter().any(|(cell, _)| cell[0] && cell[1]));
            if x.covers(&y) {
                prop_assert!(!found.iter().any(|(cell, _)| !cell[0] && cell[1]));
            }
            prop_assert_eq!(x.meets(&y), meets_slowly(&x.0, &y.0));
        }
    }

    #[test]
    fn a_segment_has_no_colon() {
        let segment =
            |front: &str, back: &str| Glob::new(front.chars().map(wild).chain([Segment]).chain(back.chars().map(wild)));
        assert!(Glob::parse("a:*").covers(&segment("a:", ":b")));
        assert!(segment("a:", ":b").covers(&Glob::parse("a::b")));
        assert!(!segment("a:", ":b").covers(&Glob::parse("a:*:b")));
        assert!(!segment("a:", ":b").meets(&Glob::parse("a:x:y:b")));
        assert!(segment("a:", ":b").meets(&Glob::parse("a:x*b")));
    }
}
