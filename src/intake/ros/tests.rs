use super::*;
use crate::diagnostic::Severity;
use crate::intake::find;
use crate::policy::lower;

/// Code and underlined host text of every error outside of unknown text.
fn errors<'t>(document: &Document<'_>, host: &'t str) -> Vec<(&'static str, &'t str)> {
    let lowered = lower(&document.text, document.kind);
    let errors = lowered.diagnostics.into_iter().filter(|d| d.severity == Severity::Error);
    let known = errors.filter(|d| !document.is_unknown(d.primary.span));
    known.map(|d| (d.code, document.origin.map(d.primary.span).of(host))).collect()
}

fn unknown<'d>(document: &'d Document<'_>) -> Vec<&'d str> {
    document.unknown.iter().map(|span| span.of(&document.text)).collect()
}

const ROLE: &str = r#"ROSTemplateFormatVersion: '2015-09-01'
Resources:
  Role:
    Type: 'ALIYUN::RAM::Role'
    Properties:
      AssumeRolePolicyDocument:
        Version: 1 # a number
        Statement:
          - Effect: allow
            Action: sts:AssumeRole
            Principal:
              RAM:
                - Fn::Join:
                    - ''
                    - ['acs:ram::', {Ref: 'ALIYUN::AccountId'}, !Sub ":role/${Name}-${!x}", !If [a, b, c]]
              Servise: [ecs.aliyuncs.com]
      Policies:
        - PolicyName: a
          PolicyDocument: &doc
            Version: '1'
            Statement:
              Effect: Deny
              Action: ["oss:\u0047et*"]
              Resource: {Ref: Arn}
              Condition:
                Bool: {acs:MFAPresent: true, 'it''s': "x"}
        - PolicyName: b
          PolicyDocument: *doc
        - !Ref Policy
"#;

