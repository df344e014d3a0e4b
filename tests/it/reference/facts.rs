//! The facts that the checks read, on one completion: what the inventory tells, else one of a few values.

use std::collections::BTreeMap;

use super::assumptions::Choices;
use super::membership::Chooser;
use super::world::{Call, Eni, Group, Instance, Kind, World};

/// A group as the caller's account sees it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Owned {
    Own,
    Foreign,
    Nowhere,
}

/// The facts of one completion.
pub(crate) struct Facts<'a> {
    pub(crate) world: &'a World,
    pub(crate) call: &'a Call,
    pub(crate) choices: &'a Choices,
    pub(crate) chooser: &'a mut Chooser,
}

/// Values of a VPC id that is not known; the empty one is the classic network.
const VPCS: [&str; 4] = ["", "vpc-a", "vpc-b", "vpc-elsewhere"];

/// "region = zone minus last part; for `ap-southeast-1a` style strip the letter"
pub(crate) fn region_of_zone(zone: &str) -> String {
    match zone.rsplit_once('-') {
        Some((region, last)) if last.len() == 1 && last.bytes().all(|byte| byte.is_ascii_lowercase()) => {
            region.to_owned()
        }
        _ => zone.trim_end_matches(|letter: char| letter.is_ascii_lowercase()).to_owned(),
    }
}

/// "Region of the call: its `RegionId`, else the region of the instance in the inventory, else the manifest's (if one)."
pub(crate) fn call_region(world: &World, call: &Call) -> Option<String> {
    let of_instance = || {
        let id = call.instance.as_ref()?;
        world.instances.iter().find(|instance| instance.id == *id)?.region.clone()
    };
    let of_manifest = || if world.regions.len() == 1 { world.regions.first().cloned() } else { None };
    call.region.clone().or_else(of_instance).or_else(of_manifest)
}

impl<'a> Facts<'a> {
    pub(crate) fn one_of<T: Copy>(&mut self, fact: &str, options: &[T]) -> T {
        options[self.chooser.choose(fact, options.len())]
    }

