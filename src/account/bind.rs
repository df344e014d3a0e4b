//! The layers of a judgement for one caller (facts/ram-language.md 6.2, 6.3).

use thiserror::Error;

use super::data::{Account, Attachment};
use super::document::{DocumentId, Documents, NamedPolicy, Origin};
use super::principal::{Principal, PrincipalKind};
use super::read::suggest;
use super::situation::{Assumed, Situation, assumed_role};
use super::who::is_about;
use crate::evaluate::{ExtraTest, Include, Layer, LayerKind, PolicyId, PolicySet, PolicySetBuilder};
use crate::pattern::arn;
use crate::policy::{Effect, Operator, PolicyKind, Statement, lower};

/// The key under which a grant at resource-group level counts.
pub(super) const RESOURCE_GROUP: &str = "acs:ResourceGroupId";

/// Policies that are given beside an account, or without one.
#[derive(Debug, Default)]
pub struct Given {
    /// Levels of the control-policy chain, in order; one that the account has too adds to it.
    pub control: Vec<(Box<str>, Vec<DocumentId>)>,
    /// The session policy of a role session.
    pub session: Option<Vec<DocumentId>>,
    /// Identity policies at account level.
    pub identity: Vec<DocumentId>,
    /// The only caller who has them; everyone where none is named.
    pub identity_of: Option<Principal>,
    /// Policies of the resource: trust policies for assuming a role, all others for everything else.
    pub resource: Vec<DocumentId>,
}

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
    exempt: bool,
}

/// The set that binds one caller in one situation.
#[derive(Debug)]
pub struct Binding {
    set: PolicySet,
    policies: Vec<DocumentId>,
}

impl Binding {
    /// All statements in their layers.
    pub fn set(&self) -> &PolicySet {
        &self.set
    }

    /// The documents of its policies, in order.
    pub fn documents(&self) -> impl Iterator<Item = DocumentId> {
        self.policies.iter().copied()
    }

    /// The document of a policy of the set.
    pub fn document(&self, policy: PolicyId) -> Option<DocumentId> {
        self.policies.get(policy.0 as usize).copied()
    }
}

/// Everything that can bind anyone in one run.
#[derive(Debug)]
pub struct Bindings {
    /// All policies with their texts.
    pub documents: Documents,
    /// The account.
    pub account: Option<Account>,
    /// What is given beside it.
    pub given: Given,
    root: DocumentId,
}

impl Bindings {
    /// Puts together what was read into `documents`.
    pub fn new(mut documents: Documents, account: Option<Account>, given: Given) -> Self {
        let everything = r#"{"Version":"1","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}"#;
        let policy = lower(everything, PolicyKind::Identity).policy.into_owned();
        let root = documents.add(NamedPolicy::new("root", Origin::Root, policy, Vec::new()));
        Self { documents, account, given, root }
    }

    /// Looks the caller up.
    ///
    /// # Errors
    /// When the account has no such principal, or nobody is named though there is an account.
    pub fn caller(&self, principal: Option<&Principal>) -> Result<Caller, CallerError> {
        let Some(principal) = principal else {
            return if self.account.is_some() {
                Err(CallerError::Nobody)
            } else {
                Ok(Caller { principal: None, exempt: false })
            };
        };
        let mut exempt = principal.is_root();
        if let Some(account) = &self.account {
            if principal.account != account.id {
                let (theirs, ours) = (principal.account.clone(), account.id.clone());
                return Err(CallerError::OtherAccount { principal: principal.to_string(), theirs, ours });
            }
            exempt |= account.directory.as_ref().is_some_and(|directory| directory.management_account);
            match &principal.kind {
                PrincipalKind::Root => {}
                PrincipalKind::User(name) => {
                    if account.user(name).is_none() {
                        return Err(unknown("user", name, account.users().map(|(name, _)| name)));
                    }
                    if self.given.session.is_some() {
                        return Err(CallerError::NoSession(principal.to_string()));
                    }
                }
                PrincipalKind::Role(name) => match account.role(name) {
                    Some((_, role)) => exempt |= role.service_linked,
                    None => return Err(unknown("role", name, account.roles().map(|(name, _)| name))),
                },
            }
        }
        Ok(Caller { principal: Some(principal.clone()), exempt })
    }

    /// Whether nothing can bind the caller: the account itself, unless a policy of the resource is given (6.4).
    pub fn is_unbound(&self, principal: Option<&Principal>) -> bool {
        principal.is_some_and(Principal::is_root) && self.given.resource.is_empty()
    }

    /// What about a request decides which policies bind it.
    pub fn situation(&self, caller: &Caller, action: &str, resource: &str) -> Situation {
        let Some(principal) = &caller.principal else { return Situation::default() };
        if self.account.is_none() && self.given.resource.is_empty() {
            return Situation::default();
        }
        let mut situation = Situation::of(arn(resource).as_ref(), Some(&principal.account));
        if let Some((account, name)) = assumed_role(action, resource) {
            situation.assumed = self.assumed(account, name, resource);
        }
        situation
    }

