//! Who can put a machine into which security group, by any action (facts/ecs-membership.md 5.1, 7).

use std::collections::{BTreeMap, HashMap};
use std::rc::Rc;

use super::answer::{Answer, Strength};
use super::oracle::{Oracle, With};
use super::some::Found;
use crate::account::Principal;
use crate::analyze::Options;
use crate::analyze::natural::resource::of_shape;
use crate::catalog::{Catalog, JoinWay, Shape};
use crate::inventory::Network;

/// Those who can use an action.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Joiners {
    /// The action.
    pub action: &'static str,
    /// What is put into the group.
    pub what: &'static str,
    /// Who can, with how sure that is and the answer on the group; users before roles, by name.
    pub by: Vec<(Principal, Strength, String, Rc<Answer>)>,
}

/// What is in a group already.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Membership {
    /// Instances and network interfaces.
    pub ids: Vec<String>,
}

/// A security group and the ways into it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entrance {
    /// Its id; none without an inventory: some group.
    pub group: Option<String>,
    /// The ways, by action.
    pub ways: Vec<Joiners>,
    /// What the inventory shows in it.
    pub members: Membership,
}

struct Partner {
    arn: String,
    network: Option<Network>,
}

/// The ways into every group of the inventory, or into some group; and whether no budget ran out.
pub(super) fn entrances(oracle: &Oracle<'_>, catalog: &Catalog, options: Options) -> (Vec<Entrance>, bool) {
    let inventory = oracle.settings.inventory;
    let mut complete = true;
    if inventory.security_groups().next().is_none() {
        let ways = catalog.join_ways().map(|way| somewhere(oracle, catalog, options, &way, &mut complete));
        let ways: Vec<Joiners> = ways.filter(|way| !way.by.is_empty()).collect();
        let entrance = Entrance { group: None, ways, members: Membership::default() };
        return (if entrance.ways.is_empty() { Vec::new() } else { vec![entrance] }, complete);
    }
    let mut best: HashMap<(&str, usize, Option<String>), Option<Strength>> = HashMap::new();
    let mut all = Vec::new();
    for group in inventory.security_groups() {
        let region = group.region.text().unwrap_or("cn-hangzhou");
        let arn = format!("acs:ecs:{region}:{}:securitygroup/{}", oracle.account, group.id);
        let network = group.network.known().cloned();
        let mut ways = Vec::new();
        for way in catalog.join_ways() {
            let table = oracle.table(way.action);
            let mut by: BTreeMap<usize, (Strength, String, Rc<Answer>)> = BTreeMap::new();
            for class in table.classes.iter().filter(|class| !class.silent) {
                let resource = if way.group == "*" { "*".to_owned() } else { arn.clone() };
                let answer = oracle.ask_whole(class.first, way.action, &resource, With::Plain);
                let Some(strength) = answer.strength() else { continue };
                let vpc = match &network {
                    Some(Network::Vpc(vpc)) => Some(vpc.clone()),
                    Some(Network::Classic) | None => None,
                };
                let partner = *best
                    .entry((way.action, class.first, vpc))
                    .or_insert_with(|| partner(oracle, class.first, &way, region, network.as_ref()));
                let Some(partner) = partner else { continue };
                let strength = strength.max(partner);
                by.extend(
                    class.members.iter().map(|member| (*member, (strength, resource.clone(), Rc::clone(&answer)))),
                );
            }
            if !by.is_empty() {
                let named = by.into_iter().filter_map(|(at, (strength, arn, answer))| {
                    Some((oracle.actors.get(at)?.principal.clone(), strength, arn, answer))
                });
                ways.push(Joiners { action: way.action, what: way.what, by: named.collect() });
            }
        }
        let within =
            |groups: Option<&std::collections::BTreeSet<String>>| groups.is_some_and(|all| all.contains(&group.id));
        let instances =
            inventory.instances().filter(|one| within(one.security_groups.known())).map(|one| one.id.clone());
        let interfaces = inventory
            .network_interfaces()
            .filter(|one| !one.is_primary() && within(one.security_groups.known()))
            .map(|one| one.id.clone());
        let ids = instances.chain(interfaces).collect();
        all.push(Entrance { group: Some(group.id.clone()), ways, members: Membership { ids } });
    }
    (all, complete)
}

