//! An equivalent smaller policy: whatever can be left out or joined without a difference is.
//!
//! INVARIANT (proved step by step): a change is kept only when it is proved to make no difference; what is undecided is not
//! changed. And the result is compared with the whole original once more.

use std::time::Duration;

use super::budget::{Budget, Clock};
use super::compare::{Options, Relation, allowed, compare};
use super::cover::{Cover, covers, within_some};
use super::join::{Difference, candidate};
use super::side::Side;
use crate::pattern::{CellPattern, intersect};
use crate::policy::{Effect, Policy, PolicyKind, Scope, Statement, Test};
use crate::text::{Span, Spanned};

/// What one proof may take; a hard one leaves things as they are.
const SHARE: Duration = Duration::from_millis(100);

/// A statement of the original: which policy, and its number there.
pub type Origin = (usize, usize);

/// A smaller policy, and how it came about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Minimized<'s> {
    /// The policy; its places are those of the originals.
    pub policy: Policy<'s>,
    /// Whether it was proved equivalent to the whole original.
    pub proved: bool,
    /// Whether it allows some request; none when that is undecided.
    pub allows: Option<bool>,
    /// Whether everything was tried before the time was over.
    pub complete: bool,
    /// How many changes were left out because it was not decided whether they make a difference.
    pub undecided: usize,
    /// What was changed, in order.
    pub steps: Vec<Step>,
}

/// One change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// The statement that was changed.
    pub origin: Origin,
    /// How.
    pub change: Change,
}

/// How a statement was changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// It was left out: no request matches it.
    Empty,
    /// It was left out: these decide all its requests as it does.
    Covered(Vec<Origin>),
    /// It was left out: a Deny of what nothing allows.
    DeniesNothing,
    /// That one was joined to it.
    Joined(Origin, Difference),
    /// An entry of `Action`, `NotAction`, `Resource` or `NotResource` was left out.
    Entry {
        /// The element's name.
        element: &'static str,
        /// The entry.
        entry: String,
    },
    /// A test was left out.
    Test {
        /// The operator's name.
        operator: &'static str,
        /// The condition key.
        key: String,
    },
    /// A value of a test was left out.
    Value {
        /// The operator's name.
        operator: &'static str,
        /// The condition key.
        key: String,
        /// The value.
        value: String,
    },
}

/// Makes the union of policies smaller.
///
/// The result allows and denies the same requests, so that it can stand in the place of the original beside whatever
/// else is attached; `alone` promises that nothing is: then a Deny goes that takes nothing away here. A policy has one
/// statement at least, because RAM takes none without.
pub fn minimize<'s>(policies: &[&Policy<'s>], alone: bool, options: Options) -> Minimized<'s> {
    // The last proof gets a third of the time.
    let whole = Clock::start(options.budget);
    let clock = Clock::start(Budget { time: options.budget.time * 2 / 3, ..options.budget });
    let item = |policy: usize, number: usize, statement: &Statement<'s>| {
        let (statement, origin) = (statement.clone(), (policy, number));
        Item { statement, origin }
    };
    let list = policies.iter().enumerate();
    let items: Vec<Item<'s>> = list
        .flat_map(|(at, policy)| policy.statements.iter().enumerate().map(move |(number, s)| item(at, number, s)))
        .collect();
    let original = document(&items);
    let mut work = Work { items, alone, options, clock, undecided: 0, steps: Vec::new() };
    while work.round() && !work.is_over() {}
    let policy = document(&work.items);
    let left = || Budget { time: whole.left(), ..options.budget };
    let same = |a: &Policy<'_>, b: &Policy<'_>| {
        let (a, b) = (Side::new([a]), Side::new([b]));
        compare(&a, &b, Options { budget: left(), limit: 1, ..options }).relation == Relation::Equivalent
    };
    let denied = |policy: &Policy<'s>| turned(policy);
    let proved = same(&original, &policy) && (alone || same(&denied(&original), &denied(&policy)));
    let allows = allowed(&Side::new([&policy]), Options { budget: left(), limit: 1, ..options }).any();
    let complete = !work.is_over();
    Minimized { policy, proved, allows, complete, undecided: work.undecided, steps: work.steps }
}

fn document<'s>(items: &[Item<'s>]) -> Policy<'s> {
    let statements = items.iter().map(|item| item.statement.clone()).collect();
    Policy { kind: PolicyKind::Identity, span: Span::default(), statements }
}

/// What a policy denies, as a policy that allows it.
fn turned<'s>(policy: &Policy<'s>) -> Policy<'s> {
    let mut statements: Vec<Statement<'s>> =
        policy.statements.iter().filter(|statement| is_deny(statement)).cloned().collect();
    for statement in &mut statements {
        statement.effect = Some(Spanned::new(Effect::Allow, statement.span));
    }
    Policy { statements, ..policy.clone() }
}

