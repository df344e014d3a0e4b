//! The search from the administrators backwards.
//!
//! Three rounds, each with what the rounds before have found: steps that need no condition, then steps under conditions,
//! then steps that hang on a fact that was not given. In a round those who are nearest to an administrator come first.

use std::collections::{HashMap, HashSet};

use super::ways::{
    Asking, COMMANDS, CREDENTIALS, FACTORS, KEYS, NEW_PROVIDERS, OTHERS, PROVIDERS, REMOVALS, Ways, relative,
};
use super::{Call, Escalation, Gain, Step, Way};
use crate::account::{Account, PrincipalKind};
use crate::analyze::Options;
use crate::catalog::Catalog;
use crate::review::administrator::Administrator;
use crate::review::answer::Strength;
use crate::review::oracle::{Oracle, With};
use crate::review::targets;
use crate::review::trust::{Trust, provider};

/// Every action that a step can call, on users, groups, roles and policies.
pub(in crate::review) fn actions() -> Vec<&'static str> {
    let lists = [&OTHERS[..], &CREDENTIALS, &PROVIDERS, &NEW_PROVIDERS, &KEYS, &REMOVALS];
    lists.into_iter().flatten().copied().chain(FACTORS.iter().map(|(action, _)| *action)).collect()
}

/// How somebody becomes administrator: his own steps, and who he is then.
#[derive(Debug, Clone)]
struct Reached {
    distance: usize,
    steps: Vec<Step>,
    next: Option<usize>,
}

/// One resource for each set of users, groups, roles or policies that the same patterns cover.
#[derive(Debug, Default)]
pub(super) struct Universe {
    pub(super) users: Vec<String>,
    pub(super) groups: Vec<String>,
    pub(super) roles: Vec<String>,
    pub(super) policies: Vec<String>,
}

/// The search with what it has found.
pub(super) struct Search<'o, 'a> {
    pub(super) oracle: &'o Oracle<'a>,
    catalog: &'o Catalog,
    administrators: HashMap<usize, Strength>,
    trusts: &'o HashMap<usize, Trust>,
    pub(super) universe: Universe,
    reached: Vec<Option<Reached>>,
    pub(super) by_distance: Vec<Vec<usize>>,
    /// Questions of this round that were put to everybody already.
    done: HashSet<(String, usize, u32)>,
    pub(super) runs: HashMap<(&'static str, usize), Option<Call>>,
    pub(super) any: HashMap<(&'static str, usize), bool>,
}

/// All paths, by who walks them; and whether no budget ran out.
pub(in crate::review) fn search(
    oracle: &Oracle<'_>,
    catalog: &Catalog,
    options: Options,
    administrators: &[(usize, Administrator)],
) -> (Vec<Escalation>, bool) {
    let mut search = Search {
        oracle,
        catalog,
        administrators: administrators.iter().map(|(at, administrator)| (*at, administrator.strength)).collect(),
        trusts: oracle.trusts(),
        universe: universe(oracle),
        reached: vec![None; oracle.actors.len()],
        by_distance: Vec::new(),
        done: HashSet::new(),
        runs: HashMap::new(),
        any: HashMap::new(),
    };
    let mut complete = true;
    for most in [Strength::Certain, Strength::Conditional, Strength::Possible] {
        let ways = Ways { oracle, catalog, options, most, undecided: std::cell::Cell::new(false) };
        search.round(&ways);
        complete &= !ways.undecided.get();
    }
    let found = (0..oracle.actors.len()).filter_map(|at| search.path(at)).collect();
    (found, complete)
}

fn universe(oracle: &Oracle<'_>) -> Universe {
    let Some(read) = &oracle.bindings.account else { return Universe::default() };
    let account = oracle.account;
    let distinct = |resources: &mut dyn Iterator<Item = String>| -> Vec<String> {
        let mut seen = HashSet::new();
        resources.filter(|resource| seen.insert(oracle.target(resource))).collect()
    };
    let policies = oracle.bindings.documents.policies();
    Universe {
        users: distinct(&mut read.users().map(|(name, _)| targets::user(account, name))),
        groups: distinct(&mut read.groups().map(|(name, _)| targets::group(account, name))),
        roles: distinct(&mut read.roles().map(|(name, _)| targets::role(account, name))),
        policies: distinct(&mut policies.iter().map(|named| targets::policy(account, &named.name))),
    }
}

impl<'a> Search<'_, 'a> {
    pub(super) fn account(&self) -> Option<&'a Account> {
        self.oracle.bindings.account.as_ref()
    }

    pub(super) fn is_open(&self, actor: usize, most: Strength) -> bool {
        let reached = self.reached.get(actor).is_none_or(Option::is_some);
        !reached && self.administrators.get(&actor).is_none_or(|strength| *strength > most)
    }

