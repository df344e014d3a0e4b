//! Predictions against brute force over all completions and orders, and what the random worlds reach.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Instant;

use super::assumptions::Choices;
use super::evaluate::Possible;
use super::generate::Rng;
use super::generate_world::{self, Scenario};
use super::membership::{ROWS, Stage, row};
use super::predict::{Question, first_failing, precedes, predict, reachable};
use super::world::Call;

/// `first_failing` against all permutations of up to five failing codes.
#[test]
fn first_failing_is_what_some_order_puts_first() {
    let mut rng = Rng(5);
    let consistent = |order: &[&'static str], choices: &Choices| {
        (0..order.len()).all(|late| (0..late).all(|early| !precedes(row(order[late]).2, row(order[early]).2, choices)))
    };
    for _ in 0..300 {
        let mut failing: Vec<&'static str> = Vec::new();
        for _ in 0..5 {
            let code = rng.pick(&ROWS).0;
            if !failing.contains(&code) && row(code).2 != Stage::Service {
                failing.push(code);
            }
        }
        let choices = Choices::default();
        let mut firsts = BTreeSet::new();
        let mut orders = vec![Vec::new()];
        for _ in 0..failing.len() {
            orders = orders
                .into_iter()
                .flat_map(|order: Vec<&'static str>| {
                    let rest: Vec<&'static str> =
                        failing.iter().copied().filter(|code| !order.contains(code)).collect();
                    rest.into_iter().map(move |code| [order.clone(), vec![code]].concat())
                })
                .collect();
        }
        for order in orders.iter().filter(|order| consistent(order, &choices)) {
            firsts.insert(order[0]);
        }
        assert_eq!(first_failing(&failing, &choices), firsts, "{failing:?}");
    }
}

fn question<'a>(
    scenario: &'a Scenario,
    call: &'a Call,
    authorize: &'a dyn Fn(&[String], &Choices) -> Possible,
) -> Question<'a> {
    Question { world: &scenario.world, call, choices: scenario.choices, strict: scenario.strict, authorize }
}

/// The contract's candidates are what brute force over completions and orders reaches.
#[test]
fn candidates_are_what_brute_force_reaches() {
    let mut rng = Rng(99);
    let mut never_success = 0;
    for _ in 0..700 {
        let scenario = generate_world::scenario(&mut rng, 2);
        for call in &scenario.calls {
            let authorize = |arns: &[String], choices: &Choices| scenario.authorize(arns, choices);
            let question = question(&scenario, call, &authorize);
            let answer = predict(&question);
            let mut candidates: BTreeSet<&str> = answer.candidates.iter().copied().collect();
            let reached = reachable(&question);
            if candidates.contains("Success") && !reached.contains("Success") {
                assert_eq!(answer.verdict, "undetermined");
                never_success += 1;
                candidates.remove("Success");
            }
            assert_eq!(candidates, reached, "{scenario:#?} {call:#?} {answer:#?}");
        }
    }
    println!("undetermined without any way to succeed: {never_success}");
}

#[test]
fn variety_and_speed() {
    let start = Instant::now();
    let mut rng = Rng(3);
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    for _ in 0..1_000 {
        let scenario = generate_world::scenario(&mut rng, 3);
        for call in &scenario.calls {
            let authorize = |arns: &[String], choices: &Choices| scenario.authorize(arns, choices);
            let answer = predict(&question(&scenario, call, &authorize));
            *seen.entry(answer.verdict.to_owned()).or_default() += 1;
            for (code, status) in answer.statuses {
                *seen.entry(format!("{code} {status:?}")).or_default() += 1;
            }
            for (id, ..) in answer.assumptions {
                *seen.entry(id.to_owned()).or_default() += 1;
            }
        }
    }
    println!("{:?} {seen:#?}", start.elapsed());
    // "NotSupportEnterpriseGroup: ... passed ... unknown ... unverified": never violated.
    for (code, _, stage, ..) in ROWS.into_iter().filter(|row| row.0 != "InvalidOperation.NotSupportEnterpriseGroup") {
        assert!(stage == Stage::Service || seen.contains_key(&format!("{code} Violated")), "{code} is never violated");
    }
}
