//! The assumption table of facts/assumptions.md, copied by hand, and one choice for each row.

/// Id and choices, the default first, in the order of the table.
pub(crate) const TABLE: [(&str, &[&str]); 14] = [
    ("absent-negated", &["met", "unmet"]),
    ("absent-oss-key", &["absent", "empty-string"]),
    ("multi-value", &["any", "all"]),
    ("resource-group-deny", &["not-reached", "deny-wins"]),
    ("arn-case", &["partly", "sensitive", "insensitive"]),
    ("ram-empty-region", &["equal", "literal"]),
    ("ip-border", &["inclusive", "exclusive"]),
    ("not-resource", &["complement", "never-matches"]),
    ("groups-per-eni", &["5", "10"]),
    ("eni-resources", &["eni+securitygroup", "instance-any+securitygroup", "securitygroup"]),
    ("denied-missing", &["forbidden-first", "not-found-first"]),
    ("primary-eni", &["refused", "allowed"]),
    (
        "pending-code",
        &["Forbidden.InstanceIsBeingCreated", "InvalidStatus.EniOrInstanceIsBeingCreated", "IncorrectInstanceStatus"],
    ),
    ("neither-id", &["InvalidParam.Malformed", "MissingParameter"]),
];

/// The rows that an evaluation alone can depend on; the rest are `predict`'s.
pub(crate) const EVALUATOR_ROWS: usize = 8;

/// One choice for every row; all defaults at first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub(crate) struct Choices([usize; TABLE.len()]);

impl Choices {
    fn row(id: &str) -> usize {
        TABLE.iter().position(|(row, _)| *row == id).unwrap_or_else(|| panic!("no assumption `{id}`"))
    }

    /// The choice taken for `id`.
    pub(crate) fn of(&self, id: &str) -> &'static str {
        let row = Self::row(id);
        TABLE[row].1[self.0[row]]
    }

    /// Whether `choice` is the one taken for `id`.
    pub(crate) fn is(&self, id: &str, choice: &str) -> bool {
        self.of(id) == choice
    }

    /// The same with another choice for `id`.
    pub(crate) fn with(mut self, id: &str, choice: &str) -> Self {
        let row = Self::row(id);
        self.0[row] = TABLE[row].1.iter().position(|known| *known == choice).expect("a choice of the table");
        self
    }

    /// Every alternative of the first `rows` rows, in table order: id, choice taken, alternative.
    pub(crate) fn alternatives(self, rows: usize) -> Vec<(&'static str, &'static str, &'static str)> {
        let mut all = Vec::new();
        for (row, (id, choices)) in TABLE.iter().enumerate().take(rows) {
            for (index, alternative) in choices.iter().enumerate() {
                if index != self.0[row] {
                    all.push((*id, choices[self.0[row]], *alternative));
                }
            }
        }
        all
    }

    /// `--assume` arguments for everything that is not the default.
    pub(crate) fn arguments(self) -> Vec<String> {
        let mut arguments = Vec::new();
        for (row, (id, choices)) in TABLE.iter().enumerate() {
            if self.0[row] != 0 {
                arguments.push("--assume".to_owned());
                arguments.push(format!("{id}={}", choices[self.0[row]]));
            }
        }
        arguments
    }
}
