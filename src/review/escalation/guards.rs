//! Ways that begin with taking away what denies: a policy that is detached or deleted, a group that is left, control policies
//! that are lifted.

use super::search::{Search, actions};
use super::ways::{Asking, CONTROLS, CREDENTIALS, REMOVALS, Ways, relative};
use super::{Gain, Step, Way};
use crate::account::{Attachment, Caller, DocumentId, Lifted, Origin, PolicyType, PrincipalKind};
use crate::policy::Effect;
use crate::review::answer::Strength;
use crate::review::oracle::With;
use crate::review::targets;

/// So many take-overs are tried for those who could take a guard away.
const TRIES: usize = 10_000;

/// A policy with Deny statements, and where it is attached.
struct Guard<'a> {
    grant: &'a Attachment,
    group: Option<&'a str>,
}

/// How somebody gets on: how far it is from there, the steps, and whom it ends with.
type Onwards = (usize, Vec<Step>, Option<usize>);

impl<'a> Search<'_, 'a> {
    /// Those who can take away what denies them, and get on from there. True when somebody was found.
    pub(super) fn lift_guards(&mut self, ways: &Ways<'_, 'a>) -> bool {
        let may = |actor: usize, listed: &[&str]| {
            listed.iter().any(|action| self.oracle.table(action).class(actor).is_some_and(|class| !class.silent))
        };
        let open = self.open(ways.most);
        let removing: Vec<usize> = open.iter().copied().filter(|actor| may(*actor, &REMOVALS)).collect();
        let lifting: Vec<usize> = open.into_iter().filter(|actor| may(*actor, &CONTROLS)).collect();
        let gained = self.gained();
        let (mut found, mut left) = (false, TRIES);
        for actor in removing {
            let Some(of) = self.oracle.actors.get(actor) else { continue };
            let guards = self.guards(actor);
            let mut all: (Caller, Vec<Step>) = (of.caller.clone(), Vec::new());
            let mut onwards = None;
            for guard in &guards {
                if let Some((step, caller)) = lift(ways, actor, &of.caller, guard) {
                    onwards = self.get_on(ways, actor, &caller, &[guard.grant.policy], &gained, &mut left);
                    if let Some((_, steps, _)) = &mut onwards {
                        prepend(steps, vec![step]);
                        break;
                    }
                }
                if let Some((step, caller)) = lift(ways, actor, &all.0, guard) {
                    all.0 = caller;
                    all.1.push(step);
                }
            }
            if onwards.is_none() && all.1.len() > 1 {
                let policies: Vec<DocumentId> = guards.iter().map(|guard| guard.grant.policy).collect();
                onwards = self.get_on(ways, actor, &all.0, &policies, &gained, &mut left);
                if let Some((_, steps, _)) = &mut onwards {
                    prepend(steps, all.1);
                }
            }
            if let Some((distance, steps, next)) = onwards {
                self.assign(actor, distance, steps, next);
                found = true;
            }
        }
        for actor in lifting {
            if let Some((distance, steps, next)) = self.lift_control(ways, actor, &gained, &mut left) {
                self.assign(actor, distance, steps, next);
                found = true;
            }
        }
        if left == 0 {
            ways.undecided.set(true);
        }
        found
    }

    /// Those who are administrators or become one, the nearest first.
    pub(super) fn gained(&self) -> Vec<(usize, usize)> {
        let by_distance = self.by_distance.iter().enumerate();
        by_distance.flat_map(|(distance, actors)| actors.iter().map(move |actor| (distance, *actor))).collect()
    }

    /// Control policies are those of the management account; whether it lets this one change them, no file tells.
    fn lift_control(
        &mut self,
        ways: &Ways<'_, 'a>,
        actor: usize,
        gained: &[(usize, usize)],
        left: &mut usize,
    ) -> Option<Onwards> {
        let of =
            self.oracle.actors.get(actor).filter(|of| ways.most == Strength::Possible && !of.caller.is_exempt())?;
        let bound = self.account().and_then(|account| account.directory()).is_some_and(|d| !d.levels.is_empty());
        if !bound || !self.is_open(actor, ways.most) {
            return None;
        }
        let call = CONTROLS.iter().find_map(|action| {
            let class = self.oracle.table(action).class_of(actor);
            self.runs.entry((action, class)).or_insert_with(|| ways.some(actor, action, "*")).clone()
        })?;
        let (distance, mut steps, next) = self.get_on(ways, actor, &of.caller.exempted(), &[], gained, left)?;
        let who = Asking { actor, caller: None };
        let mut step = ways.make(who, Way::Control, "control policies".to_owned(), Gain::Preparation, vec![call])?;
        step.needs = Some("the account may change the control policies of its directory".to_owned());
        prepend(&mut steps, vec![step]);
        Some((distance, steps, next))
    }

    /// What somebody can do as a caller whom less denies; `lifted` are the policies that are gone, none for all of a chain.
    fn get_on(
        &self,
        ways: &Ways<'_, 'a>,
        actor: usize,
        caller: &Caller,
        lifted: &[DocumentId],
        gained: &[(usize, usize)],
        left: &mut usize,
    ) -> Option<Onwards> {
        let of = self.oracle.actors.get(actor)?;
        if !lifted.is_empty() && self.oracle.rank(caller, actor).is_some_and(|rank| rank.strength <= ways.most) {
            return Some((0, Vec::new(), None));
        }
        let denied = |action: &str| lifted.is_empty() || self.denies(lifted, action);
        if !actions().into_iter().any(denied) {
            return None;
        }
        let then = Asking { actor, caller: Some(caller) };
        if let Some(step) = ways.boost(then, &of.principal) {
            return Some((0, vec![step], None));
        }
        let takes = ["sts:AssumeRole", "ram:UpdateRole"];
        if !CREDENTIALS.iter().chain(&takes).any(|action| denied(action)) {
            return None;
        }
        for (distance, next) in gained {
            if *left == 0 {
                return None;
            }
            let Some(target) = ways.principal(*next).filter(|_| *next != actor) else { continue };
            *left -= 1;
            if let Some(steps) = ways.take(then, target, &Gain::Identity(target.clone())) {
                return Some((*distance, steps, Some(*next)));
            }
        }
        None
    }

    /// Whether a Deny statement of the policies is about an action.
    fn denies(&self, policies: &[DocumentId], action: &str) -> bool {
        let table = self.oracle.table(action);
        policies.iter().any(|policy| {
            let named = self.oracle.bindings.documents.policy(*policy);
            let mut listed = table.statements(*policy).iter();
            listed.any(|at| named.and_then(|named| named.policy.statements.get(*at)).is_some_and(is_deny))
        })
    }

    /// The policies that deny an actor something, with where they are attached.
    fn guards(&self, actor: usize) -> Vec<Guard<'a>> {
        let Some((account, of)) = self.account().zip(self.oracle.actors.get(actor)) else { return Vec::new() };
        let mut all: Vec<Guard<'a>> = Vec::new();
        match &of.principal.kind {
            PrincipalKind::User(name) => {
                let Some(user) = account.user(name) else { return all };
                all.extend(user.attachments.iter().map(|grant| Guard { grant, group: None }));
                for group in &user.groups {
                    let attachments = account.group(group).map(|group| group.attachments.as_slice());
                    let of_group = |grant| Guard { grant, group: Some(&**group) };
                    all.extend(attachments.unwrap_or_default().iter().map(of_group));
                }
            }
            PrincipalKind::Role(name) => {
                let attachments = account.role(name).map(|(_, role)| role.attachments.as_slice());
                all.extend(attachments.unwrap_or_default().iter().map(|grant| Guard { grant, group: None }));
            }
            PrincipalKind::Root => {}
        }
        all.retain(|guard| {
            let named = self.oracle.bindings.documents.policy(guard.grant.policy);
            named.is_some_and(|named| named.origin != Origin::Unknown && named.policy.statements.iter().any(is_deny))
        });
        all
    }
}

