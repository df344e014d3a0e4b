//! Whole processes: a batch of a million lines on one core, its memory, and the time from start to first answer.
//!
//! `cargo bench --bench process`; `-- 100000` for a batch of another length.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    clippy::cast_precision_loss,
    missing_docs,
    reason = "a bench stops at the first surprise and prints its figures"
)]

mod common;

use std::fmt::Write as _;
use std::fs::File;
use std::io::{BufWriter, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use common::shapes::{self, Ask, IP, Shape, TEAM};
use common::timing::{goal, wall, watch};

const RAMSPECT: &str = env!("CARGO_BIN_EXE_ramspect");

/// A folder that goes away in the end.
struct Folder(PathBuf);

impl Folder {
    fn new() -> Self {
        let path = std::env::temp_dir().join(format!("ramspect-bench-{}", std::process::id()));
        std::fs::create_dir_all(path.join("policies")).unwrap();
        Self(path)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// What a line says about the keys that policies test.
#[derive(Clone, Copy)]
enum Said {
    /// All of them.
    All,
    /// Only the address: the team is unknown, so every statement that tests it may match.
    Half,
}

fn write_line(line: &mut String, number: usize, ask: &Ask, said: Said) {
    let Ask { action, resource, ip, team } = ask;
    line.clear();
    let team = match said {
        Said::All => format!(",\"{TEAM}\":\"{team}\""),
        Said::Half => String::new(),
    };
    let _ = write!(line, "{{\"id\":{number},\"action\":\"{action}\",\"resources\":[\"{resource}\"],");
    let _ = writeln!(
        line,
        "\"context\":{{\"{IP}\":\"{ip}\"{team},\"acs:UserAgent\":\"sdk-{}\",\"acs:SecureTransport\":\"true\"}},\"absent\":[\"acs:MFAPresent\"]}}",
        "x".repeat(20)
    );
}

/// Writes the policies in documents of ten statements, and the lines; returns the bytes of the lines.
fn prepare(folder: &Path, statements: &[Shape], lines: usize, said: Said) -> u64 {
    let policies = folder.join("policies");
    std::fs::remove_dir_all(&policies).unwrap();
    std::fs::create_dir_all(&policies).unwrap();
    for (at, text) in shapes::documents(statements).iter().enumerate() {
        std::fs::write(policies.join(format!("p{at:05}.json")), text).unwrap();
    }
    // As many distinct requests as lines, up to a hundred thousand.
    let asks = shapes::asks(statements, lines.min(100_000));
    let path = folder.join("lines.ndjson");
    let mut out = BufWriter::new(File::create(&path).unwrap());
    let mut line = String::new();
    for (number, ask) in asks.iter().cycle().take(lines).enumerate() {
        write_line(&mut line, number, ask, said);
        out.write_all(line.as_bytes()).unwrap();
    }
    out.flush().unwrap();
    std::fs::metadata(&path).unwrap().len()
}

fn batch(folder: &Path, input: &str) -> Command {
    let mut command = Command::new(RAMSPECT);
    command.args(["simulate", "--batch", input, "-p"]).arg(folder.join("policies"));
    command.stderr(Stdio::null());
    command
}

fn throughput(folder: &Path, name: &str, statements: &[Shape], lines: usize, said: Said, wanted: f64) {
    let bytes = prepare(folder, statements, lines, said);
    let input = folder.join("lines.ndjson");
    let runs: Vec<(f64, f64)> = (0..3)
        .map(|_| watch(&mut batch(folder, input.to_str().unwrap()).stdout(Stdio::null()).spawn().unwrap()))
        .collect();
    let peak = runs.iter().fold(0.0, |most, (peak, _)| f64::max(most, *peak));
    let rate = lines as f64 / runs.iter().fold(f64::MAX, |least, (_, processor)| f64::min(least, *processor));
    println!("{name}: {lines} lines of {} bytes", bytes / lines as u64);
    goal(&format!("at least {wanted:.0} lines a second of processor time"), rate >= wanted, &format!("{rate:.0}"));
    goal("memory under 50 MB", peak < 50.0, &format!("{peak:.1} MB"));
}

/// A writer that trickles, and a reader that stops: memory must not grow with what waits in between.
fn slow_neighbours(folder: &Path, lines: usize) {
    let text = std::fs::read(folder.join("lines.ndjson")).unwrap();
    let run = |pause_in: Duration, pause_out: Duration| {
        let mut child = batch(folder, "-").stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        let (mut stdin, mut stdout) = (child.stdin.take().unwrap(), child.stdout.take().unwrap());
        std::thread::scope(|scope| {
            scope.spawn(|| {
                for piece in text.chunks(1 << 18) {
                    std::thread::sleep(pause_in);
                    if stdin.write_all(piece).is_err() {
                        break;
                    }
                }
                drop(stdin);
            });
            scope.spawn(move || {
                let mut buffer = vec![0; 1 << 16];
                while stdout.read(&mut buffer).unwrap() > 0 {
                    std::thread::sleep(pause_out);
                }
            });
            watch(&mut child).0
        })
    };
    let usual = run(Duration::ZERO, Duration::ZERO);
    let (writer, reader) =
        (run(Duration::from_millis(4), Duration::ZERO), run(Duration::ZERO, Duration::from_millis(2)));
    println!("pipes, {lines} lines: usual {usual:.1} MB");
    let grows = |peak: f64| peak > usual + 2.0;
    goal("a slow writer does not grow it", !grows(writer), &format!("{writer:.1} MB"));
    goal("a slow reader does not grow it", !grows(reader), &format!("{reader:.1} MB"));
}

/// The first command of the README, and a program that does nothing.
fn start_up() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let run = |program: &str, arguments: &[&str]| {
        let mut command = Command::new(program);
        command.args(arguments).current_dir(root).stdout(Stdio::null()).stderr(Stdio::null());
        wall(|| assert!(command.status().is_ok()))
    };
    let arguments = [
        "predict",
        "--request",
        "examples/fleet/requests.json",
        "-p",
        "examples/fleet/policies",
        "-i",
        "examples/fleet/inventory",
    ];
    // In turns. Whatever else runs here only ever adds to wall time, so the best of many is the figure.
    let runs: Vec<[f64; 2]> = (0..300).map(|_| [run("true", &[]), run(RAMSPECT, &arguments)]).collect();
    let [nothing, whole] = [0, 1].map(|which| {
        let mut times: Vec<f64> = runs.iter().map(|times| times[which] * 1e3).collect();
        times.sort_by(f64::total_cmp);
        (times[0], times[times.len() / 2])
    });
    println!("start-up: `ramspect {}`", arguments.join(" "));
    println!(
        "    best and median of 300: {:.2} and {:.2} ms; `true` {:.2} and {:.2} ms",
        whole.0, whole.1, nothing.0, nothing.1
    );
    goal("whole process under 4 ms", whole.0 < 4.0, &format!("{:.2} ms", whole.0));
}

fn main() {
    let given = std::env::args().skip(1).find_map(|word| word.parse().ok());
    let lines: usize = given.unwrap_or(1_000_000);
    let folder = Folder::new();
    let begin = Instant::now();
    start_up();
    throughput(&folder.0, "batch, real, 1,000 statements", &shapes::real(1000), lines, Said::All, 4e5);
    throughput(&folder.0, "batch, peer, 1,000 statements", &shapes::peer(1000), lines, Said::All, 4e5);
    slow_neighbours(&folder.0, lines);
    throughput(&folder.0, "batch, peer, unknown keys", &shapes::peer(1000), lines / 10, Said::Half, 0.0);
    throughput(&folder.0, "batch, real, 10,000 statements", &shapes::real(10_000), lines / 10, Said::All, 0.0);
    println!("{:.0} s in all", begin.elapsed().as_secs_f64());
}
