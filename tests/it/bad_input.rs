//! Every kind of bad input: a clear error on stderr, nothing on stdout, status 2.

use std::path::Path;

use crate::support::cli::{self, Ran, command, folder, ramspect, root, run};

const CALL: &str = "--security-group sg-bp1web000001 --instance i-bp1web0000000001";

/// A folder with one of each bad file.
fn place(name: &str) -> std::path::PathBuf {
    let place = folder(name);
    let write = |name: &str, bytes: &[u8]| {
        let file = place.join(name);
        std::fs::create_dir_all(file.parent().unwrap()).unwrap();
        std::fs::write(file, bytes).unwrap();
    };
    let policy = std::fs::read(root().join("examples/fleet/policies/fleet-ops.json")).unwrap();
    write("good.json", &policy);
    write("empty.json", b"");
    write("numbers.json", b"[1,2]");
    write("other.json", b"{\"Foo\":1}");
    write("hello.json", b"hello");
    write("others/a.json", b"{\"a\":1}");
    std::fs::create_dir_all(place.join("nothing")).unwrap();
    let utf16: Vec<u8> = "{}".encode_utf16().flat_map(u16::to_le_bytes).collect();
    write("utf16.json", &[&[0xff, 0xfe][..], &utf16].concat());
    write("binary.json", b"\x7fELF\x02\x01\x01\0\xc3\x28");
    let trust = r#"{"Version":"1","Statement":[{"Effect":"Allow","Action":"sts:AssumeRole","Principal":{"RAM":["acs:ram::1234567890123456:root"]}}]}"#;
    write("trust.json", trust.as_bytes());
    write("case.json", br#"{"Version":"1","Statement":[{"Effect":"allow","Action":"*","Resource":"*"}]}"#);
    write(
        "comma.json",
        b"{\"Version\":\"1\",\n\"Statement\":[{\"Effect\":\"Allow\",\"Acton\":\"*\",\"Resource\":[]},]}\n",
    );
    write("manifest.json", br#"{"ramspect_inventory":1,"account_id":"1234567890123456"}"#);
    write("manifests/one.json", br#"{"ramspect_inventory":1}"#);
    write("manifests/two.json", br#"{"ramspect_inventory":1}"#);
    write("misspelt.json", br#"{"ramspect_inventory":1,"quotas":{"group-per-eni":10}}"#);
    write("misspelt-action.json", br#"{"Action":"JoinSecurityGruop","SecurityGroupId":"sg-1","InstanceId":"i-1"}"#);
    write("other-action.json", br#"{"Action":"StopInstance","SecurityGroupId":"sg-1","InstanceId":"i-1"}"#);
    write("array.json", b"[]");
    let lines = "{\"SecurityGroupId\":\"sg-bp1web000001\",\"InstanceId\":\"i-bp1web0000000001\"}\n\n{oops\n";
    write("lines.ndjson", lines.as_bytes());
    place
}

/// Runs there; the fleet's inventory stands beside.
fn there(place: &Path, words: &str) -> Ran {
    let fleet = root().join("examples/fleet/inventory").display().to_string();
    let words: Vec<String> = words.split_whitespace().map(|word| word.replace("FLEET", &fleet)).collect();
    run(command().current_dir(place).args(words), "")
}

/// Status 2, nothing on stdout, and exactly this on stderr.
#[track_caller]
fn fails(place: &Path, words: &str, expected: &str) {
    let ran = there(place, words);
    assert_eq!(ran.err, expected, "`ramspect {words}`");
    assert_eq!((ran.status, ran.out.as_str()), (2, ""), "`ramspect {words}`");
    for line in ran.err.lines() {
        assert!(line.chars().count() <= 80, "wider than 80 columns: {line}");
    }
}

#[test]
fn policies_that_are_none() {
    let place = place("bad policies");
    let with = |policy: &str| format!("predict {CALL} -i FLEET -p {policy}");
    fails(
        &place,
        &with("empty.json"),
        "  × syntax: there is no JSON value here
   ╭─[empty.json:1:1]
   ╰────
  help: write a policy: `{ \"Version\": \"1\", \"Statement\": [ .. ] }`
error: RAM would refuse `empty.json`, so nothing was judged
",
    );
    fails(
        &place,
        &with("numbers.json"),
        "  × no-policy: this is no RAM policy but an array whose entry 0 is no policy
  │ document
   ╭─[numbers.json:1:2]
 1 │ [1,2]
   ·  ─
   ╰────
  help: expected a policy document, an array of them, or the output of `aliyun
        ram GetPolicy`
error: RAM would refuse `numbers.json`, so nothing was judged
",
    );
    fails(
        &place,
        &with("trust.json"),
        "  × trust-policy: this is a trust policy, not one of kind `identity`
   ╭─[trust.json:1:1]
 1 │ {\"Version\":\"1\",\"Statement\":[{\"Effect\":\"Allow\",\"Action\":\"sts:AssumeRole\"..
   · ─
   ╰────
  help: give the policies that are attached to the caller; a trust policy says
        who may assume a role
error: RAM would refuse `trust.json`, so nothing was judged
",
    );
    fails(
        &place,
        &with("nothing"),
        "error: `nothing` holds no `*.json` file
  help: a policy is a JSON document with `Version` and `Statement`
",
    );
    fails(
        &place,
        &with("others"),
        "error: `others` holds no policy, only 1 other `*.json` file
  help: a policy is a JSON document with `Version` and `Statement`
",
    );
    fails(
        &place,
        &format!("predict {CALL} -i FLEET"),
        "error: there is no policy to judge\n  help: give one with `-p FILE`\n",
    );
}

#[test]
fn everything_that_ram_would_refuse_is_shown_in_one_run() {
    let place = place("refused policies");
    fails(
        &place,
        &format!("predict {CALL} -i FLEET -p case.json -p good.json -p comma.json -p hello.json"),
        "  × bad-effect: `Effect` is `allow`, not `Allow` or `Deny`
   ╭─[case.json:1:39]
 1 │ ..ion\":\"1\",\"Statement\":[{\"Effect\":\"allow\",\"Action\":\"*\",\"Resource\":\"*\"}]}
   ·                                   ───────
   ╰────
  help: did you mean `Allow`?
  × missing-element: the statement has no `Action`
   ╭─[comma.json:2:14]
 2 │ \"Statement\":[{\"Effect\":\"Allow\",\"Acton\":\"*\",\"Resource\":[]},]}
   ·              ─
   ╰────
  help: add `\"Action\": [ .. ]`, or `NotAction`
  × unknown-element: a statement has no element `Acton`
   ╭─[comma.json:2:32]
 2 │ \"Statement\":[{\"Effect\":\"Allow\",\"Acton\":\"*\",\"Resource\":[]},]}
   ·                                ───────
   ╰────
  help: did you mean `Action`?
  × empty-array: `Resource` is an empty array
   ╭─[comma.json:2:55]
 2 │ \"Statement\":[{\"Effect\":\"Allow\",\"Acton\":\"*\",\"Resource\":[]},]}
   ·                                                       ──
   ╰────
  help: add an entry, or remove the element
  × syntax: a comma before the closing bracket
   ╭─[comma.json:2:58]
 2 │ \"Statement\":[{\"Effect\":\"Allow\",\"Acton\":\"*\",\"Resource\":[]},]}
   ·                                                          ─
   ╰────
  help: remove the comma
  × syntax: a word without quotes
   ╭─[hello.json:1:1]
 1 │ hello
   · ─────
   ╰────
  help: write it in double quotes
error: RAM would refuse `case.json`, `comma.json` and `hello.json`, so nothing
  was judged
",
    );
}

#[test]
fn files_that_cannot_be_read() {
    let place = place("unreadable");
    let with = |policy: &str| format!("predict {CALL} -i FLEET -p {policy}");
    fails(
        &place,
        &with("missing.json"),
        "error: `missing.json` cannot be read: no such file or directory
  help: check the path; relative paths begin at the current folder
",
    );
    fails(
        &place,
        &with("utf16.json"),
        "error: `utf16.json` cannot be read: the file is UTF-16, not UTF-8
  help: save the file as UTF-8 without a byte order mark
",
    );
    fails(
        &place,
        &with("binary.json"),
        "error: `binary.json` cannot be read: byte 8 is not UTF-8
  help: save the file as UTF-8; it may be a binary file or use another encoding
",
    );
    for words in ["predict --request others -p good.json", "simulate --batch others -p good.json"] {
        fails(&place, words, "error: `others` cannot be read: is a directory\n  help: name a file in it\n");
    }
    fails(
        &place,
        "simulate --batch missing.ndjson -p good.json",
        "error: `missing.ndjson` cannot be read: no such file or directory
  help: check the path; relative paths begin at the current folder
",
    );
}

#[cfg(unix)]
#[test]
fn a_file_without_permission() {
    use std::os::unix::fs::PermissionsExt;
    let place = place("forbidden");
    let file = place.join("good.json");
    std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o000)).unwrap();
    // For root nothing is unreadable.
    if std::fs::read(&file).is_ok() {
        return;
    }
    fails(
        &place,
        &format!("predict {CALL} -i FLEET -p good.json"),
        "error: `good.json` cannot be read: permission denied\n  help: check the permissions of the file\n",
    );
}

#[test]
fn inventories_that_are_none() {
    let place = place("bad inventories");
    let with = |inventory: &str| format!("predict {CALL} -p good.json -i {inventory}");
    let help = "  help: inventory is what `aliyun ecs` prints for DescribeInstances,
        DescribeSecurityGroups, DescribeNetworkInterfaces,
        DescribeSecurityGroupAttribute and DescribeInstanceTypes, and `aliyun
        sts GetCallerIdentity`
";
    for file in ["other.json", "numbers.json", "good.json"] {
        fails(&place, &with(file), &format!("error: `{file}` is no inventory\n{help}"));
    }
    fails(&place, &with("others"), &format!("error: `others` holds no inventory, only 1 other `*.json` file\n{help}"));
    fails(&place, &with("nothing"), &format!("error: `nothing` holds no `*.json` file\n{help}"));
    let unchanged = "  help: an inventory file holds what `aliyun ecs Describe...` prints, unchanged\n";
    fails(&place, &with("empty.json"), &format!("error: `empty.json` is empty\n{unchanged}"));
    let message = "error: `hello.json` is no JSON: expected value (line 1, column 1)\n";
    fails(&place, &with("hello.json"), &format!("{message}{unchanged}"));
    fails(
        &place,
        &with("manifests"),
        "error: `manifests/two.json` is a second manifest; the first is
  `manifests/one.json`
  help: merge them: an inventory has at most one manifest
",
    );
    fails(
        &place,
        &with("FLEET -i manifest.json"),
        &format!(
            "error: `manifest.json` is a second manifest; the first is\n  `{}/examples/fleet/inventory/manifest.json`\n  help: merge them: an inventory has at most one manifest\n",
            root().display()
        ),
    );
    fails(
        &place,
        &with("misspelt.json"),
        "error: `misspelt.json`: unknown quota `group-per-eni`\n  help: did you mean `groups-per-eni`?\n",
    );
}

#[test]
fn requests_that_are_none() {
    let place = place("bad requests");
    let with = |request: &str| format!("predict -p good.json -i FLEET --request {request}");
    fails(
        &place,
        &with("misspelt-action.json"),
        "error: unknown action `JoinSecurityGruop`\n  help: did you mean `JoinSecurityGroup`?\n",
    );
    fails(
        &place,
        &with("other-action.json"),
        "error: unknown action `StopInstance`
  help: only `JoinSecurityGroup` can be predicted; `ramspect simulate` judges
        any action
",
    );
    fails(
        &place,
        &with("hello.json"),
        "error: `hello.json` is no JSON: expected value at line 1 column 1
  help: a request file holds one JSON object, an array of them, or one on each
        line
",
    );
    fails(
        &place,
        &with("empty.json"),
        "error: `empty.json` is empty
  help: write the API's parameters: `{\"SecurityGroupId\": \"sg-..\", \"InstanceId\":
        \"i-..\"}`
",
    );
    fails(
        &place,
        &with("array.json"),
        "error: `array.json` is an empty array\n  help: put at least one request into it\n",
    );
    fails(
        &place,
        &with("numbers.json"),
        "error: request 1: a request is a JSON object of the API's parameters
error: request 2: a request is a JSON object of the API's parameters
",
    );
}

#[test]
fn a_bad_line_among_requests_does_not_stop_the_others() {
    let place = place("bad line");
    let ran = there(&place, "predict -p good.json -i FLEET --request lines.ndjson");
    assert_eq!(ran.err, "error: request 3: no JSON: key must be a string (column 2)\n");
    assert!(ran.out.starts_with("success: `i-bp1web0000000001` into `sg-bp1web000001`\n"), "{}", ran.out);
    assert_eq!(ran.status, 2);
    let ran = there(&place, "predict -p good.json -i FLEET --request lines.ndjson --format json --exit-zero");
    let lines: Vec<&str> = ran.out.lines().collect();
    assert!(lines[0].contains("\"verdict\":\"success\""), "{}", ran.out);
    assert_eq!(lines[1..], [r#"{"error":"no JSON: key must be a string (column 2)","line":3}"#]);
    assert_eq!((ran.status, ran.err.as_str()), (2, ""));
}

#[test]
fn values_of_flags() {
    let place = place("bad values");
    let base = format!("predict {CALL} -p good.json -i FLEET");
    let cases = [
        ("--quota groups-per-en=3", "unknown quota `groups-per-en`", Some("did you mean `groups-per-eni`?")),
        ("--quota groups-per-eni=x", "`--quota groups-per-eni=x`: `x` is no whole number", None),
        ("--quota groups-per-eni", "`--quota groups-per-eni` is not of the form `--quota NAME=VALUE`", None),
        ("--assume groups-per-en=5", "unknown assumption `groups-per-en`", Some("did you mean `groups-per-eni`?")),
        ("--assume zzz=5", "unknown assumption `zzz`", Some("`ramspect assumptions` lists them")),
        (
            "--assume arn-case=partially",
            "assumption `arn-case` has no choice `partially`",
            Some("did you mean `partly`?"),
        ),
        ("--assume-complete instances", "unknown kind `instances`", Some("did you mean `instance`?")),
        ("--assume-complete x", "unknown kind `x`", Some("the kinds are `instance`, `securitygroup` and `eni`")),
        ("--context a", "`--context a` is not of the form `--context KEY=VALUE`", None),
        ("--context a=b --absent a", "`a` is given by both `--context` and `--absent`", Some("keep one of them")),
        ("--control-policy x", "`--control-policy x` is not of the form `--control-policy LEVEL=PATH`", None),
    ];
    for (flags, message, help) in cases {
        let help = help.map(|help| format!("  help: {help}\n")).unwrap_or_default();
        fails(&place, &format!("{base} {flags}"), &format!("error: {message}\n{help}"));
    }
    fails(
        &place,
        &format!("{base} --principal alice"),
        "error: `alice` is no principal
  help: write `acs:ram::<account>:user/<name>`, `acs:ram::<account>:role/<name>`
        or `acs:ram::<account>:root`
",
    );
    fails(
        &place,
        "simulate -p good.json --action Stop --resource *",
        "error: the action `Stop` has no colon
  help: an action is written `<service>:<Name>`, such as `ecs:StopInstance`
",
    );
    fails(
        &place,
        "simulate -p good.json --action ecs:StopInstance --resource i-1",
        "error: the resource `i-1` is neither `*` nor an ARN of five segments
  help: an ARN is written `acs:<service>:<region>:<account>:<resource>`, such as
        `acs:ecs:cn-hangzhou:1234567890123456:instance/i-bp1`
",
    );
}

/// What clap says; the words are its own, the suggestions are what counts.
#[test]
fn flags_that_do_not_exist_or_do_not_go_together() {
    let place = place("bad flags");
    let base = format!("predict {CALL} -p good.json -i FLEET");
    let cases = [
        (
            format!("{base} --format jsn"),
            "error: invalid value 'jsn' for '--format <FORMAT>'",
            "a similar value exists: 'json'",
        ),
        (
            format!("{base} --color alway"),
            "error: invalid value 'alway' for '--color <WHEN>'",
            "a similar value exists: 'always'",
        ),
        (
            format!("{base} --colour auto"),
            "error: unexpected argument '--colour' found",
            "a similar argument exists: '--color'",
        ),
        (
            format!("{base} --network-interface eni-1"),
            "error: the argument '--instance <ID>' cannot be used with '--network-interface <ID>'",
            "Usage: ramspect predict",
        ),
        (
            format!("{base} --request good.json"),
            "error: the argument '--security-group <ID>' cannot be used with '--request <FILE>'",
            "Usage:",
        ),
        (
            "predict -p good.json --security-group sg-1".to_owned(),
            "error: the following required arguments were not provided:",
            "--instance <ID>|--network-interface <ID>",
        ),
        (
            "predict -p good.json --instance i-1".to_owned(),
            "error: the following required arguments were not provided:",
            "--security-group <ID>",
        ),
        ("predit".to_owned(), "error: unrecognized subcommand 'predit'", "a similar subcommand exists: 'predict'"),
        ("completions bsh".to_owned(), "error: invalid value 'bsh' for '<SHELL>'", "a similar value exists: 'bash'"),
        (String::new(), "Alibaba Cloud RAM policies", "Usage: ramspect [OPTIONS] <COMMAND>"),
    ];
    for (words, message, hint) in cases {
        let ran = there(&place, &words);
        assert!(ran.err.starts_with(message) && ran.err.contains(hint), "`ramspect {words}`: {}", ran.err);
        assert_eq!((ran.status, ran.out.as_str()), (2, ""), "`ramspect {words}`");
    }
}

#[test]
fn what_nobody_told() {
    let place = place("missing facts");
    fails(
        &place,
        &format!("predict {CALL} -p good.json"),
        "error: the caller's account is unknown
  help: give `--account-id ID`, `--principal ARN`, or the output of `aliyun sts
        GetCallerIdentity` as inventory
",
    );
    fails(
        &place,
        &format!("predict {CALL} -p good.json --account-id 1234567890123456"),
        "error: the region of the call is unknown
  help: give `--region ID` (RegionId), or an inventory that lists the instance
        or whose manifest names one region
",
    );
}

#[test]
fn standard_input_has_one_reader() {
    let expected = "error: standard input is named twice\n  help: write one of them into a file\n";
    let fleet = "-i examples/fleet/inventory";
    for words in [
        format!("predict --request - -p - {fleet}"),
        format!("predict {CALL} -p - -p - {fleet}"),
        format!("predict {CALL} -p - --session-policy - {fleet}"),
        format!("predict --request - -p examples/fleet/policies --session-policy - {fleet}"),
        "simulate --batch - -p -".to_owned(),
        "simulate --batch - -p examples/fleet/policies --control-policy Root=-".to_owned(),
    ] {
        let ran = ramspect(&words);
        assert_eq!((ran.err.as_str(), ran.out.as_str(), ran.status), (expected, "", 2), "`ramspect {words}`");
    }
}

#[test]
fn a_policy_from_standard_input_is_read() {
    let policy = std::fs::read_to_string(root().join("examples/fleet/policies/fleet-ops.json")).unwrap();
    let words = format!("predict {CALL} -p - -i examples/fleet/inventory");
    let ran = cli::run(command().args(words.split_whitespace()), &policy);
    assert_eq!((ran.status, ran.err.as_str()), (0, ""));
}
