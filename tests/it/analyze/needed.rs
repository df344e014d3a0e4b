//! What the others leave of a statement: whoever is called covered can go, and whoever is needed cannot.

use ramspect::analyze::{Cover, Options, Relation, Side, compare, covers};
use ramspect::policy::{Effect, Policy, PolicyKind, Statement, lower};
use ramspect::text::Spanned;

use super::universe::{families, policy};
use crate::support::random::Random;

const ROUNDS: usize = 60;

fn kept<'s>(policy: &Policy<'s>, keep: impl Fn(usize) -> bool) -> Policy<'s> {
    let statements = policy.statements.iter().enumerate().filter(|(at, _)| keep(*at)).map(|(_, s)| s.clone()).collect();
    Policy { statements, ..policy.clone() }
}

/// What is denied, as something that is allowed.
fn denied<'s>(policy: &Policy<'s>) -> Policy<'s> {
    let mut statements: Vec<Statement<'s>> = policy.statements.iter().filter(|s| is_deny(s)).cloned().collect();
    for statement in &mut statements {
        statement.effect = Some(Spanned::new(Effect::Allow, statement.span));
    }
    Policy { statements, ..policy.clone() }
}

fn is_deny(statement: &Statement<'_>) -> bool {
    statement.effect.as_ref().unwrap().value == Effect::Deny
}

fn is_same(a: &Policy<'_>, b: &Policy<'_>) -> bool {
    let relation =
        |a: &Policy<'_>, b: &Policy<'_>| compare(&Side::new([a]), &Side::new([b]), Options::default()).relation;
    relation(a, b) == Relation::Equivalent && relation(&denied(a), &denied(b)) == Relation::Equivalent
}

#[test]
fn the_covered_can_go_and_the_needed_cannot() {
    let mut random = Random::new(11);
    let (mut gone, mut unions, mut needed, mut open) = (0, 0, 0, 0);
    for family in families() {
        for _ in 0..ROUNDS {
            let text = policy(&mut random, &family, 6).to_string();
            let policy = lower(&text, PolicyKind::Identity).policy;
            let list: Vec<&Statement<'_>> = policy.statements.iter().collect();
            let covers = covers(&list, &[], Options::default());
            let goes = |at: usize| matches!(covers[at], Cover::By(_) | Cover::Empty(_));
            let rest = kept(&policy, |at| !goes(at));
            assert!(is_same(&policy, &rest), "{text} {covers:?}");
            for (at, cover) in covers.iter().enumerate() {
                match cover {
                    Cover::By(others) => {
                        assert!(!others.contains(&at) && others.iter().all(|other| *other < list.len()));
                        // Those that are named are enough.
                        let pair = kept(&policy, |other| other == at || others.contains(&other));
                        let only = kept(&policy, |other| others.contains(&other));
                        assert!(is_same(&pair, &only), "{text} {at} {others:?}");
                        assert!(is_same(&policy, &kept(&policy, |other| other != at)), "{text} {at}");
                        gone += 1;
                        unions += usize::from(others.len() > 1);
                    }
                    Cover::Empty(_) => assert!(is_same(&policy, &kept(&policy, |other| other != at)), "{text} {at}"),
                    Cover::Needed => {
                        let without = kept(&policy, |other| other != at && !goes(other));
                        assert!(!is_same(&rest, &without), "{text} {at} {covers:?}");
                        needed += 1;
                    }
                    Cover::Open => open += 1,
                }
            }
        }
    }
    assert!(gone > 300 && unions > 15 && needed > 1000, "{gone} {unions} {needed}");
    // Wildcards and typed tests on one key can take longer than their share on a busy machine.
    assert!(open * 100 <= needed, "{open} were not decided");
}
