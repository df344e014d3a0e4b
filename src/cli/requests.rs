//! The requests of `predict`: the API's own parameters, as one JSON object, an array, or NDJSON.

use std::borrow::Cow;

use serde_json::{Map, Value};

use ramspect::diagnostic::nearest;
use ramspect::evaluate::{Context, Fact};
use ramspect::membership::JoinRequest;

use super::failure::{Failure, Outcome};
use super::judge::Line;
use super::principal::Principal;

/// One request with what its line says beside the parameters.
#[derive(Debug, Default)]
pub(crate) struct Asked {
    pub(crate) id: Option<Value>,
    pub(crate) request: JoinRequest,
    pub(crate) principal: Option<Principal>,
    pub(crate) account: Option<String>,
    pub(crate) line: Line<'static>,
    /// Members that mean nothing here.
    pub(crate) ignored: Vec<String>,
}

/// A request, or why its line is none; with its number, from 1.
pub(crate) type Numbered = (usize, Result<Asked, String>);

/// Reads the requests of a file. One object is one request; an array and NDJSON are several.
pub(crate) fn read(name: &str, text: &str) -> Outcome<(Vec<Numbered>, bool)> {
    if text.trim().is_empty() {
        return Err(Failure::new(format!("`{name}` is empty"))
            .with_help("write the API's parameters: `{\"SecurityGroupId\": \"sg-..\", \"InstanceId\": \"i-..\"}`"));
    }
    match serde_json::from_str::<Value>(text) {
        Ok(Value::Array(entries)) => {
            if entries.is_empty() {
                return Err(
                    Failure::new(format!("`{name}` is an empty array")).with_help("put at least one request into it")
                );
            }
            Ok((entries.iter().enumerate().map(|(at, entry)| (at + 1, asked(entry))).collect(), true))
        }
        Ok(value) => Ok((vec![(1, asked(&value))], false)),
        Err(error) => {
            let lines: Vec<&str> = text.lines().filter(|line| !line.trim().is_empty()).collect();
            let is_ndjson =
                lines.len() > 1 && lines.iter().any(|line| serde_json::from_str::<Map<String, Value>>(line).is_ok());
            if !is_ndjson {
                let message = format!("`{name}` is no JSON: {error}");
                return Err(Failure::new(message)
                    .with_help("a request file holds one JSON object, an array of them, or one on each line"));
            }
            let numbered = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
            let read = |line: &str| {
                serde_json::from_str(line).map_err(|error| format!("no JSON: {error}")).and_then(|value| asked(&value))
            };
            Ok((numbered.map(|(at, line)| (at + 1, read(line))).collect(), true))
        }
    }
}

fn asked(value: &Value) -> Result<Asked, String> {
    let Value::Object(members) = value else {
        return Err("a request is a JSON object of the API's parameters".to_owned());
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
        asked.principal = Some(Principal::parse(&principal).map_err(|failure| failure.message)?);
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

fn check_action(action: Option<&str>) -> Result<(), String> {
    match action {
        None | Some("" | "JoinSecurityGroup") => Ok(()),
        Some(other) => {
            let hint = nearest(other, ["JoinSecurityGroup"]).map(|name| format!("; did you mean `{name}`?"));
            let hint = hint.unwrap_or_else(|| {
                "; only `JoinSecurityGroup` can be predicted, `ramspect simulate` judges any action".to_owned()
            });
            Err(format!("unknown action `{other}`{hint}"))
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
