//! A whole account, read for what it comes to: who can do something, who can become administrator and how, what is open to
//! the outside.
//!
//! INVARIANT (every step is judged): whatever is said that somebody can do was decided by the evaluator on a whole request,
//! with the statements that decide. What hangs on a fact that was not given is [`Strength::Possible`], never left out.

mod administrator;
mod answer;
mod capability;
mod escalation;
mod idle;
mod join;
mod oracle;
mod outside;
mod pass_role;
mod some;
mod targets;
mod trust;
mod who_can;
mod whole;

pub use administrator::Administrator;
pub use answer::{Answer, Ground, Strength};
pub use capability::{Cell, Row};
pub use escalation::{Call, Escalation, Gain, Step, Way};
pub use idle::{Idle, IdleWhy};
pub use join::{Entrance, Joiners, Membership};
pub use oracle::Settings;
pub use outside::{Outsider, Reachable, Visit};
pub use pass_role::Passable;
pub use some::{Example, Found};
pub use who_can::{Able, Ables, Question, who_can};
pub use whole::{Review, is_finding, review};
