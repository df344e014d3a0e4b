//! The schemas against an acceptor of documents: the list of refusals below, and lowering in `parsers`.

use jsonschema::Validator;
use serde_json::Value;

use super::documents::{Kind, document};
use super::samples::OPERATORS;
use crate::support::random::Random;

const DOCUMENTS: usize = 4_000;

fn validator(schema: &str) -> Validator {
    jsonschema::draft202012::new(&serde_json::from_str(schema).unwrap()).unwrap()
}

/// The first generated document of which schema and acceptor say different things; else how many both accept.
fn compare(schema: &Validator, kind: Kind, accept: &dyn Fn(&str) -> bool) -> Result<usize, String> {
    let mut random = Random::new(0xd0c5);
    let mut accepted = 0;
    for _ in 0..DOCUMENTS {
        let text = document(kind, &mut random);
        let valid = schema.is_valid(&serde_json::from_str(&text).unwrap());
        if valid != accept(&text) {
            let verdict = if valid { "valid, yet refused" } else { "not valid, yet accepted" };
            return Err(format!("by the schema {verdict}: {text}"));
        }
        accepted += usize::from(valid);
    }
    Ok(accepted)
}

/// A document is valid by the schema of its kind exactly when the acceptor takes it.
///
/// This is where lowering is plugged in: no diagnostic that makes RAM refuse the document (contract 2.1) means yes.
pub fn agree(kind: Kind, accept: impl Fn(&str) -> bool) {
    let accepted =
        compare(&validator(kind.schema_text()), kind, &accept).unwrap_or_else(|text| panic!("{kind:?}: {text}"));
    println!("{kind:?}: {accepted} of {DOCUMENTS} documents accepted by both");
    assert!((DOCUMENTS / 5..DOCUMENTS * 4 / 5).contains(&accepted), "{kind:?}: {accepted} documents accepted");
}

/// The refusals, written by hand as code: what the schemas say as data.
pub fn is_judged(kind: Kind, text: &str) -> bool {
    let document: Value = serde_json::from_str(text).unwrap();
    let Some(members) = document.as_object() else { return false };
    members.len() == 2
        && members.get("Version").is_some_and(|version| version == "1")
        && match members.get("Statement") {
            Some(Value::Array(statements)) => {
                !statements.is_empty() && statements.iter().all(|statement| statement_is_judged(kind, statement))
            }
            Some(statement) => statement_is_judged(kind, statement),
            None => false,
        }
}

fn statement_is_judged(kind: Kind, statement: &Value) -> bool {
    let Some(members) = statement.as_object() else { return false };
    let one_of = |names: [&str; 2]| members.contains_key(names[0]) != members.contains_key(names[1]);
    let each_is_right = members.iter().all(|(name, value)| match (name.as_str(), kind) {
        ("Effect", _) => value == "Allow" || value == "Deny",
        ("Action" | "NotAction", _) | ("Resource" | "NotResource", Kind::Identity | Kind::Bucket) => is_texts(value),
        ("Sid", _) => value.is_string(),
        ("Condition", _) => is_condition(value),
        ("Principal", Kind::Trust) => is_texts(value) || is_principals(value),
        // Of all lists only this one may be empty: everybody.
        ("Principal", Kind::Bucket) => {
            is_texts(value) || is_principals(value) || value.as_array().is_some_and(Vec::is_empty)
        }
        _ => false,
    });
    each_is_right
        && members.contains_key("Effect")
        && one_of(["Action", "NotAction"])
        && (kind == Kind::Trust || one_of(["Resource", "NotResource"]))
        && (kind != Kind::Trust || members.contains_key("Principal"))
}

fn is_principals(value: &Value) -> bool {
    value.as_object().is_some_and(|forms| {
        forms.iter().all(|(form, who)| ["RAM", "Service", "Federated"].contains(&form.as_str()) && is_texts(who))
    })
}

fn is_condition(value: &Value) -> bool {
    value.as_object().is_some_and(|blocks| {
        blocks.iter().all(|(operator, keys)| {
            OPERATORS[1..24].contains(&operator.as_str())
                && keys.as_object().is_some_and(|keys| keys.values().all(is_texts))
        })
    })
}

fn is_texts(value: &Value) -> bool {
    match value {
        Value::String(_) => true,
        Value::Array(items) => !items.is_empty() && items.iter().all(Value::is_string),
        _ => false,
    }
}

#[test]
fn policy_schemas_accept_what_is_not_refused() {
    for kind in Kind::ALL {
        agree(kind, |text| is_judged(kind, text));
    }
}

