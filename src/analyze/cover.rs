//! What the other statements of a document leave of each one: whether it can go without any change of meaning.
//!
//! A statement can go when the others decide its requests as it does, whatever else the document is attached beside: an
//! Allow whose requests others allow or deny, a Deny whose requests other Deny statements deny.
//!
//! INVARIANT (one by one): statements that are named as covered can all go together. Of two that cover each other one stays,
//! and what covers a union of statements is judged without those that have gone.

use std::collections::HashMap;
use std::rc::Rc;
use std::time::Duration;

use super::budget::Clock;
use super::compare::Options;
use super::find::{Engine, Found, Goal, Outside};
use super::names::spoken;
use super::side::Side;
use super::space::{ACTION, KEYS, RESOURCE};
use super::text::Answer;
use crate::policy::{Effect, Principal, Statement, operand};

/// What one question may take.
const SHARE: Duration = Duration::from_millis(100);
/// So many statements are tried alone, and so many are left out one by one to find who is needed.
const TRIES: usize = 64;

/// What the others leave of a statement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cover {
    /// It decides some request as no other statement does.
    Needed,
    /// No request matches it.
    Empty(Part),
    /// These statements together decide all its requests as it does; sorted.
    By(Vec<usize>),
    /// The budget ran out.
    Open,
}

/// The part of a statement that nothing fits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Part {
    /// `Action` or `NotAction`
    Action,
    /// `Resource` or `NotResource`
    Resource,
    /// The tests of one condition key.
    Key(String),
}

/// Judges each statement of a document against all others.
///
/// A statement without effect or action is [`Cover::Needed`]: nothing is said about it. `needed` are flags of statements that
/// the caller knows to be needed. The numbers in [`Cover::By`] are those of the list. `options.budget.time` is for the whole
/// list.
pub fn covers<'p>(statements: &[&'p Statement<'p>], needed: &[bool], options: Options) -> Vec<Cover> {
    let whole: Vec<usize> = statements
        .iter()
        .zip(0..)
        .filter(|(s, _)| s.effect.is_some() && s.action.is_some())
        .map(|(_, at)| at)
        .collect();
    let list: Vec<&Statement<'_>> = whole.iter().filter_map(|at| statements.get(*at).copied()).collect();
    let (none, side) = (Side::new([]), Side::of(list.iter().copied()));
    let engine = Engine::new([&none, &side], options.rules, Clock::start(options.budget));
    let number = |at: usize| whole.get(at).copied().unwrap_or(at);
    let mut covers = vec![Cover::Needed; statements.len()];
    let mut run = Run::new(engine, &list);
    for (at, number) in whole.iter().enumerate() {
        if needed.get(*number) == Some(&true) {
            run.set(at, Cover::Needed);
        }
    }
    for (at, cover) in run.finish().into_iter().enumerate() {
        if let Some(slot) = covers.get_mut(number(at)) {
            *slot = match cover {
                Cover::By(others) => Cover::By(others.into_iter().map(number).collect()),
                other => other,
            };
        }
    }
    covers
}

/// Whether every request that matches a statement matches one of the others, whatever their effects; none when that is not
/// decided within the budget. Principals are not looked at.
pub fn within<'p>(inner: &'p Statement<'p>, outer: &[&'p Statement<'p>], options: Options) -> Option<bool> {
    within_some(inner, outer, &[], options)
}

/// The same for the requests that one of `among` matches too, when there are any.
pub(super) fn within_some<'p>(
    inner: &'p Statement<'p>,
    outer: &[&'p Statement<'p>],
    among: &[&'p Statement<'p>],
    options: Options,
) -> Option<bool> {
    let side = Side::of(std::iter::once(inner).chain(outer.iter().copied()));
    let some = Side::of(among.iter().copied());
    let mut engine = Engine::new([&some, &side], options.rules, Clock::start(options.budget));
    let goal = Goal {
        matching: vec![(1, 0)],
        choices: if among.is_empty() { Vec::new() } else { vec![(0..among.len()).map(|at| (0, at)).collect()] },
        outside: Some(Outside::Only((1..=outer.len()).collect())),
        ..Goal::default()
    };
    match engine.find(&goal) {
        Found::Point(_) => Some(false),
        Found::None => Some(true),
        Found::Spent => None,
    }
}

/// Whom a statement is about, one text each; equal texts are the same principal, `*` is all of them.
fn principals(statement: &Statement<'_>) -> Vec<String> {
    let all = || vec!["*".to_owned()];
    let mut names: Vec<String> = match statement.principal.as_ref().map(|principal| &principal.value) {
        None => return all(),
        Some(Principal::List(list)) if list.is_empty() => return all(),
        Some(Principal::List(list)) => list.iter().map(|text| text.value.to_string()).collect(),
        Some(Principal::Typed { ram, service, federated }) => {
            let typed = [("RAM", ram), ("Service", service), ("Federated", federated)];
            let of = |(kind, list)| -> Vec<String> {
                let list: &Vec<crate::policy::Text<'_>> = list;
                list.iter().map(|text| format!("{kind} {}", text.value)).collect()
            };
            typed.into_iter().flat_map(of).collect()
        }
    };
    names.sort_unstable();
    names.dedup();
    names
}

