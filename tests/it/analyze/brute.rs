//! Random pairs of every family: what brute force finds, the comparison must know; what it claims, the reference confirms.

use std::collections::BTreeSet;

use ramspect::analyze::{Budget, Comparison, Options, Pair, Relation, Witness, Witnesses, compare};
use ramspect::evaluate::{Decision, StatementId};
use serde_json::Value;

use super::universe::{Family, Table, every_point, families, mutated, policy};
use super::{options, with_sides};
use crate::reference::assumptions::Choices;
use crate::reference::policy::Effect;
use crate::reference::values;
use crate::support::random::Random;

/// Pairs of each family; `RAMSPECT_PAIRS` asks for more.
pub fn pairs() -> usize {
    std::env::var("RAMSPECT_PAIRS").ok().and_then(|text| text.parse().ok()).unwrap_or(1200)
}

pub fn choices(random: &mut Random) -> Choices {
    let mut choices = Choices::default();
    if random.one_in(2) {
        for (id, choice) in [
            ("absent-negated", "unmet"),
            ("absent-oss-key", "empty-string"),
            ("arn-case", "sensitive"),
            ("arn-case", "insensitive"),
            ("ram-empty-region", "literal"),
            ("ip-border", "exclusive"),
            ("not-resource", "never-matches"),
        ] {
            if random.one_in(4) {
                choices = choices.with(id, choice);
            }
        }
    }
    choices
}

/// The pairs of statements that brute force shows to be reasons why `more` allows what `less` does not.
fn reasons(family: &Family, less: &Table, more: &Table) -> BTreeSet<(Option<usize>, usize)> {
    let mut found = BTreeSet::new();
    every_point(family, |action, resource, values| {
        let allowing = more.matched(action, resource, values);
        if !more.allows(&allowing) {
            return;
        }
        let other = less.matched(action, resource, values);
        if less.allows(&other) {
            return;
        }
        let denies: Vec<usize> = other.into_iter().filter(|at| less.denies(*at)).collect();
        for allow in allowing {
            if denies.is_empty() {
                found.insert((None, allow));
            }
            found.extend(denies.iter().map(|deny| (Some(*deny), allow)));
        }
    });
    found
}

/// What the reference says to a witness.
fn judged(table: &Table, witness: &Witness, choices: &Choices) -> (Decision, BTreeSet<usize>) {
    let value = |key: &str| {
        let (_, value) =
            witness.context.iter().find(|(name, _)| name == key).expect("all keys are in the context or absent");
        value.clone().map(|value| [value])
    };
    let matches: BTreeSet<usize> = table
        .statements
        .iter()
        .enumerate()
        .filter(|(_, statement)| {
            statement.action_matches(&witness.action)
                && statement.resource_matches(&witness.resource, choices)
                && statement
                    .tests
                    .iter()
                    .all(|test| test.met(value(&test.key).as_ref().map(<[String; 1]>::as_slice), choices))
        })
        .map(|(at, _)| at)
        .collect();
    let has = |effect| matches.iter().any(|at| table.statements[*at].effect == effect);
    let decision = match (has(Effect::Deny), has(Effect::Allow)) {
        (true, _) => Decision::ExplicitDeny,
        (false, true) => Decision::Allow,
        (false, false) => Decision::ImplicitDeny,
    };
    (decision, matches)
}

fn check_witnesses(list: &Witnesses, tables: [&Table; 2], more: usize, choices: &Choices) {
    let mut seen: BTreeSet<Pair> = BTreeSet::new();
    for witness in &list.found {
        assert!(seen.insert((witness.first_by, witness.second_by)), "one for each pair: {witness:?}");
        assert!(witness.action.contains(':'), "{witness:?}");
        assert!(witness.resource == "*" || witness.resource.matches(':').count() >= 4, "{witness:?}");
        for (at, (said, by)) in
            [(witness.first, witness.first_by), (witness.second, witness.second_by)].into_iter().enumerate()
        {
            // The reference knows the service `ram` in small letters only.
            if choices.is("arn-case", "sensitive")
                && witness.resource.to_lowercase().starts_with("acs:ram:")
                && !witness.resource.starts_with("acs:ram:")
            {
                continue;
            }
            let (decision, matches) = judged(tables[at], witness, choices);
            assert_eq!(decision, said, "{witness:?}");
            assert_eq!(decision == Decision::Allow, at == more, "{witness:?}");
            assert!(by.is_none_or(|StatementId(by)| matches.contains(&(by as usize))), "{witness:?}");
            assert_eq!(by.is_none(), decision == Decision::ImplicitDeny, "{witness:?}");
        }
    }
}

fn known(list: &Witnesses, more: usize) -> BTreeSet<(Option<usize>, usize)> {
    let number = |id: Option<StatementId>| id.map(|id| id.0 as usize);
    let pairs = list.found.iter().map(|witness| (witness.first_by, witness.second_by)).chain(list.open.iter().copied());
    pairs
        .map(|(first, second)| {
            if more == 1 { (number(first), number(second).unwrap()) } else { (number(second), number(first).unwrap()) }
        })
        .collect()
}

