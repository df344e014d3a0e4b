//! The linter as a whole: the shared corpus, fixes, mutated documents, large files, the command line.

mod broken;
mod command;
mod corpus;
mod fixes;
#[cfg(unix)]
mod hooks;
mod large;
mod mutated;
mod proofs;
mod sarif;

use ramspect::catalog::Catalog;
use ramspect::diagnostic::Diagnostic;
use ramspect::lint::{Settings, lint};
use ramspect::text::Source;

/// What the linter finds in a text of that name.
fn findings(name: &str, text: &str) -> Vec<Diagnostic> {
    let catalog = Catalog::new();
    lint(&Source::new(name, text), &[], Settings::all(&catalog)).findings
}
