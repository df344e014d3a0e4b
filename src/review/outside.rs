//! What is open to the outside: roles that trust other accounts, anybody, or an identity provider; and policies of resources
//! that name them.
//!
//! Whom a statement names is only where the question starts. Whether he gets in is decided by the statement together with
//! every Deny of the same policy: over all requests first, so that a closed door is closed by proof; then for the request
//! that shows it, with the exact condition that remains.

use super::answer::{Ground, Strength, strength};
use super::oracle::Oracle;
use super::targets;
use crate::account::trust::{self, FEDERATED, RAM, WHO};
use crate::account::{DocumentId, Origin};
use crate::analyze::{Options, Side, overlap};
use crate::evaluate::{Context, Fact, Layer, LayerKind, PolicySet, PolicySetBuilder, Request, Residual, Scratch, View};
use crate::pattern::arn;
use crate::policy::{Effect, Family, Policy, PolicyKind, Principal, Statement, Test, lower};
use crate::text::{Span, Spanned};

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

/// A request by somebody from outside that is allowed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Visit {
    /// Who asks, in the words of the policy.
    pub principal: String,
    /// The action.
    pub action: String,
    /// The resource.
    pub resource: String,
    /// What must be met beside; exact.
    pub condition: Residual,
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
    /// How sure that is.
    pub strength: Strength,
    /// A request that shows it; none when the budget ran out.
    pub visit: Option<Visit>,
}

impl Reachable {
    /// Whether it takes more than being let in: a condition on the request, or on a fact.
    pub fn is_conditional(&self) -> bool {
        self.visit.as_ref().is_none_or(|visit| visit.condition != Residual::Always)
    }
}

/// Stands for any other account.
const OTHER_ACCOUNT: &str = "9876543210987654";

/// Everything that is open, roles by name; and whether no budget ran out.
pub(super) fn outside(oracle: &Oracle<'_>, options: Options) -> (Vec<Reachable>, bool) {
    let mut all = Vec::new();
    let documents = &oracle.bindings.documents;
    for (name, role) in oracle.bindings.account.iter().flat_map(crate::account::Account::roles) {
        if let Some(named) = documents.policy(role.trust).filter(|named| named.origin != Origin::Unknown) {
            open(oracle, Some(name), role.trust, &named.policy, options, &mut all);
        }
    }
    for id in &oracle.bindings.given.resource {
        if let Some(named) = documents.policy(*id).filter(|named| named.policy.kind == PolicyKind::Bucket) {
            open(oracle, None, *id, &named.policy, options, &mut all);
        }
    }
    let complete = all.iter().all(|one| one.visit.is_some());
    (all, complete)
}

fn effect(statement: &Statement<'_>) -> Option<Effect> {
    statement.effect.as_ref().map(|effect| effect.value)
}

fn open(
    oracle: &Oracle<'_>,
    role: Option<&str>,
    id: DocumentId,
    policy: &Policy<'static>,
    options: Options,
    all: &mut Vec<Reachable>,
) {
    let mut door: Option<Door<'_, '_>> = None;
    for (at, statement) in policy.statements.iter().enumerate() {
        if effect(statement) != Some(Effect::Allow) {
            continue;
        }
        for (who, patterns) in outsiders(oracle.account, statement) {
            let door = door.get_or_insert_with(|| Door::new(oracle, role, policy));
            let Some((strength, visit)) = door.opens(at, &patterns, options) else { continue };
            let ground = Ground {
                policy: id,
                statement: at,
                layer: LayerKind::Resource,
                scope: "account".into(),
                effect: Effect::Allow,
                certain: true,
            };
            all.push(Reachable { role: role.map(str::to_owned), who, ground, strength, visit });
        }
    }
}

