//! Whether two policies say the same, wherever it stands and in whatever order of members.

use crate::policy::{Policy, Scope, Statement, Test};

/// Whether two policies say the same: places, the order of members and of the tests in a condition do not count; spelling,
/// the order of statements and of entries do.
pub fn same_meaning(a: &Policy<'_>, b: &Policy<'_>) -> bool {
    let statements = a.statements.iter().zip(&b.statements);
    a.kind == b.kind && a.statements.len() == b.statements.len() && statements.into_iter().all(|(a, b)| statement(a, b))
}

fn statement(a: &Statement<'_>, b: &Statement<'_>) -> bool {
    a.sid == b.sid
        && a.effect == b.effect
        && scope(a.action.as_ref(), b.action.as_ref())
        && scope(a.resource.as_ref(), b.resource.as_ref())
        && a.principal == b.principal
        && condition(&a.condition, &b.condition)
}

fn scope(a: Option<&Scope<'_>>, b: Option<&Scope<'_>>) -> bool {
    match (a, b) {
        (Some(a), Some(b)) => a.except == b.except && a.patterns == b.patterns,
        (None, None) => true,
        (Some(_), None) | (None, Some(_)) => false,
    }
}

fn condition(a: &[Test<'_>], b: &[Test<'_>]) -> bool {
    let sorted = |tests: &[Test<'_>]| {
        let mut words: Vec<(&'static str, String, Vec<String>)> = tests
            .iter()
            .map(|test| {
                let values = test.values.iter().map(|value| value.value.to_string()).collect();
                (test.operator.value.as_str(), test.key.value.to_string(), values)
            })
            .collect();
        words.sort();
        words
    };
    a.len() == b.len() && sorted(a) == sorted(b)
}
