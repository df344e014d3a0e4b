//! Changes to a text that a tool proposes.

use super::{Origin, Span};

/// One replacement; an empty span inserts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edit {
    /// What is replaced.
    pub span: Span,
    /// What stands there afterwards.
    pub text: String,
}

/// How far a fix can be trusted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trust {
    /// The policy means the same afterwards, or the mistake allows one reading.
    Safe,
    /// The meaning changes, or it is a guess: look at it.
    Unsafe,
}

/// Edits that belong together: all are made, or none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fix {
    /// How far it can be trusted.
    pub trust: Trust,
    /// The edits by place, none overlapping another.
    edits: Vec<Edit>,
}

impl Fix {
    /// A fix after which the policy means the same.
    pub fn safe(edits: Vec<Edit>) -> Self {
        Self::new(Trust::Safe, edits)
    }

    /// A fix that someone must look at.
    pub fn with_care(edits: Vec<Edit>) -> Self {
        Self::new(Trust::Unsafe, edits)
    }

    /// A safe fix of one edit.
    pub fn replace(span: Span, text: impl Into<String>) -> Self {
        Self::safe(vec![Edit { span, text: text.into() }])
    }

    fn new(trust: Trust, mut edits: Vec<Edit>) -> Self {
        edits.sort_by_key(|edit| edit.span);
        Self { trust, edits }
    }

    /// The edits, by place.
    pub fn edits(&self) -> &[Edit] {
        &self.edits
    }

    /// The fix of an embedded document as one of its host file; none where the host does not spell the document letter for
    /// letter, so that an edit could not be carried over.
    pub fn in_host(self, origin: &Origin, embedded: &str, host: &str) -> Option<Self> {
        let mut moved = Vec::with_capacity(self.edits.len());
        for Edit { span, text } in self.edits {
            let place = origin.map(span);
            if place.of(host) != span.of(embedded) || (origin.has_escapes() && text.contains(['"', '\\', '\n'])) {
                return None;
            }
            moved.push(Edit { span: place, text });
        }
        Some(Self { trust: self.trust, edits: moved })
    }
}

/// Makes the edits of all fixes that do not touch an earlier one, in order of place; returns the new text and how many fixes
/// were made.
pub fn apply<'a>(text: &str, fixes: impl IntoIterator<Item = &'a Fix>) -> (String, usize) {
    let mut fixes: Vec<&Fix> = fixes.into_iter().filter(|fix| !fix.edits.is_empty()).collect();
    fixes.sort_by_key(|fix| fix.edits.first().map(|edit| edit.span));
    let mut made: Vec<&Edit> = Vec::new();
    let mut count = 0;
    for fix in fixes {
        let free = |edit: &Edit| made.iter().all(|other| apart(edit.span, other.span));
        if fix.edits.iter().all(free) && fix.edits.is_sorted_by(|a, b| apart(a.span, b.span)) {
            made.extend(&fix.edits);
            count += 1;
        }
    }
    made.sort_by_key(|edit| edit.span);
    let mut changed = String::with_capacity(text.len());
    let mut at = 0;
    for edit in made {
        changed.push_str(Span::new(at, edit.span.start).of(text));
        changed.push_str(&edit.text);
        at = edit.span.end;
    }
    changed.push_str(Span::new(at, u32::try_from(text.len()).unwrap_or(u32::MAX)).of(text));
    (changed, count)
}

fn apart(a: Span, b: Span) -> bool {
    a.end <= b.start && (a.end < b.start || !a.is_empty() && !b.is_empty())
        || b.end < a.start
        || b.end == a.start && !a.is_empty() && !b.is_empty()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fixes_that_touch_an_earlier_one_wait() {
        let one = Fix::replace(Span::new(0, 3), "x");
        let two = Fix::replace(Span::new(2, 4), "y");
        let three = Fix::safe(vec![
            Edit { span: Span::new(6, 7), text: String::new() },
            Edit { span: Span::new(4, 5), text: "z".into() },
        ]);
        assert_eq!(apply("abcdefgh", [&three, &two, &one]), ("xdzfh".to_owned(), 2));
    }
}
