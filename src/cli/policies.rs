//! Policy files to the set that is judged, with everything needed to point back into them.

use std::io::Write;

use ramspect::diagnostic::{Diagnostic, Severity};
use ramspect::evaluate::{Deciding, Layer, LayerKind, PolicySet, PolicySetBuilder, StatementId};
use ramspect::intake::{Document, NotPolicies, documents, holds_statement};
use ramspect::policy::{Policy, PolicyKind, lower};
use ramspect::report::human::Painter;
use ramspect::report::json::DecidedBy;
use ramspect::report::names::shortest_tails;
use ramspect::text::{Source, Span};

use super::failure::{Failure, Outcome};
use super::files::{self, Input};
use super::options::{PolicyArgs, pair};
use super::terminal::Terminal;

/// A policy of the set: its name, its file, and where its statements stand in it.
#[derive(Debug)]
pub(crate) struct Loaded {
    pub(crate) name: String,
    pub(crate) file: usize,
    pub(crate) statements: Vec<Span>,
}

/// All policies of a judgement.
#[derive(Debug)]
pub(crate) struct Policies {
    pub(crate) sources: Vec<Source>,
    pub(crate) policies: Vec<Loaded>,
    pub(crate) set: PolicySet,
}

/// A layer to be read: its description, the kind of its policies, and its paths.
struct Plan<'a> {
    layer: Layer,
    kind: PolicyKind,
    paths: Vec<&'a str>,
}

fn plans(args: &PolicyArgs) -> Outcome<Vec<Plan<'_>>> {
    let mut plans: Vec<Plan<'_>> = Vec::new();
    for text in &args.control_policies {
        let (level, path) = pair("--control-policy", text, "LEVEL=PATH")?;
        match plans.iter_mut().find(|plan| *plan.layer.scope == *level) {
            Some(plan) => plan.paths.push(path),
            None => {
                let layer = Layer { kind: LayerKind::Control, scope: level.into() };
                plans.push(Plan { layer, kind: PolicyKind::Control, paths: vec![path] });
            }
        }
    }
    let account = |kind| Layer { kind, scope: "account".into() };
    if let Some(path) = &args.session_policy {
        plans.push(Plan { layer: account(LayerKind::Session), kind: PolicyKind::Session, paths: vec![path] });
    }
    let paths = args.policies.iter().map(String::as_str).collect();
    plans.push(Plan { layer: account(LayerKind::Identity), kind: PolicyKind::Identity, paths });
    Ok(plans)
}

impl Policies {
    /// Reads every policy that the flags name; with any that RAM would refuse nothing is judged.
    pub(crate) fn load(args: &PolicyArgs, terminal: &mut Terminal) -> Outcome<Self> {
        let plans = plans(args)?;
        if plans.iter().all(|plan| plan.paths.is_empty()) {
            return Err(Failure::new("there is no policy to judge").with_help("give one with `-p FILE`"));
        }
        if plans.iter().flat_map(|plan| &plan.paths).filter(|path| **path == "-").count() > 1 {
            return Err(Failure::new("standard input is named twice"));
        }
        let painter = terminal.error_painter();
        let mut builder = PolicySetBuilder::new();
        let mut loaded = Self { sources: Vec::new(), policies: Vec::new(), set: PolicySetBuilder::new().finish() };
        let mut indices: Vec<Option<usize>> = Vec::new();
        let mut refused = Refused::default();
        for plan in plans {
            builder.layer(plan.layer.clone());
            for path in plan.paths {
                let inputs = files::read_all(path)?;
                let folder = inputs.iter().any(|input| input.found) || inputs.is_empty();
                let (mut taken, mut skipped) = (0, 0);
                for input in inputs {
                    let documents = match found(&input, painter)? {
                        Some(documents) => documents,
                        None => {
                            skipped += 1;
                            continue;
                        }
                    };
                    taken += 1;
                    let file = loaded.sources.len();
                    for document in documents {
                        indices.push(document.index);
                        let policy =
                            read(&document, plan.kind, &input.source, painter, terminal, &mut refused, &mut builder);
                        loaded.policies.push(Loaded { name: String::new(), file, statements: policy });
                    }
                    loaded.sources.push(input.source);
                }
                if folder {
                    report_skipped(path, taken, skipped, terminal)?;
                }
            }
        }
        refused.check()?;
        let paths: Vec<&str> = loaded.sources.iter().map(Source::name).collect();
        let names = shortest_tails(&paths);
        for (policy, index) in loaded.policies.iter_mut().zip(indices) {
            let name = names.get(policy.file).cloned().unwrap_or_default();
            policy.name = index.map_or(name.clone(), |index| format!("{name}#{index}"));
        }
        loaded.set = builder.finish();
        Ok(loaded)
    }

