//! The search for one text that some globs take and others do not: the globs run side by side, states are made as they are
//! reached, and a shortest text comes out first.
//!
//! INVARIANT (pruning is exact): of the places where a glob can stand, those before the last star reached are dropped,
//! since the star takes what they take; a state is dropped when one was seen whose wanted places are the same and whose
//! unwanted places are among its own, since that one can only do more.

use std::collections::{HashMap, HashSet, VecDeque};

use super::arn::Place;
use super::budget::Clock;
use super::token::{Glob, Token};
use super::typed::{Region, Spelling};

/// What else the text must be, beside what the globs say.
#[derive(Debug, Clone, Copy)]
pub(super) enum Guide<'r> {
    /// Nothing.
    Free,
    /// An ARN in normal form; capitals of the globs are read by place.
    Arn,
    /// A value of a region.
    Value(&'r Region),
}

/// Where a text stands under its guide.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Follow {
    Free,
    Arn(Place),
    Value(Spelling),
}

impl Guide<'_> {
    fn start(self) -> Follow {
        match self {
            Self::Free => Follow::Free,
            Self::Arn => Follow::Arn(Place::START),
            Self::Value(region) => Follow::Value(region.start()),
        }
    }

    /// None when no text goes on so.
    fn step(self, from: &Follow, c: char) -> Option<Follow> {
        match (self, from) {
            (Self::Arn, Follow::Arn(place)) => place.step(c).map(Follow::Arn),
            (Self::Value(region), Follow::Value(spelling)) => region.step(spelling, c).map(Follow::Value),
            _ => Some(Follow::Free),
        }
    }

    fn accepts(self, at: &Follow) -> bool {
        match (self, at) {
            (Self::Value(region), Follow::Value(spelling)) => region.accepts(spelling),
            _ => true,
        }
    }

    /// The characters that the guide tells apart here.
    fn letters(self, at: &Follow, letters: &mut Vec<char>) {
        match (self, at) {
            (Self::Arn, Follow::Arn(place)) => letters.extend(place.letters()),
            (Self::Value(region), _) => letters.extend(region.letters()),
            _ => {}
        }
    }

    /// Characters that it tells apart somewhere, beside those of ARNs.
    fn alphabet(self) -> impl Iterator<Item = char> {
        let letters: Vec<char> = match self {
            Self::Value(region) => region.letters().collect(),
            Self::Free | Self::Arn => Vec::new(),
        };
        letters.into_iter()
    }
}

/// What came of a search.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Found {
    /// A text.
    Text(String),
    /// There is none.
    None,
    /// The budget ran out.
    Spent,
}

/// The globs one after another in one list of places; a glob's last place is its end.
struct Machine {
    tokens: Vec<Option<Token>>,
    /// For each place, the number of its glob.
    owner: Vec<u16>,
    /// For each wanted group, its places: one of the group must take the text.
    groups: Vec<(u16, u16)>,
    /// Places from here on are of unwanted globs.
    unwanted: u16,
    /// The first group alone decides which letters can come next: it is one glob.
    follow: (u16, u16),
    fresh: char,
}

type State = Box<[u16]>;

impl Machine {
    fn new(groups: &[Vec<Glob>], unwanted: &[Glob], guide: Guide<'_>) -> Option<(Self, State)> {
        let mut machine =
            Self { tokens: Vec::new(), owner: Vec::new(), groups: Vec::new(), unwanted: 0, follow: (0, 0), fresh: 'x' };
        let mut start = Vec::new();
        let mut number = 0;
        for group in groups {
            let from = machine.len()?;
            for glob in group {
                start.push(machine.len()?);
                machine.add(glob, number);
                number += 1;
            }
            machine.groups.push((from, machine.len()?));
        }
        machine.unwanted = machine.len()?;
        machine.follow = machine.groups.first().copied().unwrap_or_default();
        for glob in unwanted {
            start.push(machine.len()?);
            machine.add(glob, number);
            number += 1;
        }
        machine.len()?;
        machine.fresh = fresh(machine.tokens.iter().flatten(), guide.alphabet());
        let start = machine.closed(start);
        Some((machine, start))
    }

    fn len(&self) -> Option<u16> {
        u16::try_from(self.tokens.len()).ok()
    }

    fn add(&mut self, glob: &Glob, number: u16) {
        self.tokens.extend(glob.tokens().iter().copied().map(Some).chain([None]));
        self.owner.resize(self.tokens.len(), number);
    }

