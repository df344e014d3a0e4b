//! One question: is there a request in this conjunction that none of those statements matches?
//!
//! Asked by counterexample: a request in the conjunction is made up and put to the evaluator; every statement that matches
//! and should not becomes a clause "one of its literals fails"; the solver picks which, the theory of each dimension makes
//! up the next request or explains why there is none, and so on. Only statements that some request met are ever looked at,
//! and the request that comes out was judged by the evaluator, not by the theory.

use std::collections::{BTreeMap, HashMap};
use std::rc::Rc;

use super::budget::Clock;
use super::natural::{Actions, Offers};
use super::sat::{Lit, Outcome, Solver};
use super::side::{Classes, Side};
use super::space::{ACTION, Literal, RESOURCE, Space, Value};
use super::text::Answer;
use crate::evaluate::{Context, Decision, Fact, Request, Scratch, View};

/// A request: a value for each dimension.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Point {
    pub(super) action: String,
    pub(super) resource: String,
    /// In the order of the space's keys; none is absent.
    pub(super) keys: Vec<Value>,
}

/// What one side says to a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Said {
    pub(super) decision: Option<Decision>,
    /// The statements that match.
    pub(super) matched: Vec<usize>,
}

/// A statement of a side: 0 or 1, and its number.
pub(super) type Place = (usize, usize);

/// Statements of the second side, by number.
#[derive(Debug, Clone)]
pub(super) enum Outside {
    Only(Rc<[usize]>),
    /// One flag for each statement.
    Flagged(Rc<[bool]>),
}

impl Outside {
    fn has(&self, statement: usize) -> bool {
        match self {
            Self::Only(list) => list.contains(&statement),
            Self::Flagged(flags) => flags.get(statement) == Some(&true),
        }
    }
}

/// The question.
#[derive(Debug, Clone, Default)]
pub(super) struct Goal {
    /// Statements that match.
    pub(super) matching: Vec<Place>,
    /// Of each of these lists, one statement matches.
    pub(super) choices: Vec<Vec<Place>>,
    /// For each side, classes of which no statement matches.
    pub(super) avoided: [Classes; 2],
    /// Statements of the second side that do not match, save those that must.
    pub(super) outside: Option<Outside>,
}

impl Goal {
    /// Whether a statement must not match.
    fn avoids(&self, sides: &[&Side<'_>; 2], (side, statement): Place) -> bool {
        let class = sides.get(side).and_then(|of| of.class_of(statement));
        let avoided = class.zip(self.avoided.get(side)).is_some_and(|(class, avoided)| avoided.contains(class));
        let listed = side == 1 && self.outside.as_ref().is_some_and(|outside| outside.has(statement));
        avoided || listed && !self.matching.contains(&(side, statement))
    }

    /// Whether a request is what was asked for, by what the evaluator says matches.
    pub(super) fn is_met(&self, sides: &[&Side<'_>; 2], said: &[Said; 2]) -> bool {
        let matches = |(side, statement): &Place| said.get(*side).is_some_and(|said| said.matched.contains(statement));
        let mut places = said.iter().zip(0..).flat_map(|(said, side)| said.matched.iter().map(move |s| (side, *s)));
        self.matching.iter().all(matches)
            && self.choices.iter().all(|choice| choice.iter().any(matches))
            && !places.any(|place| self.avoids(sides, place))
    }
}

/// What came of a question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Found {
    /// Such a request.
    Point(Point),
    /// There is none.
    None,
    /// The budget ran out.
    Spent,
}

/// Two sides and the space of both.
#[derive(Debug)]
pub(super) struct Engine<'a, 'p> {
    pub(super) sides: [&'a Side<'p>; 2],
    pub(super) space: Space,
    pub(super) clock: Clock,
    key_names: Vec<String>,
    /// What the catalog said before.
    pub(super) actions: Actions,
    pub(super) offers: Offers,
    /// For two literals on one dimension whether their patterns surely have nothing in common.
    apart: HashMap<(Literal, Literal), bool>,
    scratch: Scratch,
    cubes: HashMap<Place, Option<Box<[Literal]>>>,
    /// The statements that the last question had to keep out: with an answer of none, they are why.
    pub(super) met: Vec<Place>,
}

/// The variables of one question.
struct Variables {
    solver: Solver,
    /// By constraint.
    numbers: HashMap<u32, u32>,
    /// By variable, its literal when true; none for a choice.
    literals: Vec<Option<Literal>>,
    /// Clauses that are no lemma: each needs a true literal that the theory accepts.
    clauses: Vec<Vec<Lit>>,
}

impl Variables {
    fn lit(&mut self, literal: Literal) -> Lit {
        let (constraint, negated) = literal.parts();
        let solver = &mut self.solver;
        let literals = &mut self.literals;
        let number = *self.numbers.entry(constraint).or_insert_with(|| {
            // A literal enters in the sense in which it helps: that is tried first.
            literals.push(Some(if negated { literal.negated() } else { literal }));
            solver.variable(!negated)
        });
        Lit::new(number, negated)
    }

