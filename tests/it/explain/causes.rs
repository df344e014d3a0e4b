//! Denials whose cause is known, on policies built here; and every suggestion judged again.

use ramspect::evaluate::{
    Context, Decision, Fact, Layer, LayerKind, PolicySet, PolicySetBuilder, Possible, Request, Rules, Scratch, View,
};
use ramspect::explain::{
    Call, CalledResource, Cause, Denial, Diagnosis, Elsewhere, Suggestion, SuggestionKind, diagnose, read, suggest,
};
use ramspect::policy::{PolicyKind, lower};

const INSTANCE: &str = "acs:ecs:cn-hangzhou:1234567890123456:instance/i-bp1a";
const GROUP: &str = "acs:ecs:cn-hangzhou:1234567890123456:securitygroup/sg-bp1a";

fn denial(kind: &str) -> Denial {
    let text = format!(
        r#"{{"Code":"Forbidden.RAM","RequestId":"R","AccessDeniedDetail":{{"AuthAction":"ecs:JoinSecurityGroup","NoPermissionType":"{kind}"}}}}"#
    );
    read(&text).remove(0)
}

type Plan<'a> = &'a [(LayerKind, &'a [&'a str])];

fn set(layers: Plan<'_>) -> PolicySet {
    let mut builder = PolicySetBuilder::new();
    for (kind, statements) in layers {
        builder.layer(Layer { kind: *kind, scope: "account".into() });
        let text = format!(r#"{{"Version":"1","Statement":[{}]}}"#, statements.join(","));
        let lowered = lower(&text, PolicyKind::Identity);
        assert!(lowered.policy.statements.iter().all(|s| s.effect.is_some()), "{text}");
        builder.policy(&lowered.policy);
    }
    builder.finish()
}

fn explain(kind: &str, layers: Plan<'_>, context: &Context<'_>) -> (Diagnosis, Option<Suggestion>) {
    let set = set(layers);
    let view = View { command: Some(context), ..View::default() };
    let resources = [INSTANCE, GROUP].map(|arn| CalledResource { arn, view });
    let call = Call { action: "ecs:JoinSecurityGroup", resources: &resources };
    let diagnosis = diagnose(&denial(kind), &set, &call, &[], Rules::default());
    let suggestion = suggest(&diagnosis, &set, &call, Rules::default(), |statement| format!("{statement:?}"));
    (diagnosis, suggestion)
}

const ALL: &str = r#"{"Effect":"Allow","Action":"*","Resource":"*"}"#;

#[test]
fn the_cause_is_found() {
    use LayerKind::{Control, Identity, Session};
    let here = |address: &'static str| {
        let mut context = Context::new();
        context.set("acs:SourceIp", Fact::One(address.into()));
        context
    };
    let none = Context::new();
    let by_address =
        r#"{"Effect":"Allow","Action":"ecs:*","Resource":"*","Condition":{"IpAddress":{"acs:SourceIp":"10.0.0.0/8"}}}"#;
    let typo = r#"{"Effect":"Allow","Action":"ecs:JoinSecurityGroup","Resource":["acs:ecs:*:*:instance/*","acs:ecs:*:*:security-group/*"]}"#;
    let region = r#"{"Effect":"Allow","Action":"ecs:*","Resource":"acs:ecs:cn-beijing:*:*"}"#;
    let deny = r#"{"Effect":"Deny","Action":"ecs:Join*","Resource":"*"}"#;
    let other = r#"{"Effect":"Allow","Action":"oss:*","Resource":"*"}"#;
    let cases: &[(&str, &str, Plan<'_>, Context<'_>, Cause, &str)] = &[
        ("deny", "ExplicitDeny", &[(Identity, &[ALL, deny])], none.clone(), Cause::ExplicitDeny, ""),
        ("nothing", "ImplicitDeny", &[(Identity, &[other])], none.clone(), Cause::NoMatchingAllow, ""),
        (
            "address",
            "ImplicitDeny",
            &[(Identity, &[by_address])],
            here("203.0.113.7"),
            Cause::ConditionUnmet,
            "`acs:SourceIp` must be in `10.0.0.0/8`; the request carries `203.0.113.7`",
        ),
        (
            "address unknown",
            "ImplicitDeny",
            &[(Identity, &[by_address])],
            none.clone(),
            Cause::ConditionUnmet,
            "`acs:SourceIp` must be in `10.0.0.0/8`; what the request carries is not known",
        ),
        (
            "typo",
            "ImplicitDeny",
            &[(Identity, &[typo])],
            none.clone(),
            Cause::ResourceMismatch,
            "resource `security-group/*` is not an ECS resource type; `securitygroup/*` is",
        ),
        (
            "region",
            "ImplicitDeny",
            &[(Identity, &[region])],
            none.clone(),
            Cause::ResourceMismatch,
            "resource `acs:ecs:cn-beijing:*:*` has the region `cn-beijing`; the call has `cn-hangzhou`",
        ),
        ("control", "ImplicitDeny", &[(Control, &[other]), (Identity, &[ALL])], none.clone(), Cause::ControlPolicy, ""),
        ("session", "ImplicitDeny", &[(Session, &[other]), (Identity, &[ALL])], none.clone(), Cause::SessionPolicy, ""),
        ("allowed", "ImplicitDeny", &[(Identity, &[ALL])], none.clone(), Cause::Disagrees, ""),
        ("no deny", "ExplicitDeny", &[(Identity, &[other])], none.clone(), Cause::Disagrees, ""),
        ("a deny", "ImplicitDeny", &[(Identity, &[deny])], none.clone(), Cause::Disagrees, ""),
    ];
    for (name, kind, layers, context, cause, why) in cases {
        let (diagnosis, _) = explain(kind, layers, context);
        assert_eq!(diagnosis.cause, *cause, "{name}");
        assert_eq!(diagnosis.doubts.is_empty(), *cause != Cause::Disagrees, "{name}");
        if !why.is_empty() {
            assert_eq!(diagnosis.near_misses.first().map(|miss| miss.why.as_str()), Some(*why), "{name}");
        }
    }
}

