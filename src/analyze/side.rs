//! One side of a comparison: what a set of policies allows.

use crate::evaluate::{Layer, LayerKind, PolicySet, PolicySetBuilder, Rules, StatementId};
use crate::policy::{Effect, Policy, Statement};

/// Statements that stand together, by number: of one level, or of the grants at resource-group level.
#[derive(Debug, Clone, Default)]
pub(super) struct Part {
    /// The part's number in its side.
    number: usize,
    pub(super) allows: Vec<usize>,
    pub(super) denies: Vec<usize>,
}

impl Part {
    /// The class of its Allow statements, and of its Deny statements.
    pub(super) fn classes(&self) -> [usize; 2] {
        [self.number * 2, self.number * 2 + 1]
    }
}

/// One level: each must allow.
#[derive(Debug, Clone, Default)]
pub(super) struct Level {
    pub(super) main: Part,
    /// Grants at resource-group level, which count where `main` says nothing (facts/ram-language.md 6.2).
    pub(super) in_groups: Option<Part>,
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
    /// For each statement, the number of its class: of its part, and its effect.
    classes: Vec<usize>,
    parts: usize,
    /// Condition keys that have one value in every request of this side.
    pub(super) pinned: Vec<(Box<str>, Box<str>)>,
    /// The account whose resources witnesses name where they can name any.
    pub(super) account: Option<Box<str>>,
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
        Self::layered(levels.into_iter().map(|level| ("control", level)), policies, std::iter::empty())
    }

    /// The same with the names of the levels, and with policies that are granted at resource-group level. Each statement of
    /// these must hold the test that binds it to its groups.
    pub fn layered<'n, L: IntoIterator<Item = &'p Policy<'p>>>(
        levels: impl IntoIterator<Item = (&'n str, L)>,
        policies: impl IntoIterator<Item = &'p Policy<'p>>,
        in_groups: impl IntoIterator<Item = &'p Policy<'p>>,
    ) -> Self {
        let mut side = Self::empty();
        let mut builder = PolicySetBuilder::new();
        for (name, level) in levels {
            builder.layer(Layer { kind: LayerKind::Control, scope: name.into() });
            let main = side.part(level, &mut builder);
            side.levels.push(Level { main, in_groups: None });
        }
        builder.layer(Layer { kind: LayerKind::Identity, scope: "account".into() });
        let main = side.part(policies, &mut builder);
        let mut in_groups = in_groups.into_iter().peekable();
        let in_groups = in_groups.peek().is_some().then(|| {
            builder.layer(Layer { kind: LayerKind::IdentityInGroup, scope: "resource_group".into() });
            side.part(in_groups, &mut builder)
        });
        side.levels.push(Level { main, in_groups });
        side.set = builder.finish();
        side
    }

    fn empty() -> Self {
        Self {
            set: PolicySetBuilder::new().finish(),
            statements: Vec::new(),
            levels: Vec::new(),
            classes: Vec::new(),
            parts: 0,
            pinned: Vec::new(),
            account: None,
        }
    }

    /// Statements as one union; those without effect or action are left out.
    pub(super) fn of(statements: impl IntoIterator<Item = &'p Statement<'p>>) -> Self {
        let mut side = Self::empty();
        let mut builder = PolicySetBuilder::new();
        builder.layer(Layer { kind: LayerKind::Identity, scope: "account".into() });
        let mut main = Part::default();
        side.parts = 1;
        for statement in statements {
            builder.lone(statement);
            side.take(statement, &mut main);
        }
        side.levels.push(Level { main, in_groups: None });
        side.set = builder.finish();
        side
    }

    /// INVARIANT (numbers): the evaluator's set numbers statements in this order and leaves out the same ones.
    fn take(&mut self, statement: &'p Statement<'p>, part: &mut Part) {
        let (Some(effect), Some(_)) = (&statement.effect, &statement.action) else { return };
        let [allows, denies] = part.classes();
        let (list, class) = match effect.value {
            Effect::Allow => (&mut part.allows, allows),
            Effect::Deny => (&mut part.denies, denies),
        };
        list.push(self.statements.len());
        self.statements.push(statement);
        self.classes.push(class);
    }

    /// Gives a condition key the one value that it has in every request, such as the ARN of the principal.
    #[must_use]
    pub fn pin(mut self, key: &str, value: &str) -> Self {
        self.pinned.push((key.into(), value.into()));
        self
    }

    /// Names the account whose resources witnesses show where they can show any.
    #[must_use]
    pub fn in_account(mut self, id: &str) -> Self {
        self.account = Some(id.into());
        self
    }

    fn part(&mut self, policies: impl IntoIterator<Item = &'p Policy<'p>>, builder: &mut PolicySetBuilder) -> Part {
        let mut part = Part { number: self.parts, ..Part::default() };
        self.parts += 1;
        for policy in policies {
            builder.policy(policy);
            for statement in &policy.statements {
                self.take(statement, &mut part);
            }
        }
        part
    }

    /// The evaluator's set of the same policies, to look up where a statement comes from.
    pub fn set(&self) -> &PolicySet {
        &self.set
    }

    /// A statement by its number in the set.
    pub fn statement(&self, id: StatementId) -> Option<&'p Statement<'p>> {
        self.statements.get(id.0 as usize).copied()
    }

    /// The parts that grant, with the classes of Deny statements that each of them must not meet.
    pub(super) fn granting(&self, rules: Rules) -> Vec<(&Part, Classes)> {
        let always = self.refusing(rules);
        let Some(Level { main, in_groups }) = self.levels.last() else { return Vec::new() };
        let groups = in_groups.as_ref().map(|part| {
            let [_, denies] = part.classes();
            (part, always.clone().with(denies))
        });
        std::iter::once((main, always)).chain(groups).collect()
    }

    /// The classes of Deny statements that refuse whatever part grants.
    pub(super) fn refusing(&self, rules: Rules) -> Classes {
        let mut classes = Classes(vec![false; self.parts * 2]);
        for level in &self.levels {
            classes = classes.with(level.main.classes()[1]);
            if let Some(part) = level.in_groups.as_ref().filter(|_| rules.resource_group_deny_wins) {
                classes = classes.with(part.classes()[1]);
            }
        }
        classes
    }

    /// No class at all.
    pub(super) fn no_class(&self) -> Classes {
        Classes(vec![false; self.parts * 2])
    }

    /// The class of a statement.
    pub(super) fn class_of(&self, statement: usize) -> Option<usize> {
        self.classes.get(statement).copied()
    }
}

/// A set of classes of statements.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Classes(Vec<bool>);

impl Classes {
    #[must_use]
    pub(super) fn with(mut self, class: usize) -> Self {
        if let Some(slot) = self.0.get_mut(class) {
            *slot = true;
        }
        self
    }

    pub(super) fn contains(&self, class: usize) -> bool {
        self.0.get(class) == Some(&true)
    }
}
