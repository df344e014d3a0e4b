//! The real engine against the references, case by case, with shrinking.

use serde_json::Value;

use super::assumptions::Choices;
use super::evaluate::{Answer, Case, Named, evaluate};
use super::generate::{self, Profile, Rng};
use super::generate_world::{self, Scenario};
use super::predict::{Prediction, Question, predict};
use super::world::Call;

/// Leaves out of an answer what the contract does not settle: the scope of a session policy, the deciders for root.
pub(crate) fn settled(case: &Case, mut answer: Answer) -> Answer {
    for resource in &mut answer.resources {
        if case.root {
            resource.decided_by.clear();
        }
        for decider in &mut resource.decided_by {
            if decider.layer == "session" {
                "account".clone_into(&mut decider.scope);
            }
        }
    }
    answer
}

/// At least `count` random cases, the same for one seed; panics with the smallest disagreement that it finds.
pub(crate) fn check_evaluate(seed: u64, count: usize, profile: Profile, real: impl Fn(&Case) -> Answer) {
    let mut rng = Rng(seed);
    let mut done = 0;
    while done < count {
        for case in generate::cases(&mut rng, profile, 5) {
            check_case(&case, &real);
            done += 1;
        }
    }
}

/// One case; panics with the smallest disagreement that it finds.
pub(crate) fn check_case(case: &Case, real: &impl Fn(&Case) -> Answer) {
    let differs = |case: &Case| settled(case, real(case)) != settled(case, evaluate(case));
    if differs(case) {
        let case = shrink(case.clone(), &differs);
        let (real, reference) = (settled(&case, real(&case)), settled(&case, evaluate(&case)));
        panic!("{}\nreal: {real:#?}\nreference: {reference:#?}", describe(&case));
    }
}

/// A case as a person reads it.
pub(crate) fn describe(case: &Case) -> String {
    use std::fmt::Write as _;
    let mut text = format!(
        "{} on {:?}, context {:?}, closed {}, root {}, {:?}\n",
        case.action,
        case.resources,
        case.context,
        case.closed,
        case.root,
        case.choices.arguments()
    );
    let mut policies = |layer: &str, all: &[Named]| {
        for policy in all {
            writeln!(text, "{layer} {}: {}", policy.name, policy.document).expect("a String takes all");
        }
    };
    for (level, all) in &case.control {
        policies(level, all);
    }
    policies("session", case.session.as_deref().unwrap_or(&[]));
    policies("identity", &case.identity);
    policies("resource group", &case.resource_group);
    text
}

/// Leaves out one thing after another as long as `fails` still holds.
pub(crate) fn shrink(mut case: Case, fails: &impl Fn(&Case) -> bool) -> Case {
    while let Some(smaller) = smaller(&case).into_iter().find(fails) {
        case = smaller;
    }
    case
}

/// The case with one thing less, in every way.
fn smaller(case: &Case) -> Vec<Case> {
    let mut all = vec![];
    if !case.control.is_empty() {
        all.push(Case { control: Vec::new(), ..case.clone() });
    }
    if case.session.is_some() {
        all.push(Case { session: None, ..case.clone() });
    }
    if case.choices != Choices::default() {
        all.push(Case { choices: Choices::default(), ..case.clone() });
    }
    for index in 0..case.resources.len() {
        let mut less = case.clone();
        less.resources.remove(index);
        if !less.resources.is_empty() {
            all.push(less);
        }
    }
    for key in case.context.keys() {
        let mut less = case.clone();
        less.context.remove(key);
        all.push(less);
    }
    for (identity, policies) in [(true, &case.identity), (false, &case.resource_group)] {
        for less in smaller_policies(policies) {
            if identity {
                all.push(Case { identity: less, ..case.clone() });
            } else {
                all.push(Case { resource_group: less, ..case.clone() });
            }
        }
    }
    for less in case.session.iter().flat_map(|policies| smaller_policies(policies)) {
        all.push(Case { session: Some(less), ..case.clone() });
    }
    for (level, (name, policies)) in case.control.iter().enumerate() {
        for less in smaller_policies(policies).into_iter().filter(|less| !less.is_empty()) {
            let mut control = case.control.clone();
            control[level] = (name.clone(), less);
            all.push(Case { control, ..case.clone() });
        }
    }
    all
}

