//! Policies that no known resource of the folder takes: arguments of modules and of other resources, local values, defaults,
//! outputs, `.tfvars`.
//!
//! Here only the shape tells a policy: `Version` is `1`, and there is a `Statement`. Policies of other clouds have other
//! versions and are left alone.

use std::collections::HashSet;

use hcl_edit::expr::{Expression, Object};
use hcl_edit::structure::Body;
use hcl_edit::template::{Element, Template};

use super::module::{Located, Module, key_name, span_of};
use super::policy::Collector;
use crate::intake::Found;
use crate::intake::json::is_policy_text;
use crate::policy::{PolicyKind, guess_kind};
use crate::syntax::parse;
use crate::text::Span;

/// Resources whose policies look alike: `MaxCompute` judges its own, and what an endpoint lets through is open by default.
const OTHERS: &[&str] =
    &["alicloud_max_compute_role", "alicloud_vpc_gateway_endpoint", "alicloud_privatelink_vpc_endpoint"];

/// Looks through a body and the blocks in it; the parser limits the nesting.
fn all<'m>(body: &'m Body, candidates: &mut Vec<&'m Expression>) {
    body.attributes().for_each(|given| collect(&given.value, candidates));
    body.blocks().for_each(|inner| all(&inner.body, candidates));
}

/// Reads the loose policies of the searched file, after those of its resources.
pub(super) fn documents(body: &Body, collector: &mut Collector<'_, '_, '_>) {
    let mut candidates = Vec::new();
    for block in body.blocks() {
        match block.ident.as_str() {
            "locals" | "module" | "output" | "provider" => all(&block.body, &mut candidates),
            "resource" if !super::kind_label(block).is_some_and(|kind| OTHERS.contains(&kind)) => {
                all(&block.body, &mut candidates);
            }
            "variable" => {
                let default = block.body.get_attribute("default");
                if let Some(default) = default {
                    collect(&default.value, &mut candidates);
                }
            }
            _ => {}
        }
    }
    // `.tfvars`
    body.attributes().for_each(|given| collect(&given.value, &mut candidates));
    if candidates.is_empty() {
        return;
    }
    let taken = taken_by_siblings(collector.module);
    for expression in candidates {
        let at = Located { expression, file: 0 };
        if taken.contains(&span_of(expression)) {
            continue;
        }
        let before = collector.found.documents.len();
        match expression {
            Expression::Object(_) => collector.object(at, PolicyKind::Identity),
            _ => collector.policy(at, PolicyKind::Identity),
        }
        for document in collector.found.documents.iter_mut().skip(before) {
            document.kind = parse(&document.text).tree.root().map_or(PolicyKind::Identity, guess_kind);
        }
    }
}

/// The expressions of the searched file that resources of its siblings take.
fn taken_by_siblings(module: &Module<'_>) -> HashSet<Span> {
    let mut found = Found::default();
    let mut collector = Collector::new(module, &mut found);
    for (file, body) in module.bodies(|text| text.contains("alicloud_")).filter(|(file, _)| *file > 0) {
        super::resources(body, file, &mut collector);
    }
    collector.seen().filter(|(file, _)| *file == 0).map(|(_, span)| span).collect()
}

/// Collects what has the shape of a policy; the parser limits the nesting.
fn collect<'m>(expression: &'m Expression, found: &mut Vec<&'m Expression>) {
    match expression {
        Expression::Object(object) if is_policy(object) => found.push(expression),
        Expression::Object(object) => object.iter().for_each(|(_, value)| collect(value.expr(), found)),
        Expression::Array(array) => array.iter().for_each(|element| collect(element, found)),
        Expression::Parenthesis(inner) => collect(inner.inner(), found),
        Expression::FuncCall(call) => call.args.iter().for_each(|argument| collect(argument, found)),
        Expression::Conditional(conditional) => {
            collect(&conditional.true_expr, found);
            collect(&conditional.false_expr, found);
        }
        Expression::String(text) => found.extend(is_policy_text(text).then_some(expression)),
        Expression::StringTemplate(template) => found.extend(is_template(template).then_some(expression)),
        Expression::HeredocTemplate(heredoc) => found.extend(is_template(&heredoc.template).then_some(expression)),
        Expression::Null(_)
        | Expression::Bool(_)
        | Expression::Number(_)
        | Expression::Variable(_)
        | Expression::Traversal(_)
        | Expression::UnaryOp(_)
        | Expression::BinaryOp(_)
        | Expression::ForExpr(_) => {}
    }
}

fn is_policy(object: &Object) -> bool {
    let value = |name: &str| object.iter().find(|(key, _)| key_name(key) == Some(name)).map(|(_, value)| value.expr());
    let version = value("Version");
    version.is_some_and(|version| version.as_str() == Some("1")) && value("Statement").is_some()
}

fn is_template(template: &Template) -> bool {
    let literals = template.iter().filter_map(|element| match element {
        Element::Literal(text) => Some(text.as_str()),
        Element::Interpolation(_) | Element::Directive(_) => None,
    });
    is_policy_text(&literals.collect::<String>())
}
