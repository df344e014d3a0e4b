//! Every rule against its own page, and the registry against itself.

use super::*;

/// The blocks of a page: whether it must find, what kind of policy it is, its text.
fn blocks(page: &str) -> Vec<(bool, Option<PolicyKind>, String)> {
    let mut blocks = Vec::new();
    let mut open: Option<(bool, Option<PolicyKind>, String)> = None;
    for line in page.lines().map(|line| line.strip_prefix(' ').unwrap_or(line)) {
        if let Some(info) = line.strip_prefix("```json,") {
            let words: Vec<&str> = info.split(',').collect();
            let kind =
                [PolicyKind::Identity, PolicyKind::Session, PolicyKind::Control, PolicyKind::Trust, PolicyKind::Bucket]
                    .into_iter()
                    .find(|kind| words.contains(&kind.as_str()));
            assert!(words[0] == "finds" || words[0] == "passes", "{info}");
            open = Some((words[0] == "finds", kind, String::new()));
        } else if line == "```" {
            blocks.extend(open.take());
        } else if let Some((_, _, text)) = &mut open {
            text.push_str(line);
            text.push('\n');
        }
    }
    blocks.into_iter().map(|(finds, kind, text)| (finds, kind, whole(&text))).collect()
}

/// A block is a document, or one or more statements of one.
fn whole(text: &str) -> String {
    if text.contains("\"Statement\"") {
        text.to_owned()
    } else {
        format!("{{ \"Version\": \"1\", \"Statement\": [\n{text}] }}\n")
    }
}

fn found(text: &str, kind: Option<PolicyKind>) -> Vec<Diagnostic> {
    let guessed = parse(text).tree.root().map_or(PolicyKind::Identity, crate::policy::guess_kind);
    check(text, kind.unwrap_or(guessed), &Catalog::new(), &[])
}

#[test]
fn every_page_finds_and_passes_as_it_says() {
    let mut wrong = Vec::new();
    for rule in rules() {
        let meta = rule.meta();
        let blocks = blocks(meta.page);
        let engine = ["no-policy", "not-judged", "expired-suppression", "unused-suppression", "bad-suppression"];
        if !engine.contains(&meta.code) && (!blocks.iter().any(|block| block.0) || !blocks.iter().any(|block| !block.0))
        {
            wrong.push(format!("{} lacks an example", meta.code));
        }
        for (finds, kind, text) in blocks {
            let found = found(&text, kind);
            let codes: Vec<_> = found.iter().map(|d| d.code).collect();
            if codes.contains(&meta.code) != finds {
                wrong.push(format!("{} finds={finds}: {codes:?} in {text}", meta.code));
            }
            if !finds && found.iter().any(|d| d.severity == Severity::Error) {
                wrong.push(format!("{}: the counter-example has an error: {found:?}", meta.code));
            }
            for diagnostic in found {
                assert!(find(diagnostic.code).is_some(), "{} is no rule", diagnostic.code);
                assert!((diagnostic.primary.span.end as usize) <= text.len());
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_registry_is_sorted_and_every_rule_is_documented() {
    let codes: Vec<_> = rules().iter().map(|rule| rule.meta().code).collect();
    assert!(codes.is_sorted_by(|a, b| a < b), "{codes:?}");
    for rule in rules() {
        let meta = rule.meta();
        assert!(meta.code.bytes().all(|b| b.is_ascii_lowercase() || b == b'-'), "{}", meta.code);
        for heading in ["# What it does", "# Why it matters", "# References"] {
            assert!(meta.page.contains(heading), "{}: {heading}", meta.code);
        }
        assert!(!meta.summary().is_empty() && !page(*rule).is_empty());
        assert_eq!(find(meta.code).unwrap().meta().code, meta.code);
    }
    assert_eq!(suggestion("duplicate-keys"), Some("duplicate-key"));
}

#[test]
fn messages_follow_the_style() {
    for rule in rules() {
        for (_, kind, text) in blocks(rule.meta().page) {
            for diagnostic in found(&text, kind) {
                let message = &diagnostic.message;
                assert!(!message.ends_with('.') && !message.is_empty(), "{message}");
                let first = message.chars().next().unwrap();
                assert!(
                    !first.is_uppercase()
                        || message.starts_with("JSON")
                        || message.starts_with("RAM")
                        || message.starts_with("U+")
                        || message.starts_with("ECS")
                        || message.starts_with("OSS"),
                    "{message}"
                );
            }
        }
    }
}
