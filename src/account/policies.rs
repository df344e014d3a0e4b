//! The policies of an account by name: each is read when first named, as what it is named for.

use std::collections::HashMap;

use super::data::PolicyType;
use super::document::{DocumentId, Documents, NamedPolicy, Origin, SourceId};
use super::read::{Problem, Reader, suggest};
use crate::diagnostic::{Diagnostic, Severity};
use crate::intake::{self, Document, NotPolicies, documents as documents_of};
use crate::policy::{Lowered, PolicyKind, lower, lower_node};
use crate::syntax::{Kind, NodeRef};
use crate::text::{Source, Span};

/// What a policy is of which the account file names only the name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum MissingPolicy {
    /// A mistake.
    #[default]
    Error,
    /// A policy whose statements may do anything (`--missing-policy unknown`).
    Unknown,
}

/// System policies that every account has: all that this program knows by heart (contract 2.2).
const BUILT_IN: [&str; 2] = ["AdministratorAccess", "FullAliyunAccess"];

/// Whether a system policy of that name needs no definition.
pub(super) fn is_built_in(name: &str) -> bool {
    BUILT_IN.contains(&name)
}

const EVERYTHING: &str = r#"{"Version":"1","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}"#;

/// A policy that was read, with what must be said about it; places are those of the text that the user has.
#[derive(Debug)]
pub struct Loaded {
    /// The policy; its name is still empty.
    pub policy: NamedPolicy,
    /// Mistakes and warnings.
    pub diagnostics: Vec<Diagnostic>,
}

/// Reads one document of a text as a policy of some kind.
pub fn read_policy(document: &Document<'_>, kind: PolicyKind, source: SourceId) -> Loaded {
    let is_trust = document.kind == PolicyKind::Trust && kind != PolicyKind::Trust;
    let mut lowered = lower(&document.text, if is_trust { PolicyKind::Trust } else { kind });
    if is_trust {
        let brace = Span::new(lowered.policy.span.start, lowered.policy.span.start + 1);
        let message = format!("this is a trust policy, not one of kind `{}`", kind.as_str());
        let help = "give the policies that are attached to the caller; a trust policy says who may assume a role";
        lowered.diagnostics.push(Diagnostic::error("trust-policy", message, brace).with_help(help));
    }
    let placed = |diagnostic: &Diagnostic| diagnostic.clone().in_host(&document.origin);
    let diagnostics = lowered.diagnostics.iter().map(placed).collect();
    let spans = lowered.policy.statements.iter().map(|statement| document.origin.map(statement.span)).collect();
    Loaded { policy: NamedPolicy::new("", Origin::Text(source), lowered.policy.into_owned(), spans), diagnostics }
}

