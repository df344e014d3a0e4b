//! What every fuzz target does with its input; `tests/it/replay.rs` does the same with the kept corpus.
//!
//! A body ends without a panic whatever the bytes are. Beyond that it asserts what must hold for every input: the parser
//! accepts what `serde_json` accepts, places lie in the text, answers are decisions.
#![allow(dead_code, reason = "a fuzz target uses one body")]

use ramspect::account::import::Importer;
use ramspect::account::{Account, Documents, MissingPolicy};
use ramspect::catalog::{Assumptions, Quotas};
use ramspect::diagnostic::Diagnostic;
use ramspect::evaluate::{Layer, LayerKind, PolicySet, PolicySetBuilder, Possible, Request, Rules, Scratch, View};
use ramspect::explain;
use ramspect::intake::{self, Document, documents};
use ramspect::inventory::{Inventory, InventoryBuilder, Kind};
use ramspect::membership::JoinRequest;
use ramspect::policy::{PolicyKind, lower};
use ramspect::predict::{self, Settings};
use ramspect::request::{self, batch_line};
use ramspect::syntax::{self, NodeRef, SyntaxErrorKind, parse};
use ramspect::text::{Source, Span};
use serde::de::IgnoredAny;

fn text(data: &[u8]) -> Option<String> {
    let source = Source::from_bytes("input", data.to_vec()).ok()?;
    let end = u32::try_from(source.text().len()).unwrap_or(u32::MAX);
    assert!(source.position(end).line >= 1);
    Some(source.text().to_owned())
}

fn check_place(span: Span, text: &str) {
    assert!(text.get(span.range()).is_some(), "{span:?} is no place of the text");
}

/// JSON text to the tape.
pub fn syntax(data: &[u8]) {
    let Some(text) = text(data) else { return };
    let parsed = parse(&text);
    for error in &parsed.errors {
        check_place(error.span, &text);
        check_place(error.to_diagnostic().primary.span, &text);
    }
    let only_ours =
        |kind: &SyntaxErrorKind| matches!(kind, SyntaxErrorKind::DuplicateKey { .. } | SyntaxErrorKind::TooDeep);
    let accepted = parsed.errors.iter().all(|error| only_ours(&error.kind));
    let too_deep = parsed.errors.iter().any(|error| error.kind == SyntaxErrorKind::TooDeep);
    // `IgnoredAny` does not check escapes for surrogates, `Value` has an opinion on the size of numbers.
    match serde_json::from_str::<serde_json::Value>(&text) {
        Ok(value) => {
            assert!(accepted, "serde_json accepts it");
            if parsed.errors.is_empty() {
                compare(parsed.tree.root().expect("accepted"), &value);
            }
        }
        Err(wrong) => {
            let wrong = wrong.to_string();
            let opinion = wrong.starts_with("number out of range") || wrong.starts_with("recursion limit");
            assert!(opinion || too_deep || !accepted, "serde_json refuses it: {wrong}");
        }
    }
    if accepted && !too_deep {
        assert!(serde_json::from_str::<IgnoredAny>(&text).is_ok());
    }
}

/// Same shape, same strings; the parser keeps the order, which `Value` has lost.
fn compare(node: NodeRef<'_, '_>, value: &serde_json::Value) {
    match value {
        serde_json::Value::String(text) => assert_eq!(node.as_str().as_deref(), Some(text.as_str())),
        serde_json::Value::Array(items) => {
            assert_eq!(node.elements().count(), items.len());
            node.elements().zip(items).for_each(|(node, item)| compare(node, item));
        }
        serde_json::Value::Object(members) => {
            assert_eq!(node.members().count(), members.len());
            for (name, node) in node.members() {
                compare(node, members.get(&*name.name()).expect("a member of that name"));
            }
        }
        serde_json::Value::Null => assert_eq!(node.kind(), syntax::Kind::Null),
        serde_json::Value::Bool(truth) => assert_eq!(node.raw(), if *truth { "true" } else { "false" }),
        serde_json::Value::Number(_) => assert_eq!(node.kind(), syntax::Kind::Number),
    }
}

fn check_diagnostic(diagnostic: &Diagnostic, text: &str) {
    check_place(diagnostic.primary.span, text);
    diagnostic.related.iter().for_each(|label| check_place(label.span, text));
    assert!(!diagnostic.message.is_empty());
}

const RESOURCES: [&str; 4] =
    ["*", "acs:ecs:cn-hangzhou:123:instance/i-1", "acs:ram::123:role/Dev/x", "acs:oss:*:1:b/é:x:y"];

