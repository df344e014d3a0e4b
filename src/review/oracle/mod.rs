//! Who may do what, asked many times: principals whom the same statements bind get one answer.
//!
//! For a question about an action only statements that name it matter. Principals with the same such statements are one
//! class, and resources that the same patterns cover are one target: a thousand users and a thousand roles come down to a
//! few hundred judgements, each made by the evaluator.

mod table;

use std::cell::{OnceCell, RefCell};
use std::collections::{HashMap, HashSet};
use std::rc::Rc;

use rustc_hash::FxHashMap;

pub(super) use self::table::{Class, Table};
use self::table::{Side, action_side};
use super::answer::{Answer, Ground};
use super::targets;
use super::trust::Trust;
use crate::account::{Binder, Binding, Bindings, Caller, Principal, PrincipalKind, Situation};
use crate::evaluate::{Context, Fact, Request, Residual, Rules, Scratch, Supplied, View, covers_any};
use crate::inventory::Inventory;
use crate::pattern::{CellPattern, Wildcard, intersect};
use crate::policy::Scope;

/// The key that tells who calls.
const PRINCIPAL: &str = "acs:PrincipalARN";

/// On what everything is judged.
#[derive(Debug, Clone, Copy)]
pub struct Settings<'a> {
    /// The choices in force.
    pub rules: Rules,
    /// What is known of every request.
    pub context: &'a Context<'static>,
    /// Keys of which nothing else is said are absent.
    pub closed: bool,
    /// Groups and tags of resources.
    pub inventory: &'a Inventory,
}

/// A user or a role of the account.
#[derive(Debug)]
pub(super) struct Actor<'a> {
    pub(super) principal: Principal,
    pub(super) caller: Caller,
    pub(super) binders: Vec<Binder<'a>>,
}

/// What a request carries beside what the settings say.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum With<'x> {
    /// Nothing.
    Plain,
    /// It is about users, roles and policies, which are in no resource group.
    Identities,
    /// The same, and the service that a role is passed to.
    Service(&'x str),
}

/// By what a request carries and by the statements that match it: nothing else of a resource counts.
type Answers = RefCell<FxHashMap<(u32, Box<[u32]>), Rc<Answer>>>;

/// The set that was asked last about an action.
#[derive(Debug)]
struct Last {
    actor: usize,
    caller: Caller,
    situation: Situation,
    binding: Binding,
    answers: Answers,
}

/// Class, target, and what the request carries.
type Key = (u32, u32, u32);

/// Answers that are known for the same binding, and what the request carries.
type Known<'k> = (u32, &'k Answers);

/// So many answers of one table are at hand; beyond, they are found again.
const REMEMBERED: usize = 500_000;

/// The numbers of targets, by their texts and by the patterns that cover them.
#[derive(Debug, Default)]
struct Targets {
    by_text: FxHashMap<Box<str>, u32>,
    by_patterns: HashMap<Rc<[u32]>, u32>,
    /// By number, the patterns that cover it, sorted.
    covering: Vec<Rc<[u32]>>,
}

/// The account with everything that was asked.
#[derive(Debug)]
pub(super) struct Oracle<'a> {
    pub(super) bindings: &'a Bindings,
    pub(super) settings: Settings<'a>,
    pub(super) account: &'a str,
    pub(super) actors: Vec<Actor<'a>>,
    by_name: FxHashMap<Principal, usize>,
    /// The actions of every statement of every policy.
    actions: Vec<Vec<Side>>,
    /// Resource patterns, each with its literal end, which tells most resources apart at once.
    patterns: Vec<(Box<str>, Wildcard)>,
    /// The numbers of these patterns.
    pattern_numbers: HashMap<Box<str>, u32>,
    /// The actions whose patterns these are; answers about others are not kept.
    listed: HashSet<String>,
    targets: RefCell<Targets>,
    tables: RefCell<FxHashMap<Box<str>, Rc<Table>>>,
    last: RefCell<FxHashMap<Box<str>, Rc<Last>>>,
    /// Numbers of the services that roles are passed to.
    services: RefCell<HashMap<Box<str>, u32>>,
    scratch: RefCell<Scratch>,
    /// The roles of the account with their ARNs; made when first asked for.
    roles: OnceCell<Vec<(usize, String)>>,
    /// The trust policies of the roles; read when first asked for.
    pub(super) trusts: OnceCell<HashMap<usize, Trust>>,
    never: Rc<Answer>,
}

