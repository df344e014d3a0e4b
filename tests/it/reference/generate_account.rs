//! Random accounts with everything that contract 2.2 knows, and requests of their principals.

use serde_json::{Map, Value, json};

use super::account::{Line, World};
use super::condition::Type;
use super::evaluate::{Named, Said};
use super::generate::{self, KEYS, Profile, Rng, Types, pattern_near};

const OWN: &str = "123";
const ARNS: [&str; 12] = [
    "acs:ecs:cn-hangzhou:123:instance/i-1",
    "acs:ecs:cn-hangzhou:456:instance/i-1",
    "acs:ecs:cn-hangzhou:*:instance/i-1",
    "acs:oss:*:123:b/k",
    "acs:oss:*:456:b/k",
    "acs:ram::123:role/Dev",
    "acs:ram:*:123:role/dev",
    "acs:ram::123:role/linked",
    "acs:ram::123:role/none",
    "acs:ram::456:role/Dev",
    "acs:ram::123:user/u0",
    "*",
];
const USERS: [&str; 3] = ["u0", "u1", "u2"];
const ROLES: [&str; 3] = ["Dev", "linked", "closed"];
const POLICIES: [&str; 6] = ["p0", "p1", "p2", "p3", "p4", "p5"];

/// Policies under names of the account file, some about assuming roles, some about who calls.
fn documents(rng: &mut Rng, types: Types) -> Map<String, Value> {
    let arns: Vec<String> = ARNS.iter().map(|arn| (*arn).to_owned()).collect();
    let mut all = Map::new();
    for name in POLICIES {
        let mut document = document(rng, &arns, types);
        if rng.chance(45) {
            let near = *rng.pick(&ARNS);
            let on = pattern_near(rng, near);
            let resource = if rng.chance(60) { "*".to_owned() } else { on };
            let effect = if rng.chance(85) { "Allow" } else { "Deny" };
            let action = *rng.pick(&["sts:AssumeRole", "sts:*", "STS:assume*", "*"]);
            let extra = json!({"Effect": effect, "Action": action, "Resource": resource});
            document["Statement"].as_array_mut().expect("a list").push(extra);
        }
        if rng.chance(15) {
            let operator = *rng.pick(&["StringLike", "StringNotLike", "StringEquals"]);
            let value = *rng.pick(&["acs:ram::123:user/*", "acs:ram::123:role/dev", "acs:ram::123:role/Dev", "*:root"]);
            let extra = json!({"Effect": if rng.chance(60) { "Allow" } else { "Deny" }, "Action": "*", "Resource": "*",
                "Condition": {operator: {"acs:PrincipalARN": value}}});
            document["Statement"].as_array_mut().expect("a list").push(extra);
        }
        all.insert(name.to_owned(), document);
    }
    all
}

fn document(rng: &mut Rng, arns: &[String], types: Types) -> Value {
    let Named { document, .. } = generate::policies(rng, "identity", arns, types, Profile::COMMAND_LINE).remove(0);
    document
}

fn attachments(rng: &mut Rng) -> Value {
    let mut all = Vec::new();
    for _ in 0..rng.below(3) {
        let name = if rng.chance(5) { "ghost" } else { *rng.pick(&POLICIES) };
        let mut grant = json!({"policy": name});
        if rng.chance(30) {
            grant["resource_group"] = json!(*rng.pick(&["rg-a", "rg-b"]));
        }
        all.push(grant);
    }
    Value::Array(all)
}

fn trust(rng: &mut Rng, types: Types) -> Value {
    let mut statements = Vec::new();
    for _ in 0..=rng.below(2) {
        let mut named = Vec::new();
        for _ in 0..=rng.below(2) {
            named.push(*rng.pick(&[
                "acs:ram::123:root",
                "acs:ram::123:user/u0",
                "acs:ram::123:user/U1",
                "acs:ram::123:role/dev",
                "acs:ram::456:root",
                "*",
            ]));
        }
        let principal = match rng.below(8) {
            0 => json!({"Service": ["ecs.aliyuncs.com"]}),
            1 => json!({"Federated": ["acs:ram::123:saml-provider/x"]}),
            2 => json!({"RAM": named[0], "Service": "ecs.aliyuncs.com"}),
            _ => json!({"RAM": named}),
        };
        let action = *rng.pick(&["sts:AssumeRole", "sts:*", "*", "sts:GetCallerIdentity"]);
        let effect = if rng.chance(80) { "Allow" } else { "Deny" };
        let mut statement = json!({"Effect": effect, "Action": action, "Principal": principal});
        if rng.chance(35) {
            statement["Condition"] = condition(rng, types);
        }
        statements.push(statement);
    }
    json!({"Version": "1", "Statement": statements})
}

