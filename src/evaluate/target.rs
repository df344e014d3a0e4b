//! The resource of a request as patterns are held against it.

use std::cell::OnceCell;

use super::rules::{Rules, Touched};
use crate::catalog::Assumption;
use crate::pattern::{ArnCase, ResourceText, Wildcard, first_word, lower_word};

/// The resource of a request in the spellings that count as equal, with the case rule in force.
pub(super) struct Target<'a> {
    text: &'a str,
    /// Read only when case rules matter: where nobody wrote a capital, the text is enough.
    read: OnceCell<ResourceText<'a>>,
    /// Other spellings, empty where there is none; only resources of RAM have some.
    more: [&'a str; 2],
    pub(super) rules: Rules,
    capital: bool,
}

impl<'a> Target<'a> {
    pub(super) fn new(resource: &'a str, rules: Rules, variants: &'a mut [String; 2], touched: &mut Touched) -> Self {
        let read = OnceCell::new();
        let mut more = [""; 2];
        let may_be_ram = lower_word(first_word(resource)) == u64::from_le_bytes(*b"acs:ram:");
        let region = if may_be_ram { read.get_or_init(|| ResourceText::new(resource)).ram_region() } else { None };
        if region.is_some() {
            touched.insert(Assumption::RamEmptyRegion);
        }
        if let Some(region) = region.filter(|_| rules.ram_region_equal) {
            let before = resource.get(..region.start).unwrap_or_default();
            let behind = resource.get(region.end..).unwrap_or_default();
            let written = resource.get(region).unwrap_or_default();
            for (variant, spelling) in variants.iter_mut().zip(["", "*"]) {
                variant.clear();
                if written != spelling {
                    variant.push_str(before);
                    variant.push_str(spelling);
                    variant.push_str(behind);
                }
            }
            let [first, second] = variants;
            more = [first, second];
        }
        // Without a branch, so that it is done many bytes at a time.
        let capital = resource.bytes().fold(false, |found, byte| found | byte.is_ascii_uppercase());
        Self { text: resource, read, more, rules, capital }
    }

    fn others(&self) -> impl Iterator<Item = &'a str> {
        self.more.into_iter().filter(|text| !text.is_empty())
    }

    /// All spellings, the given one first.
    pub(super) fn spellings(&self) -> impl Iterator<Item = &'a str> {
        std::iter::once(self.text).chain(self.others())
    }

    /// Whether a pattern covers the resource; notes when the case rule decides.
    #[inline]
    pub(super) fn covered_by(&self, pattern: &Wildcard, capital: bool, touched: &mut Touched) -> bool {
        if !capital && !self.capital {
            return self.spellings().any(|text| pattern.matches(text));
        }
        let given = self.read.get_or_init(|| ResourceText::new(self.text));
        let any = |case| {
            given.matched_by(pattern, case)
                || self.others().any(|text| ResourceText::new(text).matched_by(pattern, case))
        };
        if !any(ArnCase::Insensitive) {
            return false;
        }
        let (partly, sensitive) = (any(ArnCase::Partly), any(ArnCase::Sensitive));
        if !(partly && sensitive) {
            touched.insert(Assumption::ArnCase);
        }
        match self.rules.arn_case {
            ArnCase::Insensitive => true,
            ArnCase::Partly => partly,
            ArnCase::Sensitive => sensitive,
        }
    }
}
