//! What would change each failure of the table.

use std::collections::BTreeSet;

use ramspect::catalog::Stage;
use ramspect::catalog::errors::TABLE;
use ramspect::evaluate::{Decision, Possible};
use ramspect::membership::FORBIDDEN;
use ramspect::predict::{Fix, Judgement, Settings, predict};

use crate::membership::{ACCOUNT, Scenario, scenarios, world};

fn fix(scenario: &Scenario) -> Option<(&'static str, Fix)> {
    let (request, inventory, assumptions) = world(scenario);
    let settings =
        Settings { account: ACCOUNT.to_owned(), quotas: scenario.quotas(), assumptions, ..Settings::default() };
    let prediction = predict(&request, &inventory, &settings, |resources, _| Judgement {
        each: vec![Possible::of(Decision::Allow); resources.len()],
        missing: Vec::new(),
        trace: (),
    });
    let prediction = prediction.ok()?;
    Some((prediction.outcome.code?, prediction.fix?))
}

/// Code, kind and text of every fix that a scenario of the table leads to.
#[rustfmt::skip]
const FIXES: &[(&str, &str, &str)] = &[
    ("AclLimitExceed", "leave", "leave a security group with many rules first, or remove rules"),
    ("Forbidden.InstanceIsBeingCreated", "wait", "wait until the instance is `Running`"),
    ("IncorrectInstanceStatus", "wait", "wait until the instance is `Running`"),
    ("IncorrectInstanceStatus", "wait", "wait until the instance is `Running` or `Stopped`"),
    ("InstanceLockedForSecurity", "other", "have the security lock of the instance lifted"),
    ("InstanceSecurityGroupLimitExceeded", "leave", "leave one of the present security groups first"),
    ("InvalidEniId.NotFound", "request", "name a network interface in the region of the call"),
    ("InvalidInstanceId.AlreadyExists", "other", "nothing is left to do: the instance is in the security group already"),
    ("InvalidInstanceId.Malformed", "request", "give the id of one instance, such as `i-..`"),
    ("InvalidInstanceId.Mismatch", "request", "name a security group of the network that the target is in"),
    ("InvalidInstanceId.NotFound", "request", "name an instance of this account in the region of the call"),
    ("InvalidOperation.EniServiceManaged", "other", "change the groups through the cloud service that manages the network interface"),
    ("InvalidOperation.InvalidEniState", "wait", "wait until the network interface is `InUse`"),
    ("InvalidOperation.InvalidEniType", "request", "pass the instance as `InstanceId` in place of its primary network interface"),
    ("InvalidOperation.MultiGroupType", "request", "name a security group of the type that the target is in, or replace all of its groups in one call"),
    ("InvalidOperation.ResourceManagedByCloudProduct", "request", "name a security group that no cloud service manages"),
    ("InvalidOperation.VpcMismatch", "request", "name a security group of the network that the target is in"),
    ("InvalidParam.EniIdAndInstanceId.Conflict", "request", "give exactly one of `InstanceId` and `NetworkInterfaceId`"),
    ("InvalidParam.Malformed", "request", "give exactly one of `InstanceId` and `NetworkInterfaceId`"),
    ("InvalidParam.Malformed", "request", "give the id of one network interface, such as `eni-..`"),
    ("InvalidSecurityGroupId.NotFound", "request", "name a security group of this account in the region of the call"),
    ("InvalidStatus.EniOrInstanceIsBeingCreated", "wait", "wait until the instance is `Running`"),
    ("MissingParameter", "request", "give `SecurityGroupId` in the request"),
    ("MissingParameter", "request", "give exactly one of `InstanceId` and `NetworkInterfaceId`"),
    ("MissingParameter.RegionId", "request", "give `RegionId`, the region of the network interface"),
    ("NotBelongUser", "other", "make the call in the account that owns the network interface"),
    ("SecurityGroupInstanceLimitExceeded", "quota", "raise the quota of private addresses in a security group, or empty security group `sg-new`"),
];

/// Rows that in every scenario come behind another violated one, whose fix is named.
const BEHIND: [&str; 3] = [
    "InvalidOperation.EniAndGroupNotBelongSameUser",
    "InvalidOperation.NotSupportEnterpriseGroup",
    "InvalidOperation.NetworkInterfaceCountExceeded",
];

#[test]
fn every_failure_names_the_change_that_it_takes() {
    let mut found = BTreeSet::new();
    for (code, fix) in scenarios().iter().filter_map(fix) {
        assert!(fix.grant.is_empty(), "{code}: {fix:?}");
        found.insert((code, fix.kind.word(), fix.text));
    }
    let found: Vec<_> = found.iter().map(|(code, kind, text)| (*code, *kind, text.as_str())).collect();
    assert_eq!(found, FIXES);
    let fixed: BTreeSet<&str> = FIXES.iter().map(|(code, ..)| *code).chain(BEHIND).collect();
    let rows = TABLE.iter().filter(|row| row.code != FORBIDDEN && row.stage != Stage::Service);
    assert_eq!(fixed, rows.map(|row| row.code).collect());
}
