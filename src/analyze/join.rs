//! Two statements as one.

use std::borrow::Cow;
use std::collections::BTreeSet;

use super::Options;
use super::cover::within;
use crate::policy::{Scope, Statement, Test, Text};

/// What two statements that can be joined differ in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Difference {
    /// `Action` or `NotAction`
    Action,
    /// `Resource` or `NotResource`
    Resource,
    /// The values of one test.
    Values {
        /// The operator's name.
        operator: &'static str,
        /// The condition key.
        key: String,
    },
}

/// Two statements as one, when they differ in one list only and the one is proved to match the same requests as the two; it
/// stands in the place of the first.
pub fn joined<'s>(a: &Statement<'s>, b: &Statement<'s>, options: Options) -> Option<(Statement<'s>, Difference)> {
    let (both, difference) = candidate(a, b)?;
    let same = within(&both, &[a, b], options)? && within(a, &[&both], options)? && within(b, &[&both], options)?;
    same.then_some((both, difference))
}

/// What two statements would be as one; not proved.
pub(super) fn candidate<'s>(a: &Statement<'s>, b: &Statement<'s>) -> Option<(Statement<'s>, Difference)> {
    if a.effect != b.effect || a.principal != b.principal || a.condition.len() != b.condition.len() {
        return None;
    }
    let action = same(a.action.as_ref(), b.action.as_ref(), true);
    let resource = same(a.resource.as_ref(), b.resource.as_ref(), false);
    let mut both = a.clone();
    both.sid = None;
    let lone = b.condition.iter().find(|test| !a.condition.iter().any(|other| is_same(test, other)));
    let difference = match (action, resource, lone) {
        (false, true, None) => {
            both.action = Some(union(a.action.as_ref()?, b.action.as_ref()?)?);
            Difference::Action
        }
        (true, false, None) => {
            both.resource = Some(union(a.resource.as_ref()?, b.resource.as_ref()?)?);
            Difference::Resource
        }
        (true, true, Some(other)) => {
            let at = a.condition.iter().position(|test| !b.condition.iter().any(|other| is_same(test, other)))?;
            let rest = |tests: &[Test<'_>]| tests.len();
            let shared = a.condition.iter().filter(|test| b.condition.iter().any(|other| is_same(test, other))).count();
            let test = both.condition.get_mut(at)?;
            if shared + 1 != rest(&a.condition) || test.operator.value != other.operator.value || test.key != other.key
            {
                return None;
            }
            let difference =
                Difference::Values { operator: test.operator.value.as_str(), key: test.key.value.to_string() };
            if test.operator.value.is_negated() {
                test.values.retain(|value| other.values.contains(value));
            } else {
                merge(&mut test.values, &other.values);
            }
            if test.values.is_empty() {
                both.condition.remove(at);
            }
            difference
        }
        _ => return None,
    };
    Some((both, difference))
}

fn merge<'s>(list: &mut Vec<Text<'s>>, more: &[Text<'s>]) {
    let more: Vec<Text<'s>> = more.iter().filter(|text| !list.contains(text)).cloned().collect();
    list.extend(more);
}

/// What is in one of two lists; what is in neither of two exceptions, when those have something in common.
fn union<'s>(a: &Scope<'s>, b: &Scope<'s>) -> Option<Scope<'s>> {
    let mut both = a.clone();
    match (a.except, b.except) {
        (false, false) => merge(&mut both.patterns, &b.patterns),
        (true, true) => both.patterns.retain(|text| b.patterns.contains(text)),
        _ => return None,
    }
    (!both.patterns.is_empty()).then_some(both)
}

fn same(a: Option<&Scope<'_>>, b: Option<&Scope<'_>>, fold: bool) -> bool {
    let texts = |scope: &Scope<'_>| -> BTreeSet<String> {
        let of = |text: &Text<'_>| if fold { text.value.to_ascii_lowercase() } else { text.value.to_string() };
        scope.patterns.iter().map(of).collect()
    };
    match (a, b) {
        (Some(a), Some(b)) => a.except == b.except && texts(a) == texts(b),
        (None, None) => true,
        (Some(_), None) | (None, Some(_)) => false,
    }
}

fn is_same(a: &Test<'_>, b: &Test<'_>) -> bool {
    fn values<'t>(test: &'t Test<'_>) -> BTreeSet<&'t Cow<'t, str>> {
        test.values.iter().map(|value| &value.value).collect()
    }
    a.operator == b.operator && a.key == b.key && values(a) == values(b)
}
