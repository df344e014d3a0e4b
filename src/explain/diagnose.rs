//! The decision reproduced: which layer refuses, which statement, and what nearly allows.

use super::cause::Cause;
use super::denial::Denial;
use super::miss::{Miss, misses};
use crate::evaluate::{
    Decision, Explanation, LayerKind, PolicySet, Possible, Request, Rules, Scratch, StatementId, View,
};
use crate::policy::Effect;

/// One resource of the call, with what is known about its keys.
#[derive(Debug, Clone, Copy)]
pub struct CalledResource<'a> {
    /// `*` or an ARN.
    pub arn: &'a str,
    /// The keys of the request.
    pub view: View<'a>,
}

/// The call that was refused.
#[derive(Debug, Clone, Copy)]
pub struct Call<'a> {
    /// `code:Name`
    pub action: &'a str,
    /// Every resource that RAM was asked about; none where the text does not tell.
    pub resources: &'a [CalledResource<'a>],
}

/// The policies of somebody else in the account, who may be allowed what the caller is not.
#[derive(Debug, Clone, Copy)]
pub struct Elsewhere<'a> {
    /// The other principal, as a reader knows it.
    pub principal: &'a str,
    /// What binds it.
    pub set: &'a PolicySet,
}

/// One resource of the call, judged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reproduced {
    /// The resource.
    pub arn: String,
    /// The decision with its reasons.
    pub explanation: Explanation,
    /// What each layer says alone.
    pub layers: Vec<Possible>,
}

/// Why the call was refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnosis {
    /// In one word.
    pub cause: Cause,
    /// Over all resources; empty when the resource is not known.
    pub possible: Possible,
    /// Resource by resource.
    pub resources: Vec<Reproduced>,
    /// What nearly allows, the least change first.
    pub near_misses: Vec<Miss>,
    /// What could explain that the policies and the denial do not agree: lower case, no full stop.
    pub doubts: Vec<String>,
}

/// At most so many near misses are shown.
const SHOWN: usize = 12;

