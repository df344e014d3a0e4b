//! The parameters alone.

use super::case::{Case, shown};
use super::check::{Finding, Outcome};
use super::request::Target;
use crate::catalog::Assumption;

/// `MissingParameter`
pub(crate) fn missing_parameter(case: &Case) -> Outcome {
    if case.request.group().is_none() {
        return Ok(Finding::violated("the request has no `SecurityGroupId`"));
    }
    let neither = case.request.target() == Target::Neither;
    if neither && case.choice(Assumption::NeitherId) == "MissingParameter" {
        return Ok(Finding::violated("the request has neither `InstanceId` nor `NetworkInterfaceId`"));
    }
    Ok(Finding::passed("the request has a `SecurityGroupId`"))
}

/// `InvalidParam.EniIdAndInstanceId.Conflict`
pub(crate) fn conflict(case: &Case) -> Outcome {
    Ok(match case.request.target() {
        Target::Both => Finding::violated("the request has both `InstanceId` and `NetworkInterfaceId`"),
        Target::Neither | Target::Instance(_) | Target::NetworkInterface(_) => {
            Finding::passed("the request does not have both `InstanceId` and `NetworkInterfaceId`")
        }
    })
}

/// `InvalidParam.Malformed`
pub(crate) fn malformed_parameters(case: &Case) -> Outcome {
    Ok(match case.request.target() {
        Target::Neither => Finding::when(
            case.choice(Assumption::NeitherId) == "InvalidParam.Malformed",
            "the request has neither `InstanceId` nor `NetworkInterfaceId`",
        ),
        Target::NetworkInterface(id) => match ill_formed(id, &["sg-", "i-"]) {
            Some(why) => Finding::violated(format!("`NetworkInterfaceId` is `{}`: {why}", shown(id))),
            None => Finding::passed("`NetworkInterfaceId` is well-formed"),
        },
        Target::Instance(_) | Target::Both => Finding::passed("the request names an instance"),
    })
}

/// `MissingParameter.RegionId`
pub(crate) fn missing_region(case: &Case) -> Outcome {
    Ok(match case.request.region_id() {
        None => Finding::violated("the request has a `NetworkInterfaceId` but no `RegionId`"),
        Some(region) => Finding::passed(format!("`RegionId` is `{}`", shown(region))),
    })
}

/// `InvalidInstanceId.Malformed`
pub(crate) fn malformed_instance(case: &Case) -> Outcome {
    let id = case.request.instance.as_deref().unwrap_or_default();
    Ok(match ill_formed(id, &["sg-", "eni-"]) {
        Some(why) => Finding::violated(format!("`InstanceId` is `{}`: {why}", shown(id))),
        None => Finding::passed("`InstanceId` is well-formed"),
    })
}

/// Why an id is ill-formed. The grammar is not documented (facts/ecs-membership.md 1): letters, digits and hyphens,
/// and not the prefix of another type.
fn ill_formed(id: &str, foreign: &[&str]) -> Option<String> {
    if let Some(odd) = id.chars().find(|c| !c.is_ascii_alphanumeric() && *c != '-') {
        return Some(format!("an id has no `{}`", odd.escape_debug()));
    }
    let prefix = foreign.iter().find(|prefix| id.starts_with(**prefix))?;
    Some(format!("`{prefix}` begins the id of another type of resource"))
}
