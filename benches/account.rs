//! A large account: 1,000 users, 300 groups, 1,000 roles, 1,500 policies. Load and one answer; a batch of mixed requests through
//! the real binary; the same requests in this process against a plain scan over each caller's statements.
//!
//! `cargo bench --bench account`; `-- 100000` for another number of requests; `-- write DIR` only writes the files.
#![allow(
    clippy::pedantic,
    clippy::string_slice,
    clippy::indexing_slicing,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    clippy::write_literal,
    unreachable_pub,
    missing_docs,
    reason = "a harness stops at the first surprise, prints, and rounds figures"
)]

mod common;

use std::collections::HashMap;
use std::fmt::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Instant;

use common::account::{ID, ROLES, Rng, SERVICES, USERS, VERBS, account};
use common::timing::{goal, processor_time};
use ramspect::account::{Account, BindingCache, Bindings, Documents, Given, MissingPolicy};
use ramspect::evaluate::{Request, Rules, Scratch, View};
use ramspect::pattern::Wildcard;
use ramspect::text::Source;

struct Ask {
    principal: String,
    action: String,
    resource: String,
    line: String,
}

fn ask(rng: &mut Rng, number: u64) -> Ask {
    let principal = match rng.below(20) {
        0 => format!("acs:ram::{ID}:root"),
        1..=7 => format!("acs:ram::{ID}:role/r{}", rng.below(ROLES)),
        _ => format!("acs:ram::{ID}:user/u{}", rng.below(USERS)),
    };
    let (action, resource) = if rng.below(20) == 0 {
        ("sts:AssumeRole".to_owned(), format!("acs:ram::{ID}:role/r{}", rng.below(ROLES)))
    } else {
        let (service, kind) = rng.pick(&SERVICES);
        let action = format!("{service}:{}Thing{}", rng.pick(&VERBS), rng.below(20));
        (action, format!("acs:{service}:cn-hangzhou:{ID}:{kind}/{}-{}", rng.below(60), rng.below(1000)))
    };
    let context = if rng.below(2) == 0 { "10.1.2.3" } else { "8.8.8.8" };
    let line = format!(
        r#"{{"id":{number},"principal":"{principal}","action":"{action}","resources":["{resource}"],"context":{{"acs:SourceIp":"{context}","acs:ResourceTag/env":"dev","acs:ResourceGroupId":"rg-1"}},"closed_context":true}}"#
    );
    Ask { principal, action, resource, line }
}

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|argument| argument != "--bench").collect();
    let folder = match arguments.as_slice() {
        [word, folder] if word == "write" => Path::new(folder).to_owned(),
        _ => Path::new(env!("CARGO_TARGET_TMPDIR")).join("account bench"),
    };
    let requests: u64 = arguments.last().and_then(|number| number.parse().ok()).unwrap_or(1_000_000);
    std::fs::create_dir_all(&folder).unwrap();
    let mut rng = Rng(20_261_124);
    let text = account(&mut rng);
    let asks: Vec<Ask> = (0..requests).map(|number| ask(&mut rng, number)).collect();
    let mut lines = String::new();
    for ask in &asks {
        lines.push_str(&ask.line);
        lines.push('\n');
    }
    std::fs::write(folder.join("account.json"), &text).unwrap();
    std::fs::write(folder.join("requests.ndjson"), &lines).unwrap();
    if arguments.first().is_some_and(|word| word == "write") {
        return;
    }
    println!("account file {} KiB", text.len() / 1024);
    through_the_binary(&folder, requests);
    policy_tests(&folder, &asks);
    log(&folder);
    in_process(&text, &asks[..asks.len().min(20_000)]);
}

/// Wall time and processor time of one run of the real binary, in seconds.
fn run(arguments: &[&str]) -> (f64, f64) {
    let (start, before) = (Instant::now(), processor_time_of_children());
    let mut command = Command::new(env!("CARGO_BIN_EXE_ramspect"));
    let status = command.args(arguments).stdout(Stdio::null()).stderr(Stdio::null()).status().unwrap();
    assert_ne!(status.code(), Some(2), "{arguments:?}");
    let wall = start.elapsed().as_secs_f64();
    (wall, processor_time_of_children().map_or(wall, |after| after - before.unwrap_or_default()))
}