/// Whether an action, or one of a pattern, can be that of assuming a role: then who is trusted counts, beside what binds.
pub(super) fn can_assume(action: &str) -> bool {
    intersect(&cell(action, true), &cell("sts:assumerole", true))
}

/// Whether a text has wildcards.
pub(super) fn is_pattern(text: &str) -> bool {
    text.contains(['*', '?'])
}

pub(super) fn cell(text: &str, ignore_case: bool) -> CellPattern {
    CellPattern { text: text.into(), wild: true, ignore_case }
}

impl<'a> Oracle<'a> {
    /// Takes in an account; `actions` are those that will be asked about most.
    pub(super) fn new(bindings: &'a Bindings, settings: Settings<'a>, actions: &[&str]) -> Self {
        let mut actors = Vec::new();
        let mut account = "";
        if let Some(read) = &bindings.account {
            account = read.id();
            let users = read.users().map(|(name, _)| PrincipalKind::User(name.to_owned()));
            let roles = read.roles().map(|(name, _)| PrincipalKind::Role(name.to_owned()));
            for kind in users.chain(roles) {
                let principal = Principal { account: account.to_owned(), kind };
                let Ok(caller) = bindings.caller(Some(&principal)) else { continue };
                let binders = bindings.binders(&caller, &bindings.situation(&caller, "", ""));
                actors.push(Actor { principal, caller, binders });
            }
        }
        let by_name = actors.iter().zip(0..).map(|(actor, at)| (actor.principal.clone(), at)).collect();
        let policies = bindings.documents.policies();
        let sides = |named: &crate::account::NamedPolicy| named.policy.statements.iter().map(action_side).collect();
        let mut oracle = Self {
            bindings,
            settings,
            account,
            actors,
            by_name,
            actions: policies.iter().map(sides).collect(),
            patterns: Vec::new(),
            pattern_numbers: HashMap::default(),
            listed: actions.iter().map(|action| action.to_ascii_lowercase()).collect(),
            targets: RefCell::default(),
            tables: RefCell::default(),
            last: RefCell::default(),
            services: RefCell::default(),
            scratch: RefCell::default(),
            roles: OnceCell::new(),
            trusts: OnceCell::new(),
            never: Rc::new(Answer::never()),
        };
        oracle.patterns = oracle.patterns_of(actions);
        let numbers = oracle.patterns.iter().zip(0..).map(|((_, pattern), number)| (pattern.as_str().into(), number));
        oracle.pattern_numbers = numbers.collect();
        oracle
    }

