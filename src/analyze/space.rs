//! The request space: action, resource, and one dimension for each condition key; statements as conjunctions over it.
//!
//! INVARIANT (complements): a literal and its negation part the dimension, the absent key included. So the negation of a
//! statement is the disjunction of its literals' negations, whatever the assumptions say of absent keys and of values that
//! do not parse.

use std::collections::{BTreeMap, HashMap};
use std::rc::Rc;

use super::automaton::Found;
use super::budget::Clock;
use super::cells::Cells;
use super::text::{Answer, Atom, Kind, solve, solve_within};
use super::typed::{Region, regions};
use crate::evaluate::{LoneTest, Rules, typed_spellings};
use crate::policy::{Family, Operator, Scope, Statement, Test, operand};

/// A literal: a constraint, or its complement when the lowest bit is set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Literal(u32);

impl Literal {
    pub(super) fn negated(self) -> Self {
        Self(self.0 ^ 1)
    }

    fn constraint(self) -> u32 {
        self.0 >> 1
    }

    pub(super) fn is_positive(self) -> bool {
        self.0 & 1 == 0
    }

    /// The number of the constraint, and whether the literal is its complement.
    pub(super) fn parts(self) -> (u32, bool) {
        (self.constraint(), !self.is_positive())
    }
}

/// The dimension of actions.
pub(super) const ACTION: u32 = 0;
/// The dimension of resources.
pub(super) const RESOURCE: u32 = 1;
/// The dimension of the first key.
pub(super) const KEYS: u32 = 2;

/// What a constraint asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Ask {
    /// That the text is in an atom; on a key, `absent` tells whether the absent key is in.
    Text { atom: u32, absent: bool },
    /// That a test on a key is met.
    Test(u32),
}

/// How the values of a key are told apart.
#[derive(Debug)]
enum Values {
    /// Cells, all values told apart exactly.
    Cells(Cells),
    /// Any text, by patterns.
    Text,
    /// Patterns and typed tests on one key: the regions of typed values, and what is no value.
    Mixed(Vec<(Region, String)>),
    /// One value in every request.
    Pinned(String),
}

#[derive(Debug)]
struct Key {
    name: Box<str>,
    values: Values,
}

/// A value of a dimension; none is the absent key.
pub(super) type Value = Option<String>;

type Known = Answer<Value, Literal>;

/// The space of one comparison, grown as statements are looked at.
#[derive(Debug)]
pub(super) struct Space {
    pub(super) rules: Rules,
    keys: Vec<Key>,
    key_numbers: HashMap<Box<str>, u32>,
    tests: Vec<LoneTest>,
    /// For each test on patterns, its atom.
    test_numbers: HashMap<(u32, Operator, Vec<Box<str>>), u32>,
    atoms: Vec<Atom>,
    atom_numbers: HashMap<(u32, String), u32>,
    constraints: Vec<(u32, Ask)>,
    constraint_numbers: HashMap<(u32, Ask), u32>,
    memo: HashMap<Box<[Literal]>, Rc<Known>>,
}

/// So many answers are kept.
const REMEMBERED: usize = 400_000;

fn number(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}

/// The tests on one key, over all statements.
#[derive(Default)]
struct Tests {
    text: Vec<LoneTest>,
    typed: Vec<LoneTest>,
    /// The families of tests that are never met: values of their types can still stand in a request.
    broken: Vec<Family>,
}