/// Processor time of all processes that were started here and have ended; none where the system does not tell.
fn processor_time_of_children() -> Option<f64> {
    let text = std::fs::read_to_string("/proc/self/stat").ok()?;
    let behind = text.rsplit_once(')')?.1;
    let ticks = behind.split_whitespace().skip(13).take(2).filter_map(|field| field.parse::<f64>().ok());
    Some(ticks.sum::<f64>() / 100.0)
}

/// The least of several runs.
fn best(times: usize, arguments: &[&str]) -> (f64, f64) {
    let runs = (0..times).map(|_| run(arguments));
    runs.fold((f64::MAX, f64::MAX), |best, one| (best.0.min(one.0), best.1.min(one.1)))
}

fn through_the_binary(folder: &Path, requests: u64) {
    let account = folder.join("account.json");
    let account = account.to_str().unwrap();
    let (wall, processor) = best(
        7,
        &[
            "simulate",
            "--account",
            account,
            "--principal",
            "acs:ram::1234567890123456:user/u7",
            "--action",
            "ecs:StopThing1",
            "--resource",
            "acs:ecs:cn-hangzhou:1234567890123456:instance/7",
        ],
    );
    let figure = format!("{:.1} ms, {:.0} ms of processor time (best of 7)", wall * 1e3, processor * 1e3);
    goal("load and one answer in under 150 ms", wall < 0.15, &figure);
    let batch = folder.join("requests.ndjson");
    let (wall, processor) = best(3, &["simulate", "--account", account, "--batch", batch.to_str().unwrap()]);
    let rate = |seconds: f64| requests as f64 / seconds;
    let figure = format!(
        "{:.0} a second of processor time, {:.0} of wall time, {requests} requests, loading included (best of 3)",
        rate(processor),
        rate(wall)
    );
    goal("300,000 mixed requests a second on one core", rate(processor) >= 300_000.0, &figure);
}

/// 5,000 policy tests, each with what it really gets.
fn policy_tests(folder: &Path, asks: &[Ask]) {
    let tests: Vec<String> = asks
        .iter()
        .take(5000)
        .map(|ask| {
            let body = ask.line.split_once(',').unwrap().1;
            format!("{{\"name\":\"{} may {}\",\"expect\":\"deny\",{body}", ask.principal, ask.action)
        })
        .collect();
    let text = format!("{{\"account\":\"account.json\",\"tests\":[\n{}\n]}}\n", tests.join(",\n"));
    let file = folder.join("tests.json");
    std::fs::write(&file, text).unwrap();
    let file = file.to_str().unwrap();
    run(&["test", file, "--update"]);
    let (wall, processor) = best(5, &["test", file]);
    let figure = format!("{:.0} ms, {:.0} ms of processor time (best of 5)", wall * 1e3, processor * 1e3);
    goal("5,000 policy tests in under a second", processor < 1.0, &figure);
}

/// 10 MB of a log with a denial every now and then.
fn log(folder: &Path) {
    let mut text = String::new();
    let mut number = 0;
    while text.len() < 10_000_000 {
        number += 1;
        let _ = writeln!(
            text,
            "2026-11-24T08:00:00.{:06}Z INFO controller/node.go:{} synced node=\"i-bp{number}\" status: Running, took={}ms",
            number % 1_000_000,
            number % 900,
            number % 77
        );
        if number % 500 == 0 {
            let _ = writeln!(
                text,
                "2026-11-24T08:00:01Z ERROR call failed: {{\"Code\":\"Forbidden.RAM\",\"RequestId\":\"R-{number}\",\"Message\":\"User not authorized to operate on the specified resource.\",\"AccessDeniedDetail\":{{\"AuthAction\":\"ecs:StopInstance\",\"NoPermissionType\":\"ImplicitDeny\"}}}}"
            );
        }
    }
    let file = folder.join("app.log");
    std::fs::write(&file, &text).unwrap();
    let found = ramspect::explain::read(&text).len();
    let (wall, processor) = best(5, &["explain", file.to_str().unwrap()]);
    let figure =
        format!("{:.0} ms, {:.0} ms of processor time, {found} found (best of 5)", wall * 1e3, processor * 1e3);
    goal("a log of 10 MB searched for denials in under a second", processor < 1.0, &figure);
}

