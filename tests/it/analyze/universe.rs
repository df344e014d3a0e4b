//! Small universes: every action, resource and value of a family, tabulated with the slow reference, and random policies
//! over them.

use serde_json::{Map, Value, json};

use crate::reference::assumptions::Choices;
use crate::reference::policy::{Effect, Statement, statements};
use crate::support::random::Random;

/// What random policies are made of, and the texts that are tried.
#[derive(Debug, Clone, Default)]
pub struct Family {
    pub name: &'static str,
    pub action_patterns: Vec<String>,
    pub actions: Vec<String>,
    pub resource_patterns: Vec<String>,
    pub resources: Vec<String>,
    /// Keys with their operators, operands and values.
    pub keys: Vec<Key>,
}

#[derive(Debug, Clone)]
pub struct Key {
    pub name: &'static str,
    pub operators: Vec<&'static str>,
    pub operands: Vec<String>,
    pub values: Vec<String>,
}

/// All texts over the letters up to a length.
pub fn texts(letters: &[&str], longest: usize) -> Vec<String> {
    let mut all = vec![String::new()];
    let mut last = all.clone();
    for _ in 0..longest {
        last = last.iter().flat_map(|text| letters.iter().map(move |letter| format!("{text}{letter}"))).collect();
        all.extend(last.iter().cloned());
    }
    all
}

fn random_text(random: &mut Random, letters: &[&str], longest: usize) -> String {
    let count = random.below(longest + 1);
    (0..count).map(|_| *random.pick(letters)).collect()
}

fn strings(list: &[&str]) -> Vec<String> {
    list.iter().map(|text| (*text).to_owned()).collect()
}

