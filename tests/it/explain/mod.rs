//! Denials: the shared corpus against a reviewed table, own cases, causes and suggestions, and text of no sense at all.

mod causes;
mod corpus;
mod forms;
mod nonsense;
mod planted;
mod suggestions;

use ramspect::explain::Denial;

/// A field of a denial as the case files name it; `-` for none.
fn field(denial: &Denial, name: &str) -> String {
    let caller = denial.principal.clone().unwrap_or_default();
    let text = match name {
        "ram" => Some(denial.is_ram_denial().to_string()),
        "what" => denial.class.word().map(str::to_owned),
        "http" => denial.http.map(|http| http.to_string()),
        "code" => denial.code.clone(),
        "action" => denial.action.clone(),
        "resource" => denial.resource.clone(),
        "request" => denial.request_id.clone(),
        "type" => caller.kind,
        "name" => caller.display_name,
        "owner" => caller.owner_id,
        "layer" => denial.policy_type.clone(),
        "kind" => denial.no_permission_type.clone(),
        other => panic!("unknown field `{other}`"),
    };
    text.unwrap_or("-".to_owned())
}
