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

/// How long judging takes, for a document of some size and for one of four times that size.
fn growth(name: &str, size: usize, document: impl Fn(usize) -> String) -> f64 {
    let time = |text: &str| {
        let time = |_| {
            let start = Instant::now();
            let found = findings(name, text);
            assert!(found.len() < 10_000_000);
            start.elapsed().as_secs_f64()
        };
        (0..3).map(time).fold(f64::INFINITY, f64::min)
    };
    time(&document(4 * size)) / time(&document(size)).max(0.002)
}

/// By the square it would be sixteen times.
const FOUR_TIMES: f64 = 11.0;

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
    let keys = |size, name: &str, value: &str| {
        let tests: Vec<String> = (0..size).map(|n| format!(r#""{name}{n}":"{value}""#)).collect();
        format!("{{{}}}", tests.join(","))
    };
    let grown = growth("a.json", 3_000, |n| with_condition(&format!(r#"{{"StringEquals":{}}}"#, keys(n, "acs:RequestTag/k", "v"))));
    assert!(grown < FOUR_TIMES, "known keys: {grown}");
    let grown = growth("a.json", 3_000, |n| with_condition(&format!(r#"{{"StringEquals":{}}}"#, keys(n, "acs:SourceXyz", "v*"))));
    assert!(grown < FOUR_TIMES, "unknown keys: {grown}");
    let grown = growth("a.json", 1_000, |n| {
        let (one, two) = (keys(n, "acs:RequestTag/k", "v"), keys(n, "acs:RequestTag/k", "v*"));
        with_condition(&format!(r#"{{"StringNotEquals":{one},"StringLike":{two}}}"#))
    });
    assert!(grown < FOUR_TIMES, "two tests a key: {grown}");
    let grown = growth("a.json", 5_000, |n| {
        with_condition(&format!(r#"{{"StringLike":{{"acs:RequestTag/k":[{}]}}}}"#, names(n, |n| format!("v{n}"))))
    });
    assert!(grown < FOUR_TIMES, "values: {grown}");
}

#[test]
fn many_entries_of_one_statement_take_time_by_their_number() {
    let lists = |action: &str, resource: &str| {
        document(std::iter::once(format!(r#"{{"Effect":"Allow","Action":[{action}],"Resource":[{resource}]}}"#)))
    };
    let one = |text: &str| format!("\"{text}\"");
    for (what, name) in [("unknown", "ecs:Strt"), ("without service", "StartInstance"), ("of no service", "ecsx")] {
        let grown = growth("a.json", 1_000, |n| {
            lists(&names(n, |n| if name == "ecsx" { format!("ecsx{n}:StartInstance") } else { format!("{name}{n}") }), &one("*"))
        });
        assert!(grown < FOUR_TIMES, "{what}: {grown}");
    }
    let grown = growth("a.json", 3_000, |n| {
        lists(&one("ecs:JoinSecurityGroup"), &names(n, |n| format!("acs:ecs:r{n}:*:{}/x{n}", ["instance", "securitygroup"][n % 2])))
    });
    assert!(grown < FOUR_TIMES, "resources: {grown}");
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
fn many_entries_and_policies_in_other_hosts_take_time_by_their_number() {
    let body = |n: usize| {
        let tests: Vec<String> = (0..n).map(|n| format!(r#""acs:RequestTag/k{n}" : "v""#)).collect();
        format!(
            r#"{{"Version" : "1","Statement" : [{{"Effect" : "Allow","Action" : [{}],"Resource" : "*","Condition" : {{"StringEquals" : {{{}}}}}}}]}}"#,
            names(n, |n| format!("ecs:A{n}")),
            tests.join(",")
        )
    };
    let terraform = |document: &str| {
        format!("resource \"alicloud_ram_policy\" \"p\" {{\n  policy_name = \"x\"\n  policy_document = {document}\n}}\n")
    };
    let ros = |resources: &str| format!(r#"{{"ROSTemplateFormatVersion":"2015-09-01","Resources":{{{resources}}}}}"#);
    let managed = |name: &str, body: &str| {
        format!(r#""{name}":{{"Type":"ALIYUN::RAM::ManagedPolicy","Properties":{{"PolicyName":"a","PolicyDocument":{body}}}}}"#)
    };
    let grown = growth("a.tf", 1_000, |n| terraform(&format!("<<EOF\n{}\nEOF", body(n))));
    assert!(grown < FOUR_TIMES, "heredoc: {grown}");
    let grown = growth("a.tf", 1_000, |n| terraform(&format!("jsonencode({})", body(n).replace("\" : ", "\" = "))));
    assert!(grown < FOUR_TIMES, "jsonencode: {grown}");
    let grown = growth("a.json", 1_000, |n| ros(&managed("P", &body(n))));
    assert!(grown < FOUR_TIMES, "ROS: {grown}");
    let grown = growth("a.json", 200, |n| {
        ros(&(0..n).map(|n| managed(&format!("P{n}"), &body(1))).collect::<Vec<_>>().join(","))
    });
    assert!(grown < FOUR_TIMES, "many in one template: {grown}");
    let grown = growth("a.tf", 200, |n| (0..n).map(|_| terraform(&format!("<<EOF\n{}\nEOF", body(1)))).collect());
    assert!(grown < FOUR_TIMES, "many in one Terraform file: {grown}");
}
