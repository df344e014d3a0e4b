//! `diff --accounts` and `check --account`: every witness is put to `simulate` on both accounts.

use serde_json::{Value, json};

use super::{ACCOUNT, ID, ramspect, said};
use crate::reference::command_line::{Folder, lines};

const ECS: &str = r#"{"Version":"1","Statement":[{"Effect":"Allow","Action":"ecs:*","Resource":"*"}]}"#;

/// Two account files in one folder.
struct Two {
    _folder: Folder,
    old: String,
    new: String,
}

fn two(old: &Value, new: &Value) -> Two {
    let folder = Folder::new();
    std::fs::create_dir_all(folder.path().join("policies")).unwrap();
    folder.write("policies/dev-ecs.json", ECS);
    let old = folder.write("old.json", &old.to_string());
    let new = folder.write("new.json", &new.to_string());
    Two { _folder: folder, old, new }
}

fn account() -> Value {
    serde_json::from_str(ACCOUNT).unwrap()
}

fn changed(change: impl FnOnce(&mut Value)) -> Two {
    let mut new = account();
    change(&mut new);
    two(&account(), &new)
}

/// What `simulate` says to a witness on one account.
fn simulated(account: &str, principal: &str, witness: &Value, more: &[&str]) -> String {
    let mut words: Vec<String> = Vec::new();
    for (key, values) in witness["context"].as_object().unwrap() {
        for value in values.as_array().unwrap() {
            words.extend(["--context".to_owned(), format!("{key}={}", value.as_str().unwrap())]);
        }
    }
    for key in witness["absent"].as_array().unwrap() {
        words.extend(["--absent".to_owned(), key.as_str().unwrap().to_owned()]);
    }
    let mut all = vec![
        "--account",
        account,
        "--principal",
        principal,
        "--action",
        witness["action"].as_str().unwrap(),
        "--resource",
        witness["resource"].as_str().unwrap(),
    ];
    all.extend(words.iter().map(String::as_str));
    all.extend(more);
    let output = ramspect("simulate --format json --closed-context", &all);
    match output.status.code() {
        Some(2) if said(&output).contains("has no") => "implicit_deny".to_owned(),
        _ => lines(&output)[0]["decision"].as_str().unwrap_or_else(|| panic!("{}", said(&output))).to_owned(),
    }
}

/// The lines of a comparison, each witness confirmed; and the exit status.
fn diff(pair: &Two, more: &[&str]) -> (Vec<Value>, i32) {
    let output = ramspect("diff --format json --accounts", &[&[&*pair.old, &*pair.new], more].concat());
    let all = lines(&output);
    assert!(!all.is_empty(), "{}", said(&output));
    let assumed: Vec<&str> = more.iter().copied().skip_while(|word| *word != "--assume").collect();
    for line in all.iter().filter(|line| line["compared"] == "access") {
        for (list, gained) in [("new_access", true), ("lost_access", false)] {
            for witness in line[list].as_array().unwrap() {
                let principal = line["principal"].as_str().unwrap();
                for (file, name, allowed) in [(&pair.old, "old", !gained), (&pair.new, "new", gained)] {
                    assert_eq!(witness[name] == "allow", allowed, "{witness}");
                    assert_eq!(simulated(file, principal, witness, &assumed), witness[name], "{line}");
                }
                assert!(!witness["by"].as_array().unwrap().is_empty(), "{witness}");
            }
        }
    }
    (all, output.status.code().unwrap())
}

/// For each principal its relation, trust in a line of its own.
fn relations(lines: &[Value]) -> Vec<String> {
    let short = |line: &Value| {
        let name = line["principal"].as_str().unwrap().rsplit_once(':').unwrap().1.to_owned();
        format!("{name} {} {}", line["compared"].as_str().unwrap(), line["relation"].as_str().unwrap())
    };
    lines.iter().map(short).collect()
}

