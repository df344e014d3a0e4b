//! ROS templates in JSON and YAML: policies in the properties of resources.
//!
//! `Fn::Sub`, `Fn::Join` and `Ref` become text with unknown parts; other functions are unknown as a whole. A template that
//! wraps Terraform (`Transform: Aliyun::Terraform-..`) is searched file by file, and so are templates inside of templates.
//! Elsewhere, as in parameters of nested stacks and in serverless services, the shape tells a policy. Does *not* evaluate
//! templates.

mod emit;
mod node;
mod scalar;
mod yaml;

use std::borrow::Cow;
use std::collections::HashSet;
use std::path::Path;

use self::emit::Emitter;
use self::node::{Id, Kind, Node, Style, Template};
use super::json::is_policy_text;
use super::{Comment, Document, Format, Found, Skipped, Spelling, terraform};
use crate::policy::{PolicyKind, guess_kind};
use crate::syntax::{Parsed, parse};
use crate::text::{OriginBuilder, Span};

/// Resource type, property, and what the policy is.
const RESOURCES: &[(&str, &str, PolicyKind)] = &[
    ("ALIYUN::RAM::ManagedPolicy", "PolicyDocument", PolicyKind::Identity),
    ("ALIYUN::RAM::ManagedPolicy", "PolicyDocumentUnchecked", PolicyKind::Identity),
    ("ALIYUN::RAM::Role", "AssumeRolePolicyDocument", PolicyKind::Trust),
    ("ALIYUN::ResourceManager::Policy", "PolicyDocument", PolicyKind::Identity),
    ("ALIYUN::ResourceManager::Role", "AssumeRolePolicyDocument", PolicyKind::Trust),
    ("ALIYUN::ResourceManager::ControlPolicy", "PolicyDocument", PolicyKind::Control),
    ("ALIYUN::OSS::Bucket", "Policy", PolicyKind::Bucket),
    ("ALIYUN::OSS::BucketPolicy", "Policy", PolicyKind::Bucket),
    ("ALIYUN::OSS::BucketPolicy", "PolicyDocument", PolicyKind::Bucket),
    ("ALIYUN::KMS::Key", "Policy", PolicyKind::Bucket),
];

/// Resource types with `Policies`, a list of `{ PolicyName, PolicyDocument }`.
const WITH_POLICIES: &[&str] = &["ALIYUN::RAM::Role", "ALIYUN::RAM::User", "ALIYUN::RAM::Group"];

/// Whether a text may be a template with policies.
pub(super) fn speaks_of_policies(text: &str) -> bool {
    let types = ["ALIYUN::RAM::", "ALIYUN::OSS::Bucket", "ALIYUN::ResourceManager::", "ALIYUN::KMS::Key"];
    (text.contains("ALIYUN::") && types.iter().any(|name| text.contains(name)))
        || text.contains("Aliyun::Terraform")
        || (text.contains("ROSTemplateFormatVersion") && text.contains("Statement"))
}

/// Finds the policies of a YAML template; nothing, and silently, in other YAML.
pub(super) fn find_yaml(text: &str) -> Found<'_> {
    let mut found = Found { format: Format::Other, ..Found::default() };
    if !speaks_of_policies(text) {
        return found;
    }
    let parsed = match yaml::parse(text) {
        Ok(parsed) => parsed,
        Err(diagnostic) => {
            // Other YAML may speak of ROS; only what looks like a template is meant as one.
            if text.contains("ROSTemplateFormatVersion") {
                found.format = Format::RosYaml;
                found.diagnostics.push(*diagnostic);
            }
            return found;
        }
    };
    for root in parsed.roots {
        if is_template(&parsed.template, root) {
            found.format = Format::RosYaml;
            Search::new(text, &parsed.template, &mut found).all(root);
        }
    }
    if found.format == Format::RosYaml {
        found.comments.extend(parsed.comments);
        found.comments.sort_by_key(|comment| comment.span.start);
    }
    found
}

/// Finds the policies of a JSON template; none when the text is no template.
pub(super) fn find_json<'s>(text: &'s str, parsed: &Parsed<'s>) -> Option<Found<'s>> {
    let root = parsed.tree.root()?;
    let named = root.get("ROSTemplateFormatVersion").is_some() || root.get("Resources").is_some();
    if !named || !speaks_of_policies(text) {
        return None;
    }
    let (template, root) = Template::from_json(root);
    if !is_template(&template, root) {
        return None;
    }
    let mut found = Found { format: Format::RosJson, ..Found::default() };
    Search::new(text, &template, &mut found).all(root);
    // Mistakes inside of a document are reported with it.
    let inside = |at: u32| {
        found.documents.iter().any(|document| {
            let first = document.origin.map(Span::new(0, 1)).start;
            let end = u32::try_from(document.text.len()).unwrap_or(u32::MAX);
            document.spelling == Spelling::Json && first <= at && at < document.origin.map(Span::new(0, end)).end
        })
    };
    let outside = parsed.errors.iter().filter(|error| !inside(error.span.start));
    let diagnostics = outside.map(crate::syntax::SyntaxError::to_diagnostic).collect();
    found.diagnostics = diagnostics;
    Some(found)
}

