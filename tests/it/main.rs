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

mod account;
mod agreement;
mod analyze;
mod attack;
mod bad_input;
#[cfg(unix)]
mod collect;
mod grammar;
mod help;
mod human;
mod inventory;
mod layers;
mod membership;
mod predict;
mod readme;
mod reference;
mod replay;
mod support;
mod two_ways;
