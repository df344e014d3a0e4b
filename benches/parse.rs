//! Bytes to typed policy with every diagnostic, and the tape alone, against `serde_json::from_slice::<Value>`.
//!
//! `cargo bench --bench parse`; `-- typed 20` or `-- tape 20` only parses, so many times over the documents, for callgrind.
#![allow(
    clippy::pedantic,
    clippy::string_slice,
    clippy::indexing_slicing,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    clippy::write_literal,
    unreachable_pub,
    missing_docs,
    reason = "a harness stops at the first surprise, prints, and rounds figures"
)]

mod common;

use std::hint::black_box;

use common::shapes::{self, Shape};
use common::timing::{Contender, Times, goal, race};
use ramspect::policy::{PolicyKind, lower};
use ramspect::syntax::parse;

/// Policies of 0.6 KB each: the size of the published ones.
fn small(statements: &[Shape]) -> Vec<String> {
    let mut documents = Vec::new();
    let mut from = 0;
    for to in 1..=statements.len() {
        let text = shapes::document(&statements[from..to], true);
        if text.len() >= 520 {
            documents.push(text);
            from = to;
        }
    }
    documents
}

/// One document of at least ten megabytes.
fn large(pretty: bool) -> Vec<String> {
    let statements = shapes::real(40_000);
    let one = shapes::document(&statements, pretty);
    let repeated: Vec<Shape> = statements.iter().cycle().take(40_000 * 10_000_000 / one.len()).cloned().collect();
    vec![shapes::document(&repeated, pretty)]
}

/// Real policies, where somebody has a folder of them and names it in `POLICIES`.
fn corpus() -> Option<Vec<String>> {
    let entries = std::fs::read_dir(std::env::var_os("POLICIES")?).unwrap();
    let mut paths: Vec<_> = entries.map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    let texts = paths.iter().filter_map(|path| std::fs::read_to_string(path).ok());
    Some(texts.filter(|text| serde_json::from_str::<serde_json::Value>(text).is_ok()).collect())
}

fn run(name: &str, texts: &[String]) {
    let bytes: usize = texts.iter().map(String::len).sum();
    let all = |job: fn(&str)| {
        move |at: usize| {
            if texts.len() == 1 {
                job(black_box(&texts[0]));
            } else {
                job(black_box(&texts[at % texts.len()]));
            }
        }
    };
    let contenders = vec![
        Contender::new(
            "serde_json Value",
            all(|text| drop(black_box(serde_json::from_slice::<serde_json::Value>(text.as_bytes())))),
        ),
        Contender::new("tape", all(|text| drop(black_box(parse(as_text(text)))))),
        Contender::new("typed policy", all(|text| drop(black_box(lower(as_text(text), PolicyKind::Identity))))),
    ];
    let times = race(contenders, if texts.len() == 1 { 9 } else { 41 });
    let each = bytes as f64 / texts.len() as f64;
    println!("{name}: {} documents, {:.1} KB each", texts.len(), each / 1e3);
    for time in &times {
        println!("    {:<18} {:>7.0} MB/s", time.name, each / time.median() * 1e3);
    }
    let [value, tape, typed]: [Times; 3] = times.try_into().ok().unwrap();
    let (tape, typed) = (tape.ratio(&value), typed.ratio(&value));
    goal("typed policy at least as fast as Value", typed >= 1.0, &format!("{typed:.2} x"));
    goal("tape at least twice as fast as Value", tape >= 2.0, &format!("{tape:.2} x"));
}

/// What a caller has is bytes: the check that they are UTF-8 is part of the work.
fn as_text(text: &str) -> &str {
    std::str::from_utf8(text.as_bytes()).unwrap()
}

/// Parses and nothing else, for `valgrind --tool=callgrind`.
fn profile(what: &str, times: usize) {
    let texts = small(&shapes::real(1500));
    for text in texts.iter().cycle().take(texts.len() * times) {
        match what {
            "tape" => drop(black_box(parse(as_text(text)))),
            _ => drop(black_box(lower(as_text(text), PolicyKind::Identity))),
        }
    }
}

fn main() {
    let given: Vec<String> = std::env::args().skip(1).filter(|word| word != "--bench").collect();
    if let [what, times] = given.as_slice() {
        return profile(what, times.parse().unwrap());
    }
    run("real, one by one", &small(&shapes::real(20_000)));
    run("peer, one by one", &small(&shapes::peer(20_000)));
    run("real, 10 MB pretty", &large(true));
    run("real, 10 MB compact", &large(false));
    match corpus() {
        Some(texts) => run("POLICIES, one by one", &texts),
        None => println!("policies of your own: name their folder in POLICIES"),
    }
}
