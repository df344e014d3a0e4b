//! The search over all completions of the unknown keys: which decisions are possible, and on which keys they depend.
//!
//! Keys are independent of each other; the tests on one key are not, so each key is one variable over the cells of its
//! [`super::domain`]. A branch is left as soon as its three-valued bound holds nothing new.

use std::collections::{BTreeMap, HashSet};

use super::context::{KeyState, View};
use super::decision::{Decision, Possible};
use super::domain::domain;
use super::engine::{Scratch, raise};
use super::layers::{Certainty, Voices, combine, reached};
use super::rules::Rules;
use super::set::PolicySet;
use crate::policy::{Effect, Family};

/// Work that one search may do: at each node it looks at every variable that every statement reads.
const BUDGET: usize = 20_000_000;
/// Work that the searches for all keys of `depends_on` may do together.
const BUDGET_OF_KEYS: usize = 60_000_000;

/// A variable: a key, or a part of one whose tests could not be judged together.
#[derive(Debug)]
struct Variable {
    key: u32,
    cells: usize,
}

/// A statement that matches action and resource.
#[derive(Debug)]
struct OpenStatement {
    statement: u32,
    /// For each variable that its condition reads, the cells that meet it.
    needs: Vec<(usize, Vec<bool>)>,
}

/// The open part of a judgement.
#[derive(Debug)]
pub(super) struct Open<'s> {
    set: &'s PolicySet,
    rules: Rules,
    variables: Vec<Variable>,
    statements: Vec<OpenStatement>,
    exact: bool,
}

/// The tests on unknown keys.
#[derive(Debug)]
pub(super) struct Unknown {
    /// Key and cells of each variable; entry `i` of a cell tells whether the variable's test `i` is met.
    pub(super) variables: Vec<(u32, Vec<Vec<bool>>)>,
    /// Test to variable and to its place in the cells of that variable.
    pub(super) places: BTreeMap<u32, (usize, usize)>,
    /// Whether all combinations of cells are real.
    pub(super) exact: bool,
}

impl PolicySet {
    /// The unknown keys that the statements found read, as variables. Statements that are certainly unmet still have a say in
    /// the type of a key: it has a value of the type of any operator that tests it.
    pub(super) fn unknown(&self, view: View<'_>, rules: Rules, scratch: &Scratch) -> Unknown {
        let hits = &scratch.hits;
        let mut by_key: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
        for hit in hits.iter().filter(|hit| hit.truth == Certainty::Maybe) {
            let Some(statement) = self.statements.get(hit.statement as usize) else { continue };
            for (id, test) in self.tests_of(statement) {
                if view.state(self.key(test.key)) == KeyState::Unknown {
                    by_key.entry(test.key).or_default().push(id);
                }
            }
        }
        let mut unknown = Unknown { variables: Vec::new(), places: BTreeMap::new(), exact: true };
        for (key, mut tests) in by_key {
            tests.sort_unstable();
            tests.dedup();
            let unmet = scratch.unmet.iter().filter_map(|id| self.statements.get(*id as usize));
            let mut others = unmet.flat_map(|statement| self.tests_of(statement)).filter(|(_, test)| test.key == key);
            let known = |family| {
                tests.iter().any(|id| self.tests.get(*id as usize).is_some_and(|t| t.operator.family() == family))
            };
            let mut domain = domain(self, &tests, rules);
            if !known(Family::String) && others.any(|(_, test)| !known(test.operator.family())) {
                domain.add_value_of_another_type();
            }
            unknown.exact &= domain.exact;
            for group in domain.groups {
                for (place, test) in group.tests.iter().enumerate() {
                    unknown.places.insert(*test, (unknown.variables.len(), place));
                }
                unknown.variables.push((key, group.cells));
            }
        }
        unknown
    }

    /// Prepares the search over the statements found, of which none is certainly unmet.
    pub(super) fn open(&self, view: View<'_>, rules: Rules, scratch: &Scratch) -> Open<'_> {
        let Unknown { variables, places, exact } = self.unknown(view, rules, scratch);
        let hits = &scratch.hits;
        let mut open = Open { set: self, rules, variables: Vec::new(), statements: Vec::new(), exact };
        let of = |(key, cells): &(u32, Vec<Vec<bool>>)| Variable { key: *key, cells: cells.len() };
        open.variables = variables.iter().map(of).collect();
        for hit in hits {
            let mut needs: BTreeMap<usize, Vec<bool>> = BTreeMap::new();
            if let Some(statement) =
                self.statements.get(hit.statement as usize).filter(|_| hit.truth == Certainty::Maybe)
            {
                for (variable, place) in self.tests_of(statement).filter_map(|(id, _)| places.get(&id)) {
                    let all = variables.get(*variable).map(|(_, cells)| cells.as_slice()).unwrap_or_default();
                    let met = needs.entry(*variable).or_insert_with(|| vec![true; all.len()]);
                    for (met, cell) in met.iter_mut().zip(all) {
                        *met &= cell.get(*place).copied().unwrap_or(false);
                    }
                }
            }
            open.statements.push(OpenStatement { statement: hit.statement, needs: needs.into_iter().collect() });
        }
        open
    }
}

/// The cell chosen for each variable.
type Assignment = Vec<Option<usize>>;

impl OpenStatement {
    fn truth(&self, assignment: &Assignment) -> Certainty {
        let mut truth = Certainty::Surely;
        for (variable, met) in &self.needs {
            match assignment.get(*variable).copied().flatten() {
                Some(cell) if met.get(cell) == Some(&true) => {}
                None if met.contains(&true) => {
                    if met.contains(&false) {
                        truth = Certainty::Maybe;
                    }
                }
                Some(_) | None => return Certainty::Never,
            }
        }
        truth
    }

