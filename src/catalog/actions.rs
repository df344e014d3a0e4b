//! Services and their actions: names, access levels, resources, condition keys, and how much of a service is known.

use std::collections::HashMap;
use std::sync::OnceLock;

use super::Catalog;
use super::table::{Row, Table, compare};
use crate::pattern;

static ACTIONS: Table = Table::new(include_str!("data/actions.tsv"));
static SERVICES: Table = Table::new(include_str!("data/services.tsv"));
static NAMES: Table = Table::new(include_str!("data/names.tsv"));
static GUARDED_BY: Table = Table::new(include_str!("data/guarded_by.tsv"));
static TYPES: Table = Table::new(include_str!("data/types.tsv"));

/// How much of a service's actions the catalog holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Grade {
    /// Some names.
    Partial,
    /// The names of all APIs, which are not always the names of the actions.
    Names,
    /// The whole official page.
    Complete,
}

impl Grade {
    /// The word used in output.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Partial => "partial",
            Self::Names => "names",
            Self::Complete => "complete",
        }
    }
}

/// What is known of a service.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Service {
    /// Its RAM code.
    pub code: &'static str,
    /// How much is known.
    pub grade: Grade,
    /// The product; may be empty.
    pub product: &'static str,
    /// Date of the newest source; may be empty.
    pub date: &'static str,
}

/// An action that the catalog knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Action<'c> {
    /// The name in its documented spelling, with the service.
    pub name: &'c str,
    /// Access level, such as `get` or `create`; empty when not known.
    pub level: &'c str,
    /// The resources as the newest page gives them; empty when not known.
    pub resources: &'c str,
    /// The resources of the rules of 2021.
    pub older: &'c str,
    /// Condition keys of the action, beside those of every action.
    pub keys: &'c str,
    /// Year of the page, or how the name was learned.
    pub source: &'c str,
}

/// A resource shape of an action: `acs:ecs:{region}:{account}:instance/{id}`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shape<'c> {
    /// The ARN with its placeholders.
    pub arn: &'c str,
    /// Whether every call of the action is about one.
    pub required: bool,
}

impl Shape<'_> {
    /// The shape as a pattern that covers every ARN of it.
    pub fn glob(&self) -> String {
        let mut glob = String::with_capacity(self.arn.len());
        let mut inside = false;
        for c in self.arn.chars() {
            match c {
                '{' => inside = true,
                '}' => {
                    inside = false;
                    glob.push('*');
                }
                _ if inside => {}
                c => glob.push(c),
            }
        }
        glob
    }
}

impl<'c> Action<'c> {
    /// The shapes of the newest page; none for an action without resource-level support.
    pub fn shapes(&self) -> impl Iterator<Item = Shape<'c>> + use<'c> {
        let listed = self.resources.split(' ').filter(|arn| !arn.is_empty() && *arn != "*");
        listed.map(|arn| Shape { arn: arn.trim_start_matches('*'), required: arn.starts_with('*') })
    }

    /// The shapes of the rules of 2021 that the newest page does not repeat.
    pub fn older_shapes(&self) -> impl Iterator<Item = Shape<'c>> + use<'c> {
        let listed = self.older.split(' ').filter(|arn| !arn.is_empty());
        listed.map(|arn| Shape { arn, required: false })
    }

    /// Whether the newest page says that the action cannot be narrowed to a resource.
    pub fn without_resource_level(&self) -> bool {
        self.resources == "*"
    }

    fn from_row(row: Row) -> Self {
        let [name, level, resources, older, keys, source] = row.columns();
        Self { name, level, resources, older, keys, source }
    }

    fn named(row: Row) -> Self {
        Self { name: row.column(0), level: "", resources: "", older: "", keys: "", source: "name" }
    }
}

impl Service {
    fn from_row(row: Row) -> Self {
        let [code, grade, product, date] = row.columns();
        let grade = match grade {
            "complete" => Grade::Complete,
            "names" => Grade::Names,
            _ => Grade::Partial,
        };
        Self { code, grade, product, date }
    }
}

impl Catalog {
    /// The service of a RAM code, in any case.
    pub fn service(&self, code: &str) -> Option<Service> {
        SERVICES.find(code).map(Service::from_row)
    }

    /// All services, by code.
    pub fn services(&self) -> impl Iterator<Item = Service> + use<> {
        SERVICES.rows().map(Service::from_row)
    }

