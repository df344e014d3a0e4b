//! Planted ways to become administrator are found, step by step, and each step is one that the evaluator allows.

use ramspect::account::{Bindings, DocumentId, Lifted, Principal};
use ramspect::analyze::Options;
use ramspect::evaluate::{Context, Decision, Fact, Request, Rules, Scratch, Supplied, View};
use ramspect::inventory::Inventory;
use ramspect::review::{Escalation, Gain, Review, Settings, Strength, Way, review};

use super::{ID, bindings};
use crate::support::random::Random;

fn reviewed(bindings: &Bindings) -> Review {
    let (inventory, nothing) = (Inventory::default(), Context::new());
    let settings = Settings { rules: Rules::default(), context: &nothing, closed: false, inventory: &inventory };
    review(bindings, settings, Options::default())
}

/// An account with administrators, and somebody who has `statements`.
fn planted(statements: &str, trust: &str, more: &str) -> String {
    format!(
        r#"{{"account_id":"{ID}",
  "policies":{{
    "own":{{"Version":"1","Statement":[{statements}]}},
    "plain":{{"Version":"1","Statement":[{{"Effect":"Allow","Action":"ecs:Describe*","Resource":"*"}}]}},
    "attach":{{"Version":"1","Statement":[{{"Effect":"Allow","Action":"ram:AttachPolicyToUser","Resource":"*"}}]}}{more}
  }},
  "users":{{
    "boss":{{"groups":["chiefs"]}},
    "helper":{{"attachments":[{{"policy":"attach"}}]}},
    "mallory":{{"attachments":[{{"policy":"own"}},{{"policy":"plain"}}]}}
  }},
  "groups":{{
    "chiefs":{{"attachments":[{{"policy":"AdministratorAccess"}}]}},
    "helpers":{{"attachments":[{{"policy":"attach"}}]}}
  }},
  "roles":{{
    "chief":{{"trust":{{"Version":"1","Statement":[{{"Effect":"Allow","Action":"sts:AssumeRole","Principal":{trust}}}]}},
      "attachments":[{{"policy":"AdministratorAccess"}}]}},
    "low":{{"trust":{{"Version":"1","Statement":[{{"Effect":"Allow","Action":"sts:AssumeRole","Principal":{{"RAM":"acs:ram::{ID}:root"}}}}]}},
      "attachments":[{{"policy":"plain"}}]}}
  }}}}"#
    )
}