/// Whom outside the account a statement means (facts/ram-language.md 1.4, 1.6), each with the patterns of those who may ask.
fn outsiders(account: &str, statement: &Statement<'_>) -> Vec<(Outsider, Vec<String>)> {
    let mut found: Vec<(Outsider, Vec<String>)> = Vec::new();
    let anybody = || {
        let kinds = ["user/?*", "role/?*", "root"];
        (Outsider::Anybody, kinds.map(|kind| format!("{RAM}acs:ram::*:{kind}")).to_vec())
    };
    match statement.principal.as_ref().map(|principal| &principal.value) {
        None => {}
        Some(Principal::List(list)) => {
            if list.is_empty() {
                found.push(anybody());
            }
            for entry in list {
                let text = &*entry.value;
                // The number of an account has as many digits as ours; shorter or longer ones are users.
                let is_account = text.len() == account.len() && text.bytes().all(|byte| byte.is_ascii_digit());
                let is_foreign = arn(text).map_or(is_account && text != account, |parts| parts.account != account);
                if text == "*" {
                    found.push(anybody());
                } else if is_foreign {
                    found.push((Outsider::Account(text.to_owned()), vec![trust::listed(text)]));
                }
            }
        }
        Some(Principal::Typed { ram, federated, .. }) => {
            for entry in ram {
                let text = &*entry.value;
                match arn(text) {
                    None if text == "*" => found.push(anybody()),
                    None => {}
                    Some(parts) if parts.account == "*" => found.push((Outsider::Anybody, trust::principals(text))),
                    Some(parts) if parts.account == account => {}
                    Some(_) => found.push((Outsider::Account(text.to_owned()), trust::principals(text))),
                }
            }
            for entry in federated {
                let pattern = format!("{FEDERATED}{}", entry.value);
                found.push((Outsider::Federated(entry.value.to_string()), vec![pattern]));
            }
        }
    }
    found.sort();
    found.dedup_by(|one, other| one.0 == other.0);
    found
}

/// A policy of a resource, ready to be asked by whom it can be used.
struct Door<'o, 'a> {
    oracle: &'o Oracle<'a>,
    /// The statements with their principals as tests, without what the settings settle; none for one that never matches.
    statements: Vec<Option<Statement<'static>>>,
    /// The role's ARN.
    role: Option<String>,
}

