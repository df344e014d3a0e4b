//! The results for people and for programs.

use std::fmt::Write as _;
use std::io::Write as _;

use serde::Serialize;

use ramspect::diagnostic::Severity;
use ramspect::policy::Effect;
use ramspect::report::human::{Painter, Quote, Tone};
use ramspect::report::json::DecidedBy;

use super::judge::{Got, Suite, Tested};
use crate::cli::terminal::Terminal;

/// Uncovered statements that are named.
const MAX_UNCOVERED: usize = 10;

/// The line of a test in its file.
pub(super) fn line_of(suite: &Suite, tested: &Tested) -> u32 {
    suite.source.position(tested.test.span.start).line
}

/// What decided, one line each.
pub(super) fn decided_in_words(suite: &Suite, got: &Got) -> Vec<String> {
    let mut lines: Vec<String> = got.reason.iter().cloned().collect();
    if got.root {
        lines.push("the root user of the account is bound by no policy".to_owned());
    }
    for (binding, deciding) in &got.deciding {
        let Some((name, index)) = suite.judge.policies.name(binding, deciding.statement) else { continue };
        let Some(statement) = binding.set().statement(deciding.statement) else { continue };
        let may = if deciding.certain { "" } else { "may " };
        let verb = if statement.effect == Effect::Allow { "allow" } else { "deny" };
        let ending = if deciding.certain { if verb == "deny" { "denies" } else { "allows" } } else { verb };
        let line = format!(
            "{name} statement {index} {may}{ending} ({}, {})",
            statement.layer.kind.as_str(),
            statement.layer.scope
        );
        if !lines.contains(&line) {
            lines.push(line);
        }
    }
    if !got.depends_on.is_empty() {
        lines.push(format!("it depends on `{}`", got.depends_on.join("`, `")));
    }
    lines.extend(got.refusal.iter().cloned());
    lines
}

/// A report like a diff: only what did not pass, then the sums.
pub(super) fn human(suite: &Suite, updated: bool, terminal: &mut Terminal) {
    let painter = terminal.painter_of_answers();
    let mut text = String::new();
    for tested in suite.tests.iter().filter(|tested| tested.passed() != Some(true)) {
        if let (true, Ok(_)) = (updated, &tested.got) {
            continue;
        }
        let place = format!("{}:{}", suite.source.name(), line_of(suite, tested));
        match &tested.got {
            Err(failure) => {
                let _ = writeln!(text, "{} {} ({place})", painter.paint("ERROR", Tone::Bad), tested.test.name);
                text.push_str(&painter.wrap(&format!("    {}", failure.message), 4));
                if let Some(help) = &failure.help {
                    text.push_str(&painter.wrap(&format!("    help: {help}"), 4));
                }
            }
            Ok(got) => {
                let _ = writeln!(text, "{} {} ({place})", painter.paint("FAIL", Tone::Bad), tested.test.name);
                let expected = tested.test.expect.as_ref().map_or("nothing", |expect| expect.shown());
                let _ = writeln!(text, "  {}", painter.paint(&format!("- {expected}"), Tone::Bad));
                let _ = writeln!(text, "  {}", painter.paint(&format!("+ {}", got.result.shown()), Tone::Good));
                text.push_str(&excerpt(suite, got, painter));
            }
        }
    }
    let (passed, failed, errors) = (suite.count(Some(true)), suite.count(Some(false)), suite.count(None));
    let tone = if failed + errors == 0 { Tone::Good } else { Tone::Bad };
    let sums = format!("{passed} passed, {failed} {}", if updated { "updated" } else { "failed" });
    let sums = if errors > 0 { format!("{sums}, {errors} could not be judged") } else { sums };
    let _ = writeln!(text, "{}: {}", suite.source.name(), painter.paint(&sums, tone));
    let (covered, statements) = (suite.coverage.covered(), suite.coverage.statements());
    let _ = writeln!(text, "{covered} of {statements} statements decide a test");
    for (id, index) in suite.coverage.uncovered().take(MAX_UNCOVERED) {
        let documents = &suite.judge.policies.bindings.documents;
        let name = documents.policy(id).map_or("", |policy| &policy.name);
        let place = documents.place(id, index);
        let place = place.map(|(source, span)| format!("{}:{}", source.name(), source.position(span.start).line));
        let _ = writeln!(text, "  untested: {name} statement {index} ({})", place.unwrap_or_default());
    }
    let more = suite.coverage.uncovered().count().saturating_sub(MAX_UNCOVERED);
    if more > 0 {
        let _ = writeln!(text, "  and {more} more; `--format json` lists them");
    }
    let _ = terminal.out.write_all(text.as_bytes());
}

