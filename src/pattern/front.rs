//! The first bytes of a pattern as one word: most patterns are passed over by a single comparison, without reading their text.

use super::Wildcard;

/// Up to eight literal bytes at the front of a pattern. A text that does not begin so is not covered; one that does may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Front {
    word: u64,
    mask: u64,
}

/// The first eight bytes of a text, zeros behind a shorter one.
#[inline]
pub fn first_word(text: &str) -> u64 {
    let bytes = text.as_bytes();
    match bytes.first_chunk::<8>() {
        Some(word) => u64::from_le_bytes(*word),
        None => bytes.iter().rev().fold(0, |word, byte| word << 8 | u64::from(*byte)),
    }
}

/// The word with its ASCII capitals as small letters.
#[inline]
pub fn lower_word(word: u64) -> u64 {
    const ONES: u64 = 0x0101_0101_0101_0101;
    const HIGH: u64 = ONES << 7;
    let low = word & !HIGH;
    // The high bit of each byte: whether its lower seven are `A` or more, and whether they are more than `Z`.
    let (above, beyond) = (low + ONES * (0x80 - 0x41), low + ONES * (0x80 - 0x5B));
    let capital = above & !beyond & !word & HIGH;
    word | capital >> 2
}

impl Front {
    /// The front of a pattern.
    pub fn new(pattern: &Wildcard) -> Self {
        Self::cut(first_word(pattern.as_str()), pattern.literal_front().len().min(8))
    }

    /// The front of a pattern that is only a text yet.
    pub fn of(pattern: &str) -> Self {
        let literal = pattern.bytes().take(8).take_while(|byte| !matches!(byte, b'*' | b'?')).count();
        Self::cut(first_word(pattern), literal)
    }

    fn cut(word: u64, literal: usize) -> Self {
        let mask = u64::MAX.checked_shr(64 - 8 * u32::try_from(literal).unwrap_or(0)).unwrap_or(0);
        Self { word: word & mask, mask }
    }

    /// Whether a text that begins with this word can be covered.
    #[inline]
    pub fn may_cover(self, word: u64) -> bool {
        word & self.mask == self.word
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_lowered_like_bytes() {
        for byte in 0..=u8::MAX {
            for at in 0..8 {
                let mut bytes = [b'Z', 0xC3, 0x89, b'[', b'@', b'A', 0, 0xFF];
                bytes[at] = byte;
                let lowered = bytes.map(|byte| byte.to_ascii_lowercase());
                assert_eq!(lower_word(u64::from_le_bytes(bytes)), u64::from_le_bytes(lowered));
            }
        }
    }

    #[test]
    fn what_a_pattern_covers_is_never_passed_over() {
        let texts = ["", "a", "oss:Get", "oss:GetO", "oss:GetObject", "é", "ossGetObject", "oss:\0"];
        for pattern in ["", "*", "?", "a", "oss:*", "oss:Get", "oss:GetO", "oss:GetObject", "oss:GetObj*", "é", "os?:*"]
        {
            assert_eq!(Front::of(pattern), Front::new(&Wildcard::new(pattern)));
            let pattern = Wildcard::new(pattern);
            for text in texts {
                let passed_over = !Front::new(&pattern).may_cover(first_word(text));
                assert!(!(passed_over && pattern.matches(text)), "{pattern:?} on {text}");
            }
        }
        assert!(!Front::new(&Wildcard::new("oss:Get*")).may_cover(first_word("oss:Put")));
    }
}
