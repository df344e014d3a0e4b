//! Every row of the error table with the function that decides it.

use super::case::Case;
use super::check::{Check, Finding, Outcome, Status};
use super::existence::absent;
use super::request::Target;
use super::{existence, kind, management, member, network, ownership, quota, shape, state};
use crate::catalog::errors::{ErrorRow, Path, Reads, TABLE};
use crate::catalog::{Assumption, Stage};
use crate::inventory::Presence;

type Decide = fn(&Case) -> Outcome;

/// The function of each code; `Forbidden.RAM` is decided by the policies and the service errors by nobody.
const DECIDE: &[(&str, Decide)] = &[
    ("MissingParameter", shape::missing_parameter),
    ("InvalidParam.EniIdAndInstanceId.Conflict", shape::conflict),
    ("InvalidParam.Malformed", shape::malformed_parameters),
    ("MissingParameter.RegionId", shape::missing_region),
    ("InvalidInstanceId.Malformed", shape::malformed_instance),
    ("InvalidSecurityGroupId.NotFound", existence::group_not_found),
    ("InvalidInstanceId.NotFound", existence::target_not_found),
    ("InvalidEniId.NotFound", existence::target_not_found),
    ("NotBelongUser", ownership::not_belong_user),
    ("InvalidOperation.EniAndGroupNotBelongSameUser", ownership::owners_differ),
    ("InvalidOperation.ResourceManagedByCloudProduct", management::group_managed),
    ("InvalidOperation.EniServiceManaged", management::interface_managed),
    ("InvalidOperation.InvalidEniType", management::interface_type),
    ("Forbidden.InstanceIsBeingCreated", state::being_created),
    ("InvalidStatus.EniOrInstanceIsBeingCreated", state::either_being_created),
    ("InstanceLockedForSecurity", state::locked),
    ("IncorrectInstanceStatus", state::incorrect_status),
    ("InvalidOperation.InvalidEniState", state::interface_state),
    ("InvalidInstanceId.Mismatch", network::instance_mismatch),
    ("InvalidOperation.VpcMismatch", network::interface_mismatch),
    ("InvalidInstanceId.AlreadyExists", member::already_exists),
    ("InvalidOperation.NotSupportEnterpriseGroup", kind::not_support_enterprise),
    ("InvalidOperation.MultiGroupType", kind::multi_group_type),
    ("InstanceSecurityGroupLimitExceeded", quota::groups_of_target),
    ("SecurityGroupInstanceLimitExceeded", quota::addresses_of_group),
    ("InvalidOperation.NetworkInterfaceCountExceeded", quota::interfaces_of_group),
    ("AclLimitExceed", quota::rules_of_target),
];

/// The code that the policies decide.
pub const FORBIDDEN: &str = "Forbidden.RAM";

/// Judges every row but `Forbidden.RAM`, which stands as not applicable until [`set_authorization`] fills it in.
/// The checks are in default order; under `denied-missing=not-found-first` existence comes before authorization.
pub fn checks(case: &Case) -> Vec<Check> {
    let gate = Gate::new(case);
    let mut checks: Vec<Check> = TABLE.iter().map(|row| gate.judge(case, row)).collect();
    checks.sort_by_key(|check| position(check.row.stage, case));
    checks
}

/// Puts what the policies say into the check of `Forbidden.RAM`.
pub fn set_authorization(checks: &mut [Check], status: Status, reason: String, missing: Vec<String>) {
    if let Some(check) = checks.iter_mut().find(|check| check.row.code == FORBIDDEN) {
        (check.status, check.reason, check.missing) = (status, reason, missing);
    }
}

/// Stages in the order in force.
fn position(stage: Stage, case: &Case) -> (Stage, bool) {
    match stage {
        Stage::Authorization if case.choice(Assumption::DeniedMissing) == "not-found-first" => (Stage::Existence, true),
        stage => (stage, false),
    }
}

/// What decides for all rows alike whether they apply.
struct Gate {
    target: Option<Presence>,
    group: Option<Presence>,
}

