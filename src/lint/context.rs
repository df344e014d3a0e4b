//! What a rule sees: the document in its typed form and as a tree, the catalog, and what the document takes away.

use std::cell::{Cell, OnceCell, RefCell};
use std::collections::HashMap;
use std::rc::Rc;

use super::cover;
use super::facts::{Facts, Keyed, Letters, Located, Looked, Parts, covering};
use super::proof::{self, Proofs};
use crate::catalog::Catalog;
use crate::policy::{Effect, Policy, PolicyKind, Principal, Scope, Statement, Test, Text};
use crate::syntax::{Kind, NodeRef};
use crate::text::Span;

/// One document under the eyes of the rules.
#[derive(Debug)]
pub struct Context<'a> {
    /// The typed policy.
    pub policy: &'a Policy<'a>,
    /// The outermost node.
    pub root: NodeRef<'a, 'a>,
    /// The text of the document.
    pub text: &'a str,
    /// Facts about the cloud.
    pub catalog: &'a Catalog,
    /// Whether `${..}` is text that is not known yet, as in Terraform and ROS templates.
    pub template: bool,
    statements: Vec<Numbered<'a>>,
    proofs: OnceCell<Proofs>,
    /// For an action, the statements that name it.
    naming: RefCell<HashMap<String, Rc<[u32]>>>,
    /// What the rule at work may still compare; none when it wanted more.
    left: Cell<Option<usize>>,
}

/// Comparisons of entries with each other that one rule may take in one document.
const COMPARISONS: usize = 1_000_000;
/// Actions whose statements are kept at once.
const NAMING: usize = 16;

/// A statement with its index.
#[derive(Debug, Clone, Copy)]
pub struct Numbered<'a> {
    /// Its index, from 0.
    pub index: usize,
    /// The statement.
    pub statement: &'a Statement<'a>,
    /// The entries of `Action` or `NotAction`, with what the catalog knows of each.
    pub looked: &'a [Looked<'a>],
    /// The entries of `Resource` or `NotResource`, in their segments.
    pub located: &'a [Located<'a>],
    /// The tests of the condition, with what the catalog knows of their keys.
    pub keyed: &'a [Keyed<'a>],
}

impl<'a> Numbered<'a> {
    /// Whether it allows.
    pub fn allows(self) -> bool {
        self.effect() == Some(Effect::Allow)
    }

    /// Whether it denies.
    pub fn denies(self) -> bool {
        self.effect() == Some(Effect::Deny)
    }

    fn effect(self) -> Option<Effect> {
        self.statement.effect.map(|effect| effect.value)
    }

    /// The patterns of `Action`; nothing for `NotAction`.
    pub fn actions(self) -> &'a [Text<'a>] {
        self.statement.action.as_ref().filter(|scope| !scope.except).map_or(&[], |scope| &scope.patterns)
    }

    /// The patterns of `NotAction`; nothing for `Action`.
    pub fn excepted_actions(self) -> Option<&'a Scope<'a>> {
        self.statement.action.as_ref().filter(|scope| scope.except)
    }

    /// The patterns of `Resource`; nothing for `NotResource`.
    pub fn resources(self) -> &'a [Text<'a>] {
        self.statement.resource.as_ref().filter(|scope| !scope.except).map_or(&[], |scope| &scope.patterns)
    }

    /// The tests of the condition.
    pub fn tests(self) -> &'a [Test<'a>] {
        &self.statement.condition
    }

    /// Whether the statement is about an action.
    pub fn names_action(self, action: &str) -> bool {
        self.statement.action.as_ref().is_some_and(|scope| covering(self.looked, action).is_some() != scope.except)
    }

    /// The pattern of `Action` that covers an action, or the place of `NotAction` that lets it through.
    pub fn action_span(self, action: &str) -> Option<Span> {
        let scope = self.statement.action.as_ref()?;
        let covering = covering(self.looked, action);
        if scope.except { covering.is_none().then_some(scope.name) } else { covering.map(|looked| looked.text.span) }
    }

    /// Whether the statement is about resources of all names: `*`, `acs:ram:*:*:*`, `acs:ram:*:*:user/*`, `NotResource`; and
    /// the place that says so.
    pub fn broad_resource(self) -> Option<Span> {
        let scope = self.statement.resource.as_ref()?;
        if scope.except {
            return Some(scope.name);
        }
        self.located.iter().find(|resource| resource.is_broad()).map(|resource| resource.text.span)
    }
}

impl<'a> Context<'a> {
    /// A context over a document.
    pub fn new(
        policy: &'a Policy<'a>,
        root: NodeRef<'a, 'a>,
        text: &'a str,
        catalog: &'a Catalog,
        facts: &'a Facts<'a>,
        template: bool,
    ) -> Self {
        let numbered = |(index, statement)| {
            let Parts { looked, located, keyed } = facts.of(index);
            Numbered { index, statement, looked, located, keyed }
        };
        let statements = policy.statements.iter().enumerate().map(numbered).collect();
        Self {
            policy,
            root,
            text,
            catalog,
            template,
            statements,
            proofs: OnceCell::new(),
            naming: RefCell::default(),
            left: Cell::new(Some(COMPARISONS)),
        }
    }

    /// What the policy is attached to.
    pub fn kind(&self) -> PolicyKind {
        self.policy.kind
    }