    fn choice(&mut self) -> Lit {
        self.literals.push(None);
        Lit::new(self.solver.variable(false), false)
    }

    fn clause(&mut self, lits: Vec<Lit>) {
        self.clauses.push(lits.clone());
        self.solver.add(lits);
    }

    fn literal(&self, lit: Lit) -> Option<Literal> {
        let literal = self.literals.get(lit.variable()).copied().flatten()?;
        Some(if lit.is_negated() { literal.negated() } else { literal })
    }

    /// Literals that satisfy every clause, as few as a glance finds.
    fn support(&self) -> Vec<Literal> {
        let mut chosen: Vec<Literal> = Vec::new();
        for clause in &self.clauses {
            let mut true_ones = clause.iter().filter(|lit| self.solver.is_true(**lit));
            let done = true_ones.clone().any(|lit| self.literal(*lit).is_none_or(|literal| chosen.contains(&literal)));
            if !done {
                chosen.extend(true_ones.next().and_then(|lit| self.literal(*lit)));
            }
        }
        chosen
    }
}

impl<'a, 'p> Engine<'a, 'p> {
    pub(super) fn new(sides: [&'a Side<'p>; 2], rules: crate::evaluate::Rules, clock: Clock) -> Self {
        let pinned: Vec<(&str, &str)> =
            sides.iter().flat_map(|side| side.pinned.iter().map(|(key, value)| (&**key, &**value))).collect();
        let space = Space::new(sides.iter().flat_map(|side| side.statements.iter().copied()), &pinned, rules);
        let key_names = space.key_names().map(str::to_owned).collect();
        let (actions, cubes, met) = (Actions::new(), HashMap::new(), Vec::new());
        let (offers, apart) = (Offers::default(), HashMap::new());
        Self { sides, space, clock, key_names, actions, offers, apart, scratch: Scratch::new(), cubes, met }
    }

    pub(super) fn key_names(&self) -> &[String] {
        &self.key_names
    }

    /// The literals of a statement; none when it never matches.
    pub(super) fn cube(&mut self, place: Place) -> Option<&[Literal]> {
        let statement = self.sides.get(place.0).and_then(|side| side.statements.get(place.1))?;
        let space = &mut self.space;
        self.cubes.entry(place).or_insert_with(|| space.cube(statement)).as_deref()
    }

    /// The literals of all statements that a question wants to match, sorted; none when one of them never does.
    pub(super) fn fixed(&mut self, goal: &Goal) -> Option<Vec<Literal>> {
        let mut fixed: Vec<Literal> = Vec::new();
        for place in &goal.matching {
            fixed.extend_from_slice(self.cube(*place)?);
        }
        fixed.sort_unstable();
        fixed.dedup();
        Some(fixed)
    }

    /// Whether no request matches both statements, where their patterns of actions or resources tell at a glance.
    pub(super) fn are_apart(&mut self, one: Place, other: Place) -> bool {
        for dimension in [ACTION, RESOURCE] {
            let mut positive = |place: Place| {
                let cube = self.cube(place)?.to_vec();
                cube.into_iter().find(|literal| literal.is_positive() && self.space.dimension(*literal) == dimension)
            };
            let Some((one, other)) = positive(one).zip(positive(other)) else { continue };
            let space = &self.space;
            if *self.apart.entry((one.min(other), one.max(other))).or_insert_with(|| space.are_apart(one, other)) {
                return true;
            }
        }
        false
    }

    /// Whether a text of a dimension meets those of the literals that are on it.
    pub(super) fn fits(&self, dimension: u32, literals: &[Literal], text: &str) -> bool {
        let mut own = literals.iter().filter(|literal| self.space.dimension(**literal) == dimension);
        own.all(|literal| self.space.holds_text(*literal, text))
    }

    /// The same for a value of the key of that number.
    pub(super) fn meets(&self, key: usize, literals: &[Literal], value: &Value) -> bool {
        let mut own = literals.iter().filter(|literal| self.space.key_of(**literal) == Some(key));
        own.all(|literal| self.space.holds(*literal, value))
    }

    /// The account whose resources witnesses name.
    pub(super) fn account(&self) -> &'a str {
        let sides: &[&'a Side<'p>; 2] = &self.sides;
        sides.iter().find_map(|side| side.account.as_deref()).unwrap_or("1234567890123456")
    }

    /// What a side says to a request.
    pub(super) fn judge(&mut self, side: usize, point: &Point) -> Said {
        let mut context = Context::new();
        for (name, value) in self.key_names.iter().zip(&point.keys) {
            if let Some(value) = value {
                context.push_new(name.as_str().into(), Fact::One(value.as_str().into()));
            }
        }
        let view = View { command: Some(&context), closed: true, ..View::default() };
        let request = Request { action: &point.action, resource: &point.resource, view };
        let Some(side) = self.sides.get(side) else { return Said { decision: None, matched: Vec::new() } };
        let judgement = side.set.judge_all(&request, self.space.rules, &mut self.scratch);
        let decision = judgement.possible.single().filter(|_| judgement.exact);
        Said { decision, matched: self.scratch.matched().map(|id| id.0 as usize).collect() }
    }

