//! From checks to the outcome (contract 3: order, verdict, candidates, certainty).

use crate::catalog::errors::Path;
use crate::catalog::{Assumption, Assumptions, ErrorRow, Rule, Stage};
use crate::membership::{Check, Status, Target};

/// Whether the call succeeds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Verdict {
    /// It does.
    Success,
    /// It does not.
    Failure,
    /// The facts at hand do not tell.
    Undetermined,
}

impl Verdict {
    /// The word of the JSON output.
    pub fn word(self) -> &'static str {
        match self {
            Self::Success => "success",
            Self::Failure => "failure",
            Self::Undetermined => "undetermined",
        }
    }
}

/// How sure the code is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Certainty {
    /// Documented rules and known facts decide it.
    Certain,
    /// A rule that is inferred, an assumption or an unverified count stands behind it.
    Inferred,
    /// Several errors may come first, and their order is not documented.
    OrderInferred,
    /// There is no one answer.
    Undetermined,
}

impl Certainty {
    /// The word of the JSON output.
    pub fn word(self) -> &'static str {
        match self {
            Self::Certain => "certain",
            Self::Inferred => "inferred",
            Self::OrderInferred => "order_inferred",
            Self::Undetermined => "undetermined",
        }
    }
}

/// One answer that the API may give.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    /// All HTTP statuses of the code, ascending.
    pub http: Vec<u16>,
    /// The code; `Success` for a call that succeeds.
    pub code: &'static str,
}

impl Candidate {
    fn success() -> Self {
        Self { http: vec![200], code: "Success" }
    }

    fn of(row: &ErrorRow) -> Self {
        Self { http: row.statuses(), code: row.code }
    }
}

/// What the API is going to answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// Whether the call succeeds.
    pub verdict: Verdict,
    /// The HTTP status of a failure.
    pub http: Option<u16>,
    /// The code of a failure.
    pub code: Option<&'static str>,
    /// The text that comes with it, where it is fixed.
    pub message: Option<&'static str>,
    /// What the code means, in our own words.
    pub meaning: Option<&'static str>,
    /// How sure the code is.
    pub certainty: Certainty,
    /// Every answer that may come first, in default order.
    pub candidates: Vec<Candidate>,
    /// The codes whose check is unverified.
    pub unverified: Vec<&'static str>,
    /// What can come at any time.
    pub always_possible: Vec<Candidate>,
}

/// Verdict and code under one choice of assumptions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Answer {
    /// Whether the call succeeds.
    pub verdict: Verdict,
    /// The HTTP status of a failure.
    pub http: Option<u16>,
    /// The code of a failure.
    pub code: Option<&'static str>,
}

/// The answer that checks in default order give; `allowed`: every possible decision of RAM is allow.
pub(super) fn answer(checks: &[Check], allowed: bool, strict: bool, target: Target) -> Answer {
    if let Some(check) = first_violated(checks) {
        let http = check.row.answer(path(target)).map(|answer| answer.http);
        return Answer { verdict: Verdict::Failure, http, code: Some(check.row.code) };
    }
    let open = checks.iter().any(|check| is_open(check, strict));
    let verdict = if allowed && !open { Verdict::Success } else { Verdict::Undetermined };
    Answer { verdict, http: None, code: None }
}

/// The whole outcome; `settled`: no alternative of an assumption changes the answer.
pub(super) fn outcome(
    checks: &[Check],
    answer: Answer,
    settled: bool,
    strict: bool,
    target: Target,
    assumptions: &Assumptions,
) -> Outcome {
    let unverified: Vec<_> =
        checks.iter().filter(|check| check.status == Status::Unverified).map(|check| check.row.code).collect();
    let candidates = candidates(checks, answer.verdict, strict, assumptions);
    let row = first_violated(checks).map(|check| check.row);
    let documented = row.map_or(unverified.is_empty(), |row| row.rule == Rule::Documented);
    let certainty = match answer.verdict {
        Verdict::Undetermined => Certainty::Undetermined,
        Verdict::Success | Verdict::Failure if candidates.len() > 1 => Certainty::OrderInferred,
        Verdict::Success | Verdict::Failure if documented && settled => Certainty::Certain,
        Verdict::Success | Verdict::Failure => Certainty::Inferred,
    };
    let always = checks.iter().filter(|check| check.status == Status::AlwaysPossible);
    Outcome {
        verdict: answer.verdict,
        http: answer.http,
        code: answer.code,
        message: row.and_then(|row| row.answer(path(target))).and_then(|answer| answer.message),
        meaning: row.map(|row| row.meaning),
        certainty,
        candidates,
        unverified,
        always_possible: always.map(|check| Candidate::of(check.row)).collect(),
    }
}

pub(super) fn first_violated(checks: &[Check]) -> Option<&Check> {
    checks.iter().find(|check| check.status == Status::Violated)
}

/// Whether a check leaves the answer open; `--strict` counts what is unverified as unknown.
pub(super) fn is_open(check: &Check, strict: bool) -> bool {
    match check.status {
        Status::Unknown => true,
        Status::Unverified => strict,
        Status::Violated | Status::Passed | Status::NotApplicable | Status::AlwaysPossible => false,
    }
}

fn candidates(checks: &[Check], verdict: Verdict, strict: bool, assumptions: &Assumptions) -> Vec<Candidate> {
    if verdict == Verdict::Success {
        return vec![Candidate::success()];
    }
    let preceded = |check: &Check| {
        let violated = checks.iter().filter(|other| other.status == Status::Violated);
        violated.into_iter().any(|other| precedes(other.row.stage, check.row.stage, assumptions))
    };
    let may_come = checks.iter().filter(|check| check.status == Status::Violated || is_open(check, strict));
    let mut candidates: Vec<_> =
        may_come.filter(|check| !preceded(check)).map(|check| Candidate::of(check.row)).collect();
    if verdict == Verdict::Undetermined {
        candidates.push(Candidate::success());
    }
    candidates
}

/// Whether one stage is known or assumed to come before another. Not known: shape against authorization, the order
/// inside a stage, and among all stages from existence to quota.
fn precedes(one: Stage, other: Stage, assumptions: &Assumptions) -> bool {
    let not_found_first = assumptions.choice(Assumption::DeniedMissing) == "not-found-first";
    match (one, other) {
        (Stage::Shape | Stage::Authorization, Stage::Shape | Stage::Authorization) => false,
        (Stage::Authorization, Stage::Existence) => !not_found_first,
        (Stage::Shape | Stage::Authorization, _) => true,
        (Stage::Existence, Stage::Authorization) => not_found_first,
        _ => false,
    }
}

fn path(target: Target) -> Path {
    match target {
        Target::Instance(_) => Path::Instance,
        Target::NetworkInterface(_) => Path::NetworkInterface,
        Target::Both | Target::Neither => Path::Both,
    }
}
