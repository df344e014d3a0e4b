//! The README is run as written: every command, every output; its tables are made from the registries.
//!
//! A block that begins with ` ```console ` holds lines `$ command` with what they print on both streams, and `[exit N]` where
//! the status is not 0. `UPDATE=1 cargo test --test it readme` rewrites outputs and tables.

use std::fmt::Write as _;
use std::process::Command;

use ramspect::catalog::errors::Path as Way;
use ramspect::catalog::{TABLE as ASSUMPTIONS, errors};

use crate::support::cli::root;

fn update() -> bool {
    std::env::var_os("UPDATE").is_some_and(|value| value == "1")
}

fn readme() -> String {
    std::fs::read_to_string(root().join("README.md")).unwrap()
}

/// What a shell prints, with the built binary in front of the path; the README's `cargo` commands run the binary, too.
fn shell(command: &str) -> String {
    let binary = std::path::Path::new(env!("CARGO_BIN_EXE_ramspect"));
    let command = command.replace("cargo run --release -- ", "ramspect ");
    let path = std::env::join_paths(
        [binary.parent().unwrap().to_owned()]
            .into_iter()
            .chain(std::env::split_paths(&std::env::var_os("PATH").unwrap_or_default())),
    );
    let output = Command::new("bash")
        .args(["-c", &format!("exec 2>&1; {command}")])
        .current_dir(root())
        .env("PATH", path.unwrap())
        .env("COLUMNS", "80")
        .env("NO_COLOR", "1")
        .env("LC_ALL", "C.UTF-8")
        .output()
        .unwrap();
    let mut text = String::from_utf8(output.stdout).unwrap();
    match output.status.code() {
        Some(0) => {}
        Some(status) => writeln!(text, "[exit {status}]").unwrap(),
        None => panic!("`{command}` was killed"),
    }
    text
}

/// The README with the outputs that its commands print now.
fn replayed(text: &str) -> (String, usize) {
    let (mut fresh, mut runs) = (String::new(), 0);
    let mut lines = text.lines().peekable();
    while let Some(line) = lines.next() {
        writeln!(fresh, "{line}").unwrap();
        if line != "```console" {
            continue;
        }
        while let Some(line) = lines.next() {
            if line == "```" {
                writeln!(fresh, "{line}").unwrap();
                break;
            }
            let Some(first) = line.strip_prefix("$ ") else { continue };
            writeln!(fresh, "{line}").unwrap();
            let mut command = first.to_owned();
            while command.ends_with('\\') {
                let more = lines.next().unwrap();
                writeln!(fresh, "{more}").unwrap();
                write!(command, "\n{more}").unwrap();
            }
            fresh.push_str(&shell(&command));
            runs += 1;
        }
    }
    (fresh, runs)
}

fn ways(way: Way) -> &'static str {
    match way {
        Way::Instance => "instance",
        Way::NetworkInterface => "interface",
        Way::Both => "both",
    }
}

fn checks() -> String {
    let mut table =
        String::from("| code | HTTP | stage | path | rule | meaning |\n| --- | --- | --- | --- | --- | --- |\n");
    for row in errors::TABLE {
        let http = row.statuses().iter().map(u16::to_string).collect::<Vec<_>>().join(", ");
        let (stage, rule) = (row.stage.word(), row.rule.word());
        writeln!(table, "| `{}` | {http} | {stage} | {} | {rule} | {} |", row.code, ways(row.path()), row.meaning)
            .unwrap();
    }
    table
}

fn assumptions() -> String {
    let mut table = String::from("| id | what is open | default | other choices |\n| --- | --- | --- | --- |\n");
    for row in ASSUMPTIONS {
        let (default, others) = row.choices.split_first().unwrap();
        let others = others.iter().map(|choice| format!("`{choice}`")).collect::<Vec<_>>().join(", ");
        writeln!(table, "| `{}` | {} | `{default}` | {others} |", row.id, row.question).unwrap();
    }
    table
}

/// Puts a table between its markers.
fn with_table(text: &str, name: &str, table: &str) -> String {
    let (begin, end) = (format!("<!-- {name}: made by a test -->\n"), format!("<!-- end of {name} -->"));
    let (before, rest) = text.split_once(&begin).unwrap_or_else(|| panic!("README.md lacks {begin}"));
    let (_, after) = rest.split_once(&end).unwrap_or_else(|| panic!("README.md lacks {end}"));
    format!("{before}{begin}\n{table}\n{end}{after}")
}

