//! How long comparisons take, as medians and growth in one run: policies in the shape of `peers-bench`, moved to `acs`.
//!
//! `cargo bench --bench analyze`; `-- check FILE ACTION RESOURCE` times one proof for `peers/ask_iamprover.py`;
//! `-- unrelated SIZE LIMIT RUNS [SEED]` prints what comes out of one unrelated pair, for instruction counts and for `diff`.
#![allow(
    clippy::pedantic,
    clippy::string_slice,
    clippy::indexing_slicing,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    missing_docs,
    reason = "a harness stops at the first surprise, prints, and rounds figures"
)]

use std::time::{Duration, Instant};

use ramspect::analyze::{Options, Relation, Side, compare, overlap};
use ramspect::policy::{Policy, PolicyKind, lower};
use serde_json::{Value, json};

struct Random(u64);

impl Random {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        usize::try_from((mixed ^ (mixed >> 31)) % bound as u64).unwrap()
    }

    fn pick<'a>(&mut self, list: &[&'a str]) -> &'a str {
        list[self.below(list.len())]
    }
}

const SERVICES: [(&str, [&str; 4], [&str; 3]); 6] = [
    (
        "ecs",
        ["StartInstance", "StopInstance", "DescribeInstances", "RunCommand"],
        ["instance/i-", "securitygroup/sg-", "disk/d-"],
    ),
    ("oss", ["GetObject", "PutObject", "ListObjects", "DeleteObject"], ["logs-", "data-", "backup-"]),
    (
        "rds",
        ["CreateDBInstance", "DescribeDBInstances", "ModifySecurityIps", "DeleteDatabase"],
        ["dbinstance/rm-", "dbinstance/pg-", "dbinstance/my-"],
    ),
    (
        "vpc",
        ["CreateVpc", "DescribeVpcs", "CreateVSwitch", "DeleteRouteEntry"],
        ["vpc/vpc-", "vswitch/vsw-", "eip/eip-"],
    ),
    ("ram", ["CreateUser", "GetPolicy", "AttachPolicyToUser", "ListUsers"], ["user/", "role/", "policy/"]),
    (
        "log",
        ["GetLogStoreLogs", "PostLogStoreLogs", "ListProject", "CreateIndex"],
        ["project/a-", "project/b-", "project/c-"],
    ),
];

/// One statement: a few actions of a service, some with wildcards, on a few resources, half of them under a condition.
fn statement(random: &mut Random) -> Value {
    let (service, names, kinds) = SERVICES[random.below(SERVICES.len())];
    let actions: Vec<String> = (0..1 + random.below(3))
        .map(|_| {
            let name = names[random.below(names.len())];
            match random.below(4) {
                0 => format!("{service}:{}*", &name[..4]),
                1 => format!("{service}:*{}", &name[name.len() - 4..]),
                _ => format!("{service}:{name}"),
            }
        })
        .collect();
    let resources: Vec<String> = (0..1 + random.below(3))
        .map(|_| {
            let kind = kinds[random.below(kinds.len())];
            let id = random.below(2000);
            let region = if service == "ram" { "" } else { random.pick(&["cn-hangzhou", "cn-beijing", "*"]) };
            let tail = if random.below(3) == 0 { format!("{kind}{id}*") } else { format!("{kind}{id}") };
            format!("acs:{service}:{region}:1234567890123456:{tail}")
        })
        .collect();
    let effect = if random.below(5) == 0 { "Deny" } else { "Allow" };
    let mut statement = json!({ "Effect": effect, "Action": actions, "Resource": resources });
    match random.below(6) {
        0 => {
            statement["Condition"] =
                json!({ "IpAddress": { "acs:SourceIp": format!("10.{}.0.0/16", random.below(256)) } })
        }
        1 => {
            statement["Condition"] =
                json!({ "StringEquals": { "acs:ResourceTag/env": random.pick(&["dev", "test", "prod"]) } })
        }
        2 => {
            statement["Condition"] = json!({ "Bool": { "acs:SecureTransport": "true" }, "StringLike": { "acs:ResourceTag/team": format!("t{}*", random.below(40)) } })
        }
        _ => {}
    }
    statement
}

fn list(random: &mut Random, count: usize) -> Vec<Value> {
    (0..count).map(|_| statement(random)).collect()
}

fn text(list: &[Value]) -> String {
    json!({ "Version": "1", "Statement": list }).to_string()
}

/// Each list entry as a statement of its own, half of the `x*` as `x` and `x?*`, a /16 as two /17, in another order.
fn pieces(list: &[Value], random: &mut Random) -> Vec<Value> {
    let mut all = Vec::new();
    for statement in list {
        for action in statement["Action"].as_array().unwrap() {
            for resource in statement["Resource"].as_array().unwrap() {
                let texts = match resource.as_str().unwrap().strip_suffix('*').filter(|_| random.below(2) == 0) {
                    Some(front) => vec![front.to_owned(), format!("{front}?*")],
                    None => vec![resource.as_str().unwrap().to_owned()],
                };
                for text in texts {
                    let mut piece = statement.clone();
                    piece["Action"] = action.clone();
                    piece["Resource"] = json!(text);
                    if let Some(block) = piece["Condition"]["IpAddress"]["acs:SourceIp"].as_str().map(str::to_owned) {
                        let front = block.strip_suffix(".0.0/16").unwrap();
                        for half in [format!("{front}.0.0/17"), format!("{front}.128.0/17")] {
                            piece["Condition"]["IpAddress"]["acs:SourceIp"] = json!(half);
                            all.push(piece.clone());
                        }
                        continue;
                    }
                    if piece["Condition"].is_null() {
                        piece.as_object_mut().unwrap().remove("Condition");
                    }
                    all.push(piece);
                }
            }
        }
    }
    for at in (1..all.len()).rev() {
        all.swap(at, random.below(at + 1));
    }
    all
}

