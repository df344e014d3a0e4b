//! Workflow commands: GitHub shows the findings beside the lines of a pull request.

use std::fmt::Write as _;

use super::LintReport;
use crate::diagnostic::Severity;

/// `::error file=..,line=..,col=..,title=..::message`
pub fn github(report: &LintReport) -> String {
    let mut text = String::new();
    for (source, finding) in report.findings() {
        let command = match finding.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Info => "notice",
        };
        let (start, end) = (source.position(finding.primary.span.start), source.position(finding.primary.span.end));
        let file = property(&source.name().replace('\\', "/"));
        // Columns are only allowed for a finding on one line.
        let columns = if start.line == end.line {
            format!(",col={},endColumn={}", start.column, end.column)
        } else {
            String::new()
        };
        let help = finding.help.as_ref().map_or(String::new(), |help| format!("\nhelp: {help}"));
        let _ = writeln!(
            text,
            "::{command} file={file},line={},endLine={}{columns},title={}::{}",
            start.line,
            end.line,
            property(finding.code),
            data(&format!("{}{help}", finding.message))
        );
    }
    text
}

fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}
