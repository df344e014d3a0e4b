//! How patterns lie inside others: exact, within a stated budget; and whether one statement covers another one.
//!
//! By an index over the patterns of a list, each is compared only with those wide enough to cover it. Time grows with the
//! number of such pairs; beyond [`PAIRS`] of them a list is not judged.

use std::collections::{BTreeSet, HashMap};

use super::condition;
use crate::pattern::{CellPattern, covered, intersect};
use crate::policy::{Principal, Scope, Statement};

/// Pairs of entries that are compared at most.
pub(super) const PAIRS: usize = 500_000;
/// States that one inclusion may take.
const STATES: usize = 5_000;

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Patterns {
    except: bool,
    list: Vec<CellPattern>,
}

fn plain(text: String) -> CellPattern {
    let wild = text.contains(['*', '?']);
    CellPattern { text: text.into(), wild, ignore_case: false }
}

/// An action pattern; case does not count. `*` alone covers `code:name` only.
fn action_pattern(text: &str) -> CellPattern {
    let all = !text.is_empty() && text.bytes().all(|byte| byte == b'*');
    plain(if all { "*:*".to_owned() } else { text.to_ascii_lowercase() })
}

/// A resource pattern, with the letters in lower case that can only meet the first three segments of a request's ARN.
fn resource_pattern(text: &str) -> CellPattern {
    let front = text.find('*').unwrap_or(text.len());
    let third = text.match_indices(':').nth(2).map_or(text.len(), |(at, _)| at);
    let fold = front.min(third);
    let mut folded = text.get(..fold).unwrap_or_default().to_ascii_lowercase();
    folded.push_str(text.get(fold..).unwrap_or_default());
    plain(folded)
}

fn patterns(scope: &Scope<'_>, of: fn(&str) -> CellPattern) -> Patterns {
    let set: BTreeSet<Box<str>> = scope.patterns.iter().map(|pattern| of(&pattern.value).text).collect();
    Patterns { except: scope.except, list: set.into_iter().map(|text| plain(text.into())).collect() }
}

/// Every text that can stand there.
fn universe(action: bool) -> Vec<CellPattern> {
    if action {
        vec![plain("*:*".to_owned())]
    } else {
        let star = CellPattern { text: "*".into(), wild: false, ignore_case: false };
        vec![star, plain("*:*:*:*:*".to_owned())]
    }
}

fn all_covered(inner: &[CellPattern], outer: &[&CellPattern], action: bool) -> Option<bool> {
    let mut answer = Some(true);
    for pattern in inner {
        let whole = !action && pattern.wild && &*pattern.text == "*";
        let parts = if whole { universe(false) } else { vec![pattern.clone()] };
        for part in &parts {
            match covered(part, outer, STATES) {
                Some(true) => {}
                Some(false) => return Some(false),
                None => answer = None,
            }
        }
    }
    answer
}

fn contains(outer: &Patterns, inner: &Patterns, action: bool) -> Option<bool> {
    if outer == inner {
        return Some(true);
    }
    match (inner.except, outer.except) {
        (false, false) => all_covered(&inner.list, &outer.list.iter().collect::<Vec<_>>(), action),
        (false, true) => {
            Some(!inner.list.iter().any(|pattern| outer.list.iter().any(|other| intersect(pattern, other))))
        }
        (true, false) => {
            let all: Vec<&CellPattern> = inner.list.iter().chain(&outer.list).collect();
            all_covered(&universe(action), &all, action)
        }
        (true, true) => all_covered(&outer.list, &inner.list.iter().collect::<Vec<_>>(), action),
    }
}

