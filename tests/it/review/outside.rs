//! What is open to the outside: exactly what the policy lets in, Deny statements and conditions among it.

use ramspect::analyze::Options;
use ramspect::evaluate::{Context, Rules};
use ramspect::inventory::Inventory;
use ramspect::report::review::remaining;
use ramspect::review::{Outsider, Reachable, Settings, review};
use serde_json::{Value, json};

use super::{ID, bindings};
use crate::account::ramspect;
use crate::reference::command_line::Folder;
use crate::support::random::Random;

const OTHER: &str = "6543210987654321";

fn doors(statements: &[Value]) -> Vec<Reachable> {
    let trust = json!({ "Version": "1", "Statement": statements });
    let text = json!({ "account_id": ID, "roles": { "door": { "trust": trust } } }).to_string();
    let (inventory, nothing) = (Inventory::default(), Context::new());
    let settings = Settings { rules: Rules::default(), context: &nothing, closed: false, inventory: &inventory };
    let review = review(&bindings(&text), settings, Options::default());
    assert!(review.complete);
    review.reachable
}

fn statement(effect: &str, principal: &Value, condition: &Value) -> Value {
    let mut statement = json!({ "Effect": effect, "Action": "sts:AssumeRole", "Principal": principal });
    if !condition.is_null() {
        statement["Condition"] = condition.clone();
    }
    statement
}

/// Each door as `who: condition`.
fn told(statements: &[Value]) -> Vec<String> {
    let doors = doors(statements);
    let who = |one: &Reachable| match &one.who {
        Outsider::Anybody => "anybody".to_owned(),
        Outsider::Account(name) | Outsider::Federated(name) => name.clone(),
    };
    doors.iter().map(|one| format!("{}: {}", who(one), remaining(one).unwrap_or_else(|| "open".to_owned()))).collect()
}

#[test]
fn what_deny_and_conditions_take_away_is_no_door() {
    let root = format!("acs:ram::{OTHER}:root");
    let ram = |who: &str| json!({ "RAM": who });
    let idp = json!({ "Federated": format!("acs:ram::{ID}:saml-provider/idp") });
    let none = Value::Null;
    let mfa = |word: &str| json!({ "Bool": { "acs:MFAPresent": word } });
    let ip = |operator: &str, block: &str| json!({ operator: { "acs:SourceIp": block } });
    let caller = |operator: &str, arn: String| json!({ operator: { "acs:PrincipalARN": arn } });
    let allow = |who: &str, condition: &Value| statement("Allow", &ram(who), condition);
    let deny = |who: &str, condition: &Value| statement("Deny", &ram(who), condition);
    let open = vec![format!("{root}: open")];
    let closed: Vec<String> = Vec::new();
    for (statements, expected) in [
        (vec![allow(&root, &none)], open.clone()),
        (vec![allow(&root, &none), deny("*", &none)], closed.clone()),
        (vec![allow(&root, &none), deny(&root, &none)], closed.clone()),
        (vec![allow(&root, &none), deny(&format!("acs:ram::{OTHER}:user/*"), &none)], open.clone()),
        (vec![allow(&root, &none), deny(&format!("acs:ram::{ID}:root"), &none)], open.clone()),
        (vec![allow(&root, &none), statement("Deny", &json!({ "Service": "ecs.aliyuncs.com" }), &none)], open.clone()),
        (vec![allow(&root, &mfa("true")), deny("*", &mfa("true"))], closed.clone()),
        (vec![allow(&root, &mfa("true"))], vec![format!("{root}: if acs:MFAPresent is true")]),
        (
            vec![allow(&root, &none), deny("*", &ip("NotIpAddress", "10.0.0.0/8"))],
            vec![format!("{root}: if acs:SourceIp is in 10.0.0.0/8")],
        ),
        (
            vec![allow(&root, &ip("IpAddress", "10.1.0.0/16")), deny("*", &ip("NotIpAddress", "10.0.0.0/8"))],
            vec![format!("{root}: if acs:SourceIp is in 10.1.0.0/16")],
        ),
        (
            vec![allow(&root, &ip("IpAddress", "8.0.0.0/8")), deny("*", &ip("NotIpAddress", "10.0.0.0/8"))],
            closed.clone(),
        ),
        // Who calls and whom the statement means are one fact.
        (vec![allow("*", &caller("StringLike", format!("acs:ram::{ID}:*")))], closed.clone()),
        (
            vec![allow("*", &caller("StringLike", format!("acs:ram::{OTHER}:user/ops-*")))],
            vec!["anybody: open".to_owned()],
        ),
        (vec![allow("*", &none), deny("*", &caller("StringNotLike", format!("acs:ram::{ID}:*")))], closed.clone()),
        (vec![allow("*", &none)], vec!["anybody: open".to_owned()]),
        (vec![allow(&format!("acs:ram::{ID}:root"), &none)], closed.clone()),
        (
            vec![statement("Allow", &idp, &json!({ "StringEquals": { "saml:recipient": "x" } }))],
            vec![format!("acs:ram::{ID}:saml-provider/idp: if saml:recipient is x")],
        ),
        (vec![statement("Allow", &idp, &none), statement("Deny", &idp, &none)], closed.clone()),
    ] {
        assert_eq!(told(&statements), expected, "{statements:?}");
    }
}

