//! Verdict, code, candidates, certainty and assumptions of whole calls.

mod fixes;
mod masking;

use std::collections::BTreeMap;

use ramspect::catalog::{Assumption, Assumptions, Quota, Quotas};
use ramspect::evaluate::{Decision, Possible};
use ramspect::membership::{JoinRequest, Status};
use ramspect::predict::{
    Certainty, FixKind, Judgement, PredictError, Prediction, Settings, Verdict, predict, what_would_settle,
};
use serde_json::{Value, json};

use crate::membership::{ACCOUNT, base, inventory, request, set};

use Decision::{Allow, ExplicitDeny, ImplicitDeny};

/// A call in the base inventory, changed by pointers, under policies that say the same of every resource.
struct Call {
    documents: Value,
    request: JoinRequest,
    settings: Settings,
    decisions: Vec<Decision>,
}

impl Call {
    fn new() -> Self {
        let settings = Settings { account: ACCOUNT.to_owned(), ..Settings::default() };
        Self { documents: base(), request: request(&BTreeMap::new(), None), settings, decisions: vec![Allow] }
    }

    fn eni(id: &str) -> Self {
        Self { request: request(&BTreeMap::new(), Some(id)), ..Self::new() }
    }

    fn set(mut self, pointer: &str, value: Value) -> Self {
        set(&mut self.documents, pointer, value);
        self
    }

    fn status(self, status: &str) -> Self {
        self.set("/instances/Instances/Instance/0/Status", json!(status))
    }

    fn assume(mut self, assumption: Assumption, choice: &str) -> Self {
        self.settings.assumptions = self.settings.assumptions.with(assumption, choice).unwrap();
        self
    }

    fn ram(mut self, decisions: &[Decision]) -> Self {
        self.decisions = decisions.to_vec();
        self
    }

    fn group(mut self, id: &str) -> Self {
        self.request.security_group = Some(id.to_owned());
        self
    }

    fn predict(&self) -> Prediction<()> {
        self.try_predict().unwrap()
    }

    fn try_predict(&self) -> Result<Prediction<()>, PredictError> {
        let possible: Possible = self.decisions.iter().copied().collect();
        predict(&self.request, &inventory(&self.documents), &self.settings, |resources, _| Judgement {
            each: vec![possible; resources.len()],
            missing: vec!["acs:SourceIp".to_owned()],
            trace: (),
        })
    }
}

fn candidates(prediction: &Prediction<()>) -> Vec<&str> {
    prediction.outcome.candidates.iter().map(|candidate| candidate.code).collect()
}

fn status(prediction: &Prediction<()>, code: &str) -> Status {
    prediction.checks.iter().find(|check| check.row.code == code).unwrap().status
}

#[test]
fn a_join_that_nothing_speaks_against_succeeds_for_certain() {
    for call in [Call::new(), Call::eni("eni-sec")] {
        let prediction = call.predict();
        let outcome = &prediction.outcome;
        assert_eq!((outcome.verdict, outcome.http, outcome.code), (Verdict::Success, None, None), "{prediction:#?}");
        assert_eq!(candidates(&prediction), ["Success"]);
        assert_eq!(outcome.candidates[0].http, [200]);
        assert_eq!((outcome.certainty, prediction.fix), (Certainty::Certain, None));
        assert!(outcome.unverified.is_empty() && prediction.assumptions.is_empty());
        let always: Vec<_> = outcome.always_possible.iter().map(|one| (one.http[0], one.code)).collect();
        assert_eq!(always, [(409, "InvalidOperation.Conflict"), (500, "InternalError")]);
        assert_eq!(prediction.checks.len(), 30);
    }
}

#[test]
fn one_violated_check_is_the_code_and_certain_when_documented() {
    let prediction = Call::new().status("Starting").predict();
    let outcome = &prediction.outcome;
    assert_eq!((outcome.http, outcome.code), (Some(403), Some("IncorrectInstanceStatus")));
    assert_eq!(outcome.message, Some("The current status of the resource does not support this operation."));
    assert_eq!(outcome.meaning, Some("the instance is neither running nor stopped"));
    assert_eq!(outcome.certainty, Certainty::Certain);
    let fix = prediction.fix.unwrap();
    assert_eq!((fix.kind, fix.text.as_str()), (FixKind::Wait, "wait until the instance is `Running`"));
}