fn find<'a>(lines: &'a [Value], name: &str, compared: &str) -> &'a Value {
    let wanted = format!("acs:ram::{ID}:{name}");
    lines.iter().find(|line| line["principal"] == wanted && line["compared"] == compared).unwrap()
}

#[test]
fn an_account_is_equivalent_to_itself() {
    let (all, status) = diff(&two(&account(), &account()), &[]);
    let expected =
        ["user/alice access", "user/bob access", "role/Deployer access", "role/Deployer trust", "role/linked access"];
    assert_eq!(relations(&all), expected.map(|name| format!("{name} equivalent")));
    assert_eq!(status, 0);
    for line in &all {
        assert_eq!(line["schema"], "ramspect.diff/1");
        assert_eq!(
            (&line["presence"], &line["depends_on"], &line["exact"]),
            (&json!("kept"), &json!([]), &json!(true))
        );
    }
}

#[test]
fn a_control_policy_that_goes_is_new_access_for_all_whom_it_bound() {
    let pair = changed(|new| new["resource_directory"]["levels"][1]["control_policies"] = json!(["FullAliyunAccess"]));
    let (all, status) = diff(&pair, &[]);
    assert_eq!(
        relations(&all),
        [
            "user/alice access broader",
            "user/bob access broader",
            "role/Deployer access broader",
            "role/Deployer trust equivalent",
            "role/linked access equivalent"
        ]
    );
    assert_eq!(status, 1);
    let by = &find(&all, "user/bob", "access")["new_access"][0]["by"];
    assert_eq!(
        (&by[0]["layer"], &by[0]["scope"], &by[0]["policy"]),
        (&json!("control"), &json!("Root"), &json!("guard"))
    );
    assert_eq!(
        (&by[1]["side"], &by[1]["policy"], &by[1]["file"]),
        (&json!("new"), &json!("AdministratorAccess"), &json!(null))
    );
    // The other way round it is lost, and a level without any policy refuses everything.
    let (all, status) = diff(&Two { old: pair.new.clone(), new: pair.old.clone(), ..pair }, &[]);
    assert_eq!((find(&all, "user/bob", "access")["relation"].clone(), status), (json!("narrower"), 0));
    let pair = changed(|new| new["resource_directory"]["levels"][0]["control_policies"] = json!(["only-reads"]));
    let (all, _) = diff(&pair, &[]);
    assert_eq!(find(&all, "user/bob", "access")["relation"], "narrower");
    assert_eq!(find(&all, "role/linked", "access")["relation"], "equivalent");
}

#[test]
fn groups_and_resource_groups_count() {
    let pair = changed(|new| new["users"]["alice"]["groups"] = json!([]));
    let (all, status) = diff(&pair, &[]);
    // What the group denied her nobody else allows; in the resource group nothing was hidden.
    assert_eq!((find(&all, "user/alice", "access")["relation"].clone(), status), (json!("narrower"), 0));

    let pair = changed(|new| new["users"]["alice"]["attachments"][1]["resource_group"] = json!("rg-2"));
    let (all, status) = diff(&pair, &[]);
    let alice = find(&all, "user/alice", "access");
    assert_eq!((alice["relation"].clone(), status), (json!("incomparable"), 1));
    assert_eq!(alice["new_access"][0]["context"]["acs:ResourceGroupId"], json!(["rg-2"]));
    assert_eq!(alice["new_access"][0]["by"][0]["scope"], "resource_group");

    // The group's Deny is not reached where the account level allows, unless one assumes that it is.
    let pair = changed(|new| {
        new["policies"]["ops"]["Statement"].as_array_mut().unwrap().remove(0);
    });
    let (all, status) = diff(&pair, &[]);
    assert_eq!((find(&all, "user/alice", "access")["relation"].clone(), status), (json!("equivalent"), 0));
    let (all, status) = diff(&pair, &["--assume", "resource-group-deny=deny-wins"]);
    assert_eq!((find(&all, "user/alice", "access")["relation"].clone(), status), (json!("broader"), 1));
}

