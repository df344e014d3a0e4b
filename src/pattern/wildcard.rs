//! One glob against one text, in bounded time.

use super::front::lower_word;

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

/// A pattern with its shape.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Wildcard {
    text: Box<str>,
    shape: Shape,
    /// Length of the literal text before the first wildcard.
    head: usize,
    /// Length of the literal text behind the last wildcard.
    tail: usize,
    /// Whether there is a `?`.
    question: bool,
}

impl Wildcard {
    /// A pattern from its text. Every text is a pattern.
    pub fn new(text: &str) -> Self {
        let bytes = text.as_bytes();
        let head = literal_run(bytes);
        let tail = if head == text.len() { 0 } else { bytes.iter().rev().take_while(|byte| !is_wild(**byte)).count() };
        let middle = bytes.get(head..text.len() - tail).unwrap_or_default();
        let shape = match (middle, head, tail) {
            ([], ..) => Shape::Literal,
            ([b'*'], _, 0) if head > 0 => Shape::Prefix,
            ([b'*'], 0, _) if tail > 0 => Shape::Suffix,
            (_, 0, 0) if middle.iter().all(|byte| *byte == b'*') => Shape::Any,
            _ => Shape::General,
        };
        Self { text: text.into(), shape, head, tail, question: middle.contains(&b'?') }
    }

    /// The literal bytes before the first wildcard.
    pub fn literal_front(&self) -> &[u8] {
        self.text.as_bytes().get(..self.head).unwrap_or_default()
    }

