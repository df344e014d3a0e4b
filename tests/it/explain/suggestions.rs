//! Every suggestion judged again: over random denials with near misses of every kind, the statement allows exactly the denied
//! action on exactly the denied ARNs, and in the layers that did not allow it makes the call go through.

use std::num::NonZero;
use std::sync::atomic::{AtomicUsize, Ordering};

use ramspect::catalog::Catalog;
use ramspect::evaluate::{
    Context, Decision, Fact, Layer, LayerKind, PolicySet, PolicySetBuilder, Possible, Request, Rules, Scratch, View,
};
use ramspect::explain::{Call, CalledResource, Cause, Diagnosis, Grant, diagnose, read, suggest};
use ramspect::policy::{PolicyKind, lower};
use ramspect::report::explain::statement;

use crate::reference::assumptions::Choices;
use crate::reference::wildcard;
use crate::support::cases;
use crate::support::random::Random;

/// Actions with the ARNs of one call of theirs.
const CALLS: &[(&str, &[&str])] = &[
    (
        "ecs:JoinSecurityGroup",
        &[
            "acs:ecs:cn-hangzhou:1234567890123456:instance/i-bp1a",
            "acs:ecs:cn-hangzhou:1234567890123456:securitygroup/sg-bp1a",
        ],
    ),
    ("ecs:StopInstance", &["acs:ecs:cn-hangzhou:1234567890123456:instance/i-bp1a"]),
    (
        "ecs:AttachDisk",
        &["acs:ecs:cn-beijing:1234567890123456:instance/i-2", "acs:ecs:cn-beijing:1234567890123456:disk/d-2"],
    ),
    ("oss:GetObject", &["acs:oss:*:1234567890123456:logs/2026/a b/Ä.txt"]),
    ("oss:ListObjects", &["acs:oss:*:1234567890123456:logs"]),
    ("ram:GetRole", &["acs:ram:*:1234567890123456:role/Deployer"]),
    ("ram:CreateUser", &["acs:ram::1234567890123456:user/alice"]),
    ("log:PostLogStoreLogs", &["acs:log:cn-shanghai:1234567890123456:project/p/logstore/l"]),
    ("kms:Decrypt", &["acs:kms:cn-hangzhou:1234567890123456:key/a-b-c"]),
    ("vpc:DescribeVpcs", &["acs:vpc:cn-hangzhou:1234567890123456:vpc/vpc-1"]),
];

type Plan = Vec<(LayerKind, Vec<String>)>;

