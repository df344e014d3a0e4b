//! Which statements say the same, letter for letter but for order and repetition; and which have no action in common.

use std::collections::{HashMap, HashSet};

use super::find::Place;
use super::side::{Classes, Side};
use crate::policy::{Scope, Statement};

/// For each statement of both sides a number: the same for statements that say the same, in whatever order.
pub(super) struct Names([Vec<usize>; 2]);

impl Names {
    pub(super) fn new(sides: [&Side<'_>; 2]) -> Self {
        let mut numbers: HashMap<Vec<String>, usize> = HashMap::new();
        Self(sides.map(|side| {
            let mut number = |statement: &&Statement<'_>| {
                let next = numbers.len();
                *numbers.entry(spoken(statement)).or_insert(next)
            };
            side.statements.iter().map(&mut number).collect()
        }))
    }

    fn of(&self, (side, statement): Place) -> Option<usize> {
        self.0.get(side)?.get(statement).copied()
    }

    /// Whether a statement says the same as one of some others.
    pub(super) fn is_among(&self, place: Place, others: &Known) -> bool {
        self.of(place).is_some_and(|number| others.0.contains(&number))
    }

    /// The statements of a side that are in one of these classes.
    pub(super) fn in_classes(&self, number: usize, side: &Side<'_>, classes: &Classes) -> Known {
        let own = |at: &usize| side.class_of(*at).is_some_and(|class| classes.contains(class));
        Known((0..side.statements.len()).filter(own).filter_map(|at| self.of((number, at))).collect())
    }

    /// The statements of some numbers.
    pub(super) fn known<'a>(&self, number: usize, statements: impl Iterator<Item = &'a usize>) -> Known {
        Known(statements.filter_map(|at| self.of((number, *at))).collect())
    }
}

/// What some statements say.
pub(super) struct Known(HashSet<usize>);

/// For each statement of both sides the services that its actions name; none where it can be any.
pub(super) struct Services([Vec<Option<Vec<usize>>>; 2]);

impl Services {
    pub(super) fn new(sides: [&Side<'_>; 2]) -> Self {
        let mut numbers: HashMap<String, usize> = HashMap::new();
        Self(sides.map(|side| {
            let mut of = |statement: &&Statement<'_>| {
                let action = statement.action.as_ref().filter(|action| !action.except)?;
                let mut services = Vec::new();
                for pattern in &action.patterns {
                    let (service, _) = pattern.value.split_once(':')?;
                    if service.contains(['*', '?']) {
                        return None;
                    }
                    let next = numbers.len();
                    services.push(*numbers.entry(service.to_ascii_lowercase()).or_insert(next));
                }
                Some(services)
            };
            side.statements.iter().map(&mut of).collect()
        }))
    }

    /// Whether no action is of both statements, by their services alone.
    pub(super) fn are_apart(&self, one: Place, other: Place) -> bool {
        let of = |(side, statement): Place| self.0.get(side)?.get(statement)?.as_ref();
        of(one).zip(of(other)).is_some_and(|(one, other)| !one.iter().any(|service| other.contains(service)))
    }
}

/// What a statement says besides its effect, in one order.
pub(crate) fn spoken(statement: &Statement<'_>) -> Vec<String> {
    let scope = |scope: Option<&Scope<'_>>, fold: bool| {
        let Some(scope) = scope else { return String::from("*") };
        let of = |text: &str| if fold { text.to_ascii_lowercase() } else { text.to_owned() };
        let mut patterns: Vec<String> = scope.patterns.iter().map(|text| of(&text.value)).collect();
        patterns.sort_unstable();
        patterns.dedup();
        format!("{}{}", if scope.except { '!' } else { '=' }, patterns.join("\n"))
    };
    let mut tests: Vec<String> = statement
        .condition
        .iter()
        .map(|test| {
            let mut values: Vec<&str> = test.values.iter().map(|value| &*value.value).collect();
            values.sort_unstable();
            values.dedup();
            format!("{}\n{}\n{values:?}", test.operator.value.as_str(), test.key.value)
        })
        .collect();
    tests.sort_unstable();
    tests.insert(0, scope(statement.resource.as_ref(), false));
    tests.insert(0, scope(statement.action.as_ref(), true));
    tests
}
