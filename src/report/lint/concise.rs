//! One line a finding, for grep and editors.

use std::fmt::Write as _;

use super::LintReport;

/// `file:line:column: severity[code] message`
pub fn concise(report: &LintReport) -> String {
    let mut text = String::new();
    for (source, finding) in report.findings() {
        let at = source.position(finding.primary.span.start);
        let (name, severity, code) = (source.name(), finding.severity.as_str(), finding.code);
        let _ = writeln!(text, "{name}:{}:{}: {severity}[{code}] {}", at.line, at.column, finding.message);
    }
    text
}
