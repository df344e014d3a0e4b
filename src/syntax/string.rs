//! The inside of JSON strings: finding its end, checking and decoding escapes.

use std::borrow::Cow;

use nom::bytes::complete::{tag, take_while_m_n};
use nom::character::complete::one_of;
use nom::combinator::map_opt;
use nom::sequence::preceded;
use nom::{IResult, Parser};

use crate::text::{Origin, OriginBuilder, Span};

const ONES: u64 = 0x0101_0101_0101_0101;
const HIGH: u64 = 0x8080_8080_8080_8080;

/// Length of the run of plain bytes at the front: neither `"` nor `\` nor a control byte. Eight bytes a step.
#[inline]
pub(super) fn plain_run(bytes: &[u8]) -> usize {
    let (words, rest) = bytes.as_chunks::<8>();
    for (at, word) in words.iter().enumerate() {
        let word = u64::from_le_bytes(*word);
        let quote = word ^ (ONES * u64::from(b'"'));
        let escape = word ^ (ONES * u64::from(b'\\'));
        // The lowest flag of each term is exact; borrows can only raise flags above it.
        let found = (quote.wrapping_sub(ONES) & !quote)
            | (escape.wrapping_sub(ONES) & !escape)
            | (word.wrapping_sub(ONES * 0x20) & !word);
        let found = found & HIGH;
        if found != 0 {
            return at * 8 + (found.trailing_zeros() / 8) as usize;
        }
    }
    let tail = rest.iter().position(|byte| matches!(byte, b'"' | b'\\' | 0..0x20));
    words.len() * 8 + tail.unwrap_or(rest.len())
}

/// Four hexadecimal digits of a `\u` escape.
fn hex4(input: &str) -> IResult<&str, u16> {
    let digits = take_while_m_n(4, 4, |c: char| c.is_ascii_hexdigit());
    map_opt(digits, |digits| u16::from_str_radix(digits, 16).ok()).parse(input)
}

/// What a backslash can begin.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Escape {
    /// A character.
    Char(char),
    /// Half of a surrogate pair.
    Lone,
}

/// One escape at the front of `input`, which begins with a backslash; the rest of the input behind it.
pub(super) fn escape(input: &str) -> IResult<&str, Escape> {
    let (rest, _) = tag("\\")(input)?;
    let (rest, kind) = one_of("\"\\/bfnrtu")(rest)?;
    let simple = match kind {
        'b' => '\u{8}',
        'f' => '\u{c}',
        'n' => '\n',
        'r' => '\r',
        't' => '\t',
        'u' => return unicode(rest),
        other => other,
    };
    Ok((rest, Escape::Char(simple)))
}

fn unicode(input: &str) -> IResult<&str, Escape> {
    let (rest, first) = hex4(input)?;
    if let Some(character) = char::from_u32(u32::from(first)) {
        return Ok((rest, Escape::Char(character)));
    }
    let second: IResult<&str, u16> = preceded(tag("\\u"), hex4).parse(rest);
    if let (0xD800..0xDC00, Ok((behind, low @ 0xDC00..0xE000))) = (first, second) {
        let scalar = 0x1_0000 + ((u32::from(first) - 0xD800) << 10) + (u32::from(low) - 0xDC00);
        if let Some(character) = char::from_u32(scalar) {
            return Ok((behind, Escape::Char(character)));
        }
    }
    Ok((rest, Escape::Lone))
}

/// The pieces of a string's inside, in order: text that stands as it is, and escapes. Broken escapes count as text; half
/// pairs become U+FFFD.
fn pieces<'a>(inside: &'a str, mut piece: impl FnMut(&'a str, Option<char>)) {
    let mut rest = inside;
    while !rest.is_empty() {
        let plain = rest.find('\\').unwrap_or(rest.len());
        let (text, behind) = rest.split_at_checked(plain).unwrap_or((rest, ""));
        if !text.is_empty() {
            piece(text, None);
        }
        if behind.is_empty() {
            return;
        }
        let (after, character) = match escape(behind) {
            Ok((after, Escape::Char(character))) => (after, Some(character)),
            Ok((after, Escape::Lone)) => (after, Some('\u{FFFD}')),
            Err(_) => (behind.get(1..).unwrap_or_default(), None),
        };
        piece(behind.get(..behind.len() - after.len()).unwrap_or_default(), character);
        rest = after;
    }
}

/// The text that a string's inside spells.
pub(super) fn decode(inside: &str) -> Cow<'_, str> {
    let mut text = String::with_capacity(inside.len());
    pieces(inside, |spelled, character| match character {
        Some(character) => text.push(character),
        None => text.push_str(spelled),
    });
    Cow::Owned(text)
}

/// The text that a string's inside spells, and the map back to the host text, in which the inside begins at `base`.
pub(super) fn decode_embedded(inside: &str, base: u32) -> (String, Origin) {
    let mut text = String::with_capacity(inside.len());
    let mut origin = OriginBuilder::default();
    let mut at = base;
    pieces(inside, |spelled, character| {
        let length = u32::try_from(spelled.len()).unwrap_or(u32::MAX);
        if let Some(character) = character {
            text.push(character);
            origin.escape(Span::new(at, at + length), u32::try_from(character.len_utf8()).unwrap_or(0));
        } else {
            text.push_str(spelled);
            origin.verbatim(at, length);
        }
        at += length;
    });
    (text, origin.finish())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_run_ends_at_the_first_special_byte_wherever_it_stands() {
        for length in 0..40 {
            for special in [b'"', b'\\', b'\n', 0x1F] {
                let mut bytes = vec![b'a'; length];
                assert_eq!(plain_run(&bytes), length);
                bytes.push(special);
                bytes.extend([0x20, 0x7F, 0x80, 0xFF, b'"', 0, 0, 0, 0]);
                assert_eq!(plain_run(&bytes), length, "{special}");
            }
        }
        assert_eq!(plain_run("é\u{7f} !#[]~é".as_bytes()), "é\u{7f} !#[]~é".len());
    }

    #[test]
    fn escapes_decode_and_map_back() {
        assert_eq!(decode(r"a\n\u00e9\ud83d\ude00\/\q\ud800x"), "a\né😀/\\q\u{FFFD}x");
        let (text, origin) = decode_embedded(r#"{\"a\":1}"#, 5);
        assert_eq!(text, r#"{"a":1}"#);
        assert_eq!(origin.map(Span::new(1, 4)), Span::new(6, 11));
    }
}
