//! The formats against what their readers demand.

use serde_json::Value;

use super::*;
use crate::catalog::Catalog;
use crate::lint::{Settings, lint};

fn report(text: &str) -> LintReport {
    let source = Source::new("dir/a b.json", text);
    let catalog = Catalog::new();
    let found = lint(&source, &[], Settings::all(&catalog));
    LintReport {
        files: 1,
        policies: found.policies,
        suppressed: 0,
        reports: vec![FileReport { source, findings: found.findings }],
    }
}

fn broken() -> LintReport {
    report(
        "{\"Version\": \"1\", \"Statement\": [{\"Effect\": \"allow\",\n \"Action\": [\"ecs: StartInstance\"], \"Resource\": \"é*\"}]}",
    )
}

#[test]
fn json_has_the_members_of_the_contract() {
    let answer: Value = serde_json::from_str(&json(&broken())).unwrap();
    assert_eq!(answer["schema"], "ramspect.lint/1");
    assert_eq!(answer["files"], 1);
    let finding = &answer["findings"][0];
    assert_eq!(finding["code"], "bad-effect");
    assert_eq!(finding["range"]["start"]["line"], 1);
    assert_eq!(finding["statement"], 0);
    for member in ["severity", "confidence", "message", "help", "file", "fix", "range"] {
        assert!(finding.get(member).is_some(), "{member}");
    }
    let fixed = answer["findings"].as_array().unwrap().iter().find(|f| f["code"] == "white-space").unwrap();
    assert_eq!(fixed["fix"]["safe"], true);
    assert_eq!(fixed["fix"]["edits"][0]["text"], "ecs:StartInstance");
}

#[test]
fn sarif_has_what_the_standard_requires() {
    let log: Value = serde_json::from_str(&sarif(&broken())).unwrap();
    assert_eq!(log["version"], "2.1.0");
    let run = &log["runs"][0];
    assert!(run["tool"]["driver"]["name"].is_string());
    let rules = run["tool"]["driver"]["rules"].as_array().unwrap();
    for result in run["results"].as_array().unwrap() {
        assert!(result["message"]["text"].is_string());
        let index = usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap();
        assert_eq!(rules[index]["id"], result["ruleId"]);
        assert!(["error", "warning", "note"].contains(&result["level"].as_str().unwrap()));
        let place = &result["locations"][0]["physicalLocation"];
        assert_eq!(place["artifactLocation"]["uri"], "dir/a%20b.json");
        assert!(place["region"]["startLine"].as_u64().unwrap() >= 1);
        assert!(place["region"]["startColumn"].as_u64().unwrap() >= 1);
    }
    for rule in rules {
        assert!(!rule["help"]["text"].as_str().unwrap().is_empty());
    }
}

#[test]
fn github_and_junit_and_concise_escape_what_they_must() {
    let github = github(&broken());
    assert!(github.starts_with("::error file=dir/a b.json,line=1,"), "{github}");
    assert!(!github.lines().any(|line| !line.starts_with("::")));
    let junit = junit(&broken());
    assert!(junit.contains("failures=\"") && !junit.contains("&&"));
    assert!(concise(&broken()).starts_with("dir/a b.json:1:"));
    let clean = report(
        "{\"Version\": \"1\", \"Statement\": [{\"Effect\": \"Allow\", \"Action\": \"ecs:StartInstance\", \"Resource\": \"acs:ecs:*:*:instance/i-1\"}]}",
    );
    assert_eq!(clean.summary(), "no findings in 1 policy (1 file)");
    assert!(super::junit(&clean).contains("tests=\"1\" failures=\"0\""));
}
