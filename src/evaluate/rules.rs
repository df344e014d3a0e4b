//! The assumptions that evaluation reads, as the evaluator wants them.

use crate::catalog::{Assumption, Assumptions};
use crate::pattern::ArnCase;

/// The choices in force.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rules {
    /// `absent-negated`: a negated operator on an absent key is met.
    pub absent_negated: bool,
    /// `absent-oss-key`: `oss:Prefix`, `oss:Delimiter` and `acs:SourceVpc` are the empty string when absent.
    pub absent_oss_is_empty: bool,
    /// `multi-value`: every request value must match.
    pub all_values: bool,
    /// `resource-group-deny`: a Deny at resource-group level refuses even what the account level allows.
    pub resource_group_deny_wins: bool,
    /// `arn-case`
    pub arn_case: ArnCase,
    /// `ram-empty-region`: an empty region and `*` are equal in ARNs of `ram`.
    pub ram_region_equal: bool,
    /// `ip-border`: blocks include their first and last address.
    pub ip_inclusive: bool,
    /// `not-resource`: `NotResource` is the complement of `Resource`; else it never matches.
    pub not_resource: bool,
}

impl From<&Assumptions> for Rules {
    fn from(assumptions: &Assumptions) -> Self {
        Self {
            absent_negated: assumptions.is_default(Assumption::AbsentNegated),
            absent_oss_is_empty: !assumptions.is_default(Assumption::AbsentOssKey),
            all_values: !assumptions.is_default(Assumption::MultiValue),
            resource_group_deny_wins: !assumptions.is_default(Assumption::ResourceGroupDeny),
            arn_case: match assumptions.choice(Assumption::ArnCase) {
                "sensitive" => ArnCase::Sensitive,
                "insensitive" => ArnCase::Insensitive,
                _ => ArnCase::Partly,
            },
            ram_region_equal: assumptions.is_default(Assumption::RamEmptyRegion),
            ip_inclusive: assumptions.is_default(Assumption::IpBorder),
            not_resource: assumptions.is_default(Assumption::NotResource),
        }
    }
}

impl Default for Rules {
    fn default() -> Self {
        Self::from(&Assumptions::default())
    }
}

/// The keys of `absent-oss-key`.
pub(super) fn is_oss_key(key: &str) -> bool {
    matches!(key, "oss:Prefix" | "oss:Delimiter" | "acs:SourceVpc")
}

/// The assumptions that an evaluation touched: only these can have another answer under another choice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Touched(u16);

impl Touched {
    #[inline]
    pub(super) fn insert(&mut self, assumption: Assumption) {
        self.0 |= 1 << (assumption as u16);
    }

    pub(super) fn contains(self, assumption: Assumption) -> bool {
        self.0 & (1 << (assumption as u16)) != 0
    }

    pub(super) fn union(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    pub(super) fn is_empty(self) -> bool {
        self.0 == 0
    }
}
