//! The engine against the slow references, which were written apart from it: 100,000 random cases, through the index and by
//! scan; predictions on random worlds.

use std::cell::Cell;
use std::collections::BTreeSet;

use ramspect::catalog::{Assumptions, Quotas};
use ramspect::evaluate::{
    Context, Decision, Fact, Judgement, Layer, LayerKind, PolicySet, PolicySetBuilder, Possible, Request, Rules,
    Scratch, StatementId, View,
};
use ramspect::inventory::InventoryBuilder;
use ramspect::membership::{JoinRequest, Status};
use ramspect::policy::{Effect, PolicyKind, lower};
use ramspect::predict;

use crate::reference::assumptions::{Choices, TABLE};
use crate::reference::compare::{check_evaluate, check_predict, describe};
use crate::reference::evaluate::{self as slow, Case, Named, Said};
use crate::reference::generate::Profile;
use crate::reference::membership as slow_membership;
use crate::reference::policy::Effect as SlowEffect;
use crate::reference::predict as slow_predict;
use crate::support::cases;

fn assumptions(choices: &Choices) -> Assumptions {
    TABLE.iter().fold(Assumptions::default(), |all, (id, _)| all.with_id(id, choices.of(id)).unwrap())
}

/// The set of a case, and for each policy its name.
fn build(case: &Case) -> (PolicySet, Vec<String>) {
    let mut builder = PolicySetBuilder::new();
    let mut names = Vec::new();
    let mut add = |kind, scope: &str, policies: &[Named]| {
        builder.layer(Layer { kind, scope: scope.into() });
        for policy in policies {
            let text = policy.document.to_string();
            builder.policy(&lower(&text, PolicyKind::Identity).policy);
            names.push(policy.name.clone());
        }
    };
    for (level, policies) in &case.control {
        add(LayerKind::Control, level, policies);
    }
    if let Some(session) = &case.session {
        add(LayerKind::Session, "account", session);
    }
    add(LayerKind::Identity, "account", &case.identity);
    if !case.resource_group.is_empty() {
        add(LayerKind::IdentityInGroup, "resource_group", &case.resource_group);
    }
    (builder.finish(), names)
}

fn context(case: &Case) -> Context<'_> {
    let mut context = Context::new();
    for (key, said) in &case.context {
        let fact = match said {
            Said::Known(values) => Fact::Known(values.iter().map(Into::into).collect()),
            Said::Absent => Fact::Absent,
        };
        context.set(key.as_str(), fact);
    }
    context
}

fn decision(decision: Decision) -> slow::Decision {
    match decision {
        Decision::Allow => slow::Decision::Allow,
        Decision::ExplicitDeny => slow::Decision::ExplicitDeny,
        Decision::ImplicitDeny => slow::Decision::ImplicitDeny,
    }
}

fn set_of(possible: Possible) -> BTreeSet<slow::Decision> {
    possible.iter().map(decision).collect()
}

fn decider(set: &PolicySet, names: &[String], statement: StatementId, certain: bool) -> slow::Decider {
    let described = set.statement(statement).unwrap();
    slow::Decider {
        layer: described.layer.kind.as_str(),
        scope: described.layer.scope.to_string(),
        policy: names[described.policy.0 as usize].clone(),
        statement: described.index,
        effect: if described.effect == Effect::Allow { SlowEffect::Allow } else { SlowEffect::Deny },
        possible: !certain,
    }
}

/// The answer, which for a small case must be exact.
fn answer(case: &Case, use_index: bool) -> slow::Answer {
    let (answer, exact) = told(case, use_index);
    assert!(exact, "a small case must be exact");
    answer
}

/// The answer, and whether it is exact.
fn told(case: &Case, use_index: bool) -> (slow::Answer, bool) {
    let (set, names) = build(case);
    let set = set.with_index(use_index);
    let context = context(case);
    let view = View { command: Some(&context), closed: case.closed, ..View::default() };
    let assumptions = assumptions(&case.choices);
    let rules = Rules::from(&assumptions);
    let mut scratch = Scratch::new();
    if case.root {
        let allow = BTreeSet::from([slow::Decision::Allow]);
        let resources = case.resources.iter().map(|arn| slow::ResourceAnswer {
            arn: arn.clone(),
            possible: allow.clone(),
            depends_on: BTreeSet::new(),
            decided_by: Vec::new(),
        });
        let resources = resources.collect();
        return (slow::Answer { possible: allow.clone(), resources, assumptions: Vec::new() }, true);
    }
    let mut judgements = Vec::new();
    let mut resources = Vec::new();
    let mut exact = true;
    for resource in &case.resources {
        let request = Request { action: &case.action, resource, view };
        let (judgement, explained) = set.judge_and_explain(&request, rules, &mut scratch);
        exact &= explained.exact;
        judgements.push(judgement);
        resources.push(slow::ResourceAnswer {
            arn: resource.clone(),
            possible: set_of(explained.possible),
            depends_on: explained.depends_on.into_iter().collect(),
            decided_by: explained.decided_by.iter().map(|by| decider(&set, &names, by.statement, by.certain)).collect(),
        });
    }
    let combined = Judgement::combine(judgements).unwrap();
    let alternatives =
        PolicySet::alternatives(combined, &assumptions, |rules| {
            Possible::combine(case.resources.iter().map(|resource| {
                set.judge(&Request { action: &case.action, resource, view }, rules, &mut scratch).possible
            }))
        });
    let changed = alternatives.iter().map(|alternative| slow::Changed {
        id: alternative.assumption.id(),
        choice: assumptions.choice(alternative.assumption),
        alternative: alternative.choice,
        possible: set_of(alternative.possible),
    });
    (slow::Answer { possible: set_of(combined.possible), resources, assumptions: changed.collect() }, exact)
}