    /// The action of that name, in any case.
    pub fn action(&self, name: &str) -> Option<Action<'_>> {
        if let Some(added) = self.added.actions.iter().find(|added| added.name.eq_ignore_ascii_case(name)) {
            return Some(added.as_action());
        }
        Self::compiled_action(name)
    }

    /// The action of that name in the compiled-in tables, in any case.
    pub(crate) fn compiled_action(name: &str) -> Option<Action<'static>> {
        ACTIONS.find(name).map(Action::from_row).or_else(|| NAMES.find(name).map(Action::named))
    }

    /// Every known action that a pattern covers, sorted by name.
    pub fn actions_covered(&self, glob: &str) -> Vec<Action<'_>> {
        let covers = |name: &str| pattern::matches_ignore_case(glob, name);
        let mut found: Vec<Action<'_>> = self.added.actions.iter().map(super::AddedAction::as_action).collect();
        found.retain(|action| covers(action.name));
        let front = glob.split(['*', '?']).next().unwrap_or_default();
        found.extend(ACTIONS.starting_with(front).filter(|row| covers(row.column(0))).map(Action::from_row));
        found.extend(NAMES.starting_with(front).filter(|row| covers(row.column(0))).map(Action::named));
        found.sort_by(|a, b| compare(a.name, b.name));
        found.dedup_by(|later, first| later.name.eq_ignore_ascii_case(first.name));
        found
    }

    /// Whether a pattern covers an action that the catalog knows.
    pub fn covers_any(&self, glob: &str) -> bool {
        let covers = |name: &str| pattern::matches_ignore_case(glob, name);
        let front = glob.split(['*', '?']).next().unwrap_or_default();
        let in_table = |table: &Table| table.starting_with(front).any(|row| covers(row.column(0)));
        in_table(&ACTIONS) || in_table(&NAMES) || self.added.actions.iter().any(|added| covers(&added.name))
    }

    /// The names of a service's actions that begin with the same two letters as a name, without the service.
    pub fn names_like<'a>(&'a self, code: &str, name: &str) -> Vec<&'a str> {
        let two = name.char_indices().nth(2).map_or(name, |(at, _)| name.get(..at).unwrap_or(name));
        let prefix = format!("{code}:{two}");
        let added = self.added.actions.iter().map(|added| added.name.as_str());
        let added = added.filter(|known| super::table::starts_with(known, &prefix));
        let rows = ACTIONS.starting_with(&prefix).chain(NAMES.starting_with(&prefix)).map(|row| row.column(0));
        added.chain(rows).filter_map(|known| known.get(code.len() + 1..)).collect()
    }

    /// The codes of the services that have an action of that name, in any case; in order.
    pub fn services_with(&self, name: &str) -> Vec<&str> {
        /// The names of all actions in small letters, each with its services.
        static SERVICES_OF: OnceLock<HashMap<String, Vec<&str>>> = OnceLock::new();
        let known = SERVICES_OF.get_or_init(|| {
            let mut known: HashMap<String, Vec<&str>> = HashMap::new();
            for row in ACTIONS.rows().chain(NAMES.rows()) {
                let service = row.column(0).split_once(':').and_then(|(code, name)| Some((SERVICES.find(code)?, name)));
                let Some((service, name)) = service else { continue };
                known.entry(name.to_ascii_lowercase()).or_default().push(service.column(0));
            }
            known
        });
        let added = self.added.actions.iter().filter_map(|added| added.name.split_once(':'));
        let added =
            added.filter(|(_, added)| added.eq_ignore_ascii_case(name)).filter_map(|(code, _)| SERVICES.find(code));
        let mut codes: Vec<&str> = known.get(&name.to_ascii_lowercase()).into_iter().flatten().copied().collect();
        codes.extend(added.map(|row| row.column(0)));
        codes.sort_by(|a, b| compare(a, b));
        codes.dedup();
        codes
    }

    /// The actions that really guard the call whose API name people take for an action.
    pub fn guarded_by(&self, name: &str) -> Option<&'static str> {
        GUARDED_BY.find(name).map(|row| row.column(1))
    }

    /// Whether a word is a resource type of a service; none where not all types of the service are known.
    pub fn has_resource_type(&self, code: &str, word: &str) -> Option<bool> {
        /// Services in any case, each with its words in order.
        static WORDS: OnceLock<Vec<(&str, Vec<&str>)>> = OnceLock::new();
        let words = WORDS.get_or_init(|| {
            let sorted = |row: Row| {
                let mut words: Vec<&str> = row.column(1).split(' ').collect();
                words.sort_unstable();
                (row.column(0), words)
            };
            TYPES.rows().map(sorted).collect()
        });
        let (_, words) = words.iter().find(|(known, _)| known.eq_ignore_ascii_case(code))?;
        Some(words.binary_search(&word).is_ok())
    }

    /// The resource type words of a service, where all of them are known.
    pub fn resource_types(&self, code: &str) -> Option<impl Iterator<Item = &'static str> + use<>> {
        TYPES.find(code).map(|row| row.column(1).split(' '))
    }
}
