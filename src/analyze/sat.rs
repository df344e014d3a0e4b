//! Which combinations of yes and no satisfy a list of clauses: conflict-driven clause learning, small and incremental.
//!
//! Knows no policies. Clauses may be added between two calls; learned ones follow from them and stay.
#![expect(
    clippy::indexing_slicing,
    reason = "variables, clauses and levels are numbers that this file itself hands out"
)]

/// A variable, doubled, plus one when negated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Lit(u32);

impl Lit {
    pub(super) fn new(variable: u32, negated: bool) -> Self {
        Self(variable << 1 | u32::from(negated))
    }

    pub(super) fn variable(self) -> usize {
        (self.0 >> 1) as usize
    }

    pub(super) fn is_negated(self) -> bool {
        self.0 & 1 == 1
    }

    #[must_use]
    pub(super) fn flipped(self) -> Self {
        Self(self.0 ^ 1)
    }

    fn index(self) -> usize {
        self.0 as usize
    }
}

/// What came of a search.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Outcome {
    /// All clauses are satisfied by the assignment that can now be read.
    Satisfied,
    /// They contradict each other.
    Contradiction,
    /// The caller's patience ran out.
    Spent,
}

const NO_REASON: u32 = u32::MAX;

/// The solver.
#[derive(Debug, Default)]
pub(super) struct Solver {
    clauses: Vec<Vec<Lit>>,
    watches: Vec<Vec<u32>>,
    values: Vec<Option<bool>>,
    levels: Vec<u32>,
    reasons: Vec<u32>,
    phases: Vec<bool>,
    activity: Vec<f64>,
    bump: f64,
    trail: Vec<Lit>,
    limits: Vec<usize>,
    head: usize,
    contradiction: bool,
    marks: Vec<bool>,
}

impl Solver {
    pub(super) fn new() -> Self {
        Self { bump: 1.0, ..Self::default() }
    }

    /// A new variable, tried with this value first.
    pub(super) fn variable(&mut self, first: bool) -> u32 {
        let variable = u32::try_from(self.values.len()).unwrap_or(u32::MAX);
        self.values.push(None);
        self.levels.push(0);
        self.reasons.push(NO_REASON);
        self.phases.push(first);
        self.activity.push(0.0);
        self.marks.push(false);
        self.watches.extend([Vec::new(), Vec::new()]);
        variable
    }

    /// Whether a literal is true in the assignment found last.
    pub(super) fn is_true(&self, lit: Lit) -> bool {
        self.value(lit) == Some(true)
    }

    fn value(&self, lit: Lit) -> Option<bool> {
        self.values[lit.variable()].map(|value| value != lit.is_negated())
    }

    /// Adds a clause; the assignment is taken back to what holds without any choice.
    pub(super) fn add(&mut self, mut lits: Vec<Lit>) {
        self.back_to(0);
        lits.sort_unstable();
        lits.dedup();
        let tautology = lits.windows(2).any(|pair| pair[0].flipped() == pair[1]);
        if tautology || lits.iter().any(|lit| self.value(*lit) == Some(true)) {
            return;
        }
        lits.retain(|lit| self.value(*lit).is_none());
        for lit in &lits {
            self.activity[lit.variable()] += self.bump;
        }
        match lits.as_slice() {
            [] => self.contradiction = true,
            [unit] => self.assign(*unit, NO_REASON),
            _ => {
                self.store(lits);
            }
        }
    }

    fn store(&mut self, lits: Vec<Lit>) -> u32 {
        let number = u32::try_from(self.clauses.len()).unwrap_or(NO_REASON - 1);
        self.watches[lits[0].index()].push(number);
        self.watches[lits[1].index()].push(number);
        self.clauses.push(lits);
        number
    }

    fn assign(&mut self, lit: Lit, reason: u32) {
        let variable = lit.variable();
        self.values[variable] = Some(!lit.is_negated());
        self.levels[variable] = u32::try_from(self.limits.len()).unwrap_or(u32::MAX);
        self.reasons[variable] = reason;
        self.trail.push(lit);
    }

    fn back_to(&mut self, level: usize) {
        let Some(limit) = self.limits.get(level).copied() else { return };
        for lit in self.trail.drain(limit..) {
            self.phases[lit.variable()] = !lit.is_negated();
            self.values[lit.variable()] = None;
        }
        self.limits.truncate(level);
        self.head = self.head.min(limit);
    }

    /// Draws all unit conclusions; the clause that is violated, if one is.
    fn propagate(&mut self) -> Option<u32> {
        while let Some(lit) = self.trail.get(self.head).copied() {
            self.head += 1;
            let lost = lit.flipped();
            let mut watching = std::mem::take(&mut self.watches[lost.index()]);
            let mut kept = 0;
            let mut conflict = None;
            for at in 0..watching.len() {
                let number = watching[at];
                if conflict.is_some() || !self.rewatch(number, lost) {
                    watching[kept] = number;
                    kept += 1;
                    if conflict.is_none() {
                        let first = self.clauses[number as usize][0];
                        match self.value(first) {
                            Some(true) => {}
                            Some(false) => conflict = Some(number),
                            None => self.assign(first, number),
                        }
                    }
                }
            }
            watching.truncate(kept);
            self.watches[lost.index()] = watching;
            if conflict.is_some() {
                return conflict;
            }
        }
        None
    }

