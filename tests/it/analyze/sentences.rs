//! `explain-policy`: the sentences are read back, by a reader that shares nothing with the writer, and must say what the policy says.

use ramspect::analyze::{Options, Relation, compare, minimize};
use ramspect::evaluate::Rules;
use ramspect::policy::{PolicyKind, lower};
use ramspect::report::explain_policy::sentences;
use serde_json::{Map, Value, json};

use super::universe::{families, policy};
use super::with_sides;
use crate::support::cli::{command, ramspect, run};
use crate::support::random::Random;

/// Reads sentences; see src/report/sentence.rs for the grammar.
struct Reader<'t>(&'t str);

/// Operators before their values; a longer one stands before the one that it begins with.
const OPERATORS: &[(&str, &str)] = &[
    ("is not, in upper or lower case,", "StringNotEqualsIgnoreCase"),
    ("is, in upper or lower case,", "StringEqualsIgnoreCase"),
    ("is not like", "StringNotLike"),
    ("is like", "StringLike"),
    ("is not the number", "NumericNotEquals"),
    ("is the number", "NumericEquals"),
    ("is less than", "NumericLessThan"),
    ("is at most", "NumericLessThanEquals"),
    ("is greater than", "NumericGreaterThan"),
    ("is at least", "NumericGreaterThanEquals"),
    ("is not the instant", "DateNotEquals"),
    ("is the instant", "DateEquals"),
    ("is before", "DateLessThan"),
    ("is at or before", "DateLessThanEquals"),
    ("is after", "DateGreaterThan"),
    ("is at or after", "DateGreaterThanEquals"),
    ("is boolean", "Bool"),
    ("is not an address, borders included, in", "NotIpAddressIncludeBorder"),
    ("is an address, borders included, in", "IpAddressIncludeBorder"),
    ("is not an address in", "NotIpAddress"),
    ("is an address in", "IpAddress"),
    ("is not", "StringNotEquals"),
    ("is", "StringEquals"),
];

