//! What the inventory tells the conditions of a policy about one resource (contract 2.4).

use super::document::Kind;
use super::fact::Fact;
use super::instance::Tags;
use super::inventory::Inventory;
use super::presence::Presence;

/// Whether the resource that an ARN names exists.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Existence {
    /// It does.
    Exists,
    /// It certainly does not.
    Missing,
    /// It may.
    Unknown,
}

/// A property of a resource that may not exist.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Property<T> {
    /// The resource has it.
    Known(T),
    /// The resource certainly does not exist, so it has none.
    None,
    /// Nothing tells.
    Unknown,
}

/// What conditions can ask about a resource.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ResourceFacts {
    /// Whether it exists.
    pub existence: Existence,
    /// All its tags: a key that is not in them is absent.
    pub tags: Property<Tags>,
    /// Its resource group.
    pub resource_group: Property<String>,
}

impl ResourceFacts {
    const UNKNOWN: Self =
        Self { existence: Existence::Unknown, tags: Property::Unknown, resource_group: Property::Unknown };
    const MISSING: Self = Self { existence: Existence::Missing, tags: Property::None, resource_group: Property::None };
}

impl Inventory {
    /// The facts about the resource that an ARN of ECS names by region, account, kind and id. An ARN with a wildcard
    /// or an empty part names no one resource: nothing is known about it. `caller` owns what the inventory lists where
    /// there is no manifest that tells.
    pub fn resource_facts(
        &self,
        kind: Kind,
        id: &str,
        region: &str,
        account: &str,
        caller: Option<&str>,
    ) -> ResourceFacts {
        if [id, region, account].iter().any(|part| part.is_empty() || part.contains(['*', '?'])) {
            return ResourceFacts::UNKNOWN;
        }
        let (tags, resource_group) = match kind {
            Kind::Instance => self.instance(id).map(|one| (&one.tags, &one.resource_group)),
            Kind::SecurityGroup => self.security_group(id).map(|one| (&one.tags, &one.resource_group)),
            Kind::NetworkInterface => self.network_interface(id).map(|one| (&one.tags, &one.resource_group)),
        }
        .unwrap_or((&Fact::Missing, &Fact::Missing));
        match self.presence_in(kind, id, Some(region), account, caller) {
            Presence::Present => ResourceFacts {
                existence: Existence::Exists,
                tags: property(tags),
                resource_group: property(resource_group),
            },
            Presence::Absent(_) => ResourceFacts::MISSING,
            Presence::Unknown(_) => ResourceFacts::UNKNOWN,
        }
    }
}

fn property<T: Clone>(fact: &Fact<T>) -> Property<T> {
    fact.known().map_or(Property::Unknown, |value| Property::Known(value.clone()))
}