    /// Every resource pattern of a statement that is about one of the actions.
    fn patterns_of(&self, actions: &[&str]) -> Vec<(Box<str>, Wildcard)> {
        let mut texts: Vec<&str> = Vec::new();
        for (named, sides) in self.bindings.documents.policies().iter().zip(&self.actions) {
            for (statement, side) in named.policy.statements.iter().zip(sides) {
                if actions.iter().any(|action| side.meets(&action.to_ascii_lowercase())) {
                    let listed = statement.resource.iter().flat_map(|scope: &Scope<'_>| &scope.patterns);
                    texts.extend(listed.map(|text| &*text.value));
                }
            }
        }
        texts.sort_unstable();
        texts.dedup();
        let end = |text: &str| text.rsplit(['*', '?', '/', ':']).next().unwrap_or_default().to_ascii_lowercase();
        texts.into_iter().map(|text| (end(text).into(), Wildcard::new(text))).collect()
    }

    /// The number of a user or role.
    pub(super) fn actor(&self, principal: &Principal) -> Option<usize> {
        self.by_name.get(principal).copied()
    }

    /// The number of a role of the account, by its name as the file spells it.
    pub(super) fn role(&self, name: &str) -> Option<usize> {
        self.actor(&Principal { account: self.account.to_owned(), kind: PrincipalKind::Role(name.to_owned()) })
    }

    /// The roles of the account by number, each with its ARN.
    pub(super) fn role_arns(&self) -> &[(usize, String)] {
        self.roles.get_or_init(|| {
            let roles = self.bindings.account.iter().flat_map(crate::account::Account::roles);
            roles.filter_map(|(name, _)| Some((self.role(name)?, targets::role(self.account, name)))).collect()
        })
    }

    /// The patterns that cover a target.
    fn covering(&self, target: u32) -> Rc<[u32]> {
        let targets = self.targets.borrow();
        targets.covering.get(target as usize).map_or_else(|| Rc::from([]), Rc::clone)
    }

    /// A number for the resource: the same for resources that the same patterns cover.
    pub(super) fn target(&self, resource: &str) -> u32 {
        if let Some(known) = self.targets.borrow().by_text.get(resource) {
            return *known;
        }
        let lower = resource.to_ascii_lowercase();
        let covering = self.patterns.iter().zip(0u32..).filter(|((end, pattern), _)| {
            lower.ends_with(&**end) && covers_any(std::slice::from_ref(pattern), resource, self.settings.rules)
        });
        let covering: Rc<[u32]> = covering.map(|(_, number)| number).collect();
        let mut targets = self.targets.borrow_mut();
        let next = u32::try_from(targets.by_patterns.len()).unwrap_or(u32::MAX);
        let number = *targets.by_patterns.entry(Rc::clone(&covering)).or_insert(next);
        if number == next {
            targets.covering.push(covering);
        }
        targets.by_text.insert(resource.into(), number);
        number
    }

    /// The set that binds a class, of the statements about the question only.
    fn binding(&self, table: &Table, class: &Class) -> Option<Rc<Binding>> {
        let caller = &self.actors.get(class.first)?.caller;
        let make = || {
            let situation = self.bindings.situation(caller, "", "");
            Rc::new(self.bindings.bind_where(caller, &situation, &|policy, at| table.wants(policy, at)))
        };
        Some(Rc::clone(class.binding.get_or_init(make)))
    }

    /// Whether somebody may do something to a user, a role or a policy: one answer for all alike.
    pub(super) fn ask(&self, actor: usize, action: &str, resource: &str, with: With<'_>) -> Rc<Answer> {
        let table = self.table(action);
        self.ask_in(&table, table.class_of(actor), action, resource, with)
    }

    /// The same for a class of a table.
    pub(super) fn ask_in(
        &self,
        table: &Table,
        class: usize,
        action: &str,
        resource: &str,
        with: With<'_>,
    ) -> Rc<Answer> {
        let Some(found) = table.classes.get(class).filter(|class| !class.silent) else { return Rc::clone(&self.never) };
        let word = self.word(with);
        let short = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
        let key: Option<Key> = table.listed.then(|| (short(class), self.target(resource), word));
        if let Some((_, target, _)) = key.filter(|_| !found.anywhere) {
            let covering = self.covering(target);
            if !covering.iter().any(|pattern| found.allows.binary_search(pattern).is_ok()) {
                return Rc::clone(&self.never);
            }
        }
        if let Some(known) = key.as_ref().and_then(|key| table.answers.borrow().get(key).map(Rc::clone)) {
            return known;
        }
        let Some(binding) = self.binding(table, found) else { return Rc::clone(&self.never) };
        let known = table.listed.then_some((word, &found.answers));
        let answer = self.judge(&binding, found.first, action, resource, with, known);
        if let Some(key) = key {
            let mut answers = table.answers.borrow_mut();
            if answers.len() >= REMEMBERED {
                answers.clear();
            }
            answers.insert(key, Rc::clone(&answer));
        }
        answer
    }

    /// A number for what a request carries.
    fn word(&self, with: With<'_>) -> u32 {
        match with {
            With::Plain => 0,
            With::Identities => 1,
            With::Service(service) => {
                if let Some(known) = self.services.borrow().get(service) {
                    return *known;
                }
                let mut services = self.services.borrow_mut();
                let next = u32::try_from(services.len() + 2).unwrap_or(u32::MAX);
                *services.entry(service.into()).or_insert(next)
            }
        }
    }

    /// Whether somebody may make a request, by whatever binds him in its situation: nothing is shared.
    pub(super) fn ask_whole(&self, actor: usize, action: &str, resource: &str, with: With<'_>) -> Rc<Answer> {
        let Some(actor_of) = self.actors.get(actor) else { return Rc::clone(&self.never) };
        self.ask_caller(&actor_of.caller, actor, action, resource, with)
    }

    /// The same for a caller who is not quite himself: in one more group, or free of control policies.
    pub(super) fn ask_caller(
        &self,
        caller: &Caller,
        actor: usize,
        action: &str,
        resource: &str,
        with: With<'_>,
    ) -> Rc<Answer> {
        let situation = self.bindings.situation(caller, action, resource);
        let is_last = |last: &&Rc<Last>| (last.actor, &last.situation, &last.caller) == (actor, &situation, caller);
        let last = self.last.borrow().get(action).filter(is_last).map(Rc::clone);
        let last = last.unwrap_or_else(|| {
            let table = self.table(action);
            let binding = self.bindings.bind_where(caller, &situation, &|policy, at| table.wants(policy, at));
            let caller = caller.clone();
            let last = Rc::new(Last { actor, caller, situation, binding, answers: RefCell::default() });
            self.last.borrow_mut().insert(action.into(), Rc::clone(&last));
            last
        });
        // A resource can have facts of its own.
        let shared = with != With::Plain || self.settings.inventory.is_empty();
        let known = shared.then(|| (self.word(with), &last.answers));
        self.judge(&last.binding, actor, action, resource, with, known)
    }

    /// Whether a resource can be asked about by class: its facts and its own policies are the same for all alike.
    pub(super) fn is_shared(&self, actor: usize, action: &str, resource: &str) -> bool {
        let Some(actor) = self.actors.get(actor) else { return false };
        let situation = self.bindings.situation(&actor.caller, action, resource);
        self.bindings.given.resource.is_empty()
            && situation == self.bindings.situation(&actor.caller, "", "")
            && self.settings.inventory.is_empty()
    }

    fn judge(
        &self,
        binding: &Binding,
        actor: usize,
        action: &str,
        resource: &str,
        with: With<'_>,
        known: Option<Known<'_>>,
    ) -> Rc<Answer> {
        let mut supplied = Supplied::default();
        if let Some(actor) = self.actors.get(actor) {
            actor.principal.supply(&mut supplied.context);
        }
        self.settings.inventory.supply(&mut supplied, resource, Some(self.account));
        let mut line = Context::new();
        match with {
            With::Plain => {}
            With::Identities => line.set("acs:ResourceGroupId", Fact::Absent),
            With::Service(service) => {
                line.set("acs:ResourceGroupId", Fact::Absent);
                line.set("acs:Service", Fact::One(service.into()));
            }
        }
        let view = View {
            line: Some(&line),
            command: Some(self.settings.context),
            supplied: Some(&supplied),
            closed: self.settings.closed,
        };
        let request = Request { action, resource, view };
        let (rules, mut scratch) = (self.settings.rules, self.scratch.borrow_mut());
        let heard = binding.set().hear_all(&request, rules, &mut scratch);
        if !heard.possible.contains(crate::evaluate::Decision::Allow) {
            return Rc::clone(&self.never);
        }
        let key = known.map(|(word, answers)| ((word, scratch.heard()), answers));
        if let Some(answer) = key.as_ref().and_then(|(key, answers)| answers.borrow().get(key).map(Rc::clone)) {
            return answer;
        }
        let (judgement, explanation) = binding.set().explain_heard(view, rules, &scratch, heard);
        let (condition, exact) = binding.set().residual(view, rules, &scratch, &judgement);
        let grounds = explanation.decided_by.iter().filter_map(|deciding| self.ground(binding, *deciding)).collect();
        let undecided = condition == Residual::Never && !exact;
        let answer = Answer {
            possible: explanation.possible,
            condition,
            exact: exact && explanation.exact && !undecided,
            grounds,
            depends_on: explanation.depends_on,
        };
        // A request that is never allowed looks the same whatever it hangs on.
        let answer = if answer.strength().is_none() { Rc::clone(&self.never) } else { Rc::new(answer) };
        if let Some((key, answers)) = key {
            answers.borrow_mut().insert(key, Rc::clone(&answer));
        }
        answer
    }

    /// A deciding statement; none for what stands for something unknown.
    fn ground(&self, binding: &Binding, deciding: crate::evaluate::Deciding) -> Option<Ground> {
        let statement = binding.set().statement(deciding.statement)?;
        let (_, policy) = self.bindings.shown(binding, statement.policy)?;
        Some(Ground {
            policy,
            statement: statement.index,
            layer: statement.layer.kind,
            scope: statement.layer.scope.clone(),
            effect: statement.effect,
            certain: deciding.certain,
        })
    }
}
