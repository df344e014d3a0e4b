//! What an imported account lacks for a full judgement.

use std::collections::BTreeSet;

use super::{Holder, Importer};
use crate::account::policies::is_built_in;

/// One sentence for each thing that is missing.
pub(super) fn of(importer: &Importer) -> Vec<String> {
    let mut all = importer.odd.clone();
    for (list, pages) in &importer.lists {
        if pages.cut && !pages.ended {
            all.push(format!("{list}: the last page is missing"));
        } else if pages.total.is_some_and(|total| total > pages.items) {
            let total = pages.total.unwrap_or_default();
            all.push(format!("{list}: {} of {total} entries are there", pages.items));
        }
    }
    if importer.users.is_empty() && importer.roles.is_empty() {
        all.push("no user and no role is known; save the output of `aliyun ram ListUsers` and `ListRoles`".to_owned());
    }
    if importer.all_attachments {
        // Everything that is attached was listed.
    } else {
        for (call, holders) in [
            ("ListPoliciesForUser", &importer.users),
            ("ListPoliciesForGroup", &importer.groups),
            ("ListPoliciesForRole", &importer.roles),
        ] {
            names(
                &mut all,
                holders.iter().filter(|(_, holder)| !holder.listed).map(|(name, _)| name.as_str()),
                |names| format!("the policies of {names} are not known; save the output of `aliyun ram {call}`"),
            );
        }
        let way = "save the output of `aliyun resourcemanager ListPolicyAttachments`";
        all.push(format!("grants for resource groups are not known; {way}"));
    }
    let users = importer.users.iter().filter(|(_, user)| !user.groups_listed).map(|(name, _)| name.as_str());
    names(&mut all, users, |names| {
        format!("the groups of {names} are not known; save the output of `aliyun ram ListGroupsForUser`")
    });
    let roles = importer.roles.iter().filter(|(_, role)| role.trust.is_none()).map(|(name, _)| name.as_str());
    names(&mut all, roles, |names| {
        format!("who may assume {names} is not known; save the output of `aliyun ram GetRole`")
    });
    let documents = undefined(importer);
    names(&mut all, documents.iter().map(String::as_str), |names| {
        format!(
            "what {names} says is not known; save the output of `aliyun ram GetPolicy`, or judge with `--missing-policy unknown`"
        )
    });
    control(importer, &mut all);
    all
}

/// Attached policies of which no document is there.
fn undefined(importer: &Importer) -> BTreeSet<String> {
    let holders = importer.users.values().chain(importer.groups.values()).chain(importer.roles.values());
    let grants = holders.flat_map(|holder: &Holder| &holder.grants).map(|grant| &grant.policy);
    let missing = grants.filter(|(kind, name)| {
        let known = importer.documents.contains_key(&(kind.clone(), name.clone()));
        !(known || kind == "System" && is_built_in(name))
    });
    missing.map(|(_, name)| name.clone()).collect()
}

fn control(importer: &Importer, all: &mut Vec<String>) {
    let is_master = importer.master.is_some() && importer.master == importer.account;
    if is_master {
        return;
    }
    if importer.levels.is_empty() {
        let way = "of the account, each folder above it and Root as `control-attachments.<number>.<target>.json`";
        all.push(format!(
            "control policies are not known and none is judged; if the account is a member of a resource directory, save the output of `aliyun resourcemanager ListControlPolicyAttachmentsForTarget` {way}"
        ));
    }
    let named: BTreeSet<&str> =
        importer.levels.values().flat_map(|level| &level.policies).map(String::as_str).collect();
    let missing = named.into_iter().filter(|name| !importer.control.contains_key(*name) && !is_built_in(name));
    names(all, missing, |names| {
        format!("what {names} says is not known; save the output of `aliyun resourcemanager GetControlPolicy`")
    });
}

/// Adds a sentence about some names; of many, the first few and their number.
fn names<'a>(all: &mut Vec<String>, names: impl Iterator<Item = &'a str>, sentence: impl Fn(String) -> String) {
    let names: Vec<&str> = names.collect();
    let shown = names.iter().take(5).map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
    match names.len() {
        0 => {}
        1..=5 => all.push(sentence(shown)),
        many => all.push(sentence(format!("{shown} and {} more", many - 5))),
    }
}