#[test]
fn the_engine_agrees_with_the_reference_through_the_index() {
    check_evaluate(1, cases(50_000), Profile::LIBRARY, |case| answer(case, true));
}

#[test]
fn the_engine_agrees_with_the_reference_by_scan() {
    check_evaluate(2, cases(50_000), Profile::LIBRARY, |case| answer(case, false));
}

/// Operators of several types on one key: the answer is the reference's, or says that it is not exact and holds all of it.
#[test]
fn several_types_on_one_key_are_exact_or_flagged() {
    let (judged, flagged) = (Cell::new(0), Cell::new(0));
    let profile = Profile { mixed_types: true, choices: false, ..Profile::LIBRARY };
    check_evaluate(4, cases(10_000), profile, |case| {
        judged.set(judged.get() + 1);
        let (mut answer, exact) = told(case, true);
        // A statement whose other tests are unmet does not lend its operators' types to a key here, and does in the reference;
        // an alternative may part the two.
        answer.assumptions = slow::evaluate(case).assumptions;
        if exact {
            return answer;
        }
        flagged.set(flagged.get() + 1);
        let reference = slow::evaluate(case);
        assert!(answer.possible.is_superset(&reference.possible), "{}", describe(case));
        for (answer, reference) in answer.resources.iter().zip(&reference.resources) {
            assert!(answer.possible.is_superset(&reference.possible), "{}", describe(case));
            assert!(answer.depends_on.is_superset(&reference.depends_on), "{}", describe(case));
        }
        reference
    });
    println!("{} of {} answers are not exact", flagged.get(), judged.get());
    assert!(flagged.get() * 10 < judged.get().max(10), "{} of {}", flagged.get(), judged.get());
}

fn status(status: Status) -> slow_membership::Status {
    match status {
        Status::Violated => slow_membership::Status::Violated,
        Status::Passed => slow_membership::Status::Passed,
        Status::Unknown => slow_membership::Status::Unknown,
        Status::Unverified => slow_membership::Status::Unverified,
        Status::NotApplicable => slow_membership::Status::NotApplicable,
        Status::AlwaysPossible => slow_membership::Status::AlwaysPossible,
    }
}

#[test]
fn predictions_agree_with_the_reference_on_random_worlds() {
    check_predict(3, cases(6_000), |scenario, call| {
        let mut builder = InventoryBuilder::default();
        for (name, text) in scenario.world.files() {
            builder.add(&name, &text.to_string()).unwrap();
        }
        let inventory = builder.finish();
        let request = JoinRequest::new(
            call.group.as_deref(),
            call.instance.as_deref(),
            call.eni.as_deref(),
            call.region.as_deref(),
        );
        let settings = predict::Settings {
            account: call.caller.clone(),
            quotas: Quotas::default(),
            assumptions: assumptions(&scenario.choices),
            strict: scenario.strict,
        };
        let named = vec![Named { name: "policy.json".to_owned(), document: scenario.policy.clone() }];
        let case = Case { identity: named, ..Case::default() };
        let (set, _) = build(&case);
        let mut scratch = Scratch::new();
        let prediction = predict::predict(&request, &inventory, &settings, |resources, assumptions| {
            let rules = Rules::from(assumptions);
            let mut judge = |resource: &predict::JudgedResource| {
                // The reference judges policies without inventory facts, so nothing is supplied here either.
                let request =
                    Request { action: "ecs:JoinSecurityGroup", resource: &resource.arn, view: View::default() };
                set.judge(&request, rules, &mut scratch).possible
            };
            predict::Judgement { each: resources.iter().map(&mut judge).collect(), missing: Vec::new(), trace: () }
        })
        .unwrap_or_else(|error| {
            panic!("{error}: {call:?} {:?} {:?}", scenario.world.regions, scenario.world.instances)
        });
        let outcome = &prediction.outcome;
        let possible = prediction.authorization.possible;
        slow_predict::Prediction {
            verdict: outcome.verdict.word(),
            code: outcome.code,
            http: outcome.http,
            candidates: outcome.candidates.iter().map(|candidate| candidate.code).collect(),
            certainty: outcome.certainty.word(),
            unverified: outcome.unverified.clone(),
            arns: prediction.authorization.resources.iter().map(|resource| resource.arn.clone()).collect(),
            authorization: (!possible.is_empty()).then(|| set_of(possible)),
            statuses: prediction.checks.iter().map(|check| (check.row.code, status(check.status))).collect(),
            assumptions: prediction
                .assumptions
                .iter()
                .map(|effect| {
                    (effect.assumption.id(), effect.alternative, effect.answer.verdict.word(), effect.answer.code)
                })
                .collect(),
        }
    });
}
