//! The account file, its layers through the real binary, import and policy tests.

mod diff;
mod errors;
#[cfg(unix)]
mod import;
mod layers;
mod policy_tests;

use std::process::Output;

use serde_json::Value;

use crate::reference::command_line::{Folder, lines, run};

pub const ID: &str = "1234567890123456";

/// Runs the binary with words and, behind them, texts that may hold spaces.
pub fn ramspect(words: &str, more: &[&str]) -> Output {
    let words = words.split_whitespace().chain(more.iter().copied());
    run(&words.map(str::to_owned).collect::<Vec<String>>())
}

pub fn answer(output: &Output) -> Value {
    let mut all = lines(output);
    assert_eq!(all.len(), 1, "{output:?}");
    all.remove(0)
}

pub fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// A folder with the account of the tests.
pub fn account() -> (Folder, String) {
    let folder = Folder::new();
    std::fs::create_dir_all(folder.path().join("policies")).unwrap();
    folder.write(
        "policies/dev-ecs.json",
        r#"{"Version":"1","Statement":[{"Effect":"Allow","Action":"ecs:*","Resource":"*"}]}"#,
    );
    let path = folder.write("account.json", ACCOUNT);
    (folder, path)
}

pub const ACCOUNT: &str = r#"{
  "account_id": "1234567890123456",
  "policies": {
    "dev-ecs": "policies/dev-ecs.json",
    "inline-one": { "Version": "1", "Statement": [] },
    "ops": { "Version": "1", "Statement": [
      { "Effect": "Deny", "Action": "ecs:Stop*", "Resource": "*" },
      { "Effect": "Allow", "Action": "oss:*", "Resource": "*" } ] },
    "assume": { "Version": "1", "Statement": [ { "Effect": "Allow", "Action": "sts:AssumeRole", "Resource": "*" } ] },
    "guard": { "Version": "1", "Statement": [ { "Effect": "Deny", "Action": "ecs:Delete*", "Resource": "*" } ] },
    "only-reads": { "Version": "1", "Statement": [ { "Effect": "Allow", "Action": "*:Get*", "Resource": "*" } ] }
  },
  "users": {
    "alice": { "groups": ["dev"], "attachments": [ { "policy": "assume" }, { "policy": "ops", "resource_group": "rg-1" } ] },
    "bob": { "attachments": [ { "policy": "AdministratorAccess", "type": "System" } ] }
  },
  "groups": { "dev": { "attachments": [ { "policy": "dev-ecs" }, { "policy": "inline-one" } ] } },
  "roles": {
    "Deployer": {
      "trust": { "Version": "1", "Statement": [
        { "Effect": "Allow", "Action": "sts:AssumeRole", "Principal": { "RAM": "acs:ram::1234567890123456:user/alice" } } ] },
      "attachments": [ { "policy": "dev-ecs" } ] },
    "linked": { "service_linked": true, "attachments": [ { "policy": "dev-ecs" } ] }
  },
  "resource_directory": {
    "levels": [ { "name": "member", "control_policies": ["FullAliyunAccess"] },
                { "name": "Root", "control_policies": ["FullAliyunAccess", "guard"] } ] }
}
"#;
