//! Statements that never matter: whoever holds the policy may do the same without them.

use std::collections::{BTreeMap, HashMap};

use super::oracle::{Oracle, cell};
use super::some::group_test;
use crate::account::{Binder, DocumentId, Origin};
use crate::analyze::{Budget, Options, Side, beyond};
use crate::evaluate::LayerKind;
use crate::pattern::intersect;
use crate::policy::{Effect, Policy, PolicyKind, Scope, Statement, Test};
use crate::text::Span;

/// Why a statement never matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum IdleWhy {
    /// Nobody holds the policy.
    Unheld,
    /// What it allows is allowed by other statements too, or denied, for everybody who holds it.
    Covered,
    /// Nobody who holds it is allowed anything that it denies.
    NothingToDeny,
}

impl IdleWhy {
    /// The word of the JSON output.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Unheld => "unheld",
            Self::Covered => "covered",
            Self::NothingToDeny => "nothing-to-deny",
        }
    }
}

/// A statement that never matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Idle {
    /// Its policy.
    pub policy: DocumentId,
    /// Its number; none for the whole policy.
    pub statement: Option<usize>,
    /// Why.
    pub why: IdleWhy,
}

/// So many questions over all requests are asked; the rest is left open, and said to be.
const QUESTIONS: usize = 4_000;
/// Statements that bind somebody together beyond which nothing is asked about him.
const MOST: usize = 400;

/// What binds some holders: the statements of each layer with those of control levels.
struct Bound<'d> {
    levels: Vec<Vec<&'d Statement<'static>>>,
    identity: Vec<Held<'d>>,
}

/// A statement that somebody holds.
struct Held<'d> {
    policy: DocumentId,
    number: usize,
    statement: &'d Statement<'static>,
    /// The test that binds it to resource groups.
    in_groups: Option<Test<'static>>,
}

impl Held<'_> {
    fn bound(&self) -> Statement<'static> {
        let mut statement = self.statement.clone();
        statement.condition.extend(self.in_groups.clone());
        statement
    }
}

