//! What about a request decides which policies bind it, beside the caller: a role that is assumed, a resource of another
//! account.

use super::principal::is_account;
use crate::pattern::{Arn, arn};

/// The side of the role when a role is assumed (facts/ram-language.md 6.2: it must allow as well).
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Assumed {
    /// A role of the account file, by the name that the file spells.
    Role(Box<str>),
    /// A trust policy that is given for the resource.
    Given,
    /// A role of which nothing tells the trust policy.
    Unknown(Box<str>),
}

/// The situation of a request.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct Situation {
    /// The role, for `sts:AssumeRole` on the ARN of one.
    pub assumed: Option<Assumed>,
    /// The resource belongs to another account, whose control policies are another chain (6.3).
    pub is_foreign: bool,
    /// It is a bucket or an object of another account: the caller's own policies do not count (6.5).
    pub is_foreign_bucket: bool,
}

impl Situation {
    /// The situation without a role: `own` is the account of the caller.
    pub(super) fn of(parts: Option<&Arn<'_>>, own: Option<&str>) -> Self {
        let is_foreign = parts.zip(own).is_some_and(|(parts, own)| is_account(parts.account) && parts.account != own);
        let is_foreign_bucket = is_foreign && parts.is_some_and(|parts| parts.service == "oss");
        Self { assumed: None, is_foreign, is_foreign_bucket }
    }
}

/// The role that a request assumes, as account and name.
pub(super) fn assumed_role<'r>(action: &str, resource: &'r str) -> Option<(&'r str, &'r str)> {
    // Most actions are something else: their length tells.
    if action.len() != "sts:AssumeRole".len() || !action.eq_ignore_ascii_case("sts:AssumeRole") {
        return None;
    }
    let parts = arn(resource).filter(|parts| parts.service == "ram" && is_account(parts.account))?;
    match parts.type_and_id() {
        Some(("role", name)) if !name.is_empty() => Some((parts.account, name)),
        _ => None,
    }
}
