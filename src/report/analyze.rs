//! The JSON of `diff` and `check` (contract 7). The structs are the published format; inner types may change behind them.

use std::collections::BTreeMap;

use serde::Serialize;

use super::json::DecidedBy;
use crate::analyze::Witness;

/// A statement that decided, and on which side it stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SideDecidedBy {
    /// `old` or `new`; in `check`, `policy` or `reference`.
    pub side: &'static str,
    /// The statement.
    #[serde(flatten)]
    pub statement: DecidedBy,
}

/// A whole request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RequestAnswer {
    /// `code:Name`
    pub action: String,
    /// `*` or an ARN.
    pub resource: String,
    /// The condition keys that the request carries.
    pub context: BTreeMap<String, Vec<String>>,
    /// The condition keys that it does not carry.
    pub absent: Vec<String>,
}

impl From<&Witness> for RequestAnswer {
    fn from(witness: &Witness) -> Self {
        let carried = witness.context.iter().filter_map(|(key, value)| Some((key.clone(), vec![value.clone()?])));
        let absent = witness.context.iter().filter(|(_, value)| value.is_none()).map(|(key, _)| key.clone());
        Self {
            action: witness.action.clone(),
            resource: witness.resource.clone(),
            context: carried.collect(),
            absent: absent.collect(),
        }
    }
}

/// A request on which the sides differ.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DifferenceAnswer {
    /// The request.
    #[serde(flatten)]
    pub request: RequestAnswer,
    /// What the old side says.
    pub old: &'static str,
    /// What the new side says.
    pub new: &'static str,
    /// The statements that decide: of the old side, then of the new side.
    pub by: Vec<SideDecidedBy>,
}

/// Whom a line of `diff --accounts` is about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PrincipalOfDiff {
    /// The ARN.
    pub principal: String,
    /// `access`: what it may do; `trust`: who may assume it.
    pub compared: &'static str,
    /// Which file has it: `kept` (both), `added` (the new one), `removed` (the old one).
    pub presence: &'static str,
    /// What is not known and may change the answer: `policy:<name>`, `trust:<role>`.
    pub depends_on: Vec<String>,
}

/// The answer of `diff`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DiffAnswer {
    /// `ramspect.diff/1`
    pub schema: &'static str,
    /// With `--accounts`: whom this line is about.
    #[serde(flatten)]
    pub of: Option<PrincipalOfDiff>,
    /// How the new side lies to the old one.
    pub relation: &'static str,
    /// What only the new side allows.
    pub new_access: Vec<DifferenceAnswer>,
    /// What only the old side allows.
    pub lost_access: Vec<DifferenceAnswer>,
    /// Whether both lists are whole.
    pub exact: bool,
}

/// One thing that was to be proved.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CheckResult {
    /// `may-not`, `must-allow` or `no-broader-than`.
    pub check: &'static str,
    /// The action pattern; null for a reference.
    pub action: Option<String>,
    /// The resource pattern; null for a reference.
    pub resource: Option<String>,
    /// The reference's path; null otherwise.
    pub reference: Option<String>,
    /// `proved`, `violated` or `undecided`.
    pub result: &'static str,
    /// A request that shows the violation.
    pub counterexample: Option<CounterExample>,
}

/// A request that shows a violation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CounterExample {
    /// The request.
    #[serde(flatten)]
    pub request: RequestAnswer,
    /// What the policy says to it.
    pub decision: &'static str,
    /// The statements that decide.
    pub by: Vec<SideDecidedBy>,
}

/// Whom a line of `check --account` is about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PrincipalOfCheck {
    /// The ARN.
    pub principal: String,
    /// What is not known and may change the answer: `policy:<name>`.
    pub depends_on: Vec<String>,
}

/// The answer of `check`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CheckAnswer {
    /// `ramspect.check/1`
    pub schema: &'static str,
    /// With `--account`: whom this line is about.
    #[serde(flatten)]
    pub of: Option<PrincipalOfCheck>,
    /// `proved`, `violated` or `undecided`: of all checks together.
    pub result: &'static str,
    /// Check by check: all of `--may-not`, of `--must-allow`, of `--no-broader-than`.
    pub checks: Vec<CheckResult>,
}
