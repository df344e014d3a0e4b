//! The same cases through `--account`: a user with a group, control-policy levels, the management account, the root user.

use serde_json::{Map, Value, json};

use super::command_line::{Folder, batch_line, expected_line, lines, projected, run};
use super::compare::describe;
use super::evaluate::{Case, Named, evaluate};
use super::generate::{self, Profile, Rng};

/// An account whose user `alice` has the first identity policy of `case`, and her group `dev` the others.
pub(crate) fn account(case: &Case, management_account: bool) -> Value {
    let mut policies = Map::new();
    let levels = case.control.iter().flat_map(|(_, policies)| policies);
    for policy in case.identity.iter().chain(&case.resource_group).chain(levels) {
        policies.insert(policy.name.clone(), policy.document.clone());
    }
    let attachments = |all: &[Named]| all.iter().map(|policy| json!({"policy": policy.name})).collect::<Vec<Value>>();
    let (own, of_group) = case.identity.split_at(1.min(case.identity.len()));
    let mut account = json!({
        "account_id": "123",
        "policies": policies,
        "users": {"alice": {"groups": ["dev"], "attachments": attachments(own)}},
        "groups": {"dev": {"attachments": attachments(of_group)}},
    });
    // The group has the grants of the resource group, so that those of a user and of its groups are both tried.
    for policy in &case.resource_group {
        let grant = json!({"policy": policy.name, "resource_group": "rg-a"});
        account["groups"]["dev"]["attachments"].as_array_mut().expect("written above").push(grant);
    }
    if !case.control.is_empty() {
        let level = |(name, policies): &(String, Vec<Named>)| {
            let names: Vec<&String> = policies.iter().map(|policy| &policy.name).collect();
            json!({"name": name, "control_policies": names})
        };
        let levels: Vec<Value> = case.control.iter().map(level).collect();
        account["resource_directory"] = json!({"management_account": management_account, "levels": levels});
    }
    account
}

/// `simulate --batch --account` on cases that share policies and assumptions and have no session policy.
///
/// `group` is the resource group that the inventory tells of the resources of [`GROUPED`]; without it there is no inventory.
pub(crate) fn check_simulate(cases: &[Case], management_account: bool, group: Option<&str>) {
    let Some(first) = cases.first() else { return };
    let folder = Folder::new();
    let mut batch = String::new();
    for (number, case) in cases.iter().enumerate() {
        let mut line = batch_line(number, case);
        line["principal"] = json!(if case.root { "acs:ram::123:root" } else { "acs:ram::123:user/alice" });
        batch += &line.to_string();
        batch.push('\n');
    }
    let mut arguments = vec!["simulate".to_owned(), "--batch".to_owned(), folder.write("batch.ndjson", &batch)];
    let account = account(first, management_account);
    arguments.extend(["--account".to_owned(), folder.write("account.json", &account.to_string())]);
    arguments.extend(first.choices.arguments());
    if let Some(group) = group {
        arguments.extend(["--inventory".to_owned(), folder.write("inventory.json", &inventory(group).to_string())]);
    }
    let output = run(&arguments);
    let lines = lines(&output);
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(lines.len(), cases.len(), "{arguments:?}\n{said}\n{}", describe(first));
    for (number, (case, actual)) in cases.iter().zip(&lines).enumerate() {
        // "everything in the management account [is] not bound by control policies"
        let mut bound = if management_account { Case { control: Vec::new(), ..case.clone() } } else { case.clone() };
        // "An attachment with `resource_group` counts for resources of that group"
        if group != Some("rg-a") {
            bound.resource_group.clear();
        }
        let expected = expected_line(number, case, &evaluate(&bound));
        let told = describe(case);
        assert_eq!(projected(actual, &expected), expected, "left: real, right: reference\n{account}\n{told}{actual}");
    }
}

#[test]
fn simulate_with_an_account_agrees_with_the_reference() {
    let mut rng = Rng(123);
    for _ in 0..200 {
        let mut cases = generate::cases(&mut rng, Profile::COMMAND_LINE, 40);
        for case in &mut cases {
            case.session = None;
            case.root = rng.chance(5);
        }
        check_simulate(&cases, rng.chance(20), None);
    }
}

/// Resources of which the inventory tells the group.
const GROUPED: [&str; 2] = ["acs:ecs:cn-hangzhou:123:instance/i-1", "acs:ecs:cn-hangzhou:123:securitygroup/sg-1"];

fn inventory(group: &str) -> Value {
    let instance = json!({"InstanceId": "i-1", "RegionId": "cn-hangzhou", "ResourceGroupId": group});
    let security_group = json!({"SecurityGroupId": "sg-1", "ResourceGroupId": group});
    json!([{"Instances": {"Instance": [instance]}},
        {"RegionId": "cn-hangzhou", "SecurityGroups": {"SecurityGroup": [security_group]}}])
}

#[test]
fn grants_for_a_resource_group_agree_with_the_reference() {
    let mut rng = Rng(7);
    let profile = Profile { resource_group: true, ..Profile::COMMAND_LINE };
    let (mut checked, mut granted) = (0, 0);
    while checked < 150 {
        let mut cases = generate::cases(&mut rng, profile, 40);
        if cases[0].resource_group.is_empty() {
            continue;
        }
        for case in &mut cases {
            case.session = None;
            case.resources = GROUPED.iter().map(|arn| (*arn).to_owned()).filter(|_| rng.chance(60)).collect();
            if case.resources.is_empty() {
                case.resources.push(GROUPED[0].to_owned());
            }
            granted +=
                usize::from(evaluate(case).resources[0].decided_by.iter().any(|by| by.scope == "resource_group"));
        }
        check_simulate(&cases, false, Some(if rng.chance(70) { "rg-a" } else { "rg-b" }));
        checked += 1;
    }
    assert!(granted > 100, "{granted}");
}

#[test]
fn an_account_names_every_policy() {
    let mut rng = Rng(9);
    for _ in 0..50 {
        let case = generate::cases(&mut rng, Profile::COMMAND_LINE, 1).remove(0);
        let account = account(&case, false);
        let names = account["policies"].as_object().unwrap().len();
        assert_eq!(names, case.identity.len() + case.control.iter().map(|(_, all)| all.len()).sum::<usize>());
    }
}
