//! The canonical layout of policy documents: what `ramspect fmt` writes.
//!
//! Two spaces a level, one member or entry a line, elements in the order of the language reference. Words, arrays of one
//! entry and the order of entries stay as they are written; escapes that spell a plain character become that character.
//! Does *not* repair: a text with syntax errors is refused.

mod meaning;
mod write;

use thiserror::Error;

use crate::diagnostic::Diagnostic;
use crate::policy::{PolicyKind, guess_kind, lower};
use crate::syntax::{Kind, NodeRef, SyntaxError, Tree, parse};
use crate::text::Span;

pub use meaning::same_meaning;

/// Why a text is not formatted.
#[derive(Debug, Error, Clone, PartialEq, Eq)]
pub enum FormatError {
    /// It is no JSON, or an object has a member twice; with all mistakes.
    #[error("the text has syntax errors")]
    Syntax(Vec<Diagnostic>),
    /// It is neither a policy document nor an array of them.
    #[error("this is no policy document")]
    NotPolicy(Box<Diagnostic>),
    /// The result would say something else: a mistake of ours, and nothing is written.
    #[error("formatting would change the meaning of the policy")]
    Changed,
}

/// Formats a policy document or an array of documents; the result ends with a line break. Idempotent. Line breaks are those of
/// the first line.
///
/// # Errors
/// When the text has syntax errors or is something else.
pub fn format(text: &str) -> Result<String, FormatError> {
    let parsed = parse(text);
    if !parsed.errors.is_empty() {
        return Err(FormatError::Syntax(parsed.errors.iter().map(SyntaxError::to_diagnostic).collect()));
    }
    let Some(root) = parsed.tree.root() else { return Err(FormatError::Syntax(Vec::new())) };
    if let Some(other) = not_document(root) {
        let first = Span::new(other.span().start, other.span().end.min(other.span().start + 1));
        let message = format!("this is {}, not a policy document", other.kind().noun());
        let help = "only policy documents and arrays of them are formatted";
        return Err(FormatError::NotPolicy(Box::new(Diagnostic::error("no-policy", message, first).with_help(help))));
    }
    let mut formatted = write::document(root);
    // The file keeps its kind of line breaks; a string holds none as it is.
    if text.split_once('\n').is_some_and(|(line, _)| line.ends_with('\r')) {
        formatted = formatted.replace('\n', "\r\n");
    }
    let after = parse(&formatted);
    if !after.errors.is_empty() || !same_documents(&parsed.tree, &after.tree) {
        return Err(FormatError::Changed);
    }
    Ok(formatted)
}

/// The documents of a file.
fn documents<'t, 's>(root: NodeRef<'t, 's>) -> impl Iterator<Item = NodeRef<'t, 's>> {
    let bare = (root.kind() != Kind::Array).then_some(root);
    bare.into_iter().chain(root.elements())
}

/// The first of what should be documents that is none.
fn not_document<'t, 's>(root: NodeRef<'t, 's>) -> Option<NodeRef<'t, 's>> {
    let is_statement = |name: NodeRef<'_, '_>| name.name().eq_ignore_ascii_case("Statement");
    let is_document =
        |node: &NodeRef<'t, 's>| node.kind() == Kind::Object && node.members().any(|(name, _)| is_statement(name));
    match documents(root).next() {
        None => Some(root),
        Some(_) => documents(root).find(|node| !is_document(node)),
    }
}

fn same_documents(before: &Tree<'_>, after: &Tree<'_>) -> bool {
    let (Some(before), Some(after)) = (before.root(), after.root()) else { return false };
    let kind = documents(before).next().map_or(PolicyKind::Identity, guess_kind);
    documents(before).count() == documents(after).count()
        && documents(before)
            .zip(documents(after))
            .all(|(a, b)| same_meaning(&lower(a.raw(), kind).policy, &lower(b.raw(), kind).policy))
}

#[cfg(test)]
mod tests;
