//! The short texts (resource names, actions, operators, operands) against oracles that are not ours.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use regex::Regex;

use super::agree::{Fault, agree, find_all, grammar};
use super::samples::OPERATORS;

/// What each start symbol should accept, by other means than a grammar.
pub fn oracle(start: &str) -> Box<dyn Fn(&str) -> bool> {
    match start {
        "pattern" | "arn_pattern" => Box::new(|_| true),
        "request_action" => Box::new(|text| text.contains(':')),
        "action_pattern" => Box::new(|text| text == "*" || text.contains(':')),
        "request_resource" => Box::new(|text| text == "*" || text.matches(':').count() >= 4),
        "typed_arn" => Box::new(is_typed_arn),
        // The list is the hand-written one of the samples, up to its first wrong name.
        "operator" => Box::new(|text| OPERATORS[1..24].contains(&text)),
        "numeric_operand" => by_regex(r"\A[+-]?[0-9]+(\.[0-9]+)?\z"),
        "boolean_operand" => Box::new(|text| ["true", "false"].iter().any(|word| text.eq_ignore_ascii_case(word))),
        "date_operand" => {
            let shape = Regex::new(
                r"\A([0-9]{4})-([0-9]{2})-([0-9]{2})T([0-9]{2}):([0-9]{2})(?::([0-9]{2})(?:Z|[+-]([0-9]{2}):([0-9]{2}))|Z)\z",
            )
            .unwrap();
            Box::new(move |text| shape.captures(text).is_some_and(|parts| is_instant(&parts)))
        }
        "address_operand" => Box::new(is_address),
        other => panic!("no oracle for `{other}`"),
    }
}

fn by_regex(shape: &str) -> Box<dyn Fn(&str) -> bool> {
    let shape = Regex::new(shape).unwrap();
    Box::new(move |text| shape.is_match(text))
}

fn is_typed_arn(text: &str) -> bool {
    let parts: Vec<&str> = text.splitn(5, ':').collect();
    let [prefix, service, _, _, relative] = parts.as_slice() else { return false };
    let Some((kind, id)) = relative.split_once('/') else { return false };
    *prefix == "acs" && !service.is_empty() && !kind.is_empty() && !kind.contains(':') && !id.is_empty()
}

fn is_instant(parts: &regex::Captures<'_>) -> bool {
    let number = |group: usize| parts.get(group).map_or(0, |text| text.as_str().parse::<u32>().unwrap());
    let (year, month, day) = (number(1), number(2), number(3));
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let days = match month {
        2 => 28 + u32::from(leap),
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => 0,
    };
    (1..=days).contains(&day)
        && [number(4), number(7)].iter().all(|hour| *hour < 24)
        && [number(5), number(6), number(8)].iter().all(|minute| *minute < 60)
}

/// By `std::net`, the prefix length by hand: `ipnet` takes `010.0.0.0/08`, which is no block.
fn is_address(text: &str) -> bool {
    let Some((address, prefix)) = text.split_once('/') else { return text.parse::<IpAddr>().is_ok() };
    let plain = prefix.bytes().all(|b| b.is_ascii_digit()) && (prefix == "0" || !prefix.starts_with('0'));
    let below = |limit: u8| plain && prefix.parse::<u8>().is_ok_and(|bits| bits <= limit);
    (address.parse::<Ipv4Addr>().is_ok() && below(32)) || (address.parse::<Ipv6Addr>().is_ok() && below(128))
}

#[test]
fn names_agree_with_their_oracles() {
    for start in ["pattern", "request_action", "action_pattern", "request_resource", "arn_pattern", "typed_arn"] {
        agree(&grammar(), start, oracle(start));
    }
}

#[test]
fn operators_agree_with_the_list() {
    agree(&grammar(), "operator", oracle("operator"));
}

#[test]
fn operands_agree_with_their_oracles() {
    for start in ["numeric_operand", "boolean_operand", "date_operand", "address_operand"] {
        agree(&grammar(), start, oracle(start));
    }
}

/// Every address that the grammar accepts means something to the crate that judges it.

#[test]
fn faults_planted_in_the_other_grammars_are_found() {
    for (start, faults) in FAULTS {
        find_all(start, faults, oracle(start));
    }
}

