//! Who may do what, asked many times: principals whom the same statements bind get one answer.
//!
//! For a question about an action only statements that name it matter. Principals with the same such statements are one
//! class, and resources that the same patterns cover are one target: a thousand users and a thousand roles come down to a
//! few hundred judgements, each made by the evaluator.

use std::cell::{OnceCell, RefCell};
use std::collections::{HashMap, HashSet};
use std::rc::Rc;

use super::answer::{Answer, Ground};
use super::quick::Quick;
use super::targets;
use super::trust::Trust;
use crate::account::{Binder, Binding, Bindings, Caller, DocumentId, Principal, PrincipalKind, Situation};
use crate::evaluate::{Context, Fact, LayerKind, Request, Residual, Rules, Scratch, Supplied, View, covers_any};
use crate::inventory::Inventory;
use crate::pattern::{CellPattern, Wildcard, intersect};
use crate::policy::{Effect, Scope, Statement};

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

/// The statements of one policy that a question is about.
#[derive(Debug, Clone, Default)]
struct Relevant {
    statements: Vec<usize>,
    allows: bool,
    reads_principal: bool,
}

/// Principals whom the same statements bind.
#[derive(Debug)]
pub(super) struct Class {
    /// One of them.
    pub(super) first: usize,
    pub(super) members: Vec<usize>,
    /// No statement allows it.
    pub(super) silent: bool,
    binding: OnceCell<Rc<Binding>>,
    answers: Answers,
    /// The resource patterns of the statements that allow it, by number, sorted.
    allows: Vec<u32>,
    /// Some of these statements is about resources that no listed pattern covers.
    anywhere: bool,
}

/// By what a request carries and by the statements that match it: nothing else of a resource counts.
type Answers = RefCell<HashMap<(u32, Box<[u32]>), Rc<Answer>, Quick>>;

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

/// Everything about one action, or one pattern of actions.
#[derive(Debug)]
pub(super) struct Table {
    relevant: Vec<Relevant>,
    class_of: Vec<usize>,
    pub(super) classes: Vec<Class>,
    /// Its targets are told apart by their patterns.
    listed: bool,
    /// The classes whose Allow statements list a pattern.
    by_pattern: HashMap<u32, Vec<usize>, Quick>,
    /// The classes that allow it on what no listed pattern covers.
    anywhere: Vec<usize>,
    answers: RefCell<HashMap<Key, Rc<Answer>, Quick>>,
}

impl Table {
    pub(super) fn class_of(&self, actor: usize) -> usize {
        self.class_of.get(actor).copied().unwrap_or_default()
    }

    pub(super) fn class(&self, actor: usize) -> Option<&Class> {
        self.classes.get(self.class_of(actor))
    }

    /// Whether a statement is about the question.
    pub(super) fn wants(&self, policy: DocumentId, statement: usize) -> bool {
        self.relevant.get(policy.0).is_some_and(|relevant| relevant.statements.binary_search(&statement).is_ok())
    }

    /// The statements of a policy that are about the question.
    pub(super) fn statements(&self, policy: DocumentId) -> &[usize] {
        self.relevant.get(policy.0).map_or(&[], |relevant| &relevant.statements)
    }
}

/// The patterns of one side of a statement, ready to be matched.
#[derive(Debug)]
struct Side {
    except: bool,
    patterns: Vec<Wildcard>,
}

/// The numbers of targets, by their texts and by the patterns that cover them.
#[derive(Debug, Default)]
struct Targets {
    by_text: HashMap<Box<str>, u32, Quick>,
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
    by_name: HashMap<Principal, usize>,
    /// The actions of every statement of every policy.
    actions: Vec<Vec<Side>>,
    /// Resource patterns, each with its literal end, which tells most resources apart at once.
    patterns: Vec<(Box<str>, Wildcard)>,
    /// The numbers of these patterns.
    pattern_numbers: HashMap<Box<str>, u32, Quick>,
    /// The actions whose patterns these are; answers about others are not kept.
    listed: HashSet<String>,
    targets: RefCell<Targets>,
    tables: RefCell<HashMap<Box<str>, Rc<Table>, Quick>>,
    last: RefCell<HashMap<Box<str>, Rc<Last>, Quick>>,
    /// Numbers of the services that roles are passed to.
    services: RefCell<HashMap<Box<str>, u32>>,
    scratch: RefCell<Scratch>,
    /// The roles of the account with their ARNs; made when first asked for.
    roles: OnceCell<Vec<(usize, String)>>,
    /// The trust policies of the roles; read when first asked for.
    pub(super) trusts: OnceCell<HashMap<usize, Trust>>,
    never: Rc<Answer>,
}

