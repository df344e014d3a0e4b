//! The preconditions of JoinSecurityGroup: every row of the error table, judged against the inventory.
//!
//! One file a stage, one function a row; [`checks`] runs them all in default order. A check is decided as soon as the
//! facts at hand decide it, and unknown only when they do not (contract 3, facts/ecs-membership.md).

mod case;
mod check;
#[expect(clippy::unnecessary_wraps, reason = "all rows have one signature")]
mod existence;
mod kind;
mod management;
mod member;
mod network;
mod ownership;
mod quota;
mod registry;
mod request;
#[expect(clippy::unnecessary_wraps, reason = "all rows have one signature")]
mod shape;
mod state;

pub use case::Case;
pub use check::{Check, Status};
pub use registry::{FORBIDDEN, checks, set_authorization};
pub use request::{JoinRequest, Target};
