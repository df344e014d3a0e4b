//! Tokens and hand-written cases for each start symbol.

use super::agree::Samples;

/// The start symbols, one for each parser that the grammar is held against.
pub const STARTS: [&str; 12] = [
    "json_text",
    "pattern",
    "request_action",
    "action_pattern",
    "request_resource",
    "arn_pattern",
    "typed_arn",
    "operator",
    "numeric_operand",
    "boolean_operand",
    "date_operand",
    "address_operand",
];

/// The samples that belong to a start symbol.
pub fn of(start: &str) -> Samples {
    match start {
        "json_text" => Samples { tokens: JSON_TOKENS, fixed: JSON, count: 4_000 },
        "operator" => Samples { tokens: OPERATOR_TOKENS, fixed: OPERATORS, count: 1_000 },
        "numeric_operand" => Samples { tokens: NUMBER_TOKENS, fixed: NUMBERS, count: 1_000 },
        "boolean_operand" => Samples { tokens: BOOLEAN_TOKENS, fixed: BOOLEANS, count: 500 },
        "date_operand" => Samples { tokens: DATE_TOKENS, fixed: DATES, count: 3_000 },
        "address_operand" => Samples { tokens: ADDRESS_TOKENS, fixed: ADDRESSES, count: 3_000 },
        _ => Samples { tokens: NAME_TOKENS, fixed: NAMES, count: 1_000 },
    }
}

#[rustfmt::skip] // data, closely set
const JSON_TOKENS: &[&str] = &[
    "{", "}", "[", "]", ",", ":", "{", "}", "[", "]", ",", ":", "\"a\"", "\"\"", "null", "true", "false", "0", "1",
    "-", "01", "1.5", "1e5", ".", "e", "E+", "tru", "nul", "NaN", " ", "\n", "\r", "\t", "\u{b}", "\u{c}", "\u{a0}",
    "\u{feff}", "\u{2028}", "\"", "\"", "\\", "\\u", "d83d", "00e9", "\\ude00", "n", "é", "\u{1F600}", "\0", "\u{1f}",
    "//", "/*", "#", "'", "'a'", "+1", "{}", "[]", "\"\\n\"", "\"a\":1", "{\"a\":1", "[1", ",1", ",\"a\":1", "1]",
];

#[rustfmt::skip] // data, closely set
const JSON: &[&str] = &[
    "", " ", "null", "nul", "nulll", "Null", "NULL", "true", "True", "false", "undefined", "NaN", "Infinity",
    "-Infinity", "0", "-0", "-", "+1", "01", "-01", "00", "1.", ".5", "-.5", "1.0", "1.50", "1e", "1e5", "1E+05",
    "1e-0", "1e+", "1.e5", "0e0", "0x1", "1_000", "1 2", "1,", ",", "1e400", "-1e99999",
    "123456789012345678901234567890123456789012345678901234567890", "[]", "[ ]", "[1]", "[1,]", "[,1]", "[1,,2]",
    "[1 2]", "[1,2", "1]", "[[]]", "[[[[[[[[[[]]]]]]]]]]", "[[]", "[]]", "[}", "{}", "{ }", "{\"a\":1}", "{\"a\":1,}",
    "{,\"a\":1}", "{\"a\" : 1 , \"b\" : 2}", "{\"a\":1 \"b\":2}", "[1,2,3,4]", "{\"a\":1,\"b\":2,\"c\":3}",
    "[0,[1,{\"a\":[]}],{}]", "{\"a\"}", "{\"a\":}", "{:1}", "{1:2}", "{null:1}", "{a:1}", "{'a':1}", "{\"a\":1",
    "{\"a\":1}}", "{\"a\",1}", "{\"a\":1:2}", "{\"a\":1,\"a\":2}", "{\"\":{}}", "\"", "\"\"", "\"a", "a\"", "\"a\"b",
    "'a'", "\"\\\"\"", "\"\\\\\"", "\"\\/\"", "\"\\b\\f\\n\\r\\t\"", "\"\\a\"", "\"\\v\"", "\"\\0\"", "\"\\'\"",
    "\"\\N\"", "\"\\x41\"", "\"\\\"", "\"\\\n\"", "\"\\u0041\"", "\"\\u00e9\\u00E9\"", "\"\\U0041\"", "\"\\u004\"",
    "\"\\u004g\"", "\"\\u{41}\"", "\"\\u\"", "\"\\u0000\"", "\"\\uFFFF\"", "\"\\ud800\"", "\"\\udc00\"",
    "\"\\uD83D\\uDE00\"", "\"\\ud83d\\ude00\"", "\"\\ude00\\ud83d\"", "\"\\ud83d\\ud83d\"", "\"\\ud83dx\"",
    "\"\\ud83d\\n\"", "\"\\ud83d\\u0041\"", "\"\\ud83d\\\\ude00\"", "\"\\ud7ff\\ue000\"", "\"\\udbff\\udfff\"",
    "\"\\ud83d\\ude0\"", "\"\n\"", "\"\t\"", "\"\0\"", "\"\u{1f}\"", "\"\u{7f}\"", "\"\u{80}\"", "\"é\"",
    "\"\u{2028}\"", "\"\u{feff}\"", "\"\u{1F600}\"", "\"\u{10FFFF}\"", "\u{feff}{}", "\u{a0}1", "1\u{a0}", "{\u{a0}}",
    "[1,\u{a0}2]", "\u{b}1", "\u{c}1", "\u{2028}1", "\u{3000}1", "\u{85}1", " \t\r\n1 \t\r\n", "\t[\n1\r,\t2 ]",
    "// a\n1", "1 // a", "/* a */ 1", "# a\n1", "[1, // one\n2]", "1;", "\0", "1\0",
    "{\"Version\":\"1\",\"Statement\":[{\"Effect\":\"Allow\",\"Action\":\"ecs:*\",\"Resource\":\"*\"}]}",
    "{\"Version\":\"1\",\"Statement\":[{\"Effect\":\"Allow\",\"Action\":\"ecs:*\",\"Resource\":\"*\"},]}",
    "{\"Version\":\"1\"\"Statement\":[]}", "{\"Version\":\"1\",\"Statement\":[]", "{“Version”:1}", "{\"a\"：1}",
    "[1，2]",
];

