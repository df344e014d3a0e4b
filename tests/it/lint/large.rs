//! Files of 10,000 statements: the redundancy rules stay exact and quick, or say that they did not judge.

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
