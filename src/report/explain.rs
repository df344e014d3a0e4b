//! The JSON of `explain` (contract 6).

use serde::Serialize;
use serde_json::{Value, json};

use super::json::ResourceAnswer;
use crate::explain::{Denial, Grant, Suggestion};

/// The answer of `explain`.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ExplainAnswer {
    /// `ramspect.explain/1`
    pub schema: &'static str,
    /// The first RAM denial, else the first error.
    pub denial: DenialAnswer,
    /// Every error, in order.
    pub denials: Vec<DenialAnswer>,
    /// Why; null for what is no RAM denial.
    pub diagnosis: Option<DiagnosisAnswer>,
    /// What to change; null for what is no RAM denial.
    pub suggestion: Option<SuggestionAnswer>,
}

/// One error.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DenialAnswer {
    /// Whether a RAM policy layer refused.
    pub is_ram_denial: bool,
    /// What it is instead.
    pub what: Option<&'static str>,
    /// HTTP status.
    pub http: Option<u16>,
    /// The code.
    pub code: Option<String>,
    /// The request's id.
    pub request_id: Option<String>,
    /// The action.
    pub action: Option<String>,
    /// The resource.
    pub resource: Option<String>,
    /// Who was refused.
    pub principal: Option<CallerAnswer>,
    /// The layer that refused.
    pub policy_type: Option<String>,
    /// `ExplicitDeny` or `ImplicitDeny`.
    pub no_permission_type: Option<String>,
    /// The message to decode.
    pub encoded_diagnostic_message: Option<String>,
    /// Where it stands, in bytes.
    pub range: [u32; 2],
}

/// Who was refused.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CallerAnswer {
    /// `SubUser`, `AssumedRoleUser`, ..
    #[serde(rename = "type")]
    pub kind: Option<String>,
    /// Id, name, or `Role:Session`.
    pub display_name: Option<String>,
    /// The account.
    pub owner_id: Option<String>,
}

impl From<&Denial> for DenialAnswer {
    fn from(denial: &Denial) -> Self {
        Self {
            is_ram_denial: denial.is_ram_denial(),
            what: denial.class.word(),
            http: denial.http,
            code: denial.code.clone(),
            request_id: denial.request_id.clone(),
            action: denial.action.clone(),
            resource: denial.resource.clone(),
            principal: denial.principal.as_ref().map(|caller| CallerAnswer {
                kind: caller.kind.clone(),
                display_name: caller.display_name.clone(),
                owner_id: caller.owner_id.clone(),
            }),
            policy_type: denial.policy_type.clone(),
            no_permission_type: denial.no_permission_type.clone(),
            encoded_diagnostic_message: denial.encoded_diagnostic_message.clone(),
            range: [denial.span.start, denial.span.end],
        }
    }
}

/// Why the call was refused.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DiagnosisAnswer {
    /// In one word.
    pub cause: &'static str,
    /// Resource by resource, as `simulate` has it.
    pub resources: Vec<ResourceAnswer>,
    /// What nearly allows.
    pub near_misses: Vec<NearMissAnswer>,
    /// What could explain that policies and denial do not agree.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub disagrees: Vec<String>,
}

/// A statement that nearly allows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct NearMissAnswer {
    /// The policy.
    pub policy: String,
    /// The statement's number, from 0.
    pub statement: usize,
    /// What is missing.
    pub why: String,
}

/// What to change.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SuggestionAnswer {
    /// `add_statement`, `change_statement`, `remove_deny`, `set_context` or null.
    pub kind: Option<&'static str>,
    /// The statement that would allow exactly this call.
    pub statement: Option<Value>,
    /// In words.
    pub text: String,
    /// What to think of before.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub warnings: Vec<String>,
}

impl From<&Suggestion> for SuggestionAnswer {
    fn from(suggestion: &Suggestion) -> Self {
        Self {
            kind: suggestion.kind.map(crate::explain::SuggestionKind::word),
            statement: suggestion.grant.as_ref().map(statement),
            text: suggestion.text.clone(),
            warnings: suggestion.warnings.clone(),
        }
    }
}

/// A grant as a statement.
pub fn statement(grant: &Grant) -> Value {
    match grant.resources.as_slice() {
        [one] => json!({ "Effect": "Allow", "Action": grant.action, "Resource": one }),
        several => json!({ "Effect": "Allow", "Action": grant.action, "Resource": several }),
    }
}