#[test]
fn what_must_change_least_comes_first() {
    let far = r#"{"Effect":"Allow","Action":"ecs:JoinSecurityGroup","Resource":"acs:ecs:cn-beijing:6543210987654321:instance/*"}"#;
    let near = r#"{"Effect":"Allow","Action":"ecs:JoinSecurityGroup","Resource":"acs:ecs:cn-beijing:*:*"}"#;
    let nearest =
        r#"{"Effect":"Allow","Action":"ecs:*","Resource":"*","Condition":{"Bool":{"acs:MFAPresent":"true"}}}"#;
    let mut context = Context::new();
    context.set("acs:MFAPresent", Fact::One("false".into()));
    let (diagnosis, suggestion) = explain("ImplicitDeny", &[(LayerKind::Identity, &[far, near, nearest])], &context);
    let order: Vec<u32> = diagnosis.near_misses.iter().map(|miss| miss.statement.0).collect();
    assert_eq!(order.first(), Some(&2));
    assert!(order.iter().position(|id| *id == 1) < order.iter().position(|id| *id == 0));
    assert_eq!(suggestion.unwrap().kind, Some(SuggestionKind::SetContext));
}

#[test]
fn somebody_else_may_be_allowed() {
    let (mine, theirs) = (set(&[(LayerKind::Identity, &[])]), set(&[(LayerKind::Identity, &[ALL])]));
    let resources = [CalledResource { arn: INSTANCE, view: View::default() }];
    let call = Call { action: "ecs:JoinSecurityGroup", resources: &resources };
    let elsewhere = [Elsewhere { principal: "user/bob", set: &theirs }];
    let diagnosis = diagnose(&denial("ImplicitDeny"), &mine, &call, &elsewhere, Rules::default());
    assert_eq!(diagnosis.cause, Cause::OtherPrincipal);
    assert_eq!(diagnosis.near_misses[0].principal.as_deref(), Some("user/bob"));
}