    /// Those who are still to be found, in order.
    pub(super) fn open(&self, most: Strength) -> Vec<usize> {
        (0..self.oracle.actors.len()).filter(|actor| self.is_open(*actor, most)).collect()
    }

    fn place(&mut self, actor: usize, distance: usize) {
        if self.by_distance.len() <= distance {
            self.by_distance.resize(distance + 1, Vec::new());
        }
        if let Some(list) = self.by_distance.get_mut(distance) {
            list.push(actor);
        }
    }

    /// Takes down how somebody gets on, if nothing nearer is known.
    pub(super) fn assign(&mut self, actor: usize, before: usize, steps: Vec<Step>, next: Option<usize>) {
        let distance = before + steps.len();
        if let Some(slot) = self.reached.get_mut(actor).filter(|slot| slot.is_none()) {
            *slot = Some(Reached { distance, steps, next });
            self.place(actor, distance);
        }
    }

    fn round(&mut self, ways: &Ways<'_, 'a>) {
        self.done.clear();
        self.runs.clear();
        self.any.clear();
        self.by_distance.clear();
        for actor in 0..self.oracle.actors.len() {
            let known = self.reached.get(actor).and_then(|reached| reached.as_ref()).map(|reached| reached.distance);
            let is_administrator = self.administrators.get(&actor).is_some_and(|strength| *strength <= ways.most);
            match known {
                _ if is_administrator => self.place(actor, 0),
                Some(distance) => self.place(actor, distance),
                None => {}
            }
        }
        for actor in self.open(ways.most) {
            let who = Asking { actor, caller: None };
            let Some(principal) = ways.principal(actor) else { continue };
            if let Some(step) = ways.boost(who, principal) {
                self.assign(actor, 0, vec![step], None);
            }
        }
        self.join_administrators(ways);
        self.spread_all(ways);
        while self.join_others(ways) | self.lift_guards(ways) {
            self.spread_all(ways);
        }
    }

    fn spread_all(&mut self, ways: &Ways<'_, 'a>) {
        let mut distance = 0;
        while distance < self.by_distance.len().max(2) {
            let gained = self.by_distance.get(distance).cloned().unwrap_or_default();
            for actor in &gained {
                self.one_step(ways, *actor, distance);
            }
            if distance == 1 {
                self.help_others(ways);
            }
            for actor in &gained {
                self.more_steps(ways, *actor, distance);
            }
            distance += 1;
        }
    }

    /// Whoever may call an action on a resource takes a step that ends with the rights of `next`.
    fn spread(&mut self, ways: &Ways<'_, 'a>, action: &str, resource: &str, next: usize, distance: usize, way: Way) {
        self.spread_if(ways, (action, resource), next, distance, way, None);
    }

    /// The same for a step that needs a fact which is not given.
    fn spread_if(
        &mut self,
        ways: &Ways<'_, 'a>,
        (action, resource): (&str, &str),
        next: usize,
        distance: usize,
        way: Way,
        needs: Option<&str>,
    ) {
        if needs.is_some() && ways.most < Strength::Possible {
            return;
        }
        if !self.done.insert((action.to_owned(), 0, self.oracle.target(resource))) {
            return;
        }
        let table = self.oracle.table(action);
        for number in self.oracle.classes_about(&table, self.oracle.target(resource)) {
            let Some(class) = table.classes.get(number) else { continue };
            if !class.members.iter().any(|actor| self.is_open(*actor, ways.most)) {
                continue;
            }
            let answer = self.oracle.ask_in(&table, number, action, resource, With::Identities);
            let Some(call) = ways.taken(action, resource, With::Identities, answer) else { continue };
            for actor in class.members.iter().filter(|actor| **actor != next) {
                if self.is_open(*actor, ways.most) {
                    let mut step = self.to(ways, *actor, next, way, vec![call.clone()]);
                    if let Some(step) = &mut step {
                        step.needs = needs.map(str::to_owned);
                    }
                    self.assign(*actor, distance, step.into_iter().collect(), Some(next));
                }
            }
        }
    }

    /// Whoever may take the second factor off a user, or turn an old key on, and has the rest already.
    fn weaken(&mut self, ways: &Ways<'_, 'a>, name: &str, next: usize, distance: usize) {
        let account = self.oracle.account;
        let key = format!("a disabled access key of user/{name} is at hand");
        for action in KEYS {
            let resource = targets::user(account, name);
            self.spread_if(ways, (action, &resource), next, distance, Way::Credentials, Some(&key));
        }
        let password = format!("the password of user/{name} is known");
        for (action, about) in FACTORS {
            let resource = targets::of_account(account, &about.replace("{user}", name));
            self.spread_if(ways, (action, &resource), next, distance, Way::Mfa, Some(&password));
        }
    }

