//! Generated statements and requests. `peer`: the distribution of the harness with which other engines were measured, moved
//! to ARNs of Alibaba Cloud. `real`: modelled on 851 statements of published policies (most actions literal, half of the
//! resources `*`, 150 services of which a few are used most).

use std::fmt::Write;

use super::random::Random;

/// What a statement asks of the context.
#[derive(Debug, Clone)]
pub enum Condition {
    Team(String),
    TeamLike(String),
    Block(String),
}

#[derive(Debug, Clone)]
pub struct Shape {
    pub deny: bool,
    pub not_action: bool,
    pub actions: Vec<String>,
    pub not_resource: bool,
    pub resources: Vec<String>,
    pub condition: Option<Condition>,
}

#[derive(Debug, Clone)]
pub struct Ask {
    pub action: String,
    pub resource: String,
    pub ip: String,
    pub team: String,
}

pub const TEAM: &str = "acs:PrincipalTag/team";
pub const IP: &str = "acs:SourceIp";

struct Service {
    code: &'static str,
    actions: &'static [&'static str],
    /// The relative part: kind word and id, with `K`, `W` and `P` to be filled in.
    resource: &'static str,
}

const SERVICES: [Service; 6] = [
    Service {
        code: "oss",
        actions: &[
            "GetObject",
            "GetObjectTagging",
            "GetObjectAcl",
            "PutObject",
            "PutObjectTagging",
            "PutObjectAcl",
            "DeleteObject",
            "DeleteObjectTagging",
            "AbortMultipartUpload",
            "RestoreObject",
        ],
        resource: "appK-W/P",
    },
    Service {
        code: "ots",
        actions: &[
            "GetRow",
            "PutRow",
            "UpdateRow",
            "DeleteRow",
            "BatchGetRow",
            "BatchWriteRow",
            "GetRange",
            "SQLQuery",
            "DescribeTable",
            "UpdateTable",
        ],
        resource: "instance/appK-W-P",
    },
    Service {
        code: "mns",
        actions: &[
            "SendMessage",
            "ReceiveMessage",
            "DeleteMessage",
            "ChangeMessageVisibility",
            "GetQueueAttributes",
            "SetQueueAttributes",
            "PeekMessage",
            "DeleteQueue",
        ],
        resource: "/queues/appK-W-P",
    },
    Service {
        code: "ons",
        actions: &[
            "PublishMessage",
            "SubscribeMessage",
            "GetTopicAttributes",
            "SetTopicAttributes",
            "AddPermission",
            "RemovePermission",
            "DeleteTopic",
        ],
        resource: "topic/appK-W-P",
    },
    Service {
        code: "fc",
        actions: &[
            "InvokeFunction",
            "GetFunction",
            "UpdateFunctionCode",
            "UpdateFunctionConfiguration",
            "DeleteFunction",
            "AddPermission",
            "PublishVersion",
            "GetPolicy",
        ],
        resource: "functions/appK-W-P",
    },
    Service {
        code: "kms",
        actions: &[
            "GetSecretValue",
            "PutSecretValue",
            "DescribeSecret",
            "UpdateSecret",
            "DeleteSecret",
            "RotateSecret",
            "TagResource",
        ],
        resource: "secret/appK-W-P",
    },
];

const WORDS: [&str; 8] = ["prod", "dev", "test", "data", "logs", "public", "billing", "audit"];
const PARTS: [&str; 6] = ["reports", "images", "events", "users", "orders", "cache"];

fn first_word(name: &str) -> &str {
    let end = name.char_indices().skip(1).find(|(_, c)| c.is_ascii_uppercase()).map_or(name.len(), |(at, _)| at);
    &name[..end]
}

fn last_word(name: &str) -> &str {
    &name[name.rfind(|c: char| c.is_ascii_uppercase()).unwrap_or(0)..]
}

impl Service {
    fn arn(&self, k: &str, w: &str, p: &str) -> String {
        format!("acs:{}:*:*:{}", self.code, self.resource.replace('K', k).replace('W', w).replace('P', p))
    }

    fn action_pattern(&self, random: &mut Random) -> String {
        let name = *random.pick(self.actions);
        let code = self.code;
        match random.below(100) {
            0..35 => format!("{code}:{name}"),
            35..75 => format!("{code}:{}*", first_word(name)),
            75..92 => format!("{code}:*{}", last_word(name)),
            _ => format!("{code}:*"),
        }
    }

    fn resource_pattern(&self, random: &mut Random, apps: usize) -> String {
        let k = random.below(apps).to_string();
        let (w, p) = (*random.pick(&WORDS), *random.pick(&PARTS));
        match random.below(100) {
            0..30 => self.arn(&k, w, p) + "*",
            30..55 => self.arn(&k, "*", p),
            55..80 => self.arn(&k, w, "*"),
            80..95 => self.arn(&k, "*", "*"),
            _ => self.arn("*", w, p),
        }
    }
}

