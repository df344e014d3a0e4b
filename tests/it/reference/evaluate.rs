//! The decision by brute force: every completion of the unknown keys is judged two-valued, and the answers are collected.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::assumptions::{Choices, EVALUATOR_ROWS};
use super::candidates;
use super::condition::Test;
use super::policy::{Effect, Statement, statements};

/// A policy with the name by which answers speak of it.
#[derive(Debug, Clone)]
pub(crate) struct Named {
    pub(crate) name: String,
    pub(crate) document: Value,
}

/// What is said about a condition key. A key about which nothing is said is unknown, or absent in a closed context.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Said {
    Known(Vec<String>),
    Absent,
}

/// One question to the evaluator.
#[derive(Debug, Clone, Default)]
pub(crate) struct Case {
    /// Levels of control policies in order, Root last: name and policies.
    pub(crate) control: Vec<(String, Vec<Named>)>,
    /// `None`: the session has no policy of its own, or there is no session.
    pub(crate) session: Option<Vec<Named>>,
    /// Account-level identity policies.
    pub(crate) identity: Vec<Named>,
    /// Resource-group-level grants that count for every resource of this case.
    pub(crate) resource_group: Vec<Named>,
    /// The policy of the resource, of which only the statements about the caller are left; `None`: it has none.
    pub(crate) resource_policy: Option<Vec<Named>>,
    /// Assuming a role: the policy of the resource must allow as well.
    pub(crate) both_must_allow: bool,
    pub(crate) action: String,
    pub(crate) resources: Vec<String>,
    pub(crate) context: BTreeMap<String, Said>,
    pub(crate) closed: bool,
    /// The account's root user: nothing is judged.
    pub(crate) root: bool,
    pub(crate) choices: Choices,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Decision {
    Allow,
    ExplicitDeny,
    ImplicitDeny,
}

impl Decision {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Allow => "allow",
            Self::ExplicitDeny => "explicit_deny",
            Self::ImplicitDeny => "implicit_deny",
        }
    }
}

/// The decisions that some completion gives; in the contract's order, since the set is sorted.
pub(crate) type Possible = BTreeSet<Decision>;

/// The contract's word for a set of possible decisions.
pub(crate) fn decision_name(possible: &Possible) -> &'static str {
    match possible.iter().collect::<Vec<_>>().as_slice() {
        [only] => only.name(),
        _ => "undetermined",
    }
}

/// A statement named by an answer.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Decider {
    /// `control`, `session`, `identity`, `resource`.
    pub(crate) layer: &'static str,
    /// `account`, `resource_group`, or the level's name.
    pub(crate) scope: String,
    pub(crate) policy: String,
    pub(crate) statement: usize,
    pub(crate) effect: Effect,
    /// `"match":"possible"`.
    pub(crate) possible: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ResourceAnswer {
    pub(crate) arn: String,
    pub(crate) possible: Possible,
    pub(crate) depends_on: BTreeSet<String>,
    /// Not compared for the root user: the contract does not say what stands here.
    pub(crate) decided_by: Vec<Decider>,
}

/// An alternative that changes the answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Changed {
    pub(crate) id: &'static str,
    pub(crate) choice: &'static str,
    pub(crate) alternative: &'static str,
    pub(crate) possible: Possible,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Answer {
    pub(crate) possible: Possible,
    pub(crate) resources: Vec<ResourceAnswer>,
    pub(crate) assumptions: Vec<Changed>,
}

/// Where a statement stands.
struct Placed {
    layer: &'static str,
    scope: String,
    policy: String,
    index: usize,
    statement: Statement,
    /// Whether its actions match, which no assumption changes.
    action_matches: bool,
    /// Index into the sequence of control levels, session, account-level and group-level identity policies, resource policy.
    set: usize,
}

/// Values already found for the unknown key of these tests (statement, test).
type Memo = RefCell<BTreeMap<Vec<(usize, usize)>, Vec<String>>>;

struct Prepared<'a> {
    case: &'a Case,
    placed: Vec<Placed>,
    has_session: bool,
    memo: Memo,
}

