//! The JSON of `review` (contract 9), and the sentences that all its forms share. The structs are the published format; inner
//! types may change behind them.

use std::collections::BTreeMap;

use serde::Serialize;

use super::json::{DecidedBy, words};
use super::residual::ConditionAnswer;
use super::who_can::{AbleResource, decided_by};
use crate::account::{Documents, Principal};
use crate::catalog::Catalog;
use crate::review::{
    Call, Escalation, Gain, Ground, Idle, IdleWhy, Outsider, Reachable, Review, Step, Strength, Way, is_finding,
};

/// How many of each there are.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Counts {
    /// Users.
    pub users: usize,
    /// Groups.
    pub groups: usize,
    /// Roles.
    pub roles: usize,
    /// Policies, without trust policies.
    pub policies: usize,
}

/// An administrator in fact.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AdministratorAnswer {
    /// The ARN.
    pub principal: String,
    /// `certain`, `conditional` or `possible`.
    pub strength: &'static str,
    /// The condition; null where there is none.
    #[serde(rename = "if")]
    pub condition: Option<ConditionAnswer>,
    /// The statements that allow everything.
    pub decided_by: Vec<DecidedBy>,
    /// Deny statements of its own policies.
    pub exceptions: Vec<DecidedBy>,
}

/// A call of a step.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CallAnswer {
    /// The action.
    pub action: String,
    /// The resource.
    pub resource: String,
    /// Condition keys that the call itself sets.
    pub context: BTreeMap<String, String>,
    /// Only the caller's own policies were judged: the trust policy is another one by then.
    pub own_side: bool,
    /// The decisions that some completion of the unknown keys gives.
    pub possible: Vec<&'static str>,
    /// The condition that remains; null where there is none.
    #[serde(rename = "if")]
    pub condition: Option<ConditionAnswer>,
    /// The statements that decide.
    pub decided_by: Vec<DecidedBy>,
}

/// What a step ends with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct GainAnswer {
    /// `administrator`, `identity`, `group` or `nothing` (the next step needs it).
    pub kind: &'static str,
    /// The ARN of the user or role, the name of the group; null otherwise.
    pub name: Option<String>,
}

/// A step.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct StepAnswer {
    /// Who takes it.
    pub by: String,
    /// `attach`, `rewrite`, `version`, `group`, `credentials`, `trust`, `assume`, `pass-role`, `command`, `federation`,
    /// `create`, `mfa`, `guard`, `leave` or `control-policy`.
    pub way: &'static str,
    /// What it is done to, such as `user/bob`.
    pub to: String,
    /// What it ends with.
    pub gain: GainAnswer,
    /// The step in words.
    pub text: String,
    /// A fact that must be so and was not given.
    pub needs: Option<String>,
    /// Its calls.
    pub calls: Vec<CallAnswer>,
}

/// A way to become administrator.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct EscalationAnswer {
    /// Who.
    pub principal: String,
    /// `certain`, `conditional` or `possible`.
    pub strength: &'static str,
    /// The steps, in order.
    pub steps: Vec<StepAnswer>,
}

/// A column of the matrix.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CapabilityAnswer {
    /// Its id.
    pub id: &'static str,
    /// What it is.
    pub title: &'static str,
}

/// A cell of the matrix.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CellAnswer {
    /// The id of the capability.
    pub capability: &'static str,
    /// `yes`, `if` or `may`; a capability that is not listed is "no".
    pub answer: &'static str,
    /// A request that shows it; null for `administrator`.
    pub example: Option<AbleResource>,
}

/// A row of the matrix.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RowAnswer {
    /// The ARN.
    pub principal: String,
    /// What it can do.
    pub cells: Vec<CellAnswer>,
    /// Capabilities for which the budget ran out.
    pub undecided: Vec<&'static str>,
}

/// Somebody, and how sure it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ByAnswer {
    /// The ARN.
    pub principal: String,
    /// `certain`, `conditional` or `possible`.
    pub strength: &'static str,
}

