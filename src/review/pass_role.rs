//! Which roles can be passed to which services, and by whom.

use std::collections::{BTreeMap, HashMap};
use std::rc::Rc;

use super::answer::{Answer, Strength};
use super::oracle::{Oracle, With};
use super::targets;
use super::trust::Trust;
use crate::account::{Principal, PrincipalKind};

/// A role that somebody can pass to a service which the role trusts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Passable {
    /// The name of the role.
    pub role: String,
    /// The service.
    pub service: String,
    /// Who can, each with how sure that is; users before roles, by name.
    pub by: Vec<(Principal, Strength, Rc<Answer>)>,
}

/// Somebody by number, how sure it is, and why.
type By = (usize, Strength, Rc<Answer>);

/// All of them, by role and service.
pub(super) fn passable(oracle: &Oracle<'_>, trusts: &HashMap<usize, Trust>) -> Vec<Passable> {
    let table = oracle.table("ram:PassRole");
    if table.classes.iter().all(|class| class.silent) {
        return Vec::new();
    }
    let mut all: BTreeMap<(String, String), Vec<By>> = BTreeMap::new();
    for (at, actor) in oracle.actors.iter().enumerate() {
        let PrincipalKind::Role(name) = &actor.principal.kind else { continue };
        let resource = targets::role(oracle.account, name);
        for service in trusts.get(&at).into_iter().flat_map(|trust| &trust.services) {
            for number in oracle.classes_about(&table, oracle.target(&resource)) {
                let Some(class) = table.classes.get(number) else { continue };
                let answer = oracle.ask_in(&table, number, "ram:PassRole", &resource, With::Service(&service.name));
                let Some(strength) = answer.strength() else { continue };
                let list = all.entry((name.clone(), service.name.clone())).or_default();
                list.extend(class.members.iter().map(|member| (*member, strength, Rc::clone(&answer))));
            }
        }
    }
    let named = |(at, strength, answer): By| Some((oracle.actors.get(at)?.principal.clone(), strength, answer));
    let sorted = |mut by: Vec<By>| {
        by.sort_by_key(|(at, _, _)| *at);
        by.dedup_by_key(|(at, _, _)| *at);
        by.into_iter().filter_map(named).collect()
    };
    all.into_iter().map(|((role, service), by)| Passable { role, service, by: sorted(by) }).collect()
}