fn allow(actions: &str, resources: &str, condition: &str) -> String {
    format!(r#"{{"Effect":"Allow","Action":{actions},"Resource":{resources}{condition}}}"#)
}

/// The path of mallory as words: its strength, then the ways.
fn way(review: &Review) -> String {
    let path = review.escalations.iter().find(|path| path.principal.to_string().ends_with("user/mallory"));
    path.map_or_else(
        || "none".to_owned(),
        |path| {
            let steps: Vec<String> =
                path.steps.iter().map(|step| format!("{} {}", step.way.as_str(), step.to)).collect();
            format!("{}: {}", path.strength.as_str(), steps.join(", "))
        },
    )
}

/// Judges every call of a path again, from nothing.
fn judged_again(bindings: &Bindings, path: &Escalation) {
    let mut group: Option<&str> = None;
    let (mut gone, mut free): (Vec<Lifted>, bool) = (Vec::new(), false);
    assert!(!path.steps.is_empty());
    for (at, step) in path.steps.iter().enumerate() {
        assert!(!step.calls.is_empty(), "{step:?}");
        for call in &step.calls {
            assert!(!call.answer.grounds.is_empty(), "no statement justifies {call:?}");
            let new = step.to.ends_with("new-identity") && call.action == "sts:AssumeRole";
            if call.own_side || new {
                continue;
            }
            let caller = bindings.caller(Some(&step.by)).unwrap();
            let caller = group.map_or_else(|| caller.clone(), |group| caller.joining(group));
            let caller = gone.iter().fold(caller, |caller, gone| caller.without(gone.clone()));
            let caller = if free { caller.exempted() } else { caller };
            let situation = bindings.situation(&caller, &call.action, &call.resource);
            let binding = bindings.bind(&caller, &situation, true);
            let mut context = Context::new();
            context.set("acs:ResourceGroupId", Fact::Absent);
            for (key, value) in &call.context {
                context.set(key.clone(), Fact::One(value.clone().into()));
            }
            let mut supplied = Supplied::default();
            step.by.supply(&mut supplied.context);
            let view = View { line: None, command: Some(&context), supplied: Some(&supplied), closed: false };
            let request = Request { action: &call.action, resource: &call.resource, view };
            let possible = binding.set().judge(&request, Rules::default(), &mut Scratch::new()).possible;
            assert!(possible.contains(Decision::Allow), "{call:?} of {path:?}");
            if call.answer.strength() == Some(Strength::Certain) {
                assert_eq!(possible.single(), Some(Decision::Allow), "{call:?}");
            }
        }
        group = match &step.gain {
            Gain::Group(name) => Some(name),
            Gain::Administrator | Gain::Identity(_) | Gain::Preparation => None,
        };
        match (step.way, step.to.split_once('/')) {
            (Way::Guard, Some((_, name))) => {
                let mut policies = bindings.documents.policies().iter();
                gone.push(Lifted::Policy(DocumentId(policies.position(|policy| &*policy.name == name).unwrap())));
            }
            (Way::Leave, Some((_, name))) => gone.push(Lifted::Membership(name.into())),
            (Way::Control, _) => free = true,
            _ => {}
        }
        if at + 1 == path.steps.len() {
            assert_ne!(step.gain, Gain::Preparation, "a path ends with a gain");
        }
    }
}

const ECS: &str = r#"{"Service":["ecs.aliyuncs.com"]}"#;
const ROOT: &str = r#"{"RAM":["acs:ram::1234567890123456:root"]}"#;

#[test]
fn every_kind_of_path_is_found_with_its_steps() {
    let star = r#""*""#;
    let mfa = r#","Condition":{"Bool":{"acs:MFAPresent":"true"}}"#;
    let service = |name: &str| format!(r#","Condition":{{"StringEquals":{{"acs:Service":"{name}"}}}}"#);
    let arn = |relative: &str| format!(r#""acs:ram:*:{ID}:{relative}""#);
    let both = format!(r#"[{},"acs:ram:*:system:policy/AdministratorAccess"]"#, arn("user/mallory"));
    let provider = format!(r#"{{"Federated":["acs:ram::{ID}:saml-provider/idp"]}}"#);
    for (statements, trust, expected) in [
        (allow(r#""ram:AttachPolicyToUser""#, star, ""), ECS, "certain: attach user/mallory"),
        (allow(r#""ram:AttachPolicyToUser""#, &both, ""), ECS, "certain: attach user/mallory"),
        (allow(r#""ram:Attach*""#, star, mfa), ECS, "conditional: attach user/mallory"),
        (allow(r#""resourcemanager:AttachPolicy""#, star, ""), ECS, "certain: attach user/mallory"),
        (allow(r#""ram:CreatePolicyVersion""#, &arn("policy/plain"), ""), ECS, "certain: rewrite policy/plain"),
        (allow(r#""ram:CreatePolicyVersion""#, &arn("policy/attach"), ""), ECS, "none"),
        (allow(r#""ram:SetDefaultPolicyVersion""#, star, ""), ECS, "possible: version policy/own"),
        (allow(r#""ram:AddUserToGroup""#, star, ""), ECS, "certain: group group/chiefs"),
        (
            allow(r#""ram:AddUserToGroup""#, &format!("[{},{}]", arn("user/*"), arn("group/helpers")), ""),
            ECS,
            "certain: group group/helpers, attach user/mallory",
        ),
        (allow(r#""ram:CreateAccessKey""#, &arn("user/boss"), ""), ECS, "certain: credentials user/boss"),
        (allow(r#""ims:UpdateLoginProfile""#, star, ""), ECS, "certain: credentials user/boss"),
        (allow(r#""ram:CreateLoginProfile""#, &arn("user/mallory"), ""), ECS, "none"),
        (
            allow(r#""ram:CreateAccessKey""#, &arn("user/helper"), ""),
            ECS,
            "certain: credentials user/helper, attach user/helper",
        ),
        (allow(r#""ram:UpdateRole""#, &arn("role/chief"), ""), ECS, "certain: trust role/chief"),
        (
            allow(r#"["ram:UpdateRole","sts:AssumeRole"]"#, &arn("role/chief"), ""),
            ECS,
            "certain: trust role/chief, assume role/chief",
        ),
        (allow(r#""sts:AssumeRole""#, star, ""), ROOT, "certain: assume role/chief"),
        (allow(r#""sts:AssumeRole""#, star, mfa), ROOT, "conditional: assume role/chief"),
        (allow(r#""sts:AssumeRole""#, star, ""), ECS, "none"),
        (allow(r#"["ram:PassRole","ecs:RunInstances"]"#, star, ""), ECS, "certain: pass-role role/chief"),
        (
            format!(
                "{},{}",
                allow(r#""ram:PassRole""#, star, &service("ecs.aliyuncs.com")),
                allow(r#""ecs:AttachInstanceRamRole""#, star, "")
            ),
            ECS,
            "certain: pass-role role/chief",
        ),
        (
            format!(
                "{},{}",
                allow(r#""ram:PassRole""#, star, &service("fc.aliyuncs.com")),
                allow(r#""ecs:RunInstances""#, star, "")
            ),
            ECS,
            "none",
        ),
        (allow(r#""ram:PassRole""#, star, ""), ECS, "none"),
        (allow(r#""ecs:RunCommand""#, star, ""), ECS, "possible: command role/chief"),
        (allow(r#""ims:UpdateSAMLProvider""#, star, ""), &provider, "certain: federation role/chief"),
        (
            allow(r#""ram:UpdateSAMLProvider""#, &arn("saml-provider/idp"), ""),
            &provider,
            "certain: federation role/chief",
        ),
        (allow(r#""ram:UpdateSAMLProvider""#, &arn("saml-provider/other"), ""), &provider, "none"),
        (allow(r#""ram:CreateSAMLProvider""#, star, ""), &provider, "possible: federation role/chief"),
        (allow(r#""ram:CreateOIDCProvider""#, star, ""), &provider, "none"),
        (allow(r#""ram:CreateSAMLProvider""#, star, ""), ECS, "none"),
        (allow(r#""ram:UpdateAccessKey""#, &arn("user/boss"), ""), ECS, "possible: credentials user/boss"),
        (allow(r#""ram:UnbindMFADevice""#, &arn("user/boss"), ""), ECS, "possible: mfa user/boss"),
        (allow(r#""ram:UnbindMFADevice""#, &arn("user/mallory"), ""), ECS, "none"),
        (allow(r#""ram:DeleteVirtualMFADevice""#, &arn("mfa/*"), ""), ECS, "possible: mfa user/boss"),
        (allow(r#""ims:SetSecurityPreference""#, star, mfa), ECS, "possible: mfa user/boss"),
        (
            format!(
                "{},{}",
                allow(
                    r#""ram:AttachPolicyToRole""#,
                    &format!("[{},{}]", arn("role/low"), r#""acs:ram:*:system:policy/*""#),
                    ""
                ),
                allow(r#""sts:AssumeRole""#, star, "")
            ),
            ECS,
            "certain: attach role/low, assume role/low",
        ),
        (
            allow(
                r#"["ram:CreateRole","ram:AttachPolicyToRole"]"#,
                &format!("[{},{}]", arn("role/new-*"), r#""acs:ram:*:system:policy/*""#),
                "",
            ),
            ECS,
            "certain: create role/new-identity, attach role/new-identity",
        ),
        (allow(r#"["ecs:*","oss:*","vpc:*"]"#, &arn("user/boss"), ""), ECS, "none"),
    ] {
        let bindings = bindings(&planted(&statements, trust, ""));
        let review = reviewed(&bindings);
        assert_eq!(way(&review), expected, "{statements}");
        for path in &review.escalations {
            judged_again(&bindings, path);
        }
        let names: Vec<String> = review.administrators.iter().map(|one| one.principal.to_string()).collect();
        assert_eq!(names, [format!("acs:ram::{ID}:user/boss"), format!("acs:ram::{ID}:role/chief")], "{statements}");
    }
}

#[test]
fn administrators_are_told_by_what_policies_allow() {
    let everything = allow(r#""*:*""#, r#""*""#, "");
    let deny = r#"{"Effect":"Deny","Action":"ecs:Delete*","Resource":"*"}"#;
    for (statements, expected) in [
        (everything.clone(), "certain 0"),
        (format!("{everything},{deny}"), "certain 1"),
        (allow(r#""*""#, r#""*""#, r#","Condition":{"Bool":{"acs:MFAPresent":"true"}}"#), "conditional 0"),
        (r#"{"Effect":"Allow","NotAction":"ram:*","Resource":"*"}"#.to_owned(), "none"),
        (allow(r#"["ecs:*","ram:*"]"#, r#""*""#, ""), "none"),
        (format!("{everything},{{\"Effect\":\"Deny\",\"Action\":\"ram:*\",\"Resource\":\"*\"}}"), "none"),
    ] {
        let review = reviewed(&bindings(&planted(&statements, ECS, "")));
        let found = review.administrators.iter().find(|one| one.principal.to_string().ends_with("mallory"));
        let said = found
            .map_or_else(|| "none".to_owned(), |one| format!("{} {}", one.strength.as_str(), one.exceptions.len()));
        assert_eq!(said, expected, "{statements}");
    }
}

/// What denies is no guard for whoever may take it away.
#[test]
fn guards_that_can_be_taken_away_hold_nobody() {
    let deny = |actions: &str| format!(r#"{{"Effect":"Deny","Action":{actions},"Resource":"*"}}"#);
    let attach = r#""ram:AttachPolicyToUser""#;
    let own = format!(
        r#"["acs:ram:*:{ID}:user/mallory","acs:ram:*:{ID}:policy/*","acs:ram:*:{ID}:group/*","acs:ram:*:system:*"]"#
    );
    let but_detach = r#"{"Effect":"Deny","NotAction":"ram:DetachPolicyFromUser","Resource":"*"}"#.to_owned();
    for (statements, guard, in_group, expected) in [
        (
            allow(r#"["ram:AttachPolicyToUser","ram:DetachPolicyFromUser"]"#, r#""*""#, ""),
            deny(attach),
            false,
            "certain: guard policy/guard, attach user/mallory",
        ),
        (
            allow(r#"["ram:AttachPolicyToUser","ram:DetachPolicyFromUser"]"#, &own, ""),
            deny(attach),
            false,
            "certain: guard policy/guard, attach user/mallory",
        ),
        (allow(r#"["ram:AttachPolicyToUser","ram:Detach*"]"#, r#""*""#, ""), deny(r#"["ram:*"]"#), false, "none"),
        (allow(r#"["ram:AttachPolicyToUser","ram:DetachPolicyFromRole"]"#, r#""*""#, ""), deny(attach), false, "none"),
        (allow(r#""*""#, r#""*""#, ""), but_detach, false, "certain: guard policy/guard"),
        (
            allow(r#"["ram:CreateAccessKey","ram:DetachPolicyFromUser"]"#, r#""*""#, ""),
            deny(r#""ram:CreateAccessKey""#),
            false,
            "certain: guard policy/guard, credentials user/boss",
        ),
        (
            allow(r#"["ram:AttachPolicyToUser","ram:DeletePolicy"]"#, r#""*""#, ""),
            deny(attach),
            false,
            "possible: guard policy/guard, attach user/mallory",
        ),
        (
            allow(r#"["ram:AttachPolicyToUser","ram:DetachPolicyFromGroup"]"#, r#""*""#, ""),
            deny(attach),
            true,
            "certain: guard policy/guard, attach user/mallory",
        ),
        (
            allow(r#"["ram:AttachPolicyToUser","ram:RemoveUserFromGroup"]"#, r#""*""#, ""),
            deny(attach),
            true,
            "certain: leave group/locked, attach user/mallory",
        ),
        (allow(r#"["ram:AttachPolicyToUser","ram:DetachPolicyFromUser"]"#, r#""*""#, ""), deny(attach), true, "none"),
    ] {
        let more = format!(r#","guard":{{"Version":"1","Statement":[{guard}]}}"#);
        let text = planted(&statements, ECS, &more);
        let text = if in_group {
            let text = text.replace(r#""mallory":{"#, r#""mallory":{"groups":["locked"],"#);
            text.replace(r#""groups":{"#, r#""groups":{"locked":{"attachments":[{"policy":"guard"}]},"#)
        } else {
            text.replace(r#"{"policy":"own"},"#, r#"{"policy":"own"},{"policy":"guard"},"#)
        };
        let bindings = bindings(&text);
        let review = reviewed(&bindings);
        assert_eq!(way(&review), expected, "{statements} {guard}");
        review.escalations.iter().for_each(|path| judged_again(&bindings, path));
    }
}

/// Control policies can be lifted by the management account only; whether it lets others is told by no file.
#[test]
fn control_policies_that_can_perhaps_be_lifted() {
    let levels =
        r#""resource_directory":{"levels":[{"name":"Root","control_policies":["FullAliyunAccess","guard"]}]},"users""#;
    let guard = r#","guard":{"Version":"1","Statement":[{"Effect":"Deny","Action":"ram:Attach*","Resource":"*"}]}"#;
    for (actions, expected) in [
        (
            r#"["ram:AttachPolicyToUser","resourcemanager:DetachControlPolicy"]"#,
            "possible: control-policy control policies, attach user/mallory",
        ),
        (r#"["ram:AttachPolicyToUser","resourcemanager:ListControlPolicies"]"#, "none"),
        (r#"["resourcemanager:DetachControlPolicy"]"#, "none"),
    ] {
        let text = planted(&allow(actions, r#""*""#, ""), ECS, guard).replacen("\"users\"", levels, 1);
        let bindings = bindings(&text);
        let review = reviewed(&bindings);
        assert_eq!(way(&review), expected, "{actions}");
        review.escalations.iter().for_each(|path| judged_again(&bindings, path));
    }
}

/// A control policy that denies a step takes the path away.
#[test]
fn control_policies_block_a_path() {
    let text = planted(
        &allow(r#""ram:AttachPolicyToUser""#, r#""*""#, ""),
        ECS,
        r#","guard":{"Version":"1","Statement":[{"Effect":"Deny","Action":"ram:Attach*","Resource":"*"}]}"#,
    );
    assert_eq!(way(&reviewed(&bindings(&text))), "certain: attach user/mallory");
    let levels =
        r#""resource_directory":{"levels":[{"name":"Root","control_policies":["FullAliyunAccess","guard"]}]},"users""#;
    assert_eq!(way(&reviewed(&bindings(&text.replacen("\"users\"", levels, 1)))), "none");
}

#[test]
fn readers_never_become_administrator() {
    let mut random = Random::new(6);
    for _ in 0..150 {
        let services = ["ram", "ims", "sts", "ecs", "oss", "*", "resourcemanager"];
        let verbs = ["Describe*", "List*", "Get*", "List?*", "GetUser", "Describe*Attribute"];
        let policies: Vec<String> = (0..4)
            .map(|at| {
                let statements: Vec<String> = (0..=random.below(3))
                    .map(|_| {
                        let action = format!("{}:{}", random.pick(&services), random.pick(&verbs));
                        let resource = random.pick(&["*", "acs:ram:*:*:*", "acs:*:*:1234567890123456:*"]);
                        let effect = if random.one_in(5) { "Deny" } else { "Allow" };
                        format!(r#"{{"Effect":"{effect}","Action":"{action}","Resource":"{resource}"}}"#)
                    })
                    .collect();
                format!("\"p{at}\":{{\"Version\":\"1\",\"Statement\":[{}]}}", statements.join(","))
            })
            .collect();
        let attach = |random: &mut Random| {
            format!("\"attachments\":[{{\"policy\":\"p{}\"}},{{\"policy\":\"p{}\"}}]", random.below(4), random.below(4))
        };
        let (one, two, group, role) =
            (attach(&mut random), attach(&mut random), attach(&mut random), attach(&mut random));
        let text = format!(
            r#"{{"account_id":"{ID}","policies":{{{}}},"users":{{"a":{{{one}}},"b":{{"groups":["g"],{two}}},"boss":{{"attachments":[{{"policy":"AdministratorAccess"}}]}}}},"groups":{{"g":{{{group}}}}},
            "roles":{{"r":{{"trust":{{"Version":"1","Statement":[{{"Effect":"Allow","Action":"sts:AssumeRole","Principal":{{"RAM":["acs:ram::{ID}:root"],"Service":["ecs.aliyuncs.com"]}}}}]}},{role}}},
            "chief":{{"trust":{{"Version":"1","Statement":[{{"Effect":"Allow","Action":"sts:AssumeRole","Principal":{{"RAM":["acs:ram::{ID}:root"],"Service":["ecs.aliyuncs.com"]}}}}]}},"attachments":[{{"policy":"AdministratorAccess"}}]}}}}}}"#,
            policies.join(",")
        );
        let review = reviewed(&bindings(&text));
        assert_eq!(review.escalations, Vec::new(), "{text}");
        assert!(!review.has_findings() && !review.is_open());
        let reads = ["read-oss"];
        let strong = review.matrix.iter().filter(|row| {
            !row.principal.to_string().ends_with("boss") && !row.principal.to_string().ends_with("chief")
        });
        for row in strong {
            assert!(
                row.cells.iter().all(|cell| reads.contains(&cell.capability) || cell.capability == "decrypt-secrets"),
                "{row:?}"
            );
        }
    }
}

/// Random accounts of dangerous policies: whatever is found stands up to a second judgement.
#[test]
fn whatever_is_found_is_allowed() {
    let mut random = Random::new(7);
    let actions = [
        "ram:*",
        "ram:Create*",
        "ram:Attach*",
        "ram:AttachPolicyToRole",
        "ram:UpdateRole",
        "ram:PassRole",
        "sts:AssumeRole",
        "ecs:*",
        "ram:AddUserToGroup",
        "ims:*",
        "ram:SetDefaultPolicyVersion",
        "ram:CreatePolicyVersion",
        "ecs:RunInstances",
        "ram:Detach*",
        "ram:RemoveUserFromGroup",
        "ram:DeletePolicy",
        "ram:UnbindMFADevice",
    ];
    let resources = [
        "*",
        "acs:ram:*:*:user/*",
        "acs:ram:*:*:role/*",
        "acs:ram:*:*:group/*",
        "acs:ram:*:*:policy/*",
        "acs:ram:*:*:user/u1",
        "acs:ram::1234567890123456:role/r1",
        "acs:ram:*:system:policy/*",
    ];
    let (mut paths, mut long) = (0, 0);
    for _ in 0..300 {
        let policies: Vec<String> = (0..8)
            .map(|at| {
                let statements: Vec<String> = (0..=random.below(2))
                    .map(|_| {
                        let effect = if random.one_in(5) { "Deny" } else { "Allow" };
                        let condition = match random.below(6) {
                            0 => r#","Condition":{"Bool":{"acs:MFAPresent":"true"}}"#,
                            1 => r#","Condition":{"StringEquals":{"acs:Service":"ecs.aliyuncs.com"}}"#,
                            _ => "",
                        };
                        let (action, resource) = (random.pick(&actions), random.pick(&resources));
                        format!(
                            r#"{{"Effect":"{effect}","Action":"{action}","Resource":["{resource}","{}"]{condition}}}"#,
                            random.pick(&resources)
                        )
                    })
                    .collect();
                format!("\"p{at}\":{{\"Version\":\"1\",\"Statement\":[{}]}}", statements.join(","))
            })
            .collect();
        let attach = |random: &mut Random| format!("\"attachments\":[{{\"policy\":\"p{}\"}}]", random.below(8));
        let users: Vec<String> = (0..4)
            .map(|at| {
                format!(
                    "\"u{at}\":{{\"groups\":[{}],{}}}",
                    if random.one_in(3) { "\"g\"" } else { "" },
                    attach(&mut random)
                )
            })
            .collect();
        let roles: Vec<String> = (0..4)
            .map(|at| {
                let who = random.pick(&[r#"{"RAM":"acs:ram::1234567890123456:root"}"#, r#"{"RAM":"acs:ram::1234567890123456:user/u2"}"#, ECS, r#"{"RAM":"acs:ram::1234567890123456:role/R1"}"#]);
                format!("\"r{at}\":{{\"trust\":{{\"Version\":\"1\",\"Statement\":[{{\"Effect\":\"Allow\",\"Action\":\"sts:AssumeRole\",\"Principal\":{who}}}]}},{}}}", attach(&mut random))
            })
            .collect();
        let group = attach(&mut random);
        let boss =
            if random.one_in(2) { ",\"boss\":{\"attachments\":[{\"policy\":\"AdministratorAccess\"}]}" } else { "" };
        let text = format!(
            r#"{{"account_id":"{ID}","policies":{{{}}},"users":{{{}{boss}}},"groups":{{"g":{{{group}}}}},"roles":{{{}}}}}"#,
            policies.join(","),
            users.join(","),
            roles.join(",")
        );
        let bindings = bindings(&text);
        let review = reviewed(&bindings);
        for path in &review.escalations {
            judged_again(&bindings, path);
            paths += 1;
            long += usize::from(path.steps.len() > 1);
            assert!(Principal::parse(&path.principal.to_string()).is_ok());
        }
        assert!(review.complete, "{text}");
    }
    assert!(paths > 500 && long > 30, "{paths} paths, {long} of several steps");
}
