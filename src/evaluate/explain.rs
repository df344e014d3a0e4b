//! A judgement with its reasons: the statements that decided, the keys on which it depends, the assumptions that would
//! change it, and the statements that nearly matched.

use super::context::{KeyState, View};
use super::decision::{Decision, Possible};
use super::engine::{Heard, Judgement, Request, Scratch};
use super::layers::{Certainty, Layer, LayerKind, reached};
use super::rules::Rules;
use super::set::{PolicySet, StatementId};
use crate::catalog::{Assumption, Assumptions};
use crate::pattern::ResourceText;
use crate::policy::{Effect, Operator};

/// A statement that decided, or that may have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Deciding {
    /// The statement.
    pub statement: StatementId,
    /// Whether it certainly matches; else no single statement is sure and this one may.
    pub certain: bool,
}

/// The answer for one resource, with its reasons.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Explanation {
    /// The decisions that some completion of the unknown keys gives.
    pub possible: Possible,
    /// Whether `possible` and `depends_on` are exact.
    pub exact: bool,
    /// The statements that decided, in the order of the set (contract 4, `decided_by`).
    pub decided_by: Vec<Deciding>,
    /// The layer in which an implicit or explicit deny fell, where one layer surely did it.
    pub refused_by: Option<usize>,
    /// The unknown keys whose value or absence can change the decision, sorted.
    pub depends_on: Vec<String>,
}

/// An assumption whose other choice gives another answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Alternative {
    /// The assumption.
    pub assumption: Assumption,
    /// The choice that was not made.
    pub choice: &'static str,
    /// What would be possible under it.
    pub possible: Possible,
}

/// Why a statement does not match though it nearly does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Unmet {
    /// The resource is none of its resources.
    Resource,
    /// The action is none of its actions.
    Action,
    /// Tests of its condition that are not met, or not known to be.
    Condition(Vec<UnmetTest>),
}

/// A test that is not met.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnmetTest {
    /// The operator.
    pub operator: Operator,
    /// The key.
    pub key: String,
    /// The values of which one must fit.
    pub values: Vec<String>,
    /// What the request carries; none when it does not carry the key.
    pub given: Option<Vec<String>>,
    /// Whether nothing is known about the key.
    pub unknown: bool,
}

/// A statement that misses in one respect only.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NearMiss {
    /// The statement.
    pub statement: StatementId,
    /// Its effect.
    pub effect: Effect,
    /// What misses.
    pub unmet: Unmet,
}

impl PolicySet {
    /// Judges a request and says why.
    pub fn explain(&self, request: &Request<'_>, rules: Rules, scratch: &mut Scratch) -> Explanation {
        self.judge_and_explain(request, rules, scratch).1
    }

    /// The same with the judgement itself, which [`Judgement::combine`] and [`PolicySet::alternatives`] want.
    pub fn judge_and_explain(
        &self,
        request: &Request<'_>,
        rules: Rules,
        scratch: &mut Scratch,
    ) -> (Judgement, Explanation) {
        let judgement = self.judge_all(request, rules, scratch);
        (judgement, self.explain_judged(request.view, rules, scratch, judgement))
    }

    /// The same for what [`PolicySet::hear_all`] found.
    pub(crate) fn explain_heard(
        &self,
        view: View<'_>,
        rules: Rules,
        scratch: &Scratch,
        heard: Heard,
    ) -> (Judgement, Explanation) {
        let judgement = self.decide(view, rules, scratch, heard);
        (judgement, self.explain_judged(view, rules, scratch, judgement))
    }

    /// Says why, from what [`PolicySet::judge_all`] left in the buffers.
    fn explain_judged(&self, view: View<'_>, rules: Rules, scratch: &Scratch, judgement: Judgement) -> Explanation {
        let Judgement { possible, exact, .. } = judgement;
        let open = scratch.hits.iter().any(|hit| hit.truth == Certainty::Maybe);
        if !open {
            let truths: Vec<_> = scratch.hits.iter().map(|hit| (hit.statement, hit.truth)).collect();
            let reaches =
                |layer, effect| reached(&self.layers, &scratch.voices, layer, effect, rules).contains(Decision::Allow);
            let (decided_by, refused_by) = self.decided_by(possible, &truths, reaches);
            return Explanation { possible, exact, decided_by, refused_by, depends_on: Vec::new() };
        }
        let open = self.open(view, rules, scratch);
        let truths: Vec<_> = open.truths().filter(|(_, truth)| *truth != Certainty::Never).collect();
        let (decided_by, refused_by) = self.decided_by(possible, &truths, |layer, effect| open.reaches(layer, effect));
        let (depends_on, known) = if possible.single().is_some() { (Vec::new(), true) } else { open.depends_on() };
        Explanation { possible, exact: exact && known, decided_by, refused_by, depends_on }
    }

