//! The outcome of a call: statuses, verdict, code, candidates, certainty, assumptions; and candidates once more by running
//! all completions through all orders.

use std::collections::{BTreeMap, BTreeSet};

use super::assumptions::{Choices, TABLE};
use super::evaluate::{Decision, Possible};
use super::facts::{Facts, call_region};
use super::membership::{ROWS, Result, Stage, Status, every, row, status};
use super::world::{Call, World};

/// A world, a call, and how RAM judges a list of ARNs under given choices.
pub(crate) struct Question<'a> {
    pub(crate) world: &'a World,
    pub(crate) call: &'a Call,
    pub(crate) choices: Choices,
    pub(crate) strict: bool,
    pub(crate) authorize: &'a dyn Fn(&[String], &Choices) -> Possible,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Prediction {
    pub(crate) verdict: &'static str,
    pub(crate) code: Option<&'static str>,
    pub(crate) http: Option<u16>,
    /// Codes in default order; `Success` last.
    pub(crate) candidates: Vec<&'static str>,
    pub(crate) certainty: &'static str,
    pub(crate) unverified: Vec<&'static str>,
    /// What RAM judges, and the decisions that are possible; `None` when there is nothing to judge.
    pub(crate) arns: Vec<String>,
    pub(crate) authorization: Option<Possible>,
    pub(crate) statuses: BTreeMap<&'static str, Status>,
    /// Id, alternative, verdict, code.
    pub(crate) assumptions: Vec<(&'static str, &'static str, &'static str, Option<&'static str>)>,
}

/// The ARNs that RAM judges.
pub(crate) fn arns(world: &World, call: &Call, choices: &Choices) -> Vec<String> {
    let Some(region) = call_region(world, call) else { return Vec::new() };
    let arn = |kind: &str, id: &str| format!("acs:ecs:{region}:{}:{kind}/{id}", call.caller);
    let mut all = Vec::new();
    if let Some(id) = &call.instance {
        all.push(arn("instance", id));
    } else if let Some(id) = &call.eni {
        match choices.of("eni-resources") {
            "eni+securitygroup" => all.push(arn("eni", id)),
            "instance-any+securitygroup" => all.push(arn("instance", "*")),
            _ => {}
        }
    }
    all.extend(call.group.iter().map(|id| arn("securitygroup", id)));
    all
}

/// Whether a check of stage `left` is known or assumed to come before one of stage `right`.
///
/// Pair by pair, as the contract lists them: under `not-found-first`, existence comes before authorization and that before
/// ownership, yet existence against ownership stays unknown ("among all stages from existence to quota").
pub(crate) fn precedes(left: Stage, right: Stage, choices: &Choices) -> bool {
    let existence_to_quota = |stage| (Stage::Existence..=Stage::Quota).contains(&stage);
    let forbidden_first = choices.is("denied-missing", "forbidden-first");
    match left {
        Stage::Authorization if right == Stage::Existence => forbidden_first,
        Stage::Shape | Stage::Authorization => existence_to_quota(right),
        Stage::Existence => right == Stage::Authorization && !forbidden_first,
        _ => false,
    }
}

/// The codes in default order: that of the table, with two stages swapped under `not-found-first`.
fn default_order(choices: &Choices) -> Vec<&'static str> {
    let mut rows: Vec<_> = ROWS.iter().collect();
    if choices.is("denied-missing", "not-found-first") {
        rows.sort_by_key(|row| match row.2 {
            Stage::Shape => 0,
            Stage::Existence => 1,
            Stage::Authorization => 2,
            _ => 3,
        });
    }
    rows.iter().map(|row| row.0).collect()
}

fn authorization(question: &Question) -> Option<Possible> {
    let arns = arns(question.world, question.call, &question.choices);
    (!arns.is_empty()).then(|| (question.authorize)(&arns, &question.choices))
}

fn authorization_status(possible: Option<&Possible>) -> Status {
    match possible {
        None => Status::NotApplicable,
        Some(possible) if !possible.contains(&Decision::Allow) => Status::Violated,
        Some(possible) if possible.len() == 1 => Status::Passed,
        Some(_) => Status::Unknown,
    }
}

/// Assumptions that the checks read; RAM's judgement reads the first eight of the table and `eni-resources`.
const READ_BY_CHECKS: [&str; 4] = ["groups-per-eni", "primary-eni", "pending-code", "neither-id"];

type Statuses = BTreeMap<&'static str, Status>;

/// All checks but `Forbidden.RAM`.
fn checks(question: &Question) -> Statuses {
    let others = ROWS.iter().filter(|row| row.0 != "Forbidden.RAM");
    others.map(|row| (row.0, status(question.world, question.call, &question.choices, row.0))).collect()
}

