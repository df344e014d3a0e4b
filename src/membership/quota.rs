//! Limits. A target that is a member already adds nothing (facts/ecs-membership.md 3.1 bis).

use super::case::{Case, member, need, resource};
use super::check::{Finding, Outcome, Status};
use super::request::Target;
use crate::catalog::Quota;
use crate::inventory::{Counted, GroupType, Kind, Members, Network, SecurityGroup};

/// `InstanceSecurityGroupLimitExceeded`
pub(crate) fn groups_of_target(case: &Case) -> Outcome {
    let current = case.current_groups()?;
    if case.is_member()? {
        return Ok(already(case));
    }
    let limit = case.limit(Quota::GroupsPerEni);
    let count = current.len() as u64;
    Ok(Finding::when(
        count >= limit,
        format!("{} is in {count} of at most {limit} security groups", case.target_name()),
    ))
}

/// `SecurityGroupInstanceLimitExceeded`: private addresses in a basic group.
pub(crate) fn addresses_of_group(case: &Case) -> Outcome {
    let group = case.group()?;
    let group_type = need(&group.group_type, Kind::SecurityGroup, &group.id, "SecurityGroupType");
    if group_type == Ok(&GroupType::Enterprise) {
        return Ok(Finding::passed(format!(
            "{} is an enterprise group, which is counted in interfaces",
            case.group_name()
        )));
    }
    if case.is_member() == Ok(true) {
        return Ok(already(case));
    }
    let members = case.inventory.members(&group.id);
    let others = case.inventory.possible_members();
    let room = |quota| Room {
        limit: case.limit(quota),
        counted: members.addresses,
        at_most: (members.exact && others.exact).then(|| members.addresses.saturating_add(others.addresses)),
        needed: needed_addresses(case),
        unit: "private addresses",
    };
    let finding = match group.network.known() {
        Some(Network::Vpc(_)) => room(Quota::IpsPerBasicGroup).judge(case, group)?,
        Some(Network::Classic) => room(Quota::IpsPerClassicGroup).judge(case, group)?,
        None => {
            let vpc = room(Quota::IpsPerBasicGroup).judge(case, group)?;
            let classic = room(Quota::IpsPerClassicGroup).judge(case, group)?;
            if vpc.status == classic.status {
                vpc
            } else {
                need(&group.network, Kind::SecurityGroup, &group.id, "VpcId")?;
                vpc
            }
        }
    };
    Ok(only_if_of(group_type, finding))
}

/// `InvalidOperation.NetworkInterfaceCountExceeded`: interfaces in an enterprise group.
pub(crate) fn interfaces_of_group(case: &Case) -> Outcome {
    let group = case.group()?;
    let group_type = need(&group.group_type, Kind::SecurityGroup, &group.id, "SecurityGroupType");
    if group_type == Ok(&GroupType::Basic) {
        return Ok(Finding::passed(format!("{} is a basic group, which is counted in addresses", case.group_name())));
    }
    if case.is_member() == Ok(true) {
        return Ok(already(case));
    }
    let Members { network_interfaces: counted, .. } = case.inventory.members(&group.id);
    let others = case.inventory.possible_members().network_interfaces;
    let room = Room {
        limit: case.limit(Quota::EnisPerEnterpriseGroup),
        counted,
        at_most: Some(counted.saturating_add(others)),
        needed: Ok(Counted { at_least: 1, exact: true }),
        unit: "network interfaces",
    };
    Ok(only_if_of(group_type, room.judge(case, group)?))
}

