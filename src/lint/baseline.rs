//! Findings that were there before: known ones are let pass, by a fingerprint without line numbers.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::diagnostic::Diagnostic;
use crate::text::Source;

/// Known findings: how often each fingerprint may occur.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Baseline {
    /// The version of the format.
    ramspect_baseline: u32,
    /// By file: `code: marked text: message`, and how often.
    findings: BTreeMap<String, BTreeMap<String, usize>>,
}

fn fingerprint(source: &Source, finding: &Diagnostic) -> String {
    let marked: String = finding.primary.span.of(source.text()).split_whitespace().collect::<Vec<_>>().join(" ");
    let marked: String = marked.chars().take(120).collect();
    format!("{}: {marked}: {}", finding.code, finding.message)
}

impl Baseline {
    /// Reads a baseline file.
    ///
    /// # Errors
    /// When the text is no baseline.
    pub fn parse(text: &str) -> Result<Self, String> {
        let baseline: Self = serde_json::from_str(text).map_err(|error| error.to_string())?;
        if baseline.ramspect_baseline == 1 {
            Ok(baseline)
        } else {
            Err("the version of the baseline is not 1".to_owned())
        }
    }

    /// The text of the file.
    pub fn render(&self) -> String {
        let known = Self { ramspect_baseline: 1, findings: self.findings.clone() };
        serde_json::to_string_pretty(&known).unwrap_or_default() + "\n"
    }

    /// Adds the findings of a file.
    pub fn add(&mut self, source: &Source, findings: &[Diagnostic]) {
        for finding in findings {
            let file = self.findings.entry(source.name().replace('\\', "/")).or_default();
            *file.entry(fingerprint(source, finding)).or_default() += 1;
        }
    }

    /// Takes known findings away; each counts as often as it was recorded. Returns those that are new, and how many were known.
    pub fn filter(&self, source: &Source, findings: Vec<Diagnostic>) -> (Vec<Diagnostic>, usize) {
        let mut left = self.findings.get(&source.name().replace('\\', "/")).cloned().unwrap_or_default();
        let before = findings.len();
        let is_new = |finding: &Diagnostic| match left.get_mut(&fingerprint(source, finding)) {
            Some(count) if *count > 0 => {
                *count -= 1;
                false
            }
            _ => true,
        };
        let new: Vec<Diagnostic> = findings.into_iter().filter(is_new).collect();
        let known = before - new.len();
        (new, known)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::Span;

    #[test]
    fn a_moved_finding_is_known_and_a_second_one_is_new() {
        let mut baseline = Baseline::default();
        let old = Source::new("a.json", "bad");
        baseline.add(&old, &[Diagnostic::warning("x", "m", Span::new(0, 3))]);
        let baseline = Baseline::parse(&baseline.render()).unwrap();
        let new = Source::new("a.json", "\n\n  bad\nbad");
        let findings =
            vec![Diagnostic::warning("x", "m", Span::new(4, 7)), Diagnostic::warning("x", "m", Span::new(8, 11))];
        let (left, known) = baseline.filter(&new, findings);
        assert_eq!((left.len(), known), (1, 1));
        assert!(Baseline::parse("{}").is_err());
    }
}