    /// The deciding statements of a decision, and the layer that refused: those of the first layer that some completion looks
    /// at and in which a statement is sure.
    fn decided_by(
        &self,
        possible: Possible,
        truths: &[(u32, Certainty)],
        reaches: impl Fn(usize, Effect) -> bool,
    ) -> (Vec<Deciding>, Option<usize>) {
        let effect = match possible.single() {
            Some(Decision::ImplicitDeny) => return (Vec::new(), self.silent_layer(truths)),
            Some(Decision::ExplicitDeny) => Effect::Deny,
            Some(Decision::Allow) => Effect::Allow,
            None => return (all(truths), None),
        };
        let surely = |at: usize| {
            let sure = truths.iter().filter(move |(id, truth)| {
                let compiled = self.statements.get(*id as usize);
                let speaks = compiled.is_some_and(|s| s.layer as usize == at && s.effect == effect);
                *truth == Certainty::Surely && speaks
            });
            sure.map(|(id, _)| Deciding { statement: StatementId(*id), certain: true })
        };
        let grants = |layer: &Layer| effect == Effect::Deny || is_last(layer.kind);
        for (at, _) in self.layers.iter().enumerate().filter(|(_, layer)| grants(layer)) {
            let mut named: Vec<_> = surely(at).collect();
            if !named.is_empty() && reaches(at, effect) {
                // Where a role is assumed, its trust policy allows beside the identity policies: both decided, each by a
                // statement that is sure.
                if self.both_must_allow && effect == Effect::Allow {
                    let resource = self.layers.iter().rposition(|layer| layer.kind == LayerKind::Resource);
                    let trusting: Vec<_> = resource.filter(|other| *other > at).into_iter().flat_map(surely).collect();
                    if trusting.is_empty() {
                        break;
                    }
                    named.extend(trusting);
                }
                return (named, Some(at).filter(|_| effect == Effect::Deny));
            }
        }
        (all(truths), None)
    }

    /// The layer that does not allow: a level of the chain, the session policy, else the side of the identity policies or of
    /// the resource. One Allow on either side is enough, save where a role is assumed.
    fn silent_layer(&self, truths: &[(u32, Certainty)]) -> Option<usize> {
        let speaks = |layer: usize| {
            truths.iter().any(|(id, _)| {
                let compiled = self.statements.get(*id as usize);
                compiled.is_some_and(|s| s.layer as usize == layer && s.effect == Effect::Allow)
            })
        };
        let of = |wanted: fn(LayerKind) -> bool| {
            self.layers.iter().enumerate().filter(move |(_, layer)| wanted(layer.kind)).map(|(at, _)| at)
        };
        let chain = of(|kind| matches!(kind, LayerKind::Control | LayerKind::Session)).find(|at| !speaks(*at));
        let identity = || of(|kind| matches!(kind, LayerKind::Identity | LayerKind::IdentityInGroup));
        let resource = of(|kind| kind == LayerKind::Resource).next();
        let granted = identity().any(speaks);
        chain.or(if granted { resource } else { identity().next().or(resource) })
    }

    /// The alternatives that an evaluation touched and that change what is possible, each tried alone, in the table's order.
    ///
    /// `judge` is called for each with the rules under it and returns what is then possible for the whole request.
    pub fn alternatives(
        touched: Judgement,
        assumptions: &Assumptions,
        mut judge: impl FnMut(Rules) -> Possible,
    ) -> Vec<Alternative> {
        if touched.touched.is_empty() {
            return Vec::new();
        }
        let tried = assumptions.alternatives().filter(|(assumption, ..)| touched.touched.contains(*assumption));
        let judged = tried.map(|(assumption, choice, other)| Alternative {
            assumption,
            choice,
            possible: judge(Rules::from(&other)),
        });
        judged.filter(|alternative| alternative.possible != touched.possible).collect()
    }

