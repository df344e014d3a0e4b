//! The error table of JoinSecurityGroup, written again: each check is judged two-valued on every completion of the
//! unknown facts that it asks for, and the results are joined to one status.

use std::collections::BTreeMap;

use super::assumptions::Choices;
use super::facts::Facts;
use super::world::{Call, World};

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

/// A check over all completions; `Forbidden.RAM` is judged elsewhere.
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
