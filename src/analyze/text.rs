//! The texts of one dimension: is there one in all of these sets and in none of those?
//!
//! Cheap answers first, each exact by itself: finite sets are tried out; a pattern that a wanted set excludes or an unwanted
//! one swallows is dropped; a few texts are guessed and checked; a star is split into nothing and something; and only then
//! the automaton runs, on the unwanted patterns that its own answers show to be needed.

use super::arn;
use super::automaton::{Found, Guide, search};
use super::budget::Clock;
use super::token::{Glob, Token, wild};
use super::typed::Region;
use crate::evaluate::{Rules, covers_any};
use crate::pattern::{CellPattern, Wildcard};

/// What the texts are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// Actions in small letters.
    Action,
    /// Resources in normal form.
    Resource,
    /// Values of a condition key.
    Value,
}

/// A set of texts: the union of some patterns.
#[derive(Debug, Clone)]
pub(super) struct Atom {
    globs: Vec<Glob>,
    /// The only texts of the set.
    finite: Option<Vec<String>>,
    patterns: Vec<Wildcard>,
    values: Vec<CellPattern>,
    rules: Rules,
    kind: Kind,
}

impl Atom {
    pub(super) fn action(patterns: &[&str]) -> Self {
        let globs = patterns.iter().map(|text| Glob::parse(text)).collect();
        Self::new(
            Kind::Action,
            globs,
            patterns.iter().map(|text| Wildcard::new(text)).collect(),
            Vec::new(),
            Rules::default(),
        )
    }

    pub(super) fn resource(patterns: &[&str], rules: Rules) -> Self {
        let globs = patterns.iter().flat_map(|text| arn::globs(text, rules)).collect();
        Self::new(Kind::Resource, globs, patterns.iter().map(|text| Wildcard::new(text)).collect(), Vec::new(), rules)
    }

    pub(super) fn value(patterns: Vec<CellPattern>) -> Self {
        let token = |pattern: &CellPattern, c: char| match c {
            c if pattern.wild => wild(c),
            c if pattern.ignore_case && c.is_ascii_alphabetic() => Token::Fold(c.to_ascii_lowercase()),
            c => Token::One(c),
        };
        let glob = |pattern: &CellPattern| Glob::new(pattern.text.chars().map(|c| token(pattern, c)));
        let globs = patterns.iter().map(glob).collect();
        Self::new(Kind::Value, globs, Vec::new(), patterns, Rules::default())
    }

    fn new(kind: Kind, globs: Vec<Glob>, patterns: Vec<Wildcard>, values: Vec<CellPattern>, rules: Rules) -> Self {
        let finite = globs.iter().map(Glob::literal).collect();
        Self { globs, finite, patterns, values, rules, kind }
    }

    /// Whether the set holds a text, by the evaluator's own matching.
    pub(super) fn holds(&self, text: &str) -> bool {
        match self.kind {
            Kind::Action => self.patterns.iter().any(|pattern| pattern.matches(text)),
            Kind::Resource => covers_any(&self.patterns, text, self.rules),
            Kind::Value => self.values.iter().any(|pattern| match (pattern.wild, pattern.ignore_case) {
                (true, _) => crate::pattern::matches(&pattern.text, text),
                (false, true) => pattern.text.eq_ignore_ascii_case(text),
                (false, false) => *pattern.text == *text,
            }),
        }
    }

    /// Whether two sets have a text in common. No is always right.
    pub(super) fn meets(&self, other: &Self) -> bool {
        self.globs.iter().any(|glob| other.globs.iter().any(|other| glob.meets(other)))
    }

    /// The only texts of the set, where they are finitely many.
    pub(super) fn finite(&self) -> Option<&[String]> {
        self.finite.as_deref()
    }

    /// Texts that the set may hold, for guesses.
    pub(super) fn samples(&self) -> impl Iterator<Item = String> + '_ {
        self.globs.iter().flat_map(|glob| ["", "x"].map(|run| glob.fill(run)))
    }
}

/// What is known about a conjunction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Answer<V, C> {
    /// A value in it.
    Value(V),
    /// It is empty, and so is the conjunction of these alone.
    Empty(Vec<C>),
    /// The budget ran out.
    Spent,
}

/// Every text of a kind, as globs.
pub(super) fn universe(kind: Kind) -> Vec<Glob> {
    match kind {
        Kind::Action => vec![Glob::parse("*:*")],
        Kind::Resource => vec![Glob::new([Token::One('*')]), Glob::parse("*:*:*:*:*")],
        Kind::Value => vec![Glob::parse("*")],
    }
}