/// The whole answer, with the assumptions that would change it.
pub(crate) fn evaluate(case: &Case) -> Answer {
    let prepared = prepare(case);
    let resources: Vec<ResourceAnswer> =
        case.resources.iter().map(|resource| judge(&prepared, resource, &case.choices)).collect();
    let possible = combine(resources.iter().map(|answer| &answer.possible));
    let mut assumptions = Vec::new();
    for (id, choice, alternative) in case.choices.alternatives(EVALUATOR_ROWS) {
        let other = possible_under(&prepared, &case.choices.with(id, alternative));
        if other != possible {
            assumptions.push(Changed { id, choice, alternative, possible: other });
        }
    }
    Answer { possible, resources, assumptions }
}

/// Only the combined decisions, under other choices than the case's own.
pub(crate) fn possible(case: &Case) -> Possible {
    possible_under(&prepare(case), &case.choices)
}

fn possible_under(prepared: &Prepared, choices: &Choices) -> Possible {
    let each: Vec<Possible> =
        prepared.case.resources.iter().map(|resource| judge(prepared, resource, choices).possible).collect();
    combine(each.iter())
}

/// "Several resources: every choice of their `possible` combined by any explicit deny decides, then any implicit deny, else allow."
pub(crate) fn combine<'a>(each: impl Iterator<Item = &'a Possible>) -> Possible {
    let mut all = Possible::from([Decision::Allow]);
    for possible in each {
        let mut next = Possible::new();
        for left in &all {
            for right in possible {
                let both = [*left, *right];
                next.insert(if both.contains(&Decision::ExplicitDeny) {
                    Decision::ExplicitDeny
                } else if both.contains(&Decision::ImplicitDeny) {
                    Decision::ImplicitDeny
                } else {
                    Decision::Allow
                });
            }
        }
        all = next;
    }
    all
}

fn prepare(case: &Case) -> Prepared<'_> {
    let mut placed = Vec::new();
    let mut put = |layer, scope: &str, set, policies: &[Named]| {
        for policy in policies {
            for (index, statement) in statements(&policy.document).into_iter().enumerate() {
                let (scope, policy) = (scope.to_owned(), policy.name.clone());
                let action_matches = statement.action_matches(&case.action);
                placed.push(Placed { layer, scope, policy, index, statement, action_matches, set });
            }
        }
    };
    let levels = case.control.len();
    for (set, (name, policies)) in case.control.iter().enumerate() {
        put("control", name, set, policies);
    }
    // The scope of a session policy is not said; it is not compared.
    put("session", "account", levels, case.session.as_deref().unwrap_or(&[]));
    put("identity", "account", levels + 1, &case.identity);
    put("identity", "resource_group", levels + 2, &case.resource_group);
    put("resource", "account", levels + 3, case.resource_policy.as_deref().unwrap_or(&[]));
    Prepared { case, placed, has_session: case.session.is_some(), memo: Memo::default() }
}

