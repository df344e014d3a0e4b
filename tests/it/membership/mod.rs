//! Each row of the error table: fires, does not fire, cannot tell.
//!
//! `scenarios.json` changes `base.json` (a join that succeeds) by JSON pointers and names the status of one code.

use std::collections::BTreeMap;

use ramspect::catalog::errors::TABLE;
use ramspect::catalog::{Assumptions, Quota, Quotas, Stage};
use ramspect::inventory::{Inventory, InventoryBuilder};
use ramspect::membership::{Case, Check, JoinRequest, Status, checks};
use serde::Deserialize;
use serde_json::{Value, json};

pub(crate) const ACCOUNT: &str = "1234567890123456";

#[derive(Deserialize, Debug)]
#[serde(deny_unknown_fields)]
pub(crate) struct Scenario {
    code: String,
    expect: String,
    #[serde(default)]
    missing: Vec<String>,
    #[serde(default)]
    #[expect(dead_code, reason = "for the reader, and printed with a failure")]
    note: String,
    /// A join of this network interface in place of instance `i-web`.
    pub(crate) eni: Option<String>,
    #[serde(default)]
    pub(crate) request: BTreeMap<String, String>,
    #[serde(default)]
    pub(crate) set: BTreeMap<String, Value>,
    #[serde(default)]
    pub(crate) remove: Vec<String>,
    #[serde(default)]
    assume: BTreeMap<String, String>,
    #[serde(default)]
    quota: BTreeMap<String, u64>,
}

impl Scenario {
    pub(crate) fn quotas(&self) -> Quotas {
        let mut quotas = Quotas::default();
        for (name, value) in &self.quota {
            quotas.set(Quota::named(name).unwrap(), *value);
        }
        quotas
    }
}

/// The inventory in which the join of `i-web` or `eni-sec` to `sg-new` succeeds, as one document a response.
pub(crate) fn base() -> Value {
    serde_json::from_str(include_str!("base.json")).unwrap()
}

pub(crate) fn inventory(documents: &Value) -> Inventory {
    let mut builder = InventoryBuilder::default();
    for (name, document) in documents.as_object().unwrap() {
        builder.add(&format!("{name}.json"), &document.to_string()).unwrap();
    }
    builder.finish()
}

pub(crate) fn set(document: &mut Value, pointer: &str, value: Value) {
    if let Some(place) = document.pointer_mut(pointer) {
        *place = value;
        return;
    }
    let (parent, last) = pointer.rsplit_once('/').unwrap();
    document.pointer_mut(parent).unwrap_or_else(|| panic!("{pointer}"))[last] = value;
}

pub(crate) fn remove(document: &mut Value, pointer: &str) {
    let (parent, last) = pointer.rsplit_once('/').unwrap();
    match document.pointer_mut(parent).unwrap_or_else(|| panic!("{pointer}")) {
        Value::Object(members) => drop(members.remove(last).unwrap_or_else(|| panic!("{pointer}"))),
        Value::Array(items) => drop(items.remove(last.parse().unwrap())),
        other => panic!("{pointer}: {other}"),
    }
}

pub(crate) fn request(changes: &BTreeMap<String, String>, eni: Option<&str>) -> JoinRequest {
    let of = |name: &str, default: &str| changes.get(name).cloned().unwrap_or_else(|| default.to_owned());
    let (instance, interface, region) = match eni {
        Some(eni) => ("", eni, "cn-hangzhou"),
        None => ("i-web", "", ""),
    };
    JoinRequest::new(
        Some(&of("SecurityGroupId", "sg-new")),
        Some(&of("InstanceId", instance)),
        Some(&of("NetworkInterfaceId", interface)),
        Some(&of("RegionId", region)),
    )
}

/// The call of a scenario, in its world, under its assumptions.
pub(crate) fn world(scenario: &Scenario) -> (JoinRequest, Inventory, Assumptions) {
    let mut documents = base();
    for (pointer, value) in &scenario.set {
        set(&mut documents, pointer, value.clone());
    }
    for pointer in &scenario.remove {
        remove(&mut documents, pointer);
    }
    let assumptions =
        scenario.assume.iter().fold(Assumptions::default(), |all, (id, choice)| all.with_id(id, choice).unwrap());
    (request(&scenario.request, scenario.eni.as_deref()), inventory(&documents), assumptions)
}

fn judge(scenario: &Scenario) -> Vec<Check> {
    let (request, inventory, assumptions) = world(scenario);
    let region = inventory.call_region(request.region_id(), request.instance.as_deref());
    checks(&Case {
        request: &request,
        inventory: &inventory,
        account: ACCOUNT,
        region: region.as_deref(),
        quotas: scenario.quotas().or(&inventory.quotas()),
        assumptions,
    })
}

pub(crate) fn scenarios() -> Vec<Scenario> {
    serde_json::from_str(include_str!("scenarios.json")).unwrap()
}

