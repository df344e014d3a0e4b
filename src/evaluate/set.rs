//! All statements of a judgement, compiled: patterns, keys and tests interned, one index over every layer.

use std::collections::HashMap;

use super::family::Operands;
use super::layers::{Layer, LayerKind};
use super::side::{Side, SideBuilder, SidePatterns, Slice, number};
use crate::pattern::Wildcard;
use crate::policy::{Effect, Operator, Policy, Statement};

/// A policy in a set, counted in the order in which policies were added.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PolicyId(pub u32);

/// A statement in a set, counted over all layers; the order is layer, policy, statement.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct StatementId(pub u32);

/// Where a statement of a set comes from.
#[derive(Debug, Clone, Copy)]
pub struct StatementRef<'a> {
    /// Its layer.
    pub layer: &'a Layer,
    /// Its policy.
    pub policy: PolicyId,
    /// Its number in the policy, from 0.
    pub index: usize,
    /// Its effect.
    pub effect: Effect,
}

/// One test of a condition, shared by all statements that have it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct CompiledTest {
    pub(super) key: u32,
    pub(super) operator: Operator,
    pub(super) operands: Operands,
    /// The listed values as the policy spells them.
    pub(super) spelled: Box<[Box<str>]>,
}

#[derive(Debug, Clone, Copy)]
pub(super) struct CompiledStatement {
    pub(super) layer: u32,
    pub(super) effect: Effect,
    pub(super) policy: PolicyId,
    pub(super) index: u32,
    pub(super) action: Side,
    pub(super) resource: Side,
    /// It is about every resource.
    pub(super) everywhere: bool,
    pub(super) tests: Slice,
}

/// The compiled statements of all layers.
#[derive(Debug, Clone)]
pub struct PolicySet {
    pub(super) layers: Vec<Layer>,
    pub(super) statements: Vec<CompiledStatement>,
    pub(super) references: Vec<u32>,
    pub(super) actions: SidePatterns,
    pub(super) resources: SidePatterns,
    pub(super) tests: Vec<CompiledTest>,
    pub(super) keys: Vec<Box<str>>,
    /// A trust policy must allow as well as the identity policies (facts/ram-language.md 6.2).
    pub(super) both_must_allow: bool,
    /// Few patterns: a plain scan is faster than any index.
    pub(super) small: bool,
}

/// Below this many pattern references a scan wins (facts/speed.md).
const SMALL: usize = 48;

impl PolicySet {
    /// Number of statements over all layers.
    pub fn len(&self) -> usize {
        self.statements.len()
    }

    /// Whether there is no statement at all.
    pub fn is_empty(&self) -> bool {
        self.statements.is_empty()
    }

    /// Where a statement comes from.
    pub fn statement(&self, id: StatementId) -> Option<StatementRef<'_>> {
        let statement = self.statements.get(id.0 as usize)?;
        let layer = self.layers.get(statement.layer as usize)?;
        Some(StatementRef {
            layer,
            policy: statement.policy,
            index: statement.index as usize,
            effect: statement.effect,
        })
    }

    /// The layers, in the order in which they are judged.
    pub fn layers(&self) -> &[Layer] {
        &self.layers
    }

    /// Whether the policy of the resource must allow as well as the identity policies, as when a role is assumed.
    pub fn both_sides_must_allow(&self) -> bool {
        self.both_must_allow
    }

    /// The index of a statement's layer.
    pub fn layer_of(&self, id: StatementId) -> Option<usize> {
        self.statements.get(id.0 as usize).map(|statement| statement.layer as usize)
    }

    /// The resource patterns of a statement as its policy spells them, and whether it is about everything but them.
    pub fn resource_patterns(&self, id: StatementId) -> (Vec<&str>, bool) {
        self.patterns(id, &self.resources, |statement| statement.resource)
    }

    /// The action patterns of a statement in lower case, and whether it is about everything but them.
    pub fn action_patterns(&self, id: StatementId) -> (Vec<&str>, bool) {
        self.patterns(id, &self.actions, |statement| statement.action)
    }

    fn patterns<'s>(
        &'s self,
        id: StatementId,
        patterns: &'s SidePatterns,
        side: impl Fn(&CompiledStatement) -> Side,
    ) -> (Vec<&'s str>, bool) {
        let Some(statement) = self.statements.get(id.0 as usize) else { return (Vec::new(), false) };
        let side = side(statement);
        let spelled = self.references(side.patterns).iter().filter_map(|id| patterns.patterns.get(*id as usize));
        (spelled.map(Wildcard::as_str).collect(), side.except)
    }

    /// A layer by its number, as [`super::Explanation::refused_by`] tells it.
    pub fn layer(&self, number: usize) -> Option<&Layer> {
        self.layers.get(number)
    }

    /// The same set, always judged through the index or always by a plain scan: two ways to one answer, for tests and benches.
    #[must_use]
    pub fn with_index(mut self, use_index: bool) -> Self {
        self.small = !use_index;
        self
    }

    pub(super) fn references(&self, slice: Slice) -> &[u32] {
        self.references.get(slice.0 as usize..slice.1 as usize).unwrap_or_default()
    }

    pub(super) fn tests_of(&self, statement: &CompiledStatement) -> impl Iterator<Item = (u32, &CompiledTest)> {
        self.references(statement.tests).iter().filter_map(|id| Some((*id, self.tests.get(*id as usize)?)))
    }

    pub(super) fn key(&self, key: u32) -> &str {
        self.keys.get(key as usize).map_or("", |key| key)
    }
}

