//! `examples/collect.sh` against a stand-in for the aliyun CLI, `ramspect import`, and a judgement on what came of it.

use std::path::Path;
use std::process::{Command, Output};

use serde_json::{Value, json};

use super::{ID, answer, ramspect, said};
use crate::reference::command_line::Folder;

fn collect(folder: &Folder, targets: &[&str], fail: &str) -> Output {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    Command::new("sh")
        .arg(root.join("examples/collect.sh"))
        .arg(folder.path().join("saved"))
        .args(targets)
        .env("ALIYUN", root.join("tests/it/account/fake-aliyun.sh"))
        .env("COLLECT_PAGE_SIZE", "2")
        .env("FAKE_LOG", folder.path().join("log"))
        .env("FAKE_FAIL", fail)
        .env_remove("ALIYUN_PROFILE")
        .env_remove("ALIYUN_MANAGEMENT_PROFILE")
        .output()
        .unwrap()
}

fn path(folder: &Folder, name: &str) -> String {
    folder.path().join(name).to_str().unwrap().to_owned()
}

#[test]
fn what_is_collected_makes_an_account() {
    let folder = Folder::new();
    let output = collect(&folder, &[ID, "r-root"], "nothing fails");
    assert!(output.status.success(), "{output:?}");
    let log = std::fs::read_to_string(path(&folder, "log")).unwrap();
    assert!(log.lines().all(|call| [" Get", " List"].iter().any(|verb| call.contains(verb))), "{log}");
    let file = path(&folder, "account.json");
    let output = ramspect("import", &[&path(&folder, "saved"), "--out", &file]);
    assert!(output.status.success(), "{output:?}");
    assert_eq!(said(&output), "");
    let written = std::fs::read_to_string(&file).unwrap();
    let account: Value = serde_json::from_str(&written).unwrap();
    assert_eq!(account["account_id"], ID);
    assert_eq!(account["users"]["alice"]["groups"], json!(["dev"]));
    assert_eq!(
        account["users"]["alice"]["attachments"],
        json!([{"policy": "ops", "type": "Custom", "resource_group": "rg-1"}])
    );
    assert_eq!(account["users"]["bob.b"]["attachments"], json!([{"policy": "ops", "type": "Custom"}]));
    assert_eq!(account["roles"]["AliyunServiceRoleForX"]["service_linked"], true);
    let levels = json!([{"name": ID, "control_policies": ["FullAliyunAccess"]},
        {"name": "r-root", "control_policies": ["FullAliyunAccess", "guard"]}]);
    assert_eq!(account["resource_directory"], json!({"management_account": false, "levels": levels}));
    // The same text on standard output, and it can be judged.
    assert_eq!(String::from_utf8_lossy(&ramspect("import", &[&path(&folder, "saved")]).stdout), written);
    let judge = |who: &str, action: &str, resource: &str| {
        let words = format!(
            "simulate --format json --account {file} --principal acs:ram::{ID}:{who} --action {action} --resource {resource} --closed-context"
        );
        answer(&ramspect(&words, &[]))["decision"].clone()
    };
    assert_eq!(judge("user/alice", "ecs:StopInstance", "*"), "allow");
    assert_eq!(judge("user/alice", "ecs:DeleteInstance", "*"), "explicit_deny");
    assert_eq!(judge("role/AliyunServiceRoleForX", "ecs:StopInstance", "*"), "implicit_deny");
    assert_eq!(judge("role/deployer", "sts:AssumeRole", &format!("acs:ram::{ID}:role/Deployer")), "allow");
}

#[test]
fn a_failed_call_leaves_nothing() {
    let folder = Folder::new();
    for call in ["GetCallerIdentity", "Marker page2", "GetRole", "PageNumber 2", "GetControlPolicy"] {
        assert_eq!(collect(&folder, &[ID], call).status.code(), Some(2), "{call}");
        let left: Vec<_> = std::fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        assert_eq!(left, ["log"], "{call}");
    }
    assert_eq!(collect(&folder, &["--profile"], "nothing fails").status.code(), Some(2));
}

#[test]
fn what_is_missing_is_said() {
    let folder = Folder::new();
    let users =
        folder.write("users.json", r#"{"IsTruncated":true,"Marker":"m","Users":{"User":[{"UserName":"alice"}]}}"#);
    let policies = folder.write(
        "policies-for-user.alice.json",
        r#"{"Policies":{"Policy":[{"PolicyName":"p","PolicyType":"Custom","AttachDate":"x"},{"PolicyName":"AdministratorAccess","PolicyType":"System"}]}}"#,
    );
    let role = folder.write("r.json", r#"{"Roles":{"Role":[{"RoleName":"r"}]}}"#);
    let output = ramspect("import --account-id 1", &[&users, &policies, &role]);
    assert!(output.status.success());
    let told = said(&output);
    for words in [
        "ListUsers: the last page is missing",
        "the groups of `alice` are not known",
        "who may assume `r` is not known",
        "the policies of `r` are not known",
        "what `p` says is not known",
        "grants for resource groups are not known",
        "control policies are not known",
    ] {
        assert!(told.contains(words), "{words}\n{told}");
    }
    assert!(!told.contains("AdministratorAccess"), "{told}");
}

#[test]
fn what_cannot_be_imported_is_refused() {
    let folder = Folder::new();
    let identity = folder.write("id.json", r#"{"AccountId":"1","Arn":"acs:ram::1:user/a","IdentityType":"RAMUser"}"#);
    for (name, text, expected) in [
        (
            "x.json",
            r#"{"Policies":{"Policy":[{"PolicyName":"p","AttachDate":"x"}]}}"#,
            "name it `policies-for-user.<user>.json`",
        ),
        (
            "x.json",
            r#"{"Groups":{"Group":[{"GroupName":"g","JoinDate":"x"}]}}"#,
            "name it `groups-for-user.<user>.json`",
        ),
        ("x.json", r#"{"PolicyVersion":{"PolicyDocument":"{}"}}"#, "name it `policy-version.Custom.<policy>.json`"),
        (
            "x.json",
            r#"{"ControlPolicyAttachments":{"ControlPolicyAttachment":[]}}"#,
            "name it `control-attachments.<number>.<target>.json`",
        ),
        ("x.json", r#"{"Role":{"RoleName":"r","Arn":"acs:ram::2:role/r"}}"#, "two accounts, `1` and `2`"),
        (
            "x.json",
            r#"{"Policy":{"PolicyName":"p","PolicyType":"Custom"},"DefaultPolicyVersion":{"PolicyDocument":"{"}}"#,
            "`PolicyDocument` holds no JSON object",
        ),
        ("x.json", r#"{"Users":{"User":[{"UserId":"1"}]}}"#, "an entry has no `UserName`"),
        ("x.json", r#"{"Instances":{}}"#, "tells nothing about an account"),
        ("x.json", "{", "is no JSON"),
    ] {
        let file = folder.write(name, text);
        let output = ramspect("import", &[&identity, &file]);
        assert_eq!((output.status.code(), output.stdout.len()), (Some(2), 0), "{text}");
        let told: String = said(&output).split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(told.contains(expected), "{text}: {told}");
    }
    let users = folder.write("users.json", r#"{"Users":{"User":[]}}"#);
    let output = ramspect("import", &[&users]);
    assert!(said(&output).contains("no response tells the account"), "{}", said(&output));
}
