//! Resource patterns as globs over requests in normal form: small letters wherever the case of a request does not count.
//!
//! Two rules of RAM depend on the request and not on the pattern. `arn-case`: a capital of the pattern that can stand both
//! where case counts and where it does not is [`Token::Open`], and [`Place`] follows the request to tell which. And
//! `ram-empty-region`: a pattern that covers an ARN of `ram` with an empty region or `*` covers it with any region; it gets
//! globs more, in which the region is [`Token::Segment`].

use super::token::{Glob, Token, wild};
use crate::evaluate::Rules;
use crate::pattern::{ArnCase, arn};

/// The globs of a resource pattern; a request is covered when one of them takes it.
pub(super) fn globs(pattern: &str, rules: Rules) -> Vec<Glob> {
    let tokens = tokens(pattern, rules.arn_case);
    let mut found = vec![Glob::new(tokens.iter().copied())];
    if !rules.ram_region_equal {
        return found;
    }
    for front in fronts(rules.arn_case) {
        for region in [":", "*:"] {
            let fixed = front.chars().map(Token::One).chain([Token::Segment, Token::One(':')]);
            for rest in behind(&tokens, &format!("{front}{region}"), rules.arn_case == ArnCase::Partly) {
                let more = Glob::new(fixed.clone().chain(rest.iter().copied()));
                if !found.iter().any(|glob| glob.covers(&more)) {
                    found.retain(|glob| !more.covers(glob));
                    found.push(more);
                }
            }
        }
    }
    found
}

/// How requests of the service `ram` can begin.
fn fronts(case: ArnCase) -> Vec<String> {
    let whole = "acs:ram:";
    if case != ArnCase::Sensitive {
        return vec![whole.to_owned()];
    }
    whole.chars().fold(vec![String::new()], |fronts, c| {
        let both = |front: String| {
            let capital = c.is_ascii_alphabetic().then(|| format!("{front}{}", c.to_ascii_uppercase()));
            std::iter::once(format!("{front}{c}")).chain(capital)
        };
        fronts.into_iter().flat_map(both).collect()
    })
}

/// What a pattern says about the rest of a text that begins so.
fn behind<'t>(tokens: &'t [Token], front: &str, folded: bool) -> Vec<&'t [Token]> {
    let mut at: Vec<usize> = vec![0];
    let close = |at: &mut Vec<usize>| {
        let mut index = 0;
        while let Some(position) = at.get(index).copied() {
            if tokens.get(position) == Some(&Token::Run) && !at.contains(&(position + 1)) {
                at.push(position + 1);
            }
            index += 1;
        }
    };
    close(&mut at);
    for c in front.chars() {
        let mut next: Vec<usize> = Vec::new();
        for position in at {
            let Some(token) = tokens.get(position).filter(|token| token.takes(c, folded)) else { continue };
            let to = if token.is_run() { position } else { position + 1 };
            if !next.contains(&to) {
                next.push(to);
            }
        }
        at = next;
        close(&mut at);
    }
    at.sort_unstable();
    at.into_iter().filter_map(|position| tokens.get(position..)).collect()
}

fn tokens(pattern: &str, case: ArnCase) -> Vec<Token> {
    match case {
        ArnCase::Sensitive => pattern.chars().map(wild).collect(),
        ArnCase::Insensitive => pattern.chars().map(|c| wild(c.to_ascii_lowercase())).collect(),
        ArnCase::Partly => {
            let token = |(at, c): (usize, char)| {
                if !c.is_ascii_uppercase() {
                    return wild(c);
                }
                match place(pattern.get(..at).unwrap_or_default()) {
                    Known::Folded => Token::One(c.to_ascii_lowercase()),
                    Known::Counts => Token::One(c),
                    Known::Either => Token::Open(c),
                }
            };
            pattern.char_indices().map(token).collect()
        }
    }
}

enum Known {
    Folded,
    Counts,
    Either,
}

/// Whether case counts behind this much of a pattern.
fn place(before: &str) -> Known {
    let literal = before.split(['*', '?']).next().unwrap_or_default();
    let colons = before.bytes().filter(|byte| *byte == b':').count();
    let mut head = literal.split(':');
    let (partition, service) = (head.next().unwrap_or_default(), head.next());
    let is_whole = literal.bytes().filter(|byte| *byte == b':').count();
    let other_partition = is_whole >= 1 && !partition.eq_ignore_ascii_case("acs");
    let other_service = is_whole >= 2 && service.is_some_and(|service| !service.eq_ignore_ascii_case("ram"));
    if literal.len() < before.len() {
        return if colons >= 3 && (other_partition || other_service) { Known::Counts } else { Known::Either };
    }
    if colons < 3 {
        return Known::Folded;
    }
    let in_role =
        !other_partition && !other_service && arn(before).is_some_and(|arn| arn.relative.starts_with("role/"));
    if in_role { Known::Folded } else { Known::Counts }
}

/// A request in normal form: it is judged alike, and spelled as real requests are.
pub(super) fn normal(request: &str, rules: Rules) -> String {
    if rules.arn_case == ArnCase::Sensitive || request == "*" {
        return request.to_owned();
    }
    let mut place = Place::START;
    let mut small = |c: char| {
        let c = if place.is_folded() { c.to_ascii_lowercase() } else { c };
        place = place.step(c).unwrap_or(Place::Counts);
        c
    };
    request.chars().map(&mut small).collect()
}

