//! Statements that nearly allow a call, and by how much they miss.

use super::cause::Cause;
use crate::evaluate::{LayerKind, NearMiss, PolicySet, Request, Rules, StatementId, Unmet, UnmetTest};
use crate::pattern::{Arn, arn, matches};
use crate::policy::{Effect, Family};

/// A statement that nearly allows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Miss {
    /// The statement.
    pub statement: StatementId,
    /// What is missing, in one sentence: lower case, no full stop.
    pub why: String,
    /// How much would have to change; the least first.
    pub cost: u32,
    /// What it makes of the refusal.
    pub cause: Cause,
    /// Whose statement it is, when not the caller's.
    pub principal: Option<String>,
}

impl Miss {
    /// A statement of somebody else.
    pub(super) const ELSEWHERE: u32 = 50;
    /// A statement about another action.
    const OTHER_ACTION: u32 = 60;
    const TEST: u32 = 10;
    const RESOURCE: u32 = 20;
}

/// The near misses in the layers that do not allow.
pub(super) fn misses(set: &PolicySet, request: &Request<'_>, layers: &[usize], rules: Rules) -> Vec<Miss> {
    let in_layer = |id| set.layer_of(id).is_some_and(|layer| layers.contains(&layer));
    let all = set.near_misses(request, rules).into_iter();
    let allowing = all.filter(|miss| miss.effect == Effect::Allow && in_layer(miss.statement));
    let mut found: Vec<Miss> = allowing.filter_map(|miss| describe(set, request, &miss)).collect();
    found.sort_by_key(|miss| miss.cost);
    found
}

fn describe(set: &PolicySet, request: &Request<'_>, miss: &NearMiss) -> Option<Miss> {
    let statement = miss.statement;
    let (why, cost, cause) = match &miss.unmet {
        Unmet::Condition(tests) => {
            let in_group = set.statement(statement).is_some_and(|s| s.layer.kind == LayerKind::IdentityInGroup);
            let group = in_group && tests.iter().any(|test| test.key == "acs:ResourceGroupId");
            let told: Vec<String> = tests.iter().map(unmet_test).collect();
            let cause = if group { Cause::ResourceGroupScope } else { Cause::ConditionUnmet };
            (told.join("; "), Miss::TEST * u32::try_from(tests.len()).unwrap_or(99), cause)
        }
        Unmet::Resource => {
            let (why, cost) = resource(set, statement, request.resource)?;
            (why, cost, Cause::ResourceMismatch)
        }
        Unmet::Action => {
            let (patterns, except) = set.action_patterns(statement);
            if except {
                return None;
            }
            let listed = patterns.iter().take(3).map(|pattern| format!("`{pattern}`")).collect::<Vec<_>>().join(", ");
            let more = if patterns.len() > 3 { ", .." } else { "" };
            (format!("covers the resource, but allows {listed}{more}"), Miss::OTHER_ACTION, Cause::NoMatchingAllow)
        }
    };
    Some(Miss { statement, why, cost, cause, principal: None })
}

/// What a test wants and what it gets.
pub(super) fn unmet_test(test: &UnmetTest) -> String {
    let listed = test.values.iter().take(3).map(|value| format!("`{value}`")).collect::<Vec<_>>();
    let more = if test.values.len() > 3 { ", .." } else { "" };
    let values = format!("{}{more}", listed.join(" or "));
    let key = &test.key;
    let wants = match (test.operator.family(), test.operator.is_negated()) {
        (Family::Ip, false) => format!("`{key}` must be in {values}"),
        (Family::Ip, true) => format!("`{key}` must not be in {values}"),
        (Family::Bool, _) | (Family::String, false) => format!("`{key}` must be {values}"),
        (Family::String, true) => format!("`{key}` must not be {values}"),
        (Family::Numeric | Family::Date, _) => format!("`{key}` must fit `{}` {values}", test.operator.as_str()),
    };
    let gets = match (&test.given, test.unknown) {
        (Some(given), _) => format!("the request carries `{}`", given.join("`, `")),
        (None, true) => "what the request carries is not known".to_owned(),
        (None, false) => "the request does not carry it".to_owned(),
    };
    format!("{wants}; {gets}")
}

/// The pattern that misses by least, and what differs.
fn resource(set: &PolicySet, statement: StatementId, wanted: &str) -> Option<(String, u32)> {
    let (patterns, except) = set.resource_patterns(statement);
    if except {
        return Some(("the resource is one that the statement leaves out".to_owned(), Miss::RESOURCE + 5));
    }
    let compared = patterns.iter().filter_map(|pattern| compare(pattern, wanted));
    let (cost, why) = compared.min_by_key(|(cost, _)| *cost)?;
    Some((why, Miss::RESOURCE + cost))
}

/// How a pattern misses an ARN, and in how many parts; none for one of another service.
fn compare(pattern: &str, wanted: &str) -> Option<(u32, String)> {
    if wanted == "*" {
        return Some((2, format!("names `{pattern}`; the action is judged on `*`, which only `*` covers")));
    }
    let Some(has) = arn(pattern) else {
        return Some((4, format!("resource `{pattern}` is no ARN of five segments")));
    };
    let want = arn(wanted)?;
    if !matches(&has.service.to_ascii_lowercase(), &want.service.to_ascii_lowercase()) {
        return None;
    }
    let mut cost = 0;
    let mut parts = Vec::new();
    for (name, has, want) in [
        ("partition", has.partition, want.partition),
        ("region", has.region, want.region),
        ("account", has.account, want.account),
    ] {
        if !matches(has, want) {
            cost += 1;
            parts.push(format!("resource `{pattern}` has the {name} `{has}`; the call has `{want}`"));
        }
    }
    if !matches(has.relative, want.relative) {
        let (more, why) = relative(&has, &want);
        cost += more;
        parts.push(why);
    }
    if parts.is_empty() {
        parts.push(format!("resource `{pattern}` does not cover `{wanted}`"));
    }
    Some((cost, parts.join("; ")))
}

/// How `type/id` misses.
fn relative(has: &Arn<'_>, want: &Arn<'_>) -> (u32, String) {
    let plain =
        |text: &str| text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect::<String>();
    let service = want.service.to_ascii_uppercase();
    let bare = has.relative.trim_start_matches('/');
    if bare.len() < has.relative.len() && matches(bare, want.relative) {
        return (1, format!("resource `{}` has a slash too many; `{bare}` is right", has.relative));
    }
    match (has.type_and_id(), want.type_and_id()) {
        (Some((kind, id)), Some((right, _))) if kind != right && plain(kind) == plain(right) => {
            (1, format!("resource `{kind}/{id}` is not an {service} resource type; `{right}/{id}` is"))
        }
        (Some((kind, _)), Some((right, id))) if matches(kind, right) => {
            (2, format!("names `{}`; the call is on `{right}/{id}`", has.relative))
        }
        _ => (3, format!("names `{}`; the call is on `{}`", has.relative, want.relative)),
    }
}