fn is_deny(statement: &Statement<'_>) -> bool {
    statement.effect.as_ref().is_some_and(|effect| effect.value == Effect::Deny)
}

#[derive(Debug, Clone)]
struct Item<'s> {
    statement: Statement<'s>,
    origin: Origin,
}

struct Work<'s> {
    items: Vec<Item<'s>>,
    alone: bool,
    options: Options,
    clock: Clock,
    undecided: usize,
    steps: Vec<Step>,
}

impl<'s> Work<'s> {
    fn is_over(&self) -> bool {
        self.clock.is_over()
    }

    fn options(&self, time: Duration) -> Options {
        Options { budget: Budget { time: time.min(self.clock.left()), ..self.options.budget }, ..self.options }
    }

    /// One pass over everything; whether something changed.
    fn round(&mut self) -> bool {
        let before = self.steps.len();
        self.undecided = 0;
        self.drop_statements();
        self.join_statements();
        for at in 0..self.items.len() {
            if self.is_over() {
                break;
            }
            let rest = self.rest(at);
            self.drop_entries(at, &rest);
            self.drop_tests(at, &rest);
        }
        before != self.steps.len()
    }

    fn step(&mut self, at: usize, change: Change) {
        let Some(origin) = self.items.get(at).map(|item| item.origin) else { return };
        self.steps.push(Step { origin, change });
    }

    fn drop_statements(&mut self) {
        let statements: Vec<&Statement<'s>> = self.items.iter().map(|item| &item.statement).collect();
        let covers = covers(&statements, &[], self.options(self.options.budget.time));
        let origin = |at: &usize| self.items.get(*at).map_or((0, 0), |item| item.origin);
        let change = |cover: &Cover| match cover {
            Cover::Needed | Cover::Open => None,
            Cover::Empty(_) => Some(Change::Empty),
            Cover::By(others) => Some(Change::Covered(others.iter().map(origin).collect())),
        };
        let changes: Vec<Option<Change>> = covers.iter().map(change).collect();
        self.undecided += covers.iter().filter(|cover| **cover == Cover::Open).count();
        for (at, change) in changes.into_iter().enumerate().rev() {
            if let Some(change) = change {
                self.remove(at, change);
            }
        }
        if self.alone {
            self.drop_idle_denies();
        }
    }

    /// RAM takes no policy without statements: the last one stays.
    fn remove(&mut self, at: usize, change: Change) {
        if self.items.len() > 1 && at < self.items.len() {
            self.step(at, change);
            self.items.remove(at);
        }
    }

    /// Leaves out the Deny statements that take nothing away.
    fn drop_idle_denies(&mut self) {
        for at in (0..self.items.len()).rev() {
            let options = self.options(SHARE);
            let Some(item) = self.items.get(at).filter(|item| is_deny(&item.statement)) else { continue };
            let mut others: Vec<&Statement<'s>> = Vec::new();
            let mut allows: Vec<&Statement<'s>> = Vec::new();
            for other in self.items.iter().filter(|other| other.origin != item.origin) {
                if is_deny(&other.statement) { others.push(&other.statement) } else { allows.push(&other.statement) }
            }
            let idle =
                if allows.is_empty() { Some(true) } else { within_some(&item.statement, &others, &allows, options) };
            match idle {
                Some(true) => self.remove(at, Change::DeniesNothing),
                Some(false) => {}
                None => self.undecided += 1,
            }
        }
    }

    /// Joins statements that differ in one list only.
    fn join_statements(&mut self) {
        let mut first = 0;
        while first < self.items.len() {
            let mut second = first + 1;
            while second < self.items.len() && !self.is_over() {
                if !self.join(first, second) {
                    second += 1;
                }
            }
            first += 1;
        }
    }

    fn join(&mut self, first: usize, second: usize) -> bool {
        let (Some(a), Some(b)) = (self.items.get(first), self.items.get(second)) else { return false };
        let Some((both, difference)) = candidate(&a.statement, &b.statement) else { return false };
        let outer = [&a.statement, &b.statement];
        let options = self.options(SHARE);
        let proved = [(&both, &outer[..]), (&a.statement, &[&both]), (&b.statement, &[&both])]
            .into_iter()
            .map(|(inner, outer)| within_some(inner, outer, &[], options))
            .try_fold(true, |all, one| one.map(|one| all && one));
        match proved {
            Some(true) => {}
            Some(false) => return false,
            None => {
                self.undecided += 1;
                return false;
            }
        }
        let other = b.origin;
        self.step(first, Change::Joined(other, difference));
        self.items.remove(second);
        if let Some(item) = self.items.get_mut(first) {
            item.statement = both;
        }
        true
    }

