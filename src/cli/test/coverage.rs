//! Which statements of the policies no test decides.

use std::collections::BTreeSet;

use ramspect::account::{Binding, DocumentId, Origin};
use ramspect::evaluate::Deciding;

use crate::cli::judge::Judge;

/// Statements that stand in files, and those of them that decided a test.
pub(super) struct Coverage {
    all: BTreeSet<(DocumentId, usize)>,
    decided: BTreeSet<(DocumentId, usize)>,
}

impl Coverage {
    pub(super) fn new(judge: &Judge) -> Self {
        let policies = judge.policies.bindings.documents.policies().iter().enumerate();
        let in_files = policies.filter(|(_, policy)| matches!(policy.origin, Origin::Text(_)));
        let all =
            in_files.flat_map(|(at, policy)| (0..policy.statements.len()).map(move |index| (DocumentId(at), index)));
        Self { all: all.collect(), decided: BTreeSet::new() }
    }

    /// Notes a statement that surely decided.
    pub(super) fn decided(&mut self, binding: &Binding, deciding: Deciding) {
        let described = binding.set().statement(deciding.statement).filter(|_| deciding.certain);
        if let Some((id, index)) = described.and_then(|one| Some((binding.document(one.policy)?, one.index))) {
            self.decided.insert((id, index));
        }
    }

    /// How many statements there are.
    pub(super) fn statements(&self) -> usize {
        self.all.len()
    }

    /// How many of them decided a test.
    pub(super) fn covered(&self) -> usize {
        self.all.intersection(&self.decided).count()
    }

    /// Those that decided none.
    pub(super) fn uncovered(&self) -> impl Iterator<Item = (DocumentId, usize)> {
        self.all.difference(&self.decided).copied()
    }
}
