//! The questions that make up a comparison, one for each pair of statements that can be the reason of a difference.
//!
//! A request that one side allows and the other does not is allowed by some Allow `a` of the granting level, and the other
//! side either denies it by some Deny `d`, or has a level in which nothing speaks for it. So the questions `(d, a)` and
//! `(none, a)` together are the whole difference; statements that stand letter for letter on both sides are left out where
//! they cannot be a reason.

use std::collections::HashSet;
use std::time::Duration;

use super::compare::{Witness, Witnesses};
use super::find::{Engine, Found, Goal, Place, Point, Said};
use super::names::{Known, Names, Services};
use super::natural;
use super::side::{Classes, Side};
use super::text::{Kind, is_well_formed};
use crate::evaluate::{Decision, StatementId};

/// Requests that side `more` allows and the other one does not.
pub(super) fn difference(engine: &mut Engine<'_, '_>, more: usize, limit: usize) -> Witnesses {
    let less = 1 - more;
    let rules = engine.space.rules;
    let [first, second] = engine.sides;
    let (from, minus) = if more == 1 { (second, first) } else { (first, second) };
    let names = Names::new(engine.sides);
    let services = Services::new(engine.sides);
    let mut run = Run::new(engine, more, limit);
    let both = |of_more: &Classes, of_less: Classes| {
        if more == 1 { [of_less, of_more.clone()] } else { [of_more.clone(), of_less] }
    };
    let granting = from.granting(rules);
    let choices = other_levels(more, from);
    let said: Vec<(Known, Classes)> = minus
        .levels
        .iter()
        .map(|level| {
            let parts = || std::iter::once(&level.main).chain(&level.in_groups);
            let allows = names.known(less, parts().flat_map(|part| &part.allows));
            (allows, parts().flat_map(|part| part.classes()).fold(minus.no_class(), Classes::with))
        })
        .collect();
    for (part, refusing) in &granting {
        for (allow, (known, silent)) in part.allows.iter().flat_map(|allow| said.iter().map(move |said| (allow, said)))
        {
            if names.is_among((more, *allow), known) {
                continue;
            }
            let avoided = both(refusing, silent.clone());
            let (matching, choices) = (vec![(more, *allow)], choices.clone());
            run.ask((None, Some(*allow)), Goal { matching, choices, avoided, outside: None });
        }
    }
    let always = from.refusing(rules);
    let refused = names.in_classes(more, from, &always);
    for level in &minus.levels {
        let [allows, denies] = level.main.classes();
        // A Deny at resource-group level speaks only where the account level says nothing.
        let quiet = minus.no_class().with(allows).with(denies);
        let in_groups = level
            .in_groups
            .iter()
            .flat_map(|part| &part.denies)
            .map(|deny| (deny, if rules.resource_group_deny_wins { minus.no_class() } else { quiet.clone() }));
        for (deny, quiet) in level.main.denies.iter().map(|deny| (deny, minus.no_class())).chain(in_groups) {
            if names.is_among((less, *deny), &refused) {
                continue;
            }
            // One question for all: a Deny that the other side's Deny statements cover is no reason.
            let avoided = both(&always, quiet.clone());
            if run.is_empty(&Goal { matching: vec![(less, *deny)], avoided, ..Goal::default() }) {
                continue;
            }
            for (part, refusing) in &granting {
                for allow in part.allows.iter().filter(|allow| !services.are_apart((more, **allow), (less, *deny))) {
                    // Once enough is found nothing is looked at any more.
                    if !run.is_full() && run.engine.are_apart((more, *allow), (less, *deny)) {
                        continue;
                    }
                    let matching = vec![(more, *allow), (less, *deny)];
                    let avoided = both(refusing, quiet.clone());
                    run.ask(
                        (Some(*deny), Some(*allow)),
                        Goal { matching, choices: choices.clone(), avoided, outside: None },
                    );
                }
            }
        }
    }
    run.finish()
}

/// Requests that both sides allow.
pub(super) fn shared(engine: &mut Engine<'_, '_>, limit: usize) -> Witnesses {
    let rules = engine.space.rules;
    let [first, second] = engine.sides;
    let services = Services::new(engine.sides);
    let mut run = Run::new(engine, 1, limit);
    run.both = true;
    let mut choices = other_levels(0, first);
    choices.extend(other_levels(1, second));
    for (one, first_refusing) in first.granting(rules) {
        for (other, second_refusing) in second.granting(rules) {
            for (a, b) in one.allows.iter().flat_map(|a| other.allows.iter().map(move |b| (a, b))) {
                if services.are_apart((0, *a), (1, *b)) || !run.is_full() && run.engine.are_apart((0, *a), (1, *b)) {
                    continue;
                }
                let avoided = [first_refusing.clone(), second_refusing.clone()];
                let matching = vec![(0, *a), (1, *b)];
                let goal = Goal { matching, choices: choices.clone(), avoided, outside: None };
                run.ask((Some(*a), Some(*b)), goal);
            }
        }
    }
    run.finish()
}

