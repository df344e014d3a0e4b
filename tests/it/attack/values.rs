//! Values at the ends of what can be written, and characters that are more than one byte or more than one character.

use ramspect::evaluate::Decision;
use serde_json::{Value, json};

use super::{allow, ask, policy, set, word};

#[test]
fn a_question_mark_is_one_scalar_value_on_every_path() {
    let tests = |pattern: &str| {
        set(&policy(vec![
            allow(&format!("a:{pattern}"), "*", json!({})),
            allow("b:c", &format!("acs:*:{pattern}"), json!({})),
            allow("c:c", "*", json!({"StringLike": {"k": pattern}})),
        ]))
    };
    let asked = |pattern: &str, text: &str| {
        let set = tests(pattern);
        let all = [
            word(&set, &format!("a:{text}"), "*", &[]),
            word(&set, "b:c", &format!("acs:e:r:1:{text}"), &[]),
            word(&set, "c:c", "*", &[("k", text)]),
        ];
        assert!(all.iter().all(|word| *word == all[0]), "{pattern} on {text}: {all:?}");
        all[0] == "allow"
    };
    for (pattern, text, expected) in [
        ("?", "é", true),
        ("?", "e\u{301}", false),
        ("??", "e\u{301}", true),
        ("??", "é", false),
        ("?", "\u{1F600}", true),
        ("?\u{301}", "e\u{301}", true),
        ("e?", "é", false),
        ("?", "\u{1F468}\u{200D}\u{1F469}", false),
        ("???", "\u{1F468}\u{200D}\u{1F469}", true),
        ("x?y", "x\u{0}y", true),
        ("É", "é", false),
        ("K", "\u{212A}", false),
        ("ſ", "s", false),
        ("İ", "i", false),
        // The same behind a star, where no literal front or end has told them apart before.
        ("*K*", "x\u{212A}y", false),
        ("*é*", "xÉy", false),
        ("*É*", "xéy", false),
        ("*ſ*", "xSy", false),
        ("*é*", "xéy", true),
    ] {
        assert_eq!(asked(pattern, text), expected, "{pattern:?} on {text:?}");
    }
}

#[test]
fn only_ascii_letters_have_no_case() {
    let set = |operand: &str| set(&policy(vec![allow("a:b", "*", json!({"StringEqualsIgnoreCase": {"k": operand}}))]));
    for (operand, value, expected) in [
        ("Abc", "aBC", "allow"),
        ("aéb", "AéB", "allow"),
        ("é", "É", "implicit_deny"),
        ("k", "\u{212A}", "implicit_deny"),
        ("ſ", "S", "implicit_deny"),
        ("Σ", "ς", "implicit_deny"),
        ("ß", "ẞ", "implicit_deny"),
    ] {
        assert_eq!(word(&set(operand), "a:b", "*", &[("k", value)]), expected, "{operand} on {value}");
    }
}

#[test]
fn numbers_of_a_thousand_digits_compare_by_value() {
    let nines = "9".repeat(1_000);
    let one_more = format!("1{}", "0".repeat(1_000));
    let small = format!("0.{}1", "0".repeat(999));
    let test = |operator: &str, operand: &str| set(&policy(vec![allow("a:b", "*", json!({operator: {"k": operand}}))]));
    let said = |operator: &str, operand: &str, value: &str| word(&test(operator, operand), "a:b", "*", &[("k", value)]);
    assert_eq!(said("NumericEquals", &nines, &format!("+00{nines}.000")), "allow");
    assert_eq!(said("NumericEquals", "30", "30.0"), "allow");
    assert_eq!(said("NumericNotEquals", "30", "30.0"), "implicit_deny");
    assert_eq!(said("NumericLessThan", &one_more, &nines), "allow");
    assert_eq!(said("NumericLessThan", &nines, &one_more), "implicit_deny");
    assert_eq!(said("NumericGreaterThan", "9", "10"), "allow");
    assert_eq!(said("NumericGreaterThan", &small, &format!("{small}1")), "allow");
    assert_eq!(said("NumericLessThan", "0", &format!("-{small}")), "allow");
    assert_eq!(said("NumericEquals", "0", &format!("-0.{}", "0".repeat(1_000))), "allow");
    assert_eq!(said("NumericEquals", "1", "1e0"), "implicit_deny");
    let open = ask(&test("NumericLessThan", &nines), "a:b", "*", &[]);
    assert!(open.exact && open.possible.iter().count() == 2 && open.depends_on == ["k"]);
}

