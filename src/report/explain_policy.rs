//! The JSON of `explain-policy`. The structs are the published format; inner types may change behind them.

use serde::Serialize;
use serde_json::Value;

use super::document::statement;
use super::sentence::sentence;
use crate::policy::{Effect, Policy};

/// The answer of `explain-policy`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ExplainPolicyAnswer {
    /// `ramspect.explain-policy/1`
    pub schema: &'static str,
    /// Whether the sentences are those of a smaller policy, proved equivalent; else of the policy as it stands.
    pub minimized: bool,
    /// Whether the policy allows some request; null when undecided.
    pub allows: Option<bool>,
    /// What it allows, then what it denies.
    pub sentences: Vec<SentenceAnswer>,
}

/// One sentence.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SentenceAnswer {
    /// `Allow` or `Deny`.
    pub effect: &'static str,
    /// The sentence.
    pub text: String,
    /// The same as a statement of RAM.
    pub statement: Value,
}

/// One sentence for each statement, those that allow first; none for an Allow when `allows` says that nothing is allowed.
pub fn sentences(policy: &Policy<'_>, allows: Option<bool>, absent_negated: bool) -> Vec<SentenceAnswer> {
    let of = |wanted: Effect| {
        let with = policy.statements.iter().filter(move |s| s.effect.as_ref().is_some_and(|e| e.value == wanted));
        with.filter_map(move |said| {
            let text = sentence(said, absent_negated)?;
            Some(SentenceAnswer { effect: wanted.as_str(), text, statement: statement(said) })
        })
    };
    let allowed = of(Effect::Allow).filter(|_| allows != Some(false));
    allowed.chain(of(Effect::Deny)).collect()
}
