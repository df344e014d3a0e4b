//! Help, completions, manual, colours and pipes: what surrounds every command.

use std::process::Stdio;

use crate::support::cli::{command, folder, ramspect};

const COMMANDS: &[&str] = &["predict", "simulate", "assumptions", "completions", "man"];
const OTHERS: &[&str] = &[
    "actions",
    "check",
    "diff",
    "explain",
    "explain-policy",
    "fmt",
    "import",
    "lint",
    "minimize",
    "review",
    "rule",
    "rules",
    "test",
    "who-can",
];
const CALL: &str =
    "predict --request examples/fleet/requests.json -p examples/fleet/policies -i examples/fleet/inventory";

#[test]
fn the_short_help_has_one_line_a_flag() {
    for name in COMMANDS {
        let ran = ramspect(&format!("{name} -h"));
        assert_eq!((ran.status, ran.err.as_str()), (0, ""));
        let flags = ran.out.lines().skip_while(|line| *line != "Options:");
        for line in flags.filter(|line| line.starts_with(' ')) {
            assert!(line.chars().count() <= 80, "{name}: wider than 80 columns: {line}");
            let (flag, help) = line.trim_start().split_once("  ").unwrap_or((line, ""));
            assert!(flag.starts_with('-') && !help.trim().is_empty(), "{name}: not one line a flag: {line}");
        }
    }
}

#[test]
fn the_long_help_fits_and_shows_examples_and_exit_statuses() {
    for name in COMMANDS {
        let ran = ramspect(&format!("{name} --help"));
        assert!(ran.out.contains("\nExamples:\n  ramspect "), "{name} has no examples");
        for line in ran.out.lines() {
            assert!(line.chars().count() <= 80, "{name}: wider than 80 columns: {line}");
        }
    }
    for (name, needed) in [("predict", "3  cannot tell"), ("simulate", "1  the request is denied"), ("", "2  the job")]
    {
        let ran = ramspect(&format!("{name} --help"));
        assert!(ran.out.contains("\nExit status:\n") && ran.out.contains(needed), "{name}");
    }
}

#[test]
fn the_version_is_that_of_the_package() {
    assert_eq!(ramspect("--version").out, format!("ramspect {}\n", env!("CARGO_PKG_VERSION")));
}

#[test]
fn completions_know_every_command_and_its_flags() {
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let ran = ramspect(&format!("completions {shell}"));
        assert_eq!((ran.status, ran.err.as_str()), (0, ""), "{shell}");
        for word in COMMANDS.iter().chain(&["security-group", "closed-context", "exit-zero"]) {
            assert!(ran.out.contains(word), "{shell} does not complete `{word}`");
        }
    }
}

#[test]
fn the_manual_shows_every_command_flag_and_example() {
    let page = ramspect("man").out;
    assert!(page.contains(".TH ramspect 1"), "{page}");
    for name in COMMANDS {
        assert!(page.contains(&format!("\n.SH \"RAMSPECT {}\"\n", name.to_uppercase())), "{name}");
        let help = ramspect(&format!("{name} --help")).out;
        for flag in help.split_whitespace().filter(|word| word.starts_with("--") && word.len() > 2) {
            let flag = flag.trim_end_matches([',', '.', ')', '`', ';']).split('=').next().unwrap();
            assert!(page.contains(&flag.replace('-', "\\-")), "{name}: the manual lacks `{flag}`");
        }
    }
    assert!(page.contains(".SS \"EXAMPLES\"\n.nf\n") && page.contains(".SH \"EXIT STATUS\"\n.nf\n"));
}

#[test]
fn the_manual_can_be_a_folder_of_pages() {
    let place = folder("man pages").join("man1");
    let ran = crate::support::cli::run(command().arg("man").arg("--out").arg(&place), "");
    assert_eq!((ran.status, ran.out.as_str(), ran.err.as_str()), (0, "", ""));
    let mut pages: Vec<String> = std::fs::read_dir(&place)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
        .collect();
    pages.sort();
    let mut expected: Vec<String> = COMMANDS.iter().chain(OTHERS).map(|name| format!("ramspect-{name}.1")).collect();
    expected.push("ramspect.1".to_owned());
    expected.sort();
    assert_eq!(pages, expected);
    let page = std::fs::read_to_string(place.join("ramspect-predict.1")).unwrap();
    assert!(page.contains("\\-\\-security\\-group") && page.contains(".SH \"EXAMPLES\""), "{page}");
}

