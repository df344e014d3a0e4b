//! The layers of a judgement for one caller (facts/ram-language.md 6.2, 6.3).

use std::rc::Rc;

use super::caller::{Caller, CallerError};
use super::data::{Account, Attachment};
use super::document::{DocumentId, Documents, NamedPolicy, Origin};
use super::principal::{Principal, PrincipalKind};
use super::read::suggest;
use super::situation::{Assumed, Situation, assumed_role};
use super::who::is_about;
use crate::evaluate::{ExtraTest, Include, Layer, LayerKind, PolicyId, PolicySet, PolicySetBuilder};
use crate::pattern::{SharedPatterns, arn};
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

/// A policy that binds a caller whatever the resource is: of a control level, of the session, or an identity policy.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Binder<'a> {
    /// The kind of its layer.
    pub kind: LayerKind,
    /// The number of its layer among those of the caller.
    pub layer: usize,
    /// The name of the level, `account` or `resource_group`.
    pub scope: &'a str,
    /// The policy.
    pub policy: DocumentId,
    /// The resource groups for which it is granted; empty for the whole account.
    pub groups: Vec<&'a str>,
}

/// Whether a statement, by its policy and number, is wanted in a set.
type Wanted<'f> = &'f dyn Fn(DocumentId, usize) -> bool;

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
    /// The patterns of all sets that are made.
    patterns: Rc<SharedPatterns>,
}

impl Bindings {
    /// Puts together what was read into `documents`.
    pub fn new(mut documents: Documents, account: Option<Account>, given: Given) -> Self {
        let everything = r#"{"Version":"1","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}"#;
        let policy = lower(everything, PolicyKind::Identity).policy.into_owned();
        let root = documents.add(NamedPolicy::new("root", Origin::Root, policy, Vec::new()));
        Self { documents, account, given, root, patterns: Rc::default() }
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
                Ok(Caller { principal: None, exempt: false, joined: None, lifted: Vec::new() })
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
        Ok(Caller { principal: Some(principal.clone()), exempt, joined: None, lifted: Vec::new() })
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
        self.assemble(caller, situation, &|_, _| true, situation.assumed.is_some() && !whole)
    }

    /// The set of those statements that are wanted, by policy and number: where what is left out cannot be about a request,
    /// the decision is that of [`Bindings::bind`].
    pub fn bind_where(&self, caller: &Caller, situation: &Situation, wanted: Wanted<'_>) -> Binding {
        self.assemble(caller, situation, wanted, false)
    }

    fn assemble(&self, caller: &Caller, situation: &Situation, wanted: Wanted<'_>, only_assuming: bool) -> Binding {
        let mut assembly = Assembly {
            documents: &self.documents,
            builder: PolicySetBuilder::sharing(Rc::clone(&self.patterns)),
            policies: Vec::new(),
            wanted,
            only_assuming,
        };
        for (scope, ids) in self.control(caller, situation) {
            assembly.layer(LayerKind::Control, scope, &ids);
        }
        if let Some(session) = &self.given.session {
            assembly.layer(LayerKind::Session, "account", session);
        }
        let (account, in_groups) = self.identity(caller, situation);
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
        if let Some(principal) = &caller.principal {
            self.resource(principal, situation, &mut assembly);
        }
        Binding { set: assembly.builder.finish(), policies: assembly.policies }
    }

    /// The policies of [`Bindings::bind`] without those of the resource, in the order of the set: callers with equal lists,
    /// of whom control policies bind both or neither, are bound alike.
    pub fn binders(&self, caller: &Caller, situation: &Situation) -> Vec<Binder<'_>> {
        let mut all = Vec::new();
        let mut layer = 0;
        for (scope, ids) in self.control(caller, situation) {
            let kind = LayerKind::Control;
            all.extend(ids.into_iter().map(|policy| Binder { kind, layer, scope, policy, groups: Vec::new() }));
            layer += 1;
        }
        if let Some(session) = &self.given.session {
            let binder = |id: &DocumentId| Binder {
                kind: LayerKind::Session,
                layer,
                scope: "account",
                policy: *id,
                groups: Vec::new(),
            };
            all.extend(session.iter().map(binder));
            layer += 1;
        }
        let (account, in_groups) = self.identity(caller, situation);
        let kind = LayerKind::Identity;
        all.extend(account.into_iter().map(|policy| Binder {
            kind,
            layer,
            scope: "account",
            policy,
            groups: Vec::new(),
        }));
        let in_groups = in_groups.into_iter().map(|(policy, groups)| Binder {
            kind: LayerKind::IdentityInGroup,
            layer: layer + 1,
            scope: "resource_group",
            policy,
            groups,
        });
        all.extend(in_groups);
        all
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

    fn control(&self, caller: &Caller, situation: &Situation) -> Vec<(&str, Vec<DocumentId>)> {
        if caller.exempt { Vec::new() } else { self.levels(situation) }
    }