#[test]
fn principals_come_and_go() {
    let pair = changed(|new| {
        let users = new["users"].as_object_mut().unwrap();
        let bob = users.remove("bob").unwrap();
        users.insert("carol".into(), bob);
        users.insert("nobody".into(), json!({}));
    });
    let (all, status) = diff(&pair, &[]);
    assert_eq!(status, 1);
    for (name, presence, relation) in [
        ("user/bob", "removed", "narrower"),
        ("user/carol", "added", "broader"),
        ("user/nobody", "added", "equivalent"),
    ] {
        let line = find(&all, name, "access");
        assert_eq!((&line["presence"], &line["relation"]), (&json!(presence), &json!(relation)), "{name}");
    }
    let human = ramspect("diff --accounts", &[&pair.old, &pair.new]);
    let text = String::from_utf8(human.stdout).unwrap();
    assert!(text.starts_with("6 principals: 1 gain access, 1 lose access, 0 undecided\n"), "{text}");
    assert!(text.contains("\nacs:ram::1234567890123456:user/carol\n  broader: added: "), "{text}");
    assert!(!text.contains("user/alice"), "{text}");
    let markdown = ramspect("diff --format markdown --accounts", &[&pair.old, &pair.new]);
    let text = String::from_utf8(markdown.stdout).unwrap();
    assert!(text.contains("#### `acs:ram::1234567890123456:user/carol`: broader\n"), "{text}");
}

#[test]
fn who_may_assume_a_role_is_compared_by_itself() {
    let trust = |statements: Value| {
        changed(|new| new["roles"]["Deployer"]["trust"] = json!({ "Version": "1", "Statement": statements }))
    };
    let user = format!("acs:ram::{ID}:user/alice");
    let everybody = format!("acs:ram::{ID}:root");
    let statement = |effect: &str, principal: Value| json!({ "Effect": effect, "Action": "sts:AssumeRole", "Principal": principal });
    for (statements, relation, who) in [
        (json!([statement("Allow", json!({ "RAM": [user], "Service": ["ecs.aliyuncs.com"] }))]), "broader", "Service"),
        (json!([statement("Allow", json!({ "RAM": everybody }))]), "broader", "RAM"),
        (
            json!([statement("Allow", json!({ "RAM": "*" })), statement("Deny", json!({ "RAM": [user] }))]),
            "incomparable",
            "RAM",
        ),
        (
            json!([statement("Allow", json!({ "Federated": format!("acs:ram::{ID}:saml-provider/x") }))]),
            "incomparable",
            "Federated",
        ),
        (json!([statement("Allow", json!({ "RAM": [user, user] }))]), "equivalent", ""),
        (
            json!([statement("Allow", json!({ "RAM": [user] })), statement("Allow", json!({ "RAM": [user] }))]),
            "equivalent",
            "",
        ),
    ] {
        let (all, _) = diff(&trust(statements.clone()), &[]);
        let line = find(&all, "role/Deployer", "trust");
        assert_eq!(line["relation"], relation, "{statements} {line}");
        if relation != "equivalent" {
            let witness = &line["new_access"][0];
            assert!(witness["context"][format!("Principal.{who}")].is_array(), "{witness}");
            assert_eq!(witness["resource"], format!("acs:ram::{ID}:role/deployer"), "{witness}");
            assert_eq!(witness["action"], "sts:AssumeRole");
            let by = witness["by"].as_array().unwrap().last().unwrap();
            assert_eq!((&by["layer"], &by["side"]), (&json!("resource"), &json!("new")), "{witness}");
        }
        assert_eq!(find(&all, "role/Deployer", "access")["relation"], "equivalent");
    }
    // The root of an account is one of those whom `:root` means; a user is not.
    let account = trust(json!([statement("Allow", json!({ "RAM": everybody }))]));
    let back = Two { old: account.new.clone(), new: account.old.clone(), ..account };
    let (all, status) = diff(&back, &[]);
    assert_eq!((find(&all, "role/Deployer", "trust")["relation"].clone(), status), (json!("narrower"), 0));
    // A role whose trust only one file tells.
    let pair = changed(|new| {
        new["roles"]["Deployer"].as_object_mut().unwrap().remove("trust");
    });
    let (all, status) = diff(&pair, &[]);
    let line = find(&all, "role/Deployer", "trust");
    assert_eq!((line["relation"].clone(), status), (json!("undecided"), 3));
    assert_eq!(line["depends_on"], json!(["trust:Deployer"]));
}

