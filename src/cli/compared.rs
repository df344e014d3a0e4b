//! Policies as sides of a comparison, with everything needed to point back into their files.

use ramspect::analyze::{Budget, Side, Witness};
use ramspect::evaluate::StatementId;
use ramspect::intake::Document;
use ramspect::policy::{Policy, PolicyKind};
use ramspect::report::analyze::SideDecidedBy;
use ramspect::report::json::DecidedBy;
use ramspect::report::names::shortest_tails;
use ramspect::text::{Source, Span};

use super::failure::{Failure, Outcome};
use super::files::{self, Input};
use super::policies::{Refused, found, lowered, report_skipped};
use super::terminal::Terminal;

/// The files of one side as the user named them.
#[derive(Debug)]
pub(crate) struct Files {
    pub(crate) path: String,
    inputs: Vec<Input>,
}

/// The documents of one side.
#[derive(Debug)]
pub(crate) struct Documents<'f> {
    files: &'f Files,
    /// Number of the file, and the document.
    documents: Vec<(usize, Document<'f>)>,
}

/// The policies of one side.
#[derive(Debug)]
pub(crate) struct Policies<'d> {
    documents: &'d Documents<'d>,
    policies: Vec<Policy<'d>>,
    names: Vec<String>,
}

impl Files {
    pub(crate) fn read(path: &str) -> Outcome<Self> {
        Ok(Self { path: path.to_owned(), inputs: files::read_all(path)? })
    }
}

impl<'f> Documents<'f> {
    pub(crate) fn of(files: &'f Files, terminal: &mut Terminal) -> Outcome<Self> {
        let painter = terminal.error_painter();
        let (mut taken, mut skipped) = (0, 0);
        let mut documents = Vec::new();
        for (at, input) in files.inputs.iter().enumerate() {
            match found(input, painter)? {
                Some(found) => {
                    taken += 1;
                    documents.extend(found.into_iter().map(|document| (at, document)));
                }
                None => skipped += 1,
            }
        }
        if files.inputs.iter().any(|input| input.found) || files.inputs.is_empty() {
            report_skipped(&files.path, taken, skipped, terminal)?;
        }
        Ok(Self { files, documents })
    }
}

impl<'d> Policies<'d> {
    /// Reads the policies of all sides; with any that RAM would refuse nothing is compared.
    pub(crate) fn all(sides: &'d [Documents<'d>], terminal: &mut Terminal) -> Outcome<Vec<Self>> {
        let painter = terminal.error_painter();
        let mut refused = Refused::default();
        let paths: Vec<&str> =
            sides.iter().flat_map(|side| side.files.inputs.iter().map(|input| input.source.name())).collect();
        let mut tails = shortest_tails(&paths).into_iter();
        let mut all = Vec::new();
        for side in sides {
            let tails: Vec<String> = tails.by_ref().take(side.files.inputs.len()).collect();
            let (mut policies, mut names) = (Vec::new(), Vec::new());
            for (file, document) in &side.documents {
                let Some(input) = side.files.inputs.get(*file) else { continue };
                policies.push(lowered(document, PolicyKind::Identity, &input.source, painter, terminal, &mut refused));
                let name = tails.get(*file).cloned().unwrap_or_default();
                names.push(document.index.map_or(name.clone(), |index| format!("{name}#{index}")));
            }
            all.push(Self { documents: side, policies, names });
        }
        refused.check()?;
        Ok(all)
    }

    pub(crate) fn side(&self) -> Side<'_> {
        Side::new(&self.policies)
    }

    pub(crate) fn path(&self) -> &str {
        &self.documents.files.path
    }

    /// Where a statement stands: the policy's name, the statement's number in it, the file, the place.
    pub(crate) fn place(&self, side: &Side<'_>, id: StatementId) -> Option<(&str, usize, &Source, Span)> {
        let described = side.set().statement(id)?;
        let policy = described.policy.0 as usize;
        let (file, document) = self.documents.documents.get(policy)?;
        let span = document.origin.map(self.policies.get(policy)?.statements.get(described.index)?.span);
        let source = &self.documents.files.inputs.get(*file)?.source;
        Some((self.names.get(policy)?, described.index, source, span))
    }

    /// A statement as JSON shows it.
    pub(crate) fn decided_by(&self, name: &'static str, side: &Side<'_>, id: StatementId) -> Option<SideDecidedBy> {
        let described = side.set().statement(id)?;
        let (policy, statement, source, span) = self.place(side, id)?;
        let statement = DecidedBy {
            layer: described.layer.kind.as_str(),
            scope: described.layer.scope.to_string(),
            policy: Some(policy.to_owned()),
            statement: Some(statement),
            effect: described.effect.as_str(),
            file: Some(source.name().to_owned()),
            span: Some([span.start, span.end]),
            matched: None,
        };
        Some(SideDecidedBy { side: name, statement })
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
