//! The decision path: hear the statements that match action and resource, test their conditions, decide.

use super::context::{KeyState, View};
use super::decision::Possible;
use super::family;
use super::find::Search;
use super::layers::{Certainty, LayerKind, Voices, combine};
use super::rules::{Rules, Touched, is_oss_key};
use super::set::{CompiledStatement, CompiledTest, PolicySet, StatementId};
use crate::catalog::Assumption;
use crate::policy::Effect;

/// One action on one resource.
#[derive(Debug, Clone, Copy)]
pub struct Request<'a> {
    /// `code:Name`
    pub action: &'a str,
    /// `*` or an ARN.
    pub resource: &'a str,
    /// What is known about the condition keys.
    pub view: View<'a>,
}

/// A statement that matches action and resource, with what its condition says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Hit {
    pub(super) statement: u32,
    pub(super) truth: Certainty,
}

/// Buffers of one thread; reused, so that a decision allocates nothing once they have grown.
#[derive(Debug, Default)]
pub struct Scratch {
    search: Search,
    pub(super) hits: Vec<Hit>,
    /// Statements that match action and resource and whose condition is certainly not met.
    pub(super) unmet: Vec<u32>,
    pub(super) voices: Vec<Voices>,
}

impl Scratch {
    /// Empty buffers.
    pub fn new() -> Self {
        Self::default()
    }

    /// How many patterns the index offered for the last request, each then tested in full: what a decision costs, as a number
    /// that does not depend on the machine. None for a set that is too small for an index.
    pub fn verified(&self) -> usize {
        self.search.verified()
    }

    /// The statements that [`PolicySet::judge_all`] found matching when it was called last, in their order; where a key was
    /// unknown, those that may.
    pub fn matched(&self) -> impl Iterator<Item = StatementId> + '_ {
        self.hits.iter().map(|hit| StatementId(hit.statement))
    }

    /// All that a judgement hangs on beside the view: the statements found, and those whose condition is certainly not met.
    pub(crate) fn heard(&self) -> Box<[u32]> {
        let mut unmet = self.unmet.clone();
        unmet.sort_unstable();
        self.hits.iter().map(|hit| hit.statement).chain([u32::MAX]).chain(unmet).collect()
    }
}

/// The answer for one resource.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Judgement {
    /// The decisions that some completion of the unknown keys gives.
    pub possible: Possible,
    /// Whether `possible` is exact; else the search budget ran out and it may hold too much, never too little.
    pub exact: bool,
    pub(super) touched: Touched,
}

impl Judgement {
    /// The judgement of a call with several resources: every choice of their decisions, combined. None for no resources.
    pub fn combine(resources: impl IntoIterator<Item = Self>) -> Option<Self> {
        resources.into_iter().reduce(|a, b| Self {
            possible: Possible::combine([a.possible, b.possible]),
            exact: a.exact && b.exact,
            touched: a.touched.union(b.touched),
        })
    }
}

/// What the statements found say, each unknown test taken alone.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Heard {
    /// No decision that is possible is missing; some may be too much.
    pub(crate) possible: Possible,
    /// Some condition is open.
    open: bool,
    touched: Touched,
}

/// Listens to the statements that match action and resource.
#[derive(Debug)]
pub(super) struct Hearing<'h> {
    set: &'h PolicySet,
    view: View<'h>,
    pub(super) rules: Rules,
    /// All of them are to be heard, because somebody will ask why; else only what can still change the decision.
    pub(super) all: bool,
    voices: &'h mut Vec<Voices>,
    hits: &'h mut Vec<Hit>,
    unmet: &'h mut Vec<u32>,
    pub(super) touched: Touched,
    /// Some condition is open.
    open: bool,
}

impl Hearing<'_> {
    /// Whether a statement is to be heard. Behind a statement that surely matches, another one of its layer and effect changes
    /// nothing, and behind a Deny no other at all. This holds under the other choice of every assumption that was not touched,
    /// so nothing is lost for [`PolicySet::alternatives`] either.
    #[inline]
    pub(super) fn wants(&self, statement: &CompiledStatement) -> bool {
        self.all || self.voices.get(statement.layer as usize).is_none_or(|voices| !voices.silences(statement.effect))
    }

    /// Whether no statement of an effect is to be heard any more.
    #[inline]
    pub(super) fn settled(&self, effect: Effect) -> bool {
        !self.all && self.voices.iter().all(|voices| voices.silences(effect))
    }

    /// Hears a statement that matches action and resource.
    #[inline]
    pub(super) fn hear(&mut self, id: u32, statement: &CompiledStatement) {
        let truth = self.set.truth(statement, self.view, self.rules, &mut self.touched);
        if truth == Certainty::Never {
            self.unmet.push(id);
            return;
        }
        self.open |= truth == Certainty::Maybe;
        self.hits.push(Hit { statement: id, truth });
        if statement.effect == Effect::Deny && self.set.in_group(statement) {
            self.touched.insert(Assumption::ResourceGroupDeny);
        }
        raise(self.voices, statement, truth);
    }
}

