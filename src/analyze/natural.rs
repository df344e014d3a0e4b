//! Witnesses that look like requests: a plausible action, a well-formed ARN, few keys.
//!
//! A request that the search made up is changed part by part; each change is kept only when the evaluator still says what
//! was asked for.

use super::arn::normal;
use super::find::{Engine, Goal, Point};
use crate::pattern::{Arn, action_name, arn};
use crate::policy::Statement;

/// Values for the keys that real requests always carry, or that read best so.
const USUAL: [(&str, &str); 4] = [
    ("acs:SourceIp", "203.0.113.7"),
    ("acs:CurrentTime", "2026-11-24T08:00:00Z"),
    ("acs:SecureTransport", "true"),
    ("acs:MFAPresent", "true"),
];

const ACCOUNT: &str = "1234567890123456";

/// Makes a request plainer; `fits` tells whether it is still what was asked for.
pub(super) fn polish<'a, 'p>(
    engine: &mut Engine<'a, 'p>,
    goal: &Goal,
    mut point: Point,
    mut fits: impl FnMut(&mut Engine<'a, 'p>, &Point) -> bool,
) -> Point {
    let statements: Vec<&Statement<'p>> = goal
        .matching
        .iter()
        .filter_map(|(side, number)| engine.sides.get(*side)?.statements.get(*number).copied())
        .collect();
    for action in actions(&statements, &point.action) {
        let tried = Point { action, ..point.clone() };
        if fits(engine, &tried) {
            point = tried;
            break;
        }
    }
    let rules = engine.space.rules;
    let found = point.resource.clone();
    for resource in resources(&statements, &point).into_iter().chain([found]) {
        let resource = normal(&resource, rules);
        let tried = Point { resource, ..point.clone() };
        if fits(engine, &tried) {
            point = tried;
            break;
        }
    }
    let names = engine.key_names().to_vec();
    for (at, name) in names.iter().enumerate() {
        let usual = USUAL.iter().find(|(key, _)| key == name).map(|(_, value)| (*value).to_owned());
        let before = point.keys.get(at).cloned().flatten();
        // A value that a usual one can stand for, else none at all.
        for value in usual.map(Some).into_iter().chain([None]) {
            if value == before {
                break;
            }
            let mut tried = point.clone();
            if let Some(slot) = tried.keys.get_mut(at) {
                *slot = value;
            }
            if fits(engine, &tried) {
                point = tried;
                break;
            }
        }
    }
    point
}

/// Names that stand for whatever a pattern leaves open.
const NAMES: [&str; 6] = ["Instance", "Instances", "", "DescribeInstances", "CreateInstance", "Tags"];

fn actions(statements: &[&Statement<'_>], found: &str) -> Vec<String> {
    let patterns = statements.iter().filter_map(|statement| statement.action.as_ref()).filter(|scope| !scope.except);
    let mut actions: Vec<String> = Vec::new();
    for pattern in patterns.flat_map(|scope| &scope.patterns) {
        let text = &*pattern.value;
        let Some(parts) = action_name(text) else { continue };
        let code = if parts.code.contains(['*', '?']) { "ecs" } else { parts.code };
        for name in NAMES {
            let name = parts.name.replacen('*', name, 1).replace('*', "").replace('?', "x");
            if !name.is_empty() {
                actions.push(format!("{code}:{name}"));
            }
        }
    }
    // The service that the search chose first: the other parts were made for it.
    let code = action_name(found).map(|parts| parts.code.to_owned()).unwrap_or_default();
    actions.sort_by_key(|action| !action.to_ascii_lowercase().starts_with(&format!("{code}:")));
    if actions.is_empty() {
        let codes = [code.as_str(), "ecs", "oss"].map(str::to_owned);
        let plain = |code: &&String| !code.is_empty() && code.bytes().all(|byte| byte.is_ascii_lowercase());
        let names = ["DescribeInstances", "CreateInstance", "GetObject"];
        actions
            .extend(codes.iter().filter(plain).flat_map(|code| names.iter().map(move |name| format!("{code}:{name}"))));
    }
    actions.truncate(48);
    actions
}

fn resources(statements: &[&Statement<'_>], point: &Point) -> Vec<String> {
    let code = action_name(&point.action).map(|parts| parts.code.to_ascii_lowercase()).unwrap_or_default();
    let typical = match &*code {
        "oss" => format!("acs:oss:*:{ACCOUNT}:bucket-example/example.txt"),
        "ram" => format!("acs:ram::{ACCOUNT}:user/example"),
        "ecs" => format!("acs:ecs:cn-hangzhou:{ACCOUNT}:instance/i-example1"),
        code => format!("acs:{code}:cn-hangzhou:{ACCOUNT}:example"),
    };
    let mut resources = Vec::new();
    let scopes = statements.iter().filter_map(|statement| statement.resource.as_ref()).filter(|scope| !scope.except);
    for pattern in scopes.flat_map(|scope| &scope.patterns) {
        match arn(&pattern.value) {
            Some(parts) => resources.extend(fill(&parts, &code)),
            None if &*pattern.value == "*" => {}
            None => resources.push(completed(&pattern.value, &code)),
        }
    }
    resources.push(typical);
    resources.push("*".to_owned());
    resources.truncate(48);
    resources
}

/// A pattern of fewer than five segments as an ARN: its last star stands for the segments that are missing.
fn completed(pattern: &str, code: &str) -> String {
    let usual = ["acs", if code.is_empty() { "ecs" } else { code }, "cn-hangzhou", ACCOUNT, "example"];
    let front = pattern.strip_suffix('*').unwrap_or(pattern);
    let written: Vec<String> = front.split(':').map(|part| part.replace(['*', '?'], "x")).collect();
    let filled = written.iter().zip(usual).map(|(part, usual)| if part.is_empty() { usual } else { part });
    filled.chain(usual.into_iter().skip(written.len())).collect::<Vec<_>>().join(":")
}

/// The pattern's ARN with usual values for what it leaves open.
fn fill(parts: &Arn<'_>, code: &str) -> Vec<String> {
    let or = |text: &str, usual: &str| if text == "*" { usual.to_owned() } else { text.replace(['*', '?'], "x") };
    let service = or(parts.service, if code.is_empty() { "ecs" } else { code });
    let region = match &*service {
        "oss" | "ram" => or(parts.region, "*"),
        _ => or(parts.region, "cn-hangzhou"),
    };
    let account = or(parts.account, ACCOUNT);
    let front = format!("{}:{service}:{region}:{account}", or(parts.partition, "acs"));
    let id = match parts.type_and_id() {
        Some(("instance", _)) => "i-example1",
        Some(("securitygroup", _)) => "sg-example1",
        Some(("eni", _)) => "eni-example1",
        _ => "example",
    };
    let relative = |star: &str| parts.relative.replacen('*', star, 1).replace(['*', '?'], "x");
    [id, "", "x", "a/x"]
        .iter()
        .map(|star| format!("{front}:{}", relative(star)))
        .filter(|arn| !arn.ends_with(':'))
        .collect()
}
