//! The JSON of `who-can` (contract 9). The structs are the published format; inner types may change behind them.

use serde::Serialize;

use super::json::{AssumptionNote, DecidedBy, words};
use super::residual::ConditionAnswer;
use crate::account::{Documents, Origin};
use crate::review::{Able, Ables, Answer, Example, Ground, Question, Strength};

/// A deciding statement, as every answer shows it.
pub fn decided_by(documents: &Documents, ground: &Ground) -> DecidedBy {
    let matched = (!ground.certain).then_some("possible");
    let named = documents.policy(ground.policy);
    if named.is_some_and(|named| named.origin == Origin::Root) {
        return DecidedBy { matched, ..DecidedBy::root() };
    }
    let place = documents.place(ground.policy, ground.statement);
    DecidedBy {
        layer: ground.layer.as_str(),
        scope: ground.scope.to_string(),
        policy: named.map(|named| named.name.clone()),
        statement: Some(ground.statement),
        effect: ground.effect.as_str(),
        file: place.map(|(source, _)| source.name().to_owned()),
        span: place.map(|(_, span)| [span.start, span.end]),
        matched,
    }
}

/// What somebody may do to one resource.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AbleResource {
    /// The action: that of the question, or of the request that shows it.
    pub action: String,
    /// The resource.
    pub arn: String,
    /// The decisions that some completion of the unknown keys gives.
    pub possible: Vec<&'static str>,
    /// The exact condition that remains; null where there is none.
    #[serde(rename = "if")]
    pub condition: Option<ConditionAnswer>,
    /// The statements that decide.
    pub decided_by: Vec<DecidedBy>,
    /// The unknown keys that can change the decision.
    pub depends_on: Vec<String>,
}

impl AbleResource {
    /// One request with its answer.
    pub fn new(documents: &Documents, action: &str, arn: &str, answer: &Answer) -> Self {
        Self {
            action: action.to_owned(),
            arn: arn.to_owned(),
            possible: words(answer.possible),
            condition: ConditionAnswer::of(&answer.condition),
            decided_by: answer.grounds.iter().map(|ground| decided_by(documents, ground)).collect(),
            depends_on: answer.depends_on.clone(),
        }
    }

    /// The request that shows what somebody may do.
    pub fn example(documents: &Documents, example: &Example) -> Self {
        Self::new(documents, &example.action, &example.resource, &example.answer)
    }
}

/// Somebody who may.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AblePrincipal {
    /// The ARN of the user or role.
    pub principal: String,
    /// `certain`, `conditional` or `possible`.
    pub strength: &'static str,
    /// Resource by resource.
    pub resources: Vec<AbleResource>,
}

/// What another choice of an assumption changes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ChangedPrincipals {
    /// Who then can and otherwise cannot.
    pub gained: Vec<String>,
    /// Who then cannot and otherwise can.
    pub lost: Vec<String>,
}

/// The answer of `who-can`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct WhoCanAnswer {
    /// `ramspect.who-can/1`
    pub schema: &'static str,
    /// The action, or the pattern of actions, as asked for.
    pub action: String,
    /// The resources as asked for; empty for "some resource".
    pub resources: Vec<String>,
    /// Whether it was asked for some request of a pattern.
    pub some: bool,
    /// `someone`, `nobody` or `undetermined`: of users and roles.
    pub answer: &'static str,
    /// How many users and roles were asked about.
    pub asked: usize,
    /// Whether the account's root user can.
    pub root: bool,
    /// Who can, in any case or under the condition shown.
    pub principals: Vec<AblePrincipal>,
    /// Who may: it hangs on a fact that was not given.
    pub undetermined: Vec<AblePrincipal>,
    /// For whom the budget ran out.
    pub undecided: Vec<String>,
    /// Alternatives that would change who can.
    pub assumptions: Vec<AssumptionNote<ChangedPrincipals>>,
}

/// The word of the whole answer.
pub fn answer_word(ables: &Ables) -> &'static str {
    if ables.able.iter().any(|able| able.strength != Strength::Possible) {
        "someone"
    } else if ables.able.is_empty() && ables.undecided.is_empty() {
        "nobody"
    } else {
        "undetermined"
    }
}

impl WhoCanAnswer {
    /// The published form of an answer, without its assumptions.
    pub fn new(documents: &Documents, question: &Question<'_>, ables: &Ables) -> Self {
        let of = |able: &Able| {
            let action = able.example.as_ref().map_or(question.action, |example| &example.action);
            let resources =
                able.answers.iter().map(|(arn, answer)| AbleResource::new(documents, action, arn, answer)).collect();
            AblePrincipal { principal: able.principal.to_string(), strength: able.strength.as_str(), resources }
        };
        let some = |wanted: bool| {
            ables.able.iter().filter(move |able| (able.strength == Strength::Possible) == wanted).map(of).collect()
        };
        Self {
            schema: "ramspect.who-can/1",
            action: question.action.to_owned(),
            resources: question.resources.to_vec(),
            some: question.is_open(),
            answer: answer_word(ables),
            asked: ables.asked,
            root: ables.root,
            principals: some(false),
            undetermined: some(true),
            undecided: ables.undecided.iter().map(ToString::to_string).collect(),
            assumptions: Vec::new(),
        }
    }
}
