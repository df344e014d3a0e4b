//! What the aliyun CLI prints about an account, made into an account file.
//!
//! Responses are recognised by their content. Some do not say whom they are about (`ListPoliciesForUser`): that is told by
//! the file name, in the convention of `examples/collect.sh` ([`FileName`]).
//!
//! INVARIANT (policies stay text): a policy document is carried from the response into the account file as it stands there.

mod missing;
mod name;
mod response;
mod write;

use std::collections::{BTreeMap, BTreeSet};

use thiserror::Error;

pub use name::FileName;
pub use response::Response;

/// Why a text cannot be imported.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ImportError {
    /// It is no JSON.
    #[error("`{file}` is no JSON: {problem} at line {line}, column {column}")]
    NotJson {
        /// The text's name.
        file: String,
        /// The first mistake.
        problem: String,
        /// Its line, from 1.
        line: u32,
        /// Its column, from 1.
        column: u32,
    },
    /// A response that does not say whom it is about, under a name that does not either.
    #[error("`{file}` is the output of {call}, which does not say for whom; name it `{convention}`")]
    Nameless {
        /// The text's name.
        file: String,
        /// The call.
        call: &'static str,
        /// The name that would tell.
        convention: &'static str,
    },
    /// A member has another shape than the API gives it.
    #[error("`{file}`: {what}")]
    Shape {
        /// The text's name.
        file: String,
        /// What is odd.
        what: String,
    },
    /// The responses are of several accounts.
    #[error("the responses are of two accounts, `{first}` and `{second}`")]
    Accounts {
        /// The account of the first.
        first: String,
        /// The other one.
        second: String,
    },
    /// Nothing tells the account.
    #[error("no response tells the account")]
    NoAccount,
    /// A name that the account file can hold only once.
    #[error(
        "the policy `{0}` is there as a system policy and as a custom one with other content, and an account file holds one policy of a name"
    )]
    TwoPolicies(String),
}

/// A policy as attached: its type and its name.
type PolicyKey = (String, String);

/// A grant.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Grant {
    policy: PolicyKey,
    resource_group: Option<String>,
}

/// What is known about a holder of policies.
#[derive(Debug, Clone, Default)]
struct Holder {
    grants: Vec<Grant>,
    /// A response listed its grants at account level.
    listed: bool,
    groups: Vec<String>,
    /// A response listed its groups.
    groups_listed: bool,
    trust: Option<String>,
    service_linked: bool,
}

impl Holder {
    fn grant(&mut self, grant: Grant) {
        if !self.grants.contains(&grant) {
            self.grants.push(grant);
        }
    }
}

/// A level of the control-policy chain: its place, its target, its policies by name.
#[derive(Debug, Clone, Default)]
struct Level {
    policies: Vec<String>,
}

/// Collects responses; [`Importer::finish`] makes the account file.
#[derive(Debug, Default)]
pub struct Importer {
    account: Option<String>,
    users: BTreeMap<String, Holder>,
    groups: BTreeMap<String, Holder>,
    roles: BTreeMap<String, Holder>,
    /// Documents of the default versions.
    documents: BTreeMap<PolicyKey, String>,
    /// Documents of control policies by name.
    control: BTreeMap<String, String>,
    /// By the number in the file name, then the target.
    levels: BTreeMap<(u32, String), Level>,
    /// Every attachment of the account was listed by `ListPolicyAttachments`.
    all_attachments: bool,
    master: Option<String>,
    control_listed: bool,
    lists: BTreeMap<String, Pages>,
    odd: Vec<String>,
    kinds: BTreeSet<Response>,
}

/// The pages of one list.
#[derive(Debug, Clone, Default)]
struct Pages {
    items: u64,
    total: Option<u64>,
    /// A page said that there is none behind it.
    ended: bool,
    /// A page said that there is more.
    cut: bool,
}

/// An account file, and what it lacks for a full judgement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Imported {
    /// The JSON text of the account file, ending with a line break.
    pub text: String,
    /// What is missing, each as one sentence.
    pub missing: Vec<String>,
}

impl Importer {
    /// Says whose account it is.
    ///
    /// # Errors
    /// When a response told another account.
    pub fn account(&mut self, id: &str) -> Result<(), ImportError> {
        match &self.account {
            Some(first) if first != id => Err(ImportError::Accounts { first: first.clone(), second: id.to_owned() }),
            Some(_) => Ok(()),
            None => {
                self.account = Some(id.to_owned());
                Ok(())
            }
        }
    }

    /// The account file of everything taken in.
    ///
    /// # Errors
    /// When nothing tells the account, or a system and a custom policy share a name.
    pub fn finish(self) -> Result<Imported, ImportError> {
        if self.account.is_none() {
            return Err(ImportError::NoAccount);
        }
        for ((kind, name), document) in &self.documents {
            let custom = self.documents.get(&("Custom".to_owned(), name.clone()));
            let is_known = super::policies::is_built_in(name);
            if kind == "System" && !is_known && custom.is_some_and(|custom| custom != document) {
                return Err(ImportError::TwoPolicies(name.clone()));
            }
        }
        let missing = missing::of(&self);
        Ok(Imported { text: write::text(&self), missing })
    }
}
