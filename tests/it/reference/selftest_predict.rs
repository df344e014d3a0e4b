//! The membership and prediction oracles against sentences of the contract and the facts.

use std::collections::BTreeSet;

use super::assumptions::Choices;
use super::evaluate::{Decision, Possible};
use super::facts::region_of_zone;
use super::membership::{ROWS, Status};
use super::predict::{Prediction, Question, arns, predict};
use super::world::{Call, Eni, Group, Instance, Kind, World};

/// A world in which `i-1` and `eni-1` may join `sg-1`.
fn good_world() -> World {
    let text = |text: &str| Some(text.to_owned());
    let group = |id: &str| Group {
        id: id.to_owned(),
        region: text("cn-hangzhou"),
        vpc: Some("vpc-a"),
        kind: Some("normal"),
        service_managed: Some(false),
        ecs_count: Some(0),
        available: Some(0),
        rule_count: Some(3),
        attribute: None,
    };
    World {
        account: text("1001"),
        regions: vec!["cn-hangzhou".to_owned()],
        complete: BTreeSet::from(Kind::ALL),
        instances: vec![Instance {
            id: "i-1".to_owned(),
            region: text("cn-hangzhou"),
            status: Some("Running"),
            network_type: Some("vpc"),
            vpc: Some("vpc-a"),
            groups: Some(vec!["sg-2".to_owned()]),
            locks: Some(vec![]),
            type_id: Some("ecs.g7.large"),
            primary: Some(("eni-primary-i-1".to_owned(), [1, 0, 0, 0])),
        }],
        enis: vec![Eni {
            id: "eni-1".to_owned(),
            zone: text("cn-hangzhou-h"),
            sort: Some("Secondary"),
            status: Some("InUse"),
            vpc: Some("vpc-a"),
            groups: Some(vec!["sg-2".to_owned()]),
            owner: text("1001"),
            service_managed: Some(false),
            addresses: Some([1, 0, 0, 0]),
            instance: text("i-1"),
        }],
        groups: vec![group("sg-1"), group("sg-2")],
        ..World::default()
    }
}

fn by_instance() -> Call {
    let text = |text: &str| Some(text.to_owned());
    Call { caller: "1001".to_owned(), group: text("sg-1"), instance: text("i-1"), eni: None, region: None }
}

fn by_eni() -> Call {
    let text = |text: &str| Some(text.to_owned());
    Call { instance: None, eni: text("eni-1"), region: text("cn-hangzhou"), ..by_instance() }
}

fn judge_as(world: &World, call: &Call, choices: Choices, decisions: &[Decision]) -> Prediction {
    let possible: Possible = decisions.iter().copied().collect();
    let authorize = |_: &[String], _: &Choices| possible.clone();
    predict(&Question { world, call, choices, strict: false, authorize: &authorize })
}

fn judge(world: &World, call: &Call) -> Prediction {
    judge_as(world, call, Choices::default(), &[Decision::Allow])
}

#[test]
fn the_table_has_thirty_rows() {
    // "checks: 30 entries in default order, one for each code: the 28 of facts/joinsecuritygroup.tsv, `MissingParameter`, `Forbidden.RAM`"
    assert_eq!(ROWS.iter().map(|row| row.0).collect::<BTreeSet<_>>().len(), 30);
    assert!(ROWS.is_sorted_by_key(|row| row.2));
}

#[test]
fn success_on_both_paths() {
    for call in [by_instance(), by_eni()] {
        let answer = judge(&good_world(), &call);
        assert_eq!((answer.verdict, answer.code), ("success", None), "{answer:#?}");
        // "Success: only Success."
        assert_eq!(answer.candidates, ["Success"]);
        // "certain when ... (success: nothing `unverified`) and `assumptions` is empty"
        assert_eq!(answer.certainty, "certain");
    }
}

