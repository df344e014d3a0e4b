//! `statement { .. }` blocks, of the `alicloud_ram_policy_document` data source and of old `alicloud_ram_policy` resources.

use std::collections::HashMap;

use hcl_edit::expr::Expression;
use hcl_edit::structure::{Block, Body};

use super::module::{Module, span_of};
use super::value::Lowering;
use crate::intake::{Document, Spelling};
use crate::policy::{PolicyKind, guess_kind};
use crate::syntax::parse;
use crate::text::Span;

/// The document that the `statement` blocks of a resource or data source of the searched file make; none without any.
///
/// Without a kind it is guessed from the elements.
pub(super) fn document(module: &Module<'_>, block: &Block, kind: Option<PolicyKind>) -> Option<Document<'static>> {
    let statements: Vec<&Block> = block.body.blocks().filter(|inner| is_block(inner, "statement")).collect();
    if statements.is_empty() {
        return None;
    }
    let head = span_of(&block.ident);
    let mut lowering = Lowering::new(module, 0);
    // The provider's schema knows only strings.
    lowering.strings = true;
    lowering.out.implied("{", head);
    match block.body.get_attribute("version") {
        Some(version) => {
            lowering.name("Version", span_of(&version.key));
            lowering.out.implied(":", Span::at(span_of(&version.key).end));
            lowering.value(&version.value);
        }
        None => lowering.out.implied("\"Version\":\"1\"", head),
    }
    lowering.out.implied(",\"Statement\":[", head);
    let mut first = true;
    for statement in statements {
        let place = span_of(&statement.ident);
        lowering.separate(&mut first, place);
        if statement.has_ident("dynamic") {
            lowering.unknown(place);
        } else {
            lowering.statement(&statement.body, place);
        }
    }
    lowering.out.implied("]}", head);
    let mut document = lowering.out.finish(PolicyKind::Identity, Spelling::Values);
    document.kind = kind.unwrap_or_else(|| parse(&document.text).tree.root().map_or(PolicyKind::Identity, guess_kind));
    Some(document)
}

/// Whether a block is `name { .. }` or `dynamic "name" { .. }`.
fn is_block(block: &Block, name: &str) -> bool {
    block.has_ident(name) || (block.has_ident("dynamic") && super::module::labelled(block, &[name]))
}

impl Lowering<'_, '_> {
    fn statement(&mut self, body: &Body, place: Span) {
        self.out.implied("{", place);
        // The provider's default.
        let mut first = body.has_attribute("effect");
        if !first {
            self.out.implied("\"Effect\":\"Allow\"", place);
        }
        for attribute in body.attributes() {
            let element = match attribute.key.as_str() {
                "effect" => "Effect",
                "action" => "Action",
                "resource" => "Resource",
                other => other,
            };
            let key = span_of(&attribute.key);
            self.separate(&mut first, key);
            self.name(element, key);
            self.out.implied(":", Span::at(key.end));
            self.value(&attribute.value);
        }
        let principals: Vec<&Block> = body.blocks().filter(|block| is_block(block, "principal")).collect();
        self.grouped("Principal", &principals, &mut first, |lowering, group| {
            lowering.members(group, "entity", None, "identifiers");
        });
        let conditions: Vec<&Block> = body.blocks().filter(|block| is_block(block, "condition")).collect();
        self.grouped("Condition", &conditions, &mut first, |lowering, group| {
            lowering.members(group, "operator", Some("variable"), "values");
        });
        self.out.implied("}", place);
    }

    /// One element from several blocks; unknown when one of them is `dynamic`.
    fn grouped(&mut self, element: &str, blocks: &[&Block], first: &mut bool, members: impl Fn(&mut Self, &[&Block])) {
        let Some(head) = blocks.first() else { return };
        let place = span_of(&head.ident);
        self.separate(first, place);
        self.name(element, place);
        self.out.implied(":", Span::at(place.end));
        if let Some(dynamic) = blocks.iter().find(|block| block.has_ident("dynamic")) {
            return self.unknown(span_of(&dynamic.ident));
        }
        self.out.implied("{", place);
        members(self, blocks);
        self.out.implied("}", place);
    }

    /// `{ outer: values }`, or `{ outer: { inner: values } }`; blocks of the same names are joined, as the provider does.
    fn members(&mut self, blocks: &[&Block], outer: &str, inner: Option<&str>, values: &str) {
        let mut first = true;
        for group in groups(blocks, outer) {
            let Some(name) = group.first().and_then(|block| block.body.get_attribute(outer)) else { continue };
            let place = span_of(&name.value);
            self.separate(&mut first, place);
            self.value(&name.value);
            self.out.implied(":", Span::at(place.end));
            match inner {
                Some(inner) => {
                    self.out.implied("{", place);
                    self.members(&group, inner, None, values);
                    self.out.implied("}", place);
                }
                None => self.joined(&group, values),
            }
        }
    }

    /// The values of blocks of the same names.
    fn joined(&mut self, blocks: &[&Block], values: &str) {
        let given: Vec<_> = blocks.iter().filter_map(|block| block.body.get_attribute(values)).collect();
        match given.as_slice() {
            [] => blocks.first().into_iter().for_each(|block| self.unknown(span_of(&block.ident))),
            [one] => self.value(&one.value),
            [head, ..] => {
                self.out.implied("[", Span::at(span_of(&head.value).start));
                let mut first = true;
                for attribute in &given {
                    self.spliced(&attribute.value, &mut first);
                }
                self.out.implied("]", Span::at(span_of(&head.value).end));
            }
        }
    }
}

/// Blocks by the known value of an attribute, in the order of their first; a block without a known one stands alone.
fn groups<'b>(blocks: &[&'b Block], name: &str) -> Vec<Vec<&'b Block>> {
    let mut found: Vec<Vec<&'b Block>> = Vec::new();
    let mut numbers = HashMap::new();
    for block in blocks {
        let known = block.body.get_attribute(name).and_then(|attribute| attribute.value.as_str());
        let number = known.map_or(found.len(), |known| *numbers.entry(known).or_insert(found.len()));
        match found.get_mut(number) {
            Some(group) => group.push(block),
            None => found.push(vec![block]),
        }
    }
    found
}

/// The name of the data source whose JSON an expression is.
pub(super) fn data_name(expression: &Expression) -> Option<&str> {
    match super::module::steps(expression)?.as_slice() {
        ["data", "alicloud_ram_policy_document", name, ..] => Some(*name),
        _ => None,
    }
}
