//! `mergeable-statements`

use crate::analyze::{Difference, joined};
use crate::diagnostic::{Diagnostic, Severity};
use crate::lint::context::Context;
use crate::lint::proof;
use crate::lint::rule::Sink;
use crate::lint::rule::rule;
use crate::policy::{Scope, Statement, Test};
use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};

rule! {
    /// # What it does
    /// Finds statements that differ in one list only (`Action`, `Resource`, or the values of one test) and so can be one; that the one says the same is proved.
    ///
    /// # Why it matters
    /// One statement is shorter and easier to review. The size of a policy is limited.
    ///
    /// # Example
    /// ```json,finds
    /// { "Effect": "Allow", "Action": "ecs:StartInstance", "Resource": "*" },
    /// { "Effect": "Allow", "Action": "ecs:StopInstance", "Resource": "*" }
    /// ```
    /// ```json,finds
    /// { "Effect": "Allow", "Action": "ecs:StopInstance", "Resource": "*", "Condition": { "StringEquals": { "ecs:tag/env": "dev" } } },
    /// { "Effect": "Allow", "Action": "ecs:StopInstance", "Resource": "*", "Condition": { "StringEquals": { "ecs:tag/env": "test" } } }
    /// ```
    ///
    /// # Use instead
    /// ```json,passes
    /// { "Effect": "Allow", "Action": ["ecs:StartInstance", "ecs:StopInstance"], "Resource": "*" }
    /// ```
    ///
    /// # References
    /// - [policy evaluation](https://www.alibabacloud.com/help/en/ram/policy-evaluation-process)
    MergeableStatements, "mergeable-statements", CleanUp, Info, High, check = check
}

/// Pairs that are tried at most.
const PAIRS: usize = 20_000;

fn check(cx: &Context<'_>, sink: &mut Sink) {
    let mut first: HashMap<u128, usize> = HashMap::new();
    let mut tried = 0;
    for numbered in cx.statements() {
        let statement = numbered.statement;
        let whole = statement.action.is_some() && statement.effect.is_some() && statement.sid.is_none();
        let Some(brace) = cx.brace(numbered.index).filter(|_| whole) else { continue };
        let others: Vec<usize> = keys(statement)
            .into_iter()
            .map(|key| *first.entry(key).or_insert(numbered.index))
            .filter(|other| *other != numbered.index)
            .collect();
        if others.is_empty() || cx.proofs().can_go(numbered.index) {
            continue;
        }
        tried += others.len();
        if tried > PAIRS {
            let message = "whether this statement and later ones can be joined with others was not tried";
            let finding = Diagnostic::new("not-judged", Severity::Info, message, brace).in_statement(numbered.index);
            sink.push(finding.with_help("split the document to have all of them tried"));
            return;
        }
        let join = |other: &usize| {
            let with = cx.policy.statements.get(*other).filter(|_| !cx.proofs().can_go(*other))?;
            Some((*other, joined(with, statement, proof::options())?.1))
        };
        let Some((other, difference)) = others.iter().find_map(join) else { continue };
        let (element, help) = match difference {
            Difference::Action => ("`Action`".to_owned(), "join the entries of `Action` in one statement".to_owned()),
            Difference::Resource => {
                ("`Resource`".to_owned(), "join the entries of `Resource` in one statement".to_owned())
            }
            Difference::Values { operator, key } if operator.contains("Not") => {
                let help = format!("keep the values of `{key}` that both list, in one statement");
                (format!("the values of `{operator}` on `{key}`"), help)
            }
            Difference::Values { operator, key } => {
                let help = format!("join the values of `{key}` in one statement");
                (format!("the values of `{operator}` on `{key}`"), help)
            }
        };
        let message = format!("it differs from statement {other} in {element} only");
        let mut finding = sink.finding(message, brace).in_statement(numbered.index);
        if let Some(place) = cx.brace(other) {
            finding = finding.with_related(place, "the other statement");
        }
        sink.push(finding.with_help(help));
    }
}

/// For each list in which another statement may differ, a mark that is the same for the two: of all the rest. Two statements
/// of one mark may still differ in more; whether they can be joined is proved.
fn keys(statement: &Statement<'_>) -> Vec<u128> {
    let action = mark(&scope(statement.action.as_ref(), true));
    let resource = mark(&scope(statement.resource.as_ref(), false));
    let tests: Vec<(String, String)> = statement.condition.iter().map(test).collect();
    let mut principals: Vec<&str> = Context::principals(statement).iter().map(|text| &*text.value).collect();
    principals.sort_unstable();
    let base = (statement.effect.as_ref().map(|effect| effect.value), principals);
    // A sum, in which the order of the tests does not count, and one can be replaced.
    let whole = |(name, values): &(String, String)| mark(&(name, values));
    let all = tests.iter().fold(0, |sum: u128, test| sum.wrapping_add(whole(test)));
    let mut keys = vec![mark(&('A', &base, resource, all))];
    if statement.resource.is_some() {
        keys.push(mark(&('R', &base, action, all)));
    }
    let base = mark(&('C', &base, action, resource));
    keys.extend(tests.iter().map(|test| {
        let (name, _) = test;
        let rest = all.wrapping_sub(whole(test)).wrapping_add(mark(name));
        mark(&(base, rest))
    }));
    keys
}

/// A hash of 128 bits.
fn mark(value: &impl Hash) -> u128 {
    let half = |number: u8| {
        let mut hasher = DefaultHasher::new();
        (number, value).hash(&mut hasher);
        u128::from(hasher.finish())
    };
    half(0) << 64 | half(1)
}

fn scope(scope: Option<&Scope<'_>>, fold: bool) -> String {
    let Some(scope) = scope else { return String::new() };
    let of = |text: &str| if fold { text.to_ascii_lowercase() } else { text.to_owned() };
    let mut texts: Vec<String> = scope.patterns.iter().map(|pattern| of(&pattern.value)).collect();
    texts.sort_unstable();
    format!("{}{}", scope.except, texts.join("\u{0}"))
}

/// Operator and key of a test, and its values.
fn test(test: &Test<'_>) -> (String, String) {
    let mut values: Vec<&str> = test.values.iter().map(|value| &*value.value).collect();
    values.sort_unstable();
    (format!("{} {}", test.operator.value.as_str(), test.key.value), values.join("\u{0}"))
}
