//! Builds the JSON text of a policy that a host file spells in its own way, with the map back.
//!
//! Every piece of text has a place in the host: standing there as it is, spelled by an escape, or implied by something
//! (a quote around a bare name, the comma between two blocks), which then is its place.

use std::borrow::Cow;

use super::{Document, Spelling};
use crate::policy::PolicyKind;
use crate::text::{OriginBuilder, Span};

/// A document under construction, from left to right.
#[derive(Debug, Default)]
pub(super) struct Embedding {
    text: String,
    origin: OriginBuilder,
    unknown: Vec<Span>,
    /// The text so far ends inside a JSON string.
    in_string: bool,
    /// The text so far ends behind a backslash inside a JSON string.
    after_backslash: bool,
}

fn length(text: &str) -> u32 {
    u32::try_from(text.len()).unwrap_or(u32::MAX)
}

impl Embedding {
    /// Length of the text so far.
    pub(super) fn len(&self) -> usize {
        self.text.len()
    }

    /// Whether the text so far ends inside a JSON string.
    pub(super) fn in_string(&self) -> bool {
        self.in_string
    }

    fn track(&mut self, text: &str) {
        for byte in text.bytes() {
            match byte {
                _ if self.after_backslash => self.after_backslash = false,
                b'\\' => self.after_backslash = self.in_string,
                b'"' => self.in_string = !self.in_string,
                _ => {}
            }
        }
    }

    /// JSON text that the host implies at a place.
    pub(super) fn implied(&mut self, text: &str, host: Span) {
        self.track(text);
        self.text.push_str(text);
        self.origin.escape(host, length(text));
    }

    /// JSON text that stands in the host as it is, from `host`.
    pub(super) fn verbatim(&mut self, text: &str, host: u32) {
        self.track(text);
        self.text.push_str(text);
        self.origin.verbatim(host, length(text));
    }

    /// One character of JSON text that the host spells over `host`.
    pub(super) fn character(&mut self, character: char, host: Span, verbatim: bool) {
        let mut buffer = [0; 4];
        let text = character.encode_utf8(&mut buffer);
        if verbatim { self.verbatim(text, host.start) } else { self.implied(text, host) }
    }

    /// One character of the *content* of a JSON string, escaped as JSON wants it.
    pub(super) fn content(&mut self, character: char, host: Span, verbatim: bool) {
        match escaped(character) {
            Some(escape) => self.implied(&escape, host),
            None => self.character(character, host, verbatim),
        }
    }

    /// Text that is only known when the template runs: inside a string as text, elsewhere as a string of its own.
    pub(super) fn unknown(&mut self, shown: &str, host: Span) {
        let start = self.origin.embedded_len();
        let bare = !self.in_string;
        let mut text = String::new();
        for character in shown.chars() {
            match escaped(character) {
                Some(escape) => text.push_str(&escape),
                None => text.push(character),
            }
        }
        if bare {
            text = format!("\"{text}\"");
        }
        self.implied(&text, host);
        self.unknown.push(Span::new(start, self.origin.embedded_len()));
    }

    /// The finished document.
    pub(super) fn finish(self, kind: PolicyKind, spelling: Spelling) -> Document<'static> {
        let document = Document::new(Cow::Owned(self.text), self.origin.finish(), kind);
        Document { unknown: self.unknown, spelling, ..document }
    }
}

/// How a JSON string spells a character that it cannot hold as it is.
fn escaped(character: char) -> Option<Cow<'static, str>> {
    Some(match character {
        '"' => Cow::Borrowed("\\\""),
        '\\' => Cow::Borrowed("\\\\"),
        '\n' => Cow::Borrowed("\\n"),
        '\r' => Cow::Borrowed("\\r"),
        '\t' => Cow::Borrowed("\\t"),
        control if control < ' ' => Cow::Owned(format!("\\u{:04x}", u32::from(control))),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unknown_text_is_a_part_of_a_string_or_a_string() {
        let mut embedding = Embedding::default();
        embedding.verbatim("[\"a", 0);
        embedding.unknown("${f(\"x\")}", Span::new(3, 12));
        embedding.verbatim("\",", 12);
        embedding.unknown("${y}", Span::new(14, 18));
        embedding.verbatim("]", 18);
        let document = embedding.finish(PolicyKind::Identity, Spelling::Json);
        assert_eq!(document.text, "[\"a${f(\\\"x\\\")}\",\"${y}\"]");
        let texts: Vec<&str> = document.unknown.iter().map(|span| span.of(&document.text)).collect();
        assert_eq!(texts, ["${f(\\\"x\\\")}", "\"${y}\""]);
        assert_eq!(document.origin.map(document.unknown[1]), Span::new(14, 18));
        assert!(document.is_unknown(Span::new(0, 5)) && !document.is_unknown(Span::new(0, 3)));
    }
}
