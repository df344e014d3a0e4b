//! Whether somebody may do some action of a pattern on some resource of a pattern, with a request that shows it.
//!
//! Requests that the granting statements suggest are put to the evaluator first. Where none of them is allowed, the
//! question is decided over all requests by [`crate::analyze`], so that "nobody" is a proof.

use std::rc::Rc;

use super::answer::{Answer, Strength};
use super::oracle::{Oracle, Table, With, cell, is_pattern};
use super::targets;
use crate::account::Binder;
use crate::analyze::natural::resource::candidates;
use crate::analyze::{Options, Side, Witnesses, overlap};
use crate::catalog::Catalog;
use crate::evaluate::{LayerKind, Residual, ResidualTest, Supplied, View};
use crate::pattern::{action_name, arn, intersect, matches, matches_ignore_case};
use crate::policy::{Effect, Policy, PolicyKind, Scope, Statement, Test, lower};

/// What somebody may do of a pattern.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Example {
    /// The action.
    pub action: String,
    /// The resource.
    pub resource: String,
    /// Under which condition that request is allowed, and by what.
    pub answer: Rc<Answer>,
}

/// The answer to such a question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Found {
    /// A request of the pattern is allowed.
    Some(Example),
    /// None is.
    None,
    /// The budget ran out.
    Undecided,
}

/// Stands for any other account.
const OTHER_ACCOUNT: &str = "9999999999999999";

/// So many requests are tried before all of them are reasoned about.
const TRIES: usize = 32;

