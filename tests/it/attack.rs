//! Inputs meant to do harm: they end, they end soon, and the answer is right. The huge ones are ignored; run them one by one
//! with `cargo test --release -- --ignored --nocapture --test-threads 1 attack`, which prints time and memory.

mod huge;
mod pages;
mod unknown;
mod values;

use std::time::{Duration, Instant};

use ramspect::evaluate::{
    Context, Explanation, Fact, Layer, LayerKind, PolicySet, PolicySetBuilder, Request, Rules, Scratch, View,
};
use ramspect::intake::documents;
use ramspect::inventory::InventoryBuilder;
use ramspect::policy::{PolicyKind, lower};
use ramspect::request::{self, batch_line};
use ramspect::syntax::parse;
use serde_json::{Value, json};

/// Runs something that must not take long, even unoptimised: time on the processor, where the system tells it, so that a busy
/// machine does not count.
fn soon<T>(what: &str, run: impl FnOnce() -> T) -> T {
    let (start, busy) = (Instant::now(), processor_time());
    let result = run();
    let taken = match (busy, processor_time()) {
        (Some(before), Some(after)) => after.saturating_sub(before),
        _ => start.elapsed(),
    };
    println!("{what}: {taken:?}");
    assert!(taken < Duration::from_secs(10), "{what} took {taken:?}");
    result
}

/// Time that this thread has run.
fn processor_time() -> Option<Duration> {
    let told = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    told.split_whitespace().next()?.parse().ok().map(Duration::from_nanos)
}

fn set(document: &Value) -> PolicySet {
    let text = document.to_string();
    let lowered = lower(&text, PolicyKind::Bucket);
    let mut builder = PolicySetBuilder::new();
    builder.layer(Layer { kind: LayerKind::Identity, scope: "account".into() });
    builder.policy(&lowered.policy);
    builder.finish()
}

fn allow(action: &str, resource: &str, condition: Value) -> Value {
    json!({"Effect": "Allow", "Action": action, "Resource": resource, "Condition": condition})
}

fn policy(statements: Vec<Value>) -> Value {
    json!({"Version": "1", "Statement": statements})
}

fn ask(set: &PolicySet, action: &str, resource: &str, facts: &[(&str, &str)]) -> Explanation {
    let mut context = Context::new();
    for (key, value) in facts {
        context.set(*key, Fact::One((*value).into()));
    }
    let view = View { command: Some(&context), ..View::default() };
    let request = Request { action, resource, view };
    let mut scratch = Scratch::new();
    let explained = set.explain(&request, Rules::default(), &mut scratch);
    for use_index in [false, true] {
        let again = set.clone().with_index(use_index).explain(&request, Rules::default(), &mut scratch);
        assert_eq!(again, explained, "with the index: {use_index}");
    }
    explained
}

fn word(set: &PolicySet, action: &str, resource: &str, facts: &[(&str, &str)]) -> &'static str {
    ask(set, action, resource, facts).possible.word()
}

#[test]
fn two_hundred_thousand_brackets_are_a_mistake_everywhere() {
    for open in ["[", "{\"a\":", "[{\"Statement\":"] {
        let text = open.repeat(200_000);
        soon("brackets", || {
            assert!(!parse(&text).errors.is_empty());
            assert!(lower(&text, PolicyKind::Identity).is_refused());
            assert!(documents(&text).is_err());
            assert!(request::read("a", &text).is_err());
            assert!(batch_line::read(&text).is_err());
            assert!(InventoryBuilder::default().add("a", &text).is_err());
        });
    }
    let nested = format!("{{\"a\":{}{}}}", "[".repeat(200_000), "]".repeat(200_000));
    assert!(InventoryBuilder::default().add("a", &nested).is_err());
    assert!(batch_line::read(&format!("{{\"context\":{nested}}}")).is_err());
}

#[test]
fn a_megabyte_in_one_string_is_read_and_matched() {
    let long = "é".repeat(500_000);
    let set = set(&policy(vec![
        allow("a:*é", "*é", json!({"StringEquals": {"k": long}})),
        allow(&format!("b:{long}"), "acs:*?", json!({"StringLike": {"k": "*é?"}})),
    ]));
    let resource = format!("acs:a:b:c:{long}");
    soon("a megabyte", || {
        assert_eq!(word(&set, &format!("a:{long}"), &resource, &[("k", &long)]), "allow");
        assert_eq!(word(&set, &format!("b:{long}"), &resource, &[("k", &long)]), "allow");
        assert_eq!(word(&set, &format!("b:{long}x"), &resource, &[("k", &long)]), "implicit_deny");
        assert_eq!(word(&set, &format!("a:{long}"), &resource, &[]), "undetermined");
    });
    let line =
        json!({"action": format!("a:{long}"), "resources": [resource], "context": {long.clone(): long}}).to_string();
    assert_eq!(batch_line::read(&line).unwrap().action.len(), long.len() + 2);
    let request = json!({"SecurityGroupId": long, "Action": long}).to_string();
    assert!(request::read("a", &request).unwrap().0[0].1.is_err());
}

