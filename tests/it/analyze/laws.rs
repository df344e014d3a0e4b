//! What holds for all policies, whatever they say.

use ramspect::analyze::{Options, Relation, Side, allowed, beyond, compare, overlap};
use ramspect::policy::{PolicyKind, lower};
use serde_json::{Value, json};

use super::universe::{families, policy};
use super::with_sides;
use crate::support::random::Random;

const ROUNDS: usize = 120;

fn joined(a: &Value, b: &Value) -> Value {
    let list = [a, b].iter().flat_map(|policy| policy["Statement"].as_array().unwrap().clone()).collect::<Vec<_>>();
    json!({ "Version": "1", "Statement": list })
}

fn only(policy: &Value, effect: &str) -> Value {
    let list = policy["Statement"].as_array().unwrap().iter().filter(|statement| statement["Effect"] == effect);
    json!({ "Version": "1", "Statement": list.collect::<Vec<_>>() })
}

#[test]
fn more_allow_statements_allow_more_and_more_deny_statements_less() {
    let mut random = Random::new(1);
    for family in families() {
        for _ in 0..ROUNDS {
            let (a, b) = (policy(&mut random, &family, 3), policy(&mut random, &family, 3));
            let (more, less) = (joined(&a, &only(&b, "Allow")), joined(&a, &only(&b, "Deny")));
            with_sides(&[&a, &more, &less], |sides| {
                let options = Options::default();
                let relation = compare(&sides[0], &sides[1], options).relation;
                assert!(
                    matches!(relation, Relation::Equivalent | Relation::Broader | Relation::Undecided),
                    "{a} {more} {relation:?}"
                );
                let relation = compare(&sides[0], &sides[2], options).relation;
                assert!(
                    matches!(relation, Relation::Equivalent | Relation::Narrower | Relation::Undecided),
                    "{a} {less} {relation:?}"
                );
            });
        }
    }
}

#[test]
fn a_policy_is_equivalent_to_itself_in_another_order() {
    let mut random = Random::new(2);
    for family in families() {
        for _ in 0..ROUNDS {
            let a = policy(&mut random, &family, 5);
            let mut list = a["Statement"].as_array().unwrap().clone();
            list.reverse();
            let parts: Vec<Value> = list.iter().flat_map(split).collect();
            let b = json!({ "Version": "1", "Statement": parts });
            with_sides(&[&a, &b], |sides| {
                let comparison = compare(&sides[0], &sides[1], Options::default());
                assert!(
                    matches!(comparison.relation, Relation::Equivalent | Relation::Undecided),
                    "{a} {b} {comparison:#?}"
                );
            });
        }
    }
}

/// A statement as one for each of its actions and resources, where it lists them.
fn split(statement: &Value) -> Vec<Value> {
    let (Some(actions), Some(resources)) = (statement["Action"].as_array(), statement["Resource"].as_array()) else {
        return vec![statement.clone()];
    };
    let part = |action: &Value, resource: &Value| {
        let mut part = statement.clone();
        part["Action"] = action.clone();
        part["Resource"] = resource.clone();
        part
    };
    actions.iter().flat_map(|action| resources.iter().map(move |resource| part(action, resource))).collect()
}

#[test]
fn inclusion_is_transitive_and_agrees_with_disjointness() {
    let mut random = Random::new(3);
    let options = Options { limit: 1, ..Options::default() };
    for family in families() {
        for _ in 0..ROUNDS {
            let list: Vec<Value> = (0..3).map(|_| policy(&mut random, &family, 2)).collect();
            with_sides(&list.iter().collect::<Vec<_>>(), |sides| {
                let inside = |inner: usize, outer: usize| beyond(&sides[outer], &sides[inner], options).any();
                if inside(0, 1) == Some(false) && inside(1, 2) == Some(false) {
                    assert_ne!(inside(0, 2), Some(true), "{list:?}");
                }
                let shared = overlap(&sides[0], &sides[1], options).any();
                let empty = allowed(&sides[0], options).any();
                if inside(0, 1) == Some(false) && shared == Some(false) {
                    assert_ne!(empty, Some(true), "{list:?}");
                }
                assert_eq!(shared, overlap(&sides[1], &sides[0], options).any(), "{list:?}");
                assert_eq!(overlap(&sides[0], &sides[0], options).any(), empty, "{list:?}");
            });
        }
    }
}

#[test]
fn levels_intersect() {
    let mut random = Random::new(4);
    let options = Options::default();
    for family in families() {
        for _ in 0..ROUNDS {
            let texts: Vec<String> = (0..3).map(|_| policy(&mut random, &family, 3).to_string()).collect();
            let policies: Vec<_> = texts.iter().map(|text| lower(text, PolicyKind::Identity).policy).collect();
            let [one, two, guard] = policies.as_slice() else { unreachable!() };
            let both = [one, two];
            let under = |order: [usize; 2]| Side::under([[both[order[0]]]], [both[order[1]]]);
            let (a, b) = (under([0, 1]), under([1, 0]));
            let comparison = compare(&a, &b, options);
            assert!(
                matches!(comparison.relation, Relation::Equivalent | Relation::Undecided),
                "{texts:?} {comparison:#?}"
            );
            // Under a guard there is less, and nothing beyond the guard alone.
            let guarded = Side::under([[guard]], [one]);
            for outer in [Side::new([one]), Side::new([guard])] {
                let relation = compare(&outer, &guarded, options).relation;
                assert!(
                    matches!(relation, Relation::Equivalent | Relation::Narrower | Relation::Undecided),
                    "{texts:?} {relation:?}"
                );
            }
            // What both allow is what the guarded side allows.
            let shared = overlap(&Side::new([one]), &Side::new([guard]), options).any();
            assert_eq!(shared, allowed(&guarded, options).any(), "{texts:?}");
        }
    }
}