#[test]
fn every_scenario_gives_the_status_it_names() {
    let mut wrong = Vec::new();
    for scenario in scenarios() {
        let checks = judge(&scenario);
        let check =
            checks.iter().find(|check| check.row.code == scenario.code).unwrap_or_else(|| panic!("{scenario:?}"));
        let missing = scenario.missing.is_empty() || scenario.missing == check.missing;
        if check.status.word() != scenario.expect || !missing {
            wrong.push(format!("{scenario:?}\n    gives {check:?}\n"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.concat());
}

#[test]
fn every_row_has_a_scenario_in_which_it_fires_one_in_which_it_does_not_and_one_that_cannot_tell() {
    let scenarios = scenarios();
    for row in TABLE.iter().filter(|row| !matches!(row.stage, Stage::Authorization | Stage::Service)) {
        let has = |words: &[&str]| scenarios.iter().any(|s| s.code == row.code && words.contains(&s.expect.as_str()));
        assert!(has(&["passed"]), "{}", row.code);
        // No fact of the inventory makes this one sure (ecs-membership.md 3.1 bis).
        assert!(has(&["violated"]) || row.code == "InvalidOperation.NotSupportEnterpriseGroup", "{}", row.code);
        // A request is always known.
        assert!(has(&["unknown", "unverified"]) || row.stage == Stage::Shape, "{}", row.code);
    }
}

#[test]
fn reasons_are_one_lower_case_sentence_without_a_full_stop_and_open_checks_name_facts() {
    for scenario in scenarios() {
        for check in judge(&scenario) {
            let reason = &check.reason;
            assert!(!reason.is_empty() && !reason.ends_with('.') && !reason.contains('\n'), "{check:?}");
            assert!(reason.starts_with(|c: char| c.is_lowercase() || c == '`'), "{check:?}");
            let open = matches!(check.status, Status::Unknown | Status::Unverified);
            assert_eq!(open, !check.missing.is_empty(), "{check:?}");
        }
    }
}

/// Every pointer to a member or entry of a document, parents first.
pub(crate) fn pointers(value: &Value) -> Vec<String> {
    fn walk(value: &Value, at: &str, found: &mut Vec<String>) {
        let children: Vec<(String, &Value)> = match value {
            Value::Object(members) => members.iter().map(|(name, value)| (name.clone(), value)).collect(),
            Value::Array(items) => items.iter().enumerate().map(|(at, value)| (at.to_string(), value)).collect(),
            _ => return,
        };
        for (name, child) in children {
            let pointer = format!("{at}/{name}");
            found.push(pointer.clone());
            walk(child, &pointer, found);
        }
    }
    let mut found = Vec::new();
    walk(value, "", &mut found);
    found
}

/// Taking a member away may make a check unknown or unverified, never turn a violated or open one into a passed one.
#[test]
fn a_missing_member_never_makes_a_check_pass() {
    // What names its object, ends its pages or states a limit is not a fact of the object.
    let exempt = |pointer: &str| {
        let ids = ["/SecurityGroup/0/SecurityGroupId", "/Instance/0/InstanceId", "/NetworkInterfaceId"];
        pointer.contains("/manifest")
            || ids.iter().any(|id| pointer.ends_with(id))
            // A rule without these members names no list.
            || pointer.ends_with("ListId")
            || !pointer.contains("/0/") && !pointer.contains("/1/")
    };
    let mut compared = 0;
    for scenario in scenarios().iter().filter(|s| ["violated", "unknown", "unverified"].contains(&s.expect.as_str())) {
        let mut documents = base();
        for (pointer, value) in &scenario.set {
            set(&mut documents, pointer, value.clone());
        }
        for pointer in &scenario.remove {
            remove(&mut documents, pointer);
        }
        for pointer in pointers(&documents) {
            let is_entry = pointer.rsplit('/').next().unwrap().bytes().all(|b| b.is_ascii_digit());
            if exempt(&pointer) || is_entry {
                continue;
            }
            // The counters are taken at their word, and so is their absence (ecs-membership.md 3.1 bis).
            if pointer.ends_with("/EcsCount") || pointer.ends_with("/AvailableInstanceAmount") {
                continue;
            }
            let mut less = scenario.remove.clone();
            less.push(pointer.clone());
            let reduced = Scenario {
                code: scenario.code.clone(),
                expect: String::new(),
                missing: Vec::new(),
                note: String::new(),
                eni: scenario.eni.clone(),
                request: scenario.request.clone(),
                set: scenario.set.clone(),
                remove: less,
                assume: scenario.assume.clone(),
                quota: scenario.quota.clone(),
            };
            let checks = judge(&reduced);
            let check = checks.iter().find(|check| check.row.code == scenario.code).unwrap();
            assert_ne!(check.status, Status::Passed, "{pointer} taken from {scenario:?} gives {check:?}");
            compared += 1;
        }
    }
    assert!(compared > 1000, "{compared}");
}

#[test]
fn existence_is_listed_before_authorization_where_not_found_comes_first() {
    let codes = |assume: Value| {
        let scenario = json!({"code": "x", "expect": "x", "assume": assume});
        judge(&serde_json::from_value(scenario).unwrap()).iter().map(|check| check.row.code).collect::<Vec<_>>()
    };
    let default: Vec<_> = TABLE.iter().map(|row| row.code).collect();
    assert_eq!(codes(json!({})), default);
    let swapped = codes(json!({"denied-missing": "not-found-first"}));
    assert_eq!(
        swapped[5..9],
        ["InvalidSecurityGroupId.NotFound", "InvalidInstanceId.NotFound", "InvalidEniId.NotFound", "Forbidden.RAM"]
    );
    assert_eq!(swapped[9..], default[9..]);
}