/// The first deciding statement underlined, the others named.
fn excerpt(suite: &Suite, got: &Got, painter: Painter) -> String {
    let mut text = String::new();
    let mut lines = decided_in_words(suite, got);
    let first = got.deciding.iter().find_map(|(binding, deciding)| {
        let (policy, source, span) = suite.judge.policies.place(binding, deciding.statement)?;
        let statement = binding.set().statement(deciding.statement)?;
        let head = format!("{} statement {} ", policy.name, statement.index);
        let at = lines.iter().position(|line| line.starts_with(&head))?;
        Some((source, span, lines.get(at)?.clone(), at, statement.effect))
    });
    if let Some((source, span, title, at, effect)) = first {
        lines.remove(at);
        let severity = if effect == Effect::Allow { Severity::Info } else { Severity::Error };
        text.push_str(&painter.quote(&Quote { source, span, title, severity }));
    }
    for line in lines.iter().take(4) {
        text.push_str(&painter.wrap(&format!("    {line}"), 4));
    }
    if lines.len() > 4 {
        let _ = writeln!(text, "    and {} more", lines.len() - 4);
    }
    text
}

#[derive(Serialize)]
struct SuiteAnswer<'a> {
    schema: &'static str,
    file: &'a str,
    passed: usize,
    failed: usize,
    errors: usize,
    tests: Vec<TestAnswer<'a>>,
    coverage: CoverageAnswer<'a>,
}

#[derive(Serialize)]
struct TestAnswer<'a> {
    name: &'a str,
    line: u32,
    status: &'static str,
    expected: Option<serde_json::Value>,
    got: Option<serde_json::Value>,
    decided_by: Vec<DecidedBy>,
    depends_on: &'a [String],
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<&'a str>,
}

#[derive(Serialize)]
struct CoverageAnswer<'a> {
    statements: usize,
    decided: usize,
    undecided: Vec<Undecided<'a>>,
}

#[derive(Serialize)]
struct Undecided<'a> {
    policy: &'a str,
    statement: usize,
    file: Option<&'a str>,
    span: Option<[u32; 2]>,
}

/// One JSON object for the file.
pub(super) fn json(suite: &Suite, terminal: &mut Terminal) {
    let documents = &suite.judge.policies.bindings.documents;
    let undecided = suite.coverage.uncovered().map(|(id, index)| {
        let place = documents.place(id, index);
        Undecided {
            policy: documents.policy(id).map_or("", |policy| &policy.name),
            statement: index,
            file: place.map(|(source, _)| source.name()),
            span: place.map(|(_, span)| [span.start, span.end]),
        }
    });
    let coverage = CoverageAnswer {
        statements: suite.coverage.statements(),
        decided: suite.coverage.covered(),
        undecided: undecided.collect(),
    };
    let answer = SuiteAnswer {
        schema: "ramspect.test/1",
        file: suite.source.name(),
        passed: suite.count(Some(true)),
        failed: suite.count(Some(false)),
        errors: suite.count(None),
        tests: suite.tests.iter().map(|tested| test_answer(suite, tested)).collect(),
        coverage,
    };
    let _ = serde_json::to_writer(&mut terminal.out, &answer);
    let _ = writeln!(terminal.out);
}

fn test_answer<'s>(suite: &'s Suite, tested: &'s Tested) -> TestAnswer<'s> {
    let got = tested.got.as_ref().ok();
    let mut decided_by = Vec::new();
    for (binding, deciding) in got.iter().flat_map(|got| &got.deciding) {
        decided_by.extend(suite.judge.policies.decided_by(binding, *deciding).filter(|by| !decided_by.contains(by)));
    }
    if got.is_some_and(|got| got.root) {
        decided_by.push(DecidedBy::root());
    }
    TestAnswer {
        name: &tested.test.name,
        line: line_of(suite, tested),
        status: match tested.passed() {
            Some(true) => "passed",
            Some(false) => "failed",
            None => "error",
        },
        expected: tested.test.expect.as_ref().map(super::expect::Expect::as_json),
        got: got.map(|got| got.result.as_json()),
        decided_by,
        depends_on: got.map_or(&[], |got| &got.depends_on),
        error: tested.got.as_ref().err().map(|failure| failure.message.as_str()),
    }
}
