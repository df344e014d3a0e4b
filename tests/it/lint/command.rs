//! `ramspect lint` as a process: exit statuses, configuration, suppressions, baselines, fixes in place.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// A folder that goes away.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("ramspect-lint-{name}-{}", std::process::id()));
        let _ = std::fs::remove_dir_all(&path);
        std::fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    fn write(&self, name: &str, text: &str) {
        let path = self.0.join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }

    fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.0.join(name)).unwrap()
    }

    fn run(&self, args: &[&str]) -> Output {
        run(&self.0, args)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

fn run(folder: &Path, args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_ramspect")).args(args).current_dir(folder).env_remove("NO_COLOR").output().unwrap()
}

fn code(output: &Output) -> i32 {
    output.status.code().unwrap()
}

fn out(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

const ADMIN: &str = "{\"Version\":\"1\",\"Statement\":[{\"Sid\":\"Glass\",\"Effect\":\"Allow\",\"Action\":\"*\",\"Resource\":\"*\"}]}\n";
const CLEAN: &str = "{\"Version\":\"1\",\"Statement\":[{\"Effect\":\"Allow\",\"Action\":\"ecs:StartInstance\",\"Resource\":\"acs:ecs:*:*:instance/i-1\"}]}\n";

#[test]
fn statuses_tell_clean_findings_and_nothing_apart() {
    let folder = Folder::new("status");
    assert_eq!(code(&folder.run(&["lint"])), 2, "nothing found");
    assert_eq!(code(&folder.run(&["lint", "--allow-empty"])), 0);
    folder.write("other.json", "{\"a\": 1}");
    assert_eq!(code(&folder.run(&["lint"])), 2, "no policy among the files");
    assert_eq!(code(&folder.run(&["lint", "other.json"])), 2, "named, and no policy");
    folder.write("clean.json", CLEAN);
    let clean = folder.run(&["lint"]);
    assert_eq!(code(&clean), 0, "{}", out(&clean));
    assert!(out(&clean).contains("no findings in 1 policy (1 file)"));
    folder.write("admin.json", ADMIN);
    assert_eq!(code(&folder.run(&["lint"])), 1);
    assert_eq!(code(&folder.run(&["lint", "--min-severity", "error"])), 0);
    assert_eq!(code(&folder.run(&["lint", "--exit-zero"])), 0);
    assert_eq!(code(&folder.run(&["lint", "--ignore", "administrator"])), 0);
    assert_eq!(code(&folder.run(&["lint", "--ignore", "administrater"])), 2);
    assert_eq!(code(&folder.run(&["lint", "--ignore", "syntax"])), 2);
    assert_eq!(code(&folder.run(&["lint", "missing.json"])), 2);
    folder.write("broken.txt", "no json");
    assert_eq!(code(&folder.run(&["lint", "broken.txt"])), 1, "named, and no JSON");
    folder.write("broken.json", "{\"Statement\": [,]}");
    assert_eq!(code(&folder.run(&["lint", "--min-severity", "error"])), 1);
}

#[test]
fn the_configuration_sets_levels_and_suppresses_with_a_reason() {
    let folder = Folder::new("config");
    folder.write("a/admin.json", ADMIN);
    folder.write("ramspect.toml", "[rules]\nadministrator = \"off\"\n");
    assert_eq!(code(&folder.run(&["lint", "a"])), 0);
    folder.write(
        "ramspect.toml",
        "[[suppress]]\nrule = \"administrator\"\npath = \"a/*\"\nsid = \"Glass\"\nreason = \"break glass\"\n",
    );
    let suppressed = folder.run(&["lint"]);
    assert_eq!(code(&suppressed), 0, "{}", out(&suppressed));
    assert!(out(&suppressed).contains("1 suppressed"));
    folder.write("ramspect.toml", "[[suppress]]\nrule = \"administrator\"\nreason = \"x\"\nuntil = 2020-01-01\n");
    assert!(out(&folder.run(&["lint", "--format", "concise"])).contains("warning[expired-suppression]"));
    folder.write("ramspect.toml", "[[suppress]]\nrule = \"covered-entry\"\nreason = \"x\"\n");
    assert!(
        out(&folder.run(&["lint", "--format", "concise"])).contains("ramspect.toml:1:1: warning[unused-suppression]")
    );
    folder.write("ramspect.toml", "exclude = [\"a\"]\n");
    assert_eq!(code(&folder.run(&["lint"])), 2);
    folder.write("ramspect.toml", "exlude = []\n");
    let wrong = folder.run(&["lint"]);
    assert_eq!(code(&wrong), 2);
    assert!(String::from_utf8_lossy(&wrong.stderr).contains("did you mean `exclude`?"));
}

#[test]
fn a_plural_is_no_error_and_yet_names_the_singular() {
    let folder = Folder::new("plural");
    let policy = |action: &str| {
        format!(r#"{{"Version":"1","Statement":[{{"Effect":"Allow","Action":"{action}","Resource":"*"}}]}}"#)
    };
    for (written, severity, help) in [
        ("ecs:JoinSecurityGroups", "warning", "there is `ecs:JoinSecurityGroup`; check whether that is meant"),
        ("ecs:joinsecuritygroupS", "warning", "there is `ecs:JoinSecurityGroup`; check whether that is meant"),
        ("ecs:JoinSecurityGrup", "error", "did you mean `ecs:JoinSecurityGroup`?"),
    ] {
        folder.write("p.json", &policy(written));
        let answer: serde_json::Value =
            serde_json::from_str(&out(&folder.run(&["lint", "p.json", "--format", "json"]))).unwrap();
        let found = answer["findings"].as_array().unwrap().iter().find(|f| f["code"] == "unknown-action").unwrap();
        assert_eq!((&found["severity"], &found["help"]), (&severity.into(), &help.into()), "{written}");
    }
}

#[test]
fn comments_of_terraform_suppress() {
    let folder = Folder::new("comments");
    let policy = |comment: &str| {
        format!(
            "resource \"alicloud_ram_policy\" \"p\" {{\n  policy_document = jsonencode({{\n    Version = \"1\"\n    Statement = [\n      {comment}\n      {{ Effect = \"Allow\", Action = \"*\", Resource = \"*\" }}\n    ]\n  }})\n}}\n"
        )
    };
    folder.write("main.tf", &policy("# nothing"));
    let found = folder.run(&["lint", "--format", "concise"]);
    assert!(out(&found).contains("main.tf:6:"), "{}", out(&found));
    folder.write("main.tf", &policy("# ramspect: ignore[administrator] break glass"));
    assert_eq!(code(&folder.run(&["lint"])), 0, "{}", out(&folder.run(&["lint"])));
    folder.write("main.tf", &policy("# ramspect: ignore[administrator]"));
    assert!(out(&folder.run(&["lint", "--format", "concise"])).contains("bad-suppression"));
    folder.write("main.tf", &policy("# ramspect: ignore[public-trust] because"));
    assert!(out(&folder.run(&["lint", "--format", "concise"])).contains("unused-suppression"));
}

#[test]
fn a_baseline_survives_moved_lines_and_not_new_findings() {
    let folder = Folder::new("baseline");
    folder.write("admin.json", ADMIN);
    assert_eq!(code(&folder.run(&["lint", "--write-baseline", "base.json"])), 0);
    assert_eq!(code(&folder.run(&["lint", "admin.json", "--baseline", "base.json"])), 0);
    folder.write("admin.json", &format!("\n\n{ADMIN}"));
    assert_eq!(code(&folder.run(&["lint", "admin.json", "--baseline", "base.json"])), 0);
    folder.write("admin.json", &ADMIN.replace("\"Action\":\"*\"", "\"Action\":\"oss:*\""));
    assert_eq!(code(&folder.run(&["lint", "admin.json", "--baseline", "base.json"])), 1);
    folder.write("broken.json", "{");
    assert_eq!(code(&folder.run(&["lint", "broken.json", "--write-baseline", "base.json"])), 0);
    assert_eq!(
        code(&folder.run(&["lint", "broken.json", "--baseline", "base.json"])),
        1,
        "what is no JSON cannot be let pass"
    );
}

#[test]
fn fixes_are_shown_or_made() {
    let folder = Folder::new("fix");
    let text = CLEAN.replace("\"ecs:StartInstance\"", "\"ecs: StartInstance\"");
    folder.write("a.json", &text);
    let diff = folder.run(&["lint", "--diff"]);
    assert!(out(&diff).starts_with("--- a.json\n+++ a.json\n@@ -1,1 +1,1 @@\n-"), "{}", out(&diff));
    assert_eq!(code(&diff), 1);
    assert_eq!(folder.read("a.json"), text);
    assert_eq!(code(&folder.run(&["lint", "--fix"])), 0);
    assert_eq!(folder.read("a.json"), CLEAN);
    assert_eq!(code(&folder.run(&["lint", "--diff"])), 0);
}

#[test]
fn rules_and_actions_are_listed() {
    let here = std::env::temp_dir();
    assert!(out(&run(&here, &["rule", "missing-resource"])).contains("## Use instead"));
    assert_eq!(code(&run(&here, &["rule", "banana"])), 2);
    assert!(out(&run(&here, &["rules"])).lines().count() > 60);
    let join = out(&run(&here, &["actions", "ecs:JoinSecurityGroup"]));
    assert!(join.contains("acs:ecs:{region}:{account}:securitygroup/{id}"), "{join}");
    assert_eq!(code(&run(&here, &["actions", "ecs:Banana*"])), 1);
}
