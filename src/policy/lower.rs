//! From the syntax tree to the typed policy, with every deviation from the grammar reported.

use std::borrow::Cow;

use super::{Policy, PolicyKind, Statement, size_in_characters};
use crate::diagnostic::{Diagnostic, Severity, nearest};
use crate::syntax::{Kind, NodeRef, Parsed, parse};
use crate::text::{Span, Spanned};

/// A policy with everything that was found on the way, in the order of the places.
#[derive(Debug, Clone)]
pub struct Lowered<'s> {
    /// What could be understood; statements may have missing parts when there are errors.
    pub policy: Policy<'s>,
    /// Syntax errors, deviations from the grammar, warnings.
    pub diagnostics: Vec<Diagnostic>,
}

impl Lowered<'_> {
    /// Whether RAM would refuse the document (contract 2.1): nothing may be judged on it.
    pub fn is_refused(&self) -> bool {
        self.diagnostics.iter().any(|diagnostic| diagnostic.severity == Severity::Error)
    }
}

/// The most errors, and the most warnings, that are listed for one document.
pub const MAX_FINDINGS: usize = 1000;

/// Collects diagnostics while lowering.
#[derive(Debug)]
pub(super) struct Sink {
    pub(super) kind: PolicyKind,
    pub(super) diagnostics: Vec<Diagnostic>,
    pub(super) statement: Option<usize>,
    /// How many errors and how many of the rest were found.
    found: [usize; 2],
}

impl Sink {
    fn new(kind: PolicyKind) -> Self {
        Self { kind, diagnostics: Vec::new(), statement: None, found: [0; 2] }
    }

    /// Lists a finding, up to [`MAX_FINDINGS`] of its severity: what a document of 100 MB may have wrong is bounded, and no flood
    /// of warnings hides an error.
    pub(super) fn push(&mut self, mut diagnostic: Diagnostic) {
        let [errors, others] = &mut self.found;
        let found = if diagnostic.severity == Severity::Error { errors } else { others };
        *found += 1;
        if *found <= MAX_FINDINGS {
            diagnostic.statement = self.statement;
            self.diagnostics.push(diagnostic);
        } else if *found == MAX_FINDINGS + 1 {
            let span = Span::at(diagnostic.primary.span.start);
            let message = format!("more than {MAX_FINDINGS} findings; the rest is not listed");
            self.diagnostics.push(Diagnostic::new("too-many", diagnostic.severity, message, span));
        }
    }
}

/// Reads the text of one policy document.
pub fn lower(text: &str, kind: PolicyKind) -> Lowered<'_> {
    lower_parsed(&parse(text), kind)
}

/// Reads a parsed policy document.
pub fn lower_parsed<'s>(parsed: &Parsed<'s>, kind: PolicyKind) -> Lowered<'s> {
    let mut sink = Sink::new(kind);
    let root = parsed.tree.root();
    let mut policy = Policy { kind, span: root.map(NodeRef::span).unwrap_or_default(), statements: Vec::new() };
    if let Some(root) = root {
        document(root, &mut policy, &mut sink);
    }
    let mut diagnostics = sink.diagnostics;
    if !parsed.errors.is_empty() {
        diagnostics.extend(parsed.errors.iter().map(|error| in_statement(error.to_diagnostic(), &policy)));
    }
    diagnostics.sort_by_key(|diagnostic| diagnostic.primary.span.start);
    Lowered { policy, diagnostics }
}

/// Reads a policy document that is a part of another one: places are those of the tree. Mistakes of the text are not
/// among the diagnostics; the tree's reader has them.
pub fn lower_node<'s>(node: NodeRef<'_, 's>, kind: PolicyKind) -> Lowered<'s> {
    let mut sink = Sink::new(kind);
    let mut policy = Policy { kind, span: node.span(), statements: Vec::new() };
    document(node, &mut policy, &mut sink);
    let mut diagnostics = sink.diagnostics;
    diagnostics.sort_by_key(|diagnostic| diagnostic.primary.span.start);
    Lowered { policy, diagnostics }
}

fn in_statement(mut diagnostic: Diagnostic, policy: &Policy<'_>) -> Diagnostic {
    let at = diagnostic.primary.span.start;
    let behind = policy.statements.partition_point(|s| s.span.start <= at);
    let before = behind.checked_sub(1).and_then(|index| policy.statements.get(index));
    diagnostic.statement = before.filter(|s| at < s.span.end).map(|_| behind - 1);
    diagnostic
}