    fn reads(&self, variable: usize) -> bool {
        self.needs.iter().any(|(needed, met)| *needed == variable && met.contains(&false))
    }

    /// The variables that still decide.
    fn undecided<'a>(&'a self, assignment: &'a Assignment) -> impl Iterator<Item = usize> + 'a {
        let free = |variable: usize| assignment.get(variable).copied().flatten().is_none();
        self.needs
            .iter()
            .filter(move |(variable, met)| free(*variable) && met.contains(&false))
            .map(|(variable, _)| *variable)
    }
}

impl Open<'_> {
    /// What can be said of each statement by itself, in the order of the hits.
    pub(super) fn truths(&self) -> impl Iterator<Item = (u32, Certainty)> + '_ {
        let nothing: Assignment = vec![None; self.variables.len()];
        self.statements.iter().map(move |statement| (statement.statement, statement.truth(&nothing)))
    }

    /// The decisions that some completion gives, and whether the set is exact.
    pub(super) fn possible(&self) -> (Possible, bool) {
        let mut found = Possible::NONE;
        let decide = |voices: &[Voices]| self.decide(voices);
        let mut search = Search { open: self, judge: &decide, kept: None, left: BUDGET };
        let complete = search.run(|bound, leaf| {
            if leaf {
                found = found.union(bound);
            }
            // Nothing new below: go on elsewhere.
            found.union(bound) == found
        });
        let bound = self.decide(&self.voices(&vec![None; self.variables.len()]));
        if complete { (found, self.exact) } else { (found.union(bound), false) }
    }

    /// The keys, sorted by name, whose value or absence can change the decision; and whether the list is exact.
    pub(super) fn depends_on(&self) -> (Vec<String>, bool) {
        let mut names: Vec<String> = Vec::new();
        let mut exact = self.exact;
        let mut left = BUDGET_OF_KEYS;
        for (variable, described) in self.variables.iter().enumerate() {
            let name = self.set.key(described.key);
            if names.iter().any(|known| known == name) {
                continue;
            }
            let mut depends = false;
            let decide = |voices: &[Voices]| self.decide(voices);
            // What one key does not use, the next ones share.
            let share = left / (self.variables.len() - variable);
            let mut search = Search { open: self, judge: &decide, kept: Some(variable), left: share };
            let complete = search.run(|bound, leaf| {
                depends |= leaf && bound.single().is_none();
                depends || bound.single().is_some()
            });
            left -= share - search.left;
            exact &= complete;
            if depends || !complete {
                names.push(name.to_owned());
            }
        }
        names.sort_unstable();
        (names, exact)
    }

    /// Whether in some completion a layer's statements of an effect can decide.
    pub(super) fn reaches(&self, layer: usize, effect: Effect) -> bool {
        let mut reaches = false;
        let reach = |voices: &[Voices]| reached(&self.set.layers, voices, layer, effect, self.rules);
        let mut search = Search { open: self, judge: &reach, kept: None, left: BUDGET };
        let complete = search.run(|bound, leaf| {
            reaches |= leaf && bound.contains(Decision::Allow);
            reaches || !bound.contains(Decision::Allow)
        });
        reaches || !complete
    }

    fn decide(&self, voices: &[Voices]) -> Possible {
        combine(&self.set.layers, voices, self.rules, self.set.both_must_allow)
    }

    /// The statements that are open under an assignment and still matter: where a statement of the same layer and effect is
    /// sure, another one changes nothing.
    fn undecided(&self, assignment: &Assignment, voices: &[Voices]) -> Vec<&OpenStatement> {
        let matters = |statement: &&OpenStatement| {
            let compiled = self.set.statements.get(statement.statement as usize);
            let voice = compiled.and_then(|compiled| Some(voices.get(compiled.layer as usize)?.of(compiled.effect)));
            voice == Some(Certainty::Maybe) && statement.truth(assignment) == Certainty::Maybe
        };
        self.statements.iter().filter(matters).collect()
    }

    /// What the three-valued reading of an assignment says layer by layer.
    fn voices(&self, assignment: &Assignment) -> Vec<Voices> {
        let mut voices = vec![Voices::default(); self.set.layers.len()];
        for statement in &self.statements {
            if let Some(compiled) = self.set.statements.get(statement.statement as usize) {
                raise(&mut voices, compiled, statement.truth(assignment));
            }
        }
        voices
    }
}