/// A role that can be passed to a service.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PassableAnswer {
    /// The role's name.
    pub role: String,
    /// The service.
    pub service: String,
    /// Who can.
    pub by: Vec<ByAnswer>,
}

/// A door to the outside.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ReachableAnswer {
    /// The role's name; null for the policy of a resource.
    pub role: Option<String>,
    /// `anybody`, `account` or `federated`.
    pub who: &'static str,
    /// Whom the policy names; null for `anybody`.
    pub name: Option<String>,
    /// `certain`, `conditional` or `possible`.
    pub strength: &'static str,
    /// Whether a condition remains.
    pub conditional: bool,
    /// The condition that remains, Deny statements of the same policy among it; null where there is none.
    #[serde(rename = "if")]
    pub condition: Option<ConditionAnswer>,
    /// A request that gets in under it; null when the budget ran out.
    pub example: Option<VisitAnswer>,
    /// Whether it counts as a finding.
    pub finding: bool,
    /// What comes of it: `administrator`, `escalation` (the role can become one) or null.
    pub leads_to: Option<&'static str>,
    /// The statement.
    pub decided_by: DecidedBy,
}

/// A request from outside that is allowed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct VisitAnswer {
    /// Who asks.
    pub principal: String,
    /// The action.
    pub action: String,
    /// The resource.
    pub resource: String,
}

/// A way into a security group.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct WayAnswer {
    /// The action.
    pub action: &'static str,
    /// What is put into the group.
    pub what: &'static str,
    /// Who can.
    pub by: Vec<ByAnswer>,
}

/// A security group.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct GroupAnswer {
    /// Its id; null without an inventory: some group.
    pub group: Option<String>,
    /// Instances and network interfaces in it.
    pub members: Vec<String>,
    /// The ways into it.
    pub ways: Vec<WayAnswer>,
}

/// A statement that never matters.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct IdleAnswer {
    /// The policy's name.
    pub policy: String,
    /// The statement's number; null for the whole policy.
    pub statement: Option<usize>,
    /// `unheld`, `covered` or `nothing-to-deny`.
    pub why: &'static str,
    /// The file.
    pub file: Option<String>,
    /// Byte range of the statement in the file.
    pub span: Option<[u32; 2]>,
}

/// The answer of `review`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ReviewAnswer {
    /// `ramspect.review/1`
    pub schema: &'static str,
    /// The account's number.
    pub account_id: String,
    /// How many of each there are.
    pub counts: Counts,
    /// Whether there are findings: ways to become administrator, doors to the outside.
    pub findings: bool,
    /// Whether everything could be told.
    pub complete: bool,
    /// Who is administrator in fact.
    pub administrators: Vec<AdministratorAnswer>,
    /// Who can become one.
    pub escalations: Vec<EscalationAnswer>,
    /// The columns of the matrix.
    pub capabilities: Vec<CapabilityAnswer>,
    /// The rows of the matrix.
    pub matrix: Vec<RowAnswer>,
    /// Which roles can be passed to which services.
    pub pass_role: Vec<PassableAnswer>,
    /// What is open to the outside.
    pub reachable: Vec<ReachableAnswer>,
    /// Who can put a machine into which security group.
    pub security_groups: Vec<GroupAnswer>,
    /// Statements that never matter.
    pub idle: Vec<IdleAnswer>,
    /// For how many statements that stayed open.
    pub idle_open: usize,
    /// Policies and trust policies of which nothing is known.
    pub unknown: Vec<String>,
}

/// The word of a cell.
pub fn cell_word(strength: Strength) -> &'static str {
    match strength {
        Strength::Certain => "yes",
        Strength::Conditional => "if",
        Strength::Possible => "may",
    }
}

/// The columns of the matrix.
pub fn columns() -> Vec<CapabilityAnswer> {
    let administrator = CapabilityAnswer { id: "administrator", title: "administrator" };
    let others =
        Catalog::new().capabilities().map(|capability| CapabilityAnswer { id: capability.id, title: capability.title });
    std::iter::once(administrator).chain(others).collect()
}