/// Takes a part of a schema away, or puts another in its place.
struct Fault {
    name: &'static str,
    pointer: &'static str,
    key: &'static str,
    to: Option<Value>,
}

#[test]
fn faults_planted_in_the_policy_schema_are_found() {
    let fault = |name, pointer, key, to| Fault { name, pointer, key, to };
    let statement = "/$defs/statement";
    let faults = [
        fault("unknown members of a policy", "", "additionalProperties", None),
        fault("unknown members of a statement", statement, "additionalProperties", None),
        fault("Version any text", "/properties/Version", "const", None),
        fault("Version not required", "", "required", Some(serde_json::json!(["Statement"]))),
        fault("Statement may be empty", "/properties/Statement/oneOf/1", "minItems", None),
        fault(
            "no bare statement",
            "/properties/Statement",
            "oneOf",
            Some(serde_json::json!([{"type": "array", "minItems": 1, "items": {"$ref": "#/$defs/statement"}}])),
        ),
        fault("Effect not required", statement, "required", None),
        fault("Effect any text", "/$defs/statement/properties/Effect", "enum", None),
        fault("Action and NotAction together", "/$defs/statement/allOf/0", "oneOf", None),
        fault("Resource and NotResource together", "/$defs/statement/allOf/1", "oneOf", None),
        fault("NotResource unknown", "/$defs/statement/properties", "NotResource", None),
        fault("Sid unknown", "/$defs/statement/properties", "Sid", None),
        fault("Sid of any type", "/$defs/statement/properties/Sid", "type", None),
        fault(
            "Principal in an identity policy",
            "/$defs/statement/properties",
            "Principal",
            Some(serde_json::json!({})),
        ),
        fault("any operator", "/$defs/condition", "propertyNames", None),
        fault("Condition of any type", "/$defs/condition", "type", None),
        fault("empty Condition refused", "/$defs/condition", "minProperties", Some(serde_json::json!(1))),
        fault("operator block of any type", "/$defs/condition/additionalProperties", "type", None),
        fault("empty lists", "/$defs/strings/oneOf/1", "minItems", None),
        fault(
            "numbers in lists",
            "/$defs/strings/oneOf/1",
            "items",
            Some(serde_json::json!({"type": ["string", "number"]})),
        ),
        fault("null for a text", "/$defs/strings/oneOf/0", "type", Some(serde_json::json!(["string", "null"]))),
        fault("no single text", "/$defs/strings/oneOf/0", "type", Some(serde_json::json!("array"))),
    ];
    for fault in faults {
        let mut schema: Value = serde_json::from_str(Kind::Identity.schema_text()).unwrap();
        let place = schema.pointer_mut(fault.pointer).and_then(Value::as_object_mut).expect(fault.pointer);
        match fault.to {
            Some(to) => drop(place.insert(fault.key.to_owned(), to)),
            None => drop(place.remove(fault.key).expect(fault.name)),
        }
        let validator = jsonschema::draft202012::new(&schema).unwrap();
        let found = compare(&validator, Kind::Identity, &|text| is_judged(Kind::Identity, text));
        println!("{:<40} {}", fault.name, found.as_ref().map_or_else(String::as_str, |_| "missed"));
        assert!(found.is_err(), "no generated document finds: {}", fault.name);
    }
}

#[test]
fn operators_of_the_schemas_are_those_of_the_grammar() {
    let grammar = super::agree::grammar();
    for kind in Kind::ALL {
        let schema: Value = serde_json::from_str(kind.schema_text()).unwrap();
        let listed = schema.pointer("/$defs/condition/propertyNames/enum").and_then(Value::as_array).unwrap();
        assert_eq!(listed.len(), 23);
        for name in listed {
            assert!(grammar.recognises("operator", name.as_str().unwrap()), "{kind:?}: {name}");
        }
    }
}

