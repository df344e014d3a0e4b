//! A statement that is said never to matter changes no decision, for anybody who holds it.

use ramspect::account::{Bindings, Principal};
use ramspect::analyze::Options;
use ramspect::evaluate::{Context, Decision, Fact, Request, Rules, Scratch, View};
use ramspect::inventory::Inventory;
use ramspect::review::{IdleWhy, Settings, review};

use super::{ID, bindings};
use crate::support::random::Random;

const ACTIONS: &[&str] = &["ecs:*", "ecs:Stop*", "ecs:StopInstance", "ecs:StartInstance", "oss:*", "*"];
const RESOURCES: &[&str] = &["*", "acs:ecs:*:*:instance/*", "acs:ecs:*:*:instance/i-1", "acs:oss:*:*:b/*"];
const CONDITIONS: &[&str] = &[
    "",
    "",
    r#","Condition":{"IpAddress":{"acs:SourceIp":"10.0.0.0/8"}}"#,
    r#","Condition":{"NotIpAddress":{"acs:SourceIp":"10.0.0.0/8"}}"#,
    r#","Condition":{"StringEquals":{"acs:ResourceTag/env":["dev","test"]}}"#,
];

/// What somebody holds: policies, each for the whole account or for one resource group.
type Holds = Vec<(usize, bool)>;

/// Statements by policy.
type Policies = Vec<Vec<String>>;

fn account(policies: &Policies, holders: &[Holds], guard: bool) -> String {
    let policies: Vec<String> = policies
        .iter()
        .enumerate()
        .map(|(at, statements)| format!("\"p{at}\":{{\"Version\":\"1\",\"Statement\":[{}]}}", statements.join(",")))
        .collect();
    let users: Vec<String> = holders
        .iter()
        .enumerate()
        .map(|(at, held)| {
            let held: Vec<String> = held
                .iter()
                .map(|(policy, in_group)| {
                    let group = if *in_group { r#","resource_group":"rg-1""# } else { "" };
                    format!("{{\"policy\":\"p{policy}\"{group}}}")
                })
                .collect();
            format!("\"u{at}\":{{\"attachments\":[{}]}}", held.join(","))
        })
        .collect();
    let levels = if guard {
        r#","resource_directory":{"levels":[{"name":"Root","control_policies":["FullAliyunAccess","guard"]}]}"#
    } else {
        ""
    };
    format!(
        r#"{{"account_id":"{ID}","policies":{{{},"guard":{{"Version":"1","Statement":[{{"Effect":"Deny","Action":"ecs:Start*","Resource":"*"}}]}}}},"users":{{{}}}{levels}}}"#,
        policies.join(","),
        users.join(",")
    )
}

/// What everybody may do, request by request.
fn decisions(bindings: &Bindings) -> Vec<bool> {
    let mut all = Vec::new();
    let mut scratch = Scratch::new();
    for (name, _) in bindings.account.as_ref().unwrap().users() {
        let principal = Principal::parse(&format!("acs:ram::{ID}:user/{name}")).unwrap();
        let caller = bindings.caller(Some(&principal)).unwrap();
        let binding = bindings.bind(&caller, &bindings.situation(&caller, "", ""), true);
        for action in ["ecs:StopInstance", "ecs:StartInstance", "ecs:StopDisk", "oss:GetObject", "vpc:CreateVpc"] {
            for resource in
                ["*", "acs:ecs:cn-hangzhou:1:instance/i-1", "acs:ecs:cn-hangzhou:1:instance/i-2", "acs:oss:*:1:b/o"]
            {
                for ip in [None, Some("10.0.0.1"), Some("8.8.8.8")] {
                    for (tag, group) in [None, Some("dev"), Some("prod")]
                        .into_iter()
                        .flat_map(|tag| ["rg-1", "rg-2"].map(|rg| (tag, rg)))
                    {
                        let mut context = Context::new();
                        let keys =
                            [("acs:SourceIp", ip), ("acs:ResourceTag/env", tag), ("acs:ResourceGroupId", Some(group))];
                        for (key, value) in keys {
                            if let Some(value) = value {
                                context.set(key, Fact::One(value.into()));
                            }
                        }
                        let view = View { command: Some(&context), closed: true, ..View::default() };
                        let request = Request { action, resource, view };
                        let judged = binding.set().judge(&request, Rules::default(), &mut scratch);
                        all.push(judged.possible.single() == Some(Decision::Allow));
                    }
                }
            }
        }
    }
    all
}

#[test]
fn what_never_matters_can_go() {
    let mut random = Random::new(8);
    let (mut idle, mut matter) = (0, 0);
    for round in 0..250 {
        let policies: Policies = (0..4)
            .map(|_| {
                (0..=random.below(2))
                    .map(|_| {
                        let effect = if random.one_in(3) { "Deny" } else { "Allow" };
                        let (action, resource) = (random.pick(ACTIONS), random.pick(RESOURCES));
                        let condition = random.pick(CONDITIONS);
                        format!(r#"{{"Effect":"{effect}","Action":"{action}","Resource":"{resource}"{condition}}}"#)
                    })
                    .collect()
            })
            .collect();
        // In one account out of three some are granted for a resource group.
        let holds = |random: &mut Random| (random.below(4), round % 3 == 0 && random.one_in(2));
        let holders: Vec<Holds> = (0..3).map(|_| (0..=random.below(2)).map(|_| holds(&mut random)).collect()).collect();
        let text = account(&policies, &holders, round % 2 == 0);
        let bound = bindings(&text);
        let (inventory, nothing) = (Inventory::default(), Context::new());
        let settings = Settings { rules: Rules::default(), context: &nothing, closed: false, inventory: &inventory };
        let found = review(&bound, settings, Options::default());
        assert_eq!(found.idle_open, 0, "{text}");
        let before = decisions(&bound);
        for (policy, statements) in policies.iter().enumerate() {
            let name = format!("p{policy}");
            let held = holders.iter().flatten().any(|(held, _)| *held == policy);
            for at in 0..statements.len() {
                let said = found.idle.iter().find(|one| {
                    bound.documents.policy(one.policy).is_some_and(|named| named.name == name)
                        && one.statement.is_none_or(|number| number == at)
                });
                assert_eq!(said.is_some_and(|one| one.why == IdleWhy::Unheld), !held, "{name} {text}");
                let mut fewer = policies.clone();
                fewer[policy].remove(at);
                let after = decisions(&bindings(&account(&fewer, &holders, round % 2 == 0)));
                if said.is_some() {
                    idle += 1;
                    assert_eq!(before, after, "{name} statement {at} matters in {text}");
                } else if before != after {
                    matter += 1;
                }
            }
        }
    }
    assert!(idle > 200 && matter > 200, "{idle} idle, {matter} that matter");
}
