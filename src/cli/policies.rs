//! Policy files to what binds a caller, with everything needed to point back into them.

use std::io::Write;

use ramspect::account::{
    Binding, Bindings, DocumentId, Documents, Given, NamedPolicy, Principal, Problem, SourceId, read_policy,
};
use ramspect::diagnostic::{Diagnostic, Severity};
use ramspect::evaluate::{Deciding, StatementId};
use ramspect::intake::{Document, NotPolicies, documents, holds_statement};
use ramspect::lint::cautions;
use ramspect::policy::PolicyKind;
use ramspect::report::human::Painter;
use ramspect::report::json::DecidedBy;
use ramspect::report::names::shortest_tails;
use ramspect::text::{Source, Span};

use super::account;
use super::failure::{Failure, Outcome};
use super::files::{self, Input};
use super::options::{PolicyArgs, pair};
use super::terminal::Terminal;

/// All policies of a run.
#[derive(Debug)]
pub(crate) struct Policies {
    pub(crate) bindings: Bindings,
    /// Warnings about the account and its policies, still to be printed.
    pub(crate) warnings: Vec<Problem>,
}

/// A layer to be read: the kind of its policies, its paths, and what came of them.
struct Plan<'a> {
    slot: Slot,
    paths: Vec<&'a str>,
}

/// Where the policies of a flag go.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Slot {
    Control(Box<str>),
    Session,
    Identity,
    Resource,
}

fn plans(args: &PolicyArgs) -> Outcome<Vec<Plan<'_>>> {
    let mut plans: Vec<Plan<'_>> = Vec::new();
    for text in &args.control_policies {
        let (level, path) = pair("--control-policy", text, "LEVEL=PATH")?;
        let slot = Slot::Control(level.into());
        match plans.iter_mut().find(|plan| plan.slot == slot) {
            Some(plan) => plan.paths.push(path),
            None => plans.push(Plan { slot, paths: vec![path] }),
        }
    }
    if !args.session_policy.is_empty() {
        let paths = args.session_policy.iter().map(String::as_str).collect();
        plans.push(Plan { slot: Slot::Session, paths });
    }
    for (slot, paths) in [(Slot::Identity, &args.policies), (Slot::Resource, &args.resource_policies)] {
        plans.push(Plan { slot, paths: paths.iter().map(String::as_str).collect() });
    }
    Ok(plans)
}

impl Policies {
    /// Reads every policy that the flags name; with any that RAM would refuse nothing is judged.
    pub(crate) fn load(args: &PolicyArgs, terminal: &mut Terminal) -> Outcome<Self> {
        let plans = plans(args)?;
        if args.account.is_none() && plans.iter().all(|plan| plan.paths.is_empty()) {
            return Err(Failure::new("there is no policy to judge").with_help("give one with `-p FILE`"));
        }
        if args.names_of_stdin() > 1 {
            return Err(Failure::twice_standard_input());
        }
        let identity_of = args.principal()?;
        if identity_of.is_none() && args.account.is_none() && !args.resource_policies.is_empty() {
            let failure = Failure::new("`--resource-policy` needs `--principal`");
            return Err(failure.with_help("the policy of a resource names whom it is about"));
        }
        let mut documents = Documents::default();
        let (mut account, mut warnings) = (None, Vec::new());
        if let Some(path) = &args.account {
            let (read, found) = account::load(path, args.missing_policy, &mut documents, terminal)?;
            (account, warnings) = (Some(read), found);
        }
        let mut reader =
            Reader { painter: terminal.error_painter(), documents, names: Vec::new(), refused: Refused::default() };
        let mut given = Given { identity_of: identity_of.filter(|_| account.is_some()), ..Given::default() };
        for plan in plans {
            let mut ids = Vec::new();
            for path in &plan.paths {
                ids.extend(reader.path(path, &plan.slot, terminal)?);
            }
            match plan.slot {
                Slot::Control(level) => given.control.push((level, ids)),
                Slot::Session => given.session = Some(ids),
                Slot::Identity => given.identity = ids,
                Slot::Resource => given.resource = ids,
            }
        }
        reader.refused.check()?;
        let documents = reader.named();
        Ok(Self { bindings: Bindings::new(documents, account, given), warnings })
    }

