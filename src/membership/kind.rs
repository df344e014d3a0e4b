//! Basic against enterprise groups.

use super::case::{Case, member, need, resource};
use super::check::{Finding, Outcome};
use super::request::Target;
use crate::inventory::{GroupType, Instance, Kind, NetworkInterface};

/// The type of the instance that would be in an enterprise group.
enum Host<'a> {
    /// This type.
    Type(&'a str),
    /// The interface is attached to none.
    Nothing,
    /// Not told; with the facts that would tell.
    Untold(Vec<String>),
}

/// `InvalidOperation.NotSupportEnterpriseGroup`: the old rule asks for a type with IPv6; whether a type without it is
/// refused today is not documented (facts/ecs-membership.md 3.1 bis).
pub(crate) fn not_support_enterprise(case: &Case) -> Outcome {
    let group_type = case
        .group()
        .and_then(|group| need(&group.group_type, Kind::SecurityGroup, &group.id, "SecurityGroupType").copied());
    if group_type == Ok(GroupType::Basic) {
        return Ok(Finding::passed(format!("{} is basic", case.group_name())));
    }
    let host = host(case);
    let quantity = match &host {
        Ok(Host::Type(instance_type)) => case.inventory.ipv6_addresses_of_type(instance_type),
        Ok(Host::Nothing | Host::Untold(_)) | Err(_) => None,
    };
    if let (Ok(Host::Type(instance_type)), Some(1..)) = (&host, quantity) {
        return Ok(Finding::passed(format!("instance type `{instance_type}` has IPv6 addresses")));
    }
    Ok(match (host.unwrap_or_else(|finding| Host::Untold(finding.missing)), quantity) {
        (Host::Type(instance_type), Some(_)) => Finding::unknown(
            format!("instance type `{instance_type}` has no IPv6, and it is not documented whether that still matters"),
            vec![format!("enterprise-groups:{instance_type}")],
        ),
        (Host::Type(instance_type), None) => Finding::unverified(
            format!("instance type `{instance_type}` is not in the inventory"),
            vec![format!("instance-type:{instance_type}")],
        ),
        (Host::Untold(missing), _) => Finding::unverified("the inventory does not tell the instance type", missing),
        (Host::Nothing, _) => {
            let missing = vec![member(
                Kind::NetworkInterface,
                case.request.first_target().map_or("", |(_, id)| id),
                "InstanceId",
            )];
            Finding::unverified("the network interface is attached to no instance whose type could tell", missing)
        }
    })
}

/// `InvalidOperation.MultiGroupType`
pub(crate) fn multi_group_type(case: &Case) -> Outcome {
    let target_group = case.request.group().unwrap_or_default();
    let others: Vec<&String> = case.current_groups()?.iter().filter(|group| *group != target_group).collect();
    if others.is_empty() {
        return Ok(Finding::passed(format!("{} is in no other security group", case.target_name())));
    }
    let type_of = |id: &String| case.inventory.security_group(id).and_then(|group| group.group_type.known().copied());
    let known = || others.iter().filter_map(|id| Some((*id, type_of(id)?)));
    let wanted = case
        .group()
        .and_then(|group| need(&group.group_type, Kind::SecurityGroup, &group.id, "SecurityGroupType").copied());
    // Groups of both types already: whatever the type of the new one is, one of them differs.
    if wanted.is_err() && known().any(|(_, one)| known().any(|(_, other)| one != other)) {
        return Ok(Finding::violated(format!("{} is in groups of both types", case.target_name())));
    }
    let wanted = wanted?;
    if let Some((other, found)) = known().find(|(_, found)| *found != wanted) {
        return Ok(Finding::violated(format!(
            "{} is in `{other}`, which is {}; {} is {}",
            case.target_name(),
            found.word(),
            case.group_name(),
            wanted.word()
        )));
    }
    let untold = others.iter().filter(|id| type_of(id).is_none());
    let missing: Vec<String> = untold.map(|id| member(Kind::SecurityGroup, id, "SecurityGroupType")).collect();
    if missing.is_empty() {
        return Ok(Finding::passed(format!("all security groups of {} are {}", case.target_name(), wanted.word())));
    }
    let reason = format!("the inventory does not tell the types of all security groups of {}", case.target_name());
    Ok(Finding::unknown(reason, missing))
}

fn host<'a>(case: &Case<'a>) -> Result<Host<'a>, Finding> {
    Ok(match case.request.target() {
        Target::NetworkInterface(_) => of_interface(case, case.interface()?),
        Target::Instance(_) | Target::Both | Target::Neither => of_instance(case.instance()?),
    })
}

fn of_instance(instance: &Instance) -> Host<'_> {
    match instance.instance_type.text() {
        Some(instance_type) => Host::Type(instance_type),
        None => Host::Untold(vec![member(Kind::Instance, &instance.id, "InstanceType")]),
    }
}

fn of_interface<'a>(case: &Case<'a>, interface: &'a NetworkInterface) -> Host<'a> {
    let attached = matches!(interface.status.text(), Some("InUse" | "Attaching" | "Detaching"));
    match interface.instance.known() {
        Some(Some(id)) => match case.inventory.instance(id) {
            Some(instance) => of_instance(instance),
            None => Host::Untold(vec![resource(Kind::Instance, id)]),
        },
        Some(None) if !attached => Host::Nothing,
        None if interface.status.text() == Some("Available") => Host::Nothing,
        // The instance of a managed interface is not shown.
        Some(None) | None => Host::Untold(vec![member(Kind::NetworkInterface, &interface.id, "InstanceId")]),
    }
}
