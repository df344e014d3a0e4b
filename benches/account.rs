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

use std::collections::HashMap;
use std::fmt::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Instant;

use ramspect::account::{Account, BindingCache, Bindings, Documents, Given, MissingPolicy};
use ramspect::evaluate::{Request, Rules, Scratch, View};
use ramspect::pattern::Wildcard;
use ramspect::text::Source;

const ID: &str = "1234567890123456";
const USERS: u64 = 1000;
const GROUPS: u64 = 300;
const ROLES: u64 = 1000;
const POLICIES: u64 = 1500;
const SERVICES: [(&str, &str); 8] = [
    ("ecs", "instance"),
    ("vpc", "vswitch"),
    ("oss", "bucket"),
    ("rds", "dbinstance"),
    ("slb", "loadbalancer"),
    ("log", "project"),
    ("ram", "user"),
    ("kms", "key"),
];
const VERBS: [&str; 8] = ["Describe", "List", "Get", "Create", "Delete", "Modify", "Start", "Stop"];

/// `SplitMix64`.
struct Rng(u64);

impl Rng {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (mixed ^ (mixed >> 31)) % bound
    }

    fn pick<T: Copy>(&mut self, all: &[T]) -> T {
        all[usize::try_from(self.below(all.len() as u64)).unwrap()]
    }
}

fn statement(rng: &mut Rng) -> String {
    let (service, kind) = rng.pick(&SERVICES);
    let effect = if rng.below(6) == 0 { "Deny" } else { "Allow" };
    let mut actions: Vec<String> = Vec::new();
    for _ in 0..=rng.below(4) {
        actions.push(match rng.below(3) {
            0 => format!("\"{service}:{}*\"", rng.pick(&VERBS)),
            _ => format!("\"{service}:{}Thing{}\"", rng.pick(&VERBS), rng.below(20)),
        });
    }
    let resource = match rng.below(3) {
        0 => "*".to_owned(),
        1 => format!("acs:{service}:*:{ID}:{kind}/*"),
        _ => format!("acs:{service}:cn-hangzhou:*:{kind}/{}*", rng.below(50)),
    };
    let condition = match rng.below(5) {
        0 => r#","Condition":{"IpAddress":{"acs:SourceIp":["10.0.0.0/8","192.168.1.0/24"]}}"#,
        1 => r#","Condition":{"StringEquals":{"acs:ResourceTag/env":"dev"}}"#,
        _ => "",
    };
    let actions = actions.join(",");
    format!(r#"{{"Effect":"{effect}","Action":[{actions}],"Resource":"{resource}"{condition}}}"#)
}

/// The account file.
fn account(rng: &mut Rng) -> String {
    let mut text = format!("{{\"account_id\":\"{ID}\",\n\"policies\":{{");
    for number in 0..POLICIES {
        let statements: Vec<String> = (0..=rng.below(7)).map(|_| statement(rng)).collect();
        let comma = if number > 0 { "," } else { "" };
        let _ =
            write!(text, "{comma}\n\"p{number}\":{{\"Version\":\"1\",\"Statement\":[{}]}}", statements.join(",\n "));
    }
    let assume = r#"{"Version":"1","Statement":[{"Effect":"Allow","Action":"sts:AssumeRole","Resource":"*"}]}"#;
    let _ = write!(
        text,
        ",\n\"assume\":{assume},\n\"guard\":{{\"Version\":\"1\",\"Statement\":[{}]}}}},\n\"groups\":{{",
        r#"{"Effect":"Deny","Action":"ram:Delete*","Resource":"*"}"#
    );
    let attachments = |rng: &mut Rng, most: u64, assumes: bool| {
        let mut all: Vec<String> = (0..=rng.below(most))
            .map(|_| {
                let group = if rng.below(8) == 0 {
                    format!(",\"resource_group\":\"rg-{}\"", rng.below(5))
                } else {
                    String::new()
                };
                format!("{{\"policy\":\"p{}\"{group}}}", rng.below(POLICIES))
            })
            .collect();
        if assumes {
            all.push("{\"policy\":\"assume\"}".to_owned());
        }
        format!("\"attachments\":[{}]", all.join(","))
    };
    for number in 0..GROUPS {
        let comma = if number > 0 { "," } else { "" };
        let _ = write!(text, "{comma}\n\"g{number}\":{{{}}}", attachments(rng, 6, false));
    }
    text.push_str("},\n\"users\":{");
    for number in 0..USERS {
        let comma = if number > 0 { "," } else { "" };
        let groups: Vec<String> = (0..rng.below(4)).map(|_| format!("\"g{}\"", rng.below(GROUPS))).collect();
        let assumes = rng.below(3) == 0;
        let _ = write!(
            text,
            "{comma}\n\"u{number}\":{{\"groups\":[{}],{}}}",
            groups.join(","),
            attachments(rng, 8, assumes)
        );
    }
    text.push_str("},\n\"roles\":{");
    for number in 0..ROLES {
        let comma = if number > 0 { "," } else { "" };
        let who = if rng.below(2) == 0 { "root".to_owned() } else { format!("user/u{}", rng.below(USERS)) };
        let trust = format!(
            r#"{{"Version":"1","Statement":[{{"Effect":"Allow","Action":"sts:AssumeRole","Principal":{{"RAM":["acs:ram::{ID}:{who}"]}}}}]}}"#
        );
        let _ = write!(text, "{comma}\n\"r{number}\":{{\"trust\":{trust},{}}}", attachments(rng, 5, false));
    }
    text.push_str("},\n\"resource_directory\":{\"levels\":[{\"name\":\"member\",\"control_policies\":[\"FullAliyunAccess\"]},{\"name\":\"Root\",\"control_policies\":[\"FullAliyunAccess\",\"guard\"]}]}}\n");
    text
}

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
    in_process(&text, &asks[..asks.len().min(20_000)]);
}