    pub(crate) fn instance(&self) -> Option<&'a Instance> {
        self.world.instances.iter().find(|instance| Some(&instance.id) == self.call.instance.as_ref())
    }

    pub(crate) fn eni(&self) -> Option<&'a Eni> {
        self.world.enis.iter().find(|eni| Some(&eni.id) == self.call.eni.as_ref())
    }

    pub(crate) fn listed_group(&self, id: &str) -> Option<&'a Group> {
        self.world.groups.iter().find(|group| group.id == id)
    }

    pub(crate) fn target_group(&self) -> Option<&'a Group> {
        self.listed_group(self.call.group.as_deref()?)
    }

    /// "for these kinds an id that is in no given response does not exist ..., in the manifest's region"
    pub(crate) fn complete(&self, kind: Kind) -> bool {
        let Some(region) = call_region(self.world, self.call) else { return false };
        let named = || {
            let instances = self.world.instances.iter().filter_map(|instance| instance.region.clone());
            let groups = self.world.groups.iter().filter_map(|group| group.region.clone());
            let enis = self.world.enis.iter().filter_map(|eni| eni.zone.as_deref().map(region_of_zone));
            instances.chain(groups).chain(enis).any(|other| other == region)
        };
        let covered = if self.world.regions.is_empty() { named() } else { self.world.regions.contains(&region) };
        covered && self.world.complete.contains(&kind) && !self.world.truncated.contains(&kind)
    }

    /// "without an entry, what a response lists belongs to the manifest's account, else to the caller's"
    pub(crate) fn owner_of_listed(&self, id: &str) -> &'a str {
        let by_manifest = self.world.account.as_ref().unwrap_or(&self.call.caller);
        self.world.owners.get(id).unwrap_or(by_manifest)
    }

    pub(crate) fn named_inside_a_response(&self, group: &str) -> bool {
        let of_instances = self.world.instances.iter().filter_map(|instance| instance.groups.as_ref());
        let of_enis = self.world.enis.iter().filter_map(|eni| eni.groups.as_ref());
        of_instances.chain(of_enis).flatten().any(|id| id == group)
    }

    /// "ENIs and groups named inside another response exist": where that response's object is.
    fn region_of_naming(&self, group: &str) -> Option<String> {
        let names = |groups: &Option<Vec<String>>| groups.as_ref().is_some_and(|all| all.iter().any(|id| id == group));
        let instances =
            self.world.instances.iter().filter(|one| names(&one.groups)).filter_map(|one| one.region.clone());
        let zones = self.world.enis.iter().filter(|one| names(&one.groups)).filter_map(|one| one.zone.as_deref());
        let mut regions: Vec<String> = instances.chain(zones.map(region_of_zone)).collect();
        regions.sort();
        regions.dedup();
        // Places that differ tell nothing.
        regions.pop().filter(|_| regions.is_empty())
    }

    pub(crate) fn group_owner(&mut self) -> Owned {
        let Some(id) = self.call.group.as_deref() else { return Owned::Nowhere };
        if self.target_group().is_some() || self.named_inside_a_response(id) {
            return if self.owner_of_listed(id) == self.call.caller { Owned::Own } else { Owned::Foreign };
        }
        match self.world.owners.get(id) {
            Some(owner) if *owner != self.call.caller => Owned::Foreign,
            _ if self.complete(Kind::Group) => Owned::Nowhere,
            Some(_) => self.one_of("group owner", &[Owned::Own, Owned::Nowhere]),
            None => self.one_of("group owner", &[Owned::Own, Owned::Foreign, Owned::Nowhere]),
        }
    }

    pub(crate) fn same_region(&mut self, fact: &str, region: Option<&str>, wanted: Option<&str>) -> bool {
        match (region, wanted) {
            (Some(region), Some(wanted)) => region == wanted,
            _ => self.one_of(fact, &[true, false]),
        }
    }

    /// A group of the caller's, in the region of the call.
    pub(crate) fn group_exists(&mut self) -> bool {
        if self.group_owner() != Owned::Own {
            return false;
        }
        let wanted = call_region(self.world, self.call);
        match (self.target_group(), self.call.group.as_deref()) {
            (Some(group), Some(id)) => {
                let region = group.region.clone().or_else(|| self.region_of_naming(id));
                self.same_region("group region", region.as_deref(), wanted.as_deref())
            }
            (None, Some(id)) if self.named_inside_a_response(id) => {
                let region = self.region_of_naming(id);
                self.same_region("group region", region.as_deref(), wanted.as_deref())
            }
            _ => true,
        }
    }

    /// An instance of the caller's in the region, or an ENI of anybody's in the region.
    pub(crate) fn target_exists(&mut self) -> bool {
        let wanted = self.call.region.as_deref();
        if let Some(id) = &self.call.instance {
            let Some(instance) = self.instance() else {
                let foreign = self.world.owners.get(id).is_some_and(|owner| *owner != self.call.caller);
                return !foreign && !self.complete(Kind::Instance) && self.one_of("target exists", &[true, false]);
            };
            return self.owner_of_listed(id) == self.call.caller
                && (wanted.is_none() || self.same_region("target region", instance.region.as_deref(), wanted));
        }
        match self.eni() {
            Some(eni) => {
                let region = eni.zone.as_deref().map(region_of_zone);
                wanted.is_none() || self.same_region("target region", region.as_deref(), wanted)
            }
            None if self.inline_eni() => {
                let region = self.region_of_inline_eni();
                wanted.is_none() || self.same_region("target region", region.as_deref(), wanted)
            }
            None => !self.complete(Kind::Eni) && self.one_of("target exists", &[true, false]),
        }
    }

    /// The ENI of the call is known only from an instance's `NetworkInterfaces`, where it is the primary one.
    pub(crate) fn inline_eni(&self) -> bool {
        let primaries = self.world.instances.iter().filter_map(|instance| instance.primary.as_ref());
        self.eni().is_none() && primaries.into_iter().any(|(id, _)| Some(id) == self.call.eni.as_ref())
    }

    fn region_of_inline_eni(&self) -> Option<String> {
        let holds =
            |instance: &&Instance| instance.primary.as_ref().is_some_and(|(id, _)| Some(id) == self.call.eni.as_ref());
        self.world.instances.iter().find(holds)?.region.clone()
    }

    pub(crate) fn eni_is_foreign(&mut self) -> bool {
        match self.eni().and_then(|eni| eni.owner.as_ref()) {
            Some(owner) => *owner != self.call.caller,
            None => self.one_of("eni owner", &[false, true]),
        }
    }

    /// The ids of the groups that the target is in. Unknown lists are: none, this group, another one of each type, and
    /// as many as the quota allows.
    pub(crate) fn current_groups(&mut self) -> Vec<String> {
        let known = if self.call.instance.is_some() {
            self.instance().and_then(|instance| instance.groups.clone())
        } else {
            self.eni().and_then(|eni| eni.groups.clone())
        };
        if let Some(known) = known {
            return known;
        }
        let quota = usize::try_from(self.groups_per_eni()).expect("a small quota");
        match self.chooser.choose("current groups", 5) {
            0 => Vec::new(),
            1 => self.call.group.clone().into_iter().collect(),
            2 => vec!["?normal".to_owned()],
            3 => vec!["?enterprise".to_owned()],
            _ => (0..quota).map(|number| format!("?normal{number}")).collect(),
        }
    }

    pub(crate) fn already_member(&mut self) -> bool {
        self.current_groups().iter().any(|id| Some(id) == self.call.group.as_ref())
    }

    pub(crate) fn kind_of(&mut self, id: &str) -> &'static str {
        if let Some(invented) = id.strip_prefix('?') {
            return if invented.starts_with("enterprise") { "enterprise" } else { "normal" };
        }
        match self.listed_group(id).and_then(|group| group.kind) {
            Some(kind) => kind,
            None => self.one_of(&format!("kind of {id}"), &["normal", "enterprise"]),
        }
    }

    pub(crate) fn target_kind(&mut self) -> &'static str {
        let id = self.call.group.clone().expect("only asked of a group that exists");
        self.kind_of(&id)
    }

    pub(crate) fn group_vpc(&mut self) -> &'static str {
        match self.target_group().and_then(|group| group.vpc) {
            Some(vpc) => vpc,
            None => self.one_of("group vpc", &VPCS),
        }
    }

    /// Empty: classic.
    pub(crate) fn target_vpc(&mut self) -> &'static str {
        if self.call.instance.is_some() {
            let (network, vpc) = self.instance().map_or((None, None), |instance| (instance.network_type, instance.vpc));
            match (network, vpc) {
                (Some("classic"), _) => "",
                (_, Some(vpc)) => vpc,
                (Some(_), None) => self.one_of("target vpc", &VPCS[1..]),
                (None, None) => self.one_of("target vpc", &VPCS),
            }
        } else {
            match self.eni().and_then(|eni| eni.vpc) {
                Some(vpc) => vpc,
                None => self.one_of("target vpc", &VPCS[1..]),
            }
        }
    }

    pub(crate) fn instance_status(&mut self) -> &'static str {
        match self.instance().and_then(|instance| instance.status) {
            Some(status) => status,
            None => self.one_of("status", &["Running", "Stopped", "Starting", "Stopping", "Pending"]),
        }
    }

    pub(crate) fn eni_status(&mut self) -> &'static str {
        match self.eni().and_then(|eni| eni.status) {
            Some(status) => status,
            None => self.one_of("status", &["Available", "InUse", "Attaching", "Detaching", "Deleting", "(created)"]),
        }
    }

    pub(crate) fn quota(&self, name: &str, default: u64) -> u64 {
        self.world.quotas.get(name).copied().unwrap_or(default)
    }

    pub(crate) fn groups_per_eni(&self) -> u64 {
        self.quota("groups-per-eni", self.choices.of("groups-per-eni").parse().expect("a number in the table"))
    }

    pub(crate) fn rules_of(&self, id: &str) -> Option<(u64, bool)> {
        let group = self.listed_group(id)?;
        let attribute = group.attribute.map(|(rules, names_list)| (rules, names_list && rules > 0));
        attribute.or(group.rule_count.map(|count| (count, false)))
    }

    /// Members in the inventory, each ENI once: number of ENIs and of addresses.
    pub(crate) fn members(&self) -> (u64, u64) {
        let is_in = |groups: &Option<Vec<String>>| {
            groups.as_ref().is_some_and(|groups| groups.iter().any(|id| Some(id) == self.call.group.as_ref()))
        };
        let mut counted: BTreeMap<String, u64> = BTreeMap::new();
        for instance in self.world.instances.iter().filter(|instance| is_in(&instance.groups)) {
            let (id, addresses) = match &instance.primary {
                Some((id, addresses)) => (id.clone(), addresses.iter().sum::<usize>() as u64),
                None => (format!("primary of {}", instance.id), 1),
            };
            counted.insert(id, addresses);
        }
        for eni in self.world.enis.iter().filter(|eni| is_in(&eni.groups)) {
            let addresses = eni.addresses.map_or(1, |addresses| addresses.iter().sum::<usize>() as u64);
            counted.entry(eni.id.clone()).or_insert(addresses);
        }
        (counted.len() as u64, counted.values().sum())
    }

    /// A listed object that does not tell its groups may be a member: the count is not all there.
    pub(crate) fn all_placed(&self) -> bool {
        let primary = |eni: &Eni| {
            eni.sort == Some("Primary")
                && self.world.instances.iter().any(|one| Some(&one.id) == eni.instance.as_ref() && one.groups.is_some())
        };
        let shown = |one: &Instance| {
            self.world.enis.iter().any(|eni| {
                eni.sort == Some("Primary") && eni.instance.as_ref() == Some(&one.id) && eni.groups.is_some()
            })
        };
        self.world.instances.iter().all(|one| one.groups.is_some() || shown(one))
            && self.world.enis.iter().all(|eni| eni.groups.is_some() || primary(eni))
    }

    /// Whether every member tells its addresses.
    pub(crate) fn all_addresses_known(&self) -> bool {
        let is_in = |groups: &Option<Vec<String>>| {
            groups.as_ref().is_some_and(|groups| groups.iter().any(|id| Some(id) == self.call.group.as_ref()))
        };
        self.world.enis.iter().filter(|eni| is_in(&eni.groups)).all(|eni| eni.addresses.is_some())
            && self.world.instances.iter().filter(|one| is_in(&one.groups)).all(|one| one.primary.is_some())
    }

    pub(crate) fn needed_addresses(&self) -> Option<u64> {
        let addresses = if self.call.instance.is_some() {
            self.instance().and_then(|instance| instance.primary.as_ref()).map(|(_, addresses)| *addresses)
        } else {
            self.eni().and_then(|eni| eni.addresses)
        };
        addresses.map(|addresses| addresses.iter().sum::<usize>() as u64)
    }

    /// The type of the instance, or of the instance that the ENI is attached to.
    pub(crate) fn instance_type(&self) -> Option<&'static str> {
        if self.call.instance.is_some() {
            return self.instance()?.type_id;
        }
        let attached = self.eni()?.instance.as_ref()?;
        self.world.instances.iter().find(|instance| instance.id == *attached)?.type_id
    }
}