fn is_deny(statement: &crate::policy::Statement<'_>) -> bool {
    statement.effect.as_ref().is_some_and(|effect| effect.value == Effect::Deny)
}

/// Puts the steps that prepare before the others; where there are none, the last of them makes an administrator.
fn prepend(steps: &mut Vec<Step>, mut first: Vec<Step>) {
    if steps.is_empty()
        && let Some(last) = first.last_mut()
    {
        last.gain = Gain::Administrator;
    }
    first.append(steps);
    *steps = first;
}

/// Takes a guard away from somebody: the step, and who he is then.
fn lift<'a>(ways: &Ways<'_, 'a>, actor: usize, caller: &Caller, guard: &Guard<'a>) -> Option<(Step, Caller)> {
    let oracle = ways.oracle;
    let (account, id) = (oracle.account, guard.grant.policy);
    let principal = ways.principal(actor)?;
    let name = &*oracle.bindings.documents.policy(id)?.name;
    let is_custom = guard.grant.of_type != Some(PolicyType::System)
        && oracle.bindings.documents.policy(id).is_some_and(|named| matches!(named.origin, Origin::Text(_)));
    let policy = if is_custom { targets::policy(account, name) } else { targets::system_policy(name) };
    let who = Asking { actor, caller: Some(caller) };
    let calls = |action: &str, resources: &[&String]| {
        let calls = resources.iter().map(|resource| ways.call(who, action, resource, With::Identities));
        calls.collect::<Option<Vec<_>>>()
    };
    let step = |way: Way, to: String, calls| ways.make(who, way, to, Gain::Preparation, calls);
    let own = targets::of_account(account, &relative(principal));
    let holder = guard.group.map_or_else(|| own.clone(), |group| targets::group(account, group));
    let at_group_level = guard.grant.resource_group.is_some();
    let detach = match (&principal.kind, guard.group) {
        _ if at_group_level => None,
        (_, Some(_)) => Some("ram:DetachPolicyFromGroup"),
        (PrincipalKind::User(_), None) => Some("ram:DetachPolicyFromUser"),
        (PrincipalKind::Role(_), None) => Some("ram:DetachPolicyFromRole"),
        (PrincipalKind::Root, None) => None,
    };
    let lifted = guard.group.map_or(Lifted::Own(id), |group| Lifted::OfGroup(id, group.into()));
    let named = format!("policy/{name}");
    for action in detach.into_iter().chain(["resourcemanager:DetachPolicy"]) {
        if let Some(calls) = calls(action, &[&holder, &policy]) {
            return Some((step(Way::Guard, named, calls)?, caller.without(lifted)));
        }
    }
    if let Some(group) = guard.group {
        for action in ["ram:RemoveUserFromGroup", "ims:RemoveUserFromGroup"] {
            if let Some(calls) = calls(action, &[&own, &holder]) {
                let step = step(Way::Leave, format!("group/{group}"), calls)?;
                return Some((step, caller.without(Lifted::Membership(group.into()))));
            }
        }
    }
    if is_custom && ways.most == Strength::Possible {
        for (action, needs) in [
            ("ram:DeletePolicy", "is deleted though it is attached"),
            ("ram:DeletePolicyVersion", "loses the version that denies"),
        ] {
            if let Some(calls) = calls(action, &[&policy]) {
                let mut step = step(Way::Guard, named.clone(), calls)?;
                step.needs = Some(format!("{named} {needs}"));
                return Some((step, caller.without(Lifted::Policy(id))));
            }
        }
    }
    None
}
