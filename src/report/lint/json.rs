//! The JSON of contract 5.

use serde::Serialize;

use super::LintReport;
use crate::diagnostic::Diagnostic;
use crate::text::{Fix, Source, Trust};

#[derive(Serialize)]
struct Answer<'a> {
    schema: &'static str,
    files: usize,
    policies: usize,
    suppressed: usize,
    findings: Vec<Finding<'a>>,
}

#[derive(Serialize)]
struct Finding<'a> {
    code: &'a str,
    severity: &'static str,
    confidence: &'static str,
    message: &'a str,
    help: Option<&'a str>,
    file: &'a str,
    statement: Option<usize>,
    range: Range,
    fix: Option<FixAnswer<'a>>,
}

#[derive(Serialize)]
struct Range {
    start: Place,
    end: Place,
}

#[derive(Serialize)]
struct Place {
    offset: u32,
    line: u32,
    column: u32,
}

#[derive(Serialize)]
struct FixAnswer<'a> {
    safe: bool,
    edits: Vec<EditAnswer<'a>>,
}

#[derive(Serialize)]
struct EditAnswer<'a> {
    start: u32,
    end: u32,
    text: &'a str,
}

fn place(source: &Source, offset: u32) -> Place {
    let at = source.position(offset);
    Place { offset, line: at.line, column: at.column }
}

fn fix(fix: &Fix) -> FixAnswer<'_> {
    let edit = |edit: &'_ crate::text::Edit| (edit.span.start, edit.span.end);
    let edits = fix.edits().iter().map(|change| {
        let (start, end) = edit(change);
        EditAnswer { start, end, text: &change.text }
    });
    FixAnswer { safe: fix.trust == Trust::Safe, edits: edits.collect() }
}

fn finding<'a>(source: &'a Source, finding: &'a Diagnostic) -> Finding<'a> {
    let span = finding.primary.span;
    Finding {
        code: finding.code,
        severity: finding.severity.as_str(),
        confidence: finding.confidence.as_str(),
        message: &finding.message,
        help: finding.help.as_deref(),
        file: source.name(),
        statement: finding.statement,
        range: Range { start: place(source, span.start), end: place(source, span.end) },
        fix: finding.fix.as_ref().map(fix),
    }
}

/// One line of JSON.
pub fn json(report: &LintReport) -> String {
    let answer = Answer {
        schema: "ramspect.lint/1",
        files: report.files,
        policies: report.policies,
        suppressed: report.suppressed,
        findings: report.findings().map(|(source, diagnostic)| finding(source, diagnostic)).collect(),
    };
    serde_json::to_string(&answer).unwrap_or_default() + "\n"
}