    /// A deciding statement as answers show it; none for what stands for something unknown.
    pub(crate) fn decided_by(&self, binding: &Binding, deciding: Deciding) -> Option<DecidedBy> {
        let statement = binding.set().statement(deciding.statement)?;
        let (policy, id) = self.bindings.shown(binding, statement.policy)?;
        let matched = (!deciding.certain).then_some("possible");
        if Bindings::is_root_grant(policy, statement.effect) {
            return Some(DecidedBy { matched, ..DecidedBy::root() });
        }
        let place = self.bindings.documents.place(id, statement.index);
        Some(DecidedBy {
            layer: statement.layer.kind.as_str(),
            scope: statement.layer.scope.to_string(),
            policy: Some(policy.name.clone()),
            statement: Some(statement.index),
            effect: statement.effect.as_str(),
            file: place.map(|(source, _)| source.name().to_owned()),
            span: place.map(|(_, span)| [span.start, span.end]),
            matched,
        })
    }

    /// Where a statement stands; none for what stands in no file.
    pub(crate) fn place(&self, binding: &Binding, statement: StatementId) -> Option<(&NamedPolicy, &Source, Span)> {
        let described = binding.set().statement(statement)?;
        let (policy, id) = self.bindings.shown(binding, described.policy)?;
        let (source, span) = self.bindings.documents.place(id, described.index)?;
        Some((policy, source, span))
    }

    /// The name of a statement's policy, and its number in it.
    pub(crate) fn name(&self, binding: &Binding, statement: StatementId) -> Option<(&str, usize)> {
        let described = binding.set().statement(statement)?;
        let (policy, _) = self.bindings.shown(binding, described.policy)?;
        Some((&policy.name, described.index))
    }

    /// A statement in words, for a place where its file is named beside: the policy is named only where its name is another.
    pub(crate) fn in_words(&self, binding: &Binding, statement: StatementId) -> Option<String> {
        let (name, index) = self.name(binding, statement)?;
        let source = self.place(binding, statement).map(|(_, source, _)| source.name());
        let (file, document) = name.rsplit_once('#').map_or((name, None), |(file, document)| (file, Some(document)));
        Some(match (source.is_some_and(|source| source.ends_with(file)), document) {
            (true, None) => format!("statement {index}"),
            (true, Some(document)) => format!("statement {index} of document {document}"),
            (false, _) => format!("{name} statement {index}"),
        })
    }

    /// The account's number, where there is an account file.
    pub(crate) fn account_id(&self) -> Option<&str> {
        self.bindings.account.as_ref().map(ramspect::account::Account::id)
    }

    /// Whether nothing can bind a caller.
    pub(crate) fn is_unbound(&self, principal: Option<&Principal>) -> bool {
        self.bindings.is_unbound(principal)
    }
}

/// Reads the files of the flags.
struct Reader {
    painter: Painter,
    documents: Documents,
    /// Policies that still need a name: the document, its text, its number in an array.
    names: Vec<(DocumentId, SourceId, Option<usize>)>,
    refused: Refused,
}

impl Reader {
    fn path(&mut self, path: &str, slot: &Slot, terminal: &mut Terminal) -> Outcome<Vec<DocumentId>> {
        let inputs = files::read_all(path)?;
        let folder = inputs.iter().any(|input| input.found) || inputs.is_empty();
        let (mut taken, mut skipped) = (0, 0);
        let mut ids = Vec::new();
        for input in inputs {
            let Some(found) = found(&input, self.painter, &mut self.refused) else {
                skipped += 1;
                continue;
            };
            taken += 1;
            let source = SourceId(self.documents.sources().len());
            let mut read = Vec::new();
            for document in &found {
                let loaded = self.document(document, slot, &input.source, source, terminal);
                read.push((loaded, document.index));
            }
            drop(found);
            self.documents.add_source(input.source);
            for (policy, index) in read {
                let id = self.documents.add(policy);
                self.names.push((id, source, index));
                ids.push(id);
            }
        }
        if folder {
            report_skipped(path, taken, skipped, terminal)?;
        }
        Ok(ids)
    }

