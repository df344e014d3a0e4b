//! Everything that is tested from outside, as one binary.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "a test fails by panicking, in its helpers, too"
)]

#[cfg(unix)]
mod collect;
mod inventory;
mod membership;
mod predict;
