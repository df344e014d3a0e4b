//! What the account file says (contract 2.2).

use std::collections::BTreeMap;

use super::document::{DocumentId, SourceId};

/// `System` or `Custom`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PolicyType {
    /// A policy of Alibaba Cloud.
    System,
    /// A policy of the account.
    Custom,
}

impl PolicyType {
    /// The word of the file.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::System => "System",
            Self::Custom => "Custom",
        }
    }
}

/// A grant.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Attachment {
    /// The policy.
    pub policy: DocumentId,
    /// The grant counts for resources of this group only.
    pub resource_group: Option<Box<str>>,
    /// Whose policy it is, where the file says.
    pub of_type: Option<PolicyType>,
}

/// A RAM user.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct User {
    /// The groups that it is in, in file order, by their names.
    pub groups: Vec<Box<str>>,
    /// Its own grants, in file order.
    pub attachments: Vec<Attachment>,
}

/// A RAM user group.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Group {
    /// Its grants, in file order.
    pub attachments: Vec<Attachment>,
}

/// A RAM role.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Role {
    /// Its grants, in file order.
    pub attachments: Vec<Attachment>,
    /// Who may assume it; a policy of unknown content where the file does not tell.
    pub trust: DocumentId,
    /// A cloud service made it: control policies do not bind it (facts/ram-language.md 6.3).
    pub service_linked: bool,
}

/// A level of the control-policy chain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Level {
    /// Its name.
    pub name: Box<str>,
    /// Its control policies, in file order.
    pub policies: Vec<DocumentId>,
}

/// The account's place in the resource directory.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Directory {
    /// The account is the management account: control policies bind nothing in it (6.3).
    pub management_account: bool,
    /// From the account up to Root; each must allow.
    pub levels: Vec<Level>,
}

/// An account.
#[derive(Debug)]
pub struct Account {
    pub(super) id: String,
    pub(super) source: SourceId,
    pub(super) users: BTreeMap<Box<str>, User>,
    pub(super) groups: BTreeMap<Box<str>, Group>,
    pub(super) roles: BTreeMap<Box<str>, Role>,
    pub(super) directory: Option<Directory>,
}

impl Account {
    /// The account's number.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The text of the account file.
    pub fn source(&self) -> SourceId {
        self.source
    }

    /// The user of that name.
    pub fn user(&self, name: &str) -> Option<&User> {
        self.users.get(name)
    }

    /// The group of that name.
    pub fn group(&self, name: &str) -> Option<&Group> {
        self.groups.get(name)
    }

    /// The role of that name, with the name as the file spells it; case does not count (facts/ram-language.md 1.7).
    pub fn role(&self, name: &str) -> Option<(&str, &Role)> {
        let exact = self.roles.get_key_value(name);
        let folded = || self.roles.iter().find(|(known, _)| known.eq_ignore_ascii_case(name));
        exact.or_else(folded).map(|(name, role)| (&**name, role))
    }

    /// All users by name.
    pub fn users(&self) -> impl Iterator<Item = (&str, &User)> {
        self.users.iter().map(|(name, user)| (&**name, user))
    }

    /// All groups by name.
    pub fn groups(&self) -> impl Iterator<Item = (&str, &Group)> {
        self.groups.iter().map(|(name, group)| (&**name, group))
    }

    /// All roles by name.
    pub fn roles(&self) -> impl Iterator<Item = (&str, &Role)> {
        self.roles.iter().map(|(name, role)| (&**name, role))
    }

    /// Every grant of the account, to whomever.
    pub fn attachments(&self) -> impl Iterator<Item = &Attachment> {
        let users = self.users.values().flat_map(|user| &user.attachments);
        let groups = self.groups.values().flat_map(|group| &group.attachments);
        users.chain(groups).chain(self.roles.values().flat_map(|role| &role.attachments))
    }

    /// Somebody to whom a policy is granted: `user/<name>`, `group/<name>` or `role/<name>`.
    pub fn holder(&self, policy: DocumentId) -> Option<String> {
        let has = |grants: &[Attachment]| grants.iter().any(|grant| grant.policy == policy);
        let user =
            || self.users.iter().find(|(_, user)| has(&user.attachments)).map(|(name, _)| format!("user/{name}"));
        let group =
            || self.groups.iter().find(|(_, group)| has(&group.attachments)).map(|(name, _)| format!("group/{name}"));
        let role =
            || self.roles.iter().find(|(_, role)| has(&role.attachments)).map(|(name, _)| format!("role/{name}"));
        user().or_else(group).or_else(role)
    }

    /// The account's place in the resource directory, where the file tells one.
    pub fn directory(&self) -> Option<&Directory> {
        self.directory.as_ref()
    }

    /// The grants of a user: its own, then those of its groups, in file order.
    pub fn grants_of<'a>(&'a self, user: &'a User) -> Vec<&'a Attachment> {
        let groups = user.groups.iter().filter_map(|name| self.groups.get(name));
        user.attachments.iter().chain(groups.flat_map(|group| &group.attachments)).collect()
    }
}
