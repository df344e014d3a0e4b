//! Random policies and requests from one seed: small alphabets, so that patterns and requests meet often.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::assumptions::{Choices, TABLE};
use super::condition::{OPERATORS, Type};
use super::evaluate::{Case, Named, Said};

/// `SplitMix64`: a few lines, the same numbers everywhere.
#[derive(Debug, Clone)]
pub(crate) struct Rng(pub(crate) u64);

impl Rng {
    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// A number below `bound`, which is not 0.
    pub(crate) fn below(&mut self, bound: usize) -> usize {
        usize::try_from(self.next() % bound as u64).expect("below a usize")
    }

    pub(crate) fn chance(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }

    pub(crate) fn pick<'a, T>(&mut self, from: &'a [T]) -> &'a T {
        &from[self.below(from.len())]
    }
}

#[allow(clippy::struct_excessive_bools, reason = "independent switches")]
/// What to leave out; the default makes everything that the contract settles.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Profile {
    /// One key may be tested by operators of several types.
    pub(crate) mixed_types: bool,
    /// Control levels and session policies.
    pub(crate) layers: bool,
    /// Grants at resource-group level.
    pub(crate) resource_group: bool,
    /// Choices other than the defaults.
    pub(crate) choices: bool,
    /// Request resources that are `*` or have five segments and begin with `acs:` (the CLI takes no others).
    pub(crate) only_real_arns: bool,
}

impl Profile {
    /// Everything but grants at resource-group level: what `-p`, `--session-policy`, `--control-policy` can say.
    pub(crate) const COMMAND_LINE: Self =
        Self { mixed_types: false, layers: true, resource_group: false, choices: true, only_real_arns: true };
    /// Everything, for the library.
    pub(crate) const LIBRARY: Self =
        Self { mixed_types: false, layers: true, resource_group: true, choices: true, only_real_arns: false };
}

const ACTION_PATTERNS: [&str; 12] =
    ["*", "a:b", "a:B*", "?:b", "a:*", "A:B", "a:b?", "*:*b", "b:*", "a:?", "*b", "a:b*b*"];
pub(super) const ACTIONS: [&str; 6] = ["a:b", "a:bb", "b:b", "A:B", "a:b\u{e9}", "a:c"];
const ARNS: [&str; 10] = [
    "acs:ecs:cn-hangzhou:123:instance/i-1",
    "acs:ecs:cn-hangzhou:123:securitygroup/sg-1",
    "acs:ram::123:role/Dev",
    "acs:ram:*:123:role/Dev",
    "acs:ram:*:123:user/Dev",
    "acs:ram::123:user/role/Dev",
    "acs:oss:*:*:b/\u{e9}/K",
    "acs:oss:*:*:b/a:b/c",
    "acs:a:a:a:a/a",
    "*",
];
const LETTERS: [char; 8] = ['a', 'a', 'A', ':', '/', '*', '?', '\u{e9}'];

/// Condition keys; the last two are named by `absent-oss-key`.
pub(crate) const KEYS: [&str; 4] = ["k1", "k2", "acs:SourceVpc", "oss:Prefix"];

/// Operands, operands that do not parse, request values, request values that do not parse.
type Pool = (&'static [&'static str], &'static [&'static str], &'static [&'static str], &'static [&'static str]);

