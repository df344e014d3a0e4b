//! What is about one action: the statements that name it, and the principals by these statements.

use std::cell::{OnceCell, RefCell};
use std::collections::HashMap;
use std::rc::Rc;

use rustc_hash::FxHashMap;

use super::{Answers, Key, Oracle, PRINCIPAL, cell, is_pattern};
use crate::account::{Binder, Binding, DocumentId};
use crate::evaluate::LayerKind;
use crate::pattern::{Wildcard, intersect};
use crate::policy::{Effect, Statement};
use crate::review::answer::Answer;

/// The statements of one policy that a question is about.
#[derive(Debug, Clone, Default)]
pub(super) struct Relevant {
    statements: Vec<usize>,
    allows: bool,
    reads_principal: bool,
}

/// Principals whom the same statements bind.
#[derive(Debug)]
pub(in super::super) struct Class {
    /// One of them.
    pub(in super::super) first: usize,
    pub(in super::super) members: Vec<usize>,
    /// No statement allows it.
    pub(in super::super) silent: bool,
    pub(super) binding: OnceCell<Rc<Binding>>,
    pub(super) answers: Answers,
    /// The resource patterns of the statements that allow it, by number, sorted.
    pub(super) allows: Vec<u32>,
    /// Some of these statements is about resources that no listed pattern covers.
    pub(super) anywhere: bool,
}

/// Everything about one action, or one pattern of actions.
#[derive(Debug)]
pub(in super::super) struct Table {
    pub(super) relevant: Vec<Relevant>,
    class_of: Vec<usize>,
    pub(in super::super) classes: Vec<Class>,
    /// Its targets are told apart by their patterns.
    pub(super) listed: bool,
    /// The classes whose Allow statements list a pattern.
    by_pattern: FxHashMap<u32, Vec<usize>>,
    /// The classes that allow it on what no listed pattern covers.
    anywhere: Vec<usize>,
    pub(super) answers: RefCell<FxHashMap<Key, Rc<Answer>>>,
}

impl Table {
    pub(in super::super) fn class_of(&self, actor: usize) -> usize {
        self.class_of.get(actor).copied().unwrap_or_default()
    }

    pub(in super::super) fn class(&self, actor: usize) -> Option<&Class> {
        self.classes.get(self.class_of(actor))
    }

    /// Whether a statement is about the question.
    pub(in super::super) fn wants(&self, policy: DocumentId, statement: usize) -> bool {
        self.relevant.get(policy.0).is_some_and(|relevant| relevant.statements.binary_search(&statement).is_ok())
    }

    /// The statements of a policy that are about the question.
    pub(in super::super) fn statements(&self, policy: DocumentId) -> &[usize] {
        self.relevant.get(policy.0).map_or(&[], |relevant| &relevant.statements)
    }
}

/// The patterns of one side of a statement, ready to be matched.
#[derive(Debug)]
pub(super) struct Side {
    except: bool,
    patterns: Vec<Wildcard>,
}

pub(super) fn action_side(statement: &Statement<'_>) -> Side {
    let scope = statement.action.as_ref();
    let patterns = scope.into_iter().flat_map(|scope| &scope.patterns);
    Side {
        except: scope.is_some_and(|scope| scope.except),
        patterns: patterns.map(|text| Wildcard::new(&text.value.to_ascii_lowercase())).collect(),
    }
}

impl Side {
    /// Whether it can be about an action, or about one of a pattern.
    pub(super) fn meets(&self, action: &str) -> bool {
        if !is_pattern(action) {
            return self.patterns.iter().any(|pattern| pattern.matches(action)) != self.except;
        }
        self.except || self.patterns.iter().any(|pattern| intersect(&cell(pattern.as_str(), true), &cell(action, true)))
    }
}

impl<'a> Oracle<'a> {
    /// The statements about an action, which may be a pattern, and the principals by them.
    pub(in super::super) fn table(&self, action: &str) -> Rc<Table> {
        if let Some(known) = self.tables.borrow().get(action) {
            return Rc::clone(known);
        }
        let lower = action.to_ascii_lowercase();
        let known = self.tables.borrow().get(&*lower).map(Rc::clone);
        let table = known.unwrap_or_else(|| Rc::new(self.make_table(&lower)));
        let mut tables = self.tables.borrow_mut();
        tables.insert(lower.into(), Rc::clone(&table));
        // Under the spelling of who asks too: he will ask again.
        tables.insert(action.into(), Rc::clone(&table));
        table
    }

