//! Renderers: result types in, text out. Nothing is decided here.

pub mod analyze;
pub mod document;
pub mod explain;
pub mod explain_policy;
pub mod html;
#[cfg(feature = "cli")]
pub mod human;
pub mod json;
pub mod lint;
pub mod minimize;
pub mod names;
pub mod predict;
pub mod residual;
pub mod review;
pub mod sentence;
pub mod unified;
pub mod who_can;
pub mod xml;
