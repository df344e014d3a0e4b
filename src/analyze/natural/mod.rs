//! Witnesses that look like requests: an action of the catalog, a whole ARN as the action's page gives it, few keys.
//!
//! A request that the search made up is changed to what a person would write; a change is kept only when the evaluator still
//! says what was asked for.

mod action;
pub(crate) mod resource;
mod value;

use std::collections::HashMap;
use std::rc::Rc;

use super::arn::normal;
use super::find::{Engine, Goal, Point};
use super::space::{ACTION, Literal, RESOURCE, Value};
use crate::policy::{Scope, Statement};

/// Catalog actions by the pattern that covers them, the plainest first.
pub(super) type Actions = HashMap<Box<str>, Rc<[String]>>;

/// So many actions, and resources for each, are tried all at once before the parts are tried one by one.
const TOGETHER: usize = 3;

/// Makes a request plainer; `fits` tells whether it is still what was asked for.
pub(super) fn polish<'a, 'p>(
    engine: &mut Engine<'a, 'p>,
    goal: &Goal,
    point: Point,
    mut fits: impl FnMut(&mut Engine<'a, 'p>, &Point) -> bool,
) -> Point {
    let statements: Vec<&Statement<'p>> = goal
        .matching
        .iter()
        .filter_map(|(side, number)| engine.sides.get(*side)?.statements.get(*number).copied())
        .collect();
    let fixed = engine.fixed(goal).unwrap_or_default();
    let keys = keys(engine, &statements, &fixed, &point);
    let plain: Vec<Value> = keys.iter().map(|candidates| candidates.first().cloned().flatten()).collect();
    let account = engine.account().to_owned();
    let resources = |engine: &Engine<'a, 'p>, action: &str| {
        let patterns = listed(&statements, |statement| statement.resource.as_ref());
        let rules = engine.space.rules;
        let mut found: Vec<String> = resource::candidates(&patterns, action, &account);
        found.iter_mut().for_each(|text| *text = normal(text, rules));
        found.retain(|text| engine.fits(RESOURCE, &fixed, text));
        found
    };
    let mut actions = action::candidates(engine, &listed(&statements, |statement| statement.action.as_ref()), &point);
    actions.retain(|text| engine.fits(ACTION, &fixed, &text.to_ascii_lowercase()));
    for action in actions.iter().take(TOGETHER) {
        for resource in resources(engine, action).into_iter().take(TOGETHER) {
            let tried = Point { action: action.clone(), resource, keys: plain.clone() };
            if fits(engine, &tried) {
                return tried;
            }
        }
    }
    one_by_one(engine, point, &actions, resources, &keys, fits)
}

/// Part by part: the action, the resource, each key.
fn one_by_one<'a, 'p>(
    engine: &mut Engine<'a, 'p>,
    mut point: Point,
    actions: &[String],
    resources: impl Fn(&Engine<'a, 'p>, &str) -> Vec<String>,
    keys: &[Vec<Value>],
    mut fits: impl FnMut(&mut Engine<'a, 'p>, &Point) -> bool,
) -> Point {
    let mut keep = |engine: &mut Engine<'a, 'p>, point: &mut Point, tried: Point| {
        let kept = fits(engine, &tried);
        if kept {
            *point = tried;
        }
        kept
    };
    for action in actions {
        let tried = Point { action: action.clone(), ..point.clone() };
        if keep(engine, &mut point, tried) {
            break;
        }
    }
    let found = normal(&point.resource, engine.space.rules);
    for resource in resources(engine, &point.action).into_iter().chain([found]) {
        let tried = Point { resource, ..point.clone() };
        if keep(engine, &mut point, tried) {
            break;
        }
    }
    for (at, candidates) in keys.iter().enumerate() {
        for value in candidates {
            if point.keys.get(at) == Some(value) {
                break;
            }
            let mut tried = point.clone();
            if let Some(slot) = tried.keys.get_mut(at) {
                slot.clone_from(value);
            }
            if keep(engine, &mut point, tried) {
                break;
            }
        }
    }
    point
}

/// For each key its values, the plainest first, that meet what the statements ask; at the end the one that was found.
fn keys(engine: &Engine<'_, '_>, statements: &[&Statement<'_>], fixed: &[Literal], point: &Point) -> Vec<Vec<Value>> {
    let names = engine.key_names().iter().zip(&point.keys).enumerate();
    names
        .map(|(at, (name, found))| {
            if engine.space.is_pinned(at) {
                return vec![found.clone()];
            }
            let mut candidates = value::candidates(name, statements);
            candidates.retain(|value| engine.meets(at, fixed, value));
            candidates.push(found.clone());
            candidates
        })
        .collect()
}

/// The patterns that the statements list, each once; what they except is left out.
fn listed<'s, 'p>(
    statements: &[&'s Statement<'p>],
    part: impl Fn(&'s Statement<'p>) -> Option<&'s Scope<'p>>,
) -> Vec<&'s str> {
    let scopes = statements.iter().filter_map(|statement| part(statement)).filter(|scope| !scope.except);
    let mut all: Vec<&str> = scopes.flat_map(|scope| &scope.patterns).map(|text| &*text.value).collect();
    let mut seen = std::collections::HashSet::new();
    all.retain(|text| seen.insert(*text));
    all
}