/// Whether a text can stand in a request.
pub(super) fn is_well_formed(kind: Kind, text: &str) -> bool {
    let colons = || text.bytes().filter(|byte| *byte == b':').count();
    match kind {
        Kind::Action => colons() >= 1,
        Kind::Resource => text == "*" || colons() >= 4,
        Kind::Value => true,
    }
}

/// The fillers of stars in guesses; the first that fits is taken.
const FILLERS: [&str; 5] = ["x", "", "app1", "zz-9", "x:y"];

struct Query<'a> {
    kind: Kind,
    wanted: &'a [(usize, &'a Atom)],
    unwanted: &'a [(usize, &'a Atom)],
}

impl Query<'_> {
    fn fits(&self, text: &str) -> bool {
        is_well_formed(self.kind, text)
            && self.wanted.iter().all(|(_, atom)| atom.holds(text))
            && !self.unwanted.iter().any(|(_, atom)| atom.holds(text))
    }
}

/// A text of the kind in all wanted sets and in no unwanted one; sets are named by the numbers given with them.
pub(super) fn solve(
    kind: Kind,
    wanted: &[(usize, &Atom)],
    unwanted: &[(usize, &Atom)],
    clock: &Clock,
) -> Answer<String, usize> {
    let query = Query { kind, wanted, unwanted };
    let finite = wanted.iter().filter(|(_, atom)| atom.finite.is_some()).min_by_key(|(_, atom)| atom.globs.len());
    if let Some((base, atom)) = finite {
        // Two sets that have nothing in common are the whole reason.
        if let Some((other, _)) = wanted.iter().find(|(_, other)| !other.meets(atom)) {
            return Answer::Empty(vec![(*base).min(*other), (*base).max(*other)]);
        }
        let texts = atom.finite.as_deref().unwrap_or_default();
        return match texts.iter().find(|text| query.fits(text)) {
            Some(text) => Answer::Value(text.clone()),
            None => Answer::Empty(blame(&query, texts)),
        };
    }
    let whole = universe(kind);
    let base = wanted.iter().min_by_key(|(_, atom)| atom.globs.len());
    let globs = base.map_or(&whole, |(_, atom)| &atom.globs);
    let mut core: Vec<usize> = base.iter().map(|(number, _)| *number).collect();
    let mut spent = false;
    for glob in globs {
        match solve_glob(&query, glob, base.map(|(number, _)| *number), &whole, &mut core, clock) {
            Found::Text(text) => return Answer::Value(text),
            Found::None => {}
            Found::Spent => spent = true,
        }
    }
    core.sort_unstable();
    core.dedup();
    if spent { Answer::Spent } else { Answer::Empty(core) }
}

/// A small reason why none of finitely many texts fits.
fn blame(query: &Query<'_>, texts: &[String]) -> Vec<usize> {
    let base = query.wanted.iter().filter(|(_, atom)| atom.finite.is_some()).min_by_key(|(_, atom)| atom.globs.len());
    let mut core: Vec<usize> = base.iter().map(|(number, _)| *number).collect();
    for text in texts.iter().filter(|text| is_well_formed(query.kind, text)) {
        let missed = query.wanted.iter().filter(|(_, atom)| !atom.holds(text)).map(|(number, _)| *number);
        let hit = query.unwanted.iter().filter(|(_, atom)| atom.holds(text)).map(|(number, _)| *number);
        let reasons: Vec<usize> = missed.chain(hit).collect();
        if !reasons.iter().any(|reason| core.contains(reason)) {
            core.extend(reasons.first());
        }
    }
    core
}

fn solve_glob(
    query: &Query<'_>,
    glob: &Glob,
    base: Option<usize>,
    whole: &[Glob],
    core: &mut Vec<usize>,
    clock: &Clock,
) -> Found {
    let mut groups: Vec<(Option<usize>, Vec<Glob>)> = Vec::new();
    let universe = query.wanted.iter().map(|(number, atom)| (Some(*number), &*atom.globs)).chain([(None, whole)]);
    for (number, globs) in universe.filter(|(number, _)| number.is_none() || *number != base) {
        let meeting: Vec<Glob> = globs.iter().filter(|other| other.meets(glob)).cloned().collect();
        if meeting.is_empty() {
            core.extend(number);
            return Found::None;
        }
        if !meeting.iter().any(|other| other.covers(glob)) {
            groups.push((number, meeting));
        }
    }
    let mut against: Vec<(usize, &Glob)> = Vec::new();
    for (number, atom) in query.unwanted {
        for other in atom.globs.iter().filter(|other| other.meets(glob)) {
            if other.covers(glob) {
                core.push(*number);
                return Found::None;
            }
            against.push((*number, other));
        }
    }
    let mut guesses: Vec<String> = FILLERS.iter().map(|run| glob.fill(run)).collect();
    guesses.extend(merged(glob, &groups));
    if let Some(text) = guesses.into_iter().find(|text| query.fits(text)) {
        return Found::Text(text);
    }
    if let Some(reasons) = split(glob, &against, &groups, 3) {
        core.extend(reasons);
        return Found::None;
    }
    core.extend(groups.iter().filter_map(|(number, _)| *number));
    let groups: Vec<Vec<Glob>> = groups.into_iter().map(|(_, globs)| globs).collect();
    narrow(query, glob, &groups, &against, core, clock)
}

