//! Edits that several rules make.

use crate::syntax::NodeRef;
use crate::text::{Edit, Fix, Span};

/// Removes one of at least two entries of an array together with the comma, and the white space, between it and a neighbour.
pub(super) fn remove_entry(entries: &[NodeRef<'_, '_>], at: usize) -> Option<Fix> {
    let entry = entries.get(at)?.span();
    let span = match at.checked_sub(1).and_then(|before| entries.get(before)) {
        Some(before) => Span::new(before.span().end, entry.end),
        None => Span::new(entry.start, entries.get(1)?.span().start),
    };
    Some(Fix::safe(vec![Edit { span, text: String::new() }]))
}
