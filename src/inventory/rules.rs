//! The rules of a group over the pages of `DescribeSecurityGroupAttribute`.

use std::collections::{BTreeMap, BTreeSet};

use super::error::InventoryError;
use super::fact::{Conflict, Fact, FileName};
use super::paging::is_open;
use super::scalar::Fields;
use super::security_group::GroupRules;

/// The pages of every group, in the order given.
#[derive(Debug, Default)]
pub(super) struct RulePages(BTreeMap<String, Vec<RulePage>>);

#[derive(Debug, Clone, PartialEq, Eq)]
struct RulePage {
    file: FileName,
    open: bool,
    ids: BTreeSet<String>,
    without_id: u64,
    names_lists: bool,
}

/// The members by which a rule names a list of addresses or ports.
const LISTS: [&str; 3] = ["SourcePrefixListId", "DestPrefixListId", "PortRangeListId"];

impl RulePages {
    /// Takes in a page; one without its list tells nothing about the rules.
    pub(super) fn read(&mut self, group: &str, fields: &Fields) -> Result<(), InventoryError> {
        let Some(list) = fields.list("Permissions", "Permission")? else { return Ok(()) };
        let mut page = RulePage {
            file: fields.file().clone(),
            open: is_open(fields)?,
            ids: BTreeSet::new(),
            without_id: 0,
            names_lists: false,
        };
        for rule in list.objects() {
            let rule = rule?;
            match rule.word("SecurityGroupRuleId")?.known() {
                Some(id) => {
                    page.ids.insert(id.clone());
                }
                None => page.without_id = page.without_id.saturating_add(1),
            }
            for name in LISTS {
                page.names_lists |= rule.word(name)?.known().is_some();
            }
        }
        self.0.entry(group.to_owned()).or_default().push(page);
        Ok(())
    }

    /// The rules of each group: missing where a page is, a conflict where whole answers differ.
    pub(super) fn finish(self) -> impl Iterator<Item = (String, Result<Fact<GroupRules>, Conflict>)> {
        self.0.into_iter().map(|(group, pages)| (group, whole(&pages)))
    }
}

fn whole(pages: &[RulePage]) -> Result<Fact<GroupRules>, Conflict> {
    let Some((first, others)) = pages.split_first() else { return Ok(Fact::Missing) };
    if pages.iter().all(|page| page.open) {
        return Ok(Fact::Missing);
    }
    if pages.iter().any(|page| page.open) {
        return Ok(Fact::told(sum(pages), &first.file));
    }
    // No page has a next one: each is a whole answer, and they should agree.
    let content = |page: &RulePage| (page.ids.clone(), page.without_id, page.names_lists);
    match others.iter().find(|page| content(page) != content(first)) {
        Some(other) => Err(Conflict { first: first.file.clone(), second: other.file.clone() }),
        None => Ok(Fact::told(sum(std::slice::from_ref(first)), &first.file)),
    }
}

/// All rules of the pages, each once by its id; a page that was given twice counts once.
fn sum(pages: &[RulePage]) -> GroupRules {
    let ids: BTreeSet<&String> = pages.iter().flat_map(|page| &page.ids).collect();
    let mut distinct: Vec<(bool, &BTreeSet<String>, u64)> = Vec::new();
    for page in pages {
        let content = (page.open, &page.ids, page.without_id);
        if !distinct.contains(&content) {
            distinct.push(content);
        }
    }
    let without_id = distinct.iter().fold(0_u64, |sum, (_, _, count)| sum.saturating_add(*count));
    GroupRules {
        count: u64::try_from(ids.len()).unwrap_or(u64::MAX).saturating_add(without_id),
        names_lists: pages.iter().any(|page| page.names_lists),
    }
}