/// A policy that says one thing or another, decided by a key of its own.
pub(super) fn unknown_policy(key: &str, kind: PolicyKind) -> crate::policy::Policy<'static> {
    let statement = |effect: &str, value: &str| {
        let principal = r#","Principal":{"RAM":"*"}"#;
        let body = if kind == PolicyKind::Trust { principal } else { r#","Resource":"*""# };
        let key = serde_json::Value::from(key);
        format!(r#"{{"Effect":"{effect}","Action":"*"{body},"Condition":{{"StringEquals":{{{key}:"{value}"}}}}}}"#)
    };
    let text =
        format!(r#"{{"Version":"1","Statement":[{},{}]}}"#, statement("Allow", "allow"), statement("Deny", "deny"));
    lower(&text, kind).policy.into_owned()
}

/// A policy as the file defines it.
struct Entry<'t, 's> {
    name: NodeRef<'t, 's>,
    value: NodeRef<'t, 's>,
}

/// The policies of the account file and of its neighbours.
pub(super) struct Shelf<'d, 't, 's> {
    missing: MissingPolicy,
    documents: &'d mut Documents,
    load: &'d mut dyn FnMut(&str) -> Result<Source, String>,
    entries: Vec<Entry<'t, 's>>,
    by_name: HashMap<String, usize>,
    /// What was read already; none where it could not be.
    read: HashMap<(String, PolicyKind), Option<DocumentId>>,
}

impl<'d, 't, 's> Shelf<'d, 't, 's> {
    pub(super) fn new(
        missing: MissingPolicy,
        documents: &'d mut Documents,
        load: &'d mut dyn FnMut(&str) -> Result<Source, String>,
    ) -> Self {
        let (entries, by_name, read) = (Vec::new(), HashMap::new(), HashMap::new());
        Self { missing, documents, load, entries, by_name, read }
    }

    /// Takes in a member of `policies`.
    pub(super) fn define(&mut self, name: NodeRef<'t, 's>, value: NodeRef<'t, 's>, reader: &mut Reader) {
        if !matches!(value.kind(), Kind::String | Kind::Object) {
            let message = format!("the policy `{}` is {}", name.name(), value.kind().noun());
            let help = "write the path of its document, relative to this file, or the document itself";
            reader.error("not-a-policy", message, value.span(), Some(help.to_owned()));
            return;
        }
        self.by_name.insert(name.name().into_owned(), self.entries.len());
        self.entries.push(Entry { name, value });
    }

    /// The policy of that name, read as what it is wanted for.
    pub(super) fn find(
        &mut self,
        name: &str,
        of_type: Option<PolicyType>,
        kind: PolicyKind,
        span: Span,
        reader: &mut Reader,
    ) -> Option<DocumentId> {
        let built_in = is_built_in(name) && of_type != Some(PolicyType::Custom);
        let defined = self.by_name.get(name).copied();
        match defined.filter(|_| !(built_in && of_type == Some(PolicyType::System))) {
            Some(entry) => self.defined(name, entry, kind, reader),
            None if built_in => Some(self.built_in(name, kind)),
            None => self.nowhere(name, of_type, kind, span, reader),
        }
    }

    fn defined(&mut self, name: &str, entry: usize, kind: PolicyKind, reader: &mut Reader) -> Option<DocumentId> {
        if let Some(read) = self.read.get(&(name.to_owned(), kind)) {
            return *read;
        }
        let value = self.entries.get(entry)?.value;
        let read = self.document(name, value, kind, reader);
        self.read.insert((name.to_owned(), kind), read);
        read
    }

    fn built_in(&mut self, name: &str, kind: PolicyKind) -> DocumentId {
        // The name with a mark that no policy of the file can have.
        let key = (format!("system/{name}"), kind);
        if let Some(Some(read)) = self.read.get(&key) {
            return *read;
        }
        let id = self.documents.add(NamedPolicy::new(
            name,
            Origin::BuiltIn,
            lower(EVERYTHING, kind).policy.into_owned(),
            Vec::new(),
        ));
        self.read.insert(key, Some(id));
        id
    }

    fn nowhere(
        &mut self,
        name: &str,
        of_type: Option<PolicyType>,
        kind: PolicyKind,
        span: Span,
        reader: &mut Reader,
    ) -> Option<DocumentId> {
        if self.missing == MissingPolicy::Unknown {
            return Some(self.unknown(&format!("policy:{name}"), kind));
        }
        let what = match of_type {
            Some(PolicyType::System) => "system policy",
            Some(PolicyType::Custom) => "custom policy",
            None => "policy",
        };
        let known = self.by_name.keys().map(String::as_str).chain(BUILT_IN);
        // The nearest of equals must not depend on the order of a hash map.
        let mut known: Vec<&str> = known.collect();
        known.sort_unstable();
        let otherwise = "define it in `policies`, or say `--missing-policy unknown` to judge without it";
        let help = suggest(name, known.into_iter().filter(|known| *known != name), otherwise);
        reader.error("unknown-policy", format!("unknown {what} `{name}`"), span, Some(help));
        None
    }

    /// A policy of unknown content, under the key that stands for what it says.
    pub(super) fn unknown(&mut self, key: &str, kind: PolicyKind) -> DocumentId {
        let known = (format!("unknown/{key}"), kind);
        if let Some(Some(read)) = self.read.get(&known) {
            return *read;
        }
        let id = self.documents.add(NamedPolicy::new(key, Origin::Unknown, unknown_policy(key, kind), Vec::new()));
        self.read.insert(known, Some(id));
        id
    }

    /// The trust policy of a role.
    pub(super) fn trust(&mut self, role: &str, value: NodeRef<'t, 's>, reader: &mut Reader) -> Option<DocumentId> {
        if !matches!(value.kind(), Kind::String | Kind::Object) {
            let message = format!("`trust` is {}", value.kind().noun());
            let help = "write the path of the trust policy, relative to this file, or the document itself";
            reader.error("not-a-policy", message, value.span(), Some(help.to_owned()));
            return None;
        }
        self.document(&format!("role/{role}"), value, PolicyKind::Trust, reader)
    }

    /// Reads what nobody named, so that its mistakes are found too.
    pub(super) fn read_the_rest(&mut self, reader: &mut Reader) {
        let unread = |(at, entry): (usize, &Entry<'t, 's>)| {
            let name = entry.name.name().into_owned();
            let kinds = [PolicyKind::Identity, PolicyKind::Control];
            let read = kinds.iter().any(|kind| self.read.contains_key(&(name.clone(), *kind)));
            (!read).then_some((name, at))
        };
        let unread: Vec<(String, usize)> = self.entries.iter().enumerate().filter_map(unread).collect();
        for (name, entry) in unread {
            self.defined(&name, entry, PolicyKind::Identity, reader);
        }
    }

    fn document(
        &mut self,
        name: &str,
        value: NodeRef<'t, 's>,
        kind: PolicyKind,
        reader: &mut Reader,
    ) -> Option<DocumentId> {
        match value.as_str() {
            Some(path) => self.file(name, &path, value, kind, reader),
            None => {
                let lowered = lower_node(value, kind);
                let refused = diagnose(&lowered, reader);
                let spans = lowered.policy.statements.iter().map(|statement| statement.span).collect();
                let origin = Origin::Text(reader.source);
                let policy = NamedPolicy::new(name, origin, lowered.policy.into_owned(), spans);
                (!refused).then(|| self.documents.add(policy))
            }
        }
    }

    fn file(
        &mut self,
        name: &str,
        path: &str,
        value: NodeRef<'_, '_>,
        kind: PolicyKind,
        reader: &mut Reader,
    ) -> Option<DocumentId> {
        let source = match (self.load)(path) {
            Ok(source) => source,
            Err(why) => {
                let help = "paths are relative to the account file".to_owned();
                reader.error("unreadable", format!("`{path}` cannot be read: {why}"), value.span(), Some(help));
                return None;
            }
        };
        let id = self.documents.add_source(Source::new(source.name(), ""));
        let problem = |diagnostic: Diagnostic| Problem { source: id, diagnostic };
        let mut read = None;
        match documents_of(source.text()) {
            Ok(found) => match found.as_slice() {
                [document] => read = self.one(name, document, kind, id, reader),
                several => {
                    let message = format!("`{path}` holds {} policies, and a name means one", several.len());
                    let help = "keep one document to a file".to_owned();
                    reader.error("several-policies", message, value.span(), Some(help));
                }
            },
            Err(NotPolicies::Other(diagnostic)) => reader.problems.push(problem(*diagnostic)),
            Err(NotPolicies::Broken(all)) => reader.problems.extend(all.into_iter().map(problem)),
        }
        self.documents.set_source(id, source);
        read
    }

    fn one(
        &mut self,
        name: &str,
        document: &intake::Document<'_>,
        kind: PolicyKind,
        source: SourceId,
        reader: &mut Reader,
    ) -> Option<DocumentId> {
        let Loaded { mut policy, diagnostics } = read_policy(document, kind, source);
        let refused = diagnostics.iter().any(|diagnostic| diagnostic.severity == Severity::Error);
        reader.problems.extend(diagnostics.into_iter().map(|diagnostic| Problem { source, diagnostic }));
        name.clone_into(&mut policy.name);
        (!refused).then(|| self.documents.add(policy))
    }
}

/// Takes over what an inline document is blamed for; true when it is refused. The contract's own sample has a policy without
/// any statement: it says nothing, and is taken so.
fn diagnose(lowered: &Lowered<'_>, reader: &mut Reader) -> bool {
    let mut refused = false;
    for diagnostic in &lowered.diagnostics {
        if diagnostic.code == "empty-array" && lowered.policy.statements.is_empty() {
            continue;
        }
        refused |= diagnostic.severity == Severity::Error;
        reader.push(diagnostic.clone());
    }
    refused
}
