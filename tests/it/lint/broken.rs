//! One mistake a document: each is found, as an error, on the very characters; in a JSON file and in a Terraform heredoc.

use ramspect::diagnostic::Severity;

use super::findings;

const ALLOW: &str = r#""Effect":"Allow""#;
const ACTION: &str = r#""Action":"ecs:StartInstance""#;
const ALL: &str = r#""Resource":"*""#;

/// A document of one statement.
fn one(members: &[&str]) -> String {
    format!(r#"{{"Version":"1","Statement":[{{{}}}]}}"#, members.join(","))
}

fn with_condition(condition: &str) -> String {
    one(&[ALLOW, ACTION, ALL, &format!(r#""Condition":{condition}"#)])
}

/// Document, code, marked text.
fn cases() -> Vec<(String, &'static str, &'static str)> {
    let good = one(&[ALLOW, ACTION, ALL]);
    let with = |from: &str, to: &str| good.replacen(from, to, 1);
    let trust = r#""Principal":{"Service":["ecs.aliyuncs.com"]}"#;
    let assume = r#""Action":"sts:AssumeRole""#;
    let many: Vec<String> = (0..300).map(|n| format!("\"acs:ecs:*:*:instance/i-{n:06}\"")).collect();
    vec![
        // The text is no JSON.
        (with("{\"V", "{// no\n\"V"), "syntax", "// no"),
        (with("\"Action", "/* x */\"Action"), "syntax", "/* x */"),
        (with("\"Action", "\n# x\n\"Action"), "syntax", "# x"),
        (with("*\"}", "*\",}"), "syntax", ","),
        (with("*\"}]", "*\"},]"), "syntax", ","),
        (with("\"Action", "\u{a0}\"Action"), "syntax", "\u{a0}"),
        (with(",\"Action", "\u{ff0c}\"Action"), "syntax", "\u{ff0c}"),
        (with("\"Effect\"", "'Effect'"), "syntax", "'Effect'"),
        (with("\"Effect\"", "Effect"), "syntax", "Effect"),
        (with("*\"}]}", "*\"}]}}"), "syntax", "}"),
        (with("\"*\"", "\"*"), "syntax", "\"*}]}"),
        // Members twice.
        (one(&[ALLOW, ACTION, ALL, ACTION]), "duplicate-key", "\"Action\""),
        (with("{\"V", "{\"Version\":\"1\",\"V"), "duplicate-key", "\"Version\""),
        (
            with_condition(r#"{"Bool":{"acs:MFAPresent":"true"},"Bool":{"acs:SecureTransport":"true"}}"#),
            "duplicate-key",
            "\"Bool\"",
        ),
        (
            with_condition(r#"{"StringEquals":{"acs:SourceVpc":"x","acs:SourceVpc":"y"}}"#),
            "duplicate-key",
            "\"acs:SourceVpc\"",
        ),
        // Version.
        (with("\"Version\":\"1\",", ""), "bad-version", "{"),
        (with(":\"1\"", ":1"), "bad-version", "1"),
        (with("\"1\"", "\"2012-10-17\""), "bad-version", "\"2012-10-17\""),
        (with("\"1\"", "\"2\""), "bad-version", "\"2\""),
        // Elements.
        (with("{\"V", "{\"Id\":\"x\",\"V"), "unknown-element", "\"Id\""),
        (with("Statement", "Statements"), "unknown-element", "\"Statements\""),
        (with("Statement", "statement"), "unknown-element", "\"statement\""),
        (one(&[ALLOW, ACTION, ALL, r#""Actions":"ecs:StopInstance""#]), "unknown-element", "\"Actions\""),
        (with("Effect", "effect"), "unknown-element", "\"effect\""),
        (one(&[ALLOW, ACTION, ALL, r#""NotPrincipal":"*""#]), "unknown-element", "\"NotPrincipal\""),
        (one(&[ACTION, ALL]), "missing-element", "{"),
        (one(&[ALLOW, ALL]), "missing-element", "{"),
        (one(&[ALLOW, ACTION]), "missing-element", "{"),
        (one(&[ALLOW, ACTION, r#""NotAction":"ecs:StopInstance""#, ALL]), "conflicting-elements", "\"NotAction\""),
        (one(&[ALLOW, ACTION, ALL, r#""NotResource":"*""#]), "conflicting-elements", "\"NotResource\""),
        (with("Allow", "allow"), "bad-effect", "\"allow\""),
        (with("Allow", "Allow "), "bad-effect", "\"Allow \""),
        (with("Allow", "Permit"), "bad-effect", "\"Permit\""),
        (with("\"Allow\"", "[\"Allow\"]"), "not-a-string", "[\"Allow\"]"),
        (one(&[ALLOW, ACTION, ALL, r#""Principal":"*""#]), "principal-not-allowed", "\"Principal\""),
        (
            one(&[ALLOW, ACTION, ALL, r#""Principal":{"RAM":["acs:ram::1:root"]}"#]),
            "principal-not-allowed",
            "\"Principal\"",
        ),
        (one(&[ALLOW, assume, ALL, trust]), "resource-not-allowed", "\"Resource\""),
        (one(&[ALLOW, assume, r#""Principal":{"AWS":"x"}"#]), "unknown-element", "\"AWS\""),
        // Operators.
        (
            with_condition(r#"{"StringEqualsIfExists":{"acs:SourceVpc":"v"}}"#),
            "unsupported-operator",
            "\"StringEqualsIfExists\"",
        ),
        (with_condition(r#"{"Null":{"acs:SourceVpc":"true"}}"#), "unsupported-operator", "\"Null\""),
        (
            with_condition(r#"{"ForAnyValue:StringEquals":{"acs:SourceVpc":"v"}}"#),
            "unsupported-operator",
            "\"ForAnyValue:StringEquals\"",
        ),
        (with_condition(r#"{"ArnLike":{"acs:SourceVpc":"v"}}"#), "unsupported-operator", "\"ArnLike\""),
        (with_condition(r#"{"StringEqual":{"acs:SourceVpc":"v"}}"#), "unsupported-operator", "\"StringEqual\""),
        (with_condition(r#"{"stringEquals":{"acs:SourceVpc":"v"}}"#), "unsupported-operator", "\"stringEquals\""),
        // Scalars, arrays, objects.
        (with_condition(r#"{"Bool":{"acs:SecureTransport":true}}"#), "not-a-string", "true"),
        (with_condition(r#"{"NumericLessThan":{"oss:MaxKeys":10}}"#), "not-a-string", "10"),
        (with_condition(r#"{"StringEquals":{"acs:SourceVpc":null}}"#), "not-a-string", "null"),
        (with("\"ecs:StartInstance\"", "[\"ecs:StartInstance\",1]"), "not-a-string", "1"),
        (with("\"ecs:StartInstance\"", "[\"ecs:StartInstance\",{}]"), "not-a-string", "{}"),
        (with("\"ecs:StartInstance\"", "[[\"ecs:StartInstance\"]]"), "not-a-string", "[\"ecs:StartInstance\"]"),
        (with("\"ecs:StartInstance\"", "[]"), "empty-array", "[]"),
        (with("\"*\"", "[]"), "empty-array", "[]"),
        (r#"{"Version":"1","Statement":[]}"#.to_owned(), "empty-array", "[]"),
        (with_condition(r#"{"StringEquals":{"acs:SourceVpc":[]}}"#), "empty-array", "[]"),
        (r#"{"Version":"1","Statement":["x"]}"#.to_owned(), "not-an-object", "\"x\""),
        (r#"{"Version":"1","Statement":"x"}"#.to_owned(), "not-an-object", "\"x\""),
        (with_condition(r#""x""#), "not-an-object", "\"x\""),
        (with_condition(r#"{"Bool":"true"}"#), "not-an-object", "\"true\""),
        (one(&[ALLOW, ACTION, &format!("\"Resource\":[{}]", many.join(","))]), "too-long", "{"),
        // What RAM takes and what has no effect.
        (with("\"*\"", "\"arn:aws:s3:::bucket\""), "aws-syntax", "arn:aws:s3:::bucket"),
        (with_condition(r#"{"IpAddress":{"aws:SourceIp":"203.0.113.7"}}"#), "aws-syntax", "aws:SourceIp"),
        (with("ecs:Start", "ecs: Start"), "white-space", "ecs: StartInstance"),
        (with("\"*\"", "\"acs:ecs:*:*: instance/*\""), "white-space", "acs:ecs:*:*: instance/*"),
        (with("ecs:StartInstance", "StartInstance"), "action-without-service", "StartInstance"),
        (with("ecs:StartInstance", "ecs:StratInstance"), "unknown-action", "ecs:StratInstance"),
        (
            with("\"*\"", "\"acs:ecs:*:*:security-group/*\"").replace("Start", "Stop"),
            "unknown-resource-type",
            "acs:ecs:*:*:security-group/*",
        ),
        (
            one(&[
                ALLOW,
                r#""Action":"oss:GetObject""#,
                r#""Resource":"acs:oss:*:*:b/*""#,
                r#""Principal":["acs:ram::1:user/x"]"#,
            ]),
            "bad-bucket-principal",
            "acs:ram::1:user/x",
        ),
    ]
}

fn check(name: &str, host: &str, code: &str, marked: &str) {
    let found = findings(name, host);
    let hits = found.iter().filter(|finding| finding.code == code && finding.severity == Severity::Error);
    let places: Vec<&str> = hits.map(|finding| finding.primary.span.of(host)).collect();
    assert!(places.contains(&marked), "{name}: {code} at {marked:?}, found {found:#?} in {host}");
}

#[test]
fn every_mistake_is_an_error_at_its_place() {
    assert_eq!(
        findings("good.json", &one(&[ALLOW, ACTION, ALL])).iter().filter(|f| f.severity == Severity::Error).count(),
        0
    );
    let cases = cases();
    assert!(cases.len() >= 60, "{}", cases.len());
    for (document, code, marked) in cases {
        check("a.json", &document, code, marked);
        let open = format!(
            "resource \"alicloud_ram_policy\" \"p\" {{\n  policy_document = <<-EOF\n    {document}\n  EOF\n}}\n"
        );
        // A trust or bucket policy stands elsewhere in Terraform.
        if !document.contains("sts:AssumeRole") && !document.contains("oss:GetObject") {
            check("main.tf", &open, code, marked);
        }
        if code != "syntax" {
            let escaped = serde_json::to_string(&document).unwrap();
            let output = format!("{{\"DefaultPolicyVersion\":{{\"PolicyDocument\":{escaped}}}}}");
            let marked = serde_json::to_string(marked).unwrap();
            check("output.json", &output, code, &marked[1..marked.len() - 1]);
        }
    }
}

#[test]
fn a_byte_order_mark_is_an_error_of_its_own() {
    check("a.json", &format!("\u{feff}{}", one(&[ALLOW, ACTION, ALL])), "syntax", "\u{feff}");
}

/// Forms of Terraform and ROS as people write them: the mistake is found where it stands.
#[test]
fn documents_are_found_in_every_form_of_template() {
    const WRONG: &str = "\"Effect\": \"Alow\"";
    let statement = "{ \"Effect\": \"Alow\", \"Action\": \"ecs:StartInstance\", \"Resource\": \"*\" }";
    let document = format!("{{ \"Version\": \"1\", \"Statement\": [{statement}] }}");
    let hcl = "{ Effect = \"Alow\", Action = \"ecs:StartInstance\", Resource = \"*\" }";
    let policy = |value: &str| format!("resource \"alicloud_ram_policy\" \"p\" {{\n  policy_document = {value}\n}}\n");
    assert!(document.contains(WRONG));
    let terraform = [
        policy(&format!("<<-EOT\n    {document}\n  EOT")),
        policy(&format!("jsonencode({{ Version = \"1\", Statement = [{hcl}] }})")),
        policy(&format!("jsonencode({{ Version = \"1\", Statement = concat(var.more, [{hcl}]) }})")),
        policy(&format!("jsonencode({{ Version = \"1\", Statement = concat([], var.on ? [{hcl}] : []) }})")),
        policy(&format!("jsonencode({{ Version = \"1\", Statement = [for name in var.names : {hcl}] }})")),
        policy(&format!("jsonencode({{ Version = \"1\", Statement = flatten([[{hcl}], var.more]) }})")),
        policy(&format!("jsonencode(merge({{ Version = \"1\" }}, {{ Statement = [{hcl}] }}))")),
        format!("{}locals {{\n  p = {{ Version = \"1\", Statement = [{hcl}] }}\n}}\n", policy("jsonencode(local.p)")),
        format!("{}data \"template_file\" \"t\" {{\n  template = <<EOF\n{document}\nEOF\n}}\n", policy("data.template_file.t.rendered")),
        format!("provider \"alicloud\" {{\n  assume_role {{\n    policy = <<EOF\n{document}\nEOF\n  }}\n}}\n"),
        format!("resource \"other_ram_policy\" \"p\" {{\n  text = <<EOF\n{document}\nEOF\n}}\n"),
        format!("output \"p\" {{\n  value = jsonencode({{ Version = \"1\", Statement = [{hcl}] }})\n}}\n"),
        "data \"alicloud_ram_policy_document\" \"d\" {\n  count = 1\n  statement {\n    effect = \"Alow\"\n    action = [\"ecs:StartInstance\"]\n    resource = [\"*\"]\n  }\n}\n".to_owned()
            + &policy("data.alicloud_ram_policy_document.d[0].document"),
    ];
    let template = |resources: &str| format!("ROSTemplateFormatVersion: '2015-09-01'\nResources:\n{resources}");
    let managed = |value: &str| {
        template(&format!(
            "  P:\n    Type: ALIYUN::RAM::ManagedPolicy\n    Properties:\n      PolicyName: p\n      PolicyDocument: {value}\n"
        ))
    };
    let yaml = "{Version: '1', Statement: [{Effect: Alow, Action: 'ecs:StartInstance', Resource: '*'}]}";
    let ros = [
        managed(&document),
        managed(yaml),
        managed(&format!("!Sub |\n        {document}")),
        managed(&format!("\n        Fn::Sub: |-\n          {document}")),
        managed(
            "\n        Fn::Join:\n          - ''\n          - - '{\"Version\":\"1\",\"Statement\":[{\"Effect\":\"Alow\",\"Action\":\"ecs:StartInstance\",\"Resource\":\"'\n            - Ref: Arn\n            - '\"}]}'",
        ),
        template(&format!(
            "  S:\n    Type: ALIYUN::ROS::Stack\n    Properties:\n      Parameters:\n        P:\n          Fn::Sub:\n            - '{document}'\n            - X: 1\n"
        )),
        template(&format!(
            "  S:\n    Type: ALIYUN::ROS::Stack\n    Properties:\n      TemplateBody:\n        ROSTemplateFormatVersion: '2015-09-01'\n        Resources:\n          P:\n            Type: ALIYUN::RAM::ManagedPolicy\n            Properties:\n              PolicyDocument: {yaml}\n"
        )),
        template(&format!(
            "  S:\n    Type: Aliyun::Serverless::Service\n    Properties:\n      Policies:\n        - AliyunOSSFullAccess\n        - {yaml}\n"
        )),
        format!("a: 1\n---\n{}", managed(yaml)),
        format!(
            "ROSTemplateFormatVersion: '2015-09-01'\nx: &p {yaml}\nResources:\n  P:\n    Type: ALIYUN::RAM::ManagedPolicy\n    Properties:\n      PolicyDocument: *p\n"
        ),
    ];
    let json = [
        format!(
            "{{\"PolicyVersions\":{{\"PolicyVersion\":[{{\"PolicyDocument\":{}}}]}}}}",
            serde_json::to_string(&document).unwrap()
        ),
        format!("{{\"policies\":[{{\"name\":\"a\",\"document\":{document}}}]}}"),
    ];
    let named = [("main.tf", &terraform[..]), ("t.yml", &ros[..]), ("x.json", &json[..])];
    for (name, hosts) in named {
        for host in hosts {
            let found = findings(name, host);
            let wrong: Vec<&str> =
                found.iter().filter(|f| f.severity == Severity::Error).map(|f| f.primary.span.of(host)).collect();
            let quotes = ['"', '\\', '\''];
            assert!(
                matches!(wrong.as_slice(), [only] if only.trim_matches(&quotes[..]) == "Alow"),
                "{name}: {wrong:?} {found:#?} in\n{host}"
            );
        }
    }
}

#[test]
fn what_is_no_ram_policy_is_left_alone() {
    for (name, text) in [
        (
            "a.tf",
            "resource \"alicloud_max_compute_role\" \"r\" {\n  policy = <<EOF\n{\"Version\":\"1\",\"Statement\":[{\"Effect\":\"Allow\",\"Action\":[\"odps:*\"],\"Resource\":[\"acs:odps:*:projects/p\"]}]}\nEOF\n}\n",
        ),
        (
            "a.tf",
            "resource \"aws_iam_policy\" \"p\" {\n  policy = jsonencode({ Version = \"2012-10-17\", Statement = [{ Effect = \"Allow\" }] })\n}\n",
        ),
        (
            "a.yml",
            "AWSTemplateFormatVersion: '2010-09-09'\nResources:\n  P:\n    Type: AWS::IAM::Policy\n    Properties: {PolicyDocument: {Version: '2012-10-17', Statement: [{Effect: Alow}]}}\n",
        ),
        (
            "a.json",
            "{\"Resources\":{\"P\":{\"PolicyDocument\":1}},\"x\":{\"Version\":\"2012-10-17\",\"Statement\":[]}}",
        ),
    ] {
        let catalog = ramspect::catalog::Catalog::new();
        let settings = ramspect::lint::Settings { named: false, ..ramspect::lint::Settings::all(&catalog) };
        let found = ramspect::lint::lint(&ramspect::text::Source::new(name, text), &[], settings);
        assert_eq!((found.policies, found.findings.len()), (0, 0), "{text}: {found:?}");
    }
}

#[test]
fn a_bucket_policy_without_principal_is_taken_with_a_warning() {
    let host = "resource \"alicloud_oss_bucket\" \"b\" {\n  policy = <<EOF\n{\"Version\":\"1\",\"Statement\":[{\"Effect\":\"Allow\",\"Action\":[\"oss:GetObject\"],\"Resource\":[\"acs:oss:*:*:b/*\"]}]}\nEOF\n}\n";
    let found: Vec<_> =
        findings("main.tf", host).into_iter().filter(|finding| finding.severity > Severity::Info).collect();
    assert!(
        matches!(found.as_slice(), [one] if one.code == "missing-element" && one.severity == Severity::Warning),
        "{found:?}"
    );
}
