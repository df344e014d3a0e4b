//! Whether the `Principal` of a resource-based policy means the caller, in the forms of facts/ram-language.md 1.4 and 1.6.

use super::principal::{Principal, PrincipalKind, is_account};
use crate::evaluate::{ExtraTest, Include};
use crate::pattern::{Wildcard, arn};
use crate::policy::{self, Operator, Statement, Text};

/// The key that stands for the UID of a RAM user, which no ARN tells.
const UID: &str = "principal:uid";
/// The key that stands for the name of a role session, which the principal's ARN does not tell.
const SESSION: &str = "principal:session";

/// Whether a statement of a resource-based policy is about the caller: surely, never, or if the caller's UID or session name
/// is one of some. `owns` tells whether the caller's account owns the resource.
pub(super) fn is_about<'p>(statement: &'p Statement<'_>, caller: &Principal, owns: bool) -> Include<'p> {
    match statement.principal.as_ref().map(|principal| &principal.value) {
        None => Include::Yes,
        Some(policy::Principal::Typed { ram, .. }) => {
            let any = ram.iter().any(|pattern| names(&pattern.value, caller));
            if any { Include::Yes } else { Include::No }
        }
        Some(policy::Principal::List(list)) => listed(list, statement, caller, owns),
    }
}

/// `RAM` of a trust or key policy. `:root` means every user and role of the account, not only its root user (1.4).
fn names(pattern: &str, caller: &Principal) -> bool {
    if pattern == "*" {
        return true;
    }
    let Some(parts) = arn(pattern).filter(|parts| parts.service == "ram" && matches!(parts.region, "" | "*")) else {
        return false;
    };
    if !Wildcard::new(parts.account).matches(&caller.account) {
        return false;
    }
    if parts.relative == "root" {
        return true;
    }
    let own = match &caller.kind {
        PrincipalKind::Root => "root".to_owned(),
        PrincipalKind::User(name) => format!("user/{name}"),
        // Role names are compared without regard to case (1.7).
        PrincipalKind::Role(name) => {
            let relative = parts.relative.to_ascii_lowercase();
            return Wildcard::new(&relative).matches(&format!("role/{}", name.to_ascii_lowercase()));
        }
    };
    Wildcard::new(parts.relative).matches(&own)
}

/// The list of an OSS bucket policy: UIDs of accounts and users, `*`, sessions of roles; an empty list is `*` (1.1, 1.6).
fn listed<'p>(list: &'p [Text<'_>], statement: &Statement<'_>, caller: &Principal, owns: bool) -> Include<'p> {
    let everybody = list.is_empty() || list.iter().any(|entry| entry.value == "*");
    // Without a condition `*` binds everyone but the bucket's owner.
    if everybody && !(caller.is_root() && owns && statement.condition.is_empty()) {
        return Include::Yes;
    }
    match &caller.kind {
        PrincipalKind::Root => {
            if list.iter().any(|entry| entry.value == caller.account.as_str()) {
                Include::Yes
            } else {
                Include::No
            }
        }
        // The UID of the caller's own account names its root user, so no RAM user has it.
        PrincipalKind::User(_) => {
            let uids = list.iter().map(|entry| &*entry.value);
            let others: Vec<&str> = uids.filter(|uid| is_account(uid) && *uid != caller.account).collect();
            one_of(UID, Operator::StringEquals, others)
        }
        PrincipalKind::Role(name) => {
            let sessions: Vec<&str> =
                list.iter().filter_map(|entry| session(&entry.value, name, &caller.account)).collect();
            if sessions.contains(&"*") { Include::Yes } else { one_of(SESSION, Operator::StringLike, sessions) }
        }
    }
}

fn one_of<'p>(key: &'static str, operator: Operator, values: Vec<&'p str>) -> Include<'p> {
    if values.is_empty() { Include::No } else { Include::If(ExtraTest { key, operator, values }) }
}

