//! Network type and VPC: the group and the target must be in one network.

use super::case::{Case, member};
use super::check::{Finding, Outcome};
use crate::inventory::{GroupType, Instance, Kind, Network, NetworkInterface, SecurityGroup};

/// Where something is, as far as the inventory tells.
enum Place<'a> {
    Classic,
    Vpc(&'a str),
    SomeVpc,
    Unknown,
}

/// `InvalidInstanceId.Mismatch`
pub(crate) fn instance_mismatch(case: &Case) -> Outcome {
    let (instance, group) = (case.instance()?, case.group()?);
    Ok(compare(case, &of_instance(instance), Some(group), || {
        let absent = |known: bool, field: &str| (!known).then(|| member(Kind::Instance, &instance.id, field));
        let network_type = absent(instance.network_type.known().is_some(), "InstanceNetworkType");
        network_type.into_iter().chain(absent(instance.vpc.known().is_some(), "VpcAttributes.VpcId")).collect()
    }))
}

/// `InvalidOperation.VpcMismatch`: interfaces exist only in a VPC, so a classic group never fits.
pub(crate) fn interface_mismatch(case: &Case) -> Outcome {
    let interface = case.interface();
    let group = case.group();
    let classic = group.as_ref().is_ok_and(|group| matches!(of_group(group), Place::Classic));
    let interface = match interface {
        Err(unknown) if !classic => return Ok(unknown),
        other => other.ok(),
    };
    let place = interface.map_or(Place::SomeVpc, of_interface);
    let group = group?;
    Ok(compare(case, &place, Some(group), || {
        interface.map(|interface| member(Kind::NetworkInterface, &interface.id, "VpcId")).into_iter().collect()
    }))
}

fn of_instance(instance: &Instance) -> Place<'_> {
    match (instance.network_type.text(), instance.vpc.text()) {
        (Some("classic"), None) => Place::Classic,
        (Some("classic"), Some(_)) => Place::Unknown,
        (_, Some(vpc)) => Place::Vpc(vpc),
        (Some("vpc"), None) => Place::SomeVpc,
        (_, None) => Place::Unknown,
    }
}

fn of_interface(interface: &NetworkInterface) -> Place<'_> {
    interface.vpc.text().map_or(Place::SomeVpc, Place::Vpc)
}

fn of_group(group: &SecurityGroup) -> Place<'_> {
    match (group.network.known(), group.group_type.known()) {
        (Some(Network::Classic), _) => Place::Classic,
        (Some(Network::Vpc(vpc)), _) => Place::Vpc(vpc),
        // Enterprise groups exist only in a VPC (facts/ecs-membership.md 3.2).
        (None, Some(GroupType::Enterprise)) => Place::SomeVpc,
        (None, Some(GroupType::Basic) | None) => Place::Unknown,
    }
}

fn compare(
    case: &Case,
    target: &Place,
    group: Option<&SecurityGroup>,
    missing: impl FnOnce() -> Vec<String>,
) -> Finding {
    let of_group = group.map_or(Place::Unknown, of_group);
    let (target_name, group_name) = (case.target_name(), case.group_name());
    match (target, &of_group) {
        (Place::Classic, Place::Classic) => Finding::passed("both are in the classic network"),
        (Place::Vpc(one), Place::Vpc(other)) if one == other => Finding::passed(format!("both are in `{one}`")),
        (Place::Vpc(one), Place::Vpc(other)) => {
            Finding::violated(format!("{target_name} is in `{one}`, {group_name} in `{other}`"))
        }
        (Place::Classic, Place::Vpc(_) | Place::SomeVpc) => {
            Finding::violated(format!("{target_name} is in the classic network, {group_name} in a VPC"))
        }
        (Place::Vpc(_) | Place::SomeVpc, Place::Classic) => {
            Finding::violated(format!("{target_name} is in a VPC, {group_name} in the classic network"))
        }
        (Place::Unknown | Place::SomeVpc, _) | (_, Place::Unknown | Place::SomeVpc) => {
            let mut facts = Vec::new();
            if matches!(target, Place::Unknown | Place::SomeVpc) {
                facts.extend(missing());
            }
            if matches!(of_group, Place::Unknown | Place::SomeVpc) {
                facts.push(member(Kind::SecurityGroup, case.request.group().unwrap_or_default(), "VpcId"));
            }
            let reason =
                format!("the inventory does not tell whether {target_name} and {group_name} are in one network");
            Finding::unknown(reason, facts)
        }
    }
}
