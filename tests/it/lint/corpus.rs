//! Every document of the shared corpus, with a reviewed summary.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use ramspect::diagnostic::Severity;

use super::findings;

/// Where the corpus lies; a test that needs it fails where it is missing.
fn corpus() -> PathBuf {
    let named = std::env::var_os("RAMSPECT_SHARED").map(PathBuf::from);
    let beside = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared");
    let found =
        named.into_iter().chain([beside, PathBuf::from("/work/shared")]).find(|folder| folder.join("corpus").is_dir());
    found.expect("the shared corpus is missing: set RAMSPECT_SHARED to the folder that holds `corpus`").join("corpus")
}

fn index() -> Vec<serde_json::Value> {
    let text = std::fs::read_to_string(corpus().join("index.jsonl")).unwrap();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// Documents that RAM accepts and that have an error all the same, each reviewed: the element has no effect.
/// `ecs: CreateInstance` (a space behind the colon) in two documents; an Effect `allow `; the template of the grammar itself.
const REVIEWED: &[(&str, &str)] = &[
    ("0135", "not-a-string"),
    ("0222", "too-long"),
    ("0560", "bad-version"),
    ("0560", "white-space"),
    ("0595", "white-space"),
    ("0656", "bad-effect"),
    ("0656", "white-space"),
    ("0720", "bad-version"),
    ("0724", "bad-version"),
    ("0765", "bad-version"),
    ("0765", "missing-element"),
    ("0847", "bad-effect"),
    ("0847", "unsupported-operator"),
    ("0856", "unsupported-operator"),
];

#[test]
fn errors_are_only_where_they_were_reviewed_and_every_broken_document_has_one() {
    let mut unexpected = Vec::new();
    let mut seen = BTreeSet::new();
    for row in index() {
        let file = row["file"].as_str().unwrap();
        let text = std::fs::read_to_string(corpus().join(file)).unwrap();
        let number = file.trim_start_matches("policies/").trim_end_matches(".json");
        let found = findings(file, &text);
        let parses = row["parses_as_json"] == true;
        let syntax = found.iter().any(|finding| finding.code == "syntax" || finding.code == "duplicate-key");
        if parses == syntax {
            unexpected.push(format!("{file}: parses={parses}, syntax finding={syntax}"));
        }
        for finding in found.iter().filter(|finding| finding.severity == Severity::Error && finding.code != "syntax") {
            seen.insert((number.to_owned(), finding.code));
            if !REVIEWED.contains(&(number, finding.code)) {
                unexpected.push(format!("{file}: {} {}", finding.code, finding.message));
            }
        }
        for finding in &found {
            assert!(finding.primary.span.end as usize <= text.len(), "{file}");
            assert!(
                text.get(finding.primary.span.range()).is_some(),
                "{file}: {} ends inside a character",
                finding.code
            );
        }
    }
    assert!(unexpected.is_empty(), "{}", unexpected.join("\n"));
    for (number, code) in REVIEWED {
        assert!(seen.contains(&((*number).to_owned(), code)), "{number} has no {code} any more");
    }
}

#[test]
fn the_first_syntax_error_is_where_a_strict_parser_stops_or_before() {
    for row in index().iter().filter(|row| row["parses_as_json"] == false) {
        let file = row["file"].as_str().unwrap();
        let text = std::fs::read_to_string(corpus().join(file)).unwrap();
        let Err(error) = serde_json::from_str::<serde_json::Value>(&text) else { continue };
        let first = findings(file, &text).into_iter().find(|finding| finding.code == "syntax").unwrap();
        let line = text.get(..first.primary.span.start as usize).unwrap().matches('\n').count() + 1;
        // Both see the mistake at the same token; which of two lines a missing comma belongs to is a matter of taste.
        assert!(
            line <= error.line() && line + 2 >= error.line(),
            "{file}: {} at line {line}, serde says {error}",
            first.message
        );
    }
}

/// Counts by rule, reviewed one by one; `UPDATE=1` writes the file anew.
#[test]
fn the_counts_by_rule_are_those_reviewed() {
    let mut counts: BTreeMap<(&str, &str), usize> = BTreeMap::new();
    let mut texts = Vec::new();
    for row in index() {
        let file = row["file"].as_str().unwrap().to_owned();
        texts.push((file.clone(), std::fs::read_to_string(corpus().join(&file)).unwrap()));
    }
    for (file, text) in &texts {
        for finding in findings(file, text) {
            *counts.entry((finding.code, finding.severity.as_str())).or_default() += 1;
        }
    }
    let summary: String = counts
        .iter()
        .fold(String::new(), |text, ((code, severity), count)| text + &format!("{code}\t{severity}\t{count}\n"));
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/it/lint/corpus.tsv");
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(&path, &summary).unwrap();
    }
    assert_eq!(
        std::fs::read_to_string(&path).unwrap_or_default(),
        summary,
        "review the difference, then run with UPDATE=1"
    );
}

#[test]
fn templates_hold_policies_and_no_error() {
    let mut policies = 0;
    for entry in std::fs::read_dir(corpus().join("iac")).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|ending| ending == "jsonl") {
            continue;
        }
        let text = std::fs::read_to_string(&path).unwrap();
        let catalog = ramspect::catalog::Catalog::new();
        let source = ramspect::text::Source::new(path.to_string_lossy(), text);
        let settings = ramspect::lint::Settings { named: false, ..ramspect::lint::Settings::all(&catalog) };
        let found = ramspect::lint::lint(&source, &[], settings);
        policies += found.policies;
        let errors: Vec<_> = found.findings.iter().filter(|finding| finding.severity == Severity::Error).collect();
        assert!(errors.is_empty(), "{}: {errors:?}", path.display());
    }
    assert!(policies >= 28, "{policies}");
}