/// Of every level but the granting one, its Allow statements: one of them must match.
fn other_levels(number: usize, side: &Side<'_>) -> Vec<Vec<Place>> {
    let above = side.levels.split_last().map_or(&[][..], |(_, above)| above);
    above.iter().map(|level| level.main.allows.iter().map(|statement| (number, *statement)).collect()).collect()
}

/// Statement of the side that allows less, or of the first side; and of the other one.
type Numbers = (Option<usize>, Option<usize>);

/// Questions of one kind, their answers gathered.
struct Run<'e, 'a, 'p> {
    engine: &'e mut Engine<'a, 'p>,
    /// The side that allows more.
    more: usize,
    /// Both sides must allow.
    both: bool,
    limit: usize,
    witnesses: Witnesses,
    done: HashSet<Numbers>,
    later: Vec<(Numbers, Goal)>,
}

/// What one question gets before the others have had their turn.
const FIRST_SHARE: Duration = Duration::from_millis(150);

impl<'e, 'a, 'p> Run<'e, 'a, 'p> {
    fn new(engine: &'e mut Engine<'a, 'p>, more: usize, limit: usize) -> Self {
        let (witnesses, done, later) = (Witnesses::default(), HashSet::new(), Vec::new());
        Self { engine, more, both: false, limit, witnesses, done, later }
    }

    fn is_full(&mut self) -> bool {
        let full = self.witnesses.found.len() >= self.limit;
        self.witnesses.cut |= full;
        full
    }

    /// Whether there is certainly no such request.
    fn is_empty(&mut self, goal: &Goal) -> bool {
        self.engine.clock.slice(FIRST_SHARE);
        self.engine.find(goal) == Found::None
    }

    /// Asks, once for each pair, with a small share of the time; what does not fit is asked again at the end.
    fn ask(&mut self, pair: Numbers, goal: Goal) {
        if self.done.contains(&pair) || self.is_full() {
            return;
        }
        self.engine.clock.slice(FIRST_SHARE);
        if !self.answer(pair, &goal) {
            self.later.push((pair, goal));
        }
    }

    /// Whether the question was answered.
    fn answer(&mut self, pair: Numbers, goal: &Goal) -> bool {
        match self.engine.find(goal) {
            Found::None => true,
            Found::Spent => false,
            Found::Point(point) => self.take(pair, goal, point),
        }
    }

    /// What both sides say, when that is what was asked for.
    fn confirm(engine: &mut Engine<'a, 'p>, goal: &Goal, point: &Point, wanted: [bool; 2]) -> Option<[Decision; 2]> {
        if !is_well_formed(Kind::Action, &point.action) || !is_well_formed(Kind::Resource, &point.resource) {
            return None;
        }
        let said: [Said; 2] = [engine.judge(0, point), engine.judge(1, point)];
        if !goal.is_met(&engine.sides, &said) {
            return None;
        }
        let [first, second] = said.map(|said| said.decision);
        let (first, second) = (first?, second?);
        let is = |decision: Decision, allowed: bool| (decision == Decision::Allow) == allowed;
        (is(first, wanted[0]) && is(second, wanted[1])).then_some([first, second])
    }

    fn take(&mut self, pair: Numbers, goal: &Goal, point: Point) -> bool {
        let wanted = [self.both || self.more == 0, self.both || self.more == 1];
        let mut confirmed = None;
        let point = natural::polish(self.engine, goal, point, |engine, point| {
            let said = Self::confirm(engine, goal, point, wanted);
            if let Some(said) = said {
                confirmed = Some((point.clone(), said));
            }
            said.is_some()
        });
        let known = confirmed.filter(|(confirmed, _)| *confirmed == point).map(|(_, said)| said);
        let said = known.or_else(|| Self::confirm(self.engine, goal, &point, wanted));
        let Some([first, second]) = said else { return false };
        let (first_by, second_by) = self.ids(pair);
        let names = self.engine.key_names().iter().cloned();
        let context = names.zip(point.keys).collect();
        let (action, resource) = (point.action, point.resource);
        self.witnesses.found.push(Witness { action, resource, context, first, second, first_by, second_by });
        self.done.insert(pair);
        true
    }

    fn ids(&self, (one, other): Numbers) -> (Option<StatementId>, Option<StatementId>) {
        let id = |number: Option<usize>| number.and_then(|number| u32::try_from(number).ok()).map(StatementId);
        if self.more == 1 { (id(one), id(other)) } else { (id(other), id(one)) }
    }

    /// Asks again what was left, with what is left of the time.
    fn finish(mut self) -> Witnesses {
        let later = std::mem::take(&mut self.later);
        let count = later.len();
        for (at, (pair, goal)) in later.into_iter().enumerate() {
            if self.done.contains(&pair) || self.is_full() {
                continue;
            }
            let share = self.engine.clock.left() / u32::try_from(count - at).unwrap_or(u32::MAX);
            self.engine.clock.slice(share);
            if !self.answer(pair, &goal) {
                let ids = self.ids(pair);
                if !self.witnesses.open.contains(&ids) {
                    self.witnesses.open.push(ids);
                }
            }
        }
        self.witnesses
    }
}