#[test]
fn the_code_of_a_pending_instance_is_inferred_and_its_alternatives_are_named() {
    let prediction = Call::new().status("Pending").predict();
    assert_eq!(prediction.outcome.code, Some("Forbidden.InstanceIsBeingCreated"));
    assert_eq!(prediction.outcome.certainty, Certainty::Inferred);
    assert_eq!(candidates(&prediction), ["Forbidden.InstanceIsBeingCreated"]);
    let effects: Vec<_> =
        prediction.assumptions.iter().map(|effect| (effect.alternative, effect.answer.http)).collect();
    assert_eq!(
        effects,
        [("InvalidStatus.EniOrInstanceIsBeingCreated", Some(400)), ("IncorrectInstanceStatus", Some(403))]
    );
}

#[test]
fn several_violated_checks_of_unknown_order_are_all_candidates() {
    let prediction = Call::new()
        .status("Stopping")
        .set("/instances/Instances/Instance/0/VpcAttributes/VpcId", json!("vpc-b"))
        .predict();
    assert_eq!(prediction.outcome.code, Some("IncorrectInstanceStatus"));
    assert_eq!(candidates(&prediction), ["IncorrectInstanceStatus", "InvalidInstanceId.Mismatch"]);
    assert_eq!(prediction.outcome.certainty, Certainty::OrderInferred);
}

#[test]
fn a_refusal_comes_before_everything_but_shape() {
    let prediction = Call::new().status("Starting").ram(&[ImplicitDeny]).predict();
    assert_eq!((prediction.outcome.http, prediction.outcome.code), (Some(403), Some("Forbidden.RAM")));
    assert_eq!(candidates(&prediction), ["Forbidden.RAM"]);
    assert_eq!(prediction.outcome.certainty, Certainty::Certain);
    let fix = prediction.fix.unwrap();
    assert_eq!(fix.kind, FixKind::Grant);
    assert_eq!(
        fix.grant,
        [
            format!("acs:ecs:cn-hangzhou:{ACCOUNT}:instance/i-web"),
            format!("acs:ecs:cn-hangzhou:{ACCOUNT}:securitygroup/sg-new")
        ]
    );
    let mut both = Call::eni("eni-sec").ram(&[ExplicitDeny]);
    both.request.region = None;
    let prediction = both.predict();
    assert_eq!(prediction.outcome.code, Some("MissingParameter.RegionId"));
    assert_eq!(candidates(&prediction), ["MissingParameter.RegionId", "Forbidden.RAM"]);
    assert_eq!(prediction.outcome.certainty, Certainty::OrderInferred);
}

#[test]
fn a_refusal_aimed_at_a_missing_object_names_the_other_order() {
    let call = Call::new().group("sg-none").ram(&[ImplicitDeny]);
    let prediction = call.predict();
    assert_eq!(prediction.outcome.code, Some("Forbidden.RAM"));
    assert_eq!(candidates(&prediction), ["Forbidden.RAM"]);
    assert_eq!(prediction.outcome.certainty, Certainty::Inferred);
    let [effect] = &prediction.assumptions[..] else { panic!("{:?}", prediction.assumptions) };
    assert_eq!(
        (effect.assumption, effect.choice, effect.alternative),
        (Assumption::DeniedMissing, "forbidden-first", "not-found-first")
    );
    assert_eq!((effect.answer.http, effect.answer.code), (Some(404), Some("InvalidSecurityGroupId.NotFound")));
    let swapped = call.assume(Assumption::DeniedMissing, "not-found-first").predict();
    assert_eq!(candidates(&swapped), ["InvalidSecurityGroupId.NotFound"]);
}

#[test]
fn an_unknown_key_leaves_the_answer_open_unless_another_check_fails() {
    let prediction = Call::new().ram(&[Allow, ImplicitDeny]).predict();
    assert_eq!((prediction.outcome.verdict, prediction.outcome.code), (Verdict::Undetermined, None));
    assert_eq!(candidates(&prediction), ["Forbidden.RAM", "Success"]);
    assert_eq!(status(&prediction, "Forbidden.RAM"), Status::Unknown);
    assert_eq!(prediction.authorization.missing, ["acs:SourceIp"]);
    let prediction = Call::new().ram(&[Allow, ImplicitDeny]).status("Starting").predict();
    assert_eq!(prediction.outcome.code, Some("IncorrectInstanceStatus"));
    assert_eq!(candidates(&prediction), ["Forbidden.RAM", "IncorrectInstanceStatus"]);
    assert_eq!(prediction.outcome.certainty, Certainty::OrderInferred);
    // Whichever deny it is, it is one.
    assert_eq!(Call::new().ram(&[ExplicitDeny, ImplicitDeny]).predict().outcome.code, Some("Forbidden.RAM"));
}