/// A change of the good world, the path, and the one code that it violates.
type Violation = (fn(&mut World, &mut Call), char, &'static str);

#[test]
fn each_row_fires() {
    let violations: [Violation; 33] = [
        (|_, call| call.group = None, 'i', "MissingParameter"),
        (|_, call| call.eni = Some("eni-1".to_owned()), 'i', "InvalidParam.EniIdAndInstanceId.Conflict"),
        (|_, call| call.instance = None, 'i', "InvalidParam.Malformed"),
        (|_, call| call.eni = Some("sg-7".to_owned()), 'e', "InvalidParam.Malformed"),
        (|_, call| call.region = None, 'e', "MissingParameter.RegionId"),
        (|_, call| call.instance = Some("i_1".to_owned()), 'i', "InvalidInstanceId.Malformed"),
        (|_, call| call.instance = Some("eni-1".to_owned()), 'i', "InvalidInstanceId.Malformed"),
        (
            |world, _| {
                world.groups.remove(0);
            },
            'i',
            "InvalidSecurityGroupId.NotFound",
        ),
        (|world, _| world.groups[0].region = Some("cn-beijing".to_owned()), 'i', "InvalidSecurityGroupId.NotFound"),
        (
            |world, _| {
                world.owners.insert("sg-1".to_owned(), "2002".to_owned());
            },
            'i',
            "InvalidSecurityGroupId.NotFound",
        ),
        (|world, _| world.instances.clear(), 'i', "InvalidInstanceId.NotFound"),
        (
            |world, _| {
                world.owners.insert("i-1".to_owned(), "2002".to_owned());
            },
            'i',
            "InvalidInstanceId.NotFound",
        ),
        (|world, _| world.enis.clear(), 'e', "InvalidEniId.NotFound"),
        (|world, _| world.enis[0].zone = Some("ap-southeast-1a".to_owned()), 'e', "InvalidEniId.NotFound"),
        (|world, _| world.enis[0].owner = Some("2002".to_owned()), 'e', "NotBelongUser"),
        (
            |world, _| world.groups[0].service_managed = Some(true),
            'i',
            "InvalidOperation.ResourceManagedByCloudProduct",
        ),
        (|world, _| world.enis[0].service_managed = Some(true), 'e', "InvalidOperation.EniServiceManaged"),
        (|world, _| world.enis[0].sort = Some("Primary"), 'e', "InvalidOperation.InvalidEniType"),
        (|world, _| world.instances[0].status = Some("Pending"), 'i', "Forbidden.InstanceIsBeingCreated"),
        (|world, _| world.instances[0].locks = Some(vec!["financial", "security"]), 'i', "InstanceLockedForSecurity"),
        (|world, _| world.instances[0].status = Some("Starting"), 'i', "IncorrectInstanceStatus"),
        (|world, _| world.enis[0].status = Some("Detaching"), 'e', "InvalidOperation.InvalidEniState"),
        (|world, _| world.groups[0].vpc = Some("vpc-b"), 'i', "InvalidInstanceId.Mismatch"),
        (|world, _| world.groups[0].vpc = Some(""), 'i', "InvalidInstanceId.Mismatch"),
        (|world, _| world.groups[0].vpc = Some(""), 'e', "InvalidOperation.VpcMismatch"),
        (|world, _| world.instances[0].groups = Some(vec!["sg-1".to_owned()]), 'i', "InvalidInstanceId.AlreadyExists"),
        (|world, _| world.groups[0].kind = Some("enterprise"), 'e', "InvalidOperation.MultiGroupType"),
        (
            |world, _| {
                world.quotas.insert("groups-per-eni", 1);
            },
            'i',
            "InstanceSecurityGroupLimitExceeded",
        ),
        (
            |world, _| {
                world.quotas.insert("groups-per-eni", 1);
            },
            'e',
            "InstanceSecurityGroupLimitExceeded",
        ),
        (|world, _| world.groups[0].ecs_count = Some(6000), 'i', "SecurityGroupInstanceLimitExceeded"),
        (
            |world, _| {
                world.groups.iter_mut().for_each(|group| group.kind = Some("enterprise"));
                world.groups[0].ecs_count = Some(65_536);
                world.types.insert("ecs.g7.large", 6);
            },
            'i',
            "InvalidOperation.NetworkInterfaceCountExceeded",
        ),
        (
            |world, _| {
                world.quotas.insert("rules-per-eni", 5);
            },
            'i',
            "AclLimitExceed",
        ),
        // "a DescribeSecurityGroupAttribute of a group beats its `RuleCount`"
        (|world, _| world.groups[0].attribute = Some((998, false)), 'i', "AclLimitExceed"),
    ];
    for (change, path, code) in violations {
        let (mut world, mut call) = (good_world(), if path == 'i' { by_instance() } else { by_eni() });
        change(&mut world, &mut call);
        let answer = judge(&world, &call);
        assert_eq!((answer.verdict, answer.code), ("failure", Some(code)), "{answer:#?}");
        assert_eq!(answer.candidates, [code], "{answer:#?}");
    }
}

#[test]
fn ownership() {
    // "As built: ENI.OwnerId is the caller's and the group's owner is another; a foreign ENI is NotBelongUser only."
    let mut world = good_world();
    world.owners.insert("sg-1".to_owned(), "2002".to_owned());
    let answer = judge(&world, &by_eni());
    assert_eq!(answer.candidates, ["InvalidSecurityGroupId.NotFound", "InvalidOperation.EniAndGroupNotBelongSameUser"]);
    assert_eq!(answer.certainty, "order_inferred");
    world.enis[0].owner = Some("2002".to_owned());
    assert_eq!(judge(&world, &by_eni()).candidates, ["InvalidSecurityGroupId.NotFound", "NotBelongUser"]);
    // "an unknown id under a complete inventory is InvalidEniId.NotFound; otherwise {InvalidEniId.NotFound, NotBelongUser}"
    let mut world = good_world();
    world.enis.clear();
    world.complete.remove(&Kind::Eni);
    let answer = judge(&world, &by_eni());
    assert_eq!(answer.verdict, "undetermined");
    assert!(["InvalidEniId.NotFound", "NotBelongUser"].iter().all(|code| answer.candidates.contains(code)));
}

#[test]
fn quotas() {
    // "Else passed when `instance` and `eni` are complete or a counter is not 0; else *unverified*"
    let mut world = good_world();
    world.complete.remove(&Kind::Eni);
    let answer = judge(&world, &by_instance());
    assert_eq!((answer.verdict, answer.certainty), ("success", "inferred"));
    assert_eq!(answer.unverified, ["SecurityGroupInstanceLimitExceeded"]);
    world.groups[0].available = Some(1);
    assert!(judge(&world, &by_instance()).unverified.is_empty());
    // "(i) what is counted over the members in the inventory"; "each ENI once by id"
    let mut world = good_world();
    world.quotas.insert("ips-per-basic-group", 2);
    let member = Eni {
        id: "eni-2".to_owned(),
        groups: Some(vec!["sg-1".to_owned()]),
        addresses: Some([1, 1, 0, 0]),
        ..world.enis[0].clone()
    };
    world.enis.push(member);
    assert_eq!(judge(&world, &by_instance()).code, Some("SecurityGroupInstanceLimitExceeded"));
    // "Violated when used + needed > quota": 2 + 1 fit into 3
    world.quotas.insert("ips-per-basic-group", 3);
    assert_eq!(judge(&world, &by_instance()).verdict, "success");
    world.quotas.insert("ips-per-basic-group", 2);
    // "A target that is already a member adds nothing: the quota checks pass."
    world.instances[0].groups = Some(vec!["sg-1".to_owned()]);
    assert_eq!(judge(&world, &by_instance()).candidates, ["InvalidInstanceId.AlreadyExists"]);
    // "Violated when the sum alone exceeds the quota": 3 + 3 rules fit into 6
    let mut world = good_world();
    world.quotas.insert("rules-per-eni", 6);
    assert_eq!(judge(&world, &by_instance()).verdict, "success");
    // "passed, but *unverified* when a rule names a prefix list ..., or a current group or its count is not in the inventory"
    let mut world = good_world();
    world.groups.pop();
    let answer = judge(&world, &by_instance());
    assert_eq!(answer.statuses["AclLimitExceed"], Status::Unverified);
    // "MultiGroupType with a current group that is not in the inventory: unknown."
    assert_eq!(answer.statuses["InvalidOperation.MultiGroupType"], Status::Unknown);
    assert_eq!(answer.candidates, ["InvalidOperation.MultiGroupType", "Success"]);
    // "NotSupportEnterpriseGroup: ... > 0 -> passed; 0 -> unknown; type not in the inventory -> unverified"
    let mut world = good_world();
    world.groups.iter_mut().for_each(|group| group.kind = Some("enterprise"));
    let code = "InvalidOperation.NotSupportEnterpriseGroup";
    assert_eq!(judge(&world, &by_instance()).statuses[code], Status::Unverified);
    world.types.insert("ecs.g7.large", 0);
    assert_eq!(judge(&world, &by_instance()).statuses[code], Status::Unknown);
    world.types.insert("ecs.g7.large", 1);
    assert_eq!(judge(&world, &by_instance()).statuses[code], Status::Passed);
}

#[test]
fn assumptions() {
    // "`groups-per-eni` 5 | 10"; "a quota that is given silences the assumption"
    let mut world = good_world();
    world.instances[0].groups = Some((0..5).map(|_| "sg-2".to_owned()).collect());
    let answer = judge(&world, &by_instance());
    assert_eq!((answer.code, answer.http), (Some("InstanceSecurityGroupLimitExceeded"), Some(400)));
    assert_eq!(answer.assumptions, [("groups-per-eni", "10", "success", None)]);
    assert_eq!(answer.certainty, "inferred");
    world.quotas.insert("groups-per-eni", 5);
    assert!(judge(&world, &by_instance()).assumptions.is_empty());
    // "for `Pending` exactly one of three codes, that of the assumption `pending-code`, is violated and the other two are passed"
    let mut world = good_world();
    world.instances[0].status = Some("Pending");
    for code in
        ["Forbidden.InstanceIsBeingCreated", "InvalidStatus.EniOrInstanceIsBeingCreated", "IncorrectInstanceStatus"]
    {
        let answer =
            judge_as(&world, &by_instance(), Choices::default().with("pending-code", code), &[Decision::Allow]);
        assert_eq!(answer.candidates, [code]);
        assert_eq!(answer.assumptions.len(), 2);
    }
    let mut world = good_world();
    world.enis[0].sort = Some("Primary");
    assert_eq!(judge(&world, &by_eni()).assumptions, [("primary-eni", "allowed", "success", None)]);
    let neither = Call { instance: None, ..by_instance() };
    assert_eq!(
        judge(&world, &neither).assumptions,
        [("neither-id", "MissingParameter", "failure", Some("MissingParameter"))]
    );
}

#[test]
fn authorization() {
    // "authorization before everything from ownership on; authorization before existence by the assumption `denied-missing`"
    let mut world = good_world();
    world.instances.clear();
    world.groups[0].service_managed = Some(true);
    let denied = [Decision::ImplicitDeny];
    let answer = judge_as(&world, &by_instance(), Choices::default(), &denied);
    assert_eq!(answer.candidates, ["Forbidden.RAM"]);
    assert_eq!(
        answer.assumptions,
        [("denied-missing", "not-found-first", "failure", Some("InvalidInstanceId.NotFound"))]
    );
    let swapped = Choices::default().with("denied-missing", "not-found-first");
    let answer = judge_as(&world, &by_instance(), swapped, &denied);
    assert_eq!(answer.candidates, ["InvalidInstanceId.NotFound"]);
    // "Unknown: shape against authorization"
    let mut call = by_instance();
    call.instance = Some("i_1".to_owned());
    let answer = judge_as(&good_world(), &call, Choices::default(), &denied);
    assert_eq!(answer.candidates, ["InvalidInstanceId.Malformed", "Forbidden.RAM"]);
    // "unknown when some are"
    let open = [Decision::Allow, Decision::ImplicitDeny];
    let answer = judge_as(&good_world(), &by_instance(), Choices::default(), &open);
    assert_eq!((answer.verdict, answer.candidates), ("undetermined", vec!["Forbidden.RAM", "Success"]));
    // "with no ARN it is `undetermined` and `Forbidden.RAM` `not_applicable`"
    let nothing = Call { group: None, instance: None, ..by_instance() };
    assert_eq!(judge(&good_world(), &nothing).statuses["Forbidden.RAM"], Status::NotApplicable);
    // `eni-resources`
    let of = |choice: &str| arns(&good_world(), &by_eni(), &Choices::default().with("eni-resources", choice));
    assert_eq!(
        of("eni+securitygroup"),
        ["acs:ecs:cn-hangzhou:1001:eni/eni-1", "acs:ecs:cn-hangzhou:1001:securitygroup/sg-1"]
    );
    assert_eq!(of("instance-any+securitygroup")[0], "acs:ecs:cn-hangzhou:1001:instance/*");
    assert_eq!(of("securitygroup").len(), 1);
}

#[test]
fn both_ids_and_neither() {
    // "With both ids only `InvalidParam.EniIdAndInstanceId.Conflict`, `MissingParameter`, `Forbidden.RAM` and the group's
    // existence are judged; with neither, the same and `InvalidParam.Malformed`."
    for (call, judged) in
        [(Call { eni: Some("eni-1".to_owned()), ..by_instance() }, 4), (Call { instance: None, ..by_instance() }, 5)]
    {
        let answer = judge(&good_world(), &call);
        let count = |status| answer.statuses.values().filter(|other| **other == status).count();
        assert_eq!(count(Status::AlwaysPossible), 2);
        assert_eq!(count(Status::NotApplicable), 28 - judged, "{answer:#?}");
    }
}

#[test]
fn existence() {
    // "a response has a non-empty `NextToken`": the kind is incomplete, "whatever is said"
    let mut world = good_world();
    world.instances.clear();
    world.truncated.insert(Kind::Instance);
    let answer = judge(&world, &by_instance());
    assert_eq!(answer.statuses["InvalidInstanceId.NotFound"], Status::Unknown);
    assert_eq!(answer.verdict, "undetermined");
    // "an instance of another region than RegionId `InvalidInstanceId.NotFound`"
    let mut world = good_world();
    world.regions.push("cn-beijing".to_owned());
    let elsewhere = Call { region: Some("cn-beijing".to_owned()), ..by_instance() };
    assert_eq!(judge(&world, &elsewhere).candidates, ["InvalidSecurityGroupId.NotFound", "InvalidInstanceId.NotFound"]);
    // "in the manifest's `region`": nothing is known to be missing elsewhere
    let mut world = good_world();
    world.groups.remove(0);
    let elsewhere = Call { region: Some("cn-beijing".to_owned()), ..by_instance() };
    assert_eq!(judge(&world, &elsewhere).statuses["InvalidSecurityGroupId.NotFound"], Status::Unknown);
    // "without an entry, what a response lists belongs to the manifest's account": a foreign one counts as not existing
    let foreign = Call { caller: "2002".to_owned(), ..by_instance() };
    assert_eq!(
        judge(&good_world(), &foreign).candidates,
        ["InvalidSecurityGroupId.NotFound", "InvalidInstanceId.NotFound"]
    );
    // "A check that reads an object that does not exist is `not_applicable`"
    assert_eq!(judge(&good_world(), &foreign).statuses["AclLimitExceed"], Status::NotApplicable);
}

/// A field taken from the good world, the path, and the codes that become unknown.
type Blank = (fn(&mut World), char, &'static [&'static str]);