/// The answer without certainty and assumptions.
fn outcome(question: &Question, checks: &Statuses, authorization: Option<&Possible>) -> Prediction {
    let mut statuses = checks.clone();
    statuses.insert("Forbidden.RAM", authorization_status(authorization));
    let order = default_order(&question.choices);
    let with = |wanted: &dyn Fn(Status) -> bool| {
        order.iter().copied().filter(|code| wanted(statuses[code])).collect::<Vec<&'static str>>()
    };
    let unknown = |status| status == Status::Unknown || (question.strict && status == Status::Unverified);
    let violated = with(&|status| status == Status::Violated);
    let allowed = authorization == Some(&Possible::from([Decision::Allow]));
    let verdict = if !violated.is_empty() {
        "failure"
    } else if with(&unknown).is_empty() && allowed {
        "success"
    } else {
        "undetermined"
    };
    let mut candidates = with(&|status| status == Status::Violated || unknown(status));
    candidates.retain(|code| !violated.iter().any(|before| precedes(row(before).2, row(code).2, &question.choices)));
    if verdict != "failure" {
        candidates.push("Success");
    }
    let code = violated.first().copied();
    let http = code.map(|code| match (code, question.call.instance.is_some()) {
        ("InstanceSecurityGroupLimitExceeded", true) => 400,
        ("InstanceSecurityGroupLimitExceeded", false) => 403,
        _ => row(code).1[0],
    });
    let unverified = with(&|status| status == Status::Unverified);
    Prediction {
        verdict,
        code,
        http,
        candidates,
        certainty: "",
        unverified,
        arns: arns(question.world, question.call, &question.choices),
        authorization: authorization.cloned(),
        statuses,
        assumptions: Vec::new(),
    }
}

/// The whole answer.
pub(crate) fn predict(question: &Question) -> Prediction {
    let (all, judged) = (checks(question), authorization(question));
    let mut answer = outcome(question, &all, judged.as_ref());
    for (id, _, alternative) in question.choices.alternatives(TABLE.len()) {
        if id == "groups-per-eni" && question.world.quotas.contains_key(id) {
            continue;
        }
        let other = Question { choices: question.choices.with(id, alternative), ..*question };
        let other = if READ_BY_CHECKS.contains(&id) {
            outcome(&other, &checks(&other), judged.as_ref())
        } else {
            outcome(&other, &all, authorization(&other).as_ref())
        };
        if (other.verdict, other.code) != (answer.verdict, answer.code) {
            answer.assumptions.push((id, alternative, other.verdict, other.code));
        }
    }
    let documented = match answer.code {
        Some(code) => row(code).3,
        None => answer.unverified.is_empty(),
    };
    answer.certainty = if answer.verdict == "undetermined" {
        "undetermined"
    } else if answer.candidates.len() > 1 {
        "order_inferred"
    } else if documented && answer.assumptions.is_empty() {
        "certain"
    } else {
        "inferred"
    };
    answer
}

/// The codes with which the call can end, over every completion of the unknown facts (small domains, facts shared by
/// several checks take one value in all of them) and every order of the checks: in one completion, the first failing code
/// can be any failing check before which no other failing one is known to come.
///
/// The contract's `candidates` equal this set but for `Success`: there it stands whenever the verdict is `undetermined`,
/// here only when some completion passes every check (a group that is full whatever its type does not let it pass).
pub(crate) fn reachable(question: &Question) -> BTreeSet<&'static str> {
    let authorization = authorization_status(authorization(question).as_ref());
    let ends = every(|chooser| {
        let mut failing = Vec::new();
        for (code, _, stage, ..) in ROWS {
            let fires = match (code, stage) {
                ("Forbidden.RAM", _) => match authorization {
                    Status::Violated => true,
                    Status::Unknown => chooser.choose("authorization", 2) == 1,
                    _ => false,
                },
                (_, Stage::Service) => false,
                _ => {
                    let (world, call, choices) = (question.world, question.call, &question.choices);
                    match (Facts { world, call, choices, chooser }).check(code) {
                        Result::Fires => true,
                        Result::Unverified if question.strict => chooser.choose(&format!("unverified {code}"), 2) == 1,
                        _ => false,
                    }
                }
            };
            if fires {
                failing.push(code);
            }
        }
        first_failing(&failing, &question.choices)
    });
    ends.into_iter().flatten().collect()
}

/// The codes that come first in some order of `failing`; `Success` when there is none.
pub(crate) fn first_failing(failing: &[&'static str], choices: &Choices) -> BTreeSet<&'static str> {
    if failing.is_empty() {
        return BTreeSet::from(["Success"]);
    }
    let first = |code: &&&str| !failing.iter().any(|other| precedes(row(other).2, row(code).2, choices));
    failing.iter().filter(first).copied().collect()
}