    /// Answers a question.
    pub(super) fn find(&mut self, goal: &Goal) -> Found {
        self.met.clear();
        let Some(fixed) = self.fixed(goal) else { return Found::None };
        let mut variables =
            Variables { solver: Solver::new(), numbers: HashMap::new(), literals: Vec::new(), clauses: Vec::new() };
        for choice in &goal.choices {
            self.add_choice(choice, &mut variables);
        }
        let mut added: std::collections::HashSet<Place> = std::collections::HashSet::new();
        let mut conflicts = 0;
        let mut cut = false;
        loop {
            let (clock, most) = (self.clock, self.clock.conflicts);
            let outcome = variables.solver.solve(|| {
                conflicts += 1;
                conflicts < most && (conflicts % 64 != 0 || !clock.is_over())
            });
            match outcome {
                Outcome::Contradiction if cut => return Found::Spent,
                Outcome::Contradiction => return Found::None,
                Outcome::Spent => return Found::Spent,
                Outcome::Satisfied => {}
            }
            if self.clock.is_over() {
                return Found::Spent;
            }
            let support = variables.support();
            let point = match self.make_up(&fixed, &support) {
                Made::Point(point) => point,
                Made::Empty(core) if core.is_empty() => return Found::None,
                Made::Empty(core) => {
                    let lemma = core.iter().map(|literal| variables.lit(literal.negated())).collect();
                    variables.solver.add(lemma);
                    continue;
                }
                Made::Spent(core) if core.is_empty() => return Found::Spent,
                // Other combinations may still have a request; that there is none can no longer be said.
                Made::Spent(core) => {
                    cut = true;
                    let lemma = core.iter().map(|literal| variables.lit(literal.negated())).collect();
                    variables.solver.add(lemma);
                    continue;
                }
            };
            let mut hit = false;
            for side in 0..2 {
                for statement in self.judge(side, &point).matched {
                    let place = (side, statement);
                    if !goal.avoids(&self.sides, place) {
                        continue;
                    }
                    hit = true;
                    // A statement that matches though its clause is satisfied: theory and evaluator disagree.
                    if !added.insert(place) {
                        return Found::Spent;
                    }
                    self.met.push(place);
                    let Some(cube) = self.cube(place) else { return Found::Spent };
                    let escapes: Vec<Literal> = cube.iter().map(|literal| literal.negated()).collect();
                    let escapes = escapes.into_iter().filter(|literal| !fixed.contains(&literal.negated()));
                    let clause = escapes.map(|literal| variables.lit(literal)).collect();
                    variables.clause(clause);
                }
            }
            if !hit {
                return Found::Point(point);
            }
        }
    }

    /// One of the statements matches.
    fn add_choice(&mut self, choice: &[Place], variables: &mut Variables) {
        let mut one = Vec::new();
        for place in choice {
            let Some(cube) = self.cube(*place) else { continue };
            if cube.is_empty() {
                return;
            }
            let picked = variables.choice();
            let literals = cube.to_vec();
            for literal in literals {
                let lit = variables.lit(literal);
                variables.clause(vec![picked.flipped(), lit]);
            }
            one.push(picked);
        }
        variables.clause(one);
    }

    /// A request in the fixed literals and the chosen ones.
    fn make_up(&mut self, fixed: &[Literal], chosen: &[Literal]) -> Made {
        let mut by_dimension: BTreeMap<u32, Vec<Literal>> =
            BTreeMap::from([(ACTION, Vec::new()), (RESOURCE, Vec::new())]);
        for literal in fixed.iter().chain(chosen) {
            by_dimension.entry(self.space.dimension(*literal)).or_default().push(*literal);
        }
        let mut values: Vec<Value> = self.space.plain();
        let clock = self.clock;
        for (dimension, mut literals) in by_dimension {
            literals.sort_unstable();
            literals.dedup();
            match &*self.space.solve(dimension, &literals, &clock) {
                Answer::Value(value) => {
                    if let Some(slot) = values.get_mut(dimension as usize) {
                        slot.clone_from(value);
                    }
                }
                Answer::Empty(core) => {
                    return Made::Empty(core.iter().filter(|literal| !fixed.contains(literal)).copied().collect());
                }
                Answer::Spent => {
                    return Made::Spent(literals.into_iter().filter(|literal| !fixed.contains(literal)).collect());
                }
            }
        }
        let mut values = values.into_iter();
        let mut text = || values.next().flatten().unwrap_or_default();
        let (action, resource) = (text(), text());
        Made::Point(Point { action, resource, keys: values.collect() })
    }
}

enum Made {
    Point(Point),
    /// These of the chosen literals contradict the fixed ones.
    Empty(Vec<Literal>),
    /// Whether these of the chosen literals can be met is open.
    Spent(Vec<Literal>),
}
