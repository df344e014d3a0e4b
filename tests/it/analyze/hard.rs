//! Hard pairs: answered, or undecided within the budget, and never wrong.

use std::time::{Duration, Instant};

use ramspect::analyze::{Budget, Comparison, Options, Relation, Side, compare};
use ramspect::policy::{Policy, PolicyKind, lower};
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

/// Every assignment of the tags, against the proof.
#[test]
fn entangled_keys_agree_with_every_assignment() {
    let nothing = of(vec![]);
    let (mut empty, mut open) = (0, 0);
    for (keys, clauses) in [(8, 30), (8, 36), (9, 42), (10, 44), (10, 60), (12, 52)] {
        for seed in 0..12 {
            let policy = entangled(keys, clauses, seed);
            let denies: Vec<&Value> = policy["Statement"].as_array().unwrap().iter().skip(1).collect();
            let number = |key: &str| key.rsplit('/').next().unwrap().parse::<usize>().unwrap();
            let is_met = |deny: &Value, on: usize| {
                let listed = |operator: &str| {
                    let block = deny["Condition"].get(operator).and_then(Value::as_object).cloned();
                    block.into_iter().flat_map(|block| block.into_iter().map(|(key, _)| number(&key)))
                };
                listed("StringEquals").all(|key| on >> key & 1 == 1)
                    && listed("StringNotEquals").all(|key| on >> key & 1 == 0)
            };
            let free = (0..1_usize << keys).any(|on| !denies.iter().any(|deny| is_met(deny, on)));
            let expected = if free { Relation::Broader } else { Relation::Equivalent };
            assert_eq!(timed(&nothing, &policy, 10).relation, expected, "{keys} keys, {clauses} clauses, seed {seed}");
            *(if free { &mut open } else { &mut empty }) += 1;
        }
    }
    assert!(empty > 5 && open > 5, "{empty} {open}");
}

/// A star between question marks, its texts shared out among many pieces; one piece less is found.
#[test]
fn pieces_of_a_star_cover_it_all_or_not() {
    for (marks, pieces) in [(0, 6), (2, 6), (6, 4), (10, 3)] {
        let front = format!("acs:x:r:1:{}", "?".repeat(marks));
        let whole = of(vec![resource("Allow", &[format!("{front}*z")])]);
        // `*z` is `z`, `?z`, .. and what has more characters than there are pieces.
        let mut split: Vec<String> = (0..pieces).map(|n| format!("{front}{}z", "?".repeat(n))).collect();
        split.push(format!("{front}{}*z", "?".repeat(pieces)));
        assert_eq!(timed(&whole, &of(vec![resource("Allow", &split)]), 10).relation, Relation::Equivalent);
        for gone in 0..split.len() {
            let mut fewer = split.clone();
            fewer.remove(gone);
            let comparison = timed(&whole, &of(vec![resource("Allow", &fewer)]), 10);
            assert_eq!(comparison.relation, Relation::Narrower, "{gone} of {split:?}");
            let text = &comparison.lost_access.found[0].resource;
            let length = text.chars().count() - "acs:x:r:1:z".chars().count() - marks;
            assert!(if gone < pieces { length == gone } else { length >= pieces }, "{text} without {gone}");
        }
    }
}

/// Many conditions on one statement: each is needed, and each alone makes the difference.
#[test]
fn many_conditions_each_of_which_counts() {
    let keys: Vec<String> = (0..40).map(|n| format!("acs:ResourceTag/{n}")).collect();
    let with = |left_out: Option<usize>, changed: Option<usize>| {
        let mut condition = json!({ "StringLike": {}, "NumericLessThan": {}, "IpAddress": {}, "StringNotEquals": {} });
        for (at, key) in keys.iter().enumerate().filter(|(at, _)| Some(*at) != left_out) {
            let n = if Some(at) == changed { at + 100 } else { at };
            let (operator, value) = match at % 4 {
                0 => ("StringLike", format!("*a{n}?b*")),
                1 => ("NumericLessThan", n.to_string()),
                2 => ("IpAddress", format!("10.{n}.0.0/16")),
                _ => ("StringNotEquals", format!("v{n}")),
            };
            condition[operator][key] = json!(value);
        }
        of(vec![json!({ "Effect": "Allow", "Action": "ecs:*", "Resource": "*", "Condition": condition })])
    };
    let whole = with(None, None);
    assert_eq!(timed(&whole, &with(None, None), 10).relation, Relation::Equivalent);
    for at in 0..keys.len() {
        assert_eq!(timed(&whole, &with(Some(at), None), 10).relation, Relation::Broader, "without {at}");
        let expected = if at % 4 == 1 { Relation::Broader } else { Relation::Incomparable };
        assert_eq!(timed(&whole, &with(None, Some(at)), 10).relation, expected, "changed {at}");
    }
}

/// Levels over a policy: what one level refuses is refused; a level that says what another says changes nothing.
#[test]
fn levels_over_twenty_deny_statements() {
    let all = json!({ "Effect": "Allow", "Action": "*", "Resource": "*" });
    let deny = |n: usize| {
        json!({ "Effect": "Deny", "Action": "*", "NotResource": format!("*{n}x*"),
                "Condition": { "StringNotLike": { "acs:ResourceTag/team": format!("*t{n}*") } } })
    };
    let guarded = |from: usize, to: usize| {
        let mut statements = vec![all.clone()];
        statements.extend((from..to).map(deny));
        of(statements)
    };
    let relation = |old: [Value; 3], new: [Value; 3]| {
        let texts: Vec<String> = old.iter().chain(&new).map(Value::to_string).collect();
        let kinds = [PolicyKind::Control, PolicyKind::Control, PolicyKind::Identity].into_iter().cycle();
        let policies: Vec<Policy<'_>> = texts.iter().zip(kinds).map(|(text, kind)| lower(text, kind).policy).collect();
        let side = |at: usize| Side::under([[&policies[at]], [&policies[at + 1]]], [&policies[at + 2]]);
        let begin = Instant::now();
        let relation = compare(&side(0), &side(3), Options { limit: 50, ..Options::default() }).relation;
        assert!(begin.elapsed() < Duration::from_secs(12));
        relation
    };
    let full = of(vec![all.clone()]);
    // Where a Deny stands makes no difference, on which of the levels or in the policy itself.
    let together = || [full.clone(), full.clone(), guarded(0, 20)];
    assert_eq!(relation(together(), [guarded(0, 10), guarded(10, 20), full.clone()]), Relation::Equivalent);
    assert_eq!(relation(together(), [guarded(10, 20), guarded(0, 20), guarded(5, 15)]), Relation::Equivalent);
    assert_eq!(relation(together(), [guarded(0, 10), guarded(10, 19), full.clone()]), Relation::Broader);
    // `*:Start*` would be more than it looks: an action can have two colons.
    let only = |action: &str| of(vec![json!({ "Effect": "Allow", "Action": action, "Resource": "*" })]);
    let starts = || [only("ecs:S*"), only("ecs:*t"), full.clone()];
    assert_eq!(relation(starts(), [full.clone(), full.clone(), only("ecs:S*t")]), Relation::Equivalent);
    assert_eq!(relation(starts(), [full.clone(), only("ecs:S*"), only("ecs:S?*t")]), Relation::Narrower);
}
