//! The decision path: find the statements that match action and resource, test their conditions, decide.

use std::cell::OnceCell;

use super::context::{KeyState, View};
use super::decision::Possible;
use super::family;
use super::layers::{Certainty, LayerKind, Voices, combine};
use super::rules::{Rules, Touched, is_oss_key};
use super::set::{CompiledStatement, CompiledTest, PolicySet, Side, SidePatterns, StatementId};
use crate::catalog::Assumption;
use crate::pattern::{ArnCase, ResourceText, Wildcard, first_word};
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
    action: String,
    variants: [String; 2],
    action_stamps: Vec<u32>,
    resource_stamps: Vec<u32>,
    statement_stamps: Vec<u32>,
    generation: u32,
    action_ids: Vec<u32>,
    resource_ids: Vec<u32>,
    pub(super) hits: Vec<Hit>,
    pub(super) voices: Vec<Voices>,
    pub(super) touched: Touched,
    verified: usize,
}

impl Scratch {
    /// Empty buffers.
    pub fn new() -> Self {
        Self::default()
    }

    /// How many patterns the index offered for the last request, each then tested in full: what a decision costs, as a number
    /// that does not depend on the machine. None for a set that is too small for an index.
    pub fn verified(&self) -> usize {
        self.verified
    }

    /// The statements that matched in the judgement made last, in their order; where a key was unknown, those that may.
    pub fn matched(&self) -> impl Iterator<Item = StatementId> + '_ {
        self.hits.iter().map(|hit| StatementId(hit.statement))
    }

    fn begin(&mut self, set: &PolicySet, action: &str) {
        self.action.clear();
        self.action.push_str(action);
        self.action.make_ascii_lowercase();
        self.hits.clear();
        self.touched = Touched::default();
        self.verified = 0;
        if set.small {
            return;
        }
        self.action_stamps.resize(set.actions.patterns.len(), 0);
        self.resource_stamps.resize(set.resources.patterns.len(), 0);
        self.statement_stamps.resize(set.statements.len(), 0);
        self.action_ids.clear();
        self.resource_ids.clear();
        if self.generation == u32::MAX {
            for stamps in [&mut self.action_stamps, &mut self.resource_stamps, &mut self.statement_stamps] {
                stamps.fill(0);
            }
            self.generation = 0;
        }
        self.generation += 1;
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

/// The resource of a request in the spellings that count as equal, with the case rule in force.
pub(super) struct Target<'a> {
    text: &'a str,
    /// Read only when case rules matter: where nobody wrote a capital, the text is enough.
    read: OnceCell<ResourceText<'a>>,
    /// Other spellings; only resources of RAM have some.
    more: [Option<ResourceText<'a>>; 2],
    rules: Rules,
    capital: bool,
}

impl<'a> Target<'a> {
    pub(super) fn new(resource: &'a str, rules: Rules, variants: &'a mut [String; 2], touched: &mut Touched) -> Self {
        let read = OnceCell::new();
        let mut more = [None, None];
        let may_be_ram = resource.get(.."acs:ram:".len()).is_some_and(|start| start.eq_ignore_ascii_case("acs:ram:"));
        let region = if may_be_ram { read.get_or_init(|| ResourceText::new(resource)).ram_region() } else { None };
        if region.is_some() {
            touched.insert(Assumption::RamEmptyRegion);
        }
        if let Some(region) = region.filter(|_| rules.ram_region_equal) {
            let before = resource.get(..region.start).unwrap_or_default();
            let behind = resource.get(region.end..).unwrap_or_default();
            let written = resource.get(region).unwrap_or_default();
            for (variant, spelling) in variants.iter_mut().zip(["", "*"]) {
                variant.clear();
                if written != spelling {
                    variant.push_str(before);
                    variant.push_str(spelling);
                    variant.push_str(behind);
                }
            }
            let [first, second] = variants;
            let spelled = |text: &'a str| (!text.is_empty()).then(|| ResourceText::new(text));
            more = [spelled(first), spelled(second)];
        }
        // Without a branch, so that it is done many bytes at a time.
        let capital = resource.bytes().fold(false, |found, byte| found | byte.is_ascii_uppercase());
        Self { text: resource, read, more, rules, capital }
    }

    fn texts(&self) -> impl Iterator<Item = &ResourceText<'a>> {
        std::iter::once(self.read.get_or_init(|| ResourceText::new(self.text))).chain(self.more.iter().flatten())
    }

    fn spellings(&self) -> impl Iterator<Item = &'a str> {
        std::iter::once(self.text).chain(self.more.iter().flatten().map(ResourceText::as_str))
    }

    /// Whether a pattern covers the resource; notes when the case rule decides.
    #[inline]
    pub(super) fn covered_by(&self, pattern: &Wildcard, touched: &mut Touched) -> bool {
        if !pattern.has_capital() && !self.capital {
            return self.spellings().any(|text| pattern.matches(text));
        }
        let any = |case| self.texts().any(|text| text.matched_by(pattern, case));
        if !any(ArnCase::Insensitive) {
            return false;
        }
        let (partly, sensitive) = (any(ArnCase::Partly), any(ArnCase::Sensitive));
        if !(partly && sensitive) {
            touched.insert(Assumption::ArnCase);
        }
        match self.rules.arn_case {
            ArnCase::Insensitive => true,
            ArnCase::Partly => partly,
            ArnCase::Sensitive => sensitive,
        }
    }
}

