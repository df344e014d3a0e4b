//! From a text to the patterns that may cover it: a superset, which the full glob then decides.
//!
//! Keys are lower-cased on both sides, so one index serves every choice of `arn-case`. A resource pattern with at least four
//! literal colons is found by the literal text behind the fourth: a literal colon can stand on any colon of the text, since
//! `*` may swallow colons, so each colon of the text from the fourth on is tried (facts/speed.md, "Why REL is exact"). An action
//! pattern that begins with a wildcard is found in the same way behind its first colon.

use super::trie::{Keys, Trie};
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

fn is_wild(byte: u8) -> bool {
    matches!(byte, b'*' | b'?')
}

impl PatternIndex {
    /// Indexes patterns by their number; `arns` tells whether colons part segments.
    pub(super) fn new(patterns: &[Wildcard], arns: bool) -> Self {
        let colon = if arns { 4 } else { 1 };
        let mut always = Vec::new();
        let (mut prefix, mut suffix, mut relative) = (Keys::default(), Keys::default(), Keys::default());
        let by_end = |suffix: &mut Keys, pattern: &Wildcard, id| {
            suffix.push(pattern.literal_end().iter().rev().map(u8::to_ascii_lowercase), id);
        };
        for (pattern, id) in patterns.iter().zip(0..) {
            if pattern.shape() == Shape::Any {
                always.push(id);
                continue;
            }
            let starts_wild = pattern.literal_front().is_empty();
            // Actions begin with their service, which selects well; ARNs do not.
            let behind = if arns || starts_wild { behind_colon(pattern, colon) } else { &[] };
            if !behind.is_empty() {
                relative.push(behind.iter().map(u8::to_ascii_lowercase), id);
            } else if (arns || starts_wild) && !pattern.literal_end().is_empty() {
                by_end(&mut suffix, pattern, id);
            } else {
                prefix.push(pattern.literal_front().iter().map(u8::to_ascii_lowercase), id);
            }
        }
        relative.thin(CROWD, |id| {
            // A pattern without wildcards is its own best key.
            let pattern = patterns.get(id as usize).filter(|pattern| pattern.shape() != Shape::Literal);
            let Some(pattern) = pattern.filter(|pattern| !pattern.literal_end().is_empty()) else { return false };
            by_end(&mut suffix, pattern, id);
            true
        });
        Self { always, prefix: Trie::new(prefix), suffix: Trie::new(suffix), relative: Trie::new(relative), colon }
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
fn behind_colon(pattern: &Wildcard, colon: usize) -> &[u8] {
    let bytes = pattern.as_str().as_bytes();
    let colons = bytes.iter().enumerate().filter(|(_, byte)| **byte == b':');
    let behind = colons.map(|(at, _)| at + 1).nth(colon.saturating_sub(1)).and_then(|at| bytes.get(at..));
    behind.and_then(|behind| behind.split(|byte| is_wild(*byte)).next()).unwrap_or_default()
}
