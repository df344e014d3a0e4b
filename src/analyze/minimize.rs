//! An equivalent smaller policy: whatever can be left out or joined without a difference is.
//!
//! INVARIANT (proved step by step): a change is kept only when the comparison with what stood before shows that they are
//! equivalent; what is undecided is not changed. And the result is compared with the whole original once more.

use std::time::{Duration, Instant};

use super::budget::Budget;
use super::compare::{Options, Relation, compare};
use super::side::Side;
use crate::policy::{Policy, PolicyKind, Scope, Statement, Test};
use crate::text::Span;

/// What one try may cost; a hard one is left as it is.
const SHARE: Duration = Duration::from_millis(200);

/// A policy that allows the same requests as the original.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Minimized<'s> {
    /// The policy; its places are those of the originals.
    pub policy: Policy<'s>,
    /// Whether it was proved equivalent to the whole original.
    pub proved: bool,
    /// Whether everything was tried before the time was over.
    pub complete: bool,
}

/// Makes the union of policies smaller.
pub fn minimize<'s>(policies: &[&Policy<'s>], options: Options) -> Minimized<'s> {
    let begin = Instant::now();
    // The last proof gets a third of the time.
    let until = begin.checked_add(options.budget.time * 2 / 3).unwrap_or(begin);
    let statements = policies.iter().flat_map(|policy| policy.statements.iter().cloned()).collect();
    let original = Policy { kind: PolicyKind::Identity, span: Span::default(), statements };
    let mut work = Work { policy: original.clone(), options, until, over: false };
    while work.round() && !work.over {}
    let left = options.budget.time.saturating_sub(begin.elapsed());
    let proof = Options { budget: Budget { time: left, ..options.budget }, limit: 1, ..options };
    let (before, after) = (Side::new([&original]), Side::new([&work.policy]));
    let proved = compare(&before, &after, proof).relation == Relation::Equivalent;
    Minimized { proved, complete: !work.over, policy: work.policy }
}

struct Work<'s> {
    policy: Policy<'s>,
    options: Options,
    until: Instant,
    over: bool,
}

impl<'s> Work<'s> {
    /// One pass over everything; whether something changed.
    fn round(&mut self) -> bool {
        let before = self.policy.statements.clone();
        self.drop_statements();
        self.join_statements();
        self.drop_entries();
        self.drop_tests();
        before != self.policy.statements
    }

    /// Takes a changed list of statements when it says the same.
    fn try_out(&mut self, statements: Vec<Statement<'s>>) -> bool {
        self.over |= Instant::now() >= self.until;
        if self.over {
            return false;
        }
        let changed = Policy { statements, ..self.policy.clone() };
        let budget = Budget { time: self.options.budget.time.min(SHARE), ..self.options.budget };
        let options = Options { budget, limit: 1, ..self.options };
        let (before, after) = (Side::new([&self.policy]), Side::new([&changed]));
        let same = compare(&before, &after, options).relation == Relation::Equivalent;
        if same {
            self.policy = changed;
        }
        same
    }