impl PolicySet {
    /// Judges a request, without saying why: statements that cannot change the decision any more are passed over.
    pub fn judge(&self, request: &Request<'_>, rules: Rules, scratch: &mut Scratch) -> Judgement {
        self.judge_by(request, rules, scratch, false)
    }

    /// The same judgement with every statement that matches, for [`Scratch::matched`].
    pub fn judge_all(&self, request: &Request<'_>, rules: Rules, scratch: &mut Scratch) -> Judgement {
        self.judge_by(request, rules, scratch, true)
    }

    fn judge_by(&self, request: &Request<'_>, rules: Rules, scratch: &mut Scratch, all: bool) -> Judgement {
        let heard = self.hear(request, rules, scratch, all);
        if heard.possible.single().is_some() || !heard.open {
            return Judgement { possible: heard.possible, exact: true, touched: heard.touched };
        }
        if !all {
            // What was passed over has no say in the decision, but in the types that an unknown key can have.
            return self.judge_by(request, rules, scratch, true);
        }
        self.decide(request.view, rules, scratch, heard)
    }

    /// Finds the statements that match, for [`Scratch::heard`]; what they come to is [`PolicySet::explain_heard`].
    pub(crate) fn hear_all(&self, request: &Request<'_>, rules: Rules, scratch: &mut Scratch) -> Heard {
        self.hear(request, rules, scratch, true)
    }

    /// What the statements found come to: it hangs on them and on the view alone, whatever the resource was.
    pub(super) fn decide(&self, view: View<'_>, rules: Rules, scratch: &Scratch, heard: Heard) -> Judgement {
        let Heard { possible, open, touched } = heard;
        if possible.single().is_some() || !open {
            return Judgement { possible, exact: true, touched };
        }
        let (possible, exact) = self.open(view, rules, scratch).possible();
        Judgement { possible, exact, touched }
    }

    fn hear(&self, request: &Request<'_>, rules: Rules, scratch: &mut Scratch, all: bool) -> Heard {
        let Scratch { search, hits, unmet, voices } = scratch;
        hits.clear();
        unmet.clear();
        voices.clear();
        voices.resize(self.layers.len(), Voices::default());
        let (view, touched) = (request.view, Touched::default());
        let mut hearing = Hearing { set: self, view, rules, all, voices, hits, unmet, touched, open: false };
        search.run(self, request, &mut hearing);
        let Hearing { touched, open, .. } = hearing;
        let possible = combine(&self.layers, voices, rules, self.both_must_allow);
        if all {
            hits.sort_unstable_by_key(|hit| hit.statement);
        }
        Heard { possible, open, touched }
    }

    fn in_group(&self, statement: &CompiledStatement) -> bool {
        self.layers.get(statement.layer as usize).is_some_and(|layer| layer.kind == LayerKind::IdentityInGroup)
    }

    /// What the condition of a statement says, each unknown test taken alone.
    fn truth(&self, statement: &CompiledStatement, view: View<'_>, rules: Rules, touched: &mut Touched) -> Certainty {
        let mut truth = Certainty::Surely;
        for (_, test) in self.tests_of(statement) {
            match self.test(test, view.state(self.key(test.key)), rules, touched) {
                Certainty::Never => return Certainty::Never,
                Certainty::Maybe => truth = Certainty::Maybe,
                Certainty::Surely => {}
            }
        }
        truth
    }

    /// What one test says under what is known about its key.
    #[inline]
    pub(super) fn test(
        &self,
        test: &CompiledTest,
        state: KeyState<'_>,
        rules: Rules,
        touched: &mut Touched,
    ) -> Certainty {
        if test.operands == family::Operands::Broken {
            return Certainty::Never;
        }
        let met = match state {
            KeyState::Known(values) => family::met(test.operator, &test.operands, values, rules, touched),
            KeyState::Absent => absent(test, self.key(test.key), rules, touched),
            KeyState::Unknown => {
                absent(test, self.key(test.key), rules, touched);
                if matches!(test.operands, family::Operands::Ip(_)) {
                    touched.insert(Assumption::IpBorder);
                }
                return Certainty::Maybe;
            }
        };
        if met { Certainty::Surely } else { Certainty::Never }
    }
}

/// Whether a test is met when the request does not carry its key.
pub(super) fn absent(test: &CompiledTest, key: &str, rules: Rules, touched: &mut Touched) -> bool {
    if is_oss_key(key) {
        touched.insert(Assumption::AbsentOssKey);
        if rules.absent_oss_is_empty {
            return family::met(test.operator, &test.operands, &[std::borrow::Cow::Borrowed("")], rules, touched);
        }
    }
    if !test.operator.is_negated() {
        return false;
    }
    touched.insert(Assumption::AbsentNegated);
    rules.absent_negated
}

/// Adds a statement's voice to its layer.
pub(super) fn raise(voices: &mut [Voices], statement: &CompiledStatement, truth: Certainty) {
    if let Some(voices) = voices.get_mut(statement.layer as usize) {
        let voice = match statement.effect {
            Effect::Allow => &mut voices.allow,
            Effect::Deny => &mut voices.deny,
        };
        *voice = (*voice).max(truth);
    }
}
