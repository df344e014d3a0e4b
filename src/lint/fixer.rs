//! Making fixes until nothing more can be fixed, and only where the text stays readable.

use super::source::{Settings, lint};
use crate::diagnostic::Diagnostic;
use crate::text::{Fix, Source, Trust, apply};

/// Rounds: a fix may open the way for the next one.
const ROUNDS: usize = 10;

/// What fixing a text gave.
#[derive(Debug, Clone)]
pub struct Fixed {
    /// The text afterwards.
    pub text: String,
    /// How many fixes were made.
    pub fixes: usize,
}

/// Makes the fixes of a text's findings; `wanted` says which findings may be fixed, `with_care` whether unsafe fixes too.
///
/// After each round the text is read again; a round that brings a new syntax error is taken back.
pub fn fix(
    source: &Source,
    siblings: &[(String, String)],
    settings: Settings<'_>,
    with_care: bool,
    wanted: &dyn Fn(&Diagnostic) -> bool,
) -> Fixed {
    let mut fixed = Fixed { text: source.text().to_owned(), fixes: 0 };
    for _ in 0..ROUNDS {
        let before = Source::new(source.name(), fixed.text.clone());
        let found = lint(&before, siblings, settings);
        let trusted = |fix: &&Fix| with_care || fix.trust == Trust::Safe;
        let ready: Vec<&Fix> = found
            .findings
            .iter()
            .filter(|finding| wanted(finding))
            .filter_map(|finding| finding.fix.as_ref())
            .filter(trusted)
            .collect();
        let (text, made) = apply(&fixed.text, ready);
        if made == 0 || text == fixed.text {
            break;
        }
        let after = lint(&Source::new(source.name(), text.clone()), siblings, settings);
        let broken = |findings: &[Diagnostic]| findings.iter().filter(|finding| super::is_refusal(finding)).count();
        if broken(&after.findings) > broken(&found.findings) || after.policies != found.policies {
            break;
        }
        fixed = Fixed { text, fixes: fixed.fixes + made };
    }
    fixed
}
