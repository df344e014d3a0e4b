//! The table of `grammar/README.md` is complete: each production once, with the file it stands in and the function
//! that implements it.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use super::agree::{FILES, grammar};
use super::samples::STARTS;
use crate::support::ebnf::Grammar;

const README: &str = include_str!("../../../grammar/README.md");

struct Row {
    production: String,
    file: String,
    function: String,
}

/// The rows between the two markers, without head and rule.
fn table() -> Vec<Row> {
    let (_, rest) = README.split_once("<!-- productions -->").expect("the table begins with a marker");
    let (table, _) = rest.split_once("<!-- /productions -->").expect("the table ends with a marker");
    let rows = table.lines().filter(|line| line.starts_with("| `"));
    rows.map(|line| {
        let cells: Vec<String> = line.split('|').map(|cell| cell.trim().trim_matches('`').to_owned()).collect();
        let [_, production, file, function, _] = cells.as_slice() else { panic!("three cells: {line}") };
        Row { production: production.clone(), file: file.clone(), function: function.clone() }
    })
    .collect()
}

#[test]
fn the_table_lists_each_production_once_in_file_order() {
    // Productions of one file alone do not resolve, so names are taken from the heads of the productions.
    let heads = FILES.iter().flat_map(|(file, text)| {
        let heads = text.lines().filter_map(|line| line.split_once(" = "));
        heads.map(|(name, _)| name).filter(|name| !name.contains([' ', '|', '('])).map(move |name| (name, *file))
    });
    let heads: Vec<(String, String)> = heads.map(|(name, file)| (name.to_owned(), format!("{file}.ebnf"))).collect();
    let listed: Vec<(String, String)> = table().into_iter().map(|row| (row.production, row.file)).collect();
    assert_eq!(listed, heads);
    assert_eq!(listed.len(), grammar().names().count());
}

#[test]
fn every_production_is_used_by_a_start_symbol() {
    let grammar = grammar();
    let used: BTreeSet<&str> = STARTS.iter().flat_map(|start| grammar.reachable(start)).collect();
    assert_eq!(grammar.names().collect::<BTreeSet<_>>(), used);
}

#[test]
fn each_function_of_the_table_exists() {
    let missing: BTreeSet<String> = table().into_iter().map(|row| row.function).filter(|path| !exists(path)).collect();
    assert!(missing.is_empty(), "not found below src/: {missing:?}");
}

/// Whether `a::b::function`, `a::b::Type::function` or a type or constant of that path is written in `src/a/b.rs` or
/// `src/a/b/mod.rs`.
fn exists(path: &str) -> bool {
    let mut parts: Vec<&str> = path.split("::").collect();
    let Some(name) = parts.pop() else { return false };
    parts.retain(|part| !part.starts_with(char::is_uppercase));
    let folder = parts.iter().fold(PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("src"), |path, part| path.join(part));
    let text =
        [folder.with_extension("rs"), folder.join("mod.rs")].iter().find_map(|file| fs::read_to_string(file).ok());
    text.is_some_and(|text| ["fn", "enum", "struct", "const"].iter().any(|word| declares(&text, word, name)))
}

fn declares(text: &str, word: &str, name: &str) -> bool {
    let start = format!("{word} {name}");
    text.match_indices(&start)
        .any(|(at, found)| !text[at + found.len()..].starts_with(|c: char| c.is_alphanumeric() || c == '_'))
}

#[test]
fn a_path_is_found_in_a_file_or_a_folder() {
    assert!(declares("pub(crate) fn string<'a>(", "fn", "string"));
    assert!(!declares("fn string_end(", "fn", "string"));
    assert!(exists("catalog::assumptions::Assumption") || !Path::new("src/catalog/assumptions.rs").exists());
    assert!(!exists("catalog::assumptions::no_such_function"));
    assert!(!exists("no_such_module::function"));
}

#[test]
fn one_grammar_holds_all_files() {
    for (file, text) in FILES {
        let alone = Grammar::read(text);
        assert!(alone.is_ok() || alone.is_err_and(|reason| reason.contains("is used and not produced")), "{file}.ebnf");
    }
    let on_disk = fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("grammar")).unwrap();
    let names: BTreeSet<String> = on_disk.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    let ebnf: BTreeSet<String> =
        names.into_iter().filter(|name| Path::new(name).extension().is_some_and(|end| end == "ebnf")).collect();
    assert_eq!(ebnf, FILES.map(|(file, _)| format!("{file}.ebnf")).into_iter().collect());
}
