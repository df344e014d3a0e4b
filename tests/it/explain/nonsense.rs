//! Text of no sense: no panic, places inside the text, and time that grows with the text only.

use std::time::Instant;

use proptest::prelude::*;
use ramspect::explain::read;

const PIECES: &[&str] = &[
    "\"Code\":",
    "\"Forbidden.RAM\"",
    "Message: ",
    "message=",
    "RequestId: ",
    "AccessDeniedDetail",
    "{",
    "}",
    "<Error>",
    "</Error>",
    "<Code>",
    "\\",
    "\\\"",
    "\\n",
    "\n",
    "\"",
    "'",
    "`",
    "&quot;",
    "&lt;Code&gt;",
    "\u{1b}[31m",
    "\u{2502} ",
    "错误码：",
    "没有权限",
    "不",
    "action: ",
    "resource: ",
    "acs:ecs:*:1:instance/i-1",
    "ecs:StopInstance",
    "perform ",
    "NoPermissionError: ",
    "Error:",
    " ",
    "[",
    "]",
    ",",
    "map[",
    "eventName",
    "ConditionValues\": [",
    "HTTP/1.1 403",
    "You are not authorized to do this action",
    "string(3) ",
    "\u{a0}",
    "=",
    "://",
    "::",
    "AuthAction",
    "\u{2019}",
    "Policy",
    "<![CDATA[",
    "\0",
    "\u{10ffff}",
];

fn check(text: &str) {
    for denial in read(text) {
        assert!(text.get(denial.span.range()).is_some(), "{text:?}");
        assert!(text.get(denial.mark.range()).is_some(), "{text:?}");
        assert!(
            denial.code.is_some()
                || denial.action.is_some()
                || denial.is_ram_denial()
                || denial.request_id.is_some()
                || denial.class.word().is_some()
        );
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_text_is_read_without_panic(text in any::<String>()) {
        check(&text);
    }

    #[test]
    fn any_pieces_of_errors_are_read_without_panic(pieces in proptest::collection::vec(proptest::sample::select(PIECES), 0..60)) {
        check(&pieces.concat());
    }

    #[test]
    fn a_form_with_bytes_changed_is_read_without_panic(seed in any::<u64>(), cut in any::<prop::sample::Index>()) {
        let forms = include_str!("../../cases/explain/forms.txt");
        let mut bytes = forms.as_bytes().to_vec();
        let mut state = seed | 1;
        for _ in 0..40 {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            let at = (state as usize) % bytes.len();
            bytes[at] = (state >> 32) as u8;
        }
        bytes.truncate(cut.index(bytes.len()));
        check(&String::from_utf8_lossy(&bytes));
    }
}

/// The reader may take a constant times the text; one that reads to the end again and again would take minutes here.
#[test]
fn hostile_texts_take_time_in_proportion() {
    let repeat = |piece: &str| piece.repeat(400_000 / piece.len());
    let mut hostile: Vec<String> = PIECES.iter().map(|piece| repeat(piece)).collect();
    for (a, b) in
        [("\"Code\":\"", ""), ("message: ", "x"), ("\\\"", "Message"), ("Error: A.B ", ""), ("not authorized to ", "")]
    {
        hostile.push(repeat(&format!("{a}{b}")));
    }
    hostile.push(format!("Error:{}", " ".repeat(400_000)));
    hostile.push("{".repeat(200_000) + &"}".repeat(200_000));
    for text in hostile {
        let start = Instant::now();
        check(&text);
        let took = start.elapsed();
        assert!(took.as_secs() < 10, "{took:?} for {:?}..", text.chars().take(24).collect::<String>());
    }
}
