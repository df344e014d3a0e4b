//! Random inventories, calls and policies for `predict`; every field may be missing.
//!
//! Left out, because the texts leave them open: ENIs of type Trunk and Member; a primary ENI whose groups differ from its
//! instance's, or stand only there; unknown address counts beside a lowered address quota; a group that is the target,
//! is named in a list, and has no entry of its own; a target ENI that only an instance's entry names.

use serde_json::{Value, json};

use super::assumptions::Choices;
use super::evaluate::{Case, Named, Possible, possible};
use super::generate::{self, Rng};
use super::world::{Addresses, Call, Eni, Group, Instance, Kind, World};

/// One world, several calls, one policy for the caller.
#[derive(Debug, Clone)]
pub(crate) struct Scenario {
    pub(crate) world: World,
    pub(crate) calls: Vec<Call>,
    pub(crate) policy: Value,
    pub(crate) choices: Choices,
    pub(crate) strict: bool,
    pub(crate) account: String,
}

impl Scenario {
    /// How the reference evaluator judges the scenario's policy on some ARNs.
    pub(crate) fn authorize(&self, arns: &[String], choices: &Choices) -> Possible {
        possible(&Case {
            identity: vec![Named { name: "policy.json".to_owned(), document: self.policy.clone() }],
            action: "ecs:JoinSecurityGroup".to_owned(),
            resources: arns.to_vec(),
            choices: *choices,
            ..Case::default()
        })
    }
}

const OWN: &str = "1001";
const FOREIGN: &str = "2002";
const REGION: &str = "cn-hangzhou";

fn maybe<T>(rng: &mut Rng, value: impl FnOnce(&mut Rng) -> T) -> Option<T> {
    let value = value(rng);
    rng.chance(96).then_some(value)
}

/// Mostly the first, else any.
fn mostly<T: Copy>(rng: &mut Rng, percent: usize, all: &[T]) -> T {
    if rng.chance(percent) { all[0] } else { *rng.pick(all) }
}

fn region(rng: &mut Rng) -> String {
    mostly(rng, 96, &[REGION, "ap-southeast-1"]).to_owned()
}

fn zone(rng: &mut Rng) -> String {
    mostly(rng, 90, &["cn-hangzhou-h", "cn-hangzhou-b", "ap-southeast-1a"]).to_owned()
}

fn addresses(rng: &mut Rng) -> Addresses {
    [1 + rng.below(2), rng.below(2), usize::from(rng.chance(20)), usize::from(rng.chance(20))]
}

/// Groups an object is in: only ids that have an entry, or that no call aims at.
fn memberships(rng: &mut Rng, world: &World) -> Vec<String> {
    let listed = |id: &str| world.groups.iter().any(|group| group.id == id);
    let mut all = Vec::new();
    if rng.chance(7) {
        let many = world.groups.iter().map(|group| group.id.clone()).filter(|id| id != "sg-1");
        return many.take(3 + rng.below(6)).collect();
    }
    for (id, percent) in [("sg-1", 12), ("sg-2", 70), ("sg-3", 25), ("sg-unlisted", 7)] {
        if rng.chance(percent) && (listed(id) || id == "sg-unlisted") {
            all.push(id.to_owned());
        }
    }
    all
}

fn group(rng: &mut Rng, id: &str, kind: &'static str) -> Group {
    let counters = rng.chance(40);
    Group {
        id: id.to_owned(),
        region: if rng.chance(97) { Some(region(rng)) } else { None },
        vpc: maybe(rng, |rng| mostly(rng, 94, &["vpc-a", "vpc-b", ""])),
        kind: maybe(rng, |rng| mostly(rng, 85, &[kind, "normal", "enterprise"])),
        service_managed: maybe(rng, |rng| rng.chance(6)),
        ecs_count: maybe(rng, |rng| if counters { rng.below(8) as u64 } else { 0 }),
        available: maybe(rng, |rng| if counters { rng.below(3) as u64 } else { 0 }),
        rule_count: maybe(rng, |rng| rng.below(6) as u64),
        attribute: if rng.chance(12) { Some((rng.below(6) as u64, rng.chance(30))) } else { None },
    }
}