impl Gate {
    fn new(case: &Case) -> Self {
        Self { target: case.target_presence(), group: case.group_presence() }
    }

    fn judge(&self, case: &Case, row: &'static ErrorRow) -> Check {
        let finding = self.closed(case, row).unwrap_or_else(|| self.doubted(row, decide(case, row)));
        Check { row, status: finding.status, reason: finding.reason, missing: finding.missing }
    }

    /// What is violated by an object that may not exist is not known to come: without the object another error does.
    fn doubted(&self, row: &ErrorRow, finding: Finding) -> Finding {
        let read = [(&self.target, row.reads.needs_target()), (&self.group, row.reads.needs_group())];
        let doubt = read.into_iter().filter(|(_, read)| *read).find_map(|(presence, _)| match presence {
            Some(Presence::Unknown(missing)) => Some(missing.clone()),
            Some(Presence::Present | Presence::Absent(_)) | None => None,
        });
        match doubt {
            Some(missing) if finding.status == Status::Violated => {
                Finding::unknown(format!("{}, if all that it is about exists", finding.reason), missing)
            }
            _ => finding,
        }
    }

    /// The finding on a row that does not apply.
    fn closed(&self, case: &Case, row: &ErrorRow) -> Option<Finding> {
        let other = |why: &str| Some(Finding::not_applicable(why));
        let reads_group = row.reads.needs_group() || row.reads == Reads::GroupExistence;
        match (case.request.target(), row.path()) {
            (Target::Both, _) if !judged_without_target(row, false) => {
                return other("the request has both `InstanceId` and `NetworkInterfaceId`");
            }
            (Target::Neither, _) if !judged_without_target(row, true) => {
                return other("the request has neither `InstanceId` nor `NetworkInterfaceId`");
            }
            (Target::Instance(_), Path::NetworkInterface) => {
                return other("only a call with `NetworkInterfaceId` can get this");
            }
            (Target::NetworkInterface(_), Path::Instance) => {
                return other("only a call with `InstanceId` can get this");
            }
            _ => {}
        }
        if reads_group && case.request.group().is_none() {
            return other("the request names no security group");
        }
        let absence = |presence: &Option<Presence>, what: String| match presence {
            Some(Presence::Absent(absence)) => Some(Finding::not_applicable(absent(case, &what, absence))),
            Some(Presence::Present | Presence::Unknown(_)) | None => None,
        };
        let target = row.reads.needs_target().then(|| absence(&self.target, case.target_name())).flatten();
        target.or_else(|| row.reads.needs_group().then(|| absence(&self.group, case.group_name())).flatten())
    }
}

/// The rows that contract 3 has judged when the call names both targets or none.
fn judged_without_target(row: &ErrorRow, neither: bool) -> bool {
    match row.code {
        "MissingParameter"
        | "InvalidParam.EniIdAndInstanceId.Conflict"
        | FORBIDDEN
        | "InvalidSecurityGroupId.NotFound" => true,
        "InvalidParam.Malformed" => neither,
        _ => row.stage == Stage::Service,
    }
}

fn decide(case: &Case, row: &ErrorRow) -> Finding {
    match DECIDE.iter().find(|(code, _)| *code == row.code) {
        Some((_, decide)) => decide(case).unwrap_or_else(|finding| finding),
        None if row.stage == Stage::Service => {
            Finding { status: Status::AlwaysPossible, reason: "no fact rules it out".to_owned(), missing: Vec::new() }
        }
        None => Finding::not_applicable("there is nothing that the policies could be asked about"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_has_its_function_in_the_order_of_the_table() {
        let decided: Vec<_> = DECIDE.iter().map(|(code, _)| *code).collect();
        let table: Vec<_> = TABLE
            .iter()
            .filter(|row| row.code != FORBIDDEN && row.stage != Stage::Service)
            .map(|row| row.code)
            .collect();
        assert_eq!(decided, table);
    }
}
