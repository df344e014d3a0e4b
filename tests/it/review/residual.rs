//! A remaining condition is exact: it holds for a request exactly when the evaluator allows it.

use ramspect::account::{Bindings, Principal};
use ramspect::analyze::Options;
use ramspect::catalog::Assumptions;
use ramspect::evaluate::{Context, Decision, Fact, Request, Residual, Rules, Scratch, Supplied, View};
use ramspect::inventory::Inventory;
use ramspect::review::{Question, Settings, who_can};

use super::{ID, bindings};
use crate::support::random::Random;

/// Keys with the operators and values of their type; one has operators of two types.
const KEYS: &[(&str, &[&str], &[&str], &[&str])] = &[
    (
        "acs:SourceIp",
        &["IpAddress", "NotIpAddress"],
        &["10.0.0.0/8", "10.1.0.0/16", "192.168.1.7", "10.1.2.3"],
        &["10.0.0.1", "10.1.0.0", "10.1.2.3", "192.168.1.7", "8.8.8.8"],
    ),
    ("acs:MFAPresent", &["Bool"], &["true", "false"], &["true", "false"]),
    (
        "acs:ResourceTag/env",
        &["StringEquals", "StringNotEquals", "StringLike", "StringNotLike", "StringEqualsIgnoreCase"],
        &["dev", "prod", "d*", "*o*", "DEV"],
        &["dev", "prod", "DEV", "x", "do"],
    ),
    (
        "acs:CurrentTime",
        &["DateLessThan", "DateGreaterThanEquals"],
        &["2026-01-01T00:00:00Z", "2027-01-01T00:00:00Z"],
        &["2025-12-31T23:59:59Z", "2026-01-01T08:00:00+08:00", "2026-06-01T00:00:00Z", "2027-01-01T00:00:00Z"],
    ),
    ("my:Number", &["NumericLessThan", "NumericNotEquals"], &["3", "7.5"], &["2", "3.0", "5", "7.50", "9"]),
    ("acs:ResourceGroupId", &["StringEquals"], &["rg-1", "rg-2"], &["rg-1", "rg-2", "rg-3"]),
];

fn condition(random: &mut Random) -> String {
    let mut blocks = Vec::new();
    for _ in 0..random.below(3) {
        let (key, operators, values, _) = random.pick(KEYS);
        let operator = random.pick(operators);
        let listed: Vec<String> = (0..=random.below(2)).map(|_| format!("\"{}\"", random.pick(values))).collect();
        let block = format!("\"{operator}\":{{\"{key}\":[{}]}}", listed.join(","));
        if !blocks.iter().any(|known: &String| known.starts_with(&format!("\"{operator}\""))) {
            blocks.push(block);
        }
    }
    if blocks.is_empty() { String::new() } else { format!(",\"Condition\":{{{}}}", blocks.join(",")) }
}

fn policy(random: &mut Random) -> String {
    let statements: Vec<String> = (0..=random.below(3))
        .map(|_| {
            let effect = if random.one_in(3) { "Deny" } else { "Allow" };
            let action = random.pick(&["ecs:*", "*", "ecs:StopInstance", "oss:*"]);
            format!("{{\"Effect\":\"{effect}\",\"Action\":\"{action}\",\"Resource\":\"*\"{}}}", condition(random))
        })
        .collect();
    format!("{{\"Version\":\"1\",\"Statement\":[{}]}}", statements.join(","))
}

fn account(random: &mut Random) -> String {
    let policies: Vec<String> = (0..6).map(|at| format!("\"p{at}\":{}", policy(random))).collect();
    let attachments = |random: &mut Random| -> String {
        let all: Vec<String> = (0..=random.below(2))
            .map(|_| {
                let group = if random.one_in(3) { ",\"resource_group\":\"rg-1\"" } else { "" };
                format!("{{\"policy\":\"p{}\"{group}}}", random.below(6))
            })
            .collect();
        format!("\"attachments\":[{}]", all.join(","))
    };
    let users: Vec<String> = (0..4)
        .map(|at| {
            let groups = if random.one_in(2) { "\"groups\":[\"g\"]," } else { "" };
            format!("\"u{at}\":{{{groups}{}}}", attachments(random))
        })
        .collect();
    let directory = if random.one_in(2) {
        format!(
            ",\"resource_directory\":{{\"levels\":[{{\"name\":\"member\",\"control_policies\":[\"p{}\",\"p{}\"]}},{{\"name\":\"Root\",\"control_policies\":[\"FullAliyunAccess\",\"p{}\"]}}]}}",
            random.below(6),
            random.below(6),
            random.below(6)
        )
    } else {
        String::new()
    };
    format!(
        "{{\"account_id\":\"{ID}\",\"policies\":{{{}}},\"users\":{{{}}},\"groups\":{{\"g\":{{{}}}}}{directory}}}",
        policies.join(","),
        users.join(","),
        attachments(random)
    )
}

fn context(random: &mut Random) -> Context<'static> {
    let mut context = Context::new();
    for (key, _, _, values) in KEYS {
        if !random.one_in(3) {
            context.set(*key, Fact::One((*random.pick(values)).into()));
        }
    }
    context
}

