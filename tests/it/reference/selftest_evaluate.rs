//! The oracle against sentences of the contract and the facts, and against itself in other ways.

use std::collections::BTreeSet;
use std::time::Instant;

use serde_json::{Value, json};

use super::assumptions::Choices;
use super::condition::{Family, Test};
use super::evaluate::{Case, Decision, Named, Said, decision_name, evaluate, possible};
use super::generate::{self, Profile, Rng};
use super::{candidates, policy as documents, values, wildcard};

fn policy(statements: &Value) -> Named {
    Named { name: "p.json".to_owned(), document: json!({"Version": "1", "Statement": statements}) }
}

fn case(statements: &Value) -> Case {
    Case {
        identity: vec![policy(statements)],
        action: "a:b".to_owned(),
        resources: vec!["*".to_owned()],
        ..Case::default()
    }
}

fn allow(condition: &Value) -> Value {
    json!({"Effect": "Allow", "Action": "*", "Resource": "*", "Condition": condition})
}

fn names(case: &Case) -> Vec<&'static str> {
    possible(case).into_iter().map(Decision::name).collect()
}

fn known(mut case: Case, key: &str, values: &[&str]) -> Case {
    let values = values.iter().map(|value| (*value).to_owned()).collect();
    case.context.insert(key.to_owned(), Said::Known(values));
    case
}

fn absent(mut case: Case, key: &str) -> Case {
    case.context.insert(key.to_owned(), Said::Absent);
    case
}

fn assume(mut case: Case, id: &str, choice: &str) -> Case {
    case.choices = case.choices.with(id, choice);
    case
}

#[test]
fn globs() {
    // "`*` matches any run of characters, the empty one, `:` and `/` included; `?` exactly one character (one Unicode
    // scalar value, not one byte)."
    assert!(wildcard::like("*", ""));
    assert!(wildcard::like("a*b", "a:/b"));
    assert!(wildcard::like("?", "é"));
    assert!(!wildcard::like("?", "e\u{301}"));
    assert!(!wildcard::like("?", ""));
    assert!(!wildcard::like("a", "A"));
    // "Actions match without regard to ASCII case."
    assert!(wildcard::action("ECS:describe*", "ecs:DescribeInstances"));
    assert!(!wildcard::action("a:É", "a:é"));
}

#[test]
fn arns() {
    let partly = Choices::default();
    // "without regard to ASCII case where it meets a character of the request's first three segments"
    assert!(wildcard::arn("ACS:ECS:CN-Hangzhou:*:instance/i-1", "acs:ecs:cn-hangzhou:1:instance/i-1", &partly));
    assert!(wildcard::arn("A*:X*", "acs:ecs:x:X", &partly));
    assert!(!wildcard::arn("acs:ecs:*:*:Instance/i-1", "acs:ecs:cn-hangzhou:1:instance/i-1", &partly));
    assert!(!wildcard::arn("acs:ecs:r:ABC:i", "acs:ecs:r:abc:i", &partly));
    assert!(!wildcard::arn("acs:ram::ABC:role/x", "acs:ram::abc:role/x", &partly));
    // "or of the name in `acs:ram:..:role/<name>`; elsewhere exactly"
    assert!(wildcard::arn("acs:ram:*:1:role/DEV", "acs:ram::1:role/Dev", &partly));
    assert!(!wildcard::arn("acs:ram:*:1:user/DEV", "acs:ram::1:user/Dev", &partly));
    assert!(!wildcard::arn("acs:ram:*:1:Role/Dev", "acs:ram::1:role/Dev", &partly));
    assert!(!wildcard::arn("acs:ram:*:1:role/DEV", "acs:ram::1:role/Dev", &partly.with("arn-case", "sensitive")));
    assert!(wildcard::arn("acs:oss:*:*:B/K", "acs:oss:*:*:b/k", &partly.with("arn-case", "insensitive")));
    assert!(!wildcard::arn("acs:oss:*:*:É", "acs:oss:*:*:é", &partly.with("arn-case", "insensitive")));
    // "for a request ARN of service `ram`, its third segment is tried both empty and as `*`"
    assert!(wildcard::arn("acs:ram::1:role/a", "acs:ram:*:1:role/a", &partly));
    assert!(wildcard::arn("acs:ram:?:1:role/a", "acs:ram::1:role/a", &partly));
    assert!(!wildcard::arn("acs:ram::1:role/a", "acs:ram:*:1:role/a", &partly.with("ram-empty-region", "literal")));
    assert!(wildcard::arn("acs:ram:*:1:role/a", "acs:ram::1:role/a", &partly.with("ram-empty-region", "literal")));
    assert!(!wildcard::arn("acs:ecs::1:instance/a", "acs:ecs:*:1:instance/a", &partly));
    // "An ARN pattern with fewer than five segments other than `*` still matches as a glob over the whole text"
    assert!(wildcard::arn("acs:ecs:*", "acs:ecs:cn-hangzhou:1:instance/i-1", &partly));
}