#[test]
fn every_answer_can_be_json() {
    for line in
        ramspect(&format!("{CALL} --format json")).out.lines().chain(ramspect("assumptions --format json").out.lines())
    {
        assert!(serde_json::from_str::<serde_json::Value>(line).is_ok_and(|value| value.is_object()), "{line}");
    }
}

#[test]
fn colours_are_for_terminals_and_for_those_who_ask() {
    let colored = |flags: &str, no_color: Option<&str>| {
        let mut command = command();
        if let Some(value) = no_color {
            command.env("NO_COLOR", value);
        }
        let ran = crate::support::cli::run(command.args(format!("{CALL} {flags}").split_whitespace()), "");
        ran.out.contains('\u{1b}')
    };
    assert!(!colored("", None), "no terminal, no colour");
    assert!(colored("--color always", None));
    assert!(colored("--color always", Some("1")), "a flag is nearer than a variable");
    assert!(!colored("--color never", None));
    assert!(!colored("", Some("1")));
    let ran = ramspect("predict --request - -p missing.json --color always");
    assert!(ran.err.contains('\u{1b}'), "errors are coloured too: {}", ran.err);
}

/// More than a pipe holds.
const MANY: usize = 20_000;

fn batch() -> String {
    let line = r#"{"action":"ecs:DescribeInstances","resources":["*"]}"#;
    format!("{line}\n").repeat(MANY)
}

#[cfg(unix)]
#[test]
fn a_closed_pipe_is_success() {
    use std::io::{BufRead, BufReader};
    let place = folder("closed pipe");
    std::fs::write(place.join("batch.ndjson"), batch()).unwrap();
    let request = std::fs::read_to_string(crate::support::cli::root().join("examples/fleet/requests.json")).unwrap();
    let calls: Vec<serde_json::Value> = serde_json::from_str(&request).unwrap();
    let calls: Vec<&serde_json::Value> = calls.iter().cycle().take(400).collect();
    std::fs::write(place.join("calls.json"), serde_json::to_string(&calls).unwrap()).unwrap();
    let batch = format!(
        "simulate --batch {}/batch.ndjson -p examples/fleet/policies",
        place.display().to_string().replace(' ', "\u{1}")
    );
    let calls = format!(
        "predict --request {}/calls.json -p examples/fleet/policies -i examples/fleet/inventory --format json",
        place.display().to_string().replace(' ', "\u{1}")
    );
    for words in [batch.as_str(), calls.as_str(), "man", "assumptions"] {
        let words: Vec<String> = words.split_whitespace().map(|word| word.replace('\u{1}', " ")).collect();
        let mut child = command().args(&words).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let mut first = String::new();
        BufReader::with_capacity(16, child.stdout.take().unwrap()).read_line(&mut first).unwrap();
        let output = child.wait_with_output().unwrap();
        let err = String::from_utf8_lossy(&output.stderr).into_owned();
        // The short ones may have written all before the pipe closed.
        assert_eq!((output.status.code(), err.as_str()), (Some(0), ""), "{words:?}");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn an_answer_that_cannot_be_written_is_an_error() {
    let place = folder("full disk");
    std::fs::write(place.join("batch.ndjson"), batch()).unwrap();
    let file = place.join("batch.ndjson").display().to_string();
    let long = ["simulate", "--batch", &file, "-p", "examples/fleet/policies"];
    let call: Vec<&str> = CALL.split_whitespace().collect();
    for words in [&long[..], &call, &["man"], &["completions", "bash"], &["assumptions"]] {
        let full = std::fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
        let output = command().args(words).stdout(full).output().unwrap();
        let err = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(err, "error: the answer cannot be written: no space left on device\n", "{words:?}");
        assert_eq!(output.status.code(), Some(2), "{words:?}");
    }
}
