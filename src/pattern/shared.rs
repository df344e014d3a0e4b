//! Patterns kept once for many sets.

use std::cell::RefCell;
use std::collections::HashMap;
use std::sync::Arc;

use super::Wildcard;

/// Patterns that many sets share: each text is kept once, so that the processor's caches hold those of a whole account.
#[derive(Debug, Default)]
pub struct SharedPatterns {
    known: RefCell<HashMap<Arc<str>, Wildcard>>,
}

impl SharedPatterns {
    /// The pattern of a text.
    pub fn get(&self, text: &str) -> Wildcard {
        let mut known = self.known.borrow_mut();
        if let Some(pattern) = known.get(text) {
            return pattern.clone();
        }
        let pattern = Wildcard::new(text);
        known.insert(pattern.shared_text(), pattern.clone());
        pattern
    }
}