#[rustfmt::skip] // data, closely set
const NAME_TOKENS: &[&str] = &[
    ":", ":", ":", ":", ":", ":", "*", "?", "/", "a", "acs", "ecs", "cn-hangzhou", "1234567890123456", "instance",
    "StopInstance", "é", "\u{1F600}", " ", "\n", "\0", "\\", "[", "{", "-", ".", "instance/i-1",
];

#[rustfmt::skip] // data, closely set
const NAMES: &[&str] = &[
    "", "*", "**", "?", ":", "::", ":::", "::::", ":::::", "a", "ecs", "ecs:", ":StopInstance", "ecs:StopInstance",
    "ecs:Stop*", "ecs:*", "*:*", "e?s:Stop?nstance", "k*", "ec*", "*a", "ecs：StopInstance", "ecs: StopInstance",
    "ecs:Stop:Instance", "é:é", "acs", "acs:*", "acs:ecs:*", "acs:ecs:*:*", "acs:ecs:*:*:*",
    "acs:ecs:cn-hangzhou:1234567890123456:instance/i-1", "acs:ecs:cn-hangzhou:1234567890123456:instance",
    "acs:ecs:cn-hangzhou:1234567890123456:instance/", "acs:ecs:cn-hangzhou:1234567890123456:/i-1",
    "acs:ecs:cn-hangzhou:1234567890123456:", "acs:ecs:::instance/i-1", "acs::::instance/i-1",
    "acs:ram::1234567890123456:role/a", "acs:ram:*:system:policy/a", "acs:oss:*:*:bucket/a/b:c", "acs:a:b:c:d:e/f",
    "ACS:ecs:a:b:c/d", "arn:aws:s3:::bucket", "arn:acs:ecs:a:b:c/d", "acs:e*:?:*:in*/?", "a:b:c:d:e", "::::\n",
    "acs:ecs:a:b:c/\u{1F600}", "a/b:c:d:e:f", "acs:ecs:a:b:c/d/e",
];

#[rustfmt::skip] // data, closely set
const OPERATOR_TOKENS: &[&str] = &[
    "String", "Numeric", "Date", "Bool", "IpAddress", "Not", "Equals", "IgnoreCase", "Like", "Less", "Greater",
    "Than", "IncludeBorder", "IfExists", "StringEquals", "DateLessThan", "NotIpAddress", "s", "L",
];