/// The families of the space, each with others beside it in small.
pub fn families() -> Vec<Family> {
    let base = Family {
        action_patterns: strings(&["*", "a:b", "a:*", "*:b"]),
        actions: strings(&["a:b", "a:c", "c:b", "c:c"]),
        resource_patterns: strings(&["*", "acs:x:*", "acs:x:r:1:a"]),
        resources: strings(&["*", "acs:x:r:1:a", "acs:x:r:1:b", "acs:y:r:1:a", "z:y:r:1:a"]),
        ..Family::default()
    };
    let key = |name, operators: &[&'static str], operands: Vec<String>, values: Vec<String>| Key {
        name,
        operators: operators.to_vec(),
        operands,
        values,
    };
    let words = texts(&["a", "b", "A"], 3);
    let equals = ["StringEquals", "StringNotEquals"];
    let like = ["StringLike", "StringNotLike"];
    let fold = ["StringEqualsIgnoreCase", "StringNotEqualsIgnoreCase"];
    let plain = key("k", &equals, strings(&["a", "b", "ab", "", "a*"]), strings(&["a", "b", "ab", "", "a*", "zz"]));
    let globs = texts(&["a", "b", "*", "?"], 3);
    let numeric = [
        "NumericEquals",
        "NumericNotEquals",
        "NumericLessThan",
        "NumericLessThanEquals",
        "NumericGreaterThan",
        "NumericGreaterThanEquals",
    ];
    let date = [
        "DateEquals",
        "DateNotEquals",
        "DateLessThan",
        "DateLessThanEquals",
        "DateGreaterThan",
        "DateGreaterThanEquals",
    ];
    let ip = ["IpAddress", "NotIpAddress", "IpAddressIncludeBorder", "NotIpAddressIncludeBorder"];
    let numbers = strings(&["-2", "-1", "-1.5", "0", "0.0", "0.5", "1", "1.0", "1.25", "2", "7", "bad"]);
    let number_values = strings(&[
        "-3", "-2", "-1.7", "-1.5", "-1.2", "-1", "-0.5", "0", "0.2", "0.5", "0.7", "1", "1.1", "1.25", "1.5", "2",
        "3", "7", "8",
    ]);
    let dates = strings(&[
        "2026-01-01T00:00:00Z",
        "2026-01-01T00:00:01Z",
        "2026-01-01T08:00:01+08:00",
        "2026-01-02T00:00Z",
        "0000-01-01T00:00:00+23:59",
        "no",
    ]);
    let date_values = strings(&[
        "2025-12-31T00:00:00Z",
        "2026-01-01T00:00:00Z",
        "2026-01-01T00:00:01Z",
        "2026-01-01T00:00:02Z",
        "2026-01-02T00:00:00Z",
        "2027-01-01T00:00:00Z",
        "0000-01-01T00:00:00+23:59",
    ]);
    let blocks = strings(&[
        "10.0.0.0/8",
        "10.0.0.0/30",
        "10.0.0.4/30",
        "10.0.0.1",
        "10.0.0.0/32",
        "0.0.0.0/0",
        "::/0",
        "2001:db8::/32",
        "::1",
        "0.0.0.0/1",
        "x",
    ]);
    let addresses = strings(&[
        "10.0.0.0",
        "10.0.0.1",
        "10.0.0.2",
        "10.0.0.3",
        "10.0.0.4",
        "10.0.0.5",
        "10.0.0.7",
        "10.0.0.8",
        "10.255.255.255",
        "11.0.0.0",
        "0.0.0.0",
        "127.255.255.255",
        "128.0.0.0",
        "255.255.255.255",
        "::",
        "::1",
        "::2",
        "2001:db8::",
        "2001:db8::1",
        "2001:db8:ffff:ffff:ffff:ffff:ffff:ffff",
        "2001:db9::",
        "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
    ]);
    let action_letters = ["a", "b", ":", "*", "?"];
    let mut action_patterns = texts(&action_letters, 4);
    action_patterns.retain(|text| !text.is_empty());
    let arns = || {
        let mut all = vec!["*".to_owned()];
        for service in ["ram", "x"] {
            for region in ["", "*", "r", "R"] {
                for relative in [
                    "role/a",
                    "role/A",
                    "role/b",
                    "Role/a",
                    "a",
                    "A",
                    "x:role/A",
                    "x:role/a",
                    "b:A",
                    "role/a:1:a",
                    "user/A",
                    "",
                ] {
                    all.push(format!("acs:{service}:{region}:1:{relative}"));
                }
            }
        }
        all
    };
    vec![
        Family { name: "equals", keys: vec![plain.clone()], ..base.clone() },
        Family {
            name: "like",
            keys: vec![key("k", &like, globs.clone(), words.clone()), plain.clone()].into_iter().take(1).collect(),
            ..base.clone()
        },
        Family {
            name: "fold",
            keys: vec![key(
                "k",
                &[fold[0], fold[1], like[0], equals[1]],
                texts(&["a", "A", "b", "*"], 3),
                words.clone(),
            )],
            ..base.clone()
        },
        Family {
            name: "numeric",
            keys: vec![key("n", &numeric, numbers.clone(), number_values.clone())],
            ..base.clone()
        },
        Family { name: "date", keys: vec![key("d", &date, dates, date_values.clone())], ..base.clone() },
        Family {
            name: "bool",
            keys: vec![
                key("b", &["Bool"], strings(&["true", "False", "FALSE", "1"]), strings(&["true", "false"])),
                plain.clone(),
            ],
            ..base.clone()
        },
        Family { name: "ip", keys: vec![key("i", &ip, blocks, addresses.clone())], ..base.clone() },
        Family {
            name: "oss",
            keys: vec![
                key("oss:Prefix", &[like[0], like[1], equals[0], equals[1]], texts(&["a", "b", "*"], 2), words.clone()),
                key("acs:SourceVpc", &equals, strings(&["", "v"]), strings(&["", "v", "w"])),
            ],
            ..base.clone()
        },
        Family {
            name: "mixed",
            keys: vec![key(
                "m",
                &["StringEquals", "StringNotEquals", "NumericLessThan", "NumericNotEquals", "IpAddress", "Bool"],
                strings(&["1", "1.0", "2", "10.0.0.1", "true", "x"]),
                strings(&[
                    "0", "1", "1.0", "1.00", "1.5", "2", "2.0", "3", "10.0.0.1", "10.0.0.2", "true", "TRUE", "false",
                    "x", "y", "",
                ]),
            )],
            ..base.clone()
        },
        Family {
            name: "numbers and globs",
            keys: vec![key(
                "m",
                &["StringLike", "StringNotLike", "NumericLessThan", "NumericEquals", "NumericNotEquals", "Bool"],
                strings(&["1*", "?", "*.0", "?.?", "tr*", "1", "2", "true", "*", "0?", "-*", "1.5", "*1*", "-1"]),
                texts(&["0", "1", "2", ".", "-"], 3)
                    .into_iter()
                    .chain(strings(&["true", "TRUE", "True", "false", "trx", "x", "1.50", "01.0", "-0.0", "10.0"]))
                    .collect(),
            )],
            ..base.clone()
        },
        Family {
            name: "addresses and globs",
            keys: vec![key(
                "m",
                &["StringLike", "StringNotLike", "StringEqualsIgnoreCase", "IpAddress", "NotIpAddress"],
                strings(&[
                    "10.*",
                    "*.1",
                    "10.0.0.?",
                    "*",
                    "10.0.0.0/30",
                    "10.0.0.1",
                    "0.0.0.0/0",
                    "*:*",
                    "::1",
                    "::/0",
                    "x",
                    "10.0.?.1*",
                    "1?.*.*.*",
                    "10.0.0.0/8",
                ]),
                addresses
                    .iter()
                    .cloned()
                    .chain(strings(&[
                        "10.",
                        "10.0.0.x",
                        "x",
                        "10.0.0.10",
                        "10.0.1.1",
                        "10.0.0.256",
                        "1.1.1.1",
                        "0:0:0:0:0:0:0:1",
                        "11.0.0.1",
                        "10.0.0",
                        "X",
                        "",
                        "10.1.2.3",
                        "::A",
                        "::a",
                    ]))
                    .collect(),
            )],
            ..base.clone()
        },
        Family {
            name: "instants and globs",
            keys: vec![key(
                "m",
                &["StringLike", "StringNotLike", "DateLessThan", "DateGreaterThanEquals", "DateNotEquals"],
                strings(&[
                    "2026-*",
                    "*Z",
                    "*+08:00",
                    "2026-01-01T00:00:0?Z",
                    "2026-01-01T00:00:01Z",
                    "*",
                    "202?-*",
                    "2026-01-02T00:00Z",
                    "????-01-01*",
                ]),
                date_values
                    .iter()
                    .cloned()
                    .chain(strings(&[
                        "2026-01-01T08:00:01+08:00",
                        "2026-01-01T08:00:00+08:00",
                        "2026-",
                        "x",
                        "2026-01-01T00:00Z",
                        "2025-12-31T20:00:00-08:00",
                        "2030-06-01T00:00:00Z",
                        "1999-01-01T00:00:00Z",
                        "",
                    ]))
                    .collect(),
            )],
            ..base.clone()
        },
        Family {
            name: "many keys",
            keys: ["p", "q", "r"]
                .into_iter()
                .map(|name| key(name, &equals, strings(&["a", "b"]), strings(&["a", "b", "c"])))
                .collect(),
            ..base.clone()
        },
        Family {
            name: "actions",
            action_patterns,
            actions: texts(&["a", "b", ":"], 5).into_iter().filter(|text| text.contains(':')).collect(),
            ..base.clone()
        },
        Family {
            name: "resources",
            resource_patterns: Vec::new(),
            resources: arns(),
            action_patterns: strings(&["*", "a:b"]),
            actions: strings(&["a:b", "a:c"]),
            ..base.clone()
        },
    ]
}

