//! How old an inventory is.

use jiff::Timestamp;

use super::inventory::Inventory;
use super::warning::Warning;

const DAY: i64 = 24 * 60 * 60;

impl Inventory {
    /// A warning where `collected_at` is more than a day before `now`, or no time at all.
    pub fn age_warning(&self, now: Timestamp) -> Option<Warning> {
        let manifest = self.manifest()?;
        let collected_at = manifest.collected_at.clone()?;
        let file = manifest.file.clone();
        match collected_at.parse::<Timestamp>() {
            Err(_) => Some(Warning::UnreadableTime { file, collected_at }),
            Ok(then) => {
                let seconds = now.as_second().saturating_sub(then.as_second());
                (seconds > DAY).then_some(Warning::Old { file, collected_at, hours: seconds / 3600 })
            }
        }
    }
}