impl Oracle<'_> {
    /// Whether the class of an actor may do something of the patterns.
    pub(super) fn some(
        &self,
        actor: usize,
        action: &str,
        resource: &str,
        catalog: &Catalog,
        options: Options,
    ) -> Found {
        let table = self.table(action);
        if table.class(actor).is_none_or(|class| class.silent) {
            return Found::None;
        }
        let mut best: Option<Example> = None;
        let granting = self.granting(actor, &table);
        let assumes = action.eq_ignore_ascii_case("sts:AssumeRole");
        let requests: Box<dyn Iterator<Item = (String, String)>> = if assumes {
            Box::new(self.assumptions_of_roles(actor, action, resource, &granting))
        } else {
            Box::new(suggestions(&granting, action, resource, self.account, catalog).into_iter())
        };
        for (action, resource) in requests {
            let answer = self.ask_whole(actor, &action, &resource, With::Plain);
            let Some(strength) = answer.strength() else { continue };
            let is_better = best.as_ref().and_then(|best| best.answer.strength()).is_none_or(|known| strength < known);
            if is_better {
                best = Some(Example { action, resource, answer });
            }
            if strength == Strength::Certain {
                break;
            }
        }
        if let Some(example) = best {
            return Found::Some(example);
        }
        if assumes {
            return Found::None;
        }
        let meets = |statement: &&Statement<'static>| {
            statement.resource.as_ref().is_none_or(|scope| scope.except || can_meet(scope, resource))
        };
        if !granting.iter().any(meets) {
            return Found::None;
        }
        self.prove(actor, action, resource, &table, options)
    }

    /// The roles that an actor may be able to assume: those of the account that can trust it and that its own policies let it
    /// assume; then roles of other accounts, of which nobody knows whom they trust.
    fn assumptions_of_roles(
        &self,
        actor: usize,
        action: &str,
        resource: &str,
        granting: &[&Statement<'static>],
    ) -> impl Iterator<Item = (String, String)> {
        let may_be_trusted = move |role: usize| {
            let trust = self.trusts().get(&role);
            trust.is_none_or(|trust| trust.named.as_ref().is_none_or(|named| named.contains(&actor)))
        };
        let own = self.role_arns().iter().filter(move |(role, arn)| {
            may_be_trusted(*role)
                && matches(resource, arn)
                && self.ask(actor, action, arn, With::Plain).strength().is_some()
        });
        let patterns = granting.iter().filter_map(|statement| statement.resource.as_ref());
        let patterns = patterns.filter(|scope| !scope.except).flat_map(|scope| &scope.patterns);
        let patterns: Vec<String> = patterns.map(|pattern| pattern.value.to_string()).collect();
        // Looked for only when no role of the account is sure.
        let foreign = std::iter::once_with(move || {
            let patterns: Vec<&str> = patterns.iter().map(String::as_str).collect();
            let mut foreign = candidates(&patterns, action, self.account);
            foreign.push(targets::role(OTHER_ACCOUNT, "example1"));
            let is_foreign = |text: &String| {
                let parts = arn(text).filter(|parts| parts.service == "ram" && parts.relative.starts_with("role/"));
                let number = parts.map(|parts| parts.account).unwrap_or_default();
                number != self.account && !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit())
            };
            foreign.retain(|text| is_foreign(text) && matches(resource, text));
            foreign.truncate(TRIES);
            foreign
        });
        let arns = own.map(|(_, arn)| arn.clone()).chain(foreign.flatten());
        arns.map(|arn| (action.to_owned(), arn))
    }

    /// The Allow statements of an actor's identity policies that are about the question.
    fn granting(&self, actor: usize, table: &Table) -> Vec<&Statement<'static>> {
        let binders = self.actors.get(actor).map(|actor| actor.binders.as_slice()).unwrap_or_default();
        let mut all = Vec::new();
        for binder in binders.iter().filter(|binder| is_identity(binder.kind)) {
            let Some(named) = self.bindings.documents.policy(binder.policy) else { continue };
            let listed = table.statements(binder.policy).iter().filter_map(|at| named.policy.statements.get(*at));
            all.extend(listed.filter(|s| s.effect.as_ref().is_some_and(|effect| effect.value == Effect::Allow)));
        }
        all
    }

    /// Decides it over all requests: what the account level allows, and what the resource-group level adds.
    fn prove(&self, actor: usize, action: &str, resource: &str, table: &Table, options: Options) -> Found {
        let Some(of) = self.actors.get(actor) else { return Found::None };
        let mut wanted = vec![serde_json::json!({ "Effect": "Allow", "Action": action, "Resource": resource })];
        // `*` matches colons too, so `..:instance/*` and `..:securitygroup/x*` share odd texts: no id of a resource has one.
        if resource.matches(':').count() < 5 {
            wanted.push(serde_json::json!({ "Effect": "Deny", "Action": "*", "Resource": "*:*:*:*:*:*" }));
        }
        let wanted = serde_json::json!({ "Version": "1", "Statement": wanted }).to_string();
        let pattern = lower(&wanted, PolicyKind::Identity).policy;
        let pattern = Side::new([&pattern]);
        let mut undecided = false;
        let all_levels = self.levels(actor);
        for in_group in [false, true] {
            if in_group && !of.binders.iter().any(|binder| binder.kind == LayerKind::IdentityInGroup) {
                continue;
            }
            let of_layer = |layer: usize| -> Vec<Policy<'static>> {
                let binders = of.binders.iter().filter(|b| b.kind == LayerKind::Control && b.layer == layer);
                binders.filter_map(|binder| self.specialised(actor, binder, table, |_| true)).collect()
            };
            let control: Vec<Vec<Policy<'static>>> = (0..all_levels).map(of_layer).collect();
            let identity: Vec<Policy<'static>> = of
                .binders
                .iter()
                .filter(|binder| is_identity(binder.kind) && (in_group || binder.kind == LayerKind::Identity))
                .filter_map(|binder| {
                    // An Allow of the account level was looked at in the first round.
                    let denies_only = in_group && binder.kind == LayerKind::Identity;
                    self.specialised(actor, binder, table, |effect| !denies_only || effect == Effect::Deny)
                })
                .collect();
            let side = Side::under(control.iter().map(|level| level.iter()), &identity);
            let witnesses: Witnesses = overlap(&pattern, &side, Options { limit: 1, ..options });
            match (witnesses.any(), witnesses.found.first()) {
                (Some(false), _) => {}
                (_, Some(witness)) => {
                    let answer = self.ask_whole(actor, &witness.action, &witness.resource, With::Plain);
                    if answer.strength().is_some() {
                        let (action, resource) = (witness.action.clone(), witness.resource.clone());
                        return Found::Some(Example { action, resource, answer });
                    }
                    undecided = true;
                }
                (_, None) => undecided = true,
            }
        }
        if undecided { Found::Undecided } else { Found::None }
    }

    /// The number of control levels that bind an actor.
    fn levels(&self, actor: usize) -> usize {
        let Some(of) = self.actors.get(actor).filter(|actor| !actor.caller.is_exempt()) else { return 0 };
        let before = of.binders.iter().find(|binder| binder.kind == LayerKind::Identity).map(|binder| binder.layer);
        let group = || of.binders.iter().find(|b| b.kind == LayerKind::IdentityInGroup).map(|b| b.layer - 1);
        before.or_else(group).unwrap_or_default()
    }

    /// A policy as it binds an actor: its statements about the question, without the tests that what is known settles.
    fn specialised(
        &self,
        actor: usize,
        binder: &Binder<'_>,
        table: &Table,
        wanted: impl Fn(Effect) -> bool,
    ) -> Option<Policy<'static>> {
        let named = self.bindings.documents.policy(binder.policy)?;
        let mut supplied = Supplied::default();
        if let Some(actor) = self.actors.get(actor) {
            actor.principal.supply(&mut supplied.context);
        }
        let view = View {
            line: None,
            command: Some(self.settings.context),
            supplied: Some(&supplied),
            closed: self.settings.closed,
        };
        let mut statements = Vec::new();
        for at in table.statements(binder.policy) {
            let Some(statement) = named.policy.statements.get(*at) else { continue };
            if !statement.effect.as_ref().is_some_and(|effect| wanted(effect.value)) {
                continue;
            }
            let mut kept = statement.clone();
            let mut never = false;
            kept.condition.retain(|test| match self.settled(test, view) {
                Some(met) => {
                    never |= !met;
                    false
                }
                None => true,
            });
            kept.condition.extend(group_test(binder, statement));
            if !never {
                statements.push(kept);
            }
        }
        Some(Policy { kind: named.policy.kind, span: named.policy.span, statements })
    }

    /// Whether a test is met, where what is known says so.
    pub(super) fn settled(&self, test: &Test<'_>, view: View<'_>) -> Option<bool> {
        let residual = ResidualTest {
            operator: test.operator.value,
            key: (&*test.key.value).into(),
            values: test.values.iter().map(|value| (&*value.value).into()).collect(),
            met: true,
            absent: false,
        };
        Residual::Test(residual).holds(view, self.settings.rules)
    }
}

