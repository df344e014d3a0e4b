//! Who calls, as an account knows it.

use thiserror::Error;

use super::data::Account;
use super::document::DocumentId;
use super::principal::{Principal, PrincipalKind};

/// Why somebody cannot be judged.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum CallerError {
    /// The account has no user or role of that name.
    #[error("the account has no {kind} `{name}`")]
    Unknown {
        /// `user` or `role`.
        kind: &'static str,
        /// The name.
        name: String,
        /// The way out.
        help: String,
    },
    /// The caller is of another account.
    #[error("`{principal}` is a principal of account `{theirs}`, and the account file is that of `{ours}`")]
    OtherAccount {
        /// The caller.
        principal: String,
        /// Its account.
        theirs: String,
        /// The file's account.
        ours: String,
    },
    /// A session policy for somebody who has no session.
    #[error("a session policy goes with a session of a role, and `{0}` is none")]
    NoSession(String),
    /// Nobody calls.
    #[error("nobody calls: the policies of an account bind its principals")]
    Nobody,
}

impl CallerError {
    /// The way out.
    pub fn help(&self) -> &str {
        match self {
            Self::Unknown { help, .. } => help,
            Self::OtherAccount { .. } => "name a principal of that account, or give the file of the other account",
            Self::NoSession(_) => "leave the session policy out, or name a role",
            Self::Nobody => "name a user, a role or the root user of the account",
        }
    }
}

/// A caller who was found in the account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Caller {
    /// Who it is; none where policies are judged that are nobody's.
    pub principal: Option<Principal>,
    /// Control policies do not bind it.
    pub(super) exempt: bool,
    /// A group that it is taken to be in beside its own.
    pub(super) joined: Option<Box<str>>,
    /// What is taken to bind it no more.
    pub(super) lifted: Vec<Lifted>,
}

/// Something that is taken away from a caller.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Lifted {
    /// A policy that is attached to it.
    Own(DocumentId),
    /// A policy that is attached to a group.
    OfGroup(DocumentId, Box<str>),
    /// Its membership of a group.
    Membership(Box<str>),
    /// A policy, wherever it is attached.
    Policy(DocumentId),
}

impl Caller {
    /// Whether control policies do not bind it (facts/ram-language.md 6.3).
    pub fn is_exempt(&self) -> bool {
        self.exempt
    }

    /// The same caller, as if somebody had added it to a group of the account.
    #[must_use]
    pub fn joining(&self, group: &str) -> Self {
        Self { joined: Some(group.into()), ..self.clone() }
    }

    /// The same caller, as if something had been taken away from it.
    #[must_use]
    pub fn without(&self, lifted: Lifted) -> Self {
        let mut caller = self.clone();
        caller.lifted.push(lifted);
        caller
    }

    /// Whether a policy that is attached to it, or to a group, still binds it.
    pub(super) fn is_held(&self, policy: DocumentId, group: Option<&str>) -> bool {
        let gone = |lifted: &Lifted| match lifted {
            Lifted::Own(own) => group.is_none() && *own == policy,
            Lifted::OfGroup(of, name) => *of == policy && group == Some(&**name),
            Lifted::Membership(name) => group == Some(&**name),
            Lifted::Policy(all) => *all == policy,
        };
        !self.lifted.iter().any(gone)
    }

    /// The same caller, as if no control policy bound it: what its own policies say.
    #[must_use]
    pub fn exempted(&self) -> Self {
        Self { exempt: true, ..self.clone() }
    }

    /// Somebody of whom nothing is known but that it is in a group of the account.
    pub fn member(account: &Account, group: &str) -> Self {
        let exempt = account.directory().is_some_and(|directory| directory.management_account);
        let principal = Principal { account: account.id().to_owned(), kind: PrincipalKind::User(String::new()) };
        Self { principal: Some(principal), exempt, joined: Some(group.into()), lifted: Vec::new() }
    }
}
