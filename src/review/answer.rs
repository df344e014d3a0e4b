//! What an answer of the review is: how sure, under which condition, on what ground.

use crate::account::DocumentId;
use crate::evaluate::{Decision, LayerKind, Possible, Residual, is_fact};
use crate::policy::Effect;

/// How sure it is that somebody can do something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Strength {
    /// Whatever the request carries.
    Certain,
    /// Under a condition on the request.
    Conditional,
    /// It hangs on a fact that was not given: what a policy says, what an instance carries.
    Possible,
}

impl Strength {
    /// The word of the JSON output.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Certain => "certain",
            Self::Conditional => "conditional",
            Self::Possible => "possible",
        }
    }
}

/// A statement that decides, or may.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Ground {
    /// Its policy.
    pub policy: DocumentId,
    /// Its number in the policy, from 0.
    pub statement: usize,
    /// The kind of its layer.
    pub layer: LayerKind,
    /// `account`, `resource_group`, or the name of a control-policy level.
    pub scope: Box<str>,
    /// Its effect.
    pub effect: Effect,
    /// Whether it certainly matches.
    pub certain: bool,
}

/// Whether a request is allowed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// The decisions that some completion of the unknown keys gives.
    pub possible: Possible,
    /// When it is allowed; exact.
    pub condition: Residual,
    /// Whether the search over the unknown keys was complete.
    pub exact: bool,
    /// The statements that decide; empty where it is never allowed.
    pub grounds: Vec<Ground>,
    /// The unknown keys that can change the decision.
    pub depends_on: Vec<String>,
}

impl Answer {
    /// Never allowed.
    pub(super) fn never() -> Self {
        Self {
            possible: Possible::of(Decision::ImplicitDeny),
            condition: Residual::Never,
            exact: true,
            grounds: Vec::new(),
            depends_on: Vec::new(),
        }
    }

    /// How sure it is that the request can be allowed; none when it never is.
    pub fn strength(&self) -> Option<Strength> {
        strength(&self.condition, self.exact)
    }
}

/// The strength of a condition.
pub(super) fn strength(condition: &Residual, exact: bool) -> Option<Strength> {
    match condition {
        Residual::Never if exact => None,
        Residual::Always => Some(Strength::Certain),
        _ if !exact || condition.keys().into_iter().any(is_fact) => Some(Strength::Possible),
        _ => Some(Strength::Conditional),
    }
}
