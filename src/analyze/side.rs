//! One side of a comparison: what a set of policies allows.

use crate::evaluate::{Layer, LayerKind, PolicySet, PolicySetBuilder, StatementId};
use crate::policy::{Effect, Policy, Statement};

/// The statements of one level, by number.
#[derive(Debug, Clone, Default)]
pub(super) struct Level {
    pub(super) allows: Vec<usize>,
    pub(super) denies: Vec<usize>,
}

/// A set of policies, as the evaluator judges it and as the analysis takes it apart.
///
/// A request is allowed when every level allows it: some Allow of the level matches, and no Deny of it does. A side without
/// control-policy levels is one level, the union of its policies.
#[derive(Debug)]
pub struct Side<'p> {
    pub(super) set: PolicySet,
    pub(super) statements: Vec<&'p Statement<'p>>,
    pub(super) levels: Vec<Level>,
    /// For each statement, the number of its level.
    level_of: Vec<usize>,
}

impl<'p> Side<'p> {
    /// The union of policies that RAM would accept.
    pub fn new(policies: impl IntoIterator<Item = &'p Policy<'p>>) -> Self {
        Self::under(std::iter::empty::<std::iter::Empty<_>>(), policies)
    }

    /// The same under the levels of a control-policy chain, each a union of policies.
    pub fn under<L: IntoIterator<Item = &'p Policy<'p>>>(
        levels: impl IntoIterator<Item = L>,
        policies: impl IntoIterator<Item = &'p Policy<'p>>,
    ) -> Self {
        let mut side = Self {
            set: PolicySetBuilder::new().finish(),
            statements: Vec::new(),
            levels: Vec::new(),
            level_of: Vec::new(),
        };
        let mut builder = PolicySetBuilder::new();
        for level in levels {
            builder.layer(Layer { kind: LayerKind::Control, scope: "control".into() });
            side.level(level, &mut builder);
        }
        builder.layer(Layer { kind: LayerKind::Identity, scope: "account".into() });
        side.level(policies, &mut builder);
        side.set = builder.finish();
        side
    }

    fn level(&mut self, policies: impl IntoIterator<Item = &'p Policy<'p>>, builder: &mut PolicySetBuilder) {
        let mut level = Level::default();
        for policy in policies {
            builder.policy(policy);
            // INVARIANT (numbers): the evaluator's set numbers statements in this order and leaves out the same ones.
            for statement in &policy.statements {
                let (Some(effect), Some(_)) = (&statement.effect, &statement.action) else { continue };
                match effect.value {
                    Effect::Allow => level.allows.push(self.statements.len()),
                    Effect::Deny => level.denies.push(self.statements.len()),
                }
                self.statements.push(statement);
                self.level_of.push(self.levels.len());
            }
        }
        self.levels.push(level);
    }

    /// The evaluator's set of the same policies, to look up where a statement comes from.
    pub fn set(&self) -> &PolicySet {
        &self.set
    }

    /// A statement by its number in the set.
    pub fn statement(&self, id: StatementId) -> Option<&'p Statement<'p>> {
        self.statements.get(id.0 as usize).copied()
    }

    /// The level that grants: the last one.
    pub(super) fn granting(&self) -> &[usize] {
        self.levels.last().map_or(&[], |level| &level.allows)
    }

    pub(super) fn level_of(&self, statement: usize) -> Option<usize> {
        self.level_of.get(statement).copied()
    }

    pub(super) fn effect(&self, statement: usize) -> Option<Effect> {
        self.statements.get(statement)?.effect.as_ref().map(|effect| effect.value)
    }
}
