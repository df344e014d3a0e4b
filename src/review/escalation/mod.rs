//! How somebody who is no administrator becomes one: the paths of facts/ram-language.md 9, as a search over the account.
//!
//! A step is a call, or two, that the evaluator allows to whoever takes it; it ends with the rights of another identity, or
//! with those of an administrator. Paths are found from the administrators backwards, the shortest first: those that need
//! no condition before those that do, and those that hang on a fact that was not given last.

mod guards;
mod others;
mod search;
mod ways;

use std::rc::Rc;

use super::answer::{Answer, Strength};
use crate::account::Principal;

pub(super) use search::{actions, search};

/// What a step does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Way {
    /// Attaches a policy that allows everything.
    Attach,
    /// Rewrites a policy that is attached already.
    Rewrite,
    /// Goes back to an older version of a policy that is attached already.
    Version,
    /// Joins a group.
    Join,
    /// Makes credentials for another user.
    Credentials,
    /// Rewrites whom a role trusts.
    Trust,
    /// Assumes a role.
    Assume,
    /// Passes a role to a service that runs code with it.
    PassRole,
    /// Runs code on a machine that has a role.
    Command,
    /// Changes an identity provider that a role trusts, or makes it.
    Federation,
    /// Takes the MFA device off a user whose password is known.
    Mfa,
    /// Takes away a policy that denies.
    Guard,
    /// Leaves a group whose policies deny.
    Leave,
    /// Lifts the control policies.
    Control,
    /// Makes a new identity.
    Create,
}

impl Way {
    /// The word of the JSON output.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Attach => "attach",
            Self::Rewrite => "rewrite",
            Self::Version => "version",
            Self::Join => "group",
            Self::Credentials => "credentials",
            Self::Trust => "trust",
            Self::Assume => "assume",
            Self::PassRole => "pass-role",
            Self::Command => "command",
            Self::Federation => "federation",
            Self::Mfa => "mfa",
            Self::Guard => "guard",
            Self::Leave => "leave",
            Self::Control => "control-policy",
            Self::Create => "create",
        }
    }
}

/// A call of a step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Call {
    /// The action.
    pub action: String,
    /// The resource.
    pub resource: String,
    /// The condition keys that the call itself sets, such as `acs:Service`.
    pub context: Vec<(String, String)>,
    /// Whether only the caller's own side was judged: the trust policy is another one by then.
    pub own_side: bool,
    /// Why it is allowed.
    pub answer: Rc<Answer>,
}

/// What a step ends with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Gain {
    /// The rights of an administrator.
    Administrator,
    /// The rights of another user or role.
    Identity(Principal),
    /// The rights of a group, beside one's own.
    Group(String),
    /// Nothing yet: the next step needs it.
    Preparation,
}

/// A step of a path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// Who takes it.
    pub by: Principal,
    /// What it does.
    pub way: Way,
    /// What it is done to, as people name it: `user/bob`, `policy/dev`.
    pub to: String,
    /// What it ends with.
    pub gain: Gain,
    /// The calls.
    pub calls: Vec<Call>,
    /// A fact that must be so and was not given.
    pub needs: Option<String>,
}

impl Step {
    /// How sure it is that the step can be taken.
    pub fn strength(&self) -> Option<Strength> {
        let calls = self.calls.iter().map(|call| call.answer.strength());
        let weakest = calls.reduce(|one, other| Some(one?.max(other?))).unwrap_or(Some(Strength::Certain))?;
        Some(if self.needs.is_some() { Strength::Possible } else { weakest })
    }
}

/// A way for somebody to become administrator.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Escalation {
    /// Who.
    pub principal: Principal,
    /// How sure it is: the weakest of its steps.
    pub strength: Strength,
    /// What is done, in order.
    pub steps: Vec<Step>,
}