/// The statements that never matter, by policy; and for how many statements the question stayed open.
pub(super) fn idle(oracle: &Oracle<'_>, options: Options) -> (Vec<Idle>, usize) {
    // Holders by policy, each set of grants once.
    let mut bundles: HashMap<(bool, Vec<&Binder<'_>>), usize> = HashMap::new();
    let mut bound: Vec<Bound<'_>> = Vec::new();
    let mut holders: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for (at, actor) in oracle.actors.iter().enumerate() {
        let is_identity = |kind| matches!(kind, LayerKind::Identity | LayerKind::IdentityInGroup);
        let own: Vec<&Binder<'_>> = actor.binders.iter().filter(|binder| is_identity(binder.kind)).collect();
        let next = bundles.len();
        let number = *bundles.entry((actor.caller.is_exempt(), own.clone())).or_insert(next);
        if number == next {
            bound.push(bound_of(oracle, at));
        }
        for binder in own {
            let list = holders.entry(binder.policy.0).or_default();
            if list.last() != Some(&number) {
                list.push(number);
            }
        }
    }
    let (mut found, mut open, mut questions) = (Vec::new(), 0, QUESTIONS);
    let control: std::collections::BTreeSet<usize> = oracle
        .actors
        .iter()
        .flat_map(|actor| &actor.binders)
        .filter(|b| b.kind == LayerKind::Control)
        .map(|b| b.policy.0)
        .collect();
    for (at, named) in oracle.bindings.documents.policies().iter().enumerate() {
        let (id, is_file) = (DocumentId(at), matches!(named.origin, Origin::Text(_)));
        if !is_file
            || named.policy.kind != PolicyKind::Identity
            || control.contains(&at)
            || named.policy.statements.is_empty()
        {
            continue;
        }
        // What a policy of a resource allows is allowed by two sides; that is not looked into.
        if !oracle.bindings.given.resource.is_empty() {
            open += named.policy.statements.len();
            continue;
        }
        let Some(of) = holders.get(&at) else {
            found.push(Idle { policy: id, statement: None, why: IdleWhy::Unheld });
            continue;
        };
        for (number, statement) in named.policy.statements.iter().enumerate() {
            let mut verdict = Some(true);
            for bound in of.iter().filter_map(|number| bound.get(*number)) {
                verdict = match is_idle(bound, (id, number), statement, &mut questions, options) {
                    Some(true) => verdict,
                    other => other,
                };
                if verdict == Some(false) || verdict.is_none() {
                    break;
                }
            }
            let allows = statement.effect.as_ref().is_some_and(|effect| effect.value == Effect::Allow);
            let why = if allows { IdleWhy::Covered } else { IdleWhy::NothingToDeny };
            match verdict {
                Some(true) => found.push(Idle { policy: id, statement: Some(number), why }),
                Some(false) => {}
                None => open += 1,
            }
        }
    }
    (found, open)
}

fn bound_of<'d>(oracle: &'d Oracle<'_>, actor: usize) -> Bound<'d> {
    let mut bound = Bound { levels: Vec::new(), identity: Vec::new() };
    let Some(actor) = oracle.actors.get(actor) else { return bound };
    for binder in &actor.binders {
        let Some(named) = oracle.bindings.documents.policy(binder.policy) else { continue };
        match binder.kind {
            LayerKind::Control => {
                if bound.levels.len() <= binder.layer {
                    bound.levels.resize(binder.layer + 1, Vec::new());
                }
                if let Some(level) = bound.levels.get_mut(binder.layer) {
                    level.extend(&named.policy.statements);
                }
            }
            LayerKind::Identity | LayerKind::IdentityInGroup => {
                let held = |(number, statement)| {
                    let in_groups = group_test(binder, statement);
                    Held { policy: binder.policy, number, statement, in_groups }
                };
                bound.identity.extend(named.policy.statements.iter().enumerate().map(held));
            }
            LayerKind::Session | LayerKind::Resource => {}
        }
    }
    bound
}

/// Whether some request can match both; "yes" where that is not quick to see.
fn meet(one: &Statement<'_>, other: &Statement<'_>) -> bool {
    let meets = |one: Option<&Scope<'_>>, other: Option<&Scope<'_>>| {
        let (Some(one), Some(other)) = (one, other) else { return true };
        one.except
            || other.except
            || one
                .patterns
                .iter()
                .any(|a| other.patterns.iter().any(|b| intersect(&cell(&a.value, true), &cell(&b.value, true))))
    };
    meets(one.action.as_ref(), other.action.as_ref()) && meets(one.resource.as_ref(), other.resource.as_ref())
}

fn effect(statement: &Statement<'_>) -> Option<Effect> {
    statement.effect.as_ref().map(|effect| effect.value)
}

/// Whether a statement makes no difference to those bound so; none where that stays open.
fn is_idle(
    bound: &Bound<'_>,
    own: (DocumentId, usize),
    statement: &Statement<'static>,
    questions: &mut usize,
    options: Options,
) -> Option<bool> {
    if bound.identity.len() > MOST {
        return None;
    }
    let is_own = |held: &&Held<'_>| (held.policy, held.number) == own;
    let others: Vec<&Held<'_>> =
        bound.identity.iter().filter(|held| !is_own(held)).filter(|held| meet(statement, held.statement)).collect();
    let allows = effect(statement) == Some(Effect::Allow);
    let levels: Vec<Vec<&Statement<'static>>> = bound
        .levels
        .iter()
        .map(|level| level.iter().copied().filter(|other| meet(statement, other)).collect())
        .collect();
    if !allows && !others.iter().any(|held| effect(held.statement) == Some(Effect::Allow)) {
        return Some(true);
    }
    let denied = || levels.iter().flatten().any(|other| effect(other) == Some(Effect::Deny));
    if allows
        && others.is_empty()
        && !denied()
        && statement.condition.is_empty()
        && levels.iter().all(|l| !l.is_empty())
    {
        // Nothing else speaks of what it allows.
        return Some(false);
    }
    if *questions == 0 {
        return None;
    }
    *questions -= 1;
    let policy =
        |statements: Vec<Statement<'static>>| Policy { kind: PolicyKind::Identity, span: Span::new(0, 0), statements };
    let levels: Vec<Policy<'static>> =
        levels.into_iter().map(|level| policy(level.into_iter().cloned().collect())).collect();
    let part = |in_groups: bool, with: bool| {
        let others = others.iter().copied().chain(bound.identity.iter().filter(is_own).filter(|_| with));
        policy(others.filter(|held| held.in_groups.is_some() == in_groups).map(Held::bound).collect())
    };
    let [with, without] = [true, false].map(|with| [part(false, with), part(true, with)]);
    let (with, without) = (side(&levels, &with), side(&levels, &without));
    let budget = Budget { time: std::time::Duration::from_millis(200), ..options.budget };
    let options = Options { limit: 1, budget, ..options };
    let more = if allows { beyond(&without, &with, options) } else { beyond(&with, &without, options) };
    more.any().map(|differs| !differs)
}

/// Control levels over what is granted for the account, and for resource groups.
fn side<'p>(levels: &'p [Policy<'static>], [account, in_groups]: &'p [Policy<'static>; 2]) -> Side<'p> {
    let levels = levels.iter().map(|level| ("control", std::iter::once(level)));
    Side::layered(levels, std::iter::once(account), std::iter::once(in_groups).filter(|p| !p.statements.is_empty()))
}
