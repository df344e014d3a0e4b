//! The one integration test binary: each module is a topic, `support` is shared.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::print_stdout,
    clippy::print_stderr,
    missing_docs,
    unreachable_pub,
    reason = "tests stop at the first surprise and print tables"
)]

mod agreement;
mod analyze;
#[cfg(unix)]
mod collect;
mod grammar;
mod inventory;
mod membership;
mod predict;
mod reference;
mod support;
