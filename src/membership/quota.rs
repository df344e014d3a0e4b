//! Limits. A target that is a member already adds nothing (facts/ecs-membership.md 3.1 bis).

use super::case::{Case, member, resource};
use super::check::{Finding, Outcome, Status};
use super::request::Target;
use crate::catalog::Quota;
use crate::inventory::{Fact, GroupType, Kind, Network, NetworkInterface, SecurityGroup};

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
    let group = case.group().ok();
    let members = case.inventory.members(case.request.group().unwrap_or_default());
    let needed = match case.request.target() {
        Target::NetworkInterface(_) => case.interface().ok().map(NetworkInterface::addresses),
        Target::Instance(_) | Target::Both | Target::Neither => {
            case.instance().ok().map(|instance| case.inventory.instance_addresses(instance))
        }
    };
    let room = |quota| Room {
        limit: case.limit(quota),
        counted: members.addresses,
        counted_all: members.exact && case.inventory.possible_members().network_interfaces == 0,
        needed: needed.map_or(1, |needed| needed.at_least),
        exact: needed.is_some_and(|needed| needed.exact),
        unit: "private addresses",
    };
    let (vpc, classic) = (room(Quota::IpsPerBasicGroup), room(Quota::IpsPerClassicGroup));
    let mut ways = match group.and_then(|group| group.network.known()) {
        Some(Network::Vpc(_)) => vec![vpc.judge(case, group)],
        Some(Network::Classic) => vec![classic.judge(case, group)],
        None => vec![vpc.judge(case, group), classic.judge(case, group)],
    };
    other_type(case, GroupType::Basic, "is counted in interfaces", &mut ways);
    Ok(joined(case, ways))
}

/// `InvalidOperation.NetworkInterfaceCountExceeded`: interfaces in an enterprise group.
pub(crate) fn interfaces_of_group(case: &Case) -> Outcome {
    let group = case.group().ok();
    let counted = case.inventory.members(case.request.group().unwrap_or_default()).network_interfaces;
    let limit = case.limit(Quota::EnisPerEnterpriseGroup);
    let counted_all = case.inventory.possible_members().network_interfaces == 0;
    let room = Room { limit, counted, counted_all, needed: 1, exact: true, unit: "network interfaces" };
    let mut ways = vec![room.judge(case, group)];
    other_type(case, GroupType::Enterprise, "is counted in addresses", &mut ways);
    Ok(joined(case, ways))
}

/// `AclLimitExceed`: the rules of all groups of the target after the join.
pub(crate) fn rules_of_target(case: &Case) -> Outcome {
    let target = case.request.group().unwrap_or_default();
    let current = case.current_groups();
    let (mut sum, mut missing) = (0_u64, Vec::new());
    if let Err(finding) = &current {
        missing.extend(finding.missing.iter().cloned());
    }
    for id in current.iter().flat_map(|groups| groups.iter()).map(String::as_str).chain([target]) {
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
    let way = if sum > limit {
        Finding::violated(reason)
    } else if missing.is_empty() {
        Finding::passed(reason)
    } else {
        let reason = format!("the rules that could be counted are {sum} of {limit}, but not all could be");
        Finding::unverified(reason, missing)
    };
    Ok(joined(case, vec![way]))
}

/// The capacity of a group against what it holds.
struct Room {
    limit: u64,
    /// What the members in the inventory come to.
    counted: u64,
    /// Whether every listed object tells its groups and its addresses.
    counted_all: bool,
    /// What the target adds, at least.
    needed: u64,
    /// Whether that is all that it adds.
    exact: bool,
    unit: &'static str,
}

impl Room {
    /// Violated when used and needed exceed the limit; else passed when the members are all there or a counter is not 0.
    fn judge(&self, case: &Case, group: Option<&SecurityGroup>) -> Finding {
        let Self { limit, counted, counted_all, needed, exact, unit } = self;
        let counter = |fact: Option<&Fact<u64>>| fact.and_then(Fact::known).copied().filter(|count| *count > 0);
        let ecs_count = counter(group.map(|group| &group.used));
        let available = counter(group.map(|group| &group.available));
        let used = ecs_count.map_or(*counted, |count| count.max(*counted));
        let name = case.group_name();
        if used.saturating_add(*needed) > *limit {
            return Finding::violated(format!(
                "{name} holds {used} {unit} and would get {needed}; the limit is {limit}"
            ));
        }
        let complete = |kind| case.region.is_some_and(|region| case.inventory.is_complete(kind, region));
        let all_there = *counted_all && complete(Kind::Instance) && complete(Kind::NetworkInterface);
        if ecs_count.or(available).is_none() && !all_there {
            let missing = vec![member(Kind::SecurityGroup, case.request.group().unwrap_or_default(), "EcsCount")];
            let reason = format!("no counter tells all {unit} of {name}; {used} are in the inventory");
            return Finding::unverified(reason, missing);
        }
        if !exact {
            let target = case.request.first_target().map(|(_, id)| id).unwrap_or_default();
            let reason = format!("the inventory does not tell how many {unit} {} adds", case.target_name());
            return Finding::unverified(reason, vec![format!("addresses:{target}")]);
        }
        Finding::passed(format!("{name} holds {used} {unit} and would get {needed}; the limit is {limit}"))
    }
}

/// A group of the other type is not counted so: that way passes, alone or beside the others.
fn other_type(case: &Case, counted: GroupType, why: &str, ways: &mut Vec<Finding>) {
    let known = case.group().ok().and_then(|group| group.group_type.known().copied());
    if known == Some(counted) {
        return;
    }
    if known.is_some() {
        ways.clear();
    }
    ways.push(Finding::passed(format!("{} {why}", case.group_name())));
}

/// One finding for all the ways in which the unknown facts can be: violated only if all are, unknown if some are.
fn joined(case: &Case, ways: Vec<Finding>) -> Finding {
    let membership = case.is_member();
    if membership == Ok(true) {
        return already(case);
    }
    let violated = |finding: &Finding| finding.status == Status::Violated;
    let may_be_member = membership.is_err() && ways.iter().any(violated);
    if ways.iter().any(violated) && (may_be_member || !ways.iter().all(violated)) {
        let mut missing = membership.err().map(|finding| finding.missing).unwrap_or_default();
        missing.extend(unknown_of_group(case));
        let reason = ways.into_iter().find(violated).map(|finding| finding.reason).unwrap_or_default();
        return Finding::unknown(format!("{reason}, if the facts that are missing make it count"), missing);
    }
    let rank = |finding: &Finding| match finding.status {
        Status::Violated => 2,
        Status::Unverified => 1,
        _ => 0,
    };
    ways.into_iter().max_by_key(rank).unwrap_or_else(|| already(case))
}

/// The facts about the group on which the way of counting depends.
fn unknown_of_group(case: &Case) -> Vec<String> {
    let id = case.request.group().unwrap_or_default();
    let Ok(group) = case.group() else { return vec![resource(Kind::SecurityGroup, id)] };
    let facts = [("SecurityGroupType", group.group_type.known().is_some()), ("VpcId", group.network.known().is_some())];
    facts.iter().filter(|(_, known)| !known).map(|(name, _)| member(Kind::SecurityGroup, id, name)).collect()
}

fn already(case: &Case) -> Finding {
    Finding::passed(format!("{} is in the security group already and adds nothing", case.target_name()))
}