/// Whether a Deny takes away whatever the Allow grants of an action that both name: resources, principals, condition.
pub(super) fn takes_resources(deny: &Statement<'_>, allow: &Statement<'_>) -> Option<bool> {
    if !principals_covered(deny, allow) {
        return Some(false);
    }
    let resources = match (&deny.resource, &allow.resource) {
        (Some(deny), Some(allow)) => {
            contains(&patterns(deny, resource_pattern), &patterns(allow, resource_pattern), false)
        }
        (None, _) => Some(true),
        (Some(_), None) => Some(false),
    };
    match (resources, condition::implies(&allow.condition, &deny.condition)) {
        (Some(false), _) | (_, Some(false)) => Some(false),
        (Some(true), Some(true)) => Some(true),
        _ => None,
    }
}

/// Whether a statement covers another one, whatever their effects.
pub(super) fn covers_statement(outer: &Statement<'_>, inner: &Statement<'_>) -> Option<bool> {
    let (Some(action), Some(covered)) = (&outer.action, &inner.action) else { return None };
    match contains(&patterns(action, action_pattern), &patterns(covered, action_pattern), true) {
        Some(true) => takes_resources(outer, inner),
        other => other,
    }
}

fn principals_covered(outer: &Statement<'_>, inner: &Statement<'_>) -> bool {
    let all = |text: &str| text == "*";
    match (&outer.principal, &inner.principal) {
        (None, None) => true,
        (Some(outer), Some(inner)) => match (&outer.value, &inner.value) {
            (Principal::List(outer), Principal::List(inner)) => {
                outer.iter().any(|text| all(&text.value)) || inner.iter().all(|text| outer.contains(text))
            }
            (Principal::Typed { ram, service, federated }, Principal::Typed { ram: r, service: s, federated: f }) => {
                [(ram, r), (service, s), (federated, f)]
                    .iter()
                    .all(|(outer, inner)| inner.iter().all(|text| outer.contains(text)))
            }
            _ => false,
        },
        _ => false,
    }
}

/// Statements by the patterns of one element.
///
/// A pattern that covers another one also covers the text in which each wildcard of the other stands for a letter that occurs
/// nowhere: so each of its own literal runs lies in one of the other's. General patterns are filed under the end of their
/// rarest run.
#[derive(Debug, Default)]
struct Index {
    literal: HashMap<Box<str>, Vec<usize>>,
    prefix: HashMap<Box<str>, Vec<usize>>,
    runs: HashMap<Box<str>, Vec<usize>>,
    /// Lengths of the keys of `runs`, in characters.
    lengths: BTreeSet<usize>,
    other: Vec<usize>,
}

/// Characters of a run that are looked at.
const KEY: usize = 12;

/// The literal runs of a pattern.
fn runs(text: &str) -> impl Iterator<Item = &str> {
    text.split(['*', '?']).filter(|run| !run.is_empty())
}

fn key(run: &str) -> &str {
    let from = run.char_indices().rev().nth(KEY - 1).map_or(0, |(at, _)| at);
    run.get(from..).unwrap_or(run)
}

