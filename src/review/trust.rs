//! Trust policies of roles, read for whom they let in.

use std::collections::HashMap;

use super::oracle::Oracle;
use super::targets;
use crate::account::{Origin, Principal};
use crate::pattern::arn;
use crate::policy::{self, Effect, Statement};

/// A service that a role trusts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct TrustedService {
    pub(super) name: String,
    /// Whether nothing but the service decides: no condition, no Deny.
    pub(super) plain: bool,
}

/// What a trust policy says, as far as a search needs it.
#[derive(Debug, Default)]
pub(super) struct Trust {
    /// The same for roles whose trust policies say the same.
    pub(super) content: usize,
    /// The only users and roles that it names; none where it may mean anybody of the account.
    pub(super) named: Option<Vec<usize>>,
    /// Whether whom it means does not hang on who asks.
    pub(super) alike: bool,
    pub(super) services: Vec<TrustedService>,
    /// Identity providers of the account, by the relative part of their ARNs.
    pub(super) providers: Vec<String>,
    /// Nothing is known about it.
    pub(super) unknown: bool,
}

/// What a statement says, wherever it stands.
fn content(statement: &Statement<'_>) -> String {
    let texts = |list: &[policy::Text<'_>]| list.iter().map(|text| text.value.to_string()).collect::<Vec<_>>();
    let principal = match statement.principal.as_ref().map(|principal| &principal.value) {
        None => String::new(),
        Some(policy::Principal::List(list)) => format!("list {:?}", texts(list)),
        Some(policy::Principal::Typed { ram, service, federated }) => {
            format!("{:?} {:?} {:?}", texts(ram), texts(service), texts(federated))
        }
    };
    let action = statement.action.as_ref().map(|scope| (scope.except, texts(&scope.patterns)));
    let tests: Vec<_> = statement
        .condition
        .iter()
        .map(|test| (test.operator.value, test.key.value.to_string(), texts(&test.values)))
        .collect();
    format!("{:?} {action:?} {principal} {tests:?}", statement.effect.as_ref().map(|effect| effect.value))
}

impl Oracle<'_> {
    /// The trust policies of all roles, by the number of the role.
    pub(super) fn trusts(&self) -> &HashMap<usize, Trust> {
        self.trusts.get_or_init(|| self.read_trusts())
    }

    fn read_trusts(&self) -> HashMap<usize, Trust> {
        let mut contents: HashMap<Vec<String>, usize> = HashMap::new();
        let mut all = HashMap::new();
        let roles = self.bindings.account.iter().flat_map(crate::account::Account::roles);
        for (name, role) in roles {
            let (Some(at), Some(named)) = (self.role(name), self.bindings.documents.policy(role.trust)) else {
                continue;
            };
            let statements = &named.policy.statements;
            let next = contents.len();
            let unknown = named.origin == Origin::Unknown;
            // What nobody knows is a fact of its own for each role.
            let mut key: Vec<String> = statements.iter().map(content).collect();
            if unknown {
                key.push(name.to_owned());
            }
            let number = *contents.entry(key).or_insert(next);
            let mut trust = Trust { content: number, unknown, ..Trust::default() };
            self.whom(statements, &mut trust);
            services(statements, self.account, &mut trust);
            all.insert(at, trust);
        }
        all
    }

    /// Whom of the account the Allow statements can mean.
    fn whom(&self, statements: &[Statement<'_>], trust: &mut Trust) {
        let mut named = Vec::new();
        let (mut anybody, mut exact) = (trust.unknown, false);
        for statement in statements {
            let allows = statement.effect.as_ref().is_some_and(|effect| effect.value == Effect::Allow);
            let Some(policy::Principal::Typed { ram, .. }) = statement.principal.as_ref().map(|p| &p.value) else {
                // No principal, or the list of another kind of policy: the evaluator decides for each.
                anybody |= allows;
                exact = true;
                continue;
            };
            for entry in ram {
                let principal = Principal::parse(&entry.value).ok().filter(|_| !entry.value.contains(['*', '?']));
                match principal {
                    Some(principal) if principal.is_root() => anybody |= allows && principal.account == self.account,
                    Some(principal) => {
                        exact = true;
                        // Case does not count in the names of roles (facts/ram-language.md 1.7).
                        let fits = |known: &Principal| known.to_string().eq_ignore_ascii_case(&principal.to_string());
                        let found = self.actor(&principal).or_else(|| {
                            let mut actors = self.actors.iter();
                            actors.position(|actor| fits(&actor.principal))
                        });
                        named.extend(found.filter(|_| allows));
                    }
                    // A bare `*` means whoever asks; another pattern is compared with each name.
                    None => {
                        anybody |= allows;
                        exact |= &*entry.value != "*";
                    }
                }
            }
        }
        trust.alike = !exact;
        trust.named = (!anybody).then_some(named);
    }
}

fn services(statements: &[Statement<'_>], account: &str, trust: &mut Trust) {
    let denies = statements.iter().any(|s| s.effect.as_ref().is_some_and(|effect| effect.value == Effect::Deny));
    for statement in statements {
        if statement.effect.as_ref().is_none_or(|effect| effect.value == Effect::Deny) || trust.unknown {
            continue;
        }
        let Some(policy::Principal::Typed { service, federated, .. }) = statement.principal.as_ref().map(|p| &p.value)
        else {
            continue;
        };
        for name in service {
            let plain = !denies && statement.condition.is_empty();
            trust.services.push(TrustedService { name: name.value.to_string(), plain });
        }
        for provider in federated {
            if let Some(parts) = arn(&provider.value).filter(|parts| parts.account == account) {
                trust.providers.push(parts.relative.to_owned());
            }
        }
    }
}

/// The ARN of an identity provider.
pub(super) fn provider(account: &str, relative: &str) -> String {
    let role = targets::role(account, "");
    format!("{}{relative}", role.strip_suffix("role/").unwrap_or(&role))
}
