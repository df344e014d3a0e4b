//! The real binary against the references: many requests a process, policies and inventory in a temporary folder.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::atomic::{AtomicUsize, Ordering};

use serde_json::{Map, Value, json};

use super::compare::{describe, reference};
use super::evaluate::{Answer, Case, Named, Said, decision_name, evaluate};
use super::facts::call_region;
use super::generate::{self, Profile, Rng};
use super::generate_world::{self, Scenario};
use super::membership::{Status, row};
use super::predict::Prediction;
use super::world::Call;
use crate::support::cases;

/// A temporary folder that vanishes with its value.
pub(crate) struct Folder(PathBuf);

impl Folder {
    pub(crate) fn new() -> Self {
        static NUMBER: AtomicUsize = AtomicUsize::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let path = std::env::temp_dir().join(format!("ramspect-reference-{}-{number}", std::process::id()));
        std::fs::create_dir_all(&path).expect("the temporary folder is writable");
        Self(path)
    }

    pub(crate) fn path(&self) -> &Path {
        &self.0
    }

    /// Writes a file and returns its path as an argument.
    pub(crate) fn write(&self, name: &str, content: &str) -> String {
        let path = self.0.join(name);
        std::fs::write(&path, content).expect("the temporary folder is writable");
        path.to_str().expect("a temporary folder named in UTF-8").to_owned()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        drop(std::fs::remove_dir_all(&self.0));
    }
}

pub(crate) fn run(arguments: &[String]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_ramspect")).args(arguments).output().expect("the binary starts")
}

pub(crate) fn lines(output: &Output) -> Vec<Value> {
    let text = String::from_utf8_lossy(&output.stdout);
    text.lines().map(|line| serde_json::from_str(line).unwrap_or_else(|_| panic!("not JSON: {line}"))).collect()
}

/// Writes the policies of a case and returns the arguments that name them.
fn policy_arguments(case: &Case, folder: &Folder) -> Vec<String> {
    let mut arguments = Vec::new();
    let path = |policy: &Named| folder.write(&policy.name, &policy.document.to_string());
    for policy in &case.identity {
        arguments.extend(["--policy".to_owned(), path(policy)]);
    }
    for policy in case.session.iter().flatten() {
        arguments.extend(["--session-policy".to_owned(), path(policy)]);
    }
    if case.session.is_some() {
        arguments.extend(["--principal".to_owned(), "acs:ram::123:role/dev".to_owned()]);
    }
    for (level, policies) in &case.control {
        for policy in policies {
            arguments.extend(["--control-policy".to_owned(), format!("{level}={}", path(policy))]);
        }
    }
    assert!(case.resource_group.is_empty(), "grants at resource-group level need an account file");
    arguments.extend(case.choices.arguments());
    arguments
}

/// One line of a batch file.
pub(crate) fn batch_line(number: usize, case: &Case) -> Value {
    let mut context = Map::new();
    let mut absent = Vec::new();
    for (key, said) in &case.context {
        match said {
            Said::Known(values) if values.len() == 1 => drop(context.insert(key.clone(), json!(values[0]))),
            Said::Known(values) => drop(context.insert(key.clone(), json!(values))),
            Said::Absent => absent.push(key.clone()),
        }
    }
    json!({"id": number, "action": case.action, "resources": case.resources, "context": context, "absent": absent,
        "closed_context": case.closed})
}

/// What a batch line's answer must say. `decided_by` only for one resource: how those of several are joined is not said.
pub(crate) fn expected_line(number: usize, case: &Case, answer: &Answer) -> Value {
    let possible: Vec<&str> = answer.possible.iter().map(|decision| decision.name()).collect();
    let mut depends_on: Vec<&String> = answer.resources.iter().flat_map(|resource| &resource.depends_on).collect();
    depends_on.sort();
    depends_on.dedup();
    let mut assumptions: Vec<&str> = answer.assumptions.iter().map(|changed| changed.id).collect();
    assumptions.dedup();
    let mut line = json!({"id": number, "decision": decision_name(&answer.possible), "possible": possible,
        "depends_on": depends_on, "assumptions": assumptions});
    if let ([resource], false) = (answer.resources.as_slice(), case.root) {
        let decided_by = resource.decided_by.iter();
        line["decided_by"] = decided_by.map(|by| json!({"policy": by.policy, "statement": by.statement})).collect();
    }
    line
}

