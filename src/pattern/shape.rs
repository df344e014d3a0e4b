//! Shapes of ARNs, such as `acs:ecs:{region}:{account}:instance/{id}`, taken apart once for many questions.

use super::Arn;

/// A shape of five segments. A part in braces, and a star, stands for any run of characters without a colon.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ArnShape<'s> {
    segments: [Segment<'s>; 5],
}

/// One segment of a shape.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Segment<'s> {
    /// The literal text in front.
    first: &'s str,
    behind: Behind,
}

/// What stands behind the literal text in front of a segment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Behind {
    Nothing,
    /// One part in braces, or a star.
    Run,
    /// A run, and more.
    More,
}

impl<'s> ArnShape<'s> {
    /// Takes a shape apart; none for one with more segments or fewer.
    pub fn new(shape: &'s str) -> Option<Self> {
        let mut parts = shape.split(':').map(Segment::new);
        let mut next = || parts.next().flatten();
        let segments = [next()?, next()?, next()?, next()?, next()?];
        parts.next().is_none().then_some(Self { segments })
    }

    /// Whether a pattern covers some ARN of the shape, where that is quick to tell. The pattern has no colon in its last
    /// segment, so that no wildcard stands for one and segment faces segment; its letters count as small ones in front of its
    /// third colon and its first star.
    pub fn met_by(&self, pattern: &Arn<'_>) -> Option<bool> {
        let [partition, service, region, account, relative] = &self.segments;
        let mut fold = true;
        let mut answers = [None; 5];
        let pairs = [(pattern.partition, partition), (pattern.service, service), (pattern.region, region)];
        for ((own, wanted), answer) in pairs.into_iter().zip(&mut answers) {
            *answer = wanted.met_by(own, fold);
            fold &= !own.bytes().any(|byte| byte == b'*');
        }
        let [_, _, _, fourth, fifth] = &mut answers;
        *fourth = account.met_by(pattern.account, false);
        *fifth = relative.met_by(pattern.relative, false);
        if answers.contains(&Some(false)) {
            return Some(false);
        }
        answers.iter().all(|answer| *answer == Some(true)).then_some(true)
    }
}

impl<'s> Segment<'s> {
    /// One segment of a shape; none for one whose braces are not closed in it.
    fn new(text: &'s str) -> Option<Self> {
        let Some(at) = text.find(['{', '*']) else {
            return (!text.contains('}')).then_some(Self { first: text, behind: Behind::Nothing });
        };
        let (first, behind) = text.split_at_checked(at)?;
        if first.contains('}') || behind.rfind('{') > behind.rfind('}') {
            return None;
        }
        let one = behind == "*" || (behind.starts_with('{') && behind.find('}') == behind.len().checked_sub(1));
        Some(Self { first, behind: if one { Behind::Run } else { Behind::More } })
    }

    /// Whether a segment of a pattern and this one share a text; none where that takes longer to tell.
    fn met_by(&self, own: &str, fold: bool) -> Option<bool> {
        if own == "*" {
            return Some(true);
        }
        let fixed = own.bytes().position(|byte| matches!(byte, b'*' | b'?')).unwrap_or(own.len());
        let same = |(own, wanted): (u8, u8)| wanted == if fold { own.to_ascii_lowercase() } else { own };
        if !own.bytes().take(fixed).zip(self.first.bytes()).all(same) {
            return Some(false);
        }
        let reaches = fixed >= self.first.len();
        match (own.get(fixed..)?, self.behind) {
            (_, Behind::Run) if reaches => Some(true),
            ("", Behind::Nothing) => Some(own.len() == self.first.len()),
            // What the star stands for supplies the rest of the shape.
            ("*", Behind::Nothing) => Some(fixed <= self.first.len()),
            ("*", Behind::Run | Behind::More) => Some(true),
            // A literal text that ends within the one in front, or a wildcard with more behind it.
            (_, Behind::Nothing | Behind::Run | Behind::More) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pattern::{CellPattern, arn, meets_shape};
    use proptest::prelude::*;

    fn quick(pattern: &str, shape: &str) -> Option<bool> {
        ArnShape::new(shape)?.met_by(&arn(pattern)?)
    }

    #[test]
    fn most_patterns_are_told_by_their_segments() {
        let shape = "acs:ecs:{region}:{account}:instance/{id}";
        for (pattern, answer) in [
            ("acs:ecs:cn-hangzhou:*:instance/i-1", Some(true)),
            ("ACS:ecs:*:*:*", Some(true)),
            ("acs:ecs:*:*:inst*", Some(true)),
            ("acs:ecs:*:*:instance/?", Some(true)),
            ("acs:ecs:*:*:Instance/i-1", Some(false)),
            ("acs:*:*:*:securitygroup/*", Some(false)),
            ("acs:e?s:*:*:instance/*", None),
            ("acs:ecs:*:*:in*ce/x", None),
        ] {
            assert_eq!(quick(pattern, shape), answer, "{pattern}");
        }
        assert_eq!(quick("acs:oss:*:*:b/d/*", "acs:oss:{region}:{account}:{bucket}/{object}"), Some(true));
        for shape in ["acs:ecs:{region}:{account}", "a:b:c:d:e:f", "acs:ecs:{a:b}:c", "acs:ecs:a:b:}x{"] {
            assert_eq!(ArnShape::new(shape), None, "{shape}");
        }
    }

    proptest! {
        #[test]
        fn segments_tell_the_same_as_the_whole(
            pattern in "[aA*?]{0,3}:[aB*]{0,2}:[bB*?]{0,3}:[aA*]{0,2}:[ab/*?]{0,4}",
            shape in "(a|\\{x\\}|\\*|b){0,3}:(a|b|\\{x\\}):(b|\\{x\\}|aB):(A|\\{x\\}):(a|b|/|\\{x\\}|\\*){0,4}",
        ) {
            let front = pattern.find('*').into_iter().chain(pattern.match_indices(':').nth(2).map(|(at, _)| at)).min();
            let (head, tail) = pattern.split_at(front.unwrap_or(pattern.len()));
            let text = format!("{}{tail}", head.to_ascii_lowercase());
            if let Some(quick) = quick(&pattern, &shape) {
                let whole = CellPattern { text: text.into(), wild: true, ignore_case: false };
                prop_assert_eq!(quick, meets_shape(&whole, &shape), "{} {}", pattern, shape);
            }
        }
    }
}
