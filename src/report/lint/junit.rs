//! `JUnit` XML: one suite, one test case a finding, and one for the whole where there is none.

use std::fmt::Write as _;

use super::LintReport;
use crate::report::xml::escape;

/// The report as `JUnit` XML.
pub fn junit(report: &LintReport) -> String {
    let total = report.findings().count();
    let mut text = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    let head = format!("name=\"ramspect lint\" tests=\"{}\" failures=\"{total}\" errors=\"0\"", total.max(1));
    let _ = writeln!(text, "<testsuites {head}>\n  <testsuite {head}>");
    for (source, finding) in report.findings() {
        let at = source.position(finding.primary.span.start);
        let class = escape(source.name());
        let name = escape(&format!("{} {}:{}", finding.code, at.line, at.column));
        let help = finding.help.as_ref().map_or(String::new(), |help| format!("\nhelp: {help}"));
        let place = format!("{}:{}:{}: {}{help}", source.name(), at.line, at.column, finding.message);
        let _ = writeln!(
            text,
            "    <testcase classname=\"{class}\" name=\"{name}\" file=\"{class}\" line=\"{}\">",
            at.line
        );
        let _ = writeln!(
            text,
            "      <failure type=\"{}\" message=\"{}\">{}</failure>\n    </testcase>",
            finding.severity.as_str(),
            escape(&finding.message),
            escape(&place)
        );
    }
    if total == 0 {
        let _ = writeln!(text, "    <testcase classname=\"ramspect\" name=\"{}\"/>", escape(&report.summary()));
    }
    text.push_str("  </testsuite>\n</testsuites>\n");
    text
}
