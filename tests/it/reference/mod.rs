//! Slow, obvious, independent references.
#![allow(dead_code, reason = "the real engine is plugged in by other modules")]

pub(crate) mod assumptions;
pub(crate) mod candidates;
pub(crate) mod condition;
pub(crate) mod evaluate;
pub(crate) mod generate;
pub(crate) mod generate_world;
pub(crate) mod membership;
pub(crate) mod policy;
pub(crate) mod predict;
pub(crate) mod values;
pub(crate) mod wildcard;
pub(crate) mod world;

mod selftest_evaluate;
mod selftest_predict;
