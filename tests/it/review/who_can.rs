//! `ramspect who-can` through the real binary.

use serde_json::{Value, json};

use super::ID;
use crate::account::{answer, ramspect, said};
use crate::reference::command_line::Folder;

const ACCOUNT: &str = r#"{
  "account_id": "1234567890123456",
  "policies": {
    "ops": { "Version": "1", "Statement": [
      { "Effect": "Allow", "Action": "ecs:*", "Resource": "*" },
      { "Effect": "Deny", "Action": "ecs:Stop*", "Resource": "*", "Condition": { "NotIpAddress": { "acs:SourceIp": "10.0.0.0/8" } } } ] },
    "join": { "Version": "1", "Statement": [
      { "Effect": "Allow", "Action": "ecs:JoinSecurityGroup", "Resource": [ "acs:ecs:*:*:instance/*", "acs:ecs:*:*:securitygroup/sg-web*" ] } ] },
    "half": { "Version": "1", "Statement": [
      { "Effect": "Allow", "Action": "ecs:JoinSecurityGroup", "Resource": "acs:ecs:*:*:securitygroup/*" } ] },
    "buckets": { "Version": "1", "Statement": [ { "Effect": "Allow", "Action": [ "oss:Get*", "oss:Put*" ], "Resource": "acs:oss:*:*:reports/*" } ] },
    "assume": { "Version": "1", "Statement": [ { "Effect": "Allow", "Action": "sts:AssumeRole", "Resource": "*" } ] },
    "guard": { "Version": "1", "Statement": [ { "Effect": "Deny", "Action": "ecs:Delete*", "Resource": "*" } ] }
  },
  "users": {
    "alice": { "groups": [ "dev" ], "attachments": [ { "policy": "assume" } ] },
    "bob":   { "attachments": [ { "policy": "join" } ] },
    "carol": { "attachments": [ { "policy": "half" }, { "policy": "buckets", "resource_group": "rg-1" } ] },
    "dave":  { "attachments": [ { "policy": "mystery" } ] },
    "erin":  {},
    "frank": { "attachments": [ { "policy": "assume" } ] }
  },
  "groups": { "dev": { "attachments": [ { "policy": "ops" } ] } },
  "roles": {
    "Deployer": {
      "trust": { "Version": "1", "Statement": [ { "Effect": "Allow", "Action": "sts:AssumeRole", "Principal": { "RAM": "acs:ram::1234567890123456:user/alice" } } ] },
      "attachments": [ { "policy": "buckets" } ] }
  },
  "resource_directory": { "levels": [ { "name": "Root", "control_policies": [ "FullAliyunAccess", "guard" ] } ] }
}
"#;

fn account() -> (Folder, String) {
    let folder = Folder::new();
    let path = folder.write("account.json", ACCOUNT);
    (folder, path)
}

fn ask(path: &str, words: &str) -> (i32, Value) {
    let more = format!("who-can {words} --format json --missing-policy unknown --account");
    let output = ramspect(&more, &[path]);
    assert_ne!(output.status.code(), Some(2), "{}", said(&output));
    (output.status.code().unwrap(), answer(&output))
}

/// Names with their strengths, without the account.
fn names(list: &Value) -> Vec<String> {
    let of = |entry: &Value| {
        let arn = entry["principal"].as_str().unwrap();
        format!("{} {}", arn.rsplit(':').next().unwrap(), entry["strength"].as_str().unwrap())
    };
    list.as_array().unwrap().iter().map(of).collect()
}

fn instance() -> String {
    format!("acs:ecs:cn-hangzhou:{ID}:instance/i-1")
}

#[test]
fn everybody_is_asked_through_all_layers() {
    let (_folder, path) = account();
    let (status, answer) = ask(&path, &format!("ecs:StopInstance --resource {}", instance()));
    assert_eq!(status, 0);
    assert_eq!(answer["schema"], "ramspect.who-can/1");
    assert_eq!((&answer["answer"], &answer["asked"], &answer["root"]), (&json!("someone"), &json!(7), &json!(true)));
    assert_eq!(names(&answer["principals"]), ["user/alice conditional"]);
    assert_eq!(names(&answer["undetermined"]), ["user/dave possible"]);
    assert_eq!(answer["undetermined"][0]["resources"][0]["depends_on"], json!(["policy:mystery"]));
    let resource = &answer["principals"][0]["resources"][0];
    assert_eq!(
        resource["if"],
        json!({ "key": "acs:SourceIp", "operator": "NotIpAddress", "values": ["10.0.0.0/8"], "met": false, "absent": false })
    );
    let policies: Vec<&Value> = resource["decided_by"].as_array().unwrap().iter().map(|by| &by["policy"]).collect();
    assert!(policies.contains(&&json!("ops")), "{policies:?}");
    // The condition is settled by the context.
    for (flags, expected) in [
        ("--context acs:SourceIp=10.2.3.4", vec!["user/alice certain"]),
        ("--context acs:SourceIp=8.8.8.8", vec![]),
        ("--closed-context", vec![]),
    ] {
        let (_, answer) = ask(&path, &format!("ecs:StopInstance --resource {} {flags}", instance()));
        assert_eq!(names(&answer["principals"]), expected, "{flags}");
    }
}

