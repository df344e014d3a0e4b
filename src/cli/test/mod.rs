//! `ramspect test`: policy tests for CI (contract 8).

mod coverage;
mod expect;
mod file;
mod judge;
mod junit;
mod report;
mod update;

use std::io::Write;

use clap::{Args, ValueEnum};

use super::failure::Outcome;
use super::status::Status;
use super::terminal::Terminal;

/// Runs policy tests: requests with the decision or the error code that each is expected to get
#[derive(Debug, Args)]
pub(crate) struct TestArgs {
    /// Test files
    #[arg(required = true, value_name = "FILE")]
    files: Vec<String>,
    /// How to print the results
    #[arg(long, value_enum, default_value = "human", value_name = "FORMAT")]
    format: TestFormat,
    /// Writes what each test got as its expectation; nothing else of the file changes
    #[arg(long)]
    update: bool,
    /// Exit with 0 where a test failed
    #[arg(long)]
    exit_zero: bool,
}

/// For people, for programs, or for CI servers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum TestFormat {
    /// Text for people
    Human,
    /// One JSON object a file
    Json,
    /// `JUnit` XML
    Junit,
}

pub(crate) fn run(args: &TestArgs, terminal: &mut Terminal) -> Outcome<Status> {
    let mut worst = Status::Yes;
    let mut suites = Vec::new();
    for path in &args.files {
        let file = file::read(path, args.update, terminal)?;
        let suite = judge::run(file, terminal)?;
        if args.update {
            let changed = update::write(path, &suite)?;
            let tests = if changed == 1 { "expectation" } else { "expectations" };
            let _ = writeln!(terminal.err, "{path}: {changed} {tests} written");
        }
        worst = worst.max(suite.status(args.update));
        match args.format {
            TestFormat::Human => report::human(&suite, args.update, terminal),
            TestFormat::Json => report::json(&suite, terminal),
            TestFormat::Junit => suites.push(suite),
        }
    }
    if args.format == TestFormat::Junit {
        let _ = terminal.out.write_all(junit::text(&suites).as_bytes());
    }
    Ok(worst.exit_zero(args.exit_zero))
}
