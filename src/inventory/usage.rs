//! How full each group is, counted over its members (facts/ecs-membership.md 3.1 bis).

use std::collections::{BTreeMap, BTreeSet};

use super::instance::Instance;
use super::network_interface::{Counted, NetworkInterface};

/// Members of a group, counted as addresses and as interfaces.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Members {
    /// Private addresses and prefixes, at least.
    pub addresses: u64,
    /// Network interfaces, primary ones included.
    pub network_interfaces: u64,
    /// Whether the addresses of every counted interface are known.
    pub exact: bool,
}

impl Members {
    const NONE: Self = Self { addresses: 0, network_interfaces: 0, exact: true };

    fn add(&mut self, addresses: Counted) {
        self.addresses = self.addresses.saturating_add(addresses.at_least);
        self.network_interfaces = self.network_interfaces.saturating_add(1);
        self.exact &= addresses.exact;
    }
}

/// The members of every group, and those whose groups are not known.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Usage {
    groups: BTreeMap<String, Members>,
    unplaced: Option<Members>,
    primaries: BTreeMap<String, String>,
}

impl Usage {
    /// Counts each interface once by its id; a primary one is in the groups of its instance.
    pub(super) fn count(
        instances: &BTreeMap<String, Box<Instance>>,
        interfaces: &BTreeMap<String, Box<NetworkInterface>>,
    ) -> Self {
        let mut usage = Self::default();
        // Instances whose primary interface is among those listed, or may be.
        let mut seen = BTreeSet::new();
        for interface in interfaces.values() {
            let of = interface.instance.known().and_then(Option::as_deref);
            if let (Some(instance), true) = (of, interface.is_primary()) {
                usage.primaries.entry(instance.to_owned()).or_insert_with(|| interface.id.clone());
            }
            let instance = of.and_then(|id| instances.get(id)).filter(|_| interface.is_primary());
            if interface.is_primary() || interface.interface_type.known().is_none() {
                seen.extend(of);
            }
            let of_instance = instance.and_then(|instance| instance.security_groups.known());
            let own = interface.security_groups.known();
            let groups: Option<BTreeSet<&String>> = match (of_instance, own) {
                (None, None) => None,
                (one, other) => Some(one.into_iter().chain(other).flatten().collect()),
            };
            usage.place(groups, interface.addresses());
        }
        for instance in instances.values().filter(|instance| !seen.contains(instance.id.as_str())) {
            let groups = instance.security_groups.known().map(|groups| groups.iter().collect());
            usage.place(groups, own_addresses(instance));
        }
        usage
    }

    fn place(&mut self, groups: Option<BTreeSet<&String>>, addresses: Counted) {
        match groups {
            None => self.unplaced.get_or_insert(Members::NONE).add(addresses),
            Some(groups) => {
                for group in groups {
                    self.groups.entry(group.clone()).or_insert(Members::NONE).add(addresses);
                }
            }
        }
    }

    /// The members of a group that the inventory holds.
    pub(super) fn members(&self, group: &str) -> Members {
        self.groups.get(group).copied().unwrap_or(Members::NONE)
    }

    /// The primary interface of an instance.
    pub(super) fn primary_of(&self, instance: &str) -> Option<&str> {
        self.primaries.get(instance).map(String::as_str)
    }

    /// Those that may be members of any group, because their groups are not known.
    pub(super) fn unplaced(&self) -> Members {
        self.unplaced.unwrap_or(Members::NONE)
    }
}

/// The addresses that an instance shows itself, where its primary interface is not listed.
pub(super) fn own_addresses(instance: &Instance) -> Counted {
    match instance.private_addresses.known() {
        Some(count) => Counted { at_least: *count, exact: true },
        None => Counted { at_least: 1, exact: false },
    }
}