    fn assumed(&self, account: &str, name: &str, resource: &str) -> Option<Assumed> {
        if self.given.resource.iter().any(|id| self.kind(*id) == Some(PolicyKind::Trust)) {
            return Some(Assumed::Given);
        }
        let ours = self.account.as_ref()?;
        Some(match ours.role(name).filter(|_| account == ours.id) {
            Some((name, _)) => Assumed::Role(name.into()),
            None if account == ours.id => Assumed::Unknown(name.into()),
            None => Assumed::Unknown(resource.into()),
        })
    }

    fn kind(&self, id: DocumentId) -> Option<PolicyKind> {
        self.documents.policy(id).map(|named| named.policy.kind)
    }

    /// The set that binds the caller. Where a role is assumed and not `whole`, statements that cannot be about that are left
    /// out: the decision is the same, and the set is made in no time.
    pub fn bind(&self, caller: &Caller, situation: &Situation, whole: bool) -> Binding {
        let mut assembly = Assembly {
            documents: &self.documents,
            builder: PolicySetBuilder::new(),
            policies: Vec::new(),
            only_assuming: situation.assumed.is_some() && !whole,
        };
        if !caller.exempt {
            for (name, ids) in self.levels(situation) {
                assembly.layer(LayerKind::Control, name, &ids);
            }
        }
        if let Some(session) = &self.given.session {
            assembly.layer(LayerKind::Session, "account", session);
        }
        self.identity(caller, situation, &mut assembly);
        if let Some(principal) = &caller.principal {
            self.resource(principal, situation, &mut assembly);
        }
        Binding { set: assembly.builder.finish(), policies: assembly.policies }
    }

    /// The chain of the account that owns the resource, from the account up to Root: what is given for a level that the
    /// account has adds to it. Of another account's chain nothing is known but what is given.
    fn levels(&self, situation: &Situation) -> Vec<(&str, Vec<DocumentId>)> {
        let directory = self.account.as_ref().and_then(Account::directory).filter(|_| !situation.is_foreign);
        let levels = directory.map(|directory| directory.levels.as_slice()).unwrap_or_default();
        let own = levels.iter().map(|level| {
            let more = self.given.control.iter().filter(|(name, _)| *name == level.name).flat_map(|(_, ids)| ids);
            (&*level.name, level.policies.iter().chain(more).copied().collect())
        });
        let is_new = |(name, _): &&(Box<str>, Vec<DocumentId>)| levels.iter().all(|level| level.name != *name);
        let given = self.given.control.iter().filter(is_new).map(|(name, ids)| (&**name, ids.clone()));
        own.chain(given).collect()
    }

