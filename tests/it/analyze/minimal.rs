//! `minimize`: the same requests allowed and denied, by brute force too, in no more words; and what becomes of small policies.

use ramspect::analyze::{Minimized, Options, Relation, Side, compare, minimize};
use ramspect::format::format;
use ramspect::policy::{PolicyKind, lower};
use ramspect::report::document::document;
use serde_json::{Value, json};

use super::universe::{Family, Table, every_point, families, policy};
use super::with_sides;
use crate::reference::assumptions::Choices;
use crate::support::random::Random;

const ROUNDS: usize = 40;

fn minimized(policy: &Value, alone: bool) -> Value {
    let text = policy.to_string();
    let lowered = lower(&text, PolicyKind::Identity).policy;
    let Minimized { policy: smaller, proved, complete, .. } = minimize(&[&lowered], alone, Options::default());
    assert!(proved && complete, "{policy}");
    document(&smaller)
}

/// Whether a request is allowed, and whether a statement denies it, must not change; tried on every text of the universe.
fn is_same(family: &Family, a: &Value, b: &Value, denied: bool) {
    let choices = Choices::default();
    let (before, after) = (Table::new(family, a, &choices), Table::new(family, b, &choices));
    every_point(family, |action, resource, values| {
        let (old, new) = (before.matched(action, resource, values), after.matched(action, resource, values));
        assert_eq!(before.allows(&old), after.allows(&new), "{a} {b} {action} {resource} {values:?}");
        let denies = |table: &Table, matched: &[usize]| matched.iter().any(|at| table.denies(*at));
        assert!(!denied || denies(&before, &old) == denies(&after, &new), "{a} {b} {action} {resource} {values:?}");
    });
}

#[test]
fn a_minimized_policy_says_the_same_in_no_more_words() {
    let mut random = Random::new(5);
    let mut smaller = 0;
    for family in families() {
        for _ in 0..ROUNDS {
            let policy = policy(&mut random, &family, 5);
            let length = |policy: &Value| policy.to_string().len();
            let whole = length(&document(&lower(&policy.to_string(), PolicyKind::Identity).policy));
            let kept = minimized(&policy, false);
            is_same(&family, &policy, &kept, true);
            assert!(length(&kept) <= whole, "{policy} {kept}");
            assert_eq!(minimized(&kept, false), kept, "{policy}");
            let alone = minimized(&policy, true);
            is_same(&family, &policy, &alone, false);
            assert!(length(&alone) <= whole, "{policy} {alone}");
            let formatted: Value = serde_json::from_str(&format(&kept.to_string()).unwrap()).unwrap();
            with_sides(&[&policy, &kept, &alone, &formatted], |sides| {
                for other in &sides[1..] {
                    let relation = compare(&sides[0], other, Options::default()).relation;
                    assert_eq!(relation, Relation::Equivalent, "{policy} {kept} {alone}");
                }
            });
            smaller += usize::from(length(&kept) < whole);
        }
    }
    assert!(smaller > 300, "{smaller}");
}

#[test]
fn formatting_changes_no_meaning() {
    let mut random = Random::new(6);
    for family in families() {
        for _ in 0..ROUNDS {
            let policy = policy(&mut random, &family, 4);
            let spread = serde_json::to_string_pretty(&policy).unwrap();
            let formatted = format(&spread).unwrap();
            assert_eq!(format(&formatted).unwrap(), formatted);
            let [before, after] = [&spread, &formatted].map(|text| lower(text, PolicyKind::Identity).policy);
            let relation = compare(&Side::new([&before]), &Side::new([&after]), Options::default()).relation;
            assert_eq!(relation, Relation::Equivalent, "{spread} {formatted}");
        }
    }
}

fn allow(action: Value, resource: Value) -> Value {
    json!({ "Effect": "Allow", "Action": action, "Resource": resource })
}

fn with(mut statement: Value, condition: Value) -> Value {
    statement["Condition"] = condition;
    statement
}

fn deny(mut statement: Value) -> Value {
    statement["Effect"] = json!("Deny");
    statement
}

fn whole(statements: &[Value]) -> Value {
    json!({ "Version": "1", "Statement": statements })
}

/// What becomes of statements beside other policies.
#[track_caller]
fn becomes(before: &[Value], after: &[Value]) {
    assert_eq!(minimized(&whole(before), false), whole(after));
}

#[test]
fn what_others_cover_goes() {
    let star = || json!("*");
    becomes(
        &[allow(json!("ecs:StartInstance"), star()), allow(json!("ecs:Start*"), star())],
        &[allow(json!("ecs:Start*"), star())],
    );
    // Covered by two together, and by none alone.
    let tagged = |operator: &str| with(allow(json!("a:b"), star()), json!({ operator: { "k": "v" } }));
    becomes(
        &[tagged("StringEquals"), tagged("StringNotEquals"), allow(json!("a:b"), star())],
        &[allow(json!("a:b"), star())],
    );
    // An Allow that a Deny takes away.
    becomes(
        &[allow(json!("a:*"), star()), allow(json!("b:c"), star()), deny(allow(json!("b:*"), star()))],
        &[allow(json!("a:*"), star()), deny(allow(json!("b:*"), star()))],
    );
    becomes(
        &[allow(json!(["oss:Get*", "oss:GetObject", "oss:PutObject"]), json!(["acs:oss:*:*:b/*", "acs:oss:*:*:b/a*"]))],
        &[allow(json!(["oss:Get*", "oss:PutObject"]), json!("acs:oss:*:*:b/*"))],
    );
}

