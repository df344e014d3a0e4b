//! Fixes: nothing else changes, the finding is gone, and no new error comes.

use ramspect::catalog::Catalog;
use ramspect::diagnostic::Severity;
use ramspect::lint::{Settings, fix};
use ramspect::text::Source;

use super::findings;

fn fixed(name: &str, text: &str, with_care: bool) -> (String, usize) {
    let catalog = Catalog::new();
    let settings = Settings::all(&catalog);
    let fixed = fix(&Source::new(name, text), &[], settings, with_care, &|_| true);
    (fixed.text, fixed.fixes)
}

const MANY: &str = r#"{
  "Version": "1",
  "Statement": [
    {
      "Effect": "Allow",
      "Action": ["ECS:startInstance", "ecs:Start*",   "ecs:StartInstance" , "ecs:StopInstance"],
      "Resource": ["*"]
    },
    { "Effect": "Allow", "Action": ["ecs:StopInstance"], "Resource": "acs:ecs:*:*:instance/i-1" }
  ]
}
"#;

#[test]
fn safe_fixes_change_nothing_else() {
    let (text, fixes) = fixed("a.json", MANY, false);
    assert!(fixes >= 4, "{fixes}");
    let wanted = r#"{
  "Version": "1",
  "Statement": [
    {
      "Effect": "Allow",
      "Action": ["ecs:Start*" , "ecs:StopInstance"],
      "Resource": "*"
    }
  ]
}
"#;
    assert_eq!(text, wanted);
    assert_eq!(fixed("a.json", &text, false).1, 0, "a second run changes nothing");
}

#[test]
fn unsafe_fixes_wait_to_be_asked_for() {
    let text = r#"{"Version":"1","Statement":[{"Effect":"Allow","Action":"ecs:JoinSecurityGroup","Resource":["acs:ecs:*:*:instance/*","acs:ecs:*:*:security-group/*"]}]}"#;
    assert_eq!(fixed("a.json", text, false).0, text);
    assert!(fixed("a.json", text, true).0.contains(":securitygroup/*"));
}

#[test]
fn every_fix_is_read_again_and_brings_no_error() {
    for rule in ramspect::lint::rules() {
        for block in rule.meta().page.split("```json,finds").skip(1) {
            let Some((_, body)) = block.split_once('\n') else { continue };
            let body = body.split("```").next().unwrap();
            let text = if body.contains("\"Statement\"") {
                body.to_owned()
            } else {
                format!("{{\"Version\":\"1\",\"Statement\":[{body}]}}")
            };
            let before = findings("a.json", &text);
            let (after, fixes) = fixed("a.json", &text, true);
            let errors = |text: &str| {
                findings("a.json", text).iter().filter(|finding| finding.severity == Severity::Error).count()
            };
            if fixes > 0 {
                let count = before.iter().filter(|finding| finding.severity == Severity::Error).count();
                assert!(errors(&after) <= count, "{}: {after}", rule.meta().code);
            }
        }
    }
}

#[test]
fn comments_and_layout_of_terraform_stay() {
    let text = "# top\nresource \"alicloud_ram_policy\" \"p\" {\n  policy_name = \"p\" # name\n  policy_document = <<EOF\n  {\n    \"Version\": \"1\",\n    \"Statement\": [\n      { \"Effect\": \"Allow\", \"Action\": [\"ECS:StartInstance\"], \"Resource\": \"${var.arn}\" }\n    ]\n  }\n  EOF\n}\n";
    let (after, fixes) = fixed("main.tf", text, false);
    assert!(fixes >= 1);
    assert_eq!(after, text.replace("[\"ECS:StartInstance\"]", "\"ecs:StartInstance\""));
}

#[test]
fn a_document_inside_a_string_is_fixed_where_it_can_be() {
    let text = r#"{"DefaultPolicyVersion":{"PolicyDocument":"{\"Version\":\"1\",\"Statement\":[{\"Effect\":\"Allow\",\"Action\":[\"ECS:StartInstance\"],\"Resource\":\"*\"}]}"}}"#;
    let (after, _) = fixed("a.json", text, false);
    assert!(after.contains(r#"\"ecs:StartInstance\""#), "{after}");
    assert!(serde_json::from_str::<serde_json::Value>(&after).is_ok());
}
