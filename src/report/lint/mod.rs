//! What `ramspect lint` found, in every format: one file a format.

mod concise;
mod github;
mod json;
mod junit;
mod sarif;

pub use concise::concise;
pub use github::github;
pub use json::json;
pub use junit::junit;
pub use sarif::sarif;

use crate::diagnostic::{Diagnostic, Severity};
use crate::text::Source;

/// The findings of one file.
#[derive(Debug, Clone)]
pub struct FileReport {
    /// The file.
    pub source: Source,
    /// What was found, by place.
    pub findings: Vec<Diagnostic>,
}

/// A whole run.
#[derive(Debug, Clone, Default)]
pub struct LintReport {
    /// How many files hold policies.
    pub files: usize,
    /// How many policies were found.
    pub policies: usize,
    /// How many findings were suppressed.
    pub suppressed: usize,
    /// Files with findings, in order.
    pub reports: Vec<FileReport>,
}

impl LintReport {
    /// All findings, each with its file.
    pub fn findings(&self) -> impl Iterator<Item = (&Source, &Diagnostic)> {
        self.reports.iter().flat_map(|report| report.findings.iter().map(|finding| (&report.source, finding)))
    }

    /// How many findings have that severity.
    pub fn count(&self, severity: Severity) -> usize {
        self.findings().filter(|(_, finding)| finding.severity == severity).count()
    }

    /// The last line for people: `2 errors and 1 warning in 4 policies (3 files), 1 suppressed`.
    pub fn summary(&self) -> String {
        let counts = [(Severity::Error, "error"), (Severity::Warning, "warning"), (Severity::Info, "note")];
        let counted: Vec<String> =
            counts.iter().filter_map(|(severity, word)| plural(self.count(*severity), word)).collect();
        let found = if counted.is_empty() { "no findings".to_owned() } else { counted.join(", ") };
        let policies = plural(self.policies, "policy").unwrap_or_else(|| "no policies".to_owned());
        let files = plural(self.files, "file").unwrap_or_else(|| "no files".to_owned());
        let suppressed = if self.suppressed > 0 { format!(", {} suppressed", self.suppressed) } else { String::new() };
        format!("{found} in {policies} ({files}){suppressed}")
    }
}

fn plural(count: usize, word: &str) -> Option<String> {
    match count {
        0 => None,
        1 => Some(format!("1 {word}")),
        _ => {
            Some(format!("{count} {}", word.strip_suffix('y').map_or(format!("{word}s"), |stem| format!("{stem}ies"))))
        }
    }
}

#[cfg(test)]
mod tests;
