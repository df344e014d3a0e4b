//! Generated policy documents, most of them wrong in one place.

use serde_json::{Map, Value, json};

use crate::support::random::Random;

/// Kinds of policy with a schema each.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Session and control policies have the same shape.
    Identity,
    Trust,
    Bucket,
}

impl Kind {
    pub const ALL: [Self; 3] = [Self::Identity, Self::Trust, Self::Bucket];

    pub fn schema_text(self) -> &'static str {
        match self {
            Self::Identity => include_str!("../../../grammar/policy.schema.json"),
            Self::Trust => include_str!("../../../grammar/trust-policy.schema.json"),
            Self::Bucket => include_str!("../../../grammar/bucket-policy.schema.json"),
        }
    }
}

/// The text of a document: right once in four times, else with one or two elements mutated; members in any order.
pub fn document(kind: Kind, random: &mut Random) -> String {
    let mut document = right(kind, random);
    let mutations = [0, 1, 1, 2][random.below(4)];
    for _ in 0..mutations {
        mutate(&mut document, random);
    }
    let mut text = String::new();
    write(&document, random, &mut text);
    text
}

/// A document that is not refused.
fn right(kind: Kind, random: &mut Random) -> Value {
    let statements: Vec<Value> = (0..=random.below(2)).map(|_| statement(kind, random)).collect();
    let bare = statements.len() == 1 && random.one_in(4);
    json!({ "Version": "1", "Statement": if bare { statements[0].clone() } else { Value::Array(statements) } })
}

fn statement(kind: Kind, random: &mut Random) -> Value {
    let mut members = Map::new();
    members.insert("Effect".into(), json!(*random.pick(&["Allow", "Deny"])));
    members.insert(
        (*random.pick(&["Action", "Action", "NotAction"])).into(),
        texts(&["*", "ecs:*", "sts:AssumeRole"], random),
    );
    if kind != Kind::Trust {
        let names = ["*", "acs:ecs:*:*:instance/*", "acs:oss:*:*:bucket", ""];
        members.insert((*random.pick(&["Resource", "Resource", "NotResource"])).into(), texts(&names, random));
    }
    match kind {
        Kind::Identity => {}
        Kind::Bucket if !random.one_in(3) => {
            members.insert("Principal".into(), texts(&["*", "1234567890123456"], random));
        }
        Kind::Bucket | Kind::Trust => {
            let mut principal = Map::new();
            for _ in 0..=random.below(2) {
                principal.insert((*random.pick(&["RAM", "Service", "Federated"])).into(), texts(&["a", "b"], random));
            }
            members.insert("Principal".into(), Value::Object(principal));
        }
    }
    if random.one_in(4) {
        members.insert("Sid".into(), json!("a"));
    }
    if random.one_in(2) {
        members.insert("Condition".into(), condition(random));
    }
    Value::Object(members)
}

fn condition(random: &mut Random) -> Value {
    let operators = &super::samples::OPERATORS[1..24];
    let blocks = (0..random.below(3)).map(|_| {
        let keys = (0..random.below(3)).map(|_| {
            let key = *random.pick(&["acs:SourceIp", "acs:CurrentTime", "acs:ResourceTag/env", ""]);
            (key.to_owned(), texts(&["10.0.0.0/8", "true", "not a date", ""], random))
        });
        let keys: Map<String, Value> = keys.collect();
        ((*random.pick(operators)).to_owned(), Value::Object(keys))
    });
    Value::Object(blocks.collect())
}

/// One text, or a list of one to three.
fn texts(choices: &[&str], random: &mut Random) -> Value {
    if random.one_in(2) {
        return json!(*random.pick(choices));
    }
    (0..=random.below(3)).map(|_| json!(*random.pick(choices))).collect()
}

