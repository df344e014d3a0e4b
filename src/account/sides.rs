//! The principals of an account as sides of a comparison: what their policies allow, all layers together.
//!
//! A request is judged as one on a resource of the account itself: under the levels of its control-policy chain, by the
//! identity policies at account level, and where these say nothing by those at resource-group level. Who may assume a role is
//! another question, for [`super::Trust`].
//!
//! INVARIANT (unknown is never false): of a policy whose content nobody knows there are two readings, the least and the most
//! that it can allow; only what holds in both is claimed.

use std::sync::LazyLock;

use super::bind::{Bindings, RESOURCE_GROUP};
use super::caller::Caller;
use super::document::{DocumentId, Origin};
use super::principal::{Principal, PrincipalKind};
use crate::analyze::{Comparison, Options, Side, Witnesses, beyond, compare};
use crate::evaluate::PolicyId;
use crate::policy::{Operator, Policy, PolicyKind, Test, lower};
use crate::text::{Span, Spanned};

/// Everything that binds a principal: principals with the same are alike, but for conditions on `acs:PrincipalARN`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Bound {
    /// The levels of the control-policy chain with their policies; none where control policies do not bind.
    pub levels: Vec<(Box<str>, Vec<DocumentId>)>,
    /// The identity policies at account level.
    pub account: Vec<DocumentId>,
    /// Those at resource-group level, with their groups.
    pub in_groups: Vec<(DocumentId, Vec<Box<str>>)>,
}

impl Bound {
    /// All policies, in the order in which a side counts them.
    pub fn documents(&self) -> impl Iterator<Item = DocumentId> {
        let levels = self.levels.iter().flat_map(|(_, ids)| ids);
        levels.chain(&self.account).chain(self.in_groups.iter().map(|(id, _)| id)).copied()
    }
}

impl Bindings {
    /// What binds a caller who is no root user.
    pub fn bound(&self, caller: &Caller) -> Bound {
        let (account, in_groups) = self.granted(caller);
        let levels = self.chain(caller).into_iter().map(|(name, ids)| (name.into(), ids)).collect();
        let owned = |groups: Vec<&str>| groups.into_iter().map(Into::into).collect();
        let in_groups = in_groups.into_iter().map(|(id, groups)| (id, owned(groups))).collect();
        Bound { levels, account, in_groups }
    }

    /// All users, then all roles, each by name.
    pub fn principals(&self) -> Vec<Principal> {
        let Some(account) = &self.account else { return Vec::new() };
        let users = account.users().map(|(name, _)| PrincipalKind::User(name.to_owned()));
        let roles = account.roles().map(|(name, _)| PrincipalKind::Role(name.to_owned()));
        users.chain(roles).map(|kind| Principal { account: account.id().to_owned(), kind }).collect()
    }

    /// Whether a condition asks who calls.
    pub fn names_principal(&self, bound: &Bound) -> bool {
        let policies = bound.documents().filter_map(|id| self.documents.policy(id));
        let mut tests = policies.flat_map(|named| &named.policy.statements).flat_map(|statement| &statement.condition);
        tests.any(|test| test.key.value == "acs:PrincipalARN")
    }

    /// The policies whose content nobody knows: `policy:<name>`.
    pub fn unknown_policies(&self, bound: &Bound) -> Vec<String> {
        let unknown = bound.documents().filter(|id| self.is_unknown(*id));
        let mut names: Vec<String> =
            unknown.filter_map(|id| self.documents.policy(id)).map(|named| named.name.clone()).collect();
        names.sort_unstable();
        names.dedup();
        names
    }

    /// Whether nobody knows what a policy says.
    pub(super) fn is_unknown(&self, id: DocumentId) -> bool {
        self.documents.policy(id).is_some_and(|named| named.origin == Origin::Unknown)
    }
}

/// How to read a policy of unknown content.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reading {
    /// It denies everything.
    Least,
    /// It allows everything.
    Most,
}

impl Reading {
    /// What a policy of unknown content says so.
    pub(super) fn policy(self) -> &'static Policy<'static> {
        static DENY: LazyLock<Policy<'static>> = LazyLock::new(|| everything("Deny"));
        static ALLOW: LazyLock<Policy<'static>> = LazyLock::new(|| everything("Allow"));
        match self {
            Self::Least => &DENY,
            Self::Most => &ALLOW,
        }
    }
}

fn everything(effect: &str) -> Policy<'static> {
    let text = format!(r#"{{"Version":"1","Statement":[{{"Effect":"{effect}","Action":"*","Resource":"*"}}]}}"#);
    lower(&text, PolicyKind::Identity).policy.into_owned()
}

/// A side in its two readings, which are one where every policy is known.
#[derive(Debug)]
pub struct Readings<'p> {
    least: Side<'p>,
    most: Option<Side<'p>>,
}

