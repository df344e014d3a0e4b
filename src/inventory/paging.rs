//! Whether all pages of a kind are there, so that an id in no response does not exist (contract 2.3).

use std::collections::{BTreeMap, BTreeSet};

use super::document::Kind;
use super::error::InventoryError;
use super::scalar::Fields;
use super::warning::{Incompleteness, Warning};

/// What one response tells about its place in a list.
#[derive(Debug, Clone)]
pub(super) struct Page {
    pub(super) kind: Kind,
    /// The regions it names; empty where it names none.
    pub(super) regions: BTreeSet<String>,
    /// `TotalCount`.
    pub(super) total: Option<u64>,
    /// The ids of its items.
    pub(super) ids: BTreeSet<String>,
    /// Whether its list or the id of an item is missing.
    pub(super) nameless: bool,
    /// Whether `NextToken` is not empty.
    pub(super) open: bool,
}

impl Page {
    pub(super) fn read(kind: Kind, fields: &Fields) -> Result<Self, InventoryError> {
        Ok(Self {
            kind,
            regions: BTreeSet::new(),
            total: fields.count("TotalCount")?.known().copied(),
            ids: BTreeSet::new(),
            nameless: false,
            open: is_open(fields)?,
        })
    }
}

/// Whether a response says that more pages follow.
pub(super) fn is_open(fields: &Fields) -> Result<bool, InventoryError> {
    Ok(fields.word("NextToken")?.known().is_some())
}

/// For which kinds and regions the inventory is the whole truth.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Completeness {
    declared: BTreeSet<Kind>,
    regions: BTreeSet<String>,
    broken: BTreeMap<(Kind, Option<String>), Incompleteness>,
}

impl Completeness {
    /// `declared`: the kinds said to be complete; `stated`: the manifest's regions; `named`: the responses' regions.
    pub(super) fn new(
        declared: BTreeSet<Kind>,
        stated: BTreeSet<String>,
        named: BTreeSet<String>,
        pages: &[Page],
    ) -> Self {
        let regions = if stated.is_empty() { named } else { stated };
        // A page that names no region (an empty last page) belongs to the only region there is.
        let only = regions.iter().next().filter(|_| regions.len() == 1).cloned();
        let mut lists: BTreeMap<(Kind, Option<String>), Vec<&Page>> = BTreeMap::new();
        for page in pages {
            if page.regions.is_empty() {
                lists.entry((page.kind, only.clone())).or_default().push(page);
            }
            for region in &page.regions {
                lists.entry((page.kind, Some(region.clone()))).or_default().push(page);
            }
        }
        let broken = lists.into_iter().filter_map(|(list, pages)| Some((list, gap(&pages)?))).collect();
        Self { declared, regions, broken }
    }

    /// Whether an id of this kind that is in no response does not exist in this region. A kind of which any list is cut is
    /// incomplete everywhere.
    pub(super) fn covers(&self, kind: Kind, region: &str) -> bool {
        self.declared.contains(&kind)
            && self.regions.contains(region)
            && !self.broken.keys().any(|(broken, _)| *broken == kind)
    }

    /// What was said to be complete and is not.
    pub(super) fn warnings(&self) -> Vec<Warning> {
        let declared = self.broken.iter().filter(|((kind, _), _)| self.declared.contains(kind));
        declared
            .map(|((kind, region), why)| Warning::Incomplete { kind: *kind, region: region.clone(), why: *why })
            .collect()
    }
}

/// What is missing from the pages of one kind and region.
fn gap(pages: &[&Page]) -> Option<Incompleteness> {
    if pages.iter().any(|page| page.nameless) {
        return Some(Incompleteness::NoId);
    }
    if pages.iter().all(|page| page.open) {
        return Some(Incompleteness::NextToken);
    }
    let totals: BTreeSet<u64> = pages.iter().filter_map(|page| page.total).collect();
    totals.into_iter().find_map(|total| {
        // Pages of one list tell one total (or none); another total is another list.
        let of_list = pages.iter().filter(|page| page.total.is_none_or(|other| other == total));
        let ids: BTreeSet<&String> = of_list.flat_map(|page| &page.ids).collect();
        let items = u64::try_from(ids.len()).unwrap_or(u64::MAX);
        (total > items).then_some(Incompleteness::TotalCount { total, items })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(ids: &[&str], total: Option<u64>, open: bool) -> Page {
        Page {
            kind: Kind::Instance,
            regions: BTreeSet::from(["r".to_owned()]),
            total,
            ids: ids.iter().map(|id| (*id).to_owned()).collect(),
            nameless: false,
            open,
        }
    }

    #[test]
    fn a_list_is_whole_when_it_ends_and_its_total_is_reached() {
        let cases: &[(&[Page], Option<Incompleteness>)] = &[
            (&[page(&["a"], None, false)], None),
            (&[page(&["a"], None, true)], Some(Incompleteness::NextToken)),
            (&[page(&["a"], None, true), page(&["b"], None, false)], None),
            (&[page(&["a"], Some(2), false)], Some(Incompleteness::TotalCount { total: 2, items: 1 })),
            (&[page(&["a"], Some(2), false), page(&["b"], Some(2), false)], None),
            (&[page(&["a"], Some(2), true), page(&["b"], None, false)], None),
            // The same page twice does not make two pages.
            (
                &[page(&["a"], Some(2), false), page(&["a"], Some(2), false)],
                Some(Incompleteness::TotalCount { total: 2, items: 1 }),
            ),
            // Two lists of one region, one of them cut.
            (
                &[page(&["a"], Some(1), false), page(&["b"], Some(2), false)],
                Some(Incompleteness::TotalCount { total: 2, items: 1 }),
            ),
        ];
        for (pages, expected) in cases {
            assert_eq!(gap(&pages.iter().collect::<Vec<_>>()), *expected, "{pages:?}");
        }
    }
}
