//! A network interface, as DescribeNetworkInterfaces lists it or an instance names it.

use std::collections::BTreeSet;

use super::error::InventoryError;
use super::fact::{Conflict, Fact};
use super::instance::{Instance, Tags, canonical, tags};
use super::scalar::Fields;

/// What the inventory tells about one network interface (facts/ecs-membership.md 4.1).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct NetworkInterface {
    /// `NetworkInterfaceId`.
    pub id: String,
    /// The region of its `ZoneId`, or of the instance that names it.
    pub region: Fact<String>,
    /// `Status`, in the API's spelling.
    pub status: Fact<String>,
    /// `Type`: `Primary`, `Secondary`, also `Trunk` and `Member`.
    pub interface_type: Fact<String>,
    /// `VpcId`.
    pub vpc: Fact<String>,
    /// The instance it is attached to; `None` where the response says that there is none.
    pub instance: Fact<Option<String>>,
    /// `SecurityGroupIds`.
    pub security_groups: Fact<BTreeSet<String>>,
    /// `OwnerId`, an account.
    pub owner: Fact<String>,
    /// `ServiceManaged`.
    pub service_managed: Fact<bool>,
    /// How many entries `PrivateIpSets` has.
    pub private_addresses: Fact<u64>,
    /// How many entries `Ipv6Sets` has.
    pub ipv6_addresses: Fact<u64>,
    /// How many entries `Ipv4PrefixSets` has.
    pub ipv4_prefixes: Fact<u64>,
    /// How many entries `Ipv6PrefixSets` has.
    pub ipv6_prefixes: Fact<u64>,
    /// `Tags`.
    pub tags: Fact<Tags>,
    /// `ResourceGroupId`; an empty one is missing.
    pub resource_group: Fact<String>,
}

/// A number that is counted, and whether all of it could be counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counted {
    /// What is there at least.
    pub at_least: u64,
    /// Whether that is all.
    pub exact: bool,
}

impl NetworkInterface {
    pub(super) fn read(fields: &Fields) -> Result<Self, InventoryError> {
        let attached = match fields.object("Attachment")? {
            Some(attachment) => attachment.text("InstanceId")?,
            None => Fact::Missing,
        };
        let direct = fields.text("InstanceId")?;
        let instance =
            if direct.text().is_none_or(str::is_empty) && attached.known().is_some() { attached } else { direct };
        Ok(Self {
            region: fields.word("ZoneId")?.and_then(|zone| region_of(&zone)),
            status: fields.word("Status")?.map(|status| canonical(status, STATUSES)),
            vpc: fields.word("VpcId")?,
            instance: instance.map(|id| (!id.is_empty()).then_some(id)),
            security_groups: fields.words("SecurityGroupIds", "SecurityGroupId")?.map(BTreeSet::from_iter),
            owner: fields.word("OwnerId")?,
            service_managed: fields.flag("ServiceManaged")?,
            tags: tags(fields)?,
            resource_group: fields.word("ResourceGroupId")?,
            ..Self::addresses_of(fields)?
        })
    }

    /// An interface in the list of an instance: only its type and addresses are told there.
    pub(super) fn named(fields: &Fields, instance: &Instance) -> Result<Self, InventoryError> {
        let of_instance =
            if instance.id.is_empty() { Fact::Missing } else { Fact::told(Some(instance.id.clone()), fields.file()) };
        Ok(Self { region: instance.region.clone(), instance: of_instance, ..Self::addresses_of(fields)? })
    }

    fn addresses_of(fields: &Fields) -> Result<Self, InventoryError> {
        Ok(Self {
            id: fields.word("NetworkInterfaceId")?.known().cloned().unwrap_or_default(),
            interface_type: fields.word("Type")?.map(|kind| canonical(kind, TYPES)),
            private_addresses: fields.length("PrivateIpSets", "PrivateIpSet")?,
            ipv6_addresses: fields.length("Ipv6Sets", "Ipv6Set")?,
            ipv4_prefixes: fields.length("Ipv4PrefixSets", "Ipv4PrefixSet")?,
            ipv6_prefixes: fields.length("Ipv6PrefixSets", "Ipv6PrefixSet")?,
            ..Self::default()
        })
    }

    /// Whether it is the primary interface of its instance.
    pub fn is_primary(&self) -> bool {
        self.interface_type.text() == Some("Primary")
    }

    /// What it counts against the capacity of a basic group: every address, and each prefix as one
    /// (facts/ecs-membership.md 3.1). Every interface has at least one address.
    pub fn addresses(&self) -> Counted {
        let sets = [&self.private_addresses, &self.ipv6_addresses, &self.ipv4_prefixes, &self.ipv6_prefixes];
        let sum = sets.iter().filter_map(|set| set.known()).fold(0_u64, |sum, count| sum.saturating_add(*count));
        Counted { at_least: sum.max(1), exact: self.private_addresses.known().is_some() }
    }

    pub(super) fn merge(&mut self, other: Self) -> Vec<(&'static str, Conflict)> {
        [
            ("ZoneId", self.region.merge(other.region)),
            ("Status", self.status.merge(other.status)),
            ("Type", self.interface_type.merge(other.interface_type)),
            ("VpcId", self.vpc.merge(other.vpc)),
            ("InstanceId", self.instance.merge(other.instance)),
            ("SecurityGroupIds", self.security_groups.merge(other.security_groups)),
            ("OwnerId", self.owner.merge(other.owner)),
            ("ServiceManaged", self.service_managed.merge(other.service_managed)),
            ("PrivateIpSets", self.private_addresses.merge(other.private_addresses)),
            ("Ipv6Sets", self.ipv6_addresses.merge(other.ipv6_addresses)),
            ("Ipv4PrefixSets", self.ipv4_prefixes.merge(other.ipv4_prefixes)),
            ("Ipv6PrefixSets", self.ipv6_prefixes.merge(other.ipv6_prefixes)),
            ("Tags", self.tags.merge(other.tags)),
            ("ResourceGroupId", self.resource_group.merge(other.resource_group)),
        ]
        .into_iter()
        .filter_map(|(name, conflict)| Some((name, conflict?)))
        .collect()
    }
}

const STATUSES: &[&str] = &["Available", "Attaching", "InUse", "Detaching", "Deleting"];
const TYPES: &[&str] = &["Primary", "Secondary", "Trunk", "Member"];

/// The region of a zone: `cn-hangzhou-h` is in `cn-hangzhou`, `ap-southeast-1a` in `ap-southeast-1`.
fn region_of(zone: &str) -> Option<String> {
    let (head, last) = zone.rsplit_once('-')?;
    let (digits, letter) = last.split_at_checked(last.len().checked_sub(1)?)?;
    if head.is_empty() || !letter.bytes().all(|b| b.is_ascii_alphabetic()) {
        return None;
    }
    match digits {
        "" => Some(head.to_owned()),
        _ if digits.bytes().all(|b| b.is_ascii_digit()) => Some(format!("{head}-{digits}")),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_region_of_a_zone_is_known_by_its_form() {
        let cases = [
            ("cn-hangzhou-h", Some("cn-hangzhou")),
            ("ap-southeast-1a", Some("ap-southeast-1")),
            ("cn-shanghai-finance-1b", Some("cn-shanghai-finance-1")),
            ("cn-beijing", None),
            ("cn-hangzhou-MAZ5(h,i)", None),
            ("h", None),
            ("-h", None),
            ("", None),
            ("cn-", None),
            ("cn-é", None),
        ];
        for (zone, region) in cases {
            assert_eq!(region_of(zone).as_deref(), region, "{zone}");
        }
    }
}
