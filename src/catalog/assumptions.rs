//! Rules of RAM and ECS that nobody documents, or that are documented twice (facts/assumptions.md, 2026-11-24).
//!
//! Every answer names each alternative that, chosen alone, would change it; `--assume ID=CHOICE` picks a side.

use thiserror::Error;

/// One undocumented rule; the order is that of the published table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(usize)]
pub enum Assumption {
    /// A negated operator on a key that the request does not carry.
    AbsentNegated,
    /// `oss:Prefix`, `oss:Delimiter`, `acs:SourceVpc` when the request does not carry them.
    AbsentOssKey,
    /// A request key with several values.
    MultiValue,
    /// A Deny at resource-group level while the account level allows.
    ResourceGroupDeny,
    /// Case of ARN text in `Resource`.
    ArnCase,
    /// An empty region against `*` in ARNs of the service `ram`.
    RamEmptyRegion,
    /// First and last address of a block under `IpAddress` and `NotIpAddress`.
    IpBorder,
    /// `NotResource`, in the grammar only before 2021.
    NotResource,
    /// How many security groups an instance or network interface may be in.
    GroupsPerEni,
    /// What RAM judges when `NetworkInterfaceId` is passed.
    EniResources,
    /// A call that is both refused by RAM and aimed at a missing object.
    DeniedMissing,
    /// A primary network interface passed as `NetworkInterfaceId`.
    PrimaryEni,
    /// Which code an instance in `Pending` gets.
    PendingCode,
    /// A call with neither `InstanceId` nor `NetworkInterfaceId`.
    NeitherId,
}

/// What the published table says about one assumption.
#[derive(Debug)]
pub struct Row {
    /// The rule this row is about.
    pub assumption: Assumption,
    /// The id used by `--assume` and in every answer.
    pub id: &'static str,
    /// What is open.
    pub question: &'static str,
    /// All choices; the first is the default.
    pub choices: &'static [&'static str],
    /// Why the default is the default, with its evidence.
    pub why: &'static str,
}

/// The table, in its published order.
pub const TABLE: &[Row] = &[
    Row {
        assumption: Assumption::AbsentNegated,
        id: "absent-negated",
        question: "a negated operator (`StringNotEquals`, `NotIpAddress`, ...) on a key that the request does not carry",
        choices: &["met", "unmet"],
        why: "OSS and SLS samples of the vendor rely on it (ram-language.md 4.3)",
    },
    Row {
        assumption: Assumption::AbsentOssKey,
        id: "absent-oss-key",
        question: "`oss:Prefix`, `oss:Delimiter` or `acs:SourceVpc` absent from the request",
        choices: &["absent", "empty-string"],
        why: "one rule for all keys; the vendor's OSS samples hint at the other (ram-language.md 4.3)",
    },
    Row {
        assumption: Assumption::MultiValue,
        id: "multi-value",
        question: "a request key with several values",
        choices: &["any", "all"],
        why: "any: met if any pair matches; all: every request value must match some listed value; a negated operator is NOT of the positive one (ram-language.md 6.8)",
    },
    Row {
        assumption: Assumption::ResourceGroupDeny,
        id: "resource-group-deny",
        question: "a Deny granted at resource-group level while the account level allows",
        choices: &["not-reached", "deny-wins"],
        why: "the detailed flow of the evaluation page; its 2026 principle says the other (ram-language.md 6.2)",
    },
    Row {
        assumption: Assumption::ArnCase,
        id: "arn-case",
        question: "case of ARN text in `Resource`",
        choices: &["partly", "sensitive", "insensitive"],
        why: "service, region and role names are seen in both spellings, ids and object keys are not (ram-language.md 1.7, 3)",
    },
    Row {
        assumption: Assumption::RamEmptyRegion,
        id: "ram-empty-region",
        question: "`acs:ram::acct:..` in a policy against `acs:ram:*:acct:..` in a table, and back",
        choices: &["equal", "literal"],
        why: "the vendor's tables and samples use both for one resource (ram-language.md 3, 6.8)",
    },
    Row {
        assumption: Assumption::IpBorder,
        id: "ip-border",
        question: "first and last address of a block, `/31`, `/32`, under `IpAddress` and `NotIpAddress`",
        choices: &["inclusive", "exclusive"],
        why: "a plain address is always itself, and the `...IncludeBorder` operators are inclusive under both (ram-language.md 4.5)",
    },
    Row {
        assumption: Assumption::NotResource,
        id: "not-resource",
        question: "`NotResource`, in the grammar only before 2021",
        choices: &["complement", "never-matches"],
        why: "its documented meaning before 2021 (ram-language.md 1.1)",
    },
    Row {
        assumption: Assumption::GroupsPerEni,
        id: "groups-per-eni",
        question: "security groups that an instance or network interface may be in",
        choices: &["5", "10"],
        why: "the API page says 5 (May 2026), the limits page 10 (ecs-membership.md 3.1)",
    },
    Row {
        assumption: Assumption::EniResources,
        id: "eni-resources",
        question: "what RAM judges when `NetworkInterfaceId` is passed",
        choices: &["eni+securitygroup", "instance-any+securitygroup", "securitygroup"],
        why: "as the sibling API ModifyNetworkInterfaceAttribute (ecs-membership.md 5.2)",
    },
    Row {
        assumption: Assumption::DeniedMissing,
        id: "denied-missing",
        question: "a call that is both refused by RAM and aimed at a missing object",
        choices: &["forbidden-first", "not-found-first"],
        why: "authorization belongs to the front stage of ECS calls (ecs-membership.md 2)",
    },
    Row {
        assumption: Assumption::PrimaryEni,
        id: "primary-eni",
        question: "a primary network interface passed as `NetworkInterfaceId`",
        choices: &["refused", "allowed"],
        why: "its groups change only through the instance; refused is InvalidOperation.InvalidEniType (ecs-membership.md 1)",
    },
    Row {
        assumption: Assumption::PendingCode,
        id: "pending-code",
        question: "which code an instance in `Pending` gets",
        choices: &[
            "Forbidden.InstanceIsBeingCreated",
            "InvalidStatus.EniOrInstanceIsBeingCreated",
            "IncorrectInstanceStatus",
        ],
        why: "its text speaks of an instance being created (ecs-membership.md 1)",
    },
    Row {
        assumption: Assumption::NeitherId,
        id: "neither-id",
        question: "neither `InstanceId` nor `NetworkInterfaceId`",
        choices: &["InvalidParam.Malformed", "MissingParameter"],
        why: "the row for an unusable combination of parameters (ecs-membership.md 1)",
    },
];