impl<'p> Readings<'p> {
    pub(super) fn new(least: Side<'p>, most: Option<Side<'p>>) -> Self {
        Self { least, most }
    }

    /// A side without anything unknown.
    pub fn of(side: Side<'p>) -> Self {
        Self::new(side, None)
    }

    /// A principal who is not there.
    pub fn nobody() -> Self {
        Self { least: Side::new([]), most: None }
    }

    /// What is allowed for sure.
    pub fn least(&self) -> &Side<'p> {
        &self.least
    }

    /// What may be allowed.
    pub fn most(&self) -> &Side<'p> {
        self.most.as_ref().unwrap_or(&self.least)
    }

    /// Whether both are one.
    pub fn are_one(&self) -> bool {
        self.most.is_none()
    }

    /// The same with one value for a condition key.
    #[must_use]
    pub fn pin(self, key: &str, value: &str) -> Self {
        Self { least: self.least.pin(key, value), most: self.most.map(|most| most.pin(key, value)) }
    }
}

/// Asks both readings: what the first question finds is so, and what the second one does not find is not so.
pub fn in_both(certain: impl FnOnce() -> Witnesses, possible: impl FnOnce() -> Witnesses) -> Witnesses {
    let mut certain = certain();
    if certain.found.is_empty() {
        let possible = possible();
        certain.open.extend(possible.found.iter().map(|witness| (witness.first_by, witness.second_by)));
        certain.open.extend(possible.open);
    } else {
        // There may be more reasons than those that are sure.
        certain.cut = true;
    }
    certain
}

/// Compares what is allowed before and after.
pub fn compare_readings(old: &Readings<'_>, new: &Readings<'_>, options: Options) -> Comparison {
    if old.are_one() && new.are_one() {
        return compare(&old.least, &new.least, options);
    }
    let one = Options { limit: 1, ..options };
    let gained = |less: &Readings<'_>, more: &Readings<'_>| {
        in_both(|| beyond(less.most(), more.least(), options), || beyond(less.least(), more.most(), one))
    };
    Comparison::of(gained(old, new), gained(new, old).turned())
}

/// What binds a principal, ready to be read.
#[derive(Debug)]
pub struct Bundle<'b> {
    bindings: &'b Bindings,
    bound: &'b Bound,
    /// The policies of `in_groups`, each statement under the test of its groups.
    in_groups: [Vec<Policy<'static>>; 2],
}

impl<'b> Bundle<'b> {
    /// Prepares the policies.
    pub fn new(bindings: &'b Bindings, bound: &'b Bound) -> Self {
        let in_groups = [Reading::Least, Reading::Most].map(|reading| {
            let policies = bound.in_groups.iter();
            policies.filter_map(|(id, groups)| Some(within(policy(bindings, *id, reading)?, groups))).collect()
        });
        Self { bindings, bound, in_groups }
    }

    /// The side in both readings.
    pub fn readings(&self) -> Readings<'_> {
        let unknown = self.bound.documents().any(|id| self.bindings.is_unknown(id));
        Readings::new(self.side(Reading::Least), unknown.then(|| self.side(Reading::Most)))
    }

    fn side(&self, reading: Reading) -> Side<'_> {
        let of = |ids: &'b [DocumentId]| ids.iter().filter_map(move |id| policy(self.bindings, *id, reading));
        let [least, most] = &self.in_groups;
        let in_groups = if reading == Reading::Least { least } else { most };
        let levels = self.bound.levels.iter().map(|(name, ids)| (&**name, of(ids)));
        let side = Side::layered(levels, of(&self.bound.account), in_groups);
        match &self.bindings.account {
            Some(account) => side.in_account(account.id()),
            None => side,
        }
    }

    /// The document of a policy of the side.
    pub fn document(&self, policy: PolicyId) -> Option<DocumentId> {
        self.bound.documents().nth(policy.0 as usize)
    }
}

/// A policy, or what an unknown one says in a reading.
fn policy(bindings: &Bindings, id: DocumentId, reading: Reading) -> Option<&Policy<'static>> {
    let named = bindings.documents.policy(id)?;
    Some(if named.origin == Origin::Unknown { reading.policy() } else { &named.policy })
}

/// The policy as it counts for resources of some groups.
fn within(policy: &Policy<'static>, groups: &[Box<str>]) -> Policy<'static> {
    let mut policy = policy.clone();
    for statement in &mut policy.statements {
        let at = |text: &str| Spanned::new(text.to_owned().into(), Span::new(0, 0));
        let operator = Spanned::new(Operator::StringEquals, Span::new(0, 0));
        let values = groups.iter().map(|group| at(group)).collect();
        statement.condition.push(Test { operator, key: at(RESOURCE_GROUP), values });
    }
    policy
}