/// `user/alice`, `role/deployer`.
pub fn short(principal: &Principal) -> String {
    let arn = principal.to_string();
    arn.splitn(5, ':').nth(4).unwrap_or(&arn).to_owned()
}

/// A step in words, without who takes it.
pub fn step_text(step: &Step) -> String {
    let to = &step.to;
    match step.way {
        Way::Attach => format!("attaches AdministratorAccess to {to}"),
        Way::Rewrite => format!("rewrites {to}, so that it allows everything"),
        Way::Version => format!("goes back to an older version of {to}"),
        Way::Join => format!("joins {to}"),
        Way::Credentials => format!("makes credentials of {to} and logs in with them"),
        Way::Trust => format!("lets {to} trust whom it likes"),
        Way::Assume => format!("assumes {to}"),
        Way::PassRole => format!("passes {to} to a service and runs code with it"),
        Way::Command => format!("runs commands on a machine that has {to}"),
        Way::Federation => format!("takes over the identity provider that {to} trusts"),
        Way::Mfa => format!("takes the second factor off {to} and logs in"),
        Way::Guard => format!("takes away {to}, which denies"),
        Way::Leave => format!("leaves {to}, whose policies deny"),
        Way::Control => format!("lifts the {to}"),
        Way::Create => format!("creates {to}"),
    }
}

/// Why a statement never matters, in words.
pub fn idle_text(why: IdleWhy) -> &'static str {
    match why {
        IdleWhy::Unheld => "is granted to nobody",
        IdleWhy::Covered => "changes nothing for anybody who holds it: others allow the same, or it is denied",
        IdleWhy::NothingToDeny => "denies nothing that anybody who holds it may do",
    }
}

/// Whom a door lets in, in words.
pub fn outsider_text(who: &Outsider) -> String {
    match who {
        Outsider::Anybody => "anybody".to_owned(),
        Outsider::Account(name) => name.clone(),
        Outsider::Federated(name) => format!("whoever {name} vouches for"),
    }
}

/// Under which condition a door is open, in words.
pub fn remaining(one: &Reachable) -> Option<String> {
    match &one.visit {
        None => Some("undecided within the budget".to_owned()),
        Some(visit) => one.is_conditional().then(|| format!("if {}", super::residual::words(&visit.condition))),
    }
}

/// What comes of a role that can be reached.
pub fn leads_to(review: &Review, reachable: &Reachable) -> Option<&'static str> {
    let name = reachable.role.as_deref()?;
    let is = |principal: &Principal| short(principal) == format!("role/{name}");
    if review.administrators.iter().any(|one| is(&one.principal)) {
        Some("administrator")
    } else if review.escalations.iter().any(|path| is(&path.principal)) {
        Some("escalation")
    } else {
        None
    }
}

fn call(documents: &Documents, call: &Call) -> CallAnswer {
    CallAnswer {
        action: call.action.clone(),
        resource: call.resource.clone(),
        context: call.context.iter().cloned().collect(),
        own_side: call.own_side,
        possible: words(call.answer.possible),
        condition: ConditionAnswer::of(&call.answer.condition),
        decided_by: call.answer.grounds.iter().map(|ground| decided_by(documents, ground)).collect(),
    }
}

fn step(documents: &Documents, step: &Step) -> StepAnswer {
    let gain = match &step.gain {
        Gain::Administrator => GainAnswer { kind: "administrator", name: None },
        Gain::Identity(principal) => GainAnswer { kind: "identity", name: Some(principal.to_string()) },
        Gain::Group(name) => GainAnswer { kind: "group", name: Some(name.clone()) },
        Gain::Preparation => GainAnswer { kind: "nothing", name: None },
    };
    StepAnswer {
        by: step.by.to_string(),
        way: step.way.as_str(),
        to: step.to.clone(),
        gain,
        text: step_text(step),
        needs: step.needs.clone(),
        calls: step.calls.iter().map(|one| call(documents, one)).collect(),
    }
}