/// Everything that is done with a policy document, up to an explained decision.
fn judge(document: &Document<'_>, host: Option<&str>) {
    for kind in [document.kind, PolicyKind::Identity] {
        let lowered = lower(&document.text, kind);
        for diagnostic in &lowered.diagnostics {
            check_diagnostic(diagnostic, &document.text);
            if let Some(host) = host {
                check_diagnostic(&diagnostic.clone().in_host(&document.origin), host);
            }
        }
        for statement in &lowered.policy.statements {
            check_place(statement.span, &document.text);
            if let Some(host) = host {
                check_place(document.origin.map(statement.span), host);
            }
        }
        if !lowered.is_refused() {
            let mut builder = PolicySetBuilder::new();
            builder.layer(Layer { kind: LayerKind::Identity, scope: "account".into() });
            builder.policy(&lowered.policy);
            ask(&builder.finish());
        }
    }
}

fn ask(set: &PolicySet) {
    let rules = Rules::default();
    let mut scratch = Scratch::new();
    let indexed = set.clone().with_index(true);
    for resource in RESOURCES {
        for closed in [false, true] {
            let view = View { closed, ..View::default() };
            let request = Request { action: "ecs:StopInstance", resource, view };
            let explained = set.explain(&request, rules, &mut scratch);
            assert!(!explained.possible.is_empty());
            assert!(!closed || explained.possible.single().is_some());
            assert_eq!(indexed.explain(&request, rules, &mut scratch), explained);
            set.near_misses(&request, rules);
        }
    }
}

/// A file of policies: finding the documents, lowering each, judging with it.
pub fn policies(data: &[u8]) {
    let Some(text) = text(data) else { return };
    for document in documents(&text).unwrap_or_default() {
        judge(&document, Some(&text));
    }
}

/// Terraform and ROS templates; the first byte chooses the name of the file.
pub fn templates(data: &[u8]) {
    let Some((first, rest)) = data.split_first() else { return };
    let Some(text) = text(rest) else { return };
    let names = ["main.tf", "main.tf.json", "template.yml", "template.json", "unknown"];
    let name = names[usize::from(*first) % names.len()];
    let found = intake::find(name, &text, &[]);
    found.diagnostics.iter().for_each(|diagnostic| check_diagnostic(diagnostic, &text));
    found.skipped.iter().for_each(|skipped| check_place(skipped.span, &text));
    found.comments.iter().for_each(|comment| check_place(comment.span, &text));
    for document in &found.documents {
        judge(document, document.file.is_none().then_some(&*text));
    }
}

/// A prediction over an inventory, and the questions that one asks.
fn predict(inventory: &Inventory) {
    let settings = Settings {
        account: "1234567890123456".to_owned(),
        quotas: Quotas::default(),
        assumptions: Assumptions::default(),
        strict: false,
    };
    let ids = |kind| -> Vec<String> {
        let ids: Vec<String> = match kind {
            Kind::Instance => inventory.instances().map(|instance| instance.id.clone()).take(2).collect(),
            Kind::SecurityGroup => inventory.security_groups().map(|group| group.id.clone()).take(2).collect(),
            Kind::NetworkInterface => inventory.network_interfaces().map(|eni| eni.id.clone()).take(2).collect(),
        };
        ids.into_iter().chain(["x-1".to_owned()]).collect()
    };
    for group in ids(Kind::SecurityGroup) {
        let instances = ids(Kind::Instance).into_iter().map(|id| (Some(id), None));
        let interfaces = ids(Kind::NetworkInterface).into_iter().map(|id| (None, Some(id)));
        for (instance, interface) in instances.chain(interfaces) {
            for region in [None, Some("cn-hangzhou")] {
                let request = JoinRequest::new(Some(&group), instance.as_deref(), interface.as_deref(), region);
                let allowed = |resources: &[predict::JudgedResource], _: &Assumptions| predict::Judgement {
                    each: resources.iter().map(|_| Possible::of(ramspect::evaluate::Decision::Allow)).collect(),
                    missing: Vec::new(),
                    trace: (),
                };
                if let Ok(prediction) = predict::predict(&request, inventory, &settings, allowed) {
                    assert_eq!(prediction.checks.len(), 30);
                    predict::what_would_settle(&prediction);
                }
            }
        }
    }
}

/// One file of inventory.
pub fn inventory(data: &[u8]) {
    let Some(text) = text(data) else { return };
    let mut builder = InventoryBuilder::default();
    if builder.add("input.json", &text).is_ok() {
        let inventory = builder.finish();
        inventory.warnings().iter().for_each(|warning| drop(warning.to_string()));
        predict(&inventory);
    }
}