/// Numbers each distinct value once.
#[derive(Debug)]
struct Interner<K> {
    numbers: HashMap<K, u32>,
}

impl<K: std::hash::Hash + Eq> Interner<K> {
    fn new() -> Self {
        Self { numbers: HashMap::new() }
    }

    /// The number of the value, and whether it is new.
    fn number(&mut self, value: K) -> (u32, bool) {
        let next = number(self.numbers.len());
        match self.numbers.entry(value) {
            std::collections::hash_map::Entry::Occupied(known) => (*known.get(), false),
            std::collections::hash_map::Entry::Vacant(new) => (*new.insert(next), true),
        }
    }
}

/// A test that a statement has beyond its own condition: a grant at resource-group level counts for resources of that group.
#[derive(Debug, Clone)]
pub struct ExtraTest<'a> {
    /// The key that is tested.
    pub key: &'a str,
    /// How.
    pub operator: Operator,
    /// The values of which one must fit.
    pub values: Vec<&'a str>,
}

/// Whether a statement of a policy is a part of a set.
#[derive(Debug, Clone)]
pub enum Include<'a> {
    /// It is not.
    No,
    /// It is, as written.
    Yes,
    /// It is, under one more test.
    If(ExtraTest<'a>),
}

/// Collects policies layer by layer.
#[derive(Debug)]
pub struct PolicySetBuilder {
    layers: Vec<Layer>,
    statements: Vec<CompiledStatement>,
    references: Vec<u32>,
    actions: SideBuilder,
    resources: SideBuilder,
    tests: Vec<CompiledTest>,
    test_numbers: Interner<(u32, Operator, Vec<Box<str>>)>,
    keys: Vec<Box<str>>,
    key_numbers: Interner<Box<str>>,
    policies: u32,
    both_must_allow: bool,
    /// Buffers for the patterns of one statement.
    list: Vec<u32>,
    lowered: String,
}

impl Default for PolicySetBuilder {
    fn default() -> Self {
        Self::new()
    }
}

impl PolicySetBuilder {
    /// A set without layers.
    pub fn new() -> Self {
        Self {
            layers: Vec::new(),
            statements: Vec::new(),
            references: Vec::new(),
            actions: SideBuilder::default(),
            resources: SideBuilder::default(),
            tests: Vec::new(),
            test_numbers: Interner::new(),
            keys: Vec::new(),
            key_numbers: Interner::new(),
            policies: 0,
            both_must_allow: false,
            list: Vec::new(),
            lowered: String::new(),
        }
    }

    /// Begins a layer; layers are judged in the order in which they begin. A layer without policies never allows.
    pub fn layer(&mut self, layer: Layer) {
        self.layers.push(layer);
    }

    /// Says that the resource side must allow as well as the identity side, as when a role is assumed.
    pub fn both_must_allow(&mut self) {
        self.both_must_allow = true;
    }

    /// Adds a policy to the layer begun last. Statements with missing parts are left out: nothing is judged on a policy that
    /// RAM refuses, so the caller has stopped before.
    pub fn policy(&mut self, policy: &Policy<'_>) -> PolicyId {
        self.policy_where(policy, |_, _| Include::Yes)
    }

