//! What the review of an account asks about: capabilities, services that run code with a role, ways into a security group.

use super::Catalog;
use super::table::Table;

static CAPABILITIES: Table = Table::new(include_str!("data/capabilities.tsv"));
static PASS_ROLE: Table = Table::new(include_str!("data/pass_role.tsv"));
static JOIN_WAYS: Table = Table::new(include_str!("data/join_ways.tsv"));

/// Something that only some should be able to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Capability {
    /// Its id, such as `pass-roles`.
    pub id: &'static str,
    /// What it is, in a few words.
    pub title: &'static str,
    requests: &'static str,
}

impl Capability {
    /// The actions of which one is enough, each with the pattern of its resources; `{account}` stands for the account.
    pub fn requests(&self) -> impl Iterator<Item = (&'static str, &'static str)> + use<> {
        self.requests.split(' ').filter_map(|request| request.split_once('@'))
    }
}

/// A way to run code with a role that is passed to a service.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PassWay {
    /// The action.
    pub action: &'static str,
    /// The service principal that the role must trust.
    pub service: &'static str,
    /// The pattern of its resources; `{account}` stands for the account.
    pub resources: &'static str,
    /// What the holder does with it.
    pub how: &'static str,
}

/// An action that puts something into a security group.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct JoinWay {
    /// The action.
    pub action: &'static str,
    /// The shape of the group's ARN, or `*` where the action cannot be narrowed to a group.
    pub group: &'static str,
    /// What else the call needs: `instance`, `eni`, `*` for nothing, or shapes of ARNs.
    pub needs: &'static str,
    /// What is put into the group.
    pub what: &'static str,
}

impl Catalog {
    /// The capabilities of the review's matrix, by id.
    pub fn capabilities(&self) -> impl Iterator<Item = Capability> + use<> {
        CAPABILITIES.rows().map(|row| Capability { id: row.column(0), title: row.column(1), requests: row.column(2) })
    }

    /// The ways to run code with a passed role, by action.
    pub fn pass_ways(&self) -> impl Iterator<Item = PassWay> + use<> {
        PASS_ROLE.rows().map(|row| PassWay {
            action: row.column(0),
            service: row.column(1),
            resources: row.column(2),
            how: row.column(3),
        })
    }

    /// The ways into a security group, by action.
    pub fn join_ways(&self) -> impl Iterator<Item = JoinWay> + use<> {
        JOIN_WAYS.rows().map(|row| JoinWay {
            action: row.column(0),
            group: row.column(1),
            needs: row.column(2),
            what: row.column(3),
        })
    }
}