/// 40 of 100 statements have one: text, text with a wildcard, or a block of addresses.
fn condition(random: &mut Random) -> Option<Condition> {
    match random.below(100) {
        0..15 => Some(Condition::Team(format!("team-{}", random.below(20)))),
        15..25 => Some(Condition::TeamLike(format!("team-{}*", 1 + random.below(2)))),
        25..40 => Some(Condition::Block(format!("10.{}.0.0/16", random.below(16)))),
        _ => None,
    }
}

/// Statements of the `peer` shape: a third Deny.
pub fn peer(count: usize) -> Vec<Shape> {
    let mut random = Random::new(20_261_124 + count as u64);
    let apps = (count / 4).max(2);
    let statement = |at: usize| {
        let service = random.pick(&SERVICES);
        Shape {
            deny: random.below(3) == 0 && (count > 1 || at > 0),
            not_action: false,
            actions: (0..=random.below(3)).map(|_| service.action_pattern(&mut random)).collect(),
            not_resource: false,
            resources: (0..=random.below(2)).map(|_| service.resource_pattern(&mut random, apps)).collect(),
            condition: condition(&mut random),
        }
    };
    (0..count).map(statement).collect()
}

const VERBS: [&str; 16] = [
    "Describe", "List", "Get", "Create", "Delete", "Update", "Modify", "Attach", "Detach", "Start", "Stop", "Tag",
    "Query", "Add", "Remove", "Set",
];
const NOUNS: [&str; 24] = [
    "Instances",
    "InstanceStatus",
    "Disks",
    "Snapshots",
    "SecurityGroup",
    "Vpcs",
    "VSwitches",
    "Tags",
    "Metric",
    "Project",
    "Logstore",
    "Cluster",
    "ClusterNodes",
    "Backups",
    "Accounts",
    "Certificates",
    "Bucket",
    "Object",
    "Images",
    "KeyPairs",
    "Domains",
    "Records",
    "Listeners",
    "Rules",
];
const CODES: usize = 150;

fn code(random: &mut Random) -> String {
    format!("svc{:03}", random.skewed(CODES))
}

/// Of 1,000 actions 920 are literal, 70 a beginning; what reaches over services only ever grants.
fn real_action(random: &mut Random, code: &str, deny: bool) -> String {
    let (verb, noun) = (*random.pick(&VERBS), *random.pick(&NOUNS));
    match random.below(1000) {
        990 if !deny => "*".to_owned(),
        991 if !deny => format!("*:{verb}*"),
        920..990 if !deny => format!("{code}:{verb}*"),
        992.. if !deny => format!("{code}:*{noun}"),
        _ => format!("{code}:{verb}{noun}"),
    }
}

fn real_resource(random: &mut Random, code: &str, apps: usize) -> String {
    let (word, k) = (*random.pick(&WORDS), random.below(apps));
    let place = if random.percent(20) { "cn-hangzhou:1234567890123456" } else { "*:*" };
    match random.below(100) {
        0..53 => "*".to_owned(),
        53..78 => format!("acs:{code}:{place}:{word}/app{k}-*"),
        78..94 => format!("acs:{code}:cn-hangzhou:1234567890123456:{word}/app{k}-main"),
        _ => format!("acs:{code}:{place}:{word}/*/app{k}"),
    }
}

/// Statements of the `real` shape: 7 % Deny, 13 % with a condition, a few with `NotAction`.
pub fn real(count: usize) -> Vec<Shape> {
    let mut random = Random::new(851 + count as u64);
    let apps = (count / 4).max(2);
    let statement = |_| {
        let code = code(&mut random);
        let deny = random.percent(7);
        Shape {
            deny,
            not_action: !deny && random.below(850) == 0,
            actions: (0..1 + random.skewed(20)).map(|_| real_action(&mut random, &code, deny)).collect(),
            not_resource: false,
            resources: (0..=usize::from(random.percent(6))).map(|_| real_resource(&mut random, &code, apps)).collect(),
            condition: if random.percent(33) { condition(&mut random) } else { None },
        }
    };
    (0..count).map(statement).collect()
}

/// Requests of which half are aimed at a statement.
pub fn asks(statements: &[Shape], count: usize) -> Vec<Ask> {
    let mut random = Random::new(7);
    let apps = (statements.len() / 4).max(2);
    let is_peer = statements.iter().all(|s| SERVICES.iter().any(|service| s.actions[0].starts_with(service.code)));
    let ask = |_| {
        let (action, resource) = if random.percent(50) {
            let aimed = random.pick(statements);
            let action = random.pick(&aimed.actions).clone();
            let name = if is_peer {
                let code = action.split(':').next().unwrap();
                let service = SERVICES.iter().find(|service| service.code == code).unwrap();
                let fits = |name: &&&str| glob(&action, &format!("{code}:{name}"));
                format!("{code}:{}", service.actions.iter().find(fits).unwrap_or(&service.actions[0]))
            } else {
                fill(&mut random, &action).replacen("*:", "svc000:", 1)
            };
            let pattern = random.pick(&aimed.resources).clone();
            (name, if pattern == "*" { some_arn(&mut random, apps, is_peer) } else { fill(&mut random, &pattern) })
        } else if is_peer {
            let service = random.pick(&SERVICES);
            (format!("{}:{}", service.code, random.pick(service.actions)), peer_arn(&mut random, service, apps))
        } else {
            let code = code(&mut random);
            (format!("{code}:{}{}", random.pick(&VERBS), random.pick(&NOUNS)), some_arn(&mut random, apps, false))
        };
        Ask {
            action,
            resource,
            ip: format!("10.{}.{}.{}", random.below(20), random.below(256), 1 + random.below(254)),
            team: format!("team-{}", random.below(30)),
        }
    };
    (0..count).map(ask).collect()
}

