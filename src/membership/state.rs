//! The state of the target.

use super::case::{Case, name, need};
use super::check::{Finding, Outcome};
use super::request::Target;
use crate::catalog::Assumption;
use crate::inventory::Kind;

const FORBIDDEN: &str = "Forbidden.InstanceIsBeingCreated";
const INVALID: &str = "InvalidStatus.EniOrInstanceIsBeingCreated";
const INCORRECT: &str = "IncorrectInstanceStatus";

/// `Forbidden.InstanceIsBeingCreated`
pub(crate) fn being_created(case: &Case) -> Outcome {
    pending_is(case, FORBIDDEN)
}

/// `InvalidStatus.EniOrInstanceIsBeingCreated`
pub(crate) fn either_being_created(case: &Case) -> Outcome {
    match case.request.target() {
        Target::NetworkInterface(id) => {
            let status = interface_status(case)?;
            let reason = format!("{} is `{status}`", name(Kind::NetworkInterface, id));
            Ok(match status {
                "Available" | "InUse" | "Attaching" | "Detaching" | "Deleting" => Finding::passed(reason),
                _ => unknown_state(&reason, id),
            })
        }
        Target::Instance(_) | Target::Both | Target::Neither => pending_is(case, INVALID),
    }
}

/// `InstanceLockedForSecurity`: other locks, such as `financial`, do not refuse a join (facts/ecs-membership.md 1).
pub(crate) fn locked(case: &Case) -> Outcome {
    let instance = case.instance()?;
    let locks = need(&instance.locks, Kind::Instance, &instance.id, "OperationLocks")?;
    let what = name(Kind::Instance, &instance.id);
    Ok(if locks.contains("security") {
        Finding::violated(format!("{what} is locked for the reason `security`"))
    } else {
        Finding::passed(format!("{what} is not locked for security reasons"))
    })
}

/// `IncorrectInstanceStatus`
pub(crate) fn incorrect_status(case: &Case) -> Outcome {
    let status = instance_status(case)?;
    let reason = format!("{} is `{status}`", case.target_name());
    Ok(match status {
        "Running" | "Stopped" => Finding::passed(reason),
        "Pending" if case.choice(Assumption::PendingCode) != INCORRECT => {
            Finding::passed(format!("{reason}, which has a code of its own"))
        }
        _ => Finding::violated(format!("{reason}; only `Running` and `Stopped` can join")),
    })
}

/// `InvalidOperation.InvalidEniState`
pub(crate) fn interface_state(case: &Case) -> Outcome {
    let status = interface_status(case)?;
    let reason = format!("{} is `{status}`", case.target_name());
    Ok(match status {
        "Available" | "InUse" => Finding::passed(reason),
        "Attaching" | "Detaching" | "Deleting" => {
            Finding::violated(format!("{reason}; only `Available` and `InUse` can join"))
        }
        _ => unknown_state(&reason, &case.interface()?.id),
    })
}

/// Whether the instance is `Pending` and this is the code for it: exactly one of three is.
fn pending_is(case: &Case, code: &str) -> Outcome {
    let chosen = case.choice(Assumption::PendingCode);
    if chosen != code {
        return Ok(Finding::passed(format!("an instance that is being created gets `{chosen}`")));
    }
    let status = instance_status(case)?;
    let reason = format!("{} is `{status}`", case.target_name());
    Ok(Finding::when(status == "Pending", reason))
}

fn instance_status<'a>(case: &Case<'a>) -> Result<&'a str, Finding> {
    let instance = case.instance()?;
    need(&instance.status, Kind::Instance, &instance.id, "Status").map(String::as_str)
}

fn interface_status<'a>(case: &Case<'a>) -> Result<&'a str, Finding> {
    let interface = case.interface()?;
    need(&interface.status, Kind::NetworkInterface, &interface.id, "Status").map(String::as_str)
}

fn unknown_state(reason: &str, id: &str) -> Finding {
    Finding::unknown(
        format!("{reason}, a state that is not documented"),
        vec![super::case::member(Kind::NetworkInterface, id, "Status")],
    )
}