/// Where a request's ARN stands after some characters; tells whether the case of the next one counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Place {
    /// So many characters of `acs:ram:` and nothing else.
    Front(u8),
    /// So many colons, of another service.
    Other(u8),
    /// In the region of `ram`.
    Region,
    /// In the account of `ram`.
    Account,
    /// So many characters of `role/` and nothing else of the relative part.
    Role(u8),
    /// In a role's name.
    Name,
    /// Where case counts up to the end.
    Counts,
}

impl Place {
    pub(super) const START: Self = Self::Front(0);

    pub(super) fn is_folded(self) -> bool {
        match self {
            Self::Front(_) | Self::Region | Self::Name => true,
            Self::Other(colons) => colons < 3,
            Self::Account | Self::Role(_) | Self::Counts => false,
        }
    }

    /// The characters that matter here.
    pub(super) fn letters(self) -> impl Iterator<Item = char> {
        let of = |text: &str, at: u8| text.chars().nth(usize::from(at));
        let next = match self {
            Self::Front(at) => of("acs:ram:", at),
            Self::Role(at) => of("role/", at),
            Self::Other(_) | Self::Region | Self::Account | Self::Name | Self::Counts => None,
        };
        next.into_iter().chain([':'])
    }

    /// The place after one more character; none when a request in normal form has no such character here.
    pub(super) fn step(self, c: char) -> Option<Self> {
        if self.is_folded() && c.is_ascii_uppercase() {
            return None;
        }
        let colon = c == ':';
        Some(match self {
            Self::Front(7) if colon => Self::Region,
            Self::Front(at) if "acs:ram:".chars().nth(usize::from(at)) == Some(c) => Self::Front(at + 1),
            Self::Front(at) => Self::Other(u8::from(at > 3) + u8::from(colon)),
            Self::Other(2) if colon => Self::Counts,
            Self::Other(colons) => Self::Other(colons + u8::from(colon)),
            Self::Region => {
                if colon {
                    Self::Account
                } else {
                    Self::Region
                }
            }
            Self::Account => {
                if colon {
                    Self::Role(0)
                } else {
                    Self::Account
                }
            }
            Self::Role(4) if c == '/' => Self::Name,
            Self::Role(at) if "role/".chars().nth(usize::from(at)) == Some(c) => Self::Role(at + 1),
            Self::Role(_) | Self::Counts => Self::Counts,
            Self::Name => Self::Name,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evaluate::covers_any;
    use crate::pattern::Wildcard;
    use proptest::prelude::*;

    /// The globs against a request, read with the place followed.
    fn takes(glob: &Glob, request: &str) -> bool {
        let mut place = Place::START;
        let mut at: Vec<usize> = vec![0];
        let close = |at: &mut Vec<usize>| {
            let mut index = 0;
            while index < at.len() {
                if glob.tokens().get(at[index]).is_some_and(|token| token.is_run()) && !at.contains(&(at[index] + 1)) {
                    at.push(at[index] + 1);
                }
                index += 1;
            }
        };
        close(&mut at);
        for c in request.chars() {
            let folded = place.is_folded();
            let Some(next) = place.step(c) else { return false };
            place = next;
            at = at
                .into_iter()
                .filter_map(|position| {
                    let token = glob.tokens().get(position)?;
                    token.takes(c, folded).then_some(if token.is_run() { position } else { position + 1 })
                })
                .collect();
            close(&mut at);
        }
        at.contains(&glob.tokens().len())
    }

    fn piece() -> impl Strategy<Value = String> {
        let words =
            ["acs", "ram", "ecs", ":", ":", ":", ":", "*", "?", "role/", "Role/", "A", "a", "b", "RAM", "", "user/"];
        prop::collection::vec(prop::sample::select(words.to_vec()), 0..10).prop_map(|parts| parts.concat())
    }

    fn request() -> impl Strategy<Value = String> {
        let part = |words: &[&'static str]| prop::sample::select(words.to_vec());
        let front = (
            part(&["acs", "x", "a", ""]),
            part(&["ram", "ecs", "ra"]),
            part(&["", "*", "a", "b"]),
            part(&["", "1", "A"]),
        );
        let back = prop::collection::vec(part(&["role/", "A", "a", "b", ":", "user/"]), 0..4);
        (front, back).prop_map(|((a, b, c, d), back)| format!("{a}:{b}:{c}:{d}:{}", back.concat()))
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(20_000))]
        #[test]
        fn globs_take_what_the_evaluator_covers(pattern in piece(), request in request(), anchored: bool) {
            let pattern = if anchored { format!("acs:ram:{pattern}") } else { pattern };
            let normal: String = {
                let mut place = Place::START;
                request.chars().map(|c| {
                    let c = if place.is_folded() { c.to_ascii_lowercase() } else { c };
                    place = place.step(c).unwrap();
                    c
                }).collect()
            };
            let rules = Rules::default();
            let wanted = covers_any(&[Wildcard::new(&pattern)], &normal, rules);
            prop_assert_eq!(wanted, covers_any(&[Wildcard::new(&pattern)], &request, rules), "normal form of {}", request);
            let got = globs(&pattern, rules).iter().any(|glob| takes(glob, &normal));
            prop_assert_eq!(got, wanted, "{} on {}", pattern, normal);
            // Without open capitals the place does not matter.
            let literal = Rules { arn_case: ArnCase::Sensitive, ..rules };
            let wanted = covers_any(&[Wildcard::new(&pattern)], &request, literal);
            let plain = |glob: &Glob| glob.tokens().iter().all(|token| !matches!(token, Token::Open(_)));
            let all = globs(&pattern, literal);
            prop_assert!(all.iter().all(plain));
            if request == request.to_lowercase() {
                prop_assert_eq!(all.iter().any(|glob| takes(glob, &request)), wanted, "{} on {}", pattern, request);
            }
        }
    }
}
