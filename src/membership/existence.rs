//! Whether the objects exist in the account and region that the call addresses.

use super::case::{Case, name};
use super::check::{Finding, Outcome};
use super::request::Target;
use crate::inventory::{Absence, Kind, Presence};

/// `InvalidSecurityGroupId.NotFound`
pub(crate) fn group_not_found(case: &Case) -> Outcome {
    Ok(not_found(case, Kind::SecurityGroup, case.request.group().unwrap_or_default(), case.group_presence()))
}

/// `InvalidInstanceId.NotFound` and `InvalidEniId.NotFound`
pub(crate) fn target_not_found(case: &Case) -> Outcome {
    let (kind, id) = match case.request.target() {
        Target::Instance(id) => (Kind::Instance, id),
        Target::NetworkInterface(id) => (Kind::NetworkInterface, id),
        Target::Both | Target::Neither => return Ok(Finding::not_applicable("the request does not name one target")),
    };
    Ok(not_found(case, kind, id, case.target_presence()))
}

fn not_found(case: &Case, kind: Kind, id: &str, presence: Option<Presence>) -> Finding {
    let what = name(kind, id);
    match presence {
        None => Finding::not_applicable(format!("the request names no {}", kind.name())),
        Some(Presence::Present) => Finding::passed(format!("{what} is in the inventory")),
        Some(Presence::Absent(absence)) => Finding::violated(absent(case, &what, &absence)),
        Some(Presence::Unknown(missing)) => {
            let reason = if missing.iter().any(|fact| *fact == super::case::resource(kind, id)) {
                format!("{what} is not in the inventory, which is not known to be complete")
            } else {
                format!("the inventory does not tell whether {what} is in this account and region")
            };
            Finding::unknown(reason, missing)
        }
    }
}

/// Why an object does not exist for the call.
pub(crate) fn absent(case: &Case, what: &str, absence: &Absence) -> String {
    let region = case.region.unwrap_or_default();
    match absence {
        Absence::NotListed => format!("{what} is not in the inventory, which is complete for `{region}`"),
        Absence::OtherAccount(owner) => format!("{what} belongs to account `{owner}`, not to `{}`", case.account),
        Absence::OtherRegion(other) => format!("{what} is in `{other}`; the call goes to `{region}`"),
    }
}
