//! What would change each failure of the table.

use std::collections::{BTreeMap, BTreeSet};

use ramspect::catalog::Stage;
use ramspect::catalog::errors::TABLE;
use ramspect::evaluate::{Decision, Possible};
use ramspect::membership::FORBIDDEN;
use ramspect::predict::{Fix, Judgement, Settings, predict};

use crate::membership::{ACCOUNT, Scenario, scenarios, world};

fn fix(scenario: &Scenario) -> Option<(&'static str, Fix)> {
    let (request, inventory, assumptions) = world(scenario);
    let settings =
        Settings { account: ACCOUNT.to_owned(), quotas: scenario.quotas(), assumptions, ..Settings::default() };
    let prediction = predict(&request, &inventory, &settings, |resources, _| Judgement {
        each: vec![Possible::of(Decision::Allow); resources.len()],
        missing: Vec::new(),
        trace: (),
    });
    let prediction = prediction.ok()?;
    Some((prediction.outcome.code?, prediction.fix?))
}

#[test]
fn every_failure_names_the_change_that_it_takes() {
    let mut found: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
    for (code, fix) in scenarios().iter().filter_map(fix) {
        assert!(fix.grant.is_empty(), "{code}: {fix:?}");
        found.entry(code).or_default().insert(format!("{}: {}", fix.kind.word(), fix.text));
    }
    for (code, all) in &found { for one in all { eprintln!("(\"{code}\", \"{one}\"),"); } }
    for row in TABLE { if !found.contains_key(row.code) { eprintln!("none {}", row.code); } }
}
