//! Policies as sides of a comparison, with everything needed to point back into their files.

use std::io::Write;

use ramspect::account::{NamedPolicy, SourceId, read_policy};
use ramspect::analyze::{Budget, Side, Witness};
use ramspect::diagnostic::Severity;
use ramspect::evaluate::{LayerKind, StatementId};
use ramspect::policy::{Policy, PolicyKind};
use ramspect::report::analyze::SideDecidedBy;
use ramspect::report::json::DecidedBy;
use ramspect::report::names::shortest_tails;
use ramspect::text::{Source, Span};

use super::failure::{Failure, Outcome};
use super::files;
use super::policies::{Refused, found, report_skipped};
use super::terminal::Terminal;

/// The policies of one side.
#[derive(Debug)]
pub(crate) struct Policies {
    path: String,
    sources: Vec<Source>,
    /// For each policy, its file, its number in an array, and what it says.
    policies: Vec<(usize, Option<usize>, NamedPolicy)>,
}

impl Policies {
    /// Reads the policies of all sides; with any that RAM would refuse nothing is compared.
    pub(crate) fn read(paths: &[&str], terminal: &mut Terminal) -> Outcome<Vec<Self>> {
        if paths.iter().filter(|path| **path == "-").count() > 1 {
            return Err(Failure::new("standard input is named twice"));
        }
        let mut refused = Refused::default();
        let mut sides = Vec::new();
        for path in paths {
            sides.push(Self::side_of(path, &mut refused, terminal)?);
        }
        refused.check()?;
        let names: Vec<&str> = sides.iter().flat_map(|side| side.sources.iter().map(Source::name)).collect();
        let mut tails = shortest_tails(&names).into_iter();
        for side in &mut sides {
            let tails: Vec<String> = tails.by_ref().take(side.sources.len()).collect();
            for (file, index, policy) in &mut side.policies {
                let tail = tails.get(*file).cloned().unwrap_or_default();
                policy.name = index.map_or_else(|| tail.clone(), |index| format!("{tail}#{index}"));
            }
        }
        Ok(sides)
    }

    fn side_of(path: &str, refused: &mut Refused, terminal: &mut Terminal) -> Outcome<Self> {
        let painter = terminal.error_painter();
        let inputs = files::read_all(path)?;
        let folder = inputs.iter().any(|input| input.found) || inputs.is_empty();
        let (mut taken, mut skipped) = (0, 0);
        let mut side = Self { path: path.to_owned(), sources: Vec::new(), policies: Vec::new() };
        for input in inputs {
            let Some(documents) = found(&input, painter, refused) else {
                skipped += 1;
                continue;
            };
            taken += 1;
            let file = side.sources.len();
            for document in &documents {
                let loaded = read_policy(document, PolicyKind::Identity, SourceId(file));
                for diagnostic in &loaded.diagnostics {
                    if diagnostic.severity == Severity::Error {
                        refused.add(&input.source, diagnostic, painter);
                    } else if diagnostic.severity == Severity::Warning {
                        let _ = terminal.err.write_all(painter.diagnostic(&input.source, diagnostic).as_bytes());
                    }
                }
                side.policies.push((file, document.index, loaded.policy));
            }
            drop(documents);
            side.sources.push(input.source);
        }
        if folder {
            report_skipped(path, taken, skipped, terminal)?;
        }
        Ok(side)
    }

    pub(crate) fn side(&self) -> Side<'_> {
        Side::new(self.documents().map(|policy| -> &Policy<'_> { policy }))
    }

    pub(crate) fn documents(&self) -> impl Iterator<Item = &Policy<'static>> {
        self.policies.iter().map(|(_, _, policy)| &policy.policy)
    }

    /// The name of a policy, by its number among the documents.
    pub(crate) fn name(&self, policy: usize) -> &str {
        self.policies.get(policy).map_or("", |(_, _, policy)| &policy.name)
    }
}

/// A statement as answers name it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Placed<'a> {
    pub(crate) policy: &'a str,
    /// Its number in the policy.
    pub(crate) statement: usize,
    /// None for what stands in no file.
    pub(crate) at: Option<(&'a Source, Span)>,
}

/// Where the statements of a side stand.
pub(crate) trait Places {
    /// What the user named.
    fn path(&self) -> &str;

    /// None for a statement that stands for something unknown.
    fn place(&self, side: &Side<'_>, id: StatementId) -> Option<Placed<'_>>;

    /// The word for a layer.
    fn layer(&self, kind: LayerKind) -> &'static str {
        kind.as_str()
    }

    /// A statement as JSON shows it.
    fn decided_by(&self, name: &'static str, side: &Side<'_>, id: StatementId) -> Option<SideDecidedBy> {
        let described = side.set().statement(id)?;
        let placed = self.place(side, id)?;
        let statement = DecidedBy {
            layer: self.layer(described.layer.kind),
            scope: described.layer.scope.to_string(),
            policy: Some(placed.policy.to_owned()),
            statement: Some(placed.statement),
            effect: described.effect.as_str(),
            file: placed.at.map(|(source, _)| source.name().to_owned()),
            span: placed.at.map(|(_, span)| [span.start, span.end]),
            matched: None,
        };
        Some(SideDecidedBy { side: name, statement })
    }
}

impl Places for Policies {
    fn path(&self) -> &str {
        &self.path
    }

    fn place(&self, side: &Side<'_>, id: StatementId) -> Option<Placed<'_>> {
        let described = side.set().statement(id)?;
        let (file, _, policy) = self.policies.get(described.policy.0 as usize)?;
        let span = policy.statements.get(described.index).copied()?;
        Some(Placed { policy: &policy.name, statement: described.index, at: Some((self.sources.get(*file)?, span)) })
    }
}

/// A request on one line.
pub(crate) fn request_line(witness: &Witness) -> String {
    let keys: Vec<String> =
        witness.context.iter().filter_map(|(key, value)| Some(format!("{key}={}", value.as_ref()?))).collect();
    let with = if keys.is_empty() { String::new() } else { format!(" with {}", keys.join(", ")) };
    format!("{} on {}{with}", witness.action, witness.resource)
}

/// Reads `--budget`.
pub(crate) fn budget(seconds: f64) -> Outcome<Budget> {
    let time = std::time::Duration::try_from_secs_f64(seconds);
    let time = time.map_err(|_| Failure::new(format!("`--budget {seconds}` is no number of seconds")))?;
    Ok(Budget { time, ..Budget::default() })
}
