//! Who calls: `acs:ram::<account>:user/<name>`, `..:role/<name>` or `..:root`.

use std::fmt;

use thiserror::Error;

use crate::evaluate::{Context, Fact};
use crate::pattern::arn;

/// Who calls.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Principal {
    /// The account's number.
    pub account: String,
    /// What it is in the account.
    pub kind: PrincipalKind,
}

/// What a principal is.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum PrincipalKind {
    /// The account itself.
    Root,
    /// A RAM user.
    User(String),
    /// A session of a RAM role.
    Role(String),
}

/// A text that names no principal.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("`{0}` is no principal")]
pub struct PrincipalError(pub String);

impl PrincipalError {
    /// The way out.
    pub fn help(&self) -> &'static str {
        "write `acs:ram::<account>:user/<name>`, `acs:ram::<account>:role/<name>` or `acs:ram::<account>:root`"
    }
}

impl Principal {
    /// Reads the ARN of a principal; the region may be empty or `*`.
    ///
    /// # Errors
    /// When the text is no such ARN.
    pub fn parse(text: &str) -> Result<Self, PrincipalError> {
        let wrong = || PrincipalError(text.to_owned());
        let parts = arn(text).filter(|arn| arn.partition == "acs" && arn.service == "ram").ok_or_else(wrong)?;
        if !matches!(parts.region, "" | "*") || !is_account(parts.account) {
            return Err(wrong());
        }
        let kind = match parts.type_and_id() {
            None if parts.relative == "root" => PrincipalKind::Root,
            Some(("user", name)) if !name.is_empty() => PrincipalKind::User(name.to_owned()),
            Some(("role", name)) if !name.is_empty() => PrincipalKind::Role(name.to_owned()),
            _ => return Err(wrong()),
        };
        Ok(Self { account: parts.account.to_owned(), kind })
    }

    /// What the principal tells about condition keys: `acs:PrincipalARN`, role names in lower case (contract 2.4).
    pub fn supply(&self, context: &mut Context<'static>) {
        context.set("acs:PrincipalARN", Fact::One(self.in_context().into()));
    }

    /// The value of `acs:PrincipalARN`.
    pub fn in_context(&self) -> String {
        let account = &self.account;
        match &self.kind {
            PrincipalKind::Root => format!("acs:ram::{account}:root"),
            PrincipalKind::User(name) => format!("acs:ram::{account}:user/{name}"),
            PrincipalKind::Role(name) => format!("acs:ram::{account}:role/{}", name.to_lowercase()),
        }
    }

    /// Whether it is the account itself.
    pub fn is_root(&self) -> bool {
        self.kind == PrincipalKind::Root
    }
}

impl fmt::Display for Principal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let account = &self.account;
        match &self.kind {
            PrincipalKind::Root => write!(f, "acs:ram::{account}:root"),
            PrincipalKind::User(name) => write!(f, "acs:ram::{account}:user/{name}"),
            PrincipalKind::Role(name) => write!(f, "acs:ram::{account}:role/{name}"),
        }
    }
}

/// Whether a text can be the number of an account.
pub(super) fn is_account(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_three_forms_are_read_and_written_alike() {
        for text in ["acs:ram::123:root", "acs:ram::123:user/alice", "acs:ram::123:role/Deployer"] {
            assert_eq!(Principal::parse(text).unwrap().to_string(), text);
        }
        assert_eq!(Principal::parse("acs:ram:*:123:root").unwrap().kind, PrincipalKind::Root);
        for text in [
            "alice",
            "acs:ram::123:group/dev",
            "acs:ram::x:root",
            "acs:ram:cn:1:root",
            "acs:ram::1:user/",
            "acs:ecs::1:root",
        ] {
            assert_eq!(Principal::parse(text), Err(PrincipalError(text.to_owned())), "{text}");
        }
    }
}