#[rustfmt::skip] // data, closely set
pub const OPERATORS: &[&str] = &[
    "", "StringEquals", "StringNotEquals", "StringEqualsIgnoreCase", "StringNotEqualsIgnoreCase", "StringLike",
    "StringNotLike", "NumericEquals", "NumericNotEquals", "NumericLessThan", "NumericLessThanEquals",
    "NumericGreaterThan", "NumericGreaterThanEquals", "DateEquals", "DateNotEquals", "DateLessThan",
    "DateLessThanEquals", "DateGreaterThan", "DateGreaterThanEquals", "Bool", "IpAddress", "NotIpAddress",
    "IpAddressIncludeBorder", "NotIpAddressIncludeBorder", "stringEquals", "StringEqual", "StringEquals ",
    "StringLikeIgnoreCase", "StringNotLikeIgnoreCase", "NumericLessThanEqual", "StringEqualsIfExists", "BoolIfExists",
    "Null", "NotBool", "ArnLike", "ArnEquals", "BinaryEquals", "Exists", "ForAllValues:StringEquals",
    "ForAnyValue:StringEquals", "IPAddress", "IpAddressNotIncludeBorder", "IpNotAddress", "NumericLike",
    "DateEqualsIgnoreCase", "String", "Numeric", "Date",
];

const NUMBER_TOKENS: &[&str] =
    &["0", "1", "9", "00", "12345678901234567890", ".", "+", "-", " ", "e", ",", "_", "٣", "x"];

#[rustfmt::skip] // data, closely set
const NUMBERS: &[&str] = &[
    "", "0", "1", "-1", "+1", "30", "30.0", "007", "-0", "+0.0", "1.", ".5", "-.5", ".", "+", "-", "--1", "+-1",
    "1.2.3", "1e5", "1E5", "0x10", " 1", "1 ", "1\n", "1,5", "1_000", "NaN", "Infinity", "٣", "１",
    "1.50000000000000000000000000001", "99999999999999999999999999999999999999999999999999", "1 000", "true", "− 1",
    "−1",
];

const BOOLEAN_TOKENS: &[&str] =
    &["t", "T", "tr", "ue", "UE", "true", "false", "fal", "se", "S", "E", " ", "1", "ſ", "K"];

#[rustfmt::skip] // data, closely set
const BOOLEANS: &[&str] = &[
    "", "true", "false", "True", "FALSE", "tRuE", "fALSe", "falſe", "yes", "no", "1", "0", "t", "f", " true", "true ",
    "truefalse", "tru", "truee", "null",
];

#[rustfmt::skip] // data, closely set
const DATE_TOKENS: &[&str] = &[
    "2024", "2023", "0000", "-02-29", "-04-30", "-12-31", "-", "02", "T", "T23:59", "T00:00:00", ":", ":59", ":60",
    "Z", "+08:00", "-00:00", "+24:00", ".5", " ", "t", "z", "0", "2026-11-24", "2026-11-24T08:00:00",
];

