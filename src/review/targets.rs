//! The ARNs of identities, as the services judge them (facts/ram-language.md 3, 6.8).

/// What RAM holds of an account, by the relative part of its ARN.
pub(super) fn of_account(account: &str, relative: &str) -> String {
    format!("acs:ram:*:{account}:{relative}")
}

/// A user.
pub(super) fn user(account: &str, name: &str) -> String {
    format!("acs:ram:*:{account}:user/{name}")
}

/// A group.
pub(super) fn group(account: &str, name: &str) -> String {
    format!("acs:ram:*:{account}:group/{name}")
}

/// A role.
pub(super) fn role(account: &str, name: &str) -> String {
    format!("acs:ram:*:{account}:role/{name}")
}

/// A custom policy.
pub(super) fn policy(account: &str, name: &str) -> String {
    format!("acs:ram:*:{account}:policy/{name}")
}

/// A system policy.
pub(super) fn system_policy(name: &str) -> String {
    format!("acs:ram:*:system:policy/{name}")
}

/// The system policy that allows everything.
pub(super) const ADMINISTRATOR: &str = "acs:ram:*:system:policy/AdministratorAccess";
