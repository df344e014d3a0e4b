//! Authorization chained with the preconditions.

use thiserror::Error;

use super::authorize::{Authorization, JudgedResource, Judgement, resources};
use super::fix::{Fix, fix};
use super::outcome::{Answer, Outcome, answer, outcome};
use crate::catalog::{Assumption, Assumptions, Quotas, Stage};
use crate::evaluate::{Decision, Possible};
use crate::inventory::Inventory;
use crate::membership::{Case, Check, JoinRequest, Status, checks, set_authorization};

/// What a prediction rests on beside request and inventory.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Settings {
    /// The caller's account ([`Inventory::caller_account`]).
    pub account: String,
    /// The limits given by flag; those of the manifest are added.
    pub quotas: Quotas,
    /// The choices in force.
    pub assumptions: Assumptions,
    /// Whether what is unverified counts as unknown.
    pub strict: bool,
}

/// An alternative of an assumption that, chosen alone, changes verdict or code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Effect {
    /// The assumption.
    pub assumption: Assumption,
    /// The choice in force.
    pub choice: &'static str,
    /// The other choice.
    pub alternative: &'static str,
    /// The answer under it.
    pub answer: Answer,
}

/// The predicted outcome of one call, with everything that it rests on. `T` is the authorizer's own trace.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Prediction<T> {
    /// The region of the call.
    pub region: Option<String>,
    /// What the API is going to answer.
    pub outcome: Outcome,
    /// What RAM says.
    pub authorization: Authorization<T>,
    /// One check a code, in default order.
    pub checks: Vec<Check>,
    /// What would change a failure.
    pub fix: Option<Fix>,
    /// The alternatives that change the answer, in the table's order.
    pub assumptions: Vec<Effect>,
    /// Whether what is unverified counted as unknown.
    pub strict: bool,
}

/// Why there is nothing to predict.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum PredictError {
    /// Nothing tells the region of the call.
    #[error(
        "the region of the call is unknown: give `--region` (RegionId), or an inventory that lists the instance or has one region in its manifest"
    )]
    NoRegion,
}

/// Predicts what the API answers to a call.
///
/// `authorize` judges `ecs:JoinSecurityGroup` on the resources it is given, under the assumptions it is given; it is
/// called once for the answer and again for each alternative assumption.
///
/// # Errors
/// When nothing tells the region of the call and no shape check fails anyway.
pub fn predict<T>(
    request: &JoinRequest,
    inventory: &Inventory,
    settings: &Settings,
    mut authorize: impl FnMut(&[JudgedResource], &Assumptions) -> Judgement<T>,
) -> Result<Prediction<T>, PredictError> {
    let region = inventory.call_region(request.region_id(), request.instance.as_deref());
    let case = Case {
        request,
        inventory,
        account: &settings.account,
        region: region.as_deref(),
        quotas: settings.quotas.or(&inventory.quotas()),
        assumptions: settings.assumptions,
    };
    let mut judged = checks(&case);
    let malformed = |check: &Check| check.row.stage == Stage::Shape && check.status == Status::Violated;
    if region.is_none() && !judged.iter().any(malformed) {
        return Err(PredictError::NoRegion);
    }
    let arns = |assumptions: &Assumptions| resources(request, case.region, case.account, assumptions);
    let authorization = Authorization::ask(arns(&case.assumptions), &case.assumptions, &mut authorize);
    apply(&mut judged, &authorization);

    let target = request.target();
    let base = answer(&judged, allowed(authorization.possible), settings.strict, target);
    let mut effects = Vec::new();
    for (assumption, alternative, assumptions) in settings.assumptions.alternatives() {
        let mut other = match part(assumption) {
            Part::Policies => judged.clone(),
            Part::Checks => checks(&Case { assumptions, ..case.clone() }),
        };
        let possible = match part(assumption) {
            Part::Policies => {
                let asked = Authorization::ask(arns(&assumptions), &assumptions, &mut authorize);
                apply(&mut other, &asked);
                asked.possible
            }
            Part::Checks => {
                apply(&mut other, &authorization);
                authorization.possible
            }
        };
        let changed = answer(&other, allowed(possible), settings.strict, target);
        if (changed.verdict, changed.code) != (base.verdict, base.code) {
            let choice = settings.assumptions.choice(assumption);
            effects.push(Effect { assumption, choice, alternative, answer: changed });
        }
    }
    let outcome = outcome(&judged, base, effects.is_empty(), settings.strict, target, &case.assumptions);
    let fix = fix(&case, &judged, &authorization);
    let strict = settings.strict;
    Ok(Prediction { outcome, fix, checks: judged, authorization, assumptions: effects, strict, region })
}

/// What an assumption is about.
enum Part {
    Policies,
    Checks,
}

fn part(assumption: Assumption) -> Part {
    match assumption {
        Assumption::AbsentNegated
        | Assumption::AbsentOssKey
        | Assumption::MultiValue
        | Assumption::ResourceGroupDeny
        | Assumption::ArnCase
        | Assumption::RamEmptyRegion
        | Assumption::IpBorder
        | Assumption::NotResource
        | Assumption::EniResources => Part::Policies,
        Assumption::GroupsPerEni
        | Assumption::DeniedMissing
        | Assumption::PrimaryEni
        | Assumption::PendingCode
        | Assumption::NeitherId => Part::Checks,
    }
}

fn apply<T>(checks: &mut [Check], authorization: &Authorization<T>) {
    let (status, reason) = authorization.status();
    let missing = if status == Status::Unknown { authorization.missing.clone() } else { Vec::new() };
    set_authorization(checks, status, reason, missing);
}

fn allowed(possible: Possible) -> bool {
    possible.single() == Some(Decision::Allow)
}
