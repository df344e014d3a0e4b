//! The account file as text.

use std::collections::BTreeMap;

use super::{Grant, Holder, Importer};
use crate::account::policies::is_built_in;
use crate::format::format;

/// A JSON object under construction, one member a line.
struct Object {
    members: Vec<String>,
}

impl Object {
    fn new() -> Self {
        Self { members: Vec::new() }
    }

    fn member(&mut self, name: &str, value: &str) {
        self.members.push(format!("{}: {value}", string(name)));
    }

    /// The text at an indentation.
    fn text(&self, indent: usize) -> String {
        if self.members.is_empty() {
            return "{}".to_owned();
        }
        let pad = " ".repeat(indent);
        let members: Vec<String> = self.members.iter().map(|member| format!("{pad}  {member}")).collect();
        format!("{{\n{}\n{pad}}}", members.join(",\n"))
    }
}

fn string(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

fn strings(all: &[String]) -> String {
    format!("[{}]", all.iter().map(|text| string(text)).collect::<Vec<_>>().join(", "))
}

/// A policy document in the canonical layout where it has one, else as it stands.
fn document(text: &str, indent: usize) -> String {
    let laid_out = format(text).unwrap_or_else(|_| text.to_owned());
    let pad = format!("\n{}", " ".repeat(indent));
    // A line break inside a string is an escape, so every line break is white space between tokens.
    laid_out.trim().replace("\r\n", "\n").replace('\n', &pad)
}

/// The whole file.
pub(super) fn text(importer: &Importer) -> String {
    let mut file = Object::new();
    file.member("account_id", &string(importer.account.as_deref().unwrap_or_default()));
    let mut policies = Object::new();
    let mut documents: BTreeMap<&str, &str> = BTreeMap::new();
    let known = |kind: &str, name: &str| kind == "System" && is_built_in(name);
    for ((_, name), text) in importer.documents.iter().filter(|((kind, name), _)| !known(kind, name)) {
        documents.insert(name, text);
    }
    let control: Vec<(String, &String)> = importer
        .control
        .iter()
        .filter(|(name, _)| !is_built_in(name))
        .map(|(name, text)| (control_name(importer, name), text))
        .collect();
    for (name, text) in &control {
        documents.insert(name, text);
    }
    for (name, text) in documents {
        policies.member(name, &document(text, 4));
    }
    file.member("policies", &policies.text(2));
    file.member("users", &holders(&importer.users, |user, object| object.member("groups", &strings(&user.groups))));
    file.member("groups", &holders(&importer.groups, |_, _| {}));
    file.member(
        "roles",
        &holders(&importer.roles, |role, object| {
            if let Some(trust) = &role.trust {
                object.member("trust", &document(trust, 6));
            }
            object.member("service_linked", if role.service_linked { "true" } else { "false" });
        }),
    );
    if let Some(directory) = directory(importer) {
        file.member("resource_directory", &directory);
    }
    file.text(0) + "\n"
}

fn holders(all: &BTreeMap<String, Holder>, more: impl Fn(&Holder, &mut Object)) -> String {
    let mut object = Object::new();
    for (name, holder) in all {
        let mut one = Object::new();
        more(holder, &mut one);
        let grants: Vec<String> = holder.grants.iter().map(grant).collect();
        let listed = if grants.is_empty() {
            "[]".to_owned()
        } else {
            format!("[\n        {}\n      ]", grants.join(",\n        "))
        };
        one.member("attachments", &listed);
        object.member(name, &one.text(4));
    }
    object.text(2)
}

fn grant(grant: &Grant) -> String {
    let (kind, name) = &grant.policy;
    let mut members = format!("\"policy\": {}, \"type\": {}", string(name), string(kind));
    if let Some(group) = &grant.resource_group {
        members.push_str(", \"resource_group\": ");
        members.push_str(&string(group));
    }
    format!("{{ {members} }}")
}

/// The name of a control policy in the account file: its own, unless an identity policy of that name says something else.
fn control_name(importer: &Importer, name: &str) -> String {
    let document = importer.control.get(name);
    let same = |kind: &str| {
        let identity = importer.documents.get(&(kind.to_owned(), name.to_owned()));
        identity.is_none() || identity == document
    };
    if same("Custom") && same("System") { name.to_owned() } else { format!("control/{name}") }
}

fn directory(importer: &Importer) -> Option<String> {
    let is_master = importer.master.is_some() && importer.master == importer.account;
    if !is_master && importer.levels.is_empty() {
        return None;
    }
    let levels = importer.levels.iter().map(|((_, target), level)| {
        let policies: Vec<String> = level.policies.iter().map(|name| control_name(importer, name)).collect();
        format!("      {{ \"name\": {}, \"control_policies\": {} }}", string(target), strings(&policies))
    });
    let levels: Vec<String> = levels.collect();
    let levels = if levels.is_empty() { "[]".to_owned() } else { format!("[\n{}\n    ]", levels.join(",\n")) };
    Some(format!("{{\n    \"management_account\": {is_master},\n    \"levels\": {levels}\n  }}"))
}
