//! The attachments of a user, a group or a role.

use super::data::{Attachment, PolicyType};
use super::policies::Shelf;
use super::read::{Reader, suggest};
use crate::policy::PolicyKind;
use crate::syntax::{Kind, NodeRef};
use crate::text::Span;

/// Reads the member `attachments` of a holder, in file order.
pub(super) fn read_all(holder: NodeRef<'_, '_>, shelf: &mut Shelf<'_, '_, '_>, reader: &mut Reader) -> Vec<Attachment> {
    let listed = reader.list(holder.get("attachments"), "`attachments`");
    listed.into_iter().filter_map(|node| read(node, shelf, reader)).collect()
}

fn read(node: NodeRef<'_, '_>, shelf: &mut Shelf<'_, '_, '_>, reader: &mut Reader) -> Option<Attachment> {
    reader.members(node, "an attachment", &["policy", "type", "resource_group"])?;
    let of_type = node.get("type").and_then(|node| policy_type(node, reader));
    let resource_group = node.get("resource_group").filter(|node| node.kind() != Kind::Null);
    let resource_group = resource_group.and_then(|node| {
        let group = reader.string(node, "`resource_group`")?;
        if group.is_empty() {
            let help = "leave it out where the grant counts for the whole account".to_owned();
            reader.error("empty-resource-group", "`resource_group` is empty".to_owned(), node.span(), Some(help));
        }
        Some(group.into())
    });
    let Some(policy) = node.get("policy") else {
        let brace = Span::new(node.span().start, node.span().start + 1);
        let help = "add `\"policy\": \"<name>\"`".to_owned();
        reader.error("missing-member", "the attachment has no `policy`".to_owned(), brace, Some(help));
        return None;
    };
    let name = reader.string(policy, "`policy`")?;
    let policy = shelf.find(&name, of_type, PolicyKind::Identity, policy.span(), reader)?;
    Some(Attachment { policy, resource_group, of_type })
}

fn policy_type(node: NodeRef<'_, '_>, reader: &mut Reader) -> Option<PolicyType> {
    let word = reader.string(node, "`type`")?;
    let found = [PolicyType::System, PolicyType::Custom].into_iter().find(|known| known.as_str() == word);
    if found.is_none() {
        let help = suggest(&word, ["System", "Custom"], "the types are `System` and `Custom`");
        reader.error("unknown-type", format!("unknown type `{word}`"), node.span(), Some(help));
    }
    found
}
