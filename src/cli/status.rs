//! Exit statuses, the same for every command (contract 1).

use std::process::ExitCode;

/// What a run ends with; of several answers the greatest counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Status {
    /// Yes, clean, same.
    Yes,
    /// No, findings, different.
    No,
    /// Cannot tell.
    Unknown,
    /// Could not do the job.
    Bad,
}

impl Status {
    /// With `--exit-zero` only a job that could not be done fails.
    pub(crate) fn exit_zero(self, asked: bool) -> Self {
        match self {
            Self::No | Self::Unknown if asked => Self::Yes,
            other => other,
        }
    }
}

impl From<Status> for ExitCode {
    fn from(status: Status) -> Self {
        Self::from(match status {
            Status::Yes => 0,
            Status::No => 1,
            Status::Bad => 2,
            Status::Unknown => 3,
        })
    }
}