/// By start symbol.
pub const FAULTS: &[(&str, &[Fault])] = &[
    (
        "pattern",
        &[
            Fault {
                name: "`?` is no wildcard and no literal",
                from: "{ any_run | any_one | literal } ;",
                to: "{ any_run | literal } ;",
            },
            Fault {
                name: "one run at most",
                from: "{ any_run | any_one | literal } ;",
                to: "{ any_one | literal }, [ any_run ], { any_one | literal } ;",
            },
            Fault {
                name: "literals are bytes",
                from: r"literal = scalar - (",
                to: r"literal = ? U+0000..U+007F ? - (",
            },
        ],
    ),
    (
        "request_action",
        &[
            Fault {
                name: "colon optional",
                from: r#"request_action = action_code, ":""#,
                to: r#"request_action = action_code, [ ":" ]"#,
            },
            Fault { name: "one colon only", from: "action_name = { scalar }", to: "action_name = { scalar - \":\" }" },
            Fault {
                name: "no empty code",
                from: "action_code = { scalar - \":\" }",
                to: "action_code = scalar - \":\", { scalar - \":\" }",
            },
        ],
    ),
    (
        "action_pattern",
        &[
            Fault { name: "`*` alone removed", from: "action_pattern = any_run | ", to: "action_pattern = " },
            Fault {
                name: "any pattern without a colon",
                from: "action_pattern = any_run | ",
                to: "action_pattern = pattern | ",
            },
            Fault {
                name: "no wildcard in the code",
                from: "{ any_run | any_one | literal - \":\" }",
                to: "{ literal - \":\" }",
            },
        ],
    ),
    (
        "request_resource",
        &[
            Fault { name: "`*` alone removed", from: r#"request_resource = "*" | "#, to: "request_resource = " },
            Fault {
                name: "four segments are enough",
                from: r#"request_arn = arn_segment, ":", "#,
                to: r#"request_arn = [ arn_segment, ":" ], "#,
            },
            Fault {
                name: "colons of the last segment forbidden",
                from: "relative_id = { scalar }",
                to: "relative_id = { scalar - \":\" }",
            },
            Fault {
                name: "empty segments forbidden",
                from: "arn_segment = { scalar - \":\" }",
                to: "arn_segment = scalar - \":\", { scalar - \":\" }",
            },
        ],
    ),
    (
        "arn_pattern",
        &[
            Fault {
                name: "a pattern has five segments",
                from: "arn_pattern = pattern",
                to: "arn_pattern = request_resource",
            },
            Fault { name: "no empty pattern", from: "arn_pattern = pattern", to: "arn_pattern = pattern - \"\"" },
        ],
    ),
    (
        "typed_arn",
        &[
            Fault { name: "`arn` allowed", from: r#"typed_arn = "acs""#, to: r#"typed_arn = ( "acs" | "arn" )"# },
            Fault { name: "service may be empty", from: "arn_segment - \"\"", to: "arn_segment" },
            Fault {
                name: "account may not be empty",
                from: "arn_account = arn_segment",
                to: "arn_account = arn_segment - \"\"",
            },
            Fault { name: "id may be empty", from: "arn_id = scalar, {", to: "arn_id = {" },
            Fault { name: "type may hold a colon", from: "( \":\" | \"/\" ) ;", to: "\"/\" ;" },
            Fault {
                name: "id holds no further slash",
                from: "arn_id = scalar, { scalar }",
                to: "arn_id = scalar, { scalar - \"/\" }",
            },
        ],
    ),
    (
        "operator",
        &[
            Fault { name: "StringNotLike removed", from: r#" | "StringNotLike""#, to: "" },
            Fault { name: "NotIpAddressIncludeBorder removed", from: r#" | "NotIpAddressIncludeBorder""#, to: "" },
            Fault { name: "GreaterThanEquals removed", from: r#" | "GreaterThanEquals""#, to: "" },
            Fault {
                name: "NumericEqualsIgnoreCase added",
                from: r#"comparison = "Equals""#,
                to: r#"comparison = "EqualsIgnoreCase" | "Equals""#,
            },
            Fault {
                name: "IfExists allowed",
                from: r#"boolean_operator = "Bool""#,
                to: r#"boolean_operator = "Bool", [ "IfExists" ]"#,
            },
            Fault {
                name: "first letter in either case",
                from: r#""Date", comparison"#,
                to: r#"( "D" | "d" ), "ate", comparison"#,
            },
        ],
    ),
    (
        "numeric_operand",
        &[
            Fault {
                name: "plus sign forbidden",
                from: r#"numeric_operand = [ "+" | "-" ]"#,
                to: r#"numeric_operand = [ "-" ]"#,
            },
            Fault { name: "point without digits", from: r#"[ ".", digit, { digit } ]"#, to: r#"[ ".", { digit } ]"# },
            Fault { name: "two fractions", from: r#"[ ".", digit, { digit } ]"#, to: r#"{ ".", digit, { digit } }"# },
            Fault {
                name: "two signs",
                from: r#"numeric_operand = [ "+" | "-" ]"#,
                to: r#"numeric_operand = { "+" | "-" }"#,
            },
        ],
    ),
    (
        "boolean_operand",
        &[
            Fault { name: "lower case only at the start", from: r#"( "t" | "T" )"#, to: r#""t""# },
            Fault { name: "long s folded", from: r#"( "s" | "S" )"#, to: r#"( "s" | "S" | "ſ" )"# },
            Fault {
                name: "abbreviation allowed",
                from: r#"( "u" | "U" ), ( "e" | "E" )"#,
                to: r#"[ ( "u" | "U" ), ( "e" | "E" ) ]"#,
            },
        ],
    ),
    (
        "date_operand",
        &[
            Fault { name: "29 February in every year", from: r#"| leap_year, "-02-29""#, to: r#"| year, "-02-29""# },
            Fault { name: "centuries are leap years", from: r#"( leap_pair - "00" )"#, to: "leap_pair" },
            Fault { name: "years by 400 are not", from: r#" | leap_pair, "00" ;"#, to: " ;" },
            Fault { name: "April removed", from: r#"month_of_30 = "04" | "#, to: r"month_of_30 = " },
            Fault { name: "31 days in April", from: r#"month_of_31 = "01""#, to: r#"month_of_31 = "01" | "04""# },
            Fault {
                name: "hour 24",
                from: r#""2", ( "0" | "1" | "2" | "3" ) ;"#,
                to: r#""2", ( "0" | "1" | "2" | "3" | "4" ) ;"#,
            },
            Fault { name: "leap seconds", from: "second = sixty", to: "second = sixty | \"60\"" },
            Fault { name: "minutes to 69", from: r#""4" | "5" ), digit ;"#, to: r#""4" | "5" | "6" ), digit ;"# },
            Fault {
                name: "offset without seconds",
                from: r#"( "Z" | offset ) | "Z" )"#,
                to: r#"( "Z" | offset ) | "Z" | offset )"#,
            },
            Fault { name: "no zone", from: r#"( "Z" | offset ) | "Z" )"#, to: r#"[ "Z" | offset ] | "Z" )"# },
            Fault { name: "no seconds forbidden", from: r#"( "Z" | offset ) | "Z" )"#, to: r#"( "Z" | offset ) )"# },
            Fault {
                name: "offset without colon",
                from: r#"( "+" | "-" ), hour, ":", minute"#,
                to: r#"( "+" | "-" ), hour, [ ":" ], minute"#,
            },
            Fault { name: "`t` for `T`", from: r#"date, "T", hour"#, to: r#"date, ( "T" | "t" ), hour"# },
        ],
    ),
    (
        "address_operand",
        &[
            Fault { name: "no blocks", from: "address_operand = address | block", to: "address_operand = address" },
            Fault { name: "octet 256", from: r#"| "25", ( "0" |"#, to: r#"| "25", ( "6" | "0" |"# },
            Fault {
                name: "octets to 254",
                from: r#""25", ( "0" | "1" | "2" | "3" | "4" | "5" )"#,
                to: r#""25", ( "0" | "1" | "2" | "3" | "4" )"#,
            },
            Fault {
                name: "leading zeros in octets",
                from: r"octet = digit | nonzero_digit, digit |",
                to: "octet = digit | digit, digit |",
            },
            Fault {
                name: "three octets",
                from: r#"ipv4_address = octet, ".", "#,
                to: r#"ipv4_address = [ octet, "." ], "#,
            },
            Fault {
                name: "/33 of IPv4",
                from: r#""3", ( "0" | "1" | "2" ) ;"#,
                to: r#""3", ( "0" | "1" | "2" | "3" ) ;"#,
            },
            Fault { name: "/129 of IPv6", from: r#""12", ( digit - "9" )"#, to: r#""12", digit"# },
            Fault {
                name: "/128 of IPv4",
                from: r#"ipv4_address, "/", prefix_to_32"#,
                to: r#"ipv4_address, "/", prefix_to_128"#,
            },
            Fault {
                name: "leading zeros in prefix",
                from: r"prefix_to_128 = digit |",
                to: r#"prefix_to_128 = digit | "0", digit |"#,
            },
            Fault {
                name: "groups of five digits",
                from: "group = hex_digit,",
                to: "group = [ hex_digit ], hex_digit,",
            },
            Fault {
                name: "seven groups",
                from: "ipv6_address = 6 * group_colon",
                to: "ipv6_address = [ group_colon ], 5 * group_colon",
            },
            Fault {
                name: "`::` for nothing",
                from: r#"[ up_to_6, group ], "::" ;"#,
                to: r#"[ up_to_6, [ group_colon ], group ], "::" ;"#,
            },
            Fault { name: "`::` not last", from: "\n             | [ up_to_6, group ], \"::\" ;", to: " ;" },
            Fault { name: "`::` not first", from: "\n             | \"::\", 5 * group_colon, last_32", to: "" },
            Fault {
                name: "`::` in the middle, one form lost",
                from: "\n             | [ up_to_3, group ], \"::\", group_colon, last_32",
                to: "",
            },
            Fault {
                name: "no IPv4 in IPv6",
                from: r#"last_32 = group, ":", group | ipv4_address"#,
                to: r#"last_32 = group, ":", group"#,
            },
            Fault {
                name: "zone of an address",
                from: "address = ipv4_address | ipv6_address ;",
                to: r#"address = ipv4_address | ipv6_address, [ "%", group ] ;"#,
            },
        ],
    ),
];
