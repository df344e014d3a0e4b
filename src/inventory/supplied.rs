//! The condition keys that the inventory answers for one resource (contract 2.4).

use super::document::Kind;
use super::inventory::Inventory;
use super::resource::Property;
use crate::evaluate::{Fact, Supplied};
use crate::pattern::arn;

impl Inventory {
    /// Adds what is known about the resource of an ARN: its tags as `acs:ResourceTag/<key>` and `ecs:tag/<key>`, and
    /// `acs:ResourceGroupId`. An ARN that names no one instance, group or network interface of ECS adds nothing.
    ///
    /// `caller` is the account that owns what the inventory lists where no manifest tells.
    pub fn supply(&self, supplied: &mut Supplied, resource: &str, caller: Option<&str>) {
        let Some(parts) = arn(resource).filter(|arn| arn.service == "ecs") else { return };
        let named = parts.type_and_id().and_then(|(word, id)| Some((Kind::named(word)?, id)));
        let Some((kind, id)) = named else { return };
        let facts = self.resource_facts(kind, id, parts.region, parts.account, caller);
        match facts.tags {
            Property::Known(tags) => {
                supplied.tags_complete = true;
                for (key, value) in tags {
                    for prefix in ["acs:ResourceTag/", "ecs:tag/"] {
                        supplied.context.set(format!("{prefix}{key}"), Fact::One(value.clone().into()));
                    }
                }
            }
            Property::None => supplied.tags_complete = true,
            Property::Unknown => {}
        }
        match facts.resource_group {
            Property::Known(group) if !group.is_empty() => {
                supplied.context.set("acs:ResourceGroupId", Fact::One(group.into()));
            }
            Property::None => supplied.context.set("acs:ResourceGroupId", Fact::Absent),
            Property::Known(_) | Property::Unknown => {}
        }
    }
}
