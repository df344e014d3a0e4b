//! What is open to the outside: roles that trust other accounts, anybody, or an identity provider; and policies of resources
//! that name them.

use super::answer::Ground;
use super::oracle::Oracle;
use crate::account::{DocumentId, Origin};
use crate::evaluate::LayerKind;
use crate::pattern::arn;
use crate::policy::{Effect, Policy, PolicyKind, Principal, Statement};

/// Who outside the account is let in.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Outsider {
    /// Whoever asks.
    Anybody,
    /// All or some principals of another account, as the policy names them.
    Account(String),
    /// Whoever an identity provider vouches for.
    Federated(String),
}

impl Outsider {
    /// The word of the JSON output.
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::Anybody => "anybody",
            Self::Account(_) => "account",
            Self::Federated(_) => "federated",
        }
    }
}

/// A role, or a policy of a resource, that lets somebody in from outside.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reachable {
    /// The name of the role; none for the policy of a resource.
    pub role: Option<String>,
    /// Who is let in.
    pub who: Outsider,
    /// The statement that does.
    pub ground: Ground,
    /// Whether the statement has a condition.
    pub conditional: bool,
    /// Whether a Deny of the same policy may take it back, in part or all.
    pub denied: bool,
}

/// Everything that is open, roles by name.
pub(super) fn outside(oracle: &Oracle<'_>) -> Vec<Reachable> {
    let mut all = Vec::new();
    let documents = &oracle.bindings.documents;
    for (name, role) in oracle.bindings.account.iter().flat_map(crate::account::Account::roles) {
        if let Some(named) = documents.policy(role.trust).filter(|named| named.origin != Origin::Unknown) {
            open(oracle.account, Some(name), role.trust, &named.policy, &mut all);
        }
    }
    for id in &oracle.bindings.given.resource {
        if let Some(named) = documents.policy(*id).filter(|named| named.policy.kind == PolicyKind::Bucket) {
            open(oracle.account, None, *id, &named.policy, &mut all);
        }
    }
    all
}

fn effect(statement: &Statement<'_>) -> Option<Effect> {
    statement.effect.as_ref().map(|effect| effect.value)
}

fn open(account: &str, role: Option<&str>, id: DocumentId, policy: &Policy<'_>, all: &mut Vec<Reachable>) {
    let denied = policy.statements.iter().any(|statement| effect(statement) == Some(Effect::Deny));
    for (at, statement) in policy.statements.iter().enumerate() {
        if effect(statement) != Some(Effect::Allow) {
            continue;
        }
        let mut outsiders = outsiders(account, statement);
        outsiders.sort();
        outsiders.dedup();
        all.extend(outsiders.into_iter().map(|who| Reachable {
            role: role.map(str::to_owned),
            who,
            ground: Ground {
                policy: id,
                statement: at,
                layer: LayerKind::Resource,
                scope: "account".into(),
                effect: Effect::Allow,
                certain: true,
            },
            conditional: !statement.condition.is_empty(),
            denied,
        }));
    }
}

/// Whom outside the account a statement means (facts/ram-language.md 1.4, 1.6).
fn outsiders(account: &str, statement: &Statement<'_>) -> Vec<Outsider> {
    let mut found = Vec::new();
    match statement.principal.as_ref().map(|principal| &principal.value) {
        None => {}
        Some(Principal::List(list)) => {
            if list.is_empty() {
                found.push(Outsider::Anybody);
            }
            for entry in list {
                let text = &*entry.value;
                if text == "*" {
                    found.push(Outsider::Anybody);
                } else if let Some(parts) = arn(text) {
                    if parts.account != account {
                        found.push(Outsider::Account(text.to_owned()));
                    }
                } else if text != account && text.len() == account.len() && text.bytes().all(|b| b.is_ascii_digit()) {
                    // The number of an account has as many digits as ours; shorter or longer ones are users.
                    found.push(Outsider::Account(text.to_owned()));
                }
            }
        }
        Some(Principal::Typed { ram, federated, .. }) => {
            for entry in ram {
                let text = &*entry.value;
                match arn(text) {
                    None if text == "*" => found.push(Outsider::Anybody),
                    None => {}
                    Some(parts) if parts.account == "*" => found.push(Outsider::Anybody),
                    Some(parts) if parts.account == account => {}
                    Some(_) => found.push(Outsider::Account(text.to_owned())),
                }
            }
            found.extend(federated.iter().map(|entry| Outsider::Federated(entry.value.to_string())));
        }
    }
    found
}
