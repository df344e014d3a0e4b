//! What all benches share: time measured fairly on a noisy machine, and generated policies of two shapes.
#![allow(dead_code, reason = "each bench uses its part")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    clippy::cast_precision_loss,
    unreachable_pub,
    missing_docs,
    reason = "a bench stops at the first surprise and prints its figures"
)]

pub mod engine;
pub mod random;
pub mod scan;
pub mod shapes;
pub mod timing;
