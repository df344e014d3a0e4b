//! What all benches share: time measured fairly on a noisy machine, and generated policies of two shapes.
#![allow(
    clippy::pedantic,
    clippy::string_slice,
    clippy::indexing_slicing,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    clippy::write_literal,
    clippy::explicit_auto_deref,
    unreachable_pub,
    missing_docs,
    reason = "a harness stops at the first surprise, prints, and rounds figures"
)]
#![allow(dead_code, reason = "each bench uses its part")]

pub mod account;
pub mod engine;
pub mod random;
pub mod scan;
pub mod shapes;
pub mod timing;