    fn token(&self, place: u16) -> Option<Token> {
        self.tokens.get(usize::from(place)).copied().flatten()
    }

    fn closed(&self, mut places: Vec<u16>) -> State {
        let mut at = 0;
        while let Some(place) = places.get(at).copied() {
            if self.token(place).is_some_and(Token::is_run) {
                places.push(place + 1);
            }
            at += 1;
        }
        places.sort_unstable();
        places.dedup();
        let owner = |place: u16| self.owner.get(usize::from(place)).copied();
        let mut passed = None;
        let mut kept: Vec<u16> = Vec::with_capacity(places.len());
        for place in places.into_iter().rev() {
            if passed.is_some() && passed == owner(place) {
                continue;
            }
            kept.push(place);
            if self.token(place) == Some(Token::Run) {
                passed = owner(place);
            }
        }
        kept.reverse();
        kept.into()
    }

    fn step(&self, state: &[u16], c: char, folded: bool) -> Vec<u16> {
        let next = |place: &u16| {
            let token = self.token(*place).filter(|token| token.takes(c, folded))?;
            Some(if token.is_run() { *place } else { place + 1 })
        };
        state.iter().filter_map(next).collect()
    }

    fn is_end(&self, place: u16) -> bool {
        self.tokens.get(usize::from(place)) == Some(&None)
    }

    /// Whether no text can follow: a wanted group has no place left, or an unwanted glob takes everything from here.
    fn is_dead(&self, state: &[u16]) -> bool {
        let within = |(from, to): &(u16, u16)| state.iter().any(|place| from <= place && place < to);
        let lost = !self.groups.iter().all(within);
        let all = |place: &u16| self.token(*place) == Some(Token::Run) && self.is_end(place + 1);
        lost || state.iter().any(|place| *place >= self.unwanted && all(place))
    }

    fn accepts(&self, state: &[u16]) -> bool {
        let ended = |(from, to): &(u16, u16)| state.iter().any(|p| from <= p && p < to && self.is_end(*p));
        self.groups.iter().all(ended) && !state.iter().any(|p| *p >= self.unwanted && self.is_end(*p))
    }

    /// The letters that can make a difference after a state, and one that makes none.
    fn letters(&self, state: &[u16], guide: Guide<'_>, follow: &Follow, letters: &mut Vec<char>) {
        let at = follow;
        letters.clear();
        let follow = |place: &&u16| self.follow.0 <= **place && **place < self.follow.1;
        let tokens = || state.iter().filter_map(|place| self.token(*place));
        let bound = state.iter().filter(follow).filter_map(|place| self.token(*place));
        let is_bound = bound.clone().all(|token| !token.is_run() && token != Token::Any);
        let mut add = |token: Token| match token {
            Token::One(c) => letters.push(c),
            Token::Fold(c) => letters.extend([c, c.to_ascii_uppercase()]),
            Token::Open(c) => letters.extend([c, c.to_ascii_lowercase()]),
            Token::Segment => letters.push(':'),
            Token::Any | Token::Run => {}
        };
        if is_bound {
            bound.for_each(add);
        } else {
            tokens().for_each(&mut add);
            guide.letters(at, letters);
            letters.push(self.fresh);
        }
        letters.sort_unstable();
        letters.dedup();
        // The fresh letter first: what no pattern mentions makes the plainest text.
        if let Some(at) = letters.iter().position(|c| *c == self.fresh) {
            letters.swap(0, at);
        }
    }
}

/// A character that no glob mentions, whatever the case, and that [`Place`] does not follow.
fn fresh<'t>(tokens: impl Iterator<Item = &'t Token>, others: impl Iterator<Item = char>) -> char {
    let mut used: Vec<char> = tokens
        .filter_map(|token| match token {
            Token::One(c) | Token::Fold(c) | Token::Open(c) => Some(c.to_ascii_lowercase()),
            Token::Any | Token::Run | Token::Segment => None,
        })
        .chain(others)
        .collect();
    used.sort_unstable();
    used.dedup();
    let free = |c: &char| used.binary_search(c).is_err();
    "x0qzjkvwybdfghinptu123456789".chars().chain('\u{4E00}'..='\u{FFFF}').find(free).unwrap_or('x')
}