    fn identity<'a>(&'a self, caller: &Caller, situation: &Situation, assembly: &mut Assembly<'a>) {
        let is_root = caller.principal.as_ref().is_some_and(Principal::is_root);
        let (account, in_groups) = match (is_root, situation.is_foreign_bucket) {
            (_, true) => Default::default(),
            (true, false) => (vec![self.root], Vec::new()),
            (false, false) => self.granted(caller),
        };
        assembly.layer(LayerKind::Identity, "account", &account);
        if !in_groups.is_empty() {
            assembly.begin(LayerKind::IdentityInGroup, "resource_group");
            for (policy, groups) in in_groups {
                // Under `acs:ResourceGroupId`, so that a group which nobody knows leaves the decision open.
                let test =
                    || ExtraTest { key: RESOURCE_GROUP, operator: Operator::StringEquals, values: groups.clone() };
                assembly.policy(policy, |_| Include::If(test()));
            }
        }
    }

    /// The identity policies of a caller: at account level, and at resource-group level with their groups.
    pub(super) fn granted(&self, caller: &Caller) -> (Vec<DocumentId>, Vec<(DocumentId, Vec<&str>)>) {
        let mut account: Vec<DocumentId> = Vec::new();
        let mut in_groups: Vec<(DocumentId, Vec<&str>)> = Vec::new();
        for grant in self.grants(caller) {
            match &grant.resource_group {
                None if !account.contains(&grant.policy) => account.push(grant.policy),
                None => {}
                Some(group) => match in_groups.iter_mut().find(|(policy, _)| *policy == grant.policy) {
                    Some((_, groups)) if groups.contains(&&**group) => {}
                    Some((_, groups)) => groups.push(group),
                    None => in_groups.push((grant.policy, vec![group])),
                },
            }
        }
        let given_to = self.given.identity_of.as_ref();
        if given_to.is_none() || given_to == caller.principal.as_ref() {
            account.extend(&self.given.identity);
        }
        (account, in_groups)
    }

    /// The policies of each level of the account's own chain that binds a caller, with the level's name.
    pub(super) fn chain(&self, caller: &Caller) -> Vec<(&str, Vec<DocumentId>)> {
        if caller.exempt { Vec::new() } else { self.levels(&Situation::default()) }
    }

    /// The identity policies of the account that do not bind the caller whom `binding` binds, as one layer.
    pub fn others(&self, binding: &Binding) -> Binding {
        let mut assembly = Assembly {
            documents: &self.documents,
            builder: PolicySetBuilder::new(),
            policies: Vec::new(),
            only_assuming: false,
        };
        let bound: Vec<DocumentId> = binding.documents().collect();
        let mut ids: Vec<DocumentId> =
            self.account.iter().flat_map(Account::attachments).map(|grant| grant.policy).collect();
        ids.sort_unstable_by_key(|id| id.0);
        ids.dedup();
        ids.retain(|id| !bound.contains(id) && *id != self.root);
        assembly.layer(LayerKind::Identity, "account", &ids);
        Binding { set: assembly.builder.finish(), policies: assembly.policies }
    }

    fn grants(&self, caller: &Caller) -> Vec<&Attachment> {
        let Some((account, principal)) = self.account.as_ref().zip(caller.principal.as_ref()) else {
            return Vec::new();
        };
        match &principal.kind {
            PrincipalKind::Root => Vec::new(),
            PrincipalKind::User(name) => account.user(name).map(|user| account.grants_of(user)).unwrap_or_default(),
            PrincipalKind::Role(name) => {
                account.role(name).map(|(_, role)| role.attachments.iter().collect()).unwrap_or_default()
            }
        }
    }

    /// The policy of the resource: its trust policy when a role is assumed, and then both sides must allow.
    fn resource<'a>(&'a self, principal: &Principal, situation: &Situation, assembly: &mut Assembly<'a>) {
        let trusts = |id: &&DocumentId| (self.kind(**id) == Some(PolicyKind::Trust)) == situation.assumed.is_some();
        let mut ids: Vec<DocumentId> = self.given.resource.iter().filter(trusts).copied().collect();
        let mut unknown = None;
        match &situation.assumed {
            None | Some(Assumed::Given) => {}
            Some(Assumed::Role(name)) => {
                ids.extend(self.account.as_ref().and_then(|account| account.role(name)).map(|(_, role)| role.trust));
            }
            Some(Assumed::Unknown(name)) => unknown = Some(format!("trust:{name}")),
        }
        if situation.assumed.is_some() {
            assembly.builder.both_must_allow();
        } else if ids.is_empty() {
            return;
        }
        assembly.begin(LayerKind::Resource, "account");
        for id in ids {
            assembly.policy(id, |statement| is_about(statement, principal, !situation.is_foreign));
        }
        if let Some(key) = unknown {
            let policy = super::policies::unknown_policy(&key, PolicyKind::Trust);
            assembly.builder.policy(&policy);
            // No document of this run: nothing is shown of it but the key.
            assembly.policies.push(DocumentId(usize::MAX));
        }
    }

    /// What a deciding statement is, as answers show it: none for what stands for something unknown.
    pub fn shown(&self, binding: &Binding, policy: PolicyId) -> Option<(&NamedPolicy, DocumentId)> {
        let id = binding.document(policy)?;
        let named = self.documents.policy(id)?;
        (named.origin != Origin::Unknown).then_some((named, id))
    }

    /// The word for an effect of the root user's own right, which no statement of a file gives.
    pub fn is_root_grant(named: &NamedPolicy, effect: Effect) -> bool {
        named.origin == Origin::Root && effect == Effect::Allow
    }
}

fn unknown<'a>(kind: &'static str, name: &str, known: impl Iterator<Item = &'a str>) -> CallerError {
    let otherwise = format!("the principals are those of `{kind}s` in the account file");
    CallerError::Unknown { kind, name: name.to_owned(), help: suggest(name, known, &otherwise) }
}

/// A set under construction.
struct Assembly<'d> {
    documents: &'d Documents,
    builder: PolicySetBuilder,
    policies: Vec<DocumentId>,
    only_assuming: bool,
}

impl<'d> Assembly<'d> {
    fn begin(&mut self, kind: LayerKind, scope: &str) {
        self.builder.layer(Layer { kind, scope: scope.into() });
    }

    fn layer(&mut self, kind: LayerKind, scope: &str, ids: &[DocumentId]) {
        self.begin(kind, scope);
        for id in ids {
            self.policy(*id, |_| Include::Yes);
        }
    }

    fn policy<'t>(&mut self, id: DocumentId, mut include: impl FnMut(&'t Statement<'static>) -> Include<'t>)
    where
        'd: 't,
    {
        let Some(named) = self.documents.policy(id) else { return };
        let only_assuming = self.only_assuming;
        self.builder.policy_where(&named.policy, |index, statement| {
            if only_assuming && !named.is_assuming(index) { Include::No } else { include(statement) }
        });
        self.policies.push(id);
    }
}
