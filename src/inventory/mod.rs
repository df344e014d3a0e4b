//! ECS inventory: what `aliyun` prints, as typed facts, with *unknown* kept apart from *absent* (contract 2.3).
//!
//! [`InventoryBuilder`] takes texts, [`Inventory`] answers. A missing member is never a default, and two responses
//! that tell one fact differently make it unknown.

mod age;
mod builder;
mod document;
mod error;
mod fact;
mod instance;
#[expect(clippy::module_inception, reason = "the file of the type `Inventory`")]
mod inventory;
mod manifest;
mod network_interface;
mod paging;
mod presence;
mod raw;
mod resource;
mod rules;
mod scalar;
mod security_group;
mod suggest;
mod supplied;
mod usage;
mod warning;

pub use builder::InventoryBuilder;
pub use document::{DocumentKind, Kind, recognise};
pub use error::InventoryError;
pub use fact::{Fact, FileName};
pub use instance::{Instance, Tags};
pub use inventory::Inventory;
pub use manifest::Manifest;
pub use network_interface::{Counted, NetworkInterface};
pub use presence::{Absence, Presence};
pub use resource::{Existence, Property, ResourceFacts};
pub use security_group::{GroupRules, GroupType, Network, SecurityGroup};
pub use usage::Members;
pub use warning::{Incompleteness, Warning};