    /// A deciding statement as answers show it.
    pub(crate) fn decided_by(&self, deciding: Deciding) -> Option<DecidedBy> {
        let statement = self.set.statement(deciding.statement)?;
        let (policy, file, span) = self.place(deciding.statement)?;
        Some(DecidedBy {
            layer: statement.layer.kind.as_str(),
            scope: statement.layer.scope.to_string(),
            policy: Some(policy.name.clone()),
            statement: Some(statement.index),
            effect: statement.effect.as_str(),
            file: Some(file.name().to_owned()),
            span: Some([span.start, span.end]),
            matched: (!deciding.certain).then_some("possible"),
        })
    }

    /// Where a statement stands.
    pub(crate) fn place(&self, statement: StatementId) -> Option<(&Loaded, &Source, Span)> {
        let described = self.set.statement(statement)?;
        let policy = self.policies.get(described.policy.0 as usize)?;
        let span = policy.statements.get(described.index).copied()?;
        Some((policy, self.sources.get(policy.file)?, span))
    }
}

/// The documents of a file; none when a file found in a folder is something else.
pub(crate) fn found(input: &Input, painter: Painter) -> Outcome<Option<Vec<Document<'_>>>> {
    let source = &input.source;
    match documents(source.text()) {
        Ok(documents) => Ok(Some(documents)),
        Err(NotPolicies::Other(_)) if input.found => Ok(None),
        Err(NotPolicies::Broken(_)) if input.found && !holds_statement(source.text()) => Ok(None),
        Err(NotPolicies::Other(diagnostic)) => {
            let failure = Failure::new(format!("`{}` holds no RAM policy", source.name()));
            Err(failure.with_excerpts(painter.diagnostic(source, &diagnostic)))
        }
        Err(NotPolicies::Broken(diagnostics)) => {
            let failure = Failure::new(format!("`{}` is no JSON, so no policy can be read from it", source.name()));
            Err(failure.with_excerpts(diagnostics.iter().map(|d| painter.diagnostic(source, d)).collect()))
        }
    }
}

pub(crate) fn report_skipped(path: &str, taken: usize, skipped: usize, terminal: &mut Terminal) -> Outcome<()> {
    if taken == 0 {
        let message = format!("no policy was found in `{path}` ({skipped} other `*.json` files)");
        return Err(Failure::new(message).with_help("policies are JSON documents with `Version` and `Statement`"));
    }
    if skipped > 0 {
        let files = if skipped == 1 { "file that is" } else { "files that are" };
        let _ = writeln!(terminal.err, "skipped {skipped} {files} no policy in `{path}`");
    }
    Ok(())
}

/// What RAM would refuse, collected over all files so that one run shows everything.
#[derive(Debug, Default)]
pub(crate) struct Refused {
    excerpts: String,
    errors: usize,
    files: Vec<String>,
}

impl Refused {
    pub(crate) fn check(self) -> Outcome<()> {
        if self.errors == 0 {
            return Ok(());
        }
        let errors = if self.errors == 1 { "error".to_owned() } else { format!("{} errors", self.errors) };
        let message = format!("RAM would refuse `{}`: {errors}; nothing was judged", self.files.join("`, `"));
        Err(Failure::new(message).with_excerpts(self.excerpts))
    }
}

/// Lowers a document and adds it to the set. Returns the places of its statements.
fn read(
    document: &Document<'_>,
    kind: PolicyKind,
    source: &Source,
    painter: Painter,
    terminal: &mut Terminal,
    refused: &mut Refused,
    builder: &mut PolicySetBuilder,
) -> Vec<Span> {
    let policy = lowered(document, kind, source, painter, terminal, refused);
    builder.policy(&policy);
    policy.statements.iter().map(|statement| document.origin.map(statement.span)).collect()
}

/// Lowers a document; warnings are printed, errors collected.
pub(crate) fn lowered<'d>(
    document: &'d Document<'_>,
    kind: PolicyKind,
    source: &Source,
    painter: Painter,
    terminal: &mut Terminal,
    refused: &mut Refused,
) -> Policy<'d> {
    let lowered = if document.kind == PolicyKind::Trust {
        let mut lowered = lower(&document.text, PolicyKind::Trust);
        let brace = Span::new(lowered.policy.span.start, lowered.policy.span.start + 1);
        let message = format!("a trust policy cannot be a {} policy", kind.as_str());
        let help = "give the policies that are attached to the caller; a trust policy says who may assume a role";
        lowered.diagnostics.push(Diagnostic::error("trust-policy", message, brace).with_help(help));
        lowered
    } else {
        lower(&document.text, kind)
    };
    for diagnostic in &lowered.diagnostics {
        let placed = diagnostic.clone().in_host(&document.origin);
        if placed.severity == Severity::Error {
            refused.errors += 1;
            refused.excerpts.push_str(&painter.diagnostic(source, &placed));
            if !refused.files.iter().any(|file| file == source.name()) {
                refused.files.push(source.name().to_owned());
            }
        } else if placed.severity == Severity::Warning {
            let _ = terminal.err.write_all(painter.diagnostic(source, &placed).as_bytes());
        }
    }
    lowered.policy
}