impl Space {
    /// The space of these statements, with keys that have one value each.
    pub(super) fn new<'s>(
        statements: impl Iterator<Item = &'s Statement<'s>>,
        pinned: &[(&str, &str)],
        rules: Rules,
    ) -> Self {
        let mut by_key: BTreeMap<&str, Tests> = BTreeMap::new();
        let mut seen = std::collections::HashSet::new();
        for test in statements.flat_map(|statement| &statement.condition) {
            let tests = by_key.entry(&test.key.value).or_default();
            let values: Vec<&str> = test.values.iter().map(|value| &*value.value).collect();
            let compiled = LoneTest::new(test);
            if compiled.is_broken() {
                tests.broken.push(compiled.family());
            } else if seen.insert((&*test.key.value, test.operator.value, values)) {
                let is_text = test.operator.value.family() == Family::String;
                if is_text { tests.text.push(compiled) } else { tests.typed.push(compiled) }
            }
        }
        let key = |(name, tests): (&str, Tests)| {
            let pin = pinned.iter().find(|(key, _)| *key == name);
            let values = pin.map_or_else(|| values(&tests), |(_, value)| Values::Pinned((*value).to_owned()));
            Key { name: name.into(), values }
        };
        let keys: Vec<Key> = by_key.into_iter().map(key).collect();
        let key_numbers = keys.iter().zip(KEYS..).map(|(key, number)| (key.name.clone(), number)).collect();
        Self {
            rules,
            keys,
            key_numbers,
            tests: Vec::new(),
            test_numbers: HashMap::new(),
            atoms: Vec::new(),
            atom_numbers: HashMap::new(),
            constraints: Vec::new(),
            constraint_numbers: HashMap::new(),
            memo: HashMap::new(),
        }
    }

    /// The condition keys, sorted.
    pub(super) fn key_names(&self) -> impl Iterator<Item = &str> {
        self.keys.iter().map(|key| &*key.name)
    }

    /// The plainest value of every dimension: absent, where the key has no value of its own.
    pub(super) fn plain(&self) -> Vec<Value> {
        let keys = self.keys.iter().map(|key| match &key.values {
            Values::Pinned(value) => Some(value.clone()),
            Values::Cells(_) | Values::Text | Values::Mixed(_) => None,
        });
        [None, None].into_iter().chain(keys).collect()
    }

    /// Whether the key of that number has one value in every request.
    pub(super) fn is_pinned(&self, key: usize) -> bool {
        self.keys.get(key).is_some_and(|key| matches!(key.values, Values::Pinned(_)))
    }

    pub(super) fn dimension(&self, literal: Literal) -> u32 {
        self.constraints.get(literal.constraint() as usize).map_or(0, |(dimension, _)| *dimension)
    }

    /// Whether two positive literals on one dimension surely have no text in common.
    pub(super) fn are_apart(&self, one: Literal, other: Literal) -> bool {
        let atom = |literal: Literal| match self.ask(literal) {
            Some(Ask::Text { atom, .. }) => self.atoms.get(atom as usize),
            Some(Ask::Test(_)) | None => None,
        };
        atom(one).zip(atom(other)).is_some_and(|(one, other)| !one.meets(other))
    }

    /// A statement as a conjunction of literals, sorted; none when it never matches.
    pub(super) fn cube(&mut self, statement: &Statement<'_>) -> Option<Box<[Literal]>> {
        let mut literals = Vec::new();
        if let Some(action) = &statement.action {
            literals.extend(self.scope(ACTION, action));
        }
        if let Some(resource) = &statement.resource {
            if resource.except && !self.rules.not_resource {
                return None;
            }
            literals.extend(self.scope(RESOURCE, resource));
        }
        for test in &statement.condition {
            literals.push(self.test(test)?);
        }
        literals.sort_unstable();
        literals.dedup();
        Some(literals.into())
    }

    /// None when every text is in the scope.
    fn scope(&mut self, dimension: u32, scope: &Scope<'_>) -> Option<Literal> {
        let mut patterns: Vec<String> = scope
            .patterns
            .iter()
            .map(|text| if dimension == ACTION { text.value.to_ascii_lowercase() } else { text.value.to_string() })
            .collect();
        patterns.sort_unstable();
        patterns.dedup();
        if !scope.except && patterns.iter().any(|pattern| pattern == "*") {
            return None;
        }
        let rules = self.rules;
        let atom = self.atom(dimension, patterns.join("\n"), || {
            let patterns: Vec<&str> = patterns.iter().map(String::as_str).collect();
            if dimension == ACTION { Atom::action(&patterns) } else { Atom::resource(&patterns, rules) }
        });
        let positive = self.literal(dimension, Ask::Text { atom, absent: false });
        Some(if scope.except { positive.negated() } else { positive })
    }

    fn atom(&mut self, dimension: u32, name: String, make: impl FnOnce() -> Atom) -> u32 {
        let next = number(self.atoms.len());
        let atom = *self.atom_numbers.entry((dimension, name)).or_insert(next);
        if atom == next {
            self.atoms.push(make());
        }
        atom
    }

    fn literal(&mut self, dimension: u32, ask: Ask) -> Literal {
        let next = number(self.constraints.len());
        let found = *self.constraint_numbers.entry((dimension, ask)).or_insert(next);
        if found == next {
            self.constraints.push((dimension, ask));
        }
        Literal(found << 1)
    }

    /// None when the test is never met.
    fn test(&mut self, test: &Test<'_>) -> Option<Literal> {
        let dimension = *self.key_numbers.get(&*test.key.value)?;
        let mut values: Vec<Box<str>> = test.values.iter().map(|value| (&*value.value).into()).collect();
        values.sort_unstable();
        values.dedup();
        let next = number(self.tests.len());
        let found = *self.test_numbers.entry((dimension, test.operator.value, values)).or_insert(next);
        if found == next {
            self.tests.push(LoneTest::new(test));
        }
        let compiled = self.tests.get(found as usize)?;
        if compiled.is_broken() {
            return None;
        }
        let key = self.keys.get((dimension - KEYS) as usize)?;
        let patterns = compiled.patterns().filter(|_| !matches!(key.values, Values::Cells(_) | Values::Pinned(_)));
        let Some(mut patterns) = patterns else { return Some(self.literal(dimension, Ask::Test(found))) };
        let absent = compiled.met(None, self.rules);
        let negated = test.operator.value.is_negated();
        patterns.sort_unstable_by(|a, b| (&a.text, a.wild, a.ignore_case).cmp(&(&b.text, b.wild, b.ignore_case)));
        patterns.dedup();
        let atom = self.atom(dimension, format!("{patterns:?}"), || Atom::value(patterns));
        let positive = self.literal(dimension, Ask::Text { atom, absent: absent != negated });
        Some(if negated { positive.negated() } else { positive })
    }

    /// A value of the dimension in all of the literals, which are sorted and all on it.
    pub(super) fn solve(&mut self, dimension: u32, literals: &[Literal], clock: &Clock) -> Rc<Known> {
        if let Some(known) = self.memo.get(literals) {
            return Rc::clone(known);
        }
        let answer = Rc::new(match dimension {
            ACTION => self.solve_text(Kind::Action, literals, clock),
            RESOURCE => self.solve_text(Kind::Resource, literals, clock),
            _ => self.solve_key(dimension, literals, clock),
        });
        // What the budget cut short is not remembered: a larger budget may settle it.
        // And no literals name no dimension.
        if !matches!(*answer, Answer::Spent) && !literals.is_empty() {
            if self.memo.len() >= REMEMBERED {
                self.memo.clear();
            }
            self.memo.insert(literals.into(), Rc::clone(&answer));
        }
        answer
    }

    fn ask(&self, literal: Literal) -> Option<Ask> {
        self.constraints.get(literal.constraint() as usize).map(|(_, ask)| *ask)
    }

    fn solve_text(&self, kind: Kind, literals: &[Literal], clock: &Clock) -> Known {
        let (mut wanted, mut unwanted) = (Vec::new(), Vec::new());
        let mut outside = None;
        for (at, literal) in literals.iter().enumerate() {
            let Some(Ask::Text { atom, absent }) = self.ask(*literal) else { continue };
            if absent != literal.is_positive() {
                outside.get_or_insert(*literal);
            }
            if let Some(atom) = self.atoms.get(atom as usize) {
                if literal.is_positive() { wanted.push((at, atom)) } else { unwanted.push((at, atom)) }
            }
        }
        if kind == Kind::Value && outside.is_none() {
            return Answer::Value(None);
        }
        match solve(kind, &wanted, &unwanted, clock) {
            Answer::Value(text) => Answer::Value(Some(text)),
            Answer::Spent => Answer::Spent,
            Answer::Empty(core) => {
                let mut core: Vec<Literal> = core.into_iter().filter_map(|at| literals.get(at).copied()).collect();
                core.extend(outside.filter(|_| kind == Kind::Value));
                core.sort_unstable();
                core.dedup();
                Answer::Empty(core)
            }
        }
    }

    fn solve_key(&mut self, dimension: u32, literals: &[Literal], clock: &Clock) -> Known {
        let (text, typed): (Vec<Literal>, Vec<Literal>) =
            literals.iter().partition(|literal| matches!(self.ask(**literal), Some(Ask::Text { .. })));
        let at = (dimension - KEYS) as usize;
        match self.keys.get(at).map(|key| &key.values) {
            Some(Values::Text) => return self.solve_text(Kind::Value, literals, clock),
            Some(Values::Cells(_)) => return self.solve_cells(at, literals),
            Some(Values::Pinned(value)) => {
                let value = Some(value.clone());
                return match literals.iter().find(|literal| !self.holds(**literal, &value)) {
                    Some(unmet) => Answer::Empty(vec![*unmet]),
                    None => Answer::Value(value),
                };
            }
            Some(Values::Mixed(_)) => {}
            None => return Answer::Spent,
        }
        let answer = self.solve_mixed(at, &text, &typed, clock);
        if !matches!(answer, Answer::Empty(_)) {
            return answer;
        }
        // Leave out one after another what is not needed for the contradiction.
        let mut core = literals.to_vec();
        let mut next = 0;
        while next < core.len() && core.len() <= MOST_REASONS {
            let mut fewer = core.clone();
            fewer.remove(next);
            let (text, typed): (Vec<Literal>, Vec<Literal>) =
                fewer.iter().partition(|literal| matches!(self.ask(**literal), Some(Ask::Text { .. })));
            if matches!(self.solve_mixed(at, &text, &typed, clock), Answer::Empty(_)) {
                core = fewer;
            } else {
                next += 1;
            }
        }
        Answer::Empty(core)
    }

    /// A value for patterns and typed tests on one key; the reason of a contradiction is not looked for.
    fn solve_mixed(&self, at: usize, text: &[Literal], typed: &[Literal], clock: &Clock) -> Known {
        let all = || text.iter().chain(typed);
        let fits = |value: &Value| all().all(|literal| self.holds(*literal, value));
        if fits(&None) {
            return Answer::Value(None);
        }
        let Some(Values::Mixed(regions)) = self.keys.get(at).map(|key| &key.values) else { return Answer::Spent };
        let (mut wanted, mut unwanted) = (Vec::new(), Vec::new());
        for literal in text {
            let Some(Ask::Text { atom, .. }) = self.ask(*literal) else { continue };
            let Some(atom) = self.atoms.get(atom as usize) else { continue };
            if literal.is_positive() { wanted.push(atom) } else { unwanted.push(atom) }
        }
        let fits_text = |text: &str| fits(&Some(text.to_owned()));
        let whole = || Answer::Empty(all().copied().collect());
        if let Some(texts) = wanted.iter().find_map(|atom| atom.finite()) {
            let found = texts.iter().find(|text| fits_text(text)).cloned();
            return found.map_or_else(whole, |text| Answer::Value(Some(text)));
        }
        // One value stands for all of its region, as far as typed tests are asked.
        let own: Vec<&(Region, String)> = regions
            .iter()
            .filter(|(_, sample)| {
                let value = Some(sample.clone());
                typed.iter().all(|literal| self.holds(*literal, &value))
            })
            .collect();
        let samples = own.iter().map(|(_, sample)| sample.clone());
        let long = own.iter().filter_map(|(_, sample)| operand::address(sample)).filter(|address| address.v6);
        let long = long.flat_map(|address| {
            let groups = std::net::Ipv6Addr::from_bits(address.bits).segments();
            let full = groups.map(|group| format!("{group:04x}")).join(":");
            let quad = std::net::Ipv4Addr::from_bits(u32::try_from(address.bits & 0xFFFF_FFFF).unwrap_or_default());
            let front = groups.map(|group| format!("{group:x}")).get(..6).unwrap_or_default().join(":");
            let short = if address.bits >> 32 == 0 { format!("::{quad}") } else { format!("{front}:{quad}") };
            [address.spell().to_ascii_uppercase(), full.to_ascii_uppercase(), full, short]
        });
        let guesses = samples.chain(wanted.iter().flat_map(|atom| atom.samples())).chain(long);
        if let Some(text) = guesses.into_iter().find(|text| fits_text(text)) {
            return Answer::Value(Some(text));
        }
        let mut spent = false;
        for (region, _) in own {
            match solve_within(region, &wanted, &unwanted, fits_text, clock) {
                Found::Text(text) => return Answer::Value(Some(text)),
                Found::None => {}
                Found::Spent => spent = true,
            }
        }
        if spent { Answer::Spent } else { whole() }
    }

    fn solve_cells(&mut self, at: usize, literals: &[Literal]) -> Known {
        let number = |literal: &Literal| match self.constraints.get(literal.constraint() as usize) {
            Some((_, Ask::Test(test))) => Some((*test, literal.is_positive())),
            _ => None,
        };
        let signed: Vec<(u32, bool)> = literals.iter().filter_map(number).collect();
        let (tests, rules) = (&self.tests, self.rules);
        let cells = match self.keys.get_mut(at).map(|key| &mut key.values) {
            Some(Values::Cells(cells)) => cells,
            Some(Values::Text | Values::Mixed(_) | Values::Pinned(_)) | None => return Answer::Spent,
        };
        match cells.solve(&signed, |number| tests.get(number as usize), rules) {
            Answer::Value(value) => Answer::Value(value),
            Answer::Spent => Answer::Spent,
            Answer::Empty(core) => {
                let of =
                    |literal: &&Literal| signed.iter().zip(literals).any(|(s, l)| l == *literal && core.contains(s));
                Answer::Empty(literals.iter().filter(of).copied().collect())
            }
        }
    }

    /// The key that a literal is about, by number.
    pub(super) fn key_of(&self, literal: Literal) -> Option<usize> {
        self.dimension(literal).checked_sub(KEYS).map(|key| key as usize)
    }

    /// Whether an action in small letters, or a resource, meets a literal.
    pub(super) fn holds_text(&self, literal: Literal, text: &str) -> bool {
        let Some((_, Ask::Text { atom, .. })) = self.constraints.get(literal.constraint() as usize) else {
            return false;
        };
        self.atoms.get(*atom as usize).is_some_and(|atom| atom.holds(text)) == literal.is_positive()
    }

    /// Whether a value of a key meets a literal.
    pub(super) fn holds(&self, literal: Literal, value: &Value) -> bool {
        let Some((_, ask)) = self.constraints.get(literal.constraint() as usize) else { return false };
        let met = match (ask, value) {
            (Ask::Text { atom, .. }, Some(text)) => self.atoms.get(*atom as usize).is_some_and(|atom| atom.holds(text)),
            (Ask::Text { absent, .. }, None) => *absent,
            (Ask::Test(test), value) => {
                self.tests.get(*test as usize).is_some_and(|test| test.met(value.as_deref(), self.rules))
            }
        };
        met == literal.is_positive()
    }
}

