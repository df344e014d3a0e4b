//! `ramspect fmt`: policy files in their canonical layout.

use std::io::Write;
use std::path::{Path, PathBuf};

use clap::Args;
use serde::Serialize;

use ramspect::format::{FormatError, format};
use ramspect::intake::{documents, holds_statement, is_stack_policy};
use ramspect::report::unified::unified;
use ramspect::text::Source;

use super::failure::{Failure, Outcome};
use super::files;
use super::options::{Format, OutputArgs};
use super::project::{Project, shown};
use super::status::Status;
use super::terminal::Terminal;

/// Formats policy files: one layout, one order of elements
///
/// Rewrites JSON policy files (a document or an array of documents) with two spaces a level, one member or entry a line, and the
/// elements in the order `Version`, `Statement`; `Sid`, `Effect`, `Principal`, `Action`, `Resource`, `Condition`. Words, entries
/// and their order stay, and before a file is written the new text is read again and must say the same. Other JSON in a folder
/// is left alone and counted; so is the output of the aliyun CLI, which holds its policy in one string.
#[derive(Debug, Args)]
#[command(after_long_help = "\
Examples:
  ramspect fmt policies/
  ramspect fmt --check .
  ramspect fmt --diff policies/dev-ecs.json
  aliyun ram GetPolicyVersion ... | jq -r .PolicyVersion.PolicyDocument \\
    | ramspect fmt -

