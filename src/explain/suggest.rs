//! What to change: the smallest statement that allows exactly a call, checked by the evaluator.

use super::cause::Cause;
use super::diagnose::{Call, Diagnosis};
use crate::catalog::{Catalog, Escalation};
use crate::evaluate::{
    Decision, Layer, LayerKind, PolicySet, PolicySetBuilder, Possible, Request, Rules, Scratch, Unmet,
};
use crate::pattern::matches_ignore_case;
use crate::policy::{Effect, PolicyKind, lower};

/// What kind of change it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SuggestionKind {
    /// Add a statement.
    AddStatement,
    /// Change a statement.
    ChangeStatement,
    /// Remove or narrow a statement that denies.
    RemoveDeny,
    /// Call under another context.
    SetContext,
}

impl SuggestionKind {
    /// The word of the JSON output.
    pub fn word(self) -> &'static str {
        match self {
            Self::AddStatement => "add_statement",
            Self::ChangeStatement => "change_statement",
            Self::RemoveDeny => "remove_deny",
            Self::SetContext => "set_context",
        }
    }
}

/// The smallest statement that allows a call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grant {
    /// The action.
    pub action: String,
    /// The ARNs.
    pub resources: Vec<String>,
}

/// What to change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Suggestion {
    /// What kind of change; none where only a next step can be named.
    pub kind: Option<SuggestionKind>,
    /// The statement that would allow exactly this call.
    pub grant: Option<Grant>,
    /// In one sentence: lower case, no full stop.
    pub text: String,
    /// What to think of before: one sentence each.
    pub warnings: Vec<String>,
}

/// Keys that the caller can choose, or that its way of calling decides.
const OF_THE_CALLER: &[&str] = &[
    "acs:SourceIp",
    "acs:MFAPresent",
    "acs:SecureTransport",
    "acs:CurrentTime",
    "acs:SourceVpc",
    "acs:SourceVpcId",
    "acs:VpcSourceIp",
];

/// Ways through a service or a role, which the catalog's table of rights leaves out (facts/ram-language.md 9).
const OTHER_WAYS: &[(&str, &str)] = &[
    ("ram:PassRole", "has a service act with the rights of the role"),
    ("sts:AssumeRole", "acts with the rights of the role"),
    ("ecs:RunCommand", "acts with the role of the instance"),
    ("ecs:InvokeCommand", "acts with the role of the instance"),
    ("ecs:StartTerminalSession", "acts with the role of the instance"),
    ("ecs:SendFile", "acts with the role of the instance"),
    ("ecs:AttachInstanceRamRole", "gives an instance the rights of a role"),
    ("oss:PutBucketPolicy", "opens a bucket to others"),
    ("oss:PutBucketAcl", "opens a bucket to others"),
    ("oss:PutObjectAcl", "opens an object to others"),
];

/// What would have the call allowed. `name` spells a statement for the reader.
pub fn suggest(
    diagnosis: &Diagnosis,
    set: &PolicySet,
    call: &Call<'_>,
    rules: Rules,
    name: impl Fn(crate::evaluate::StatementId) -> String,
) -> Option<Suggestion> {
    match diagnosis.cause {
        Cause::Disagrees => return Some(settle(diagnosis)),
        Cause::ExplicitDeny => {
            let deciding = diagnosis.resources.iter().flat_map(|resource| &resource.explanation.decided_by);
            let denying = deciding
                .map(|deciding| deciding.statement)
                .chain(diagnosis.near_misses.iter().map(|miss| miss.statement));
            let mut denying: Vec<String> = denying
                .filter(|statement| set.statement(*statement).is_some_and(|s| s.effect == Effect::Deny))
                .map(&name)
                .collect();
            denying.dedup();
            let which = if denying.is_empty() { "the statement that denies".to_owned() } else { denying.join(" and ") };
            let text = format!("remove or narrow {which}: no Allow outweighs a Deny");
            return Some(Suggestion {
                kind: Some(SuggestionKind::RemoveDeny),
                grant: None,
                text,
                warnings: Vec::new(),
            });
        }
        Cause::TrustPolicy => {
            let text = "have the trust policy of the role name the caller as `Principal`".to_owned();
            return Some(Suggestion {
                kind: Some(SuggestionKind::ChangeStatement),
                grant: None,
                text,
                warnings: Vec::new(),
            });
        }
        Cause::NoMatchingAllow
        | Cause::ConditionUnmet
        | Cause::ResourceMismatch
        | Cause::OtherPrincipal
        | Cause::ResourceGroupScope
        | Cause::ControlPolicy
        | Cause::SessionPolicy
        | Cause::Unknown => {}
    }
    if call.resources.is_empty() {
        return None;
    }
    let refused =
        diagnosis.resources.iter().filter(|resource| resource.explanation.possible != Possible::of(Decision::Allow));
    let refused: Vec<String> = refused.map(|resource| resource.arn.clone()).collect();
    let grant = Grant { action: call.action.to_owned(), resources: refused };
    let allows = allows(&grant, call, rules);
    let places = places(diagnosis, set);
    let text = if grant.resources.len() == call.resources.len() {
        format!("add the statement to {places}: it allows this call and nothing else")
    } else {
        format!("add the statement to {places}: it allows what is missing of this call and nothing else")
    };
    let mut warnings = cautions(&grant);
    if !allows {
        warnings.push("the evaluator does not confirm that the statement allows the call".to_owned());
    }
    if diagnosis.possible.contains(Decision::ExplicitDeny) {
        warnings.push("a statement that denies may refuse the call all the same".to_owned());
    }
    match context(diagnosis, set, call, rules) {
        Some(text) => Some(Suggestion { kind: Some(SuggestionKind::SetContext), grant: Some(grant), text, warnings }),
        None => Some(Suggestion { kind: Some(SuggestionKind::AddStatement), grant: Some(grant), text, warnings }),
    }
}