    fn make_table(&self, action: &str) -> Table {
        let policies = self.bindings.documents.policies();
        let relevant: Vec<Relevant> = policies
            .iter()
            .zip(&self.actions)
            .map(|(named, sides)| {
                let mut relevant = Relevant::default();
                for (at, (statement, side)) in named.policy.statements.iter().zip(sides).enumerate() {
                    if side.meets(action) {
                        relevant.statements.push(at);
                        relevant.allows |=
                            statement.effect.as_ref().is_some_and(|effect| effect.value == Effect::Allow);
                        relevant.reads_principal |= statement.condition.iter().any(|test| test.key.value == PRINCIPAL);
                    }
                }
                relevant
            })
            .collect();
        let mut numbers: HashMap<(bool, Vec<&Binder<'a>>, Option<usize>), usize> = HashMap::new();
        let mut classes: Vec<Class> = Vec::new();
        let mut class_of = Vec::with_capacity(self.actors.len());
        for (at, actor) in self.actors.iter().enumerate() {
            let of = |binder: &&Binder<'a>| relevant.get(binder.policy.0).filter(|found| !found.statements.is_empty());
            let binders: Vec<&Binder<'a>> = actor.binders.iter().filter(|binder| of(binder).is_some()).collect();
            let is_identity = |kind| matches!(kind, LayerKind::Identity | LayerKind::IdentityInGroup);
            let allows =
                |binder: &&Binder<'a>| is_identity(binder.kind) && of(binder).is_some_and(|found| found.allows);
            let silent = !binders.iter().any(allows);
            let alone = !silent && binders.iter().any(|binder| of(binder).is_some_and(|found| found.reads_principal));
            // Who is allowed nothing is like everybody else who is.
            let key = if silent {
                (true, Vec::new(), None)
            } else {
                (actor.caller.is_exempt(), binders, alone.then_some(at))
            };
            let number = *numbers.entry(key).or_insert(classes.len());
            if number == classes.len() {
                let binders = actor.binders.iter().filter(|binder| !silent && is_identity(binder.kind));
                let (allows, anywhere) = self.allows(binders, &relevant);
                let (members, binding, answers) = (Vec::new(), OnceCell::new(), RefCell::default());
                classes.push(Class { first: at, members, silent, allows, anywhere, binding, answers });
            }
            if let Some(class) = classes.get_mut(number) {
                class.members.push(at);
            }
            class_of.push(number);
        }
        let listed = self.listed.contains(action);
        let mut by_pattern: FxHashMap<u32, Vec<usize>> = HashMap::default();
        let mut anywhere = Vec::new();
        for (number, class) in classes.iter().enumerate().filter(|(_, class)| !class.silent) {
            if class.anywhere || !listed {
                anywhere.push(number);
            }
            for pattern in &class.allows {
                by_pattern.entry(*pattern).or_default().push(number);
            }
        }
        Table { relevant, class_of, classes, listed, by_pattern, anywhere, answers: RefCell::default() }
    }

    /// The resource patterns of the Allow statements that are about the question; and whether one is about other resources.
    fn allows<'b>(&self, binders: impl Iterator<Item = &'b Binder<'b>>, relevant: &[Relevant]) -> (Vec<u32>, bool) {
        let mut allows = Vec::new();
        // A policy of the resource may allow what no identity policy does.
        let mut anywhere = !self.bindings.given.resource.is_empty();
        for binder in binders {
            let Some(named) = self.bindings.documents.policy(binder.policy) else { continue };
            let listed = relevant.get(binder.policy.0).into_iter().flat_map(|relevant| &relevant.statements);
            for statement in listed.filter_map(|at| named.policy.statements.get(*at)) {
                if statement.effect.as_ref().is_some_and(|effect| effect.value == Effect::Deny) {
                    continue;
                }
                let Some(scope) = statement.resource.as_ref().filter(|scope| !scope.except) else {
                    anywhere = true;
                    continue;
                };
                for pattern in &scope.patterns {
                    match self.pattern_numbers.get(&*pattern.value) {
                        Some(number) => allows.push(*number),
                        None => anywhere = true,
                    }
                }
            }
        }
        allows.sort_unstable();
        allows.dedup();
        (allows, anywhere)
    }

    /// The classes of a table of which some Allow statement can be about a target, in order.
    pub(in super::super) fn classes_about(&self, table: &Table, target: u32) -> Vec<usize> {
        let covering = self.covering(target);
        let listed = covering.iter().filter_map(|pattern| table.by_pattern.get(pattern)).flatten();
        let mut classes: Vec<usize> = table.anywhere.iter().chain(listed).copied().collect();
        classes.sort_unstable();
        classes.dedup();
        classes
    }
}