impl<'o, 'a> Door<'o, 'a> {
    fn new(oracle: &'o Oracle<'a>, role: Option<&str>, policy: &Policy<'static>) -> Self {
        let view = View { command: Some(oracle.settings.context), closed: oracle.settings.closed, ..View::default() };
        let settled = |mut statement: Statement<'static>| {
            about_caller(&mut statement, oracle.settings.rules.absent_negated);
            let mut never = false;
            statement.condition.retain(|test| {
                let met = if test.key.value == WHO { None } else { oracle.settled(test, view) };
                never |= met == Some(false);
                met.is_none()
            });
            (!never).then_some(statement)
        };
        let statements = trust::encoded(policy).statements.into_iter().map(settled).collect();
        Self { oracle, statements, role: role.map(|name| targets::role(oracle.account, name)) }
    }

    /// Whether an Allow lets somebody of the patterns in, whatever is denied; with a request that shows it.
    fn opens(&self, allow: usize, patterns: &[String], options: Options) -> Option<(Strength, Option<Visit>)> {
        let wanted = self.statements.get(allow).and_then(Option::as_ref)?;
        let denies = self.statements.iter().flatten().filter(|statement| effect(statement) == Some(Effect::Deny));
        let statements = std::iter::once(wanted).chain(denies).cloned().collect();
        let policy = Policy { kind: PolicyKind::Identity, span: Span::new(0, 0), statements };
        let asked = self.asked(patterns);
        let (first, second) = (Side::new([&asked]), Side::new([&policy]));
        let witnesses = overlap(&first, &second, Options { limit: 1, ..options });
        match (witnesses.any(), witnesses.found.into_iter().next()) {
            (Some(false), _) => None,
            (_, None) => Some((Strength::Possible, None)),
            (_, Some(witness)) => {
                let shown = witness.context.into_iter().find(|(key, _)| key == WHO).and_then(|(_, value)| value);
                let whos = patterns.iter().map(|pattern| sample(pattern)).chain(shown);
                let mut builder = PolicySetBuilder::new();
                builder.layer(Layer { kind: LayerKind::Identity, scope: "account".into() });
                builder.policy(&policy);
                let set = builder.finish();
                let visits = whos.filter_map(|who| self.visit(&set, &who, &witness.action, &witness.resource));
                let best = visits.min_by_key(|(strength, _)| *strength);
                // The witness was judged: what is left can only be that a search for the condition was cut short.
                Some(best.map_or((Strength::Possible, None), |(strength, visit)| (strength, Some(visit))))
            }
        }
    }

    /// Every request of somebody of the patterns who is of another account.
    fn asked(&self, patterns: &[String]) -> Policy<'static> {
        let account = self.oracle.account;
        let own = [format!("{RAM}acs:ram::{account}:*"), format!("{}{account}", trust::UID)];
        let condition = serde_json::json!({ "StringLike": { WHO: patterns }, "StringNotLike": { WHO: own } });
        let (action, resource) = self.role.as_ref().map_or(("*", "*"), |role| ("sts:AssumeRole", role));
        let statement =
            serde_json::json!({ "Effect": "Allow", "Action": action, "Resource": resource, "Condition": condition });
        let text = serde_json::json!({ "Version": "1", "Statement": [statement] }).to_string();
        lower(&text, PolicyKind::Identity).policy.into_owned()
    }

    /// The request of one of them, under the condition that remains; none where it is never allowed.
    fn visit(&self, set: &PolicySet, who: &str, action: &str, resource: &str) -> Option<(Strength, Visit)> {
        let rules = self.oracle.settings.rules;
        let mut line = Context::new();
        line.set(WHO, Fact::One(who.to_owned().into()));
        let view = View { line: Some(&line), ..View::default() };
        let mut scratch = Scratch::new();
        let judgement = set.judge_all(&Request { action, resource, view }, rules, &mut scratch);
        let (condition, exact) = set.residual(view, rules, &scratch, &judgement);
        let strength = strength(&condition, exact && judgement.exact)?;
        let principal = who.split_once(' ').map_or(who, |(_, principal)| principal).to_owned();
        let (action, resource) = (action.to_owned(), resource.to_owned());
        Some((strength, Visit { principal, action, resource, condition }))
    }
}

/// Reads the ARN of the caller where it stands: in who asks. So a test on it and the principal of a statement are one fact.
fn about_caller(statement: &mut Statement<'static>, absent_negated: bool) {
    let mut more = Vec::new();
    for test in &mut statement.condition {
        let operator = test.operator.value;
        if test.key.value != "acs:PrincipalARN" || operator.family() != Family::String {
            continue;
        }
        test.key.value = WHO.into();
        for value in &mut test.values {
            value.value = format!("{RAM}{}", value.value).into();
        }
        // A service and an identity provider have no such ARN.
        if operator.is_negated() && !absent_negated {
            let at = test.operator.span;
            let values = vec![Spanned::new(format!("{RAM}*").into(), at)];
            let operator = Spanned::new(crate::policy::Operator::StringLike, at);
            more.push(Test { operator, key: Spanned::new(WHO.into(), at), values });
        }
    }
    statement.condition.extend(more);
}

/// Somebody of a pattern, of whom no statement is likely to know.
fn sample(pattern: &str) -> String {
    let named = pattern.replace("?*", "*");
    let filled = match named.strip_prefix(RAM).and_then(arn) {
        Some(parts) if parts.account.contains(['*', '?']) => {
            let relative = parts.relative.replace('*', "example");
            format!("{RAM}{}:{}:{}:{OTHER_ACCOUNT}:{relative}", parts.partition, parts.service, parts.region)
        }
        _ => named.replace('*', "example"),
    };
    filled.replace('?', "x")
}
