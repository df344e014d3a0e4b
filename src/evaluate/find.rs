//! The statements that match action and resource: by a scan of small sets, through the index of large ones.

use super::engine::{Hearing, Request};
use super::rules::{Rules, Touched};
use super::set::{CompiledStatement, PolicySet};
use super::side::{Side, SidePatterns};
use super::target::Target;
use crate::catalog::Assumption;
use crate::pattern::{first_word, lower_word};
use crate::policy::Effect;

/// Buffers for finding statements. A stamp that equals the generation of the request says that a pattern covers its text, or
/// that a statement was met.
#[derive(Debug, Default)]
pub(super) struct Search {
    variants: [String; 2],
    action_stamps: Vec<u32>,
    resource_stamps: Vec<u32>,
    statement_stamps: Vec<u32>,
    generation: u32,
    action_ids: Vec<u32>,
    resource_ids: Vec<u32>,
    verified: usize,
}

/// So few statements are tested directly, without looking up resources.
const FEW: usize = 8;

/// Among so many statements one about every resource is looked for.
const MANY: usize = 16;

/// A Deny decides by itself, so it is heard first.
const EFFECTS: [Effect; 2] = [Effect::Deny, Effect::Allow];

impl Search {
    pub(super) fn verified(&self) -> usize {
        self.verified
    }

    /// Lets the statements that match action and resource be heard, each once, in no order.
    #[inline]
    pub(super) fn run(&mut self, set: &PolicySet, request: &Request<'_>, hearing: &mut Hearing<'_>) {
        self.verified = 0;
        if set.small {
            self.scan(set, request, hearing);
        } else {
            self.look_up(set, request, hearing);
        }
    }

    /// Tries every statement in turn; the resource is not even read when none has the action.
    fn scan(&mut self, set: &PolicySet, request: &Request<'_>, hearing: &mut Hearing<'_>) {
        let word = lower_word(first_word(request.action));
        let (mut target, mut variants) = (None, Some(&mut self.variants));
        let mut touched = Touched::default();
        for (statement, id) in set.statements.iter().zip(0..) {
            if !hearing.wants(statement) {
                continue;
            }
            let named = set.references(statement.action.patterns).iter().any(|id| {
                let at = *id as usize;
                set.actions.fronts.get(at).is_some_and(|front| front.may_cover(word))
                    && set.actions.patterns.get(at).is_some_and(|pattern| pattern.matches_lowered(request.action))
            });
            if named == statement.action.except {
                continue;
            }
            if target.is_none() {
                target =
                    variants.take().map(|buffers| Target::new(request.resource, hearing.rules, buffers, &mut touched));
            }
            if target.as_ref().is_some_and(|target| set.resource_matches(statement.resource, target, &mut touched)) {
                hearing.hear(id, statement);
            }
        }
        hearing.touched = hearing.touched.union(touched);
    }