/// Cases for the files beside the policies: schema, then what it accepts, then what it refuses.
const OTHERS: [(&str, &[&str], &[&str]); 5] = [
    (
        include_str!("../../../grammar/account.schema.json"),
        &[
            r#"{"account_id":"1234567890123456"}"#,
            r#"{"account_id":"1","policies":{"a":"policies/a.json","b":{"Version":"1","Statement":[]}},
                "users":{"alice":{"groups":["dev"],"attachments":[{"policy":"a"},{"policy":"b","resource_group":"rg-1"}]}},
                "groups":{"dev":{"attachments":[{"policy":"b","type":"Custom"}]}},
                "roles":{"deployer":{"trust":"trust/d.json","attachments":[],"service_linked":false}},
                "resource_directory":{"management_account":false,"levels":[
                    {"name":"member","control_policies":["FullAliyunAccess"]},{"name":"Root","control_policies":[]}]}}"#,
        ],
        &[
            "{}",
            "[]",
            r#"{"account_id":"1","user":{}}"#,
            r#"{"account_id":"1","users":{"a":{"policies":["b"]}}}"#,
            r#"{"account_id":"1","users":{"a":{"attachments":["b"]}}}"#,
            r#"{"account_id":"1","users":{"a":{"attachments":[{"policy":"b","type":"system"}]}}}"#,
            r#"{"account_id":"1","roles":{"a":{"service_linked":"no"}}}"#,
            r#"{"account_id":"1","resource_directory":{"levels":[{"control_policies":[]}]}}"#,
        ],
    ),
    (
        include_str!("../../../grammar/inventory-manifest.schema.json"),
        &[
            r#"{"ramspect_inventory":1}"#,
            r#"{"ramspect_inventory":1,"account_id":"1234567890123456","region":"cn-hangzhou","collected_at":"2026-11-24T08:00:00Z",
                "complete":["instance","securitygroup","eni"],"owners":{"sg-1":"6543210987654321"},"quotas":{"groups-per-eni":10}}"#,
            r#"{"ramspect_inventory":"1","account_id":1,"region":["cn-hangzhou"],"quotas":{"rules-per-eni":"1000"}}"#,
        ],
        &[
            "{}",
            r#"{"ramspect_inventory":2}"#,
            r#"{"ramspect_inventory":1,"complete":["instances"]}"#,
            r#"{"ramspect_inventory":1,"quotas":{"groups":10}}"#,
            r#"{"ramspect_inventory":1,"quotas":{"groups-per-eni":-1}}"#,
            r#"{"ramspect_inventory":1,"owners":["sg-1"]}"#,
        ],
    ),
    (
        include_str!("../../../grammar/request.schema.json"),
        &[
            "{}",
            "[]",
            r#"{"Action":"JoinSecurityGroup","SecurityGroupId":"sg-1","InstanceId":"i-1","NetworkInterfaceId":"","RegionId":"cn-hangzhou"}"#,
            r#"[{"id":7,"SecurityGroupId":"sg-1","principal":"acs:ram::1:user/a","account_id":"1","context":{"acs:SourceIp":"10.0.0.1"},
                 "absent":["acs:MFAPresent"],"closed_context":true,"ClientToken":"x"}]"#,
        ],
        &[
            r#""JoinSecurityGroup""#,
            r#"{"Action":"LeaveSecurityGroup"}"#,
            r#"{"SecurityGroupId":["sg-1"]}"#,
            r#"[{"closed_context":"yes"}]"#,
            r#"{"context":{"a":1}}"#,
        ],
    ),
    (
        include_str!("../../../grammar/batch-line.schema.json"),
        &[
            r#"{"action":"ecs:StopInstance","resources":["*"]}"#,
            r#"{"id":7,"principal":"acs:ram::1:user/alice","action":"ecs:StopInstance","resources":["acs:ecs:::a:b","::::\n"],
                "context":{"acs:SourceIp":"10.0.0.1","acs:ResourceTag/env":["prod"]},"absent":["acs:MFAPresent"],"closed_context":true}"#,
        ],
        &[
            "{}",
            r#"{"action":"StopInstance","resources":["*"]}"#,
            r#"{"action":"ecs:StopInstance","resources":[]}"#,
            r#"{"action":"ecs:StopInstance","resources":"*"}"#,
            r#"{"action":"ecs:StopInstance","resources":["acs:ecs:a:b"]}"#,
            r#"{"action":"ecs:StopInstance","resources":["*"],"resource":"*"}"#,
        ],
    ),
    (TEST_FILE, TEST_FILES, NO_TEST_FILES),
];

const TEST_FILE: &str = include_str!("../../../grammar/test-file.schema.json");

/// Test files that `ramspect test` takes, over the account of the tests.
pub const TEST_FILES: &[&str] = &[
    r#"{"account":"account.json","tests":[{"action":"ecs:StopInstance","resources":["*"],"principal":"acs:ram::1234567890123456:user/alice","expect":"allow"}]}"#,
    r#"{"policies":["policies/dev-ecs.json"],"inventory":[],"assume":{"groups-per-eni":"10","arn-case":"sensitive"},"quotas":{"groups-per-eni":7},
        "tests":[{"name":"a","action":"ecs:StopInstance","resources":["*","acs:ecs:::a:b"],"context":{"a":"b","c":["d",1,true],"e":2},
                  "absent":["f"],"closed_context":true,"expect":"deny"},
                 {"request":{"Action":"JoinSecurityGroup","SecurityGroupId":"sg-1","RegionId":"cn-hangzhou"},
                  "principal":"acs:ram::1:root","expect":{"code":"InvalidParam.Malformed"}}]}"#,
    r#"{"policies":"policies/dev-ecs.json","tests":[{"action":"ecs:StopInstance","resources":["*"],"expect":"undetermined"}]}"#,
];