fn pool(kind: Type) -> Pool {
    match kind {
        Type::Text => (
            &["", "a", "b", "ab", "A", "a*", "*", "?", "*b", "a?b", "\u{e9}", "?\u{e9}", "*a*", "aB", "\u{c9}", "?*"],
            &[],
            &["", "a", "b", "ab", "A", "Ab", "AB", "aab", "\u{e9}", "a\u{e9}", "*", "a*", "\u{c9}", "e\u{301}"],
            &[],
        ),
        Type::Number => (
            &["5", "5.0", "+5", "-1", "0", "-0", "30", "30.0", "7.25", "007", "10", "-1.5", "123456789012345678901234"],
            &["five", "5.", ".5", "1e3", "", " 5", "0x1", "--1", "\u{665}"],
            &["5", "5.00", "4.999", "30", "30.0", "-1", "0", "-0.0", "9", "10", "7.3", "123456789012345678901235"],
            &["five", "5.", "", "1,5", "+"],
        ),
        Type::Instant => (
            &[
                "2026-11-24T08:00:00Z",
                "2026-11-24T16:00:00+08:00",
                "2026-11-24T08:00Z",
                "2026-11-24T07:59:57Z",
                "2024-02-29T23:59:59Z",
                "2025-01-01T00:00:00-05:30",
            ],
            &["2026-02-30T00:00:00Z", "2026-11-24", "x", "2026-11-24 08:00:00Z", "2026-11-24T08:00:00", "1764000000"],
            &[
                "2026-11-24T08:00:00Z",
                "2026-11-24T08:00:01Z",
                "2026-11-24T16:00:00+08:00",
                "2024-03-01T00:00:00Z",
                "2025-01-01T05:30:00Z",
                "2030-01-01T00:00Z",
            ],
            &["2025-02-29T00:00:00Z", "yesterday", "2026-13-01T00:00:00Z", ""],
        ),
        Type::Boolean => (
            &["true", "false", "True", "FALSE"],
            &["yes", "1", ""],
            &["true", "false", "TRUE", "False"],
            &["yes", "", "0"],
        ),
        Type::Address => (
            &[
                "10.0.0.0/8",
                "10.0.0.1",
                "10.0.0.5/30",
                "10.0.0.4/31",
                "10.0.0.7/32",
                "0.0.0.0/0",
                "::/0",
                "2001:db8::/32",
                "::1",
                "::ffff:10.0.0.1",
                "2001:db8::1/127",
            ],
            &["10.0.0.0/33", "10.0.0", "192.168.*", "", "::/129", "10.0.0.0/"],
            &[
                "10.0.0.1",
                "10.0.0.4",
                "10.0.0.5",
                "10.0.0.7",
                "10.0.0.0",
                "11.0.0.1",
                "::1",
                "2001:db8::1",
                "::ffff:10.0.0.1",
            ],
            &["10.0.0", "", "10.0.0.256", "localhost"],
        ),
    }
}

/// Some text near `text`: characters become wildcards or change their case, runs vanish into `*`.
pub(crate) fn pattern_near(rng: &mut Rng, text: &str) -> String {
    let mut characters: Vec<char> = text.chars().collect();
    for _ in 0..rng.below(4) {
        if characters.is_empty() {
            break;
        }
        let at = rng.below(characters.len());
        match rng.below(6) {
            0 => characters[at] = '?',
            1 | 2 => {
                let until = at + rng.below(characters.len() - at + 1);
                characters.splice(at..until, ['*']);
            }
            3 => {
                let letter = characters[at];
                characters[at] =
                    if letter.is_ascii_lowercase() { letter.to_ascii_uppercase() } else { letter.to_ascii_lowercase() };
            }
            4 => characters.insert(at, '*'),
            _ => characters[at] = *rng.pick(&LETTERS),
        }
    }
    characters.into_iter().collect()
}

/// The ARN of a request.
pub(crate) fn request_arn(rng: &mut Rng, profile: Profile) -> String {
    if rng.chance(70) {
        return (*rng.pick(&ARNS)).to_owned();
    }
    let mut text = String::from(if profile.only_real_arns || rng.chance(50) { "acs:a:" } else { "" });
    for _ in 0..rng.below(6) {
        text.push(*rng.pick(&LETTERS));
    }
    if profile.only_real_arns {
        text.push_str("a:a:a/a");
    }
    text
}

/// One of the usual texts, or now and then an odd one.
fn one_of(rng: &mut Rng, usual: &[&str], odd: &[&str]) -> String {
    let from = if rng.chance(6) && !odd.is_empty() { odd } else { usual };
    (*rng.pick(from)).to_owned()
}

fn one_or_many(values: &[String], rng: &mut Rng) -> Value {
    if values.len() == 1 && rng.chance(50) { json!(values[0]) } else { json!(values) }
}

/// The type of each key, for one case.
pub(super) type Types = [Type; KEYS.len()];

fn condition(rng: &mut Rng, types: Types, profile: Profile) -> Value {
    let mut blocks = Map::new();
    for _ in 0..=rng.below(2) {
        let key = rng.below(KEYS.len());
        let kind = if profile.mixed_types && rng.chance(30) { *rng.pick(&SOME_TYPES) } else { types[key] };
        let fitting: Vec<_> = OPERATORS.iter().filter(|(_, family, _)| family.tests() == kind).collect();
        let (operator, _, _) = rng.pick(&fitting);
        let (operands, odd, _, _) = pool(kind);
        let values: Vec<String> = (0..=usize::from(rng.chance(35)) + usize::from(rng.chance(10)))
            .map(|_| one_of(rng, operands, odd))
            .collect();
        let block = blocks.entry((*operator).to_owned()).or_insert_with(|| json!({}));
        block[KEYS[key]] = one_or_many(&values, rng);
    }
    Value::Object(blocks)
}

pub(super) const SOME_TYPES: [Type; 5] = [Type::Text, Type::Number, Type::Instant, Type::Boolean, Type::Address];

