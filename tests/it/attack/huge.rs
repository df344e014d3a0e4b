//! A hundred megabytes of everything, in the library's own functions; prints time and the peak of the process's memory.

use std::time::Instant;

use ramspect::intake::{documents, find};
use ramspect::inventory::InventoryBuilder;
use ramspect::policy::{PolicyKind, lower};
use ramspect::request::{self, batch_line};
use ramspect::syntax::parse;

const SIZE: usize = 100 << 20;

fn filled(front: &str, item: &str, back: &str) -> String {
    let mut text = String::with_capacity(SIZE + item.len());
    text.push_str(front);
    while text.len() < SIZE {
        text.push_str(item);
    }
    text.push_str(back);
    text
}

/// Peak resident memory in MiB since the last call.
fn peak() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with("VmHWM")).unwrap_or("0 0");
    let peak = line.split_whitespace().nth(1).and_then(|kilobytes| kilobytes.parse::<u64>().ok()).unwrap_or(0) >> 10;
    drop(std::fs::write("/proc/self/clear_refs", "5"));
    peak
}

fn measure(what: &str, run: impl FnOnce() -> String) {
    peak();
    let start = Instant::now();
    let said = run();
    println!("{what:<40} {:>7.2} s {:>6} MiB  {said}", start.elapsed().as_secs_f64(), peak());
}

const STATEMENT: &str = r#"{"Effect":"Allow","Action":["ecs:Stop*","ecs:Start*"],"Resource":"acs:ecs:*:*:instance/i-*","Condition":{"StringEquals":{"acs:ResourceTag/env":["dev","test"]}}},"#;

#[test]
#[ignore = "takes minutes and gigabytes"]
fn a_hundred_megabytes_of_each_kind() {
    let samples = [
        ("statements", filled("{\"Version\":\"1\",\"Statement\":[", STATEMENT, "{}]}")),
        ("numbers for actions", filled("{\"Version\":\"1\",\"Statement\":[{\"Action\":[", "1,", "1]}]}")),
        ("one string", filled("{\"Version\":\"1\",\"Statement\":\"", "é", "\"}")),
        ("escapes", filled("{\"Version\":\"1\",\"Statement\":\"", "\\u00e9", "\"}")),
        ("members", (0..7_000_000).fold(String::from("{"), |text, n| text + &format!("\"k{n}\":1,")) + "\"a\":1}"),
        ("the same member", filled("{", "\"a\":1,", "\"a\":1}")),
        ("brackets", "[".repeat(SIZE)),
        ("empty lists", filled("[", "[],", "[]]")),
        ("commas", ",".repeat(SIZE)),
        ("quotes", "\"".repeat(SIZE)),
        ("single quotes", "'".repeat(SIZE)),
        ("backslashes", format!("\"{}", "\\".repeat(SIZE))),
        ("slashes and stars", format!("[{}", "/*".repeat(SIZE / 2))),
        ("letters", "a".repeat(SIZE)),
        ("digits", "1".repeat(SIZE)),
        ("white space", " ".repeat(SIZE)),
        ("NULs", "\0".repeat(SIZE)),
    ];
    for (what, text) in &samples {
        measure(&format!("{what}: parse"), || format!("{} mistakes", parse(text).errors.len()));
        measure(&format!("{what}: lower"), || {
            let lowered = lower(text, PolicyKind::Identity);
            assert!(lowered.is_refused());
            format!("{} findings", lowered.diagnostics.len())
        });
        measure(&format!("{what}: find"), || match documents(text) {
            Ok(found) => format!("{} documents", found.len()),
            Err(_) => "no policy".to_owned(),
        });
        measure(&format!("{what}: inventory"), || match InventoryBuilder::default().add("a", text) {
            Ok(kinds) => format!("{} responses", kinds.len()),
            Err(error) => error.to_string().chars().take(60).collect(),
        });
        measure(&format!("{what}: requests"), || match request::read("a", text) {
            Ok((requests, _)) => format!("{} requests", requests.len()),
            Err(error) => error.message.chars().take(60).collect(),
        });
        measure(&format!("{what}: batch line"), || match batch_line::read(text) {
            Ok(_) => "a line".to_owned(),
            Err(error) => error.message.chars().take(60).collect(),
        });
    }
}

#[test]
#[ignore = "takes minutes and gigabytes"]
fn ten_megabytes_of_template() {
    let cut = |text: String| text.chars().take(10 << 20).collect::<String>();
    let samples = [
        ("main.tf", filled("", "resource \"alicloud_ram_policy\" \"p\" {\n  policy_document = \"{}\"\n}\n", "")),
        ("main.tf", filled("locals {\n", "  a = [[[[1]]]]\n", "}\n")),
        ("main.tf", "{".repeat(SIZE)),
        ("main.tf", filled("a = \"", "${a}", "\"\n")),
        (
            "t.yml",
            filled("ROSTemplateFormatVersion: '2015-09-01'\nResources:\n", "  P:\n    Type: ALIYUN::RAM::Role\n", ""),
        ),
        ("t.yml", format!("ROSTemplateFormatVersion: x\nALIYUN::RAM: {}", "[".repeat(SIZE))),
        (
            "t.yml",
            format!("ROSTemplateFormatVersion: x\nALIYUN::RAM: &a [x]\n{}", "b: [*a, *a, *a]\n".repeat(SIZE / 20)),
        ),
    ];
    for (name, text) in samples {
        let text = cut(text);
        let front: String = text.chars().take(50).collect();
        measure(&format!("{name}: {front:?}"), || format!("{} documents", find(name, &text, &[]).documents.len()));
    }
}
