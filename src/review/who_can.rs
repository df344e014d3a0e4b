//! Who may do something: every user and role of the account, with the statements that decide and the exact condition.

use std::rc::Rc;

use super::answer::{Answer, Strength};
use super::oracle::{Oracle, Settings, With, can_assume, is_pattern};
use super::some::{Example, Found};
use crate::account::{Bindings, Principal};
use crate::analyze::Options;
use crate::catalog::Catalog;

/// The question.
#[derive(Debug, Clone)]
pub struct Question<'q> {
    /// An action, or a pattern of actions.
    pub action: &'q str,
    /// Resources, all of which the call needs; one may be a pattern; none is "some resource".
    pub resources: &'q [String],
}

impl Question<'_> {
    /// Whether it asks for some request of many, and not for one.
    pub fn is_open(&self) -> bool {
        let some = self.resources.iter().any(|resource| resource != "*" && is_pattern(resource));
        is_pattern(self.action) || self.resources.is_empty() || some
    }
}

/// Somebody who may.
#[derive(Debug, Clone)]
pub struct Able {
    /// Who.
    pub principal: Principal,
    /// How sure that is.
    pub strength: Strength,
    /// Resource by resource; for an open question the request that shows it.
    pub answers: Vec<(String, Rc<Answer>)>,
    /// The request that shows it, for an open question.
    pub example: Option<Example>,
}

/// The answer.
#[derive(Debug, Clone, Default)]
pub struct Ables {
    /// Who may, users before roles, by name.
    pub able: Vec<Able>,
    /// How many users and roles were asked about.
    pub asked: usize,
    /// Those for whom the budget ran out.
    pub undecided: Vec<Principal>,
    /// Whether the account's root user may: nothing binds it but a policy of the resource.
    pub root: bool,
}

/// Asks about every user and role of the account.
pub fn who_can(bindings: &Bindings, settings: Settings<'_>, question: &Question<'_>, options: Options) -> Ables {
    let oracle = Oracle::new(bindings, settings, &[question.action]);
    let catalog = Catalog::new();
    let mut ables = Ables { asked: oracle.actors.len(), root: bindings.given.resource.is_empty(), ..Ables::default() };
    let mut known: std::collections::HashMap<usize, Found> = std::collections::HashMap::new();
    for (at, actor) in oracle.actors.iter().enumerate() {
        let principal = actor.principal.clone();
        if question.is_open() {
            // Whom a role trusts is no matter of classes.
            let alone = can_assume(question.action);
            let class = if alone { at } else { oracle.table(question.action).class_of(at) };
            let pattern = question.resources.first().map_or("*", String::as_str);
            let found =
                known.entry(class).or_insert_with(|| oracle.some(at, question.action, pattern, &catalog, options));
            match found {
                Found::None => {}
                Found::Undecided => ables.undecided.push(principal),
                Found::Some(example) => {
                    let Some(strength) = example.answer.strength() else { continue };
                    let answers = vec![(example.resource.clone(), Rc::clone(&example.answer))];
                    ables.able.push(Able { principal, strength, answers, example: Some(example.clone()) });
                }
            }
            continue;
        }
        let mut answers = Vec::new();
        let mut weakest = Some(Strength::Certain);
        for resource in question.resources {
            let shared = oracle.is_shared(at, question.action, resource);
            let answer = if shared {
                oracle.ask(at, question.action, resource, With::Plain)
            } else {
                oracle.ask_whole(at, question.action, resource, With::Plain)
            };
            weakest = weakest.zip(answer.strength()).map(|(one, other)| one.max(other));
            if weakest.is_none() {
                break;
            }
            answers.push((resource.clone(), answer));
        }
        if let Some(strength) = weakest {
            ables.able.push(Able { principal, strength, answers, example: None });
        }
    }
    ables
}
