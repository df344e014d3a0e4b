//! Whether the target is in the group already.

use super::case::Case;
use super::check::{Finding, Outcome};

/// `InvalidInstanceId.AlreadyExists`
pub(crate) fn already_exists(case: &Case) -> Outcome {
    let Some(group) = case.request.group() else {
        return Ok(Finding::passed("the request names no security group that it could be in"));
    };
    let member = case.is_member()?;
    let what = case.target_name();
    Ok(if member {
        Finding::violated(format!("{what} is in `{group}` already"))
    } else {
        Finding::passed(format!("{what} is not in `{group}`"))
    })
}
