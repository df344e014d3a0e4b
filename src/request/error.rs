//! Why a text is no request.

use thiserror::Error;

use crate::account::PrincipalError;

/// A sentence, and the way out where there is one.
#[derive(Debug, Error, Clone, PartialEq, Eq)]
#[error("{message}")]
pub struct RequestError {
    /// What is wrong.
    pub message: String,
    /// What to write instead.
    pub help: Option<&'static str>,
}

impl RequestError {
    pub(super) fn new(message: impl Into<String>) -> Self {
        Self { message: message.into(), help: None }
    }

    pub(super) fn with_help(mut self, help: &'static str) -> Self {
        self.help = Some(help);
        self
    }
}

impl From<String> for RequestError {
    fn from(message: String) -> Self {
        Self::new(message)
    }
}

impl From<&str> for RequestError {
    fn from(message: &str) -> Self {
        Self::new(message)
    }
}

impl From<PrincipalError> for RequestError {
    fn from(error: PrincipalError) -> Self {
        Self::new(error.to_string()).with_help(error.help())
    }
}
