//! The limits that a join can run into.
//!
//! Source: the vendor's limits page and the page on basic and advanced security groups (2026), as kept in
//! facts/ecs-membership.md 3.1 (read 2026-11-24).

use super::assumptions::{Assumption, Assumptions};

/// One limit; the order is that of the contract.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(usize)]
pub enum Quota {
    /// Security groups of one instance (its primary interface) or network interface.
    GroupsPerEni,
    /// Rules, inbound and outbound, over all groups of one network interface.
    RulesPerEni,
    /// Private addresses in one basic group of a VPC.
    IpsPerBasicGroup,
    /// Private addresses in one group of the classic network.
    IpsPerClassicGroup,
    /// Network interfaces in one enterprise group.
    EnisPerEnterpriseGroup,
}

impl Quota {
    /// Every limit, in the contract's order.
    pub const ALL: [Self; 5] = [
        Self::GroupsPerEni,
        Self::RulesPerEni,
        Self::IpsPerBasicGroup,
        Self::IpsPerClassicGroup,
        Self::EnisPerEnterpriseGroup,
    ];

    /// The name used by `--quota` and the manifest.
    pub fn name(self) -> &'static str {
        match self {
            Self::GroupsPerEni => "groups-per-eni",
            Self::RulesPerEni => "rules-per-eni",
            Self::IpsPerBasicGroup => "ips-per-basic-group",
            Self::IpsPerClassicGroup => "ips-per-classic-group",
            Self::EnisPerEnterpriseGroup => "enis-per-enterprise-group",
        }
    }

    /// The limit of that name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|quota| quota.name() == name)
    }

    /// The value where nothing was given; the documents disagree on `groups-per-eni`, so an assumption picks.
    pub fn default_value(self, assumptions: &Assumptions) -> u64 {
        match self {
            Self::GroupsPerEni => assumptions.choice(Assumption::GroupsPerEni).parse().unwrap_or(5),
            Self::IpsPerBasicGroup => 6000,
            Self::RulesPerEni | Self::IpsPerClassicGroup => 1000,
            Self::EnisPerEnterpriseGroup => 65_536,
        }
    }
}

/// The limits that somebody stated; what is not here has its default.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Quotas {
    given: [Option<u64>; Quota::ALL.len()],
}

impl Quotas {
    /// States one limit; a later statement replaces an earlier one.
    pub fn set(&mut self, quota: Quota, value: u64) {
        if let Some(slot) = self.given.get_mut(quota as usize) {
            *slot = Some(value);
        }
    }

    /// What was stated for this limit.
    pub fn given(&self, quota: Quota) -> Option<u64> {
        self.given.get(quota as usize).copied().flatten()
    }

    /// These limits, with those of `other` where this has none (`--quota` over the manifest).
    #[must_use]
    pub fn or(&self, other: &Self) -> Self {
        let mut merged = *other;
        for quota in Quota::ALL {
            if let Some(value) = self.given(quota) {
                merged.set(quota, value);
            }
        }
        merged
    }

    /// The limit in force: as stated, else the default.
    pub fn value(&self, quota: Quota, assumptions: &Assumptions) -> u64 {
        self.given(quota).unwrap_or_else(|| quota.default_value(assumptions))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stated_limit_beats_the_assumption_and_the_flag_beats_the_manifest() {
        let ten = Assumptions::default().with(Assumption::GroupsPerEni, "10").unwrap();
        let (mut flag, mut manifest) = (Quotas::default(), Quotas::default());
        assert_eq!(flag.value(Quota::GroupsPerEni, &Assumptions::default()), 5);
        assert_eq!(flag.value(Quota::GroupsPerEni, &ten), 10);
        manifest.set(Quota::GroupsPerEni, 7);
        assert_eq!(flag.or(&manifest).value(Quota::GroupsPerEni, &ten), 7);
        flag.set(Quota::GroupsPerEni, 8);
        assert_eq!(flag.or(&manifest).value(Quota::GroupsPerEni, &ten), 8);
    }

    #[test]
    fn every_limit_is_found_by_its_name() {
        for (at, quota) in Quota::ALL.into_iter().enumerate() {
            assert_eq!((Quota::named(quota.name()), quota as usize), (Some(quota), at));
        }
        assert_eq!(Quota::named("groups"), None);
    }
}
