//! Many conditions of which nothing is known: the search ends in seconds, and says so where it had to stop.

use ramspect::evaluate::Decision;
use serde_json::{Value, json};

use super::{allow, ask, policy, set, soon};

fn glob(number: usize) -> String {
    let letters = |mut n: usize| -> String {
        let mut text = String::new();
        for _ in 0..4 {
            text.push(char::from(b'a' + u8::try_from(n % 26).unwrap()));
            n = n / 26 + n % 7;
        }
        text
    };
    format!("*{}*{}?", letters(number), letters(number * 31))
}

/// Too many to be judged together: what is possible may hold too much, never too little, and `exact` says so.
#[test]
fn a_thousand_globs_on_one_unknown_key_end_and_are_flagged() {
    let statements: Vec<Value> = (0..1_000)
        .map(|n| {
            let mut statement = allow("a:b", "*", json!({"StringLike": {"k": glob(n)}}));
            if n % 3 == 0 {
                statement["Effect"] = json!("Deny");
            }
            statement
        })
        .collect();
    let set = set(&policy(statements));
    let explained = soon("a thousand globs", || ask(&set, "a:b", "*", &[]));
    assert_eq!(explained.possible.iter().collect::<Vec<_>>(), Decision::ALL);
    assert!(!explained.exact);
    assert_eq!(explained.depends_on, ["k"]);
    assert_eq!(explained.decided_by.len(), 1_000);
}

#[test]
fn a_thousand_globs_in_one_test_end() {
    let globs: Vec<String> = (0..1_000).map(glob).collect();
    let set = set(&policy(vec![allow("a:b", "*", json!({"StringLike": {"k": globs}}))]));
    let explained = soon("a thousand globs in one test", || ask(&set, "a:b", "*", &[]));
    assert!(explained.possible.contains(Decision::Allow) && explained.possible.contains(Decision::ImplicitDeny));
}

#[test]
fn a_thousand_literals_and_numbers_on_one_key_end() {
    for operator in ["StringEquals", "NumericEquals", "DateEquals", "IpAddress"] {
        let value = |n: usize| match operator {
            "DateEquals" => format!("2026-01-01T{:02}:{:02}:00Z", n / 60 % 24, n % 60),
            "IpAddress" => format!("10.{}.{}.0/24", n / 256, n % 256),
            _ => n.to_string(),
        };
        let statements = (0..1_000).map(|n| allow("a:b", "*", json!({operator: {"k": value(n)}}))).collect();
        let set = set(&policy(statements));
        let explained = soon(operator, || ask(&set, "a:b", "*", &[]));
        assert!(explained.possible.contains(Decision::Allow) && explained.possible.contains(Decision::ImplicitDeny));
    }
    // Two types on one key: every number would be spelled in a thousand ways.
    let both = |n: usize| json!({"NumericLessThan": {"k": n.to_string()}, "StringNotEquals": {"k": format!("{n}.0")}});
    let set = set(&policy((0..1_000).map(|n| allow("a:b", "*", both(n))).collect()));
    let explained = soon("two types", || ask(&set, "a:b", "*", &[]));
    assert!(explained.possible.contains(Decision::Allow) && explained.possible.contains(Decision::ImplicitDeny));
}

/// A glob whose automaton has a state for every set of its places.
#[test]
fn a_glob_with_more_states_than_memory_ends() {
    let wide = format!("*a{}", "?".repeat(3_000));
    let other = format!("*b{}c", "?".repeat(40));
    let set = set(&policy(vec![
        allow("a:b", "*", json!({"StringLike": {"k": wide}})),
        allow("a:b", "*", json!({"StringNotLike": {"k": other}})),
    ]));
    let explained = soon("a wide glob", || ask(&set, "a:b", "*", &[]));
    assert!(explained.possible.contains(Decision::Allow) && explained.possible.contains(Decision::ImplicitDeny));
}

#[test]
fn sixty_unknown_keys_are_exact() {
    let statement = |n: usize| {
        let mut statement = allow("a:b", "*", json!({"StringEquals": {format!("k{n}"): "a"}}));
        if n % 2 == 1 {
            statement["Effect"] = json!("Deny");
        }
        statement
    };
    let single = set(&policy((0..60).map(statement).collect()));
    let explained = soon("sixty keys", || ask(&single, "a:b", "*", &[]));
    assert!(explained.exact);
    assert_eq!((explained.possible.iter().count(), explained.depends_on.len()), (3, 60));
    // One statement that reads them all.
    let all: serde_json::Map<String, Value> = (0..60).map(|n| (format!("k{n}"), json!("a"))).collect();
    let one = set(&policy(vec![allow("a:b", "*", json!({"StringEquals": all}))]));
    let explained = soon("sixty keys in one statement", || ask(&one, "a:b", "*", &[]));
    assert!(explained.exact);
    assert_eq!((explained.possible.iter().count(), explained.depends_on.len()), (2, 60));
}

/// Conditions of three keys each over sixty keys: as hard as it gets, so only the end and the flag are promised.
#[test]
fn tangled_keys_end() {
    let tangled = |n: usize| {
        let key = |step: usize| format!("k{}", (n * 7 + step * (n % 11 + 3)) % 60);
        let mut statement =
            allow("a:b", "*", json!({"StringEquals": {key(0): "a", key(1): "a"}, "StringNotEquals": {key(2): "b"}}));
        if n % 2 == 1 {
            statement["Effect"] = json!("Deny");
        }
        statement
    };
    let set = set(&policy((0..250).map(tangled).collect()));
    let explained = soon("tangled keys", || ask(&set, "a:b", "*", &[]));
    assert_eq!(explained.possible.iter().count(), 3);
}

#[test]
fn two_thousand_unknown_keys_end() {
    let statement = |n: usize| allow("a:b", "*", json!({"StringEquals": {format!("k{n}"): "a"}}));
    let set = set(&policy((0..2_000).map(statement).collect()));
    let explained = soon("two thousand keys", || ask(&set, "a:b", "*", &[]));
    assert_eq!(explained.possible.iter().count(), 2);
    assert_eq!(explained.depends_on.len(), 2_000);
}
