//! The requests of `predict`: the API's own parameters, as one JSON object, an array, or NDJSON.

use std::borrow::Cow;

use serde_json::{Map, Value};

use super::{Principal, RequestError};
use crate::diagnostic::nearest;
use crate::evaluate::{Context, Fact};
use crate::membership::JoinRequest;

/// One request with what its line says beside the parameters.
#[derive(Debug, Default)]
pub struct Asked {
    /// `id`, handed back in the answer.
    pub id: Option<Value>,
    /// The parameters.
    pub request: JoinRequest,
    /// `principal`
    pub principal: Option<Principal>,
    /// `account_id`
    pub account: Option<String>,
    /// `context`, `absent`, `closed_context`.
    pub line: Line<'static>,
    /// Members that mean nothing here.
    pub ignored: Vec<String>,
}

/// What a batch or request line says beyond the request itself.
#[derive(Debug, Default)]
pub struct Line<'a> {
    /// What it says of condition keys.
    pub context: Context<'a>,
    /// Keys of which nothing is said are absent.
    pub closed: bool,
}

/// A request, or why its line is none; with its number, from 1.
pub type Numbered = (usize, Result<Asked, RequestError>);

/// Reads the requests of a file, and tells whether it holds several. One object is one request; an array and NDJSON are several.
///
/// # Errors
/// When there is none. What is wrong with one of several stands in its place.
pub fn read(name: &str, text: &str) -> Result<(Vec<Numbered>, bool), RequestError> {
    if text.trim().is_empty() {
        return Err(RequestError::new(format!("`{name}` is empty"))
            .with_help("write the API's parameters: `{\"SecurityGroupId\": \"sg-..\", \"InstanceId\": \"i-..\"}`"));
    }
    match serde_json::from_str::<Value>(text) {
        Ok(Value::Array(entries)) => {
            if entries.is_empty() {
                return Err(RequestError::new(format!("`{name}` is an empty array"))
                    .with_help("put at least one request into it"));
            }
            Ok((entries.iter().enumerate().map(|(at, entry)| (at + 1, one(entry))).collect(), true))
        }
        Ok(value) => Ok((vec![(1, one(&value))], false)),
        Err(error) => {
            let lines: Vec<&str> = text.lines().filter(|line| !line.trim().is_empty()).collect();
            let is_ndjson =
                lines.len() > 1 && lines.iter().any(|line| serde_json::from_str::<Map<String, Value>>(line).is_ok());
            if !is_ndjson {
                let message = format!("`{name}` is no JSON: {error}");
                return Err(RequestError::new(message)
                    .with_help("a request file holds one JSON object, an array of them, or one on each line"));
            }
            let numbered = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
            let read = |line: &str| {
                serde_json::from_str(line)
                    .map_err(|error| RequestError::new(not_json(&error)))
                    .and_then(|value| one(&value))
            };
            Ok((numbered.map(|(at, line)| (at + 1, read(line))).collect(), true))
        }
    }
}

/// The reader counts lines within the one line that it was given.
fn not_json(error: &serde_json::Error) -> String {
    let text = error.to_string();
    format!("no JSON: {} (column {})", text.split(" at line ").next().unwrap_or_default(), error.column())
}

/// Reads one request.
///
/// # Errors
/// When it is none.
pub fn one(value: &Value) -> Result<Asked, RequestError> {
    let Value::Object(members) = value else {
        return Err("a request is a JSON object of the API's parameters".into());
    };
    let mut asked = Asked::default();
    check_action(text(members, "Action")?.as_deref())?;
    let parameter = |name: &str| text(members, name);
    asked.request = JoinRequest::new(
        parameter("SecurityGroupId")?.as_deref(),
        parameter("InstanceId")?.as_deref(),
        parameter("NetworkInterfaceId")?.as_deref(),
        parameter("RegionId")?.as_deref(),
    );
    asked.id = members.get("id").cloned();
    asked.account = text(members, "account_id")?.map(Cow::into_owned);
    if let Some(principal) = text(members, "principal")? {
        asked.principal = Some(Principal::parse(&principal)?);
    }
    asked.line = Line { context: context(members)?, closed: closed(members)? };
    let known = |name: &&String| !KNOWN.contains(&name.as_str());
    asked.ignored = members.keys().filter(known).cloned().collect();
    Ok(asked)
}

const KNOWN: &[&str] = &[
    "Action",
    "SecurityGroupId",
    "InstanceId",
    "NetworkInterfaceId",
    "RegionId",
    "id",
    "principal",
    "account_id",
    "context",
    "absent",
    "closed_context",
];

fn check_action(action: Option<&str>) -> Result<(), RequestError> {
    match action {
        None | Some("" | "JoinSecurityGroup") => Ok(()),
        Some(other) => {
            let help = match nearest(other, ["JoinSecurityGroup"]) {
                Some(_) => "did you mean `JoinSecurityGroup`?",
                None => "only `JoinSecurityGroup` can be predicted; `ramspect simulate` judges any action",
            };
            Err(RequestError::new(format!("unknown action `{other}`")).with_help(help))
        }
    }
}

fn text<'v>(members: &'v Map<String, Value>, name: &str) -> Result<Option<Cow<'v, str>>, String> {
    match members.get(name) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) => Ok(Some(Cow::Borrowed(text))),
        Some(Value::Number(number)) => Ok(Some(Cow::Owned(number.to_string()))),
        Some(_) => Err(format!("`{name}` is no string")),
    }
}

fn closed(members: &Map<String, Value>) -> Result<bool, String> {
    match members.get("closed_context") {
        None | Some(Value::Null) => Ok(false),
        Some(Value::Bool(closed)) => Ok(*closed),
        Some(_) => Err("`closed_context` is neither `true` nor `false`".to_owned()),
    }
}

fn context(members: &Map<String, Value>) -> Result<Context<'static>, String> {
    let mut context = Context::new();
    match members.get("context") {
        None | Some(Value::Null) => {}
        Some(Value::Object(facts)) => {
            for (key, value) in facts {
                let values = values(value)
                    .ok_or_else(|| format!("the value of `{key}` is neither a string nor a list of strings"))?;
                if values.is_empty() {
                    return Err(format!("`{key}` has no value; name it in `absent` if the request lacks it"));
                }
                context.set(key.clone(), Fact::Known(values.into_iter().map(Cow::Owned).collect()));
            }
        }
        Some(_) => return Err("`context` is no object".to_owned()),
    }
    let absent = match members.get("absent") {
        None | Some(Value::Null) => Vec::new(),
        Some(listed) => values(listed).ok_or("`absent` is no list of strings")?,
    };
    for key in absent {
        if context.get(&key).is_some() {
            return Err(format!("`{key}` stands in both `context` and `absent`"));
        }
        context.set(key, Fact::Absent);
    }
    Ok(context)
}

fn values(value: &Value) -> Option<Vec<String>> {
    match value {
        Value::Array(list) => list.iter().map(scalar).collect(),
        one => scalar(one).map(|one| vec![one]),
    }
}

fn scalar(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(truth) => Some(truth.to_string()),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}