/// A manifest beside a small inventory.
pub fn manifests(data: &[u8]) {
    let Some(text) = text(data) else { return };
    let mut builder = InventoryBuilder::default();
    let groups = r#"{"RegionId":"cn-hangzhou","TotalCount":1,"SecurityGroups":{"SecurityGroup":[{"SecurityGroupId":"sg-1","VpcId":""}]}}"#;
    builder.add("groups.json", groups).expect("a right response");
    let manifest = format!("{{\"ramspect_inventory\":1,{text}}}");
    for text in [&text, &manifest] {
        if builder.add("manifest.json", text).is_ok() {
            break;
        }
    }
    let inventory = builder.finish();
    inventory.warnings().iter().for_each(|warning| drop(warning.to_string()));
    inventory.quotas();
    predict(&inventory);
}

/// The requests of `predict`.
pub fn requests(data: &[u8]) {
    let Some(text) = text(data) else { return };
    if let Ok((requests, several)) = request::read("input.json", &text) {
        assert!(several || requests.len() == 1);
        for (number, asked) in requests {
            assert!(number >= 1);
            if let Ok(asked) = asked {
                asked.request.target();
            }
        }
    }
}

const POLICY: &str = r#"{"Version":"1","Statement":[
    {"Effect":"Allow","Action":["ecs:*Instance","*:x?"],"Resource":["acs:ecs:*:*:instance/*","*é?"],
     "Condition":{"StringLike":{"acs:ResourceTag/a":["a*b","?"]},"NumericLessThan":{"n":"30"}}},
    {"Effect":"Deny","NotAction":"ecs:*","NotResource":"acs:ram:*:1:role/*",
     "Condition":{"IpAddress":{"acs:SourceIp":["10.0.0.0/8","::/0"]},"DateLessThan":{"d":"2026-01-01T00:00:00Z"},"Bool":{"b":"true"}}}]}"#;

/// Lines of a batch, each judged.
pub fn batch_lines(data: &[u8]) {
    let Some(text) = text(data) else { return };
    let mut builder = PolicySetBuilder::new();
    builder.layer(Layer { kind: LayerKind::Identity, scope: "account".into() });
    builder.policy(&lower(POLICY, PolicyKind::Identity).policy);
    let set = builder.finish();
    let mut scratch = Scratch::new();
    for line in text.lines() {
        let Ok(line) = batch_line::read(line) else { continue };
        assert!(!line.resources.is_empty());
        for resource in &line.resources {
            let view = View { line: Some(&line.context), closed: line.closed, ..View::default() };
            let request = Request { action: &line.action, resource, view };
            let explained = set.explain(&request, Rules::default(), &mut scratch);
            assert!(!explained.possible.is_empty() && explained.exact);
        }
    }
}

/// Whatever a user was shown: the errors in it, each told from the text alone.
pub fn messages(data: &[u8]) {
    let Some(text) = text(data) else { return };
    let denials = explain::read(&text);
    assert_eq!(denials, explain::read(&text));
    for denial in &denials {
        check_place(denial.span, &text);
        check_place(denial.mark, &text);
        assert_eq!(denial.is_ram_denial(), denial.class.word().is_none());
        assert!(denial.http.is_none_or(|http| (400..600).contains(&http)));
        let told = [&denial.code, &denial.action, &denial.resource, &denial.request_id];
        assert!(told.into_iter().flatten().all(|field| !field.is_empty() && field.len() <= text.len()));
        if let (Some(action), Some(resource)) = (&denial.action, &denial.resource) {
            assert!(explain::suggest_unjudged(action, &[resource]).grant.is_some());
        }
    }
}

const NAMES: [&str; 4] = [
    "policies-for-user.alice.json",
    "policy-version.Custom.ops.json",
    "control-attachments.1.r-root.json",
    "input.json",
];

/// Saved responses about an account, a line each under names of their own: the account file of them is JSON and is read.
pub fn imports(data: &[u8]) {
    let Some(text) = text(data) else { return };
    let mut importer = Importer::default();
    for (line, name) in text.lines().zip(NAMES.iter().cycle()) {
        drop(importer.add(name, line));
    }
    drop(importer.account("123"));
    let Ok(imported) = importer.finish() else { return };
    assert!(imported.missing.iter().all(|sentence| !sentence.is_empty()));
    assert!(serde_json::from_str::<IgnoredAny>(&imported.text).is_ok(), "{}", imported.text);
    let source = Source::new("account.json", &imported.text);
    let (mut documents, mut no_files) = (Documents::default(), |_: &str| Err(String::new()));
    // Documents may be wrong; then every mistake has its place.
    if let Ok((account, _)) = Account::read(source, MissingPolicy::Unknown, &mut documents, &mut no_files) {
        assert!(!account.id().is_empty());
    }
}
