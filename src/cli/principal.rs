//! `--principal`.

use ramspect::evaluate::{Context, Fact};
use ramspect::pattern::arn;

use super::failure::{Failure, Outcome};

/// Who calls.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Principal {
    pub(crate) account: String,
    pub(crate) kind: PrincipalKind,
}

/// What a principal is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum PrincipalKind {
    Root,
    User(String),
    Role(String),
}

impl Principal {
    /// Reads `acs:ram::<account>:user/<name>`, `..:role/<name>` or `..:root`.
    pub(crate) fn parse(text: &str) -> Outcome<Self> {
        let wrong = || {
            Failure::new(format!("`{text}` is no principal")).with_help(
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
    pub(crate) fn supply(&self, context: &mut Context<'static>) {
        let account = &self.account;
        let arn = match &self.kind {
            PrincipalKind::Root => format!("acs:ram::{account}:root"),
            PrincipalKind::User(name) => format!("acs:ram::{account}:user/{name}"),
            PrincipalKind::Role(name) => format!("acs:ram::{account}:role/{}", name.to_lowercase()),
        };
        context.set("acs:PrincipalARN", Fact::One(arn.into()));
    }

    /// Whether it is the account itself, which no policy binds.
    pub(crate) fn is_root(&self) -> bool {
        self.kind == PrincipalKind::Root
    }
}
