//! Where a command prints.

use std::io::{IsTerminal, Write};

use ramspect::report::human::{Painter, Tone};

use super::failure::Failure;
use super::options::Color;

/// Standard output and standard error, and how to paint on each.
pub(crate) struct Terminal {
    pub(crate) out: Box<dyn Write>,
    pub(crate) err: Box<dyn Write>,
    color: Color,
}

impl std::fmt::Debug for Terminal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Terminal").field("color", &self.color).finish_non_exhaustive()
    }
}

impl Terminal {
    pub(crate) fn new(color: Color) -> Self {
        let out = std::io::BufWriter::with_capacity(1 << 16, std::io::stdout());
        Self { out: Box::new(out), err: Box::new(std::io::stderr()), color }
    }

    fn painter(&self, is_terminal: bool) -> Painter {
        let wanted = match self.color {
            Color::Always => true,
            Color::Never => false,
            Color::Auto => is_terminal && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty()),
        };
        Painter { color: wanted, width: width() }
    }

    /// For excerpts on standard error.
    pub(crate) fn error_painter(&self) -> Painter {
        self.painter(std::io::stderr().is_terminal())
    }

    /// Says on standard error why the job, or a part of it, could not be done.
    pub(crate) fn report(&mut self, failure: &Failure) {
        let text = failure.render(self.error_painter());
        let _ = self.err.write_all(text.as_bytes());
    }

    /// Says on standard error what the user should know about the answer.
    pub(crate) fn warn(&mut self, message: &str) {
        let text = self.error_painter().labelled("warning", Tone::Open, message, 2);
        let _ = self.err.write_all(text.as_bytes());
    }

    /// For excerpts on standard output.
    pub(crate) fn painter_of_answers(&self) -> Painter {
        self.painter(std::io::stdout().is_terminal())
    }
}

/// Columns to fill: `COLUMNS` where a shell exports it, else 80.
fn width() -> usize {
    let columns = std::env::var("COLUMNS").ok().and_then(|text| text.parse().ok());
    columns.filter(|columns| (40..=200).contains(columns)).unwrap_or(80)
}
