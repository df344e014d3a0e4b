//! Which statements can go, which match nothing: by proof over all requests, within a stated budget.
//!
//! Most statements are seen to be needed at a [`glance`]; all others are asked of [`crate::analyze`].

use std::collections::HashSet;
use std::time::Duration;

use super::context::Context;
use super::glance;
use crate::analyze::{Budget, Cover, Options, Part, covers};
use crate::policy::{Family, Scope, Statement, Test, Text, operand};

/// What the proofs of one document may take; builds that are not optimised get more.
const TIME: Duration = Duration::from_secs(if cfg!(debug_assertions) { 15 } else { 1 });
const BUDGET: Budget = Budget { time: TIME, states: 20_000, conflicts: 2_000 };

/// What is known of the statements of a document.
#[derive(Debug, Clone, Default)]
pub struct Proofs {
    /// For each statement, what the others leave of it.
    covers: Vec<Option<Cover>>,
}

impl Proofs {
    /// The statements that others cover, each with those; sorted.
    pub fn covered(&self) -> impl Iterator<Item = (usize, &[usize])> {
        self.covers.iter().enumerate().filter_map(|(at, cover)| match cover {
            Some(Cover::By(others)) => Some((at, others.as_slice())),
            _ => None,
        })
    }

    /// The statements that no request matches, with the part that nothing fits.
    pub fn empty(&self) -> impl Iterator<Item = (usize, &Part)> {
        self.covers.iter().enumerate().filter_map(|(at, cover)| match cover {
            Some(Cover::Empty(part)) => Some((at, part)),
            _ => None,
        })
    }

    /// Whether others cover a statement, or no request matches it.
    pub fn can_go(&self, at: usize) -> bool {
        matches!(self.covers.get(at), Some(Some(Cover::By(_) | Cover::Empty(_))))
    }

    /// The statements that were not judged within the budget.
    pub fn not_judged(&self) -> Vec<usize> {
        let open = self.covers.iter().enumerate().filter(|(_, cover)| **cover == Some(Cover::Open));
        open.map(|(at, _)| at).collect()
    }
}

/// The options of a proof about a document.
pub(super) fn options() -> Options {
    Options { budget: BUDGET, limit: 1, ..Options::default() }
}

/// Judges the statements of a document.
///
/// Statements with text that is not known yet neither cover others nor are covered; of those only the conditions are judged.
pub(super) fn proofs(cx: &Context<'_>) -> Proofs {
    let statements = &cx.policy.statements;
    let mut found = Proofs { covers: vec![None; statements.len()] };
    let mut whole: Vec<(usize, &Statement<'_>)> = Vec::new();
    let mut bare: Vec<(usize, Statement<'_>)> = Vec::new();
    for (at, statement) in statements.iter().enumerate() {
        if is_whole(cx, statement) && !is_open(cx, statement) {
            whole.push((at, statement));
        } else if repeats_a_key(&statement.condition) && !statement.condition.iter().any(|test| is_open_test(cx, test))
        {
            let action =
                Scope { except: false, patterns: vec![Text::new("*".into(), statement.span)], name: statement.span };
            bare.push((
                at,
                Statement {
                    effect: statement.effect,
                    action: Some(action),
                    condition: statement.condition.clone(),
                    ..empty(statement)
                },
            ));
        }
    }
    let near = glance::needed(cx, &whole);
    if near.iter().all(|needed| *needed) && !near.is_empty() {
        for (at, _) in &whole {
            set(&mut found, *at, Cover::Needed);
        }
    } else {
        let list: Vec<&Statement<'_>> = whole.iter().map(|(_, statement)| *statement).collect();
        let number = |at: usize| whole.get(at).map_or(at, |(number, _)| *number);
        for (at, cover) in covers(&list, &near, options()).into_iter().enumerate() {
            let cover = match cover {
                Cover::By(others) => Cover::By(others.into_iter().map(number).collect()),
                other => other,
            };
            set(&mut found, number(at), cover);
        }
    }
    for (at, statement) in &bare {
        if let Some(empty @ Cover::Empty(_)) = covers(&[statement], &[], options()).pop() {
            set(&mut found, *at, empty);
        }
    }
    found
}

fn set(found: &mut Proofs, at: usize, cover: Cover) {
    if let Some(slot) = found.covers.get_mut(at) {
        *slot = Some(cover);
    }
}

/// A statement with the place of another one and nothing else.
fn empty<'s>(of: &Statement<'s>) -> Statement<'s> {
    Statement {
        span: of.span,
        sid: None,
        effect: None,
        action: None,
        resource: None,
        principal: None,
        condition: Vec::new(),
    }
}

/// Whether a statement has all its parts.
fn is_whole(cx: &Context<'_>, statement: &Statement<'_>) -> bool {
    let filled = |scope: &Option<Scope<'_>>| scope.as_ref().is_some_and(|scope| !scope.patterns.is_empty());
    statement.effect.is_some()
        && filled(&statement.action)
        && (!cx.kind().has_resource() || filled(&statement.resource))
}

fn is_open(cx: &Context<'_>, statement: &Statement<'_>) -> bool {
    let scopes = [&statement.action, &statement.resource].into_iter().flatten();
    scopes.flat_map(|scope| &scope.patterns).any(|text| cx.is_open(&text.value))
        || Context::principals(statement).iter().any(|text| cx.is_open(&text.value))
        || statement.condition.iter().any(|test| is_open_test(cx, test))
}

fn is_open_test(cx: &Context<'_>, test: &Test<'_>) -> bool {
    cx.is_open(&test.key.value) || test.values.iter().any(|value| cx.is_open(&value.value))
}

fn repeats_a_key(tests: &[Test<'_>]) -> bool {
    // Most statements have a test or two; a condition may have any number.
    if tests.len() < 16 {
        return tests.iter().enumerate().any(|(at, test)| tests.iter().take(at).any(|other| other.key == test.key));
    }
    let mut seen = HashSet::new();
    !tests.iter().all(|test| seen.insert(&*test.key.value))
}

/// Whether each entry of a statement, with each value, certainly matches some request.
pub(super) fn is_plain(statement: &Statement<'_>) -> bool {
    let action = |text: &str| text.contains([':', '*']);
    let resource = |text: &str| text.contains('*') || text.matches(':').count() >= 4;
    let all = |scope: &Option<Scope<'_>>, fits: fn(&str) -> bool| {
        scope.as_ref().is_none_or(|scope| !scope.except && scope.patterns.iter().all(|text| fits(&text.value)))
    };
    let parses = |test: &Test<'_>| {
        let family = test.operator.value.family();
        // Nothing is before the first instant.
        family != Family::Date && test.values.iter().all(|value| operand::parses(family, &value.value))
    };
    all(&statement.action, action)
        && all(&statement.resource, resource)
        && !repeats_a_key(&statement.condition)
        && statement.condition.iter().all(parses)
}