/// The statements of a caller, prepared for a plain scan: layer by layer, every one is looked at.
struct Plain {
    statements: Vec<(bool, Vec<Wildcard>, Vec<Wildcard>)>,
}

fn in_process(text: &str, asks: &[Ask]) {
    let mut documents = Documents::default();
    let mut no_files = |_: &str| Err(String::new());
    let start = Instant::now();
    let source = Source::new("account.json", text);
    let (account, _) = Account::read(source, MissingPolicy::Error, &mut documents, &mut no_files).unwrap();
    println!("reading the account: {:.1} ms", start.elapsed().as_secs_f64() * 1e3);
    let bindings = Bindings::new(documents, Some(account), Given::default());
    let (mut cache, mut scratch) = (BindingCache::new(false), Scratch::new());
    let rules = Rules::default();
    let view = View { closed: true, ..View::default() };
    let mut judge = |ask: &Ask| {
        let caller = cache.caller(&bindings, Some(&ask.principal)).unwrap();
        let binding = cache.binding(&bindings, &caller, &ask.action, &ask.resource);
        binding
            .set()
            .judge(&Request { action: &ask.action, resource: &ask.resource, view }, rules, &mut scratch)
            .possible
    };
    let mut all = || {
        let start = processor_time();
        asks.iter().for_each(|ask| {
            let _ = judge(ask);
        });
        (processor_time() - start).as_secs_f64()
    };
    let cold = all();
    let warm = (0..5).map(|_| all()).fold(f64::MAX, f64::min);
    // The scan: nothing is kept between requests but the patterns of each policy.
    let policies: Vec<Plain> = bindings.documents.policies().iter().map(plain).collect();
    let account = bindings.account.as_ref().unwrap();
    let mut grants: HashMap<&str, Vec<usize>> = HashMap::new();
    for ask in asks {
        let name = ask.principal.rsplit('/').next().unwrap_or_default();
        let listed = match (account.user(name), account.role(name)) {
            (Some(user), _) => account.grants_of(user).iter().map(|grant| grant.policy.0).collect(),
            (None, Some((_, role))) => role.attachments.iter().map(|grant| grant.policy.0).collect(),
            (None, None) => Vec::new(),
        };
        grants.insert(&ask.principal, listed);
    }
    let mut allowed = 0_u64;
    let mut scan_all = || {
        let start = processor_time();
        allowed = 0;
        for ask in asks {
            let action = ask.action.to_ascii_lowercase();
            let (mut allow, mut deny) = (false, false);
            for policy in &grants[ask.principal.as_str()] {
                for (allows, actions, resources) in &policies[*policy].statements {
                    let matches = actions.iter().any(|pattern| pattern.matches(&action))
                        && resources.iter().any(|pattern| pattern.matches(&ask.resource));
                    allow |= matches && *allows;
                    deny |= matches && !*allows;
                }
            }
            allowed += u64::from(allow && !deny);
        }
        (processor_time() - start).as_secs_f64()
    };
    let scan = (0..5).map(|_| scan_all()).fold(f64::MAX, f64::min);
    let each = |seconds: f64| seconds * 1e6 / asks.len() as f64;
    println!(
        "  one decision, processor time: {:.2} us with making the sets, {:.2} us after; a plain scan without conditions and layers {:.2} us ({allowed} allowed); the scan takes {:.1} times as long",
        each(cold),
        each(warm),
        each(scan),
        scan / warm
    );
}

fn plain(policy: &ramspect::account::NamedPolicy) -> Plain {
    let statements = policy.policy.statements.iter().map(|statement| {
        let patterns = |scope: &Option<ramspect::policy::Scope<'_>>, lower: bool| {
            let listed = scope.iter().flat_map(|scope| &scope.patterns);
            listed
                .map(|text| {
                    Wildcard::new(&if lower { text.value.to_ascii_lowercase() } else { text.value.to_string() })
                })
                .collect()
        };
        let allows = statement.effect.as_ref().is_some_and(|effect| effect.value == ramspect::policy::Effect::Allow);
        (allows, patterns(&statement.action, true), patterns(&statement.resource, false))
    });
    Plain { statements: statements.collect() }
}
