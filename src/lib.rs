//! Alibaba Cloud RAM policies: read, judge, and predict what a call will answer, offline.
//!
//! The library works on text and values. It never reads files, prints or exits; the `ramspect` binary does.
//!
//! Layers, in the order in which they may use each other (a test holds this list against the imports):
//!
//! [`text`] → [`diagnostic`] → [`syntax`] → [`pattern`] → [`catalog`] → [`policy`] → [`evaluate`] →
//! [`inventory`] → [`membership`] → [`predict`] → [`report`]

pub mod catalog;
pub mod evaluate;
pub mod inventory;
pub mod membership;
pub mod predict;