/// Files that it refuses.
pub const NO_TEST_FILES: &[&str] = &[
    "{}",
    "[]",
    r#"{"account":"account.json","tests":[]}"#,
    r#"{"tests":[{"action":"a:b","resources":["*"],"expect":"allow"}]}"#,
    r#"{"account":"account.json","policies":["policies/dev-ecs.json"],"tests":[{"action":"a:b","resources":["*"],"expect":"allow"}]}"#,
    r#"{"policies":["policies/dev-ecs.json"],"test":[],"tests":[{"action":"a:b","resources":["*"],"expect":"allow"}]}"#,
    r#"{"policies":["policies/dev-ecs.json"],"tests":[{"action":"a:b","resources":["*"]}]}"#,
    r#"{"policies":["policies/dev-ecs.json"],"tests":[{"action":"ab","resources":["*"],"expect":"allow"}]}"#,
    r#"{"policies":["policies/dev-ecs.json"],"tests":[{"action":"a:b","resources":[],"expect":"allow"}]}"#,
    r#"{"policies":["policies/dev-ecs.json"],"tests":[{"action":"a:b","expect":"allow"}]}"#,
    r#"{"policies":["policies/dev-ecs.json"],"tests":[{"action":"a:b","resources":["*"],"expect":"alow"}]}"#,
    r#"{"policies":["policies/dev-ecs.json"],"tests":[{"action":"a:b","resources":["*"],"expect":{"code":"Success"}}]}"#,
    r#"{"policies":["policies/dev-ecs.json"],"tests":[{"request":{},"expect":"allow"}]}"#,
    r#"{"policies":["policies/dev-ecs.json"],"tests":[{"request":{"Action":"LeaveSecurityGroup"},"expect":{"code":"Success"}}]}"#,
    r#"{"policies":["policies/dev-ecs.json"],"tests":[{"action":"a:b","request":{},"resources":["*"],"expect":"allow"}]}"#,
    r#"{"policies":["policies/dev-ecs.json"],"tests":[{"principal":"alice","action":"a:b","resources":["*"],"expect":"allow"}]}"#,
    r#"{"policies":["policies/dev-ecs.json"],"tests":[{"action":"a:b","resources":["*"],"context":{"k":[]},"expect":"allow"}]}"#,
    r#"{"policies":["policies/dev-ecs.json"],"quotas":{"groups":7},"tests":[{"action":"a:b","resources":["*"],"expect":"allow"}]}"#,
    r#"{"policies":["policies/dev-ecs.json"],"tests":[{"action":"a:b","resources":["*"],"closed_context":"yes","expect":"allow"}]}"#,
];

#[test]
fn other_schemas_accept_the_examples_and_refuse_what_is_wrong_in_one_place() {
    for (schema, right, wrong) in OTHERS {
        let title = serde_json::from_str::<Value>(schema).unwrap()["title"].clone();
        let validator = validator(schema);
        for (texts, expected) in [(right, true), (wrong, false)] {
            for text in texts {
                assert_eq!(validator.is_valid(&serde_json::from_str(text).unwrap()), expected, "{title}: {text}");
            }
        }
    }
}

#[test]
fn every_schema_says_what_its_parts_are_for() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("grammar");
    let mut schemas = 0;
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|end| end == "json") {
            let schema: Value = serde_json::from_str(&std::fs::read_to_string(&path).unwrap()).unwrap();
            assert!(jsonschema::meta::is_valid(&schema), "{}", path.display());
            assert!(schema["title"].is_string() && schema["description"].is_string(), "{}", path.display());
            assert_described(&schema, &path);
            schemas += 1;
        }
    }
    assert_eq!(schemas, 8);
}

/// Each named property has a description, its own or that of the definition it refers to.
fn assert_described(schema: &Value, path: &std::path::Path) {
    if let Some(properties) = schema.get("properties").and_then(Value::as_object) {
        for (name, property) in properties {
            let told = property.get("description").is_some() || property.get("$ref").is_some();
            assert!(told, "{}: `{name}` has no description", path.display());
        }
    }
    match schema {
        Value::Object(members) => members.values().for_each(|value| assert_described(value, path)),
        Value::Array(items) => items.iter().for_each(|value| assert_described(value, path)),
        _ => {}
    }
}
