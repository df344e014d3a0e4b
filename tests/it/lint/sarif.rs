//! SARIF of the whole shared corpus against the 2.1.0 schema, which the crate `serde-sarif` ships, and against its types.

use std::path::PathBuf;
use std::process::Command;

use ramspect::catalog::Catalog;
use ramspect::lint::{Settings, lint};
use ramspect::report::lint::{FileReport, LintReport, sarif};
use ramspect::text::Source;
use serde_json::Value;

/// The schema, from the sources that cargo fetched for this build.
fn schema() -> Value {
    let rustc = Command::new(std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into())).arg("-vV").output().unwrap();
    let host = String::from_utf8(rustc.stdout).unwrap();
    let host = host.lines().find_map(|line| line.strip_prefix("host: ")).unwrap();
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let output = Command::new(cargo)
        .args(["metadata", "--format-version", "1", "--offline", "--locked", "--filter-platform", host])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .unwrap();
    let metadata: Value = serde_json::from_slice(&output.stdout).unwrap();
    let packages = metadata["packages"].as_array().unwrap();
    let package = packages.iter().find(|package| package["name"] == "serde-sarif").unwrap();
    let manifest = PathBuf::from(package["manifest_path"].as_str().unwrap());
    let text = std::fs::read_to_string(manifest.with_file_name("src").join("schema.json")).unwrap();
    // One pattern of the standard has a bracket too many, which only engines of ECMAScript forgive.
    serde_json::from_str(&text.replace("{2}]?$", "{2}\\\\]?$")).unwrap()
}

fn corpus() -> Vec<FileReport> {
    let beside = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared");
    let named = std::env::var_os("RAMSPECT_SHARED").map(PathBuf::from);
    let mut places = named.into_iter().chain([beside, PathBuf::from("/work/shared")]);
    let shared = places.find(|place| place.join("corpus").is_dir());
    let folder = shared.expect("the shared corpus is missing: set RAMSPECT_SHARED").join("corpus");
    let catalog = Catalog::new();
    let mut reports = Vec::new();
    for part in ["policies", "iac"] {
        for entry in std::fs::read_dir(folder.join(part)).unwrap() {
            let path = entry.unwrap().path();
            let Ok(text) = std::fs::read_to_string(&path) else { continue };
            let name = format!("{part}/{}", path.file_name().unwrap().to_string_lossy());
            let source = Source::new(name, text);
            let findings = lint(&source, &[], Settings::all(&catalog)).findings;
            reports.push(FileReport { source, findings });
        }
    }
    reports
}

/// The text of a region, by its lines and columns.
fn marked(text: &str, region: &Value) -> String {
    let at = |line: &str, column: &str| {
        let number = |name: &str| usize::try_from(region[name].as_u64().unwrap()).unwrap();
        let start: usize = text.split_inclusive('\n').take(number(line) - 1).map(str::len).sum();
        let rest = &text[start..];
        start + rest.char_indices().nth(number(column) - 1).map_or(rest.len(), |(at, _)| at)
    };
    text[at("startLine", "startColumn")..at("endLine", "endColumn")].to_owned()
}

#[test]
fn the_log_of_the_corpus_is_valid_and_its_regions_agree() {
    let report = LintReport { files: 0, policies: 0, suppressed: 0, reports: corpus() };
    let log: Value = serde_json::from_str(&sarif(&report)).unwrap();
    let validator = jsonschema::validator_for(&schema()).unwrap();
    let errors: Vec<String> =
        validator.iter_errors(&log).take(5).map(|error| format!("{}: {error}", error.instance_path())).collect();
    assert!(errors.is_empty(), "{errors:#?}");
    assert!(serde_json::from_value::<serde_sarif::sarif::Sarif>(log.clone()).is_ok());
    let rules = log["runs"][0]["tool"]["driver"]["rules"].as_array().unwrap();
    for rule in rules {
        let help = rule["help"]["text"].as_str().unwrap_or_default();
        assert!(help.contains("What it does") || rule["id"] == "too-many", "{}", rule["id"]);
    }
    let (mut results, mut fixes) = (0, 0);
    for result in log["runs"][0]["results"].as_array().unwrap() {
        let uri = result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"].as_str().unwrap();
        let text = report.reports.iter().find(|file| file.source.name() == uri).unwrap().source.text();
        let check = |region: &Value| {
            let start = usize::try_from(region["byteOffset"].as_u64().unwrap()).unwrap();
            let length = usize::try_from(region["byteLength"].as_u64().unwrap()).unwrap();
            assert_eq!(marked(text, region), text[start..start + length], "{uri}: {region}");
        };
        check(&result["locations"][0]["physicalLocation"]["region"]);
        results += 1;
        for fix in result["fixes"].as_array().into_iter().flatten() {
            fixes += 1;
            let changes = fix["artifactChanges"].as_array().unwrap();
            changes.iter().flat_map(|change| change["replacements"].as_array().unwrap()).for_each(|replacement| {
                check(&replacement["deletedRegion"]);
            });
        }
    }
    assert!(results > 2_000 && fixes > 300, "{results} {fixes}");
}

#[test]
fn the_schema_refuses_what_is_no_log() {
    let validator = jsonschema::validator_for(&schema()).unwrap();
    assert!(!validator.is_valid(&serde_json::json!({ "version": "2.0.0", "runs": [] })));
    assert!(!validator.is_valid(&serde_json::json!({ "version": "2.1.0", "runs": [{ "results": [] }] })));
}
