//! The error table of JoinSecurityGroup, written again: each check is judged two-valued on every completion of the
//! unknown facts that it asks for, and the results are joined to one status.

use std::collections::BTreeMap;

use super::assumptions::Choices;
use super::world::{Call, Eni, Group, Instance, Kind, World};

/// A row: code, HTTP statuses, stage, documented rule, path (`i`, `e`, `b`), reads target, reads group.
pub(crate) type Row = (&'static str, &'static [u16], Stage, bool, char, bool, bool);

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Stage {
    Shape,
    Authorization,
    Existence,
    Ownership,
    Management,
    State,
    Network,
    Membership,
    Kind,
    Quota,
    Service,
}

use Stage::{Authorization, Existence, Management, Membership, Network, Ownership, Quota, Service, Shape, State};

/// joinsecuritygroup.tsv, `MissingParameter` and `Forbidden.RAM`, in the default order of ecs-membership.md 2.2.
pub(crate) const ROWS: [Row; 30] = [
    ("MissingParameter", &[400], Shape, false, 'b', false, false),
    ("InvalidParam.EniIdAndInstanceId.Conflict", &[403], Shape, true, 'b', false, false),
    ("InvalidParam.Malformed", &[403], Shape, false, 'b', false, false),
    ("MissingParameter.RegionId", &[400], Shape, true, 'e', false, false),
    ("InvalidInstanceId.Malformed", &[400], Shape, false, 'i', false, false),
    ("Forbidden.RAM", &[403], Authorization, true, 'b', false, false),
    ("InvalidSecurityGroupId.NotFound", &[404], Existence, true, 'b', false, false),
    ("InvalidInstanceId.NotFound", &[404], Existence, true, 'i', false, false),
    ("InvalidEniId.NotFound", &[404], Existence, true, 'e', false, false),
    ("NotBelongUser", &[400], Ownership, false, 'e', true, false),
    ("InvalidOperation.EniAndGroupNotBelongSameUser", &[400], Ownership, false, 'e', true, false),
    ("InvalidOperation.ResourceManagedByCloudProduct", &[403], Management, true, 'b', false, true),
    ("InvalidOperation.EniServiceManaged", &[403], Management, true, 'e', true, false),
    ("InvalidOperation.InvalidEniType", &[403], Management, false, 'e', true, false),
    ("Forbidden.InstanceIsBeingCreated", &[403], State, false, 'i', true, false),
    ("InvalidStatus.EniOrInstanceIsBeingCreated", &[400], State, false, 'b', true, false),
    ("InstanceLockedForSecurity", &[403], State, true, 'i', true, false),
    ("IncorrectInstanceStatus", &[403], State, true, 'i', true, false),
    ("InvalidOperation.InvalidEniState", &[400], State, false, 'e', true, false),
    ("InvalidInstanceId.Mismatch", &[400], Network, true, 'i', true, true),
    ("InvalidOperation.VpcMismatch", &[403], Network, true, 'e', true, true),
    ("InvalidInstanceId.AlreadyExists", &[403], Membership, true, 'i', true, false),
    ("InvalidOperation.NotSupportEnterpriseGroup", &[400], Stage::Kind, false, 'b', true, true),
    ("InvalidOperation.MultiGroupType", &[400], Stage::Kind, true, 'b', true, true),
    ("InstanceSecurityGroupLimitExceeded", &[400, 403], Quota, true, 'b', true, false),
    ("SecurityGroupInstanceLimitExceeded", &[403], Quota, true, 'b', true, true),
    ("InvalidOperation.NetworkInterfaceCountExceeded", &[403], Quota, true, 'b', true, true),
    ("AclLimitExceed", &[403], Quota, true, 'b', true, true),
    ("InvalidOperation.Conflict", &[409], Service, true, 'b', false, false),
    ("InternalError", &[500], Service, true, 'b', false, false),
];

/// The row of a code.
pub(crate) fn row(code: &str) -> Row {
    *ROWS.iter().find(|row| row.0 == code).unwrap_or_else(|| panic!("no row `{code}`"))
}

/// One completion of the facts: answers to "which of these is it?", replayed and then advanced like a counter.
#[derive(Debug, Default)]
pub(crate) struct Chooser {
    taken: Vec<(usize, usize)>,
    next: usize,
    memo: BTreeMap<String, usize>,
}

