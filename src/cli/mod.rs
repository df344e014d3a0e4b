//! Commands: flags in, one call into the library, an exit status out. One file a command.

mod account;
mod account_sides;
mod actions;
mod assumptions;
mod batch;
mod check;
mod check_account;
mod compared;
mod completions;
mod diff;
mod diff_accounts;
mod diff_text;
mod explain;
mod explain_code;
mod explain_human;
mod explain_policy;
mod failure;
mod files;
mod fmt;
mod import;
mod inventory;
mod judge;
mod lint;
mod man;
mod minimize;
mod options;
mod policies;
mod predict;
mod predict_human;
mod project;
mod review;
mod rules;
mod simulate;
mod status;
mod terminal;
mod test;
mod who_can;

use std::io::Write;
use std::process::ExitCode;

use clap::{CommandFactory, Parser, Subcommand};

use options::Color;
use status::Status;
use terminal::Terminal;

/// Alibaba Cloud RAM policies: judged, linted, explained and compared, offline
///
/// Reads Alibaba Cloud RAM policies and tells, offline, what a call is going to answer and why: whether the policies allow it
/// (`simulate`), and for the ECS API JoinSecurityGroup whether it succeeds or with which error code it fails (`predict`). Finds
/// mistakes in policies (`lint`), explains a denial (`explain`), compares policies by meaning (`diff`, `check`), and tells what a
/// whole account comes to (`who-can`, `review`).
#[derive(Debug, Parser)]
#[command(name = "ramspect", version, max_term_width = 80, after_long_help = STATUSES)]
pub(crate) struct Cli {
    /// Colours: `auto` (the default), `always` or `never`
    ///
    /// `auto` uses them in a terminal unless the variable NO_COLOR is set.
    #[arg(long, value_enum, default_value = "auto", global = true, value_name = "WHEN", help_heading = "Output")]
    #[arg(hide_default_value = true, hide_possible_values = true)]
    color: Color,
    #[command(subcommand)]
    command: Command,
}

/// The end of every long help.
const STATUSES: &str = "\
Exit status:
  0  yes: the call succeeds, the request is allowed
  1  no: the call fails, the request is denied
  2  the job could not be done: wrong usage, unreadable or invalid input
  3  cannot tell: the answer depends on a fact that was not given
  Of several answers the first of 2, 3, 1, 0 that occurs counts.";

#[derive(Debug, Subcommand)]
enum Command {
    Predict(predict::PredictArgs),
    Simulate(simulate::SimulateArgs),
    Explain(explain::ExplainArgs),
    Diff(diff::DiffArgs),
    Check(check::CheckArgs),
    ExplainPolicy(explain_policy::ExplainPolicyArgs),
    Minimize(minimize::MinimizeArgs),
    WhoCan(who_can::WhoCanArgs),
    Review(review::ReviewArgs),
    Test(test::TestArgs),
    Import(import::ImportArgs),
    Assumptions(assumptions::AssumptionsArgs),
    Completions(completions::CompletionsArgs),
    Man(man::ManArgs),
    Lint(lint::LintArgs),
    Fmt(fmt::FmtArgs),
    Rule(rules::RuleArgs),
    Rules(rules::RulesArgs),
    Actions(actions::ActionsArgs),
}

/// The definitions that parsing, help, completions and man page share.
fn definitions() -> clap::Command {
    Cli::command()
}

/// Runs the command line.
pub(crate) fn main() -> ExitCode {
    let cli = Cli::parse();
    let mut terminal = Terminal::new(cli.color);
    let result = match &cli.command {
        Command::Predict(args) => predict::run(args, &mut terminal),
        Command::Simulate(args) => simulate::run(args, &mut terminal),
        Command::Explain(args) => explain::run(args, &mut terminal),
        Command::Diff(args) => diff::run(args, &mut terminal),
        Command::Check(args) => check::run(args, &mut terminal),
        Command::ExplainPolicy(args) => explain_policy::run(args, &mut terminal),
        Command::Minimize(args) => minimize::run(args, &mut terminal),
        Command::WhoCan(args) => who_can::run(args, &mut terminal),
        Command::Review(args) => review::run(args, &mut terminal),
        Command::Test(args) => test::run(args, &mut terminal),
        Command::Import(args) => import::run(args, &mut terminal),
        Command::Assumptions(args) => assumptions::run(args, &mut terminal),
        Command::Completions(args) => completions::run(args, definitions(), &mut terminal),
        Command::Man(args) => man::run(args, definitions(), &mut terminal),
        Command::Lint(args) => lint::run(args, &mut terminal),
        Command::Fmt(args) => fmt::run(args, &mut terminal),
        Command::Rule(args) => rules::run(args, &mut terminal),
        Command::Rules(args) => rules::run_table(args, &mut terminal),
        Command::Actions(args) => actions::run(args, &mut terminal),
    };
    let status = result.unwrap_or_else(|failure| {
        // What was answered before stands above what went wrong.
        let _ = terminal.out.flush();
        terminal.report(&failure);
        Status::Bad
    });
    if let Err(error) = terminal.out.flush() {
        if error.kind() == std::io::ErrorKind::BrokenPipe {
            return Status::Yes.into();
        }
        let message = format!("the answer cannot be written: {}", files::describe(&error));
        terminal.report(&failure::Failure::new(message));
        return Status::Bad.into();
    }
    status.into()
}
