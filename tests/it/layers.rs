//! The layers of the crate doc, held against every import; and who may use what from outside.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use crate::support::cli::root;

/// Every file below `src/`, as path from there and text without comments and test modules.
fn sources() -> Vec<(String, String)> {
    let src = root().join("src");
    let mut files = Vec::new();
    let mut folders = vec![src.clone()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path: PathBuf = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|ending| ending == "rs") {
                let name = path.strip_prefix(&src).unwrap().to_string_lossy().into_owned();
                files.push((name, code(&std::fs::read_to_string(&path).unwrap())));
            }
        }
    }
    files.sort();
    files
}

/// The text up to its test module, without comments.
fn code(text: &str) -> String {
    let text = text.split("\n#[cfg(test)]\nmod tests {").next().unwrap();
    text.lines().map(|line| line.split("//").next().unwrap()).collect::<Vec<_>>().join("\n")
}

fn is_test(file: &str) -> bool {
    file == "tests.rs" || file.ends_with("/tests.rs") || file.contains("/tests/")
}

/// The layers in the order of the crate doc.
fn layers() -> Vec<String> {
    let text = std::fs::read_to_string(root().join("src/lib.rs")).unwrap();
    let doc =
        text.split_once("Layers, in the order in which they may use each other").expect("the crate doc lists them").1;
    let doc: String = doc
        .lines()
        .enumerate()
        .take_while(|(at, line)| *at == 0 || line.starts_with("//!"))
        .map(|(_, line)| line)
        .collect();
    let names = doc.split("[`").skip(1).map(|part| part.split('`').next().unwrap().to_owned());
    names.collect()
}

/// The first path segments behind `crate::` (or `ramspect::`), also inside braces.
fn imported(text: &str, root: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for rest in text.split(root).skip(1) {
        let names: Vec<&str> = match rest.strip_prefix('{') {
            Some(group) => top_level(group),
            None => vec![rest],
        };
        for name in names {
            let name: String = name.trim().chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '_').collect();
            found.insert(name);
        }
    }
    found
}

/// The parts of a group, up to its closing brace, at its own level.
fn top_level(group: &str) -> Vec<&str> {
    let (mut depth, mut start, mut parts) = (0, 0, Vec::new());
    for (at, letter) in group.char_indices() {
        match letter {
            '{' => depth += 1,
            '}' if depth == 0 => {
                parts.push(&group[start..at]);
                break;
            }
            '}' => depth -= 1,
            ',' if depth == 0 => {
                parts.push(&group[start..at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    parts
}

fn layer(file: &str) -> String {
    Path::new(file).iter().next().unwrap().to_string_lossy().trim_end_matches(".rs").to_owned()
}

#[test]
fn the_crate_doc_names_every_layer_and_no_other() {
    let text = std::fs::read_to_string(root().join("src/lib.rs")).unwrap();
    let modules: BTreeSet<String> =
        text.lines().filter_map(|line| line.strip_prefix("pub mod ")?.strip_suffix(';')).map(str::to_owned).collect();
    let named = layers();
    assert_eq!(named.iter().cloned().collect::<BTreeSet<_>>(), modules);
    assert_eq!(named.len(), modules.len(), "a layer is named twice: {named:?}");
}

#[test]
fn a_layer_uses_only_the_layers_before_it() {
    let rank: BTreeMap<String, usize> = layers().into_iter().zip(0..).collect();
    let mut wrong = Vec::new();
    for (file, text) in sources() {
        let own = layer(&file);
        let Some(own_rank) = rank.get(&own) else { continue };
        for name in imported(&text, "crate::") {
            match rank.get(&name) {
                Some(used) if used <= own_rank => {}
                Some(_) => wrong.push(format!("src/{file}: `{own}` uses `{name}`, which comes after it")),
                None => wrong.push(format!("src/{file}: `crate::{name}` is no layer")),
            }
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
}

#[test]
fn only_the_binary_knows_the_command_line() {
    for (file, text) in sources() {
        let own = layer(&file);
        if own == "cli" || own == "main" {
            assert!(!imported(&text, "crate::").iter().any(|name| layers().contains(name)), "src/{file}");
        } else {
            assert!(!text.contains("cli::"), "src/{file} uses the command line");
        }
    }
}

/// Words and the files that may hold them, as the begin of a path below `src/`.
const CONFINED: &[(&[&str], &[&str])] = &[
    (&["miette::", "use miette"], &["report/human.rs"]),
    (&["clap::", "use clap", "clap_complete", "clap_mangen"], &["cli/"]),
    (
        &[
            "std::fs",
            "use std::{fs",
            "File::open",
            "std::env",
            "std::process",
            "TcpStream",
            "UdpSocket",
            "stdin()",
            "stdout()",
            "stderr()",
        ],
        &["cli/", "main.rs"],
    ),
    (&["println!", "eprintln!", "print!(", "eprint!", "dbg!("], &[]),
    // The comparison has a budget in seconds, and says when it ran out.
    (&["SystemTime", "Timestamp::now", "Zoned::now", "Instant::now"], &["cli/", "analyze/budget.rs"]),
];

#[test]
fn files_clock_terminal_and_flags_stay_where_they_belong() {
    let mut wrong = Vec::new();
    for (file, text) in sources().into_iter().filter(|(file, _)| !is_test(file)) {
        for (words, places) in CONFINED {
            for word in words.iter().filter(|word| text.contains(**word)) {
                if !places.iter().any(|place| file.starts_with(place)) {
                    wrong.push(format!("src/{file}: `{word}`"));
                }
            }
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
}

/// The tests above would pass on anything if they could not find an import.
#[test]
fn imports_are_found_in_every_form() {
    let text =
        "use crate::text::Span;\nuse crate::{policy::{lower, Policy}, syntax};\nfn f() -> crate::catalog::Quota {}";
    let names: Vec<String> = imported(text, "crate::").into_iter().collect();
    assert_eq!(names, ["catalog", "policy", "syntax", "text"]);
    assert!(layers().len() >= 10 && sources().len() > 50);
    assert_eq!(code("a // crate::cli\nb"), "a \nb");
}