#[test]
fn a_policy_that_nobody_knows_leaves_open_what_depends_on_it() {
    let attach = |account: &mut Value, policy: &str| {
        account["users"]["alice"]["attachments"].as_array_mut().unwrap().push(json!({ "policy": policy }));
    };
    let pair = changed(|new| attach(new, "mystery"));
    assert_eq!(ramspect("diff --accounts", &[&pair.old, &pair.new]).status.code(), Some(2));
    let unknown = ["--missing-policy", "unknown"];
    let run = |pair: &Two| {
        let output = ramspect("diff --format json --accounts", &[&[&*pair.old, &*pair.new], &unknown[..]].concat());
        (lines(&output), output.status.code().unwrap())
    };
    let (all, status) = run(&pair);
    let alice = find(&all, "user/alice", "access");
    assert_eq!((alice["relation"].clone(), alice["exact"].clone(), status), (json!("undecided"), json!(false), 3));
    assert_eq!(alice["depends_on"], json!(["policy:mystery"]));
    assert_eq!(find(&all, "user/bob", "access")["relation"], "equivalent");
    // Whatever the same unknown policy said before, it may say something else now.
    let (all, _) = run(&two(
        &serde_json::from_slice(&std::fs::read(&pair.new).unwrap()).unwrap(),
        &serde_json::from_slice(&std::fs::read(&pair.new).unwrap()).unwrap(),
    ));
    assert_eq!(find(&all, "user/alice", "access")["relation"], "undecided");
    // What a control policy denied is new access whatever the old policy said.
    let mut old = account();
    attach(&mut old, "mystery");
    let mut new = account();
    new["resource_directory"]["levels"][1]["control_policies"] = json!(["FullAliyunAccess"]);
    let (all, status) = run(&two(&old, &new));
    let alice = find(&all, "user/alice", "access");
    assert!(!alice["new_access"].as_array().unwrap().is_empty(), "{alice}");
    // What is lost is open, and that there is new access is not.
    assert_eq!((alice["relation"].clone(), status), (json!("undecided"), 1));
    // Where a level allows nothing, nothing can depend on it.
    let shut = |account: &mut Value| account["resource_directory"]["levels"][0]["control_policies"] = json!([]);
    let (mut old, mut new) = (account(), account());
    attach(&mut new, "mystery");
    shut(&mut old);
    shut(&mut new);
    let (all, status) = run(&two(&old, &new));
    assert_eq!((find(&all, "user/alice", "access")["relation"].clone(), status), (json!("equivalent"), 0));
}

#[test]
fn a_condition_on_the_principal_knows_who_it_is() {
    let only = |who: &str| {
        json!({ "Version": "1", "Statement": [ { "Effect": "Allow", "Action": "log:*", "Resource": "*",
            "Condition": { "StringLike": { "acs:PrincipalARN": who } } } ] })
    };
    let pair = changed(|new| {
        new["policies"]["inline-one"] = only(&format!("acs:ram::{ID}:role/dep*"));
        for name in ["Deployer", "linked"] {
            new["roles"][name]["attachments"].as_array_mut().unwrap().push(json!({ "policy": "inline-one" }));
        }
    });
    let (all, status) = diff(&pair, &[]);
    assert_eq!(status, 1);
    assert_eq!(find(&all, "user/alice", "access")["relation"], "equivalent");
    assert_eq!(find(&all, "role/linked", "access")["relation"], "equivalent");
    let witness = &find(&all, "role/Deployer", "access")["new_access"][0];
    assert_eq!(witness["context"]["acs:PrincipalARN"], json!([format!("acs:ram::{ID}:role/deployer")]));
}

