//! `ramspect lint`: every mistake in the policies of a repository.

mod args;
mod discover;
mod judge;
mod plan;

use std::io::Write;

use ramspect::diagnostic::{Diagnostic, Severity};
use ramspect::lint::{Baseline, fix};
use ramspect::report::lint::{LintReport, concise, github, json, junit, sarif};
use ramspect::report::unified::unified;

use super::failure::{Failure, Outcome};
use super::files;
use super::status::Status;
use super::terminal::Terminal;

pub(crate) use args::LintArgs;
use args::LintFormat;
use judge::Judged;
use plan::Plan;
pub(crate) use plan::catalog;

/// Findings of one file that are shown with an excerpt; the rest are lines.
const EXCERPTS: usize = 200;

pub(crate) fn run(args: &LintArgs, terminal: &mut Terminal) -> Outcome<Status> {
    let plan = Plan::new(args)?;
    let mut status = Status::Yes;
    let mut selected = discover::select(args, &plan, terminal, &mut status);
    if args.fix || args.diff || args.unsafe_fixes {
        mend(args, &plan, &mut selected, terminal, &mut status)?;
    }
    let judged = judge::judge(&selected, &plan, terminal, &mut status)?;
    if let Some(path) = &args.write_baseline {
        return write_baseline(path, &judged, terminal, status);
    }
    let report = shown(args, judged, &plan)?;
    if report.policies == 0 && !args.allow_empty && report.reports.is_empty() {
        let failure = Failure::new("no policy was found, so nothing was checked");
        return Err(failure.with_help("name the files, or pass `--allow-empty` where that is meant"));
    }
    let findings = !report.reports.is_empty();
    print(args, &report, terminal);
    // A file that is no policy, though it was named, is an input that could not be used.
    if report.findings().any(|(_, finding)| finding.code == "no-policy") {
        status = status.max(Status::Bad);
    }
    Ok(status.max(if findings { Status::No } else { Status::Yes }).exit_zero(args.exit_zero))
}

/// Takes away what the baseline knows and what is below the threshold.
fn shown(args: &LintArgs, judged: Judged, plan: &Plan) -> Outcome<LintReport> {
    let baseline = args.baseline.as_deref().map(read_baseline).transpose()?;
    let mut report = LintReport {
        files: judged.files,
        policies: judged.policies,
        suppressed: judged.suppressed,
        reports: Vec::new(),
    };
    for mut file in judged.reports {
        if let Some(baseline) = &baseline {
            let (refused, other): (Vec<_>, Vec<_>) = file.findings.into_iter().partition(ramspect::lint::is_refusal);
            let (mut new, known) = baseline.filter(&file.source, other);
            new.extend(refused);
            new.sort_by_key(|finding| finding.primary.span);
            report.suppressed += known;
            file.findings = new;
        }
        file.findings.retain(|finding| finding.severity >= plan.threshold);
        if !file.findings.is_empty() {
            report.reports.push(file);
        }
    }
    Ok(report)
}

fn read_baseline(path: &str) -> Outcome<Baseline> {
    let source = files::read(path)?;
    Baseline::parse(source.text()).map_err(|error| {
        Failure::new(format!("`{path}` is no baseline: {error}"))
            .with_help("write one with `ramspect lint --write-baseline FILE`")
    })
}

fn write_baseline(path: &str, judged: &Judged, terminal: &mut Terminal, status: Status) -> Outcome<Status> {
    let mut baseline = Baseline::default();
    let mut count = 0;
    for file in &judged.reports {
        let known: Vec<Diagnostic> =
            file.findings.iter().filter(|finding| !ramspect::lint::is_refusal(finding)).cloned().collect();
        count += known.len();
        if !known.is_empty() {
            baseline.add(&file.source, &known);
        }
    }
    write(path, &baseline.render())?;
    let _ = writeln!(terminal.err, "wrote {count} findings in {} policies to `{path}`", judged.policies);
    Ok(status)
}

fn write(path: &str, text: &str) -> Outcome<()> {
    files::write_atomically(std::path::Path::new(path), text)
        .map_err(|error| Failure::new(format!("`{path}` cannot be written: {}", files::describe(&error))))
}

/// Makes the fixes, or shows them.
fn mend(
    args: &LintArgs,
    plan: &Plan,
    selected: &mut Vec<discover::Selected>,
    terminal: &mut Terminal,
    status: &mut Status,
) -> Outcome<()> {
    discover::read_all(selected, terminal, status)?;
    let (mut fixes, mut files_changed) = (0, 0);
    for file in selected.iter_mut() {
        let Some(source) = &file.source else { continue };
        let settings = plan.settings(&file.relative, file.meant);
        let wanted = |finding: &Diagnostic| plan.wants_fix(&file.relative, finding);
        let mended = fix(source, &file.siblings(), settings, args.unsafe_fixes, &wanted);
        if mended.fixes == 0 {
            continue;
        }
        fixes += mended.fixes;
        files_changed += 1;
        let name = source.name().to_owned();
        if args.diff {
            let _ = write!(terminal.out, "{}", unified(&name, source.text(), &mended.text));
            *status = (*status).max(Status::No);
        } else if name == "-" {
            return Err(
                Failure::new("standard input cannot be fixed in place").with_help("pass `--diff` to see the fixes")
            );
        } else {
            write(&name, &mended.text)?;
            file.source = Some(ramspect::text::Source::new(name, mended.text));
        }
    }
    let verb = if args.diff { "would make" } else { "made" };
    let _ = writeln!(terminal.err, "{verb} {fixes} fixes in {files_changed} files");
    Ok(())
}

fn print(args: &LintArgs, report: &LintReport, terminal: &mut Terminal) {
    // With `--diff` the difference is the result.
    let text = match args.format {
        _ if args.diff => String::new(),
        LintFormat::Human => return human(report, terminal),
        LintFormat::Concise => concise(report),
        LintFormat::Json => json(report),
        LintFormat::Sarif => sarif(report),
        LintFormat::Github => github(report),
        LintFormat::Junit => junit(report),
    };
    let _ = terminal.out.write_all(text.as_bytes());
    let _ = writeln!(terminal.err, "{}", report.summary());
}

fn human(report: &LintReport, terminal: &mut Terminal) {
    let painter = terminal.painter_of_answers();
    for file in &report.reports {
        for finding in file.findings.iter().take(EXCERPTS) {
            let _ = writeln!(terminal.out, "{}", painter.diagnostic(&file.source, finding));
        }
        let rest: Vec<Diagnostic> = file.findings.iter().skip(EXCERPTS).cloned().collect();
        if !rest.is_empty() {
            let file = ramspect::report::lint::FileReport { source: file.source.clone(), findings: rest };
            let _ = write!(terminal.out, "{}", concise(&LintReport { reports: vec![file], ..LintReport::default() }));
        }
    }
    let _ = writeln!(terminal.out, "{}", report.summary());
}

/// The severity of a word of `--min-severity`.
pub(super) fn severity(word: args::MinSeverity) -> Severity {
    match word {
        args::MinSeverity::Error => Severity::Error,
        args::MinSeverity::Warning => Severity::Warning,
        args::MinSeverity::Info => Severity::Info,
    }
}