#[test]
fn years_0000_and_9999_are_years() {
    let first = "0000-01-01T00:00:00+23:59";
    let last = "9999-12-31T23:59:59-23:59";
    let test = |operator: &str, operand: &str| set(&policy(vec![allow("a:b", "*", json!({operator: {"k": operand}}))]));
    let said = |operator: &str, operand: &str, value: &str| word(&test(operator, operand), "a:b", "*", &[("k", value)]);
    assert_eq!(said("DateLessThan", "0000-01-01T00:00:00Z", first), "allow");
    assert_eq!(said("DateGreaterThan", "9999-12-31T23:59:59Z", last), "allow");
    assert_eq!(said("DateEquals", "0000-02-29T00:00:00Z", "0000-02-29T00:00Z"), "allow");
    assert_eq!(said("DateEquals", "9999-02-29T00:00:00Z", "9999-02-29T00:00:00Z"), "implicit_deny");
    assert_eq!(said("DateEquals", "2019-08-12T17:00:00+08:00", "2019-08-12T09:00:00Z"), "allow");
    assert_eq!(said("DateLessThan", "2019-08-12T17:00:00+08:00", "2019-08-12T10:00:00Z"), "implicit_deny");
    // Nothing lies before the first instant or behind the last one.
    for (operator, operand) in [("DateLessThan", first), ("DateGreaterThan", last)] {
        let open = ask(&test(operator, operand), "a:b", "*", &[]);
        assert_eq!((open.possible.word(), open.exact, open.depends_on.len()), ("implicit_deny", true, 0));
    }
    for (operator, operand) in
        [("DateLessThanEquals", first), ("DateGreaterThanEquals", last), ("DateNotEquals", first)]
    {
        let open = ask(&test(operator, operand), "a:b", "*", &[]);
        assert_eq!((open.possible.iter().count(), open.exact), (2, true), "{operator} {operand}");
    }
}

#[test]
fn addresses_of_one_version_are_not_in_blocks_of_the_other() {
    let test = |operator: &str, operand: &str| set(&policy(vec![allow("a:b", "*", json!({operator: {"k": operand}}))]));
    let said = |operator: &str, operand: &str, value: &str| word(&test(operator, operand), "a:b", "*", &[("k", value)]);
    assert_eq!(said("IpAddress", "0.0.0.0/0", "::1"), "implicit_deny");
    assert_eq!(said("IpAddress", "0.0.0.0/0", "::ffff:10.0.0.1"), "implicit_deny");
    assert_eq!(said("IpAddress", "0.0.0.0/0", "10.0.0.1"), "allow");
    assert_eq!(said("IpAddress", "::/0", "10.0.0.1"), "implicit_deny");
    assert_eq!(said("NotIpAddress", "0.0.0.0/0", "::1"), "allow");
    let open = ask(&test("NotIpAddress", "0.0.0.0/0"), "a:b", "*", &[]);
    assert_eq!(open.possible.iter().count(), 2, "an IPv6 address or its absence allows, an IPv4 address does not");
}

#[test]
fn a_value_that_no_test_can_read_meets_neither_a_test_nor_its_negation() {
    let deny = |condition: Value| json!({"Effect": "Deny", "Action": "a:b", "Resource": "*", "Condition": condition});
    let numbers = [
        allow("a:b", "*", json!({})),
        deny(json!({"NumericEquals": {"k": "5"}})),
        deny(json!({"NumericNotEquals": {"k": "5"}})),
    ];
    // Every number is denied, and so is a request without the key.
    assert_eq!(word(&set(&policy(numbers.to_vec())), "a:b", "*", &[]), "explicit_deny");
    // Where the key may be a truth value too, that is neither.
    let lent = deny(json!({"Bool": {"k": "true"}, "StringEquals": {"z": "no"}}));
    let open = ask(&set(&policy([&numbers[..], &[lent]].concat())), "a:b", "*", &[("z", "yes")]);
    assert!(open.possible.contains(Decision::Allow) && open.possible.contains(Decision::ExplicitDeny), "{open:?}");
}

#[test]
fn a_glob_and_a_number_on_one_key_meet_where_no_bound_does() {
    let condition =
        json!({"StringLike": {"k": "*77*"}, "NumericGreaterThan": {"k": "1000"}, "NumericLessThan": {"k": "9000"}});
    let open = ask(&set(&policy(vec![allow("a:b", "*", condition)])), "a:b", "*", &[]);
    assert!(open.possible.contains(Decision::Allow) && open.possible.contains(Decision::ImplicitDeny), "{open:?}");
}
