//! Accounts with one defect each, and the denial that it causes: through the real binary, from the pasted text to cause, first
//! near miss and suggestion.

use serde_json::{Value, json};

use crate::reference::command_line::{Folder, lines, run};

const ID: &str = "1234567890123456";
const INSTANCE: &str = "acs:ecs:cn-hangzhou:1234567890123456:instance/i-bp1a";
const GROUP: &str = "acs:ecs:cn-hangzhou:1234567890123456:securitygroup/sg-bp1a";

fn allow(action: &str, resource: &str) -> Value {
    json!({"Effect": "Allow", "Action": action, "Resource": resource})
}

fn under(mut statement: Value, condition: &Value) -> Value {
    statement["Condition"] = condition.clone();
    statement
}

fn policy(statements: &[Value]) -> Value {
    json!({"Version": "1", "Statement": statements})
}

/// One user for each defect.
fn account() -> Value {
    let grant = |name: &str| json!({"attachments": [{"policy": name}]});
    let mut account = json!({
        "account_id": ID,
        "policies": {
            "ecs-all": policy(&[allow("ecs:*", "*")]),
            "ecs-beijing": policy(&[allow("ecs:Describe*", "*"), allow("ecs:*", "acs:ecs:cn-beijing:*:*")]),
            "ecs-typo": policy(&[allow("ecs:*", "acs:ecs:*:*:instance/*"), allow("ecs:*", "acs:ecs:*:*:security-group/*")]),
            "ecs-instances": policy(&[allow("ecs:JoinSecurityGroup", "acs:ecs:*:*:instance/*")]),
            "ecs-slash": policy(&[allow("ecs:StopInstance", "acs:ecs:*:*:/instance/*")]),
            "ecs-short": policy(&[allow("ecs:StopInstance", "acs:ecs:instance")]),
            "ecs-other-account": policy(&[allow("ecs:*", "acs:ecs:*:6543210987654321:*")]),
            "ecs-office": policy(&[under(allow("ecs:*", "*"), &json!({"IpAddress": {"acs:SourceIp": "10.0.0.0/8"}}))]),
            "ecs-mfa": policy(&[under(allow("ecs:*", "*"), &json!({"Bool": {"acs:MFAPresent": "true"}}))]),
            "ecs-dev": policy(&[under(allow("ecs:*", "*"), &json!({"StringEquals": {"acs:ResourceTag/env": "dev"}}))]),
            "ecs-read": policy(&[allow("ecs:Describe*", "*")]),
            "no-stop": policy(&[allow("vpc:*", "*"), json!({"Effect": "Deny", "Action": "ecs:Stop*", "Resource": "*"})]),
            "bucket-only": policy(&[allow("oss:GetObject", "acs:oss:*:*:logs")]),
            "assume": policy(&[allow("sts:AssumeRole", "*")]),
            "nothing-else": policy(&[allow("oss:*", "*")]),
        },
        "users": {
            "admin": grant("ecs-all"),
            "beijing": grant("ecs-beijing"),
            "typo": grant("ecs-typo"),
            "half": grant("ecs-instances"),
            "slash": grant("ecs-slash"),
            "short": grant("ecs-short"),
            "elsewhere": grant("ecs-other-account"),
            "office": grant("ecs-office"),
            "mfa": grant("ecs-mfa"),
            "tag": grant("ecs-dev"),
            "reader": grant("ecs-read"),
            "empty": {},
            "stopped": {"groups": ["guests"], "attachments": [{"policy": "ecs-all"}]},
            "scoped": {"attachments": [{"policy": "ecs-all", "resource_group": "rg-a"}]},
            "bucket": grant("bucket-only"),
            "assumer": grant("assume"),
            "trusted": grant("ecs-read"),
        },
        "groups": {"guests": {"attachments": [{"policy": "no-stop"}]}},
        "roles": {
            "Deployer": {
                "trust": {"Version": "1", "Statement": [{"Effect": "Allow", "Action": "sts:AssumeRole",
                    "Principal": {"RAM": [format!("acs:ram::{ID}:user/trusted")]}}]},
                "attachments": [{"policy": "ecs-all"}]
            }
        }
    });
    account["users"]["kms"] = json!({"attachments": []});
    account
}