/// Whether a document is a ROS template: by its version, or by the types of its resources.
fn is_template(template: &Template, root: Id) -> bool {
    let resources = template.get(root, "Resources").map_or(&[][..], |resources| template.members(resources));
    let types = resources.iter().filter_map(|(_, resource)| template.text(template.get(*resource, "Type")?));
    template.get(root, "ROSTemplateFormatVersion").is_some()
        || types.into_iter().any(|name| name.starts_with("ALIYUN::"))
}

#[derive(Debug)]
struct Search<'t, 's, 'f> {
    text: &'s str,
    template: &'t Template,
    found: &'f mut Found<'s>,
    /// What is read already.
    taken: HashSet<Id>,
}

impl<'t, 's, 'f> Search<'t, 's, 'f> {
    fn new(text: &'s str, template: &'t Template, found: &'f mut Found<'s>) -> Self {
        Self { text, template, found, taken: HashSet::new() }
    }

    /// Reads a template and those inside it, then what has the shape of a policy elsewhere.
    fn all(&mut self, root: Id) {
        let first = self.found.documents.len();
        for id in self.reachable(root) {
            if id == root || self.template.get(id, "ROSTemplateFormatVersion").is_some() {
                self.resources(id);
                self.workspace(id);
            }
        }
        for id in self.reachable(root) {
            self.loose(id);
        }
        if let Some(documents) = self.found.documents.get_mut(first..) {
            documents.sort_by_key(|document| document.origin.map(Span::at(0)).start);
        }
    }

    /// Every node below one, each once however many aliases lead to it, without what is read already.
    fn reachable(&self, root: Id) -> Vec<Id> {
        let (mut open, mut found, mut seen) = (vec![root], Vec::new(), HashSet::new());
        while let Some(id) = open.pop() {
            if self.taken.contains(&id) || !seen.insert(id) {
                continue;
            }
            found.push(id);
            open.extend(self.template.elements(id));
            open.extend(self.template.members(id).iter().map(|(_, value)| value));
        }
        found
    }

    /// Reads a node that has the shape of a policy, such as a parameter of a nested stack.
    fn loose(&mut self, id: Id) {
        let template = self.template;
        let text_of = |id: Id| match template.nodes.get(id).map(|node| &node.kind) {
            Some(Kind::Scalar(text, Style::Single | Style::Double | Style::Block)) => Some(&**text),
            _ => None,
        };
        let is_policy = match template.function(id) {
            Some(("Sub", argument)) => {
                let text = template.elements(argument).first().copied().unwrap_or(argument);
                text_of(text).is_some_and(is_policy_text)
            }
            Some(_) => false,
            None => {
                let version = template.get(id, "Version").and_then(|version| template.text(version));
                (version == Some("1") && template.get(id, "Statement").is_some())
                    || text_of(id).is_some_and(is_policy_text)
            }
        };
        if !is_policy || self.taken.contains(&id) {
            return;
        }
        let before = self.found.documents.len();
        self.policy(id, PolicyKind::Identity);
        for document in self.found.documents.iter_mut().skip(before) {
            document.kind = parse(&document.text).tree.root().map_or(PolicyKind::Identity, guess_kind);
        }
    }

    fn resources(&mut self, root: Id) {
        let template = self.template;
        let Some(resources) = template.get(root, "Resources") else { return };
        for (_, resource) in template.members(resources) {
            let name = template.get(*resource, "Type").and_then(|name| template.text(name));
            let (Some(name), Some(properties)) = (name, template.get(*resource, "Properties")) else { continue };
            for (_, property, kind) in RESOURCES.iter().filter(|(kind, ..)| *kind == name) {
                if let Some(policy) = template.get(properties, property) {
                    self.policy(policy, *kind);
                }
            }
            if let Some(policies) = template.get(properties, "Policies").filter(|_| WITH_POLICIES.contains(&name)) {
                self.policies(policies);
            }
        }
    }

    fn policies(&mut self, policies: Id) {
        let template = self.template;
        if template.function(policies).is_some() {
            return self.run_time(policies);
        }
        for entry in template.elements(policies) {
            if template.function(*entry).is_some() {
                self.run_time(*entry);
            } else if let Some(policy) = template.get(*entry, "PolicyDocument") {
                self.policy(policy, PolicyKind::Identity);
            }
        }
    }

