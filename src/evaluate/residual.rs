//! What is left of a judgement when condition keys are unknown: the exact condition under which the request is allowed.
//!
//! The layers become one formula over the tests on unknown keys: every control level and the session policy an `any` of
//! Allow statements and an `all` of negated Deny statements, then the identity and the resource side as
//! [`super::layers`] combines them. It is made shorter only where the shorter one says the same for every value that a key
//! can have, so it is exact whatever could be simplified.

use std::collections::BTreeSet;

use super::context::{KeyState, View};
use super::decision::{Decision, Possible};
use super::engine::{Hit, Judgement, Scratch, absent};
use super::family::{self, Operands};
use super::layers::{Certainty, LayerKind};
use super::open::Unknown;
use super::rules::{Rules, Touched};
use super::set::{CompiledTest, PolicySet};
use crate::policy::{Effect, Operator};

/// A condition on keys of the request.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Residual {
    /// Whatever the keys are.
    Always,
    /// Never.
    Never,
    /// One test.
    Test(ResidualTest),
    /// All of these.
    All(Vec<Residual>),
    /// One of these.
    Any(Vec<Residual>),
}

/// A test on one key, to be met or to be missed.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ResidualTest {
    /// The operator as the policy spells it.
    pub operator: Operator,
    /// The key.
    pub key: Box<str>,
    /// The values of which one must fit.
    pub values: Vec<Box<str>>,
    /// Whether the test must be met, else missed.
    pub met: bool,
    /// Whether that is so when the request does not carry the key.
    pub absent: bool,
}

impl ResidualTest {
    fn holds(&self, state: KeyState<'_>, rules: Rules) -> Option<bool> {
        let operands = Operands::new(self.operator, self.values.iter().map(|value| &**value));
        let test = CompiledTest { key: 0, operator: self.operator, operands, spelled: Box::default() };
        let mut touched = Touched::default();
        let met = match state {
            _ if test.operands == Operands::Broken => false,
            KeyState::Known(values) => family::met(self.operator, &test.operands, values, rules, &mut touched),
            KeyState::Absent => absent(&test, &self.key, rules, &mut touched),
            KeyState::Unknown => return None,
        };
        Some(met == self.met)
    }
}

impl Residual {
    /// Whether it holds for what is known of a request; none when that hangs on an unknown key.
    pub fn holds(&self, view: View<'_>, rules: Rules) -> Option<bool> {
        match self {
            Self::Always => Some(true),
            Self::Never => Some(false),
            Self::Test(test) => test.holds(view.state(&test.key), rules),
            Self::All(parts) => some(parts.iter().map(|part| part.holds(view, rules)), false),
            Self::Any(parts) => some(parts.iter().map(|part| part.holds(view, rules)), true),
        }
    }

    /// The keys that it reads, sorted.
    pub fn keys(&self) -> BTreeSet<&str> {
        let mut keys = BTreeSet::new();
        let mut open = vec![self];
        while let Some(part) = open.pop() {
            match part {
                Self::Always | Self::Never => {}
                Self::Test(test) => {
                    keys.insert(&*test.key);
                }
                Self::All(parts) | Self::Any(parts) => open.extend(parts),
            }
        }
        keys
    }

    /// All of the conditions, each named once.
    pub fn all(parts: impl IntoIterator<Item = Self>) -> Self {
        let mut kept: Vec<Self> = Vec::new();
        for part in parts {
            match part {
                Self::Always => {}
                Self::Never => return Self::Never,
                Self::All(inner) => kept.extend(inner),
                Self::Test(_) | Self::Any(_) => kept.push(part),
            }
        }
        let mut seen = BTreeSet::new();
        kept.retain(|part| seen.insert(part.clone()));
        match kept.len() {
            0 => Self::Always,
            1 => kept.pop().unwrap_or(Self::Always),
            _ => Self::All(kept),
        }
    }
}

/// Three-valued `any` (for `true`) or `all` (for `false`).
fn some(parts: impl Iterator<Item = Option<bool>>, decisive: bool) -> Option<bool> {
    let mut open = false;
    for part in parts {
        match part {
            Some(value) if value == decisive => return Some(decisive),
            Some(_) => {}
            None => open = true,
        }
    }
    if open { None } else { Some(!decisive) }
}

/// A formula over the tests of a set.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Node {
    Const(bool),
    Test { test: u32, met: bool },
    All(Vec<Node>),
    Any(Vec<Node>),
}

/// Formulas with more tests are left as the layers spell them.
const MOST: usize = 160;
/// Steps of all comparisons for one request.
const STEPS: usize = 3_000_000;

impl PolicySet {
    /// The condition under which a request is allowed, behind [`PolicySet::judge_all`] of it with the same buffers; and whether
    /// it is as short as it can be made (it is exact in any case).
    pub fn residual(&self, view: View<'_>, rules: Rules, scratch: &Scratch, judgement: &Judgement) -> (Residual, bool) {
        if judgement.possible == Possible::of(Decision::Allow) {
            return (Residual::Always, true);
        }
        if !judgement.possible.contains(Decision::Allow) {
            return (Residual::Never, true);
        }
        let unknown = self.unknown(view, rules, scratch);
        let formula = flat(self.formula(view, rules, &scratch.hits));
        let mut simplifier = Simplifier { unknown: &unknown, left: STEPS };
        let formula = simplifier.simplify(formula);
        let exact = unknown.exact && judgement.exact && simplifier.left > 0;
        (self.spell(&formula, rules), exact)
    }

