use super::*;
use crate::diagnostic::Severity;
use crate::intake::Document;
use crate::policy::lower;

fn read(text: &str) -> Found<'static> {
    find(text, &[])
}

fn only(text: &str) -> Document<'static> {
    let found = read(text);
    assert_eq!(found.diagnostics, []);
    assert_eq!(found.documents.len(), 1, "{found:?}");
    found.documents.into_iter().next().unwrap()
}

/// Code and underlined host text of every error outside of unknown text.
fn errors<'t>(document: &Document<'_>, host: &'t str) -> Vec<(&'static str, &'t str)> {
    let lowered = lower(&document.text, document.kind);
    let errors = lowered.diagnostics.into_iter().filter(|d| d.severity == Severity::Error);
    let known = errors.filter(|d| !document.is_unknown(d.primary.span));
    known.map(|d| (d.code, document.origin.map(d.primary.span).of(host))).collect()
}

/// The host text of the first place where the document has `piece`.
fn place<'t>(document: &Document<'_>, host: &'t str, piece: &str) -> &'t str {
    let start = u32::try_from(document.text.find(piece).expect(piece)).unwrap();
    document.origin.map(Span::new(start, start + u32::try_from(piece.len()).unwrap())).of(host)
}

fn unknown<'d>(document: &'d Document<'_>) -> Vec<&'d str> {
    document.unknown.iter().map(|span| span.of(&document.text)).collect()
}

#[test]
fn a_heredoc_keeps_every_place_and_its_interpolations_are_unknown() {
    for (open, indent) in [("<<EOF", ""), ("<<-EOF", "    ")] {
        let host = format!(
            "resource \"alicloud_ram_policy\" \"p\" {{\n  policy_document = {open}\n{indent}{{\n{indent}  \"Version\": \"1\",\n{indent}  \"Statement\": [{{ \"Effect\": \"allow\", \"Action\": [\"oss:*\"],\n{indent}  \"Resource\": [\"acs:oss:*:*:${{var.bucket[\"a\"]}}/*\"] }}]\n{indent}}}\n  EOF\n}}\n"
        );
        let document = only(&host);
        assert_eq!(document.kind, PolicyKind::Identity);
        assert_eq!(errors(&document, &host), [("bad-effect", "\"allow\"")]);
        assert_eq!(unknown(&document), ["${var.bucket[\\\"a\\\"]}"]);
        assert_eq!(document.origin.map(document.unknown[0]).of(&host), "${var.bucket[\"a\"]}");
        assert_eq!(place(&document, &host, "acs:oss:*:*:"), "acs:oss:*:*:");
    }
}

#[test]
fn an_interpolation_between_tokens_is_one_unknown_value() {
    let host = "resource \"alicloud_ram_policy\" \"p\" {\n  policy_document = <<EOF\n{ \"Version\": \"1\", \"Statement\": [ { \"Effect\": \"${var.effect}\", \"Action\": ${jsonencode(var.actions)}, \"Resource\": [${join(\",\", var.r)}] } ], \"x\": ${jsonencode([\"a\"])} }\nEOF\n}\n";
    let document = only(host);
    assert_eq!(unknown(&document), ["${var.effect}", "\"${var.actions}\"", "\"${join(\\\",\\\", var.r)}\""]);
    assert_eq!(errors(&document, host), [("unknown-element", "\"x\"")]);
}