JSON output, one object a run:
  {\"schema\": \"ramspect.fmt/1\", \"skipped\": 1, \"files\": [
    {\"file\": \"a.json\", \"status\": \"reformatted\", \"diff\": null}]}
  status: unchanged, reformatted, would_reformat or refused (no JSON, or no
  policy though it was named); diff: with --diff, where the file would change

Exit status:
  0  the files have the layout, or have been rewritten
  1  with --check or --diff: a file would be rewritten
  2  a file cannot be read, is no JSON or no policy, or none was found")]
pub(crate) struct FmtArgs {
    /// Files and folders; `-` formats standard input
    #[arg(value_name = "PATH", default_value = ".", hide_default_value = true)]
    paths: Vec<String>,
    /// Writes nothing; lists what would change
    #[arg(long)]
    check: bool,
    /// Writes nothing; shows what would change
    #[arg(long)]
    diff: bool,
    /// The configuration, for `include` and `exclude`
    ///
    /// Without it the nearest `ramspect.toml`.
    #[arg(long, value_name = "FILE")]
    config: Option<String>,
    /// No policy found, or named, is no error
    #[arg(long)]
    allow_empty: bool,
    #[command(flatten)]
    output: OutputArgs,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
enum Verdict {
    Unchanged,
    Reformatted,
    WouldReformat,
    Refused,
}

#[derive(Debug, Serialize)]
struct Entry {
    file: String,
    status: Verdict,
    diff: Option<String>,
}

#[derive(Debug, Serialize)]
struct Answer {
    schema: &'static str,
    skipped: usize,
    files: Vec<Entry>,
}

impl Answer {
    fn count(&self, verdict: Verdict) -> usize {
        self.files.iter().filter(|entry| entry.status == verdict).count()
    }
}

/// What is to be done with a text.
enum Judged {
    Formatted(String),
    Skipped,
    Refused(Failure),
}

pub(crate) fn run(args: &FmtArgs, terminal: &mut Terminal) -> Outcome<Status> {
    let project = Project::new(args.config.as_deref(), &args.paths)?;
    let mut status = Status::Yes;
    let mut answer = Answer { schema: "ramspect.fmt/1", skipped: 0, files: Vec::new() };
    for (path, named) in select(args, &project, terminal, &mut status) {
        let file = shown(&path);
        let judged = match files::read(&file) {
            Ok(source) => {
                let judged = judge(&source, named && !args.allow_empty, terminal);
                (source, judged)
            }
            Err(failure) => {
                refuse(&failure, terminal, &mut status);
                answer.files.push(Entry { file, status: Verdict::Refused, diff: None });
                continue;
            }
        };
        match judged {
            (_, Judged::Skipped) => answer.skipped += 1,
            (_, Judged::Refused(failure)) => {
                refuse(&failure, terminal, &mut status);
                answer.files.push(Entry { file, status: Verdict::Refused, diff: None });
            }
            (source, Judged::Formatted(text)) => {
                let entry = write(args, &path, &source, &text, terminal)?;
                if entry.status == Verdict::WouldReformat {
                    status = status.max(Status::No);
                }
                answer.files.push(entry);
            }
        }
    }
    if answer.files.is_empty() && !args.allow_empty {
        let failure = Failure::new("no policy file was found, so nothing was formatted");
        return Err(failure.with_help("name the files, or pass `--allow-empty` where that is meant"));
    }
    match args.output.format {
        Format::Json => {
            let _ = writeln!(terminal.out, "{}", serde_json::to_string(&answer).unwrap_or_default());
        }
        Format::Human => human(args, &answer, terminal),
    }
    Ok(status.exit_zero(args.output.exit_zero))
}

fn refuse(failure: &Failure, terminal: &mut Terminal, status: &mut Status) {
    terminal.report(failure);
    *status = Status::Bad;
}

/// The files to be formatted, each once, and whether it was named.
fn select(args: &FmtArgs, project: &Project, terminal: &mut Terminal, status: &mut Status) -> Vec<(PathBuf, bool)> {
    let mut seen = std::collections::BTreeSet::new();
    let mut selected = Vec::new();
    for path in &args.paths {
        let named = path == "-" || !Path::new(path).is_dir();
        let found =
            if named { vec![PathBuf::from(path)] } else { project.walk(Path::new(path), &["json"], terminal, status) };
        for file in found {
            let relative = project.relative(&file);
            if (named || project.config.selects(&relative)) && seen.insert(relative) {
                selected.push((file, named));
            }
        }
    }
    selected
}

/// Formats a text, or says why not. A text that was only found in a folder may be something else.
fn judge(source: &Source, named: bool, terminal: &Terminal) -> Judged {
    let name = source.name();
    let is_no_policy = |what: &str, help: &str| {
        if named {
            Judged::Refused(Failure::new(format!("`{name}` {what}")).with_help(help.to_owned()))
        } else {
            Judged::Skipped
        }
    };
    match format(source.text()) {
        Ok(_) if is_stack_policy(source.text()) => {
            is_no_policy("is a stack policy of ROS, not a RAM policy", "only RAM policies are formatted")
        }
        Ok(text) => Judged::Formatted(text),
        Err(FormatError::Changed) => {
            let failure = Failure::new(format!("`{name}` is left alone: the new text would not say the same"));
            Judged::Refused(failure.with_help("this is a mistake of ramspect: please report the file"))
        }
        Err(FormatError::NotPolicy(_)) if documents(source.text()).is_ok() => is_no_policy(
            "is output of the aliyun CLI, which holds its policy in a string",
            "save the document alone, such as with `jq -r .DefaultPolicyVersion.PolicyDocument`",
        ),
        Err(FormatError::NotPolicy(diagnostic)) => {
            let help = diagnostic.help.clone().unwrap_or_default();
            let kind = diagnostic.message.trim_start_matches("this ").to_owned();
            is_no_policy(&kind, &help)
        }
        Err(FormatError::Syntax(diagnostics)) if named || holds_statement(source.text()) => {
            let painter = terminal.error_painter();
            let excerpts: String =
                diagnostics.iter().map(|diagnostic| painter.diagnostic(source, diagnostic)).collect();
            Judged::Refused(Failure::new(format!("`{name}` is not formatted")).with_excerpts(excerpts))
        }
        Err(FormatError::Syntax(_)) => Judged::Skipped,
    }
}

/// Writes the new text, or says that it would.
fn write(args: &FmtArgs, path: &Path, source: &Source, text: &str, terminal: &mut Terminal) -> Outcome<Entry> {
    let file = source.name().to_owned();
    let piped = file == "-";
    let changed = source.text() != text;
    let dry = args.check || args.diff;
    if piped && !dry && args.output.format == Format::Human {
        let _ = terminal.out.write_all(text.as_bytes());
    }
    if !changed {
        return Ok(Entry { file, status: Verdict::Unchanged, diff: None });
    }
    if dry {
        let diff = args.diff.then(|| unified(&file, source.text(), text));
        return Ok(Entry { file, status: Verdict::WouldReformat, diff });
    }
    if !piped {
        files::write_atomically(path, text)
            .map_err(|error| Failure::new(format!("`{file}` cannot be written: {}", files::describe(&error))))?;
    }
    Ok(Entry { file, status: Verdict::Reformatted, diff: None })
}

fn human(args: &FmtArgs, answer: &Answer, terminal: &mut Terminal) {
    let dry = args.check || args.diff;
    if !dry && args.paths == ["-"] {
        return;
    }
    for entry in &answer.files {
        if let Some(diff) = &entry.diff {
            let _ = write!(terminal.out, "{diff}");
        } else if entry.status == Verdict::WouldReformat {
            let _ = writeln!(terminal.out, "would reformat {}", entry.file);
        }
    }
    let files = |count: usize| if count == 1 { "1 file".to_owned() } else { format!("{count} files") };
    let (changed, unchanged, refused) = (
        answer.count(if dry { Verdict::WouldReformat } else { Verdict::Reformatted }),
        answer.count(Verdict::Unchanged),
        answer.count(Verdict::Refused),
    );
    let mut parts = Vec::new();
    if changed > 0 || (unchanged == 0 && refused == 0) {
        parts.push(format!("{} {}", files(changed), if dry { "would be reformatted" } else { "reformatted" }));
    }
    if unchanged > 0 {
        parts.push(format!("{} {}", files(unchanged), if dry { "already formatted" } else { "left unchanged" }));
    }
    if refused > 0 {
        parts.push(format!("{} refused", files(refused)));
    }
    if answer.skipped > 0 {
        parts.push(format!(
            "{} that {} no policy skipped",
            files(answer.skipped),
            if answer.skipped == 1 { "is" } else { "are" }
        ));
    }
    let summary = parts.join(", ");
    // The difference, and the text of standard input, are the result.
    let only_text = args.diff || args.paths.iter().any(|path| path == "-");
    let _ = if only_text { writeln!(terminal.err, "{summary}") } else { writeln!(terminal.out, "{summary}") };
}