/// A reason of so many literals at most is made smaller.
const MOST_REASONS: usize = 12;

/// So many spellings of one typed value are told apart; with more literals a key is mixed.
const MOST_SPELLINGS: usize = 64;

/// How the values of a key are told apart, by the tests on it.
fn values(tests: &Tests) -> Values {
    let patterns: Vec<_> = tests.text.iter().filter_map(LoneTest::patterns).flatten().collect();
    let plain = patterns.iter().all(|pattern| !pattern.wild && !pattern.ignore_case);
    if !plain && tests.typed.is_empty() {
        return Values::Text;
    }
    let mut texts: Vec<String> = if plain { patterns.iter().map(|p| p.text.to_string()).collect() } else { Vec::new() };
    texts.sort_unstable();
    texts.dedup();
    // Of a typed value one spelling more than there are literals that could be one: so one spelling is no literal.
    let families = [Family::Numeric, Family::Date, Family::Bool, Family::Ip];
    let is_typed = |text: &&String| families.iter().any(|family| operand::parses(*family, text));
    let literals = if tests.typed.is_empty() { 0 } else { texts.iter().filter(is_typed).count() };
    // One IPv6 address has many spellings, and a text test can tell them apart.
    let spelled_twice = !tests.text.is_empty() && tests.typed.iter().any(|test| test.family() == Family::Ip);
    if !plain || literals > MOST_SPELLINGS || spelled_twice {
        return Values::Mixed(regions(tests.typed.iter()));
    }
    if !tests.text.is_empty() {
        // A text that no operator mentions, and that is no value of any type.
        let other = ["x", "other", "another"].into_iter().find(|word| texts.iter().all(|text| text != word));
        let longest = texts.iter().map(String::len).max().unwrap_or(0);
        texts.push(other.map_or_else(|| "x".repeat(longest + 1), str::to_owned));
    }
    texts.extend(typed_spellings(tests.typed.iter(), literals));
    texts.extend(tests.broken.iter().flat_map(|family| of_family(*family)).map(|text| (*text).to_owned()));
    let mut seen = std::collections::HashSet::new();
    texts.retain(|text| seen.insert(text.clone()));
    Values::Cells(Cells::new(texts))
}

/// Values of a type, for keys of which only broken tests ask it.
fn of_family(family: Family) -> &'static [&'static str] {
    match family {
        Family::String => &["x"],
        Family::Numeric => &["1"],
        Family::Date => &["2026-01-01T00:00:00Z"],
        Family::Bool => &["true", "false"],
        Family::Ip => &["203.0.113.7", "2001:db8::1"],
    }
}