    fn run_time(&mut self, id: Id) {
        let name = match self.template.function(id) {
            Some(("Ref", _)) => "Ref".to_owned(),
            Some((name, _)) => format!("Fn::{name}"),
            None => "..".to_owned(),
        };
        let reason = format!("what `{name}` gives is only known when ROS runs");
        self.found.skipped.push(Skipped { span: self.template.span(id), reason });
    }

    /// Reads the value of a policy property: a structure, or JSON text.
    fn policy(&mut self, id: Id, kind: PolicyKind) {
        let template = self.template;
        let Some(node) = template.nodes.get(id) else { return };
        self.taken.insert(id);
        if let Some((_, argument)) = template.function(id) {
            self.taken.insert(argument);
            self.taken.extend(template.elements(argument));
        }
        let mut emitter = Emitter::new(self.text, template);
        match template.function(id) {
            Some(("Sub" | "Join", _)) => {
                emitter.content(id, false);
                let document = emitter.out.finish(kind, Spelling::Escaped);
                return if document.text.trim_start().starts_with('{') {
                    self.found.documents.push(document);
                } else {
                    self.run_time(id);
                };
            }
            Some(_) => return self.run_time(id),
            None => {}
        }
        let document = match &node.kind {
            Kind::Map(_) if self.found.format == Format::RosJson && !template.has_function(id) => {
                let mut origin = OriginBuilder::default();
                origin.verbatim(node.span.start, node.span.len());
                Document::new(Cow::Borrowed(node.span.of(self.text)), origin.finish(), kind)
            }
            Kind::Map(_) | Kind::List(_) => {
                emitter.value(id);
                emitter.out.finish(kind, Spelling::Values)
            }
            Kind::Scalar(text, Style::Single | Style::Double | Style::Block) if !text.trim().is_empty() => {
                emitter.content(id, false);
                emitter.out.finish(kind, Spelling::Escaped)
            }
            // `PolicyDocument:` without a value, or a word: nothing is given.
            Kind::Scalar(..) => return,
        };
        self.found.documents.push(document);
    }

    /// The Terraform files of a template that wraps them: name and text.
    fn workspace(&mut self, root: Id) {
        let template = self.template;
        let transform = template.get(root, "Transform").and_then(|name| template.text(name)).unwrap_or_default();
        let Some(workspace) = template.get(root, "Workspace").filter(|_| transform.starts_with("Aliyun::Terraform"))
        else {
            return;
        };
        let files: Vec<(String, Id)> = template
            .members(workspace)
            .iter()
            .filter_map(|(name, text)| Some((template.text(*name)?.to_owned(), *text)))
            .filter(|(name, _)| Path::new(name).extension().is_some_and(|extension| extension == "tf"))
            .collect();
        for (name, id) in &files {
            let siblings: Vec<(String, String)> = files
                .iter()
                .filter(|(other, _)| other != name && folder(other) == folder(name))
                .filter_map(|(other, id)| Some((other.clone(), template.text(*id)?.to_owned())))
                .collect();
            self.wrapped(*id, &siblings);
        }
    }

    fn wrapped(&mut self, id: Id, siblings: &[(String, String)]) {
        let Some(Node { kind: Kind::Scalar(text, style), span, .. }) = self.template.nodes.get(id) else { return };
        let inner = terraform::find(text, siblings);
        if inner.is_empty() && inner.comments.is_empty() {
            return;
        }
        let mut origin = OriginBuilder::default();
        for placed in scalar::align(text, span.of(self.text), span.start, *style) {
            let length = u32::try_from(placed.character.len_utf8()).unwrap_or(0);
            if placed.verbatim {
                origin.verbatim(placed.span.start, length);
            } else {
                origin.escape(placed.span, length);
            }
        }
        let outer = origin.finish();
        for document in inner.documents {
            if document.file.is_some() {
                // A default in another file of the workspace: its places are not those of this text.
                continue;
            }
            let origin = document.origin.within(&outer);
            let spelling = if document.spelling == Spelling::Json { Spelling::Escaped } else { document.spelling };
            self.found.documents.push(Document { origin, spelling, ..document });
        }
        let moved = |span: Span| outer.map(span);
        let comments = inner.comments.into_iter().map(|comment| Comment { span: moved(comment.span), ..comment });
        self.found.comments.extend(comments);
        self.found.skipped.extend(inner.skipped.into_iter().map(|s| Skipped { span: moved(s.span), ..s }));
        self.found.diagnostics.extend(inner.diagnostics.into_iter().map(|diagnostic| diagnostic.in_host(&outer)));
    }
}

fn folder(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

#[cfg(test)]
mod tests;
