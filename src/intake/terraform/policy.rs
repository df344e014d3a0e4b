//! The expression that a resource gives as its policy: the documents, the files and the gaps that it stands for.

use std::collections::HashSet;

use hcl_edit::expr::{Expression, FuncCall};
use hcl_edit::template::{Element, Template};

use super::module::{Located, Module, span_of, steps};
use super::value::{Lowering, module_path};
use crate::intake::{Document, FileReference, Found, Skipped, Spelling};
use crate::policy::PolicyKind;
use crate::syntax::{SyntaxError, parse};
use crate::text::Span;

/// How deep conditionals and passing functions are followed.
const MAX_DEPTH: usize = 32;

/// Collects what policy expressions stand for.
#[derive(Debug)]
pub(super) struct Collector<'m, 'a, 'f> {
    pub(super) module: &'m Module<'a>,
    pub(super) found: &'f mut Found<'static>,
    /// Expressions that are read already: two resources may share a local.
    seen: HashSet<(usize, Span)>,
}

impl<'m, 'a, 'f> Collector<'m, 'a, 'f> {
    pub(super) fn new(module: &'m Module<'a>, found: &'f mut Found<'static>) -> Self {
        Self { module, found, seen: HashSet::new() }
    }

    /// Reads the value of a policy attribute.
    pub(super) fn policy(&mut self, at: Located<'_>, kind: PolicyKind) {
        self.follow(at, span_of(at.expression), kind, 0);
    }

    /// Reads a value that a policy attribute at `span` of the searched file takes.
    pub(super) fn policy_for(&mut self, span: Span, at: Located<'_>, kind: PolicyKind) {
        self.follow(at, span, kind, 0);
    }

    /// Reads an object that stands for a policy, as `jsonencode` would.
    pub(super) fn object(&mut self, at: Located<'_>, kind: PolicyKind) {
        if self.is_new(at) {
            let mut lowering = Lowering::new(self.module, at.file);
            lowering.value(at.expression);
            self.finish(lowering, at.file, kind, Spelling::Values);
        }
    }

