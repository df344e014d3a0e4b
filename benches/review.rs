//! `ramspect review` of a large account through the real binary: time and memory, for two shapes of accounts.
//!
//! `cargo bench --bench review`; `-- write DIR` only writes the files.
#![allow(
    clippy::pedantic,
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stdout,
    missing_docs,
    reason = "a bench stops at the first surprise and prints its figures"
)]

mod common;

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;

use common::account::{Rng, account, dangerous_account};
use common::timing::{goal, watch};

const SEED: u64 = 20_261_124;

fn write(folder: &Path) -> [(&'static str, PathBuf); 2] {
    std::fs::create_dir_all(folder).unwrap();
    [("bench-like", account as fn(&mut Rng) -> String), ("dangerous", dangerous_account)].map(|(name, make)| {
        let path = folder.join(format!("{name}.json"));
        std::fs::write(&path, make(&mut Rng(SEED))).unwrap();
        (name, path)
    })
}

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|argument| argument != "--bench").collect();
    if let [word, folder] = arguments.as_slice()
        && word == "write"
    {
        write(Path::new(folder));
        return;
    }
    for (name, path) in write(&Path::new(env!("CARGO_TARGET_TMPDIR")).join("review bench")) {
        for format in ["human", "json", "html"] {
            let page = path.with_extension("html");
            let mut command = Command::new(env!("CARGO_BIN_EXE_ramspect"));
            command.args(["review", "--account", path.to_str().unwrap()]);
            match format {
                "html" => command.args(["--html", page.to_str().unwrap()]),
                format => command.args(["--format", format]),
            };
            let (mut best, mut most) = ((f64::MAX, f64::MAX), 0.0);
            for _ in 0..3 {
                let begin = Instant::now();
                let mut child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
                let (memory, processor) = watch(&mut child);
                assert_ne!(child.wait().unwrap().code(), Some(2));
                best = (f64::min(best.0, begin.elapsed().as_secs_f64()), f64::min(best.1, processor));
                most = f64::max(most, memory);
            }
            let figure = format!("{:.2} s, {:.2} s of processor time (best of 3), {most:.0} MB", best.0, best.1);
            goal(&format!("{name}, {format}: under 5 s and 500 MB"), best.0 < 5.0 && most < 500.0, &figure);
        }
    }
}
