//! One request against policies, and what can come out of it.

pub mod decision;

pub use decision::{Decision, Possible};
