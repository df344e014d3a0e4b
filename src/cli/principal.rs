//! `--principal`.

pub(crate) use ramspect::account::Principal;

use super::failure::{Failure, Outcome};

/// Reads the ARN of whoever calls.
pub(crate) fn parse(text: &str) -> Outcome<Principal> {
    Principal::parse(text).map_err(|error| Failure::new(error.to_string()).with_help(error.help()))
}
