//! Renderers: result types in, text out. Nothing is decided here.

pub mod analyze;
pub mod document;
#[cfg(feature = "cli")]
pub mod human;
pub mod json;
pub mod names;
pub mod predict;
