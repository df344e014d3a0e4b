//! SARIF 2.1.0: rules with their pages, results with ranges, fixes and fingerprints that survive moved lines.

use std::fmt::Write as _;

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::LintReport;
use crate::diagnostic::{Confidence, Diagnostic, Severity};
use crate::lint;
use crate::text::{Fix, Source, Span};

const SCHEMA: &str = "https://json.schemastore.org/sarif-2.1.0.json";

/// The report as SARIF.
pub fn sarif(report: &LintReport) -> String {
    let codes: BTreeSet<&str> = report.findings().map(|(_, finding)| finding.code).collect();
    let codes: Vec<&str> = codes.into_iter().collect();
    let results: Vec<Value> = report
        .findings()
        .map(|(source, finding)| result(source, finding, codes.binary_search(&finding.code).unwrap_or(0)))
        .collect();
    let rules: Vec<Value> = codes.iter().map(|code| rule(code)).collect();
    let driver = json!({
        "name": "ramspect",
        "version": env!("CARGO_PKG_VERSION"),
        "semanticVersion": env!("CARGO_PKG_VERSION"),
        "rules": rules,
    });
    let run = json!({ "tool": { "driver": driver }, "columnKind": "unicodeCodePoints", "results": results });
    let log = json!({ "$schema": SCHEMA, "version": "2.1.0", "runs": [run] });
    serde_json::to_string_pretty(&log).unwrap_or_default() + "\n"
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "note",
    }
}

fn rule(code: &str) -> Value {
    let Some(rule) = lint::find(code) else { return json!({ "id": code }) };
    let meta = rule.meta();
    let page = lint::page(rule);
    let precision = match meta.confidence {
        Confidence::High => "high",
        Confidence::Medium => "medium",
        Confidence::Low => "low",
    };
    json!({
        "id": code,
        "name": code,
        "shortDescription": { "text": meta.summary() },
        "fullDescription": { "text": meta.summary() },
        "help": { "text": page, "markdown": page },
        "defaultConfiguration": { "level": level(meta.severity) },
        "properties": { "tags": [meta.group.as_str()], "precision": precision },
    })
}

fn result(source: &Source, finding: &Diagnostic, rule_index: usize) -> Value {
    let text =
        finding.help.as_ref().map_or(finding.message.clone(), |help| format!("{}\nhelp: {help}", finding.message));
    let mut result = json!({
        "ruleId": finding.code,
        "ruleIndex": rule_index,
        "level": level(finding.severity),
        "message": { "text": text },
        "locations": [{ "physicalLocation": location(source, finding.primary.span) }],
        "partialFingerprints": { "ramspect/v1": fingerprint(source, finding) },
        "properties": { "confidence": finding.confidence.as_str(), "statement": finding.statement },
    });
    let related: Vec<Value> = finding
        .related
        .iter()
        .enumerate()
        .map(|(id, label)| json!({ "id": id, "physicalLocation": location(source, label.span), "message": { "text": label.text } }))
        .collect();
    if let Some(object) = result.as_object_mut() {
        if !related.is_empty() {
            object.insert("relatedLocations".to_owned(), Value::Array(related));
        }
        if let Some(fix) = &finding.fix {
            object.insert("fixes".to_owned(), json!([fix_of(source, fix, finding)]));
        }
    }
    result
}

fn location(source: &Source, span: Span) -> Value {
    json!({ "artifactLocation": { "uri": uri(source.name()) }, "region": region(source, span) })
}

fn region(source: &Source, span: Span) -> Value {
    let (start, end) = (source.position(span.start), source.position(span.end));
    json!({
        "startLine": start.line, "startColumn": start.column, "endLine": end.line, "endColumn": end.column,
        "byteOffset": span.start, "byteLength": span.len(),
    })
}

fn fix_of(source: &Source, fix: &Fix, finding: &Diagnostic) -> Value {
    let replacements: Vec<Value> = fix
        .edits()
        .iter()
        .map(|edit| json!({ "deletedRegion": region(source, edit.span), "insertedContent": { "text": edit.text } }))
        .collect();
    json!({
        "description": { "text": finding.help.clone().unwrap_or_else(|| finding.message.clone()) },
        "artifactChanges": [{ "artifactLocation": { "uri": uri(source.name()) }, "replacements": replacements }],
    })
}

/// A path as a relative URI: what RFC 3986 does not allow is written with percents.
fn uri(path: &str) -> String {
    let path = path.replace('\\', "/");
    let path = path.strip_prefix("./").unwrap_or(&path);
    let mut uri = String::with_capacity(path.len());
    for byte in path.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' | b'@' | b'+' | b'=' | b',' => {
                uri.push(char::from(byte));
            }
            byte => {
                let _ = write!(uri, "%{byte:02X}");
            }
        }
    }
    uri
}

/// 64 bits of FNV-1a over rule, marked text and message.
fn fingerprint(source: &Source, finding: &Diagnostic) -> String {
    let marked = finding.primary.span.of(source.text());
    let bytes = finding.code.bytes().chain([0]).chain(marked.bytes()).chain([0]).chain(finding.message.bytes());
    let hash =
        bytes.fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3));
    format!("{hash:016x}")
}
