//! What a rule sees: the document in its typed form and as a tree, the catalog, and what the document takes away.

use std::cell::OnceCell;

use super::cover::{self, Redundancy};
use crate::catalog::{Action, Catalog, Service};
use crate::pattern;
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
    looked: OnceCell<Vec<Vec<Looked<'a>>>>,
    redundancy: OnceCell<Redundancy>,
}

/// What the catalog knows of an action pattern.
#[derive(Debug, Clone)]
pub struct Looked<'a> {
    /// The pattern.
    pub text: &'a Text<'a>,
    /// Its service, where its code has no wildcard and is known.
    pub service: Option<Service>,
    /// The action, where the pattern is one.
    pub action: Option<Action<'a>>,
}

/// A statement with its index.
#[derive(Debug, Clone, Copy)]
pub struct Numbered<'a> {
    /// Its index, from 0.
    pub index: usize,
    /// The statement.
    pub statement: &'a Statement<'a>,
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
        self.statement.action.as_ref().is_some_and(|scope| scope_matches(scope, action))
    }

    /// The pattern of `Action` that covers an action, or the place of `NotAction` that lets it through.
    pub fn action_span(self, action: &str) -> Option<Span> {
        let scope = self.statement.action.as_ref()?;
        if scope.except {
            return scope_matches(scope, action).then_some(scope.name);
        }
        let covers = |pattern: &&Text<'_>| pattern::matches_ignore_case(&pattern.value, action);
        scope.patterns.iter().find(covers).map(|pattern| pattern.span)
    }

    /// Whether the statement is about resources of all names: `*`, `acs:ram:*:*:*`, `acs:ram:*:*:user/*`, `NotResource`; and
    /// the place that says so.
    pub fn broad_resource(self) -> Option<Span> {
        let scope = self.statement.resource.as_ref()?;
        if scope.except {
            return Some(scope.name);
        }
        scope.patterns.iter().find(|pattern| is_broad(&pattern.value)).map(|pattern| pattern.span)
    }
}

fn scope_matches(scope: &Scope<'_>, action: &str) -> bool {
    // Most patterns differ in the first letter.
    let first = action.bytes().next();
    let may = |pattern: &str| {
        pattern.bytes().next().zip(first).is_some_and(|(a, b)| matches!(a, b'*' | b'?') || a.eq_ignore_ascii_case(&b))
    };
    let covers = |pattern: &Text<'_>| may(&pattern.value) && pattern::matches_ignore_case(&pattern.value, action);
    scope.patterns.iter().any(covers) != scope.except
}

/// Whether a resource pattern covers resources of all names, at least of one type.
pub(super) fn is_broad(pattern: &str) -> bool {
    match pattern::arn(pattern) {
        Some(arn) => {
            let id = arn.type_and_id().map_or(arn.relative, |(_, id)| id);
            !id.is_empty() && id.bytes().all(|byte| byte == b'*')
        }
        None => pattern.ends_with('*'),
    }
}

impl<'a> Context<'a> {
    /// A context over a document.
    pub fn new(
        policy: &'a Policy<'a>,
        root: NodeRef<'a, 'a>,
        text: &'a str,
        catalog: &'a Catalog,
        template: bool,
    ) -> Self {
        Self { policy, root, text, catalog, template, looked: OnceCell::new(), redundancy: OnceCell::new() }
    }

    /// What the policy is attached to.
    pub fn kind(&self) -> PolicyKind {
        self.policy.kind
    }

    /// All statements, numbered.
    pub fn statements(&self) -> impl Iterator<Item = Numbered<'a>> + use<'a> {
        self.policy.statements.iter().enumerate().map(|(index, statement)| Numbered { index, statement })
    }

    /// The statements that allow.
    pub fn allows(&self) -> impl Iterator<Item = Numbered<'a>> + use<'a> {
        self.statements().filter(|numbered| numbered.allows())
    }

    /// The statements that deny.
    pub fn denies(&self) -> impl Iterator<Item = Numbered<'a>> + use<'a> {
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
    pub fn is_placeholder(&self, text: &str) -> bool {
        if !text.bytes().any(|byte| matches!(byte, b'$' | b'{' | b'<' | b'[' | 0x80..)) {
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
        self.denies().any(|deny| {
            deny.names_action(action) && cover::takes_resources(deny.statement, allow.statement) == Some(true)
        })
    }

    /// The Allow statements that grant an action which nothing takes away.
    pub fn grants(&self, action: &str) -> Vec<Numbered<'a>> {
        let named = self.allows().filter(|allow| allow.names_action(action));
        named.filter(|allow| !self.is_taken_away(*allow, action)).collect()
    }

    /// What the catalog knows of the entries of a statement's `Action` or `NotAction`, in order; looked up once.
    pub fn looked(&self, index: usize) -> &[Looked<'a>] {
        let looked = self.looked.get_or_init(|| {
            let mut last: Option<Service> = None;
            let mut one = |text: &'a Text<'a>| {
                let code = text.value.split_once(':').map(|(code, _)| code);
                // Neighbours mostly belong to one service.
                let same = last.filter(|last| Some(last.code) == code);
                let service = same.or_else(|| code.and_then(|code| self.catalog.service(code)));
                last = service.or(last);
                let literal = !text.value.contains(['*', '?']);
                Looked { text, service, action: if literal { self.catalog.action(&text.value) } else { None } }
            };
            let all = |statement: &'a Statement<'a>| {
                statement.action.iter().flat_map(|scope| &scope.patterns).map(&mut one).collect()
            };
            self.policy.statements.iter().map(all).collect()
        });
        looked.get(index).map_or(&[], Vec::as_slice)
    }

    /// Which statements lie inside others; found once, when a rule asks first.
    pub fn redundancy(&self) -> &Redundancy {
        self.redundancy.get_or_init(|| cover::redundancy(self))
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
