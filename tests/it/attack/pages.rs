//! Pages that lie about being all there: absence is only concluded when every response agrees (contract 2.3).

use ramspect::inventory::{InventoryBuilder, Kind};
use serde_json::{Value, json};

fn page(total: Value, token: Value, ids: &[&str]) -> String {
    let groups: Vec<Value> = ids.iter().map(|id| json!({"SecurityGroupId": id, "VpcId": "vpc-1"})).collect();
    let mut page = json!({"RegionId": "cn-hangzhou", "SecurityGroups": {"SecurityGroup": groups}});
    for (name, value) in [("TotalCount", total), ("NextToken", token)] {
        if !value.is_null() {
            page[name] = value;
        }
    }
    page.to_string()
}

fn complete(pages: &[String]) -> bool {
    let mut builder = InventoryBuilder::default();
    builder.assume_complete(Kind::SecurityGroup);
    for (number, page) in pages.iter().enumerate() {
        builder.add(&format!("page-{number}.json"), page).unwrap();
    }
    builder.finish().is_complete(Kind::SecurityGroup, "cn-hangzhou")
}

#[test]
fn a_token_or_a_count_that_promises_more_is_believed() {
    let none = Value::Null;
    let cases: &[(&str, Vec<String>, bool)] = &[
        ("no paging at all", vec![page(none.clone(), none.clone(), &["sg-1"])], true),
        ("the last page", vec![page(json!(1), json!(""), &["sg-1"])], true),
        ("a token on the only page", vec![page(json!(1), json!("next"), &["sg-1"])], false),
        (
            "a token and its last page",
            vec![page(json!(2), json!("next"), &["sg-1"]), page(json!(2), json!(""), &["sg-2"])],
            true,
        ),
        (
            "a token on every page",
            vec![page(json!(2), json!("next"), &["sg-1"]), page(json!(2), json!("more"), &["sg-2"])],
            false,
        ),
        ("a count beyond the items", vec![page(json!(3), json!(""), &["sg-1"])], false),
        ("a count as text beyond the items", vec![page(json!("3"), json!(""), &["sg-1"])], false),
        (
            "one page twice does not count twice",
            vec![page(json!(2), json!(""), &["sg-1"]), page(json!(2), json!(""), &["sg-1"])],
            false,
        ),
        ("a count below the items", vec![page(json!(0), json!(""), &["sg-1"])], true),
    ];
    for (what, pages, expected) in cases {
        assert_eq!(complete(pages), *expected, "{what}");
    }
}
