//! The index against the plain scan on large policies: the same answers, the same reasons, the same alternatives.

use ramspect::catalog::Assumptions;
use ramspect::evaluate::{
    Alternative, Context, Explanation, Fact, Layer, LayerKind, PolicySet, PolicySetBuilder, Request, Rules, Scratch,
    View,
};
use ramspect::policy::{PolicyKind, lower};
use serde_json::{Value, json};

use crate::reference::assumptions::TABLE;
use crate::support::cases;
use crate::support::random::Random;

const LETTERS: &[&str] = &["a", "a", "b", "A", ":", ":", ":", "/", "*", "*", "?", "é"];

fn text(longest: usize, random: &mut Random) -> String {
    (0..random.below(longest + 1)).map(|_| *random.pick(LETTERS)).collect()
}

fn action_pattern(random: &mut Random) -> String {
    let usual = ["*", "a:*", "a:b", "a:A*", "*:b", "b:?", "*b", "?:*", "a:b:a"];
    if random.one_in(2) { (*random.pick(&usual)).to_owned() } else { text(5, random) }
}

/// A pattern near an ARN: whole, cut off, with holes.
fn resource_pattern(arns: &[String], random: &mut Random) -> String {
    if random.one_in(12) {
        return "*".to_owned();
    }
    if random.one_in(6) {
        return text(8, random);
    }
    let mut pattern = String::new();
    for c in random.pick(arns).chars() {
        match random.below(16) {
            0 => pattern.push('*'),
            1 => pattern.push('?'),
            2 => pattern.extend(c.to_uppercase()),
            3 => {}
            _ => pattern.push(c),
        }
    }
    if random.one_in(3) {
        let keep = random.below(pattern.chars().count() + 1);
        pattern = pattern.chars().take(keep).chain(['*']).collect();
    }
    pattern
}

fn arn(random: &mut Random) -> String {
    let fronts = ["acs:ram::1:", "acs:ram:*:1:", "acs:a:b:1:", "acs:ecs:cn:1:", "acs:a::1:", "a:b:a:b:"];
    let mut arn = format!("{}{}", random.pick(&fronts), text(5, random));
    match random.below(8) {
        0 => arn = "*".to_owned(),
        1 => arn.push_str(&":a".repeat(40 + random.below(60))),
        2 => arn = format!("acs:ram::1:role/{}", text(3, random)),
        _ => {}
    }
    arn
}

fn one_or_many(mut make: impl FnMut() -> String, count: usize) -> Value {
    let list: Vec<String> = (0..count).map(|_| make()).collect();
    json!(list)
}

fn statement(arns: &[String], random: &mut Random) -> Value {
    let (acts, resources) = (1 + random.below(3), 1 + random.below(3));
    let action = if random.one_in(25) { "NotAction" } else { "Action" };
    let resource = if random.one_in(25) { "NotResource" } else { "Resource" };
    let mut statement = json!({
        "Effect": if random.one_in(3) { "Deny" } else { "Allow" },
        action: one_or_many(|| action_pattern(random), acts),
    });
    statement[resource] = one_or_many(|| resource_pattern(arns, random), resources);
    if random.one_in(3) {
        let operator = *random.pick(&["StringEquals", "StringNotEquals", "StringLike"]);
        let (key, value) = (*random.pick(&["k", "l"]), text(2, random));
        statement["Condition"] = json!({ operator: { key: value } });
    }
    statement
}

fn build(arns: &[String], random: &mut Random) -> PolicySet {
    let mut builder = PolicySetBuilder::new();
    let kinds = [LayerKind::Control, LayerKind::Session, LayerKind::Identity, LayerKind::IdentityInGroup];
    let kinds = if random.one_in(2) { &kinds[2..3] } else { &kinds[..] };
    for kind in kinds {
        builder.layer(Layer { kind: *kind, scope: "account".into() });
        for _ in 0..=random.below(2) {
            let count = (50 + random.below(250)) / (2 * kinds.len()) + 1;
            let statements: Vec<Value> = (0..count).map(|_| statement(arns, random)).collect();
            let document = json!({"Version": "1", "Statement": statements}).to_string();
            let lowered = lower(&document, PolicyKind::Bucket);
            builder.policy(&lowered.policy);
        }
    }
    builder.finish()
}

type Answer = (Explanation, Vec<Alternative>);

fn answer(set: &PolicySet, request: &Request<'_>, assumptions: &Assumptions, scratch: &mut Scratch) -> Answer {
    let rules = Rules::from(assumptions);
    let quick = set.judge(request, rules, scratch);
    let (full, explanation) = set.judge_and_explain(request, rules, scratch);
    assert_eq!(
        (quick.possible, quick.exact),
        (full.possible, full.exact),
        "without the reasons the answer is the same"
    );
    let mut alternatives = |judgement| {
        PolicySet::alternatives(judgement, assumptions, |rules| set.judge_all(request, rules, scratch).possible)
    };
    let (from_quick, from_full) = (alternatives(quick), alternatives(full));
    assert_eq!(from_quick, from_full, "what was passed over hides no assumption");
    (explanation, from_full)
}

/// 2,000 policy sets of 50 to 300 statements, 15 requests each.
#[test]
fn the_index_agrees_with_the_scan() {
    let mut random = Random::new(0x1d_e0);
    let (mut matched, mut refused) = (0, 0);
    for _ in 0..cases(2_000) {
        let arns: Vec<String> = (0..4).map(|_| arn(&mut random)).collect();
        let set = build(&arns, &mut random);
        let (by_index, by_scan) = (set.clone().with_index(true), set.with_index(false));
        let (mut one, mut two) = (Scratch::new(), Scratch::new());
        for _ in 0..15 {
            let mut assumptions = Assumptions::default();
            if random.one_in(3) {
                let (id, choices) = *random.pick(&TABLE);
                assumptions = assumptions.with_id(id, *random.pick(choices)).expect("a row of the table");
            }
            let mut context = Context::new();
            if random.one_in(2) {
                context.set("k", if random.one_in(3) { Fact::Absent } else { Fact::One(text(2, &mut random).into()) });
            }
            let resource = random.pick(&arns).clone();
            let action = format!("{}:{}", random.pick(&["a", "b", "A"]), text(3, &mut random));
            let view = View { command: Some(&context), closed: random.one_in(3), ..View::default() };
            let request = Request { action: &action, resource: &resource, view };
            let indexed = answer(&by_index, &request, &assumptions, &mut one);
            let scanned = answer(&by_scan, &request, &assumptions, &mut two);
            assert_eq!(indexed, scanned, "{action} on {resource} in a set of {} statements", by_index.len());
            matched += usize::from(!indexed.0.decided_by.is_empty());
            refused += usize::from(indexed.0.decided_by.is_empty());
        }
    }
    assert!(matched > cases(2_000) && refused > 0, "{matched} matched, {refused} did not");
}