    /// Moves a clause's watch from a lost literal to another one that is not lost; false when there is none.
    fn rewatch(&mut self, number: u32, lost: Lit) -> bool {
        let clause = &mut self.clauses[number as usize];
        if clause[0] == lost {
            clause.swap(0, 1);
        }
        let value = |lit: Lit| self.values[lit.variable()].map(|value| value != lit.is_negated());
        if value(clause[0]) == Some(true) {
            return false;
        }
        let Some(at) = (2..clause.len()).find(|at| value(clause[*at]) != Some(false)) else { return false };
        clause.swap(1, at);
        let watched = clause[1];
        self.watches[watched.index()].push(number);
        true
    }

    /// The first unique implication point: the clause to learn, its own literal first, and the level to go back to.
    fn analyze(&mut self, conflict: u32) -> (Vec<Lit>, usize) {
        let current = u32::try_from(self.limits.len()).unwrap_or(u32::MAX);
        let mut learned: Vec<Lit> = Vec::new();
        let (mut open, mut at) = (0, self.trail.len());
        let (mut reason, mut from) = (conflict, None);
        loop {
            for lit in self.clauses[reason as usize].clone() {
                let variable = lit.variable();
                if Some(lit) == from || self.marks[variable] || self.levels[variable] == 0 {
                    continue;
                }
                self.marks[variable] = true;
                self.activity[variable] += self.bump;
                if self.levels[variable] == current { open += 1 } else { learned.push(lit) }
            }
            let lit = loop {
                at -= 1;
                let lit = self.trail[at];
                if self.marks[lit.variable()] && self.levels[lit.variable()] == current {
                    break lit;
                }
            };
            self.marks[lit.variable()] = false;
            open -= 1;
            if open == 0 {
                learned.insert(0, lit.flipped());
                break;
            }
            reason = self.reasons[lit.variable()];
            from = Some(lit);
        }
        for lit in &learned {
            self.marks[lit.variable()] = false;
        }
        let level = |lit: &Lit| self.levels[lit.variable()] as usize;
        let back = learned.iter().skip(1).map(level).max().unwrap_or(0);
        if let Some(second) = (1..learned.len()).find(|at| level(&learned[*at]) == back) {
            learned.swap(1, second);
        }
        (learned, back)
    }

    fn decide(&mut self) -> bool {
        let mut best: Option<usize> = None;
        for (variable, value) in self.values.iter().enumerate() {
            if value.is_none() && best.is_none_or(|best| self.activity[variable] > self.activity[best]) {
                best = Some(variable);
            }
        }
        let Some(variable) = best else { return false };
        self.limits.push(self.trail.len());
        let number = u32::try_from(variable).unwrap_or(u32::MAX);
        self.assign(Lit::new(number, !self.phases[variable]), NO_REASON);
        true
    }

    /// Looks for an assignment; `patience` is asked at every conflict.
    pub(super) fn solve(&mut self, mut patience: impl FnMut() -> bool) -> Outcome {
        let (mut conflicts, mut restart) = (0, 64);
        loop {
            if self.contradiction {
                return Outcome::Contradiction;
            }
            let Some(conflict) = self.propagate() else {
                if conflicts >= restart {
                    conflicts = 0;
                    restart += restart / 4;
                    self.back_to(0);
                } else if !self.decide() {
                    return Outcome::Satisfied;
                }
                continue;
            };
            if self.limits.is_empty() {
                self.contradiction = true;
                return Outcome::Contradiction;
            }
            conflicts += 1;
            if !patience() {
                return Outcome::Spent;
            }
            let (learned, back) = self.analyze(conflict);
            self.back_to(back);
            let unit = learned[0];
            let reason = if learned.len() > 1 { self.store(learned) } else { NO_REASON };
            self.assign(unit, reason);
            self.bump *= 1.05;
            if self.bump > 1e100 {
                self.activity.iter_mut().for_each(|activity| *activity *= 1e-100);
                self.bump *= 1e-100;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(3000))]
        #[test]
        fn the_answer_is_that_of_all_assignments(
            clauses in prop::collection::vec(prop::collection::vec((0..7u32, any::<bool>()), 0..4), 0..40)
        ) {
            let mut solver = Solver::new();
            (0..7).for_each(|_| { solver.variable(true); });
            let mut added: Vec<Vec<Lit>> = Vec::new();
            for clause in clauses {
                let clause: Vec<Lit> = clause.into_iter().map(|(variable, negated)| Lit::new(variable, negated)).collect();
                added.push(clause.clone());
                solver.add(clause);
                let holds = |bits: u32| added.iter().all(|clause| {
                    clause.iter().any(|lit| (bits >> lit.variable() & 1 == 1) != lit.is_negated())
                });
                let possible = (0..128).any(holds);
                match solver.solve(|| true) {
                    Outcome::Satisfied => prop_assert!(added.iter().all(|clause| clause.iter().any(|lit| solver.is_true(*lit)))),
                    Outcome::Contradiction => prop_assert!(!possible),
                    Outcome::Spent => prop_assert!(false),
                }
                if !possible { break; }
            }
        }
    }
}