fn run(folder: &Path, arguments: &[&str]) -> f64 {
    let start = Instant::now();
    let mut command = Command::new(env!("CARGO_BIN_EXE_ramspect"));
    let status = command.arg("simulate").arg("--account").arg(folder.join("account.json")).args(arguments);
    let status = status.stdout(Stdio::null()).stderr(Stdio::null()).status().unwrap();
    assert_ne!(status.code(), Some(2), "{arguments:?}");
    start.elapsed().as_secs_f64()
}

fn through_the_binary(folder: &Path, requests: u64) {
    let one = [
        "--principal",
        "acs:ram::1234567890123456:user/u7",
        "--action",
        "ecs:StopThing1",
        "--resource",
        "acs:ecs:cn-hangzhou:1234567890123456:instance/7",
    ];
    let best = (0..7).map(|_| run(folder, &one)).fold(f64::MAX, f64::min);
    println!("load and one answer: {:.1} ms (best of 7, goal 150)", best * 1e3);
    let batch = folder.join("requests.ndjson");
    let best = (0..3).map(|_| run(folder, &["--batch", batch.to_str().unwrap()])).fold(f64::MAX, f64::min);
    #[expect(clippy::cast_precision_loss, reason = "a rate")]
    let rate = requests as f64 / best;
    println!("batch: {requests} requests in {best:.2} s, {rate:.0}/s with loading (best of 3, goal 300000)");
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
    let start = Instant::now();
    asks.iter().for_each(|ask| {
        let _ = judge(ask);
    });
    let cold = start.elapsed().as_secs_f64();
    let start = Instant::now();
    asks.iter().for_each(|ask| {
        let _ = judge(ask);
    });
    let warm = start.elapsed().as_secs_f64();
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
    let start = Instant::now();
    let mut allowed = 0_u64;
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
    let scan = start.elapsed().as_secs_f64();
    #[expect(clippy::cast_precision_loss, reason = "a rate")]
    let each = |seconds: f64| seconds * 1e6 / asks.len() as f64;
    println!(
        "one decision: {:.2} us with making the sets, {:.2} us after; a plain scan without conditions and layers {:.2} us ({allowed} allowed); ratio {:.1}",
        each(cold),
        each(warm),
        each(scan),
        warm / scan
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
