//! Text and places in it: spans, sources with a line index, and where an embedded document lies in its host file.
//!
//! Offsets are bytes of UTF-8 text; lines and columns count from 1, columns in characters. Nothing here knows JSON or RAM.

mod edit;
mod origin;
mod source;
mod span;

pub use edit::{Edit, Fix, Trust, apply};
pub use origin::{Origin, OriginBuilder};
pub use source::{EncodingError, Position, Source};
pub use span::{Span, Spanned};
