//! The length of a policy document.

use crate::syntax::{Kind, NodeRef};

/// Characters of a document without the white space between its tokens (contract 2.1; the vendor does not say how it counts).
pub fn size_in_characters(document: NodeRef<'_, '_>) -> usize {
    let all = document.raw().chars().filter(|c| !matches!(c, ' ' | '\t' | '\n' | '\r')).count();
    let mut in_strings = 0;
    // Strings keep their white space; an explicit stack, because input decides the depth.
    let mut open = vec![document];
    while let Some(node) = open.pop() {
        match node.kind() {
            Kind::String => in_strings += blanks(node),
            Kind::Array => open.extend(node.elements()),
            Kind::Object => open.extend(node.members().flat_map(|(name, value)| [name, value])),
            Kind::Number | Kind::Bool | Kind::Null | Kind::Bad | Kind::Missing => {}
        }
    }
    all + in_strings
}

fn blanks(node: NodeRef<'_, '_>) -> usize {
    node.raw().bytes().filter(|byte| matches!(byte, b' ' | b'\t' | b'\n' | b'\r')).count()
}
