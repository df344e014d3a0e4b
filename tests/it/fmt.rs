//! `ramspect fmt`: the command on files and folders, and the shared corpus as a whole.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use ramspect::catalog::Catalog;
use ramspect::format::{FormatError, format};
use ramspect::lint::{Settings, lint};
use ramspect::text::Source;

use crate::support::cli::{Ran, command, folder, run};

const UGLY: &str =
    "{\"Statement\":[{\"Resource\":\"*\",\"Action\":\"ecs:StartInstance\",\"Effect\":\"Allow\"}],\"Version\":\"1\"}";
const PRETTY: &str = "{\n  \"Version\": \"1\",\n  \"Statement\": [\n    {\n      \"Effect\": \"Allow\",\n      \"Action\": \"ecs:StartInstance\",\n      \"Resource\": \"*\"\n    }\n  ]\n}\n";

fn fmt(place: &Path, words: &str, input: &str) -> Ran {
    run(command().current_dir(place).arg("fmt").args(words.split_whitespace()), input)
}

fn place(name: &str, files: &[(&str, &str)]) -> PathBuf {
    let place = folder(name);
    for (file, text) in files {
        let file = place.join(file);
        std::fs::create_dir_all(file.parent().unwrap()).unwrap();
        std::fs::write(file, text).unwrap();
    }
    place
}

#[test]
fn files_are_rewritten_once() {
    let place = place("fmt once", &[("a.json", UGLY), ("b.json", PRETTY), ("c/other.json", "{\"a\": 1}")]);
    let first = fmt(&place, "", "");
    let wanted = "1 file reformatted, 1 file left unchanged, 1 file that is no policy skipped\n";
    assert_eq!((first.status, first.out.as_str(), first.err.as_str()), (0, wanted, ""));
    assert_eq!(std::fs::read_to_string(place.join("a.json")).unwrap(), PRETTY);
    assert_eq!(std::fs::read_to_string(place.join("c/other.json")).unwrap(), "{\"a\": 1}");
    assert_eq!(fmt(&place, ".", "").out, "2 files left unchanged, 1 file that is no policy skipped\n");
}

#[test]
fn check_and_diff_write_nothing() {
    let place = place("fmt dry", &[("a.json", UGLY), ("b.json", PRETTY)]);
    let check = fmt(&place, "--check", "");
    let wanted = "would reformat a.json\n1 file would be reformatted, 1 file already formatted\n";
    assert_eq!((check.status, check.out.as_str()), (1, wanted));
    let diff = fmt(&place, "--diff a.json", "");
    assert_eq!((diff.status, diff.err.as_str()), (1, "1 file would be reformatted\n"));
    assert!(diff.out.starts_with("--- a.json\n+++ a.json\n@@ -1,1 +1,10 @@\n-{\"Statement\""), "{}", diff.out);
    assert!(diff.out.contains("\n\\ No newline at end of file\n+{\n+  \"Version\": \"1\",\n"), "{}", diff.out);
    assert_eq!(std::fs::read_to_string(place.join("a.json")).unwrap(), UGLY);
    assert_eq!(fmt(&place, "--check b.json", "").status, 0);
    assert_eq!(fmt(&place, "--diff b.json", "").out, "");
    assert_eq!(fmt(&place, "--check --exit-zero", "").status, 0);
    let json = fmt(&place, "--diff --format json", "");
    let value: serde_json::Value = serde_json::from_str(&json.out).unwrap();
    assert_eq!(value["schema"], "ramspect.fmt/1");
    assert_eq!(
        (&value["files"][0]["status"], &value["files"][1]["status"]),
        (&"would_reformat".into(), &"unchanged".into())
    );
    assert!(
        value["files"][0]["diff"].as_str().unwrap().starts_with("--- a.json\n") && value["files"][1]["diff"].is_null()
    );
}

#[test]
fn standard_input_goes_to_standard_output() {
    let place = folder("fmt stdin");
    let ran = fmt(&place, "-", UGLY);
    assert_eq!((ran.status, ran.out.as_str(), ran.err.as_str()), (0, PRETTY, ""));
    let again = fmt(&place, "-", PRETTY);
    assert_eq!((again.status, again.out.as_str()), (0, PRETTY));
    assert_eq!(fmt(&place, "--check -", UGLY).status, 1);
    assert_eq!(fmt(&place, "--check -", UGLY).out, "would reformat -\n");
}

