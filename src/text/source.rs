//! A text with its name and an index of its lines.

use std::sync::OnceLock;

use thiserror::Error;

/// Why the bytes of a file are no text that RAM could read.
#[derive(Debug, Error, Clone, PartialEq, Eq)]
pub enum EncodingError {
    /// The file is UTF-16 or UTF-32.
    #[error("the file is {0}, not UTF-8")]
    Wide(&'static str),
    /// A byte that is no UTF-8, at this offset.
    #[error("byte {offset} is not UTF-8")]
    Invalid {
        /// Offset of the first bad byte.
        offset: usize,
    },
    /// 4 GiB or more.
    #[error("the file has {bytes} bytes; the limit is 4 GiB")]
    TooLarge {
        /// Size in bytes.
        bytes: usize,
    },
}

impl EncodingError {
    /// The way out, for the user.
    pub fn help(&self) -> &'static str {
        match self {
            Self::Wide(_) => "save the file as UTF-8 without a byte order mark",
            Self::Invalid { .. } => "save the file as UTF-8; it may be a binary file or use another encoding",
            Self::TooLarge { .. } => "split the file",
        }
    }
}

/// A line and a column, both counted from 1; the column in characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    /// Line, from 1.
    pub line: u32,
    /// Column in characters, from 1.
    pub column: u32,
}

/// A named text. Its places are indexed on first use.
#[derive(Debug, Clone)]
pub struct Source {
    name: String,
    text: String,
    index: OnceLock<Index>,
}

/// What stands before every [`BLOCK`] bytes: a place in a line of 100 MB is found as fast as any other, and one in a small text
/// without a list of its lines.
#[derive(Debug, Clone)]
struct Index {
    blocks: Vec<Before>,
}

/// What stands before a byte of a text.
#[derive(Debug, Clone, Copy, Default)]
struct Before {
    /// Line breaks.
    lines: u32,
    /// Begins of characters.
    characters: u32,
    /// Begins of characters before the line of the byte.
    line_characters: u32,
}

const BLOCK: usize = 4096;

impl Source {
    /// A text under the name that messages show (a path as the user gave it).
    pub fn new(name: impl Into<String>, text: impl Into<String>) -> Self {
        Self { name: name.into(), text: text.into(), index: OnceLock::new() }
    }

    /// Takes the bytes of a file.
    ///
    /// # Errors
    /// When they are UTF-16 or UTF-32, not UTF-8, or 4 GiB and more. A UTF-8 byte order mark is kept: the parser reports it.
    pub fn from_bytes(name: impl Into<String>, bytes: Vec<u8>) -> Result<Self, EncodingError> {
        if u32::try_from(bytes.len()).is_err() {
            return Err(EncodingError::TooLarge { bytes: bytes.len() });
        }
        if let Some(wide) = wide_encoding(&bytes) {
            return Err(EncodingError::Wide(wide));
        }
        match String::from_utf8(bytes) {
            Ok(text) => Ok(Self::new(name, text)),
            Err(error) => Err(EncodingError::Invalid { offset: error.utf8_error().valid_up_to() }),
        }
    }

    /// The name that messages show.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The whole text.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Line and column of a byte offset; an offset behind the end counts as the end.
    pub fn position(&self, offset: u32) -> Position {
        let index = self.index.get_or_init(|| Index::new(&self.text));
        let before = index.before(&self.text, offset);
        let column = before.characters.saturating_sub(before.line_characters);
        Position { line: before.lines.saturating_add(1), column: column.saturating_add(1) }
    }
}

impl Index {
    fn new(text: &str) -> Self {
        let blocks = text.as_bytes().chunks(BLOCK).scan(Before::default(), |before, block| {
            let here = *before;
            *before = before.behind(block);
            Some(here)
        });
        Self { blocks: blocks.collect() }
    }

    /// What stands before a byte offset.
    fn before(&self, text: &str, offset: u32) -> Before {
        let offset = (offset as usize).min(text.len());
        // The end of a text of whole blocks has no block of its own.
        let block = (offset / BLOCK).min(self.blocks.len().saturating_sub(1));
        let before = self.blocks.get(block).copied().unwrap_or_default();
        before.behind(text.as_bytes().get(block * BLOCK..offset).unwrap_or_default())
    }
}

impl Before {
    /// What stands before the byte behind some more.
    fn behind(self, bytes: &[u8]) -> Self {
        let characters = self.characters + begins(bytes);
        let line_characters = match bytes.iter().rposition(|byte| *byte == b'\n') {
            None => self.line_characters,
            Some(at) => characters - begins(bytes.get(at + 1..).unwrap_or_default()),
        };
        Self { lines: self.lines + count(bytes, |byte| byte == b'\n'), characters, line_characters }
    }
}

/// Number of bytes at which a character begins.
fn begins(bytes: &[u8]) -> u32 {
    count(bytes, |byte| byte & 0xC0 != 0x80)
}

/// Number of bytes of some kind; counted in single bytes, of which the processor takes many at once.
fn count(bytes: &[u8], is: impl Fn(u8) -> bool) -> u32 {
    let few = |bytes: &[u8]| u32::from(bytes.iter().fold(0_u8, |count, byte| count + u8::from(is(*byte))));
    bytes.chunks(usize::from(u8::MAX)).map(few).sum()
}

/// Names the encoding when the first bytes are those of UTF-16 or UTF-32: a byte order mark, or NULs around the first character.
fn wide_encoding(bytes: &[u8]) -> Option<&'static str> {
    match bytes {
        [0xFF, 0xFE, 0, 0, ..] | [0, 0, 0xFE, 0xFF, ..] => Some("UTF-32"),
        [0xFF, 0xFE, ..] | [0xFE, 0xFF, ..] | [0, 1..=255, ..] | [1..=255, 0, ..] => Some("UTF-16"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_count_characters() {
        let source = Source::new("a", "ab\né=x");
        assert_eq!(source.position(0), Position { line: 1, column: 1 });
        assert_eq!(source.position(5), Position { line: 2, column: 2 });
        assert_eq!(source.position(99), Position { line: 2, column: 4 });
        assert_eq!(Source::new("a", "").position(7), Position { line: 1, column: 1 });
    }

    #[test]
    fn columns_of_long_lines_are_counted_too() {
        for length in [BLOCK - 1, BLOCK, BLOCK + 1, 3 * BLOCK, 3 * BLOCK + 1] {
            let text = format!("x\n{}{}", "é".repeat(length), "y".repeat(length));
            let source = Source::new("a", text.clone());
            for (at, _) in text.char_indices().chain([(text.len(), ' ')]).step_by(97).chain([(text.len(), ' ')]) {
                let column = text.get(2.min(at)..at).unwrap().chars().count() + 1;
                let wanted = if at < 2 {
                    Position { line: 1, column: u32::try_from(at + 1).unwrap() }
                } else {
                    Position { line: 2, column: u32::try_from(column).unwrap() }
                };
                assert_eq!(source.position(u32::try_from(at).unwrap()), wanted, "{length} {at}");
            }
        }
    }

    #[test]
    fn wide_text_and_bad_bytes_are_named() {
        let utf16: Vec<u8> = "{}".encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert_eq!(Source::from_bytes("a", utf16).unwrap_err(), EncodingError::Wide("UTF-16"));
        assert_eq!(Source::from_bytes("a", vec![b'{', 0xC3]).unwrap_err(), EncodingError::Invalid { offset: 1 });
    }
}
