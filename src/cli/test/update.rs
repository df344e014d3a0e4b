//! `--update`: what each test got becomes what it expects; every other byte of the file stays.

use std::path::Path;

use super::judge::{Suite, Tested};
use crate::cli::failure::{Failure, Outcome};
use crate::cli::files::{describe, write_atomically};

/// Writes the expectations of the tests that did not pass; tells how many.
pub(super) fn write(path: &str, suite: &Suite) -> Outcome<usize> {
    let mut edits: Vec<(usize, usize, String)> = suite.tests.iter().filter_map(edit).collect();
    if edits.is_empty() {
        return Ok(0);
    }
    if path == "-" {
        return Err(Failure::new("standard input cannot be updated").with_help("name the test file"));
    }
    edits.sort_unstable();
    let text = suite.source.text();
    let (mut updated, mut at) = (String::with_capacity(text.len()), 0);
    for (start, end, new) in &edits {
        updated.push_str(text.get(at..*start).unwrap_or_default());
        updated.push_str(new);
        at = *end;
    }
    updated.push_str(text.get(at..).unwrap_or_default());
    write_atomically(Path::new(path), &updated)
        .map_err(|error| Failure::new(format!("`{path}` cannot be written: {}", describe(&error))))?;
    Ok(edits.len())
}

fn edit(tested: &Tested) -> Option<(usize, usize, String)> {
    let got = tested.got.as_ref().ok().filter(|_| tested.passed() == Some(false))?;
    let new = got.result.as_json().to_string();
    Some(match tested.test.expect_at {
        Some(span) => (span.start as usize, span.end as usize, new),
        None => {
            let end = tested.test.last_member as usize;
            (end, end, format!(", \"expect\": {new}"))
        }
    })
}
