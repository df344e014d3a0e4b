//! A typed policy as a document again.

use serde_json::{Map, Value, json};

use crate::policy::{Policy, Scope, Statement, Text};

/// The document of an identity policy; the text of the value has no white space between tokens.
pub fn document(policy: &Policy<'_>) -> Value {
    let statements: Vec<Value> = policy.statements.iter().map(statement).collect();
    json!({ "Version": "1", "Statement": statements })
}

pub(super) fn statement(statement: &Statement<'_>) -> Value {
    let mut object = Map::new();
    if let Some(sid) = &statement.sid {
        object.insert("Sid".into(), json!(sid.value));
    }
    if let Some(effect) = &statement.effect {
        object.insert("Effect".into(), json!(effect.value.as_str()));
    }
    for (name, scope) in [("Action", &statement.action), ("Resource", &statement.resource)] {
        if let Some(Scope { except, patterns, .. }) = scope {
            let name = if *except { format!("Not{name}") } else { name.to_owned() };
            object.insert(name, list(patterns));
        }
    }
    let mut condition: Map<String, Value> = Map::new();
    for test in &statement.condition {
        let block = condition.entry(test.operator.value.as_str()).or_insert_with(|| json!({}));
        if let Some(block) = block.as_object_mut() {
            block.insert(test.key.value.to_string(), list(&test.values));
        }
    }
    if !condition.is_empty() {
        object.insert("Condition".into(), Value::Object(condition));
    }
    Value::Object(object)
}

fn list(texts: &[Text<'_>]) -> Value {
    match texts {
        [one] => json!(one.value),
        all => all.iter().map(|text| json!(text.value)).collect(),
    }
}
