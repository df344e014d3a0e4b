//! Facts about the cloud as data, each table with its source and date.
//!
//! The tables are sorted texts that are searched in place: starting up parses nothing.

mod actions;
mod added;
mod escalation;
mod keys;
mod review;
mod table;

pub mod assumptions;
pub mod denials;
pub mod error_pages;
pub mod errors;
pub mod quotas;

pub use actions::{Action, Grade, Service, Shape};
pub(crate) use added::AddedAction;
pub use added::CatalogError;
pub use assumptions::{Assumption, AssumptionError, Assumptions, TABLE};
pub use errors::{ErrorRow, Rule, Stage};
pub use escalation::Escalation;
pub use keys::{Key, KeyType};
pub use quotas::{Quota, Quotas};
pub use review::{Capability, JoinWay, PassWay};
pub use table::{Row, Table};

/// The compiled-in tables, and what the user added to them.
#[derive(Debug, Clone, Default)]
pub struct Catalog {
    added: added::Added,
}

impl Catalog {
    /// The compiled-in tables.
    pub fn new() -> Self {
        Self::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_table_is_sorted_and_says_where_it_is_from() {
        for text in [
            include_str!("data/actions.tsv"),
            include_str!("data/services.tsv"),
            include_str!("data/names.tsv"),
            include_str!("data/keys.tsv"),
            include_str!("data/escalation.tsv"),
            include_str!("data/guarded_by.tsv"),
            include_str!("data/types.tsv"),
            include_str!("data/capabilities.tsv"),
            include_str!("data/join_ways.tsv"),
            include_str!("data/pass_role.tsv"),
        ] {
            let table = Table::new(text);
            assert!(table.header().any(|line| line.contains("source") && line.contains("2026")));
            let keys: Vec<&str> = table.rows().map(|row| row.column(0)).collect();
            assert!(keys.is_sorted_by(|a, b| table::compare(a, b).is_lt()), "{:?}", table.header().next());
        }
    }

    #[test]
    fn actions_are_found_in_any_case_and_by_pattern() {
        let catalog = Catalog::new();
        let join = catalog.action("ECS:joinsecuritygroup").unwrap();
        assert_eq!(join.name, "ecs:JoinSecurityGroup");
        assert_eq!(join.shapes().filter(|shape| shape.required).count(), 2);
        assert_eq!(join.shapes().next().unwrap().glob(), "acs:ecs:*:*:instance/*");
        assert!(catalog.action("ecs:RunInstances").unwrap().without_resource_level());
        assert!(catalog.action("ecs:Banana").is_none());
        let covered = catalog.actions_covered("ecs:Join*");
        assert_eq!(
            covered.iter().map(|a| a.name).collect::<Vec<_>>(),
            ["ecs:JoinResourceGroup", "ecs:JoinSecurityGroup"]
        );
        assert!(catalog.actions_covered("*").len() > 15_000);
        assert_eq!(catalog.service("ecs").unwrap().grade, Grade::Complete);
        for name in ["startinstance", "DescribeRegions", "GetObject", "Banana", ""] {
            let has = |service: &Service| catalog.action(&format!("{}:{name}", service.code)).is_some();
            let slow: Vec<&str> = catalog.services().filter(has).map(|service| service.code).collect();
            assert_eq!(catalog.services_with(name), slow, "{name}");
        }
        assert!(catalog.actions_covered("ecs:").is_empty());
    }

    #[test]
    fn keys_have_families_and_a_file_adds_to_everything() {
        let catalog = Catalog::new();
        assert_eq!(catalog.key("acs:sourceip").unwrap().name, "acs:SourceIp");
        assert!(catalog.key("acs:ResourceTag/env").unwrap().spells("acs:ResourceTag/env"));
        assert!(catalog.key("acs:Banana").is_none());
        let text = r#"{"actions":[{"action":"my:Do","resources":["*acs:my:{region}:{account}:x/{id}"]}],"condition_keys":[{"key":"my:K","type":"bool"}]}"#;
        let catalog = catalog.with_file(text).unwrap();
        assert_eq!(catalog.actions_covered("my:*").len(), 1);
        let more = Catalog::new().with_file(r#"{"actions":[{"action":"ECS:Banana"}]}"#).unwrap();
        assert_eq!(more.services_with("banana"), ["ecs"]);
        assert_eq!(catalog.key("my:K").unwrap().kind, KeyType::Bool);
        assert!(Catalog::new().with_file(r#"{"actions":[{"action":"my"}]}"#).is_err());
        assert!(Catalog::new().with_file(r#"{"banana":1}"#).is_err());
    }
}
