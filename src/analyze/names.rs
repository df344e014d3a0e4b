//! Which statements say the same, letter for letter but for order and repetition.

use std::collections::HashMap;

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

    pub(super) fn are_same(&self, one: Place, other: Place) -> bool {
        self.of(one) == self.of(other)
    }

    /// Whether a side has the same statement in one of these classes.
    pub(super) fn is_in(&self, place: Place, side: &Side<'_>, classes: &Classes) -> bool {
        let number = 1 - place.0;
        let mut statements = 0..side.statements.len();
        let of = |other: usize| side.class_of(other).is_some_and(|class| classes.contains(class));
        statements.any(|other| of(other) && self.are_same(place, (number, other)))
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
