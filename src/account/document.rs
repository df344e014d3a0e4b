//! The policies of a judgement with the texts in which they stand, wherever they come from.

use std::cell::OnceCell;

use crate::pattern::Wildcard;
use crate::policy::{Policy, Statement};
use crate::text::{Source, Span};

/// A text among [`Documents`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SourceId(pub usize);

/// A policy among [`Documents`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DocumentId(pub usize);

/// Where a policy comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Origin {
    /// It stands in a text that the user gave.
    Text(SourceId),
    /// A system policy that this program knows.
    BuiltIn,
    /// Nothing is known about what it says.
    Unknown,
    /// No policy at all: the account itself, which may do everything.
    Root,
}

/// A policy that can bind somebody.
#[derive(Debug)]
pub struct NamedPolicy {
    /// The name that answers show.
    pub name: String,
    /// Where it comes from.
    pub origin: Origin,
    /// What it says; places are those of its own document.
    pub policy: Policy<'static>,
    /// The places of its statements in the text of `origin`.
    pub statements: Vec<Span>,
    /// Statements that can be about assuming a role; found when first asked for.
    pub(super) assuming: OnceCell<Vec<usize>>,
}

impl NamedPolicy {
    /// A policy with the places of its statements.
    pub fn new(name: impl Into<String>, origin: Origin, policy: Policy<'static>, statements: Vec<Span>) -> Self {
        Self { name: name.into(), origin, policy, statements, assuming: OnceCell::new() }
    }

    /// The numbers of the statements that can be about `sts:AssumeRole`, ascending.
    pub(super) fn assuming(&self) -> &[usize] {
        self.assuming.get_or_init(|| {
            let statements = self.policy.statements.iter().enumerate();
            statements.filter(|(_, statement)| can_assume(statement)).map(|(index, _)| index).collect()
        })
    }
}

fn can_assume(statement: &Statement<'_>) -> bool {
    statement.action.as_ref().is_some_and(|action| {
        let covers = |text: &str| Wildcard::new(&text.to_ascii_lowercase()).matches("sts:assumerole");
        action.patterns.iter().any(|pattern| covers(&pattern.value)) != action.except
    })
}

/// All texts and policies of a judgement.
#[derive(Debug, Default)]
pub struct Documents {
    sources: Vec<Source>,
    policies: Vec<NamedPolicy>,
}

impl Documents {
    /// Takes in a text.
    pub fn add_source(&mut self, source: Source) -> SourceId {
        self.sources.push(source);
        SourceId(self.sources.len() - 1)
    }

    /// Gives a text its content, once nothing borrows from it any more.
    pub(super) fn set_source(&mut self, id: SourceId, source: Source) {
        if let Some(slot) = self.sources.get_mut(id.0) {
            *slot = source;
        }
    }

    /// Takes in a policy.
    pub fn add(&mut self, policy: NamedPolicy) -> DocumentId {
        self.policies.push(policy);
        DocumentId(self.policies.len() - 1)
    }

    /// A text.
    pub fn source(&self, id: SourceId) -> Option<&Source> {
        self.sources.get(id.0)
    }

    /// A policy.
    pub fn policy(&self, id: DocumentId) -> Option<&NamedPolicy> {
        self.policies.get(id.0)
    }

    /// Gives a policy another name.
    pub fn rename(&mut self, id: DocumentId, name: String) {
        if let Some(policy) = self.policies.get_mut(id.0) {
            policy.name = name;
        }
    }

    /// All texts, in the order in which they were taken in.
    pub fn sources(&self) -> &[Source] {
        &self.sources
    }

    /// All policies, in the order in which they were taken in.
    pub fn policies(&self) -> &[NamedPolicy] {
        &self.policies
    }

    /// Whether several policies stand in a text.
    pub fn is_shared(&self, source: SourceId) -> bool {
        self.policies.iter().filter(|policy| policy.origin == Origin::Text(source)).nth(1).is_some()
    }

    /// The text of a policy and the place of one of its statements; none for what stands in no file.
    pub fn place(&self, id: DocumentId, statement: usize) -> Option<(&Source, Span)> {
        let policy = self.policy(id)?;
        let Origin::Text(source) = policy.origin else { return None };
        Some((self.source(source)?, policy.statements.get(statement).copied()?))
    }
}