fn instance(rng: &mut Rng, id: &str, world: &World) -> Instance {
    let classic = rng.chance(5);
    let vpc = if classic { "" } else { mostly(rng, 95, &["vpc-a", "vpc-b"]) };
    let lowered =
        world.quotas.contains_key("ips-per-basic-group") || world.quotas.contains_key("ips-per-classic-group");
    let primary = (format!("eni-primary-{id}"), addresses(rng));
    let groups = memberships(rng, world);
    let lock: &[&str] = mostly(rng, 85, &[&[][..], &["financial"], &["security"], &["financial", "security"]]);
    Instance {
        id: id.to_owned(),
        region: maybe(rng, region),
        status: maybe(rng, |rng| mostly(rng, 80, &["Running", "Stopped", "Starting", "Stopping", "Pending"])),
        network_type: if classic { Some("classic") } else { maybe(rng, |_| "vpc") },
        vpc: maybe(rng, |_| vpc),
        groups: maybe(rng, |_| groups),
        locks: maybe(rng, |_| lock.to_vec()),
        type_id: maybe(rng, |rng| *rng.pick(&["ecs.g7.large", "ecs.t1.small", "ecs.sn1.large"])),
        primary: if lowered { Some(primary) } else { maybe(rng, |_| primary) },
    }
}

fn eni(rng: &mut Rng, id: &str, world: &World, choices: &Choices) -> Eni {
    let lowered =
        world.quotas.contains_key("ips-per-basic-group") || world.quotas.contains_key("ips-per-classic-group");
    let groups = memberships(rng, world);
    let addresses = addresses(rng);
    Eni {
        id: id.to_owned(),
        zone: maybe(rng, zone),
        sort: if choices.is("primary-eni", "refused") { maybe(rng, |_| "Secondary") } else { Some("Secondary") },
        status: maybe(rng, |rng| mostly(rng, 80, &["InUse", "Available", "Attaching", "Detaching", "Deleting"])),
        vpc: maybe(rng, |rng| mostly(rng, 95, &["vpc-a", "vpc-b"])),
        groups: maybe(rng, |_| groups),
        owner: maybe(rng, |rng| mostly(rng, 94, &[OWN, FOREIGN]).to_owned()),
        service_managed: maybe(rng, |rng| rng.chance(6)),
        addresses: if lowered { Some(addresses) } else { maybe(rng, |_| addresses) },
        instance: maybe(rng, |rng| mostly(rng, 70, &["i-1", ""]).to_owned()),
    }
}

/// The primary ENI of an instance as DescribeNetworkInterfaces tells it, in agreement with the instance.
fn primary_eni(rng: &mut Rng, instance: &Instance) -> Option<Eni> {
    let (id, addresses) = instance.primary.clone()?;
    let groups = instance.groups.clone()?;
    Some(Eni {
        id,
        zone: Some(zone(rng)),
        sort: Some("Primary"),
        status: Some("InUse"),
        vpc: instance.vpc.filter(|vpc| !vpc.is_empty()),
        groups: Some(groups),
        owner: Some(OWN.to_owned()),
        service_managed: Some(false),
        addresses: Some(addresses),
        instance: Some(instance.id.clone()),
    })
}

fn world(rng: &mut Rng, choices: &Choices) -> World {
    let mut world =
        World { account: maybe(rng, |_| OWN.to_owned()), regions: vec![REGION.to_owned()], ..World::default() };
    if rng.chance(8) {
        world.regions.push("ap-southeast-1".to_owned());
    }
    for kind in Kind::ALL {
        if rng.chance(70) {
            world.complete.insert(kind);
        }
        if rng.chance(6) {
            world.truncated.insert(kind);
        }
    }
    for (id, percent) in [("sg-1", 7), ("sg-foreign", 50), ("i-1", 4), ("sg-missing", 10)] {
        if rng.chance(percent) {
            world.owners.insert(id.to_owned(), mostly(rng, 80, &[FOREIGN, OWN]).to_owned());
        }
    }
    for (name, percent, low) in [
        ("groups-per-eni", 30, 1),
        ("rules-per-eni", 15, 4),
        ("ips-per-basic-group", 20, 3),
        ("ips-per-classic-group", 10, 3),
        ("enis-per-enterprise-group", 15, 1),
    ] {
        if rng.chance(percent) {
            world.quotas.insert(name, (low + rng.below(6)) as u64);
        }
    }
    let kind = mostly(rng, 70, &["normal", "enterprise"]);
    for (id, percent) in [("sg-1", 95), ("sg-2", 93), ("sg-3", 90)] {
        if rng.chance(percent) {
            let group = group(rng, id, kind);
            world.groups.push(group);
        }
    }
    if rng.chance(50) {
        for number in 4..11 {
            let group = group(rng, &format!("sg-{number}"), kind);
            world.groups.push(group);
        }
    }
    for (id, percent) in [("i-1", 95), ("i-2", 40)] {
        if rng.chance(percent) {
            let instance = instance(rng, id, &world);
            let primary = if rng.chance(35) { primary_eni(rng, &instance) } else { None };
            world.instances.push(instance);
            world.enis.extend(primary);
        }
    }
    for (id, percent) in [("eni-1", 95), ("eni-2", 40)] {
        if rng.chance(percent) {
            let eni = eni(rng, id, &world, choices);
            world.enis.push(eni);
        }
    }
    for (id, v6) in [("ecs.g7.large", 6), ("ecs.t1.small", 0)] {
        if rng.chance(70) {
            world.types.insert(id, v6);
        }
    }
    world
}

