//! Which statements lie inside other statements: exact, conditions included, within a stated budget.
//!
//! Statements are first told apart by what they say, letter for letter; then, by an index over action and resource patterns,
//! each is compared only with statements that have a pattern wide enough for one of its own. Time grows with the number of
//! such pairs; beyond [`PAIRS`] of them the answer says how many statements were not judged.

use std::collections::{BTreeSet, HashMap};

use super::condition;
use super::context::Context;
use crate::pattern::{CellPattern, covered, intersect};
use crate::policy::{Effect, Principal, Scope, Statement};

/// Pairs of statements that are compared at most.
pub(super) const PAIRS: usize = 500_000;
/// States that one inclusion may take.
const STATES: usize = 5_000;
/// Inclusions that need more than a glance, in one document.
const HARD: usize = 20_000;

/// How statements lie inside others.
#[derive(Debug, Clone, Default)]
pub struct Redundancy {
    /// Inner statement and the statement of the same effect that covers it.
    pub same: Vec<(usize, usize)>,
    /// Allow statement and the Deny that covers it.
    pub denied: Vec<(usize, usize)>,
    /// Statements that were not compared with all others.
    pub not_judged: Vec<usize>,
}

/// A statement with its patterns in comparable form.
#[derive(Debug)]
struct Prepared<'a> {
    index: usize,
    effect: Effect,
    action: Patterns,
    resource: Option<Patterns>,
    statement: &'a Statement<'a>,
    keys: BTreeSet<&'a str>,
    impossible: bool,
}

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

fn covers(outer: &Prepared<'_>, inner: &Prepared<'_>) -> Option<bool> {
    if !inner.impossible && !outer.keys.is_subset(&inner.keys) {
        return Some(false);
    }
    if !principals_covered(outer.statement, inner.statement) {
        return Some(false);
    }
    let resources = match (&outer.resource, &inner.resource) {
        (Some(outer), Some(inner)) => contains(outer, inner, false),
        (None, None) => Some(true),
        _ => Some(false),
    };
    if resources == Some(false) {
        return resources;
    }
    let actions = contains(&outer.action, &inner.action, true);
    if actions == Some(false) {
        return actions;
    }
    let implied = condition::implies(&inner.statement.condition, &outer.statement.condition);
    match (resources, actions, implied) {
        (_, _, Some(false)) => Some(false),
        (Some(true), Some(true), Some(true)) => Some(true),
        _ => None,
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

fn prepare<'a>(cx: &Context<'a>) -> Vec<Prepared<'a>> {
    let whole = |numbered: super::context::Numbered<'a>| {
        let statement = numbered.statement;
        let action = statement.action.as_ref().filter(|scope| !scope.patterns.is_empty())?;
        let resource = statement.resource.as_ref();
        if cx.kind().has_resource() && resource.is_none_or(|scope| scope.patterns.is_empty()) {
            return None;
        }
        let texts = action.patterns.iter().chain(resource.into_iter().flat_map(|scope| &scope.patterns));
        let values = statement.condition.iter().flat_map(|test| test.values.iter().chain([&test.key]));
        if texts.chain(values).any(|text| cx.is_open(&text.value)) {
            return None;
        }
        Some(Prepared {
            index: numbered.index,
            effect: statement.effect?.value,
            action: patterns(action, action_pattern),
            resource: resource.map(|scope| patterns(scope, resource_pattern)),
            statement,
            keys: statement.condition.iter().map(|test| &*test.key.value).collect(),
            impossible: condition::never_met(&statement.condition).is_some(),
        })
    };
    cx.statements().filter_map(whole).collect()
}

/// A text that is the same for statements that say the same.
fn canonical(prepared: &Prepared<'_>) -> String {
    use std::fmt::Write as _;
    let mut text = String::new();
    let mut list = |patterns: &Patterns| {
        let _ = write!(text, "{}", if patterns.except { '!' } else { '=' });
        for pattern in &patterns.list {
            let _ = write!(text, "{}\u{0}", pattern.text);
        }
    };
    list(&prepared.action);
    if let Some(resource) = &prepared.resource {
        list(resource);
    }
    let _ = write!(text, "{:?}", prepared.effect);
    let mut rest: Vec<String> = prepared
        .statement
        .condition
        .iter()
        .map(|test| {
            let mut values: Vec<&str> = test.values.iter().map(|value| &*value.value).collect();
            values.sort_unstable();
            values.dedup();
            format!("{} {} {}", test.operator.value.as_str(), test.key.value, values.join("\u{0}"))
        })
        .collect();
    rest.sort_unstable();
    let mut principals: Vec<&str> = Context::principals(prepared.statement).iter().map(|text| &*text.value).collect();
    principals.sort_unstable();
    rest.push(principals.join("\u{0}"));
    text.push_str(&rest.join("\u{1}"));
    text
}

/// Finds how the statements of a document lie inside each other.
pub(super) fn redundancy(cx: &Context<'_>) -> Redundancy {
    if cx.policy.statements.len() < 2 {
        return Redundancy::default();
    }
    let prepared = prepare(cx);
    let mut found = Redundancy::default();
    let mut first: HashMap<String, usize> = HashMap::new();
    let mut distinct: Vec<&Prepared<'_>> = Vec::new();
    for statement in &prepared {
        let canonical = canonical(statement);
        if let Some(before) = first.get(&canonical) {
            found.same.push((statement.index, *before));
        } else {
            first.insert(canonical, statement.index);
            distinct.push(statement);
        }
    }
    let actions = Index::new(distinct.iter().map(|statement| Some(&statement.action)));
    let resources = Index::new(distinct.iter().map(|statement| statement.resource.as_ref()));
    let (mut pairs, mut hard) = (0, 0);
    for inner in &distinct {
        let by_action = actions.candidates(Some(&inner.action));
        let by_resource = resources.candidates(inner.resource.as_ref());
        let size = |lists: &[&[usize]]| lists.iter().map(|list| list.len()).sum::<usize>();
        let lists = if size(&by_action) <= size(&by_resource) { by_action } else { by_resource };
        pairs += size(&lists);
        if pairs > PAIRS || hard > HARD {
            found.not_judged.push(inner.index);
            continue;
        }
        let (mut same, mut denied, mut unknown) = (None, None, false);
        for outer in lists.into_iter().flatten().filter_map(|at| distinct.get(*at)) {
            if outer.index == inner.index || (outer.effect == Effect::Allow && inner.effect == Effect::Deny) {
                continue;
            }
            let slot = if outer.effect == inner.effect { &mut same } else { &mut denied };
            if slot.is_some() {
                continue;
            }
            match covers(outer, inner) {
                // Of two that say the same in other words, the later one is redundant.
                Some(true)
                    if outer.index < inner.index
                        || outer.effect != inner.effect
                        || covers(inner, outer) != Some(true) =>
                {
                    *slot = Some(outer.index);
                }
                Some(_) => {}
                None => {
                    hard += 1;
                    unknown = true;
                }
            }
        }
        found.same.extend(same.map(|outer| (inner.index, outer)));
        found.denied.extend(denied.map(|outer| (inner.index, outer)));
        if unknown && same.is_none() && denied.is_none() {
            found.not_judged.push(inner.index);
        }
    }
    found.same.sort_unstable();
    found.denied.sort_unstable();
    found
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
