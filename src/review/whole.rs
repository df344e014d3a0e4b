//! The review of an account, all of it.

use super::administrator::Administrator;
use super::answer::Strength;
use super::capability::{Row, matrix};
use super::escalation::{Escalation, search};
use super::idle::{Idle, idle};
use super::join::{Entrance, entrances};
use super::oracle::{Oracle, Settings};
use super::outside::{Outsider, Reachable, outside};
use super::pass_role::{Passable, passable};
use crate::account::{Bindings, Origin};
use crate::analyze::Options;
use crate::catalog::Catalog;

/// What an account comes to.
#[derive(Debug, Clone, Default)]
pub struct Review {
    /// Users of the account.
    pub users: usize,
    /// Groups.
    pub groups: usize,
    /// Roles.
    pub roles: usize,
    /// Policies, without trust policies.
    pub policies: usize,
    /// Who is administrator in fact.
    pub administrators: Vec<Administrator>,
    /// Who can become one, the surest and shortest way first.
    pub escalations: Vec<Escalation>,
    /// Who can do what only some should.
    pub matrix: Vec<Row>,
    /// Which roles can be passed to which services.
    pub passable: Vec<Passable>,
    /// What is open to the outside.
    pub reachable: Vec<Reachable>,
    /// The ways into security groups.
    pub entrances: Vec<Entrance>,
    /// Statements that never matter.
    pub idle: Vec<Idle>,
    /// Policies and trust policies of which nothing is known.
    pub unknown: Vec<String>,
    /// For how many statements it stayed open whether they matter.
    pub idle_open: usize,
    /// Whether no budget ran out.
    pub complete: bool,
}

impl Review {
    /// Whether there is something that should not be so: a way to become administrator, or a door to the outside that is no
    /// identity provider's.
    pub fn has_findings(&self) -> bool {
        let escalates = self.escalations.iter().any(|path| path.strength != Strength::Possible);
        escalates || self.reachable.iter().any(is_finding)
    }

    /// Whether something could not be told.
    pub fn is_open(&self) -> bool {
        let possible = |path: &Escalation| path.strength == Strength::Possible;
        !self.complete || !self.unknown.is_empty() || self.escalations.iter().any(possible)
    }
}

/// Whether a door to the outside is a finding: one for an identity provider with a condition on its audience is how
/// federation is set up.
pub fn is_finding(reachable: &Reachable) -> bool {
    !matches!(reachable.who, Outsider::Federated(_)) || !reachable.is_conditional()
}

/// Reviews an account.
pub fn review(bindings: &Bindings, settings: Settings<'_>, options: Options) -> Review {
    let catalog = Catalog::new();
    let oracle = Oracle::new(bindings, settings, &super::escalation::actions());
    let administrators = oracle.administrators();
    let (mut escalations, complete) = search(&oracle, &catalog, options, &administrators);
    escalations.sort_by_key(|path| (path.strength, path.steps.len()));
    let (entrances, joins_complete) = entrances(&oracle, &catalog, options);
    let (reachable, doors_complete) = outside(&oracle, options);
    let (idle, idle_open) = idle(&oracle, options);
    let mut review = Review {
        matrix: matrix(&oracle, &catalog, options, &administrators),
        passable: passable(&oracle, oracle.trusts()),
        reachable,
        escalations,
        entrances,
        idle,
        idle_open,
        administrators: administrators.into_iter().map(|(_, administrator)| administrator).collect(),
        complete: complete && joins_complete && doors_complete,
        ..Review::default()
    };
    review.complete &= review.matrix.iter().all(|row| row.undecided.is_empty());
    if let Some(account) = &bindings.account {
        (review.users, review.groups, review.roles) =
            (account.users().count(), account.groups().count(), account.roles().count());
    }
    for named in bindings.documents.policies() {
        review.policies += usize::from(
            named.policy.kind != crate::policy::PolicyKind::Trust
                && matches!(named.origin, Origin::Text(_) | Origin::BuiltIn),
        );
        if named.origin == Origin::Unknown {
            review.unknown.push(named.name.clone());
        }
    }
    review
}