    /// Warnings are printed, errors collected.
    fn document(
        &mut self,
        document: &Document<'_>,
        slot: &Slot,
        source: &Source,
        id: SourceId,
        terminal: &mut Terminal,
    ) -> NamedPolicy {
        let kind = match slot {
            Slot::Control(_) => PolicyKind::Control,
            Slot::Session => PolicyKind::Session,
            Slot::Identity => PolicyKind::Identity,
            Slot::Resource if document.kind == PolicyKind::Trust => PolicyKind::Trust,
            Slot::Resource => PolicyKind::Bucket,
        };
        let loaded = read_policy(document, kind, id);
        for diagnostic in &loaded.diagnostics {
            if diagnostic.severity == Severity::Error {
                self.refused.add(source, diagnostic, self.painter);
            } else if diagnostic.severity == Severity::Warning {
                let _ = terminal.err.write_all(self.painter.diagnostic(source, diagnostic).as_bytes());
            }
        }
        for caution in cautions(&document.text, kind) {
            let caution = caution.in_host(&document.origin);
            let _ = terminal.err.write_all(self.painter.diagnostic(source, &caution).as_bytes());
        }
        loaded.policy
    }

    fn named(mut self) -> Documents {
        let paths: Vec<&str> = self.documents.sources().iter().map(Source::name).collect();
        let tails = shortest_tails(&paths);
        for (id, source, index) in self.names {
            let tail = tails.get(source.0).cloned().unwrap_or_default();
            self.documents.rename(id, index.map_or_else(|| tail.clone(), |index| format!("{tail}#{index}")));
        }
        self.documents
    }
}

/// The documents of a file; none when a file found in a folder is something else. A file that should be a policy and is none
/// counts as refused.
pub(crate) fn found<'i>(input: &'i Input, painter: Painter, refused: &mut Refused) -> Option<Vec<Document<'i>>> {
    let source = &input.source;
    match documents(source.text()) {
        Ok(documents) => return Some(documents),
        Err(NotPolicies::Other(_)) if input.found => return None,
        Err(NotPolicies::Broken(_)) if input.found && !holds_statement(source.text()) => return None,
        Err(NotPolicies::Other(diagnostic)) => refused.add(source, &diagnostic, painter),
        Err(NotPolicies::Broken(diagnostics)) => {
            for diagnostic in &diagnostics {
                refused.add(source, diagnostic, painter);
            }
        }
    }
    Some(Vec::new())
}

pub(crate) fn report_skipped(path: &str, taken: usize, skipped: usize, terminal: &mut Terminal) -> Outcome<()> {
    if taken == 0 {
        let message = match skipped {
            0 => format!("`{path}` holds no `*.json` file"),
            1 => format!("`{path}` holds no policy, only 1 other `*.json` file"),
            _ => format!("`{path}` holds no policy, only {skipped} other `*.json` files"),
        };
        return Err(Failure::new(message).with_help("a policy is a JSON document with `Version` and `Statement`"));
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
    files: Vec<String>,
}

impl Refused {
    pub(crate) fn add(&mut self, source: &Source, diagnostic: &Diagnostic, painter: Painter) {
        self.excerpts.push_str(&painter.diagnostic(source, diagnostic));
        if !self.files.iter().any(|file| file == source.name()) {
            self.files.push(source.name().to_owned());
        }
    }

    pub(crate) fn check(&mut self) -> Outcome<()> {
        let named = match self.files.as_slice() {
            [] => return Ok(()),
            [one] => format!("`{one}`"),
            [first, second] => format!("`{first}` and `{second}`"),
            [first, second, third] => format!("`{first}`, `{second}` and `{third}`"),
            [first, second, rest @ ..] => format!("`{first}`, `{second}` and {} more files", rest.len()),
        };
        let message = format!("RAM would refuse {named}, so nothing was judged");
        Err(Failure::new(message).with_excerpts(std::mem::take(&mut self.excerpts)))
    }
}