impl Index {
    fn new<'p>(all: impl Iterator<Item = Option<&'p Patterns>> + Clone) -> Self {
        let mut index = Self::default();
        let mut common: HashMap<&str, usize> = HashMap::new();
        for pattern in all.clone().flatten().filter(|patterns| !patterns.except).flat_map(|patterns| &patterns.list) {
            for run in runs(&pattern.text) {
                *common.entry(key(run)).or_default() += 1;
            }
        }
        for (at, patterns) in all.enumerate() {
            let Some(patterns) = patterns.filter(|patterns| !patterns.except) else {
                index.other.push(at);
                continue;
            };
            let mut wide = false;
            for pattern in &patterns.list {
                wide |= !index.add(at, &pattern.text, &common);
            }
            if wide {
                index.other.push(at);
            }
        }
        index
    }

    /// Files a pattern; false when it has nothing to be filed under.
    fn add(&mut self, at: usize, text: &str, common: &HashMap<&str, usize>) -> bool {
        match text.find(['*', '?']) {
            None => self.literal.entry(text.into()).or_default().push(at),
            Some(first) if first + 1 == text.len() && text.ends_with('*') => {
                let front = text.get(..first).unwrap_or_default();
                self.prefix.entry(front.into()).or_default().push(at);
            }
            Some(_) => {
                let plain = runs(text).filter(|run| run.bytes().any(|byte| byte != b':'));
                let rarest = plain.map(key).min_by_key(|key| (common.get(key).copied(), KEY.saturating_sub(key.len())));
                let Some(rarest) = rarest else { return false };
                self.lengths.insert(rarest.chars().count());
                let filed = self.runs.entry(rarest.into()).or_default();
                if filed.last() != Some(&at) {
                    filed.push(at);
                }
            }
        }
        true
    }

    /// Every statement that can cover that pattern, among others.
    fn candidates<'i>(&'i self, patterns: Option<&Patterns>) -> Vec<&'i [usize]> {
        let mut lists: Vec<&[usize]> = vec![&self.other];
        let Some(pattern) = patterns.filter(|patterns| !patterns.except).and_then(|patterns| patterns.list.first())
        else {
            // The complement of something reaches everywhere: only complements and the widest patterns cover it.
            lists.extend(self.prefix.get("").map(Vec::as_slice));
            return lists;
        };
        let text = &*pattern.text;
        lists.extend(self.literal.get(text).map(Vec::as_slice));
        let front = text.find(['*', '?']).unwrap_or(text.len());
        for (at, _) in text.char_indices().chain([(text.len(), ' ')]).take_while(|(at, _)| *at <= front) {
            let prefix = text.get(..at).and_then(|prefix| self.prefix.get(prefix));
            lists.extend(prefix.map(Vec::as_slice));
        }
        let mut seen: BTreeSet<&str> = BTreeSet::new();
        for run in runs(text) {
            let ends: Vec<usize> = run.char_indices().map(|(at, _)| at).chain([run.len()]).collect();
            for length in &self.lengths {
                for (start, end) in ends.iter().zip(ends.iter().skip(*length)) {
                    let window = run.get(*start..*end).unwrap_or_default();
                    if let Some(filed) = self.runs.get(window).filter(|_| seen.insert(window)) {
                        lists.push(filed);
                    }
                }
            }
        }
        lists
    }
}

/// Entries of a list that another single entry covers, each with that entry; of two that cover each other the earlier one
/// stays. None when the list takes more comparisons than [`PAIRS`].
pub(super) fn covered_entries(texts: &[&str], action: bool) -> Option<Vec<(usize, usize)>> {
    let of = if action { action_pattern } else { resource_pattern };
    let alone = |text: &&str| Patterns { except: false, list: vec![of(text)] };
    let list: Vec<Patterns> = texts.iter().map(alone).collect();
    let index = Index::new(list.iter().map(Some));
    let inside = |a: &Patterns, b: &Patterns| contains(b, a, action) == Some(true);
    let mut first: HashMap<&Patterns, usize> = HashMap::new();
    let (mut found, mut pairs) = (Vec::new(), 0);
    for (at, patterns) in list.iter().enumerate() {
        if let Some(before) = first.get(patterns) {
            found.push((at, *before));
            continue;
        }
        first.insert(patterns, at);
        let candidates = index.candidates(Some(patterns));
        pairs += candidates.iter().map(|list| list.len()).sum::<usize>();
        if pairs > PAIRS {
            return None;
        }
        let covers = |other: &usize| {
            let outer = list.get(*other)?;
            (*other != at && inside(patterns, outer) && (*other < at || !inside(outer, patterns))).then_some(*other)
        };
        let outer = candidates.into_iter().flatten().find_map(covers);
        found.extend(outer.map(|outer| (at, outer)));
    }
    Some(found)
}

/// Whether a resource pattern covers some ARN of a shape; case does not count in the first three segments.
pub(super) fn meets_shape(pattern: &str, shape: &str) -> bool {
    crate::pattern::meets_shape(&resource_pattern(pattern), shape)
}