fn document<'s>(root: NodeRef<'_, 's>, policy: &mut Policy<'s>, sink: &mut Sink) {
    if root.kind() != Kind::Object {
        if !matches!(root.kind(), Kind::Bad | Kind::Missing) {
            sink.push(not_an_object("a policy document", root));
        }
        return;
    }
    let (mut version, mut statement) = (false, false);
    for (name, value) in root.members() {
        match element(name, &["Version", "Statement"], "a policy document", sink) {
            Some("Version") => {
                version = true;
                check_version(value, sink);
            }
            // A doubled member is a syntax error already; its statements are read all the same.
            Some(_) => {
                statement = true;
                statements(value, policy, sink);
            }
            None => {}
        }
    }
    sink.statement = None;
    let brace = Span::new(root.span().start, root.span().start + 1);
    if !version {
        let help = "add `\"Version\": \"1\"`";
        sink.push(Diagnostic::error("bad-version", "the policy has no `Version`", brace).with_help(help));
    }
    if !statement {
        let help = "add `\"Statement\": [ .. ]`";
        sink.push(Diagnostic::error("missing-element", "the policy has no `Statement`", brace).with_help(help));
    }
    check_size(root, sink);
}

fn check_version(value: NodeRef<'_, '_>, sink: &mut Sink) {
    match value.as_str() {
        Some(version) if version == "1" => {}
        Some(version) => {
            let message = format!("`Version` is `{}`, not `1`", shorten(&version));
            sink.push(
                Diagnostic::error("bad-version", message, value.span()).with_help("RAM knows one version: `\"1\"`"),
            );
        }
        None if matches!(value.kind(), Kind::Bad | Kind::Missing) => {}
        None => {
            let message = format!("`Version` is {}, not the string `\"1\"`", value.kind().noun());
            sink.push(
                Diagnostic::error("bad-version", message, value.span()).with_help("write `\"1\"` in double quotes"),
            );
        }
    }
}

fn statements<'s>(value: NodeRef<'_, 's>, policy: &mut Policy<'s>, sink: &mut Sink) {
    match value.kind() {
        Kind::Array => {
            if value.elements().next().is_none() {
                sink.push(empty_array("Statement", value.span()));
            }
            policy.statements.reserve(value.elements().count());
            for element in value.elements() {
                statement(element, policy, sink);
            }
        }
        Kind::Object => {
            let message = "`Statement` is a bare object, which no published grammar shows";
            let brace = Span::new(value.span().start, value.span().start + 1);
            let help = "put it into an array: `[ { .. } ]`";
            sink.push(Diagnostic::warning("bare-statement", message, brace).with_help(help));
            statement(value, policy, sink);
        }
        Kind::Bad | Kind::Missing => {}
        _ => sink.push(not_an_object("`Statement`", value)),
    }
}

fn statement<'s>(node: NodeRef<'_, 's>, policy: &mut Policy<'s>, sink: &mut Sink) {
    sink.statement = Some(policy.statements.len());
    let lowered = super::statement::lower(node, sink);
    policy.statements.push(lowered);
    sink.statement = None;
}

fn check_size(root: NodeRef<'_, '_>, sink: &mut Sink) {
    let Some(limit) = sink.kind.size_limit() else { return };
    if root.raw().len() <= limit {
        return;
    }
    let size = size_in_characters(root);
    if size > limit {
        let kind = sink.kind.as_str();
        let message = format!("the document has {size} characters; the limit of {kind} policies is {limit}");
        let brace = Span::new(root.span().start, root.span().start + 1);
        let help = "split it into several policies, or use wildcards; white space between tokens is not counted";
        sink.push(Diagnostic::error("too-long", message, brace).with_help(help));
    }
}

/// Finds the element that a member's name means. An unknown name is reported; one that differs only in case is read as what
/// it resembles, so that nothing is reported as missing on top.
pub(super) fn element<'k>(name: NodeRef<'_, '_>, known: &[&'k str], place: &str, sink: &mut Sink) -> Option<&'k str> {
    if name.kind() == Kind::Missing {
        return None;
    }
    let written = name.name();
    if let Some(element) = known.iter().find(|element| **element == written) {
        return Some(element);
    }
    let meant = known.iter().find(|element| element.eq_ignore_ascii_case(&written)).copied();
    let mut diagnostic =
        Diagnostic::error("unknown-element", format!("{place} has no element `{}`", shorten(&written)), name.span());
    diagnostic.help = match meant.or_else(|| nearest(&written, known.iter().copied())) {
        Some(suggestion) => Some(format!("did you mean `{suggestion}`?")),
        None => Some(format!("the elements are {}", listed(known))),
    };
    sink.push(diagnostic);
    meant
}

/// `a`, `b` and `c`
pub(super) fn listed(names: &[&str]) -> String {
    match names {
        [] => String::new(),
        [one] => format!("`{one}`"),
        [front @ .., last] => {
            let front: Vec<String> = front.iter().map(|name| format!("`{name}`")).collect();
            format!("{} and `{last}`", front.join(", "))
        }
    }
}

