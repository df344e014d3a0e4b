//! Judging the files on all processors, in order, and what suppressions leave of the findings.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;
use std::path::Path;

use ramspect::diagnostic::Diagnostic;
use ramspect::lint::{Entry, Found, comments, lint, lint_template, suppress};
use ramspect::report::lint::FileReport;
use ramspect::text::{Source, Span};

use super::super::failure::Outcome;
use super::super::files::{self, Reader};
use super::super::status::Status;
use super::super::terminal::Terminal;
use super::discover::Selected;
use super::plan::Plan;

/// What a run found, before threshold and baseline.
#[derive(Debug, Default)]
pub(super) struct Judged {
    pub(super) files: usize,
    pub(super) policies: usize,
    pub(super) suppressed: usize,
    pub(super) reports: Vec<FileReport>,
}

/// Files from which a second thread pays, and the size from which it pays with fewer.
const WORTH_A_THREAD: (usize, u64) = (8, 64 * 1024);
/// Files that a thread takes at once.
const AT_ONCE: usize = 16;

/// Reads and judges the files. One that was named has to be readable; any other is reported and left out.
pub(super) fn judge(
    selected: &[Selected],
    plan: &Plan,
    terminal: &mut Terminal,
    status: &mut Status,
) -> Outcome<Judged> {
    let mut read = Vec::with_capacity(selected.len());
    for (file, result) in selected.iter().zip(search(selected, plan)) {
        match result {
            Ok((source, found)) => read.push((file, source, found)),
            Err(failure) if file.named => return Err(failure),
            Err(failure) => {
                terminal.report(&failure);
                *status = (*status).max(Status::Bad);
            }
        }
    }
    let mut elsewhere: BTreeMap<String, Vec<Diagnostic>> = BTreeMap::new();
    // Files that others refer to; only Terraform does.
    let mut seen: Option<BTreeSet<String>> = None;
    let mut pending: Vec<(Source, Cow<'_, str>, Found)> = Vec::with_capacity(read.len());
    for (file, source, found) in read {
        for (span, reason) in &found.skipped {
            let at = source.position(span.start);
            let _ = writeln!(terminal.err, "warning: {}:{}:{}: skipped: {reason}", source.name(), at.line, at.column);
        }
        let folder = || Path::new(source.name()).parent().map(Path::to_path_buf).unwrap_or_default();
        for (name, diagnostic) in &found.in_siblings {
            let path = folder().join(name).to_string_lossy().into_owned();
            elsewhere.entry(path).or_default().push(diagnostic.clone());
        }
        for reference in &found.elsewhere {
            let path = folder().join(&reference.path);
            let relative = plan.project.relative(&path);
            let seen = seen.get_or_insert_with(|| selected.iter().map(|file| file.relative.clone()).collect());
            if !seen.insert(relative.clone()) {
                continue;
            }
            match files::read(&path.to_string_lossy()) {
                Ok(source) => {
                    let mut settings = plan.settings(&relative, true);
                    settings.kind = settings.kind.or(Some(reference.kind));
                    let found = if reference.template {
                        lint_template(&source, reference.kind, settings)
                    } else {
                        lint(&source, &[], settings)
                    };
                    pending.push((source, relative.into(), found));
                }
                Err(failure) => {
                    terminal.report(&failure);
                    *status = (*status).max(Status::Bad);
                }
            }
        }
        pending.push((source, file.relative.as_str().into(), found));
    }
    Ok(Judged::of(pending, elsewhere, plan))
}

/// Reads and searches the files, on all processors where that pays; the results are in the order of the files.
fn search(selected: &[Selected], plan: &Plan) -> Vec<Outcome<(Source, Found)>> {
    let one = |file: &Selected, reader: &mut Reader| {
        let source = file.read(reader)?;
        let found = lint(&source, &file.siblings(), plan.settings(&file.relative, file.meant));
        Ok((source, found))
    };
    let (many, large) = WORTH_A_THREAD;
    let size = |file: &Selected| std::fs::metadata(&file.path).map_or(0, |known| known.len());
    let worth = selected.len() >= many || selected.len() > 1 && selected.iter().map(size).sum::<u64>() >= large;
    let threads = if worth { std::thread::available_parallelism().map_or(1, std::num::NonZero::get).min(8) } else { 1 };
    let at_once = selected.len().div_ceil(threads * 8).clamp(1, AT_ONCE);
    let next = std::sync::atomic::AtomicUsize::new(0);
    let work = || {
        let (mut reader, mut done) = (Reader::new(), Vec::new());
        loop {
            let at = next.fetch_add(at_once, std::sync::atomic::Ordering::Relaxed);
            let Some(files) = selected.get(at..).filter(|files| !files.is_empty()) else { return done };
            let results: Vec<_> = files.iter().take(at_once).map(|file| one(file, &mut reader)).collect();
            done.push((at, results));
        }
    };
    let mut parts = std::thread::scope(|scope| {
        let workers: Vec<_> = (1..threads).map(|_| scope.spawn(work)).collect();
        let mut parts = work();
        for worker in workers {
            match worker.join() {
                Ok(part) => parts.extend(part),
                Err(panic) => std::panic::resume_unwind(panic),
            }
        }
        parts
    });
    parts.sort_by_key(|(at, _)| *at);
    parts.into_iter().flat_map(|(_, found)| found).collect()
}

impl Judged {
    /// What is left of the findings: in each file, and in files that siblings led to.
    fn of(
        pending: Vec<(Source, Cow<'_, str>, Found)>,
        mut elsewhere: BTreeMap<String, Vec<Diagnostic>>,
        plan: &Plan,
    ) -> Self {
        let mut judged = Self::default();
        let mut used = vec![false; plan.project.config.suppressions.len()];
        for (source, relative, mut found) in pending {
            // What a sibling led to is reported once, in the file that holds it.
            for diagnostic in elsewhere.remove(source.name()).unwrap_or_default() {
                let known =
                    |other: &Diagnostic| other.code == diagnostic.code && other.primary.span == diagnostic.primary.span;
                if !found.findings.iter().any(known) {
                    found.findings.push(diagnostic);
                }
            }
            judged.add(source, &relative, found, plan, &mut used);
        }
        for (path, findings) in elsewhere {
            if let Ok(source) = files::read(&path) {
                let relative = plan.project.relative(Path::new(&path));
                judged.add(source, &relative, Found { policies: 0, findings, ..Found::default() }, plan, &mut used);
            }
        }
        judged.unused(plan, &used);
        judged
    }

    fn add(&mut self, source: Source, relative: &str, found: Found, plan: &Plan, used: &mut [bool]) {
        self.policies += found.policies;
        self.files += usize::from(found.policies > 0);
        let (asked, mistakes) = comments(&source, &found.comments, &found.statements);
        let here = plan
            .project
            .config
            .suppressions
            .iter()
            .enumerate()
            .filter(|(_, suppression)| suppression.reaches(relative));
        let (numbers, entries): (Vec<usize>, Vec<Entry>) =
            here.map(|(at, suppression)| (at, suppression.entry.clone())).unzip();
        let outcome = suppress(found.findings, &asked, &entries, &found.statements, &plan.today, &|code| {
            ramspect::lint::find(code).is_some_and(|rule| plan.runs(rule.meta()))
        });
        self.suppressed += outcome.suppressed;
        for (number, hit) in numbers.into_iter().zip(outcome.used) {
            if let Some(used) = used.get_mut(number) {
                *used |= hit;
            }
        }
        let findings: Vec<Diagnostic> =
            mistakes.into_iter().chain(outcome.kept).filter_map(|finding| plan.level(relative, finding)).collect();
        if !findings.is_empty() {
            self.reports.push(FileReport { source, findings });
        }
    }

    /// Findings about the suppressions of the configuration, placed in it.
    fn unused(&mut self, plan: &Plan, used: &[bool]) {
        let Some(path) = &plan.project.config_path else { return };
        let Ok(source) = files::read(path) else { return };
        let places: Vec<Span> = source
            .text()
            .match_indices("[[suppress]]")
            .map(|(at, mark)| Span::new(u32::try_from(at).unwrap_or(0), u32::try_from(at + mark.len()).unwrap_or(0)))
            .collect();
        let mut findings = Vec::new();
        for (at, suppression) in plan.project.config.suppressions.iter().enumerate() {
            let span = places.get(at).copied().unwrap_or_default();
            let code = &suppression.entry.code;
            if let Some(until) = suppression.entry.until.as_ref().filter(|until| until.as_str() < plan.today.as_str()) {
                let message = format!("the suppression of `{code}` held until {until}");
                let help = "repair the finding, or set a later date with a reason";
                findings.push(Diagnostic::warning("expired-suppression", message, span).with_help(help));
            } else if used.get(at) != Some(&true) {
                let message = format!("nothing is suppressed by this entry for `{code}`");
                findings.push(Diagnostic::warning("unused-suppression", message, span).with_help("remove it"));
            }
        }
        let relative = plan.project.relative(Path::new(path));
        let findings: Vec<Diagnostic> =
            findings.into_iter().filter_map(|finding| plan.level(&relative, finding)).collect();
        if !findings.is_empty() {
            self.reports.push(FileReport { source, findings });
        }
    }
}