/// A denial as ECS answers it.
fn told(action: &str, resource: Option<&str>, kind: &str, layer: &str) -> String {
    let resource = resource.map(|arn| format!(r#","AuthResource":"{arn}""#)).unwrap_or_default();
    let service = action.split(':').next().unwrap();
    format!(
        r#"ERROR: SDK.ServerError
ErrorCode: Forbidden.RAM
RequestId: 0C0B7F6E-0000-5000-8000-000000000001
Message: User not authorized to operate on the specified resource, or this API doesn't support RAM.
{{"Code":"Forbidden.RAM","HostId":"{service}.cn-hangzhou.aliyuncs.com","AccessDeniedDetail":{{"AuthAction":"{action}"{resource},"NoPermissionType":"{kind}","PolicyType":"{layer}","AuthPrincipalType":"SubUser"}}}}"#
    )
}

/// A planted case: who calls, the message, what is said beside it; then cause, near miss (policy, statement, words), suggestion.
struct Plant {
    who: &'static str,
    text: String,
    more: &'static [&'static str],
    cause: &'static str,
    miss: Option<(&'static str, u64, &'static str)>,
    kind: Option<&'static str>,
    advice: &'static str,
}

const IDENTITY: &str = "AccountLevelIdentityBasedPolicy";

fn plants() -> Vec<Plant> {
    let stop = || told("ecs:StopInstance", Some(INSTANCE), "ImplicitDeny", IDENTITY);
    let join = |arn: Option<&str>| told("ecs:JoinSecurityGroup", arn, "ImplicitDeny", IDENTITY);
    let plant = |who, text, more, cause, miss, kind, advice| Plant { who, text, more, cause, miss, kind, advice };
    let add = Some("add_statement");
    let both = &["--resource", INSTANCE, "--resource", GROUP][..];
    vec![
        plant(
            "user/beijing",
            stop(),
            &[],
            "resource_mismatch",
            Some(("ecs-beijing", 1, "has the region `cn-beijing`; the call has `cn-hangzhou`")),
            add,
            "a policy of the caller",
        ),
        plant(
            "user/typo",
            join(None),
            both,
            "resource_mismatch",
            Some(("ecs-typo", 1, "`securitygroup/*` is")),
            add,
            "what is missing of this call",
        ),
        plant(
            "user/half",
            join(None),
            both,
            "resource_mismatch",
            Some(("ecs-instances", 0, "the call is on `securitygroup/sg-bp1a`")),
            add,
            "what is missing of this call",
        ),
        plant(
            "user/half",
            join(Some(GROUP)),
            &[],
            "resource_mismatch",
            Some(("ecs-instances", 0, "`securitygroup/sg-bp1a`")),
            add,
            "a policy of the caller",
        ),
        plant(
            "user/half",
            join(Some(INSTANCE)),
            &[],
            "disagrees",
            None,
            None,
            "RAM was asked about the security group as well",
        ),
        plant(
            "user/slash",
            stop(),
            &[],
            "resource_mismatch",
            Some(("ecs-slash", 0, "has a slash too many")),
            add,
            "a policy of the caller",
        ),
        plant(
            "user/short",
            stop(),
            &[],
            "resource_mismatch",
            Some(("ecs-short", 0, "is no ARN of five segments")),
            add,
            "",
        ),
        plant(
            "user/elsewhere",
            stop(),
            &[],
            "resource_mismatch",
            Some(("ecs-other-account", 0, "has the account `6543210987654321`")),
            add,
            "",
        ),
        plant(
            "user/office",
            stop(),
            &["--context", "acs:SourceIp=203.0.113.7"],
            "condition_unmet",
            Some(("ecs-office", 0, "`acs:SourceIp` must be in `10.0.0.0/8`; the request carries `203.0.113.7`")),
            Some("set_context"),
            "meet the condition",
        ),
        plant(
            "user/mfa",
            stop(),
            &["--absent", "acs:MFAPresent"],
            "condition_unmet",
            Some(("ecs-mfa", 0, "`acs:MFAPresent` must be `true`; the request does not carry it")),
            Some("set_context"),
            "meet the condition",
        ),
        plant(
            "user/tag",
            stop(),
            &["--context", "acs:ResourceTag/env=prod"],
            "condition_unmet",
            Some(("ecs-dev", 0, "`acs:ResourceTag/env` must be `dev`; the request carries `prod`")),
            add,
            "a policy of the caller",
        ),
        plant("user/reader", stop(), &[], "other_principal", Some(("ecs-all", 0, "but to `user/admin`")), add, ""),
        plant("user/empty", stop(), &[], "other_principal", Some(("ecs-all", 0, "but to `user/admin`")), add, ""),
        plant(
            "user/kms",
            told("kms:Decrypt", Some("acs:kms:cn-hangzhou:1234567890123456:key/k"), "ImplicitDeny", IDENTITY),
            &[],
            "no_matching_allow",
            None,
            add,
            "a policy of the caller",
        ),
        plant(
            "user/stopped",
            told("ecs:StopInstance", Some(INSTANCE), "ExplicitDeny", IDENTITY),
            &[],
            "explicit_deny",
            None,
            Some("remove_deny"),
            "statement 1 of `no-stop`",
        ),
        plant(
            "user/scoped",
            told("ecs:StopInstance", Some(INSTANCE), "ImplicitDeny", "ResourceGroupLevelIdentityBasedPolicy"),
            &["--context", "acs:ResourceGroupId=rg-b"],
            "resource_group_scope",
            Some(("ecs-all", 0, "`acs:ResourceGroupId` must be `rg-a`; the request carries `rg-b`")),
            add,
            "a policy of the caller",
        ),
        plant(
            "user/bucket",
            told("oss:GetObject", Some("acs:oss:*:1234567890123456:logs/2026/a.txt"), "ImplicitDeny", IDENTITY),
            &[],
            "resource_mismatch",
            Some(("bucket-only", 0, "names `logs`; the call is on `logs/2026/a.txt`")),
            add,
            "",
        ),
        plant(
            "user/assumer",
            told("sts:AssumeRole", Some("acs:ram::1234567890123456:role/Deployer"), "ImplicitDeny", "AssumeRolePolicy"),
            &[],
            "trust_policy",
            None,
            Some("change_statement"),
            "name the caller as `Principal`",
        ),
        plant(
            "user/trusted",
            told("sts:AssumeRole", Some("acs:ram::1234567890123456:role/deployer"), "ImplicitDeny", IDENTITY),
            &[],
            "other_principal",
            Some(("assume", 0, "but to `user/assumer`")),
            add,
            "a policy of the caller",
        ),
        plant(
            "role/Deployer",
            told("ecs:StopInstance", Some(INSTANCE), "ImplicitDeny", "SessionPolicy"),
            &["--session-policy", "SESSION"],
            "session_policy",
            None,
            add,
            "the session policy",
        ),
        plant("user/admin", stop(), &[], "disagrees", None, None, "check first"),
        plant(
            "user/reader",
            told("ecs:StopInstance", Some(INSTANCE), "ExplicitDeny", IDENTITY),
            &[],
            "disagrees",
            None,
            None,
            "check first",
        ),
        plant("root", stop(), &[], "disagrees", None, None, ""),
        plant(
            "user/half",
            told("ecs:JoinSecurityGroup", None, "ImplicitDeny", IDENTITY),
            &[],
            "unknown",
            Some(("ecs-instances", 0, "the text does not tell the resource")),
            None,
            "tell the resources of the call",
        ),
        plant(
            "user/admin",
            told("ecs:StopInstance", Some(INSTANCE), "ImplicitDeny", "ControlPolicy"),
            &["--control-policy", "Prod=SESSION"],
            "control_policy",
            None,
            add,
            "a control policy of level `Prod`",
        ),
        plant(
            "user/admin",
            told("ecs:StopInstance", Some(INSTANCE), "ExplicitDeny", "ControlPolicy"),
            &["--control-policy", "Root=GUARD"],
            "explicit_deny",
            None,
            Some("remove_deny"),
            "statement 1 of `guard.json`",
        ),
    ]
}

#[test]
fn planted_defects_are_found() {
    let folder = Folder::new();
    let path = folder.write("account.json", &account().to_string());
    let session = folder.write("session.json", &policy(&[allow("oss:*", "*")]).to_string());
    let deny = json!({"Effect": "Deny", "Action": "ecs:Stop*", "Resource": "*"});
    let guard = folder.write("guard.json", &policy(&[allow("*", "*"), deny]).to_string());
    let mut wrong = Vec::new();
    for (number, plant) in plants().into_iter().enumerate() {
        let text = folder.write("denial.txt", &plant.text);
        let mut arguments: Vec<String> =
            ["explain", &text, "--format", "json", "--account", &path, "--principal"].map(str::to_owned).to_vec();
        arguments.push(format!("acs:ram::{ID}:{}", plant.who));
        arguments.extend(plant.more.iter().map(|word| word.replace("SESSION", &session).replace("GUARD", &guard)));
        let output = run(&arguments);
        let all = lines(&output);
        assert_eq!((output.status.code(), all.len()), (Some(0), 1), "{number} {}: {output:?}", plant.who);
        let answer = &all[0];
        let (diagnosis, suggestion) = (&answer["diagnosis"], &answer["suggestion"]);
        let miss = &diagnosis["near_misses"][0];
        let fits = diagnosis["cause"] == plant.cause
            && suggestion["kind"].as_str() == plant.kind
            && suggestion["text"].as_str().is_some_and(|text| text.contains(plant.advice))
            && plant.miss.is_none_or(|(policy, statement, words)| {
                miss["policy"] == policy
                    && miss["statement"] == statement
                    && miss["why"].as_str().is_some_and(|why| why.contains(words))
            });
        if !fits {
            wrong.push(format!(
                "{number} {} wants {} {:?}: {diagnosis} {suggestion}",
                plant.who, plant.cause, plant.miss
            ));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// What is pasted may be anything: a clear sentence, never a guess.
#[test]
fn what_is_no_message_is_said_to_be_none() {
    let folder = Folder::new();
    let whole = told("ecs:StopInstance", Some(INSTANCE), "ImplicitDeny", IDENTITY);
    for (name, bytes) in [
        ("binary", &b"\x7fELF\x02\x01\x01\x00\xff\xfe\x00\x80"[..]),
        ("empty", b""),
        ("blank", b" \n\t\n"),
        ("prose", b"the build is slow today"),
        ("json", b"{\"Code\":200,\"Message\":\"OK\"}"),
        ("truncated", b"{\"AccessDeniedDe"),
    ] {
        let path = folder.path().join(name);
        std::fs::write(&path, bytes).unwrap();
        let output = run(&["explain".to_owned(), path.to_str().unwrap().to_owned()]);
        assert_eq!((output.status.code(), output.stdout.len()), (Some(2), 0), "{name}: {output:?}");
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(said.contains("error: ") && !said.contains("panicked"), "{name}: {said}");
    }
    // Cut anywhere behind its code, it is still a denial, and nothing is told that does not stand there.
    let code = whole.find("Forbidden.RAM").unwrap() + "Forbidden.RAM".len();
    for end in (code..whole.len()).step_by(7) {
        let cut = &whole[..end];
        let path = folder.write("cut.txt", cut);
        let output = run(&["explain".to_owned(), path, "--format".to_owned(), "json".to_owned()]);
        let all = lines(&output);
        let denial = &all[0]["denial"];
        assert_eq!((&denial["is_ram_denial"], &denial["code"]), (&json!(true), &json!("Forbidden.RAM")), "{cut}");
        for (field, whole) in
            [("action", "ecs:StopInstance"), ("resource", INSTANCE), ("no_permission_type", "ImplicitDeny")]
        {
            if let Some(found) = denial[field].as_str() {
                assert!(whole.starts_with(found) && cut.contains(found), "{field} {found}: {cut}");
            }
        }
    }
}
