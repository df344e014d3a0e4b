//! Terraform files: policies in resources of the alicloud provider and in its policy document data source.
//!
//! A policy may stand in a heredoc, a quoted string, `jsonencode(..)`, a local value or a variable's default of the same
//! folder, `statement` blocks, or another file. Policies that a module is given, and those that local values and defaults hold
//! for others, are told by their shape. Interpolations become unknown text; an expression that cannot be known is
//! skipped, and said. Does *not* evaluate Terraform: functions but a few stay unknown.
//!
//! Indentation of `<<-` heredocs is kept: between JSON tokens it means nothing, and every character keeps its place.

mod blocks;
mod comments;
mod json;
mod literal;
mod loose;
mod module;
mod policy;
mod value;

use std::collections::HashMap;

use hcl_edit::structure::{Block, BlockLabel, Body};

use self::module::{Located, Module, labelled, span_of};
use self::policy::Collector;
use super::{Document, Format, Found, Spelling};
use crate::policy::PolicyKind;
use crate::text::Span;

/// Resource type, attribute, and what the policy is.
const RESOURCES: &[(&str, &str, PolicyKind)] = &[
    ("alicloud_ram_policy", "policy_document", PolicyKind::Identity),
    ("alicloud_ram_policy", "document", PolicyKind::Identity),
    ("alicloud_ram_role", "assume_role_policy_document", PolicyKind::Trust),
    ("alicloud_ram_role", "document", PolicyKind::Trust),
    ("alicloud_resource_manager_control_policy", "policy_document", PolicyKind::Control),
    ("alicloud_resource_manager_policy", "policy_document", PolicyKind::Identity),
    ("alicloud_resource_manager_policy_version", "policy_document", PolicyKind::Identity),
    ("alicloud_resource_manager_role", "assume_role_policy_document", PolicyKind::Trust),
    ("alicloud_oss_bucket", "policy", PolicyKind::Bucket),
    ("alicloud_oss_bucket_policy", "policy", PolicyKind::Bucket),
    ("alicloud_kms_key", "policy", PolicyKind::Bucket),
    ("alicloud_kms_secret", "policy", PolicyKind::Bucket),
    ("alicloud_log_project", "policy", PolicyKind::Bucket),
    ("alicloud_open_api_explorer_api_mcp_server", "assume_role_extra_policy", PolicyKind::Session),
    ("alicloud_cloud_sso_access_configuration", "permission_policy_document", PolicyKind::Identity),
];

const DATA: &str = "alicloud_ram_policy_document";

/// Whether a text has resources or data sources with policies.
fn has_resources(text: &str) -> bool {
    text.contains("alicloud_")
        && (RESOURCES.iter().any(|(resource, ..)| text.contains(resource)) || text.contains(DATA))
}

/// Finds the policies of a Terraform file; `siblings` are the other files of its folder, as name and text.
pub(super) fn find(text: &str, siblings: &[(String, String)]) -> Found<'static> {
    let mut found = Found { format: Format::Terraform, ..Found::default() };
    if !has_resources(text) && !text.contains("Statement") {
        return found;
    }
    let body = match module::parse(text) {
        Ok(body) => body,
        Err(diagnostic) => {
            // A file of another provider may be broken without concern to us.
            if has_resources(text) {
                found.diagnostics.push(*diagnostic);
            }
            return found;
        }
    };
    found.comments = comments::scan(text).comments;
    let module = Module::new(text, body, siblings);
    let mut collector = Collector::new(&module, &mut found);
    if let Some(body) = module.body() {
        resources(body, 0, &mut collector);
        for block in body.get_blocks("provider") {
            // The session policy of the role that the provider assumes.
            let policies = block.body.blocks().filter_map(|inner| inner.body.get_attribute("policy"));
            for policy in policies {
                collector.policy(Located { expression: &policy.value, file: 0 }, PolicyKind::Session);
            }
        }
        if body.get_blocks("data").any(|block| kind_label(block) == Some(DATA)) {
            let uses = uses(&module);
            for block in body.get_blocks("data") {
                data(block, &uses, &mut collector);
            }
        }
        loose::documents(body, &mut collector);
    }
    found.documents.sort_by_key(|document| (document.file.clone(), document.origin.map(Span::at(0)).start));
    found
}

/// Finds the policies of a Terraform file in JSON.
pub(super) fn find_json(text: &str) -> Found<'static> {
    let mut found = Found { format: Format::Terraform, ..Found::default() };
    if RESOURCES.iter().any(|(resource, ..)| text.contains(resource)) {
        let parsed = crate::syntax::parse(text);
        found.diagnostics = parsed.errors.iter().map(crate::syntax::SyntaxError::to_diagnostic).collect();
        if let Some(root) = parsed.tree.root() {
            json::resources(root, &mut found);
        }
    }
    found
}