    /// The same with the statements that `include` wants, some under one more test.
    pub fn policy_where<'t, 's>(
        &mut self,
        policy: &'t Policy<'s>,
        mut include: impl FnMut(usize, &'t Statement<'s>) -> Include<'t>,
    ) -> PolicyId {
        let id = PolicyId(self.policies);
        self.policies += 1;
        for (index, statement) in policy.statements.iter().enumerate() {
            match include(index, statement) {
                Include::No => {}
                Include::Yes => self.statement(id, index, statement, None),
                Include::If(extra) => self.statement(id, index, statement, Some(&extra)),
            }
        }
        id
    }

    fn statement(&mut self, policy: PolicyId, index: usize, statement: &Statement<'_>, extra: Option<&ExtraTest<'_>>) {
        let (Some(effect), Some(action)) = (&statement.effect, &statement.action) else { return };
        let id = number(self.statements.len());
        let mut list = std::mem::take(&mut self.list);
        list.clear();
        for text in &action.patterns {
            self.lowered.clear();
            self.lowered.push_str(&text.value);
            self.lowered.make_ascii_lowercase();
            list.push(self.actions.pattern(&self.lowered));
        }
        let effect = effect.value;
        let place = (id, effect);
        let action = Self::side(&mut self.references, &mut self.actions, &mut list, action.except, place);
        list.clear();
        // A statement without `Resource` (a trust policy) is about the resource that the policy belongs to.
        let except = match &statement.resource {
            Some(resource) => {
                list.extend(resource.patterns.iter().map(|text| self.resources.pattern(&text.value)));
                resource.except
            }
            None => {
                list.push(self.resources.pattern("*"));
                false
            }
        };
        let resource = Self::side(&mut self.references, &mut self.resources, &mut list, except, place);
        let everywhere = !except && self.resources.hold_any(&list);
        list.clear();
        for test in &statement.condition {
            let values = test.values.iter().map(|value| &*value.value);
            list.push(self.test(&test.key.value, test.operator.value, values));
        }
        if let Some(extra) = extra {
            list.push(self.test(extra.key, extra.operator, extra.values.iter().copied()));
        }
        list.sort_unstable();
        list.dedup();
        let tests = Self::refer(&mut self.references, &list);
        self.list = list;
        let layer = number(self.layers.len().saturating_sub(1));
        self.statements.push(CompiledStatement {
            layer,
            effect,
            policy,
            index: number(index),
            action,
            resource,
            everywhere,
            tests,
        });
    }

    fn side(
        references: &mut Vec<u32>,
        builder: &mut SideBuilder,
        list: &mut Vec<u32>,
        except: bool,
        (statement, effect): (u32, Effect),
    ) -> Side {
        list.sort_unstable();
        list.dedup();
        builder.use_patterns(list, except, statement, effect);
        Side { patterns: Self::refer(references, list), except }
    }

    fn refer(references: &mut Vec<u32>, list: &[u32]) -> Slice {
        let start = number(references.len());
        references.extend_from_slice(list);
        (start, number(references.len()))
    }

    fn test<'v>(&mut self, key: &str, operator: Operator, values: impl Iterator<Item = &'v str> + Clone) -> u32 {
        let (key_number, is_new) = self.key_numbers.number(key.into());
        if is_new {
            self.keys.push(key.into());
        }
        let spelled: Vec<Box<str>> = values.clone().map(Into::into).collect();
        let kept = spelled.clone().into_boxed_slice();
        let (id, is_new) = self.test_numbers.number((key_number, operator, spelled));
        if is_new {
            let operands = Operands::new(operator, values);
            self.tests.push(CompiledTest { key: key_number, operator, operands, spelled: kept });
        }
        id
    }

    /// The finished set.
    pub fn finish(self) -> PolicySet {
        let small = self.references.len() < SMALL;
        PolicySet {
            layers: self.layers,
            statements: self.statements,
            references: self.references,
            actions: self.actions.finish(false),
            resources: self.resources.finish(true),
            tests: self.tests,
            keys: self.keys,
            both_must_allow: self.both_must_allow,
            small,
        }
    }
}

impl PolicySet {
    /// The account-level identity policies of one caller, and nothing else.
    pub fn identity<'p, 's: 'p>(policies: impl IntoIterator<Item = &'p Policy<'s>>) -> Self {
        let mut builder = PolicySetBuilder::new();
        builder.layer(Layer { kind: LayerKind::Identity, scope: "account".into() });
        for policy in policies {
            builder.policy(policy);
        }
        builder.finish()
    }
}