/// The members of `actual` that `expected` has too; `assumptions` are "left out when empty".
pub(crate) fn projected(actual: &Value, expected: &Value) -> Value {
    let mut projection = Map::new();
    for member in expected.as_object().expect("an object").keys() {
        let mut value = actual.get(member).cloned().unwrap_or_else(|| json!([]));
        if member == "decided_by" {
            let short = |by: &Value| json!({"policy": by["policy"], "statement": by["statement"]});
            value = value.as_array().into_iter().flatten().map(short).collect();
        }
        projection.insert(member.clone(), value);
    }
    Value::Object(projection)
}

/// `simulate --batch` on cases that share policies and assumptions.
pub(crate) fn check_simulate(cases: &[Case]) {
    let Some(first) = cases.first() else { return };
    let folder = Folder::new();
    let batch: Vec<String> =
        cases.iter().enumerate().map(|(number, case)| batch_line(number, case).to_string()).collect();
    let mut arguments = vec!["simulate".to_owned(), "--batch".to_owned()];
    arguments.push(folder.write("batch.ndjson", &(batch.join("\n") + "\n")));
    arguments.extend(policy_arguments(first, &folder));
    let output = run(&arguments);
    let lines = lines(&output);
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(lines.len(), cases.len(), "{arguments:?}\n{said}\n{}", describe(first));
    for (number, (case, actual)) in cases.iter().zip(&lines).enumerate() {
        let expected = expected_line(number, case, &evaluate(case));
        assert_eq!(projected(actual, &expected), expected, "left: real, right: reference\n{}{actual}", describe(case));
    }
}

fn status_name(status: Status) -> &'static str {
    match status {
        Status::Violated => "violated",
        Status::Passed => "passed",
        Status::Unknown => "unknown",
        Status::Unverified => "unverified",
        Status::NotApplicable => "not_applicable",
        Status::AlwaysPossible => "always_possible",
    }
}

