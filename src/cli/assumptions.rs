//! `ramspect assumptions`: what is undocumented, and which side is taken.

use std::io::Write;

use clap::Args;
use serde::Serialize;

use ramspect::catalog::TABLE;

use super::failure::Outcome;
use super::options::{Format, OutputArgs};
use super::status::Status;
use super::terminal::Terminal;

/// Lists the undocumented rules and their choices
///
/// Lists the rules of RAM and ECS that are undocumented, or documented in two ways, with the choices of each; the first is the
/// default. `--assume ID=CHOICE` takes another one in `predict` and `simulate`.
#[derive(Debug, Args)]
#[command(after_long_help = "\
Examples:
  ramspect assumptions
  ramspect predict --request calls.json -p policies/ -i inventory/ \\
      --assume groups-per-eni=10")]
pub(crate) struct AssumptionsArgs {
    #[command(flatten)]
    output: OutputArgs,
}

#[derive(Serialize)]
struct Row {
    id: &'static str,
    question: &'static str,
    default: &'static str,
    alternatives: &'static [&'static str],
    why: &'static str,
}

pub(crate) fn run(args: &AssumptionsArgs, terminal: &mut Terminal) -> Outcome<Status> {
    let painter = terminal.painter_of_answers();
    for row in TABLE {
        let (default, alternatives) = row.choices.split_first().unwrap_or((&"", &[]));
        let written = match args.output.format {
            Format::Json => {
                let row = Row { id: row.id, question: row.question, default, alternatives, why: row.why };
                serde_json::to_string(&row).unwrap_or_default() + "\n"
            }
            Format::Human => {
                let mut text = format!("{} = {default} (or {})\n", row.id, alternatives.join(", "));
                text.push_str(&painter.wrap(&format!("    {}", row.question), 4));
                text.push_str(&painter.wrap(&format!("    because: {}", row.why), 4));
                text
            }
        };
        let _ = terminal.out.write_all(written.as_bytes());
    }
    Ok(Status::Yes)
}