fn call(rng: &mut Rng, account: &str) -> Call {
    let group = mostly(rng, 92, &["sg-1", "sg-2", "sg-missing", "sg-foreign"]).to_owned();
    let instance = mostly(rng, 92, &["i-1", "i-2", "i-9", "sg-1", "i-1,i-2"]).to_owned();
    let eni = mostly(rng, 90, &["eni-1", "eni-2", "eni-9", "eni-primary-i-1", "i-1", "eni_1"]).to_owned();
    let (instance, eni) = match rng.below(100) {
        0..46 => (Some(instance), None),
        46..93 => (None, Some(eni)),
        93..97 => (Some(instance), Some(eni)),
        _ => (None, None),
    };
    let with_region = if eni.is_some() { 93 } else { 45 };
    Call {
        caller: account.to_owned(),
        group: if rng.chance(97) { Some(group) } else { None },
        instance,
        eni,
        region: if rng.chance(with_region) { Some(region(rng)) } else { None },
    }
}

fn policy(rng: &mut Rng) -> Value {
    let everything = json!({"Effect": "Allow", "Action": "ecs:*", "Resource": "*"});
    let on = |resource: &str| json!({"Effect": "Allow", "Action": "ecs:JoinSecurityGroup", "Resource": resource});
    let statements = match rng.below(20) {
        0 => json!([on("acs:ecs:*:*:instance/*")]),
        1 => json!([on("acs:ecs:*:*:securitygroup/*")]),
        2 => json!([on("acs:ecs:*:*:instance/*"), on("acs:ecs:*:*:securitygroup/*")]),
        3 => json!([on("acs:ecs:*:*:eni/*"), on("acs:ecs:*:*:securitygroup/*")]),
        4 => json!([on("acs:ecs:*:1001:*"), {"Effect": "Deny", "Action": "*", "Resource": "*:securitygroup/sg-2"}]),
        5 => json!([{"Effect": "Allow", "Action": "*", "Resource": "*",
            "Condition": {"IpAddress": {"acs:SourceIp": "10.0.0.0/8"}}}]),
        6 => json!([everything, {"Effect": "Deny", "Action": "*", "Resource": "*",
            "Condition": {"StringNotEquals": {"acs:SourceVpc": "vpc-1"}}}]),
        _ => json!([everything]),
    };
    json!({"Version": "1", "Statement": statements})
}

/// One scenario with `calls` calls.
pub(crate) fn scenario(rng: &mut Rng, calls: usize) -> Scenario {
    let choices = generate::choices(rng, 20);
    let world = world(rng, &choices);
    let account = mostly(rng, 97, &[OWN, FOREIGN]).to_owned();
    let policy = policy(rng);
    let mut calls: Vec<Call> = (0..calls).map(|_| call(rng, &account)).collect();
    for call in &mut calls {
        let listed = world.enis.iter().any(|eni| Some(&eni.id) == call.eni.as_ref());
        if call.eni.as_deref() == Some("eni-primary-i-1") && !listed {
            call.eni = Some("eni-1".to_owned());
        }
    }
    Scenario { world, calls, policy, choices, strict: rng.chance(15), account }
}
