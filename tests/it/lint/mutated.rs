//! Documents with characters deleted, doubled and replaced: no crash, places inside the text, errors where JSON is broken.

use super::findings;
use ramspect::diagnostic::Severity;

/// A small deterministic generator.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, below: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % u64::try_from(below.max(1)).unwrap()).unwrap()
    }
}

const SEED: &str = r#"{ "Version": "1", "Statement": [
  { "Effect": "Allow", "Action": ["ecs:*SecurityGroup*", "ecs:JoinSecurityGroup"], "Resource": ["acs:ecs:*:*:securitygroup/*", "acs:ecs:*:123:instance/i-?"],
    "Condition": { "IpAddress": { "acs:SourceIp": ["10.0.0.0/8", "::1"] }, "StringNotLike": { "acs:ResourceTag/é": "a*b" } } },
  { "Effect": "Deny", "NotAction": "ram:*", "Resource": "*", "Condition": { "Bool": { "acs:MFAPresent": "false" }, "DateLessThan": { "acs:CurrentTime": "2026-01-01T00:00:00Z" } } },
  { "Effect": "Allow", "Principal": { "RAM": ["acs:ram::1:root"] }, "Action": "sts:AssumeRole" } ] }"#;

#[test]
fn no_mutation_crashes_and_broken_json_is_an_error() {
    let mut dice = Dice(0x9E37_79B9_7F4A_7C15);
    let pieces = [
        "\"", "{", "}", "[", "]", ",", ":", "*", "?", "\\", "é", "\u{A0}", "//", "null", "1", "${", "<x>", "\u{0}",
        "\n",
    ];
    for round in 0..4_000 {
        let mut letters: Vec<char> = SEED.chars().collect();
        for _ in 0..=dice.roll(4) {
            let at = dice.roll(letters.len());
            match dice.roll(4) {
                0 => drop(letters.remove(at)),
                1 => letters.insert(at, letters[at]),
                2 => letters.splice(at..at, pieces[dice.roll(pieces.len())].chars()).for_each(drop),
                _ => letters.truncate(letters.len() - dice.roll(letters.len() / 8)),
            }
        }
        let text: String = letters.into_iter().collect();
        let found = findings("a.json", &text);
        for finding in &found {
            assert!(text.get(finding.primary.span.range()).is_some(), "{round}: {finding:?} in {text}");
            for edit in finding.fix.iter().flat_map(ramspect::text::Fix::edits) {
                assert!(text.get(edit.span.range()).is_some(), "{round}: {edit:?}");
            }
        }
        if serde_json::from_str::<serde_json::Value>(&text).is_err() {
            assert!(found.iter().any(|finding| finding.severity == Severity::Error), "{round}: {text}");
        }
    }
}