/// The ARN with each segment, and type and id, replaced or lengthened.
fn siblings(arn: &str) -> Vec<String> {
    let parts: Vec<&str> = arn.splitn(5, ':').collect();
    let mut all = Vec::new();
    for at in 1..5 {
        for other in ["x", "", "cn-beijing", "6543210987654321", "instance/i-other", "securitygroup/sg-other", "*"] {
            let mut changed: Vec<String> = parts.iter().map(|part| (*part).to_owned()).collect();
            changed[at] = other.to_owned();
            all.push(changed.join(":"));
        }
        for (front, back) in [("x", ""), ("", "x"), ("", "/x"), ("", "*")] {
            let mut changed: Vec<String> = parts.iter().map(|part| (*part).to_owned()).collect();
            changed[at] = format!("{front}{}{back}", changed[at]);
            all.push(changed.join(":"));
        }
    }
    all.push("*".to_owned());
    all.retain(|other| other != arn);
    all
}

#[test]
fn a_suggestion_allows_exactly_the_call() {
    let context = Context::new();
    let plans: &[Plan<'_>] = &[
        &[(LayerKind::Identity, &[])],
        &[(LayerKind::Identity, &[r#"{"Effect":"Allow","Action":"ecs:Describe*","Resource":"*"}"#])],
        &[(
            LayerKind::Identity,
            &[r#"{"Effect":"Allow","Action":"ecs:JoinSecurityGroup","Resource":"acs:ecs:*:*:instance/*"}"#],
        )],
    ];
    for (at, layers) in plans.iter().enumerate() {
        let (_, suggestion) = explain("ImplicitDeny", layers, &context);
        let suggestion = suggestion.unwrap();
        assert!(suggestion.warnings.is_empty(), "{:?}", suggestion.warnings);
        let grant = suggestion.grant.unwrap();
        let statement = serde_json::to_string(&ramspect::report::explain::statement(&grant)).unwrap();
        let alone = set(&[(LayerKind::Identity, &[&statement])]);
        let mut scratch = Scratch::new();
        let mut judge = |set: &PolicySet, action: &str, resource: &str| {
            set.judge(&Request { action, resource, view: View::default() }, Rules::default(), &mut scratch).possible
        };
        let (allow, refuse) = (Possible::of(Decision::Allow), Possible::of(Decision::ImplicitDeny));
        let before = layers[0].1;
        let with: Vec<&str> = before.iter().copied().chain([statement.as_str()]).collect();
        let with = set(&[(LayerKind::Identity, &with)]);
        for arn in [INSTANCE, GROUP] {
            assert_eq!(judge(&with, "ecs:JoinSecurityGroup", arn), allow, "plan {at}: {arn}");
            let granted = grant.resources.iter().any(|granted| granted == arn);
            assert_eq!(judge(&alone, "ecs:JoinSecurityGroup", arn), if granted { allow } else { refuse });
            for other in siblings(arn) {
                if !grant.resources.contains(&other) {
                    assert_eq!(judge(&alone, "ecs:JoinSecurityGroup", &other), refuse, "plan {at}: {other}");
                }
            }
            for action in [
                "ecs:LeaveSecurityGroup",
                "ecs:JoinSecurityGroupX",
                "ecs:JoinSecurityGrou",
                "ecs:*",
                "vpc:JoinSecurityGroup",
                "ecs:DescribeInstances",
            ] {
                assert_eq!(judge(&alone, action, arn), refuse, "plan {at}: {action}");
            }
        }
    }
}

#[test]
fn a_suggestion_that_opens_a_way_up_says_so() {
    let empty = set(&[(LayerKind::Identity, &[])]);
    let resources = [CalledResource { arn: "acs:ram::1234567890123456:user/alice", view: View::default() }];
    let call = Call { action: "ram:AttachPolicyToUser", resources: &resources };
    let diagnosis = diagnose(&denial("ImplicitDeny"), &empty, &call, &[], Rules::default());
    let suggestion = suggest(&diagnosis, &empty, &call, Rules::default(), |_| String::new()).unwrap();
    assert!(suggestion.warnings.iter().any(|warning| warning.contains("attaches any policy")));
}
