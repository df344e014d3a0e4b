//! Which statements are needed, seen at a glance: each of them matches some request that no other one does.
//!
//! The request is an entry of `Action` and one of `Resource` with a letter that nobody writes in place of each wildcard. Most
//! statements differ from all others in one of the two; that they do is certain, that they do not is left to the proof.

use std::borrow::Cow;

use super::context::Context;
use super::facts::{Located, Looked};
use super::proof::is_plain;
use crate::pattern::{first_word, matches};
use crate::policy::{Effect, Statement};

/// With more statements the glance is left out: it compares all with all.
const FEW: usize = 64;
/// Stands in place of wildcards.
const NOBODYS: &str = "\u{1}";

/// For each of some statements with their numbers, whether it is certainly needed beside the others.
pub(super) fn needed(cx: &Context<'_>, list: &[(usize, &Statement<'_>)]) -> Vec<bool> {
    if list.len() > FEW {
        return vec![false; list.len()];
    }
    let all: Vec<One<'_>> = list.iter().map(|(index, statement)| One::new(cx, *index, statement)).collect();
    all.iter().enumerate().map(|(at, one)| one.is_needed(at, &all)).collect()
}

/// One statement; a list is none where it is one of exceptions, or missing.
struct One<'e> {
    deny: bool,
    plain: bool,
    actions: Option<&'e [Looked<'e>]>,
    resources: Option<Vec<Resource<'e>>>,
}

impl<'e> One<'e> {
    fn new(cx: &'e Context<'_>, index: usize, statement: &Statement<'_>) -> Self {
        let (looked, located) = cx.statement(index).map_or((&[][..], &[][..]), |own| (own.looked, own.located));
        let listed = |scope: &Option<crate::policy::Scope<'_>>| scope.as_ref().is_some_and(|scope| !scope.except);
        Self {
            deny: statement.effect.as_ref().is_some_and(|effect| effect.value == Effect::Deny),
            plain: is_plain(statement),
            actions: listed(&statement.action).then_some(looked),
            resources: listed(&statement.resource).then(|| located.iter().map(Resource::new).collect()),
        }
    }

    /// Whether some action on some resource of the statement is that of no other statement that counts.
    fn is_needed(&self, at: usize, all: &[Self]) -> bool {
        let (true, Some(actions)) = (self.plain, self.actions) else { return false };
        let others = || {
            let counts = |(number, other): &(usize, &Self)| *number != at && (!self.deny || other.deny);
            all.iter().enumerate().filter(counts).map(|(_, other)| other)
        };
        let near = |action: &Looked<'_>| -> Vec<&Self> {
            let meets =
                |other: &&Self| other.actions.is_none_or(|list| list.iter().any(|other| may_take(other, action)));
            others().filter(meets).collect()
        };
        actions.iter().any(|action| {
            let near = near(action);
            let alone = |resource: &Resource<'_>| {
                let takes = |other: &&Self| {
                    other.resources.as_ref().is_none_or(|list| list.iter().any(|other| other.may_take(resource)))
                };
                !near.iter().any(takes)
            };
            near.is_empty() || self.resources.as_ref().is_some_and(|resources| resources.iter().any(alone))
        })
    }
}

/// Whether an action pattern can cover the action that stands for another pattern; false is certain.
fn may_take(other: &Looked<'_>, action: &Looked<'_>) -> bool {
    let (pattern, known) = (&other.known, &action.known);
    match &known.sample {
        None => may_meet(&pattern.lower, &known.lower),
        Some(sample) if pattern.letters.is_wild() => {
            pattern.front.may_cover(first_word(sample)) && matches(&pattern.lower, sample)
        }
        Some(sample) => pattern.lower == *sample,
    }
}

/// A text with the letter that nobody writes in place of each wildcard.
pub(super) fn sample(pattern: &str) -> String {
    pattern.replace(['*', '?'], NOBODYS)
}

/// A resource pattern in small letters; where case counts it covers less than that.
struct Resource<'e> {
    lower: Cow<'e, str>,
    wild: bool,
    /// Whether it has the segments of an ARN, so that its sample is the resource of some request.
    is_arn: bool,
    /// Where the text behind the fourth colon begins and where its first wildcard stands, unless there are more colons.
    last: Option<(usize, usize)>,
}

impl<'e> Resource<'e> {
    fn new(located: &'e Located<'_>) -> Self {
        let text = &*located.text.value;
        let last = located.arn.filter(|_| located.colons == 4).map(|arn| {
            let start = text.len() - arn.relative.len();
            let wild = |byte| matches!(byte, b'*' | b'?');
            (start, arn.relative.bytes().position(wild).map_or(text.len(), |at| start + at))
        });
        Self {
            lower: if located.letters.has_capital() {
                Cow::Owned(text.to_ascii_lowercase())
            } else {
                Cow::Borrowed(text)
            },
            wild: located.letters.is_wild(),
            is_arn: located.arn.is_some(),
            last,
        }
    }

    /// The letters in front of the first wildcard of the last of five segments.
    fn last_front(&self) -> Option<&[u8]> {
        let (start, end) = self.last?;
        self.lower.as_bytes().get(start..end)
    }

