//! The reader of inventories, on whole responses.

use ramspect::inventory::{
    Absence, DocumentKind, Existence, GroupType, Inventory, InventoryBuilder, InventoryError, Kind, Network, Presence,
    Property, Warning,
};
use serde_json::{Value, json};

use crate::membership::{ACCOUNT, base, inventory, pointers, remove, set};

fn build(texts: &[(&str, &str)]) -> Inventory {
    let mut builder = InventoryBuilder::default();
    for (name, text) in texts {
        builder.add(name, text).unwrap();
    }
    builder.finish()
}

fn error(text: &str) -> InventoryError {
    InventoryBuilder::default().add("x.json", text).unwrap_err()
}

/// Every other spelling of a scalar that means the same.
fn spellings(value: &Value) -> Vec<Value> {
    match value {
        Value::Bool(truth) => {
            let capital = if *truth { "True" } else { "False" };
            vec![
                json!(truth.to_string()),
                json!(capital),
                json!(i32::from(*truth)),
                json!(i32::from(*truth).to_string()),
            ]
        }
        Value::Number(number) => vec![json!(number.to_string())],
        Value::String(text) => {
            let number = text.parse::<u64>().ok().filter(|number| number.to_string() == *text);
            number.map(|number| json!(number)).into_iter().chain(text.parse::<bool>().ok().map(|b| json!(b))).collect()
        }
        _ => Vec::new(),
    }
}

#[test]
fn every_spelling_of_every_scalar_gives_the_same_inventory() {
    let documents = base();
    let expected = inventory(&documents);
    let mut flipped = 0;
    for pointer in pointers(&documents) {
        for spelling in spellings(documents.pointer(&pointer).unwrap()) {
            let mut changed = documents.clone();
            set(&mut changed, &pointer, spelling.clone());
            assert_eq!(inventory(&changed), expected, "{pointer} as {spelling}");
            flipped += 1;
        }
    }
    assert!(flipped > 30, "{flipped}");
}

#[test]
fn null_is_the_same_as_missing() {
    let documents = base();
    for pointer in pointers(&documents) {
        let is_entry = pointer.rsplit('/').next().unwrap().bytes().all(|b| b.is_ascii_digit());
        let top = pointer.matches('/').count() == 1;
        // The entries of a list have no name to be missing under, and documents are known by their lists.
        if is_entry || top || pointer.matches('/').count() <= 3 || pointer.contains("/manifest") {
            continue;
        }
        let (mut nulled, mut removed) = (documents.clone(), documents.clone());
        set(&mut nulled, &pointer, Value::Null);
        remove(&mut removed, &pointer);
        assert_eq!(inventory(&nulled), inventory(&removed), "{pointer}");
    }
}

#[test]
fn a_text_may_hold_pages_one_after_another_or_as_an_array() {
    let one =
        json!({"Instances": {"Instance": [{"InstanceId": "i-1", "RegionId": "r"}]}, "NextToken": "n"}).to_string();
    let two = json!({"Instances": {"Instance": [{"InstanceId": "i-2", "RegionId": "r"}]}, "NextToken": ""}).to_string();
    let mut builder = InventoryBuilder::default();
    assert_eq!(builder.add("a.json", &format!("\u{feff}{one}\n{two}")).unwrap(), [DocumentKind::Instances; 2]);
    builder.assume_complete(Kind::Instance);
    let concatenated = builder.finish();
    assert!(concatenated.is_complete(Kind::Instance, "r"));
    assert!(!concatenated.is_complete(Kind::Instance, "s"));
    assert!(!concatenated.is_complete(Kind::SecurityGroup, "r"));
    let array = build(&[("a.json", &format!("[{one},{two},{{\"other\":1}}]"))]);
    assert_eq!(array.instances().count(), 2);
}

