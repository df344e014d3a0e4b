//! The letters of a pasted text: words, quotes under any number of escapes, white space under any disguise.

/// A text seen as bytes; nothing here can run over its end.
#[derive(Debug, Clone, Copy)]
pub(super) struct Letters<'t> {
    pub(super) text: &'t str,
}

/// A quotation mark and the number of backslashes before it: only the same one closes a string.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Quote {
    pub(super) mark: char,
    pub(super) level: usize,
}

impl<'t> Letters<'t> {
    pub(super) fn len(self) -> usize {
        self.text.len()
    }

    /// The byte at a place, NUL behind the end.
    #[inline]
    pub(super) fn byte(self, at: usize) -> u8 {
        self.text.as_bytes().get(at).copied().unwrap_or(0)
    }

    pub(super) fn slice(self, start: usize, end: usize) -> &'t str {
        self.text.get(start..end).unwrap_or_default()
    }

    pub(super) fn starts(self, at: usize, with: &str) -> bool {
        self.text.as_bytes().get(at..).is_some_and(|rest| rest.starts_with(with.as_bytes()))
    }

    /// The same without regard to ASCII case.
    pub(super) fn starts_folded(self, at: usize, with: &str) -> bool {
        let piece = self.text.as_bytes().get(at..at + with.len());
        piece.is_some_and(|piece| piece.eq_ignore_ascii_case(with.as_bytes()))
    }

    /// One past the word that begins at a place: letters, digits, `_` and `-` of ASCII.
    #[inline]
    pub(super) fn word_end(self, at: usize) -> usize {
        let rest = self.text.as_bytes().get(at..).unwrap_or_default();
        at + rest.iter().take_while(|byte| is_word(**byte)).count()
    }

    /// The same with dots between letters, as in `Forbidden.RAM` and `oss2.exceptions.AccessDenied`.
    pub(super) fn dotted_end(self, at: usize) -> usize {
        let mut end = self.word_end(at);
        while self.byte(end) == b'.' && self.byte(end + 1).is_ascii_alphabetic() {
            end = self.word_end(end + 1);
        }
        end
    }

    /// Number of backslashes at a place.
    pub(super) fn backslashes(self, at: usize) -> usize {
        let rest = self.text.as_bytes().get(at..).unwrap_or_default();
        rest.iter().take_while(|byte| **byte == b'\\').count()
    }

    /// A quotation mark at a place, plain, escaped, or as an entity, and the place behind it.
    pub(super) fn quote(self, at: usize) -> Option<(Quote, usize)> {
        let level = self.backslashes(at);
        let behind = at + level;
        let found = |mark, length: usize| Some((Quote { mark, level }, behind + length));
        match self.byte(behind) {
            b'"' => found('"', 1),
            b'\'' => found('\'', 1),
            b'`' => found('`', 1),
            b'u' if level > 0 && self.starts(behind, "u0022") => found('"', 5),
            b'u' if level > 0 && self.starts(behind, "u0027") => found('\'', 5),
            b'&' => [("&quot;", '"'), ("&#34;", '"'), ("&#39;", '\''), ("&apos;", '\'')]
                .into_iter()
                .find(|(entity, _)| self.starts(behind, entity))
                .and_then(|(entity, mark)| found(mark, entity.len())),
            0xE2 if level == 0 => match self.slice(at, at + 3) {
                "\u{201c}" | "\u{201d}" => found('\u{201c}', 3),
                "\u{2018}" | "\u{2019}" => found('\u{2018}', 3),
                _ => None,
            },
            _ => None,
        }
    }

    /// Whether a quotation mark stands right before a place.
    pub(super) fn quote_before(self, at: usize) -> bool {
        let before = self.slice(at.saturating_sub(6), at);
        before.ends_with(['"', '\'', '`']) || before.ends_with("&quot;") || before.ends_with("\\u0022")
    }

    /// The place behind a `<`, plain, as an entity or as `\\u003c`.
    pub(super) fn opening(self, at: usize) -> Option<usize> {
        self.angle(at, b'<', "&lt;", "u003c")
    }

    /// The place behind a `>`, likewise.
    pub(super) fn closing(self, at: usize) -> Option<usize> {
        self.angle(at, b'>', "&gt;", "u003e")
    }

    fn angle(self, at: usize, plain: u8, entity: &str, escaped: &str) -> Option<usize> {
        match self.byte(at) {
            byte if byte == plain => Some(at + 1),
            b'&' if self.starts(at, entity) => Some(at + entity.len()),
            b'\\' => {
                let behind = at + self.backslashes(at);
                self.starts(behind, escaped).then_some(behind + escaped.len())
            }
            _ => None,
        }
    }

    /// The place behind one piece of white space at a place, and whether it breaks the line; the same place when there is none.
    ///
    /// White space is also what stands for it in a log: an escaped line break, a colour sequence, the frame that Terraform
    /// draws at the left, a no-break space, `&nbsp;`.
    pub(super) fn blank(self, at: usize) -> (usize, bool) {
        match self.byte(at) {
            b' ' | b'\t' => (at + 1, false),
            b'\r' | b'\n' => (self.behind_frame(at + 1), true),
            b'[' => (self.behind_bare_colour(at), false),
            0x1b => (self.behind_colour(at), false),
            b'\\' => {
                let behind = at + self.backslashes(at);
                match self.byte(behind) {
                    b'n' | b'r' => (behind + 1, true),
                    b't' => (behind + 1, false),
                    _ => (at, false),
                }
            }
            0xC2 if self.byte(at + 1) == 0xA0 => (at + 2, false),
            0xE3 if self.starts(at, "\u{3000}") => (at + 3, false),
            b'&' if self.starts(at, "&nbsp;") => (at + 6, false),
            _ => (at, false),
        }
    }

    /// The place behind a frame at the begin of a line: `│`, `|`, `>`.
    fn behind_frame(self, at: usize) -> usize {
        let indent = self.text.as_bytes().get(at..).unwrap_or_default();
        let start = at + indent.iter().take(16).take_while(|byte| **byte == b' ').count();
        if self.starts(start, "\u{2502}") {
            return start + 3;
        }
        if matches!(self.byte(start), b'|' | b'>') && self.byte(start + 1) == b' ' {
            return start + 1;
        }
        at
    }

    /// The place behind an ANSI sequence.
    pub(super) fn behind_colour(self, at: usize) -> usize {
        if self.byte(at + 1) != b'[' {
            return at + 1;
        }
        let rest = self.text.as_bytes().get(at + 2..).unwrap_or_default();
        let length = rest.iter().take(16).take_while(|byte| matches!(byte, b'0'..=b'9' | b';')).count();
        let end = at + 2 + length;
        if self.byte(end).is_ascii_alphabetic() { end + 1 } else { end }
    }

    /// The place behind `[31m`: a colour whose escape character was lost on the way; the same place when it is none.
    fn behind_bare_colour(self, at: usize) -> usize {
        let rest = self.text.as_bytes().get(at + 1..).unwrap_or_default();
        let length = rest.iter().take(12).take_while(|byte| matches!(byte, b'0'..=b'9' | b';')).count();
        if length > 0 && self.byte(at + 1 + length) == b'm' { at + length + 2 } else { at }
    }

    /// The place behind all white space on the line.
    pub(super) fn skip_line_space(self, mut at: usize) -> usize {
        loop {
            let (next, breaks) = self.blank(at);
            if next == at || breaks {
                return at;
            }
            at = next;
        }
    }

    /// The place behind all white space.
    pub(super) fn skip_space(self, mut at: usize) -> usize {
        loop {
            let (next, _) = self.blank(at);
            if next == at {
                return at;
            }
            at = next;
        }
    }

    /// The place behind a text at a place, without regard to ASCII case, to the kind of apostrophe, and to how much white
    /// space stands between its words.
    pub(super) fn phrase(self, at: usize, phrase: &str) -> Option<usize> {
        let mut at = at;
        for letter in phrase.chars() {
            if letter == ' ' {
                let next = self.skip_space(at);
                if next == at {
                    return None;
                }
                at = next;
            } else if letter == '\'' {
                at = self.quote(at).map(|(_, behind)| behind)?;
            } else {
                let mut buffer = [0; 4];
                let spelled = letter.encode_utf8(&mut buffer);
                if !self.starts_folded(at, spelled) {
                    return None;
                }
                at += spelled.len();
            }
        }
        Some(at)
    }

    /// The place behind the character at a place.
    pub(super) fn next_char(self, at: usize) -> usize {
        let length = match self.byte(at) {
            0xC0..=0xDF => 2,
            0xE0..=0xEF => 3,
            0xF0..=0xFF => 4,
            _ => 1,
        };
        (at + length).min(self.len())
    }
}

#[inline]
pub(super) fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_count_their_backslashes() {
        let letters = Letters { text: r#"\\\"a\u0022&quot;""# };
        assert_eq!(letters.quote(0), Some((Quote { mark: '"', level: 3 }, 4)));
        assert_eq!(letters.quote(5), Some((Quote { mark: '"', level: 1 }, 11)));
        assert_eq!(letters.quote(11), Some((Quote { mark: '"', level: 0 }, 17)));
        assert_eq!(letters.quote(99), None);
    }

    #[test]
    fn a_phrase_goes_over_line_breaks_and_frames() {
        let letters = Letters { text: "Access denied\n\u{2502}  by authorizer\u{2019}s\\npolicy" };
        assert_eq!(letters.phrase(0, "access denied by authorizer's policy"), Some(letters.len()));
        assert_eq!(letters.phrase(0, "access denied by bucket policy"), None);
    }

    #[test]
    fn words_may_hold_dots_between_letters() {
        let letters = Letters { text: "Forbidden.RAM. then" };
        assert_eq!(letters.slice(0, letters.dotted_end(0)), "Forbidden.RAM");
        assert_eq!(letters.slice(0, letters.word_end(0)), "Forbidden");
    }
}
