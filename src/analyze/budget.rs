//! How much a comparison may cost. What does not fit is undecided, never guessed.

use std::time::{Duration, Instant};

/// The bounds of one comparison.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Budget {
    /// Wall clock for the whole comparison.
    pub time: Duration,
    /// States of one search for a text; about 150 bytes each.
    pub states: usize,
    /// Conflicts of one search over combinations.
    pub conflicts: usize,
}

impl Default for Budget {
    fn default() -> Self {
        Self { time: Duration::from_secs(10), states: 1_000_000, conflicts: 200_000 }
    }
}

/// A budget that several comparisons share, one after the other.
#[derive(Debug, Clone, Copy)]
pub struct Allowance {
    budget: Budget,
    end: Instant,
}

impl Allowance {
    /// Starts now.
    pub fn start(budget: Budget) -> Self {
        let now = Instant::now();
        Self { budget, end: now.checked_add(budget.time).unwrap_or(now) }
    }

    /// What the next comparison may cost: half of the time that is left, so that one which is hard leaves some to all others.
    pub fn next(&self) -> Budget {
        Budget { time: self.end.saturating_duration_since(Instant::now()) / 2, ..self.budget }
    }
}

/// A budget that is running.
#[derive(Debug, Clone, Copy)]
pub(super) struct Clock {
    pub(super) end: Instant,
    pub(super) until: Instant,
    pub(super) states: usize,
    pub(super) conflicts: usize,
}

impl Clock {
    pub(super) fn start(budget: Budget) -> Self {
        let now = Instant::now();
        let end = now.checked_add(budget.time).unwrap_or(now);
        Self { end, until: end, states: budget.states, conflicts: budget.conflicts }
    }

    /// Gives what follows at most this share of what is left.
    pub(super) fn slice(&mut self, share: Duration) {
        let wanted = Instant::now().checked_add(share).unwrap_or(self.end);
        self.until = self.end.min(wanted);
    }

    /// Whether the slice has passed.
    pub(super) fn is_over(&self) -> bool {
        Instant::now() >= self.until
    }

    /// What is left of the whole.
    pub(super) fn left(&self) -> Duration {
        self.end.saturating_duration_since(Instant::now())
    }
}
