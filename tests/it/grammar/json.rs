//! `json.ebnf` against `serde_json`, which is the oracle of the grammar as the grammar is the oracle of our parser.

use serde::de::IgnoredAny;

use super::agree::{Fault, agree, find_all, grammar};

/// Whether `serde_json` takes the text for JSON. It also has an opinion on the size of numbers, which RFC 8259 leaves
/// open; that is taken out by writing a zero for every number of a text whose tokens are right.
pub fn serde_accepts(text: &str) -> bool {
    match serde_json::from_str::<serde_json::Value>(text) {
        Ok(_) => true,
        Err(wrong) if wrong.to_string().starts_with("number out of range") => {
            serde_json::from_str::<IgnoredAny>(text).is_ok()
                && serde_json::from_str::<serde_json::Value>(&zero_for_numbers(text)).is_ok()
        }
        Err(wrong) => {
            assert!(!wrong.to_string().starts_with("recursion limit"), "too deep for this oracle: {text}");
            false
        }
    }
}

fn zero_for_numbers(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text.chars().peekable();
    while let Some(c) = rest.next() {
        if c.is_ascii_digit() || c == '-' {
            while rest.next_if(|c| c.is_ascii_digit() || "+-.eE".contains(*c)).is_some() {}
            out.push('0');
            continue;
        }
        out.push(c);
        let mut inside = c == '"';
        while inside && let Some(c) = rest.next() {
            out.push(c);
            inside = c != '"';
            if c == '\\' {
                out.extend(rest.next());
            }
        }
    }
    out
}