impl Reader<'_> {
    fn eat(&mut self, words: &str) -> bool {
        match self.0.strip_prefix(words) {
            Some(rest) => {
                self.0 = rest;
                true
            }
            None => false,
        }
    }

    #[track_caller]
    fn need(&mut self, words: &str) {
        assert!(self.eat(words), "no `{words}` at `{}`", self.0);
    }

    fn word(&mut self) -> String {
        let end = self.0.find(|c: char| !c.is_ascii_alphanumeric() && c != '-' && c != '_').unwrap_or(self.0.len());
        let (word, rest) = self.0.split_at(end);
        assert!(!word.is_empty(), "no word at `{}`", self.0);
        self.0 = rest;
        word.to_owned()
    }

    fn is_text(&self) -> bool {
        self.0.starts_with(['`', '"'])
    }

    fn text(&mut self) -> String {
        if self.eat("`") {
            let (text, rest) = self.0.split_once('`').unwrap();
            self.0 = rest;
            return text.to_owned();
        }
        let mut values = serde_json::Deserializer::from_str(self.0).into_iter::<String>();
        let text = values.next().unwrap().unwrap();
        self.0 = &self.0[values.byte_offset()..];
        text
    }

    fn series(&mut self, conjunction: &str, mut one: impl FnMut(&mut Self) -> String) -> Vec<String> {
        let mut list = vec![one(self)];
        while !self.0.starts_with(", if ") && !self.0.starts_with(", and if ") && self.eat(", ") {
            list.push(one(self));
        }
        if self.eat(&format!(" {conjunction} ")) {
            list.push(one(self));
        }
        list
    }

    fn action(&mut self) -> String {
        if self.eat("any action like ") || self.eat("the action ") {
            return self.text();
        }
        if self.eat("any action of ") {
            let service = self.word();
            let front = if self.eat(" that begins with ") { self.text() } else { String::new() };
            return format!("{service}:{front}*");
        }
        if self.eat("any action") {
            return "*".to_owned();
        }
        let service = self.word();
        self.need(":");
        format!("{service}:{}", self.word())
    }

    /// The last segment, or the first three too where it is no part of an ARN.
    fn name(&mut self) -> String {
        if self.eat("every resource") {
            "*".to_owned()
        } else if self.eat("bucket ") || self.eat("resources like ") {
            self.text()
        } else if self.eat("any object in bucket ") {
            format!("{}/*", self.text())
        } else if self.eat("any ") {
            format!("{}/*", self.word())
        } else {
            self.text()
        }
    }

    fn segment(&mut self, noun: &str) -> String {
        if self.eat(&format!("any {noun}")) {
            "*".to_owned()
        } else if self.eat(&format!("no {noun}")) {
            String::new()
        } else if self.eat(&format!("{noun}s like ")) {
            self.text()
        } else {
            if noun != "service" {
                self.need(&format!("{noun} "));
            }
            self.word()
        }
    }

    fn group(&mut self) -> Vec<String> {
        if self.eat("ARNs like ") {
            return vec![self.text()];
        }
        if self.0.starts_with("any resource,") || self.0.starts_with("any resource.") {
            self.need("any resource");
            return vec!["*".to_owned()];
        }
        let names = self.series("or", Self::name);
        self.need(" of ");
        let service = self.segment("service");
        self.need(" in ");
        let region = self.segment("region");
        self.need(" of ");
        let account = self.segment("account");
        names.iter().map(|name| format!("acs:{service}:{region}:{account}:{name}")).collect()
    }

    fn groups(&mut self, between: &str) -> Vec<String> {
        let mut list = self.group();
        while self.eat(between) {
            list.extend(self.group());
        }
        list
    }

    fn test(&mut self, condition: &mut Map<String, Value>) {
        let key = self.text();
        self.need(" ");
        let (words, mut operator) =
            *OPERATORS.iter().find(|(words, _)| self.0.starts_with(&format!("{words} "))).unwrap();
        self.need(words);
        self.need(" ");
        let values = if !self.is_text() {
            operator = "Bool";
            self.series("or", Self::word)
        } else if operator.contains("Not") {
            let mut list = vec![self.text()];
            while self.eat(", nor ") {
                list.push(self.text());
            }
            assert!(self.eat(" (or absent)") || self.eat(" (and present)"), "{}", self.0);
            list
        } else {
            self.series("or", |reader| {
                assert!(reader.is_text());
                reader.text()
            })
        };
        let block = condition.entry(operator).or_insert_with(|| json!({}));
        assert!(block.as_object_mut().unwrap().insert(key, json!(values)).is_none());
    }

    fn sentence(&mut self) -> Value {
        let allows = self.eat("It allows ");
        if !allows {
            self.need("It denies, whatever else allows it, ");
        }
        let action = if self.eat("every action but ") { "NotAction" } else { "Action" };
        let actions = self.series("and", Self::action);
        self.need(" on ");
        let (resource, resources) = if self.eat("any resource but ") {
            ("NotResource", self.groups(", nor "))
        } else {
            ("Resource", self.groups(", or on "))
        };
        let mut condition = Map::new();
        while self.eat(", if ") || self.eat(", and if ") {
            self.test(&mut condition);
        }
        self.need(".");
        assert_eq!(self.0, "");
        let mut statement =
            json!({ "Effect": if allows { "Allow" } else { "Deny" }, action: actions, resource: resources });
        if !condition.is_empty() {
            statement["Condition"] = Value::Object(condition);
        }
        statement
    }
}

/// The sentences of a policy, and the policy that they say.
fn explained(policy: &Value) -> (Vec<String>, Value) {
    let text = policy.to_string();
    let lowered = lower(&text, PolicyKind::Identity).policy;
    let minimized = minimize(&[&lowered], false, Options::default());
    assert!(minimized.proved);
    let said = sentences(&minimized.policy, minimized.allows, Rules::default().absent_negated);
    let texts: Vec<String> = said.into_iter().map(|sentence| sentence.text).collect();
    let statements: Vec<Value> = texts.iter().map(|text| Reader(text).sentence()).collect();
    (texts, json!({ "Version": "1", "Statement": statements }))
}

#[track_caller]
fn reads_back(policy: &Value) -> Vec<String> {
    let (texts, read) = explained(policy);
    with_sides(&[policy, &read], |sides| {
        let relation = compare(&sides[0], &sides[1], Options::default()).relation;
        assert_eq!(relation, Relation::Equivalent, "{policy}\n{texts:#?}\n{read}");
    });
    texts
}

