//! Wildcard patterns over whole texts: matching, typed parts of ARNs and actions, and which combinations of patterns a
//! single text can satisfy. Knows no places and no policies.
//!
//! `*` matches any run of characters, the empty one, `:` and `/` included; `?` exactly one character, which is one Unicode
//! scalar value and never one byte (facts/assumptions.md, "Settled").

mod action;
mod arn;
mod cells;
mod cover;
mod front;
mod shape;
mod shared;
mod wildcard;

pub use action::{ActionName, action_name};
pub use arn::{Arn, ArnCase, ResourceText, arn, is_arn};
pub use cells::{CellPattern, TextShape, cells};
pub use cover::{covered, intersect, meets_shape};
pub use front::{Front, first_word, lower_word};
pub use shape::ArnShape;
pub use shared::SharedPatterns;
pub use wildcard::{Shape, Wildcard, literal_stars, matches, matches_ignore_case};