impl Prepared<'_> {
    /// "Any matching Deny, else any matching Allow, else implicit deny", for one policy set.
    fn unit(&self, set: usize, matched: &[bool]) -> Decision {
        let any = |effect| {
            self.placed
                .iter()
                .zip(matched)
                .any(|(placed, matched)| placed.set == set && *matched && placed.statement.effect == effect)
        };
        if any(Effect::Deny) {
            Decision::ExplicitDeny
        } else if any(Effect::Allow) {
            Decision::Allow
        } else {
            Decision::ImplicitDeny
        }
    }

    /// The layers one after another, on one completion: the decision and the sets that made it.
    fn decide(&self, matched: &[bool], choices: &Choices) -> (Decision, Vec<usize>) {
        let levels = self.case.control.len();
        for level in 0..levels {
            let decision = self.unit(level, matched);
            if decision != Decision::Allow {
                return (decision, vec![level]);
            }
        }
        if self.has_session {
            let decision = self.unit(levels, matched);
            if decision != Decision::Allow {
                return (decision, vec![levels]);
            }
        }
        let (account, group) = (self.unit(levels + 1, matched), self.unit(levels + 2, matched));
        let deny_wins = choices.is("resource-group-deny", "deny-wins");
        let on_to_group = account == Decision::ImplicitDeny
            || (deny_wins && account == Decision::Allow && group == Decision::ExplicitDeny);
        let identity = if on_to_group { (group, levels + 2) } else { (account, levels + 1) };
        if self.case.resource_policy.is_none() {
            return (identity.0, vec![identity.1]);
        }
        // "Identity policies -> A, resource-based policy -> B, side by side: any Explicit Deny, else any Allow"; "Assume-role
        // differs: Allow needs A = Allow and B = Allow" (facts/ram-language.md 6.2).
        let sides = [identity, (self.unit(levels + 3, matched), levels + 3)];
        let has = |wanted| sides.iter().any(|(decision, _)| *decision == wanted);
        let decision = if has(Decision::ExplicitDeny) {
            Decision::ExplicitDeny
        } else if has(Decision::Allow) && !(self.case.both_must_allow && has(Decision::ImplicitDeny)) {
            Decision::Allow
        } else {
            Decision::ImplicitDeny
        };
        (decision, sides.iter().filter(|side| side.0 == decision).map(|side| side.1).collect())
    }

    /// What an unknown key may be: absent, or a value for each combination of outcomes of its tests.
    fn completions(&self, places: &[(usize, usize)]) -> Vec<Option<[String; 1]>> {
        let mut memo = self.memo.borrow_mut();
        let values = memo.entry(places.to_vec()).or_insert_with(|| candidates::values_of(&self.tests_at(places)));
        std::iter::once(None).chain(values.iter().map(|value| Some([value.clone()]))).collect()
    }

    fn tests_at(&self, places: &[(usize, usize)]) -> Vec<&Test> {
        places.iter().map(|(placed, test)| &self.placed[*placed].statement.tests[*test]).collect()
    }
}

fn judge(prepared: &Prepared, resource: &str, choices: &Choices) -> ResourceAnswer {
    let case = prepared.case;
    let arn = resource.to_owned();
    if case.root {
        let possible = Possible::from([Decision::Allow]);
        return ResourceAnswer { arn, possible, depends_on: BTreeSet::new(), decided_by: Vec::new() };
    }
    let relevant: Vec<bool> = prepared
        .placed
        .iter()
        .map(|placed| placed.action_matches && placed.statement.resource_matches(resource, choices))
        .collect();

    // Tests of relevant statements, by key; those on known and absent keys are decided at once.
    let mut unknown: BTreeMap<&str, Vec<(usize, usize)>> = BTreeMap::new();
    let mut base = relevant.clone();
    for (index, placed) in prepared.placed.iter().enumerate().filter(|(index, _)| relevant[*index]) {
        for (test_index, test) in placed.statement.tests.iter().enumerate() {
            let met = match case.context.get(&test.key) {
                Some(Said::Known(values)) => test.met(Some(values), choices),
                Some(Said::Absent) => test.met(None, choices),
                None if case.closed && !is_fact(&test.key) => test.met(None, choices),
                None => {
                    unknown.entry(&test.key).or_default().push((index, test_index));
                    continue;
                }
            };
            base[index] &= met;
        }
    }

    // For each unknown key: every reachable set of statements that the key's tests switch off.
    let keys: Vec<&str> = unknown.keys().copied().collect();
    let switches: Vec<Vec<BTreeSet<usize>>> = unknown
        .values()
        .map(|places| {
            let tests = prepared.tests_at(places);
            let mut seen = BTreeSet::new();
            for completion in prepared.completions(places) {
                let values = completion.as_ref().map(<[String; 1]>::as_slice);
                let off = places.iter().zip(&tests).filter(|(_, test)| !test.met(values, choices));
                seen.insert(off.map(|((statement, _), _)| *statement).collect::<BTreeSet<usize>>());
            }
            seen.into_iter().collect()
        })
        .collect();

    // The full product.
    let sizes: Vec<usize> = switches.iter().map(Vec::len).collect();
    let total: usize = sizes.iter().product();
    let mut decisions = Vec::with_capacity(total);
    let mut sure = vec![true; base.len()];
    let mut may = vec![false; base.len()];
    let mut deciding = BTreeSet::new();
    for number in 0..total {
        let mut matched = base.clone();
        let mut rest = number;
        for (key, size) in sizes.iter().enumerate() {
            for statement in &switches[key][rest % size] {
                matched[*statement] = false;
            }
            rest /= size;
        }
        for (index, matched) in matched.iter().enumerate() {
            sure[index] &= matched;
            may[index] |= matched;
        }
        let (decision, sets) = prepared.decide(&matched, choices);
        decisions.push(decision);
        deciding.extend(sets);
    }
    let possible: Possible = decisions.iter().copied().collect();
    ResourceAnswer {
        arn,
        depends_on: depends_on(&keys, &sizes, &decisions),
        decided_by: decided_by(prepared, &possible, &deciding, &sure, &may),
        possible,
    }
}

