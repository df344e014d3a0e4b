//! The JSON of `minimize`. The structs are the published format; inner types may change behind them.

use serde::Serialize;
use serde_json::Value;

use super::document::document;
use super::sentence::series;
use crate::analyze::{Change, Difference, Step};
use crate::policy::{Policy, Scope};

/// The answer of `minimize`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct MinimizeAnswer {
    /// `ramspect.minimize/1`
    pub schema: &'static str,
    /// `equivalent`; `undecided` when that could not be proved, and then there is no policy.
    pub result: &'static str,
    /// Whether everything was tried and decided.
    pub exact: bool,
    /// Whether the policy allows some request; null when undecided.
    pub allows: Option<bool>,
    /// The size of what was read.
    pub before: Size,
    /// The size of the result.
    pub after: Option<Size>,
    /// What was changed, in order.
    pub steps: Vec<StepAnswer>,
    /// The result, a RAM policy document.
    pub policy: Option<Value>,
}

/// How large policies are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Size {
    /// Number of statements.
    pub statements: usize,
    /// Number of actions, resources and condition values that are listed.
    pub entries: usize,
    /// Number of characters without white space between tokens, as RAM's limits count them.
    pub characters: usize,
}

impl Size {
    /// The size of all policies together.
    pub fn of<'p>(policies: impl IntoIterator<Item = &'p Policy<'p>>) -> Self {
        let mut size = Self { statements: 0, entries: 0, characters: 0 };
        for policy in policies {
            size.statements += policy.statements.len();
            size.characters += document(policy).to_string().chars().count();
            for statement in &policy.statements {
                let scope = |scope: &Option<Scope<'_>>| scope.as_ref().map_or(0, |scope| scope.patterns.len());
                let values: usize = statement.condition.iter().map(|test| test.values.len()).sum();
                size.entries += scope(&statement.action) + scope(&statement.resource) + values;
            }
        }
        size
    }
}

/// A statement of what was read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct StatementName {
    /// The policy's name.
    pub policy: String,
    /// The statement's number in it, from 0.
    pub statement: usize,
}

/// One change; members that do not belong to it are left out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct StepAnswer {
    /// The statement that was changed.
    #[serde(flatten)]
    pub at: StatementName,
    /// `empty`, `covered`, `denies_nothing` (the statement was left out), `joined`, `entry`, `test` or `value` (left out).
    pub change: &'static str,
    /// Of `covered`: the statements that say the same; of `joined`: the one that was joined to it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub by: Vec<StatementName>,
    /// `Action`, `NotAction`, `Resource`, `NotResource` or `Condition`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub element: Option<&'static str>,
    /// The operator of the test.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub operator: Option<&'static str>,
    /// The condition key of the test.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
    /// The entry or value.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
}

impl StepAnswer {
    /// The published form of a change; `name` tells how the policy of that number is called.
    pub fn new(step: &Step, name: impl Fn(usize) -> String) -> Self {
        let place = |origin: &(usize, usize)| StatementName { policy: name(origin.0), statement: origin.1 };
        let (at, by) = (place(&step.origin), Vec::new());
        let plain = Self { at, change: "empty", by, element: None, operator: None, key: None, text: None };
        match &step.change {
            Change::Empty => plain,
            Change::Covered(others) => Self { change: "covered", by: others.iter().map(place).collect(), ..plain },
            Change::DeniesNothing => Self { change: "denies_nothing", ..plain },
            Change::Joined(other, difference) => {
                let joined = Self { change: "joined", by: vec![place(other)], ..plain };
                match difference {
                    Difference::Action => Self { element: Some("Action"), ..joined },
                    Difference::Resource => Self { element: Some("Resource"), ..joined },
                    Difference::Values { operator, key } => {
                        let element = Some("Condition");
                        Self { element, operator: Some(operator), key: Some(key.clone()), ..joined }
                    }
                }
            }
            Change::Entry { element, entry } => {
                Self { change: "entry", element: Some(element), text: Some(entry.clone()), ..plain }
            }
            Change::Test { operator, key } => {
                let (operator, key) = (Some(*operator), Some(key.clone()));
                Self { change: "test", element: Some("Condition"), operator, key, ..plain }
            }
            Change::Value { operator, key, value } => {
                let (operator, key, text) = (Some(*operator), Some(key.clone()), Some(value.clone()));
                Self { change: "value", element: Some("Condition"), operator, key, text, ..plain }
            }
        }
    }

    /// One line for people; a statement is named with its policy when there are several.
    pub fn line(&self, one_policy: bool) -> String {
        let StatementName { policy, statement } = &self.at;
        let others: Vec<String> = self.by.iter().map(|other| other.shown(policy)).collect();
        let text = self.text.as_deref().unwrap_or_default();
        let (operator, key) = (self.operator.unwrap_or_default(), self.key.as_deref().unwrap_or_default());
        let element = self.element.unwrap_or_default();
        let what = match self.change {
            "empty" => "left out, no request matches it".to_owned(),
            "covered" => format!("left out, {} {} the same", series(&others, "and"), verb(&others)),
            "denies_nothing" => "left out, nothing allows what it denies".to_owned(),
            "joined" if element == "Condition" => {
                format!("joined with {}, the values of `{operator}` on `{key}` in one list", series(&others, "and"))
            }
            "joined" => format!("joined with {}, the entries of `{element}` in one list", series(&others, "and")),
            "entry" => format!("`{text}` left out of `{element}`"),
            "test" => format!("the test `{operator}` on `{key}` left out"),
            _ => format!("`{text}` left out of `{operator}` on `{key}`"),
        };
        if one_policy {
            format!("statement {statement}: {what}")
        } else {
            format!("{policy} statement {statement}: {what}")
        }
    }
}

impl StatementName {
    fn shown(&self, beside: &str) -> String {
        let Self { policy, statement } = self;
        if policy == beside { format!("statement {statement}") } else { format!("{policy} statement {statement}") }
    }
}

fn verb(list: &[String]) -> &'static str {
    if list.len() == 1 { "says" } else { "say" }
}