/// A condition of some generated statement.
fn condition(rng: &mut Rng, types: Types) -> Value {
    loop {
        let document = document(rng, &["*".to_owned()], types);
        let found = document["Statement"].as_array().expect("a list").iter().find_map(|one| one.get("Condition"));
        if let Some(condition) = found {
            return condition.clone();
        }
    }
}

fn bucket(rng: &mut Rng, types: Types) -> Value {
    let arns: Vec<String> = ARNS.iter().map(|arn| (*arn).to_owned()).collect();
    let mut document = document(rng, &arns, types);
    for statement in document["Statement"].as_array_mut().expect("a list") {
        let mut named = Vec::new();
        for _ in 0..rng.below(3) {
            named.push(*rng.pick(&[
                "*",
                "123",
                "9001",
                "9002",
                "arn:sts::123:assumed-role/dev/*",
                "arn:sts::123:assumed-role/Dev/s1",
                "arn:sts::456:assumed-role/dev/*",
            ]));
        }
        statement["Principal"] = json!(named);
    }
    document
}

/// A world, and whether only roles may call in it: there is a session policy.
pub(crate) fn world(rng: &mut Rng, types: Types) -> World {
    let mut policies = documents(rng, types);
    let arns: Vec<String> = ARNS.iter().map(|arn| (*arn).to_owned()).collect();
    let mut account = json!({"account_id": OWN});
    for name in ["g0", "g1"] {
        account["groups"][name] = json!({"attachments": attachments(rng)});
    }
    for name in USERS {
        let groups: Vec<&str> = ["g0", "g1"].into_iter().filter(|_| rng.chance(50)).collect();
        account["users"][name] = json!({"groups": groups, "attachments": attachments(rng)});
    }
    for name in ROLES {
        let mut role = json!({"attachments": attachments(rng), "service_linked": name == "linked"});
        if rng.chance(85) {
            role["trust"] = trust(rng, types);
        }
        account["roles"][name] = role;
    }
    if rng.chance(50) {
        let mut levels = Vec::new();
        for number in 0..=rng.below(2) {
            let mut named = Vec::new();
            if rng.chance(75) {
                named.push("FullAliyunAccess".to_owned());
            }
            if named.is_empty() || rng.chance(50) {
                let name = format!("control-{number}");
                policies.insert(name.clone(), document(rng, &arns, types));
                named.push(name);
            }
            if rng.chance(3) {
                named.push("control-ghost".to_owned());
            }
            levels.push(json!({"name": format!("level-{number}"), "control_policies": named}));
        }
        account["resource_directory"] = json!({"management_account": rng.chance(12), "levels": levels});
    }
    account["policies"] = Value::Object(policies);
    let session = rng.chance(15).then(|| document(rng, &arns, types));
    let bucket = rng.chance(30).then(|| bucket(rng, types));
    World { account, session, bucket }
}

/// The type of each key in one world.
pub(crate) fn types(rng: &mut Rng) -> Types {
    let mut types = [Type::Text; KEYS.len()];
    for kind in types.iter_mut().take(2) {
        *kind = *rng.pick(&generate::SOME_TYPES);
    }
    types
}

/// A request of somebody in the account.
pub(crate) fn line(rng: &mut Rng, world: &World, types: Types) -> Line {
    let role = |rng: &mut Rng| format!("acs:ram::{OWN}:role/{}", rng.pick(&["Dev", "dev", "linked", "closed"]));
    let principal = match rng.below(20) {
        _ if world.session.is_some() => role(rng),
        0 => format!("acs:ram::{OWN}:root"),
        1..=7 => role(rng),
        _ => format!("acs:ram::{OWN}:user/{}", rng.pick(&USERS)),
    };
    let action =
        if rng.chance(35) { *rng.pick(&["sts:AssumeRole", "STS:assumerole"]) } else { *rng.pick(&generate::ACTIONS) };
    let mut resources = vec![(*rng.pick(&ARNS)).to_owned()];
    if rng.chance(12) {
        resources.push((*rng.pick(&ARNS)).to_owned());
    }
    let mut context = generate::context(rng, types);
    match rng.below(10) {
        0..=3 => drop(context.insert("acs:ResourceGroupId".to_owned(), Said::Known(vec!["rg-a".to_owned()]))),
        4 => drop(context.insert("acs:ResourceGroupId".to_owned(), Said::Known(vec!["rg-c".to_owned()]))),
        5..=6 => drop(context.insert("acs:ResourceGroupId".to_owned(), Said::Absent)),
        _ => {}
    }
    if rng.chance(30) {
        context.insert("principal:uid".to_owned(), Said::Known(vec![(*rng.pick(&["9001", "9003"])).to_owned()]));
    }
    Line { principal, action: action.to_owned(), resources, context, closed: rng.chance(35) }
}
