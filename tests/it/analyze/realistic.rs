//! Policies as people write them, each against a small change of itself; judged again by the slow reference.

use ramspect::analyze::{Comparison, Options, Relation, Witness, compare};
use ramspect::evaluate::Decision;
use serde_json::{Value, json};

use super::brute::pairs;
use super::with_sides;
use crate::reference::assumptions::Choices;
use crate::reference::policy::{Effect, Statement, statements};
use crate::support::random::Random;

const ACTIONS: &[&str] = &[
    "ecs:Describe*",
    "ecs:*",
    "ecs:StartInstance",
    "ecs:StopInstance",
    "ecs:RunCommand",
    "ecs:*Instance",
    "ecs:?topInstance",
    "oss:GetObject",
    "oss:Get*",
    "oss:PutObject",
    "oss:*",
    "oss:*Object",
    "ram:*",
    "ram:Get*",
    "ram:List*",
    "ram:PassRole",
    "log:Get*",
    "log:PostLogStoreLogs",
    "*:Describe*",
    "*:List*",
    "*",
    "rds:*",
    "vpc:Describe*",
    "*:Get*",
];
const RESOURCES: &[&str] = &[
    "*",
    "acs:ecs:*:*:instance/*",
    "acs:ecs:cn-hangzhou:*:instance/i-1",
    "acs:ecs:cn-*:*:*",
    "acs:ecs:*:*:securitygroup/sg-?",
    "acs:oss:*:*:logs/*",
    "acs:oss:*:*:logs/2026/*",
    "acs:oss:*:*:*",
    "acs:oss:*:*:data-*/*",
    "acs:ram:*:*:user/*",
    "acs:ram::*:role/Dev*",
    "acs:ram:*:*:*",
    "acs:log:*:*:project/*/logstore/*",
    "acs:*:*:1234567890123456:*",
    "acs:rds:*:*:*",
    "acs:oss:*:*:logs/*.gz",
];
const VALUES: &[(&str, &str, &[&str])] = &[
    ("IpAddress", "acs:SourceIp", &["10.0.0.0/8", "10.1.0.0/16", "10.1.2.0/24", "203.0.113.7", "2001:db8::/32"]),
    ("NotIpAddress", "acs:SourceIp", &["10.0.0.0/8", "10.1.0.0/16", "192.168.0.0/16"]),
    ("StringLike", "acs:SourceIp", &["10.*", "10.1.*", "*:*"]),
    ("Bool", "acs:SecureTransport", &["true", "false"]),
    ("Bool", "acs:MFAPresent", &["true"]),
    ("StringEquals", "acs:ResourceTag/env", &["dev", "test", "prod"]),
    ("StringNotEquals", "acs:ResourceTag/env", &["prod", "test"]),
    ("StringLike", "acs:ResourceTag/team", &["a*", "*b", "a?b*", "*"]),
    ("StringNotLike", "acs:ResourceTag/team", &["a*", "b*"]),
    ("StringEqualsIgnoreCase", "acs:ResourceTag/team", &["AB", "b"]),
    ("DateLessThan", "acs:CurrentTime", &["2026-12-31T23:59:59Z", "2027-01-01T08:00:00+08:00"]),
    ("DateGreaterThan", "acs:CurrentTime", &["2026-01-01T00:00:00Z", "2026-06-01T00:00:00Z"]),
    ("NumericLessThanEquals", "ecs:Age", &["30", "30.0", "7"]),
    ("NumericGreaterThan", "ecs:Age", &["0", "7", "30"]),
    ("StringLike", "oss:Prefix", &["logs/*", "", "logs/2026/*"]),
];

fn some(random: &mut Random, list: &[&str], most: usize) -> Vec<String> {
    (0..=random.below(most)).map(|_| (*random.pick(list)).to_owned()).collect()
}

fn condition(random: &mut Random, statement: &mut Value) {
    let (operator, key, values) = *random.pick(VALUES);
    let values = some(random, values, 2);
    let condition = statement.as_object_mut().unwrap().entry("Condition").or_insert(json!({}));
    let block = condition.as_object_mut().unwrap().entry(operator).or_insert(json!({}));
    block.as_object_mut().unwrap().insert(key.to_owned(), json!(values));
}

