//! What a person sees: how long an answer may be, and how it ends.

use crate::support::cli::{Ran, command, folder, ramspect, root, run};

const CALL: &str = "predict -p examples/fleet/policies -i examples/fleet/inventory";
const WEB: &str = "--security-group sg-bp1web000001 --instance i-bp1web0000000001";

#[track_caller]
fn narrow(ran: &Ran) {
    for line in ran.out.lines() {
        assert!(line.chars().count() <= 80, "wider than 80 columns: {line}\n{}", ran.out);
    }
}

/// The lines of each violated or open check.
fn checks(text: &str) -> Vec<usize> {
    let ends = ["fix:", "order ", "unverified:", "assumes ", "deprecated:", "to settle", "fails ", "unknown "];
    let mut found = Vec::new();
    let mut inside = false;
    for line in text.lines() {
        if ends.iter().any(|end| line.starts_with(end)) {
            inside = line.starts_with("fails ") || line.starts_with("unknown ");
            if inside {
                found.push(0);
            }
        }
        if inside {
            *found.last_mut().unwrap() += 1;
        }
    }
    found
}

#[test]
fn a_success_is_read_at_a_glance() {
    let place = folder("long success");
    let policy = r#"{"Version":"1","Statement":[
        {"Effect":"Allow","Action":"ecs:JoinSecurityGroup","Resource":"acs:ecs:*:*:instance/*"},
        {"Effect":"Allow","Action":"ecs:JoinSecurityGroup","NotResource":"acs:ecs:*:*:instance/*","Condition":{"StringNotEquals":{"acs:Absent":"x"}}}]}"#;
    let name = format!("{}.json", "a-policy-with-a-very-long-name-that-takes-most-of-the-line");
    std::fs::write(place.join(&name), policy).unwrap();
    let fleet = root().join("examples/fleet/inventory");
    let inventory = place.join("inventory");
    std::fs::create_dir(&inventory).unwrap();
    // Only the instance is known well: what is uncounted is unverified.
    for file in ["instances.json", "manifest.json"] {
        std::fs::copy(fleet.join(file), inventory.join(file)).unwrap();
    }
    let groups = std::fs::read_to_string(fleet.join("security-groups.json")).unwrap();
    std::fs::write(inventory.join("groups.json"), groups.replace("\"RuleCount\"", "\"Uncounted\"")).unwrap();
    let words = [WEB, "--absent acs:Absent -i inventory -p", &name].join(" ");
    let ran = run(command().current_dir(&place).arg("predict").args(words.split_whitespace()), "");
    assert!(ran.out.starts_with("success: "), "{}{}", ran.out, ran.err);
    assert!(ran.out.contains("assumption") && ran.out.contains("unverified"), "{}", ran.out);
    assert!(ran.out.lines().count() <= 8, "{}", ran.out);
    narrow(&ran);

    let ran = ramspect(&format!("{CALL} {WEB}"));
    assert!(ran.out.starts_with("success: ") && ran.out.lines().count() <= 8, "{}", ran.out);
    narrow(&ran);
}

#[test]
fn a_violated_check_takes_at_most_six_lines() {
    let mut seen = 0;
    for call in [
        "--security-group sg-bp1db00000001 --instance i-bp1web0000000001",
        "--security-group sg-bp1base000001 --instance i-bp1web0000000002",
        "--security-group sg-bp1web000001 --network-interface eni-bp1partner0001",
        "--security-group sg-bp1db00000001 --network-interface eni-bp1partner0001 --region cn-hangzhou",
        "--security-group sg-nobody --instance i-nobody",
    ] {
        let ran = ramspect(&format!("{CALL} {call}"));
        assert_eq!(ran.status, 1, "{call}: {}{}", ran.out, ran.err);
        for lines in checks(&ran.out) {
            assert!(lines <= 6, "{call}: a check takes {lines} lines\n{}", ran.out);
            seen += 1;
        }
        narrow(&ran);
    }
    assert!(seen >= 8, "only {seen} checks were seen");
}

#[test]
fn an_open_answer_ends_with_what_would_settle_it() {
    let cases = [
        (
            format!("{CALL} --security-group sg-bp1admin00001 --instance i-bp1db00000000001"),
            "to settle it: --context acs:SourceIp=VALUE (or --absent acs:SourceIp)",
        ),
        (
            format!("predict -p examples/fleet/policies --account-id 1234567890123456 --region cn-hangzhou {WEB}"),
            "to settle it: aliyun ecs DescribeSecurityGroups --RegionId cn-hangzhou --SecurityGroupId sg-bp1web000001",
        ),
        (
            "simulate -p examples/fleet/policies --action ecs:JoinSecurityGroup --resource acs:ecs:cn-hangzhou:1234567890123456:securitygroup/sg-bp1admin00001".to_owned(),
            "to settle it: --context acs:SourceIp=VALUE (or --absent acs:SourceIp)",
        ),
    ];
    for (words, last) in cases {
        let ran = ramspect(&words);
        assert_eq!(ran.status, 3, "{words}: {}", ran.err);
        assert_eq!(ran.out.lines().last(), Some(last), "{}", ran.out);
    }
}

#[test]
fn a_grant_can_be_pasted_into_a_policy() {
    let ran = ramspect(&format!("{CALL} --security-group sg-bp1db00000001 --instance i-bp1web0000000001"));
    let statement = ran.out.split_once("fix: add this statement to a policy of the caller\n").unwrap().1;
    let statement = statement.split_once("deprecated:").unwrap().0;
    let value: serde_json::Value =
        serde_json::from_str(statement).unwrap_or_else(|error| panic!("{error}: {statement}"));
    assert_eq!(value["Resource"][0], "acs:ecs:cn-hangzhou:1234567890123456:securitygroup/sg-bp1db00000001");
    let members = ["Effect", "Action", "Resource"].map(|name| statement.find(name).unwrap());
    assert!(members.is_sorted(), "{statement}");
    assert!(statement.lines().all(|line| line.chars().count() <= 80), "{statement}");
}

#[test]
fn the_deciding_statement_is_underlined_in_its_file() {
    let ran = ramspect(&format!("{CALL} {WEB}"));
    let lines: Vec<&str> = ran.out.lines().collect();
    let at = lines.iter().position(|line| line.contains("[examples/fleet/policies/fleet-ops.json:9:5]")).unwrap();
    assert!(lines[at + 1].contains(r#"9 │ { "Effect": "Allow""#) && lines[at + 2].contains("───"), "{}", ran.out);
}

#[test]
fn two_names_of_a_call_do_not_hide_the_verdict() {
    let ran = run(
        command().args("predict --request - -p examples/fleet/policies -i examples/fleet/inventory".split(' ')),
        r#"{"id": 7, "SecurityGroupId": "sg-bp1web000001", "InstanceId": "i-bp1web0000000001", "NetworkInterfaceId": "eni-1"}"#,
    );
    assert!(ran.out.starts_with("7: failure: InvalidParam.EniIdAndInstanceId.Conflict (HTTP 403)"), "{}", ran.out);
    narrow(&ran);
}