/// The parts of a prediction that are compared, from the reference.
pub(crate) fn expected_prediction(prediction: &Prediction, scenario: &Scenario) -> Value {
    let candidate = |code: &&str| {
        let http: &[u16] = if *code == "Success" { &[200] } else { row(code).1 };
        json!({"http": http, "code": code})
    };
    let assumption = |(id, alternative, verdict, code): &(&'static str, &str, &str, Option<&str>)| json!({"id": id, "choice": scenario.choices.of(id), "alternative": alternative, "verdict": verdict, "code": code});
    let statuses = prediction.statuses.iter().map(|(code, status)| ((*code).to_owned(), json!(status_name(*status))));
    json!({
        "verdict": prediction.verdict, "http": prediction.http, "code": prediction.code,
        "certainty": prediction.certainty, "unverified": prediction.unverified,
        "candidates": prediction.candidates.iter().map(candidate).collect::<Vec<Value>>(),
        "assumptions": prediction.assumptions.iter().map(assumption).collect::<Vec<Value>>(),
        "statuses": statuses.collect::<Map<String, Value>>(),
        "authorization": prediction.authorization.as_ref().map_or("undetermined", decision_name),
        "arns": prediction.arns,
    })
}

/// The same parts, from a line of the real program.
pub(crate) fn actual_prediction(line: &Value) -> Value {
    let outcome = &line["outcome"];
    let mut parts = Map::new();
    for member in ["verdict", "http", "code", "certainty", "unverified", "candidates"] {
        parts.insert(member.to_owned(), outcome[member].clone());
    }
    let assumption = |changed: &Value| {
        json!({"id": changed["id"], "choice": changed["choice"], "alternative": changed["alternative"],
            "verdict": changed["outcome"]["verdict"], "code": changed["outcome"]["code"]})
    };
    parts.insert(
        "assumptions".to_owned(),
        line["assumptions"].as_array().into_iter().flatten().map(assumption).collect(),
    );
    let status = |check: &Value| (check["code"].as_str().unwrap_or("?").to_owned(), check["status"].clone());
    let statuses: Map<String, Value> = line["checks"].as_array().into_iter().flatten().map(status).collect();
    parts.insert("statuses".to_owned(), Value::Object(statuses));
    parts.insert("authorization".to_owned(), line["authorization"]["decision"].clone());
    let resources = line["authorization"]["resources"].as_array();
    let arns = resources.into_iter().flatten().map(|resource| resource["arn"].clone()).collect();
    parts.insert("arns".to_owned(), arns);
    Value::Object(parts)
}

/// `predict` on the calls of a scenario of which the region can be told (otherwise the whole line is an error, or not).
pub(crate) fn check_predict(scenario: &Scenario) {
    let folder = Folder::new();
    let calls: Vec<&Call> = scenario.calls.iter().filter(|call| call_region(&scenario.world, call).is_some()).collect();
    let requests: Vec<String> = calls.iter().map(|call| call.json().to_string()).collect();
    if requests.is_empty() {
        return;
    }
    let inventory = folder.path().join("inventory");
    std::fs::create_dir_all(&inventory).expect("the temporary folder is writable");
    scenario.world.write(&inventory);
    let mut arguments: Vec<String> = ["predict", "--format", "json", "--request"].map(str::to_owned).to_vec();
    arguments.push(folder.write("requests.ndjson", &(requests.join("\n") + "\n")));
    arguments.extend(["--policy".to_owned(), folder.write("policy.json", &scenario.policy.to_string())]);
    arguments.extend(["--inventory".to_owned(), inventory.to_str().expect("UTF-8").to_owned()]);
    arguments.extend(["--account-id".to_owned(), scenario.account.clone()]);
    arguments.extend(scenario.choices.arguments());
    if scenario.strict {
        arguments.push("--strict".to_owned());
    }
    let output = run(&arguments);
    let lines = lines(&output);
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(lines.len(), calls.len(), "{arguments:?}\n{said}\n{scenario:#?}");
    for (call, line) in calls.iter().zip(&lines) {
        let (actual, expected) = (actual_prediction(line), expected_prediction(&reference(scenario, call), scenario));
        let files: Vec<String> =
            scenario.world.files().iter().map(|(name, content)| format!("{name}: {content}")).collect();
        assert_eq!(
            actual,
            expected,
            "left: real, right: reference\n{arguments:?}\n{}\npolicy: {}\nrequest: {}",
            files.join("\n"),
            scenario.policy,
            call.json()
        );
    }
}

/// The samples of contract.md 3 and 4 are read as they stand there.
#[test]
fn the_samples_of_the_contract_are_understood() {
    let line = json!({"schema": "ramspect.predict/1",
        "outcome": {"verdict": "failure", "http": 403, "code": "IncorrectInstanceStatus", "message": "..", "certainty": "certain",
            "candidates": [{"http": [403], "code": "IncorrectInstanceStatus"}], "unverified": []},
        "authorization": {"decision": "allow", "possible": ["allow"], "resources": [{"arn": "acs:..", "decision": "allow"}]},
        "checks": [{"code": "IncorrectInstanceStatus", "http": [403], "stage": "state", "status": "violated"}],
        "assumptions": [{"id": "groups-per-eni", "choice": "5", "alternative": "10",
            "outcome": {"verdict": "success", "http": null, "code": null}}]});
    let read = actual_prediction(&line);
    assert_eq!(read["assumptions"][0]["verdict"], "success");
    assert_eq!(read["statuses"]["IncorrectInstanceStatus"], "violated");
    assert_eq!((&read["arns"][0], &read["authorization"]), (&json!("acs:.."), &json!("allow")));
    let line = json!({"id": 7, "decision": "allow", "possible": ["allow"], "depends_on": [],
        "decided_by": [{"policy": "p.json", "statement": 0, "effect": "Allow"}]});
    let case = Case {
        identity: vec![Named {
            name: "p.json".to_owned(),
            document: json!({"Version": "1", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}),
        }],
        action: "a:b".to_owned(),
        resources: vec!["*".to_owned()],
        ..Case::default()
    };
    let expected = expected_line(7, &case, &evaluate(&case));
    assert_eq!(projected(&line, &expected), expected);
    assert_eq!(batch_line(7, &case)["resources"], json!(["*"]));
}

/// Every expected answer of random scenarios has the members that are read from the program's line.
#[test]
fn both_sides_of_a_comparison_have_the_same_members() {
    let mut rng = Rng(4);
    let scenario = generate_world::scenario(&mut rng, 5);
    let members = |value: &Value| value.as_object().unwrap().keys().cloned().collect::<Vec<String>>();
    for call in &scenario.calls {
        let expected = expected_prediction(&reference(&scenario, call), &scenario);
        let mut actual = members(&actual_prediction(&json!({})));
        let mut expected = members(&expected);
        actual.sort();
        expected.sort();
        assert_eq!(actual, expected);
    }
}

/// 300 sets of policies, 60 lines each.
#[test]
fn simulate_agrees_with_the_reference() {
    let mut rng = Rng(20_261_124);
    for _ in 0..cases(300) {
        check_simulate(&generate::cases(&mut rng, Profile::COMMAND_LINE, 60));
    }
}

/// 400 inventories, up to 20 calls each.
#[test]
fn predict_agrees_with_the_reference() {
    let mut rng = Rng(20_261_124);
    for _ in 0..cases(400) {
        check_predict(&generate_world::scenario(&mut rng, 20));
    }
}
