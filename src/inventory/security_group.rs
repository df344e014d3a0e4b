//! A security group, as DescribeSecurityGroups and `DescribeSecurityGroupAttribute` tell it.

use std::collections::BTreeSet;

use super::error::InventoryError;
use super::fact::{Conflict, Fact};
use super::instance::{Tags, tags};
use super::scalar::Fields;

/// Basic or enterprise (`SecurityGroupType`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum GroupType {
    /// `normal`.
    Basic,
    /// `enterprise`.
    Enterprise,
}

impl GroupType {
    /// The word that the documents use.
    pub fn word(self) -> &'static str {
        match self {
            Self::Basic => "basic",
            Self::Enterprise => "enterprise",
        }
    }
}

/// The network of a group (`VpcId`; empty is the classic network).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Network {
    /// The classic network.
    Classic,
    /// The VPC of that id.
    Vpc(String),
}

/// The rules of a group, from `DescribeSecurityGroupAttribute`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct GroupRules {
    /// The rules in the pages at hand, inbound and outbound.
    pub count: u64,
    /// Whether a rule names a prefix list or port list: it counts as many rules as that list may have entries.
    pub names_lists: bool,
}

/// What the inventory tells about one security group (facts/ecs-membership.md 4.1).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SecurityGroup {
    /// `SecurityGroupId`.
    pub id: String,
    /// The response's `RegionId`, or the region of what names the group.
    pub region: Fact<String>,
    /// `VpcId`.
    pub network: Fact<Network>,
    /// `SecurityGroupType`.
    pub group_type: Fact<GroupType>,
    /// `ServiceManaged`.
    pub service_managed: Fact<bool>,
    /// `EcsCount`: private addresses (or interfaces) in the group; missing where both counters are 0.
    pub used: Fact<u64>,
    /// `AvailableInstanceAmount`: how many more have room; missing where both counters are 0.
    pub available: Fact<u64>,
    /// `RuleCount`.
    pub rule_count: Fact<u64>,
    /// The rules themselves.
    pub rules: Fact<GroupRules>,
    /// `Tags`.
    pub tags: Fact<Tags>,
    /// `ResourceGroupId`; an empty one is missing.
    pub resource_group: Fact<String>,
    /// Whether a response is about the group; else it is only named in others.
    pub listed: bool,
    /// The owners of what names the group (`None`: an instance, or an interface without `OwnerId`).
    pub(super) named_by: BTreeSet<Option<String>>,
}

impl SecurityGroup {
    pub(super) fn read(fields: &Fields, region: &Fact<String>) -> Result<Self, InventoryError> {
        let (mut used, mut available) = (fields.count("EcsCount")?, fields.count("AvailableInstanceAmount")?);
        // Without IsQueryEcsCount both are 0 and mean nothing. A 0 left alone may still say that the group is full.
        if used.known() == Some(&0) && available.known().is_none_or(|count| *count == 0) {
            (used, available) = (Fact::Missing, Fact::Missing);
        }
        Ok(Self {
            id: fields.word("SecurityGroupId")?.known().cloned().unwrap_or_default(),
            region: region.clone(),
            network: network(fields)?,
            group_type: fields.word("SecurityGroupType")?.and_then(|word| match word.to_ascii_lowercase().as_str() {
                "normal" => Some(GroupType::Basic),
                "enterprise" => Some(GroupType::Enterprise),
                _ => None,
            }),
            service_managed: fields.flag("ServiceManaged")?,
            used,
            available,
            rule_count: fields.count("RuleCount")?,
            rules: Fact::Missing,
            tags: tags(fields)?,
            resource_group: fields.word("ResourceGroupId")?,
            listed: true,
            named_by: BTreeSet::new(),
        })
    }

    /// A group that another response names.
    pub(super) fn named(id: &str, region: &Fact<String>, owner: Option<String>) -> Self {
        Self { id: id.to_owned(), region: region.clone(), named_by: BTreeSet::from([owner]), ..Self::default() }
    }

    pub(super) fn merge(&mut self, other: Self) -> Vec<(&'static str, Conflict)> {
        self.listed |= other.listed;
        self.named_by.extend(other.named_by);
        [
            ("RegionId", self.region.merge(other.region)),
            ("VpcId", self.network.merge(other.network)),
            ("SecurityGroupType", self.group_type.merge(other.group_type)),
            ("ServiceManaged", self.service_managed.merge(other.service_managed)),
            ("EcsCount", self.used.merge(other.used)),
            ("AvailableInstanceAmount", self.available.merge(other.available)),
            ("RuleCount", self.rule_count.merge(other.rule_count)),
            ("Permissions", self.rules.merge(other.rules)),
            ("Tags", self.tags.merge(other.tags)),
            ("ResourceGroupId", self.resource_group.merge(other.resource_group)),
        ]
        .into_iter()
        .filter_map(|(name, conflict)| Some((name, conflict?)))
        .collect()
    }
}

/// `VpcId` of a group: empty is the classic network, missing is unknown.
pub(super) fn network(fields: &Fields) -> Result<Fact<Network>, InventoryError> {
    Ok(fields.text("VpcId")?.map(|vpc| if vpc.is_empty() { Network::Classic } else { Network::Vpc(vpc) }))
}
