//! The one integration test binary: each module is a topic, `support` is shared.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::print_stdout,
    clippy::print_stderr,
    clippy::needless_pass_by_value,
    clippy::type_complexity,
    clippy::too_many_lines,
    clippy::format_push_string,
    clippy::cast_possible_truncation,
    clippy::assigning_clones,
    clippy::explicit_auto_deref,
    clippy::needless_raw_string_hashes,
    missing_docs,
    unreachable_pub,
    reason = "tests stop at the first surprise and print tables"
)]

mod account;
mod agreement;
mod agreement_account;
mod analyze;
mod attack;
mod bad_input;
#[cfg(unix)]
mod collect;
mod explain;
mod fmt;
mod grammar;
mod help;
mod human;
mod inventory;
mod layers;
mod lint;
mod membership;
mod predict;
mod readme;
mod reference;
mod replay;
mod review;
mod support;
mod two_ways;
