//! `JUnit` XML, as CI servers read it.

use std::fmt::Write;

use ramspect::report::xml::escape;

use super::judge::Suite;
use super::report::{decided_in_words, line_of};

/// All suites in one document.
pub(super) fn text(suites: &[Suite]) -> String {
    let mut xml = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n");
    for suite in suites {
        let name = escape(suite.source.name());
        let (failures, errors) = (suite.count(Some(false)), suite.count(None));
        let tests = suite.tests.len();
        let _ = writeln!(
            xml,
            "  <testsuite name=\"{name}\" tests=\"{tests}\" failures=\"{failures}\" errors=\"{errors}\">"
        );
        for tested in &suite.tests {
            let line = line_of(suite, tested);
            let head = format!(
                "    <testcase name=\"{}\" classname=\"{name}\" file=\"{name}\" line=\"{line}\"",
                escape(&tested.test.name)
            );
            let inner = match &tested.got {
                Err(failure) => Some(format!("<error message=\"{}\"/>", escape(&failure.message))),
                Ok(got) if tested.passed() == Some(false) => {
                    let expected = tested.test.expect.as_ref().map_or("nothing", |expect| expect.shown());
                    let message = escape(&format!("expected {expected}, got {}", got.result.shown()));
                    let why = escape(&decided_in_words(suite, got).join("\n"));
                    Some(format!("<failure message=\"{message}\">{why}</failure>"))
                }
                Ok(_) => None,
            };
            let _ = match inner {
                Some(inner) => writeln!(xml, "{head}>\n      {inner}\n    </testcase>"),
                None => writeln!(xml, "{head}/>"),
            };
        }
        xml.push_str("  </testsuite>\n");
    }
    xml + "</testsuites>\n"
}