/// The automaton, with unwanted globs added as the texts that it finds show the need.
fn narrow(
    query: &Query<'_>,
    glob: &Glob,
    groups: &[Vec<Glob>],
    against: &[(usize, &Glob)],
    core: &mut Vec<usize>,
    clock: &Clock,
) -> Found {
    let open = |glob: &Glob| glob.tokens().iter().any(|token| matches!(token, Token::Open(_)));
    let by_place = open(glob) || groups.iter().flatten().any(open) || against.iter().any(|(_, glob)| open(glob));
    let guide = if by_place && query.kind == Kind::Resource { Guide::Arn } else { Guide::Free };
    let mut active: Vec<Glob> = Vec::new();
    loop {
        let text = match search(glob, groups, &active, guide, clock) {
            Found::Text(text) => text,
            other => return other,
        };
        if query.fits(&text) {
            return Found::Text(text);
        }
        let before = active.len();
        for (number, atom) in query.unwanted.iter().filter(|(_, atom)| atom.holds(&text)) {
            core.push(*number);
            for (_, glob) in against.iter().filter(|(other, glob)| other == number && takes(glob, &text)) {
                if !active.contains(glob) {
                    active.push((*glob).clone());
                }
            }
            debug_assert!(!atom.globs.is_empty(), "a set without patterns holds nothing");
        }
        if active.len() == before {
            // The text fails for no reason that the globs know: nothing may be concluded from it.
            return Found::Spent;
        }
    }
}

/// A text of a region of typed values in all wanted sets and in no unwanted one; `fits` judges it as a whole.
pub(super) fn solve_within(
    region: &Region,
    wanted: &[&Atom],
    unwanted: &[&Atom],
    fits: impl Fn(&str) -> bool,
    clock: &Clock,
) -> Found {
    let groups: Vec<Vec<Glob>> = wanted.iter().map(|atom| atom.globs.clone()).collect();
    let mut active: Vec<Glob> = Vec::new();
    loop {
        let text = match search(&Glob::parse("*"), &groups, &active, Guide::Value(region), clock) {
            Found::Text(text) => text,
            // That there is none among some of the texts says nothing about the others.
            Found::None if region.is_partial() => return Found::Spent,
            other => return other,
        };
        if fits(&text) {
            return Found::Text(text);
        }
        let before = active.len();
        for glob in unwanted.iter().filter(|atom| atom.holds(&text)).flat_map(|atom| &atom.globs) {
            if takes(glob, &text) && !active.contains(glob) {
                active.push(glob.clone());
            }
        }
        if active.len() == before {
            return Found::Spent;
        }
    }
}

/// Whether a glob takes a text at whatever places: enough to choose which globs to add.
fn takes(glob: &Glob, text: &str) -> bool {
    glob.meets(&Glob::new(text.chars().map(Token::One)))
}

/// A text for all wanted sets at once: the longest front, everything in the middle, the longest end.
fn merged(glob: &Glob, groups: &[(Option<usize>, Vec<Glob>)]) -> Option<String> {
    if groups.is_empty() || !glob.has_run() {
        return None;
    }
    let single = |tokens: &[Token]| Glob(tokens.into()).fill("x");
    let parts = |glob: &Glob| {
        let tokens = glob.tokens();
        let first = tokens.iter().position(|token| token.is_run())?;
        let last = tokens.iter().rposition(|token| token.is_run())?;
        let front = tokens.get(..first).map(single)?;
        let middle = tokens.get(first..=last).map(|tokens| Glob(tokens.into()).fill(""))?;
        Some((front, middle, tokens.get(last + 1..).map(single)?))
    };
    let (mut front, mut middle, mut end) = parts(glob)?;
    for (_, globs) in groups {
        let (f, m, e) = globs.iter().find_map(parts)?;
        if f.len() > front.len() {
            front = f;
        }
        middle.push_str(&m);
        if e.len() > end.len() {
            end = e;
        }
    }
    Some(format!("{front}{middle}{end}"))
}

