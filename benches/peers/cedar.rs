//! One decision against `cedar-policy`, whose policies say the same with `like`: requests are built before on both sides.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    clippy::cast_precision_loss,
    missing_docs,
    reason = "a bench stops at the first surprise and prints its figures"
)]

#[path = "../common/mod.rs"]
mod common;

use std::collections::HashMap;
use std::fmt::Write;
use std::hint::black_box;
use std::str::FromStr;

use cedar_policy::{
    Authorizer, Context as CedarContext, Decision, Entities, EntityUid, PolicySet as CedarSet, Request as CedarRequest,
    Response, RestrictedExpression,
};
use common::engine::{contexts, policies, requests, set};
use common::shapes::{self, Ask, Condition, Shape};
use common::timing::{Contender, goal, race, spell};
use ramspect::evaluate::{Rules, Scratch};

/// `permit` and `forbid` with one `like` for each pattern.
fn translate(statements: &[Shape]) -> String {
    let like = |key: &str, patterns: &[String], not: bool| {
        let each: Vec<String> = patterns.iter().map(|pattern| format!("context.{key} like {pattern:?}")).collect();
        format!("{}({})", if not { "!" } else { "" }, each.join(" || "))
    };
    let mut text = String::new();
    for statement in statements {
        let effect = if statement.deny { "forbid" } else { "permit" };
        let action = like("action", &statement.actions, statement.not_action);
        let arn = like("arn", &statement.resources, statement.not_resource);
        let condition = match &statement.condition {
            None => String::new(),
            Some(Condition::Team(team)) => format!(" && context.team == {team:?}"),
            Some(Condition::TeamLike(team)) => format!(" && context.team like {team:?}"),
            Some(Condition::Block(block)) => format!(" && context.ip.isInRange(ip({block:?}))"),
        };
        let _ = writeln!(text, "{effect} (principal, action, resource) when {{ {action} && {arn}{condition} }};");
    }
    text
}

fn request(ask: &Ask) -> CedarRequest {
    let text = |text: &str| RestrictedExpression::new_string(text.to_owned());
    let pairs = [
        ("action", text(&ask.action)),
        ("arn", text(&ask.resource)),
        ("team", text(&ask.team)),
        ("ip", RestrictedExpression::new_ip(ask.ip.clone())),
    ];
    let context = CedarContext::from_pairs(pairs.map(|(key, value)| (key.to_owned(), value))).unwrap();
    let id = |text| EntityUid::from_str(text).unwrap();
    CedarRequest::new(id("User::\"u\""), id("Action::\"a\""), id("Resource::\"r\""), context, None).unwrap()
}

fn word(response: &Response) -> &'static str {
    match response.decision() {
        Decision::Allow => "allow",
        Decision::Deny if response.diagnostics().reason().next().is_some() => "explicit_deny",
        Decision::Deny => "implicit_deny",
    }
}

fn measure(name: &str, statements: &[Shape]) {
    let texts = shapes::documents(statements);
    let ours = set(&policies(&texts));
    let theirs = CedarSet::from_str(&translate(statements)).unwrap();
    let asks = shapes::asks(statements, 1000);
    let known = contexts(&asks);
    let requests = requests(&asks, &known);
    let cedar: Vec<CedarRequest> = asks.iter().map(request).collect();
    let (authorizer, nobody, rules) = (Authorizer::new(), Entities::empty(), Rules::default());
    let mut scratch = Scratch::new();
    let mut decisions: HashMap<&str, usize> = HashMap::new();
    for (mine, theirs_request) in requests.iter().zip(&cedar).take(300) {
        let decision = ours.judge(mine, rules, &mut scratch).possible.word();
        // Cedar folds no case in actions; the requests spell them as the policies do.
        assert_eq!(decision, word(&authorizer.is_authorized(theirs_request, &theirs, &nobody)));
        *decisions.entry(decision).or_default() += 1;
    }
    let times = race(
        vec![
            Contender::new("ramspect", |at| {
                black_box(ours.judge(&requests[at % requests.len()], rules, &mut scratch));
            }),
            Contender::new("cedar-policy", |at| {
                black_box(authorizer.is_authorized(&cedar[at % cedar.len()], &theirs, &nobody));
            }),
        ],
        31,
    );
    println!("{name}, {} statements (decisions compared: {decisions:?})", statements.len());
    for time in &times {
        println!("    {:<18} {:>10}", time.name, spell(time.median()));
    }
    let ratio = times[0].ratio(&times[1]);
    let wanted = if statements.len() >= 1000 { 1000.0 } else { 1.0 };
    goal(&format!("at least {wanted} times faster than cedar-policy"), ratio >= wanted, &format!("{ratio:.0} x"));
}

fn main() {
    for count in [1, 10, 100, 1000, 10_000] {
        measure("peer", &shapes::peer(count));
        measure("real", &shapes::real(count));
    }
}