fn door(documents: &Documents, review: &Review, one: &Reachable) -> ReachableAnswer {
    ReachableAnswer {
        role: one.role.clone(),
        who: one.who.as_str(),
        name: match &one.who {
            Outsider::Anybody => None,
            Outsider::Account(name) | Outsider::Federated(name) => Some(name.clone()),
        },
        strength: one.strength.as_str(),
        conditional: one.is_conditional(),
        condition: one.visit.as_ref().and_then(|visit| ConditionAnswer::of(&visit.condition)),
        example: one.visit.as_ref().map(|visit| VisitAnswer {
            principal: visit.principal.clone(),
            action: visit.action.clone(),
            resource: visit.resource.clone(),
        }),
        finding: is_finding(one),
        leads_to: leads_to(review, one),
        decided_by: decided_by(documents, &one.ground),
    }
}

fn idle(documents: &Documents, one: &Idle) -> IdleAnswer {
    let place = one.statement.and_then(|at| documents.place(one.policy, at));
    IdleAnswer {
        policy: documents.policy(one.policy).map(|named| named.name.clone()).unwrap_or_default(),
        statement: one.statement,
        why: one.why.as_str(),
        file: place.map(|(source, _)| source.name().to_owned()),
        span: place.map(|(_, span)| [span.start, span.end]),
    }
}

impl ReviewAnswer {
    /// The published form.
    pub fn new(account_id: &str, documents: &Documents, review: &Review) -> Self {
        let grounds =
            |list: &[Ground]| -> Vec<DecidedBy> { list.iter().map(|ground| decided_by(documents, ground)).collect() };
        let escalation = |path: &Escalation| EscalationAnswer {
            principal: path.principal.to_string(),
            strength: path.strength.as_str(),
            steps: path.steps.iter().map(|one| step(documents, one)).collect(),
        };
        let by = |principal: &Principal, strength: Strength| ByAnswer {
            principal: principal.to_string(),
            strength: strength.as_str(),
        };
        let counts =
            Counts { users: review.users, groups: review.groups, roles: review.roles, policies: review.policies };
        Self {
            schema: "ramspect.review/1",
            account_id: account_id.to_owned(),
            counts,
            findings: review.has_findings(),
            complete: !review.is_open(),
            administrators: review
                .administrators
                .iter()
                .map(|one| AdministratorAnswer {
                    principal: one.principal.to_string(),
                    strength: one.strength.as_str(),
                    condition: ConditionAnswer::of(&one.condition),
                    decided_by: grounds(&one.grounds),
                    exceptions: grounds(&one.exceptions),
                })
                .collect(),
            escalations: review.escalations.iter().map(escalation).collect(),
            capabilities: columns(),
            matrix: review
                .matrix
                .iter()
                .map(|row| RowAnswer {
                    principal: row.principal.to_string(),
                    cells: row
                        .cells
                        .iter()
                        .map(|cell| CellAnswer {
                            capability: cell.capability,
                            answer: cell_word(cell.strength),
                            example: cell.example.as_ref().map(|example| AbleResource::example(documents, example)),
                        })
                        .collect(),
                    undecided: row.undecided.clone(),
                })
                .collect(),
            pass_role: review
                .passable
                .iter()
                .map(|one| PassableAnswer {
                    role: one.role.clone(),
                    service: one.service.clone(),
                    by: one.by.iter().map(|(principal, strength, _)| by(principal, *strength)).collect(),
                })
                .collect(),
            reachable: review.reachable.iter().map(|one| door(documents, review, one)).collect(),
            security_groups: review
                .entrances
                .iter()
                .map(|one| GroupAnswer {
                    group: one.group.clone(),
                    members: one.members.ids.clone(),
                    ways: one
                        .ways
                        .iter()
                        .map(|way| WayAnswer {
                            action: way.action,
                            what: way.what,
                            by: way.by.iter().map(|(principal, strength, ..)| by(principal, *strength)).collect(),
                        })
                        .collect(),
                })
                .collect(),
            idle: review.idle.iter().map(|one| idle(documents, one)).collect(),
            idle_open: review.idle_open,
            unknown: review.unknown.clone(),
        }
    }
}