struct Run<'e, 'p> {
    engine: Engine<'e, 'p>,
    statements: &'e [&'p Statement<'p>],
    /// Whom each is about.
    principals: Vec<Vec<String>>,
    covers: Vec<Option<Cover>>,
    /// Statements that can go, or that nothing matches.
    gone: Vec<bool>,
    /// For Allow and Deny: who counts, when there is one principal for all.
    flags: [Option<Rc<[bool]>>; 2],
    /// Whether every statement is about the same principals.
    alike: bool,
}

impl<'e, 'p> Run<'e, 'p> {
    fn new(engine: Engine<'e, 'p>, statements: &'e [&'p Statement<'p>]) -> Self {
        let principals: Vec<Vec<String>> = statements.iter().map(|statement| principals(statement)).collect();
        let alike = principals.iter().zip(principals.iter().skip(1)).all(|(a, b)| a == b);
        let count = statements.len();
        Self {
            engine,
            statements,
            principals,
            covers: vec![None; count],
            gone: vec![false; count],
            flags: [None, None],
            alike,
        }
    }

    fn is_deny(&self, at: usize) -> bool {
        self.statements.get(at).and_then(|s| s.effect.as_ref()).is_some_and(|effect| effect.value == Effect::Deny)
    }

    fn set(&mut self, at: usize, cover: Cover) {
        if matches!(cover, Cover::By(_) | Cover::Empty(_)) {
            if let Some(gone) = self.gone.get_mut(at) {
                *gone = true;
            }
            self.flags = [None, None];
        }
        if let Some(slot) = self.covers.get_mut(at) {
            *slot = Some(cover);
        }
    }

    fn is_open(&self, at: usize) -> bool {
        self.covers.get(at).is_some_and(Option::is_none)
    }

    fn is_over(&self) -> bool {
        self.engine.clock.left().is_zero()
    }

    fn ask(&mut self, at: usize, outside: Option<Outside>) -> Found {
        self.engine.clock.slice(SHARE);
        self.engine.find(&Goal { matching: vec![(1, at)], outside, ..Goal::default() })
    }

    /// Whether a statement speaks for a principal.
    fn names(&self, at: usize, principal: &str) -> bool {
        self.principals.get(at).is_some_and(|names| names.iter().any(|name| name == principal || name == "*"))
    }

    /// For each principal of a statement, those whose word counts beside it.
    fn others(&mut self, at: usize) -> Vec<Rc<[bool]>> {
        let deny = self.is_deny(at);
        let counts = |run: &Self, other: usize| run.gone.get(other) == Some(&false) && (!deny || run.is_deny(other));
        let count = self.statements.len();
        if self.alike {
            let known = self.flags.get(usize::from(deny)).cloned().flatten();
            let flags = known.unwrap_or_else(|| (0..count).map(|other| counts(self, other)).collect());
            if let Some(slot) = self.flags.get_mut(usize::from(deny)) {
                *slot = Some(Rc::clone(&flags));
            }
            return vec![flags];
        }
        let names = self.principals.get(at).cloned().unwrap_or_default();
        let of = |name: &String| (0..count).map(|other| counts(self, other) && self.names(other, name)).collect();
        names.iter().map(of).collect()
    }

    /// Whether the others cover a statement, and which of them were looked at.
    fn union(&mut self, at: usize) -> (Found, Vec<usize>) {
        let mut met = Vec::new();
        for flags in self.others(at) {
            match self.ask(at, Some(Outside::Flagged(flags))) {
                Found::None => {}
                other => return (other, met),
            }
            let found: Vec<usize> = self.engine.met.iter().map(|(_, other)| *other).collect();
            met.extend(self.shrink(at, found));
        }
        met.sort_unstable();
        met.dedup();
        (Found::None, met)
    }

    /// Leaves out whom the proof does not need.
    fn shrink(&mut self, at: usize, mut met: Vec<usize>) -> Vec<usize> {
        // Late ones go first: the wide statements mostly stand first.
        met.sort_unstable();
        let mut last = met.len().min(TRIES);
        while last > 0 && met.len() > 1 && !self.is_over() {
            last -= 1;
            let fewer: Rc<[usize]> =
                met.iter().enumerate().filter(|(number, _)| *number != last).map(|(_, other)| *other).collect();
            if self.ask(at, Some(Outside::Only(Rc::clone(&fewer)))) == Found::None {
                met = fewer.to_vec();
            }
        }
        met
    }

