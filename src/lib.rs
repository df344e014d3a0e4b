//! Alibaba Cloud RAM policies: read, judge, and predict what a call will answer, offline.
//!
//! The library works on text and values. It never reads files, prints or exits; the `ramspect` binary does.
//!
//! Layers, in the order in which they may use each other (a test holds the imports against this list): [`text`],
//! [`diagnostic`], [`syntax`], [`pattern`], [`catalog`], [`policy`], [`format`](mod@format), [`intake`], [`evaluate`], [`analyze`],
//! [`account`], [`inventory`], [`membership`], [`request`], [`predict`], [`explain`], [`lint`], [`review`], [`report`].
//!
//! `analyze` decides about all requests at once: what one set of policies allows and another does not, exactly, each
//! difference with a request that `evaluate` judges again. `review` reads a whole account for what it comes to: it puts
//! requests to the evaluator, identity by identity and alike ones together; searches from the administrators backwards for
//! whoever can become one, each step a call that statements allow; and lets `analyze` prove what nobody can do, which doors to
//! the outside stay closed, and which statements never matter.

pub mod account;
pub mod analyze;
pub mod catalog;
pub mod diagnostic;
pub mod evaluate;
pub mod explain;
pub mod format;
pub mod intake;
pub mod inventory;
pub mod lint;
pub mod membership;
pub mod pattern;
pub mod policy;
pub mod predict;
pub mod report;
pub mod request;
pub mod review;
pub mod syntax;
pub mod text;
