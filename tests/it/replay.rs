//! The corpus that the fuzz targets left behind, run as they run it: no panic, and what must hold for every input holds.

use std::path::Path;

#[path = "../../fuzz/bodies.rs"]
mod bodies;

const TARGETS: [(&str, fn(&[u8])); 9] = [
    ("syntax", bodies::syntax),
    ("policies", bodies::policies),
    ("inventory", bodies::inventory),
    ("requests", bodies::requests),
    ("batch_lines", bodies::batch_lines),
    ("manifests", bodies::manifests),
    ("templates", bodies::templates),
    ("messages", bodies::messages),
    ("imports", bodies::imports),
];

#[test]
fn the_kept_corpus_is_replayed() {
    for (target, body) in TARGETS {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus").join(target);
        let mut files = 0;
        for entry in std::fs::read_dir(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display())) {
            let path = entry.unwrap().path();
            println!("{}", path.display());
            body(&std::fs::read(&path).unwrap());
            files += 1;
        }
        assert!(files > 2, "{files} inputs for {target}");
    }
}

#[test]
fn every_target_has_its_body() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/fuzz_targets");
    let mut names: Vec<String> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path().file_stem().unwrap().to_str().unwrap().to_owned())
        .collect();
    names.sort();
    let mut targets = TARGETS.map(|(name, _)| name.to_owned());
    targets.sort();
    assert_eq!(names, targets);
}