    /// The identity policies at account level, and those at resource-group level with their groups.
    fn identity(&self, caller: &Caller, situation: &Situation) -> (Vec<DocumentId>, Vec<(DocumentId, Vec<&str>)>) {
        let is_root = caller.principal.as_ref().is_some_and(Principal::is_root);
        match (is_root, situation.is_foreign_bucket) {
            (_, true) => Default::default(),
            (true, false) => (vec![self.root], Vec::new()),
            (false, false) => self.granted(caller),
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
        self.control(caller, &Situation::default())
    }

    /// What the identity policies allow that do not bind the caller whom `binding` binds, as one layer.
    pub fn others(&self, binding: &Binding) -> Binding {
        let mut assembly = Assembly {
            documents: &self.documents,
            builder: PolicySetBuilder::sharing(Rc::clone(&self.patterns)),
            policies: Vec::new(),
            wanted: &|_, _| true,
            only_assuming: false,
        };
        let bound: Vec<DocumentId> = binding.documents().collect();
        let mut ids: Vec<DocumentId> =
            self.account.iter().flat_map(Account::attachments).map(|grant| grant.policy).collect();
        ids.sort_unstable_by_key(|id| id.0);
        ids.dedup();
        ids.retain(|id| !bound.contains(id) && *id != self.root);
        assembly.begin(LayerKind::Identity, "account");
        for id in ids {
            // Whom somebody else's Deny binds is another question.
            assembly.policy(id, |statement| match statement.effect.as_ref().map(|effect| effect.value) {
                Some(Effect::Allow) => Include::Yes,
                Some(Effect::Deny) | None => Include::No,
            });
        }
        Binding { set: assembly.builder.finish(), policies: assembly.policies }
    }

    fn grants(&self, caller: &Caller) -> Vec<&Attachment> {
        let Some((account, principal)) = self.account.as_ref().zip(caller.principal.as_ref()) else {
            return Vec::new();
        };
        let mut grants = match &principal.kind {
            PrincipalKind::Root => Vec::new(),
            PrincipalKind::User(name) => account.user(name).map(|user| account.grants_of(user)).unwrap_or_default(),
            PrincipalKind::Role(name) => {
                account.role(name).map(|(_, role)| role.attachments.iter().collect()).unwrap_or_default()
            }
        };
        if !caller.lifted.is_empty() {
            grants = held(account, principal, caller);
        }
        let joined = caller.joined.as_ref().and_then(|name| account.group(name));
        grants.extend(joined.into_iter().flat_map(|group| &group.attachments));
        grants
    }

    /// The policy of the resource: its trust policy when a role is assumed, and then both sides must allow.
    fn resource<'a>(&'a self, principal: &Principal, situation: &Situation, assembly: &mut Assembly<'a, '_>) {
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

/// The grants of somebody from whom something is taken away.
fn held<'a>(account: &'a Account, principal: &Principal, caller: &Caller) -> Vec<&'a Attachment> {
    let own: Vec<&Attachment> = match &principal.kind {
        PrincipalKind::Root => Vec::new(),
        PrincipalKind::User(name) => {
            account.user(name).map(|user| user.attachments.iter().collect()).unwrap_or_default()
        }
        PrincipalKind::Role(name) => {
            account.role(name).map(|(_, role)| role.attachments.iter().collect()).unwrap_or_default()
        }
    };
    let user = match &principal.kind {
        PrincipalKind::User(name) => account.user(name),
        PrincipalKind::Root | PrincipalKind::Role(_) => None,
    };
    let groups = user.into_iter().flat_map(|user| &user.groups).filter_map(|name| Some((name, account.group(name)?)));
    let of_groups = groups.flat_map(|(name, group)| group.attachments.iter().map(move |grant| (grant, Some(&**name))));
    let all = own.into_iter().map(|grant| (grant, None)).chain(of_groups);
    all.filter(|(grant, group)| caller.is_held(grant.policy, *group)).map(|(grant, _)| grant).collect()
}

fn unknown<'a>(kind: &'static str, name: &str, known: impl Iterator<Item = &'a str>) -> CallerError {
    let otherwise = format!("the principals are those of `{kind}s` in the account file");
    CallerError::Unknown { kind, name: name.to_owned(), help: suggest(name, known, &otherwise) }
}

/// A set under construction.
struct Assembly<'d, 'w> {
    documents: &'d Documents,
    builder: PolicySetBuilder,
    policies: Vec<DocumentId>,
    wanted: Wanted<'w>,
    /// Statements that cannot be about assuming a role are left out.
    only_assuming: bool,
}

impl<'d> Assembly<'d, '_> {
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
        let assuming = self.only_assuming.then(|| named.assuming());
        if assuming.is_some_and(<[usize]>::is_empty) {
            return;
        }
        let wanted = self.wanted;
        self.builder.policy_where(&named.policy, |index, statement| {
            let left_out = assuming.is_some_and(|assuming| assuming.binary_search(&index).is_err());
            if left_out || !wanted(id, index) { Include::No } else { include(statement) }
        });
        self.policies.push(id);
    }
}