#[test]
fn typed_keys_are_understood() {
    let ip = |blocks: Value| with(allow(json!("a:b"), json!("*")), json!({ "IpAddress": { "acs:SourceIp": blocks } }));
    becomes(&[ip(json!(["10.0.0.0/8", "10.1.0.0/16"]))], &[ip(json!("10.0.0.0/8"))]);
    becomes(&[ip(json!("10.0.0.0/9")), ip(json!("10.128.0.0/9")), ip(json!("10.0.0.0/8"))], &[ip(json!("10.0.0.0/8"))]);
    let number = |tests: Value| with(allow(json!("a:b"), json!("*")), tests);
    becomes(
        &[number(json!({ "NumericLessThan": { "n": "5" }, "NumericLessThanEquals": { "n": "7.0" } }))],
        &[number(json!({ "NumericLessThan": { "n": "5" } }))],
    );
    becomes(
        &[
            number(json!({ "DateLessThan": { "t": "2026-01-01T00:00:00Z" } })),
            number(json!({ "DateGreaterThanEquals": { "t": "2026-01-01T08:00:00+08:00" } })),
            number(json!({ "StringNotLike": { "t": "*" } })),
        ],
        &[
            number(json!({ "DateLessThan": { "t": "2026-01-01T00:00:00Z" } })),
            number(json!({ "DateGreaterThanEquals": { "t": "2026-01-01T08:00:00+08:00" } })),
            number(json!({ "StringNotLike": { "t": "*" } })),
        ],
    );
    becomes(
        &[with(allow(json!("a:b"), json!("*")), json!({ "Bool": { "b": ["true", "TRUE"] } }))],
        &[with(allow(json!("a:b"), json!("*")), json!({ "Bool": { "b": "TRUE" } }))],
    );
}

#[test]
fn statements_that_differ_in_one_list_become_one() {
    becomes(
        &[allow(json!("a:b"), json!("*")), allow(json!("a:c"), json!("*"))],
        &[allow(json!(["a:b", "a:c"]), json!("*"))],
    );
    let arn = |id: &str| json!(format!("acs:ecs:*:*:instance/{id}"));
    becomes(
        &[allow(json!("a:b"), arn("i-1")), allow(json!("A:B"), arn("i-2"))],
        &[allow(json!("a:b"), json!(["acs:ecs:*:*:instance/i-1", "acs:ecs:*:*:instance/i-2"]))],
    );
    let is =
        |operator: &str, values: Value| with(allow(json!("a:b"), json!("*")), json!({ operator: { "k": values } }));
    becomes(
        &[is("StringEquals", json!("x")), is("StringEquals", json!("y"))],
        &[is("StringEquals", json!(["x", "y"]))],
    );
    becomes(
        &[is("StringNotEquals", json!(["x", "y"])), is("StringNotEquals", json!(["y", "z"]))],
        &[is("StringNotEquals", json!("y"))],
    );
    becomes(
        &[is("StringNotEquals", json!("x")), is("StringNotEquals", json!("y"))],
        &[allow(json!("a:b"), json!("*"))],
    );
}

#[test]
fn a_deny_stays_beside_other_policies_and_goes_alone() {
    let guard = [allow(json!("a:b"), json!("*")), deny(allow(json!("c:*"), json!("*")))];
    becomes(&guard, &guard);
    assert_eq!(minimized(&whole(&guard), true), whole(&guard[..1]));
    let needless = [guard[1].clone(), deny(allow(json!("c:d"), json!("*")))];
    becomes(&needless, &guard[1..]);
}

#[test]
fn a_policy_that_allows_nothing_keeps_a_statement() {
    let contradiction = with(
        allow(json!(["a:b", "a:c"]), json!("*")),
        json!({ "StringEquals": { "k": "a" }, "StringLike": { "k": "b*" } }),
    );
    for statements in [vec![contradiction.clone()], vec![contradiction.clone(), contradiction]] {
        let text = whole(&statements).to_string();
        let lowered = lower(&text, PolicyKind::Identity).policy;
        for alone in [false, true] {
            let minimized = minimize(&[&lowered], alone, Options::default());
            assert!(minimized.proved);
            assert_eq!((minimized.allows, minimized.policy.statements.len()), (Some(false), 1));
        }
    }
    let taken = [allow(json!("a:b"), json!("*")), deny(allow(json!("*"), json!("*")))];
    becomes(&taken, &taken[1..]);
}

#[test]
fn several_policies_become_one() {
    let texts =
        [whole(&[allow(json!("a:b"), json!("*"))]), whole(&[allow(json!("a:*"), json!("*"))])].map(|p| p.to_string());
    let [a, b] = texts.each_ref().map(|text| lower(text, PolicyKind::Identity).policy);
    let minimized = minimize(&[&a, &b], false, Options::default());
    assert_eq!(document(&minimized.policy), whole(&[allow(json!("a:*"), json!("*"))]));
    assert_eq!(minimized.steps[0].origin, (0, 0));
}