    fn changed(&self, at: usize, change: impl FnOnce(&mut Statement<'s>)) -> Vec<Statement<'s>> {
        let mut statements = self.policy.statements.clone();
        if let Some(statement) = statements.get_mut(at) {
            change(statement);
        }
        statements
    }

    fn drop_statements(&mut self) {
        // Narrow ones first: of two that cover each other the wider one stays.
        let mut order: Vec<usize> = (0..self.policy.statements.len()).collect();
        order.sort_by_key(|at| self.policy.statements.get(*at).map(breadth));
        let mut dropped: Vec<usize> = Vec::new();
        for at in order {
            let now = at - dropped.iter().filter(|other| **other < at).count();
            let mut statements = self.policy.statements.clone();
            if now < statements.len() {
                statements.remove(now);
            }
            // RAM takes no policy without statements.
            if !statements.is_empty() && self.try_out(statements) {
                dropped.push(at);
            }
        }
    }

    /// Joins statements that differ in one list only.
    fn join_statements(&mut self) {
        let mut first = 0;
        while first < self.policy.statements.len() {
            let mut second = first + 1;
            while second < self.policy.statements.len() {
                let pair = self.policy.statements.get(first).zip(self.policy.statements.get(second));
                let joined = pair.and_then(|(a, b)| joined(a, b));
                let taken = joined.is_some_and(|joined| {
                    let mut statements = self.changed(first, |statement| *statement = joined);
                    statements.remove(second);
                    self.try_out(statements)
                });
                if !taken {
                    second += 1;
                }
            }
            first += 1;
        }
    }

    fn drop_entries(&mut self) {
        for at in 0..self.policy.statements.len() {
            for which in [action, resource] {
                let mut entry = 0;
                while self.entries(at, which).is_some_and(|count| count > 1 && entry < count) {
                    let statements = self.changed(at, |statement| {
                        if let Some(scope) = which(statement) {
                            scope.patterns.remove(entry);
                        }
                    });
                    if !self.try_out(statements) {
                        entry += 1;
                    }
                }
            }
        }
    }

    fn entries(&mut self, at: usize, which: Which<'s>) -> Option<usize> {
        which(self.policy.statements.get_mut(at)?).as_ref().map(|scope| scope.patterns.len())
    }

    fn drop_tests(&mut self) {
        for at in 0..self.policy.statements.len() {
            let mut number = 0;
            while let Some(test) = self.policy.statements.get(at).and_then(|statement| statement.condition.get(number)) {
                let values = test.values.len();
                let statements = self.changed(at, |statement| drop(statement.condition.remove(number)));
                if self.try_out(statements) {
                    continue;
                }
                for value in (0..values).rev() {
                    let few = self.test(at, number).is_none_or(|test| test.values.len() < 2);
                    let statements = self.changed(at, |statement| {
                        if let Some(test) = statement.condition.get_mut(number).filter(|test| value < test.values.len()) {
                            test.values.remove(value);
                        }
                    });
                    if !few {
                        self.try_out(statements);
                    }
                }
                number += 1;
            }
        }
    }

    fn test(&self, at: usize, number: usize) -> Option<&Test<'s>> {
        self.policy.statements.get(at)?.condition.get(number)
    }
}

/// One list of a statement.
type Which<'s> = for<'a> fn(&'a mut Statement<'s>) -> &'a mut Option<Scope<'s>>;

fn action<'a, 's>(statement: &'a mut Statement<'s>) -> &'a mut Option<Scope<'s>> {
    &mut statement.action
}

fn resource<'a, 's>(statement: &'a mut Statement<'s>) -> &'a mut Option<Scope<'s>> {
    &mut statement.resource
}

/// A rough order from narrow to wide.
fn breadth(statement: &Statement<'_>) -> (usize, usize) {
    let stars = |scope: &Option<Scope<'_>>| {
        let texts = scope.iter().flat_map(|scope| &scope.patterns);
        texts.map(|text| 1 + text.value.matches('*').count()).sum::<usize>()
    };
    let tests = usize::MAX - statement.condition.len();
    (tests, stars(&statement.action) + stars(&statement.resource))
}

/// Two statements as one, when they differ in their actions or in their resources alone.
fn joined<'s>(a: &Statement<'s>, b: &Statement<'s>) -> Option<Statement<'s>> {
    let rest = a.effect == b.effect && a.principal == b.principal && same_tests(&a.condition, &b.condition);
    if !rest {
        return None;
    }
    let mut both = a.clone();
    both.sid = None;
    if same_scope(a.resource.as_ref(), b.resource.as_ref()) {
        both.action = union(a.action.as_ref()?, b.action.as_ref()?);
        both.action.as_ref()?;
    } else if same_scope(a.action.as_ref(), b.action.as_ref()) {
        both.resource = union(a.resource.as_ref()?, b.resource.as_ref()?);
        both.resource.as_ref()?;
    } else {
        return None;
    }
    Some(both)
}

fn union<'s>(a: &Scope<'s>, b: &Scope<'s>) -> Option<Scope<'s>> {
    if a.except || b.except {
        return None;
    }
    let mut both = a.clone();
    let more: Vec<_> = b.patterns.iter().filter(|text| !a.patterns.contains(text)).cloned().collect();
    both.patterns.extend(more);
    Some(both)
}

fn same_scope(a: Option<&Scope<'_>>, b: Option<&Scope<'_>>) -> bool {
    match (a, b) {
        (Some(a), Some(b)) => {
            let within = |a: &Scope<'_>, b: &Scope<'_>| a.patterns.iter().all(|text| b.patterns.contains(text));
            a.except == b.except && within(a, b) && within(b, a)
        }
        (None, None) => true,
        (Some(_), None) | (None, Some(_)) => false,
    }
}

fn same_tests(a: &[Test<'_>], b: &[Test<'_>]) -> bool {
    a.len() == b.len() && a.iter().all(|test| b.contains(test))
}
