//! Predicts one call of JoinSecurityGroup with the library: texts in, an outcome out.
//!
//! `cargo run --example predict`
#![allow(clippy::print_stdout, reason = "an example prints")]

use ramspect::evaluate::{Context, Fact, PolicySet, View};
use ramspect::inventory::InventoryBuilder;
use ramspect::membership::JoinRequest;
use ramspect::policy::{PolicyKind, lower};
use ramspect::predict::{Settings, predict_by_policies};

const POLICY: &str = include_str!("fleet/policies/fleet-ops.json");
const INSTANCES: &str = include_str!("fleet/inventory/instances.json");
const GROUPS: &str = include_str!("fleet/inventory/security-groups.json");

fn main() -> Result<(), Box<dyn std::error::Error>> {
    // The policies of the caller. One that RAM would refuse must not be judged.
    let policy = lower(POLICY, PolicyKind::Identity);
    if policy.is_refused() {
        return Err(policy.diagnostics.iter().map(|d| d.message.as_str()).collect::<Vec<_>>().join("\n").into());
    }
    let policies = PolicySet::identity([&policy.policy]);

    // What `aliyun ecs DescribeInstances` and `DescribeSecurityGroups` printed; the names are for messages.
    let mut inventory = InventoryBuilder::default();
    inventory.add("instances.json", INSTANCES)?;
    inventory.add("security-groups.json", GROUPS)?;
    let inventory = inventory.finish();

    // db-1 into the group `admin`, which the policy allows from one network only.
    let request = JoinRequest::new(Some("sg-bp1admin00001"), Some("i-bp1db00000000001"), None, None);
    let settings = Settings { account: "1234567890123456".to_owned(), ..Settings::default() };

    for address in [None, Some("203.0.113.7"), Some("198.51.100.1")] {
        let mut context = Context::new();
        if let Some(address) = address {
            context.set("acs:SourceIp", Fact::One(address.into()));
        }
        let view = View { command: Some(&context), ..View::default() };
        let prediction = predict_by_policies(&request, &policies, &inventory, view, &settings)?;

        let outcome = &prediction.outcome;
        println!(
            "from {}: {}",
            address.unwrap_or("an unknown address"),
            outcome.code.unwrap_or(outcome.verdict.word())
        );
        for key in &prediction.authorization.missing {
            println!("  depends on {key}");
        }
        if let Some(fix) = &prediction.fix {
            println!("  to change it: {}", fix.text);
        }
    }
    Ok(())
}
