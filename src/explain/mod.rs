//! Denials: read from whatever a user was shown, reproduced through the evaluator, and what to change.
//!
//! [`read`] finds the errors in a text: API answers, tool output, exceptions, logs, in any depth of escapes. It never fails
//! and is linear in the text. Knows the vendor's error texts, not its policies; [`crate::evaluate`] judges those.
//!
//! INVARIANT (nothing is made up): a field of a [`Denial`] that the text does not tell is none.

mod cause;
mod code;
mod denial;
mod diagnose;
mod draft;
mod foreign;
mod label;
mod lex;
mod miss;
mod scan;
mod suggest;
mod value;

pub use cause::{Cause, layer_in_words};
pub use denial::{Caller, Denial, Parameters};
pub use diagnose::{Call, CalledResource, Diagnosis, Elsewhere, Reproduced, diagnose};
pub use miss::Miss;
pub use suggest::{Grant, Suggestion, SuggestionKind, suggest, suggest_unjudged};

/// All errors of a text, in order.
pub fn read(text: &str) -> Vec<Denial> {
    scan::Scanner::new(text).run().finish()
}