    /// The literal bytes behind the last wildcard; everything where there is none.
    pub fn literal_end(&self) -> &[u8] {
        let length = if self.shape == Shape::Literal { self.head } else { self.tail };
        self.text.as_bytes().get(self.text.len() - length..).unwrap_or_default()
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

    /// Whether the pattern, which is in lower case, covers the text in lower case.
    #[inline]
    pub fn matches_lowered(&self, text: &str) -> bool {
        self.matches_by(text.as_bytes(), Lowered)
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
        let back_at = text.len().checked_sub(self.tail)?;
        let (front, pattern) = pattern.split_at_checked(self.head)?;
        let (pattern, back) = pattern.split_at_checked(pattern.len().checked_sub(self.tail)?)?;
        let (text_front, middle) = (text.get(..self.head)?, text.get(self.head..back_at)?);
        let ends = letters.run(front, text_front, 0) && letters.run(back, text.get(back_at..)?, back_at);
        Some(
            ends && if self.question {
                glob(pattern, middle, |at, pattern, byte| letters.same(self.head + at, pattern, byte))
            } else {
                stars(pattern, middle, self.head, letters)
            },
        )
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

    /// The first place in a piece of the text, which begins at an index of the whole, where a byte of the pattern fits.
    #[inline]
    fn find(self, wanted: u8, text: &[u8], at: usize) -> Option<usize> {
        text.iter().enumerate().position(|(index, byte)| self.same(at + index, wanted, *byte))
    }
}

impl<F: Fn(usize, u8, u8) -> bool + Copy> Letters for F {
    #[inline]
    fn same(self, at: usize, pattern: u8, byte: u8) -> bool {
        self(at, pattern, byte)
    }
}

/// Letters whose place does not matter: eight bytes a step, since these texts are short, and a call to `memcmp` or `memchr`
/// costs more than it saves.
trait Words: Copy {
    /// Eight bytes of the text as the pattern has them.
    fn word(word: u64) -> u64;

    /// One byte of the text as the pattern has it.
    fn byte(byte: u8) -> u8;

    #[inline]
    fn runs(literal: &[u8], text: &[u8]) -> bool {
        let ((literals, literal_end), (texts, text_end)) = (literal.as_chunks::<8>(), text.as_chunks::<8>());
        literal.len() == text.len()
            && literals.iter().zip(texts).all(|(a, b)| u64::from_le_bytes(*a) == Self::word(u64::from_le_bytes(*b)))
            && literal_end.iter().zip(text_end).all(|(a, b)| *a == Self::byte(*b))
    }

    #[inline]
    fn finds(wanted: u8, text: &[u8]) -> Option<usize> {
        let (texts, end) = text.as_chunks::<8>();
        for (at, word) in texts.iter().enumerate() {
            let found = zeros(Self::word(u64::from_le_bytes(*word)) ^ (ONES * u64::from(wanted)));
            if found != 0 {
                return Some(at * 8 + (found.trailing_zeros() / 8) as usize);
            }
        }
        Some(texts.len() * 8 + end.iter().position(|byte| Self::byte(*byte) == wanted)?)
    }
}

const ONES: u64 = 0x0101_0101_0101_0101;

/// A flag in the high bit of each byte that is zero; the lowest flag is exact, borrows can only raise flags above it.
#[inline]
fn zeros(word: u64) -> u64 {
    word.wrapping_sub(ONES) & !word & (ONES << 7)
}

/// Letter for letter.
#[derive(Debug, Clone, Copy)]
pub(super) struct Exact;

impl Words for Exact {
    #[inline]
    fn word(word: u64) -> u64 {
        word
    }

    #[inline]
    fn byte(byte: u8) -> u8 {
        byte
    }
}

/// A pattern in lower case against a text that is compared as if it were.
#[derive(Debug, Clone, Copy)]
struct Lowered;

impl Words for Lowered {
    #[inline]
    fn word(word: u64) -> u64 {
        lower_word(word)
    }

    #[inline]
    fn byte(byte: u8) -> u8 {
        byte.to_ascii_lowercase()
    }
}

macro_rules! letters_by_words {
    ($($letters:ty),*) => {$(
        impl Letters for $letters {
            #[inline]
            fn same(self, _: usize, pattern: u8, byte: u8) -> bool {
                pattern == Self::byte(byte)
            }

            #[inline]
            fn run(self, literal: &[u8], text: &[u8], _: usize) -> bool {
                Self::runs(literal, text)
            }

            #[inline]
            fn find(self, wanted: u8, text: &[u8], _: usize) -> Option<usize> {
                Self::finds(wanted, text)
            }
        }
    )*};
}

letters_by_words!(Exact, Lowered);

fn is_wild(byte: u8) -> bool {
    matches!(byte, b'*' | b'?')
}

/// Length of the text before the first wildcard. Eight bytes a step.
fn literal_run(bytes: &[u8]) -> usize {
    let (words, end) = bytes.as_chunks::<8>();
    for (at, word) in words.iter().enumerate() {
        let word = u64::from_le_bytes(*word);
        let found = zeros(word ^ (ONES * u64::from(b'*'))) | zeros(word ^ (ONES * u64::from(b'?')));
        if found != 0 {
            return at * 8 + (found.trailing_zeros() / 8) as usize;
        }
    }
    words.len() * 8 + end.iter().position(|byte| is_wild(*byte)).unwrap_or(end.len())
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

/// Whether a pattern that begins and ends with `*` and has no `?` covers a text, which begins at an index of the whole: each
/// literal piece is taken where it first fits behind the one before. Time is at most pattern times text.
#[inline]
fn stars(pattern: &[u8], text: &[u8], base: usize, letters: impl Letters) -> bool {
    let (mut pattern, mut at) = (pattern, 0);
    while let Some((_, behind)) = pattern.split_first() {
        let length = Exact::finds(b'*', behind).unwrap_or(behind.len());
        let Some((piece, rest)) = behind.split_at_checked(length) else { return false };
        pattern = rest;
        let Some(first) = piece.first() else { continue };
        loop {
            let Some(skipped) = letters.find(*first, text.get(at..).unwrap_or_default(), base + at) else {
                return false;
            };
            at += skipped;
            let Some(here) = text.get(at..at + piece.len()) else { return false };
            if letters.run(piece, here, base + at) {
                at += piece.len();
                break;
            }
            at += 1;
        }
    }
    true
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
            "", "*", "**", "a", "a*", "*a*", "*b*b*", "**ab**", "a*b*b", "*a", "a*b", "?", "é?", "?é", "*é", "a?",
            "*:*", "a**", "**a", "?*", "a?*b", "ab*ab",
        ];
        for pattern in patterns {
            for text in texts {
                assert_eq!(Wildcard::new(pattern).matches(text), matches(pattern, text), "{pattern} on {text}");
                let upper = text.to_ascii_uppercase();
                assert_eq!(
                    Wildcard::new(pattern).matches_lowered(&upper),
                    matches(pattern, text),
                    "{pattern} on {upper}"
                );
            }
        }
    }

    /// Long texts, so that words and their ends are both met.
    #[test]
    fn pieces_are_found_wherever_they_stand() {
        for before in 0..20 {
            for between in 0..20 {
                let text = format!("{}needle{}pin", "né:".repeat(before), "x".repeat(between));
                for (pattern, covers) in [("*needle*pin*", true), ("n*needle*pin", before > 0), ("*pin*needle*", false)]
                {
                    let wildcard = Wildcard::new(pattern);
                    assert_eq!(wildcard.matches(&text), covers, "{pattern} on {text}");
                    assert_eq!(wildcard.matches_lowered(&text.to_ascii_uppercase()), covers, "{pattern} on {text}");
                    assert_eq!(matches(pattern, &text), covers);
                }
            }
        }
        for (pattern, head, end) in
            [("", "", ""), ("abc", "abc", "abc"), ("abcdefghi*j", "abcdefghi", "j"), ("?", "", "")]
        {
            let wildcard = Wildcard::new(pattern);
            assert_eq!((wildcard.literal_front(), wildcard.literal_end()), (head.as_bytes(), end.as_bytes()));
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
        let (pattern, text) = ("*a".repeat(2000) + "b", "a".repeat(20_000));
        assert!(!matches(&pattern, &text) && !Wildcard::new(&pattern).matches(&text));
        let piece = format!("*{}b*", "a".repeat(2000));
        assert!(!Wildcard::new(&piece).matches(&text));
    }
}