#[test]
fn a_quoted_string_is_read_through_its_escapes() {
    let host = r#"resource "alicloud_ram_role" "r" {
  assume_role_policy_document = "{\"Version\":\"1\",\"Statement\":[{\"Effect\":\"Allow\",\"Action\":\"sts:AssumeRole\",\"Principal\":{\"Servise\":[\"$${x}.aliyuncs.com\"]}}]}"
}
"#;
    let document = only(host);
    assert_eq!(document.kind, PolicyKind::Trust);
    assert!(document.text.contains("\"${x}.aliyuncs.com\"") && document.unknown.is_empty());
    assert_eq!(errors(&document, host), [("unknown-element", r#"\"Servise\""#)]);
}

#[test]
fn jsonencode_leads_to_the_values_as_they_are_written() {
    let host = r#"
locals {
  everything = ["*"]
}
resource "alicloud_resource_manager_control_policy" "c" {
  policy_document = jsonencode({
    Version   = "1" # the only one
    Statement = [{
      "Effect" : "Denied"
      Action    = concat(["ecs:Run\u0043ommand"], var.more, local.everything)
      Resource  = var.resources
      Condition = { StringLikes = { "acs:RequestTag/é" = ["${var.a}-b", true] } }
      (local.key) = 1
    }]
  })
}
"#;
    let document = only(host);
    assert_eq!(document.kind, PolicyKind::Control);
    assert_eq!(
        errors(&document, host),
        [("bad-effect", "\"Denied\""), ("unsupported-operator", "StringLikes"), ("not-a-string", "true")]
    );
    assert_eq!(unknown(&document), ["\"${var.more}\"", "\"${var.resources}\"", "${var.a}", "\"${(local.key)}\""]);
    assert!(document.text.contains(r#""Action":["ecs:RunCommand","${var.more}","*"]"#));
    assert_eq!(place(&document, host, "RunCommand"), r"Run\u0043ommand");
    assert_eq!(place(&document, host, "StringLikes"), "StringLikes");
}

#[test]
fn locals_and_defaults_of_the_folder_are_followed() {
    let host = r#"
locals {
  doc  = jsonencode(local.body)
  body = { Version = "1", Statement = [{ Effect = "allow", Action = "*", Resource = "*" }] }
  all  = { dev = local.doc }
}
resource "alicloud_ram_policy" "a" { policy_document = local.doc }
resource "alicloud_ram_policy" "b" { policy_document = "${local.all.dev}" }
resource "alicloud_ram_policy" "c" { policy_document = var.given }
resource "alicloud_ram_policy" "d" { policy_document = var.missing }
"#;
    let siblings = vec![
        ("broken.tf".to_owned(), "variable \"missing\" {".to_owned()),
        (
            "variables.tf".to_owned(),
            "variable \"given\" {\n  default = \"{\\\"Version\\\":\\\"2\\\"}\"\n}\n".to_owned(),
        ),
    ];
    let found = find(host, &siblings);
    assert_eq!(found.documents.len(), 2, "the local is read once: {found:?}");
    assert_eq!(errors(&found.documents[0], host), [("bad-effect", "\"allow\"")]);
    assert_eq!(found.documents[1].file.as_deref(), Some("variables.tf"));
    assert_eq!(place(&found.documents[1], &siblings[1].1, "\"2\""), "\\\"2\\\"");
    let skipped: Vec<&str> = found.skipped.iter().map(|skipped| skipped.span.of(host)).collect();
    assert_eq!(skipped, ["var.missing"]);
    assert_eq!(found.skipped[0].reason, "`var.missing` is only known when Terraform runs");
}

#[test]
fn files_are_referred_to_and_templates_too() {
    let host = r#"
resource "alicloud_ram_policy" "a" { policy_document = file("${path.module}/policies/a.json") }
resource "alicloud_oss_bucket" "b" { policy = templatefile("b.json.tpl", { x = 1 }) }
resource "alicloud_ram_role" "c" { document = file("${var.name}.json") }
"#;
    let found = read(host);
    let references: Vec<_> = found.references.iter().map(|r| (r.path.as_str(), r.kind, r.template)).collect();
    assert_eq!(
        references,
        [("policies/a.json", PolicyKind::Identity, false), ("b.json.tpl", PolicyKind::Bucket, true)]
    );
    assert_eq!(found.skipped.len(), 1);
    let read = template("{\"Version\":\"1\",\"Statement\":${x}}", PolicyKind::Bucket).unwrap();
    assert_eq!(read.text, "{\"Version\":\"1\",\"Statement\":\"${x}\"}");
    assert!(template("%{ if x }{}%{ endif }", PolicyKind::Bucket).is_none());
}

#[test]
fn statement_blocks_are_a_document_and_its_user_tells_the_kind() {
    let host = r#"
data "alicloud_ram_policy_document" "trust" {
  version = "1"
  statement {
    effect = "allow"
    action = ["sts:AssumeRole"]
    principal {
      entity      = "Service"
      identifiers = ["ecs.aliyuncs.com", var.more]
    }
    condition {
      operator = "StringEqual"
      variable = "acs:SourceIp"
      values   = ["10.0.0.1"]
    }
    condition {
      operator = "StringEqual"
      variable = "acs:Service"
      values   = [true, 1]
    }
    condition {
      operator = "StringEqual"
      variable = "acs:SourceIp"
      values   = ["::1"]
    }
  }
  dynamic "statement" {
    for_each = var.x
    content {}
  }
}
resource "alicloud_ram_role" "r" {
  assume_role_policy_document = data.alicloud_ram_policy_document.trust.document
}
data "alicloud_ram_policy_document" "other" {
  statement {
    action   = ["ecs:*"]
    resources = ["*"]
  }
}
"#;
    let found = read(host);
    assert_eq!(found.documents.len(), 2, "{found:?}");
    let [trust, other] = found.documents.as_slice() else { unreachable!() };
    assert_eq!(trust.kind, PolicyKind::Trust);
    assert_eq!(errors(trust, host), [("bad-effect", "\"allow\""), ("unsupported-operator", "\"StringEqual\"")]);
    assert!(
        trust
            .text
            .contains(r#""Condition":{"StringEqual":{"acs:SourceIp":["10.0.0.1","::1"],"acs:Service":["true","1"]}}"#)
    );
    assert_eq!(other.kind, PolicyKind::Identity);
    assert_eq!(errors(other, host), [("missing-element", "statement"), ("unknown-element", "resources")]);
    assert_eq!(found.skipped.len(), 1);
    assert_eq!(found.skipped[0].span.of(host), "dynamic");
}

#[test]
fn old_statement_blocks_and_both_branches_of_a_conditional_are_read() {
    let host = r#"
resource "alicloud_ram_policy" "old" {
  statement {
    effect   = "Deny"
    action   = ["oss:*"]
    resource = ["*"]
  }
  version = "1"
}
resource "alicloud_ram_policy" "new" {
  policy_document = var.x ? jsonencode({ Version = "1" }) : (var.y ? null : merge(a, b))
}
"#;
    let found = read(host);
    assert_eq!(found.documents.len(), 2);
    assert_eq!(errors(&found.documents[0], host), []);
    assert_eq!(errors(&found.documents[1], host), [("missing-element", "{")]);
    assert_eq!(found.skipped[0].span.of(host), "merge(a, b)");
}

#[test]
fn broken_files_are_reported_only_when_they_speak_of_policies() {
    let found = read("resource \"alicloud_ram_policy\" \"p\" {\n  policy_document = [1,\n}\n");
    assert_eq!(found.diagnostics.len(), 1);
    assert_eq!(found.diagnostics[0].primary.span, Span::new(61, 62));
    assert_eq!(found.diagnostics[0].message, "the Terraform file cannot be read: a value belongs here");
    let open = "resource \"alicloud_ram_policy\" \"p\" {\n  a = \"é\n  policy_document = \"{}\"\n}\n";
    assert_eq!(read(open).diagnostics[0].primary.span.of(open), "\"é");
    let end = "resource \"alicloud_ram_policy\" \"p\" { é";
    assert_eq!(read(end).diagnostics[0].primary.span.of(end), "é");
    assert!(read("resource \"alicloud_vpc\" \"p\" {").diagnostics.is_empty());
    assert!(read("\u{feff}resource \"alicloud_ram_policy\" \"p\" {\n}\n").diagnostics.is_empty());
}

#[test]
fn deep_nesting_and_locals_that_hold_themselves_end() {
    let head = "resource \"alicloud_ram_policy\" \"p\" {\n  policy_document = jsonencode({ a = local.a })\n}\n";
    for inner in ["[", "(", "{a=", "!", "-", "\"${", "a ? ", "f(", "x[", "1 + ", "a ? b : "] {
        let found = read(&format!("{head}locals {{\n  a = {}", inner.repeat(20_000)));
        assert_eq!(found.diagnostics.len(), 1, "{inner}");
        let found = read(&format!("{head}locals {{\n  a = {}1\n}}\n", inner.repeat(60)));
        assert!(found.diagnostics.len() <= 1);
    }
    assert_eq!(read(&format!("{head}locals {{\n  a = [local.a, local.a]\n}}\n")).documents.len(), 1);
    let mut bomb = format!("{head}locals {{\n");
    for (name, next) in "abcdefghijkl".chars().zip("bcdefghijklm".chars()) {
        bomb.extend([format!("  {name} = [{}]\n", vec![format!("local.{next}"); 10].join(", "))]);
    }
    let document = only(&(bomb + "  m = \"x\"\n}\n"));
    assert!(document.text.len() < 4 << 20, "{}", document.text.len());
}

#[test]
fn policies_without_a_resource_are_told_by_their_shape() {
    let host = r#"
module "m" {
  source  = "./m"
  policys = [{ name = "a", document = <<EOF
{ "Version": "1", "Statement": [ { "Effect": "allow", "Action": "sts:AssumeRole", "Principal": { "Service": [ "x" ] } } ] }
EOF
  }]
  other = jsonencode({ Version = "2012-10-17", Statement = [] })
}
variable "v" {
  default = { Version = "1", Statement = [{ Effect = "Allow", Action = "*", Resource = "*" }] }
}
locals {
  used = "{\"Version\":\"1\",\"Statement\":[]}"
}
"#;
    let role = "resource \"alicloud_ram_role\" \"r\" {\n  document = local.used\n}\n".to_owned();
    let found = find(host, &[("role.tf".to_owned(), role.clone())]);
    let kinds: Vec<PolicyKind> = found.documents.iter().map(|document| document.kind).collect();
    assert_eq!(kinds, [PolicyKind::Trust, PolicyKind::Identity], "the local belongs to the role: {found:?}");
    assert_eq!(errors(&found.documents[0], host), [("bad-effect", "\"allow\"")]);
    let found = find(&role, &[("locals.tf".to_owned(), host.to_owned())]);
    assert_eq!(found.documents[0].file.as_deref(), Some("locals.tf"));
}

#[test]
fn for_each_and_format_are_followed() {
    let host = r#"
locals {
  roles = [for r in local.all : r if r.on]
  all = [{ name = "a", doc = jsonencode({ Version = "2" }) }, { name = "b", doc = var.x }]
  text = <<EOF
{ "Version": "1", "Statement": [ { "Effect": "Allow", "Action": "a%%:*", "Resource": "acs:ram::%s:%2$s/x" } ] }
EOF
}
resource "alicloud_ram_policy" "p" {
  for_each        = { for r in local.roles : r.name => r }
  policy_document = each.value.doc
}
resource "alicloud_ram_policy" "q" { policy_document = format(local.text, var.a, "b") }
resource "alicloud_cloud_sso_access_configuration" "c" {
  permission_policies {
    permission_policy_document = <<EOF
    { "Version": "1", "Statement": [ %{ for x in y } { "a": "${x}" }, %{ endfor } ] }
    EOF
  }
}
"#;
    let found = read(host);
    let [each, format, directive] = found.documents.as_slice() else { panic!("{found:?}") };
    assert_eq!(errors(each, host)[0], ("missing-element", "{"));
    assert_eq!(unknown(format), ["%s", "%2$s"]);
    assert!(format.text.contains("\"a%:*\"") && errors(format, host).is_empty());
    assert_eq!(directive.unknown.len(), 1);
    let skipped: Vec<&str> = found.skipped.iter().map(|skipped| skipped.span.of(host)).collect();
    assert_eq!(skipped, ["var.x"], "a directive between brackets is one unknown entry");
}
