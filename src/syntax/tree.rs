//! The tree as a flat tape of nodes in document order.

use std::borrow::Cow;

use super::error::SyntaxError;
use super::string;
use crate::text::{Origin, Span};

/// What a node is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Kind {
    /// `{ .. }`: its children are names and values in turn.
    Object,
    /// `[ .. ]`
    Array,
    /// A string, or the name of a member.
    String,
    /// A number.
    Number,
    /// `true` or `false`.
    Bool,
    /// `null`
    Null,
    /// Something that was reported as no JSON.
    Bad,
    /// Nothing: a name or value that is missing, at the place where it belongs.
    #[default]
    Missing,
}

impl Kind {
    /// The kind in words, with its article.
    pub fn noun(self) -> &'static str {
        match self {
            Self::Object => "an object",
            Self::Array => "an array",
            Self::String => "a string",
            Self::Number => "a number",
            Self::Bool => "a boolean",
            Self::Null => "null",
            Self::Bad => "no JSON value",
            Self::Missing => "missing",
        }
    }
}

/// 16 bytes a node; `next` is the index behind the node's subtree.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Node {
    pub(super) kind: Kind,
    pub(super) escaped: bool,
    pub(super) closed: bool,
    pub(super) start: u32,
    pub(super) end: u32,
    pub(super) next: u32,
}

/// A parsed document; strings are borrowed from its text.
#[derive(Debug, Clone)]
pub struct Tree<'s> {
    pub(super) text: &'s str,
    pub(super) nodes: Vec<Node>,
}

/// What [`super::parse`] returns.
#[derive(Debug, Clone)]
pub struct Parsed<'s> {
    /// The tree; without any node when the text holds no value.
    pub tree: Tree<'s>,
    /// All mistakes, in the order of their places.
    pub errors: Vec<SyntaxError>,
}

impl<'s> Tree<'s> {
    /// The outermost value.
    pub fn root(&self) -> Option<NodeRef<'_, 's>> {
        self.node(0)
    }

    /// The text that was parsed.
    pub fn text(&self) -> &'s str {
        self.text
    }

    /// Number of nodes, member names included.
    pub fn len(&self) -> usize {
        self.nodes.len()
    }

    /// Whether the text held no value.
    pub fn is_empty(&self) -> bool {
        self.nodes.is_empty()
    }

    fn node(&self, index: u32) -> Option<NodeRef<'_, 's>> {
        let node = *self.nodes.get(index as usize)?;
        Some(NodeRef { tree: self, node, index })
    }
}

/// A node in its tree.
#[derive(Debug, Clone, Copy)]
pub struct NodeRef<'t, 's> {
    tree: &'t Tree<'s>,
    node: Node,
    index: u32,
}

impl<'t, 's> NodeRef<'t, 's> {
    /// What the node is.
    pub fn kind(self) -> Kind {
        self.node.kind
    }

    /// Where it stands; a string's place includes its quotes.
    pub fn span(self) -> Span {
        Span::new(self.node.start, self.node.end)
    }

    /// The characters as they stand in the text.
    pub fn raw(self) -> &'s str {
        self.span().of(self.tree.text)
    }

    fn inside(self) -> Span {
        let end = if self.node.closed { self.node.end.saturating_sub(1) } else { self.node.end };
        Span::new(self.node.start + 1, end)
    }

    /// The place of a string's characters, without the quotes; the whole place of any other node.
    pub fn content_span(self) -> Span {
        if self.node.kind == Kind::String { self.inside() } else { self.span() }
    }

    /// The decoded text of a string; none for other nodes.
    #[inline]
    pub fn as_str(self) -> Option<Cow<'s, str>> {
        if self.node.kind != Kind::String {
            return None;
        }
        let inside = self.inside().of(self.tree.text);
        Some(if self.node.escaped { string::decode(inside) } else { Cow::Borrowed(inside) })
    }

    /// A name as text: the decoded string, or the bare word as it stands.
    pub fn name(self) -> Cow<'s, str> {
        self.as_str().unwrap_or(Cow::Borrowed(self.raw()))
    }

    /// The decoded text of a string and the map from it back to this document.
    pub fn embedded(self) -> Option<(String, Origin)> {
        (self.node.kind == Kind::String)
            .then(|| string::decode_embedded(self.inside().of(self.tree.text), self.node.start + 1))
    }

    /// Number of nodes inside this one, at every depth: for an array of strings the number of strings.
    pub fn nodes_inside(self) -> usize {
        self.node.next.saturating_sub(self.index + 1) as usize
    }

    /// The elements of an array, in order; nothing for other nodes.
    pub fn elements(self) -> impl Iterator<Item = NodeRef<'t, 's>> + use<'t, 's> {
        let mut at = if self.node.kind == Kind::Array { self.index + 1 } else { self.node.next };
        std::iter::from_fn(move || {
            let node = (at < self.node.next).then(|| self.tree.node(at)).flatten()?;
            at = node.node.next;
            Some(node)
        })
    }

    /// The members of an object as name and value, in order, duplicates included; nothing for other nodes.
    pub fn members(self) -> impl Iterator<Item = (NodeRef<'t, 's>, NodeRef<'t, 's>)> + use<'t, 's> {
        let mut at = if self.node.kind == Kind::Object { self.index + 1 } else { self.node.next };
        std::iter::from_fn(move || {
            let key = (at < self.node.next).then(|| self.tree.node(at)).flatten()?;
            let value = self.tree.node(key.node.next)?;
            at = value.node.next;
            Some((key, value))
        })
    }

    /// The value of the first member of that name.
    pub fn get(self, name: &str) -> Option<NodeRef<'t, 's>> {
        self.members().find(|(key, _)| key.name() == name).map(|(_, value)| value)
    }
}