#[test]
fn an_unknown_interface_may_be_missing_or_foreign() {
    let prediction = Call::eni("eni-none").set("/manifest/complete", json!([])).predict();
    assert_eq!(prediction.outcome.verdict, Verdict::Undetermined);
    let codes = candidates(&prediction);
    assert_eq!(codes[..2], ["InvalidEniId.NotFound", "NotBelongUser"]);
    assert_eq!(codes.last(), Some(&"Success"));
    let ways = what_would_settle(&prediction);
    assert_eq!(ways[0], "aliyun ecs DescribeNetworkInterfaces --RegionId cn-hangzhou --NetworkInterfaceId.1 eni-none");
}

#[test]
fn the_limit_of_groups_is_an_assumption_until_a_quota_is_given() {
    let groups = json!(["sg-1", "sg-2", "sg-3", "sg-4", "sg-5"]);
    let pointer = "/instances/Instances/Instance/0/SecurityGroupIds/SecurityGroupId";
    let mut call = Call::new().set(pointer, groups);
    for n in 1..=5 {
        let group = json!({"SecurityGroupId": format!("sg-{n}"), "SecurityGroupType": "normal", "RuleCount": 1});
        call.documents.pointer_mut("/groups/SecurityGroups/SecurityGroup").unwrap().as_array_mut().unwrap().push(group);
    }
    let prediction = call.predict();
    assert_eq!(
        (prediction.outcome.http, prediction.outcome.code),
        (Some(400), Some("InstanceSecurityGroupLimitExceeded"))
    );
    assert_eq!(prediction.outcome.candidates[0].http, [400, 403]);
    assert_eq!(prediction.outcome.certainty, Certainty::Inferred);
    let [effect] = &prediction.assumptions[..] else { panic!("{:?}", prediction.assumptions) };
    assert_eq!((effect.assumption.id(), effect.choice, effect.alternative), ("groups-per-eni", "5", "10"));
    assert_eq!((effect.answer.verdict, effect.answer.http, effect.answer.code), (Verdict::Success, None, None));
    call.settings.quotas.set(Quota::GroupsPerEni, 5);
    let prediction = call.predict();
    assert_eq!((prediction.outcome.certainty, prediction.assumptions.len()), (Certainty::Certain, 0));
    assert_eq!(prediction.fix.unwrap().kind, FixKind::Leave);

    let mut call = Call::eni("eni-sec");
    call.settings.quotas.set(Quota::GroupsPerEni, 1);
    let outcome = call.predict().outcome;
    assert_eq!((outcome.http, outcome.message), (Some(403), None));
}

#[test]
fn what_is_unverified_is_a_success_that_strict_does_not_take() {
    let mut call = Call::new()
        .set("/groups/SecurityGroups/SecurityGroup/0/EcsCount", json!(0))
        .set("/groups/SecurityGroups/SecurityGroup/0/AvailableInstanceAmount", json!(0))
        .set("/manifest/complete", json!([]));
    let prediction = call.predict();
    assert_eq!((prediction.outcome.verdict, prediction.outcome.certainty), (Verdict::Success, Certainty::Inferred));
    assert_eq!(prediction.outcome.unverified, ["SecurityGroupInstanceLimitExceeded"]);
    call.settings.strict = true;
    let prediction = call.predict();
    assert_eq!(prediction.outcome.verdict, Verdict::Undetermined);
    assert_eq!(candidates(&prediction), ["SecurityGroupInstanceLimitExceeded", "Success"]);
    assert_eq!(status(&prediction, "SecurityGroupInstanceLimitExceeded"), Status::Unverified);
    assert_eq!(prediction.outcome.unverified, ["SecurityGroupInstanceLimitExceeded"]);
    assert!(what_would_settle(&prediction)[0].contains("--IsQueryEcsCount true"));
}

