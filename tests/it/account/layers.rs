//! Each layer decides what it should, and the answer names it.

use serde_json::{Value, json};

use super::{ACCOUNT, ID, account, answer, ramspect, said};

fn instance() -> String {
    format!("acs:ecs:cn-hangzhou:{ID}:instance/i-1")
}

fn simulate(account: &str, who: &str, action: &str, resource: &str, more: &[&str]) -> Value {
    let words = format!(
        "simulate --format json --account {account} --principal acs:ram::{ID}:{who} --action {action} --resource"
    );
    let mut all = vec![resource];
    all.extend(more);
    let output = ramspect(&words, &all);
    assert_ne!(output.status.code(), Some(2), "{}", said(&output));
    answer(&output)
}

/// Decision, then layer, scope and policy of the first decider.
fn short(answer: &Value) -> Value {
    let by = &answer["resources"][0]["decided_by"][0];
    json!([answer["decision"], by["layer"], by["scope"], by["policy"]])
}

#[test]
fn every_layer_is_named() {
    let (_folder, path) = account();
    let group = ["--context", "acs:ResourceGroupId=rg-1"];
    for (who, action, more, expected) in [
        ("user/alice", "ecs:StopInstance", &group[..], json!(["allow", "identity", "account", "dev-ecs"])),
        ("user/alice", "ecs:DeleteInstance", &group[..], json!(["explicit_deny", "control", "Root", "guard"])),
        ("user/alice", "oss:GetObject", &group[..], json!(["allow", "identity", "resource_group", "ops"])),
        (
            "user/alice",
            "oss:GetObject",
            &["--context", "acs:ResourceGroupId=rg-2"],
            json!(["implicit_deny", null, null, null]),
        ),
        ("user/alice", "oss:GetObject", &["--closed-context"], json!(["implicit_deny", null, null, null])),
        ("user/bob", "oss:GetObject", &[], json!(["allow", "identity", "account", "AdministratorAccess"])),
        ("role/deployer", "ecs:StopInstance", &[], json!(["allow", "identity", "account", "dev-ecs"])),
        ("role/deployer", "ecs:DeleteInstance", &[], json!(["explicit_deny", "control", "Root", "guard"])),
        ("role/linked", "ecs:DeleteInstance", &[], json!(["allow", "identity", "account", "dev-ecs"])),
        ("root", "ecs:DeleteInstance", &[], json!(["allow", "root", "account", null])),
    ] {
        let answer = simulate(&path, who, action, &instance(), more);
        assert_eq!(short(&answer), expected, "{who} {action}");
    }
}

#[test]
fn an_unknown_resource_group_leaves_the_answer_open() {
    let (_folder, path) = account();
    let answer = simulate(&path, "user/alice", "oss:GetObject", &instance(), &[]);
    assert_eq!(answer["possible"], json!(["allow", "implicit_deny"]));
    assert_eq!(answer["resources"][0]["depends_on"], json!(["acs:ResourceGroupId"]));
    let answer = simulate(&path, "user/alice", "ecs:StopInstance", &instance(), &[]);
    assert_eq!(answer["decision"], "allow");
    assert_eq!(answer["assumptions"][0]["id"], "resource-group-deny");
    assert_eq!(answer["assumptions"][0]["outcome"]["possible"], json!(["allow", "explicit_deny"]));
    // No Deny of the group matches: the assumption does not matter and is not named.
    let answer = simulate(&path, "user/alice", "ecs:StartInstance", &instance(), &[]);
    assert_eq!(answer["assumptions"], json!([]));
    let other = ["--context", "acs:ResourceGroupId=rg-2"];
    assert_eq!(simulate(&path, "user/alice", "ecs:StopInstance", &instance(), &other)["assumptions"], json!([]));
    let wins = ["--context", "acs:ResourceGroupId=rg-1", "--assume", "resource-group-deny=deny-wins"];
    assert_eq!(simulate(&path, "user/alice", "ecs:StopInstance", &instance(), &wins)["decision"], "explicit_deny");
}

#[test]
fn assuming_a_role_needs_both_sides() {
    let (_folder, path) = account();
    let role = |name: &str| format!("acs:ram::{ID}:role/{name}");
    let decided = |who: &str, name: &str| simulate(&path, who, "sts:AssumeRole", &role(name), &["--closed-context"]);
    let both = decided("user/alice", "deployer");
    assert_eq!(both["decision"], "allow");
    let layers: Vec<&Value> =
        both["resources"][0]["decided_by"].as_array().unwrap().iter().map(|by| &by["layer"]).collect();
    assert_eq!(layers, ["identity", "resource"]);
    // Bob may assume, and is not trusted; the other role says nothing of trust.
    assert_eq!(decided("user/bob", "Deployer")["decision"], "implicit_deny");
    let open = decided("user/bob", "linked");
    assert_eq!(open["possible"], json!(["allow", "explicit_deny", "implicit_deny"]));
    assert_eq!(open["resources"][0]["depends_on"], json!(["trust:linked"]));
    assert_eq!(decided("role/deployer", "linked")["possible"], json!(["explicit_deny", "implicit_deny"]));
    let foreign = simulate(&path, "user/bob", "sts:AssumeRole", "acs:ram::6543210987654321:role/x", &[]);
    assert_eq!(foreign["resources"][0]["depends_on"], json!(["trust:acs:ram::6543210987654321:role/x"]));
}