/// Parsing and comparison together, the median of some runs.
fn median(old: &str, new: &str, limit: usize, runs: usize) -> (Duration, Relation, usize) {
    let mut times = Vec::new();
    let mut last = (Relation::Undecided, 0);
    for _ in 0..runs {
        let begin = Instant::now();
        let policies: Vec<Policy<'_>> = [old, new].map(|text| lower(text, PolicyKind::Bucket).policy).into();
        let sides = [Side::new([&policies[0]]), Side::new([&policies[1]])];
        let comparison = compare(&sides[0], &sides[1], Options { limit, ..Options::default() });
        times.push(begin.elapsed());
        last = (comparison.relation, comparison.new_access.found.len() + comparison.lost_access.found.len());
    }
    times.sort();
    (times[times.len() / 2], last.0, last.1)
}

/// Peak memory of the process so far, where the system tells.
fn peak() -> String {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    status
        .lines()
        .find(|line| line.starts_with("VmHWM"))
        .map(|line| line.replace("VmHWM:", "").trim().to_owned())
        .unwrap_or_default()
}

/// `check FILE ACTION RESOURCE`: whether the policy can allow such a request, parsing included, for `peers/ask_iamprover.py`.
fn check(file: &str, action: &str, resource: &str) {
    let text = std::fs::read_to_string(file).unwrap();
    let asked = json!({ "Effect": "Allow", "Action": action, "Resource": resource });
    let asked = json!({ "Version": "1", "Statement": [asked] }).to_string();
    let mut times = Vec::new();
    let mut any = None;
    for _ in 0..201 {
        let begin = Instant::now();
        let policies: Vec<Policy<'_>> = [&asked, &text].map(|text| lower(text, PolicyKind::Bucket).policy).into();
        let sides = [Side::new([&policies[0]]), Side::new([&policies[1]])];
        any = overlap(&sides[0], &sides[1], Options { limit: 1, ..Options::default() }).any();
        times.push(begin.elapsed());
    }
    times.sort();
    println!("{} {any:?}", times[times.len() / 2].as_secs_f64());
}

/// `unrelated SIZE LIMIT RUNS [SEED]`: one unrelated pair, compared so often; what came out, to hold it against another build.
fn unrelated(size: usize, limit: usize, runs: usize, seed: u64) {
    let mut random = Random(seed);
    let [one, other] = [0, 1].map(|_| text(&list(&mut random, size)));
    for run in 0..runs {
        let policies: Vec<Policy<'_>> = [&one, &other].map(|text| lower(text, PolicyKind::Bucket).policy).into();
        let sides = [Side::new([&policies[0]]), Side::new([&policies[1]])];
        let comparison = compare(&sides[0], &sides[1], Options { limit, ..Options::default() });
        if run == 0 {
            println!("{comparison:#?}");
        }
    }
}

fn main() {
    let words: Vec<String> = std::env::args().skip(1).filter(|word| word != "--bench").collect();
    if let [mode, file, action, resource] = words.as_slice()
        && mode == "check"
    {
        return check(file, action, resource);
    }
    if let [mode, size, limit, runs, seed @ ..] = words.as_slice()
        && mode == "unrelated"
    {
        let number = |text: &String| text.parse().unwrap();
        let size = number(size);
        return unrelated(size, number(limit), number(runs), seed.first().map_or(size, number) as u64);
    }
    println!("{:>6} {:<28} {:>10} {:>12} {:>9} {:>6}", "size", "pair", "median", "relation", "witnesses", "peak");
    let mut before: Option<Duration> = None;
    for size in [10, 100, 1000] {
        let runs = if size == 1000 { 5 } else { 21 };
        let mut random = Random(size as u64);
        let (one, other) = (list(&mut random, size), list(&mut random, size));
        let changed = |count: usize, random: &mut Random| {
            let mut list = one.clone();
            for at in 0..count {
                list[at * size / count] = statement(random);
            }
            list
        };
        let few = changed((size / 100).max(1), &mut random);
        let ten = changed(10.min(size), &mut random);
        let split = pieces(&one, &mut random);
        let name = format!("rewritten in {} pieces", split.len());
        let pairs: Vec<(&str, &[Value], usize)> = vec![
            ("one in a hundred changed", &few, usize::MAX),
            ("ten changed", &ten, usize::MAX),
            ("unrelated, first witness", &other, 1),
            ("unrelated, all witnesses", &other, usize::MAX),
            (&name, &split, usize::MAX),
        ];
        for (name, list, limit) in pairs {
            let (time, relation, count) = median(&text(&one), &text(list), limit, runs);
            println!("{size:>6} {name:<28} {time:>10.2?} {:>12} {count:>9} {:>6}", relation.as_str(), peak());
            if name == "ten changed" {
                if let Some(before) = before {
                    println!(
                        "{:>6} growth over the size before: x{:.1}",
                        "",
                        time.as_secs_f64() / before.as_secs_f64()
                    );
                }
                before = Some(time);
            }
        }
    }
}
