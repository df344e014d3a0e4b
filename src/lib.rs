//! Alibaba Cloud RAM policies: read, judge, and predict what a call will answer, offline.
//!
//! The library works on text and values. It never reads files, prints or exits; the `ramspect` binary does.
//!
//! Layers, in the order in which they may use each other (a test holds the imports against this list): [`text`],
//! [`diagnostic`], [`syntax`], [`pattern`], [`catalog`], [`policy`], [`format`](mod@format), [`intake`], [`evaluate`], [`analyze`],
//! [`account`], [`inventory`], [`membership`], [`request`], [`predict`], [`explain`], [`lint`], [`review`], [`report`].

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