/// Random trust policies against every caller and every value of their keys.
#[test]
fn doors_are_those_through_which_somebody_comes() {
    let mut random = Random::new(11);
    let entries = [
        format!("acs:ram::{OTHER}:root"),
        format!("acs:ram::{OTHER}:user/a"),
        format!("acs:ram::{OTHER}:user/*"),
        format!("acs:ram::{OTHER}:role/r"),
        format!("acs:ram::{ID}:root"),
        "*".to_owned(),
    ];
    let callers: Vec<String> =
        ["root", "user/a", "user/b", "role/r", "role/s"].map(|kind| format!("acs:ram::{OTHER}:{kind}")).into();
    // An Allow of everybody is open to accounts that no statement names.
    let stranger = "acs:ram::1111222233334444:user/z".to_owned();
    let means = |entry: &str, caller: &str| {
        let (account, kind) = caller.strip_prefix("acs:ram::").unwrap().split_once(':').unwrap();
        entry == "*"
            || entry == format!("acs:ram::{account}:root")
            || entry == caller
            || entry == format!("acs:ram::{account}:user/*") && kind.starts_with("user/")
    };
    let conditions = [Value::Null, json!({ "Bool": { "k": "true" } }), json!({ "Bool": { "k": "false" } })];
    let met = |condition: &Value, value: Option<&str>| {
        condition.is_null() || value.is_some_and(|value| condition["Bool"]["k"] == value)
    };
    let (mut open, mut shut) = (0, 0);
    for _ in 0..1500 {
        let statements: Vec<(bool, String, Value)> = (0..=random.below(4))
            .map(|_| (random.one_in(2), random.pick(&entries).clone(), random.pick(&conditions).clone()))
            .collect();
        let written: Vec<Value> = statements
            .iter()
            .map(|(denies, who, condition)| {
                statement(if *denies { "Deny" } else { "Allow" }, &json!({ "RAM": who }), condition)
            })
            .collect();
        let doors = doors(&written);
        for (at, (denies, who, condition)) in statements.iter().enumerate() {
            let found = doors.iter().find(|one| one.ground.statement == at);
            let foreign = callers.iter().chain([&stranger]).filter(|caller| means(who, caller));
            let comes_in = |caller: &String, value: Option<&str>| {
                met(condition, value)
                    && !statements
                        .iter()
                        .any(|(denies, who, condition)| *denies && means(who, caller) && met(condition, value))
            };
            let values = [None, Some("true"), Some("false")];
            let ways: Vec<usize> =
                foreign.map(|caller| values.iter().filter(|value| comes_in(caller, **value)).count()).collect();
            let best = ways.iter().max().copied().unwrap_or(0);
            assert_eq!(found.is_some(), !denies && best > 0, "statement {at} of {written:?}");
            if let Some(found) = found {
                assert_eq!(found.is_conditional(), best < 3, "statement {at} of {written:?}: {found:?}");
                open += 1;
            } else {
                shut += usize::from(!denies);
            }
        }
    }
    assert!(open > 500 && shut > 300, "{open} {shut}");
}

#[test]
fn a_bucket_that_is_shut_to_all_but_ours_is_no_door() {
    let folder = Folder::new();
    let account = folder.write("account.json", &json!({ "account_id": ID, "users": {} }).to_string());
    let ip = r#","Condition":{"NotIpAddress":{"acs:SourceIp":"10.0.0.0/8"}}"#;
    for (more, expected) in [
        (String::new(), vec![Value::Null]),
        (r#",{"Effect":"Deny","Principal":["*"],"Action":"oss:*","Resource":"*"}"#.to_owned(), Vec::new()),
        (
            format!(r#",{{"Effect":"Deny","Principal":["*"],"Action":"oss:*","Resource":"*"{ip}}}"#),
            vec![json!("acs:SourceIp")],
        ),
        (r#",{"Effect":"Deny","Principal":["*"],"Action":"oss:Put*","Resource":"*"}"#.to_owned(), vec![Value::Null]),
    ] {
        let allow =
            format!(r#"{{"Effect":"Allow","Principal":["{OTHER}"],"Action":"oss:*","Resource":"acs:oss:*:*:b/*"}}"#);
        let bucket = folder.write("bucket.json", &format!(r#"{{"Version":"1","Statement":[{allow}{more}]}}"#));
        let output = ramspect("review --format json --account", &[&account, "--resource-policy", &bucket]);
        let answer: Value = serde_json::from_slice(&output.stdout).unwrap();
        let doors = answer["reachable"].as_array().unwrap();
        let keys: Vec<Value> = doors.iter().map(|one| one["if"]["key"].clone()).collect();
        assert_eq!(keys, expected, "{more}");
        assert!(doors.iter().all(|one| one["example"]["principal"] == OTHER), "{doors:?}");
    }
}
