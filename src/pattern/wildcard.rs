//! One glob against one text, in bounded time.

use std::sync::Arc;

/// How a pattern can be decided; chosen once, when the pattern is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Shape {
    /// `*` (or a run of stars): matches iff anything is there, the empty text included.
    Any,
    /// No wildcard: matches iff the texts are the same.
    Literal,
    /// `text*`: matches iff the text begins so.
    Prefix,
    /// `*text`: matches iff the text ends so.
    Suffix,
    /// Everything else: the general matcher decides.
    General,
}

/// A pattern with its shape; a copy shares the text.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Wildcard {
    text: Arc<str>,
    /// Length of the literal text before the first wildcard.
    head: u32,
    /// Length of the literal text behind the last wildcard.
    tail: u32,
    shape: Shape,
    capital: bool,
}

impl Wildcard {
    /// A pattern from its text. Every text is a pattern.
    pub fn new(text: &str) -> Self {
        let shape = shape(text);
        let head = text.bytes().take_while(|byte| !is_wild(*byte)).count();
        let tail = if head == text.len() { 0 } else { text.bytes().rev().take_while(|byte| !is_wild(*byte)).count() };
        // Too short a literal end is right too: the general matcher takes the rest.
        let length = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
        let capital = text.bytes().any(|byte| byte.is_ascii_uppercase());
        Self { text: text.into(), head: length(head), tail: length(tail), shape, capital }
    }

    /// Whether an ASCII capital is in the pattern.
    pub fn has_capital(&self) -> bool {
        self.capital
    }

    /// The text, shared.
    pub(crate) fn shared_text(&self) -> Arc<str> {
        Arc::clone(&self.text)
    }

    /// The pattern as written.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// How it can be decided.
    pub fn shape(&self) -> Shape {
        self.shape
    }

    /// Whether the pattern covers the whole text, letter for letter.
    #[inline]
    pub fn matches(&self, text: &str) -> bool {
        self.matches_by(text.as_bytes(), Exact)
    }

    /// The same with the caller's comparison of letters.
    #[inline]
    pub(super) fn matches_by(&self, text: &[u8], letters: impl Letters) -> bool {
        let pattern = self.text.as_bytes();
        match self.shape {
            Shape::Any => true,
            Shape::Literal => pattern.len() == text.len() && letters.run(pattern, text, 0),
            Shape::Prefix => {
                let literal = pattern.split_last().map_or(pattern, |(_, literal)| literal);
                letters.run(literal, text.get(..literal.len()).unwrap_or_default(), 0)
            }
            Shape::Suffix => {
                let literal = pattern.split_first().map_or(pattern, |(_, literal)| literal);
                let skipped = text.len().checked_sub(literal.len());
                skipped.is_some_and(|at| letters.run(literal, text.get(at..).unwrap_or_default(), at))
            }
            Shape::General => self.general(pattern, text, letters).unwrap_or(false),
        }
    }

    /// Both literal ends first: most patterns fail there. None when the text is too short for them.
    #[inline]
    fn general(&self, pattern: &[u8], text: &[u8], letters: impl Letters) -> Option<bool> {
        let (head, tail) = (self.head as usize, self.tail as usize);
        let back_at = text.len().checked_sub(tail)?;
        let (front, pattern) = pattern.split_at_checked(head)?;
        let (pattern, back) = pattern.split_at_checked(pattern.len().checked_sub(tail)?)?;
        let (text_front, middle) = (text.get(..head)?, text.get(head..back_at)?);
        let ends = letters.run(front, text_front, 0) && letters.run(back, text.get(back_at..)?, back_at);
        Some(ends && glob(pattern, middle, |at, pattern, byte| letters.same(head + at, pattern, byte)))
    }
}

/// How letters of a pattern are compared with those of a text.
pub(super) trait Letters: Copy {
    /// A byte of the pattern and the byte of the text at an index.
    fn same(self, at: usize, pattern: u8, byte: u8) -> bool;

    /// A literal and a piece of the text, which begins at an index of the whole.
    #[inline]
    fn run(self, literal: &[u8], text: &[u8], at: usize) -> bool {
        let same = |(index, (pattern, byte)): (usize, (&u8, &u8))| self.same(at + index, *pattern, *byte);
        literal.len() == text.len() && literal.iter().zip(text).enumerate().all(same)
    }
}

impl<F: Fn(usize, u8, u8) -> bool + Copy> Letters for F {
    #[inline]
    fn same(self, at: usize, pattern: u8, byte: u8) -> bool {
        self(at, pattern, byte)
    }
}

/// Letter for letter.
#[derive(Debug, Clone, Copy)]
pub(super) struct Exact;

impl Letters for Exact {
    #[inline]
    fn same(self, _: usize, pattern: u8, byte: u8) -> bool {
        pattern == byte
    }

