//! Control-policy levels and grants at resource-group level against brute force: every point of a small universe.

use std::collections::BTreeSet;

use ramspect::analyze::{Side, Witnesses, compare};
use ramspect::evaluate::{Decision, StatementId};
use ramspect::policy::{Policy, PolicyKind, lower};
use serde_json::{Value, json};

use super::brute::{choices, pairs};
use super::options;
use super::universe::{Family, Key, Table, every_point, families, policy};
use crate::reference::assumptions::Choices;
use crate::support::random::Random;

const GROUP: &str = "acs:ResourceGroupId";

/// One side: levels, account level, resource groups; each a policy.
#[derive(Debug, Clone)]
struct Layers {
    levels: Vec<Value>,
    account: Value,
    in_groups: Option<Value>,
}

impl Layers {
    fn documents(&self) -> impl Iterator<Item = &Value> {
        self.levels.iter().chain([&self.account]).chain(&self.in_groups)
    }
}

/// A policy whose statements count for resources of one group.
fn grouped(mut policy: Value) -> Value {
    for statement in policy["Statement"].as_array_mut().unwrap() {
        let condition = statement.as_object_mut().unwrap().entry("Condition").or_insert(json!({}));
        let equals = condition.as_object_mut().unwrap().entry("StringEquals").or_insert(json!({}));
        equals.as_object_mut().unwrap().insert(GROUP.into(), json!(["rg-1"]));
    }
    policy
}

fn layers(random: &mut Random, family: &Family) -> Layers {
    let levels = (0..random.below(3)).map(|_| policy(random, family, 3)).collect();
    let account = policy(random, family, 3);
    let in_groups = random.one_in(2).then(|| grouped(policy(random, family, 3)));
    Layers { levels, account, in_groups }
}

fn mutated(random: &mut Random, family: &Family, layers: &Layers) -> Layers {
    let mut layers = layers.clone();
    match random.below(4) {
        0 if !layers.levels.is_empty() => {
            let at = random.below(layers.levels.len());
            layers.levels[at] = policy(random, family, 3);
        }
        1 => layers.levels.insert(0, policy(random, family, 3)),
        2 => layers.in_groups = Some(grouped(policy(random, family, 3))),
        _ => layers.account = policy(random, family, 3),
    }
    layers
}

/// The tables of a side's parts, and the number of the first statement of each.
struct Parts {
    tables: Vec<(Table, usize)>,
    levels: usize,
    deny_wins: bool,
}

/// What a side says to a point.
struct Said {
    allowed: bool,
    /// Statements that grant it.
    grants: Vec<usize>,
    /// Deny statements that refuse it by themselves.
    denies: Vec<usize>,
    /// A level of which nothing matches.
    silent: bool,
}

impl Parts {
    fn new(family: &Family, layers: &Layers, choices: &Choices) -> Self {
        let mut first = 0;
        let tables = layers.documents().map(|document| {
            let table = Table::new(family, document, choices);
            let at = first;
            first += table.statements.len();
            (table, at)
        });
        let tables = tables.collect();
        Self { tables, levels: layers.levels.len(), deny_wins: choices.is("resource-group-deny", "deny-wins") }
    }

    fn said(&self, matched: impl Fn(&Table) -> Vec<usize>) -> Said {
        let parts: Vec<(Vec<usize>, Vec<usize>)> = self
            .tables
            .iter()
            .map(|(table, first)| {
                let (denies, allows): (Vec<usize>, Vec<usize>) =
                    matched(table).into_iter().partition(|at| table.denies(*at));
                let global = |list: Vec<usize>| list.into_iter().map(|at| at + first).collect();
                (global(allows), global(denies))
            })
            .collect();
        let (levels, rest) = parts.split_at(self.levels);
        let (allows, denies) = &rest[0];
        let nothing = (Vec::new(), Vec::new());
        let (group_allows, group_denies) = rest.get(1).unwrap_or(&nothing);
        let quiet = allows.is_empty() && denies.is_empty();
        let in_group = quiet || self.deny_wins;
        let chain = levels.iter().all(|(allows, denies)| !allows.is_empty() && denies.is_empty());
        let identity = denies.is_empty()
            && (group_denies.is_empty() || !self.deny_wins)
            && (!allows.is_empty() || !group_allows.is_empty() && group_denies.is_empty());
        let mut grants = allows.clone();
        if group_denies.is_empty() {
            grants.extend(group_allows);
        }
        let mut refusing: Vec<usize> = levels.iter().flat_map(|(_, denies)| denies).chain(denies).copied().collect();
        if in_group {
            refusing.extend(group_denies);
        }
        let silent = levels.iter().any(|(allows, denies)| allows.is_empty() && denies.is_empty())
            || quiet && group_allows.is_empty() && group_denies.is_empty();
        Said { allowed: chain && identity, grants, denies: refusing, silent }
    }
}

