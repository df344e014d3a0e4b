//! `--account`: the file with its neighbours, and what is said about them on standard error.

use std::io::Write;
use std::path::Path;

use ramspect::account::{Account, Binding, Documents, MissingPolicy, Origin, Problem, SourceId};
use ramspect::diagnostic::{Diagnostic, Severity};
use ramspect::intake;
use ramspect::lint::cautions;

use super::failure::{Failure, Outcome};
use super::files;
use super::options::MissingPolicyChoice;
use super::terminal::Terminal;

/// Excerpts that one failure shows.
const MAX_EXCERPTS: usize = 20;

/// Reads the account file and everything that it names; hands back its warnings.
pub(crate) fn load(
    path: &str,
    missing: MissingPolicyChoice,
    documents: &mut Documents,
    terminal: &Terminal,
) -> Outcome<(Account, Vec<Problem>)> {
    let source = files::read(path)?;
    let missing = match missing {
        MissingPolicyChoice::Error => MissingPolicy::Error,
        MissingPolicyChoice::Unknown => MissingPolicy::Unknown,
    };
    let folder = Path::new(path).parent().filter(|_| path != "-").unwrap_or_else(|| Path::new("")).to_owned();
    let mut neighbour = |name: &str| {
        let file = folder.join(name);
        if file.is_dir() {
            return Err("it is a folder".to_owned());
        }
        files::read_source(&file.to_string_lossy())
    };
    let read = Account::read(source, missing, documents, &mut neighbour);
    let (account, mut warnings) = read.map_err(|error| {
        let wrong = error.problems.iter().filter(|problem| problem.diagnostic.severity == Severity::Error);
        let wrong: Vec<&Problem> = wrong.collect();
        let painter = terminal.error_painter();
        let excerpt = |problem: &&&Problem| {
            documents.source(problem.source).map(|source| painter.diagnostic(source, &problem.diagnostic))
        };
        let excerpts: String = wrong.iter().take(MAX_EXCERPTS).filter_map(|problem| excerpt(&problem)).collect();
        let count = if wrong.len() == 1 { "one error".to_owned() } else { format!("{} errors", wrong.len()) };
        Failure::new(format!("the account `{path}` cannot be judged: {count}")).with_excerpts(excerpts)
    })?;
    warnings.extend(cautions_of(documents));
    Ok((account, warnings))
}

/// What one should know of the policies before they are judged.
fn cautions_of(documents: &Documents) -> Vec<Problem> {
    let mut found = Vec::new();
    for (at, source) in documents.sources().iter().enumerate() {
        let text = source.text();
        if !text.contains("\"Condition\"") && !text.contains("\"Sid\"") {
            continue;
        }
        for document in intake::find(source.name(), text, &[]).documents {
            let cautions = cautions(&document.text, document.kind).into_iter();
            let placed = cautions.map(|caution| caution.in_host(&document.origin));
            found.extend(placed.map(|diagnostic| Problem { source: SourceId(at), diagnostic }));
        }
    }
    found
}

/// Prints the warnings about the account itself and about the policies that bind somebody; of all others, how many there are.
pub(crate) fn warn(warnings: &[Problem], documents: &Documents, bound: Option<&Binding>, terminal: &mut Terminal) {
    let painter = terminal.error_painter();
    let mut others = 0;
    for problem in warnings {
        let Some(source) = documents.source(problem.source) else { continue };
        if is_about_the_account(&problem.diagnostic) || bound.is_some_and(|bound| binds(bound, documents, problem)) {
            let _ = terminal.err.write_all(painter.diagnostic(source, &problem.diagnostic).as_bytes());
        } else {
            others += 1;
        }
    }
    if others > 0 && bound.is_none() {
        let warnings = if others == 1 { "warning" } else { "warnings" };
        let _ = writeln!(terminal.err, "{others} {warnings} about policies of the account; `ramspect lint` shows them");
    }
}

fn is_about_the_account(diagnostic: &Diagnostic) -> bool {
    diagnostic.code == "empty-level"
}

fn binds(bound: &Binding, documents: &Documents, problem: &Problem) -> bool {
    let span = problem.diagnostic.primary.span;
    bound.documents().filter_map(|id| documents.policy(id)).any(|named| {
        let inside = named.policy.span.start <= span.start && span.end <= named.policy.span.end;
        named.origin == Origin::Text(problem.source) && (inside || !documents.is_shared(problem.source))
    })
}