    /// Eight bytes a step: these texts are short, and a call to `memcmp` costs more than it saves.
    #[inline]
    fn run(self, literal: &[u8], text: &[u8], _: usize) -> bool {
        let ((literals, literal_end), (texts, text_end)) = (literal.as_chunks::<8>(), text.as_chunks::<8>());
        literal.len() == text.len()
            && literals.iter().zip(texts).all(|(a, b)| u64::from_ne_bytes(*a) == u64::from_ne_bytes(*b))
            && literal_end.iter().zip(text_end).all(|(a, b)| a == b)
    }
}

fn is_wild(byte: u8) -> bool {
    matches!(byte, b'*' | b'?')
}

fn shape(text: &str) -> Shape {
    let bytes = text.as_bytes();
    if bytes.is_empty() {
        return Shape::Literal;
    }
    if bytes.iter().all(|byte| *byte == b'*') {
        return Shape::Any;
    }
    let wild = |bytes: &[u8]| bytes.iter().any(|byte| is_wild(*byte));
    match (bytes.split_first(), bytes.split_last()) {
        _ if !wild(bytes) => Shape::Literal,
        (_, Some((b'*', literal))) if !wild(literal) => Shape::Prefix,
        (Some((b'*', literal)), _) if !wild(literal) => Shape::Suffix,
        _ => Shape::General,
    }
}

/// Whether a glob covers a text, letter for letter.
pub fn matches(pattern: &str, text: &str) -> bool {
    glob(pattern.as_bytes(), text.as_bytes(), |_: usize, pattern: u8, byte: u8| pattern == byte)
}

/// Whether a glob covers a text, ASCII letters compared without case.
pub fn matches_ignore_case(pattern: &str, text: &str) -> bool {
    glob(pattern.as_bytes(), text.as_bytes(), |_, pattern, byte| pattern.eq_ignore_ascii_case(&byte))
}

/// Number of `*` in a text; a quick measure of how general a pattern is.
pub fn literal_stars(text: &str) -> usize {
    text.bytes().filter(|byte| *byte == b'*').count()
}

fn is_continuation(byte: u8) -> bool {
    byte & 0xC0 == 0x80
}

/// The general matcher: on a mismatch only the last star takes one more byte, so time is at most pattern times text.
///
/// Comparing bytes is right for UTF-8: a literal's first byte is never a continuation byte, so a literal can match only at a
/// character's begin; `?` takes a whole character and refuses to begin inside one.
#[inline]
fn glob(pattern: &[u8], text: &[u8], same: impl Fn(usize, u8, u8) -> bool) -> bool {
    let (mut p, mut t) = (0, 0);
    let mut star: Option<(usize, usize)> = None;
    loop {
        match (pattern.get(p), text.get(t)) {
            (Some(b'*'), _) => {
                p += 1;
                star = Some((p, t));
                if p == pattern.len() {
                    return true;
                }
                continue;
            }
            (Some(b'?'), Some(byte)) if !is_continuation(*byte) => {
                p += 1;
                t += 1;
                while text.get(t).is_some_and(|byte| is_continuation(*byte)) {
                    t += 1;
                }
                continue;
            }
            (Some(b'?'), _) => {}
            (Some(wanted), Some(byte)) if same(t, *wanted, *byte) => {
                p += 1;
                t += 1;
                continue;
            }
            (None, None) => return true,
            _ => {}
        }
        match star {
            Some((after, from)) if from < text.len() => {
                t = from + 1;
                if let Some(wanted) = pattern.get(after).filter(|byte| !is_wild(**byte)) {
                    // Straight to the next place where what follows the star can begin.
                    while text.get(t).is_some_and(|byte| !same(t, *wanted, *byte)) {
                        t += 1;
                    }
                }
                star = Some((after, t));
                p = after;
            }
            _ => return false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shapes_decide_as_the_general_matcher_does() {
        let texts = ["", "a", "ab", "é", "aé", "éa", "a:b/c", "ab*", "??", "aab", "abab", "aéb"];
        let patterns = [
            "", "*", "**", "a", "a*", "*a", "a*b", "?", "é?", "?é", "*é", "a?", "*:*", "a**", "**a", "?*", "a?*b",
            "ab*ab",
        ];
        for pattern in patterns {
            for text in texts {
                assert_eq!(Wildcard::new(pattern).matches(text), matches(pattern, text), "{pattern} on {text}");
            }
        }
    }

    #[test]
    fn a_question_mark_is_one_character() {
        assert!(matches("?", "é"));
        assert!(matches("a?c", "a😀c"));
        assert!(!matches("??", "é"));
        assert!(matches("??", "e\u{301}"));
        assert!(!matches("*?", ""));
    }

    #[test]
    fn folding_is_ascii_only() {
        assert!(matches_ignore_case("ECS:Stop*", "ecs:stopInstance"));
        assert!(!matches_ignore_case("É", "é"));
        assert!(!matches_ignore_case("\u{212A}", "k"));
    }

    #[test]
    fn a_bomb_of_stars_ends() {
        let pattern = "*a".repeat(2000) + "b";
        assert!(!matches(&pattern, &"a".repeat(20_000)));
    }
}
