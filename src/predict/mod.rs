//! The outcome of a JoinSecurityGroup call: what RAM says, chained with the preconditions (contract 3).
//!
//! [`predict`] is pure: request, inventory and settings in, and a closure that judges the resources of the call;
//! [`predict_by_policies`] takes the policies themselves.

mod authorize;
mod fix;
mod outcome;
mod policies;
mod prediction;
mod settle;

pub use authorize::{Authorization, JudgedResource, Judgement, resources};
pub use fix::{Fix, FixKind};
pub use outcome::{Answer, Candidate, Certainty, Outcome, Verdict};
pub use policies::{ByPolicies, predict_by_policies};
pub use prediction::{Effect, PredictError, Prediction, Settings, predict};
pub use settle::what_would_settle;