#[test]
fn what_is_no_policy_is_refused_by_name_and_passed_in_a_folder() {
    let output = "{\"DefaultPolicyVersion\":{\"PolicyDocument\":\"{\\\"Version\\\":\\\"1\\\",\\\"Statement\\\":[]}\"}}";
    let stack =
        "{\"Statement\":[{\"Effect\":\"Allow\",\"Action\":\"Update:*\",\"Principal\":\"*\",\"Resource\":\"*\"}]}";
    let files = [("output.json", output), ("stack.json", stack), ("other.json", "[1]"), ("notes.json", "no json")];
    let place = place("fmt other", &files);
    for (file, words) in [
        ("output.json", "is output of the aliyun CLI"),
        ("stack.json", "is a stack policy of ROS"),
        ("other.json", "is a number, not a policy document"),
        ("notes.json", "is not formatted"),
        ("missing.json", "no such file"),
    ] {
        let ran = fmt(&place, file, "");
        assert!(ran.status == 2 && ran.err.contains(words), "{file}: {ran:?}");
    }
    let nothing = fmt(&place, "", "");
    assert!(nothing.status == 2 && nothing.err.contains("no policy file was found"), "{nothing:?}");
    assert_eq!(fmt(&place, "--allow-empty output.json notes.json", "").status, 0, "a hook names every JSON file");
    std::fs::write(place.join("good.json"), UGLY).unwrap();
    assert_eq!(fmt(&place, "", "").status, 0);
    for (file, text) in files {
        assert_eq!(std::fs::read_to_string(place.join(file)).unwrap(), text);
    }
    std::fs::write(place.join("broken.json"), "{\"Statement\": [],}").unwrap();
    std::fs::write(place.join("good.json"), UGLY).unwrap();
    let ran = fmt(&place, "", "");
    assert!(ran.status == 2 && ran.err.contains("broken.json:1:17"), "{ran:?}");
    assert_eq!(std::fs::read_to_string(place.join("good.json")).unwrap(), PRETTY, "the others are formatted");
}

#[test]
fn the_configuration_excludes_and_line_breaks_stay() {
    let config = ("ramspect.toml", "exclude = [\"vendor/**\"]\n");
    let place = place("fmt config", &[config, ("vendor/a.json", UGLY), ("b.json", &UGLY.replace(',', ",\r\n"))]);
    assert_eq!(fmt(&place, "", "").out, "1 file reformatted\n");
    assert_eq!(std::fs::read_to_string(place.join("vendor/a.json")).unwrap(), UGLY);
    assert_eq!(std::fs::read_to_string(place.join("b.json")).unwrap(), PRETTY.replace('\n', "\r\n"));
    assert_eq!(fmt(&place, "--check", "").status, 0);
}

/// What the linter finds, save what it says of the layout.
fn findings(text: &str) -> BTreeMap<(&'static str, String), usize> {
    let catalog = Catalog::new();
    let mut counts = BTreeMap::new();
    for finding in lint(&Source::new("a.json", text), &[], Settings::all(&catalog)).findings {
        if finding.code != "element-order" {
            *counts.entry((finding.code, finding.message)).or_default() += 1;
        }
    }
    counts
}

/// The value without the order of members, as another parser reads it.
fn value(text: &str) -> serde_json::Value {
    serde_json::from_str(text).unwrap()
}

#[test]
fn the_corpus_keeps_its_meaning_and_its_findings() {
    let beside = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../shared"));
    let named = std::env::var_os("RAMSPECT_SHARED").map(PathBuf::from);
    let mut places = named.into_iter().chain([beside, "/work/shared".into()]);
    let shared = places.find(|place| place.join("corpus").is_dir());
    let folder = shared.expect("the shared corpus is missing: set RAMSPECT_SHARED").join("corpus/policies");
    let (mut formatted, mut refused, mut changed) = (0, 0, 0);
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let text = std::fs::read_to_string(&path).unwrap();
        let shown = path.display();
        match format(&text) {
            Ok(new) => {
                assert_eq!(format(&new).unwrap(), new, "{shown}: idempotent");
                assert_eq!(value(&new), value(&text), "{shown}");
                assert_eq!(findings(&new), findings(&text), "{shown}");
                formatted += 1;
                changed += usize::from(new != text);
            }
            Err(FormatError::Changed) => panic!("{shown}"),
            Err(FormatError::Syntax(_) | FormatError::NotPolicy(_)) => refused += 1,
        }
    }
    assert!(formatted > 500 && changed > 300 && refused < 60, "{formatted} {changed} {refused}");
}
