//! From a text to the patterns that may cover it: a superset, which the full glob then decides.
//!
//! Keys are lower-cased on both sides, so one index serves every choice of `arn-case`. A resource pattern with at least four
//! literal colons is found by the literal text behind the fourth: a literal colon can stand on any colon of the text, since
//! `*` may swallow colons, so each colon of the text from the fourth on is tried (facts/speed.md, "Why REL is exact").

use super::trie::Trie;
use crate::pattern::{Shape, Wildcard};

/// More colons than this in one text, and the index is not asked: cost would grow with colons times depth.
const MAX_COLONS: usize = 64;

/// The patterns of one side, actions or resources.
#[derive(Debug, Clone, Default)]
pub(super) struct PatternIndex {
    always: Vec<u32>,
    prefix: Trie,
    suffix: Trie,
    relative: Trie,
}

fn is_wild(byte: u8) -> bool {
    matches!(byte, b'*' | b'?')
}

fn lower(bytes: impl Iterator<Item = u8>) -> Box<[u8]> {
    bytes.map(|byte| byte.to_ascii_lowercase()).collect()
}

impl PatternIndex {
    /// Indexes patterns by their number; `arns` tells whether colons part segments.
    pub(super) fn new<'p>(patterns: impl Iterator<Item = &'p Wildcard>, arns: bool) -> Self {
        let (mut always, mut prefix, mut suffix, mut relative) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        for (pattern, id) in patterns.zip(0..) {
            let bytes = pattern.as_str().as_bytes();
            let head = lower(bytes.iter().copied().take_while(|byte| !is_wild(*byte)));
            let tail = lower(bytes.iter().copied().rev().take_while(|byte| !is_wild(*byte)));
            let behind = if arns { behind_fourth_colon(bytes) } else { None };
            if pattern.shape() == Shape::Any {
                always.push(id);
            } else if let Some(key) = behind.filter(|key| !key.is_empty()) {
                relative.push((key, id));
            } else if (arns || head.is_empty()) && !tail.is_empty() {
                suffix.push((tail, id));
            } else {
                prefix.push((head, id));
            }
        }
        Self { always, prefix: Trie::new(prefix), suffix: Trie::new(suffix), relative: Trie::new(relative) }
    }

    /// Calls `found` with every pattern that may cover the text. False when the index cannot tell and all must be tried.
    #[inline]
    pub(super) fn candidates(&self, text: &str, mut found: impl FnMut(u32)) -> bool {
        let bytes = text.as_bytes();
        self.always.iter().for_each(|id| found(*id));
        self.prefix.prefixes(bytes.iter().map(u8::to_ascii_lowercase), &mut found);
        self.suffix.prefixes(bytes.iter().rev().map(u8::to_ascii_lowercase), &mut found);
        let mut colons = 0;
        for (at, byte) in bytes.iter().enumerate() {
            if *byte == b':' {
                colons += 1;
                if colons > MAX_COLONS {
                    return false;
                }
                if colons >= 4 {
                    let behind = bytes.get(at + 1..).unwrap_or_default();
                    self.relative.prefixes(behind.iter().map(u8::to_ascii_lowercase), &mut found);
                }
            }
        }
        true
    }
}

/// The literal text behind the fourth literal colon of a pattern.
fn behind_fourth_colon(bytes: &[u8]) -> Option<Box<[u8]>> {
    let fourth = bytes.iter().enumerate().filter(|(_, byte)| **byte == b':').nth(3)?.0;
    let behind = bytes.get(fourth + 1..).unwrap_or_default();
    Some(lower(behind.iter().copied().take_while(|byte| !is_wild(*byte))))
}
