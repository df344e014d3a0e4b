//! The rules that prove: what they call redundant can go, what they do not call redundant cannot; and whom they name.

use ramspect::analyze::{Options, Relation, Side, compare};
use ramspect::policy::{Effect, Policy, PolicyKind, lower};
use ramspect::text::Spanned;
use serde_json::{Value, json};

use super::findings;
use crate::analyze::universe::{families, policy};
use crate::support::random::Random;

const ROUNDS: usize = 60;

/// Statements that a rule reports, with the message.
fn reported(text: &str, code: &str) -> Vec<(usize, String)> {
    let found = findings("a.json", text).into_iter().filter(|finding| finding.code == code);
    found.filter_map(|finding| Some((finding.statement?, finding.message))).collect()
}

fn document(statements: &[Value]) -> String {
    json!({ "Version": "1", "Statement": statements }).to_string()
}

fn turned<'s>(policy: &Policy<'s>) -> Policy<'s> {
    let mut turned = policy.clone();
    turned.statements.retain(|statement| statement.effect.as_ref().unwrap().value == Effect::Deny);
    for statement in &mut turned.statements {
        statement.effect = Some(Spanned::new(Effect::Allow, statement.span));
    }
    turned
}

/// Whether two policies allow and deny the same.
fn is_same(a: &str, b: &str) -> bool {
    let [a, b] = [a, b].map(|text| lower(text, PolicyKind::Identity).policy);
    let equal = |a: &Policy<'_>, b: &Policy<'_>| {
        compare(&Side::new([a]), &Side::new([b]), Options::default()).relation == Relation::Equivalent
    };
    equal(&a, &b) && equal(&turned(&a), &turned(&b))
}

#[test]
fn what_is_reported_can_go_and_nothing_else() {
    let mut random = Random::new(31);
    let (mut gone, mut stayed) = (0, 0);
    for family in families() {
        for round in 0..ROUNDS {
            let list = policy(&mut random, &family, 2 + round % 5)["Statement"].as_array().unwrap().clone();
            let text = document(&list);
            let mut out = Vec::new();
            for code in ["redundant-statement", "unreachable-allow"] {
                out.extend(reported(&text, code).into_iter().map(|(at, _)| at));
            }
            // A statement that nothing matches can go too; an operand that does not parse is another rule's.
            let without = |skip: &dyn Fn(usize) -> bool| {
                let kept = list.iter().enumerate().filter(|(at, _)| !skip(*at)).map(|(_, statement)| statement.clone());
                document(&kept.collect::<Vec<_>>())
            };
            // A busy machine may not judge all; how many were judged is asserted below.
            if !reported(&text, "not-judged").is_empty() {
                continue;
            }
            let rest = without(&|at| out.contains(&at));
            assert!(is_same(&text, &rest), "{text} {out:?}");
            for at in 0..list.len() {
                if out.contains(&at) {
                    assert!(is_same(&text, &without(&|other| other == at)), "{text} {at}");
                    gone += 1;
                } else if is_same(&rest, &without(&|other| other == at || out.contains(&other))) {
                    // Then it matches nothing.
                    let alone = document(&list[at..=at]).replace("Deny", "Allow");
                    assert!(is_same(&alone, &document(&[])), "{text} {at} {out:?}");
                } else {
                    stayed += 1;
                }
            }
        }
    }
    assert!(gone > 150 && stayed > 700, "{gone} {stayed}");
}

fn statement(effect: &str, action: &str, condition: Value) -> Value {
    json!({ "Effect": effect, "Action": action, "Resource": "*", "Condition": condition })
}

