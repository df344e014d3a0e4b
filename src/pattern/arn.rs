//! ARNs: the typed parts of one, and matching a pattern against the ARN of a request.

use std::ops::Range;

use nom::bytes::complete::take_till;
use nom::character::complete::char;
use nom::combinator::rest;
use nom::sequence::terminated;
use nom::{IResult, Parser};

use super::Wildcard;
use super::wildcard::Exact;

/// The five segments of an ARN text, which the first four colons part (facts/ram-language.md 3). Segments may be empty, and
/// in a pattern they may hold wildcards; they serve spelling and lint, never matching.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Arn<'a> {
    /// `acs`
    pub partition: &'a str,
    /// The RAM code of the service.
    pub service: &'a str,
    /// The region, `*` or empty.
    pub region: &'a str,
    /// The account id, `*`, `system` or empty.
    pub account: &'a str,
    /// What is behind the fourth colon.
    pub relative: &'a str,
}

fn segment(input: &str) -> IResult<&str, &str> {
    terminated(take_till(|c| c == ':'), char(':')).parse(input)
}

fn segments(input: &str) -> IResult<&str, Arn<'_>> {
    let (rest, (partition, service, region, account, relative)) =
        (segment, segment, segment, segment, rest).parse(input)?;
    Ok((rest, Arn { partition, service, region, account, relative }))
}

/// Whether [`arn`] can part a text: it has at least four colons.
pub fn is_arn(text: &str) -> bool {
    text.bytes().filter(|byte| *byte == b':').take(4).count() == 4
}

/// Parts an ARN text into its five segments; none when it has fewer than four colons.
pub fn arn(text: &str) -> Option<Arn<'_>> {
    segments(text).ok().map(|(_, arn)| arn)
}

impl<'a> Arn<'a> {
    /// The type word and the id of a relative part `type/id`.
    pub fn type_and_id(&self) -> Option<(&'a str, &'a str)> {
        self.relative.split_once('/')
    }

    /// Whether the service is `ram`.
    fn is_ram(&self) -> bool {
        self.partition.eq_ignore_ascii_case("acs") && self.service.eq_ignore_ascii_case("ram")
    }

    /// The place of the name in `role/<name>`, counted from the begin of the relative part; a session behind it belongs to it.
    fn role_name(&self) -> Range<usize> {
        let is_role = self.is_ram() && self.relative.starts_with("role/");
        if is_role { "role/".len()..self.relative.len() } else { 0..0 }
    }
}

/// The choices of the assumption `arn-case`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ArnCase {
    /// Without regard to ASCII case in the request's first three segments and in the name of a RAM role.
    Partly,
    /// Letter for letter.
    Sensitive,
    /// Without regard to ASCII case.
    Insensitive,
}

/// The resource of a request, `*` or an ARN, with what matching needs to know about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ResourceText<'a> {
    text: &'a str,
    /// Case does not count before this byte.
    folded_front: usize,
    /// Case does not count in this range.
    folded_name: Range<usize>,
    /// Byte range of the region, when the service is `ram`.
    ram_region: Option<Range<usize>>,
}

impl<'a> ResourceText<'a> {
    /// Reads the resource of a request.
    pub fn new(text: &'a str) -> Self {
        let mut colons = text.bytes().enumerate().filter(|(_, byte)| *byte == b':').map(|(at, _)| at);
        let first = colons.next();
        let (second, third, fourth) = (colons.next(), colons.next(), colons.next());
        let mut read = Self { text, folded_front: third.unwrap_or(text.len()), folded_name: 0..0, ram_region: None };
        // Most requests are not about RAM itself, and only those need more than the colons.
        let (Some(first), Some(second), Some(fourth)) = (first, second, fourth) else { return read };
        let is_ram = text.get(first + 1..second).is_some_and(|service| service.eq_ignore_ascii_case("ram"));
        if let Some(arn) = is_ram.then(|| arn(text)).flatten().filter(Arn::is_ram) {
            let name = arn.role_name();
            read.folded_name = if name.is_empty() { 0..0 } else { fourth + 1 + name.start..fourth + 1 + name.end };
            read.ram_region = Some(second + 1..read.folded_front);
        }
        read
    }

    /// The text as the request gives it.
    pub fn as_str(&self) -> &'a str {
        self.text
    }

    /// Byte range of the region when the service is `ram`: `ram-empty-region` tries it empty and as `*` too.
    pub fn ram_region(&self) -> Option<Range<usize>> {
        self.ram_region.clone()
    }

    /// Whether the pattern covers the resource; one glob over the whole text.
    #[inline]
    pub fn matched_by(&self, pattern: &Wildcard, case: ArnCase) -> bool {
        let text = self.text.as_bytes();
        match case {
            ArnCase::Sensitive => pattern.matches_by(text, Exact),
            ArnCase::Insensitive => {
                pattern.matches_by(text, |_: usize, pattern: u8, byte: u8| pattern.eq_ignore_ascii_case(&byte))
            }
            ArnCase::Partly => {
                let (front, name) = (self.folded_front, (self.folded_name.start, self.folded_name.end));
                pattern.matches_by(text, |at: usize, pattern: u8, byte: u8| {
                    pattern == byte
                        || ((at < front || (name.0 <= at && at < name.1)) && pattern.eq_ignore_ascii_case(&byte))
                })
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn covers(pattern: &str, text: &str, case: ArnCase) -> bool {
        ResourceText::new(text).matched_by(&Wildcard::new(pattern), case)
    }

    #[test]
    fn an_arn_has_five_segments_and_more_colons_belong_to_the_last() {
        let parts = arn("acs:log:cn-hangzhou:1:a:b/c").unwrap();
        assert_eq!((parts.service, parts.region, parts.account, parts.relative), ("log", "cn-hangzhou", "1", "a:b/c"));
        assert_eq!(arn("acs:ecs:*"), None);
        assert!(is_arn("acs:log:cn-hangzhou:1:a:b/c") && !is_arn("acs:ecs:*:1"));
    }

    #[test]
    fn case_counts_by_place() {
        let instance = "acs:ecs:cn-hangzhou:1:instance/i-Ab";
        assert!(covers("ACS:ECS:CN-*:1:instance/i-Ab", instance, ArnCase::Partly));
        assert!(!covers("ACS:ECS:CN-*:1:instance/i-Ab", instance, ArnCase::Sensitive));
        assert!(!covers("acs:ecs:*:1:instance/i-ab", instance, ArnCase::Partly));
        assert!(covers("acs:ecs:*:1:INSTANCE/i-ab", instance, ArnCase::Insensitive));
        let role = "acs:ram::1:role/deployer/Session";
        assert!(covers("acs:ram::1:role/Deployer/*", role, ArnCase::Partly));
        assert!(!covers("acs:ram::1:Role/deployer/Session", role, ArnCase::Partly));
        assert!(!covers("acs:ram::1:user/Alice", "acs:ram::1:user/alice", ArnCase::Partly));
    }

    #[test]
    fn a_star_swallows_colons_and_a_short_pattern_still_matches() {
        assert!(covers("acs:ecs:*", "acs:ecs:cn-hangzhou:1:instance/i-1", ArnCase::Partly));
        assert!(covers("*", "*", ArnCase::Partly));
        assert!(!covers("acs:*", "*", ArnCase::Partly));
    }
}
