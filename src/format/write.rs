//! The tree of a document to its canonical text.

use std::borrow::Cow;

use super::documents;
use crate::syntax::{Kind, NodeRef};

const DOCUMENT: &[&str] = &["Version", "Statement"];
const STATEMENT: &[&str] = &["Sid", "Effect", "Principal", "Action", "Resource", "Condition"];

/// What an object is: decides the order of its members.
#[derive(Debug, Clone, Copy)]
enum Place {
    Document,
    Statement,
    Inner,
}

impl Place {
    /// The rank of a member; unknown ones come last, in their own order.
    fn rank(self, name: &str) -> usize {
        let order = match self {
            Self::Document => DOCUMENT,
            Self::Statement => STATEMENT,
            Self::Inner => return 0,
        };
        // `NotAction` stands where `Action` does; a broken statement with both keeps their order.
        let name = name.strip_prefix("Not").unwrap_or(name);
        order.iter().position(|element| element.eq_ignore_ascii_case(name)).unwrap_or(order.len())
    }

    /// What the value of a member is.
    fn inside(self, name: &str) -> Self {
        match self {
            Self::Document if name.eq_ignore_ascii_case("Statement") => Self::Statement,
            Self::Document | Self::Statement | Self::Inner => Self::Inner,
        }
    }
}

/// The text of a file with one document or an array of them.
pub(super) fn document(root: NodeRef<'_, '_>) -> String {
    let mut writer = Writer { out: String::with_capacity(root.raw().len() * 2) };
    if root.kind() == Kind::Array {
        writer.array(documents(root), Place::Document, 0);
    } else {
        writer.value(root, Place::Document, 0);
    }
    writer.out.push('\n');
    writer.out
}

#[derive(Debug)]
struct Writer {
    out: String,
}

impl Writer {
    fn line(&mut self, depth: usize) {
        self.out.push('\n');
        self.out.extend(std::iter::repeat_n("  ", depth));
    }

    /// The parser limits the depth.
    fn value(&mut self, node: NodeRef<'_, '_>, place: Place, depth: usize) {
        match node.kind() {
            Kind::Object => self.object(node, place, depth),
            Kind::Array => self.array(node.elements(), place, depth),
            Kind::String => self.out.push_str(&plain(node.raw())),
            Kind::Number | Kind::Bool | Kind::Null | Kind::Bad | Kind::Missing => self.out.push_str(node.raw()),
        }
    }

    fn array<'t, 's: 't>(&mut self, elements: impl Iterator<Item = NodeRef<'t, 's>>, place: Place, depth: usize) {
        self.out.push('[');
        let mut empty = true;
        for element in elements {
            if !std::mem::take(&mut empty) {
                self.out.push(',');
            }
            self.line(depth + 1);
            self.value(element, place, depth + 1);
        }
        if !empty {
            self.line(depth);
        }
        self.out.push(']');
    }

    fn object(&mut self, node: NodeRef<'_, '_>, place: Place, depth: usize) {
        let mut members: Vec<_> = node.members().collect();
        members.sort_by_key(|(name, _)| place.rank(&name.name()));
        self.out.push('{');
        for (number, (name, value)) in members.iter().enumerate() {
            if number > 0 {
                self.out.push(',');
            }
            self.line(depth + 1);
            self.out.push_str(&plain(name.raw()));
            self.out.push_str(": ");
            self.value(*value, place.inside(&name.name()), depth + 1);
        }
        if !members.is_empty() {
            self.line(depth);
        }
        self.out.push('}');
    }
}

/// A string as written, save that an escape which spells a visible ASCII character becomes that character.
fn plain(raw: &str) -> Cow<'_, str> {
    if !raw.contains("\\/") && !raw.contains("\\u00") {
        return Cow::Borrowed(raw);
    }
    let mut out = String::with_capacity(raw.len());
    let mut rest = raw;
    while let Some(at) = rest.find('\\') {
        let (before, escape) = rest.split_at_checked(at).unwrap_or((rest, ""));
        out.push_str(before);
        let code = escape.strip_prefix("\\u").and_then(|digits| digits.get(..4));
        let spelled = code.and_then(|code| u8::from_str_radix(code.strip_prefix("00")?, 16).ok()).map(char::from);
        let length = match spelled {
            _ if escape.starts_with("\\/") => {
                out.push('/');
                2
            }
            Some(special @ ('"' | '\\')) => {
                out.push('\\');
                out.push(special);
                6
            }
            Some(visible @ ' '..='~') => {
                out.push(visible);
                6
            }
            // Any other escape stays, with the character behind its backslash: that may be a backslash too.
            Some(_) | None => {
                let length = 1 + escape.chars().nth(1).map_or(0, char::len_utf8);
                out.push_str(escape.get(..length).unwrap_or_default());
                length
            }
        };
        rest = escape.get(length..).unwrap_or_default();
    }
    out.push_str(rest);
    Cow::Owned(out)
}
