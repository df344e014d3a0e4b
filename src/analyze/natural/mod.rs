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

pub(super) use resource::Offers;

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
    let plain: Vec<Value> = plain(engine, &statements, &fixed, &point);
    let patterns = listed(&statements, |statement| statement.resource.as_ref());
    let actions = action::candidates(engine, &listed(&statements, |statement| statement.action.as_ref()), &point);
    let mut left = TOGETHER;
    for action in &actions {
        if left == 0 {
            break;
        }
        if !engine.fits(ACTION, &fixed, &action.to_ascii_lowercase()) {
            continue;
        }
        left -= 1;
        let lists = resources(engine, &patterns, action);
        let mut tries = TOGETHER;
        for resource in lists.iter().flat_map(|list| list.iter()).take(OFFERED) {
            if tries == 0 {
                break;
            }
            if !engine.fits(RESOURCE, &fixed, resource) {
                continue;
            }
            tries -= 1;
            let tried = Point { action: action.clone(), resource: resource.clone(), keys: plain.clone() };
            if fits(engine, &tried) {
                return tried;
            }
        }
    }
    let keys = keys(engine, &statements, &fixed, &point);
    one_by_one(engine, point, &fixed, (&actions, &patterns), &keys, fits)
}

/// So many resources are looked at for one action.
const OFFERED: usize = 32;

/// Resources that an action and the patterns suggest, in lists one after the other.
fn resources(engine: &mut Engine<'_, '_>, patterns: &[&str], action: &str) -> Vec<resource::List> {
    let rules = engine.space.rules;
    let account = engine.account();
    engine.offers.lists(patterns, action, account, |text| normal(text, rules))
}

/// Part by part: the action, the resource, each key.
fn one_by_one<'a, 'p>(
    engine: &mut Engine<'a, 'p>,
    mut point: Point,
    fixed: &[Literal],
    (actions, patterns): (&[String], &[&str]),
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
        if !engine.fits(ACTION, fixed, &action.to_ascii_lowercase()) {
            continue;
        }
        let tried = Point { action: action.clone(), ..point.clone() };
        if keep(engine, &mut point, tried) {
            break;
        }
    }
    let found = normal(&point.resource, engine.space.rules);
    let lists = resources(engine, patterns, &point.action);
    for resource in lists.iter().flat_map(|list| list.iter()).take(OFFERED).chain([&found]) {
        if *resource != found && !engine.fits(RESOURCE, fixed, resource) {
            continue;
        }
        let tried = Point { resource: resource.clone(), ..point.clone() };
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

/// For each key its plainest value that meets what the statements ask.
fn plain(engine: &Engine<'_, '_>, statements: &[&Statement<'_>], fixed: &[Literal], point: &Point) -> Vec<Value> {
    let names = engine.key_names().iter().zip(&point.keys).enumerate();
    let of = |(at, (name, found)): (usize, (&String, &Value))| {
        if engine.space.is_pinned(at) {
            return found.clone();
        }
        let fits = |value: &Value| engine.meets(at, fixed, value);
        let usual = value::usual(name).find(fits);
        usual.or_else(|| value::candidates(name, statements).into_iter().find(fits)).unwrap_or_else(|| found.clone())
    };
    names.map(of).collect()
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