impl Chooser {
    /// One of `options` for this fact; the same one whenever it is asked again in this completion.
    pub(crate) fn choose(&mut self, fact: &str, options: usize) -> usize {
        if let Some(known) = self.memo.get(fact) {
            return *known;
        }
        if self.next == self.taken.len() {
            self.taken.push((0, options));
        }
        let (choice, of) = self.taken[self.next];
        assert_eq!(of, options, "the choices of `{fact}` do not depend on luck");
        self.next += 1;
        self.memo.insert(fact.to_owned(), choice);
        choice
    }

    fn advance(&mut self) -> bool {
        self.next = 0;
        self.memo.clear();
        while let Some((choice, of)) = self.taken.pop() {
            if choice + 1 < of {
                self.taken.push((choice + 1, of));
                return true;
            }
        }
        false
    }
}

/// The result of `run` on every completion of the facts that it asks for.
pub(crate) fn every<T>(mut run: impl FnMut(&mut Chooser) -> T) -> Vec<T> {
    let mut chooser = Chooser::default();
    let mut all = vec![run(&mut chooser)];
    while chooser.advance() {
        all.push(run(&mut chooser));
    }
    all
}

/// A check on one completion.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Result {
    NotApplicable,
    Clear,
    Unverified,
    Fires,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Status {
    Violated,
    Passed,
    Unknown,
    Unverified,
    NotApplicable,
    AlwaysPossible,
}

/// A group as the caller's account sees it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Owned {
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

/// The five checks that need no inventory, and the statuses of all others, over all completions.
pub(crate) fn status(world: &World, call: &Call, choices: &Choices, code: &'static str) -> Status {
    if row(code).2 == Service {
        return Status::AlwaysPossible;
    }
    join(&every(|chooser| Facts { world, call, choices, chooser }.check(code)))
}

fn join(results: &[Result]) -> Status {
    let any = |result| results.contains(&result);
    match (any(Result::Fires), any(Result::Clear), any(Result::Unverified)) {
        (false, false, false) => Status::NotApplicable,
        (true, false, false) if !any(Result::NotApplicable) => Status::Violated,
        (true, _, _) => Status::Unknown,
        (false, _, true) => Status::Unverified,
        (false, true, false) => Status::Passed,
    }
}

/// Values of a VPC id that is not known; the empty one is the classic network.
const VPCS: [&str; 4] = ["", "vpc-a", "vpc-b", "vpc-elsewhere"];

/// "characters outside `[A-Za-z0-9-]`, a list of ids, another resource's prefix"
fn ill_formed(id: &str, other_prefixes: [&str; 2]) -> bool {
    !id.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
        || other_prefixes.iter().any(|prefix| id.starts_with(prefix))
}

/// "region = zone minus last part; for `ap-southeast-1a` style strip the letter"
pub(crate) fn region_of_zone(zone: &str) -> String {
    match zone.rsplit_once('-') {
        Some((region, last)) if last.len() == 1 && last.bytes().all(|byte| byte.is_ascii_lowercase()) => {
            region.to_owned()
        }
        _ => zone.trim_end_matches(|letter: char| letter.is_ascii_lowercase()).to_owned(),
    }
}

/// "Region of the call: its RegionId, else the region of the instance in the inventory, else the manifest's (if one)."
pub(crate) fn call_region(world: &World, call: &Call) -> Option<String> {
    let of_instance = || {
        let id = call.instance.as_ref()?;
        world.instances.iter().find(|instance| instance.id == *id)?.region.clone()
    };
    let of_manifest = || if world.regions.len() == 1 { world.regions.first().cloned() } else { None };
    call.region.clone().or_else(of_instance).or_else(of_manifest)
}

impl<'a> Facts<'a> {
    fn one_of<T: Copy>(&mut self, fact: &str, options: &[T]) -> T {
        options[self.chooser.choose(fact, options.len())]
    }