fn allowed(
    bindings: &Bindings,
    principal: &Principal,
    resource: &str,
    context: &Context<'static>,
    rules: Rules,
) -> bool {
    let caller = bindings.caller(Some(principal)).unwrap();
    let situation = bindings.situation(&caller, "ecs:StopInstance", resource);
    let binding = bindings.bind(&caller, &situation, true);
    let mut supplied = Supplied::default();
    principal.supply(&mut supplied.context);
    let view = View { line: None, command: Some(context), supplied: Some(&supplied), closed: true };
    let request = Request { action: "ecs:StopInstance", resource, view };
    let judgement = binding.set().judge(&request, rules, &mut Scratch::new());
    judgement.possible.single() == Some(Decision::Allow)
}

#[test]
fn a_condition_holds_exactly_when_the_request_is_allowed() {
    let mut random = Random::new(20_261_124);
    let inventory = Inventory::default();
    let nothing = Context::new();
    let resources = [format!("acs:ecs:cn-hangzhou:{ID}:instance/i-1")];
    let question = Question { action: "ecs:StopInstance", resources: &resources };
    let (mut conditional, mut checked) = (0, 0);
    for round in 0..1_500 {
        let text = account(&mut random);
        let bindings = bindings(&text);
        let assumptions = match round % 4 {
            1 => Assumptions::default().with_id("resource-group-deny", "deny-wins").unwrap(),
            2 => Assumptions::default().with_id("absent-negated", "unmet").unwrap(),
            3 => Assumptions::default().with_id("ip-border", "exclusive").unwrap(),
            _ => Assumptions::default(),
        };
        let rules = Rules::from(&assumptions);
        let settings = Settings { rules, context: &nothing, closed: false, inventory: &inventory };
        let ables = who_can(&bindings, settings, &question, Options { rules, ..Options::default() });
        assert_eq!(ables.asked, 4);
        for (name, _) in bindings.account.as_ref().unwrap().users() {
            let principal = Principal::parse(&format!("acs:ram::{ID}:user/{name}")).unwrap();
            let able = ables.able.iter().find(|able| able.principal == principal);
            let residual = able.map_or(&Residual::Never, |able| &able.answers[0].1.condition);
            conditional += usize::from(!matches!(residual, Residual::Always | Residual::Never));
            for _ in 0..12 {
                let context = context(&mut random);
                let view = View { command: Some(&context), closed: true, ..View::default() };
                let really = allowed(&bindings, &principal, &resources[0], &context, rules);
                checked += 1;
                assert_eq!(residual.holds(view, rules), Some(really), "{principal} {context:?}\n{residual:?}\n{text}");
            }
        }
    }
    assert!(conditional > 1_500 && checked > 50_000, "{conditional} of {checked} conditions say something");
}

/// What stands in policies twice, or follows from something else, is not said.
#[test]
fn a_condition_is_as_short_as_it_can_be() {
    let policy = |effect: &str, condition: &str| {
        format!(r#"{{"Effect":"{effect}","Action":"ecs:*","Resource":"*","Condition":{{{condition}}}}}"#)
    };
    let inside = r#""IpAddress":{"acs:SourceIp":"10.0.0.0/8"}"#;
    let outside = r#""NotIpAddress":{"acs:SourceIp":"10.0.0.0/8"}"#;
    let mfa = r#""Bool":{"acs:MFAPresent":"true"}"#;
    for (statements, expected) in [
        (vec![policy("Allow", inside), policy("Deny", outside)], "acs:SourceIp is in 10.0.0.0/8"),
        (vec![policy("Allow", inside), policy("Allow", &format!("{inside},{mfa}"))], "acs:SourceIp is in 10.0.0.0/8"),
        (
            vec![policy("Allow", inside), policy("Allow", r#""IpAddress":{"acs:SourceIp":"192.0.2.1"}"#)],
            "acs:SourceIp is in 10.0.0.0/8 or 192.0.2.1",
        ),
        (
            vec![policy("Allow", mfa), policy("Deny", outside)],
            "acs:MFAPresent is true and acs:SourceIp is in 10.0.0.0/8",
        ),
        (vec![policy("Allow", mfa), policy("Deny", mfa)], "never"),
        (vec![policy("Allow", inside), policy("Allow", outside)], "whatever the request carries"),
    ] {
        let text = format!(
            r#"{{"account_id":"{ID}","policies":{{"p":{{"Version":"1","Statement":[{}]}}}},"users":{{"u":{{"attachments":[{{"policy":"p"}}]}}}}}}"#,
            statements.join(",")
        );
        let bindings = bindings(&text);
        let (inventory, nothing) = (Inventory::default(), Context::new());
        let settings = Settings { rules: Rules::default(), context: &nothing, closed: false, inventory: &inventory };
        let resources = ["*".to_owned()];
        let question = Question { action: "ecs:StopInstance", resources: &resources };
        let ables = who_can(&bindings, settings, &question, Options::default());
        let said = ables.able.first().map_or(Residual::Never, |able| able.answers[0].1.condition.clone());
        assert_eq!(ramspect::report::residual::words(&said), expected, "{text}");
    }
}
