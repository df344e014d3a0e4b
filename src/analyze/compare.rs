//! What one side allows and the other does not, reason by reason; what both allow; and how two sides relate.

use super::budget::{Budget, Clock};
use super::find::Engine;
use super::reasons::{difference, shared};
use super::side::Side;
use crate::evaluate::{Decision, Rules, StatementId};

/// How the new side lies to the old one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Relation {
    /// Both allow the same requests.
    Equivalent,
    /// The new side allows more, and all that the old one allows.
    Broader,
    /// The new side allows less, and nothing that the old one does not.
    Narrower,
    /// Each allows something that the other does not.
    Incomparable,
    /// The budget ran out before it was clear.
    Undecided,
}

impl Relation {
    /// The word of the JSON output.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Equivalent => "equivalent",
            Self::Broader => "broader",
            Self::Narrower => "narrower",
            Self::Incomparable => "incomparable",
            Self::Undecided => "undecided",
        }
    }
}

/// A whole request on which two sides differ, or that both allow; judged by the evaluator.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Witness {
    /// `code:Name`
    pub action: String,
    /// `*` or an ARN.
    pub resource: String,
    /// Every condition key of both sides, sorted, with its value; none is absent.
    pub context: Vec<(String, Option<String>)>,
    /// What the first side says.
    pub first: Decision,
    /// What the second side says.
    pub second: Decision,
    /// The statement of the first side that decides; none when no statement speaks.
    pub first_by: Option<StatementId>,
    /// The statement of the second side that decides.
    pub second_by: Option<StatementId>,
}

impl Witness {
    /// Number of characters that a reader has to take in.
    fn length(&self) -> usize {
        let context = self.context.iter().filter_map(|(key, value)| Some(key.len() + value.as_ref()?.len()));
        self.action.len() + self.resource.len() + context.sum::<usize>()
    }
}

/// Two statements that decide together: of the first and of the second side.
pub type Pair = (Option<StatementId>, Option<StatementId>);

/// Requests of one kind, one for each pair of statements.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Witnesses {
    /// The shortest first.
    pub found: Vec<Witness>,
    /// Pairs for which the budget ran out.
    pub open: Vec<Pair>,
    /// Whether the search stopped at its limit.
    pub cut: bool,
}

impl Witnesses {
    /// Whether there are such requests; none when that is undecided.
    pub fn any(&self) -> Option<bool> {
        if self.found.is_empty() { self.open.is_empty().then_some(false) } else { Some(true) }
    }
}

impl Witnesses {
    /// The same with the sides exchanged.
    #[must_use]
    pub fn turned(mut self) -> Self {
        for witness in &mut self.found {
            std::mem::swap(&mut witness.first, &mut witness.second);
            std::mem::swap(&mut witness.first_by, &mut witness.second_by);
        }
        self.open = self.open.into_iter().map(|(first, second)| (second, first)).collect();
        self
    }
}

/// How two sides compare.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Comparison {
    /// How the new side lies to the old one.
    pub relation: Relation,
    /// What the new side allows and the old one, which is the first, does not.
    pub new_access: Witnesses,
    /// What the old side allows and the new one does not.
    pub lost_access: Witnesses,
    /// Whether both lists have a witness for every pair of statements that has one.
    pub exact: bool,
}

/// How to compare.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Options {
    /// The choices in force.
    pub rules: Rules,
    /// What it may cost.
    pub budget: Budget,
    /// So many witnesses in each direction; the relation needs one.
    pub limit: usize,
}

impl Default for Options {
    fn default() -> Self {
        Self { rules: Rules::default(), budget: Budget::default(), limit: usize::MAX }
    }
}

/// Compares what two sides allow.
pub fn compare(old: &Side<'_>, new: &Side<'_>, options: Options) -> Comparison {
    let mut engine = Engine::new([old, new], options.rules, Clock::start(options.budget));
    // The old side is 0, the new one 1; each direction asks what the named side allows beyond the other.
    let mut new_access = difference(&mut engine, 1, options.limit);
    let mut lost_access = difference(&mut engine, 0, options.limit);
    for list in [&mut new_access, &mut lost_access] {
        list.found.sort_by_cached_key(|witness| (witness.length(), witness.action.clone(), witness.resource.clone()));
    }
    Comparison::of(new_access, lost_access)
}

impl Comparison {
    /// What two lists come to.
    pub fn of(new_access: Witnesses, lost_access: Witnesses) -> Self {
        let relation = match (new_access.any(), lost_access.any()) {
            (Some(false), Some(false)) => Relation::Equivalent,
            (Some(true), Some(false)) => Relation::Broader,
            (Some(false), Some(true)) => Relation::Narrower,
            (Some(true), Some(true)) => Relation::Incomparable,
            (None, _) | (_, None) => Relation::Undecided,
        };
        let whole = |list: &Witnesses| list.open.is_empty() && !list.cut;
        let exact = whole(&new_access) && whole(&lost_access);
        Self { relation, new_access, lost_access, exact }
    }

    /// Both sides allow the same requests.
    pub fn equivalent() -> Self {
        Self::of(Witnesses::default(), Witnesses::default())
    }
}

/// Requests that the second side allows and the first does not.
pub fn beyond(first: &Side<'_>, second: &Side<'_>, options: Options) -> Witnesses {
    let mut engine = Engine::new([first, second], options.rules, Clock::start(options.budget));
    let mut witnesses = difference(&mut engine, 1, options.limit);
    witnesses.found.sort_by_cached_key(Witness::length);
    witnesses
}

/// Requests that both sides allow.
pub fn overlap(first: &Side<'_>, second: &Side<'_>, options: Options) -> Witnesses {
    let mut engine = Engine::new([first, second], options.rules, Clock::start(options.budget));
    let mut witnesses = shared(&mut engine, options.limit);
    witnesses.found.sort_by_cached_key(Witness::length);
    witnesses
}

/// Requests that a side allows.
pub fn allowed(side: &Side<'_>, options: Options) -> Witnesses {
    beyond(&Side::new([]), side, options)
}