fn statement(rng: &mut Rng, arns: &[String], types: Types, profile: Profile) -> Value {
    let mut statement = Map::new();
    statement.insert("Effect".to_owned(), json!(if rng.chance(65) { "Allow" } else { "Deny" }));
    let actions: Vec<String> = (0..=usize::from(rng.chance(30)))
        .map(|_| (if rng.chance(20) { "*" } else { *rng.pick(&ACTION_PATTERNS) }).to_owned())
        .collect();
    let element = if rng.chance(15) { "NotAction" } else { "Action" };
    statement.insert(element.to_owned(), one_or_many(&actions, rng));
    let mut resources = Vec::new();
    for _ in 0..=usize::from(rng.chance(30)) {
        let near = rng.pick(arns).clone();
        let near = match rng.below(4) {
            0 => near.replace("acs:ram::", "acs:ram:*:"),
            1 => near.replace("acs:ram:*:", "acs:ram::"),
            _ => near,
        };
        resources.push(if rng.chance(40) { "*".to_owned() } else { pattern_near(rng, &near) });
    }
    let element = if rng.chance(15) { "NotResource" } else { "Resource" };
    statement.insert(element.to_owned(), one_or_many(&resources, rng));
    if rng.chance(75) {
        statement.insert("Condition".to_owned(), condition(rng, types, profile));
    }
    Value::Object(statement)
}

pub(super) fn policies(rng: &mut Rng, prefix: &str, arns: &[String], types: Types, profile: Profile) -> Vec<Named> {
    let open = rng.chance(if prefix == "identity" { 0 } else { 60 });
    let mut all = Vec::new();
    for number in 0..=usize::from(rng.chance(25)) {
        let mut statements: Vec<Value> = (0..=rng.below(3)).map(|_| statement(rng, arns, types, profile)).collect();
        if open && number == 0 {
            statements.push(json!({"Effect": "Allow", "Action": "*", "Resource": "*"}));
        }
        let document = json!({"Version": "1", "Statement": statements});
        all.push(Named { name: format!("{prefix}-{number}.json"), document });
    }
    all
}

/// Several requests against one set of policies: all cases share everything but request and context.
pub(crate) fn cases(rng: &mut Rng, profile: Profile, requests: usize) -> Vec<Case> {
    let mut types = [Type::Text; KEYS.len()];
    for kind in types.iter_mut().take(2) {
        *kind = *rng.pick(&SOME_TYPES);
    }
    let arns: Vec<String> = (0..=rng.below(3)).map(|_| request_arn(rng, profile)).collect();
    let mut shared = Case { identity: policies(rng, "identity", &arns, types, profile), ..Case::default() };
    if profile.layers && rng.chance(25) {
        for level in 0..=rng.below(2) {
            let name = format!("level-{level}");
            let policies = policies(rng, &name, &arns, types, profile);
            shared.control.push((name, policies));
        }
    }
    if profile.layers && rng.chance(20) {
        shared.session = Some(policies(rng, "session", &arns, types, profile));
    }
    if profile.resource_group && rng.chance(25) {
        shared.resource_group = policies(rng, "group", &arns, types, profile);
    }
    shared.choices = choices(rng, if profile.choices { 12 } else { 0 });
    (0..requests).map(|_| request(rng, &shared, &arns, types)).collect()
}

/// Every row of the table leaves its default with this chance.
pub(crate) fn choices(rng: &mut Rng, percent: usize) -> Choices {
    let mut choices = Choices::default();
    for (id, all) in TABLE {
        if rng.chance(percent) {
            choices = choices.with(id, all[rng.below(all.len())]);
        }
    }
    choices
}

fn request(rng: &mut Rng, shared: &Case, arns: &[String], types: Types) -> Case {
    let mut case = Case { action: (*rng.pick(&ACTIONS)).to_owned(), closed: rng.chance(20), ..shared.clone() };
    for _ in 0..=usize::from(rng.chance(25)) {
        case.resources.push(rng.pick(arns).clone());
    }
    case.context = context(rng, types);
    case
}

pub(super) fn context(rng: &mut Rng, types: Types) -> BTreeMap<String, Said> {
    let mut context = BTreeMap::new();
    for (key, kind) in KEYS.iter().zip(&types) {
        let said = match rng.below(10) {
            0..4 => {
                let (_, _, values, odd) = pool(*kind);
                let count = 1 + usize::from(rng.chance(15));
                Said::Known((0..count).map(|_| one_of(rng, values, odd)).collect())
            }
            4 => Said::Absent,
            _ => continue,
        };
        context.insert((*key).to_owned(), said);
    }
    context
}