/// A statement that nearly allows a call, or does something else.
fn near(random: &mut Random, action: &str, arn: &str) -> String {
    let (service, name) = action.split_once(':').unwrap();
    let parts: Vec<&str> = arn.splitn(5, ':').collect();
    let part = |at: usize, other: &str| {
        let mut parts: Vec<String> = parts.iter().map(|part| (*part).to_owned()).collect();
        other.clone_into(&mut parts[at]);
        parts.join(":")
    };
    let condition = |text: &str| format!(r#","Condition":{{{text}}}"#);
    let plain = (action.to_owned(), arn.to_owned(), String::new());
    let (action, resource, condition) = match random.below(17) {
        0 => (plain.0, part(2, "cn-qingdao"), plain.2),
        1 => (plain.0, part(3, "6543210987654321"), plain.2),
        2 => (plain.0, part(4, "other/x-1"), plain.2),
        3 => (plain.0, part(4, &format!("/{}", parts[4])), plain.2),
        4 => (plain.0, part(4, &parts[4].replacen('/', "s/", 1)), plain.2),
        5 => (plain.0, part(1, "vpc2"), plain.2),
        6 => (format!("{service}:{name}2"), "*".to_owned(), plain.2),
        7 => (format!("{service}:Describe*"), "*".to_owned(), plain.2),
        8 => (format!("x{service}:*"), "*".to_owned(), plain.2),
        9 => ("*".to_owned(), "*".to_owned(), condition(r#""IpAddress":{"acs:SourceIp":"10.0.0.0/8"}"#)),
        10 => ("*".to_owned(), "*".to_owned(), condition(r#""Bool":{"acs:MFAPresent":"true"}"#)),
        11 => (plain.0, plain.1, condition(r#""StringEquals":{"acs:ResourceTag/env":["dev","test"]}"#)),
        12 => (plain.0, plain.1, condition(r#""DateLessThan":{"acs:CurrentTime":"2020-01-01T00:00:00Z"}"#)),
        13 => (plain.0, format!("acs:{service}:*:*:*/none"), plain.2),
        14 => {
            return format!(r#"{{"Effect":"Allow","NotAction":"{service}:*","Resource":"*"}}"#);
        }
        15 => {
            return format!(r#"{{"Effect":"Allow","Action":"*","NotResource":"acs:{service}:*:*:*"}}"#);
        }
        _ => (plain.0, "acs:a:b".to_owned(), plain.2),
    };
    format!(r#"{{"Effect":"Allow","Action":"{action}","Resource":"{resource}"{condition}}}"#)
}

const ALL: &str = r#"{"Effect":"Allow","Action":"*","Resource":"*"}"#;

fn plan(random: &mut Random, action: &str, arns: &[&str]) -> Plan {
    let some = |random: &mut Random| -> Vec<String> {
        let mut statements = Vec::new();
        for _ in 0..random.below(4) {
            let arn = *random.pick(arns);
            statements.push(near(random, action, arn));
        }
        statements
    };
    let mut plan = Plan::new();
    for _ in 0..random.below(3) {
        let statements = if random.one_in(2) { vec![ALL.to_owned()] } else { some(random) };
        plan.push((LayerKind::Control, statements));
    }
    if random.one_in(4) {
        let statements = if random.one_in(2) { vec![ALL.to_owned()] } else { some(random) };
        plan.push((LayerKind::Session, statements));
    }
    // Now and then one ARN of the call is allowed already.
    let mut identity = some(random);
    if random.one_in(4) {
        identity.push(format!(r#"{{"Effect":"Allow","Action":"{action}","Resource":"{}"}}"#, arns[0]));
    }
    plan.push((LayerKind::Identity, identity));
    if random.one_in(4) {
        let mut of_group = some(random);
        of_group.push(format!(
            r#"{{"Effect":"Allow","Action":"{action}","Resource":"*","Condition":{{"StringEquals":{{"acs:ResourceGroupId":"rg-a"}}}}}}"#
        ));
        plan.push((LayerKind::IdentityInGroup, of_group));
    }
    plan
}

fn set(plan: &Plan) -> PolicySet {
    let mut builder = PolicySetBuilder::new();
    for (kind, statements) in plan {
        builder.layer(Layer { kind: *kind, scope: "account".into() });
        let text = format!(r#"{{"Version":"1","Statement":[{}]}}"#, statements.join(","));
        builder.policy(&lower(&text, PolicyKind::Identity).policy);
    }
    builder.finish()
}

fn context(random: &mut Random) -> Context<'static> {
    let mut context = Context::new();
    for (key, values) in [
        ("acs:SourceIp", &["203.0.113.7", "10.0.0.1"][..]),
        ("acs:MFAPresent", &["true", "false"]),
        ("acs:ResourceTag/env", &["prod", "dev"]),
        ("acs:ResourceGroupId", &["rg-b", "rg-a"]),
        ("acs:CurrentTime", &["2026-11-24T08:00:00Z"]),
    ] {
        match random.below(3) {
            0 => context.set(key, Fact::Absent),
            1 => context.set(key, Fact::One((*random.pick(values)).into())),
            _ => {}
        }
    }
    context
}

/// The ARN with each segment replaced, lengthened and shortened.
fn siblings(arn: &str) -> Vec<String> {
    let parts: Vec<&str> = arn.splitn(5, ':').collect();
    let mut all = vec!["*".to_owned(), String::new(), format!("x{arn}"), format!("{arn}x"), format!("{arn}/x")];
    for at in 0..5 {
        let segment = parts[at];
        let shorter: String = segment.chars().take(segment.chars().count().saturating_sub(1)).collect();
        let longer = [format!("{segment}x"), format!("x{segment}"), format!("{segment}*"), format!("{segment}?")];
        let others = ["x", "", "*", "cn-qingdao", "6543210987654321", "instance/i-other", "role/other"];
        for other in others.iter().map(|other| (*other).to_owned()).chain(longer).chain([shorter]) {
            let mut changed: Vec<String> = parts.iter().map(|part| (*part).to_owned()).collect();
            changed[at] = other;
            all.push(changed.join(":"));
        }
    }
    all
}

/// Whether an ARN is one of the granted ones, in a spelling that counts as equal; told by the slow matcher.
fn is_granted(grant: &Grant, arn: &str) -> bool {
    grant.resources.iter().any(|granted| wildcard::arn(granted, arn, &Choices::default()))
}

/// The grant alone.
fn allows_exactly(grant: &Grant, actions: &[String], view: View<'_>, scratch: &mut Scratch) -> usize {
    let mut tried = 0;
    let alone = set(&vec![(LayerKind::Identity, vec![statement(grant).to_string()])]);
    let mut judge = |action: &str, resource: &str| {
        tried += 1;
        alone.judge(&Request { action, resource, view }, Rules::default(), scratch).possible
    };
    let expected = |granted: bool| Possible::of(if granted { Decision::Allow } else { Decision::ImplicitDeny });
    for arn in &grant.resources {
        for action in actions {
            let same = action.eq_ignore_ascii_case(&grant.action);
            assert_eq!(judge(action, arn), expected(same), "{grant:?}: {action} on {arn}");
        }
        for sibling in siblings(arn) {
            assert_eq!(judge(&grant.action, &sibling), expected(is_granted(grant, &sibling)), "{grant:?}: {sibling}");
        }
    }
    tried
}

/// Every grant against every action of the catalog, under the conditions of its denial, on all processors.
fn all_allow_exactly(grants: &[(Grant, Context<'static>)], actions: &[String]) {
    let (next, tried) = (AtomicUsize::new(0), AtomicUsize::new(0));
    let threads = std::thread::available_parallelism().map_or(1, NonZero::get);
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                let mut scratch = Scratch::new();
                while let Some((grant, context)) = grants.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let view = View { command: Some(context), ..View::default() };
                    tried.fetch_add(allows_exactly(grant, actions, view, &mut scratch), Ordering::Relaxed);
                }
            });
        }
    });
    let asked: usize = grants.iter().map(|(grant, _)| grant.resources.len() * actions.len()).sum();
    assert!(tried.load(Ordering::Relaxed) > asked, "{tried:?} of {asked}");
    println!("{tried:?} questions to {} suggestions", grants.len());
}

/// The grant beside what was there, in each layer that did not allow.
fn goes_through(plan: &Plan, diagnosis: &Diagnosis, before: &PolicySet, grant: &Grant, call: &Call<'_>) {
    let mut with = plan.clone();
    for resource in &diagnosis.resources {
        for layer in resource.silent_layers(before) {
            with[layer].1.push(statement(grant).to_string());
        }
    }
    let (after, mut scratch) = (set(&with), Scratch::new());
    for resource in call.resources {
        let request = Request { action: call.action, resource: resource.arn, view: resource.view };
        let possible = after.judge(&request, Rules::default(), &mut scratch).possible;
        assert_eq!(possible, Possible::of(Decision::Allow), "{plan:?}\n{grant:?}\n{}", resource.arn);
    }
}

#[test]
fn every_suggestion_allows_exactly_the_denied_call() {
    let catalog = Catalog::new();
    let actions: Vec<String> = catalog.actions_covered("*").iter().map(|action| action.name.to_string()).collect();
    assert!(actions.len() > 5000, "{}", actions.len());
    let mut random = Random::new(20_261_124);
    let (mut suggested, mut causes) = (0, std::collections::BTreeMap::<&str, usize>::new());
    let mut grants = Vec::new();
    for _ in 0..cases(600) {
        let (action, arns) = *random.pick(CALLS);
        let plan = plan(&mut random, action, arns);
        let context = context(&mut random);
        let view = View { command: Some(&context), ..View::default() };
        let before = set(&plan);
        let resources: Vec<CalledResource<'_>> = arns.iter().map(|arn| CalledResource { arn, view }).collect();
        let call = Call { action, resources: &resources };
        let text = format!(
            r#"{{"Code":"NoPermission","RequestId":"R","AccessDeniedDetail":{{"AuthAction":"{action}","NoPermissionType":"ImplicitDeny"}}}}"#
        );
        let denial = read(&text).remove(0);
        let diagnosis = diagnose(&denial, &before, &call, &[], Rules::default());
        let suggestion = suggest(&diagnosis, &before, &call, Rules::default(), |id| format!("{id:?}"));
        *causes.entry(diagnosis.cause.word()).or_default() += 1;
        let grant = suggestion.as_ref().and_then(|suggestion| suggestion.grant.as_ref());
        assert_eq!(grant.is_none(), diagnosis.cause == Cause::Disagrees, "{plan:?}");
        let Some(grant) = grant else { continue };
        suggested += 1;
        assert_eq!(grant.action, action);
        assert!(grant.resources.iter().all(|arn| arns.contains(&arn.as_str())) && !grant.resources.is_empty());
        goes_through(&plan, &diagnosis, &before, grant, &call);
        grants.push((grant.clone(), context));
    }
    all_allow_exactly(&grants, &actions);
    println!("{suggested} suggestions, {causes:?}, {} actions", actions.len());
    if cases(600) < 600 {
        return;
    }
    for cause in [
        "no_matching_allow",
        "condition_unmet",
        "resource_mismatch",
        "control_policy",
        "session_policy",
        "resource_group_scope",
    ] {
        assert!(causes.get(cause).copied().unwrap_or_default() >= 5, "{cause}: {causes:?}");
    }
    assert!(suggested > 300, "{suggested}");
}