#[test]
fn a_trust_policy_of_another_account_is_given_by_flag() {
    let (folder, path) = account();
    let trust = folder.write(
        "trust.json",
        r#"{"Version":"1","Statement":[{"Effect":"Allow","Action":"sts:AssumeRole","Principal":{"RAM":"acs:ram::1234567890123456:root"}}]}"#,
    );
    let given = ["--resource-policy", trust.as_str()];
    let role = "acs:ram::6543210987654321:role/x";
    assert_eq!(simulate(&path, "user/alice", "sts:AssumeRole", role, &given)["decision"], "allow");
    assert_eq!(simulate(&path, "role/deployer", "sts:AssumeRole", role, &given)["decision"], "implicit_deny");
    // For any other action a trust policy says nothing.
    assert_eq!(simulate(&path, "user/bob", "ecs:StopInstance", &instance(), &given)["decision"], "allow");
}

#[test]
fn a_bucket_policy_is_judged_beside_the_identity_policies() {
    let (folder, path) = account();
    let bucket = |name: &str, effect: &str, principal: &str, condition: &str| {
        let text = format!(
            r#"{{"Version":"1","Statement":[{{"Effect":"{effect}","Action":"oss:*","Principal":{principal},"Resource":"acs:oss:*:*:b/*"{condition}}}]}}"#
        );
        folder.write(name, &text)
    };
    let secure = r#","Condition":{"Bool":{"acs:SecureTransport":"false"}}"#;
    let cases = [
        (
            bucket("1.json", "Allow", r#"["*"]"#, ""),
            "role/deployer",
            &[][..],
            json!(["allow", "resource", "account", "1.json"]),
        ),
        (
            bucket("2.json", "Deny", r#"["*"]"#, ""),
            "user/bob",
            &[],
            json!(["explicit_deny", "resource", "account", "2.json"]),
        ),
        (bucket("3.json", "Deny", r#"["*"]"#, ""), "root", &[], json!(["allow", "root", "account", null])),
        (
            bucket("4.json", "Deny", r#"["*"]"#, secure),
            "root",
            &["--context", "acs:SecureTransport=false"],
            json!(["explicit_deny", "resource", "account", "4.json"]),
        ),
        (
            bucket("5.json", "Allow", r#"["200"]"#, ""),
            "user/alice",
            &["--context", "principal:uid=200", "--closed-context"],
            json!(["allow", "resource", "account", "5.json"]),
        ),
        (
            bucket("6.json", "Allow", r#"["arn:sts::1234567890123456:assumed-role/Deployer/*"]"#, ""),
            "role/deployer",
            &[],
            json!(["allow", "resource", "account", "6.json"]),
        ),
    ];
    for (policy, who, more, expected) in &cases {
        let mut all = vec!["--resource-policy", policy.as_str()];
        all.extend(*more);
        assert_eq!(short(&simulate(&path, who, "oss:GetObject", "acs:oss:*:*:b/k", &all)), *expected, "{policy} {who}");
    }
    let uid = ["--resource-policy", cases[4].0.as_str(), "--context", "acs:ResourceGroupId=rg-2", "--closed-context"];
    let open = simulate(&path, "user/alice", "oss:GetObject", "acs:oss:*:*:b/k", &uid);
    assert_eq!(open["resources"][0]["depends_on"], json!(["principal:uid"]));
}

#[test]
fn session_policy_what_if_and_more_levels() {
    let (folder, path) = account();
    let reads = folder
        .write("reads.json", r#"{"Version":"1","Statement":[{"Effect":"Allow","Action":"*:Get*","Resource":"*"}]}"#);
    let session = ["--session-policy", reads.as_str()];
    assert_eq!(
        simulate(&path, "role/deployer", "ecs:StopInstance", &instance(), &session)["decision"],
        "implicit_deny"
    );
    let extra = ["-p", reads.as_str(), "--closed-context"];
    assert_eq!(
        short(&simulate(&path, "user/alice", "oss:GetObject", "*", &extra)),
        json!(["allow", "identity", "account", "reads.json"])
    );
    let level = format!("Folder={reads}");
    let cut = ["--control-policy", level.as_str()];
    assert_eq!(simulate(&path, "user/alice", "ecs:StopInstance", &instance(), &cut)["decision"], "implicit_deny");
    assert_eq!(simulate(&path, "role/linked", "ecs:StopInstance", &instance(), &cut)["decision"], "allow");
}

#[test]
fn the_management_account_is_bound_by_no_control_policy() {
    let (folder, _) = account();
    let text = ACCOUNT.replace("\"resource_directory\": {", "\"resource_directory\": { \"management_account\": true,");
    let path = folder.write("management.json", &text);
    assert_eq!(simulate(&path, "user/alice", "ecs:DeleteInstance", &instance(), &[])["decision"], "allow");
}

#[test]
fn a_missing_policy_may_say_anything() {
    let (folder, _) = account();
    let path = folder
        .write("missing.json", &ACCOUNT.replace("{ \"policy\": \"inline-one\" }", "{ \"policy\": \"elsewhere\" }"));
    let unknown = ["--missing-policy", "unknown", "--closed-context"];
    let open = simulate(&path, "user/alice", "ecs:StartInstance", &instance(), &unknown);
    assert_eq!(open["possible"], json!(["allow", "explicit_deny"]));
    assert_eq!(open["resources"][0]["depends_on"], json!(["policy:elsewhere"]));
    assert!(open["resources"][0]["decided_by"].as_array().unwrap().iter().all(|by| by["policy"] != "policy:elsewhere"));
    // Others are judged as ever, and so is what a control policy denies.
    assert_eq!(simulate(&path, "user/bob", "ecs:StartInstance", &instance(), &unknown)["decision"], "allow");
    assert_eq!(simulate(&path, "user/alice", "ecs:DeleteInstance", &instance(), &unknown)["decision"], "explicit_deny");
}

#[test]
fn a_batch_names_its_principals() {
    let (folder, path) = account();
    let line = |who: &str, action: &str, resource: &str| {
        json!({"id": who, "principal": format!("acs:ram::{ID}:{who}"), "action": action, "resources": [resource], "closed_context": true})
            .to_string()
    };
    let role = format!("acs:ram::{ID}:role/Deployer");
    let mut batch = [
        line("user/alice", "ecs:StartInstance", &instance()),
        line("user/bob", "ecs:DeleteInstance", &instance()),
        line("root", "ecs:DeleteInstance", &instance()),
        line("user/carol", "ecs:DeleteInstance", &instance()),
        line("user/alice", "sts:AssumeRole", &role),
        line("user/bob", "sts:AssumeRole", &role),
    ]
    .join("\n");
    batch.push_str("\n{\"action\":\"a:b\",\"resources\":[\"*\"]}\n");
    let file = folder.write("batch.ndjson", &batch);
    let output = ramspect(&format!("simulate --account {path} --batch {file}"), &[]);
    assert_eq!(output.status.code(), Some(2));
    let all = crate::reference::command_line::lines(&output);
    let decisions: Vec<&Value> = all.iter().map(|line| &line["decision"]).collect();
    let expected = json!(["allow", "explicit_deny", "allow", null, "allow", "implicit_deny", null]);
    assert_eq!(json!(decisions), expected);
    assert!(all[3]["error"].as_str().unwrap().contains("no user `carol`"), "{}", all[3]);
    assert!(all[6]["error"].as_str().unwrap().contains("`principal` is missing"), "{}", all[6]);
    assert_eq!(
        all[4]["decided_by"],
        json!([{"policy": "assume", "statement": 0}, {"policy": "role/Deployer", "statement": 0}])
    );
}

#[test]
fn predict_takes_the_account_and_its_number() {
    let (folder, path) = account();
    let request = folder.write(
        "request.json",
        &json!([
            {"SecurityGroupId": "sg-1", "InstanceId": "i-1", "RegionId": "cn-hangzhou", "principal": format!("acs:ram::{ID}:user/alice")},
            {"SecurityGroupId": "sg-1", "InstanceId": "i-1", "RegionId": "cn-hangzhou", "principal": format!("acs:ram::{ID}:user/carol")},
        ])
        .to_string(),
    );
    let output = ramspect(&format!("predict --format json --account {path} --request {request}"), &[]);
    assert_eq!(output.status.code(), Some(2), "{}", said(&output));
    let all = crate::reference::command_line::lines(&output);
    assert_eq!(all[0]["authorization"]["decision"], "allow");
    assert_eq!(all[0]["authorization"]["resources"][0]["decided_by"][0]["policy"], "dev-ecs");
    assert!(all[1]["error"].as_str().unwrap().contains("no user `carol`"));
    let human = ramspect(
        &format!(
            "predict --account {path} --principal acs:ram::{ID}:role/linked --security-group sg-1 --instance i-1 --region cn-hangzhou"
        ),
        &[],
    );
    assert_eq!(human.status.code(), Some(3), "{}", said(&human));
}