    /// What the layers say of the statements found (facts/ram-language.md 6.2); the same as `layers::combine`.
    fn formula(&self, view: View<'_>, rules: Rules, hits: &[Hit]) -> Node {
        let said = |layer: usize, effect: Effect| -> Vec<Node> {
            let speaks = hits.iter().filter(|hit| {
                let statement = self.statements.get(hit.statement as usize);
                statement.is_some_and(|s| s.layer as usize == layer && s.effect == effect)
            });
            speaks.map(|hit| self.tests_left(*hit, view)).collect()
        };
        let (mut identity, mut in_group, mut resource) = (None, None, None);
        let mut parts = Vec::new();
        for (at, layer) in self.layers.iter().enumerate() {
            let (allows, denies) = (Node::Any(said(at, Effect::Allow)), not(Node::Any(said(at, Effect::Deny))));
            match layer.kind {
                LayerKind::Control | LayerKind::Session => parts.extend([allows, denies]),
                LayerKind::Identity => identity = Some((allows, denies)),
                LayerKind::IdentityInGroup => in_group = Some((allows, denies)),
                LayerKind::Resource => resource = Some((allows, denies)),
            }
        }
        let nothing = || (Node::Const(false), Node::Const(true));
        let (allows, undenied) = identity.unwrap_or_else(nothing);
        let (group_allows, group_undenied) = in_group.unwrap_or_else(nothing);
        let granted = if rules.resource_group_deny_wins {
            parts.push(group_undenied.clone());
            Node::Any(vec![allows.clone(), group_allows])
        } else {
            Node::Any(vec![allows.clone(), Node::All(vec![group_allows, group_undenied.clone()])])
        };
        match resource {
            None => parts.push(granted),
            Some((resource_allows, resource_undenied)) => {
                if self.both_must_allow {
                    parts.extend([granted, resource_allows]);
                } else {
                    parts.push(Node::Any(vec![granted, resource_allows]));
                }
                // A Deny at resource-group level refuses only where the account level is silent.
                parts.push(Node::Any(vec![allows, group_undenied]));
                parts.push(resource_undenied);
            }
        }
        parts.push(undenied);
        Node::All(parts)
    }

    fn tests_left(&self, hit: Hit, view: View<'_>) -> Node {
        if hit.truth == Certainty::Surely {
            return Node::Const(true);
        }
        let Some(statement) = self.statements.get(hit.statement as usize) else { return Node::Const(false) };
        let unknown = |(_, test): &(u32, &CompiledTest)| view.state(self.key(test.key)) == KeyState::Unknown;
        Node::All(self.tests_of(statement).filter(unknown).map(|(test, _)| Node::Test { test, met: true }).collect())
    }

    fn spell(&self, node: &Node, rules: Rules) -> Residual {
        match node {
            Node::Const(true) => Residual::Always,
            Node::Const(false) => Residual::Never,
            Node::Test { test, met } => {
                let Some(compiled) = self.tests.get(*test as usize) else { return Residual::Never };
                let key = self.key(compiled.key);
                let absent = absent(compiled, key, rules, &mut Touched::default()) == *met;
                let values = compiled.spelled.to_vec();
                Residual::Test(ResidualTest { operator: compiled.operator, key: key.into(), values, met: *met, absent })
            }
            Node::All(parts) => Residual::All(self.joined(parts, rules, false)),
            Node::Any(parts) => Residual::Any(self.joined(parts, rules, true)),
        }
    }

    /// Parts in words of their own; tests of one operator on one key that say "one of these" are put together.
    fn joined(&self, parts: &[Node], rules: Rules, any: bool) -> Vec<Residual> {
        let mut all: Vec<Residual> = Vec::new();
        for part in parts {
            let spelled = self.spell(part, rules);
            if let Residual::Test(test) = &spelled {
                // `any` of "is a", "is b" is "is a or b", as `all` of "is not a", "is not b" is "is neither".
                let joins = (test.met != test.operator.is_negated()) == any && !rules.all_values;
                let like = |other: &&mut Residual| match other {
                    Residual::Test(other) => {
                        (other.operator, &other.key, other.met) == (test.operator, &test.key, test.met)
                    }
                    _ => false,
                };
                if let Some(Residual::Test(other)) = all.iter_mut().find(like).filter(|_| joins) {
                    other.values.extend(
                        test.values.iter().filter(|value| !other.values.contains(value)).cloned().collect::<Vec<_>>(),
                    );
                    continue;
                }
            }
            all.push(spelled);
        }
        all
    }
}

