//! The list of rules, looked up by code, and their pages.

use super::rule::Rule;
use super::rules::RULES;
use crate::diagnostic::nearest;

/// All rules, sorted by code.
pub fn rules() -> &'static [&'static dyn Rule] {
    RULES
}

/// The rule of that code.
pub fn find(code: &str) -> Option<&'static dyn Rule> {
    let at = RULES.binary_search_by(|rule| rule.meta().code.cmp(code)).ok()?;
    RULES.get(at).copied()
}

/// The code that was probably meant.
pub fn suggestion(code: &str) -> Option<&'static str> {
    nearest(code, RULES.iter().map(|rule| rule.meta().code))
}

/// The page of a rule as Markdown.
pub fn page(rule: &dyn Rule) -> String {
    use std::fmt::Write as _;
    let meta = rule.meta();
    let mut page = format!("# {}\n\n", meta.code);
    let fix = if meta.fixable { "yes" } else { "no" };
    let suppressible =
        if meta.suppressible { "yes" } else { "no: RAM refuses such a document, or the finding is about suppressions" };
    let _ = writeln!(page, "group: {}", meta.group.as_str());
    let _ = writeln!(page, "severity: {}", meta.severity.as_str());
    let _ = writeln!(page, "confidence: {}", meta.confidence.as_str());
    let _ = writeln!(page, "fix: {fix}");
    let _ = writeln!(page, "can be suppressed: {suppressible}\n");
    for line in meta.page.lines() {
        let line = line.strip_prefix(' ').unwrap_or(line);
        // The headings of the doc comment stand one level below the title.
        let line = line.strip_prefix("# ").map_or_else(|| line.to_owned(), |heading| format!("## {heading}"));
        let fence = line.strip_prefix("```json,").map(|_| "```json".to_owned());
        page.push_str(&fence.unwrap_or(line));
        page.push('\n');
    }
    page
}
