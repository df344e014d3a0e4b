//! `ramspect test`: results, reports, `--update`.

use serde_json::json;

use super::{ID, account, answer, ramspect, said};
use crate::reference::command_line::Folder;

fn tests(folder: &Folder, tests: &str) -> String {
    folder.write("tests.json", &format!("{{ \"account\": \"account.json\",\n  \"tests\": [\n{tests}\n  ] }}\n"))
}

fn one(name: &str, action: &str, expect: &str) -> String {
    format!(
        r#"    {{ "name": "{name}", "principal": "acs:ram::{ID}:user/alice", "action": "{action}", "resources": ["*"], "closed_context": true{expect} }}"#
    )
}

#[test]
fn tests_pass_fail_and_err() {
    let (folder, _) = account();
    let join = format!(
        r#"    {{ "name": "join", "principal": "acs:ram::{ID}:user/alice", "request": {{ "SecurityGroupId": "sg-1", "RegionId": "cn-hangzhou" }}, "expect": {{ "code": "InvalidParam.Malformed" }} }}"#
    );
    let passing = [
        one("may start", "ecs:StartInstance", r#", "expect": "allow""#),
        one("may not delete", "ecs:DeleteInstance", r#", "expect": "deny""#),
        join,
    ];
    let file = tests(&folder, &passing.join(",\n"));
    let output = ramspect("test --format json", &[&file]);
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    let all = answer(&output);
    assert_eq!((&all["schema"], &all["passed"], &all["failed"]), (&json!("ramspect.test/1"), &json!(3), &json!(0)));
    assert_eq!(all["tests"][0]["decided_by"][0]["policy"], "dev-ecs");
    assert_eq!(all["coverage"]["decided"], 2);
    let undecided = all["coverage"]["undecided"].as_array().unwrap();
    assert!(undecided.iter().any(|one| one["policy"] == "ops" && one["statement"] == 1), "{undecided:?}");
    let failing = one("may delete", "ecs:DeleteInstance", r#", "expect": "allow""#);
    let stranger = failing.replace("user/alice", "user/carol").replace("may delete", "stranger <&>");
    let file = tests(&folder, &format!("{failing},\n{stranger}"));
    let output = ramspect("test", &[&file]);
    assert_eq!(output.status.code(), Some(2));
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    for words in [
        "FAIL may delete",
        "- allow",
        "+ explicit_deny",
        "guard statement 0 denies (control, Root)",
        "ERROR stranger",
        "no user `carol`",
        "untested: ",
    ] {
        assert!(text.contains(words), "{words}\n{text}");
    }
    let xml = String::from_utf8_lossy(&ramspect("test --format junit", &[&file]).stdout).into_owned();
    assert!(xml.contains("tests=\"2\" failures=\"1\" errors=\"1\"") && xml.contains("stranger &lt;&amp;&gt;"), "{xml}");
    assert_eq!(ramspect("test", &[&tests(&folder, &failing)]).status.code(), Some(1));
    assert_eq!(ramspect("test --exit-zero", &[&tests(&folder, &failing)]).status.code(), Some(0));
}

#[test]
fn update_changes_expectations_and_nothing_else() {
    let (folder, _) = account();
    let before = [
        one("a", "ecs:StartInstance", r#" , "expect" :"implicit_deny""#),
        one("b", "ecs:DeleteInstance", r#", "expect": "deny""#),
        one("c", "oss:GetObject", ""),
    ]
    .join(",\n\n");
    let file = tests(&folder, &before);
    assert_eq!(ramspect("test", &[&file]).status.code(), Some(2));
    let output = ramspect("test --update", &[&file]);
    assert_eq!(output.status.code(), Some(0), "{}", said(&output));
    let after = [
        one("a", "ecs:StartInstance", r#" , "expect" :"allow""#),
        one("b", "ecs:DeleteInstance", r#", "expect": "deny""#),
        one("c", "oss:GetObject", r#", "expect": "implicit_deny""#),
    ]
    .join(",\n\n");
    let expected = format!("{{ \"account\": \"account.json\",\n  \"tests\": [\n{after}\n  ] }}\n");
    assert_eq!(std::fs::read_to_string(&file).unwrap(), expected);
    assert_eq!(ramspect("test", &[&file]).status.code(), Some(0));
}

#[test]
fn mistakes_in_a_test_file_are_named() {
    let (folder, _) = account();
    let good = one("a", "ecs:StartInstance", r#", "expect": "allow""#);
    for (from, to, expected) in [
        (r#""expect": "allow""#, r#""expect": "alow""#, "did you mean `allow`?"),
        (r#""expect": "allow""#, r#""expct": "allow""#, "did you mean `expect`?"),
        (r#""expect": "allow""#, r#""expect": {"code": "Sucess"}"#, "did you mean `Success`?"),
        (r#""expect": "allow""#, r#""expect": {"code": "Success"}"#, "does not go with the test"),
        (r#""ecs:StartInstance""#, r#""StartInstance""#, "has no colon"),
        (r#""resources": ["*"], "#, "", "the test has no `resources`"),
        (r#"acs:ram::1234567890123456:user/alice"#, "alice", "`alice` is no principal"),
        (r#""closed_context": true"#, r#""context": {"k": []}"#, "`k` has no value"),
    ] {
        assert!(good.contains(from), "{from}");
        let file = tests(&folder, &good.replace(from, to));
        let output = ramspect("test", &[&file]);
        let told: String = said(&output).split_whitespace().collect::<Vec<_>>().join(" ");
        assert_eq!(output.status.code(), Some(2), "{to}: {told}");
        assert!(told.contains(expected), "{to}: {told}");
    }
    let file =
        folder.write("none.json", r#"{"tests":[{"name":"a","action":"a:b","resources":["*"],"expect":"allow"}]}"#);
    assert!(said(&ramspect("test", &[&file])).contains("names neither `account` nor `policies`"));
}

/// What `grammar/test-file.schema.json` says is what the command does.
#[test]
fn the_schema_of_test_files_agrees_with_the_command() {
    use crate::grammar::schemas::{NO_TEST_FILES, TEST_FILES};
    let (folder, _) = account();
    for (texts, right) in [(TEST_FILES, true), (NO_TEST_FILES, false)] {
        for text in texts {
            let file = folder.write("tests.json", text);
            let output = ramspect("test", &[&file]);
            let judged = output.status.code() != Some(2);
            assert_eq!(judged, right, "{text}\n{}", said(&output));
        }
    }
}

/// The `JUnit` document as CI servers read it: well-formed, a failure and an error where they belong, whatever names hold.
#[test]
fn junit_is_well_formed() {
    let (folder, _) = account();
    let all = [
        one("passes", "ecs:StartInstance", r#", "expect": "allow""#),
        one(r#"fails <&> \"quoted\" 'n' \u0001 \ud83d\ude00 ]]>"#, "ecs:DeleteInstance", r#", "expect": "allow""#),
        one("errs", "ecs:StartInstance", r#", "expect": "allow""#).replace("user/alice", "user/al<i>ce"),
    ];
    let file = tests(&folder, &all.join(",\n"));
    let xml = String::from_utf8(ramspect("test --format junit", &[&file]).stdout).unwrap();
    let mut open: Vec<String> = Vec::new();
    let mut seen: Vec<(String, String)> = Vec::new();
    let body = xml.strip_prefix("<?xml version=\"1.0\" encoding=\"UTF-8\"?>").expect("a declaration");
    for piece in body.split('<').skip(1) {
        let (tag, text) = piece.split_once('>').expect("a tag that ends");
        assert!(!text.contains('>') || text.contains("&gt;"), "{text}");
        assert!(text.split('&').skip(1).all(|entity| entity.split_once(';').is_some()), "{text}");
        if let Some(name) = tag.strip_prefix('/') {
            assert_eq!(open.pop().as_deref(), Some(name), "{xml}");
            continue;
        }
        let name = tag.split([' ', '/']).next().unwrap().to_owned();
        assert_eq!(tag.matches('"').count() % 2, 0, "{tag}");
        seen.push((name.clone(), tag.to_owned()));
        if !tag.ends_with('/') {
            open.push(name);
        }
    }
    assert!(open.is_empty() && xml.chars().all(|c| c >= ' ' || c == '\n'), "{xml}");
    let count = |name: &str| seen.iter().filter(|(tag, _)| tag == name).count();
    assert_eq!((count("testsuite"), count("testcase"), count("failure"), count("error")), (1, 3, 1, 1), "{xml}");
}

/// Every line of a failing report fits a terminal of 80 columns, but for names that cannot be broken.
#[test]
fn a_failing_report_reads_well() {
    let (folder, _) = account();
    let all = [
        one(
            "alice must be able to delete the instances of her own team in every region",
            "ecs:DeleteInstance",
            r#", "expect": "allow""#,
        ),
        one("alice reads objects", "oss:GetObject", r#", "expect": "allow""#),
        one("alice stops nothing", "ecs:StopInstance", r#", "expect": "explicit_deny""#),
    ];
    let file = tests(&folder, &all.join(",\n"));
    let output = ramspect("test", &[&file]);
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let place = folder.path().to_str().unwrap();
    let long = |line: &&str| line.chars().count() > 80 && !line.contains(place);
    assert_eq!(text.lines().find(long), None, "{text}");
    for words in [
        "- allow\n  + explicit_deny",
        "- allow\n  + implicit_deny",
        "no policy of the caller allows it",
        "- explicit_deny\n  + allow",
    ] {
        assert!(text.contains(words), "{words}\n{text}");
    }
}