#[test]
fn what_is_no_inventory_is_told_apart_from_what_is_broken() {
    let mut builder = InventoryBuilder::default();
    assert_eq!(builder.add("policy.json", r#"{"Version":"1","Statement":[]}"#).unwrap(), []);
    assert!(matches!(error(""), InventoryError::Empty { .. }));
    assert!(matches!(error(" \n"), InventoryError::Empty { .. }));
    assert!(matches!(error("{\n  'a': 1}"), InventoryError::NotJson { line: 2, column: 3, .. }));
    assert!(matches!(error(&"[".repeat(200_000)), InventoryError::NotJson { .. }));
    assert!(matches!(error(r#"{"Instances":{"Instance":[1]}}"#), InventoryError::Shape { .. }));
    assert!(matches!(error(r#"{"Instances":{"Instance":{}}}"#), InventoryError::Shape { .. }));
    let wrong = error(r#"{"Instances":{"Instance":[{"InstanceId":"i-1","Status":{}}]}}"#).to_string();
    assert_eq!(wrong, "`x.json`: `Instances.Instance[0].Status` should be a single value, not an object");
}

#[test]
fn a_manifest_is_read_strictly() {
    let manifest = |extra: &str| {
        let error = error(&format!(r#"{{"ramspect_inventory":1,{extra}}}"#));
        format!("{error}\n{}", error.help().unwrap_or_default())
    };
    assert!(manifest(r#""acount_id":"1""#).contains("did you mean `account_id`?"));
    assert!(manifest(r#""quotas":{"group-per-eni":1}"#).contains("did you mean `groups-per-eni`?"));
    assert!(manifest(r#""complete":["security-group"]"#).contains("did you mean `securitygroup`?"));
    assert!(manifest(r#""quotas":{"groups-per-eni":-1}"#).contains("should be a whole number"));
    assert!(matches!(error(r#"{"ramspect_inventory":2}"#), InventoryError::ManifestVersion { .. }));
    let mut builder = InventoryBuilder::default();
    builder.add("a.json", r#"{"ramspect_inventory":"1","region":["r","s"],"complete":"eni"}"#).unwrap();
    let second = builder.add("b.json", r#"{"ramspect_inventory":1}"#).unwrap_err();
    assert_eq!(second, InventoryError::SecondManifest { first: "a.json".to_owned(), second: "b.json".to_owned() });
    let inventory = builder.finish();
    assert!(inventory.is_complete(Kind::NetworkInterface, "r") && inventory.is_complete(Kind::NetworkInterface, "s"));
}

#[test]
fn two_responses_that_differ_make_the_fact_unknown_and_name_both_files() {
    let instance = |status: &str| {
        json!({"Instances": {"Instance": [{"InstanceId": "i-1", "RegionId": "r", "Status": status}]}}).to_string()
    };
    let inventory = build(&[("a.json", &instance("Running")), ("b.json", &instance("Stopped"))]);
    let found = inventory.instance("i-1").unwrap();
    assert_eq!((found.region.text(), found.status.text()), (Some("r"), None));
    let [warning @ Warning::Contradiction { .. }] = inventory.warnings() else { panic!("{:?}", inventory.warnings()) };
    assert_eq!(
        warning.to_string(),
        "`Status` of instance `i-1` differs between a.json and b.json; it counts as unknown"
    );
}

#[test]
fn what_a_response_only_names_exists_with_the_region_of_what_names_it() {
    let mut documents = base();
    documents.as_object_mut().unwrap().retain(|name, _| name == "instances");
    let inventory = inventory(&documents);
    let interface = inventory.network_interface("eni-prim").unwrap();
    assert_eq!((interface.region.text(), interface.interface_type.text()), (Some("cn-hangzhou"), Some("Primary")));
    assert_eq!((interface.owner.text(), interface.status.text()), (None, None));
    let group = inventory.security_group("sg-old").unwrap();
    assert_eq!((group.region.text(), group.group_type.known()), (Some("cn-hangzhou"), None));
    let there = inventory.presence(Kind::SecurityGroup, "sg-old", Some("cn-hangzhou"), ACCOUNT);
    assert_eq!(there, Presence::Present);
    let elsewhere = inventory.presence(Kind::SecurityGroup, "sg-old", Some("cn-beijing"), ACCOUNT);
    assert_eq!(elsewhere, Presence::Absent(Absence::OtherRegion("cn-hangzhou".to_owned())));
}

#[test]
fn the_region_and_account_of_a_call_are_found_in_the_order_of_the_contract() {
    let inventory = inventory(&base());
    assert_eq!(inventory.call_region(Some("r"), Some("i-web")).as_deref(), Some("r"));
    assert_eq!(inventory.call_region(Some(""), Some("i-web")).as_deref(), Some("cn-hangzhou"));
    assert_eq!(inventory.call_region(None, Some("i-none")).as_deref(), Some("cn-hangzhou"));
    let two = build(&[("m", r#"{"ramspect_inventory":1,"region":["r","s"],"account_id":7}"#)]);
    assert_eq!(two.call_region(None, None), None);
    assert_eq!(two.caller_account(None, None, Some("9")).as_deref(), Some("7"));
    let identity = r#"{"AccountId":8,"Arn":"acs:ram::8:root","IdentityType":"Account"}"#;
    let known = build(&[("m", r#"{"ramspect_inventory":1,"account_id":"7"}"#), ("c", identity)]);
    assert_eq!(known.caller_account(None, None, None).as_deref(), Some("8"));
    assert_eq!(known.caller_account(None, Some("5"), None).as_deref(), Some("5"));
    assert_eq!(known.caller_account(Some("4"), Some("5"), None).as_deref(), Some("4"));
    assert_eq!(Inventory::default().caller_account(None, None, None), None);
}

#[test]
fn conditions_get_tags_and_resource_group_of_what_exists() {
    let inventory = inventory(&base());
    let facts = |kind, id, region| inventory.resource_facts(kind, id, region, ACCOUNT, Some(ACCOUNT));
    let web = facts(Kind::Instance, "i-web", "cn-hangzhou");
    assert_eq!(web.existence, Existence::Exists);
    assert_eq!(web.tags, Property::Known([("team".to_owned(), "shop".to_owned())].into()));
    assert_eq!(web.resource_group, Property::Known("rg-acfexample0001".to_owned()));
    let group = facts(Kind::SecurityGroup, "sg-new", "cn-hangzhou");
    assert_eq!((group.tags, group.resource_group), (Property::Known([].into()), Property::Unknown));
    let missing = facts(Kind::Instance, "i-none", "cn-hangzhou");
    assert_eq!((missing.existence, missing.tags), (Existence::Missing, Property::None));
    let unsaid = facts(Kind::Instance, "i-none", "cn-beijing");
    assert_eq!((unsaid.existence, unsaid.tags), (Existence::Unknown, Property::Unknown));
    assert_eq!(facts(Kind::Instance, "*", "cn-hangzhou").existence, Existence::Unknown);
    let foreign = inventory.resource_facts(Kind::Instance, "i-web", "cn-hangzhou", "9", Some(ACCOUNT));
    assert_eq!((foreign.existence, foreign.resource_group), (Existence::Missing, Property::None));
}

#[test]
fn an_inventory_of_yesterday_is_warned_of() {
    let now = "2026-11-24T08:00:00Z".parse().unwrap();
    let age = |time: &str| {
        let text = json!({"ramspect_inventory": 1, "collected_at": time}).to_string();
        build(&[("m.json", &text)]).age_warning(now)
    };
    assert_eq!(age("2026-11-23T08:00:00Z"), None);
    assert!(matches!(age("2026-11-23T07:59:59Z"), Some(Warning::Old { hours: 24, .. })));
    assert!(matches!(age("-9999-01-01T00:00:00Z"), Some(Warning::UnreadableTime { .. } | Warning::Old { .. })));
    assert!(matches!(age("yesterday"), Some(Warning::UnreadableTime { .. })));
    assert_eq!(age("9998-12-31T23:59:59Z"), None);
    assert_eq!(Inventory::default().age_warning(now), None);
}

#[test]
fn the_samples_of_the_facts_are_read() {
    // The same object from several responses, and both types of group.
    let inventory = inventory(&base());
    assert!(inventory.warnings().is_empty(), "{:?}", inventory.warnings());
    let group = inventory.security_group("sg-new").unwrap();
    assert_eq!(group.group_type.known(), Some(&GroupType::Basic));
    assert_eq!(group.network.known(), Some(&Network::Vpc("vpc-a".to_owned())));
    assert_eq!((group.used.known(), group.rules.known().unwrap().count), (Some(&2), 1));
    let members = inventory.members("sg-old");
    assert_eq!((members.addresses, members.network_interfaces, members.exact), (3, 2, true));
}

#[test]
fn a_declared_kind_whose_pages_are_cut_is_not_complete_and_warned_of() {
    let mut documents = base();
    set(&mut documents, "/interfaces/TotalCount", json!("3"));
    let inventory = inventory(&documents);
    assert!(!inventory.is_complete(Kind::NetworkInterface, "cn-hangzhou"));
    assert!(inventory.is_complete(Kind::Instance, "cn-hangzhou"));
    let [warning] = inventory.warnings() else { panic!("{:?}", inventory.warnings()) };
    assert_eq!(
        warning.to_string(),
        "the list of kind `eni` in cn-hangzhou is not complete: `TotalCount` is 3, but its pages hold 2"
    );
}

#[test]
fn no_odd_value_makes_it_panic() {
    let odd = [
        Value::Null,
        json!({}),
        json!([]),
        json!([null]),
        json!([[]]),
        json!(-1),
        json!(1e300),
        json!(u64::MAX),
        json!("é\u{0}\n"),
        json!("-"),
    ];
    let documents = base();
    let request = crate::membership::request(&std::collections::BTreeMap::new(), None);
    let settings = ramspect::predict::Settings { account: ACCOUNT.to_owned(), ..Default::default() };
    let (mut refused, mut judged) = (0, 0);
    for pointer in pointers(&documents) {
        for value in &odd {
            let mut changed = documents.clone();
            set(&mut changed, &pointer, value.clone());
            let mut builder = InventoryBuilder::default();
            let texts = changed.as_object().unwrap().iter();
            if texts.map(|(name, document)| builder.add(name, &document.to_string())).any(|added| added.is_err()) {
                refused += 1;
                continue;
            }
            let inventory = builder.finish();
            assert!(inventory.warnings().iter().all(|warning| !warning.to_string().is_empty()));
            let _ = ramspect::predict::predict(&request, &inventory, &settings, |resources, _| {
                ramspect::predict::Judgement {
                    each: vec![ramspect::evaluate::Possible::NONE; resources.len()],
                    missing: Vec::new(),
                    trace: (),
                }
            });
            judged += 1;
        }
    }
    assert!(refused > 100 && judged > 500, "{refused} {judged}");
}