/// How sure it is that somebody has what a call needs beside the group.
fn partner(
    oracle: &Oracle<'_>,
    actor: usize,
    way: &JoinWay,
    region: &str,
    network: Option<&Network>,
) -> Option<Strength> {
    let inventory = oracle.settings.inventory;
    let account = oracle.account;
    let arn = |kind: &str, region: &str, id: &str| format!("acs:ecs:{region}:{account}:{kind}/{id}");
    let vpc = |vpc: Option<&str>| vpc.map(|vpc| Network::Vpc(vpc.to_owned()));
    let mut partners: Vec<Partner> = match way.needs {
        "*" => return Some(Strength::Certain),
        "instance" => inventory
            .instances()
            .map(|one| Partner {
                arn: arn("instance", one.region.text().unwrap_or(region), &one.id),
                network: vpc(one.vpc.text()),
            })
            .collect(),
        "eni" => inventory
            .network_interfaces()
            .filter(|one| !one.is_primary())
            .map(|one| Partner {
                arn: arn("eni", one.region.text().unwrap_or(region), &one.id),
                network: vpc(one.vpc.text()),
            })
            .collect(),
        shapes => {
            let all = shapes
                .split(' ')
                .map(|arn| of_shape(&Shape { arn, required: true }, account).unwrap_or_else(|| arn.to_owned()))
                .map(|arn| oracle.ask_whole(actor, way.action, &arn, With::Plain));
            return all.map(|answer| answer.strength()).reduce(|one, other| Some(one?.max(other?))).flatten();
        }
    };
    partners.retain(|partner| partner.network.is_none() || network.is_none() || partner.network.as_ref() == network);
    let strengths =
        partners.iter().map(|partner| oracle.ask_whole(actor, way.action, &partner.arn, With::Plain).strength());
    let mut best = None;
    for strength in strengths.flatten() {
        if best.is_none_or(|known| strength < known) {
            best = Some(strength);
        }
        if strength == Strength::Certain {
            break;
        }
    }
    best
}

/// A way into some group, where no inventory tells which there are.
fn somewhere(oracle: &Oracle<'_>, catalog: &Catalog, options: Options, way: &JoinWay, complete: &mut bool) -> Joiners {
    let shape = |shape: &str| shape.replace("{account}", oracle.account).replace("{region}", "*").replace("{id}", "*");
    let needs: Vec<String> = match way.needs {
        "*" => Vec::new(),
        kind @ ("instance" | "eni") => vec![shape(&format!("acs:ecs:{{region}}:{{account}}:{kind}/*"))],
        shapes => shapes.split(' ').map(shape).collect(),
    };
    let table = oracle.table(way.action);
    let mut by = BTreeMap::new();
    for class in table.classes.iter().filter(|class| !class.silent) {
        let mut ask = |pattern: &str| match oracle.some(class.first, way.action, pattern, catalog, options) {
            Found::Some(example) => Some(example),
            Found::None => None,
            Found::Undecided => {
                *complete = false;
                None
            }
        };
        let Some(group) = ask(&shape(way.group)) else { continue };
        let others = needs.iter().map(|pattern| ask(pattern).and_then(|example| example.answer.strength()));
        let others = others.reduce(|one, other| Some(one?.max(other?))).unwrap_or(Some(Strength::Certain));
        let Some(strength) = group.answer.strength().zip(others).map(|(one, other)| one.max(other)) else { continue };
        for member in &class.members {
            by.insert(*member, (strength, group.resource.clone(), Rc::clone(&group.answer)));
        }
    }
    let named = by.into_iter().filter_map(|(at, (strength, arn, answer))| {
        Some((oracle.actors.get(at)?.principal.clone(), strength, arn, answer))
    });
    Joiners { action: way.action, what: way.what, by: named.collect() }
}
