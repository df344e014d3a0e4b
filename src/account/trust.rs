//! Who may assume a role, as sides of a comparison.
//!
//! A request is an action on the role by somebody: a principal of an account, a service, an identity provider. The evaluator
//! and the analysis know no principals, so one stands in the request as a condition key of its own.

use super::bind::Bindings;
use super::document::{DocumentId, Origin};
use super::sides::{Reading, Readings};
use crate::analyze::{Side, Witness};
use crate::pattern::arn;
use crate::policy::{Operator, Policy, PolicyKind, Principal, Statement, Test, lower};
use crate::text::{Span, Spanned};

/// The key that stands for who assumes the role; no policy can name it.
pub(crate) const WHO: &str = "Principal";
pub(crate) const RAM: &str = "RAM ";
const SERVICE: &str = "Service ";
pub(crate) const FEDERATED: &str = "Federated ";
/// An account or a user by its number, in the policy of a bucket.
pub(crate) const UID: &str = "UID ";
/// A session of a role, in the policy of a bucket.
pub(crate) const SESSION: &str = "Session ";

/// A role's trust policy, ready to be read.
#[derive(Debug)]
pub struct Trust {
    /// Only the role itself, and only those who can exist.
    domain: Policy<'static>,
    /// What the trust policy says; none where nobody knows.
    said: Option<Policy<'static>>,
}

impl Trust {
    /// Prepares the trust policy of the role with this ARN.
    pub fn new(bindings: &Bindings, id: DocumentId, role: &str) -> Self {
        let named = bindings.documents.policy(id).filter(|named| named.origin != Origin::Unknown);
        Self { domain: domain(role), said: named.map(|named| encoded(&named.policy)) }
    }

    /// A role that is not there: nobody may assume it.
    pub fn nobody(role: &str) -> Self {
        let said = Policy { kind: PolicyKind::Trust, span: Span::new(0, 0), statements: Vec::new() };
        Self { domain: domain(role), said: Some(said) }
    }

    /// The side in both readings.
    pub fn readings(&self) -> Readings<'_> {
        let side = |policy| Side::under([[&self.domain]], [policy]);
        match &self.said {
            Some(said) => Readings::new(side(said), None),
            None => Readings::new(side(Reading::Least.policy()), Some(side(Reading::Most.policy()))),
        }
    }

    /// The number of the trust policy in its side: the domain is the first.
    pub const POLICY: u32 = 1;

    /// A witness with its principal in words: `Principal.RAM`, `Principal.Service` or `Principal.Federated`.
    #[must_use]
    pub fn spelled(mut witness: Witness) -> Witness {
        for (key, value) in &mut witness.context {
            if *key != WHO {
                continue;
            }
            let Some(written) = value else { continue };
            let kinds = [(RAM, "Principal.RAM"), (SERVICE, "Principal.Service"), (FEDERATED, "Principal.Federated")];
            let found = kinds.iter().find_map(|(front, name)| Some((*name, written.strip_prefix(front)?.to_owned())));
            if let Some((name, who)) = found {
                name.clone_into(key);
                *value = Some(who);
            }
        }
        witness.context.sort();
        witness
    }
}

fn domain(role: &str) -> Policy<'static> {
    let who = [
        format!("{RAM}acs:ram::*:user/?*"),
        format!("{RAM}acs:ram::*:role/?*"),
        format!("{RAM}acs:ram::*:root"),
        format!("{SERVICE}?*"),
        format!("{FEDERATED}?*"),
    ];
    let condition = serde_json::json!({ "StringLike": { WHO: who } });
    let statement = serde_json::json!({ "Effect": "Allow", "Action": "*", "Resource": role, "Condition": condition });
    let text = serde_json::json!({ "Version": "1", "Statement": [statement] }).to_string();
    lower(&text, PolicyKind::Control).policy.into_owned()
}

/// The same policy with statements that test whom they mean under [`WHO`].
pub(crate) fn encoded(policy: &Policy<'static>) -> Policy<'static> {
    let mut policy = policy.clone();
    for statement in &mut policy.statements {
        let who = who(statement, policy.kind);
        statement.principal = None;
        let at = |text: String| Spanned::new(text.into(), Span::new(0, 0));
        let operator = Spanned::new(Operator::StringLike, Span::new(0, 0));
        let values = who.into_iter().map(at).collect();
        statement.condition.push(Test { operator, key: at(WHO.to_owned()), values });
    }
    policy
}

/// The patterns of those whom a statement is about, as [`super::who`] reads them.
fn who(statement: &Statement<'_>, kind: PolicyKind) -> Vec<String> {
    let mut patterns = Vec::new();
    match statement.principal.as_ref().map(|principal| &principal.value) {
        None => patterns.push("*".to_owned()),
        Some(Principal::Typed { ram, service, federated }) => {
            patterns.extend(ram.iter().flat_map(|text| principals(&text.value)));
            patterns.extend(service.iter().map(|text| format!("{SERVICE}{}", text.value)));
            patterns.extend(federated.iter().map(|text| format!("{FEDERATED}{}", text.value)));
        }
        Some(Principal::List(list)) if kind == PolicyKind::Bucket => {
            let everybody = list.is_empty().then(|| "*".to_owned());
            patterns.extend(list.iter().map(|text| listed(&text.value)).chain(everybody));
        }
        // RAM documents no list here: only its star can mean anybody.
        Some(Principal::List(list)) => {
            patterns.extend(list.iter().filter(|text| text.value == "*").map(|_| "*".into()));
        }
    }
    patterns
}

/// An entry of the list of a bucket policy: a number, a session of a role, or everybody (facts/ram-language.md 1.6).
pub(crate) fn listed(entry: &str) -> String {
    match entry {
        "*" => "*".to_owned(),
        number if number.bytes().all(|byte| byte.is_ascii_digit()) => format!("{UID}{number}"),
        session => format!("{SESSION}{session}"),
    }
}

/// `:root` means every user and role of the account (facts/ram-language.md 1.4); role names are compared without regard to
/// case (1.7).
pub(crate) fn principals(pattern: &str) -> Vec<String> {
    if pattern == "*" {
        return vec![format!("{RAM}*")];
    }
    let Some(parts) = arn(pattern).filter(|parts| parts.service == "ram" && matches!(parts.region, "" | "*")) else {
        return Vec::new();
    };
    let of = |relative: &str| format!("{RAM}acs:ram::{}:{relative}", parts.account);
    let is_role = parts.relative.get(..5).is_some_and(|front| front.eq_ignore_ascii_case("role/"));
    match parts.relative {
        "root" => ["root", "user/*", "role/*"].map(of).into(),
        role if is_role => vec![of(&role.to_ascii_lowercase())],
        other => vec![of(other)],
    }
}