#[test]
fn globs_agree_with_regex() {
    let mut rng = Rng(1);
    for _ in 0..3_000 {
        let text = generate::request_arn(&mut rng, Profile::LIBRARY);
        let pattern = generate::pattern_near(&mut rng, &text);
        assert_eq!(
            wildcard::like(&pattern, &text),
            wildcard::as_regex(&pattern, false).is_match(&text),
            "{pattern} {text}"
        );
        assert_eq!(
            wildcard::action(&pattern, &text),
            wildcard::as_regex(&pattern, true).is_match(&text),
            "{pattern} {text}"
        );
    }
}

#[test]
fn typed_values() {
    // "numbers `[+-]?digits[.digits]`, compared as decimals (30 = 30.0)"
    assert_eq!(values::decimal("30"), values::decimal("+030.0"));
    assert_eq!(values::decimal("-0"), values::decimal("0.0"));
    assert!(values::decimal("-1.5") < values::decimal("-1"));
    assert!(values::decimal("9") < values::decimal("10"));
    for odd in ["", "+", "5.", ".5", "1e3", " 5", "٥", "0x1", "1_0", "--1", "NaN"] {
        assert_eq!(values::decimal(odd), None, "{odd}");
    }
    let texts = ["-10", "-1.25", "-1.2", "-0.05", "0", "0.004", "0.01", "1.2", "1.21", "7", "10"];
    for (low, high) in texts.iter().flat_map(|low| texts.iter().map(move |high| (low, high))) {
        let (low, high) = (values::decimal(low).unwrap(), values::decimal(high).unwrap());
        if low < high {
            let middle = values::decimal(&values::between(&low, &high).text()).unwrap();
            assert!(low < middle && middle < high, "{low:?} {middle:?} {high:?}");
        }
    }
    // "dates `YYYY-MM-DDThh:mm:ss(Z|±hh:mm)`, compared as instants (also `YYYY-MM-DDThh:mmZ`)"
    assert_eq!(values::instant("2019-08-12T17:00:00+08:00"), values::instant("2019-08-12T09:00Z"));
    assert!(values::instant("2024-02-29T00:00:00Z").is_some());
    for odd in [
        "2025-02-29T00:00:00Z",
        "2026-01-01",
        "2026-01-01T00:00:00",
        "2026-01-01t00:00:00Z",
        "2026-01-01T00:00:00z",
        "2026-01-01T24:00:00Z",
        "2026-01-01T00:00:00.5Z",
        "2026-01-01T00:00+08:00",
        "2026-1-1T00:00:00Z",
        "2026-01-01T00:00:00+0800",
    ] {
        assert_eq!(values::instant(odd), None, "{odd}");
    }
    for text in [
        "2026-11-24T08:00:01Z",
        "2024-02-29T23:59:59Z",
        "2024-12-31T00:00:00Z",
        "0001-01-01T00:00:00Z",
        "9999-12-31T23:59:59Z",
    ] {
        assert_eq!(values::instant_text(values::instant(text).unwrap()).as_deref(), Some(text));
    }
    // "a block may have host bits set"; "`::ffff:a.b.c.d` is IPv6"
    assert_eq!(values::block("10.0.0.5/30").map(|block| (block.first, block.last)), Some((0x0a00_0004, 0x0a00_0007)));
    assert!(values::block("::ffff:10.0.0.1").is_some_and(|block| block.v6));
    assert_eq!(values::block("::/0").map(|block| block.last), Some(u128::MAX));
}