fn peer_arn(random: &mut Random, service: &Service, apps: usize) -> String {
    let k = random.below(apps).to_string();
    let arn = service.arn(&k, *random.pick(&WORDS), *random.pick(&PARTS));
    arn.replace(":*:*:", ":cn-hangzhou:1234567890123456:") + &format!("-{}", random.below(99))
}

fn some_arn(random: &mut Random, apps: usize, is_peer: bool) -> String {
    if is_peer {
        return peer_arn(random, &SERVICES[0], apps);
    }
    let (code, word, k) = (code(random), *random.pick(&WORDS), random.below(apps));
    format!("acs:{code}:cn-hangzhou:1234567890123456:{word}/app{k}-main")
}

/// A text that the pattern covers: the place for the first two stars of an ARN, a word for every other star.
fn fill(random: &mut Random, pattern: &str) -> String {
    let placed = pattern.replace(":*:*:", ":cn-hangzhou:1234567890123456:");
    placed.split('*').enumerate().fold(String::new(), |text, (at, piece)| {
        if at == 0 { piece.to_owned() } else { text + *random.pick(&WORDS) + piece }
    })
}

/// The plain way to match, for the generator and the plain scan: iterative, `*` only, no allocation.
pub fn glob(pattern: &str, text: &str) -> bool {
    let (pattern, text) = (pattern.as_bytes(), text.as_bytes());
    let (mut p, mut t, mut star) = (0, 0, None);
    while t < text.len() {
        match pattern.get(p) {
            Some(b'*') => {
                star = Some((p, t));
                p += 1;
            }
            Some(byte) if *byte == text[t] => {
                p += 1;
                t += 1;
            }
            _ => match &mut star {
                None => return false,
                Some((at, from)) => {
                    *from += 1;
                    (p, t) = (*at + 1, *from);
                }
            },
        }
    }
    pattern[p..].iter().all(|byte| *byte == b'*')
}

impl Shape {
    fn write(&self, out: &mut String, pretty: bool) {
        let (line, space) = if pretty { ("\n      ", " ") } else { ("", "") };
        let _ = write!(out, "{{{line}\"Effect\":{space}\"{}\",{line}", if self.deny { "Deny" } else { "Allow" });
        list(out, if self.not_action { "NotAction" } else { "Action" }, &self.actions, pretty);
        let _ = write!(out, ",{line}");
        list(out, if self.not_resource { "NotResource" } else { "Resource" }, &self.resources, pretty);
        if let Some(condition) = &self.condition {
            let (operator, key, value) = match condition {
                Condition::Team(team) => ("StringEquals", TEAM, team),
                Condition::TeamLike(team) => ("StringLike", TEAM, team),
                Condition::Block(block) => ("IpAddress", IP, block),
            };
            let inner = if pretty { "\n        " } else { "" };
            let _ = write!(out, ",{line}\"Condition\":{space}{{{inner}\"{operator}\":{space}");
            let _ = write!(out, "{{\"{key}\":{space}\"{value}\"}}{line}}}");
        }
        out.push_str(if pretty { "\n    }" } else { "}" });
    }
}

fn list(out: &mut String, name: &str, values: &[String], pretty: bool) {
    let space = if pretty { " " } else { "" };
    let _ = write!(out, "\"{name}\":{space}");
    if let [one] = values {
        let _ = write!(out, "\"{one}\"");
        return;
    }
    let (line, end) = if pretty { ("\n        ", "\n      ") } else { ("", "") };
    let quoted: Vec<String> = values.iter().map(|value| format!("{line}\"{value}\"")).collect();
    let _ = write!(out, "[{}{end}]", quoted.join(","));
}

/// A policy document.
pub fn document(statements: &[Shape], pretty: bool) -> String {
    let (line, deeper, space) = if pretty { ("\n  ", "\n    ", " ") } else { ("", "", "") };
    let mut out = format!("{{{line}\"Version\":{space}\"1\",{line}\"Statement\":{space}[");
    for (at, statement) in statements.iter().enumerate() {
        out.push_str(if at > 0 { "," } else { "" });
        out.push_str(deeper);
        statement.write(&mut out, pretty);
    }
    out.push_str(if pretty { "\n  ]\n}\n" } else { "]}" });
    out
}

/// The same statements as documents of ten.
pub fn documents(statements: &[Shape]) -> Vec<String> {
    statements.chunks(10).map(|chunk| document(chunk, true)).collect()
}
