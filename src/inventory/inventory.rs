//! The inventory: everything that the responses tell, by id.

use std::collections::BTreeMap;

use super::document::Kind;
use super::fact::Fact;
use super::instance::Instance;
use super::manifest::Manifest;
use super::network_interface::{Counted, NetworkInterface};
use super::paging::Completeness;
use super::security_group::SecurityGroup;
use super::usage::{Members, Usage, own_addresses};
use super::warning::Warning;
use crate::catalog::Quotas;

/// What is known about an account's ECS resources. Made by [`super::InventoryBuilder`]; `default()` is empty:
/// nothing is known.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Inventory {
    pub(super) instances: BTreeMap<String, Box<Instance>>,
    pub(super) security_groups: BTreeMap<String, SecurityGroup>,
    pub(super) network_interfaces: BTreeMap<String, Box<NetworkInterface>>,
    pub(super) instance_types: BTreeMap<String, Fact<u64>>,
    pub(super) caller: Fact<String>,
    pub(super) manifest: Option<Manifest>,
    pub(super) completeness: Completeness,
    pub(super) usage: Usage,
    pub(super) warnings: Vec<Warning>,
}

impl Inventory {
    /// The instance of that id, where a response lists it.
    pub fn instance(&self, id: &str) -> Option<&Instance> {
        self.instances.get(id).map(Box::as_ref)
    }

    /// The security group of that id, where a response lists or names it.
    pub fn security_group(&self, id: &str) -> Option<&SecurityGroup> {
        self.security_groups.get(id)
    }

    /// The network interface of that id, where a response lists or names it.
    pub fn network_interface(&self, id: &str) -> Option<&NetworkInterface> {
        self.network_interfaces.get(id).map(Box::as_ref)
    }

    /// All instances, by id.
    pub fn instances(&self) -> impl Iterator<Item = &Instance> {
        self.instances.values().map(Box::as_ref)
    }

    /// All security groups, by id.
    pub fn security_groups(&self) -> impl Iterator<Item = &SecurityGroup> {
        self.security_groups.values()
    }

    /// All network interfaces, by id.
    pub fn network_interfaces(&self) -> impl Iterator<Item = &NetworkInterface> {
        self.network_interfaces.values().map(Box::as_ref)
    }

    /// `EniIpv6AddressQuantity` of an instance type, where it is known.
    pub fn ipv6_addresses_of_type(&self, instance_type: &str) -> Option<u64> {
        self.instance_types.get(instance_type).and_then(|quantity| quantity.known().copied())
    }

    /// The manifest, where one was given.
    pub fn manifest(&self) -> Option<&Manifest> {
        self.manifest.as_ref()
    }

    /// The limits that the manifest states.
    pub fn quotas(&self) -> Quotas {
        self.manifest.as_ref().map(|manifest| manifest.quotas).unwrap_or_default()
    }

    /// What is doubtful, in the order found. The age is not among them: see [`Inventory::age_warning`].
    pub fn warnings(&self) -> &[Warning] {
        &self.warnings
    }

    /// Whether an id of this kind that is in no response does not exist in this region (contract 2.3).
    pub fn is_complete(&self, kind: Kind, region: &str) -> bool {
        self.completeness.covers(kind, region)
    }

    /// Whether nothing at all is known.
    pub fn is_empty(&self) -> bool {
        self.instances.is_empty() && self.security_groups.is_empty() && self.network_interfaces.is_empty()
    }

    /// The members of a group that are in the inventory.
    pub fn members(&self, group: &str) -> Members {
        self.usage.members(group)
    }

    /// Instances and interfaces whose groups are not known: each may be a member of any group.
    pub fn possible_members(&self) -> Members {
        self.usage.unplaced()
    }

    /// The primary interface of an instance, where the inventory shows which one it is.
    pub fn primary_interface(&self, instance: &str) -> Option<&NetworkInterface> {
        self.network_interface(self.usage.primary_of(instance)?)
    }

    /// What an instance counts against the capacity of a basic group: the addresses of its primary interface.
    pub fn instance_addresses(&self, instance: &Instance) -> Counted {
        self.primary_interface(&instance.id).map_or_else(|| own_addresses(instance), NetworkInterface::addresses)
    }
}
