//! Less knowledge may only widen an answer: whatever is taken from an inventory, the code that the whole inventory
//! gives stays among the candidates, nothing passes that fails, and nothing fails that passes.

use std::collections::BTreeMap;

use ramspect::catalog::Quotas;
use ramspect::evaluate::{Decision, Possible};
use ramspect::inventory::Inventory;
use ramspect::membership::{JoinRequest, Status};
use ramspect::predict::{Judgement, Prediction, Settings, Verdict, predict};
use serde_json::Value;

use crate::membership::{ACCOUNT, base, inventory, pointers, remove, request, scenarios, set};

/// A small generator of numbers (xorshift), the same in every run.
struct Dice(u64);

impl Dice {
    fn below(&mut self, n: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % u64::try_from(n).unwrap()).unwrap()
    }
}

fn ask(
    request: &JoinRequest,
    inventory: &Inventory,
    quotas: Quotas,
    denied: bool,
    strict: bool,
) -> Option<Prediction<()>> {
    let settings = Settings { account: ACCOUNT.to_owned(), quotas, strict, ..Settings::default() };
    let decision = if denied { Decision::ImplicitDeny } else { Decision::Allow };
    predict(request, inventory, &settings, |resources, _| Judgement {
        each: vec![Possible::of(decision); resources.len()],
        missing: Vec::new(),
        trace: (),
    })
    .ok()
}

/// Facts that may be taken away: not what names an object or ends a list, and not the rules, which stand for a count.
fn facts(documents: &Value) -> Vec<String> {
    let ids = ["/SecurityGroupId", "/InstanceId", "/NetworkInterfaceId", "/ListId"];
    let deep = |pointer: &String| pointer.contains("/0/") || pointer.contains("/1/");
    let mut facts: Vec<_> = pointers(documents)
        .into_iter()
        .filter(|p| deep(p) && !p.starts_with("/rules") && !p.starts_with("/manifest"))
        .filter(|p| !p.ends_with("Set") && !p.ends_with("/NetworkInterface") && !p.ends_with("/IpAddress"))
        .filter(|p| p.ends_with("/SecurityGroupIds/SecurityGroupId") || !ids.iter().any(|id| p.ends_with(id)))
        .filter(|p| !p.rsplit('/').next().unwrap().bytes().all(|b| b.is_ascii_digit()))
        .collect();
    // Children first, so that a parent that is taken later does not take their place away.
    facts.reverse();
    facts
}

#[test]
fn less_knowledge_only_widens_an_answer() {
    let scenarios: Vec<_> = scenarios().into_iter().filter(|scenario| scenario.remove.is_empty()).collect();
    let (mut dice, mut failures, mut successes) = (Dice(0x9e37_79b9_7f4a_7c15), 0, 0);
    for round in 0..2000 {
        let mut documents = base();
        let (mut eni, mut changes, mut quotas) = (None, BTreeMap::new(), Quotas::default());
        for _ in 0..dice.below(4) {
            let scenario = &scenarios[dice.below(scenarios.len())];
            for (pointer, value) in &scenario.set {
                if documents.pointer(pointer.rsplit_once('/').unwrap().0).is_some() {
                    set(&mut documents, pointer, value.clone());
                }
            }
            eni = scenario.eni.clone();
            changes.clone_from(&scenario.request);
            quotas = scenario.quotas();
        }
        let request = request(&changes, eni.as_deref());
        let denied = dice.below(5) == 0;
        let whole = inventory(&documents);
        let mut less = documents.clone();
        // The counters are taken at their word where they stand, and their absence too (ecs-membership.md 3.1 bis).
        let counter = |fact: &String| fact.ends_with("/EcsCount") || fact.ends_with("/AvailableInstanceAmount");
        let all: Vec<String> = facts(&less).into_iter().filter(|fact| !counter(fact)).collect();
        let mut taken: Vec<usize> = (0..=dice.below(4)).map(|_| dice.below(all.len())).collect();
        taken.sort_unstable();
        taken.dedup();
        let taken: Vec<&String> = taken.into_iter().map(|at| &all[at]).collect();
        for pointer in &taken {
            remove(&mut less, pointer);
        }
        let less = inventory(&less);
        let (Some(truth), Some(guess)) =
            (ask(&request, &whole, quotas, denied, false), ask(&request, &less, quotas, denied, false))
        else {
            continue;
        };
        let told = || format!("round {round}: {request:?} without {taken:?}\n{documents:#}");
        for (true_check, check) in truth.checks.iter().zip(&guess.checks) {
            let pair = (true_check.status, check.status);
            let widened = !matches!(
                pair,
                (Status::Violated, Status::Passed | Status::NotApplicable)
                    | (Status::Passed | Status::NotApplicable, Status::Violated)
            );
            assert!(widened, "{true_check:?}\n{check:?}\n{}", told());
        }
        match truth.outcome.code {
            Some(code) => {
                failures += 1;
                let candidate = guess.outcome.candidates.iter().any(|candidate| candidate.code == code);
                assert!(
                    candidate || guess.outcome.unverified.contains(&code),
                    "{code} {:?}\n{}",
                    guess.outcome,
                    told()
                );
                let strict = ask(&request, &less, quotas, denied, true).unwrap();
                assert_ne!(strict.outcome.verdict, Verdict::Success, "{}", told());
            }
            None if truth.outcome.verdict == Verdict::Success => {
                successes += 1;
                assert_ne!(guess.outcome.verdict, Verdict::Failure, "{:?}\n{}", guess.outcome, told());
            }
            None => {}
        }
    }
    assert!(failures > 300 && successes > 150, "{failures} failures, {successes} successes");
}