/// Names that mean something in some place, right or wrong, and names that never do.
const NAMES: [&str; 26] = [
    "Version",
    "Statement",
    "Effect",
    "Action",
    "NotAction",
    "Resource",
    "NotResource",
    "Principal",
    "NotPrincipal",
    "Condition",
    "Sid",
    "Id",
    "effect",
    "Actions",
    "RAM",
    "Service",
    "Federated",
    "AWS",
    "",
    "StringEquals",
    "StringEqualsIfExists",
    "Null",
    "ForAllValues:StringLike",
    "NotIpAddressIncludeBorder",
    "bool",
    "acs:SourceIp",
];

fn odd_value(random: &mut Random) -> Value {
    let values = [
        json!(null),
        json!(true),
        json!(1),
        json!(1.5),
        json!(""),
        json!("1"),
        json!("allow"),
        json!("Allow "),
        json!("2012-10-17"),
        json!("*"),
        json!({}),
        json!([]),
        json!(["a"]),
        json!([1]),
        json!(["a", null]),
        json!([["a"]]),
        json!([{}]),
        json!({"a": "b"}),
        json!({"StringEquals": {}}),
        json!({"RAM": "a"}),
        json!({"a": ["b"]}),
        json!(["Allow"]),
    ];
    random.pick(&values).clone()
}

/// Changes one element anywhere in the document.
fn mutate(document: &mut Value, random: &mut Random) {
    let places = count(document);
    let place = place_mut(document, &mut random.below(places)).expect("the place was counted");
    let members = if let Value::Object(members) = place { members.len() } else { 0 };
    match (random.below(8), place) {
        (0..=1, Value::Object(object)) if members > 0 => {
            let name = object.keys().nth(random.below(members)).unwrap().clone();
            object.remove(&name);
        }
        (2..=3, Value::Object(object)) if members > 0 => {
            let name = object.keys().nth(random.below(members)).unwrap().clone();
            let value = object.remove(&name).unwrap();
            object.insert((*random.pick(&NAMES)).into(), value);
        }
        (4..=5, Value::Object(object)) => {
            let value = if random.one_in(2) { json!("*") } else { odd_value(random) };
            object.insert((*random.pick(&NAMES)).into(), value);
        }
        (0..=1, Value::Array(items)) => items.push(odd_value(random)),
        (2..=3, Value::Array(items)) => items.clear(),
        (4, Value::Array(items)) if items.len() == 1 => *items = vec![Value::Array(items.clone())],
        (6, place) => *place = json!([place.take()]),
        (_, place) => *place = odd_value(random),
    }
}

fn count(value: &Value) -> usize {
    1 + match value {
        Value::Object(members) => members.values().map(count).sum::<usize>(),
        Value::Array(items) => items.iter().map(count).sum(),
        _ => 0,
    }
}

/// The value with the given number, counted from the root down.
fn place_mut<'a>(value: &'a mut Value, number: &mut usize) -> Option<&'a mut Value> {
    if *number == 0 {
        return Some(value);
    }
    *number -= 1;
    match value {
        Value::Object(members) => members.values_mut().find_map(|value| place_mut(value, number)),
        Value::Array(items) => items.iter_mut().find_map(|value| place_mut(value, number)),
        _ => None,
    }
}

/// Prints with the members of each object turned round by a random number.
fn write(value: &Value, random: &mut Random, out: &mut String) {
    match value {
        Value::Object(members) => {
            let mut all: Vec<(&String, &Value)> = members.iter().collect();
            if !all.is_empty() {
                let turn = random.below(all.len());
                all.rotate_left(turn);
            }
            out.push('{');
            for (at, (name, value)) in all.into_iter().enumerate() {
                out.push_str(if at == 0 { "" } else { "," });
                out.push_str(&json!(name).to_string());
                out.push(':');
                write(value, random, out);
            }
            out.push('}');
        }
        Value::Array(items) => {
            out.push('[');
            for (at, value) in items.iter().enumerate() {
                out.push_str(if at == 0 { "" } else { "," });
                write(value, random, out);
            }
            out.push(']');
        }
        _ => out.push_str(&value.to_string()),
    }
}
