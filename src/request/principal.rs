//! Who calls, as an ARN.

use super::RequestError;
use crate::evaluate::{Context, Fact};
use crate::pattern::arn;

/// Who calls.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Principal {
    /// The account's id.
    pub account: String,
    /// What it is in the account.
    pub kind: PrincipalKind,
}

/// What a principal is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PrincipalKind {
    /// The account itself.
    Root,
    /// The RAM user of that name.
    User(String),
    /// A session of the role of that name.
    Role(String),
}

impl Principal {
    /// Reads `acs:ram::<account>:user/<name>`, `..:role/<name>` or `..:root`.
    ///
    /// # Errors
    /// When the text is none of them.
    pub fn parse(text: &str) -> Result<Self, RequestError> {
        let wrong = || {
            RequestError::new(format!("`{text}` is no principal")).with_help(
                "write `acs:ram::<account>:user/<name>`, `acs:ram::<account>:role/<name>` or `acs:ram::<account>:root`",
            )
        };
        let parts = arn(text).filter(|arn| arn.partition == "acs" && arn.service == "ram").ok_or_else(wrong)?;
        let digits = !parts.account.is_empty() && parts.account.bytes().all(|byte| byte.is_ascii_digit());
        if !matches!(parts.region, "" | "*") || !digits {
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
        let account = &self.account;
        let arn = match &self.kind {
            PrincipalKind::Root => format!("acs:ram::{account}:root"),
            PrincipalKind::User(name) => format!("acs:ram::{account}:user/{name}"),
            PrincipalKind::Role(name) => format!("acs:ram::{account}:role/{}", name.to_lowercase()),
        };
        context.set("acs:PrincipalARN", Fact::One(arn.into()));
    }

    /// Whether it is the account itself, which no policy binds.
    pub fn is_root(&self) -> bool {
        self.kind == PrincipalKind::Root
    }
}