/// The family with the values that contract 7 gives the keys: those of the type of the operators that test them.
fn typed(family: &Family, documents: [&Value; 2]) -> Family {
    let mut family = family.clone();
    let tests: Vec<(String, String)> = documents
        .into_iter()
        .flat_map(|document| document["Statement"].as_array().unwrap())
        .filter_map(|statement| statement.get("Condition"))
        .flat_map(|condition| condition.as_object().unwrap())
        .flat_map(|(operator, block)| block.as_object().unwrap().keys().map(move |key| (key.clone(), operator.clone())))
        .collect();
    for key in &mut family.keys {
        let operators: Vec<&str> =
            tests.iter().filter(|(name, _)| name == key.name).map(|(_, operator)| operator.as_str()).collect();
        let is_of = |operator: &str, text: &str| match operator {
            name if name.starts_with("String") => true,
            name if name.starts_with("Numeric") => values::decimal(text).is_some(),
            name if name.starts_with("Date") => values::instant(text).is_some(),
            "Bool" => values::boolean(text).is_some(),
            _ => values::address(text).is_some(),
        };
        key.values.retain(|text| operators.is_empty() || operators.iter().any(|operator| is_of(operator, text)));
    }
    family
}

fn check(family: &Family, old: &Value, new: &Value, choices: &Choices, options: Options) -> Comparison {
    let family = &typed(family, [old, new]);
    let comparison = with_sides(&[old, new], |sides| compare(&sides[0], &sides[1], options));
    let tables = [Table::new(family, old, choices), Table::new(family, new, choices)];
    let shown = || format!("{}\nold {old}\nnew {new}\n{:?}\n{comparison:#?}", family.name, choices.arguments());
    for (more, list) in [(1, &comparison.new_access), (0, &comparison.lost_access)] {
        check_witnesses(list, [&tables[0], &tables[1]], more, choices);
        let found = reasons(family, &tables[1 - more], &tables[more]);
        let known = known(list, more);
        assert!(found.is_subset(&known), "missed {:?}\n{}", found.difference(&known), shown());
    }
    let (new_access, lost_access) = (&comparison.new_access, &comparison.lost_access);
    let expected = match (new_access.any(), lost_access.any()) {
        (Some(false), Some(false)) => Relation::Equivalent,
        (Some(true), Some(false)) => Relation::Broader,
        (Some(false), Some(true)) => Relation::Narrower,
        (Some(true), Some(true)) => Relation::Incomparable,
        _ => Relation::Undecided,
    };
    assert_eq!(comparison.relation, expected);
    assert_eq!(comparison.exact, new_access.open.is_empty() && lost_access.open.is_empty());
    comparison
}

fn run(name: &str) {
    let family = families().into_iter().find(|family| family.name == name).unwrap();
    let mut random = Random::new(name.bytes().map(u64::from).sum());
    let (mut undecided, mut equivalent, mut witnesses) = (0, 0, 0);
    // Searches among instants are slow.
    let pairs = if name.starts_with("instants and") { pairs() / 6 } else { pairs() };
    for _ in 0..pairs {
        let choices = choices(&mut random);
        let old = policy(&mut random, &family, 4);
        let new = if random.one_in(2) { mutated(&mut random, &family, &old) } else { policy(&mut random, &family, 4) };
        let comparison = check(&family, &old, &new, &choices, options(&choices));
        undecided += usize::from(!comparison.exact);
        if !comparison.exact && std::env::var_os("RAMSPECT_SHOW").is_some() {
            println!(
                "not exact: {:?}\nold {old}\nnew {new}\nopen {:?} {:?}",
                choices.arguments(),
                comparison.new_access.open,
                comparison.lost_access.open
            );
        }
        equivalent += usize::from(comparison.relation == Relation::Equivalent);
        witnesses += comparison.new_access.found.len() + comparison.lost_access.found.len();
    }
    println!("{name}: {pairs} pairs, {equivalent} equivalent, {witnesses} witnesses, {undecided} not exact");
    // Spellings of IPv6 addresses and of instants beside wildcards are not all followed to the end: about one in two hundred.
    assert!(undecided * 100 <= pairs, "{undecided} of {pairs} undecided");
}

macro_rules! brute {
    ($($test:ident $name:literal;)*) => { $(#[test] fn $test() { run($name); })* };
}

brute! {
    equality_of_texts "equals";
    globs_of_texts "like";
    equality_without_case "fold";
    numbers "numeric";
    instants "date";
    truth_values "bool";
    addresses "ip";
    keys_that_may_be_empty "oss";
    several_types_on_one_key "mixed";
    numbers_and_globs_on_one_key "numbers and globs";
    addresses_and_globs_on_one_key "addresses and globs";
    instants_and_globs_on_one_key "instants and globs";
    several_keys "many keys";
    actions "actions";
    resources_with_case_and_region "resources";
}

#[test]
fn without_any_budget_nothing_is_guessed() {
    let mut random = Random::new(77);
    for family in families() {
        for _ in 0..pairs() / 12 {
            let old = policy(&mut random, &family, 4);
            let new = mutated(&mut random, &family, &old);
            let choices = Choices::default();
            let budget = match random.below(3) {
                0 => Budget { time: std::time::Duration::ZERO, ..Budget::default() },
                1 => Budget { states: 1, ..Budget::default() },
                _ => Budget { conflicts: 1, states: 3, ..Budget::default() },
            };
            check(&family, &old, &new, &choices, Options { budget, ..Options::default() });
        }
    }
}
