//! Large files: the redundancy rules stay exact and quick, or say that they did not judge; and nothing that a document may
//! hold in any number takes time by its square.

use std::time::{Duration, Instant};

use super::findings;

fn document(statements: impl Iterator<Item = String>) -> String {
    format!("{{\"Version\":\"1\",\"Statement\":[{}]}}", statements.collect::<Vec<_>>().join(","))
}

/// Debug builds are slower by about a factor of twenty.
fn limit() -> Duration {
    if cfg!(debug_assertions) { Duration::from_mins(1) } else { Duration::from_secs(2) }
}

fn judged(text: &str) -> std::collections::BTreeMap<&'static str, usize> {
    let start = Instant::now();
    let mut counts = std::collections::BTreeMap::new();
    for finding in findings("a.json", text) {
        *counts.entry(finding.code).or_default() += 1;
    }
    assert!(start.elapsed() < limit(), "{:?} for {counts:?}", start.elapsed());
    counts
}

#[test]
fn ten_thousand_distinct_statements() {
    let text = document((0..10_000).map(|n| {
        format!("{{\"Effect\":\"Allow\",\"Action\":[\"ecs:StartInstance\",\"oss:GetObject\"],\"Resource\":\"acs:ecs:cn-hangzhou:*:instance/i-{n}\"}}")
    }));
    let counts = judged(&text);
    assert_eq!(counts.get("redundant-statement"), None);
    assert_eq!(counts.get("not-judged"), None);
}

#[test]
fn ten_thousand_statements_of_which_half_are_covered() {
    let text = document((0..10_000).map(|n| {
        let id = n / 2;
        let (action, tail) = if n % 2 == 0 { ("ecs:St*", "*") } else { ("ecs:StartInstance", "1") };
        format!("{{\"Effect\":\"Allow\",\"Action\":\"{action}\",\"Resource\":\"acs:ecs:*:*:instance/i-{id}-{tail}\"}}")
    }));
    assert_eq!(judged(&text).get("redundant-statement"), Some(&5_000));
}

#[test]
fn ten_thousand_statements_that_differ_in_a_condition_are_judged_or_it_is_said() {
    let text = document((0..10_000).map(|n| {
        let (a, b) = (n / 250, n % 250);
        format!("{{\"Effect\":\"Allow\",\"Action\":\"ecs:*\",\"Resource\":\"*\",\"Condition\":{{\"IpAddress\":{{\"acs:SourceIp\":\"10.{a}.{b}.1\"}}}}}}")
    }));
    let counts = judged(&text);
    // How far the time reaches depends on the machine; what is said never does.
    let judged = counts.get("mergeable-statements") == Some(&9_999);
    assert!(judged || counts.contains_key("not-judged"), "{counts:?}");
    assert_eq!(counts.get("redundant-statement"), None);
}

#[test]
fn ten_thousand_equal_statements_and_one_list_of_ten_thousand_entries() {
    let statement = "{\"Effect\":\"Allow\",\"Action\":\"ecs:StartInstance\",\"Resource\":\"*\"}".to_owned();
    assert_eq!(judged(&document((0..10_000).map(|_| statement.clone()))).get("redundant-statement"), Some(&9_999));
    let list: Vec<String> = (0..10_000).map(|n| format!("\"acs:oss:*:*:bucket-{n}/*\"")).collect();
    let text = document(std::iter::once(format!(
        "{{\"Effect\":\"Allow\",\"Action\":\"oss:GetObject\",\"Resource\":[{}]}}",
        list.join(",")
    )));
    assert_eq!(judged(&text).get("covered-entry"), None);
}

/// Judges a text in less than the limit. By the square of its size it would take many times as long.
fn quick(what: &str, name: &str, text: &str) {
    let start = Instant::now();
    let found = findings(name, text).len();
    assert!(start.elapsed() < limit(), "{what}: {:?} for {found} findings", start.elapsed());
}

fn names(size: usize, name: impl Fn(usize) -> String) -> String {
    (0..size).map(|n| format!("\"{}\"", name(n))).collect::<Vec<_>>().join(",")
}

fn with_condition(condition: &str) -> String {
    document(std::iter::once(format!(
        r#"{{"Effect":"Allow","Action":"ecs:StartInstance","Resource":"*","Condition":{condition}}}"#
    )))
}