#[test]
fn what_cannot_be_compared_is_said() {
    let pair = changed(|new| new["account_id"] = json!("6543210987654321"));
    let run = |words: &str, more: &[&str]| {
        let output = ramspect(words, more);
        (output.status.code().unwrap(), said(&output))
    };
    let (status, err) = run("diff --accounts", &[&pair.old, &pair.new]);
    assert!(
        status == 2 && err.contains("of different accounts `6543210987654321`") || err.contains("different accounts"),
        "{err}"
    );
    let pair = two(&account(), &account());
    let stranger = format!("acs:ram::{ID}:user/carol");
    let (status, err) = run("diff --accounts", &[&pair.old, &pair.new, "--principal", &stranger]);
    assert!(status == 2 && err.contains("neither account has"), "{err}");
    let (status, err) = run("diff --accounts - -", &[]);
    assert!(status == 2 && err.contains("standard input is named twice"), "{err}");
    let (status, _) = run("diff", &[&pair.old, &pair.new, "--principal", &stranger]);
    assert_eq!(status, 2);
    let empty = two(&json!({ "account_id": "1" }), &json!({ "account_id": "1" }));
    let (status, err) = run("diff --accounts", &[&empty.old, &empty.new]);
    assert!(status == 2 && err.contains("neither account has a user or a role"), "{err}");
    let alice = format!("acs:ram::{ID}:user/alice");
    let output = ramspect("diff --format json --accounts", &[&pair.old, &pair.new, "--principal", &alice]);
    assert_eq!((lines(&output).len(), output.status.code()), (1, Some(0)));
}

/// Half of an account with as many principals and policies as RAM allows.
fn large(changed: bool) -> Value {
    let mut policies = serde_json::Map::new();
    for n in 0..1500 {
        let team = if changed && n == 700 { "*".to_owned() } else { format!("team-{}-*", n % 40) };
        let statements = json!([
            { "Effect": "Allow", "Action": [format!("ecs:Describe{}*", n % 7), "ecs:StartInstance"],
              "Resource": format!("acs:ecs:*:*:instance/{n}-*") },
            { "Effect": "Allow", "Action": "oss:Get*", "Resource": format!("acs:oss:*:*:bucket-{n}/*"),
              "Condition": { "StringLike": { "acs:ResourceTag/team": team } } },
            { "Effect": "Deny", "Action": "ecs:Delete*", "Resource": "*" }
        ]);
        policies.insert(format!("p{n}"), json!({ "Version": "1", "Statement": statements }));
    }
    let guard = if changed { "ecs:StartInstance" } else { "ecs:RunInstances" };
    policies.insert(
        "guard".into(),
        json!({ "Version": "1", "Statement": [ { "Effect": "Deny", "Action": guard, "Resource": "*" } ] }),
    );
    let holder = |n: usize| {
        let attached = (0..6).map(|k| json!({ "policy": format!("p{}", (n * 7 + k * 311) % 1500) }));
        json!({ "attachments": attached.collect::<Vec<_>>() })
    };
    let named = |kind: &str| (0..1000).map(|n| (format!("{kind}{n}"), holder(n))).collect::<serde_json::Map<_, _>>();
    json!({ "account_id": ID, "policies": policies, "users": named("u"), "roles": named("r"),
        "resource_directory": { "levels": [ { "name": "Root", "control_policies": ["FullAliyunAccess", "guard"] } ] } })
}

