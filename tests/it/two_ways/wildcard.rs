//! The matcher against `regex`, `globset` and itself by another path.

use globset::GlobBuilder;
use ramspect::pattern::{ArnCase, ResourceText, Wildcard, matches, matches_ignore_case};

use crate::reference::assumptions::Choices;
use crate::reference::wildcard::{arn, as_regex};
use crate::support::cases;
use crate::support::random::Random;

const LETTERS: &[&str] = &[
    "a",
    "a",
    "b",
    "A",
    ":",
    ":",
    "/",
    "*",
    "*",
    "*",
    "?",
    "?",
    "é",
    "É",
    "e\u{301}",
    "\u{301}",
    "\u{1F600}",
    "\u{212A}",
    "k",
];
/// Also the characters that mean something to globset, which here mean themselves.
const ASCII: &[&str] =
    &["a", "a", "b", "A", ":", "/", "/", "*", "*", "**", "?", "[", "]", "{", "}", ",", "!", "\\", "-", "."];

fn text(letters: &[&str], longest: usize, random: &mut Random) -> String {
    let length = random.below(longest + 1);
    (0..length).map(|_| *random.pick(letters)).collect()
}

/// A text that the pattern is likely to cover: each wildcard replaced by something, now and then one character changed.
fn near(pattern: &str, letters: &[&str], random: &mut Random) -> String {
    let mut out = String::new();
    for c in pattern.chars() {
        match c {
            '*' => out.push_str(&text(letters, 3, random)),
            '?' => out.push_str(*random.pick(letters)),
            _ if random.one_in(12) => out.push_str(*random.pick(letters)),
            other => out.push(other),
        }
    }
    out
}

fn texts<'a>(pattern: &'a str, letters: &'a [&'a str], random: &'a mut Random) -> impl Iterator<Item = String> + 'a {
    (0..20).map(move |at| if at % 2 == 0 { near(pattern, letters, random) } else { text(letters, 6, random) })
}

/// 400,000 cases against `regex`; every shape against the general matcher on the way.
#[test]
fn the_matcher_agrees_with_regex() {
    let mut random = Random::new(0x6105);
    let mut covered = 0;
    for _ in 0..cases(20_000) {
        let pattern = text(LETTERS, 6, &mut random);
        let (regex, lax) = (as_regex(&pattern, false), as_regex(&pattern, true));
        let shaped = Wildcard::new(&pattern);
        let lowered = Wildcard::new(&pattern.to_ascii_lowercase());
        for text in texts(&pattern, LETTERS, &mut random) {
            let expected = regex.is_match(&text);
            assert_eq!(matches(&pattern, &text), expected, "{pattern:?} on {text:?}");
            assert_eq!(shaped.matches(&text), expected, "{pattern:?} ({:?}) on {text:?}", shaped.shape());
            let expected = lax.is_match(&text);
            assert_eq!(matches_ignore_case(&pattern, &text), expected, "{pattern:?} on {text:?} without case");
            assert_eq!(lowered.matches(&text.to_ascii_lowercase()), expected, "{pattern:?} on {text:?} lowered");
            covered += usize::from(expected);
        }
    }
    assert!(covered > cases(20_000), "hardly anything is covered: {covered}");
}

/// 400,000 cases against globset where it can speak: ASCII, one `Glob`, everything but `*` and `?` escaped, no `**`.
#[test]
fn the_matcher_agrees_with_globset() {
    let mut random = Random::new(0x6106);
    for _ in 0..cases(20_000) {
        let pattern = text(ASCII, 6, &mut random);
        let mut glob = String::new();
        for c in pattern.chars() {
            match c {
                '*' if glob.ends_with('*') && !glob.ends_with("\\*") => {}
                '*' | '?' => glob.push(c),
                other => glob.extend(['\\', other]),
            }
        }
        let built = GlobBuilder::new(&glob).literal_separator(false).backslash_escape(true).build();
        let matcher = built.expect("everything is escaped").compile_matcher();
        for text in texts(&pattern, ASCII, &mut random) {
            assert_eq!(matches(&pattern, &text), matcher.is_match(&text), "{pattern:?} ({glob:?}) on {text:?}");
        }
    }
}

/// The three choices of `arn-case`, on ARNs of RAM and others, against the recursive reference.
#[test]
fn case_of_arns_agrees_with_the_reference() {
    let mut random = Random::new(0x6107);
    let arns = [
        "acs:ram::1:role/aB",
        "acs:ram:*:1:role/aB/c",
        "acs:ECS:a:1:b/A",
        "acs:ram::1:user/a",
        "acs:a:é:1:B",
        "*",
        "A:b",
    ];
    let choices =
        [("partly", ArnCase::Partly), ("sensitive", ArnCase::Sensitive), ("insensitive", ArnCase::Insensitive)];
    let mut covered = 0;
    for _ in 0..cases(60_000) {
        let arn_text = *random.pick(&arns);
        let mut pattern = String::new();
        for c in arn_text.chars() {
            match random.below(14) {
                0 => pattern.push('*'),
                1 => pattern.push('?'),
                2 => pattern.extend(c.to_uppercase()),
                3 => pattern.extend(c.to_lowercase()),
                4 => {}
                _ => pattern.push(c),
            }
        }
        for (word, case) in choices {
            let reference = Choices::default().with("arn-case", word).with("ram-empty-region", "literal");
            let expected = arn(&pattern, arn_text, &reference);
            let actual = ResourceText::new(arn_text).matched_by(&Wildcard::new(&pattern), case);
            assert_eq!(actual, expected, "{pattern:?} on {arn_text:?}, {word}");
            covered += usize::from(expected);
        }
    }
    assert!(covered > cases(10_000), "hardly anything is covered: {covered}");
}
