//! Judging the files on all processors, in order, and what suppressions leave of the findings.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;
use std::path::Path;

use ramspect::diagnostic::Diagnostic;
use ramspect::lint::{Entry, Found, Meta, comments, lint, lint_template, suppress};
use ramspect::report::lint::FileReport;
use ramspect::text::{Source, Span};

use super::super::files;
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

/// Bytes from which a second thread pays.
const WORTH_A_THREAD: usize = 256 * 1024;

pub(super) fn judge(selected: &[Selected], plan: &Plan, terminal: &mut Terminal, status: &mut Status) -> Judged {
    let mut judged = Judged::default();
    let mut used = vec![false; plan.project.config.suppressions.len()];
    let mut elsewhere: BTreeMap<String, Vec<Diagnostic>> = BTreeMap::new();
    let mut seen: BTreeSet<String> = selected.iter().map(|file| file.relative.clone()).collect();
    let mut pending: Vec<(Source, String, Found)> = Vec::new();
    let runs = |meta: &Meta| plan.runs(meta);
    for (file, found) in selected.iter().zip(search(selected, plan)) {
        for (span, reason) in &found.skipped {
            let at = file.source.position(span.start);
            let _ =
                writeln!(terminal.err, "warning: {}:{}:{}: skipped: {reason}", file.source.name(), at.line, at.column);
        }
        let folder = Path::new(file.source.name()).parent().map(Path::to_path_buf).unwrap_or_default();
        for (name, diagnostic) in &found.in_siblings {
            let path = folder.join(name).to_string_lossy().into_owned();
            elsewhere.entry(path).or_default().push(diagnostic.clone());
        }
        for reference in &found.elsewhere {
            let path = folder.join(&reference.path);
            let relative = plan.project.relative(&path);
            if !seen.insert(relative.clone()) {
                continue;
            }
            match files::read(&path.to_string_lossy()) {
                Ok(source) => {
                    let mut settings = plan.settings(&relative, true, &runs);
                    settings.kind = settings.kind.or(Some(reference.kind));
                    let found = if reference.template {
                        lint_template(&source, reference.kind, settings)
                    } else {
                        lint(&source, &[], settings)
                    };
                    pending.push((source, relative, found));
                }
                Err(failure) => {
                    terminal.report(&failure);
                    *status = (*status).max(Status::Bad);
                }
            }
        }
        pending.push((file.source.clone(), file.relative.clone(), found));
    }
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

/// Searches the files, on two threads where that pays.
fn search(selected: &[Selected], plan: &Plan) -> Vec<Found> {
    let runs = |meta: &Meta| plan.runs(meta);
    let one = |file: &Selected| lint(&file.source, &file.siblings, plan.settings(&file.relative, file.named, &runs));
    let bytes: usize = selected.iter().map(|file| file.source.text().len()).sum();
    let threads = std::thread::available_parallelism().map_or(1, std::num::NonZero::get).min(8);
    if bytes < WORTH_A_THREAD || threads == 1 || selected.len() < 2 {
        return selected.iter().map(one).collect();
    }
    let size = selected.len().div_ceil(threads * 8).max(1);
    let chunks: Vec<&[Selected]> = selected.chunks(size).collect();
    let next = std::sync::atomic::AtomicUsize::new(0);
    let work = || {
        let mut done = Vec::new();
        loop {
            let at = next.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
            let Some(chunk) = chunks.get(at) else { return done };
            done.push((at, chunk.iter().map(one).collect::<Vec<Found>>()));
        }
    };
    let mut parts: Vec<(usize, Vec<Found>)> = std::thread::scope(|scope| {
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
