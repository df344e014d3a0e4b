//! A policy document (`serde_json::Value`) as a flat list of statements, read without any help of the library.

use serde_json::Value;

use super::assumptions::Choices;
use super::condition::{OPERATORS, Test};
use super::wildcard;

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Effect {
    Allow,
    Deny,
}

/// `Only`: one of them must match. `AllExcept` (`NotAction`, `NotResource`): none may match.
#[derive(Debug, Clone)]
pub(crate) enum Scope {
    Only(Vec<String>),
    AllExcept(Vec<String>),
}

#[derive(Debug, Clone)]
pub(crate) struct Statement {
    pub(crate) effect: Effect,
    pub(crate) actions: Scope,
    pub(crate) resources: Scope,
    pub(crate) tests: Vec<Test>,
}

impl Statement {
    pub(crate) fn action_matches(&self, action: &str) -> bool {
        match &self.actions {
            Scope::Only(patterns) => patterns.iter().any(|pattern| wildcard::action(pattern, action)),
            Scope::AllExcept(patterns) => !patterns.iter().any(|pattern| wildcard::action(pattern, action)),
        }
    }

    pub(crate) fn resource_matches(&self, resource: &str, choices: &Choices) -> bool {
        match &self.resources {
            Scope::Only(patterns) => patterns.iter().any(|pattern| wildcard::arn(pattern, resource, choices)),
            Scope::AllExcept(patterns) => {
                choices.is("not-resource", "complement")
                    && !patterns.iter().any(|pattern| wildcard::arn(pattern, resource, choices))
            }
        }
    }
}

fn texts(value: &Value) -> Vec<String> {
    match value {
        Value::String(text) => vec![text.clone()],
        Value::Array(items) => items.iter().map(|item| item.as_str().expect("a string").to_owned()).collect(),
        other => panic!("neither a string nor an array: {other}"),
    }
}

fn scope(statement: &Value, only: &str, except: &str) -> Scope {
    match (statement.get(only), statement.get(except)) {
        (Some(patterns), None) => Scope::Only(texts(patterns)),
        (None, Some(patterns)) => Scope::AllExcept(texts(patterns)),
        _ => panic!("exactly one of `{only}` and `{except}`"),
    }
}

/// The statements of a document that RAM would accept; panics on any other, since generators make only such.
pub(crate) fn statements(document: &Value) -> Vec<Statement> {
    let list = match &document["Statement"] {
        Value::Array(statements) => statements.as_slice(),
        bare => std::slice::from_ref(bare),
    };
    list.iter().map(statement).collect()
}

fn statement(statement: &Value) -> Statement {
    let mut tests = Vec::new();
    if let Some(condition) = statement.get("Condition") {
        for (operator, keys) in condition.as_object().expect("Condition is an object") {
            let (_, family, negated) =
                OPERATORS.iter().find(|(name, _, _)| name == operator).unwrap_or_else(|| panic!("`{operator}`"));
            for (key, operands) in keys.as_object().expect("an operator block is an object") {
                tests.push(Test { key: key.clone(), family: *family, negated: *negated, operands: texts(operands) });
            }
        }
    }
    Statement {
        effect: match statement["Effect"].as_str() {
            Some("Allow") => Effect::Allow,
            Some("Deny") => Effect::Deny,
            other => panic!("Effect {other:?}"),
        },
        actions: scope(statement, "Action", "NotAction"),
        resources: scope(statement, "Resource", "NotResource"),
        tests,
    }
}