/// The keys of which two completions that differ in nothing else give two decisions.
fn depends_on(keys: &[&str], sizes: &[usize], decisions: &[Decision]) -> BTreeSet<String> {
    let mut answer = BTreeSet::new();
    let mut stride = 1;
    for (key, size) in keys.iter().zip(sizes) {
        let changes = decisions.iter().enumerate().any(|(number, decision)| {
            let digit = number / stride % size;
            (0..*size).any(|other| decisions[number - digit * stride + other * stride] != *decision)
        });
        if changes {
            answer.insert((*key).to_owned());
        }
        stride *= size;
    }
    answer
}

/// "Every matching statement with the deciding effect, of the layer that decided (allow: of the last layer); empty for
/// `implicit_deny`; where no single statement is sure: all statements that may match, of every layer."
///
/// A set that decides in some completions only (another one does in the others) still counts, the first in order first.
fn decided_by(
    prepared: &Prepared,
    possible: &Possible,
    deciding: &BTreeSet<usize>,
    sure: &[bool],
    may: &[bool],
) -> Vec<Decider> {
    let named = |which: &dyn Fn(usize, &Placed) -> bool, possible: bool| {
        let chosen = prepared.placed.iter().enumerate().filter(|(index, placed)| which(*index, placed));
        chosen
            .map(|(_, placed)| Decider {
                layer: placed.layer,
                scope: placed.scope.clone(),
                policy: placed.policy.clone(),
                statement: placed.index,
                effect: placed.statement.effect,
                possible,
            })
            .collect::<Vec<Decider>>()
    };
    let effect = match possible.iter().collect::<Vec<_>>().as_slice() {
        [Decision::ImplicitDeny] => return Vec::new(),
        [Decision::ExplicitDeny] => Effect::Deny,
        [Decision::Allow] => Effect::Allow,
        _ => return named(&|index, _| may[index], true),
    };
    let sure_in = |set: usize| {
        named(&|index, placed| placed.set == set && placed.statement.effect == effect && sure[index], false)
    };
    let resource = prepared.case.control.len() + 3;
    if effect == Effect::Allow && prepared.case.both_must_allow {
        // Both sides decide, so each must name a sure statement.
        let identity = deciding.iter().filter(|set| **set != resource).map(|set| sure_in(*set));
        let identity = identity.into_iter().find(|deciders| !deciders.is_empty()).unwrap_or_default();
        let trust = sure_in(resource);
        if !identity.is_empty() && !trust.is_empty() {
            return [identity, trust].concat();
        }
        return named(&|index, _| may[index], true);
    }
    for set in deciding {
        let deciders = sure_in(*set);
        if !deciders.is_empty() {
            return deciders;
        }
    }
    named(&|index, _| may[index], true)
}

/// Whether a key stands for what a missing policy says or for who the caller is: no context closes such a question.
fn is_fact(key: &str) -> bool {
    key.starts_with("policy:") || key.starts_with("trust:") || key.starts_with("principal:")
}