#[test]
fn sentences_of_random_policies_are_read_back() {
    let mut random = Random::new(21);
    for family in families() {
        for _ in 0..60 {
            let policy = policy(&mut random, &family, 5);
            let texts = reads_back(&policy);
            assert!(texts.len() <= policy["Statement"].as_array().unwrap().len());
        }
    }
}

#[test]
fn every_form_is_read_back_to_the_letter() {
    let actions =
        ["*", "a:*", "a:B", "a:Describe*", "a:*x", "*:*", "a-b:c_d", "a:b c", "ab", "a`:b", "a:\"q\"", "?:x", "a:b*c*"];
    let arns = [
        "*",
        "acs:ecs:*:*:*",
        "acs:ecs:*:*:instance/*",
        "acs:ecs:cn-hangzhou:123:instance/i-1",
        "acs:ram::123:user/a",
        "acs:oss:*:*:b",
        "acs:oss:*:*:b/*",
        "acs:oss:*:*:b/x/*",
        "acs:oss:*:*:b*",
        "acs:*:*:*:*",
        "acs:e*:c?:1*:x",
        "acs:ecs:*",
        "x",
        "acs:a:b:c:d:e",
        "acs:a:b:c:resource/*",
        "acs:a:b:c:",
        "acs:ecs:*:*:instance/`\n",
        "acs::::",
        "acs:oss:*:*:/*",
    ];
    let operators: &[(&str, &[&str])] = &[
        ("StringEquals", &["a", "b", "true"]),
        ("StringNotEquals", &["a", "b", "c"]),
        ("StringEqualsIgnoreCase", &["a"]),
        ("StringNotEqualsIgnoreCase", &["a", "b"]),
        ("StringLike", &["a*", "?", ""]),
        ("StringNotLike", &["x y", "z`"]),
        ("NumericEquals", &["1"]),
        ("NumericNotEquals", &["1", "2"]),
        ("NumericLessThan", &["1"]),
        ("NumericLessThanEquals", &["1"]),
        ("NumericGreaterThan", &["1"]),
        ("NumericGreaterThanEquals", &["1"]),
        ("DateEquals", &["2026-01-01T00:00:00Z"]),
        ("DateNotEquals", &["2026-01-01T00:00:00Z"]),
        ("DateLessThan", &["2026-01-01T00:00:00Z"]),
        ("DateLessThanEquals", &["2026-01-01T00:00:00Z"]),
        ("DateGreaterThan", &["2026-01-01T00:00:00Z"]),
        ("DateGreaterThanEquals", &["2026-01-01T00:00:00Z"]),
        ("Bool", &["true"]),
        ("Bool", &["true", "false"]),
        ("Bool", &["maybe"]),
        ("IpAddress", &["10.0.0.0/8", "::1"]),
        ("NotIpAddress", &["10.0.0.1"]),
        ("IpAddressIncludeBorder", &["10.0.0.0/8"]),
        ("NotIpAddressIncludeBorder", &["10.0.0.0/8"]),
    ];
    let check = |statement: Value| {
        let text = json!({ "Version": "1", "Statement": [statement] }).to_string();
        let lowered = lower(&text, PolicyKind::Identity).policy;
        for (absent, words) in [(true, "(or absent)"), (false, "(and present)")] {
            let said = sentences(&lowered, None, absent);
            let [said] = said.as_slice() else { panic!("{text}") };
            assert_eq!(Reader(&said.text).sentence(), statement, "{}", said.text);
            assert_eq!(said.text.contains(words), text.contains("Not") && text.contains("Condition"), "{}", said.text);
        }
    };
    for effect in ["Allow", "Deny"] {
        for (action, resource) in [("Action", "Resource"), ("NotAction", "NotResource")] {
            for (at, arn) in arns.iter().enumerate() {
                let few: Vec<&str> = arns.iter().cycle().skip(at).take(3).copied().collect();
                if action == "NotAction" && few.contains(&"*") {
                    continue;
                }
                check(json!({ "Effect": effect, action: [actions[at % actions.len()]], resource: [arn] }));
                check(json!({ "Effect": effect, action: actions, resource: few }));
                check(json!({ "Effect": effect, action: actions[..2], resource: arns[1..=at.max(1)] }));
            }
        }
    }
    for (operator, values) in operators {
        let test = json!({ *operator: { "acs:SourceIp": values } });
        check(json!({ "Effect": "Allow", "Action": ["a:b"], "Resource": ["*"], "Condition": test }));
        let two = json!({ *operator: { "k": values, "a b`": values }, "StringNotLike": { "z": ["q"] } });
        let mut both = json!({ "Effect": "Allow", "Action": ["a:b"], "Resource": ["*"], "Condition": two });
        if *operator == "StringNotLike" {
            both["Condition"] = json!({ "StringNotLike": { "k": values } });
        }
        if both["Condition"].to_string().contains("Not") {
            let text = json!({ "Version": "1", "Statement": [both] }).to_string();
            let said = sentences(&lower(&text, PolicyKind::Identity).policy, None, true);
            assert_eq!(Reader(&said[0].text).sentence(), both, "{}", said[0].text);
        }
    }
}

