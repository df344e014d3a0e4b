//! Facts about the cloud as data: what is undocumented, the error rows, quotas.
//!
//! Each table names its source and date. Nothing here decides; the layers above read it.

pub mod assumptions;
pub mod denials;
pub mod error_pages;
pub mod errors;
pub mod escalation;
pub mod quotas;

pub use assumptions::{Assumption, AssumptionError, Assumptions, TABLE};
pub use errors::{ErrorRow, Rule, Stage};
pub use quotas::{Quota, Quotas};