    /// Statements that miss in one respect only: right action and condition-free resource mismatch, right action and
    /// resource with an unmet condition, or right resource with an action of the same service. A plain scan.
    pub fn near_misses(&self, request: &Request<'_>, rules: Rules) -> Vec<NearMiss> {
        let action = request.action.to_ascii_lowercase();
        let resource = ResourceText::new(request.resource);
        let mut touched = super::rules::Touched::default();
        let mut found = Vec::new();
        for (statement, id) in self.statements.iter().zip(0..) {
            let names = |id: &u32| self.actions.patterns.get(*id as usize).is_some_and(|p| p.matches(&action));
            let acts = self.references(statement.action.patterns).iter().any(names) != statement.action.except;
            let covers = |id: &u32| {
                self.resources.patterns.get(*id as usize).is_some_and(|p| resource.matched_by(p, rules.arn_case))
            };
            let covered = self.references(statement.resource.patterns).iter().any(covers) != statement.resource.except;
            let unmet = match (acts, covered) {
                (true, false) => Unmet::Resource,
                (true, true) => {
                    let tests = self.unmet_tests(id, request.view, rules, &mut touched);
                    if tests.is_empty() {
                        continue;
                    }
                    Unmet::Condition(tests)
                }
                (false, true) if self.same_service(statement.action.patterns, &action) => Unmet::Action,
                (false, _) => continue,
            };
            found.push(NearMiss { statement: StatementId(id), effect: statement.effect, unmet });
        }
        found
    }

    /// The statements that name an action, whatever their resources and conditions.
    pub fn naming(&self, action: &str) -> Vec<(StatementId, Effect)> {
        let action = action.to_ascii_lowercase();
        let names = |statement: &super::set::CompiledStatement| {
            let patterns = self.references(statement.action.patterns).iter();
            let named = patterns.filter_map(|id| self.actions.patterns.get(*id as usize)).any(|p| p.matches(&action));
            named != statement.action.except
        };
        let all = self.statements.iter().zip(0..).filter(|(statement, _)| names(statement));
        all.map(|(statement, id)| (StatementId(id), statement.effect)).collect()
    }

    /// What each layer would say alone, each unknown test taken alone.
    pub fn layer_decisions(&self, request: &Request<'_>, rules: Rules, scratch: &mut Scratch) -> Vec<Possible> {
        self.judge(request, rules, scratch);
        scratch.voices.iter().map(|voices| voices.possible()).collect()
    }

    fn unmet_tests(
        &self,
        id: u32,
        view: View<'_>,
        rules: Rules,
        touched: &mut super::rules::Touched,
    ) -> Vec<UnmetTest> {
        let Some(statement) = self.statements.get(id as usize) else { return Vec::new() };
        let mut unmet = Vec::new();
        for (_, test) in self.tests_of(statement) {
            let state = view.state(self.key(test.key));
            if self.test(test, state, rules, touched) != Certainty::Surely {
                let (operator, key) = (test.operator, self.key(test.key).to_owned());
                let given = match state {
                    KeyState::Known(values) => Some(values.iter().map(ToString::to_string).collect()),
                    KeyState::Absent | KeyState::Unknown => None,
                };
                let values = test.spelled.iter().map(ToString::to_string).collect();
                unmet.push(UnmetTest { operator, key, values, given, unknown: state == KeyState::Unknown });
            }
        }
        unmet
    }

    fn same_service(&self, patterns: super::side::Slice, action: &str) -> bool {
        let code = crate::pattern::action_name(action).map(|action| action.code);
        self.references(patterns).iter().any(|id| {
            let pattern = self.actions.patterns.get(*id as usize).map(crate::pattern::Wildcard::as_str);
            let named = pattern.and_then(crate::pattern::action_name).map(|action| action.code);
            named.is_some() && named == code
        })
    }
}

/// No single statement is sure: all that may match.
fn all(truths: &[(u32, Certainty)]) -> Vec<Deciding> {
    truths.iter().map(|(id, _)| Deciding { statement: StatementId(*id), certain: false }).collect()
}

/// Whether a layer can grant in the end.
fn is_last(kind: LayerKind) -> bool {
    match kind {
        LayerKind::Identity | LayerKind::IdentityInGroup | LayerKind::Resource => true,
        LayerKind::Control | LayerKind::Session => false,
    }
}
