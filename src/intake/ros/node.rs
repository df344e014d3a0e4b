//! A ROS template as a tree with places, the same for JSON and YAML.
//!
//! Nodes lie in an arena, so that a YAML alias is a second way to a node and costs nothing, however often it is used.

use crate::syntax::{Kind as JsonKind, NodeRef};
use crate::text::Span;

/// The number of a node in its template.
pub(super) type Id = usize;

/// How a scalar is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Style {
    /// YAML without quotes.
    Plain,
    /// YAML in single quotes.
    Single,
    /// YAML or JSON in double quotes.
    Double,
    /// A YAML block, literal or folded.
    Block,
    /// A JSON number, `true`, `false` or `null`.
    Bare,
}

/// What a node is.
#[derive(Debug, Clone)]
pub(super) enum Kind {
    /// Names and values in order, duplicates included.
    Map(Vec<(Id, Id)>),
    /// Elements in order.
    List(Vec<Id>),
    /// The decoded text.
    Scalar(Box<str>, Style),
}

/// A node with its place.
#[derive(Debug, Clone)]
pub(super) struct Node {
    pub(super) kind: Kind,
    pub(super) span: Span,
    /// The name behind `!`, such as `Sub`.
    pub(super) tag: Option<Box<str>>,
}

/// A template.
#[derive(Debug, Clone, Default)]
pub(super) struct Template {
    pub(super) nodes: Vec<Node>,
}

impl Template {
    pub(super) fn push(&mut self, kind: Kind, span: Span, tag: Option<Box<str>>) -> Id {
        self.nodes.push(Node { kind, span, tag });
        self.nodes.len() - 1
    }

    /// The members of a map; nothing for other nodes.
    pub(super) fn members(&self, id: Id) -> &[(Id, Id)] {
        match self.nodes.get(id).map(|node| &node.kind) {
            Some(Kind::Map(members)) => members,
            Some(Kind::List(_) | Kind::Scalar(..)) | None => &[],
        }
    }

    /// The elements of a list; nothing for other nodes.
    pub(super) fn elements(&self, id: Id) -> &[Id] {
        match self.nodes.get(id).map(|node| &node.kind) {
            Some(Kind::List(elements)) => elements,
            Some(Kind::Map(_) | Kind::Scalar(..)) | None => &[],
        }
    }

    /// The text of a scalar.
    pub(super) fn text(&self, id: Id) -> Option<&str> {
        match self.nodes.get(id).map(|node| &node.kind) {
            Some(Kind::Scalar(text, _)) => Some(text),
            Some(Kind::Map(_) | Kind::List(_)) | None => None,
        }
    }

    /// The value of the last member of that name: the one that counts.
    pub(super) fn get(&self, id: Id, name: &str) -> Option<Id> {
        self.members(id).iter().rev().find(|(key, _)| self.text(*key) == Some(name)).map(|(_, value)| *value)
    }

    pub(super) fn span(&self, id: Id) -> Span {
        self.nodes.get(id).map(|node| node.span).unwrap_or_default()
    }

    /// A copy of a JSON tree; its depth is limited by the parser.
    pub(super) fn from_json(node: NodeRef<'_, '_>) -> (Self, Id) {
        let mut template = Self::default();
        let root = template.add_json(node);
        (template, root)
    }

    fn add_json(&mut self, node: NodeRef<'_, '_>) -> Id {
        let kind = match node.kind() {
            JsonKind::Object => {
                let members: Vec<_> = node.members().collect();
                Kind::Map(
                    members.into_iter().map(|(name, value)| (self.add_json(name), self.add_json(value))).collect(),
                )
            }
            JsonKind::Array => {
                let elements: Vec<_> = node.elements().collect();
                Kind::List(elements.into_iter().map(|element| self.add_json(element)).collect())
            }
            JsonKind::String => Kind::Scalar(node.name().into(), Style::Double),
            JsonKind::Number | JsonKind::Bool | JsonKind::Null | JsonKind::Bad | JsonKind::Missing => {
                Kind::Scalar(node.raw().into(), Style::Bare)
            }
        };
        self.push(kind, node.span(), None)
    }

    /// The intrinsic function that a node calls, in its long or short form: name without `Fn::`, and argument.
    pub(super) fn function(&self, id: Id) -> Option<(&str, Id)> {
        let node = self.nodes.get(id)?;
        if let Some(tag) = &node.tag {
            return Some((tag, id));
        }
        let [(key, argument)] = self.members(id) else { return None };
        let name = self.text(*key)?;
        match name.strip_prefix("Fn::") {
            Some(name) => Some((name, *argument)),
            None if name == "Ref" => Some((name, *argument)),
            None => None,
        }
    }

    /// Whether a function is called somewhere in a JSON template's node; not meant for aliases.
    pub(super) fn has_function(&self, id: Id) -> bool {
        let mut open = vec![id];
        while let Some(id) = open.pop() {
            if self.function(id).is_some() {
                return true;
            }
            open.extend(self.elements(id));
            open.extend(self.members(id).iter().map(|(_, value)| value));
        }
        false
    }
}
