//! Hard pairs: answered, or undecided within the budget, and never wrong.

use std::time::{Duration, Instant};

use ramspect::analyze::{Budget, Comparison, Options, Relation, compare};
use serde_json::{Value, json};

use super::with_sides;
use crate::support::random::Random;

fn of(statements: Vec<Value>) -> Value {
    json!({ "Version": "1", "Statement": statements })
}

fn timed(old: &Value, new: &Value, seconds: u64) -> Comparison {
    let budget = Budget { time: Duration::from_secs(seconds), ..Budget::default() };
    let begin = Instant::now();
    let comparison = with_sides(&[old, new], |sides| {
        compare(&sides[0], &sides[1], Options { budget, limit: 50, ..Options::default() })
    });
    let took = begin.elapsed();
    println!("{:?} in {took:?}", comparison.relation);
    assert!(took < Duration::from_secs(seconds) + Duration::from_secs(2), "{took:?}");
    comparison
}

fn resource(effect: &str, patterns: &[String]) -> Value {
    json!({ "Effect": effect, "Action": "*", "Resource": patterns })
}

#[test]
fn stars_and_marks_that_only_a_union_covers() {
    for n in [4, 8, 12, 16, 20, 40] {
        let marks = "?".repeat(n);
        let old = of(vec![resource("Allow", &[format!("acs:x:r:1:*a{marks}b*")])]);
        let new = of(vec![resource("Allow", &[format!("acs:x:r:1:a{marks}b*"), format!("acs:x:r:1:?*a{marks}b*")])]);
        assert_eq!(timed(&old, &new, 10).relation, Relation::Equivalent, "{n}");
        let less = of(vec![resource("Allow", &[format!("acs:x:r:1:a{marks}b*"), format!("acs:x:r:1:??*a{marks}b*")])]);
        assert!(matches!(timed(&old, &less, 10).relation, Relation::Narrower), "{n}");
    }
    for n in [8, 16, 24] {
        let marks = "?".repeat(n);
        let old = of(vec![resource("Allow", &[format!("*a{marks}")])]);
        let new = of(vec![resource("Allow", &[format!("*b{marks}")])]);
        assert_eq!(timed(&old, &new, 10).relation, Relation::Incomparable);
    }
}

#[test]
fn many_stars_against_as_many() {
    let mut random = Random::new(5);
    let glob = |random: &mut Random| {
        let letter = |random: &mut Random| *random.pick(&["a", "b", "c", "d"]);
        format!("acs:*:*:*:*{}*{}*{}*", letter(random), letter(random), letter(random))
    };
    let list = |random: &mut Random| (0..40).map(|_| glob(random)).collect::<Vec<_>>();
    let (old, new) = (list(&mut random), list(&mut random));
    assert_ne!(
        timed(&of(vec![resource("Allow", &old)]), &of(vec![resource("Allow", &new)]), 10).relation,
        Relation::Undecided
    );
}

#[test]
fn twenty_deny_against_one_allow() {
    let all = json!({ "Effect": "Allow", "Action": "*", "Resource": "*" });
    let words = ["red", "green", "blue", "dev", "prod"];
    let deny = |n: usize, kind: usize| {
        let word = words[n % 5];
        match kind {
            0 => json!({ "Effect": "Deny", "Action": "*", "NotResource": format!("*{word}{n}*") }),
            1 => json!({ "Effect": "Deny", "NotAction": format!("ecs:*{word}*"), "Resource": format!("*{n}*") }),
            _ => json!({ "Effect": "Deny", "Action": "*", "Resource": "*",
                         "Condition": { "StringNotLike": { format!("acs:ResourceTag/{n}"): format!("*{word}*") } } }),
        }
    };
    for kind in 0..3 {
        let mut guarded = vec![all.clone()];
        guarded.extend((0..20).map(|n| deny(n, kind)));
        let comparison = timed(&of(guarded.clone()), &of(vec![all.clone()]), 10);
        assert_eq!(comparison.relation, Relation::Broader, "{kind}");
        guarded.pop();
        let mut same = guarded.clone();
        same.push(guarded[3].clone());
        assert_eq!(timed(&of(guarded), &of(same), 10).relation, Relation::Equivalent);
    }
}

/// Random three-literal clauses over tags: satisfiable below about 4.26 clauses a key, not above.
fn entangled(keys: usize, clauses: usize, seed: u64) -> Value {
    let mut random = Random::new(seed);
    let mut statements = vec![json!({ "Effect": "Allow", "Action": "*", "Resource": "*" })];
    for _ in 0..clauses {
        let mut condition = json!({ "StringEquals": {}, "StringNotEquals": {} });
        for _ in 0..3 {
            let operator = if random.one_in(2) { "StringEquals" } else { "StringNotEquals" };
            condition[operator][format!("acs:ResourceTag/{}", random.below(keys))] = json!("on");
        }
        let object = condition.as_object_mut().unwrap();
        object.retain(|_, block| !block.as_object().unwrap().is_empty());
        statements.push(json!({ "Effect": "Deny", "Action": "*", "Resource": "*", "Condition": condition }));
    }
    of(statements)
}

#[test]
fn many_entangled_keys() {
    let nothing = of(vec![]);
    for (keys, clauses) in [(20, 60), (20, 140), (50, 150), (50, 300), (100, 350), (100, 600), (150, 800)] {
        let comparison = timed(&nothing, &entangled(keys, clauses, 9), 5);
        println!("{keys} keys, {clauses} clauses");
        if clauses * 10 < keys * 36 {
            assert_ne!(comparison.relation, Relation::Equivalent, "{keys} {clauses}");
        }
        if keys <= 100 {
            assert_ne!(comparison.relation, Relation::Undecided, "{keys} {clauses}");
        }
    }
}

#[test]
fn a_long_list_in_pieces_is_the_same() {
    let names: Vec<String> = (0..60).map(|n| format!("acs:oss:*:*:bucket-{n}/*")).collect();
    let actions: Vec<String> = (0..30).map(|n| format!("oss:Get{n}*")).collect();
    let whole = json!({ "Effect": "Allow", "Action": actions, "Resource": names });
    let pieces = actions.iter().flat_map(|action| {
        names.chunks(7).map(move |names| json!({ "Effect": "Allow", "Action": action, "Resource": names }))
    });
    assert_eq!(timed(&of(vec![whole]), &of(pieces.collect()), 10).relation, Relation::Equivalent);
}
