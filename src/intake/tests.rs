use std::path::PathBuf;

use proptest::prelude::*;

use super::*;
use crate::policy::lower;

/// The folder of shared data; fails when it is missing.
pub(crate) fn shared() -> PathBuf {
    let beside = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../shared"));
    let named = std::env::var_os("RAMSPECT_SHARED").map(PathBuf::from);
    let mut places = named.into_iter().chain([beside, PathBuf::from("/work/shared")]);
    places.find(|place| place.join("corpus").is_dir()).expect("the shared corpus is missing: set RAMSPECT_SHARED")
}

const SAMPLES: [(&str, &str); 5] = [
    (
        "a.tf",
        "locals {\n  x = { Effect = \"Allow\", Action = [\"a:*\", var.y] }\n}\nresource \"alicloud_ram_policy\" \"p\" {\n  policy_document = jsonencode({ Version = \"1\", Statement = concat([local.x], [for i in x : i]) })\n}\ndata \"alicloud_ram_policy_document\" \"d\" {\n  statement {\n    action = [\"x\"]\n    condition {\n      operator = \"Bool\"\n      variable = \"k\"\n      values = [\"${a}\"]\n    }\n  }\n}\nresource \"alicloud_oss_bucket\" \"b\" {\n  policy = <<-EOF\n    {\"é\": \"${f(\"x\")}$${a}\", %{ if x }1%{ endif } /* c */\n  EOF\n}\n# c\n",
    ),
    (
        "a.yaml",
        "ROSTemplateFormatVersion: '2015-09-01'\nResources:\n  é: {Type: ALIYUN::RAM::Role, Properties: {AssumeRolePolicyDocument: &a {x: !Sub 'it''s ${y}', z: [\"\\u00e9\\n\", 1, true]}, Policies: [{PolicyDocument: *a}]}}\n  B:\n    Type: ALIYUN::RAM::ManagedPolicy\n    Properties:\n      PolicyDocument: |\n        {\"a\":\n         1}\n      # c\n",
    ),
    (
        "a.json",
        "{\"ROSTemplateFormatVersion\":\"1\",\"Resources\":{\"A\":{\"Type\":\"ALIYUN::RAM::ManagedPolicy\",\"Properties\":{\"PolicyDocument\":{\"Statement\":{\"Fn::Join\":[\"\",[\"a\",{\"Ref\":\"é\"}]]}}}}}}",
    ),
    ("b.json", "[{\"Version\":\"1\",\"Statement\":[{\"Effect\":\"Allow\",\"Action\":\"*\",\"Resource\":\"*\"}]}]"),
    (
        "a.tf.json",
        "{\"resource\":{\"alicloud_ram_policy\":{\"a\":[{\"policy_document\":\"{\\\"Version\\\":\\\"1\\\",\\\"x\\\":\\\"${y}\\\"}\"}]}}}",
    ),
];

/// Reads a text as every kind of file: no panic, and every place is one of the text.
fn read(text: &str) {
    for name in ["a.tf", "a.yaml", "a.json", "a.template", "a.tf.json", "a"] {
        let siblings = [("s.tf".to_owned(), text.to_owned())];
        let found = find(name, text, &siblings);
        let fits = |span: crate::text::Span| text.get(span.range()).is_some();
        for document in &found.documents {
            for diagnostic in lower(&document.text, document.kind).diagnostics {
                let place = document.origin.map(diagnostic.primary.span);
                assert!(fits(place), "{name}: {diagnostic:?} at {place:?} of {}", document.text);
                let _ = document.edit(text, diagnostic.primary.span, "x");
            }
            assert!(document.unknown.is_sorted());
            assert!(document.unknown.iter().all(|span| document.text.get(span.range()).is_some()));
            assert!(document.unknown.iter().all(|span| fits(document.origin.map(*span))));
        }
        assert!(found.skipped.iter().all(|skipped| fits(skipped.span)), "{name}: {:?}", found.skipped);
        assert!(found.references.iter().all(|reference| fits(reference.span)));
        assert!(found.comments.iter().all(|comment| fits(comment.span)));
        assert!(found.diagnostics.iter().all(|diagnostic| fits(diagnostic.primary.span)), "{:?}", found.diagnostics);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, ..ProptestConfig::default() })]

    #[test]
    fn any_text_is_read_without_a_panic(text in "(alicloud_ram_policy|ROSTemplateFormatVersion|ALIYUN::RAM::Role| |\n|[-{}\\[\\]:\"'#<$%=|>&*!EOFé]|.){0,60}") {
        read(&text);
    }

    #[test]
    fn samples_with_a_few_changes_are_read_without_a_panic(
        which in 0..SAMPLES.len(),
        changes in prop::collection::vec((any::<prop::sample::Index>(), 0..3u8, "[-{}\\[\\]:\"'#<$%=|>&*!\\\\ \né,.xEOF]{1,3}"), 1..5),
    ) {
        let mut characters: Vec<char> = SAMPLES[which].1.chars().collect();
        for (at, change, text) in changes {
            let at = at.index(characters.len() + 1);
            let end = match change { 0 => at, 1 => (at + 1).min(characters.len()), _ => (at + 8).min(characters.len()) };
            characters.splice(at..end, text.chars());
        }
        read(&characters.into_iter().collect::<String>());
    }
}

#[test]
fn the_samples_themselves_hold_documents() {
    let counts = SAMPLES.map(|(name, text)| find(name, text, &[]).documents.len());
    assert_eq!(counts, [2, 3, 1, 1, 1]);
}

#[test]
fn other_json_is_left_alone_and_broken_policies_are_not() {
    let other = find("package.json", "{\"name\": \"x\", }", &[]);
    assert!(other.is_empty() && other.not_policies.is_some());
    let broken = find("p.json", "{\"a\": {\"Statement\": [ }", &[]);
    assert!(!broken.diagnostics.is_empty());
    let bare = find("p.json", "{\"Version\": \"1\", \"Statement\": [ }", &[]);
    assert_eq!(bare.documents.len(), 1);
}

#[test]
fn an_edit_is_made_only_where_the_host_spells_the_same() {
    let host =
        "resource \"alicloud_ram_policy\" \"p\" {\n  policy_document = \"{\\\"Action\\\":\\\"ecs:Run\\\"}\"\n}\n";
    let document = &find("a.tf", host, &[]).documents[0];
    let at = |piece: &str| {
        let start = u32::try_from(document.text.find(piece).unwrap()).unwrap();
        crate::text::Span::new(start, start + u32::try_from(piece.len()).unwrap())
    };
    assert_eq!(document.edit(host, at("ecs:Run"), "ecs:RunCommand").unwrap().of(host), "ecs:Run");
    assert_eq!(document.edit(host, at("\"ecs:Run\""), "x"), None);
    assert_eq!(document.edit(host, at("ecs:Run"), "\"x\""), None);
}
