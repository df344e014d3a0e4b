//! The checks, two-valued, on one completion of the facts.

use super::facts::{Facts, Owned};
use super::membership::{Result, row};
use super::world::Kind;

fn fires(condition: bool) -> Result {
    if condition { Result::Fires } else { Result::Clear }
}

/// "characters outside `[A-Za-z0-9-]`, a list of ids, another resource's prefix"
fn ill_formed(id: &str, other_prefixes: [&str; 2]) -> bool {
    !id.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
        || other_prefixes.iter().any(|prefix| id.starts_with(prefix))
}

impl Facts<'_> {
    /// "Used = the larger of (i) what is counted over the members in the inventory and (ii) `EcsCount`, when it or
    /// `AvailableInstanceAmount` is not 0. Violated when used + needed > quota. Else passed when `instance` and `eni` are
    /// complete or a counter is not 0; else unverified."
    fn capacity(&mut self, counted: u64, all_counted: bool, needed: Option<u64>, quota: u64) -> Result {
        if self.already_member() {
            return Result::Clear;
        }
        let group = self.target_group();
        let ecs_count = group.and_then(|group| group.ecs_count).unwrap_or(0);
        let available = group.and_then(|group| group.available).unwrap_or(0);
        let has_counter = ecs_count != 0 || available != 0;
        let used = if has_counter { counted.max(ecs_count) } else { counted };
        if used + needed.unwrap_or(1) > quota {
            Result::Fires
        } else if needed.is_some()
            && (has_counter || (all_counted && self.complete(Kind::Instance) && self.complete(Kind::Eni)))
        {
            Result::Clear
        } else {
            Result::Unverified
        }
    }

    fn acl(&mut self) -> Result {
        if self.already_member() {
            return Result::Clear;
        }
        let quota = self.quota("rules-per-eni", 1000);
        let mut sum = 0;
        let mut all_there = true;
        let target = self.call.group.clone();
        for id in self.current_groups().iter().chain(&target) {
            match self.rules_of(id) {
                Some((rules, names_prefix_list)) => {
                    sum += rules;
                    all_there &= !names_prefix_list;
                }
                None => all_there = false,
            }
        }
        if sum > quota {
            Result::Fires
        } else if all_there {
            Result::Clear
        } else {
            Result::Unverified
        }
    }

    /// One check on this completion. `Forbidden.RAM` and the service's two are not judged here.
    pub(crate) fn check(&mut self, code: &'static str) -> Result {
        let (_, _, _, _, path, reads_target, reads_group) = row(code);
        let (instance, eni) = (self.call.instance.is_some(), self.call.eni.is_some());
        let neither = !instance && !eni;
        match code {
            "MissingParameter" => {
                let counts_neither = self.choices.is("neither-id", "MissingParameter");
                return fires(self.call.group.is_none() || (neither && counts_neither));
            }
            "InvalidParam.EniIdAndInstanceId.Conflict" => return fires(instance && eni),
            "InvalidSecurityGroupId.NotFound" if self.call.group.is_none() => return Result::NotApplicable,
            "InvalidSecurityGroupId.NotFound" => return fires(!self.group_exists()),
            "InvalidParam.Malformed" if neither => {
                return fires(self.choices.is("neither-id", "InvalidParam.Malformed"));
            }
            _ => {}
        }
        let other_path = (path == 'i' && !instance) || (path == 'e' && !eni);
        if (instance && eni) || neither || other_path {
            return Result::NotApplicable;
        }
        if (reads_target && !self.target_exists()) || (reads_group && !self.group_exists()) {
            return Result::NotApplicable;
        }
        fires(match code {
            "InvalidParam.Malformed" => self.call.eni.as_ref().is_some_and(|id| ill_formed(id, ["i-", "sg-"])),
            "MissingParameter.RegionId" => self.call.region.is_none(),
            "InvalidInstanceId.Malformed" => {
                self.call.instance.as_ref().is_some_and(|id| ill_formed(id, ["eni-", "sg-"]))
            }
            "InvalidInstanceId.NotFound" | "InvalidEniId.NotFound" => !self.target_exists(),
            "NotBelongUser" => self.eni_is_foreign(),
            "InvalidOperation.EniAndGroupNotBelongSameUser" => {
                !self.eni_is_foreign() && self.group_owner() == Owned::Foreign
            }
            "InvalidOperation.ResourceManagedByCloudProduct" => {
                match self.target_group().and_then(|group| group.service_managed) {
                    Some(managed) => managed,
                    None => self.one_of("group managed", &[false, true]),
                }
            }
            "InvalidOperation.EniServiceManaged" => match self.eni().and_then(|eni| eni.service_managed) {
                Some(managed) => managed,
                None => self.one_of("eni managed", &[false, true]),
            },
            "InvalidOperation.InvalidEniType" => match self.eni().and_then(|eni| eni.sort) {
                Some("Secondary") => false,
                Some("Primary") => self.choices.is("primary-eni", "refused"),
                None if self.inline_eni() => self.choices.is("primary-eni", "refused"),
                // Unknown, or Trunk or Member, of which nobody says whether they may join.
                _ => self.one_of("eni type", &[false, true]),
            },
            "Forbidden.InstanceIsBeingCreated" => {
                self.choices.is("pending-code", code) && self.instance_status() == "Pending"
            }
            "InvalidStatus.EniOrInstanceIsBeingCreated" if instance => {
                self.choices.is("pending-code", code) && self.instance_status() == "Pending"
            }
            "InvalidStatus.EniOrInstanceIsBeingCreated" => self.eni_status() == "(created)",
            "IncorrectInstanceStatus" => match self.instance_status() {
                "Running" | "Stopped" => false,
                "Pending" => self.choices.is("pending-code", code),
                _ => true,
            },
            "InstanceLockedForSecurity" => match self.instance().and_then(|instance| instance.locks.as_ref()) {
                Some(locks) => locks.contains(&"security"),
                None => self.one_of("locked", &[false, true]),
            },
            "InvalidOperation.InvalidEniState" => ["Attaching", "Detaching", "Deleting"].contains(&self.eni_status()),
            _ => return self.relation(code),
        })
    }

    /// The stages network, membership, kind and quota.
    fn relation(&mut self, code: &'static str) -> Result {
        fires(match code {
            "InvalidInstanceId.Mismatch" => self.target_vpc() != self.group_vpc(),
            "InvalidOperation.VpcMismatch" => self.group_vpc().is_empty() || self.target_vpc() != self.group_vpc(),
            "InvalidInstanceId.AlreadyExists" => self.already_member(),
            "InvalidOperation.NotSupportEnterpriseGroup" => {
                if self.target_kind() == "normal" {
                    return Result::Clear;
                }
                match self.instance_type().and_then(|id| self.world.types.get(id)) {
                    None => return Result::Unverified,
                    Some(0) => self.one_of("old type", &[false, true]),
                    Some(_) => false,
                }
            }
            "InvalidOperation.MultiGroupType" => {
                let target = self.target_kind();
                self.current_groups().iter().any(|id| self.kind_of(id) != target)
            }
            "InstanceSecurityGroupLimitExceeded" => {
                !self.already_member() && self.current_groups().len() as u64 >= self.groups_per_eni()
            }
            "SecurityGroupInstanceLimitExceeded" => {
                if self.target_kind() == "enterprise" {
                    return Result::Clear;
                }
                let quota = if self.group_vpc().is_empty() {
                    self.quota("ips-per-classic-group", 1000)
                } else {
                    self.quota("ips-per-basic-group", 6000)
                };
                return self.capacity(
                    self.members().1,
                    self.all_placed() && self.all_addresses_known(),
                    self.needed_addresses(),
                    quota,
                );
            }
            "InvalidOperation.NetworkInterfaceCountExceeded" => {
                if self.target_kind() == "normal" {
                    return Result::Clear;
                }
                let quota = self.quota("enis-per-enterprise-group", 65_536);
                return self.capacity(self.members().0, self.all_placed(), Some(1), quota);
            }
            "AclLimitExceed" => return self.acl(),
            other => panic!("`{other}` is not judged here"),
        })
    }
}