#[test]
fn one_value() {
    let one = |operator: &str, operand: &str, value: &str| {
        names(&known(case(&json!([allow(&json!({operator: {"k": operand}}))])), "k", &[value])) == ["allow"]
    };
    // "an address of the other IP version parses and does not match (so `NotIpAddress` is met; `0.0.0.0/0` holds no IPv6 address)"
    assert!(!one("IpAddress", "0.0.0.0/0", "::1"));
    assert!(one("NotIpAddress", "0.0.0.0/0", "::1"));
    assert!(!one("IpAddress", "10.0.0.1", "::ffff:10.0.0.1"));
    // "An operand or request value that does not parse for its operator's type makes the whole test ... unmet, positive and negated alike"
    assert!(!one("NotIpAddress", "10.0.0", "10.0.0.1"));
    assert!(!one("NotIpAddress", "10.0.0.1", "somewhere"));
    assert!(!one("NumericNotEquals", "5", "five"));
    assert!(!one("StringEquals", "a*", "ab"));
    assert!(one("StringLike", "a*", "ab"));
    // "IgnoreCase folds ASCII only"
    assert!(one("StringEqualsIgnoreCase", "aB", "Ab"));
    assert!(!one("StringEqualsIgnoreCase", "É", "é"));
    // "`Bool` without regard to case"
    assert!(one("Bool", "TRUE", "true"));
    assert!(one("NumericLessThanEquals", "30", "30.0"));
    assert!(one("DateLessThan", "2026-01-01T08:00:00+08:00", "2025-12-31T23:59:59Z"));
}

#[test]
fn combinations_of_values_keys_and_operators() {
    // "Values of one key are ORed, keys and operators ANDed; a negated operator is NOT of the positive one over all listed values."
    let listed = case(&json!([allow(&json!({"StringNotEquals": {"k": ["a", "b"]}}))]));
    assert_eq!(names(&known(listed.clone(), "k", &["b"])), ["implicit_deny"]);
    assert_eq!(names(&known(listed, "k", &["c"])), ["allow"]);
    let both = case(&json!([allow(&json!({"StringEquals": {"k": "a", "l": "b"}}))]));
    assert_eq!(names(&known(known(both, "k", &["a"]), "l", &["c"])), ["implicit_deny"]);
    // "`any` (positive operator: met if any pair matches ...)", "`all` (positive: every request value matches some listed value ...)"
    let many = known(case(&json!([allow(&json!({"StringEquals": {"k": "a"}}))])), "k", &["a", "b"]);
    assert_eq!(names(&many), ["allow"]);
    assert_eq!(names(&assume(many, "multi-value", "all")), ["implicit_deny"]);
}

#[test]
fn absent_keys() {
    // "A positive operator on an absent key is not met." and `absent-negated`
    assert_eq!(names(&absent(case(&json!([allow(&json!({"StringLike": {"k": "*"}}))])), "k")), ["implicit_deny"]);
    let negated = absent(case(&json!([allow(&json!({"StringNotEquals": {"k": "a"}}))])), "k");
    assert_eq!(names(&negated), ["allow"]);
    let answer = evaluate(&negated);
    assert_eq!(answer.assumptions.len(), 1);
    assert_eq!((answer.assumptions[0].id, answer.assumptions[0].alternative), ("absent-negated", "unmet"));
    assert_eq!(decision_name(&answer.assumptions[0].possible), "implicit_deny");
    // the whole test is unmet when an operand does not parse, present or not
    assert_eq!(names(&absent(case(&json!([allow(&json!({"NumericNotEquals": {"k": "x"}}))])), "k")), ["implicit_deny"]);
    let vpc = absent(case(&json!([allow(&json!({"StringLike": {"acs:SourceVpc": "*"}}))])), "acs:SourceVpc");
    assert_eq!(names(&vpc), ["implicit_deny"]);
    assert_eq!(names(&assume(vpc, "absent-oss-key", "empty-string")), ["allow"]);
}

#[test]
fn borders() {
    // "first and last address of a block, `/31`, `/32`, under `IpAddress`/`NotIpAddress` (a plain address is always itself)";
    // "the `...IncludeBorder` operators are inclusive under both"
    let one = |operator: &str, operand: &str, value: &str| {
        let case = known(case(&json!([allow(&json!({operator: {"k": operand}}))])), "k", &[value]);
        names(&assume(case, "ip-border", "exclusive")) == ["allow"]
    };
    assert!(!one("IpAddress", "10.0.0.0/30", "10.0.0.3"));
    assert!(one("IpAddress", "10.0.0.0/30", "10.0.0.2"));
    assert!(!one("IpAddress", "10.0.0.7/32", "10.0.0.7"));
    assert!(one("NotIpAddress", "10.0.0.6/31", "10.0.0.7"));
    assert!(one("IpAddress", "10.0.0.7", "10.0.0.7"));
    assert!(one("IpAddressIncludeBorder", "10.0.0.0/30", "10.0.0.3"));
}