#[test]
fn the_sentences_are_english() {
    let policy = json!({ "Version": "1", "Statement": [
        { "Effect": "Allow", "Action": ["ecs:StartInstance", "ecs:StopInstance", "ecs:Describe*"],
          "Resource": ["acs:ecs:*:*:instance/*", "acs:ecs:*:*:disk/d-1", "acs:oss:*:*:logs/*"],
          "Condition": { "IpAddress": { "acs:SourceIp": ["10.0.0.0/8", "192.168.0.0/16"] }, "Bool": { "acs:MFAPresent": "true" } } },
        { "Effect": "Deny", "NotAction": "ram:*", "Resource": "*",
          "Condition": { "StringNotEquals": { "acs:ResourceTag/env": ["dev", "test"] } } },
    ] });
    let said = reads_back(&policy);
    assert_eq!(
        said,
        [
            "It allows ecs:StartInstance, ecs:StopInstance and any action of ecs that begins with `Describe` on any instance or \
         `disk/d-1` of ecs in any region of any account, or on any object in bucket `logs` of oss in any region of any account, \
         if `acs:MFAPresent` is true, and if `acs:SourceIp` is an address in `10.0.0.0/8` or `192.168.0.0/16`.",
            "It denies, whatever else allows it, every action but any action of ram on any resource, \
         if `acs:ResourceTag/env` is not `dev`, nor `test` (or absent).",
        ]
    );
}

const POLICY: &str = r#"{"Version":"1","Statement":[{"Effect":"Allow","Action":"ecs:StopInstance","Resource":"*"},
    {"Effect":"Allow","Action":"ecs:StartInstance","Resource":"*"},{"Effect":"Deny","Action":"ram:*","Resource":"*"}]}"#;

fn explain(flags: &str, input: &str) -> crate::support::cli::Ran {
    run(command().arg("explain-policy").args(flags.split_whitespace()).arg("-"), input)
}

#[test]
fn the_command_prints_sentences_or_json() {
    let ran = explain("", POLICY);
    let expected = "It allows ecs:StopInstance and ecs:StartInstance on any resource.
It denies, whatever else allows it, any action of ram on any resource.
It allows nothing else.
";
    assert_eq!((ran.status, ran.out.as_str(), ran.err.as_str()), (0, expected, ""));
    let alone = explain("--alone", POLICY);
    assert_eq!(alone.out.lines().count(), 2);
    let answer: Value = serde_json::from_str(&explain("--format json", POLICY).out).unwrap();
    assert_eq!(answer["schema"], "ramspect.explain-policy/1");
    assert_eq!((&answer["minimized"], &answer["allows"]), (&json!(true), &json!(true)));
    assert_eq!(answer["sentences"][1]["text"], expected.lines().nth(1).unwrap());
    assert_eq!(answer["sentences"][1]["statement"]["Action"], "ram:*");
    assert_eq!(answer["sentences"][1]["effect"], "Deny");
}

#[test]
fn what_allows_nothing_says_so_and_what_ram_refuses_is_not_explained() {
    let nothing = r#"{"Version":"1","Statement":[{"Effect":"Allow","Action":"a:b","Resource":"*",
        "Condition":{"StringEquals":{"k":"a"},"StringLike":{"k":"b*"}}}]}"#;
    assert_eq!(explain("", nothing).out, "It allows nothing.\n");
    let ran = explain("", &POLICY.replace("Deny", "deny"));
    assert_eq!((ran.status, ran.out.as_str()), (2, ""));
    assert_eq!(ramspect("explain-policy").status, 2);
}
