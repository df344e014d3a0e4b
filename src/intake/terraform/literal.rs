//! The inside of HCL strings and heredocs, character by character with places.

use crate::text::Span;

/// Calls `piece` with every character that a literal spells, its place, and whether it stands there as it is.
///
/// `raw` is the literal as written, at `base` in the file; `quoted` tells a quoted string, which has backslash escapes, from
/// a heredoc, which has not.
pub(super) fn characters(raw: &str, base: u32, quoted: bool, mut piece: impl FnMut(char, Span, bool)) {
    let mut at = base;
    let mut rest = raw;
    while let Some(first) = rest.chars().next() {
        let (spelled, character, verbatim) = one(rest, first, quoted);
        let length = u32::try_from(spelled).unwrap_or(u32::MAX);
        piece(character, Span::new(at, at.saturating_add(length)), verbatim);
        at = at.saturating_add(length);
        rest = rest.get(spelled..).unwrap_or_default();
    }
}

/// Bytes at the front, the character that they spell, and whether they are that character.
fn one(rest: &str, first: char, quoted: bool) -> (usize, char, bool) {
    let plain = (first.len_utf8(), first, true);
    // `$${` and `%%{` spell `${` and `%{`: the doubled mark counts once.
    if rest.starts_with("$${") || rest.starts_with("%%{") {
        return (2, first, false);
    }
    if first != '\\' || !quoted {
        return plain;
    }
    let hex = |digits: usize| {
        let code = rest.get(2..2 + digits).and_then(|code| u32::from_str_radix(code, 16).ok());
        code.and_then(char::from_u32).map(|character| (2 + digits, character, false))
    };
    match rest.as_bytes().get(1) {
        Some(b'n') => (2, '\n', false),
        Some(b'r') => (2, '\r', false),
        Some(b't') => (2, '\t', false),
        Some(b'"') => (2, '"', false),
        Some(b'\\') => (2, '\\', false),
        Some(b'u') => hex(4).unwrap_or(plain),
        Some(b'U') => hex(8).unwrap_or(plain),
        _ => plain,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(raw: &str, quoted: bool) -> String {
        let mut text = String::new();
        characters(raw, 0, quoted, |character, _, _| text.push(character));
        text
    }

    #[test]
    fn escapes_are_those_of_hcl() {
        assert_eq!(read(r#"a\"b\\\u00e9\U0001F600$${x}%%{y}\q\u12"#, true), "a\"b\\é😀${x}%{y}\\q\\u12");
        assert_eq!(read(r"a\n$${x}", false), "a\\n${x}");
        let mut places = Vec::new();
        characters(r"\u00e9x", 10, true, |_, span, verbatim| places.push((span.start, span.end, verbatim)));
        assert_eq!(places, [(10, 16, false), (16, 17, true)]);
    }
}
