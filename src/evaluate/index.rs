//! From a text to the patterns that may cover it: a superset, which the full glob then decides.
//!
//! Keys are lower-cased on both sides, so one index serves every choice of `arn-case`. A resource pattern with at least four
//! literal colons is found by the literal text behind the fourth: a literal colon can stand on any colon of the text, since
//! `*` may swallow colons, so each colon of the text from the fourth on is tried (facts/speed.md, "Why REL is exact"). An action
//! pattern that begins with a wildcard is found in the same way behind its first colon.

use super::trie::Trie;
use crate::pattern::{Shape, Wildcard};

/// More colons than this in one text, and the index is not asked: cost would grow with colons times depth.
const MAX_COLONS: usize = 64;

/// A key that so many patterns share selects too little.
const CROWD: usize = 8;

/// The patterns of one side, actions or resources.
#[derive(Debug, Clone, Default)]
pub(super) struct PatternIndex {
    always: Vec<u32>,
    prefix: Trie,
    suffix: Trie,
    relative: Trie,
    /// The literal colon of a pattern behind which its key in `relative` begins.
    colon: usize,
}

type Key = (Box<[u8]>, u32);

fn is_wild(byte: u8) -> bool {
    matches!(byte, b'*' | b'?')
}

/// The literal bytes at the front, lower-cased.
fn literal<'b>(bytes: impl Iterator<Item = &'b u8>) -> Box<[u8]> {
    bytes.take_while(|byte| !is_wild(**byte)).map(u8::to_ascii_lowercase).collect()
}

impl PatternIndex {
    /// Indexes patterns by their number; `arns` tells whether colons part segments.
    pub(super) fn new(patterns: &[Wildcard], arns: bool) -> Self {
        let colon = if arns { 4 } else { 1 };
        let (mut always, mut prefix, mut suffix) = (Vec::new(), Vec::new(), Vec::new());
        let mut relative: Vec<Key> = Vec::new();
        for (pattern, id) in patterns.iter().zip(0..) {
            let bytes = pattern.as_str().as_bytes();
            let starts_wild = bytes.first().is_some_and(|byte| is_wild(*byte));
            let ends_wild = bytes.last().is_none_or(|byte| is_wild(*byte));
            if pattern.shape() == Shape::Any {
                always.push(id);
                continue;
            }
            // Actions begin with their service, which selects well; ARNs do not.
            let behind = if arns || starts_wild { behind_colon(bytes, colon) } else { None };
            if let Some(key) = behind.filter(|key| !key.is_empty()) {
                relative.push((key, id));
            } else if (arns || starts_wild) && !ends_wild {
                suffix.push((literal(bytes.iter().rev()), id));
            } else {
                prefix.push((literal(bytes.iter()), id));
            }
        }
        relative.sort_unstable();
        let mut kept: Vec<Key> = Vec::with_capacity(relative.len());
        for crowd in relative.chunk_by_mut(|(a, _), (b, _)| a == b) {
            let crowded = crowd.len() > CROWD;
            for (key, id) in crowd {
                let bytes = patterns.get(*id as usize).map_or(&b""[..], |pattern| pattern.as_str().as_bytes());
                let end = bytes.iter().rev().take_while(|byte| !is_wild(**byte)).count();
                // A pattern without wildcards is its own best key.
                if crowded && end > 0 && end < bytes.len() {
                    suffix.push((literal(bytes.iter().rev()), *id));
                } else {
                    kept.push((std::mem::take(key), *id));
                }
            }
        }
        Self { always, prefix: Trie::new(prefix), suffix: Trie::new(suffix), relative: Trie::new(kept), colon }
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
                if colons >= self.colon {
                    let behind = bytes.get(at + 1..).unwrap_or_default();
                    self.relative.prefixes(behind.iter().map(u8::to_ascii_lowercase), &mut found);
                }
            }
        }
        true
    }
}

/// The literal text behind a literal colon of a pattern, counted from 1.
fn behind_colon(bytes: &[u8], colon: usize) -> Option<Box<[u8]>> {
    let at = bytes.iter().enumerate().filter(|(_, byte)| **byte == b':').nth(colon.checked_sub(1)?)?.0;
    Some(literal(bytes.get(at + 1..).unwrap_or_default().iter()))
}
