//! Terraform in JSON (`.tf.json`): `{ "resource": { type: { name: { attribute: "template" } } } }`.

use super::RESOURCES;
use super::value::Lowering;
use crate::intake::{Found, Skipped, Spelling};
use crate::policy::PolicyKind;
use crate::syntax::{Kind, NodeRef};

/// Reads the policies of a parsed file.
pub(super) fn resources(root: NodeRef<'_, '_>, found: &mut Found<'_>) {
    for resources in listed(root.get("resource")) {
        for (_, attribute, kind, named) in RESOURCES
            .iter()
            .filter_map(|(resource, attribute, kind)| Some((resource, attribute, *kind, resources.get(resource)?)))
        {
            for named in listed(Some(named)) {
                for (_, body) in named.members() {
                    for value in listed(Some(body)).filter_map(|body| body.get(attribute)) {
                        policy(value, kind, found);
                    }
                }
            }
        }
    }
}

/// A block, or the blocks of an array.
fn listed<'t, 's>(node: Option<NodeRef<'t, 's>>) -> impl Iterator<Item = NodeRef<'t, 's>> {
    node.into_iter().flat_map(|node| {
        let own = (node.kind() != Kind::Array).then_some(node);
        own.into_iter().chain(node.elements())
    })
}

fn policy(value: NodeRef<'_, '_>, kind: PolicyKind, found: &mut Found<'_>) {
    let Some((text, outer)) = value.embedded() else { return };
    let skipped = |reason: &str| Skipped { span: value.span(), reason: reason.to_owned() };
    let Ok(template) = hcl_edit::parser::parse_template(&text) else {
        return found.skipped.push(skipped("the template in this string cannot be read"));
    };
    let holds_text = template
        .iter()
        .any(|element| matches!(element, hcl_edit::template::Element::Literal(literal) if literal.contains('{')));
    let directive = template.iter().any(|element| matches!(element, hcl_edit::template::Element::Directive(_)));
    if !holds_text || directive {
        return found.skipped.push(skipped("the policy is only known when Terraform runs"));
    }
    let module = super::Module::new(&text, hcl_edit::structure::Body::new(), &[]);
    let mut lowering = Lowering::new(&module, 0);
    lowering.template(&template, false, false);
    let mut document = lowering.out.finish(kind, Spelling::Escaped);
    document.origin = document.origin.within(&outer);
    found.documents.push(document);
}