    /// What is read already: file and place.
    pub(super) fn seen(&self) -> impl Iterator<Item = (usize, Span)> + '_ {
        self.seen.iter().copied()
    }

    /// Says that `span` of the searched file is not judged.
    pub(super) fn skip(&mut self, span: Span, reason: impl Into<String>) {
        self.found.skipped.push(Skipped { span, reason: reason.into() });
    }

    fn follow(&mut self, at: Located<'_>, span: Span, kind: PolicyKind, depth: usize) {
        let at = self.module.resolve(at, true);
        if depth > MAX_DEPTH {
            return self.skip(span, "the policy is nested too deep");
        }
        match at.expression {
            Expression::Null(_) => {}
            Expression::String(text) if text.trim().is_empty() => {}
            Expression::String(_) => self.quoted(at, None, span, kind),
            Expression::StringTemplate(template) => self.quoted(at, Some(template), span, kind),
            Expression::HeredocTemplate(heredoc) => self.template(at, &heredoc.template, false, span, kind),
            Expression::FuncCall(call) => self.call(at, call, span, kind, depth),
            Expression::Conditional(conditional) => {
                for expression in [&conditional.true_expr, &conditional.false_expr] {
                    let place = if at.file == 0 { span_of(expression) } else { span };
                    self.follow(Located { expression, ..at }, place, kind, depth + 1);
                }
            }
            Expression::Traversal(_) => match steps(at.expression).as_deref() {
                Some(["data", source @ "alicloud_ram_policy_document", name, "json" | "document"])
                    if self.module.has_data(source, name) => {}
                Some(["data", source @ "template_file", name, "rendered"]) => {
                    match self.module.data(source, name, "template") {
                        Some(template) => self.rendered(template, span, kind, depth),
                        None => self.run_time(at, span),
                    }
                }
                _ => self.run_time(at, span),
            },
            Expression::Bool(_) | Expression::Number(_) | Expression::Array(_) | Expression::Object(_) => {
                self.skip(span, "the policy is no string; put the value into `jsonencode(..)`");
            }
            Expression::Parenthesis(_)
            | Expression::Variable(_)
            | Expression::UnaryOp(_)
            | Expression::BinaryOp(_)
            | Expression::ForExpr(_) => self.run_time(at, span),
        }
    }

    /// The text of a `template_file` data source: its `$${..}` are filled in when Terraform runs.
    fn rendered(&mut self, at: Located<'_>, span: Span, kind: PolicyKind, depth: usize) {
        let before = (self.found.documents.len(), self.found.references.len());
        self.follow(at, span, kind, depth + 1);
        for reference in self.found.references.iter_mut().skip(before.1) {
            reference.template = true;
        }
        for document in self.found.documents.iter_mut().skip(before.0) {
            let open = document.text.match_indices("${").map(|(at, _)| at);
            let spans = open.filter_map(|at| {
                let length = document.text.get(at..)?.find('}')? + 1;
                Some(Span::new(u32::try_from(at).ok()?, u32::try_from(at + length).ok()?))
            });
            document.unknown.extend(spans.collect::<Vec<Span>>());
            document.unknown.sort();
            document.unknown.dedup();
        }
    }

    /// Says that an expression is not judged.
    pub(super) fn run_time(&mut self, at: Located<'_>, span: Span) {
        let raw = span_of(at.expression).of(self.module.text(at.file));
        let shown: String = raw.lines().next().unwrap_or_default().chars().take(60).collect();
        let more = if shown.len() < raw.len() { " .." } else { "" };
        self.skip(span, format!("`{shown}{more}` is only known when Terraform runs"));
    }

    /// Whether an expression is met for the first time.
    fn is_new(&mut self, at: Located<'_>) -> bool {
        self.seen.insert((at.file, span_of(at.expression)))
    }

    fn finish(&mut self, lowering: Lowering<'_, '_>, file: usize, kind: PolicyKind, spelling: Spelling) {
        let mut document = lowering.out.finish(kind, spelling);
        document.file = self.module.sibling_name(file).map(str::to_owned);
        self.found.documents.push(document);
    }

    fn quoted(&mut self, at: Located<'_>, template: Option<&Template>, span: Span, kind: PolicyKind) {
        if let Some(template) = template {
            return self.template(at, template, true, span, kind);
        }
        if !self.is_new(at) {
            return;
        }
        let place = span_of(at.expression);
        let inside = Span::new(place.start + 1, place.end.saturating_sub(1));
        let mut lowering = Lowering::new(self.module, at.file);
        let raw = inside.of(self.module.text(at.file));
        super::literal::characters(raw, inside.start, true, |character, place, verbatim| {
            lowering.out.character(character, place, verbatim);
        });
        self.finish(lowering, at.file, kind, Spelling::Escaped);
    }

    /// A string or heredoc of JSON text.
    fn template(&mut self, at: Located<'_>, template: &Template, quoted: bool, span: Span, kind: PolicyKind) {
        if !self.is_new(at) {
            return;
        }
        let has_text = template.iter().any(|element| matches!(element, Element::Literal(text) if text.contains('{')));
        if !has_text {
            return self.run_time(at, span);
        }
        let mut lowering = Lowering::new(self.module, at.file);
        lowering.template(template, quoted, false);
        let document = lowering.out.finish(kind, if quoted { Spelling::Escaped } else { Spelling::Json });
        self.keep(document, at.file, span);
    }

    /// Keeps a document, unless text that is not known decides about its shape.
    fn keep(&mut self, mut document: Document<'static>, file: usize, span: Span) {
        // A comma may come from `${..}`, a whole statement from `%{ if .. }`.
        let beside = |error: &SyntaxError| {
            // Farther ones have these in between.
            let next = document.unknown.partition_point(|unknown| unknown.end <= error.span.start);
            document.unknown.iter().skip(next.saturating_sub(1)).take(2).any(|unknown| {
                let between = Span::new(error.span.end.min(unknown.end), error.span.start.max(unknown.start));
                between.of(&document.text).trim().is_empty()
            })
        };
        if !document.unknown.is_empty() && parse(&document.text).errors.iter().any(beside) {
            return self.skip(span, "`${..}` or `%{..}` decides about the shape of the policy when Terraform runs");
        }
        document.file = self.module.sibling_name(file).map(str::to_owned);
        self.found.documents.push(document);
    }

    fn call(&mut self, at: Located<'_>, call: &FuncCall, span: Span, kind: PolicyKind, depth: usize) {
        let name = if call.name.is_namespaced() { "" } else { call.name.name.as_str() };
        let Some(argument) = call.args.iter().next() else { return self.run_time(at, span) };
        let argument = Located { expression: argument, ..at };
        match name {
            "jsonencode" => self.encoded(argument, span, kind, depth),
            "file" | "templatefile" => match module_path(self.module, argument) {
                Some(path) => {
                    let template = name == "templatefile";
                    self.found.references.push(FileReference { path, span, kind, template });
                }
                None => self.run_time(at, span),
            },
            "format" => self.formatted(at, argument, span, kind),
            "trimspace" | "chomp" | "tostring" | "sensitive" | "nonsensitive" | "jsondecode" => {
                self.follow(argument, span, kind, depth + 1);
            }
            "try" | "coalesce" => {
                for expression in &call.args {
                    let place = if at.file == 0 { span_of(expression) } else { span };
                    self.follow(Located { expression, ..at }, place, kind, depth + 1);
                }
            }
            _ => self.run_time(at, span),
        }
    }

    /// `format("..", ..)`: the verbs are unknown text.
    fn formatted(&mut self, at: Located<'_>, argument: Located<'_>, span: Span, kind: PolicyKind) {
        let text = self.module.resolve(argument, true);
        let mut lowering = Lowering::new(self.module, text.file);
        if !lowering.format(text.expression) {
            return self.run_time(at, span);
        }
        if self.is_new(text) {
            self.keep(lowering.out.finish(kind, Spelling::Escaped), text.file, span);
        }
    }

    fn encoded(&mut self, argument: Located<'_>, span: Span, kind: PolicyKind, depth: usize) {
        let value = self.module.resolve(argument, true);
        match value.expression {
            Expression::Object(_) => self.object(value, kind),
            Expression::FuncCall(inner) if Lowering::new(self.module, value.file).merged(inner).is_some() => {
                self.object(value, kind);
            }
            Expression::FuncCall(inner) if inner.name.name.as_str() == "jsondecode" => {
                self.follow(value, span, kind, depth + 1);
            }
            Expression::Conditional(conditional) => {
                for expression in [&conditional.true_expr, &conditional.false_expr] {
                    if depth < MAX_DEPTH {
                        self.encoded(Located { expression, ..value }, span, kind, depth + 1);
                    }
                }
            }
            Expression::Null(_) => {}
            _ => self.run_time(value, span),
        }
    }
}