/// Reads the text of a template file (`templatefile(..)`): `${..}` is unknown text.
///
/// None when the template's own text does not make the document.
pub(super) fn template(text: &str, kind: PolicyKind) -> Option<Document<'static>> {
    let template = hcl_edit::parser::parse_template(text).ok()?;
    let has_directive = template.iter().any(|element| matches!(element, hcl_edit::template::Element::Directive(_)));
    if has_directive {
        return None;
    }
    let module = Module::new(text, Body::new(), &[]);
    let mut lowering = value::Lowering::new(&module, 0);
    lowering.template(&template, false, false);
    Some(lowering.out.finish(kind, Spelling::Json))
}

fn kind_label(block: &Block) -> Option<&str> {
    block.labels.first().map(BlockLabel::as_str)
}

/// Reads the resources of one file of the module.
fn resources(body: &Body, file: usize, collector: &mut Collector<'_, '_, '_>) {
    for block in body.get_blocks("resource") {
        resource(block, file, collector);
    }
}

fn resource(block: &Block, file: usize, collector: &mut Collector<'_, '_, '_>) {
    let Some(resource) = kind_label(block) else { return };
    for (_, name, kind) in RESOURCES.iter().filter(|(name, ..)| *name == resource) {
        // Some policies stand in a block of the resource.
        let inner = block.body.blocks().map(|inner| &inner.body);
        for attribute in std::iter::once(&block.body).chain(inner).filter_map(|body| body.get_attribute(name)) {
            let at = Located { expression: &attribute.value, file };
            match module::path(at.expression).as_deref() {
                Some(["each", "value", steps @ ..]) => each(block, at, steps, *kind, collector),
                _ => collector.policy(at, *kind),
            }
        }
    }
    if resource == "alicloud_ram_policy" && file == 0 {
        statements(block, Some(PolicyKind::Identity), collector);
    }
}

/// Reads `each.value.<steps>` for every element of `for_each`.
fn each(block: &Block, at: Located<'_>, steps: &[&str], kind: PolicyKind, collector: &mut Collector<'_, '_, '_>) {
    let module = collector.module;
    let span = span_of(at.expression);
    let collection = block.body.get_attribute("for_each");
    let elements = collection.and_then(|given| module.elements(Located { expression: &given.value, ..at }));
    let Some(elements) = elements else { return collector.run_time(at, span) };
    for element in elements {
        let mut value = Some(module.resolve(element, true));
        for step in steps {
            value = value.and_then(|value| module::member(value, step));
        }
        match value {
            Some(value) => {
                let place = if value.file == 0 { span_of(value.expression) } else { span };
                collector.policy_for(place, value, kind);
            }
            None => collector.run_time(at, span),
        }
    }
}

fn data(block: &Block, uses: &HashMap<&str, PolicyKind>, collector: &mut Collector<'_, '_, '_>) {
    let Some(name) = block.labels.get(1).filter(|_| kind_label(block) == Some(DATA)) else { return };
    statements(block, uses.get(name.as_str()).copied(), collector);
}

fn statements(block: &Block, kind: Option<PolicyKind>, collector: &mut Collector<'_, '_, '_>) {
    let reason = "`dynamic` blocks are only known when Terraform runs";
    let outer = block.body.get_blocks("dynamic").filter(|inner| labelled(inner, &["statement"]));
    let inner = block.body.get_blocks("statement").flat_map(|statement| statement.body.get_blocks("dynamic"));
    let skipped: Vec<Span> = outer.chain(inner).map(|dynamic| span_of(&dynamic.ident)).collect();
    for span in skipped {
        collector.skip(span, reason);
    }
    if let Some(document) = blocks::document(collector.module, block, kind) {
        // A document of nothing but unknown statements has nothing to judge.
        if block.body.has_blocks("statement") {
            collector.found.documents.push(document);
        }
    }
}

/// What the first resource that uses a data source makes of it, by the name of the data source.
fn uses<'m>(module: &'m Module<'_>) -> HashMap<&'m str, PolicyKind> {
    let mut found = HashMap::new();
    for (file, body) in module.bodies(has_resources) {
        for block in body.get_blocks("resource") {
            let resource = kind_label(block);
            for (_, attribute, kind) in RESOURCES.iter().filter(|(kind, ..)| Some(*kind) == resource) {
                let Some(given) = block.body.get_attribute(attribute) else { continue };
                let at = module.resolve(Located { expression: &given.value, file }, true);
                if let Some(name) = blocks::data_name(at.expression) {
                    found.entry(name).or_insert(*kind);
                }
            }
        }
    }
    found
}

#[cfg(test)]
mod tests;