fn is_identity(kind: LayerKind) -> bool {
    matches!(kind, LayerKind::Identity | LayerKind::IdentityInGroup)
}

/// The test that a grant at resource-group level adds.
pub(super) fn group_test(binder: &Binder<'_>, statement: &Statement<'static>) -> Option<Test<'static>> {
    use crate::text::Spanned;
    let at = statement.span;
    let text = |text: &str| Spanned::new(std::borrow::Cow::Owned(text.to_owned()), at);
    (!binder.groups.is_empty()).then(|| Test {
        operator: Spanned::new(crate::policy::Operator::StringEquals, at),
        key: text("acs:ResourceGroupId"),
        values: binder.groups.iter().map(|group| text(group)).collect(),
    })
}

fn can_meet(scope: &Scope<'_>, resource: &str) -> bool {
    scope.patterns.iter().any(|pattern| intersect(&cell(&pattern.value, true), &cell(resource, true)))
}

/// Requests of the patterns that the statements may allow, the plainest first.
fn suggestions(
    granting: &[&Statement<'static>],
    action: &str,
    resource: &str,
    account: &str,
    catalog: &Catalog,
) -> Vec<(String, String)> {
    let mut all: Vec<(String, String)> = Vec::new();
    for statement in granting {
        let Some(scope) = &statement.action else { continue };
        let named = if is_pattern(action) { example_action(scope, action, catalog) } else { Some(action.to_owned()) };
        let Some(named) = named else { continue };
        let mut resources: Vec<String> = Vec::new();
        if is_pattern(resource) {
            let listed = statement.resource.iter().filter(|scope| !scope.except).flat_map(|scope| &scope.patterns);
            let patterns: Vec<&str> = std::iter::once(resource).chain(listed.map(|pattern| &*pattern.value)).collect();
            resources = candidates(&patterns, &named, account);
            resources.retain(|text| matches(resource, text));
        } else {
            resources.push(resource.to_owned());
        }
        for resource in resources {
            let request = (named.clone(), resource);
            if !all.contains(&request) {
                all.push(request);
            }
            if all.len() >= TRIES {
                return all;
            }
        }
    }
    all
}

/// An action that pattern and statement both cover: of the catalog where there is one.
fn example_action(scope: &Scope<'_>, action: &str, catalog: &Catalog) -> Option<String> {
    let covers =
        |name: &str| scope.patterns.iter().any(|pattern| matches_ignore_case(&pattern.value, name)) != scope.except;
    let narrow = scope.patterns.iter().filter(|_| !scope.except).map(|pattern| &*pattern.value);
    for glob in narrow.chain([action]).filter(|glob| *glob != "*").chain([action]) {
        let known = catalog.actions_covered(glob);
        let fits = known.iter().find(|known| matches_ignore_case(action, known.name) && covers(known.name));
        if let Some(known) = fits {
            return Some(known.name.to_string());
        }
    }
    let spelled = |glob: &str| glob.replace('*', "Any").replace('?', "x");
    let made = scope.patterns.iter().map(|pattern| spelled(&pattern.value)).chain([spelled(action)]);
    made.map(|name| if name.contains(':') { name } else { format!("any:{name}") })
        .find(|name| action_name(name).is_some() && matches_ignore_case(action, name) && covers(name))
}
