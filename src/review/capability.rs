//! The matrix: principals by what they can do that only some should.

use std::collections::HashMap;

use super::administrator::Administrator;
use super::answer::Strength;
use super::oracle::{Oracle, can_assume};
use super::some::{Example, Found};
use crate::account::Principal;
use crate::analyze::Options;
use crate::catalog::Catalog;

/// That somebody has a capability.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cell {
    /// The id of the capability.
    pub capability: &'static str,
    /// How sure that is.
    pub strength: Strength,
    /// A request that shows it; none for `administrator`.
    pub example: Option<Example>,
}

/// A user or role with its capabilities; what is not listed it does not have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// Who.
    pub principal: Principal,
    /// In the order of the capabilities.
    pub cells: Vec<Cell>,
    /// Capabilities for which the budget ran out.
    pub undecided: Vec<&'static str>,
}

/// All users and roles with their capabilities.
pub(super) fn matrix(
    oracle: &Oracle<'_>,
    catalog: &Catalog,
    options: Options,
    administrators: &[(usize, Administrator)],
) -> Vec<Row> {
    let mut known: HashMap<(&str, &str, usize), Found> = HashMap::new();
    let mut ranks: HashMap<usize, Strength> = HashMap::new();
    ranks.extend(administrators.iter().map(|(at, administrator)| (*at, administrator.strength)));
    let mut rows = Vec::with_capacity(oracle.actors.len());
    for (at, actor) in oracle.actors.iter().enumerate() {
        let mut row = Row { principal: actor.principal.clone(), cells: Vec::new(), undecided: Vec::new() };
        if let Some(strength) = ranks.get(&at) {
            row.cells.push(Cell { capability: "administrator", strength: *strength, example: None });
        }
        for capability in catalog.capabilities() {
            let mut best: Option<(Strength, Example)> = None;
            let mut undecided = false;
            for (action, pattern) in capability.requests() {
                let table = oracle.table(action);
                if table.class(at).is_none_or(|class| class.silent) {
                    continue;
                }
                // Whom a role trusts is no matter of classes.
                let class = if can_assume(action) { at } else { table.class_of(at) };
                let found = known.entry((action, pattern, class)).or_insert_with(|| {
                    let pattern = pattern.replace("{account}", oracle.account);
                    oracle.some(at, action, &pattern, catalog, options)
                });
                match found {
                    Found::None => {}
                    Found::Undecided => undecided = true,
                    Found::Some(example) => {
                        let strength = example.answer.strength();
                        let better = |strength: &Strength| best.as_ref().is_none_or(|(known, _)| strength < known);
                        if let Some(strength) = strength.filter(better) {
                            best = Some((strength, example.clone()));
                        }
                    }
                }
                if best.as_ref().is_some_and(|(strength, _)| *strength == Strength::Certain) {
                    break;
                }
            }
            match best {
                Some((strength, example)) => {
                    row.cells.push(Cell { capability: capability.id, strength, example: Some(example) });
                }
                None if undecided => row.undecided.push(capability.id),
                None => {}
            }
        }
        rows.push(row);
    }
    rows
}
