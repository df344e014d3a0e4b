//! The library's parsers against the grammar: the same texts are accepted, by every start symbol and every schema.

use std::path::PathBuf;

use ramspect::diagnostic::Severity;
use ramspect::pattern::{action_name, arn};
use ramspect::policy::{Operator, PolicyKind, lower, operand};
use ramspect::request::{check_action, check_resource};
use ramspect::syntax::{SyntaxErrorKind, parse};

use super::agree::{agree, find_all, grammar};
use super::documents::Kind;
use super::json::{FAULTS as JSON_FAULTS, serde_accepts};
use super::samples::STARTS;
use super::schemas;
use super::texts::FAULTS;

/// Whether the parser takes a text for JSON; members that stand twice and the depth are no matter of the grammar.
fn is_json(text: &str) -> bool {
    let beyond =
        |kind: &SyntaxErrorKind| matches!(kind, SyntaxErrorKind::DuplicateKey { .. } | SyntaxErrorKind::TooDeep);
    parse(text).errors.iter().all(|error| beyond(&error.kind))
}

fn is_typed_arn(text: &str) -> bool {
    arn(text).is_some_and(|arn| {
        let typed = |(kind, id): (&str, &str)| !kind.is_empty() && !kind.contains(':') && !id.is_empty();
        arn.partition == "acs" && !arn.service.is_empty() && arn.type_and_id().is_some_and(typed)
    })
}

/// What the library says of a text.
fn parser(start: &str) -> fn(&str) -> bool {
    match start {
        "json_text" => is_json,
        "pattern" | "arn_pattern" => |_| true,
        "request_action" => |text| check_action(text).is_ok(),
        "action_pattern" => |text| text == "*" || action_name(text).is_some(),
        "request_resource" => |text| check_resource(text).is_ok(),
        "typed_arn" => is_typed_arn,
        "operator" => |text| Operator::parse(text).is_some(),
        "numeric_operand" => |text| operand::Decimal::parse(text).is_some(),
        "boolean_operand" => |text| operand::boolean(text).is_some(),
        "date_operand" => |text| operand::instant(text).is_some(),
        "address_operand" => |text| operand::block(text).is_some(),
        other => panic!("no parser for `{other}`"),
    }
}

#[test]
fn every_parser_accepts_what_the_grammar_accepts() {
    for start in STARTS {
        agree(&grammar(), start, parser(start));
    }
}

#[test]
fn faults_planted_in_the_grammar_are_found_by_the_parsers() {
    find_all("json_text", JSON_FAULTS, is_json);
    for (start, faults) in FAULTS {
        find_all(start, faults, parser(start));
    }
}

/// Whether nothing makes RAM refuse the document, save what a schema cannot say.
fn is_judged(text: &str, kind: PolicyKind) -> bool {
    let lowered = lower(text, kind);
    let mut errors = lowered.diagnostics.iter().filter(|diagnostic| diagnostic.severity == Severity::Error);
    errors.all(|error| matches!(error.code, "duplicate-key" | "too-long"))
}

#[test]
fn lowering_refuses_what_the_schemas_refuse() {
    for kind in [PolicyKind::Identity, PolicyKind::Session, PolicyKind::Control] {
        schemas::agree(Kind::Identity, |text| is_judged(text, kind));
    }
    schemas::agree(Kind::Trust, |text| is_judged(text, PolicyKind::Trust));
    schemas::agree(Kind::Bucket, |text| is_judged(text, PolicyKind::Bucket));
}

/// The folder of documents as their authors wrote them; a missing one is a failure that says so.
pub fn shared(part: &str) -> PathBuf {
    let named = std::env::var_os("RAMSPECT_SHARED").map(PathBuf::from);
    let beside = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared");
    let places: Vec<PathBuf> = named.into_iter().chain([beside, PathBuf::from("/work/shared")]).collect();
    let found = places.iter().map(|place| place.join(part)).find(|path| path.exists());
    found.unwrap_or_else(|| panic!("`{part}` is in none of {places:?}; say in RAMSPECT_SHARED where the corpus is"))
}

/// The grammar, `serde_json` and the parser say the same of every document, mistakes and all; those that are JSON and hold
/// no member twice are judged exactly when the schema of their kind accepts them.
#[test]
fn the_corpus_is_read_alike_by_all() {
    let grammar = grammar();
    let mut seen = 0;
    for entry in std::fs::read_dir(shared("corpus/policies")).unwrap() {
        let path = entry.unwrap().path();
        let text = std::fs::read_to_string(&path).unwrap();
        let expected = serde_accepts(&text);
        assert_eq!(is_json(&text), expected, "{}", path.display());
        // The recogniser is slow by design; most documents are far smaller.
        if text.len() < 4_000 {
            assert_eq!(grammar.recognises("json_text", &text), expected, "{}", path.display());
        }
        seen += 1;
    }
    assert!(seen > 500, "{seen} documents");
}
