//! Actions that let their holder gain rights.

use super::Catalog;
use super::table::Table;

static ESCALATION: Table = Table::new(include_str!("data/escalation.tsv"));

/// An action that leads to more rights.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Escalation {
    /// The action.
    pub action: &'static str,
    /// The way: `attach`, `rewrite`, `credentials`, ..
    pub way: &'static str,
    /// What the holder does with it.
    pub how: &'static str,
}

impl Catalog {
    /// All such actions, by name.
    pub fn escalations(&self) -> impl Iterator<Item = Escalation> + use<> {
        ESCALATION.rows().map(|row| Escalation { action: row.column(0), way: row.column(1), how: row.column(2) })
    }
}
