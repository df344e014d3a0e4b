//! Renderers: result types in, text out. Nothing is decided here.

pub mod analyze;
pub mod explain;
pub mod html;
#[cfg(feature = "cli")]
pub mod human;
pub mod json;
pub mod lint;
pub mod names;
pub mod predict;
pub mod residual;
pub mod review;
pub mod unified;
pub mod who_can;