#[test]
fn missing_fields_are_unknown() {
    let blanks: [Blank; 8] = [
        (
            |world| world.instances[0].status = None,
            'i',
            &["Forbidden.InstanceIsBeingCreated", "IncorrectInstanceStatus"],
        ),
        (|world| world.instances[0].locks = None, 'i', &["InstanceLockedForSecurity"]),
        (|world| world.groups[0].vpc = None, 'i', &["InvalidInstanceId.Mismatch"]),
        (|world| world.groups[0].service_managed = None, 'e', &["InvalidOperation.ResourceManagedByCloudProduct"]),
        (|world| world.enis[0].owner = None, 'e', &["NotBelongUser"]),
        (|world| world.enis[0].sort = None, 'e', &["InvalidOperation.InvalidEniType"]),
        (
            |world| world.enis[0].status = None,
            'e',
            &["InvalidStatus.EniOrInstanceIsBeingCreated", "InvalidOperation.InvalidEniState"],
        ),
        (
            |world| world.instances[0].groups = None,
            'i',
            &[
                "InvalidInstanceId.AlreadyExists",
                "InvalidOperation.MultiGroupType",
                "InstanceSecurityGroupLimitExceeded",
            ],
        ),
    ];
    for (blank, path, codes) in blanks {
        let mut world = good_world();
        blank(&mut world);
        let answer = judge(&world, &if path == 'i' { by_instance() } else { by_eni() });
        // "Undetermined: the unknown checks, then Success"
        assert_eq!(answer.candidates, [codes, &["Success"]].concat());
    }
}

#[test]
fn zones() {
    // "`cn-hangzhou-h` -> region = zone minus last part; for `ap-southeast-1a` style strip the letter"
    assert_eq!(region_of_zone("cn-hangzhou-h"), "cn-hangzhou");
    assert_eq!(region_of_zone("ap-southeast-1a"), "ap-southeast-1");
}