    /// Whether the pattern can cover the resource that stands for another pattern; false is certain.
    fn may_take(&self, resource: &Self) -> bool {
        if !resource.is_arn {
            return may_meet(&self.lower, &resource.lower);
        }
        if let (Some(own), Some(other)) = (self.last_front(), resource.last_front())
            && !own.iter().zip(other).all(|(own, other)| own == other)
        {
            // Neither has a star for a colon, so that the last segments face each other.
            return false;
        }
        let sample = if resource.wild { Cow::Owned(sample(&resource.lower)) } else { Cow::Borrowed(&*resource.lower) };
        let covers = |text: &str| if self.wild { matches(&self.lower, text) } else { self.lower == text };
        // A region of `ram` counts as empty and as `*` too (`ram-empty-region`).
        let behind = sample.strip_prefix("acs:ram:").and_then(|rest| rest.find(':').and_then(|at| rest.get(at..)));
        covers(&sample)
            || behind.is_some_and(|behind| ["", "*"].iter().any(|region| covers(&format!("acs:ram:{region}{behind}"))))
    }
}

/// Whether some text can fit both patterns; false is certain.
fn may_meet(a: &str, b: &str) -> bool {
    let front = |text: &str| text.find(['*', '?']).unwrap_or(text.len());
    let back = |text: &str| text.len() - text.rfind(['*', '?']).map_or(0, |at| at + 1);
    let same = |(a, b): (u8, u8)| a == b;
    let (front, back) = (front(a).min(front(b)), back(a).min(back(b)));
    let begins = a.bytes().zip(b.bytes()).take(front).all(same);
    let ends = a.bytes().rev().zip(b.bytes().rev()).take(back).all(same);
    // The regions of `ram` are not all told apart.
    (begins && ends) || a.contains("ram:") || b.contains("ram:")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::Catalog;
    use crate::lint::facts::Facts;
    use crate::policy::{PolicyKind, lower_parsed};
    use crate::syntax::parse;
    use proptest::prelude::*;

    fn judge(statements: &[&str]) -> Vec<bool> {
        let text = format!(r#"{{"Version":"1","Statement":[{}]}}"#, statements.join(","));
        let (parsed, catalog) = (parse(&text), Catalog::new());
        let lowered = lower_parsed(&parsed, PolicyKind::Identity);
        let facts = Facts::new(&lowered.policy, &catalog);
        let cx = Context::new(&lowered.policy, parsed.tree.root().unwrap(), &text, &catalog, &facts, false);
        let list: Vec<(usize, &Statement<'_>)> = lowered.policy.statements.iter().enumerate().collect();
        needed(&cx, &list)
    }

    fn statement(effect: &str, action: &str, resource: &str) -> String {
        format!(r#"{{"Effect":"{effect}","Action":"{action}","Resource":"{resource}"}}"#)
    }

    #[test]
    fn what_no_other_statement_comes_near_is_needed() {
        let pair = |one: [&str; 3], two: [&str; 3]| {
            let [one, two] = [one, two].map(|[effect, action, resource]| statement(effect, action, resource));
            judge(&[&one, &two])
        };
        let object = |name: &str| format!("acs:oss:*:1:{name}/*");
        assert_eq!(pair(["Allow", "a:B", &object("x")], ["Allow", "a:B", &object("y")]), [true, true]);
        assert_eq!(pair(["Allow", "a:B", &object("x")], ["Allow", "a:*", &object("?")]), [false, true]);
        assert_eq!(pair(["Allow", "a:B", "*"], ["Deny", "A:b", "*"]), [false, true]);
        assert_eq!(pair(["Allow", "a:B", "acs:ecs:*"], ["Allow", "a:B", "acs:oss:*"]), [true, true]);
        // A region of `ram` is as good as none.
        let ram = ["acs:ram:cn-hangzhou:1:user/a", "acs:ram::1:user/a"];
        assert_eq!(pair(["Allow", "a:B", ram[0]], ["Allow", "a:B", ram[1]]), [false, true]);
        let ram = ["acs:ram:cn-*", "acs:ram::1:user/a"];
        assert_eq!(pair(["Allow", "a:B", ram[0]], ["Allow", "a:B", ram[1]]), [false, true]);
    }

    proptest! {
        #[test]
        fn patterns_that_cannot_meet_share_no_text(a in "[ab*?]{0,5}", b in "[ab*?]{0,5}", text in "[ab]{0,5}") {
            let both = matches(&a, &text) && matches(&b, &text);
            prop_assert!(!both || may_meet(&a, &b), "{a} {b} {text}");
        }

        /// Whoever is needed by the glance is needed by the proof.
        #[test]
        fn the_proof_agrees(
            effects in prop::collection::vec("(Allow|Deny)", 3),
            actions in prop::collection::vec("(a:B|a:b|a:B\\*|a:\\*|a:\\?C|\\*|\\*:B|aB\\*)", 3),
            resources in prop::collection::vec(
                "(\\*|acs:(a|ram|\\*|RAM):(|x|\\*|x\\*):(1|\\*):(u/|U/|\\*|u:)(a|\\*|\\?b|a\\*)|acs:ram:\\*|acs:(ram|\\*):x\\*)", 3
            ),
        ) {
            let texts: Vec<String> =
                effects.iter().zip(&actions).zip(&resources).map(|((e, a), r)| statement(e, a, r)).collect();
            let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
            let document = format!(r#"{{"Version":"1","Statement":[{}]}}"#, texts.join(","));
            let lowered = crate::policy::lower(&document, PolicyKind::Identity);
            let list: Vec<&Statement<'_>> = lowered.policy.statements.iter().collect();
            let covers = crate::analyze::covers(&list, &[], crate::lint::proof::options());
            for (at, needed) in judge(&texts).into_iter().enumerate() {
                prop_assert!(!needed || covers[at] == crate::analyze::Cover::Needed, "{} {:?}", document, covers);
            }
        }
    }
}