impl PolicySet {
    /// Judges a request, without saying why.
    pub fn judge(&self, request: &Request<'_>, rules: Rules, scratch: &mut Scratch) -> Judgement {
        self.find(request, rules, scratch);
        let mut touched = scratch.touched;
        scratch.voices.clear();
        scratch.voices.resize(self.layers.len(), Voices::default());
        let mut open = false;
        let mut kept = 0;
        for at in 0..scratch.hits.len() {
            let Some(hit) = scratch.hits.get(at).copied() else { break };
            let Some(statement) = self.statements.get(hit.statement as usize) else { continue };
            let truth = self.truth(statement, request.view, rules, &mut touched);
            if truth == Certainty::Never {
                continue;
            }
            open |= truth == Certainty::Maybe;
            if let Some(slot) = scratch.hits.get_mut(kept) {
                *slot = Hit { statement: hit.statement, truth };
                kept += 1;
            }
            if statement.effect == Effect::Deny && self.in_group(statement) {
                touched.insert(Assumption::ResourceGroupDeny);
            }
            raise(&mut scratch.voices, statement, truth);
        }
        scratch.hits.truncate(kept);
        scratch.touched = touched;
        let possible = combine(&self.layers, &scratch.voices, rules, self.both_must_allow);
        if possible.single().is_some() || !open {
            return Judgement { possible, exact: true, touched };
        }
        let (possible, exact) = self.open(request.view, rules, &scratch.hits).possible();
        Judgement { possible, exact, touched }
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

    /// Fills `scratch.hits` with the statements that match action and resource, in their order.
    pub(super) fn find(&self, request: &Request<'_>, rules: Rules, scratch: &mut Scratch) {
        scratch.begin(self, request.action);
        let mut variants = std::mem::take(&mut scratch.variants);
        if self.small {
            self.scan(request.resource, rules, &mut variants, scratch);
        } else {
            self.look_up(request.resource, rules, &mut variants, scratch);
        }
        scratch.variants = variants;
    }

    /// Tries every statement in turn; the resource is not even read when none has the action.
    fn scan(&self, resource: &str, rules: Rules, variants: &mut [String; 2], scratch: &mut Scratch) {
        let Scratch { action, hits, touched, .. } = scratch;
        let word = first_word(action);
        let mut acting = self.statements.iter().zip(0..).filter(|(statement, _)| {
            let named = self.references(statement.action.patterns).iter().any(|id| {
                let at = *id as usize;
                self.actions.fronts.get(at).is_some_and(|front| front.may_cover(word))
                    && self.actions.patterns.get(at).is_some_and(|pattern| pattern.matches(action))
            });
            named != statement.action.except
        });
        let Some(first) = acting.next() else { return };
        let target = Target::new(resource, rules, variants, touched);
        for (statement, id) in std::iter::once(first).chain(acting) {
            if self.resource_matches(statement.resource, &target, touched) {
                hits.push(Hit { statement: id, truth: Certainty::Maybe });
            }
        }
    }

    fn resource_matches(&self, side: Side, target: &Target<'_>, touched: &mut Touched) -> bool {
        let covered = self.references(side.patterns).iter().any(|id| self.resource_covers(*id, target, touched));
        Self::with_except(side, covered, target.rules, touched)
    }

    fn with_except(side: Side, covered: bool, rules: Rules, touched: &mut Touched) -> bool {
        if !side.except {
            return covered;
        }
        touched.insert(Assumption::NotResource);
        rules.not_resource && !covered
    }

    fn resource_covers(&self, id: u32, target: &Target<'_>, touched: &mut Touched) -> bool {
        self.resources.patterns.get(id as usize).is_some_and(|pattern| target.covered_by(pattern, touched))
    }

    /// Looks both sides up and walks the shorter list of statements.
    fn look_up(&self, resource: &str, rules: Rules, variants: &mut [String; 2], scratch: &mut Scratch) {
        let Scratch {
            action,
            action_stamps,
            resource_stamps,
            statement_stamps,
            generation,
            action_ids,
            resource_ids,
            hits,
            touched,
            verified,
            ..
        } = scratch;
        let generation = *generation;
        let actions = &self.actions;
        collect(actions, action, action_stamps, generation, action_ids, |id| {
            *verified += 1;
            actions.patterns.get(id as usize).is_some_and(|pattern| pattern.matches(action))
        });
        let by_action = posted(actions, action_ids) + actions.except.len();
        if by_action == 0 {
            return;
        }
        let target = &Target::new(resource, rules, variants, touched);
        let stamped = |stamps: &[u32], side: Side| {
            self.references(side.patterns).iter().any(|id| stamps.get(*id as usize) == Some(&generation))
        };
        let mut by_resource = usize::MAX;
        if by_action > FEW {
            let resources = &self.resources;
            for text in target.spellings() {
                collect(resources, text, resource_stamps, generation, resource_ids, |id| {
                    *verified += 1;
                    self.resource_covers(id, target, touched)
                });
            }
            by_resource = posted(resources, resource_ids) + resources.except.len();
        }
        let first = hits.len();
        if by_resource < by_action {
            let listed = resource_ids.iter().flat_map(|id| self.resources.posted(*id)).chain(&self.resources.except);
            for id in listed {
                let Some(statement) = fresh(&self.statements, statement_stamps, *id, generation) else { continue };
                let action = stamped(action_stamps, statement.action) != statement.action.except;
                if action
                    && Self::with_except(
                        statement.resource,
                        stamped(resource_stamps, statement.resource),
                        rules,
                        touched,
                    )
                {
                    hits.push(Hit { statement: *id, truth: Certainty::Maybe });
                }
            }
        } else {
            let listed = action_ids.iter().flat_map(|id| actions.posted(*id)).chain(&actions.except);
            for id in listed {
                let Some(statement) = fresh(&self.statements, statement_stamps, *id, generation) else { continue };
                if statement.action.except && stamped(action_stamps, statement.action) {
                    continue;
                }
                let resource = if by_action > FEW {
                    Self::with_except(statement.resource, stamped(resource_stamps, statement.resource), rules, touched)
                } else {
                    self.resource_matches(statement.resource, target, touched)
                };
                if resource {
                    hits.push(Hit { statement: *id, truth: Certainty::Maybe });
                }
            }
        }
        if let Some(hits) = hits.get_mut(first..) {
            hits.sort_unstable_by_key(|hit| hit.statement);
        }
    }
}

/// So few candidates are tested directly, without looking up resources.
const FEW: usize = 8;

/// A statement that was not seen in this generation.
fn fresh<'s>(
    statements: &'s [CompiledStatement],
    stamps: &mut [u32],
    id: u32,
    generation: u32,
) -> Option<&'s CompiledStatement> {
    let stamp = stamps.get_mut(id as usize)?;
    if std::mem::replace(stamp, generation) == generation {
        return None;
    }
    statements.get(id as usize)
}

/// Adds the patterns that cover a text to `ids`, each once, and stamps them.
fn collect(
    side: &SidePatterns,
    text: &str,
    stamps: &mut [u32],
    generation: u32,
    ids: &mut Vec<u32>,
    mut covers: impl FnMut(u32) -> bool,
) {
    let mut take = |id: u32| {
        if let Some(stamp) = stamps.get_mut(id as usize).filter(|stamp| **stamp != generation)
            && covers(id)
        {
            *stamp = generation;
            ids.push(id);
        }
    };
    if !side.index.candidates(text, &mut take) {
        (0..u32::try_from(side.patterns.len()).unwrap_or(u32::MAX)).for_each(take);
    }
}

fn posted(side: &SidePatterns, ids: &[u32]) -> usize {
    ids.iter().map(|id| side.posted(*id).len()).sum()
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