fn action_side(statement: &Statement<'_>) -> Side {
    let scope = statement.action.as_ref();
    let patterns = scope.into_iter().flat_map(|scope| &scope.patterns);
    Side {
        except: scope.is_some_and(|scope| scope.except),
        patterns: patterns.map(|text| Wildcard::new(&text.value.to_ascii_lowercase())).collect(),
    }
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

impl Side {
    /// Whether it can be about an action, or about one of a pattern.
    fn meets(&self, action: &str) -> bool {
        if !is_pattern(action) {
            return self.patterns.iter().any(|pattern| pattern.matches(action)) != self.except;
        }
        self.except || self.patterns.iter().any(|pattern| intersect(&cell(pattern.as_str(), true), &cell(action, true)))
    }
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

    /// The statements about an action, which may be a pattern, and the principals by them.
    pub(super) fn table(&self, action: &str) -> Rc<Table> {
        if let Some(known) = self.tables.borrow().get(action) {
            return Rc::clone(known);
        }
        let lower = action.to_ascii_lowercase();
        let known = self.tables.borrow().get(&*lower).map(Rc::clone);
        let table = known.unwrap_or_else(|| Rc::new(self.make_table(&lower)));
        let mut tables = self.tables.borrow_mut();
        tables.insert(lower.into(), Rc::clone(&table));
        // Under the spelling of who asks too: he will ask again.
        tables.insert(action.into(), Rc::clone(&table));
        table
    }

    fn make_table(&self, action: &str) -> Table {
        let policies = self.bindings.documents.policies();
        let relevant: Vec<Relevant> = policies
            .iter()
            .zip(&self.actions)
            .map(|(named, sides)| {
                let mut relevant = Relevant::default();
                for (at, (statement, side)) in named.policy.statements.iter().zip(sides).enumerate() {
                    if side.meets(action) {
                        relevant.statements.push(at);
                        relevant.allows |=
                            statement.effect.as_ref().is_some_and(|effect| effect.value == Effect::Allow);
                        relevant.reads_principal |= statement.condition.iter().any(|test| test.key.value == PRINCIPAL);
                    }
                }
                relevant
            })
            .collect();
        let mut numbers: HashMap<(bool, Vec<&Binder<'a>>, Option<usize>), usize> = HashMap::new();
        let mut classes: Vec<Class> = Vec::new();
        let mut class_of = Vec::with_capacity(self.actors.len());
        for (at, actor) in self.actors.iter().enumerate() {
            let of = |binder: &&Binder<'a>| relevant.get(binder.policy.0).filter(|found| !found.statements.is_empty());
            let binders: Vec<&Binder<'a>> = actor.binders.iter().filter(|binder| of(binder).is_some()).collect();
            let is_identity = |kind| matches!(kind, LayerKind::Identity | LayerKind::IdentityInGroup);
            let allows =
                |binder: &&Binder<'a>| is_identity(binder.kind) && of(binder).is_some_and(|found| found.allows);
            let silent = !binders.iter().any(allows);
            let alone = !silent && binders.iter().any(|binder| of(binder).is_some_and(|found| found.reads_principal));
            // Who is allowed nothing is like everybody else who is.
            let key = if silent {
                (true, Vec::new(), None)
            } else {
                (actor.caller.is_exempt(), binders, alone.then_some(at))
            };
            let number = *numbers.entry(key).or_insert(classes.len());
            if number == classes.len() {
                let binders = actor.binders.iter().filter(|binder| !silent && is_identity(binder.kind));
                let (allows, anywhere) = self.allows(binders, &relevant);
                let (members, binding, answers) = (Vec::new(), OnceCell::new(), RefCell::default());
                classes.push(Class { first: at, members, silent, allows, anywhere, binding, answers });
            }
            if let Some(class) = classes.get_mut(number) {
                class.members.push(at);
            }
            class_of.push(number);
        }
        let listed = self.listed.contains(action);
        let mut by_pattern: HashMap<u32, Vec<usize>, Quick> = HashMap::default();
        let mut anywhere = Vec::new();
        for (number, class) in classes.iter().enumerate().filter(|(_, class)| !class.silent) {
            if class.anywhere || !listed {
                anywhere.push(number);
            }
            for pattern in &class.allows {
                by_pattern.entry(*pattern).or_default().push(number);
            }
        }
        Table { relevant, class_of, classes, listed, by_pattern, anywhere, answers: RefCell::default() }
    }

    /// The resource patterns of the Allow statements that are about the question; and whether one is about other resources.
    fn allows<'b>(&self, binders: impl Iterator<Item = &'b Binder<'b>>, relevant: &[Relevant]) -> (Vec<u32>, bool) {
        let mut allows = Vec::new();
        // A policy of the resource may allow what no identity policy does.
        let mut anywhere = !self.bindings.given.resource.is_empty();
        for binder in binders {
            let Some(named) = self.bindings.documents.policy(binder.policy) else { continue };
            let listed = relevant.get(binder.policy.0).into_iter().flat_map(|relevant| &relevant.statements);
            for statement in listed.filter_map(|at| named.policy.statements.get(*at)) {
                if statement.effect.as_ref().is_some_and(|effect| effect.value == Effect::Deny) {
                    continue;
                }
                let Some(scope) = statement.resource.as_ref().filter(|scope| !scope.except) else {
                    anywhere = true;
                    continue;
                };
                for pattern in &scope.patterns {
                    match self.pattern_numbers.get(&*pattern.value) {
                        Some(number) => allows.push(*number),
                        None => anywhere = true,
                    }
                }
            }
        }
        allows.sort_unstable();
        allows.dedup();
        (allows, anywhere)
    }

    /// The classes of a table of which some Allow statement can be about a target, in order.
    pub(super) fn classes_about(&self, table: &Table, target: u32) -> Vec<usize> {
        let covering = self.covering(target);
        let listed = covering.iter().filter_map(|pattern| table.by_pattern.get(pattern)).flatten();
        let mut classes: Vec<usize> = table.anywhere.iter().chain(listed).copied().collect();
        classes.sort_unstable();
        classes.dedup();
        classes
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