#[rustfmt::skip] // data, closely set
const DATES: &[&str] = &[
    "", "2012-11-11T23:59:59Z", "2019-08-12T17:00:00+08:00", "2019-08-12T17:00Z", "2019-08-12T17:00+08:00",
    "2019-08-12", "2019-08-12T17:00:00", "2019-08-12T17:00", "2019-08-12t17:00:00Z", "2019-08-12T17:00:00z",
    "2019-08-12 17:00:00Z", "2019-08-12T17:00:00.5Z", "2019-08-12T17:00:00+0800", "2019-08-12T17:00:00+08",
    "2019-08-12T17:00:00-23:59", "2019-08-12T17:00:00+24:00", "2019-08-12T17:00:00+23:60",
    "2019-08-12T17:00:00−08:00", "2019-08-12T24:00:00Z", "2019-08-12T23:60:00Z", "2016-12-31T23:59:60Z",
    "2019-02-29T00:00:00Z", "2020-02-29T00:00:00Z", "1900-02-29T00:00:00Z", "2000-02-29T00:00:00Z",
    "0000-02-29T00:00:00Z", "0000-01-01T00:00:00Z", "9999-12-31T23:59:59Z", "9999-12-31T23:59:59-23:59",
    "0000-01-01T00:00:00+23:59", "2019-00-01T00:00:00Z", "2019-13-01T00:00:00Z", "2019-01-00T00:00:00Z",
    "2019-01-32T00:00:00Z", "2019-04-31T00:00:00Z", "2019-06-31T00:00:00Z", "2019-09-31T00:00:00Z",
    "2019-11-31T00:00:00Z", "2019-12-31T00:00:00Z", "2019-02-30T00:00:00Z", "19-01-01T00:00:00Z",
    "12019-01-01T00:00:00Z", "+2019-01-01T00:00:00Z", "2019-1-1T0:0:0Z", "20190101T000000Z", "2019-W01-1T00:00:00Z",
    "2019-001T00:00:00Z", "1565600400", "2019-08-12T17:00:00Z ", " 2019-08-12T17:00:00Z", "2019-08-12T17:00:00Z[UTC]",
    "２019-08-12T17:00:00Z", "2019-08-12T17:00:00 Z", "2019-08-12T17:00:00,5Z", "2019-08-12T17Z", "2019-01-31T00:00Z",
    "2019-02-28T00:00Z", "2019-03-31T00:00Z", "2019-04-30T00:00Z", "2019-05-31T00:00Z", "2019-06-30T00:00Z",
    "2019-07-31T00:00Z", "2019-08-31T00:00Z", "2019-09-30T00:00Z", "2019-10-31T00:00Z", "2019-11-30T00:00Z",
    "2019-12-31T00:00Z", "2004-02-29T00:00Z", "2012-02-29T00:00Z", "2096-02-29T00:00Z",
];

#[rustfmt::skip] // data, closely set
const ADDRESS_TOKENS: &[&str] = &[
    "10.0.0.1", "0", "1", "255", "256", "25", "9", ".", ".", ":", "::", "::", ":", "a", "ffff", "FFFF", "0db8",
    "12345", "1:2:3", "1:2:3:4:5:6:7:8", "/", "/0", "/8", "/32", "/33", "/128", "/129", "/08", "*", " ", "%eth0", "g",
];

#[rustfmt::skip] // data, closely set
const ADDRESSES: &[&str] = &[
    "", "0.0.0.0", "255.255.255.255", "10.0.0.1", "10.0.0", "10.0.0.1.1", "10.0.0.256", "10.0.0.999", "010.0.0.1",
    "10.0.0.01", "10.0.0.00", "10..0.1", ".10.0.0.1", "10.0.0.1.", "0x0a.0.0.1", "167772161", "10.0.0.*", "192.168.*",
    "10.0.0.1 ", " 10.0.0.1", "1.2.3.4/0", "1.2.3.4/8", "1.2.3.4/32", "1.2.3.4/33", "1.2.3.4/08", "1.2.3.4/",
    "1.2.3.4/-1", "1.2.3.4/+8", "1.2.3.4/8/8", "1.2.3.4/255.0.0.0", "1.2.3.4 /8", "10/8", "10.0/16", "0.0.0.0/0",
    "199.19.199.29/19", "1.2.3.4/128", "::", "::1", "1::", "::/0", "::/128", "::/129", "::/99", "::/100", "::/119",
    "::/127", "::/001", "1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7:8/64", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9",
    "1:2:3:4:5:6:7::", "::2:3:4:5:6:7:8", "1::3:4:5:6:7:8", "1:2:3:4:5:6::8", "1:2:3:4:5:6:7::8", "1:2:3:4:5:6:7:8::",
    "::1:2:3:4:5:6:7:8", "1:2:3:4::5:6:7:8", "1::2::3", ":::", ":1", "1:", "1:2", ":", "1::8", "1:2::7:8",
    "2001:DB8::1", "2001:0db8:0000::0001", "12345::", "g::", "::ffff:1.2.3.4", "::1.2.3.4", "1:2:3:4:5:6:1.2.3.4",
    "1:2:3:4:5:6:7:1.2.3.4", "1:2:3:4:5::1.2.3.4", "1:2:3:4:5:6::1.2.3.4", "1.2.3.4::", "::1.2.3.4:5", "::1.2.3",
    "::1.2.3.256", "::1.2.3.4/96", "[::1]", "fe80::1%eth0", "fe80::1%1", "::1/64/64", "１.2.3.4", "1:2:3:4::6:7:8",
    "1:2:3::6:7:8", "1:2::6:7:8", "1:2:3:4:5::8", "1:2:3:4::8", "1:2:3::8",
];