fn statement(random: &mut Random) -> Value {
    let effect = if random.one_in(4) { "Deny" } else { "Allow" };
    let action = if random.one_in(12) { "NotAction" } else { "Action" };
    let resource = if random.one_in(15) { "NotResource" } else { "Resource" };
    let mut statement =
        json!({ "Effect": effect, action: some(random, ACTIONS, 3), resource: some(random, RESOURCES, 3) });
    for _ in 0..[0, 0, 1, 1, 2][random.below(5)] {
        condition(random, &mut statement);
    }
    statement
}

/// Changes one wildcard of a text, or puts one in.
fn rewild(random: &mut Random, text: &str) -> String {
    let letters: Vec<char> = text.chars().collect();
    if letters.len() < 2 {
        return "acs:*".to_owned();
    }
    let stars: Vec<usize> = (0..letters.len()).filter(|at| matches!(letters[*at], '*' | '?')).collect();
    let mut letters = letters;
    match (random.below(3), stars.is_empty()) {
        (0, false) => letters[*random.pick(&stars)] = '?',
        (1, false) => {
            letters.remove(*random.pick(&stars));
        }
        _ => {
            // Behind the service, so that it stays one.
            let from = text.find(':').map_or(0, |at| at + 1);
            let at = from + random.below(letters.len() - from + 1);
            letters.insert(at, '*');
        }
    }
    letters.into_iter().collect()
}

fn entry<'v>(random: &mut Random, statement: &'v mut Value) -> Option<&'v mut Value> {
    let names = ["Action", "Resource"];
    let name = *random.pick(&names);
    let list = statement.get_mut(name)?.as_array_mut()?;
    let at = random.below(list.len().max(1));
    list.get_mut(at)
}

fn mutate(random: &mut Random, list: &mut Vec<Value>) {
    let at = random.below(list.len());
    match random.below(8) {
        0 => list.insert(
            at,
            json!({ "Effect": "Deny", "Action": some(random, ACTIONS, 2), "Resource": some(random, RESOURCES, 2) }),
        ),
        1 => {
            list[at].as_object_mut().unwrap().remove("Condition");
        }
        2 => condition(random, &mut list[at]),
        3 => {
            if let Some(text) = entry(random, &mut list[at]) {
                *text = json!(rewild(random, text.as_str().unwrap()));
            }
        }
        4 => {
            // One entry split in two that are the same together.
            if let Some(list) = list[at].get_mut("Resource").and_then(Value::as_array_mut) {
                let text = list[0].as_str().unwrap().to_owned();
                if let Some((front, rest)) = text.split_once('*').filter(|_| text.len() > 1) {
                    list[0] = json!(format!("{front}{rest}"));
                    list.push(json!(format!("{front}?*{rest}")));
                }
            }
        }
        5 => {
            // Each action a statement of its own.
            if let Some(actions) = list[at].get("Action").and_then(Value::as_array).cloned() {
                let whole = list.remove(at);
                for action in actions {
                    let mut part = whole.clone();
                    part["Action"] = json!([action]);
                    list.push(part);
                }
            }
        }
        6 if list.len() > 1 => {
            list.remove(at);
        }
        _ => list.push(statement(random)),
    }
}

fn of(list: &[Value]) -> Value {
    json!({ "Version": "1", "Statement": list })
}

fn decide(list: &[Statement], action: &str, resource: &str, context: &[(String, Option<String>)]) -> Decision {
    let choices = Choices::default();
    let value =
        |key: &str| context.iter().find(|(name, _)| name == key).and_then(|(_, value)| value.clone()).map(|v| [v]);
    let matches = |statement: &&Statement| {
        statement.action_matches(action)
            && statement.resource_matches(resource, &choices)
            && statement
                .tests
                .iter()
                .all(|test| test.met(value(&test.key).as_ref().map(<[String; 1]>::as_slice), &choices))
    };
    let has = |effect| list.iter().filter(matches).any(|statement| statement.effect == effect);
    match (has(Effect::Deny), has(Effect::Allow)) {
        (true, _) => Decision::ExplicitDeny,
        (false, true) => Decision::Allow,
        (false, false) => Decision::ImplicitDeny,
    }
}

fn confirm(witness: &Witness, sides: [&[Statement]; 2]) {
    let said = sides.map(|list| decide(list, &witness.action, &witness.resource, &witness.context));
    assert_eq!(said, [witness.first, witness.second], "{witness:?}");
}