/// The session part of `arn:sts::<account>:assumed-role/<role>/<session>` where it is about a role.
fn session<'p>(entry: &'p str, role: &str, account: &str) -> Option<&'p str> {
    let parts =
        arn(entry).filter(|parts| parts.partition == "arn" && parts.service == "sts" && parts.account == account)?;
    let (named, session) = parts.relative.strip_prefix("assumed-role/")?.split_once('/')?;
    named.eq_ignore_ascii_case(role).then_some(session)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::{PolicyKind, lower};

    /// `yes`, `no`, or the key that decides with its values.
    fn told(kind: PolicyKind, principal: &str, condition: &str, caller: &str) -> String {
        let resource = if kind == PolicyKind::Bucket { r#""Resource":"*","# } else { "" };
        let text = format!(
            r#"{{"Version":"1","Statement":[{{"Effect":"Deny","Action":"*",{resource}{condition}"Principal":{principal}}}]}}"#
        );
        let lowered = lower(&text, kind);
        assert!(!lowered.is_refused(), "{text}: {:?}", lowered.diagnostics);
        match is_about(&lowered.policy.statements[0], &Principal::parse(caller).unwrap(), true) {
            Include::Yes => "yes".to_owned(),
            Include::No => "no".to_owned(),
            Include::If(test) => format!("{} {}", test.key, test.values.join(",")),
        }
    }

    #[test]
    fn a_trust_policy_names_accounts_users_and_roles() {
        let (alice, dev, root) = ("acs:ram::1:user/alice", "acs:ram::1:role/Dev", "acs:ram::1:root");
        for (principal, caller, expected) in [
            (r#"{"RAM":"acs:ram::1:root"}"#, alice, "yes"),
            (r#"{"RAM":"acs:ram::1:root"}"#, dev, "yes"),
            (r#"{"RAM":"acs:ram::1:root"}"#, root, "yes"),
            (r#"{"RAM":["acs:ram::2:root"]}"#, alice, "no"),
            (r#"{"RAM":["acs:ram::2:root","acs:ram::1:user/alice"]}"#, alice, "yes"),
            (r#"{"RAM":"acs:ram::1:user/Alice"}"#, alice, "no"),
            (r#"{"RAM":"acs:ram::1:role/dev"}"#, dev, "yes"),
            (r#"{"RAM":"acs:ram:*:1:role/dev"}"#, dev, "yes"),
            (r#"{"RAM":"acs:ram::1:*"}"#, alice, "yes"),
            (r#"{"Service":"ecs.aliyuncs.com"}"#, alice, "no"),
            (r#"{"Federated":"acs:ram::1:saml-provider/x"}"#, dev, "no"),
            (r#"{"RAM":"1"}"#, alice, "no"),
        ] {
            assert_eq!(told(PolicyKind::Trust, principal, "", caller), expected, "{principal} {caller}");
        }
    }

    #[test]
    fn a_bucket_policy_names_uids_and_sessions() {
        let (alice, dev, root) = ("acs:ram::1:user/alice", "acs:ram::1:role/Dev", "acs:ram::1:root");
        let condition = r#""Condition":{"Bool":{"acs:SecureTransport":"false"}},"#;
        for (principal, condition, caller, expected) in [
            (r#""*""#, "", alice, "yes"),
            (r#"["*"]"#, "", root, "no"),
            (r#"["*"]"#, condition, root, "yes"),
            ("[]", "", dev, "yes"),
            (r#"["1"]"#, "", root, "yes"),
            (r#"["1"]"#, "", alice, "no"),
            (r#"["1","200","300"]"#, "", alice, "principal:uid 200,300"),
            (r#"["200"]"#, "", dev, "no"),
            (r#"["arn:sts::1:assumed-role/dev/*"]"#, "", dev, "yes"),
            (r#"["arn:sts::1:assumed-role/dev/s1"]"#, "", dev, "principal:session s1"),
            (r#"["arn:sts::2:assumed-role/dev/*"]"#, "", dev, "no"),
            (r#"["acs:ram::1:user/alice"]"#, "", alice, "no"),
        ] {
            assert_eq!(told(PolicyKind::Bucket, principal, condition, caller), expected, "{principal} {caller}");
        }
    }
}
