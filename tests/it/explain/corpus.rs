//! Every message of the shared corpus, read where it lies, against `tests/cases/explain/corpus.tsv`.
//!
//! The table was reviewed line by line; `UPDATE=1` writes it anew, and the change is to be reviewed again.

use std::path::PathBuf;

use ramspect::explain::{Denial, read};

/// The shared folder: `RAMSPECT_SHARED`, beside the project, or where the sessions find it.
pub fn shared() -> PathBuf {
    let beside = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared");
    let named = std::env::var_os("RAMSPECT_SHARED").map(PathBuf::from);
    let places = named.into_iter().chain([beside, PathBuf::from("/work/shared")]);
    places.into_iter().find(|place| place.join("corpus/errors").is_dir()).expect(
        "the shared corpus is missing: set RAMSPECT_SHARED to the folder that holds `corpus/errors` (this test must not pass without it)",
    )
}

fn row(name: &str, denials: &[Denial]) -> String {
    let Some(first) = denials.iter().find(|denial| denial.is_ram_denial()).or(denials.first()) else {
        return format!("{name}\t0\t-\t-\t-\t-\t-\t-\t-\t-");
    };
    let told = |text: &Option<String>| text.clone().unwrap_or("-".to_owned());
    [
        name.to_owned(),
        denials.len().to_string(),
        first.is_ram_denial().to_string(),
        first.class.word().unwrap_or("-").to_owned(),
        first.http.map_or("-".to_owned(), |http| http.to_string()),
        told(&first.code),
        told(&first.action),
        told(&first.resource),
        first.principal.as_ref().map_or("-".to_owned(), |caller| told(&caller.kind)),
        told(&first.policy_type),
    ]
    .join("\t")
}

#[test]
fn the_shared_corpus_is_read_as_the_reviewed_table_says() {
    let shared = shared();
    let mut rows =
        vec!["file\terrors\tram_denial\twhat\thttp\tcode\taction\tresource\tprincipal\tpolicy_type".to_owned()];
    for (folder, ending) in [("errors", "txt"), ("actiontrail", "json")] {
        let mut files: Vec<_> = std::fs::read_dir(shared.join("corpus").join(folder))
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .filter(|path| path.extension().is_some_and(|e| e == ending))
            .collect();
        files.sort();
        for file in files {
            let text = std::fs::read_to_string(&file).unwrap();
            let denials = read(&text);
            for denial in &denials {
                assert!(denial.span.end as usize <= text.len() && text.get(denial.span.range()).is_some());
                assert!(text.get(denial.mark.range()).is_some());
            }
            rows.push(row(&format!("{folder}/{}", file.file_name().unwrap().to_string_lossy()), &denials));
        }
    }
    let table = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/cases/explain/corpus.tsv");
    let found = rows.join("\n") + "\n";
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(&table, &found).unwrap();
    }
    let expected = std::fs::read_to_string(&table).expect("the reviewed table");
    for (found, expected) in found.lines().zip(expected.lines()) {
        assert_eq!(found, expected);
    }
    assert_eq!(found.lines().count(), expected.lines().count());
}