/// Whether the glob is covered piece by piece when its first star is nothing, or something; the reasons.
fn split(
    glob: &Glob,
    against: &[(usize, &Glob)],
    groups: &[(Option<usize>, Vec<Glob>)],
    depth: usize,
) -> Option<Vec<usize>> {
    if let Some((number, _)) = against.iter().find(|(_, other)| other.covers(glob)) {
        return Some(vec![*number]);
    }
    if let Some((number, _)) = groups.iter().find(|(_, globs)| !globs.iter().any(|other| other.meets(glob))) {
        return Some(number.iter().copied().collect());
    }
    if depth == 0 || against.is_empty() {
        return None;
    }
    let tokens = glob.tokens();
    let stars = tokens.iter().enumerate().filter(|(_, token)| **token == Token::Run);
    stars.take(4).find_map(|(at, _)| {
        let (front, rest) = (tokens.get(..at)?, tokens.get(at + 1..)?);
        let piece = |middle: &[Token]| Glob::new(front.iter().chain(middle).chain(rest).copied());
        let mut reasons = split(&piece(&[]), against, groups, depth - 1)?;
        reasons.extend(split(&piece(&[Token::Any, Token::Run]), against, groups, depth - 1)?);
        Some(reasons)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pattern::cells;
    use proptest::prelude::*;

    fn clock() -> Clock {
        Clock::start(super::super::Budget::default())
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(4000))]
        #[test]
        fn values_are_found_when_there_are_some(
            lists in prop::collection::vec((prop::collection::vec("[abA*?]{0,5}", 1..3), any::<bool>(), 0..4u8), 1..6)
        ) {
            let pattern = |text: &String, mode: u8| CellPattern { text: text.as_str().into(), wild: mode > 1, ignore_case: mode == 1 };
            let atoms: Vec<(bool, Vec<CellPattern>)> =
                lists.iter().map(|(texts, wanted, mode)| (*wanted, texts.iter().map(|t| pattern(t, *mode)).collect())).collect();
            let sets: Vec<Atom> = atoms.iter().map(|(_, patterns)| Atom::value(patterns.clone())).collect();
            let pick = |want: bool| -> Vec<(usize, &Atom)> {
                sets.iter().enumerate().filter(|(at, _)| atoms[*at].0 == want).collect()
            };
            let all: Vec<CellPattern> = atoms.iter().flat_map(|(_, patterns)| patterns.clone()).collect();
            let combinations = cells(&all, &[], 1_000_000).unwrap();
            let fits = |cell: &Vec<bool>, only: &dyn Fn(usize) -> bool| {
                let mut at = 0;
                atoms.iter().enumerate().all(|(number, (wanted, patterns))| {
                    let hit = cell[at..at + patterns.len()].contains(&true);
                    at += patterns.len();
                    !only(number) || hit == *wanted
                })
            };
            match solve(Kind::Value, &pick(true), &pick(false), &clock()) {
                Answer::Value(text) => {
                    for (at, set) in sets.iter().enumerate() {
                        prop_assert_eq!(set.holds(&text), atoms[at].0);
                    }
                }
                Answer::Empty(core) => prop_assert!(!combinations.iter().any(|(cell, _)| fits(cell, &|n| core.contains(&n)))),
                Answer::Spent => prop_assert!(false, "spent"),
            }
        }
    }

    #[test]
    fn hard_unions_are_answered_or_left_open() {
        let like = |texts: &[String]| {
            Atom::value(
                texts.iter().map(|t| CellPattern { text: t.as_str().into(), wild: true, ignore_case: false }).collect(),
            )
        };
        for n in [8, 12, 20, 200] {
            let marks = "?".repeat(n);
            let whole = like(&[format!("*a{marks}b*")]);
            let pieces = like(&[format!("a{marks}b*"), format!("?*a{marks}b*")]);
            let answer = solve(Kind::Value, &[(0, &whole)], &[(1, &pieces)], &clock());
            assert_eq!(answer, Answer::Empty(vec![0, 1]), "{n}");
            let tail = like(&[format!("*a{marks}")]);
            let other = like(&[format!("*b{marks}")]);
            assert!(matches!(solve(Kind::Value, &[(0, &tail)], &[(1, &other)], &clock()), Answer::Value(_)));
        }
    }
}