#[test]
fn the_oracle_looks_past_the_size_of_numbers_only() {
    assert_eq!(zero_for_numbers(r#"{"1\"2":[-1e+99,true,2.5]}"#), r#"{"1\"2":[0,true,0]}"#);
    assert!(serde_accepts("[1e999, \"\\ud83d\\ude00\"]"));
    assert!(!serde_accepts("[1e999, \"\\ud83d\"]"));
    assert!(!serde_accepts("[1e999, 1e]"));
}

#[test]
fn grammar_and_serde_json_accept_the_same_texts() {
    agree(&grammar(), "json_text", serde_accepts);
}

/// Past the depth at which `serde_json` gives up, the grammar speaks alone. A level takes some 8 KiB of stack unoptimised.
#[test]
fn nesting_needs_no_more_than_its_depth() {
    let run = std::thread::Builder::new().stack_size(64 << 20).spawn(|| {
        let deep = format!("{}{}", "[".repeat(2_000), "]".repeat(2_000));
        assert!(grammar().recognises("json_text", &deep));
        assert!(!grammar().recognises("json_text", &deep[1..]));
    });
    run.unwrap().join().unwrap();
}

#[test]
fn faults_planted_in_the_json_grammar_are_found() {
    find_all("json_text", FAULTS, serde_accepts);
}

const LIST: &str = r#"{ ",", white_space, value, white_space } ], "]""#;
const MEMBERS: &str = r#"{ ",", white_space, member, white_space } ], "}""#;

/// Also to be found when the acceptor is the real parser.
pub const FAULTS: &[Fault] = &[
    Fault {
        name: "trailing comma allowed in arrays",
        from: LIST,
        to: r#"{ ",", white_space, value, white_space }, [ ",", white_space ] ], "]""#,
    },
    Fault {
        name: "trailing comma allowed in objects",
        from: MEMBERS,
        to: r#"{ ",", white_space, member, white_space }, [ ",", white_space ] ], "}""#,
    },
    Fault {
        name: "commas of arrays optional",
        from: LIST,
        to: r#"{ [ "," ], white_space, value, white_space } ], "]""#,
    },
    Fault {
        name: "arrays hold two values at most",
        from: LIST,
        to: r#"[ ",", white_space, value, white_space ] ], "]""#,
    },
    Fault {
        name: "empty array forbidden",
        from: r#""[", white_space, [ value, white_space, { ",", white_space, value, white_space } ],"#,
        to: r#""[", white_space, value, white_space, { ",", white_space, value, white_space },"#,
    },
    Fault {
        name: "empty object forbidden",
        from: r#""{", white_space, [ member, white_space, { ",", white_space, member, white_space } ],"#,
        to: r#""{", white_space, member, white_space, { ",", white_space, member, white_space },"#,
    },
    Fault {
        name: "member without value",
        from: r#"":", white_space, value ;"#,
        to: r#"[ ":", white_space, value ] ;"#,
    },
    Fault { name: "white space before the colon forbidden", from: "string, white_space, \":\"", to: "string, \":\"" },
    Fault { name: "names need not be strings", from: "member = string,", to: "member = ( string | number )," },
    Fault { name: "leading zeros allowed", from: r#"integer = "0" | nonzero_digit, "#, to: "integer = digit, " },
    Fault { name: "zero forbidden", from: r#"integer = "0" | nonzero_digit"#, to: "integer = nonzero_digit" },
    Fault { name: "plus sign allowed", from: r#"number = [ "-" ]"#, to: r#"number = [ "-" | "+" ]"# },
    Fault { name: "fraction without digits", from: r#"".", digit, { digit } ;"#, to: r#"".", { digit } ;"# },
    Fault { name: "exponent without a sign only", from: r#"( "e" | "E" ), [ "+" | "-" ],"#, to: r#"( "e" | "E" ),"# },
    Fault { name: "`E` removed", from: r#"( "e" | "E" ), ["#, to: r#""e", ["# },
    Fault { name: "null removed", from: r#""null" | "true""#, to: r#""true""# },
    Fault { name: "false removed", from: r#" | "false""#, to: "" },
    Fault { name: "NaN allowed", from: r#""null" | "true""#, to: r#""null" | "NaN" | "true""# },
    Fault { name: "`\\n` escape removed", from: r#" | "n" | "r""#, to: r#" | "r""# },
    Fault { name: "`\\/` escape removed", from: r#"| "/" | "b""#, to: r#"| "b""# },
    Fault { name: "`\\'` escape allowed", from: r#"| "/" | "b""#, to: r#"| "/" | "'" | "b""# },
    Fault { name: "raw control characters in strings", from: r#"scalar - ( control | '"'"#, to: r#"scalar - ( '"'"# },
    Fault { name: "control characters end too early", from: "? U+0000..U+001F ?", to: "? U+0000..U+001E ?" },
    Fault { name: "delete is a control character", from: "? U+0000..U+001F ?", to: "? U+0000..U+001F ? | ? U+007F ?" },
    Fault { name: "lone surrogate allowed", from: r#""u", ( hex_quad - surrogate )"#, to: r#""u", hex_quad"# },
    Fault { name: "surrogate pairs forbidden", from: r#" | "u", high_surrogate, "\u", low_surrogate"#, to: "" },
    Fault {
        name: "surrogates in either order",
        from: r#""u", high_surrogate, "\u", low_surrogate"#,
        to: r#""u", surrogate, "\u", surrogate"#,
    },
    Fault {
        name: "escapes of three digits",
        from: "hex_quad = 4 * hex_digit",
        to: "hex_quad = 3 * hex_digit, [ hex_digit ]",
    },
    Fault { name: "capital hexadecimal digits removed", from: "digit | ? U+0041..U+0046 ? |", to: "digit |" },
    Fault {
        name: "single quotes allowed",
        from: "string = '\"', {",
        to: "string = \"'\", { unescaped - \"'\" }, \"'\" | '\"', {",
    },
    Fault {
        name: "characters beyond the first plane forbidden",
        from: " | ? U+E000..U+10FFFF ?",
        to: " | ? U+E000..U+FFFF ?",
    },
    Fault { name: "no-break space is white space", from: "| ? U+000D ? }", to: "| ? U+000D ? | ? U+00A0 ? }" },
    Fault { name: "byte order mark is white space", from: "| ? U+000D ? }", to: "| ? U+000D ? | ? U+FEFF ? }" },
    Fault { name: "form feed is white space", from: "| ? U+000D ? }", to: "| ? U+000D ? | ? U+000C ? }" },
    Fault { name: "carriage return is no white space", from: " | ? U+000D ? }", to: " }" },
    Fault {
        name: "white space at the end forbidden",
        from: "white_space, value, white_space ;",
        to: "white_space, value ;",
    },
    Fault {
        name: "two values",
        from: "white_space, value, white_space ;",
        to: "white_space, value, white_space, [ value ] ;",
    },
];
