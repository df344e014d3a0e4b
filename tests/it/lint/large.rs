//! Large files: the redundancy rules stay exact and quick, or say that they did not judge; and nothing that a document may
//! hold in any number takes time by its square.

use std::time::{Duration, Instant};

use ramspect::catalog::Catalog;
use ramspect::lint::{Settings, lint};
use ramspect::text::Source;

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

/// One Terraform file with that many policies, each written by `policy`, behind what `front` defines.
fn terraform(many: usize, front: impl Fn(usize) -> String, policy: impl Fn(usize) -> String) -> String {
    let resource = |n| format!("resource \"alicloud_ram_policy\" \"p{n}\" {{\n  policy_document = {}\n}}\n", policy(n));
    (0..many).map(|n| front(n) + &resource(n)).collect()
}

fn small(n: usize) -> String {
    document(std::iter::once(format!(
        r#"{{"Effect":"Allow","Action":"oss:GetObjectt","Resource":"acs:oss:*:*:b{n}/*"}}"#
    )))
}

/// As [`quick`], with one finding of `unknown-action` for each policy.
fn quick_each(what: &str, name: &str, text: &str, many: usize) {
    let start = Instant::now();
    let found = findings(name, text).iter().filter(|finding| finding.code == "unknown-action").count();
    assert_eq!(found, many, "{what}");
    assert!(start.elapsed() < limit(), "{what}: {:?}", start.elapsed());
}

#[test]
fn many_policies_of_one_terraform_file_take_time_by_their_number() {
    const MANY: usize = 10_000;
    let none = |_: usize| String::new();
    let quoted = |n| format!("{:?}", small(n));
    let local = |n| format!("locals {{\n  d{n} = {}\n}}\n", small(n));
    let default = |n| format!("variable \"d{n}\" {{\n  default = {}\n}}\n", quoted(n));
    quick_each("heredocs", "a.tf", &terraform(MANY, none, |n| format!("<<EOF\n{}\nEOF", small(n))), MANY);
    quick_each("values", "a.tf", &terraform(MANY, none, |n| format!("jsonencode({})", small(n))), MANY);
    quick_each("strings", "a.tf", &terraform(MANY, none, quoted), MANY);
    quick_each("locals", "a.tf", &terraform(MANY, local, |n| format!("jsonencode(local.d{n})")), MANY);
    quick_each("defaults", "a.tf", &terraform(MANY, default, |n| format!("var.d{n}")), MANY);
    let data = |n| {
        format!(
            "data \"alicloud_ram_policy_document\" \"d{n}\" {{\n  statement {{\n    action = [\"oss:GetObjectt\"]\n    resource = [\"b{n}\"]\n  }}\n}}\n"
        )
    };
    let text = terraform(MANY, data, |n| format!("data.alicloud_ram_policy_document.d{n}.document"));
    quick_each("data sources", "a.tf", &text, MANY);
}

#[test]
fn many_policies_of_one_template_take_time_by_their_number() {
    const MANY: usize = 10_000;
    let head = "ROSTemplateFormatVersion: '2015-09-01'\nResources:\n";
    let resource = |name: &str, n: usize, policy: &str| {
        format!("  {name}{n}:\n    Type: ALIYUN::RAM::ManagedPolicy\n    Properties:\n      PolicyDocument: {policy}\n")
    };
    let aliased = |n| resource("P", n, &format!("&a{n} {}", small(n))) + &resource("Q", n, &format!("*a{n}"));
    quick_each("YAML with aliases", "a.yaml", &(head.to_owned() + &(0..MANY).map(aliased).collect::<String>()), MANY);
    let member =
        |n| format!(r#""P{n}":{{"Type":"ALIYUN::RAM::ManagedPolicy","Properties":{{"PolicyDocument":{}}}}}"#, small(n));
    let members = (0..MANY).map(member).collect::<Vec<_>>().join(",");
    let text = format!(r#"{{"ROSTemplateFormatVersion":"2015-09-01","Resources":{{{members}}}}}"#);
    quick_each("JSON", "a.json", &text, MANY);
}

#[test]
fn many_comments_that_look_away_take_time_by_their_number() {
    const MANY: usize = 10_000;
    // In front of the resource there is nothing to look away from; the other one stands above the statement.
    let comment = |_: usize| "# ramspect: ignore[unknown-action] because\n".to_owned();
    let text = terraform(MANY, comment, |n| format!("jsonencode(\n{}{})", comment(n), small(n)));
    let source = Source::new("a.tf", text);
    let start = Instant::now();
    let found = lint(&source, &[], Settings::all(&Catalog::new()));
    let (asked, mistakes) = ramspect::lint::comments(&source, &found.comments, &found.statements);
    let outcome = ramspect::lint::suppress(found.findings, &asked, &[], &found.statements, "2026-11-24", &|_| true);
    assert_eq!((asked.len(), mistakes.len(), outcome.suppressed), (2 * MANY, 0, MANY));
    let unused = outcome.kept.iter().filter(|finding| finding.code == "unused-suppression").count();
    assert_eq!(unused, MANY);
    assert!(outcome.kept.iter().all(|finding| finding.code != "unknown-action"));
    assert!(start.elapsed() < limit(), "{:?}", start.elapsed());
}
