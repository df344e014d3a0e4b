//! One side of all statements, actions or resources: each distinct pattern once, and the statements that name it.

use std::collections::HashMap;

use super::index::PatternIndex;
use crate::pattern::{Front, Shape, Wildcard};
use crate::policy::Effect;

/// A range of a flat list.
pub(super) type Slice = (u32, u32);

/// One side of a statement: pattern numbers, and whether it is everything but them.
#[derive(Debug, Clone, Copy)]
pub(super) struct Side {
    pub(super) patterns: Slice,
    pub(super) except: bool,
}

/// A pattern with the statements that name it.
#[derive(Debug, Clone)]
pub(super) struct SidePatterns {
    pub(super) patterns: Vec<Wildcard>,
    /// How pattern `i` begins; the scan of a small set tries this first.
    pub(super) fronts: Vec<Front>,
    /// Whether pattern `i` holds an ASCII capital.
    pub(super) capital: Vec<bool>,
    denies: Postings,
    allows: Postings,
    pub(super) index: PatternIndex,
}

/// The statements of one effect, by their patterns.
#[derive(Debug, Clone, Default)]
struct Postings {
    /// Statements of pattern `i`, as a range of `posted`.
    ranges: Vec<Slice>,
    posted: Vec<u32>,
    /// Statements that are everything but their patterns.
    except: Vec<u32>,
}

impl SidePatterns {
    fn of(&self, effect: Effect) -> &Postings {
        match effect {
            Effect::Deny => &self.denies,
            Effect::Allow => &self.allows,
        }
    }

    /// The statements of an effect that name one of the patterns, or everything but their own. One may stand there twice, and
    /// of the last ones some name a pattern that covers the text after all.
    pub(super) fn listed<'s>(&'s self, patterns: &'s [u32], effect: Effect) -> impl Iterator<Item = &'s u32> + 's {
        let postings = self.of(effect);
        patterns.iter().flat_map(|id| postings.of(*id)).chain(&postings.except)
    }

    /// How many [`SidePatterns::listed`] gives.
    pub(super) fn count(&self, patterns: &[u32], effect: Effect) -> usize {
        let postings = self.of(effect);
        patterns.iter().map(|id| postings.of(*id).len()).sum::<usize>() + postings.except.len()
    }
}

impl Postings {
    /// Groups uses by their pattern, statements in their order: a counting sort.
    fn new(uses: &[(u32, u32)], patterns: usize, except: Vec<u32>) -> Self {
        let mut ranges: Vec<Slice> = vec![(0, 0); patterns];
        for (pattern, _) in uses {
            if let Some(range) = ranges.get_mut(*pattern as usize) {
                range.1 += 1;
            }
        }
        let mut start = 0;
        for range in &mut ranges {
            let length = range.1;
            *range = (start, start);
            start += length;
        }
        let mut posted = vec![0; uses.len()];
        for (pattern, statement) in uses {
            let Some(range) = ranges.get_mut(*pattern as usize) else { continue };
            if let Some(slot) = posted.get_mut(range.1 as usize) {
                *slot = *statement;
            }
            range.1 += 1;
        }
        Self { ranges, posted, except }
    }

    fn of(&self, pattern: u32) -> &[u32] {
        let range = self.ranges.get(pattern as usize).copied().unwrap_or_default();
        self.posted.get(range.0 as usize..range.1 as usize).unwrap_or_default()
    }
}

/// A number of something that was counted.
pub(super) fn number(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}

/// Patterns of one side while a set is built.
#[derive(Debug, Default)]
pub(super) struct SideBuilder {
    numbers: HashMap<Box<str>, u32>,
    patterns: Vec<Wildcard>,
    denies: Uses,
    allows: Uses,
}

/// Which statements of one effect name which patterns.
#[derive(Debug, Default)]
struct Uses {
    /// Pattern and statement, in the order of statements; each pair once.
    pairs: Vec<(u32, u32)>,
    except: Vec<u32>,
}

impl SideBuilder {
    /// The number of a pattern; copied only when it is new.
    pub(super) fn pattern(&mut self, text: &str) -> u32 {
        if let Some(id) = self.numbers.get(text) {
            return *id;
        }
        let id = number(self.patterns.len());
        self.numbers.insert(text.into(), id);
        self.patterns.push(Wildcard::new(text));
        id
    }

    /// Whether one of the patterns covers every text.
    pub(super) fn hold_any(&self, patterns: &[u32]) -> bool {
        let shapes = patterns.iter().filter_map(|id| self.patterns.get(*id as usize)).map(Wildcard::shape);
        shapes.into_iter().any(|shape| shape == Shape::Any)
    }

    /// Notes that a statement names patterns, or is everything but them.
    pub(super) fn use_patterns(&mut self, patterns: &[u32], except: bool, statement: u32, effect: Effect) {
        let uses = match effect {
            Effect::Deny => &mut self.denies,
            Effect::Allow => &mut self.allows,
        };
        if except {
            uses.except.push(statement);
        } else {
            uses.pairs.extend(patterns.iter().map(|pattern| (*pattern, statement)));
        }
    }

    /// The finished side; `arns` tells whether its patterns are resources.
    pub(super) fn finish(self, arns: bool) -> SidePatterns {
        let count = self.patterns.len();
        // Without a branch, so that it is done many bytes at a time.
        let has_capital = |text: &str| text.bytes().fold(false, |found, byte| found | byte.is_ascii_uppercase());
        let capital = self.patterns.iter().map(|pattern| has_capital(pattern.as_str())).collect();
        let fronts = self.patterns.iter().map(Front::new).collect();
        let index = PatternIndex::new(&self.patterns, arns);
        let postings = |uses: Uses| Postings::new(&uses.pairs, count, uses.except);
        let (denies, allows) = (postings(self.denies), postings(self.allows));
        SidePatterns { patterns: self.patterns, fronts, capital, denies, allows, index }
    }
}
