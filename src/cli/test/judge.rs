//! Runs the tests of a file.

use std::rc::Rc;

use ramspect::account::Binding;
use ramspect::evaluate::{Deciding, Decision, Possible, Rules, Scratch};
use ramspect::predict::Verdict;
use ramspect::text::Source;

use super::coverage::Coverage;
use super::expect::Expect;
use super::file::{Ask, Test, TestFile};
use crate::cli::failure::{Failure, Outcome};
use crate::cli::judge::{Judge, Judged};
use crate::cli::predict;
use crate::cli::status::Status;
use crate::cli::terminal::Terminal;

/// What came of one test.
pub(super) struct Tested {
    pub(super) test: Test,
    pub(super) got: Result<Got, Failure>,
}

/// What a test got.
pub(super) struct Got {
    pub(super) result: Expect,
    pub(super) possible: Possible,
    pub(super) deciding: Vec<(Rc<Binding>, Deciding)>,
    pub(super) depends_on: Vec<String>,
    /// The root user, whom nothing binds.
    pub(super) root: bool,
    /// Why the check of a join failed.
    pub(super) reason: Option<String>,
    /// Which layer does not allow.
    pub(super) refusal: Option<String>,
}

impl Tested {
    /// Whether it got what it expects; none where it could not be judged.
    pub(super) fn passed(&self) -> Option<bool> {
        let got = self.got.as_ref().ok()?;
        Some(self.test.expect.as_ref().is_some_and(|expect| expect.fits(&got.result, got.possible)))
    }
}

/// A file with the results of its tests.
pub(super) struct Suite {
    pub(super) source: Source,
    pub(super) judge: Judge,
    pub(super) tests: Vec<Tested>,
    pub(super) coverage: Coverage,
}

impl Suite {
    pub(super) fn count(&self, passed: Option<bool>) -> usize {
        self.tests.iter().filter(|tested| tested.passed() == passed).count()
    }

    /// 2 when a test could not be judged, 1 when one failed and its expectation was not updated.
    pub(super) fn status(&self, updated: bool) -> Status {
        if self.count(None) > 0 {
            Status::Bad
        } else if self.count(Some(false)) > 0 && !updated {
            Status::No
        } else {
            Status::Yes
        }
    }
}

pub(super) fn run(file: TestFile, terminal: &mut Terminal) -> Outcome<Suite> {
    let TestFile { source, judge, quotas, tests } = file;
    let mut scratch = Scratch::new();
    let mut coverage = Coverage::new(&judge);
    let mut done = Vec::with_capacity(tests.len());
    for mut test in tests {
        let got = match &mut test.ask {
            Ask::Simulate { action, resources } => {
                simulate(&judge, test.principal.as_ref(), action, resources, &test.line, &mut scratch)
            }
            Ask::Predict(asked) => {
                asked.principal = asked.principal.take().or_else(|| test.principal.clone());
                for (key, fact) in test.line.context.iter() {
                    asked.line.context.set(key.to_owned(), fact.clone());
                }
                asked.line.closed |= test.line.closed;
                predict::one(&judge, asked, quotas, None, false, terminal).map(|traced| joined(&traced))
            }
        };
        if let Ok(got) = &got {
            got.deciding.iter().for_each(|(binding, deciding)| coverage.decided(binding, *deciding));
        }
        done.push(Tested { test, got });
    }
    Ok(Suite { source, judge, tests: done, coverage })
}

fn simulate(
    judge: &Judge,
    principal: Option<&ramspect::request::Principal>,
    action: &str,
    resources: &[String],
    line: &ramspect::request::Line<'static>,
    scratch: &mut Scratch,
) -> Outcome<Got> {
    let caller = judge.caller(principal)?;
    let rules = Rules::from(&judge.assumptions);
    let mut all = Vec::new();
    for resource in resources {
        if judge.is_root(principal) {
            all.push(Judged::root());
            continue;
        }
        let supplied = judge.supplied(resource, principal);
        all.push(judge.explain(&caller, (action, resource), rules, &supplied, Some(line), scratch).1);
    }
    let possible = Possible::combine(all.iter().map(|judged| judged.explanation.possible));
    Ok(got(Expect::Decision(possible.word()), possible, all.iter(), None))
}

fn joined(traced: &predict::Traced) -> Got {
    let outcome = &traced.outcome;
    let code = match outcome.verdict {
        Verdict::Success => "Success",
        Verdict::Undetermined => "undetermined",
        Verdict::Failure => outcome.code.unwrap_or("undetermined"),
    };
    let reason =
        traced.checks.iter().find(|check| Some(check.row.code) == outcome.code).map(|check| check.reason.clone());
    let judged = traced.authorization.trace.iter().flatten();
    got(Expect::Code(code.to_owned()), Possible::NONE, judged, reason)
}

fn got<'j>(
    result: Expect,
    possible: Possible,
    judged: impl Iterator<Item = &'j Judged> + Clone,
    reason: Option<String>,
) -> Got {
    let root = judged.clone().any(|judged| judged.root);
    // Of several resources those that refuse speak; where none does, all.
    let refuses = |judged: &&Judged| judged.explanation.possible != Possible::of(Decision::Allow);
    let refusal = judged.clone().find_map(Judged::refusal);
    let mut deciding = Vec::new();
    let mut depends_on = Vec::new();
    for judged in judged {
        let binding = judged.binding.as_ref();
        let pairs = judged.explanation.decided_by.iter().filter_map(|one| Some((Rc::clone(binding?), *one)));
        if refuses(&judged) {
            deciding.splice(0..0, pairs).for_each(drop);
        } else {
            deciding.extend(pairs);
        }
        depends_on.extend(judged.explanation.depends_on.iter().cloned());
    }
    depends_on.sort_unstable();
    depends_on.dedup();
    Got { result, possible, deciding, depends_on, root, reason, refusal }
}