/// The statement that a denial alone suggests, without any policy to judge it by.
pub fn suggest_unjudged(action: &str, resources: &[&str]) -> Suggestion {
    let grant = Grant { action: action.to_owned(), resources: resources.iter().map(|arn| (*arn).to_owned()).collect() };
    let warnings = cautions(&grant);
    let text = "add the statement to a policy of the caller, unless another layer refuses: give the policies to have it judged".to_owned();
    Suggestion { kind: Some(SuggestionKind::AddStatement), grant: Some(grant), text, warnings }
}

fn settle(diagnosis: &Diagnosis) -> Suggestion {
    let text = diagnosis.doubts.get(1).cloned().unwrap_or_default();
    Suggestion { kind: None, grant: None, text: format!("check first: {text}"), warnings: Vec::new() }
}

/// What a grant opens, and what about it is not exact.
fn cautions(grant: &Grant) -> Vec<String> {
    let mut warnings = Vec::new();
    let opens = |way: &Escalation| matches_ignore_case(&grant.action, way.action);
    if let Some(way) = Catalog::new().escalations().find(opens) {
        warnings.push(format!("`{}` opens a way to more rights: who holds it {}", grant.action, way.how));
    }
    for (action, how) in OTHER_WAYS.iter().filter(|(action, _)| grant.action.eq_ignore_ascii_case(action)) {
        warnings.push(format!("`{action}` opens a way to more rights: who holds it {how}"));
    }
    let masked = |arn: &&String| arn.contains("**");
    if grant.resources.iter().any(|arn| masked(&arn)) {
        warnings.push("the resource is masked: write its id out, `*` matches any text".to_owned());
    } else if grant.resources.iter().any(|arn| arn.contains('*') || arn.contains('?')) {
        warnings.push("`*` in the resource covers every resource of that form".to_owned());
    }
    warnings
}

/// Where the statement belongs: each layer that does not allow.
fn places(diagnosis: &Diagnosis, set: &PolicySet) -> String {
    let mut silent: Vec<usize> = diagnosis.resources.iter().flat_map(|resource| resource.silent_layers(set)).collect();
    silent.sort_unstable();
    silent.dedup();
    let layers: Vec<&Layer> = silent.iter().filter_map(|at| set.layers().get(*at)).collect();
    let mut places: Vec<String> = Vec::new();
    for layer in layers {
        let place = match layer.kind {
            LayerKind::Control => format!("a control policy of level `{}`", layer.scope),
            LayerKind::Session => "the session policy".to_owned(),
            LayerKind::Identity | LayerKind::IdentityInGroup | LayerKind::Resource => {
                "a policy of the caller".to_owned()
            }
        };
        if !places.contains(&place) {
            places.push(place);
        }
    }
    if places.is_empty() { "a policy of the caller".to_owned() } else { places.join(" and ") }
}

/// What the caller could do without any change of policy.
fn context(diagnosis: &Diagnosis, set: &PolicySet, call: &Call<'_>, rules: Rules) -> Option<String> {
    if diagnosis.cause != Cause::ConditionUnmet {
        return None;
    }
    let best = diagnosis.near_misses.first()?;
    let of_best = call.resources.iter().find_map(|resource| {
        let request = Request { action: call.action, resource: resource.arn, view: resource.view };
        let misses = set.near_misses(&request, rules).into_iter();
        misses.filter(|miss| miss.statement == best.statement).find_map(|miss| match miss.unmet {
            Unmet::Condition(tests) => Some(tests),
            Unmet::Resource | Unmet::Action => None,
        })
    })?;
    let own = of_best.iter().all(|test| OF_THE_CALLER.contains(&test.key.as_str()));
    own.then(|| {
        let wanted: Vec<String> = of_best.iter().map(super::miss::unmet_test).collect();
        format!("meet the condition: {}; or add the statement, which allows the call without it", wanted.join("; "))
    })
}

/// Whether the statement alone allows the call on each of its resources.
fn allows(grant: &Grant, call: &Call<'_>, rules: Rules) -> bool {
    let quoted = |text: &String| serde_json::Value::String(text.clone()).to_string();
    let resources = grant.resources.iter().map(quoted).collect::<Vec<_>>().join(",");
    let text = format!(
        r#"{{"Version":"1","Statement":[{{"Effect":"Allow","Action":{},"Resource":[{resources}]}}]}}"#,
        quoted(&grant.action)
    );
    let lowered = lower(&text, PolicyKind::Identity);
    let mut builder = PolicySetBuilder::new();
    builder.layer(Layer { kind: LayerKind::Identity, scope: "account".into() });
    builder.policy(&lowered.policy);
    let set = builder.finish();
    let mut scratch = Scratch::new();
    let granted = call.resources.iter().filter(|resource| grant.resources.iter().any(|arn| arn == resource.arn));
    let mut judged = granted.map(|resource| {
        let request = Request { action: call.action, resource: resource.arn, view: resource.view };
        set.judge(&request, rules, &mut scratch).possible
    });
    judged.all(|possible| possible == Possible::of(Decision::Allow))
}
