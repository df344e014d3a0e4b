//! Commands: flags in, one call into the library, an exit status out. One file a command.

mod assumptions;
mod batch;
mod batch_line;
mod check;
mod compared;
mod diff;
mod diff_text;
mod failure;
mod files;
mod inventory;
mod judge;
mod options;
mod policies;
mod predict;
mod predict_human;
mod principal;
mod requests;
mod simulate;
mod status;
mod terminal;

use std::io::Write;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

use options::Color;
use status::Status;
use terminal::Terminal;

/// Alibaba Cloud RAM policies: simulate requests and predict the outcome of JoinSecurityGroup, offline
#[derive(Debug, Parser)]
#[command(name = "ramspect", version, max_term_width = 100, propagate_version = false)]
pub(crate) struct Cli {
    /// When to use colours; `NO_COLOR` is respected
    #[arg(long, value_enum, default_value = "auto", global = true, value_name = "WHEN")]
    color: Color,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Predict(predict::PredictArgs),
    Simulate(simulate::SimulateArgs),
    Diff(diff::DiffArgs),
    Check(check::CheckArgs),
    Assumptions(assumptions::AssumptionsArgs),
}

/// Runs the command line.
pub(crate) fn main() -> ExitCode {
    let cli = Cli::parse();
    let mut terminal = Terminal::new(cli.color);
    let result = match &cli.command {
        Command::Predict(args) => predict::run(args, &mut terminal),
        Command::Simulate(args) => simulate::run(args, &mut terminal),
        Command::Diff(args) => diff::run(args, &mut terminal),
        Command::Check(args) => check::run(args, &mut terminal),
        Command::Assumptions(args) => assumptions::run(args, &mut terminal),
    };
    let status = result.unwrap_or_else(|failure| {
        let _ = writeln!(terminal.err, "{failure}");
        Status::Bad
    });
    if let Err(error) = terminal.out.flush() {
        if error.kind() == std::io::ErrorKind::BrokenPipe {
            return Status::Yes.into();
        }
        let _ = writeln!(terminal.err, "error: the answer cannot be written: {}", files::describe(&error));
        return Status::Bad.into();
    }
    status.into()
}
