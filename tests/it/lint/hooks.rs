//! `.pre-commit-hooks.yaml` and `action.yml`: what they run, run here.

use std::path::Path;
use std::process::{Command, Output};

use crate::support::cli::{folder, root};

const UGLY: &str = "{\"Statement\":[{\"Effect\":\"Allow\",\"Action\":[\"ecs:StartInstance\"],\"Resource\":\"acs:ecs:*:*:instance/i-1\"}],\"Version\":\"1\"}\n";
const ADMIN: &str = "{\"Version\":\"1\",\"Statement\":[{\"Effect\":\"Allow\",\"Action\":\"*\",\"Resource\":\"*\"}]}\n";

/// Bash with the built binary in front of the path.
fn bash(place: &Path, script: &str, variables: &[(&str, &str)]) -> Output {
    let binary = Path::new(env!("CARGO_BIN_EXE_ramspect")).parent().unwrap().to_owned();
    let path = std::env::var_os("PATH").unwrap_or_default();
    let path = std::env::join_paths(std::iter::once(binary).chain(std::env::split_paths(&path))).unwrap();
    let mut command = Command::new("bash");
    command.args(["-e", "-c", script]).current_dir(place).env("PATH", path).env("NO_COLOR", "1");
    command.envs(variables.iter().copied()).output().unwrap()
}

#[test]
fn every_hook_runs_on_the_files_that_a_commit_names() {
    let text = std::fs::read_to_string(root().join(".pre-commit-hooks.yaml")).unwrap();
    let entries: Vec<&str> = text.lines().filter_map(|line| line.trim().strip_prefix("entry: ")).collect();
    assert_eq!(entries.len(), text.matches("- id: ").count());
    for entry in entries {
        let place = folder(&format!("hook {}", entry.replace(' ', "-")));
        std::fs::write(place.join("package.json"), "{\"name\": \"x\"}").unwrap();
        std::fs::write(place.join("p.json"), UGLY).unwrap();
        let ran = bash(&place, &format!("{entry} package.json p.json"), &[]);
        assert_eq!(ran.status.code(), Some(0), "{entry}: {ran:?}");
        assert_eq!(std::fs::read_to_string(place.join("package.json")).unwrap(), "{\"name\": \"x\"}");
        // pre-commit fails a hook that changes files.
        let changed = std::fs::read_to_string(place.join("p.json")).unwrap() != UGLY;
        assert_eq!(changed, entry.contains("fmt"), "{entry}");
        std::fs::write(place.join("p.json"), ADMIN).unwrap();
        let ran = bash(&place, &format!("{entry} package.json p.json"), &[]);
        assert_eq!(ran.status.code(), Some(i32::from(entry.contains("lint"))), "{entry}: {ran:?}");
    }
}

/// The script of a step of the action.
fn script(name: &str) -> String {
    let text = std::fs::read_to_string(root().join("action.yml")).unwrap();
    let (_, step) = text.split_once(&format!("- name: {name}\n")).unwrap();
    let (_, run) = step.split_once("run: |\n").unwrap();
    run.lines()
        .take_while(|line| line.starts_with("        ") || line.is_empty())
        .map(|line| line.trim().to_owned() + "\n")
        .collect()
}

#[test]
fn the_action_annotates_and_writes_a_report() {
    let place = folder("action");
    std::fs::write(place.join("p.json"), ADMIN).unwrap();
    let outputs = place.join("outputs").display().to_string();
    let given = |format: &'static str, output: &'static str| {
        vec![("PATHS", "."), ("ARGS", "--min-severity warning"), ("FORMAT", format), ("OUTPUT", output)]
    };
    let installed = bash(&place, &script("Install ramspect"), &[("VERSION", "")]);
    assert_eq!(installed.status.code(), Some(0), "what is on the path is used: {installed:?}");
    let ran = bash(&place, &script("Lint"), &[given("github", ""), vec![("GITHUB_OUTPUT", &outputs)]].concat());
    let text = String::from_utf8_lossy(&ran.stdout).into_owned();
    assert_eq!(ran.status.code(), Some(1));
    assert!(text.starts_with("::warning file=p.json,line=1,"), "{text}");
    let ran =
        bash(&place, &script("Lint"), &[given("sarif", "report.sarif"), vec![("GITHUB_OUTPUT", &outputs)]].concat());
    assert_eq!(ran.status.code(), Some(1));
    let report: serde_json::Value =
        serde_json::from_str(&std::fs::read_to_string(place.join("report.sarif")).unwrap()).unwrap();
    assert_eq!(report["version"], "2.1.0");
    assert_eq!(std::fs::read_to_string(outputs).unwrap(), "report=report.sarif\n");
}