#[test]
fn many_keys_and_values_of_one_condition_take_time_by_their_number() {
    const MANY: usize = 30_000;
    let keys = |name: &str, value: &str| {
        let tests: Vec<String> = (0..MANY).map(|n| format!(r#""{name}{n}":"{value}""#)).collect();
        format!("{{{}}}", tests.join(","))
    };
    let known = keys("acs:RequestTag/k", "v");
    quick("known keys", "a.json", &with_condition(&format!(r#"{{"StringEquals":{known}}}"#)));
    quick("unknown keys", "a.json", &with_condition(&format!(r#"{{"StringEquals":{}}}"#, keys("acs:SourceXyz", "v*"))));
    let negated = format!(r#"{{"StringNotEquals":{known},"StringLike":{}}}"#, keys("acs:RequestTag/k", "v*"));
    quick("two tests a key", "a.json", &with_condition(&negated));
    let values = names(MANY, |n| format!("v{n}"));
    quick("values", "a.json", &with_condition(&format!(r#"{{"StringLike":{{"acs:RequestTag/k":[{values}]}}}}"#)));
}

#[test]
fn many_entries_of_one_statement_take_time_by_their_number() {
    const MANY: usize = 20_000;
    let lists = |action: &str, resource: &str| {
        document(std::iter::once(format!(r#"{{"Effect":"Allow","Action":[{action}],"Resource":[{resource}]}}"#)))
    };
    let one = |text: &str| format!("\"{text}\"");
    quick("unknown actions", "a.json", &lists(&names(MANY, |n| format!("ecs:Strt{n}")), &one("*")));
    quick("without service", "a.json", &lists(&names(MANY, |n| format!("StartInstance{n}")), &one("*")));
    quick("of no service", "a.json", &lists(&names(MANY, |n| format!("ecsx{n}:StartInstance")), &one("*")));
    let places = names(3_000, |n| format!("acs:ecs:r{n}:*:{}/x{n}", ["instance", "securitygroup"][n % 2]));
    quick("places", "a.json", &lists(&one("ecs:JoinSecurityGroup"), &places));
    // Every action would be compared with every resource: bounded, and said.
    let text = lists(
        &names(3_000, |_| "ecs:StartInstance".to_owned()),
        &names(3_000, |n| format!("acs:ecs:*:*:securitygroup/sg-{n}")),
    );
    assert!(judged(&text).contains_key("not-judged"));
}

#[test]
fn many_statements_that_may_take_away_from_each_other_are_bounded() {
    let pairs = |allow: &str, deny: &str| {
        document((0..6_000).map(|n| {
            let (effect, resource) = if n % 2 == 0 { ("Allow", allow.to_owned()) } else { ("Deny", format!("{deny}{n}")) };
            format!(r#"{{"Effect":"{effect}","Action":["ram:AttachPolicyToUser","ecs:JoinSecurityGroup","ecs:*"],"Resource":"{resource}"}}"#)
        }))
    };
    assert!(judged(&pairs("*", "acs:ram:*:*:user/u")).contains_key("not-judged"));
    judged(&pairs("acs:ecs:*:*:instance/i-1", "acs:ecs:*:*:securitygroup/sg-"));
}

#[test]
fn many_entries_in_a_template_take_time_by_their_number() {
    let tests: Vec<String> = (0..20_000).map(|n| format!(r#""acs:RequestTag/k{n}":"v""#)).collect();
    let body = format!(
        r#"{{"Version":"1","Statement":[{{"Effect":"Allow","Action":[{}],"Resource":"*","Condition":{{"StringEquals":{{{}}}}}}}]}}"#,
        names(20_000, |n| format!("ecs:A{n}")),
        tests.join(",")
    );
    let ros = format!(
        r#"{{"ROSTemplateFormatVersion":"2015-09-01","Resources":{{"P":{{"Type":"ALIYUN::RAM::ManagedPolicy","Properties":{{"PolicyName":"a","PolicyDocument":{body}}}}}}}}}"#
    );
    quick("ROS", "a.json", &ros);
    let output = format!(r#"{{"DefaultPolicyVersion":{{"PolicyDocument":"{}"}}}}"#, body.replace('"', "\\\""));
    quick("output of the command line", "a.json", &output);
}
