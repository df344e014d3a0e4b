//! One way in for every kind of file: what it is, is told by its name and, where that says little, by its content.

use super::{Format, Found, NotPolicies, documents, holds_statement, ros, terraform};
use crate::syntax::parse;

/// Finds the policies of a file.
///
/// `name` is its path or file name; `siblings` are the other Terraform files of its folder, as name and text (empty for
/// other files). Files without policies give an empty result; only a file that is meant to hold one, but cannot be read, has
/// diagnostics.
pub fn find<'s>(name: &str, text: &'s str, siblings: &[(String, String)]) -> Found<'s> {
    match format(name, text) {
        Guess::Terraform => terraform::find(text, siblings),
        Guess::TerraformJson => terraform::find_json(text),
        Guess::Yaml => ros::find_yaml(text),
        Guess::Json => json(text),
    }
}

enum Guess {
    Terraform,
    TerraformJson,
    Yaml,
    Json,
}

fn format(name: &str, text: &str) -> Guess {
    let name = name.to_ascii_lowercase();
    let ends = |endings: &[&str]| endings.iter().any(|ending| name.ends_with(ending));
    let begins_as_json = text.trim_start_matches('\u{feff}').trim_start().starts_with(['{', '[']);
    if ends(&[".tf.json", ".tofu.json"]) {
        Guess::TerraformJson
    } else if ends(&[".tf", ".tofu", ".tfvars"]) {
        Guess::Terraform
    } else if ends(&[".json"]) || (begins_as_json && !ends(&[".yml", ".yaml"])) {
        Guess::Json
    } else if ends(&[".yml", ".yaml", ".template"]) || text.contains("ROSTemplateFormatVersion:") {
        Guess::Yaml
    } else if text.contains("resource \"alicloud_") || text.contains("data \"alicloud_") {
        Guess::Terraform
    } else {
        Guess::Json
    }
}

fn json(text: &str) -> Found<'_> {
    if ros::speaks_of_policies(text)
        && let Some(found) = ros::find_json(text, &parse(text))
    {
        return found;
    }
    let mut found = Found { format: Format::Json, ..Found::default() };
    match documents(text) {
        Ok(documents) => found.documents = documents,
        Err(reason) => {
            if let NotPolicies::Broken(diagnostics) = &reason
                && holds_statement(text)
            {
                found.diagnostics.clone_from(diagnostics);
            }
            if matches!(reason, NotPolicies::Other(_)) && text.contains("Statement") {
                found.documents = super::json::anywhere(text);
            }
            if found.documents.is_empty() {
                found.not_policies = Some(reason);
            }
        }
    }
    found
}
