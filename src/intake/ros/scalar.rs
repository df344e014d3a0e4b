//! The characters of a scalar with their places in the host.

use super::node::Style;
use crate::text::Span;

/// One character of a scalar's text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Placed {
    pub(super) character: char,
    pub(super) span: Span,
    /// The host has this very character there.
    pub(super) verbatim: bool,
}

/// Lays the decoded text beside the raw one: escapes are one character, indentation and folding are white space.
///
/// `raw` is the scalar as written, its quotes included, at `base`.
pub(super) fn align(value: &str, raw: &str, base: u32, style: Style) -> Vec<Placed> {
    let mut reader = Reader { raw, base, at: usize::from(matches!(style, Style::Single | Style::Double)), style };
    value.chars().map(|character| reader.next(character)).collect()
}

#[derive(Debug)]
struct Reader<'r> {
    raw: &'r str,
    base: u32,
    at: usize,
    style: Style,
}

impl Reader<'_> {
    fn rest(&self) -> &str {
        self.raw.get(self.at..).unwrap_or_default()
    }

    fn take(&mut self, length: usize, character: char, verbatim: bool) -> Placed {
        let place = |offset: usize| self.base.saturating_add(u32::try_from(offset).unwrap_or(u32::MAX));
        let span = Span::new(place(self.at), place((self.at + length).min(self.raw.len())));
        self.at += length;
        Placed { character, span, verbatim }
    }

    fn next(&mut self, wanted: char) -> Placed {
        loop {
            let rest = self.rest();
            let Some(first) = rest.chars().next() else { return self.take(0, wanted, false) };
            if first == '\\' && self.style == Style::Double {
                let behind = rest.get(1..).unwrap_or_default();
                if behind.starts_with(['\n', '\r']) {
                    self.at += 1 + behind.len() - behind.trim_start().len();
                    continue;
                }
                return self.take(escape_length(rest, wanted), wanted, false);
            }
            if first == wanted {
                let doubled = first == '\'' && self.style == Style::Single;
                return self.take(first.len_utf8() + usize::from(doubled), wanted, !doubled);
            }
            if !first.is_whitespace() {
                // The two texts differ in a way that is not known here: the character keeps a place nearby.
                return self.take(0, wanted, false);
            }
            let blank = rest.len() - rest.trim_start().len();
            if wanted.is_whitespace() {
                return self.take(blank, wanted, false);
            }
            self.at += blank;
        }
    }
}

/// Length of the escape at the front, which spells `wanted`.
fn escape_length(rest: &str, wanted: char) -> usize {
    let length = match rest.as_bytes().get(1) {
        Some(b'x') => 4,
        // Beyond the basic plane JSON needs two.
        Some(b'u') if u32::from(wanted) > 0xFFFF => 12,
        Some(b'u') => 6,
        Some(b'U') => 10,
        Some(_) => 1 + rest.chars().nth(1).map_or(0, char::len_utf8),
        None => 1,
    };
    // An escape that is cut off may be followed by any character.
    rest.floor_char_boundary(length.min(rest.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn places<'r>(value: &str, raw: &'r str, style: Style) -> Vec<&'r str> {
        align(value, raw, 0, style).iter().map(|placed| placed.span.of(raw)).collect()
    }

    #[test]
    fn every_style_is_laid_beside_its_text() {
        assert_eq!(places("a*", "a*", Style::Plain), ["a", "*"]);
        assert_eq!(places("it's", "'it''s'", Style::Single), ["i", "t", "''", "s"]);
        assert_eq!(
            places("\"é\n😀", r#""\"\u00e9\n\ud83d\ude00""#, Style::Double),
            [r#"\""#, r"\u00e9", r"\n", r"\ud83d\ude00"]
        );
        assert_eq!(places("a b", "a\n    b", Style::Plain), ["a", "\n    ", "b"]);
        assert_eq!(places("{\n  \"a\"\n}\n", "{\n      \"a\"\n    }", Style::Block)[4..8], ["\"", "a", "\"", "\n"]);
        assert_eq!(places("ab", "\"a\\\n   b\"", Style::Double), ["a", "b"]);
    }
}
