//! Facts about the cloud as data: what is undocumented, the error rows, quotas.
//!
//! Each table names its source and date. Nothing here decides; the layers above read it.

pub mod assumptions;

pub use assumptions::{Assumption, AssumptionError, Assumptions};