    fn finish(mut self) -> Vec<Cover> {
        let count = self.statements.len();
        self.equals();
        let mut candidates: HashMap<usize, Vec<usize>> = HashMap::new();
        for at in 0..count {
            if self.is_open(at) && !self.is_over() {
                self.glance(at, &mut candidates);
            }
        }
        for at in 0..count {
            if let Some(others) = candidates.get(&at).filter(|_| self.is_open(at)).cloned() {
                self.single(at, &others);
            }
        }
        for at in (0..count).rev() {
            if self.is_open(at) && candidates.contains_key(&at) && !self.is_over() {
                let cover = match self.union(at) {
                    (Found::None, by) => Cover::By(by),
                    (Found::Point(_), _) => Cover::Needed,
                    (Found::Spent, _) => Cover::Open,
                };
                self.set(at, cover);
            }
        }
        self.covers.into_iter().map(|cover| cover.unwrap_or(Cover::Open)).collect()
    }

    /// Of statements that say the same letter for letter, the first stays.
    fn equals(&mut self) {
        let mut first: HashMap<(bool, Vec<String>, Vec<String>), usize> = HashMap::new();
        for at in 0..self.statements.len() {
            let Some(statement) = self.statements.get(at).filter(|_| self.is_open(at)) else { continue };
            let names = self.principals.get(at).cloned().unwrap_or_default();
            let before = *first.entry((self.is_deny(at), spoken(statement), names)).or_insert(at);
            if before != at {
                self.set(at, Cover::By(vec![before]));
            }
        }
    }

    /// Asks whether all others together cover a statement; most are needed.
    fn glance(&mut self, at: usize, candidates: &mut HashMap<usize, Vec<usize>>) {
        let mut met = Vec::new();
        for flags in self.others(at) {
            match self.ask(at, Some(Outside::Flagged(flags))) {
                Found::None => {}
                Found::Point(_) => return self.set(at, Cover::Needed),
                Found::Spent => return self.set(at, Cover::Open),
            }
            met.extend(self.engine.met.iter().map(|(_, other)| *other));
        }
        if met.is_empty() {
            let part = self.empty_part(at);
            return self.set(at, part.map_or(Cover::Open, Cover::Empty));
        }
        // A Deny first: that an Allow grants nothing is worth more than that another one grants the same.
        met.sort_unstable_by_key(|other| (!self.is_deny(*other), *other));
        met.dedup();
        candidates.insert(at, met);
    }

    /// One statement that covers another one; who covers it alone was met with the first request already.
    fn single(&mut self, at: usize, others: &[usize]) {
        for other in others.iter().take(TRIES) {
            let (deny, by_deny) = (self.is_deny(at), self.is_deny(*other));
            let names = self.principals.get(at).cloned().unwrap_or_default();
            let all = names.iter().all(|name| self.names(*other, name));
            if !all || self.gone.get(*other) != Some(&false) || self.is_over() {
                continue;
            }
            if self.ask(at, Some(Outside::Only([*other].into()))) != Found::None {
                continue;
            }
            // Of two that say the same in other words, the later one is covered.
            let back = self.principals.get(*other).is_some_and(|names| names.iter().all(|name| self.names(at, name)));
            if *other > at
                && deny == by_deny
                && back
                && self.ask(*other, Some(Outside::Only([at].into()))) == Found::None
            {
                continue;
            }
            return self.set(at, Cover::By(vec![*other]));
        }
    }

    /// The part of a statement that nothing fits.
    fn empty_part(&mut self, at: usize) -> Option<Part> {
        let statement = self.statements.get(at)?;
        let Some(cube) = self.engine.cube((1, at)).map(<[_]>::to_vec) else {
            let broken = |test: &&crate::policy::Test<'_>| {
                let family = test.operator.value.family();
                !test.values.iter().all(|value| operand::parses(family, &value.value))
            };
            let test = statement.condition.iter().find(broken);
            return Some(test.map_or(Part::Resource, |test| Part::Key(test.key.value.to_string())));
        };
        let clock = self.engine.clock;
        let mut dimensions: Vec<u32> = cube.iter().map(|literal| self.engine.space.dimension(*literal)).collect();
        dimensions.sort_unstable();
        dimensions.dedup();
        for dimension in dimensions {
            let on: Vec<_> = cube.iter().filter(|l| self.engine.space.dimension(**l) == dimension).copied().collect();
            if on.is_empty() || !matches!(*self.engine.space.solve(dimension, &on, &clock), Answer::Empty(_)) {
                continue;
            }
            let key = |number: u32| self.engine.key_names().get(number as usize).cloned();
            return match dimension {
                ACTION => Some(Part::Action),
                RESOURCE => Some(Part::Resource),
                other => other.checked_sub(KEYS).and_then(key).map(Part::Key),
            };
        }
        None
    }
}
