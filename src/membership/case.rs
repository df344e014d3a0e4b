//! A call with everything that decides it, and the look-ups that the rows share.

use std::collections::BTreeSet;

use super::check::Finding;
use super::request::{JoinRequest, Target};
use crate::catalog::{Assumption, Assumptions, Quota, Quotas};
use crate::inventory::{Fact, Instance, Inventory, Kind, NetworkInterface, Presence, SecurityGroup};

/// One call in its surroundings.
#[derive(Debug, Clone)]
pub struct Case<'a> {
    /// The call's parameters.
    pub request: &'a JoinRequest,
    /// What is known about the account's resources.
    pub inventory: &'a Inventory,
    /// The caller's account.
    pub account: &'a str,
    /// The region of the call ([`Inventory::call_region`]).
    pub region: Option<&'a str>,
    /// The limits that were stated, by flag or manifest.
    pub quotas: Quotas,
    /// The choices in force.
    pub assumptions: Assumptions,
}

impl<'a> Case<'a> {
    pub(crate) fn choice(&self, assumption: Assumption) -> &'static str {
        self.assumptions.choice(assumption)
    }

    pub(crate) fn limit(&self, quota: Quota) -> u64 {
        self.quotas.value(quota, &self.assumptions)
    }

    /// Whether the target exists; `None` where the call does not name exactly one.
    pub(crate) fn target_presence(&self) -> Option<Presence> {
        let (kind, id) = match self.request.target() {
            Target::Instance(id) => (Kind::Instance, id),
            Target::NetworkInterface(id) => (Kind::NetworkInterface, id),
            Target::Both | Target::Neither => return None,
        };
        if self.request.region_id().is_some() {
            return Some(self.inventory.presence(kind, id, self.region, self.account));
        }
        // Only `RegionId` can differ from the target's region (contract 2.3): without it, where the target is does not matter.
        Some(self.inventory.presence_anywhere(kind, id, self.region, self.account))
    }

    /// Whether the group exists; `None` where the call names none.
    pub(crate) fn group_presence(&self) -> Option<Presence> {
        let group = self.request.group()?;
        Some(self.inventory.presence(Kind::SecurityGroup, group, self.region, self.account))
    }

    /// The instance that is to join.
    pub(crate) fn instance(&self) -> Result<&'a Instance, Finding> {
        let id = match self.request.target() {
            Target::Instance(id) => id,
            Target::NetworkInterface(_) | Target::Both | Target::Neither => "",
        };
        self.inventory.instance(id).ok_or_else(|| unlisted(Kind::Instance, id))
    }

    /// The network interface that is to join.
    pub(crate) fn interface(&self) -> Result<&'a NetworkInterface, Finding> {
        let id = match self.request.target() {
            Target::NetworkInterface(id) => id,
            Target::Instance(_) | Target::Both | Target::Neither => "",
        };
        self.inventory.network_interface(id).ok_or_else(|| unlisted(Kind::NetworkInterface, id))
    }

    /// The group that is to be joined.
    pub(crate) fn group(&self) -> Result<&'a SecurityGroup, Finding> {
        let id = self.request.group().unwrap_or_default();
        self.inventory.security_group(id).ok_or_else(|| unlisted(Kind::SecurityGroup, id))
    }

    /// The groups that the target is in.
    pub(crate) fn current_groups(&self) -> Result<&'a BTreeSet<String>, Finding> {
        match self.request.target() {
            Target::NetworkInterface(id) => {
                let groups = &self.interface()?.security_groups;
                need(groups, Kind::NetworkInterface, id, "SecurityGroupIds")
            }
            Target::Instance(id) => need(&self.instance()?.security_groups, Kind::Instance, id, "SecurityGroupIds"),
            Target::Both | Target::Neither => Err(unlisted(Kind::Instance, "")),
        }
    }

    /// Whether the target is in the group already.
    pub(crate) fn is_member(&self) -> Result<bool, Finding> {
        let group = self.request.group().unwrap_or_default();
        Ok(self.current_groups()?.contains(group))
    }

    /// The target in words: instance `i-..`.
    pub(crate) fn target_name(&self) -> String {
        match self.request.target() {
            Target::Instance(id) => name(Kind::Instance, id),
            Target::NetworkInterface(id) => name(Kind::NetworkInterface, id),
            Target::Both | Target::Neither => "the target".to_owned(),
        }
    }

    /// The group in words: security group `sg-..`.
    pub(crate) fn group_name(&self) -> String {
        name(Kind::SecurityGroup, self.request.group().unwrap_or_default())
    }
}

/// A resource in words.
pub(crate) fn name(kind: Kind, id: &str) -> String {
    format!("{} `{}`", kind.name(), shown(id))
}

/// What the user wrote, for a reason: on one line and not endless.
pub(crate) fn shown(text: &str) -> String {
    let mut shown: String = text.chars().take(64).flat_map(char::escape_debug).collect();
    if text.chars().nth(64).is_some() {
        shown.push_str("..");
    }
    shown
}

/// A resource as the name of a missing fact.
pub(crate) fn resource(kind: Kind, id: &str) -> String {
    format!("{}:{id}", kind.word())
}

/// A member of a resource as the name of a missing fact.
pub(crate) fn member(kind: Kind, id: &str, member: &str) -> String {
    format!("{}:{id}.{member}", kind.word())
}

fn unlisted(kind: Kind, id: &str) -> Finding {
    Finding::unknown(format!("{} is not in the inventory", name(kind, id)), vec![resource(kind, id)])
}

/// The value of a fact, or the finding that it is missing.
pub(crate) fn need<'f, T>(fact: &'f Fact<T>, kind: Kind, id: &str, field: &str) -> Result<&'f T, Finding> {
    let missing = || vec![member(kind, id, field)];
    match fact {
        Fact::Known { value, .. } => Ok(value),
        Fact::Missing => {
            Err(Finding::unknown(format!("the inventory does not tell `{field}` of {}", name(kind, id)), missing()))
        }
        Fact::Contradicted { first, second } => Err(Finding::unknown(
            format!("`{first}` and `{second}` tell different `{field}` of {}", name(kind, id)),
            missing(),
        )),
    }
}
