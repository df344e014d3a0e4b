//! JSON text to a tree with places, tolerant: parsing never fails, it returns a tree and the list of all mistakes.
//!
//! The accepted language is RFC 8259, to the letter; everything else that people write into policies (comments, trailing
//! commas, single quotes, pasted no-break spaces, ...) is read as it was meant and reported. Order and duplicate members are
//! kept. The builder has an explicit stack, so no input can overflow ours; nesting deeper than [`MAX_DEPTH`] is an error.
//!
//! Does *not* know policies: that is [`crate::policy`].

mod builder;
mod error;
mod lexer;
mod string;
mod tree;

pub use builder::{MAX_DEPTH, MAX_ERRORS, parse};
pub use error::{SyntaxError, SyntaxErrorKind};
pub use tree::{Kind, NodeRef, Parsed, Tree};