    fn instance(&self) -> Option<&'a Instance> {
        self.world.instances.iter().find(|instance| Some(&instance.id) == self.call.instance.as_ref())
    }

    fn eni(&self) -> Option<&'a Eni> {
        self.world.enis.iter().find(|eni| Some(&eni.id) == self.call.eni.as_ref())
    }

    fn listed_group(&self, id: &str) -> Option<&'a Group> {
        self.world.groups.iter().find(|group| group.id == id)
    }

    fn target_group(&self) -> Option<&'a Group> {
        self.listed_group(self.call.group.as_deref()?)
    }

    /// "for these kinds an id that is in no given response does not exist ..., in the manifest's region"
    fn complete(&self, kind: Kind) -> bool {
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
    fn owner_of_listed(&self, id: &str) -> &'a str {
        let by_manifest = self.world.account.as_ref().unwrap_or(&self.call.caller);
        self.world.owners.get(id).unwrap_or(by_manifest)
    }

    fn named_inside_a_response(&self, group: &str) -> bool {
        let of_instances = self.world.instances.iter().filter_map(|instance| instance.groups.as_ref());
        let of_enis = self.world.enis.iter().filter_map(|eni| eni.groups.as_ref());
        of_instances.chain(of_enis).flatten().any(|id| id == group)
    }

    fn group_owner(&mut self) -> Owned {
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

    fn same_region(&mut self, fact: &str, region: Option<&str>, wanted: Option<&str>) -> bool {
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
            (Some(group), _) => self.same_region("group region", group.region.as_deref(), wanted.as_deref()),
            (None, Some(id)) if self.named_inside_a_response(id) => self.one_of("group region", &[true, false]),
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
            None if self.inline_eni() => wanted.is_none() || self.one_of("target region", &[true, false]),
            None => !self.complete(Kind::Eni) && self.one_of("target exists", &[true, false]),
        }
    }

    /// The ENI of the call is known only from an instance's NetworkInterfaces, where it is the primary one.
    fn inline_eni(&self) -> bool {
        let primaries = self.world.instances.iter().filter_map(|instance| instance.primary.as_ref());
        self.eni().is_none() && primaries.into_iter().any(|(id, _)| Some(id) == self.call.eni.as_ref())
    }

    fn eni_is_foreign(&mut self) -> bool {
        match self.eni().and_then(|eni| eni.owner.as_ref()) {
            Some(owner) => *owner != self.call.caller,
            None => self.one_of("eni owner", &[false, true]),
        }
    }

    /// The ids of the groups that the target is in. Unknown lists are: none, this group, another one of each type, and
    /// as many as the quota allows.
    fn current_groups(&mut self) -> Vec<String> {
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

    fn already_member(&mut self) -> bool {
        self.current_groups().iter().any(|id| Some(id) == self.call.group.as_ref())
    }

    fn kind_of(&mut self, id: &str) -> &'static str {
        if let Some(invented) = id.strip_prefix('?') {
            return if invented.starts_with("enterprise") { "enterprise" } else { "normal" };
        }
        match self.listed_group(id).and_then(|group| group.kind) {
            Some(kind) => kind,
            None => self.one_of(&format!("kind of {id}"), &["normal", "enterprise"]),
        }
    }

    fn target_kind(&mut self) -> &'static str {
        let id = self.call.group.clone().expect("only asked of a group that exists");
        self.kind_of(&id)
    }

    fn group_vpc(&mut self) -> &'static str {
        match self.target_group().and_then(|group| group.vpc) {
            Some(vpc) => vpc,
            None => self.one_of("group vpc", &VPCS),
        }
    }

    /// Empty: classic.
    fn target_vpc(&mut self) -> &'static str {
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

    fn instance_status(&mut self) -> &'static str {
        match self.instance().and_then(|instance| instance.status) {
            Some(status) => status,
            None => self.one_of("status", &["Running", "Stopped", "Starting", "Stopping", "Pending"]),
        }
    }

    fn eni_status(&mut self) -> &'static str {
        match self.eni().and_then(|eni| eni.status) {
            Some(status) => status,
            None => self.one_of("status", &["Available", "InUse", "Attaching", "Detaching", "Deleting", "(created)"]),
        }
    }

    fn quota(&self, name: &str, default: u64) -> u64 {
        self.world.quotas.get(name).copied().unwrap_or(default)
    }

    fn groups_per_eni(&self) -> u64 {
        self.quota("groups-per-eni", self.choices.of("groups-per-eni").parse().expect("a number in the table"))
    }

    fn rules_of(&self, id: &str) -> Option<(u64, bool)> {
        let group = self.listed_group(id)?;
        group.attribute.or(group.rule_count.map(|count| (count, false)))
    }

    /// Members in the inventory, each ENI once: number of ENIs and of addresses.
    fn members(&self) -> (u64, u64) {
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

    fn needed_addresses(&self) -> u64 {
        let addresses = if self.call.instance.is_some() {
            self.instance().and_then(|instance| instance.primary.as_ref()).map(|(_, addresses)| *addresses)
        } else {
            self.eni().and_then(|eni| eni.addresses)
        };
        addresses.map_or(1, |addresses| addresses.iter().sum::<usize>() as u64)
    }

    /// "Used = the larger of (i) what is counted over the members in the inventory and (ii) `EcsCount`, when it or
    /// `AvailableInstanceAmount` is not 0. Violated when used + needed > quota. Else passed when `instance` and `eni` are
    /// complete or a counter is not 0; else unverified."
    fn capacity(&mut self, counted: u64, needed: u64, quota: u64) -> Result {
        if self.already_member() {
            return Result::Clear;
        }
        let group = self.target_group();
        let ecs_count = group.and_then(|group| group.ecs_count).unwrap_or(0);
        let available = group.and_then(|group| group.available).unwrap_or(0);
        let has_counter = ecs_count != 0 || available != 0;
        let used = if has_counter { counted.max(ecs_count) } else { counted };
        if used + needed > quota {
            Result::Fires
        } else if has_counter || (self.complete(Kind::Instance) && self.complete(Kind::Eni)) {
            Result::Clear
        } else {
            Result::Unverified
        }
    }

    fn acl(&mut self) -> Result {
        if self.already_member() {
            return Result::Clear;
        }
        let quota = self.quota("rules-per-eni", 1000);
        let mut sum = 0;
        let mut all_there = true;
        let target = self.call.group.clone();
        for id in self.current_groups().iter().chain(&target) {
            match self.rules_of(id) {
                Some((rules, names_prefix_list)) => {
                    sum += rules;
                    all_there &= !names_prefix_list;
                }
                None => all_there = false,
            }
        }
        if sum > quota {
            Result::Fires
        } else if all_there {
            Result::Clear
        } else {
            Result::Unverified
        }
    }

    /// The type of the instance, or of the instance that the ENI is attached to.
    fn instance_type(&self) -> Option<&'static str> {
        if self.call.instance.is_some() {
            return self.instance()?.instance_type;
        }
        let attached = self.eni()?.instance.as_ref()?;
        self.world.instances.iter().find(|instance| instance.id == *attached)?.instance_type
    }

    /// One check on this completion. `Forbidden.RAM` and the service's two are not judged here.
    pub(crate) fn check(&mut self, code: &'static str) -> Result {
        let (_, _, _, _, path, reads_target, reads_group) = row(code);
        let (instance, eni) = (self.call.instance.is_some(), self.call.eni.is_some());
        let fires = |condition| if condition { Result::Fires } else { Result::Clear };
        let neither = !instance && !eni;
        match code {
            "MissingParameter" => {
                let counts_neither = self.choices.is("neither-id", "MissingParameter");
                return fires(self.call.group.is_none() || (neither && counts_neither));
            }
            "InvalidParam.EniIdAndInstanceId.Conflict" => return fires(instance && eni),
            "InvalidSecurityGroupId.NotFound" if self.call.group.is_none() => return Result::NotApplicable,
            "InvalidSecurityGroupId.NotFound" => return fires(!self.group_exists()),
            "InvalidParam.Malformed" if neither => {
                return fires(self.choices.is("neither-id", "InvalidParam.Malformed"));
            }
            _ => {}
        }
        let other_path = (path == 'i' && !instance) || (path == 'e' && !eni);
        if (instance && eni) || neither || other_path {
            return Result::NotApplicable;
        }
        if (reads_target && !self.target_exists()) || (reads_group && !self.group_exists()) {
            return Result::NotApplicable;
        }
        fires(match code {
            "InvalidParam.Malformed" => self.call.eni.as_ref().is_some_and(|id| ill_formed(id, ["i-", "sg-"])),
            "MissingParameter.RegionId" => self.call.region.is_none(),
            "InvalidInstanceId.Malformed" => {
                self.call.instance.as_ref().is_some_and(|id| ill_formed(id, ["eni-", "sg-"]))
            }
            "InvalidInstanceId.NotFound" | "InvalidEniId.NotFound" => !self.target_exists(),
            "NotBelongUser" => self.eni_is_foreign(),
            "InvalidOperation.EniAndGroupNotBelongSameUser" => {
                !self.eni_is_foreign() && self.group_owner() == Owned::Foreign
            }
            "InvalidOperation.ResourceManagedByCloudProduct" => {
                match self.target_group().and_then(|group| group.service_managed) {
                    Some(managed) => managed,
                    None => self.one_of("group managed", &[false, true]),
                }
            }
            "InvalidOperation.EniServiceManaged" => match self.eni().and_then(|eni| eni.service_managed) {
                Some(managed) => managed,
                None => self.one_of("eni managed", &[false, true]),
            },
            "InvalidOperation.InvalidEniType" => match self.eni().and_then(|eni| eni.eni_type) {
                Some("Secondary") => false,
                Some("Primary") => self.choices.is("primary-eni", "refused"),
                None if self.inline_eni() => self.choices.is("primary-eni", "refused"),
                // Unknown, or Trunk or Member, of which nobody says whether they may join.
                _ => self.one_of("eni type", &[false, true]),
            },
            "Forbidden.InstanceIsBeingCreated" => {
                self.choices.is("pending-code", code) && self.instance_status() == "Pending"
            }
            "InvalidStatus.EniOrInstanceIsBeingCreated" if instance => {
                self.choices.is("pending-code", code) && self.instance_status() == "Pending"
            }
            "InvalidStatus.EniOrInstanceIsBeingCreated" => self.eni_status() == "(created)",
            "IncorrectInstanceStatus" => match self.instance_status() {
                "Running" | "Stopped" => false,
                "Pending" => self.choices.is("pending-code", code),
                _ => true,
            },
            "InstanceLockedForSecurity" => match self.instance().and_then(|instance| instance.locks.as_ref()) {
                Some(locks) => locks.contains(&"security"),
                None => self.one_of("locked", &[false, true]),
            },
            "InvalidOperation.InvalidEniState" => ["Attaching", "Detaching", "Deleting"].contains(&self.eni_status()),
            "InvalidInstanceId.Mismatch" => self.target_vpc() != self.group_vpc(),
            "InvalidOperation.VpcMismatch" => self.group_vpc().is_empty() || self.target_vpc() != self.group_vpc(),
            "InvalidInstanceId.AlreadyExists" => self.already_member(),
            "InvalidOperation.NotSupportEnterpriseGroup" => {
                if self.target_kind() == "normal" {
                    return Result::Clear;
                }
                match self.instance_type().and_then(|id| self.world.types.get(id)) {
                    None => return Result::Unverified,
                    Some(0) => self.one_of("old type", &[false, true]),
                    Some(_) => false,
                }
            }
            "InvalidOperation.MultiGroupType" => {
                let target = self.target_kind();
                self.current_groups().iter().any(|id| self.kind_of(id) != target)
            }
            "InstanceSecurityGroupLimitExceeded" => {
                !self.already_member() && self.current_groups().len() as u64 >= self.groups_per_eni()
            }
            "SecurityGroupInstanceLimitExceeded" => {
                if self.target_kind() == "enterprise" {
                    return Result::Clear;
                }
                let quota = if self.group_vpc().is_empty() {
                    self.quota("ips-per-classic-group", 1000)
                } else {
                    self.quota("ips-per-basic-group", 6000)
                };
                return self.capacity(self.members().1, self.needed_addresses(), quota);
            }
            "InvalidOperation.NetworkInterfaceCountExceeded" => {
                if self.target_kind() == "normal" {
                    return Result::Clear;
                }
                let quota = self.quota("enis-per-enterprise-group", 65_536);
                return self.capacity(self.members().0, 1, quota);
            }
            "AclLimitExceed" => return self.acl(),
            other => panic!("`{other}` is not judged here"),
        })
    }
}