#[test]
fn both_ids_and_neither_are_real_calls() {
    let mut both = Call::new();
    both.request.network_interface = Some("eni-sec".to_owned());
    let prediction = both.predict();
    assert_eq!(prediction.outcome.code, Some("InvalidParam.EniIdAndInstanceId.Conflict"));
    let arns: Vec<_> = prediction.authorization.resources.iter().map(|resource| resource.id.as_str()).collect();
    assert_eq!(arns, ["i-web", "sg-new"]);
    assert_eq!(status(&prediction, "InvalidParam.Malformed"), Status::NotApplicable);

    let mut neither = Call::new();
    neither.request.instance = None;
    let prediction = neither.predict();
    assert_eq!(
        (prediction.outcome.code, prediction.outcome.certainty),
        (Some("InvalidParam.Malformed"), Certainty::Inferred)
    );
    assert_eq!(prediction.assumptions[0].answer.code, Some("MissingParameter"));
    assert_eq!(prediction.authorization.resources.len(), 1);
    neither.request.security_group = None;
    let prediction = neither.predict();
    assert_eq!(prediction.outcome.code, Some("MissingParameter"));
    assert_eq!((prediction.authorization.possible, prediction.authorization.trace), (Possible::NONE, None));
    assert_eq!(status(&prediction, "Forbidden.RAM"), Status::NotApplicable);
}

#[test]
fn without_a_region_there_is_an_answer_only_where_the_shape_is_wrong() {
    let mut call = Call::eni("eni-sec").set("/manifest/region", json!(["cn-hangzhou", "cn-beijing"]));
    call.request.region = None;
    let prediction = call.predict();
    assert_eq!((prediction.region.as_deref(), prediction.outcome.code), (None, Some("MissingParameter.RegionId")));
    assert_eq!(status(&prediction, "Forbidden.RAM"), Status::NotApplicable);
    let mut call = Call::new().set("/manifest/region", json!([]));
    call.request.instance = Some("i-none".to_owned());
    assert_eq!(call.try_predict().unwrap_err(), PredictError::NoRegion);
}

#[test]
fn what_is_asked_of_ram_for_an_interface_is_an_assumption() {
    // Allowed on the group only: the default asks about the interface, too.
    let call = Call::eni("eni-sec");
    let prediction = predict(&call.request, &inventory(&call.documents), &call.settings, |resources, _| Judgement {
        each: resources
            .iter()
            .map(|resource| Possible::of(if resource.arn.contains("securitygroup/") { Allow } else { ImplicitDeny }))
            .collect(),
        missing: Vec::new(),
        trace: resources.len(),
    })
    .unwrap();
    assert_eq!(prediction.outcome.code, Some("Forbidden.RAM"));
    assert_eq!(prediction.authorization.trace, Some(2));
    let effects: Vec<_> =
        prediction.assumptions.iter().map(|e| (e.assumption.id(), e.alternative, e.answer.verdict)).collect();
    assert_eq!(effects, [("eni-resources", "securitygroup", Verdict::Success)]);
    assert_eq!(prediction.fix.unwrap().grant, [format!("acs:ecs:cn-hangzhou:{ACCOUNT}:eni/eni-sec")]);
}

/// The answer must hold whatever the unknown facts turn out to be: no completion may contradict a success.
#[test]
fn a_foreign_managed_interface_is_first_of_all_foreign() {
    let prediction = Call::eni("eni-sec")
        .set("/interfaces/NetworkInterfaceSets/NetworkInterfaceSet/1/OwnerId", json!("6543210987654321"))
        .set("/interfaces/NetworkInterfaceSets/NetworkInterfaceSet/1/ServiceManaged", json!(true))
        .predict();
    assert_eq!((prediction.outcome.http, prediction.outcome.code), (Some(400), Some("NotBelongUser")));
    assert_eq!(candidates(&prediction), ["NotBelongUser", "InvalidOperation.EniServiceManaged"]);
}

#[test]
fn nothing_is_certain_without_an_inventory() {
    let request = JoinRequest::new(Some("sg-1"), Some("i-1"), None, Some("r"));
    let settings = Settings {
        account: ACCOUNT.to_owned(),
        quotas: Quotas::default(),
        assumptions: Assumptions::default(),
        strict: false,
    };
    let prediction = predict(&request, &inventory(&json!({})), &settings, |resources, _| Judgement {
        each: vec![Possible::of(Allow); resources.len()],
        missing: Vec::new(),
        trace: (),
    })
    .unwrap();
    assert_eq!(prediction.outcome.verdict, Verdict::Undetermined);
    assert!(prediction.checks.iter().all(|check| check.status != Status::Violated));
}