impl Assumption {
    /// The published row of this assumption.
    #[expect(clippy::indexing_slicing, reason = "TABLE has one row a variant, in order; a test checks it")]
    pub fn row(self) -> &'static Row {
        &TABLE[self as usize]
    }

    /// The id used by `--assume`.
    pub fn id(self) -> &'static str {
        self.row().id
    }
}

/// Why an `--assume ID=CHOICE` cannot be taken.
#[derive(Debug, Error, Clone, PartialEq, Eq)]
pub enum AssumptionError {
    /// No assumption has this id.
    #[error("unknown assumption `{0}`")]
    UnknownId(String),
    /// The assumption has no such choice.
    #[error("assumption `{id}` has no choice `{choice}`")]
    UnknownChoice {
        /// The assumption's id.
        id: &'static str,
        /// What was asked for.
        choice: String,
    },
}

/// One choice for every assumption; `default()` is the published default of each.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Assumptions {
    chosen: [u8; TABLE.len()],
}

impl Assumptions {
    /// The choice in force, as the table spells it.
    #[expect(clippy::indexing_slicing, reason = "every index was checked when it was set")]
    pub fn choice(&self, assumption: Assumption) -> &'static str {
        assumption.row().choices[self.index(assumption)]
    }

    /// The position of the choice in force in the row's `choices`; 0 is the default.
    #[expect(clippy::indexing_slicing, reason = "`chosen` has one entry a variant")]
    pub fn index(&self, assumption: Assumption) -> usize {
        usize::from(self.chosen[assumption as usize])
    }

    /// Whether the published default is in force.
    pub fn is_default(&self, assumption: Assumption) -> bool {
        self.index(assumption) == 0
    }

    /// The same choices with one changed.
    ///
    /// # Errors
    /// When the row has no such choice.
    pub fn with(mut self, assumption: Assumption, choice: &str) -> Result<Self, AssumptionError> {
        let row = assumption.row();
        let unknown = || AssumptionError::UnknownChoice { id: row.id, choice: choice.to_owned() };
        let at = row.choices.iter().position(|c| *c == choice).ok_or_else(unknown)?;
        if let (Some(slot), Ok(at)) = (self.chosen.get_mut(assumption as usize), u8::try_from(at)) {
            *slot = at;
        }
        Ok(self)
    }

    /// The same choices with the assumption of that id changed, as `--assume ID=CHOICE` asks.
    ///
    /// # Errors
    /// When the id or the choice is unknown.
    pub fn with_id(self, id: &str, choice: &str) -> Result<Self, AssumptionError> {
        match TABLE.iter().find(|row| row.id == id) {
            Some(row) => self.with(row.assumption, choice),
            None => Err(AssumptionError::UnknownId(id.to_owned())),
        }
    }

    /// Each assumption with each choice that is not in force, in the table's order.
    pub fn alternatives(&self) -> impl Iterator<Item = (Assumption, &'static str, Self)> + '_ {
        TABLE.iter().flat_map(move |row| {
            let current = self.choice(row.assumption);
            row.choices
                .iter()
                .filter(move |choice| **choice != current)
                .filter_map(move |choice| Some((row.assumption, *choice, self.with(row.assumption, choice).ok()?)))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_stands_at_its_variant() {
        for (at, row) in TABLE.iter().enumerate() {
            assert_eq!(row.assumption as usize, at, "{}", row.id);
            assert!(row.choices.len() >= 2, "{}", row.id);
        }
    }

    #[test]
    fn a_choice_is_found_by_id_and_an_unknown_one_is_refused() {
        let assumptions = Assumptions::default().with_id("groups-per-eni", "10").unwrap();
        assert_eq!(assumptions.choice(Assumption::GroupsPerEni), "10");
        assert!(!assumptions.is_default(Assumption::GroupsPerEni));
        assert!(Assumptions::default().with_id("groups-per-eni", "7").is_err());
        assert!(Assumptions::default().with_id("groups", "10").is_err());
    }

    #[test]
    fn alternatives_leave_out_what_is_in_force() {
        let ids: Vec<_> = Assumptions::default().alternatives().map(|(a, c, _)| (a.id(), c)).collect();
        assert_eq!(ids.len(), TABLE.iter().map(|row| row.choices.len() - 1).sum::<usize>());
        assert!(ids.contains(&("arn-case", "insensitive")));
    }
}
