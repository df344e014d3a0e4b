//! The JSON of `predict` (contract 3).

use serde::Serialize;
use serde_json::{Value, json};

use super::json::{AssumptionNote, ResourceAnswer};
use crate::membership::JoinRequest;
use crate::predict::{Candidate, FixKind, Prediction};

/// The answer of `predict` to one request.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PredictAnswer {
    /// `ramspect.predict/1`
    pub schema: &'static str,
    /// The `id` of the request's line.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<Value>,
    /// What was asked.
    pub request: RequestEcho,
    /// What the API is going to answer.
    pub outcome: OutcomeAnswer,
    /// What RAM says.
    pub authorization: AuthorizationAnswer,
    /// Every check, in default order.
    pub checks: Vec<CheckAnswer>,
    /// What would change a failure.
    pub fix: Option<FixAnswer>,
    /// Alternatives that would change the answer.
    pub assumptions: Vec<AssumptionNote<AlternativeOutcome>>,
}

/// The request as it was understood.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RequestEcho {
    /// `ecs:JoinSecurityGroup`
    pub action: &'static str,
    /// Region of the call.
    pub region: Option<String>,
    /// `SecurityGroupId`
    pub security_group: Option<String>,
    /// `InstanceId`
    pub instance: Option<String>,
    /// `NetworkInterfaceId`
    pub network_interface: Option<String>,
}

/// A code with all its statuses.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CandidateAnswer {
    /// HTTP statuses, ascending.
    pub http: Vec<u16>,
    /// The code.
    pub code: &'static str,
}

impl From<&Candidate> for CandidateAnswer {
    fn from(candidate: &Candidate) -> Self {
        Self { http: candidate.http.clone(), code: candidate.code }
    }
}

/// The predicted outcome.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct OutcomeAnswer {
    /// `success`, `failure` or `undetermined`.
    pub verdict: &'static str,
    /// HTTP status of a failure.
    pub http: Option<u16>,
    /// Code of a failure.
    pub code: Option<&'static str>,
    /// The API's own text, where it is fixed.
    pub message: Option<&'static str>,
    /// What the code means.
    pub meaning: Option<&'static str>,
    /// `certain`, `inferred`, `order_inferred` or `undetermined`.
    pub certainty: &'static str,
    /// Every answer that may come first.
    pub candidates: Vec<CandidateAnswer>,
    /// Codes whose check is unverified.
    pub unverified: Vec<&'static str>,
    /// What can come at any time.
    pub always_possible: Vec<CandidateAnswer>,
}

/// What RAM says about the call.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AuthorizationAnswer {
    /// The decision, or `undetermined`.
    pub decision: &'static str,
    /// The decisions that some completion gives.
    pub possible: Vec<&'static str>,
    /// Resource by resource.
    pub resources: Vec<ResourceAnswer>,
}

/// One check.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CheckAnswer {
    /// The code.
    pub code: &'static str,
    /// Its HTTP statuses.
    pub http: Vec<u16>,
    /// Its stage.
    pub stage: &'static str,
    /// Its status.
    pub status: &'static str,
    /// `documented` or `inferred`.
    pub rule: &'static str,
    /// Why.
    pub reason: String,
    /// The facts that would decide it.
    pub missing: Vec<String>,
}

/// What would change a failure.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct FixAnswer {
    /// `grant`, `wait`, `leave`, `quota`, `request` or `other`.
    pub kind: &'static str,
    /// The statement to add, for `grant`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub statement: Option<Value>,
    /// In words.
    pub text: String,
}

/// Verdict and code under another choice.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AlternativeOutcome {
    /// The verdict.
    pub verdict: &'static str,
    /// HTTP status of a failure.
    pub http: Option<u16>,
    /// Code of a failure.
    pub code: Option<&'static str>,
}

/// The smallest statement that allows the call on these resources.
pub fn grant(resources: &[String]) -> Value {
    json!({ "Effect": "Allow", "Action": "ecs:JoinSecurityGroup", "Resource": resources })
}

impl PredictAnswer {
    /// The published form of a prediction; `resources` and `choice` come from whoever judged it.
    pub fn new<T>(
        id: Option<Value>,
        request: &JoinRequest,
        prediction: &Prediction<T>,
        resources: Vec<ResourceAnswer>,
    ) -> Self {
        let outcome = &prediction.outcome;
        let listed = |list: &[Candidate]| list.iter().map(CandidateAnswer::from).collect();
        let possible = prediction.authorization.possible;
        Self {
            schema: "ramspect.predict/1",
            id,
            request: RequestEcho {
                action: "ecs:JoinSecurityGroup",
                region: prediction.region.clone(),
                security_group: request.security_group.clone(),
                instance: request.instance.clone(),
                network_interface: request.network_interface.clone(),
            },
            outcome: OutcomeAnswer {
                verdict: outcome.verdict.word(),
                http: outcome.http,
                code: outcome.code,
                message: outcome.message,
                meaning: outcome.meaning,
                certainty: outcome.certainty.word(),
                candidates: listed(&outcome.candidates),
                unverified: outcome.unverified.clone(),
                always_possible: listed(&outcome.always_possible),
            },
            authorization: AuthorizationAnswer {
                decision: possible.word(),
                possible: super::json::words(possible),
                resources,
            },
            checks: prediction.checks.iter().map(CheckAnswer::from).collect(),
            fix: prediction.fix.as_ref().map(|fix| FixAnswer {
                kind: fix.kind.word(),
                statement: (fix.kind == FixKind::Grant).then(|| grant(&fix.grant)),
                text: fix.text.clone(),
            }),
            assumptions: prediction.assumptions.iter().map(note).collect(),
        }
    }
}

fn note(effect: &crate::predict::Effect) -> AssumptionNote<AlternativeOutcome> {
    AssumptionNote {
        id: effect.assumption.id(),
        choice: effect.choice.to_owned(),
        alternative: effect.alternative,
        outcome: AlternativeOutcome {
            verdict: effect.answer.verdict.word(),
            http: effect.answer.http,
            code: effect.answer.code,
        },
    }
}

impl From<&crate::membership::Check> for CheckAnswer {
    fn from(check: &crate::membership::Check) -> Self {
        Self {
            code: check.row.code,
            http: check.row.statuses(),
            stage: check.row.stage.word(),
            status: check.status.word(),
            rule: check.row.rule.word(),
            reason: check.reason.clone(),
            missing: check.missing.clone(),
        }
    }
}
