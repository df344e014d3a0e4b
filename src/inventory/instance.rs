//! An instance, as DescribeInstances lists it.

use std::collections::{BTreeMap, BTreeSet};

use super::error::InventoryError;
use super::fact::{Conflict, Fact};
use super::scalar::Fields;

/// Tags by key.
pub type Tags = BTreeMap<String, String>;

/// What the inventory tells about one instance (facts/ecs-membership.md 4.1).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Instance {
    /// `InstanceId`.
    pub id: String,
    /// `RegionId`.
    pub region: Fact<String>,
    /// `Status`, in the API's spelling.
    pub status: Fact<String>,
    /// `InstanceNetworkType`: `vpc` or `classic`.
    pub network_type: Fact<String>,
    /// `VpcAttributes.VpcId`; an empty one is missing.
    pub vpc: Fact<String>,
    /// `InstanceType`.
    pub instance_type: Fact<String>,
    /// The reasons in `OperationLocks`.
    pub locks: Fact<BTreeSet<String>>,
    /// `SecurityGroupIds`: the groups of the primary interface.
    pub security_groups: Fact<BTreeSet<String>>,
    /// How many private addresses the instance shows itself (`VpcAttributes.PrivateIpAddress`, `InnerIpAddress`).
    pub private_addresses: Fact<u64>,
    /// `Tags`.
    pub tags: Fact<Tags>,
    /// `ResourceGroupId`; an empty one is missing.
    pub resource_group: Fact<String>,
}

impl Instance {
    pub(super) fn read(fields: &Fields) -> Result<Self, InventoryError> {
        let vpc = fields.object("VpcAttributes")?;
        let inside = |name: &str| vpc.as_ref().map_or(Ok(Fact::Missing), |vpc| vpc.word(name));
        let mut private_addresses = match &vpc {
            Some(vpc) => addresses(vpc, "PrivateIpAddress")?,
            None => Fact::Missing,
        };
        if private_addresses.known().is_none() {
            private_addresses = addresses(fields, "InnerIpAddress")?;
        }
        Ok(Self {
            id: fields.word("InstanceId")?.known().cloned().unwrap_or_default(),
            region: fields.word("RegionId")?,
            status: fields.word("Status")?.map(|status| canonical(status, STATUSES)),
            network_type: fields.word("InstanceNetworkType")?.map(|kind| canonical(kind, &["vpc", "classic"])),
            vpc: inside("VpcId")?,
            instance_type: fields.word("InstanceType")?,
            locks: locks(fields)?,
            security_groups: fields.words("SecurityGroupIds", "SecurityGroupId")?.map(BTreeSet::from_iter),
            private_addresses,
            tags: tags(fields)?,
            resource_group: fields.word("ResourceGroupId")?,
        })
    }

    pub(super) fn merge(&mut self, other: Self) -> Vec<(&'static str, Conflict)> {
        [
            ("RegionId", self.region.merge(other.region)),
            ("Status", self.status.merge(other.status)),
            ("InstanceNetworkType", self.network_type.merge(other.network_type)),
            ("VpcAttributes.VpcId", self.vpc.merge(other.vpc)),
            ("InstanceType", self.instance_type.merge(other.instance_type)),
            ("OperationLocks", self.locks.merge(other.locks)),
            ("SecurityGroupIds", self.security_groups.merge(other.security_groups)),
            ("VpcAttributes.PrivateIpAddress", self.private_addresses.merge(other.private_addresses)),
            ("Tags", self.tags.merge(other.tags)),
            ("ResourceGroupId", self.resource_group.merge(other.resource_group)),
        ]
        .into_iter()
        .filter_map(|(name, conflict)| Some((name, conflict?)))
        .collect()
    }
}

const STATUSES: &[&str] = &["Pending", "Starting", "Running", "Stopping", "Stopped"];

/// The API's own spelling of a word that it knows.
pub(super) fn canonical(word: String, known: &[&str]) -> String {
    known.iter().find(|known| known.eq_ignore_ascii_case(&word)).map_or(word, |known| (*known).to_owned())
}

/// `Tags.Tag[]`; missing where the list or any key or value is.
pub(super) fn tags(fields: &Fields) -> Result<Fact<Tags>, InventoryError> {
    let Some(list) = fields.list("Tags", "Tag")? else { return Ok(Fact::Missing) };
    let mut tags = Tags::new();
    for tag in list.objects() {
        let tag = tag?;
        let either = |one: &str, other: &str| -> Result<Option<String>, InventoryError> {
            Ok(tag.text(one)?.known().or(tag.text(other)?.known()).cloned())
        };
        let (Some(key), Some(value)) = (either("TagKey", "Key")?, either("TagValue", "Value")?) else {
            return Ok(Fact::Missing);
        };
        if tags.insert(key, value.clone()).is_some_and(|earlier| earlier != value) {
            return Ok(Fact::Missing);
        }
    }
    Ok(Fact::told(tags, fields.file()))
}

fn locks(fields: &Fields) -> Result<Fact<BTreeSet<String>>, InventoryError> {
    let Some(list) = fields.list("OperationLocks", "LockReason")? else { return Ok(Fact::Missing) };
    let (mut reasons, mut all) = (BTreeSet::new(), true);
    for lock in list.objects() {
        match lock?.word("LockReason")?.known() {
            Some(reason) => {
                reasons.insert(reason.to_ascii_lowercase());
            }
            None => all = false,
        }
    }
    // One nameless lock may be any; only a security lock that is named as such is sure all the same.
    if all || reasons.contains("security") { Ok(Fact::told(reasons, fields.file())) } else { Ok(Fact::Missing) }
}

fn addresses(fields: &Fields, name: &str) -> Result<Fact<u64>, InventoryError> {
    Ok(fields.length(name, "IpAddress")?.and_then(|count| (count > 0).then_some(count)))
}
