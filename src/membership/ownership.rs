//! Whose the objects are; only a call with `NetworkInterfaceId` can tell (facts/ecs-membership.md 0).

use super::case::{Case, member, name};
use super::check::{Finding, Outcome};
use crate::inventory::{Absence, Kind, Presence};

/// `NotBelongUser`
pub(crate) fn not_belong_user(case: &Case) -> Outcome {
    let id = &case.interface()?.id;
    let owner = case.inventory.owner(Kind::NetworkInterface, id, Some(case.account)).ok_or_else(|| no_owner(id))?;
    let what = name(Kind::NetworkInterface, id);
    Ok(Finding::when(
        owner != case.account,
        format!("{what} belongs to account `{owner}`; the caller's is `{}`", case.account),
    ))
}

/// `InvalidOperation.EniAndGroupNotBelongSameUser`: an own interface and a group of another account. A foreign
/// interface is `NotBelongUser` only.
pub(crate) fn owners_differ(case: &Case) -> Outcome {
    let Some(group) = case.request.group() else {
        return Ok(Finding::passed("the request names no security group"));
    };
    let of_group = case.inventory.owner(Kind::SecurityGroup, group, Some(case.account));
    if of_group.is_none() && matches!(case.group_presence(), Some(Presence::Absent(Absence::NotListed))) {
        return Ok(Finding::passed(format!("{} does not exist, so it is nobody's", case.group_name())));
    }
    if of_group.as_deref() == Some(case.account) {
        return Ok(Finding::passed(format!("{} belongs to the caller's account", case.group_name())));
    }
    let interface = case.interface();
    let id = interface.as_ref().map(|interface| interface.id.as_str()).unwrap_or_default();
    let of_interface = case.inventory.owner(Kind::NetworkInterface, id, Some(case.account));
    if of_interface.as_deref().is_some_and(|owner| owner != case.account) {
        return Ok(Finding::passed("the network interface itself belongs to another account"));
    }
    let Some(of_group) = of_group else {
        let reason = format!("nothing tells the owner of {}", case.group_name());
        return Ok(Finding::unknown(reason, vec![format!("owner:{group}")]));
    };
    interface?;
    of_interface.ok_or_else(|| no_owner(id))?;
    Ok(Finding::violated(format!(
        "{} belongs to account `{of_group}`, the network interface to `{}`",
        case.group_name(),
        case.account
    )))
}

fn no_owner(id: &str) -> Finding {
    let reason = format!("the inventory does not tell `OwnerId` of {}", name(Kind::NetworkInterface, id));
    Finding::unknown(reason, vec![member(Kind::NetworkInterface, id, "OwnerId")])
}