#[test]
fn a_large_account_takes_seconds() {
    let pair = two(&large(false), &large(true));
    let begin = std::time::Instant::now();
    let output = ramspect("diff --format json --accounts --budget 60", &[&pair.old, &pair.new]);
    let took = begin.elapsed();
    let all = lines(&output);
    let count = |relation: &str| all.iter().filter(|line| line["relation"] == relation).count();
    println!("{took:?}: {} narrower, {} incomparable", count("narrower"), count("incomparable"));
    assert_eq!((all.len(), count("narrower") + count("incomparable")), (2000, 2000));
    assert!(count("incomparable") > 0);
    assert!(took < std::time::Duration::from_secs(30), "{took:?}");
}

#[test]
fn checks_hold_for_every_principal_or_name_those_for_whom_not() {
    let pair = two(&account(), &account());
    let run = |more: &[&str]| {
        let output = ramspect("check --format json --account", &[&[&*pair.old], more].concat());
        (lines(&output), output.status.code().unwrap(), said(&output))
    };
    let results = |lines: &[Value]| -> Vec<String> {
        let name = |line: &Value| line["principal"].as_str().unwrap().rsplit_once(':').unwrap().1.to_owned();
        lines.iter().map(|line| format!("{} {}", name(line), line["result"].as_str().unwrap())).collect()
    };
    let (all, status, _) = run(&["--may-not", "ecs:Delete*"]);
    assert_eq!(results(&all), ["user/alice proved", "user/bob proved", "role/Deployer proved", "role/linked violated"]);
    assert_eq!(status, 1);
    let example = &all[3]["checks"][0]["counterexample"];
    assert_eq!((&example["decision"], &example["by"][0]["policy"]), (&json!("allow"), &json!("dev-ecs")));
    assert_eq!(simulated(&pair.old, all[3]["principal"].as_str().unwrap(), example, &[]), "allow");
    let (all, status, _) = run(&["--must-allow", "ecs:StopInstance@*"]);
    assert_eq!(results(&all), ["user/alice proved", "user/bob proved", "role/Deployer proved", "role/linked proved"]);
    assert_eq!(status, 0);
    let alice = format!("acs:ram::{ID}:user/alice");
    let (all, status, _) = run(&["--may-not", "oss:*", "--must-allow", "sts:AssumeRole@*", "--principal", &alice]);
    assert_eq!((results(&all), status), (vec!["user/alice violated".to_owned()], 1));
    let example = &all[0]["checks"][0]["counterexample"];
    assert_eq!(example["context"]["acs:ResourceGroupId"], json!(["rg-1"]));
    let folder = Folder::new();
    let reference = folder.write("ecs.json", ECS);
    let (all, status, _) = run(&["--no-broader-than", &reference]);
    assert_eq!(
        results(&all),
        ["user/alice violated", "user/bob violated", "role/Deployer proved", "role/linked proved"]
    );
    assert_eq!(status, 1);
    let (_, status, err) = run(&["--may-not", "ecs:*", "--principal", &format!("acs:ram::{ID}:user/carol")]);
    assert!(status == 2 && err.contains("has no user `carol`"), "{err}");
    let output = ramspect("check --account", &[&*pair.old, "--may-not", "ecs:Delete*"]);
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(text.starts_with("violated: may not allow ecs:Delete* on * (1 of 4 principals)\n"), "{text}");
    let mut open = account();
    open["users"]["bob"]["attachments"] = json!([{ "policy": "mystery" }]);
    let pair = two(&open, &open);
    let words = ["--may-not", "log:*", "--must-allow", "log:*@*", "--missing-policy", "unknown"];
    let output = ramspect("check --format json --account", &[&[&*pair.old], &words[..]].concat());
    let all = lines(&output);
    assert_eq!(all[1]["checks"][0]["result"], "undecided");
    assert_eq!(all[1]["checks"][1]["result"], "undecided");
    assert_eq!(all[1]["depends_on"], json!(["policy:mystery"]));
}