#[test]
fn nobody_is_a_certain_answer_and_what_is_unknown_leaves_it_open() {
    let (_folder, path) = account();
    let (status, answer) = ask(&path, &format!("ecs:DeleteInstance --resource {}", instance()));
    assert_eq!(
        (status, &answer["answer"]),
        (1, &json!("nobody")),
        "the control policy denies it, whatever `mystery` says"
    );
    let (status, answer) = ask(&path, "rds:DeleteDBInstance --resource *");
    assert_eq!((status, &answer["answer"]), (3, &json!("undetermined")));
}

#[test]
fn a_call_on_two_resources_needs_both() {
    let (_folder, path) = account();
    let group = format!("acs:ecs:cn-hangzhou:{ID}:securitygroup/sg-web1");
    let (_, answer) = ask(&path, &format!("ecs:JoinSecurityGroup --resource {} --resource {group}", instance()));
    assert_eq!(names(&answer["principals"]), ["user/alice certain", "user/bob certain"]);
    let (_, answer) = ask(&path, &format!("ecs:JoinSecurityGroup --resource {group}"));
    assert_eq!(names(&answer["principals"]), ["user/alice certain", "user/bob certain", "user/carol certain"]);
}

#[test]
fn a_pattern_asks_for_some_request_and_shows_one() {
    let (_folder, path) = account();
    let (status, answer) = ask(&path, "oss:*");
    assert_eq!((status, &answer["some"]), (0, &json!(true)));
    assert_eq!(names(&answer["principals"]), ["user/carol conditional", "role/Deployer certain"]);
    let shown = &answer["principals"][1]["resources"][0];
    assert!(shown["arn"].as_str().unwrap().starts_with("acs:oss:*:1234567890123456:reports/"), "{shown}");
    assert!(shown["action"].as_str().unwrap().starts_with("oss:"), "{shown}");
    assert_eq!(answer["principals"][0]["resources"][0]["if"]["key"], "acs:ResourceGroupId");
    let (_, answer) = ask(&path, "ecs:Delete*");
    assert_eq!(names(&answer["principals"]), Vec::<String>::new());
    let (_, answer) = ask(&path, "oss:Delete*");
    assert_eq!(names(&answer["principals"]), Vec::<String>::new());
    let (_, answer) = ask(&path, &format!("ecs:JoinSecurityGroup --resource acs:ecs:*:{ID}:securitygroup/sg-db*"));
    assert_eq!(names(&answer["principals"]), ["user/alice certain", "user/carol certain"]);
}

#[test]
fn a_role_is_assumed_by_trust_and_identity() {
    let (_folder, path) = account();
    let (_, answer) = ask(&path, &format!("sts:AssumeRole --resource acs:ram::{ID}:role/deployer"));
    assert_eq!(names(&answer["principals"]), ["user/alice certain"]);
    assert_eq!(names(&answer["undetermined"]), Vec::<String>::new(), "the trust policy does not name dave");
    // frank's policies are those of alice, but no role of this account trusts him; of others nobody knows.
    let (_, answer) = ask(&path, "sts:AssumeRole");
    assert_eq!(names(&answer["principals"]), ["user/alice certain"]);
    assert_eq!(names(&answer["undetermined"]), ["user/dave possible", "user/frank possible"]);
    let (_, answer) = ask(&path, &format!("sts:AssumeRole --resource acs:ram:*:{ID}:role/*"));
    assert_eq!(names(&answer["principals"]), ["user/alice certain"]);
    assert_eq!(names(&answer["undetermined"]), Vec::<String>::new());
}

#[test]
fn bad_questions_are_refused() {
    let (_folder, path) = account();
    for words in [
        "StopInstance",
        "ecs:StopInstance --resource x",
        "ecs:Stop* --resource a:b:c:d:e --resource a:b:c:d:f",
        "ecs:StopInstance --budget -1",
    ] {
        let output = ramspect(&format!("who-can {words} --missing-policy unknown --account"), &[&path]);
        assert_eq!(output.status.code(), Some(2), "{words}");
    }
    let output = ramspect("who-can ecs:StopInstance --account", &[&path]);
    assert_eq!(output.status.code(), Some(2), "a policy that nobody defines is an error");
}

#[test]
fn people_read_names_conditions_and_statements() {
    let (_folder, path) = account();
    let words = format!("who-can ecs:StopInstance --resource {} --missing-policy unknown --account", instance());
    let text = String::from_utf8(ramspect(&words, &[&path]).stdout).unwrap();
    for needed in [
        "1 of 7 users and roles can: ecs:StopInstance",
        "can, if: user/alice",
        "if acs:SourceIp is in 10.0.0.0/8",
        "ops statement 0 may allow it",
        "may: user/dave",
        "depends on policy:mystery",
        "the root user of the account always can",
    ] {
        assert!(text.contains(needed), "{needed} is missing in\n{text}");
    }
}