fn smaller_policies(policies: &[Named]) -> Vec<Vec<Named>> {
    let mut all = Vec::new();
    for index in 0..policies.len() {
        let mut less = policies.to_vec();
        less.remove(index);
        all.push(less);
        for document in smaller_documents(&policies[index].document) {
            let mut less = policies.to_vec();
            less[index].document = document;
            all.push(less);
        }
    }
    all
}

fn smaller_documents(document: &Value) -> Vec<Value> {
    let mut all = Vec::new();
    let count = document["Statement"].as_array().map_or(0, Vec::len);
    for index in 0..count {
        let mut less = document.clone();
        let statements = less["Statement"].as_array_mut().expect("counted above");
        if count > 1 {
            statements.remove(index);
            all.push(less.clone());
            less = document.clone();
        }
        for statement in smaller_statements(&document["Statement"][index]) {
            less["Statement"][index] = statement;
            all.push(less.clone());
        }
    }
    all
}

fn smaller_statements(statement: &Value) -> Vec<Value> {
    let mut all = Vec::new();
    for element in ["Action", "NotAction", "Resource", "NotResource"] {
        for index in 0..statement[element].as_array().map_or(0, |list| if list.len() > 1 { list.len() } else { 0 }) {
            let mut less = statement.clone();
            less[element].as_array_mut().expect("counted above").remove(index);
            all.push(less);
        }
    }
    for (operator, keys) in statement.get("Condition").and_then(Value::as_object).into_iter().flatten() {
        for (key, operands) in keys.as_object().into_iter().flatten() {
            let mut less = statement.clone();
            let condition = less["Condition"].as_object_mut().expect("read above");
            let block = condition[operator].as_object_mut().expect("read above");
            block.remove(key);
            if block.is_empty() {
                condition.remove(operator);
            }
            if condition.is_empty() {
                less.as_object_mut().expect("a statement").remove("Condition");
            }
            all.push(less);
            for index in 0..operands.as_array().map_or(0, |list| if list.len() > 1 { list.len() } else { 0 }) {
                let mut less = statement.clone();
                less["Condition"][operator][key].as_array_mut().expect("counted above").remove(index);
                all.push(less);
            }
        }
    }
    all
}

/// At least `count` random calls; panics with the first disagreement.
pub(crate) fn check_predict(seed: u64, count: usize, real: impl Fn(&Scenario, &Call) -> Prediction) {
    let mut rng = Rng(seed);
    let mut done = 0;
    while done < count {
        let scenario = generate_world::scenario(&mut rng, 3);
        for call in &scenario.calls {
            // "none: exit 2": a call whose region cannot be told is not predicted.
            if super::facts::call_region(&scenario.world, call).is_none() {
                continue;
            }
            let (real, reference) = (real(&scenario, call), reference(&scenario, call));
            assert_eq!(real, reference, "left: real, right: reference\n{scenario:#?}\n{call:#?}");
            done += 1;
        }
    }
}

/// The reference's answer to one call of a scenario.
pub(crate) fn reference(scenario: &Scenario, call: &Call) -> Prediction {
    let authorize = |arns: &[String], choices: &Choices| scenario.authorize(arns, choices);
    predict(&Question {
        world: &scenario.world,
        call,
        choices: scenario.choices,
        strict: scenario.strict,
        authorize: &authorize,
    })
}

#[test]
fn agreement_is_silent() {
    check_evaluate(1, 500, Profile::LIBRARY, evaluate);
    check_predict(1, 50, reference);
}

/// A planted fault is found and shrunk to almost nothing.
#[test]
fn a_planted_fault_is_found_and_shrunk() {
    let faulty = |case: &Case| {
        let mut without = case.clone();
        for policy in &mut without.identity {
            for statement in policy.document["Statement"].as_array_mut().unwrap() {
                if statement.get("NotResource").is_some() {
                    statement["Effect"] = serde_json::json!("Allow");
                }
            }
        }
        evaluate(&without)
    };
    let found = std::panic::catch_unwind(|| check_evaluate(1, 5_000, Profile::LIBRARY, faulty)).unwrap_err();
    let text = found.downcast_ref::<String>().unwrap();
    assert!(text.matches("Effect").count() <= 2, "{text}");
}