    fn to(&self, ways: &Ways<'_, 'a>, actor: usize, next: usize, way: Way, calls: Vec<Call>) -> Option<Step> {
        let principal = self.oracle.actors.get(next)?.principal.clone();
        let who = Asking { actor, caller: None };
        ways.make(who, way, relative(&principal), Gain::Identity(principal), calls)
    }

    fn role_name(&self, actor: usize) -> Option<(String, &'a str)> {
        match &self.oracle.actors.get(actor)?.principal.kind {
            PrincipalKind::Role(name) => {
                let name = self.account()?.role(name)?.0;
                Some((targets::role(self.oracle.account, name), name))
            }
            PrincipalKind::User(_) | PrincipalKind::Root => None,
        }
    }

    /// Everybody who is one step away from somebody.
    fn one_step(&mut self, ways: &Ways<'_, 'a>, next: usize, distance: usize) {
        let Some((resource, _)) = self.role_name(next) else {
            let Some(PrincipalKind::User(name)) = self.oracle.actors.get(next).map(|actor| &actor.principal.kind)
            else {
                return;
            };
            let resource = targets::user(self.oracle.account, name);
            for action in CREDENTIALS {
                self.spread(ways, action, &resource, next, distance, Way::Credentials);
            }
            if ways.most == Strength::Possible {
                let name = name.clone();
                self.weaken(ways, &name, next, distance);
            }
            return;
        };
        self.assume(ways, &resource, next, distance);
        self.pass(ways, &resource, next, distance);
        let providers = self.trusts.get(&next).map(|trust| trust.providers.clone()).unwrap_or_default();
        for relative in providers {
            let kind = if relative.starts_with("oidc") { "OIDC" } else { "SAML" };
            let resource = provider(self.oracle.account, &relative);
            for action in PROVIDERS.iter().filter(|action| action.contains(kind)) {
                self.spread(ways, action, &resource, next, distance, Way::Federation);
            }
            let needs = format!("there is no {relative} yet");
            for action in NEW_PROVIDERS.iter().filter(|action| action.contains(kind)) {
                self.spread_if(ways, (action, &resource), next, distance, Way::Federation, Some(&needs));
            }
        }
    }

    fn assume(&mut self, ways: &Ways<'_, 'a>, resource: &str, next: usize, distance: usize) {
        let Some(trust) = self.trusts.get(&next) else { return };
        if trust.unknown && ways.most < Strength::Possible {
            return;
        }
        let (alike, content) = (trust.alike, trust.content);
        let candidates = match &trust.named {
            Some(named) => named.clone(),
            None if alike
                && !self.done.insert(("sts:AssumeRole".to_owned(), content + 1, self.oracle.target(resource))) =>
            {
                return;
            }
            None => {
                let table = self.oracle.table("sts:AssumeRole");
                let mut candidates = Vec::new();
                for number in self.oracle.classes_about(&table, self.oracle.target(resource)) {
                    let Some(class) = table.classes.get(number) else { continue };
                    let open: Vec<usize> =
                        class.members.iter().copied().filter(|actor| self.is_open(*actor, ways.most)).collect();
                    let Some(first) = open.first() else { continue };
                    // Without the role's side first: most who may not assume it fail there.
                    let own = self.oracle.ask_in(&table, number, "sts:AssumeRole", resource, With::Identities);
                    if own.strength().is_none_or(|strength| strength > ways.most) {
                        continue;
                    }
                    if !alike {
                        candidates.extend(open);
                        continue;
                    }
                    let answer = self.oracle.ask_whole(*first, "sts:AssumeRole", resource, With::Identities);
                    let Some(call) = ways.taken("sts:AssumeRole", resource, With::Identities, answer) else { continue };
                    for actor in open {
                        let step = self.to(ways, actor, next, Way::Assume, vec![call.clone()]);
                        self.assign(actor, distance, step.into_iter().collect(), Some(next));
                    }
                }
                candidates
            }
        };
        for actor in candidates {
            if actor == next || !self.is_open(actor, ways.most) {
                continue;
            }
            let answer = self.oracle.ask_whole(actor, "sts:AssumeRole", resource, With::Identities);
            if let Some(call) = ways.taken("sts:AssumeRole", resource, With::Identities, answer) {
                let step = self.to(ways, actor, next, Way::Assume, vec![call]);
                self.assign(actor, distance, step.into_iter().collect(), Some(next));
            }
        }
    }

