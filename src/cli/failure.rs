//! Why a job could not be done, for stderr.

use ramspect::report::human::{Painter, Tone};
use ramspect::request::RequestError;

/// A sentence, and the way out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Failure {
    pub(crate) message: String,
    pub(crate) help: Option<String>,
    /// Excerpts rendered already, which stand above the message.
    pub(crate) excerpts: String,
}

impl Failure {
    pub(crate) fn new(message: impl Into<String>) -> Self {
        Self { message: message.into(), help: None, excerpts: String::new() }
    }

    /// Two flags that both name `-`.
    pub(crate) fn twice_standard_input() -> Self {
        Self::new("standard input is named twice").with_help("write one of them into a file")
    }

    pub(crate) fn with_help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    pub(crate) fn with_excerpts(mut self, excerpts: String) -> Self {
        self.excerpts = excerpts;
        self
    }

    /// Excerpts, sentence and advice, wrapped to the width.
    pub(crate) fn render(&self, painter: Painter) -> String {
        let mut text = self.excerpts.clone();
        text.push_str(&painter.labelled("error", Tone::Bad, &self.message, 2));
        if let Some(help) = &self.help {
            text.push_str(&painter.labelled("  help", Tone::Quiet, help, 8));
        }
        text
    }
}

impl From<RequestError> for Failure {
    fn from(error: RequestError) -> Self {
        Self { message: error.message, help: error.help.map(str::to_owned), excerpts: String::new() }
    }
}

pub(crate) type Outcome<T> = Result<T, Failure>;