    /// Makes room for a set, and begins a generation.
    fn begin(&mut self, set: &PolicySet) {
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

    /// Looks the action up. Few statements are tested directly; for more the resource is looked up too, and the shorter list
    /// of statements is walked.
    fn look_up(&mut self, set: &PolicySet, request: &Request<'_>, hearing: &mut Hearing<'_>) {
        self.begin(set);
        let Self { variants, action_stamps, resource_stamps, statement_stamps, .. } = self;
        let Self { generation, action_ids, resource_ids, verified, .. } = self;
        let generation = *generation;
        let (actions, resources) = (&set.actions, &set.resources);
        collect(actions, request.action, action_stamps, generation, action_ids, |id| {
            *verified += 1;
            actions.patterns.get(id as usize).is_some_and(|pattern| pattern.matches_lowered(request.action))
        });
        let [denies, allows] = EFFECTS.map(|effect| actions.count(action_ids, effect));
        let by_action = denies + allows;
        if by_action == 0 {
            return;
        }
        let mut touched = Touched::default();
        let target = &Target::new(request.resource, hearing.rules, variants, &mut touched);
        let stamped = |stamps: &[u32], side: Side| {
            set.references(side.patterns).iter().any(|id| stamps.get(*id as usize) == Some(&generation))
        };
        let by_name = |action_stamps: &[u32], side: Side| !side.except || !stamped(action_stamps, side);
        let mut walk = Walk { set, stamps: statement_stamps, generation };
        let listed = |effect| actions.listed(action_ids, effect);
        let mut directly =
            |walk: &mut Walk<'_>, hearing: &mut Hearing<'_>, listed: &mut dyn Iterator<Item = &u32>, effect| {
                walk.walk(listed, effect, hearing, |statement| {
                    by_name(action_stamps, statement.action)
                        && set.resource_matches(statement.resource, target, &mut touched)
                });
            };
        let few = by_action <= FEW;
        // Where somebody wants the decision alone, one statement about every resource is often enough of the Allow ones.
        let everywhere = |id: &&u32| set.statements.get(**id as usize).is_some_and(|statement| statement.everywhere);
        let allowed = || listed(Effect::Allow).take(MANY).filter(everywhere);
        let mut done = few;
        if few {
            EFFECTS.into_iter().for_each(|effect| directly(&mut walk, hearing, &mut listed(effect), effect));
        } else if !hearing.all && denies <= FEW / 2 && allowed().next().is_some() {
            directly(&mut walk, hearing, &mut listed(Effect::Deny), Effect::Deny);
            directly(&mut walk, hearing, &mut allowed(), Effect::Allow);
            done = hearing.settled(Effect::Allow);
        }
        if !done {
            for text in target.spellings() {
                collect(resources, text, resource_stamps, generation, resource_ids, |id| {
                    *verified += 1;
                    set.resource_covers(id, target, &mut touched)
                });
            }
            let by_resource: usize = EFFECTS.into_iter().map(|effect| resources.count(resource_ids, effect)).sum();
            for effect in EFFECTS {
                let mut covers =
                    |side: Side| with_except(side, stamped(resource_stamps, side), target.rules, &mut touched);
                if by_resource < by_action {
                    walk.walk(resources.listed(resource_ids, effect), effect, hearing, |statement| {
                        stamped(action_stamps, statement.action) != statement.action.except
                            && covers(statement.resource)
                    });
                } else {
                    walk.walk(actions.listed(action_ids, effect), effect, hearing, |statement| {
                        by_name(action_stamps, statement.action) && covers(statement.resource)
                    });
                }
            }
        }
        hearing.touched = hearing.touched.union(touched);
    }
}

/// A walk along lists of statements, in which one may stand several times.
struct Walk<'w> {
    set: &'w PolicySet,
    stamps: &'w mut [u32],
    generation: u32,
}

impl<'w> Walk<'w> {
    /// Lets the listed statements that match be heard, until no more of them are wanted.
    #[inline]
    fn walk<'l>(
        &mut self,
        listed: impl Iterator<Item = &'l u32>,
        effect: Effect,
        hearing: &mut Hearing<'_>,
        mut matches: impl FnMut(&CompiledStatement) -> bool,
    ) {
        if hearing.settled(effect) {
            return;
        }
        for id in listed {
            let Some(statement) = self.fresh(*id).filter(|statement| hearing.wants(statement)) else { continue };
            if matches(statement) {
                hearing.hear(*id, statement);
                if hearing.settled(effect) {
                    return;
                }
            }
        }
    }

    /// A statement that was not met in this generation.
    #[inline]
    fn fresh(&mut self, id: u32) -> Option<&'w CompiledStatement> {
        let stamp = self.stamps.get_mut(id as usize)?;
        if std::mem::replace(stamp, self.generation) == self.generation {
            return None;
        }
        self.set.statements.get(id as usize)
    }
}

impl PolicySet {
    fn resource_matches(&self, side: Side, target: &Target<'_>, touched: &mut Touched) -> bool {
        let covered = self.references(side.patterns).iter().any(|id| self.resource_covers(*id, target, touched));
        with_except(side, covered, target.rules, touched)
    }

    fn resource_covers(&self, id: u32, target: &Target<'_>, touched: &mut Touched) -> bool {
        let capital = self.resources.capital.get(id as usize).copied().unwrap_or(true);
        self.resources.patterns.get(id as usize).is_some_and(|pattern| target.covered_by(pattern, capital, touched))
    }
}

fn with_except(side: Side, covered: bool, rules: Rules, touched: &mut Touched) -> bool {
    if !side.except {
        return covered;
    }
    touched.insert(Assumption::NotResource);
    rules.not_resource && !covered
}

/// Adds the patterns that cover a text to `ids`, each once, and stamps them.
#[inline]
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