/// A depth-first search with an explicit stack; one variable may be kept free, to be varied at the leaves.
struct Search<'o, 's> {
    open: &'o Open<'s>,
    /// From the voices of the layers to what they leave open.
    judge: &'o dyn Fn(&[Voices]) -> Possible,
    kept: Option<usize>,
    /// Work that may still be done.
    left: usize,
}

impl Search<'_, '_> {
    /// Visits assignments. `visit` gets the decisions possible under one and whether it is a leaf, and tells whether to turn
    /// back. At a leaf the decisions are exactly those that occur. False when the budget ran out.
    fn run(&mut self, mut visit: impl FnMut(Possible, bool) -> bool) -> bool {
        let mut assignment: Assignment = vec![None; self.open.variables.len()];
        // The variables on the way, each with the cells still to be tried.
        let mut way: Vec<(usize, Vec<usize>)> = Vec::new();
        let kept_cells = self.kept.and_then(|kept| self.open.variables.get(kept)).map_or(1, |kept| kept.cells);
        let reading: usize = self.open.statements.iter().map(|statement| 1 + statement.needs.len()).sum();
        loop {
            let Some(left) = self.left.checked_sub(reading) else { return false };
            self.left = left;
            let voices = self.open.voices(&assignment);
            let bound = (self.judge)(&voices);
            let mut next = None;
            let mut idle = false;
            if bound.single().is_none() {
                let open = self.open.undecided(&assignment, &voices);
                idle = self.kept.is_some_and(|kept| !open.iter().any(|statement| statement.reads(kept)));
                next = self.branch(&assignment, &open).filter(|_| !idle);
            }
            let turn_back = match &next {
                // Below here the kept variable changes nothing.
                None if idle => true,
                Some(_) => visit(bound, false),
                None => {
                    if bound.single().is_none() {
                        let Some(left) = self.left.checked_sub(reading * kept_cells) else { return false };
                        self.left = left;
                    }
                    let exact = self.leaf(&mut assignment, bound);
                    visit(exact, true)
                }
            };
            if let Some((variable, cells)) = next.filter(|_| !turn_back) {
                way.push((variable, cells));
            }
            loop {
                let Some((variable, cells)) = way.last_mut() else { return true };
                let slot = assignment.get_mut(*variable);
                if let (Some(slot), Some(cell)) = (slot, cells.pop()) {
                    *slot = Some(cell);
                    break;
                }
                if let Some(slot) = assignment.get_mut(*variable) {
                    *slot = None;
                }
                way.pop();
            }
        }
    }

    /// The decisions at a leaf: one, or those over the cells of the kept variable.
    fn leaf(&self, assignment: &mut Assignment, bound: Possible) -> Possible {
        let Some(kept) = self.kept.filter(|_| bound.single().is_none()) else { return bound };
        let cells = self.open.variables.get(kept).map_or(0, |variable| variable.cells);
        let mut found = Possible::NONE;
        for cell in 0..cells {
            if let Some(slot) = assignment.get_mut(kept) {
                *slot = Some(cell);
            }
            found = found.union((self.judge)(&self.open.voices(assignment)));
        }
        if let Some(slot) = assignment.get_mut(kept) {
            *slot = None;
        }
        found
    }

    /// The variable to decide next, from the statement that is nearest to being decided, with one cell for each way in which
    /// it can matter to the statements that are still open.
    fn branch(&mut self, assignment: &Assignment, open: &[&OpenStatement]) -> Option<(usize, Vec<usize>)> {
        let candidates = open.iter().filter_map(|statement| {
            let mut undecided = statement.undecided(assignment).filter(|variable| Some(*variable) != self.kept);
            let first = undecided.next()?;
            Some((undecided.count(), first))
        });
        let (_, variable) = candidates.min()?;
        let needs: Vec<&Vec<bool>> = open
            .iter()
            .flat_map(|s| s.needs.iter().filter(|(needed, _)| *needed == variable).map(|(_, met)| met))
            .collect();
        let mut seen: HashSet<Vec<bool>> = HashSet::new();
        let cells = self.open.variables.get(variable).map_or(0, |variable| variable.cells);
        self.left = self.left.saturating_sub(cells * needs.len());
        let distinct =
            (0..cells).filter(|cell| seen.insert(needs.iter().map(|met| met.get(*cell) == Some(&true)).collect()));
        Some((variable, distinct.collect()))
    }
}