fn not(node: Node) -> Node {
    match node {
        Node::Const(value) => Node::Const(!value),
        Node::Test { test, met } => Node::Test { test, met: !met },
        Node::All(parts) => Node::Any(parts.into_iter().map(not).collect()),
        Node::Any(parts) => Node::All(parts.into_iter().map(not).collect()),
    }
}

/// Without constants inside, nested lists of one kind, and repeated parts.
fn flat(node: Node) -> Node {
    let (parts, any) = match node {
        Node::Const(_) | Node::Test { .. } => return node,
        Node::All(parts) => (parts, false),
        Node::Any(parts) => (parts, true),
    };
    let mut kept: Vec<Node> = Vec::new();
    for part in parts {
        let inner = match flat(part) {
            Node::Const(value) if value == any => return Node::Const(any),
            Node::Const(_) => continue,
            Node::All(inner) if !any => inner,
            Node::Any(inner) if any => inner,
            other => vec![other],
        };
        for part in inner {
            if !kept.contains(&part) {
                kept.push(part);
            }
        }
    }
    match kept.len() {
        0 => Node::Const(!any),
        1 => kept.pop().unwrap_or(Node::Const(!any)),
        _ if any => Node::Any(kept),
        _ => Node::All(kept),
    }
}

impl Node {
    fn size(&self) -> usize {
        match self {
            Self::Const(_) | Self::Test { .. } => 1,
            Self::All(parts) | Self::Any(parts) => parts.iter().map(Self::size).sum::<usize>() + 1,
        }
    }

    /// The formula without its part of that number, counted in the order in which they stand, parts before what is in them;
    /// none when there is no such part.
    fn without(&self, number: &mut usize) -> Option<Self> {
        let (Self::All(parts) | Self::Any(parts)) = self else { return None };
        for (at, part) in parts.iter().enumerate() {
            let changed = if *number == 0 {
                None
            } else {
                *number -= 1;
                match part.without(number) {
                    Some(part) => Some(part),
                    None => continue,
                }
            };
            let mut parts = parts.clone();
            match changed {
                Some(part) => {
                    if let Some(slot) = parts.get_mut(at) {
                        *slot = part;
                    }
                }
                None => {
                    parts.remove(at);
                }
            }
            return Some(if matches!(self, Self::All(_)) { Self::All(parts) } else { Self::Any(parts) });
        }
        None
    }

    /// What it comes to when some variables have a cell.
    fn value(&self, unknown: &Unknown, chosen: &[Option<usize>], first: &mut Option<usize>) -> Option<bool> {
        match self {
            Self::Const(value) => Some(*value),
            Self::Test { test, met } => {
                let (variable, place) = unknown.places.get(test).copied()?;
                let Some(cell) = chosen.get(variable).copied().flatten() else {
                    first.get_or_insert(variable);
                    return None;
                };
                let cell = unknown.variables.get(variable)?.1.get(cell)?;
                Some(cell.get(place).copied()? == *met)
            }
            Self::All(parts) => some(parts.iter().map(|part| part.value(unknown, chosen, first)), false),
            Self::Any(parts) => some(parts.iter().map(|part| part.value(unknown, chosen, first)), true),
        }
    }
}

struct Simplifier<'u> {
    unknown: &'u Unknown,
    left: usize,
}

impl Simplifier<'_> {
    fn simplify(&mut self, mut formula: Node) -> Node {
        for value in [false, true] {
            if self.same(&formula, &Node::Const(value)) {
                return Node::Const(value);
            }
        }
        if formula.size() > MOST {
            return formula;
        }
        // From the back: what a Deny adds stands there, and goes first where an Allow says it already.
        let mut number = formula.size();
        while number > 0 {
            number -= 1;
            let Some(shorter) = formula.without(&mut { number }).map(flat) else { continue };
            if self.same(&formula, &shorter) {
                formula = shorter;
                number = number.min(formula.size());
            }
        }
        formula
    }

    /// Whether two formulas certainly agree whatever the keys are.
    fn same(&mut self, one: &Node, other: &Node) -> bool {
        let mut chosen: Vec<Option<usize>> = vec![None; self.unknown.variables.len()];
        // The variables on the way, each with the next cell to be tried.
        let mut way: Vec<(usize, usize)> = Vec::new();
        let cost = one.size() + other.size();
        loop {
            let Some(left) = self.left.checked_sub(cost) else {
                self.left = 0;
                return false;
            };
            self.left = left;
            let mut first = None;
            let values = (one.value(self.unknown, &chosen, &mut first), other.value(self.unknown, &chosen, &mut first));
            match (values, first) {
                ((Some(a), Some(b)), _) if a != b => return false,
                ((Some(_), Some(_)), _) | (_, None) => {}
                (_, Some(variable)) => way.push((variable, 0)),
            }
            loop {
                let Some((variable, next)) = way.last_mut() else { return true };
                let cells = self.unknown.variables.get(*variable).map_or(0, |(_, cells)| cells.len());
                let Some(slot) = chosen.get_mut(*variable) else { return false };
                if *next < cells {
                    *slot = Some(*next);
                    *next += 1;
                    break;
                }
                *slot = None;
                way.pop();
            }
        }
    }
}