/// Looks for a text that `base`, and one glob of each group, take and no unwanted glob takes.
pub(super) fn search(base: &Glob, groups: &[Vec<Glob>], unwanted: &[Glob], guide: Guide<'_>, clock: &Clock) -> Found {
    let all = || std::iter::once(base).chain(groups.iter().flatten()).chain(unwanted);
    let is_free = matches!(guide, Guide::Free);
    let backwards = is_free && all().map(blow_up).sum::<usize>() > all().map(|glob| blow_up(&glob.reversed())).sum();
    let turn = |globs: &[Glob]| -> Vec<Glob> {
        if backwards { globs.iter().map(Glob::reversed).collect() } else { globs.to_vec() }
    };
    let wanted: Vec<Vec<Glob>> =
        std::iter::once(turn(std::slice::from_ref(base))).chain(groups.iter().map(|group| turn(group))).collect();
    match run(&wanted, &turn(unwanted), guide, clock) {
        Found::Text(text) if backwards => Found::Text(text.chars().rev().collect()),
        other => other,
    }
}

/// How many question marks stand behind a letter behind a star: each may double the states.
fn blow_up(glob: &Glob) -> usize {
    let behind = glob
        .tokens()
        .iter()
        .skip_while(|token| !token.is_run())
        .skip_while(|token| token.is_run() || **token == Token::Any);
    behind.filter(|token| **token == Token::Any).count()
}

fn run(groups: &[Vec<Glob>], unwanted: &[Glob], guide: Guide<'_>, clock: &Clock) -> Found {
    let Some((machine, start)) = Machine::new(groups, unwanted, guide) else { return Found::Spent };
    if machine.is_dead(&start) {
        return Found::None;
    }
    let mut parents: Vec<(u32, char)> = vec![(u32::MAX, '\0')];
    let mut seen: Seen = HashMap::new();
    let mut queue: VecDeque<(State, Follow, u32)> = VecDeque::from([(start, guide.start(), 0)]);
    let mut letters = Vec::new();
    let mut steps = 0_usize;
    while let Some((state, follow, node)) = queue.pop_front() {
        if machine.accepts(&state) && guide.accepts(&follow) {
            return Found::Text(spell(&parents, node));
        }
        steps += 1;
        if steps.is_multiple_of(256) && clock.is_over() {
            return Found::Spent;
        }
        machine.letters(&state, guide, &follow, &mut letters);
        let folded = matches!(&follow, Follow::Arn(place) if place.is_folded());
        for c in &letters {
            let Some(next_follow) = guide.step(&follow, *c) else { continue };
            let next = machine.closed(machine.step(&state, *c, folded));
            if machine.is_dead(&next) || !is_new(&machine, &mut seen, &next_follow, &next) {
                continue;
            }
            if parents.len() >= clock.states {
                return Found::Spent;
            }
            let number = u32::try_from(parents.len()).unwrap_or(u32::MAX);
            parents.push((node, *c));
            queue.push_back((next, next_follow, number));
        }
    }
    Found::None
}

/// So many states with the same wanted places are compared; beyond, only equal ones are met again.
const COMPARED: usize = 256;

/// By wanted places: the unwanted places of the first states, and of the others.
type Seen = HashMap<(Follow, State), (Vec<State>, HashSet<State>)>;

fn is_new(machine: &Machine, seen: &mut Seen, follow: &Follow, state: &State) -> bool {
    let border = state.partition_point(|place| *place < machine.unwanted);
    let (wanted, unwanted) = state.split_at_checked(border).unwrap_or((state, &[]));
    let (first, others) = seen.entry((follow.clone(), wanted.into())).or_default();
    // The last ones first: a state is mostly met again soon.
    if others.contains(unwanted) || first.iter().rev().any(|other| is_subset(other, unwanted)) {
        return false;
    }
    if first.len() < COMPARED {
        first.push(unwanted.into());
    } else {
        others.insert(unwanted.into());
    }
    true
}

/// Whether a sorted list lies in another one.
fn is_subset(small: &[u16], large: &[u16]) -> bool {
    let mut rest = large.iter();
    small.len() <= large.len() && small.iter().all(|item| rest.by_ref().any(|other| other == item))
}

fn spell(parents: &[(u32, char)], mut node: u32) -> String {
    let mut letters = Vec::new();
    while let Some((parent, letter)) = parents.get(node as usize).filter(|(parent, _)| *parent != u32::MAX) {
        letters.push(*letter);
        node = *parent;
    }
    letters.iter().rev().collect()
}