    /// A role that is passed to a service which it trusts.
    fn pass(&mut self, ways: &Ways<'_, 'a>, resource: &str, next: usize, distance: usize) {
        let services = self.trusts.get(&next).map(|trust| trust.services.clone()).unwrap_or_default();
        for service in services.iter().filter(|service| service.plain || ways.most == Strength::Possible) {
            let key =
                (format!("ram:PassRole {}", service.name), usize::from(service.plain), self.oracle.target(resource));
            if !self.done.insert(key) {
                continue;
            }
            let table = self.oracle.table("ram:PassRole");
            let with = With::Service(&service.name);
            for number in self.oracle.classes_about(&table, self.oracle.target(resource)) {
                let Some(class) = table.classes.get(number) else { continue };
                let answer = self.oracle.ask_in(&table, number, "ram:PassRole", resource, with);
                let Some(pass) = ways.taken("ram:PassRole", resource, with, answer) else { continue };
                for actor in class.members.iter().copied() {
                    if actor == next || !self.is_open(actor, ways.most) {
                        continue;
                    }
                    let Some(run) = self.run(ways, actor, &service.name) else { continue };
                    let mut step = self.to(ways, actor, next, Way::PassRole, vec![pass.clone(), run]);
                    if let Some(step) = step.as_mut().filter(|_| !service.plain) {
                        step.needs = Some(format!("the trust policy lets {} assume the role", service.name));
                    }
                    self.assign(actor, distance, step.into_iter().collect(), Some(next));
                }
            }
        }
    }

    /// What an actor can do to run code by a service.
    fn run(&mut self, ways: &Ways<'_, 'a>, actor: usize, service: &str) -> Option<Call> {
        for way in self.catalog.pass_ways().filter(|way| way.service == service) {
            let class = self.oracle.table(way.action).class_of(actor);
            let run = self.runs.entry((way.action, class)).or_insert_with(|| ways.run(actor, &way));
            if run.is_some() {
                return run.clone();
            }
        }
        None
    }

    /// Everybody who gets there in more than one step, or on a fact that was not given.
    fn more_steps(&mut self, ways: &Ways<'_, 'a>, next: usize, distance: usize) {
        let Some((resource, name)) = self.role_name(next) else { return };
        let Some(principal) = self.oracle.actors.get(next).map(|actor| actor.principal.clone()) else { return };
        let fresh = self.done.insert(("ram:UpdateRole".to_owned(), 0, self.oracle.target(&resource)));
        if fresh && ways.is_changeable(name) {
            let table = self.oracle.table("ram:UpdateRole");
            for class in table.classes.iter().filter(|class| !class.silent) {
                for actor in class.members.iter().copied() {
                    if actor == next || !self.is_open(actor, ways.most) {
                        continue;
                    }
                    let who = Asking { actor, caller: None };
                    let gain = Gain::Identity(principal.clone());
                    match ways.retrust(who, name, &gain) {
                        Some(steps) => self.assign(actor, distance, steps, Some(next)),
                        None => break,
                    }
                }
            }
        }
        let on_machines = self
            .trusts
            .get(&next)
            .is_some_and(|trust| trust.services.iter().any(|service| service.name == "ecs.aliyuncs.com"));
        if ways.most == Strength::Possible && on_machines && self.done.insert(("ecs:RunCommand".to_owned(), 0, 0)) {
            let pattern = format!("acs:ecs:*:{}:instance/*", self.oracle.account);
            for actor in self.open(ways.most) {
                let call = COMMANDS.iter().find_map(|action| {
                    let class = self.oracle.table(action).class_of(actor);
                    self.runs.entry((action, class)).or_insert_with(|| ways.some(actor, action, &pattern)).clone()
                });
                let Some(call) = call else { continue };
                let mut step = self.to(ways, actor, next, Way::Command, vec![call]);
                if let Some(step) = &mut step {
                    step.needs = Some(format!("a machine that it reaches carries role/{name}"));
                }
                self.assign(actor, distance, step.into_iter().collect(), Some(next));
            }
        }
    }

    /// The whole path of somebody who is no administrator in any case.
    fn path(&self, actor: usize) -> Option<Escalation> {
        let principal = self.oracle.actors.get(actor)?.principal.clone();
        let mut steps: Vec<Step> = Vec::new();
        let mut strength = Strength::Certain;
        let mut at = Some(actor);
        while let Some(now) = at {
            let Some(reached) = self.reached.get(now).and_then(|reached| reached.as_ref()) else {
                // An administrator, perhaps under a condition.
                strength = strength.max(self.administrators.get(&now).copied()?);
                break;
            };
            steps.extend(reached.steps.iter().cloned());
            at = reached.next;
        }
        for step in &steps {
            strength = strength.max(step.strength()?);
        }
        (!steps.is_empty()).then_some(Escalation { principal, strength, steps })
    }
}