fn resource_pattern(random: &mut Random) -> String {
    let words =
        ["acs:", "ram:", "x:", "r:", "R", ":", "1:", "*", "?", "role/", "Role/", "a", "A", "b", "user/", "RAM:", "*:"];
    if random.one_in(6) {
        return "*".to_owned();
    }
    if random.one_in(2) {
        let part = |random: &mut Random, list: &[&'static str]| *random.pick(list);
        let service = part(random, &["ram", "x", "*", "RAM", "ra?"]);
        let region = part(random, &["", "*", "r", "R"]);
        let account = part(random, &["1", "*"]);
        let relative = part(
            random,
            &["role/A", "role/a", "role/*", "*", "a", "A", "?", "role/A*", "*A", "user/*", "Role/*", "*role/a"],
        );
        return format!("acs:{service}:{region}:{account}:{relative}");
    }
    random_text(random, &words, 7)
}

fn list(random: &mut Random, most: usize, mut one: impl FnMut(&mut Random) -> String) -> Value {
    let count = 1 + random.below(most);
    let items: Vec<Value> = (0..count).map(|_| Value::String(one(random))).collect();
    Value::Array(items)
}

fn statement(random: &mut Random, family: &Family) -> Value {
    let mut object = Map::new();
    object.insert("Effect".into(), json!(if random.one_in(3) { "Deny" } else { "Allow" }));
    let action = if random.one_in(6) { "NotAction" } else { "Action" };
    object.insert(action.into(), list(random, 2, |random| random.pick(&family.action_patterns).clone()));
    let resource = if random.one_in(6) { "NotResource" } else { "Resource" };
    let pattern = |random: &mut Random| match family.resource_patterns.as_slice() {
        [] => {
            let pattern = resource_pattern(random);
            if pattern.is_empty() { "*".to_owned() } else { pattern }
        }
        patterns => random.pick(patterns).clone(),
    };
    object.insert(resource.into(), list(random, 2, pattern));
    let mut condition = Map::new();
    for key in &family.keys {
        for _ in 0..random.below(3) {
            let operator = random.pick(&key.operators);
            let operands = list(random, 2, |random| random.pick(&key.operands).clone());
            let block = condition.entry(*operator).or_insert_with(|| json!({}));
            block.as_object_mut().unwrap().insert(key.name.into(), operands);
        }
    }
    if !condition.is_empty() {
        object.insert("Condition".into(), Value::Object(condition));
    }
    Value::Object(object)
}

/// A random policy of up to so many statements.
pub fn policy(random: &mut Random, family: &Family, most: usize) -> Value {
    let statements: Vec<Value> = (0..random.below(most + 1)).map(|_| statement(random, family)).collect();
    json!({ "Version": "1", "Statement": statements })
}

/// The same policy with one thing changed.
pub fn mutated(random: &mut Random, family: &Family, policy: &Value) -> Value {
    let mut policy = policy.clone();
    let list = policy["Statement"].as_array_mut().unwrap();
    match random.below(4) {
        0 if !list.is_empty() => {
            list.remove(random.below(list.len()));
        }
        1 if !list.is_empty() => {
            let at = random.below(list.len());
            list[at].as_object_mut().unwrap().remove("Condition");
        }
        2 if !list.is_empty() => {
            let at = random.below(list.len());
            list[at] = statement(random, family);
        }
        _ => list.insert(random.below(list.len() + 1), statement(random, family)),
    }
    policy
}

/// The statements of one side against every text of the universe.
pub struct Table {
    pub statements: Vec<Statement>,
    actions: Vec<Vec<bool>>,
    resources: Vec<Vec<bool>>,
    /// For each statement, key and value (the first is absent): whether all its tests on the key are met.
    keys: Vec<Vec<Vec<bool>>>,
}

impl Table {
    pub fn new(family: &Family, document: &Value, choices: &Choices) -> Self {
        let statements = statements(document);
        let of = |statement: &Statement, key: &Key| {
            let tests: Vec<_> = statement.tests.iter().filter(|test| test.key == key.name).collect();
            let met = |value: Option<&String>| {
                let values = value.map(std::slice::from_ref);
                tests.iter().all(|test| test.met(values, choices))
            };
            std::iter::once(None).chain(key.values.iter().map(Some)).map(met).collect()
        };
        Self {
            actions: statements.iter().map(|s| family.actions.iter().map(|a| s.action_matches(a)).collect()).collect(),
            resources: statements
                .iter()
                .map(|s| family.resources.iter().map(|r| s.resource_matches(r, choices)).collect())
                .collect(),
            keys: statements.iter().map(|s| family.keys.iter().map(|key| of(s, key)).collect()).collect(),
            statements,
        }
    }

    /// The statements that match a point.
    pub fn matched(&self, action: usize, resource: usize, values: &[usize]) -> Vec<usize> {
        let keys = |at: usize| values.iter().enumerate().all(|(key, value)| self.keys[at][key][*value]);
        (0..self.statements.len())
            .filter(|at| self.actions[*at][action] && self.resources[*at][resource] && keys(*at))
            .collect()
    }

    pub fn denies(&self, at: usize) -> bool {
        self.statements[at].effect == Effect::Deny
    }

    /// Whether statements that match allow.
    pub fn allows(&self, matched: &[usize]) -> bool {
        !matched.is_empty() && !matched.iter().any(|at| self.denies(*at))
    }
}

/// Calls with every point of the universe: action, resource, values (0 is absent).
pub fn every_point(family: &Family, mut visit: impl FnMut(usize, usize, &[usize])) {
    let sizes: Vec<usize> = family.keys.iter().map(|key| key.values.len() + 1).collect();
    let total: usize = sizes.iter().product();
    let mut values = vec![0; sizes.len()];
    for number in 0..total {
        let mut rest = number;
        for (value, size) in values.iter_mut().zip(&sizes) {
            *value = rest % size;
            rest /= size;
        }
        for action in 0..family.actions.len() {
            for resource in 0..family.resources.len() {
                visit(action, resource, &values);
            }
        }
    }
}