#[test]
fn a_union_is_named() {
    let is = |values: Value| json!({ "StringEquals": { "acs:SourceVpc": values } });
    let list = [
        statement("Allow", "ecs:StartInstance", is(json!("a"))),
        statement("Allow", "ecs:StartInstance", is(json!(["x", "b"]))),
        statement("Allow", "ecs:StopInstance", is(json!("a"))),
        statement("Allow", "ecs:StartInstance", is(json!(["a", "b"]))),
    ];
    let found = reported(&document(&list), "redundant-statement");
    // The first lies in the last one: it goes by itself, and then the last one is needed.
    assert_eq!(found, [(0, "statement 3 covers this statement".to_owned())]);
    let list = [
        statement("Allow", "ecs:StartInstance", is(json!(["a", "c"]))),
        statement("Allow", "ecs:StartInstance", is(json!(["x", "b"]))),
        statement("Allow", "ecs:StopInstance", is(json!("a"))),
        statement("Allow", "ecs:StartInstance", is(json!(["a", "b"]))),
    ];
    let found = reported(&document(&list), "redundant-statement");
    assert_eq!(found, [(3, "statements 0 and 1 together cover this statement".to_owned())]);
    let mut denied = list.clone();
    denied[0]["Effect"] = json!("Deny");
    let found = reported(&document(&denied), "redundant-statement");
    assert_eq!(found, [(3, "statements 0 and 1 together allow or deny all that this statement allows".to_owned())]);
    denied[1]["Effect"] = json!("Deny");
    let text = document(&denied);
    let found = reported(&text, "unreachable-allow");
    assert_eq!(found, [(3, "statements 0 and 1 together deny all that this statement allows".to_owned())]);
    assert!(reported(&text, "redundant-statement").is_empty());
}

#[test]
fn principals_are_told_apart() {
    let trust = |principals: &[&str]| {
        let list: Vec<Value> = principals
            .iter()
            .map(|name| json!({ "Effect": "Allow", "Action": "sts:AssumeRole", "Principal": { "Service": name.split(' ').collect::<Vec<_>>() } }))
            .collect();
        reported(&document(&list), "redundant-statement")
    };
    assert!(trust(&["ecs.aliyuncs.com", "oss.aliyuncs.com"]).is_empty());
    assert_eq!(trust(&["ecs.aliyuncs.com oss.aliyuncs.com", "oss.aliyuncs.com"]).len(), 1);
    let union =
        trust(&["a.aliyuncs.com b.aliyuncs.com", "c.aliyuncs.com d.aliyuncs.com", "b.aliyuncs.com c.aliyuncs.com"]);
    assert_eq!(union, [(2, "statements 0 and 1 together cover this statement".to_owned())]);
}

#[test]
fn what_nothing_matches_is_found() {
    let both = |first: Value, second: Value| {
        let mut condition = first;
        condition.as_object_mut().unwrap().extend(second.as_object().unwrap().clone());
        !reported(&document(&[statement("Allow", "ecs:StartInstance", condition)]), "never-met-condition").is_empty()
    };
    let ip = json!({ "IpAddress": { "acs:SourceIp": "10.0.0.0/8" } });
    assert!(both(ip.clone(), json!({ "StringEquals": { "acs:SourceIp": "11.0.0.1" } })));
    assert!(!both(ip.clone(), json!({ "StringEquals": { "acs:SourceIp": "10.0.0.1" } })));
    assert!(both(ip.clone(), json!({ "NotIpAddress": { "acs:SourceIp": ["10.0.0.0/9", "10.128.0.0/9"] } })));
    assert!(both(json!({ "NumericLessThan": { "k": "1" } }), json!({ "NumericGreaterThan": { "k": "1.0" } })));
    assert!(both(json!({ "Bool": { "k": "true" } }), json!({ "StringEquals": { "k": "FALSE" } })));
    assert!(both(json!({ "StringLike": { "k": "a*" } }), json!({ "StringNotLike": { "k": ["a", "a?*"] } })));
    assert!(!both(json!({ "StringNotEquals": { "k": "a" } }), json!({ "StringNotLike": { "k": "*" } })));
}

#[test]
fn values_that_can_be_one_list_are_found() {
    let with = |operator: &str, values: [Value; 2]| {
        let list = values
            .map(|values| statement("Allow", "ecs:StartInstance", json!({ operator: { "acs:SourceVpc": values } })));
        reported(&document(&list), "mergeable-statements")
    };
    let found = with("StringEquals", [json!("a"), json!(["b", "c"])]);
    assert_eq!(
        found,
        [(1, "it differs from statement 0 in the values of `StringEquals` on `acs:SourceVpc` only".to_owned())]
    );
    assert_eq!(with("StringNotEquals", [json!(["a", "b"]), json!(["b", "c"])]).len(), 1);
    // One value in two spellings: together they do not let everything through.
    let number = |a: &str, b: &str| {
        let list =
            [a, b].map(|value| statement("Allow", "ecs:StartInstance", json!({ "NumericNotEquals": { "k": value } })));
        reported(&document(&list), "mergeable-statements").len()
    };
    assert_eq!((number("1", "1.0"), number("1", "2")), (0, 1));
}
