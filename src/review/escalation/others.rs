//! Ways that go over somebody else: an identity that is made an administrator and taken over, a group that is joined.

use std::collections::HashMap;

use super::Gain;
use super::search::{Search, actions};
use super::ways::{Asking, CREDENTIALS, Ways, policies_of_group};
use crate::account::{Caller, PrincipalKind};
use crate::review::answer::Strength;
use crate::review::oracle::With;

/// So many take-overs are tried for those who could join a group.
const TRIES: usize = 20_000;

impl<'a> Search<'_, 'a> {
    /// Whether an actor may call an action on anything of a kind.
    fn any(&mut self, ways: &Ways<'_, 'a>, actor: usize, action: &'static str) -> bool {
        let table = self.oracle.table(action);
        let class = table.class_of(actor);
        if table.class(actor).is_none_or(|class| class.silent) {
            return false;
        }
        if let Some(known) = self.any.get(&(action, class)) {
            return *known;
        }
        let listed = match action {
            "ram:AttachPolicyToRole" | "ram:UpdateRole" | "sts:AssumeRole" => &self.universe.roles,
            "ram:AttachPolicyToGroup" => &self.universe.groups,
            "ram:CreatePolicyVersion" | "ram:SetDefaultPolicyVersion" => &self.universe.policies,
            _ => &self.universe.users,
        };
        let who = Asking { actor, caller: None };
        let any = listed.iter().any(|resource| ways.call(who, action, resource, With::Identities).is_some());
        self.any.insert((action, class), any);
        any
    }

    /// Those who can make an administrator of somebody else and take him over, or make a new one.
    pub(super) fn help_others(&mut self, ways: &Ways<'_, 'a>) {
        const BOOSTS: [&str; 6] = [
            "ram:AttachPolicyToUser",
            "ram:AttachPolicyToRole",
            "ram:AttachPolicyToGroup",
            "ram:CreatePolicyVersion",
            "resourcemanager:AttachPolicy",
            "ram:SetDefaultPolicyVersion",
        ];
        let mut known: HashMap<Vec<usize>, Option<usize>> = HashMap::new();
        for actor in self.open(ways.most) {
            let who = Asking { actor, caller: None };
            let boosts = BOOSTS.iter().any(|action| self.any(ways, actor, action));
            let takes = || CREDENTIALS.iter().chain(&["sts:AssumeRole", "ram:UpdateRole"]);
            if boosts && takes().any(|action| self.any(ways, actor, action)) {
                let classes = BOOSTS.iter().chain(takes()).map(|action| self.oracle.table(action).class_of(actor));
                let classes: Vec<usize> = classes.collect();
                let helped = |other: usize| {
                    let target = (other != actor).then(|| ways.principal(other)).flatten()?;
                    let mut boost = ways.boost(who, target)?;
                    boost.gain = Gain::Preparation;
                    let mut steps = vec![boost];
                    steps.extend(ways.take(who, target, &Gain::Administrator)?);
                    Some(steps)
                };
                let found = match known.get(&classes) {
                    Some(Some(other)) => helped(*other).map(|steps| (*other, steps)),
                    Some(None) | None => None,
                };
                let is_known = known.get(&classes).is_some_and(Option::is_none);
                let found = found.or_else(|| {
                    let mut others = 0..if is_known { 0 } else { self.oracle.actors.len() };
                    others.find_map(|other| Some((other, helped(other)?)))
                });
                known.insert(classes, found.as_ref().map(|(other, _)| *other));
                if let Some((_, steps)) = found {
                    self.assign(actor, 0, steps, None);
                    continue;
                }
            }
            let creates = ["ram:CreateRole", "ram:CreateUser"].iter().any(|action| {
                let table = self.oracle.table(action);
                table.class(actor).is_some_and(|class| !class.silent)
            });
            if let Some(steps) = creates.then(|| ways.create(who)).flatten() {
                self.assign(actor, 0, steps, None);
            }
        }
    }

    /// Users who may add somebody to some group.
    fn joiners(&self, most: Strength) -> Vec<(usize, String)> {
        let joins = |actor: usize| {
            ["ram:AddUserToGroup", "ims:AddUserToGroup"].iter().any(|action| {
                let table = self.oracle.table(action);
                table.class(actor).is_some_and(|class| !class.silent)
            })
        };
        let named = |actor: usize| match &self.oracle.actors.get(actor)?.principal.kind {
            PrincipalKind::User(name) if joins(actor) => Some((actor, name.clone())),
            _ => None,
        };
        self.open(most).into_iter().filter_map(named).collect()
    }

    /// Users who can join a group of administrators.
    pub(super) fn join_administrators(&mut self, ways: &Ways<'_, 'a>) {
        let joiners = self.joiners(ways.most);
        let Some(account) = self.account().filter(|_| !joiners.is_empty()) else { return };
        for (group, _) in account.groups() {
            let member = Caller::member(account, group);
            if self.oracle.rank(&member, usize::MAX).is_none_or(|rank| rank.strength > ways.most) {
                continue;
            }
            for (actor, name) in &joiners {
                let who = Asking { actor: *actor, caller: None };
                let Some(step) = ways.join(who, name, group, Gain::Group(group.to_owned())) else { continue };
                let Some(of) = self.oracle.actors.get(*actor) else { continue };
                let rank = self.oracle.rank(&of.caller.joining(group), *actor);
                if rank.is_some_and(|rank| rank.strength <= ways.most) {
                    self.assign(*actor, 0, vec![step], None);
                }
            }
        }
    }

    /// Users who can join a group and get on from there. True when somebody was found.
    pub(super) fn join_others(&mut self, ways: &Ways<'_, 'a>) -> bool {
        let joiners = self.joiners(ways.most);
        let Some(account) = self.account().filter(|_| !joiners.is_empty()) else { return false };
        let useful = |group: &str| {
            let policies = policies_of_group(account, group);
            actions().iter().any(|action| {
                let table = self.oracle.table(action);
                policies.iter().any(|policy| !table.statements(*policy).is_empty())
            })
        };
        let groups: Vec<&str> = account.groups().map(|(name, _)| name).filter(|name| useful(name)).collect();
        let gained: Vec<(usize, usize)> = self
            .by_distance
            .iter()
            .enumerate()
            .flat_map(|(distance, actors)| actors.iter().map(move |actor| (distance, *actor)))
            .collect();
        let (mut found, mut left) = (false, TRIES);
        for (actor, name) in joiners {
            let who = Asking { actor, caller: None };
            let Some(of) = self.oracle.actors.get(actor) else { continue };
            for group in &groups {
                let Some(join) = ways.join(who, &name, group, Gain::Group((*group).to_owned())) else { continue };
                let caller = of.caller.joining(group);
                let then = Asking { actor, caller: Some(&caller) };
                let mut way = ways.boost(then, &of.principal).map(|step| (0, vec![step], None));
                for (distance, next) in &gained {
                    if way.is_some() {
                        break;
                    }
                    if left == 0 {
                        ways.undecided.set(true);
                        break;
                    }
                    left -= 1;
                    let Some(target) = ways.principal(*next).filter(|_| *next != actor) else { continue };
                    let taken = ways.take(then, target, &Gain::Identity(target.clone()));
                    way = taken.map(|steps| (*distance, steps, Some(*next)));
                }
                if let Some((distance, mut steps, next)) = way {
                    steps.insert(0, join);
                    self.assign(actor, distance, steps, next);
                    found = true;
                    break;
                }
            }
        }
        found
    }
}