/// Reproduces a denial on the policies of the caller.
pub fn diagnose(
    denial: &Denial,
    set: &PolicySet,
    call: &Call<'_>,
    elsewhere: &[Elsewhere<'_>],
    rules: Rules,
) -> Diagnosis {
    if call.resources.is_empty() {
        return without_resource(denial, set, call.action);
    }
    let mut scratch = Scratch::new();
    let mut resources = Vec::new();
    for resource in call.resources {
        let request = Request { action: call.action, resource: resource.arn, view: resource.view };
        let layers = set.layer_decisions(&request, rules, &mut scratch);
        let explanation = set.explain(&request, rules, &mut scratch);
        resources.push(Reproduced { arn: resource.arn.to_owned(), explanation, layers });
    }
    let possible = Possible::combine(resources.iter().map(|resource| resource.explanation.possible));
    let mut near_misses = Vec::new();
    for (resource, called) in resources.iter().zip(call.resources) {
        if !resource.explanation.possible.contains(Decision::ImplicitDeny) {
            continue;
        }
        let request = Request { action: call.action, resource: called.arn, view: called.view };
        let silent = resource.silent_layers(set);
        near_misses.extend(misses(set, &request, &silent, rules));
        near_misses.extend(elsewhere.iter().filter_map(|other| other_principal(other, &request, rules, &mut scratch)));
    }
    near_misses.sort_by_key(|miss| miss.cost);
    near_misses.dedup_by(|a, b| a.statement == b.statement && a.why == b.why && a.principal == b.principal);
    near_misses.truncate(SHOWN);
    let doubts = doubts(denial, possible, set);
    let cause =
        if doubts.is_empty() { cause(denial, possible, &resources, &near_misses, set) } else { Cause::Disagrees };
    Diagnosis { cause, possible, resources, near_misses, doubts }
}

impl Reproduced {
    /// The layers in which an Allow is missing: each control level and the session policy, and the identity side when
    /// nothing on it allows.
    pub fn silent_layers(&self, set: &PolicySet) -> Vec<usize> {
        let silent = |at: usize| self.layers.get(at).is_some_and(|possible| possible.contains(Decision::ImplicitDeny));
        let kinds = set.layers().iter().enumerate();
        let sure = Possible::of(Decision::Allow);
        // Where a role is assumed, its trust policy must allow as well.
        let granted = !set.both_sides_must_allow()
            && kinds.clone().any(|(at, layer)| is_side(layer.kind) && self.layers.get(at) == Some(&sure));
        kinds.filter(|(at, layer)| silent(*at) && !(is_side(layer.kind) && granted)).map(|(at, _)| at).collect()
    }
}

fn is_side(kind: LayerKind) -> bool {
    matches!(kind, LayerKind::Identity | LayerKind::IdentityInGroup | LayerKind::Resource)
}

fn other_principal(other: &Elsewhere<'_>, request: &Request<'_>, rules: Rules, scratch: &mut Scratch) -> Option<Miss> {
    let explained = other.set.explain(request, rules, scratch);
    let allowed = explained.possible == Possible::of(Decision::Allow);
    let deciding = explained.decided_by.first().filter(|_| allowed)?;
    let why = format!("allows it, but to `{}`", other.principal);
    Some(Miss {
        statement: deciding.statement,
        why,
        cost: Miss::ELSEWHERE,
        cause: Cause::OtherPrincipal,
        principal: Some(other.principal.to_owned()),
    })
}

/// What does not fit the denial.
fn doubts(denial: &Denial, possible: Possible, set: &PolicySet) -> Vec<String> {
    let allowed = possible == Possible::of(Decision::Allow);
    let told = denial.no_permission_type.as_deref();
    let only = |decision| possible == Possible::of(decision);
    let first = if allowed {
        "the policies given allow the call".to_owned()
    } else if told == Some("ExplicitDeny") && only(Decision::ImplicitDeny) {
        "the denial tells of a statement that denies, and no statement given does".to_owned()
    } else if told == Some("ImplicitDeny") && only(Decision::ExplicitDeny) {
        "the denial tells that nothing allows, but a statement given denies".to_owned()
    } else {
        return Vec::new();
    };
    let mut doubts = vec![first];
    let has = |kind: LayerKind| set.layers().iter().any(|layer| layer.kind == kind);
    let missing = match denial.policy_type.as_deref() {
        Some("ControlPolicy") if !has(LayerKind::Control) => {
            Some("no control policy was given (`--control-policy LEVEL=FILE`)")
        }
        Some("SessionPolicy") if !has(LayerKind::Session) => {
            Some("no session policy was given (`--session-policy FILE`)")
        }
        Some("AssumeRolePolicy" | "ResourceBasedPolicy") if !has(LayerKind::Resource) => {
            Some("the policy of the resource was not given")
        }
        Some("ResourceGroupLevelIdentityBasedPolicy") if !has(LayerKind::IdentityInGroup) => {
            Some("no grant at resource-group level was given")
        }
        None if !has(LayerKind::Control) || !has(LayerKind::Session) => {
            Some("a layer may be missing: control policies, the session policy, or the policy of the resource")
        }
        Some(_) | None => None,
    };
    doubts.extend(missing.map(str::to_owned));
    doubts.push("another version of a policy was in force when the call was made".to_owned());
    doubts.push(
        "the policies were changed shortly before: a change takes a while to reach every region and service".to_owned(),
    );
    doubts.push("the call had other resources, another principal or another context than assumed here".to_owned());
    doubts.push("an assumption is wrong for this service (`ramspect assumptions`)".to_owned());
    doubts
}

fn cause(
    denial: &Denial,
    possible: Possible,
    resources: &[Reproduced],
    near_misses: &[Miss],
    set: &PolicySet,
) -> Cause {
    let explicit = possible.contains(Decision::ExplicitDeny);
    let implicit = possible.contains(Decision::ImplicitDeny);
    match denial.no_permission_type.as_deref() {
        Some("ExplicitDeny") if explicit => return Cause::ExplicitDeny,
        Some("ImplicitDeny") => {}
        _ if explicit && implicit => return Cause::Unknown,
        _ if explicit => return Cause::ExplicitDeny,
        _ => {}
    }
    let silent = resources.iter().filter(|resource| resource.explanation.possible.contains(Decision::ImplicitDeny));
    let first = silent.filter_map(|resource| resource.silent_layers(set).first().copied()).min();
    let kind = first.and_then(|at| set.layers().get(at)).map(|layer| layer.kind);
    match kind {
        Some(LayerKind::Control) => Cause::ControlPolicy,
        Some(LayerKind::Session) => Cause::SessionPolicy,
        Some(LayerKind::Resource) => Cause::TrustPolicy,
        Some(LayerKind::Identity | LayerKind::IdentityInGroup) | None => {
            near_misses.first().map_or(Cause::NoMatchingAllow, |miss| miss.cause)
        }
    }
}

/// Only the action is known: what names it.
fn without_resource(denial: &Denial, set: &PolicySet, action: &str) -> Diagnosis {
    let naming = set.naming(action);
    let explicit = denial.no_permission_type.as_deref() == Some("ExplicitDeny");
    let wanted = if explicit { Effect::Deny } else { Effect::Allow };
    let miss = |statement: StatementId| {
        let (patterns, except) = set.resource_patterns(statement);
        let verb = if explicit { "denies" } else { "allows" };
        let but = if except { "all resources but " } else { "" };
        let listed = patterns.iter().take(3).map(|pattern| format!("`{pattern}`")).collect::<Vec<_>>().join(", ");
        let more = if patterns.len() > 3 { ", .." } else { "" };
        let why = format!("{verb} the action on {but}{listed}{more}; the text does not tell the resource");
        Miss { statement, why, cost: 0, cause: Cause::Unknown, principal: None }
    };
    let named = naming.iter().filter(|(_, effect)| *effect == wanted);
    let near_misses: Vec<Miss> = named.map(|(statement, _)| miss(*statement)).take(SHOWN).collect();
    let cause = match (explicit, near_misses.is_empty()) {
        (true, false) => Cause::ExplicitDeny,
        (true, true) => Cause::Disagrees,
        (false, true) => Cause::NoMatchingAllow,
        (false, false) => Cause::told_by(denial),
    };
    let doubts =
        if cause == Cause::Disagrees { doubts(denial, Possible::of(Decision::ImplicitDeny), set) } else { Vec::new() };
    Diagnosis { cause, possible: Possible::NONE, resources: Vec::new(), near_misses, doubts }
}