    /// All statements, numbered.
    pub fn statements(&self) -> impl Iterator<Item = Numbered<'a>> {
        self.statements.iter().copied()
    }

    /// One statement.
    pub fn statement(&self, index: usize) -> Option<Numbered<'a>> {
        self.statements.get(index).copied()
    }

    /// The statements that allow.
    pub fn allows(&self) -> impl Iterator<Item = Numbered<'a>> {
        self.statements().filter(|numbered| numbered.allows())
    }

    /// The statements that deny.
    pub fn denies(&self) -> impl Iterator<Item = Numbered<'a>> {
        self.statements().filter(|numbered| numbered.denies())
    }

    /// The nodes of the statements, each with the index of its statement.
    pub fn nodes(&self) -> impl Iterator<Item = (usize, NodeRef<'a, 'a>)> + use<'a> {
        let value = self.root.members().find(|(name, _)| name.name().eq_ignore_ascii_case("Statement"));
        let value = value.map(|(_, value)| value);
        let bare = value.into_iter().filter(|node| node.kind() == Kind::Object);
        bare.chain(value.into_iter().flat_map(NodeRef::elements)).enumerate()
    }

    /// The node of one element of every statement.
    pub fn elements(
        &self,
        names: &'static [&'static str],
    ) -> impl Iterator<Item = (usize, &'static str, NodeRef<'a, 'a>)> {
        self.nodes().flat_map(move |(index, node)| {
            node.members().filter_map(move |(name, value)| {
                let name = name.name();
                names.iter().find(|wanted| **wanted == name).map(|wanted| (index, *wanted, value))
            })
        })
    }

    /// Whether a text is not known yet, so that nothing can be said about it.
    pub fn is_open(&self, text: &str) -> bool {
        self.template && text.contains("${")
    }

    /// Whether a text holds something that is to be filled in, by a tool or by a person: nothing more is said about it.
    #[expect(clippy::unused_self, reason = "asked like its neighbours")]
    pub fn is_placeholder(&self, text: &str, letters: Letters) -> bool {
        if !letters.may_be_open() {
            return false;
        }
        let bracket =
            text.find('[').and_then(|at| text.get(at..)).is_some_and(|rest| rest.contains(']') && rest.contains(' '));
        let front: usize = text.split(':').take(4).map(|part| part.len() + 1).sum();
        let words = text.get(..front.min(text.len())).is_some_and(|front| !front.is_ascii());
        bracket || words || text.contains("${") || text.contains("{{") || text.contains("{#") || text.contains('<')
    }

    /// Whether a statement's grant of an action on its own resources is taken away by a Deny of the same document.
    pub fn is_taken_away(&self, allow: Numbered<'_>, action: &str) -> bool {
        // A document can name as many services as it has statements, and each is looked for in all of them.
        let known = self.naming.borrow().contains_key(action) || self.may_compare(self.statements.len() / 16);
        !known || self.denying(action).any(|deny| self.takes(deny, allow))
    }

    /// The statements that name an action.
    pub fn naming(&self, action: &str) -> impl Iterator<Item = Numbered<'a>> {
        let known = self.naming.borrow().get(action).cloned();
        let list = known.unwrap_or_else(|| {
            let named = self.statements.iter().filter(|numbered| numbered.names_action(action));
            let list: Rc<[u32]> = named.filter_map(|numbered| u32::try_from(numbered.index).ok()).collect();
            let mut naming = self.naming.borrow_mut();
            if naming.len() >= NAMING {
                naming.clear();
            }
            naming.insert(action.to_owned(), Rc::clone(&list));
            list
        });
        (0..list.len()).filter_map(move |at| self.statement(*list.get(at)? as usize))
    }

    /// The Deny statements that name an action.
    pub fn denying(&self, action: &str) -> impl Iterator<Item = Numbered<'a>> {
        self.naming(action).filter(|numbered| numbered.denies())
    }

    /// Whether a Deny takes away whatever another statement is about of an action that both name, or that was not compared
    /// because the rule spent what it may compare.
    pub fn takes(&self, deny: Numbered<'_>, other: Numbered<'_>) -> bool {
        let tests = deny.tests().len() + other.tests().len();
        let size = 1 + deny.located.len() + other.located.len() + tests * tests;
        !self.may_compare(size) || cover::takes_resources(deny.statement, other.statement) == Some(true)
    }

    /// Whether the rule at work may compare so many entries more. When it may not, it says nothing about them, and the
    /// document gets the finding `not-judged` in its name.
    pub fn may_compare(&self, count: usize) -> bool {
        let left = self.left.get().and_then(|left| left.checked_sub(count));
        self.left.set(left);
        left.is_some()
    }

    /// Begins the work of another rule; whether the last one compared all that it had to.
    pub(super) fn next_rule(&self) -> bool {
        self.left.replace(Some(COMPARISONS)).is_some()
    }

    /// The Allow statements on resources of all names, without a condition: what they grant, they grant widely.
    pub fn broad_allows(&self) -> Vec<Numbered<'a>> {
        self.allows().filter(|allow| allow.tests().is_empty() && allow.broad_resource().is_some()).collect()
    }

    /// Whether an Allow statement grants an action, and no Deny of the document takes it away.
    pub fn grants(&self, allow: Numbered<'_>, action: &str) -> bool {
        allow.names_action(action) && !self.is_taken_away(allow, action)
    }

    /// Which statements can go and which match nothing; proved once, when a rule asks first.
    pub fn proofs(&self) -> &Proofs {
        self.proofs.get_or_init(|| proof::proofs(self))
    }

    /// The opening brace of a statement.
    pub fn brace(&self, index: usize) -> Option<Span> {
        let start = self.policy.statements.get(index)?.span.start;
        Some(Span::new(start, start + 1))
    }

    /// All principals of a statement as texts.
    pub fn principals(statement: &'a Statement<'a>) -> Vec<&'a Text<'a>> {
        match statement.principal.as_ref().map(|principal| &principal.value) {
            None => Vec::new(),
            Some(Principal::List(list)) => list.iter().collect(),
            Some(Principal::Typed { ram, service, federated }) => ram.iter().chain(service).chain(federated).collect(),
        }
    }
}
