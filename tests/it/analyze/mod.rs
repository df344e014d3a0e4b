//! Comparison by meaning against brute force over small universes, every witness judged again by the slow reference, and
//! laws that hold for all policies.

mod brute;
mod hard;
mod laws;
mod levels;
mod minimal;
mod minimize_command;
mod needed;
mod realistic;
mod sentences;
pub mod universe;

use ramspect::analyze::{Options, Side};
use ramspect::catalog::Assumptions;
use ramspect::evaluate::Rules;
use ramspect::policy::{Policy, PolicyKind, lower};
use serde_json::Value;

use crate::reference::assumptions::{Choices, TABLE};

/// Choices of the reference as options of the library.
pub fn options(choices: &Choices) -> Options {
    let assumptions =
        TABLE.iter().fold(Assumptions::default(), |all, (id, _)| all.with_id(id, choices.of(id)).unwrap());
    Options { rules: Rules::from(&assumptions), ..Options::default() }
}

/// Lowers documents and calls with them as sides.
pub fn with_sides<R>(documents: &[&Value], work: impl FnOnce(&[Side<'_>]) -> R) -> R {
    let texts: Vec<String> = documents.iter().map(|document| document.to_string()).collect();
    let policies: Vec<Policy<'_>> = texts.iter().map(|text| lower(text, PolicyKind::Identity).policy).collect();
    let sides: Vec<Side<'_>> = policies.iter().map(|policy| Side::new([policy])).collect();
    work(&sides)
}