fn check_witnesses(list: &Witnesses, sides: [&Parts; 2], more: usize, choices: &Choices) {
    for witness in &list.found {
        for (at, parts) in sides.into_iter().enumerate() {
            let said = parts.said(|table| {
                let value = |key: &str| {
                    let (_, value) = witness.context.iter().find(|(name, _)| name == key).unwrap();
                    value.clone().map(|value| [value])
                };
                let matches = |at: &usize| {
                    let statement = &table.statements[*at];
                    statement.action_matches(&witness.action)
                        && statement.resource_matches(&witness.resource, choices)
                        && statement
                            .tests
                            .iter()
                            .all(|test| test.met(value(&test.key).as_ref().map(<[String; 1]>::as_slice), choices))
                };
                (0..table.statements.len()).filter(matches).collect()
            });
            let decision = if at == 0 { witness.first } else { witness.second };
            assert_eq!(said.allowed, at == more, "{witness:?}");
            assert_eq!(decision == Decision::Allow, said.allowed, "{witness:?}");
        }
    }
}

fn numbers(list: &Witnesses, more: usize) -> BTreeSet<(Option<usize>, usize)> {
    let number = |id: Option<StatementId>| id.map(|id| id.0 as usize);
    let pairs = list.found.iter().map(|witness| (witness.first_by, witness.second_by)).chain(list.open.iter().copied());
    pairs
        .map(|(first, second)| {
            let [less, own] = if more == 1 { [first, second] } else { [second, first] };
            (number(less), number(own).unwrap())
        })
        .collect()
}

fn side<'p>(layers: &Layers, policies: &'p [Policy<'p>]) -> Side<'p> {
    let (levels, rest) = policies.split_at(layers.levels.len());
    Side::layered(levels.iter().map(|level| ("level", [level])), [&rest[0]], rest.get(1))
}

#[test]
fn layers_agree_with_brute_force() {
    let mut random = Random::new(11);
    let names = ["equals", "like", "ip", "bool", "actions"];
    let (mut open, mut equivalent, mut total) = (0, 0, 0);
    for family in families().into_iter().filter(|family| names.contains(&family.name)) {
        let mut whole = family.clone();
        let groups = vec!["rg-1".to_owned(), "rg-2".to_owned()];
        whole.keys.push(Key { name: GROUP, operators: Vec::new(), operands: Vec::new(), values: groups });
        for _ in 0..pairs() / 2 {
            let mut choices = choices(&mut random);
            if random.one_in(3) {
                choices = choices.with("resource-group-deny", "deny-wins");
            }
            let old = layers(&mut random, &family);
            let new = if random.one_in(2) { mutated(&mut random, &family, &old) } else { layers(&mut random, &family) };
            let lowered = |layers: &Layers| -> Vec<String> { layers.documents().map(ToString::to_string).collect() };
            let texts = [lowered(&old), lowered(&new)];
            let policies = texts.each_ref().map(|texts| {
                texts.iter().map(|text| lower(text, PolicyKind::Identity).policy).collect::<Vec<Policy<'_>>>()
            });
            let comparison = compare(&side(&old, &policies[0]), &side(&new, &policies[1]), options(&choices));
            let parts = [Parts::new(&whole, &old, &choices), Parts::new(&whole, &new, &choices)];
            for (more, list) in [(1, &comparison.new_access), (0, &comparison.lost_access)] {
                check_witnesses(list, [&parts[0], &parts[1]], more, &choices);
                let known = numbers(list, more);
                every_point(&whole, |action, resource, values| {
                    let said = |parts: &Parts| parts.said(|table| table.matched(action, resource, values));
                    let (own, other) = (said(&parts[more]), said(&parts[1 - more]));
                    if own.allowed && !other.allowed {
                        for grant in &own.grants {
                            let reasons = other.denies.iter().map(|deny| Some(*deny));
                            for reason in reasons.chain(other.silent.then_some(None)) {
                                assert!(
                                    known.contains(&(reason, *grant)),
                                    "{}: missed {:?}\nold {old:?}\nnew {new:?}\n{:?}\n{comparison:#?}",
                                    family.name,
                                    (reason, grant),
                                    choices.arguments()
                                );
                            }
                        }
                    }
                });
            }
            total += 1;
            open += usize::from(!comparison.exact);
            equivalent += usize::from(comparison.relation == ramspect::analyze::Relation::Equivalent);
        }
    }
    println!("layers: {total} pairs, {equivalent} equivalent, {open} not exact");
    assert!(open * 100 <= total, "{open} of {total}");
}