#[test]
fn tables_are_those_of_the_registries_and_commands_print_what_is_written() {
    let old = readme();
    let (fresh, runs) = replayed(&with_table(&with_table(&old, "checks", &checks()), "assumptions", &assumptions()));
    if update() {
        std::fs::write(root().join("README.md"), &fresh).unwrap();
    } else if let Some(((old, new), line)) = old.lines().zip(fresh.lines()).zip(1..).find(|((old, new), _)| old != new)
    {
        panic!("README.md:{line} is stale, `UPDATE=1` rewrites it\n  written: {old}\n  now:     {new}");
    } else {
        assert_eq!(old, fresh, "README.md is stale, `UPDATE=1` rewrites it");
    }
    assert!(runs >= 12, "only {runs} commands were found");
}

/// Commands may be longer, and JSON has one object a line.
#[test]
fn examples_of_output_fit_a_terminal() {
    let (mut inside, mut command, mut wide) = (false, false, Vec::new());
    for (line, number) in readme().lines().zip(1..) {
        if line.starts_with("```") {
            inside = line == "```console";
        }
        let begins = line.starts_with("$ ");
        let is_command = begins || command;
        command = is_command && line.ends_with('\\');
        if inside && !is_command && !line.starts_with('{') && line.chars().count() > 80 {
            wide.push(format!("README.md:{number}: {line}"));
        }
    }
    assert_eq!(wide, Vec::<String>::new());
}

/// What the README says of files must be there.
#[test]
fn every_file_that_the_readme_links_exists() {
    let text = readme();
    let links = text.split("](").skip(1).map(|rest| rest.split(')').next().unwrap());
    let mut seen = 0;
    for link in links.filter(|link| !link.starts_with("http") && !link.starts_with('#')) {
        assert!(root().join(link).exists(), "README.md links `{link}`");
        seen += 1;
    }
    assert!(seen > 3);
}

#[test]
fn the_library_example_prints_what_the_readme_shows() {
    // Built already where all tests are run; a test alone builds it here.
    let run = ["run", "--quiet", "--offline", "--example", "predict"];
    let output = Command::new(env!("CARGO")).args(run).current_dir(root()).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let printed = String::from_utf8(output.stdout).unwrap();
    assert!(
        readme().contains(&format!("```text\n{printed}```\n")),
        "README.md should show, in a text block:\n{printed}"
    );
}

/// The recipes for git, run as written in a repository of their own.
#[test]
fn the_recipes_for_git_tell_what_a_change_allows() {
    let text = readme();
    let recipes: Vec<&str> = text
        .split("```sh\n")
        .skip(1)
        .map(|rest| rest.split("```").next().unwrap())
        .filter(|recipe| recipe.contains("git ") && recipe.contains("ramspect diff"))
        .collect();
    assert_eq!(recipes.len(), 2, "one for a file, one for a folder");
    let folder = crate::support::cli::folder("git recipes");
    let policy = |action: &str| {
        format!(r#"{{"Version":"1","Statement":[{{"Effect":"Allow","Action":"{action}","Resource":"*"}}]}}"#)
    };
    let write = |text: &str| {
        std::fs::create_dir_all(folder.join("policies")).unwrap();
        std::fs::write(folder.join("policy.json"), text).unwrap();
        std::fs::write(folder.join("policies/ecs.json"), text).unwrap();
    };
    let binary = std::path::Path::new(env!("CARGO_BIN_EXE_ramspect")).parent().unwrap().to_owned();
    let path = std::env::var_os("PATH").unwrap_or_default();
    let path = std::env::join_paths(std::iter::once(binary).chain(std::env::split_paths(&path))).unwrap();
    let run = |script: &str| {
        let mut command = Command::new("bash");
        command.args(["-euo", "pipefail", "-c", script]).current_dir(&folder).env("PATH", &path).env("BASE", "HEAD");
        for who in ["AUTHOR", "COMMITTER"] {
            command.env(format!("GIT_{who}_NAME"), "test").env(format!("GIT_{who}_EMAIL"), "test@example.com");
        }
        let output = command.env("GIT_CONFIG_GLOBAL", "/dev/null").env("NO_COLOR", "1").output().unwrap();
        (output.status.code(), String::from_utf8(output.stdout).unwrap(), String::from_utf8(output.stderr).unwrap())
    };
    write(&policy("ecs:Describe*"));
    let (status, _, err) = run("git init -q . && git add . && git commit -q -m first");
    assert_eq!(status, Some(0), "{err}");
    for recipe in &recipes {
        let (status, out, err) = run(recipe);
        assert_eq!((status, err.as_str()), (Some(0), ""), "{out}");
        assert!(out.contains("equivalent"), "{out}");
    }
    write(&policy("ecs:*"));
    for recipe in &recipes {
        let (status, out, err) = run(recipe);
        assert_eq!((status, err.as_str()), (Some(1), ""), "{out}");
        assert!(out.contains("broader") && out.contains("ecs:"), "{out}");
    }
    write(&policy("ecs:DescribeInstances"));
    for recipe in &recipes {
        let (status, out, _) = run(recipe);
        assert!(status == Some(0) && out.contains("narrower"), "{out}");
    }
}