#[test]
fn structures_in_yaml_keep_their_places_and_functions_are_unknown() {
    let found = find("a.yaml", ROLE, &[]);
    assert_eq!(found.diagnostics, []);
    let [trust, first, second] = found.documents.as_slice() else { panic!("{found:?}") };
    assert_eq!(
        trust.text,
        r#"{"Version":"1","Statement":[{"Effect":"allow","Action":"sts:AssumeRole","Principal":{"RAM":["acs:ram::${ALIYUN::AccountId}:role/${Name}-${x}${Fn::If}"],"Servise":["ecs.aliyuncs.com"]}}]}"#
    );
    assert_eq!(trust.kind, PolicyKind::Trust);
    assert_eq!(unknown(trust), ["${ALIYUN::AccountId}", "${Name}", "${Fn::If}"]);
    assert_eq!(errors(trust, ROLE), [("bad-effect", "allow"), ("unknown-element", "Servise")]);
    let places: Vec<&str> = trust.unknown.iter().map(|span| trust.origin.map(*span).of(ROLE)).collect();
    assert_eq!(places, ["{Ref: 'ALIYUN::AccountId'}", "${Name}", "[a, b, c]"]);
    assert_eq!(first.kind, PolicyKind::Identity);
    assert_eq!(errors(first, ROLE), [("not-a-string", "true")]);
    assert!(first.text.contains(r#""Action":["oss:Get*"]"#) && first.text.contains(r#""it's":"x""#));
    assert_eq!(second.text, first.text);
    let block = ROLE.replace("Action: sts:AssumeRole", "NoAction: x");
    let trust = &find("a.yaml", &block, &[]).documents[0];
    assert_eq!(errors(trust, &block)[0], ("missing-element", "Effect"), "a block is named by its first name");
    assert_eq!(found.skipped.len(), 1);
    assert_eq!(found.skipped[0].span.of(ROLE), "Policy");
    assert_eq!(found.comments[0].text, "a number");
}

#[test]
fn json_text_in_yaml_is_read_through_quotes_blocks_and_sub() {
    let host = "Resources:\n  P:\n    Type: ALIYUN::RAM::ManagedPolicy\n    Properties:\n      PolicyDocument: |\n        {\n          \"Version\": \"1\",\n          \"Statement\": [{\"Effect\": \"allow\"}]\n        }\n  Q:\n    Type: ALIYUN::OSS::Bucket\n    Properties:\n      Policy: !Sub '{\"Version\":\"2\",\"x\":\"${y}\"}'\n  R:\n    Type: ALIYUN::RAM::ManagedPolicy\n    Properties:\n      PolicyDocument:\n        Fn::FindInMap: [a, b, c]\n      PolicyDocumentUnchecked: \"{\\\"Version\\\":\\\"3\\\"}\"\n";
    let found = find("a.yml", host, &[]);
    let [block, sub, quoted] = found.documents.as_slice() else { panic!("{found:?}") };
    assert_eq!(errors(block, host).first(), Some(&("missing-element", "{")));
    assert!(errors(block, host).contains(&("bad-effect", "\"allow\"")));
    assert_eq!(sub.kind, PolicyKind::Bucket);
    assert_eq!(errors(sub, host)[1..], [("bad-version", "\"2\""), ("unknown-element", "\"x\"")]);
    assert_eq!(unknown(sub), ["${y}"]);
    assert_eq!(errors(quoted, host)[1..], [("bad-version", r#"\"3\""#)]);
    assert_eq!(found.skipped.len(), 1);
    assert_eq!(found.skipped[0].reason, "what `Fn::FindInMap` gives is only known when ROS runs");
}

#[test]
fn json_templates_keep_documents_as_they_stand() {
    let host = r#"{ "ROSTemplateFormatVersion": "2015-09-01", "Resources": {
  "A": { "Type": "ALIYUN::RAM::ManagedPolicy", "Properties": { "PolicyDocument": { "Version": "1", "Version": "1", "Statement": [] } } },
  "B": { "Type": "ALIYUN::RAM::Group", "Properties": { "Policies": [ { "PolicyDocument": { "Version": "1",
    "Statement": [ { "Effect": "Allow", "Action": "ecs:*", "Resource": [ { "Fn::Sub": "acs:ecs:*:${Id}:*" } ], "Sid": 1 } ] } } ] } },
  "C": { "Type": "ALIYUN::ResourceManager::ControlPolicy", "Properties": { "PolicyDocument": "{\"Version\":\"1\"}" } },
  "D": { "Type": "ALIYUN::ECS::Instance", "Properties": { "PolicyDocument": {} } }
} }"#;
    let found = find("a.template", host, &[]);
    assert_eq!(found.format, Format::RosJson);
    let [verbatim, function, text] = found.documents.as_slice() else { panic!("{found:?}") };
    assert_eq!(errors(verbatim, host), [("duplicate-key", "\"Version\""), ("empty-array", "[]")]);
    assert_eq!(verbatim.spelling, Spelling::Json);
    assert_eq!(errors(function, host), [("not-a-string", "1")]);
    assert_eq!(unknown(function), ["${Id}"]);
    assert_eq!(text.kind, PolicyKind::Control);
    assert_eq!(errors(text, host), [("missing-element", "{")]);
    assert_eq!(found.diagnostics, [], "the doubled member is in a document");
    let broken = host.replace("\"D\"", "D");
    assert_eq!(find("a.json", &broken, &[]).diagnostics[0].primary.span.of(&broken), "D");
}

#[test]
fn a_template_that_wraps_terraform_is_searched_through_its_block() {
    let host = "ROSTemplateFormatVersion: '2015-09-01'\nTransform: Aliyun::Terraform-v1.2\nWorkspace:\n  a/main.tf: |-\n    resource \"alicloud_ram_policy\" \"p\" {\n      # ramspect: ignore[x] why\n      policy_document = <<EOF\n      { \"Version\": \"1\", \"Statement\": [ { \"Effect\": \"allow\", \"Action\": \"*\", \"Resource\": \"*\" } ] }\n    EOF\n    }\n    resource \"alicloud_ram_policy\" \"q\" {\n      policy_document = var.x\n    }\n";
    let found = find("a.yml", host, &[]);
    assert_eq!(found.diagnostics, []);
    assert_eq!(errors(&found.documents[0], host), [("bad-effect", "\"allow\"")]);
    assert_eq!(found.skipped[0].span.of(host), "var.x");
    assert_eq!(found.comments[0].text, "ramspect: ignore[x] why");
}

#[test]
fn other_yaml_is_left_alone_and_a_broken_template_is_not() {
    for other in ["a: [", "kind: Deployment\nspec: {}\n", "x: ALIYUN::RAM::Role\ny: [", "- ALIYUN::RAM::Role\n"] {
        let found = find("a.yaml", other, &[]);
        assert!(found.is_empty() && found.format == Format::Other, "{other}");
    }
    let broken = "ROSTemplateFormatVersion: '2015-09-01'\nResources:\n  A:\n    Type: ALIYUN::RAM::Role\n   B: }\n";
    let found = find("a.yaml", broken, &[]);
    assert_eq!(found.diagnostics.len(), 1);
    assert_eq!(found.diagnostics[0].code, "syntax");
}

#[test]
fn aliases_that_stand_for_too_much_end() {
    let head = "Resources:\n  A:\n    Type: ALIYUN::RAM::ManagedPolicy\n    Properties:\n      PolicyDocument:\n        a0: &a0 [x, x]\n";
    let mut host = head.to_owned();
    for n in 1..40 {
        host.extend([format!("        a{n}: &a{n} [*a{p}, *a{p}, *a{p}]\n", p = n - 1)]);
    }
    let found = find("a.yaml", &host, &[]);
    assert!(found.documents[0].text.len() < 8 << 20);
    let merged = "Resources:\n  A:\n    Type: ALIYUN::RAM::ManagedPolicy\n    Properties:\n      PolicyDocument:\n        <<: &base {Version: '1', Statement: []}\n        Statement: x\n";
    assert_eq!(find("a.yaml", merged, &[]).documents[0].text, r#"{"Version":"1","Statement":"x"}"#);
}

/// The templates of the shared corpus, where they lie: how many documents, and of which kinds. Reviewed by hand.
#[test]
fn the_templates_of_the_corpus_are_all_read() {
    let table = [
        ("17.yaml", "identity trust"),
        ("19.yaml", "identity trust"),
        ("21.yaml", "identity trust"),
        ("23.yaml", "identity trust"),
        ("34.yml", "trust identity"),
        ("35.yml", "trust identity"),
        ("36.yml", "trust identity"),
        ("37.yml", "trust identity"),
        ("38.yml", "identity trust identity"),
        ("40.yml", "trust identity"),
        ("41.yml", "trust identity"),
        ("42.yml", "trust identity trust"),
        ("45.yaml", "identity"),
        ("46.yaml", "trust"),
        ("47.yml", "trust"),
    ];
    let folder = crate::intake::tests::shared().join("corpus/iac");
    for (name, kinds) in table {
        let text = std::fs::read_to_string(folder.join(name)).unwrap();
        let found = find(name, &text, &[]);
        assert_eq!(found.diagnostics, [], "{name}");
        let read: Vec<&str> = found.documents.iter().map(|document| document.kind.as_str()).collect();
        assert_eq!(read.join(" "), kinds, "{name}: {:?}", found.skipped);
        for document in &found.documents {
            assert_eq!(errors(document, &text), [], "{name}: {}", document.text);
        }
    }
}
