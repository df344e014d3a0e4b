use proptest::prelude::*;

use super::*;

#[test]
fn elements_come_in_order_and_entries_stay_as_they_are() {
    let text = r#"{"Statement":[{"Resource":["*"],"Action":"ecs:\u0041\/\"\n\u00e9","Condition":{"Bool":{"b":["true"],"a":[]}},"Effect":"Allow","x":{},"Sid":"s"}],"Version":"1"}"#;
    let wanted = r#"{
  "Version": "1",
  "Statement": [
    {
      "Sid": "s",
      "Effect": "Allow",
      "Action": "ecs:A/\"\n\u00e9",
      "Resource": [
        "*"
      ],
      "Condition": {
        "Bool": {
          "b": [
            "true"
          ],
          "a": []
        }
      },
      "x": {}
    }
  ]
}
"#;
    assert_eq!(format(text).unwrap(), wanted);
    assert_eq!(format(wanted).unwrap(), wanted);
}

#[test]
fn arrays_of_documents_are_formatted_and_other_text_is_refused() {
    assert_eq!(
        format("[{\"Statement\":{\"Effect\":1},\"Version\":\"1\"}]").unwrap(),
        "[\n  {\n    \"Version\": \"1\",\n    \"Statement\": {\n      \"Effect\": 1\n    }\n  }\n]\n"
    );
    for other in ["[]", "[{\"Statement\":[]},1]", "{\"a\":1}", "1"] {
        assert!(matches!(format(other), Err(FormatError::NotPolicy(_))), "{other}");
    }
    for broken in ["", "{\"Statement\":[],}", "{\"Statement\":[],\"Statement\":[]}", "\u{feff}{\"Statement\":[]}"] {
        assert!(matches!(format(broken), Err(FormatError::Syntax(_))), "{broken}");
    }
}

/// The value without order of members, as another parser reads it.
fn value(text: &str) -> serde_json::Value {
    serde_json::from_str(text).unwrap()
}

fn string() -> impl Strategy<Value = String> {
    prop_oneof![
        "[a-z:*/ é]{0,6}".prop_map(|text| format!("\"{text}\"")),
        Just(r#""\u0041\/\\u0041\u00e9\ud83d\ude00\u0022\u005c\u0000\t""#.to_owned()),
    ]
}

fn json() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![string(), Just("1e5".to_owned()), Just("true".to_owned()), Just("null".to_owned())];
    leaf.prop_recursive(4, 24, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(|list| format!("[ {} ]", list.join(" ,\n"))),
            prop::collection::btree_map("[a-z]{1,4}", inner, 0..4).prop_map(|map| object(map.into_iter().collect())),
        ]
    })
}

fn object(members: Vec<(String, String)>) -> String {
    let members: Vec<String> = members.into_iter().map(|(name, value)| format!("\"{name}\"\t:{value}")).collect();
    format!("{{{}}}", members.join(", "))
}

fn statement() -> impl Strategy<Value = String> {
    let names = ["Effect", "Action", "NotAction", "Resource", "NotResource", "Condition", "Sid", "Principal", "odd"];
    let strings = prop_oneof![
        string(),
        Just("\"Allow\"".to_owned()),
        prop::collection::vec(string(), 1..4).prop_map(|list| format!("[{}]", list.join(","))),
        Just(r#"{"StringEquals":{"k":["v","w"],"j":"x"},"Bool":{"b":"true"}}"#.to_owned()),
        json(),
    ];
    let member = prop::collection::vec((prop::sample::select(names.to_vec()), strings), 0..8);
    member.prop_map(|members| {
        let mut seen: Vec<(String, String)> = Vec::new();
        for (name, value) in members {
            if !seen.iter().any(|(other, _)| other == name) {
                seen.push((name.to_owned(), value));
            }
        }
        object(seen)
    })
}

proptest! {
    #[test]
    fn generated_documents_keep_their_meaning(
        statements in prop::collection::vec(statement(), 0..4),
        version in string(),
        other in json(),
        order in Just(["Version", "Statement", "odd"]).prop_shuffle(),
    ) {
        let members = order.iter().map(|name| {
            let value = match *name {
                "Version" => version.clone(),
                "Statement" => format!("[{}]", statements.join(",")),
                _ => other.clone(),
            };
            ((*name).to_owned(), value)
        });
        let text = object(members.collect());
        let formatted = format(&text).unwrap();
        prop_assert_eq!(&format(&formatted).unwrap(), &formatted);
        prop_assert_eq!(value(&formatted), value(&text));
        prop_assert!(same_meaning(&lower(&text, PolicyKind::Bucket).policy, &lower(&formatted, PolicyKind::Bucket).policy));
    }

    #[test]
    fn any_text_is_refused_or_formatted(text in "[-{}\\[\\]:,\"Statement \\\\u01/é\n]{0,40}") {
        let _ = format(&text);
    }
}