#[test]
fn unknown_keys_are_judged_together() {
    // "conditions on one key are judged together (Allow `k = a` beside Allow `k != a` is `allow`)"
    let together =
        case(&json!([allow(&json!({"StringEquals": {"k": "a"}})), allow(&json!({"StringNotEquals": {"k": "a"}}))]));
    let answer = evaluate(&together);
    assert_eq!(decision_name(&answer.possible), "allow");
    assert!(answer.resources[0].depends_on.is_empty());
    // "an allow that rests on several: all statements that may match ... with `match: possible`"
    assert_eq!(answer.resources[0].decided_by.len(), 2);
    assert!(answer.resources[0].decided_by.iter().all(|decider| decider.possible));
    // "each absent, or one value": under `unmet` an absent key is covered by neither
    assert_eq!(names(&assume(together, "absent-negated", "unmet")), ["allow", "implicit_deny"]);
    // two globs that no text satisfies together, and two that one does
    let both = |left: &str, right: &str| {
        case(&json!([allow(&json!({"StringLike": {"k": left}})),
            {"Effect": "Deny", "Action": "*", "Resource": "*", "Condition": {"StringNotLike": {"k": right}}}]))
    };
    assert_eq!(names(&both("a*", "b*")), ["explicit_deny", "implicit_deny"]);
    assert_eq!(names(&both("a*", "*b")), ["allow", "explicit_deny", "implicit_deny"]);
    let numbers = case(&json!([allow(&json!({"NumericGreaterThan": {"k": "1.2"}, "NumericLessThan": {"k": "1.21"}}))]));
    assert_eq!(names(&numbers), ["allow", "implicit_deny"]);
    assert_eq!(evaluate(&numbers).resources[0].depends_on, BTreeSet::from(["k".to_owned()]));
    // "`--closed-context` (all else absent)"
    assert_eq!(names(&Case { closed: true, ..numbers }), ["implicit_deny"]);
}

#[test]
fn layers() {
    let everything = json!([{"Effect": "Allow", "Action": "*", "Resource": "*"}]);
    let nothing = json!([{"Effect": "Allow", "Action": "z:z", "Resource": "*"}]);
    let refusal = json!([{"Effect": "Deny", "Action": "*", "Resource": "*"}]);
    let open = case(&everything);
    // "Every level of the control-policy chain must allow"; "no match at all -> refused"
    let level = |name: &str, statements: &Value| (name.to_owned(), vec![policy(statements)]);
    let chain = Case { control: vec![level("member", &everything), level("Root", &nothing)], ..open.clone() };
    assert_eq!(names(&chain), ["implicit_deny"]);
    let first = Case { control: vec![level("member", &nothing), level("Root", &everything)], ..open.clone() };
    assert_eq!(names(&first), ["implicit_deny"]);
    // "Not Allow -> stop with that decision": an identity Deny is not reached
    let stopped = Case { identity: vec![policy(&refusal)], ..chain.clone() };
    assert_eq!(names(&stopped), ["implicit_deny"]);
    // "Session policy: not Allow -> stop"
    let session = Case { session: Some(vec![policy(&refusal)]), ..open.clone() };
    let answer = evaluate(&session);
    assert_eq!(decision_name(&answer.possible), "explicit_deny");
    assert_eq!(answer.resources[0].decided_by[0].layer, "session");
    // "the account's root user ... not bound by control policies"; "The account (root) owns its resources and has all permission"
    assert_eq!(names(&Case { root: true, ..chain }), ["allow"]);
    // `resource-group-deny`: "Explicit Deny or Allow there ends the identity step. Only an Implicit Deny moves on"
    let group = Case { resource_group: vec![policy(&refusal)], ..open.clone() };
    assert_eq!(names(&group), ["allow"]);
    assert_eq!(names(&assume(group, "resource-group-deny", "deny-wins")), ["explicit_deny"]);
    let granted = Case { resource_group: vec![policy(&everything)], ..case(&nothing) };
    assert_eq!(names(&granted), ["allow"]);
    assert_eq!(evaluate(&granted).resources[0].decided_by[0].scope, "resource_group");
    // "Deny on any one of the resources refuses the call"
    let several = Case {
        identity: vec![policy(
            &json!([{"Effect": "Allow", "Action": "*", "Resource": "*"}, {"Effect": "Deny", "Action": "*", "Resource": "acs:x:*"}]),
        )],
        resources: vec!["acs:y:r:1:a".to_owned(), "acs:x:r:1:a".to_owned()],
        ..open
    };
    assert_eq!(names(&several), ["explicit_deny"]);
}