pub(super) fn not_an_object(what: &str, value: NodeRef<'_, '_>) -> Diagnostic {
    let message = format!("{what} is {}, not an object", value.kind().noun());
    Diagnostic::error("not-an-object", message, value.span())
}

pub(super) fn empty_array(what: &str, span: Span) -> Diagnostic {
    Diagnostic::error("empty-array", format!("`{what}` is an empty array"), span)
        .with_help("add an entry, or remove the element")
}

/// A string, or a report that it is none.
pub(super) fn string<'s>(what: &str, value: NodeRef<'_, 's>, sink: &mut Sink) -> Option<Spanned<Cow<'s, str>>> {
    if let Some(text) = value.as_str() {
        return Some(Spanned::new(text, value.content_span()));
    }
    if !matches!(value.kind(), Kind::Bad | Kind::Missing) {
        let message = format!("{what} is {}, not a string", value.kind().noun());
        let mut diagnostic = Diagnostic::error("not-a-string", message, value.span());
        if matches!(value.kind(), Kind::Number | Kind::Bool | Kind::Null) {
            diagnostic = diagnostic.with_help(format!("write it in double quotes: `\"{}\"`", shorten(value.raw())));
        }
        sink.push(diagnostic);
    }
    None
}

/// One string or an array of strings; a bare string means the same as an array of one.
pub(super) fn strings<'s>(what: &str, value: NodeRef<'_, 's>, sink: &mut Sink) -> Vec<Spanned<Cow<'s, str>>> {
    if let Some(text) = value.as_str() {
        return vec![Spanned::new(text, value.content_span())];
    }
    if value.kind() != Kind::Array {
        return string(&format!("`{what}`"), value, sink).into_iter().collect();
    }
    // An array of strings holds as many nodes as strings; anything else is a mistake and may be huge.
    let mut list = Vec::with_capacity(value.nodes_inside().min(64));
    let mut empty = true;
    for element in value.elements() {
        empty = false;
        match element.as_str() {
            Some(text) => list.push(Spanned::new(text, element.content_span())),
            None => list.extend(string(&format!("an entry of `{what}`"), element, sink)),
        }
    }
    if empty {
        sink.push(empty_array(what, value.span()));
    }
    list
}

/// At most 60 characters of the user's text.
pub(super) fn shorten(text: &str) -> Cow<'_, str> {
    match text.char_indices().nth(60) {
        None => Cow::Borrowed(text),
        Some((end, _)) => Cow::Owned(format!("{}...", text.get(..end).unwrap_or_default())),
    }
}

/// Codes of the services whose resources have policies of their own (facts/ram-language.md 1.6), and of some that may.
const WITH_RESOURCE_POLICIES: &[&str] =
    &["oss", "ossvector", "kms", "log", "ots", "mns", "mq", "fc", "eventbridge", "cr", "nas", "privatelink", "odps"];

/// Guesses what a document is from its elements: with a `Principal`, and without any `Resource` or about nothing but assuming
/// roles, it is a trust policy; with a `Principal` and actions of a service whose resources have policies, it belongs to a
/// resource; everything else is an identity policy.
pub fn guess_kind(root: NodeRef<'_, '_>) -> PolicyKind {
    let statement = root.get("Statement");
    let bare = statement.into_iter().filter(|node| node.kind() == Kind::Object);
    let listed = statement.into_iter().flat_map(NodeRef::elements);
    let nodes: Vec<NodeRef<'_, '_>> = bare.chain(listed).collect();
    if !nodes.iter().any(|node| node.get("Principal").is_some()) {
        return PolicyKind::Identity;
    }
    let (mut resource, mut assumes, mut of_resource) = (false, true, false);
    for node in nodes {
        resource |= node.get("Resource").is_some() || node.get("NotResource").is_some();
        let action = node.get("Action");
        of_resource |= action.is_none();
        for entry in action.into_iter().chain(action.into_iter().flat_map(NodeRef::elements)) {
            let Some(text) = entry.as_str() else { continue };
            let service = text.split(':').next().unwrap_or_default();
            assumes &= text.to_ascii_lowercase().starts_with("sts:assumerole");
            of_resource |= service.contains(['*', '?', '$'])
                || WITH_RESOURCE_POLICIES.iter().any(|code| service.eq_ignore_ascii_case(code));
        }
    }
    if !resource || (assumes && !of_resource) {
        PolicyKind::Trust
    } else if of_resource {
        PolicyKind::Bucket
    } else {
        PolicyKind::Identity
    }
}

impl Statement<'_> {
    /// A statement without any part, at a place.
    pub(super) fn empty(span: Span) -> Self {
        Self { span, sid: None, effect: None, action: None, resource: None, principal: None, condition: Vec::new() }
    }
}