fn filled(random: &mut Random, pattern: &str) -> String {
    let star = *random.pick(&["", "x", "Instance", "i-1", "a/b", "1"]);
    pattern.replace('*', star).replace('?', "s")
}

/// A request near what the policies are about.
fn request(random: &mut Random, list: &[Value]) -> (String, String, Vec<(String, Option<String>)>) {
    let pick = |random: &mut Random, names: [&str; 2]| {
        let statement = random.pick(list);
        let patterns = statement[names[0]].as_array().or(statement[names[1]].as_array()).unwrap();
        random.pick(patterns).as_str().unwrap().to_owned()
    };
    let action = pick(random, ["Action", "NotAction"]);
    let mut action = filled(random, &action);
    if !action.contains(':') {
        action = "ecs:StopInstance".to_owned();
    }
    let resource = pick(random, ["Resource", "NotResource"]);
    let mut resource = if resource == "*" { resource } else { filled(random, &resource) };
    if resource != "*" && resource.matches(':').count() < 4 {
        resource = "acs:ecs:cn-hangzhou:1:instance/i-1".to_owned();
    }
    let mut context: Vec<(String, Option<String>)> = Vec::new();
    for (operator, key, values) in VALUES {
        if random.one_in(3) || context.iter().any(|(name, _)| name == key) {
            continue;
        }
        let mut value = random.pick(values).split('/').next().unwrap().to_owned();
        if operator.starts_with("String") {
            let pattern: &str = random.pick::<&str>(values);
            value = filled(random, pattern);
        } else if operator.contains("Ip") && value.ends_with(".0") && random.one_in(2) {
            value.push('9');
        }
        context.push(((*key).to_owned(), random.one_in(4).then_some(()).map_or(Some(value), |()| None)));
    }
    (action, resource, context)
}

fn check(random: &mut Random, old: &[Value], new: &[Value]) -> Comparison {
    let (a, b) = (of(old), of(new));
    let comparison = with_sides(&[&a, &b], |sides| compare(&sides[0], &sides[1], Options::default()));
    let lists = [statements(&a), statements(&b)];
    for witness in comparison.new_access.found.iter().chain(&comparison.lost_access.found) {
        confirm(witness, [&lists[0], &lists[1]]);
    }
    let all: Vec<Value> = old.iter().chain(new).cloned().collect();
    for _ in 0..12 {
        let (action, resource, context) = request(random, &all);
        let allowed = lists.each_ref().map(|list| decide(list, &action, &resource, &context) == Decision::Allow);
        let (gain, loss) = (comparison.new_access.any(), comparison.lost_access.any());
        assert!(allowed != [false, true] || gain != Some(false), "{action} {resource} {context:?}\nold {a}\nnew {b}");
        assert!(allowed != [true, false] || loss != Some(false), "{action} {resource} {context:?}\nold {a}\nnew {b}");
    }
    comparison
}

#[test]
fn small_changes_of_realistic_policies() {
    let mut random = Random::new(42);
    let (mut open, mut equivalent, mut witnesses, mut catalog) = (0, 0, 0, 0);
    for _ in 0..pairs() {
        let old: Vec<Value> = (0..=random.below(8)).map(|_| statement(&mut random)).collect();
        let mut new = old.clone();
        for _ in 0..=random.below(3) {
            mutate(&mut random, &mut new);
        }
        let comparison = check(&mut random, &old, &new);
        open += usize::from(!comparison.exact);
        if !comparison.exact && std::env::var_os("RAMSPECT_SHOW").is_some() {
            println!("not exact\nold {}\nnew {}", of(&old), of(&new));
        }
        equivalent += usize::from(comparison.relation == Relation::Equivalent);
        for witness in comparison.new_access.found.iter().chain(&comparison.lost_access.found) {
            witnesses += 1;
            catalog += usize::from(ramspect::catalog::Catalog::new().action(&witness.action).is_some());
        }
    }
    println!(
        "realistic: {} pairs, {equivalent} equivalent, {witnesses} witnesses ({catalog} with a catalog action), {open} not exact",
        pairs()
    );
    assert!(open * 100 <= pairs(), "{open} of {} not exact", pairs());
    assert!(catalog * 10 >= witnesses * 6, "{catalog} of {witnesses} witnesses name an action of the catalog");
}