#[test]
fn not_elements() {
    let except = case(&json!([{"Effect": "Allow", "NotAction": ["A:*"], "Resource": "*"}]));
    assert_eq!(names(&except), ["implicit_deny"]);
    // `not-resource`: complement or never-matches
    let except = case(&json!([{"Effect": "Allow", "Action": "*", "NotResource": ["acs:ecs:*"]}]));
    assert_eq!(names(&except), ["allow"]);
    assert_eq!(names(&assume(except, "not-resource", "never-matches")), ["implicit_deny"]);
}

/// Every combination of outcomes that some short text reaches is reached by the candidate values.
#[test]
fn candidate_texts_are_enough() {
    let mut rng = Rng(7);
    let families = [Family::Equals, Family::EqualsIgnoreCase, Family::Like];
    for _ in 0..150 {
        let mut operand = || (0..rng.below(4)).map(|_| *rng.pick(&['a', 'b', 'A', '*', '?', '*'])).collect::<String>();
        let operands: Vec<String> = (0..3).map(|_| operand()).collect();
        let tests: Vec<Test> = operands
            .into_iter()
            .map(|operand| Test {
                key: "k".to_owned(),
                family: *rng.pick(&families),
                negated: false,
                operands: vec![operand],
            })
            .collect();
        let tests: Vec<&Test> = tests.iter().collect();
        let outcome = |text: &str| {
            tests.iter().map(|test| test.met(Some(&[text.to_owned()]), &Choices::default())).collect::<Vec<bool>>()
        };
        let reached: BTreeSet<Vec<bool>> = candidates::values_of(&tests).iter().map(|text| outcome(text)).collect();
        let mut all = vec![String::new()];
        for _ in 0..4 {
            let longer = all.iter().flat_map(|text| ['a', 'b', 'A', '*', '?', 'z'].map(|more| format!("{text}{more}")));
            all = std::iter::once(String::new()).chain(longer).collect();
        }
        for text in all {
            assert!(reached.contains(&outcome(&text)), "{tests:?} {text}");
        }
    }
}

/// Any completion whatever gives a decision that is among the possible ones.
#[test]
fn random_completions_are_possible() {
    let mut rng = Rng(11);
    let mut completed = 0;
    for number in 0..600 {
        let profile = Profile { mixed_types: number % 2 == 0, ..Profile::LIBRARY };
        for case in generate::cases(&mut rng, profile, 3) {
            let all = possible(&case);
            for other in generate::cases(&mut rng, Profile::LIBRARY, 4) {
                let mut closed = Case { closed: true, ..case.clone() };
                for (key, said) in &other.context {
                    if let Said::Known(values) = said
                        && let [value] = values.as_slice()
                        && !case.closed
                        && fits(&case, key, value)
                    {
                        completed += 1;
                        closed.context.entry(key.clone()).or_insert_with(|| said.clone());
                    }
                }
                assert!(possible(&closed).is_subset(&all), "{closed:#?}");
            }
        }
    }
    assert!(completed > 2_000, "{completed}");
}

/// Whether a value is of the type of all operators that test the key.
fn fits(case: &Case, key: &str, value: &str) -> bool {
    let documents = case.identity.iter().chain(case.session.iter().flatten()).chain(&case.resource_group);
    documents.chain(case.control.iter().flat_map(|(_, policies)| policies)).all(|named| {
        let statements = documents::statements(&named.document);
        statements
            .iter()
            .flat_map(|statement| &statement.tests)
            .all(|test| test.key != key || test.family.value_parses(value))
    })
}

/// The generator makes cases of all kinds, and the oracle is fast enough for the big loops.
#[test]
fn speed_and_variety() {
    let start = Instant::now();
    let mut rng = Rng(2026);
    let mut seen = std::collections::BTreeMap::<String, usize>::new();
    let mut count = 0;
    for _ in 0..1000 {
        for case in generate::cases(&mut rng, Profile::LIBRARY, 5) {
            let answer = evaluate(&case);
            *seen.entry(format!("{:?}", answer.possible)).or_default() += 1;
            for changed in &answer.assumptions {
                *seen.entry(changed.id.to_owned()).or_default() += 1;
            }
            count += 1;
        }
    }
    println!("{count} cases in {:?}: {seen:#?}", start.elapsed());
    assert!(seen.len() >= 14, "{seen:#?}");
}
