//! The JSON of `simulate` (contract 4). The structs are the published format; inner types may change behind them.

use serde::Serialize;

use crate::evaluate::Possible;

/// A statement that decided.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DecidedBy {
    /// `control`, `session`, `identity`, `resource` or `root`.
    pub layer: &'static str,
    /// `account`, `resource_group`, or the name of a control-policy level.
    pub scope: String,
    /// The policy's name.
    pub policy: Option<String>,
    /// The statement's number, from 0.
    pub statement: Option<usize>,
    /// `Allow` or `Deny`.
    pub effect: &'static str,
    /// The file, as the user named it.
    pub file: Option<String>,
    /// Byte range of the statement in the file.
    pub span: Option<[u32; 2]>,
    /// `possible` where no single statement is sure.
    #[serde(rename = "match", skip_serializing_if = "Option::is_none")]
    pub matched: Option<&'static str>,
}

impl DecidedBy {
    /// The account's own right, which no statement gives.
    pub fn root() -> Self {
        Self {
            layer: "root",
            scope: "account".to_owned(),
            policy: None,
            statement: None,
            effect: "Allow",
            file: None,
            span: None,
            matched: None,
        }
    }
}

/// The answer for one resource.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ResourceAnswer {
    /// The resource as asked for.
    pub arn: String,
    /// Its type word, in a prediction.
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    pub kind: Option<&'static str>,
    /// The decision, or `undetermined`.
    pub decision: &'static str,
    /// The decisions that some completion gives.
    pub possible: Vec<&'static str>,
    /// The statements that decided.
    pub decided_by: Vec<DecidedBy>,
    /// The unknown keys that can change the decision.
    pub depends_on: Vec<String>,
}

/// What another choice of an assumption would give.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AssumptionNote<O> {
    /// The assumption.
    pub id: &'static str,
    /// The choice in force.
    pub choice: String,
    /// The choice that changes the answer.
    pub alternative: &'static str,
    /// The answer under it.
    pub outcome: O,
}

/// A decision under another choice.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DecisionOutcome {
    /// The decision, or `undetermined`.
    pub decision: &'static str,
    /// The decisions that some completion gives.
    pub possible: Vec<&'static str>,
}

/// The answer of `simulate`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SimulateAnswer {
    /// `ramspect.simulate/1`
    pub schema: &'static str,
    /// The action as asked for.
    pub action: String,
    /// The decision over all resources, or `undetermined`.
    pub decision: &'static str,
    /// The decisions that some completion gives.
    pub possible: Vec<&'static str>,
    /// Resource by resource, in the order asked for.
    pub resources: Vec<ResourceAnswer>,
    /// Alternatives that would change the answer.
    pub assumptions: Vec<AssumptionNote<DecisionOutcome>>,
}

/// The words of a set of decisions, in the published order.
pub fn words(possible: Possible) -> Vec<&'static str> {
    possible.iter().map(crate::evaluate::Decision::word).collect()
}