#[test]
fn a_hundred_thousand_members_in_one_object_are_no_more_than_linear() {
    let members: Vec<String> = (0..100_000).map(|n| format!("\"k{n}\":\"v\"")).collect();
    let object = format!("{{{}}}", members.join(","));
    soon("members", || {
        assert!(parse(&object).errors.is_empty());
        let lowered = lower(&object, PolicyKind::Identity);
        assert!(lowered.is_refused() && lowered.diagnostics.len() < 2_100, "{}", lowered.diagnostics.len());
        let line = format!("{{\"action\":\"a:b\",\"resources\":[\"*\"],\"context\":{object}}}");
        assert_eq!(batch_line::read(&line).unwrap().context.iter().count(), 100_000);
        let asked = request::read("a", &format!("{{\"context\":{object}}}")).unwrap().0;
        assert_eq!(asked[0].1.as_ref().unwrap().line.context.iter().count(), 100_000);
        let absent: Vec<String> = (0..100_000).map(|n| format!("\"k{n}\"")).collect();
        let line = format!("{{\"action\":\"a:b\",\"resources\":[\"*\"],\"absent\":[{}]}}", absent.join(","));
        assert_eq!(batch_line::read(&line).unwrap().context.iter().count(), 100_000);
    });
    let numbers = format!("{{\"Version\":\"1\",\"Statement\":[{{\"Action\":[{}]}}]}}", "1,".repeat(200_000));
    soon("numbers", || {
        let lowered = lower(&numbers, PolicyKind::Identity);
        assert!(lowered.is_refused() && lowered.diagnostics.len() < 2_100);
    });
}

/// No flood of warnings hides what makes RAM refuse a policy.
#[test]
fn an_error_behind_thousands_of_warnings_is_seen() {
    let arns = "\"a\",".repeat(5_000);
    let text = format!(
        "{{\"Version\":\"1\",\"Statement\":[{{\"Effect\":\"Allow\",\"Action\":\"*\",\"Resource\":[{arns}1]}}]}}"
    );
    let lowered = lower(&text, PolicyKind::Trust);
    assert!(lowered.is_refused());
    let lowered = lower(&text, PolicyKind::Bucket);
    assert!(lowered.diagnostics.iter().any(|diagnostic| diagnostic.code == "not-a-string"));
}

#[test]
fn star_bombs_end() {
    let bombs = [
        format!("a:{}b", "*a".repeat(2_000)),
        format!("a:*{}b*", "a".repeat(2_000)),
        format!("a:{}b", "*?".repeat(2_000)),
    ];
    let text = format!("a:{}", "a".repeat(20_000));
    for bomb in &bombs {
        let like = json!({"StringLike": {"k": bomb}});
        let set = set(&policy(vec![allow(bomb, "*", json!({})), allow("*", bomb, json!({})), allow("*", "*", like)]));
        soon("a bomb", || {
            assert_eq!(word(&set, &text, "*", &[("k", &text)]), "implicit_deny");
            assert_eq!(word(&set, "x:y", &format!("acs:b:c:{text}"), &[("k", "a:b")]), "implicit_deny");
            assert!(ask(&set, "x:y", "*", &[]).possible.single().is_none());
        });
    }
}

#[test]
fn ten_thousand_colons_are_one_text() {
    let colons = ":".repeat(10_000);
    let statements = (0..200).map(|n| allow("a:b", &format!("acs:x{n}:*:{colons}end"), json!({})));
    let more = [allow("a:?", &format!("acs:e*:1:{colons}?nd"), json!({})), allow("a:c", "acs:e:*:1:*d", json!({}))];
    let set = set(&policy(statements.chain(more).collect()));
    soon("colons", || {
        assert_eq!(word(&set, "a:b", &format!("acs:x7{colons}end"), &[]), "implicit_deny");
        assert_eq!(word(&set, "a:b", &format!("acs:x7::{colons}end"), &[]), "allow");
        assert_eq!(word(&set, "a:b", &format!("acs:e:r:1:{colons}end"), &[]), "allow");
        assert_eq!(word(&set, "a:c", &format!("acs:e:r:1:{colons}end"), &[]), "allow");
        assert_eq!(word(&set, "a:c", &format!("acs:e:r:1:{colons}en"), &[]), "implicit_deny");
    });
}