    /// The other statements whose word counts beside one: those that can meet it, and the Allow statements that a Deny of a
    /// policy that stands alone is about.
    fn rest(&self, at: usize) -> Rest<'s> {
        let mut rest = Rest::default();
        let Some(item) = self.items.get(at) else { return rest };
        let deny = is_deny(&item.statement);
        let near = Near::new(&item.statement);
        for other in self.items.iter().enumerate().filter(|(other, _)| *other != at).map(|(_, other)| &other.statement)
        {
            if !near.may_meet(other) {
                continue;
            }
            if !deny || is_deny(other) {
                rest.others.push(other.clone());
            } else if self.alone {
                rest.allows.push(other.clone());
            }
        }
        rest
    }

    /// Takes a changed statement when it makes no difference.
    fn try_out(&mut self, at: usize, rest: &Rest<'s>, change: impl FnOnce(&mut Statement<'s>)) -> bool {
        let Some(item) = self.items.get(at).filter(|_| !self.is_over()) else { return false };
        let mut changed = item.statement.clone();
        change(&mut changed);
        let options = self.options(SHARE);
        let inside = |inner: &Statement<'s>, outer: &Statement<'s>| {
            let mut all: Vec<&Statement<'_>> = rest.others.iter().collect();
            all.push(outer);
            let allows: Vec<&Statement<'_>> = rest.allows.iter().collect();
            within_some(inner, &all, &allows, options)
        };
        let same = match inside(&item.statement, &changed) {
            Some(true) => inside(&changed, &item.statement),
            other => other,
        };
        if let Some(item) = self.items.get_mut(at).filter(|_| same == Some(true)) {
            item.statement = changed;
        }
        self.undecided += usize::from(same.is_none());
        same == Some(true)
    }

    fn drop_entries(&mut self, at: usize, rest: &Rest<'s>) {
        for action in [true, false] {
            let mut entry = 0;
            while let Some(scope) = self.items.get_mut(at).and_then(|item| list(&mut item.statement, action)) {
                let Some(text) = scope.patterns.get(entry).filter(|_| scope.patterns.len() > 1) else { break };
                let element = element(action, scope.except);
                let change = Change::Entry { element, entry: text.value.to_string() };
                let taken = self.try_out(at, rest, |statement| {
                    if let Some(scope) = list(statement, action) {
                        scope.patterns.remove(entry);
                    }
                });
                if taken {
                    self.step(at, change);
                } else {
                    entry += 1;
                }
            }
        }
    }

    fn drop_tests(&mut self, at: usize, rest: &Rest<'s>) {
        let mut number = 0;
        while let Some(test) = self.test(at, number) {
            let (operator, key) = (test.operator.value.as_str(), test.key.value.to_string());
            if self.try_out(at, rest, |statement| drop(statement.condition.remove(number))) {
                self.step(at, Change::Test { operator, key });
                continue;
            }
            let mut value = 0;
            while let Some(text) =
                self.test(at, number).filter(|test| test.values.len() > 1).and_then(|test| test.values.get(value))
            {
                let change = Change::Value { operator, key: key.clone(), value: text.value.to_string() };
                let taken = self.try_out(at, rest, |statement| {
                    if let Some(test) = statement.condition.get_mut(number) {
                        test.values.remove(value);
                    }
                });
                if taken {
                    self.step(at, change);
                } else {
                    value += 1;
                }
            }
            number += 1;
        }
    }

    fn test(&self, at: usize, number: usize) -> Option<&Test<'s>> {
        self.items.get(at)?.statement.condition.get(number)
    }
}

/// The statements beside one.
#[derive(Debug, Default)]
struct Rest<'s> {
    others: Vec<Statement<'s>>,
    allows: Vec<Statement<'s>>,
}

/// A statement's actions, to tell quickly who has nothing to do with it.
struct Near {
    /// None when they are all but some.
    actions: Option<Vec<CellPattern>>,
}

impl Near {
    fn new(statement: &Statement<'_>) -> Self {
        Self { actions: actions(statement) }
    }

    fn may_meet(&self, other: &Statement<'_>) -> bool {
        let (Some(mine), Some(others)) = (&self.actions, actions(other)) else { return true };
        mine.iter().any(|a| others.iter().any(|b| intersect(a, b)))
    }
}

fn actions(statement: &Statement<'_>) -> Option<Vec<CellPattern>> {
    let scope = statement.action.as_ref().filter(|scope| !scope.except)?;
    let pattern = |text: &str| CellPattern { text: text.to_ascii_lowercase().into(), wild: true, ignore_case: false };
    Some(scope.patterns.iter().map(|text| pattern(&text.value)).collect())
}

/// `Action` or `NotAction`, or else `Resource` or `NotResource`.
fn list<'a, 's>(statement: &'a mut Statement<'s>, action: bool) -> Option<&'a mut Scope<'s>> {
    if action { statement.action.as_mut() } else { statement.resource.as_mut() }
}

/// The name of a list.
fn element(action: bool, except: bool) -> &'static str {
    match (action, except) {
        (true, false) => "Action",
        (true, true) => "NotAction",
        (false, false) => "Resource",
        (false, true) => "NotResource",
    }
}
