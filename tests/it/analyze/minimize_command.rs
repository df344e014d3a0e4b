//! `ramspect minimize` as a user calls it.

use serde_json::Value;

use crate::support::cli::{command, folder, ramspect, run};

const POLICY: &str = r#"{"Version":"1","Statement":[
  {"Effect":"Allow","Action":["ecs:StartInstance","ecs:Start*"],"Resource":"*"},
  {"Effect":"Allow","Action":"ecs:StopInstance","Resource":"*"},
  {"Effect":"Deny","Action":"ram:*","Resource":"*"}]}"#;

fn minimize(flags: &str, input: &str) -> crate::support::cli::Ran {
    run(command().arg("minimize").args(flags.split_whitespace()).arg("-"), input)
}

#[test]
fn the_policy_is_on_stdout_and_the_steps_on_stderr() {
    let ran = minimize("", POLICY);
    let expected = r#"{
  "Version": "1",
  "Statement": [
    {
      "Effect": "Allow",
      "Action": [
        "ecs:Start*",
        "ecs:StopInstance"
      ],
      "Resource": "*"
    },
    {
      "Effect": "Deny",
      "Action": "ram:*",
      "Resource": "*"
    }
  ]
}
"#;
    let steps = "statement 0: joined with statement 1, the entries of `Action` in one list
statement 0: `ecs:StartInstance` left out of `Action`
proved equivalent: 2 statements instead of 3, 5 entries instead of 7, 156 characters instead of 219
";
    assert_eq!((ran.status, ran.out.as_str(), ran.err.as_str()), (0, expected, steps));
    let again = minimize("", &ran.out);
    assert_eq!((again.status, again.out.as_str()), (0, expected));
    assert_eq!(again.err, "nothing can be left out or joined\n");
}

#[test]
fn alone_a_deny_of_what_nothing_allows_goes() {
    let ran = minimize("--alone", POLICY);
    assert!(!ran.out.contains("Deny"), "{}", ran.out);
    assert!(ran.err.contains("statement 2: left out, nothing allows what it denies"), "{}", ran.err);
}

#[test]
fn json_has_the_policy_its_sizes_and_every_step() {
    let ran = minimize("--format json", POLICY);
    assert_eq!((ran.status, ran.err.as_str()), (0, ""));
    let answer: Value = serde_json::from_str(&ran.out).unwrap();
    assert_eq!(answer["schema"], "ramspect.minimize/1");
    assert_eq!(
        (&answer["result"], &answer["exact"], &answer["allows"]),
        (&"equivalent".into(), &true.into(), &true.into())
    );
    assert_eq!(answer["before"], serde_json::json!({ "statements": 3, "entries": 7, "characters": 219 }));
    assert_eq!(answer["after"]["statements"], 2);
    assert_eq!(answer["steps"][0]["change"], "joined");
    assert_eq!(answer["steps"][0]["by"][0]["statement"], 1);
    assert_eq!(answer["steps"][1]["text"], "ecs:StartInstance");
    assert_eq!(answer["policy"]["Version"], "1");
    assert_eq!(ran.out.lines().count(), 1);
}

#[test]
fn without_time_nothing_is_changed_and_that_is_said() {
    let ran = minimize("--budget 0", POLICY);
    assert_eq!(ran.status, 0);
    let (old, new): (Value, Value) = (serde_json::from_str(POLICY).unwrap(), serde_json::from_str(&ran.out).unwrap());
    assert_eq!(old, new);
    assert!(ran.err.starts_with("the time was over before everything was tried"), "{}", ran.err);
    let ran = minimize("--budget 0 --format json", POLICY);
    let answer: Value = serde_json::from_str(&ran.out).unwrap();
    assert_eq!((&answer["result"], &answer["exact"]), (&"equivalent".into(), &false.into()));
    assert_eq!((&answer["allows"], &answer["steps"]), (&Value::Null, &serde_json::json!([])));
}

#[test]
fn what_ram_refuses_is_not_minimized() {
    let trust = r#"{"Version":"1","Statement":[{"Effect":"Allow","Action":"sts:AssumeRole","Principal":{"RAM":["acs:ram::1234567890123456:root"]}}]}"#;
    for text in [POLICY.replace("Allow", "allow").as_str(), POLICY.replace('1', "2").as_str(), trust, "{", "[]", ""] {
        let ran = minimize("", text);
        assert_eq!((ran.status, ran.out.as_str()), (2, ""), "{text}");
        assert!(ran.err.contains("error"), "{text}: {}", ran.err);
    }
    assert_eq!(ramspect("minimize").status, 2);
    assert_eq!(minimize("--budget -1", POLICY).status, 2);
}

#[test]
fn a_folder_becomes_one_policy_and_steps_name_its_files() {
    let place = folder("minimize folder");
    std::fs::write(place.join("a.json"), POLICY).unwrap();
    std::fs::write(place.join("b.json"), POLICY.replace("ecs:", "oss:")).unwrap();
    let ran = run(command().arg("minimize").arg(&place), "");
    assert_eq!(ran.status, 0);
    assert!(ran.out.contains("oss:Start*") && ran.out.contains("ecs:Start*"), "{}", ran.out);
    assert!(ran.err.contains("b.json statement 2: left out, a.json statement 2 says the same\n"), "{}", ran.err);
}