/// `AclLimitExceed`: the rules of all groups of the target after the join.
pub(crate) fn rules_of_target(case: &Case) -> Outcome {
    let group = case.group()?;
    let current = case.current_groups()?;
    if case.is_member()? {
        return Ok(already(case));
    }
    let (mut sum, mut missing) = (0_u64, Vec::new());
    for id in current.iter().chain([&group.id]) {
        let Some(group) = case.inventory.security_group(id) else {
            missing.push(resource(Kind::SecurityGroup, id));
            continue;
        };
        match (group.rules.known(), group.rule_count.known()) {
            (Some(rules), _) => {
                sum = sum.saturating_add(rules.count);
                if rules.names_lists {
                    missing.push(format!("list-sizes:{id}"));
                }
            }
            (None, Some(count)) => sum = sum.saturating_add(*count),
            (None, None) => missing.push(member(Kind::SecurityGroup, id, "RuleCount")),
        }
    }
    let limit = case.limit(Quota::RulesPerEni);
    let reason = format!("the rules of all security groups would be {sum}; the limit is {limit}");
    Ok(if sum > limit {
        Finding::violated(reason)
    } else if missing.is_empty() {
        Finding::passed(reason)
    } else {
        Finding::unverified(
            format!("the rules that could be counted are {sum} of {limit}, but not all could be"),
            missing,
        )
    })
}

/// The capacity of a group against what it holds.
struct Room {
    limit: u64,
    /// What the members in the inventory come to, at least.
    counted: u64,
    /// What they come to at most, were the inventory complete.
    at_most: Option<u64>,
    /// What the target adds.
    needed: Result<Counted, Finding>,
    unit: &'static str,
}

impl Room {
    fn judge(self, case: &Case, group: &SecurityGroup) -> Outcome {
        let Self { limit, counted, at_most, needed, unit } = self;
        let used = group.used.known().map_or(counted, |counter| counted.max(*counter));
        let at_least = needed.as_ref().map_or(1, |needed| needed.at_least);
        let reason =
            format!("{} holds {used} {unit} and would get {at_least}; the limit is {limit}", case.group_name());
        if used.saturating_add(at_least) > limit {
            // A member already would add nothing.
            case.is_member()?;
            return Ok(Finding::violated(reason));
        }
        let exact = needed?.exact;
        let fits = |most: u64| most.saturating_add(at_least) <= limit;
        let counter = match (group.used.known(), group.available.known()) {
            (Some(_), _) => true,
            // The counter of what is left may speak against it, without the one of what is there.
            (None, Some(1..)) if group.available.known() < Some(&at_least) => {
                need(&group.used, Kind::SecurityGroup, &group.id, "EcsCount")?;
                false
            }
            (None, Some(available)) => *available > 0,
            (None, None) => false,
        };
        let full = group.used.known().is_none() && group.available.known() == Some(&0);
        let complete = !full
            && case.region.is_some_and(|region| {
                [Kind::Instance, Kind::NetworkInterface]
                    .into_iter()
                    .all(|kind| case.inventory.is_complete(kind, region))
            });
        if exact && (counter || (complete && at_most.is_some_and(fits))) {
            return Ok(Finding::passed(reason));
        }
        // Without the target in the inventory, nothing at all is known about what it adds.
        case.current_groups().or_else(|finding| if target_listed(case) { Ok(&NO_GROUPS) } else { Err(finding) })?;
        let missing = if exact {
            vec![member(Kind::SecurityGroup, &group.id, "EcsCount")]
        } else {
            vec![format!("addresses:{}", case.request.first_target().map(|(_, id)| id).unwrap_or_default())]
        };
        Ok(Finding::unverified(
            format!("not all {unit} of {} or of the target could be counted", case.group_name()),
            missing,
        ))
    }
}

static NO_GROUPS: std::collections::BTreeSet<String> = std::collections::BTreeSet::new();

fn target_listed(case: &Case) -> bool {
    case.instance().is_ok() || case.interface().is_ok()
}

fn needed_addresses(case: &Case) -> Result<Counted, Finding> {
    match case.request.target() {
        Target::NetworkInterface(_) => Ok(case.interface()?.addresses()),
        Target::Instance(_) | Target::Both | Target::Neither => Ok(case.inventory.instance_addresses(case.instance()?)),
    }
}

/// A finding that holds for one type of group, where the type may not be known: only that it passes is sure then.
fn only_if_of(group_type: Result<&GroupType, Finding>, finding: Finding) -> Finding {
    match group_type {
        Err(unknown) if finding.status != Status::Passed => unknown,
        Ok(_) | Err(_) => finding,
    }
}

fn already(case: &Case) -> Finding {
    Finding::passed(format!("{} is in the security group already and adds nothing", case.target_name()))
}
