//! `ramspect diff`: what a change really changes.

use std::io::Write;

use clap::{Args, ValueEnum};

use ramspect::analyze::{Comparison, Options, Relation, Side, Witness, compare};
use ramspect::evaluate::Rules;
use ramspect::report::analyze::{DiffAnswer, DifferenceAnswer};

use super::compared::{Policies, budget};
use super::diff_text;
use super::failure::{Failure, Outcome};
use super::options::AssumeArgs;
use super::status::Status;
use super::terminal::Terminal;

/// How to print a comparison.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum DiffFormat {
    /// Text for people
    Human,
    /// One JSON object
    Json,
    /// Text for a pull request
    Markdown,
}

/// Compares two policies by meaning: what the new one allows and the old one does not, and back
#[derive(Debug, Args)]
pub(crate) struct DiffArgs {
    /// The policies before: a file, a folder (all of its policies together), or `-`
    #[arg(value_name = "OLD")]
    old: String,
    /// The policies after
    #[arg(value_name = "NEW")]
    new: String,
    /// How to print the answer
    #[arg(long, value_enum, default_value = "human", value_name = "FORMAT")]
    format: DiffFormat,
    /// Exit with 0 where there is new access (1) or the answer is undecided (3)
    #[arg(long)]
    exit_zero: bool,
    /// Seconds after which what is still open is undecided
    #[arg(long, value_name = "SECONDS", default_value = "10")]
    budget: f64,
    #[command(flatten)]
    assume: AssumeArgs,
}

/// Two sides and how they compare.
pub(crate) struct Compared<'c> {
    pub(crate) policies: [&'c Policies; 2],
    pub(crate) sides: [&'c Side<'c>; 2],
    pub(crate) comparison: Comparison,
}

pub(crate) fn run(args: &DiffArgs, terminal: &mut Terminal) -> Outcome<Status> {
    let rules = Rules::from(&args.assume.assumptions()?);
    let options = Options { rules, budget: budget(args.budget)?, ..Options::default() };
    let policies = Policies::read(&[&args.old, &args.new], terminal)?;
    let [old, new] = policies.as_slice() else { return Err(Failure::new("two sides were expected")) };
    let sides = [old.side(), new.side()];
    let [old_side, new_side] = &sides;
    let comparison = compare(old_side, new_side, options);
    let status = status(&comparison).exit_zero(args.exit_zero);
    let compared = Compared { policies: [old, new], sides: [old_side, new_side], comparison };
    let text = match args.format {
        DiffFormat::Json => serde_json::to_string(&answer(&compared)).unwrap_or_default() + "\n",
        DiffFormat::Human => diff_text::human(&compared, terminal.painter_of_answers()),
        DiffFormat::Markdown => diff_text::markdown(&compared),
    };
    let _ = terminal.out.write_all(text.as_bytes());
    Ok(status)
}

/// 1 for new access, whatever else is open; 3 when the relation is undecided; else 0.
fn status(comparison: &Comparison) -> Status {
    match (comparison.new_access.any(), comparison.relation) {
        (Some(true), _) => Status::No,
        (None, _) | (Some(false), Relation::Undecided) => Status::Unknown,
        (Some(false), _) => Status::Yes,
    }
}

fn answer(compared: &Compared<'_>) -> DiffAnswer {
    let of = |witness: &Witness| {
        let [old, new] = compared.policies;
        let [old_side, new_side] = compared.sides;
        let first = witness.first_by.and_then(|id| old.decided_by("old", old_side, id));
        let second = witness.second_by.and_then(|id| new.decided_by("new", new_side, id));
        DifferenceAnswer {
            request: witness.into(),
            old: witness.first.word(),
            new: witness.second.word(),
            by: first.into_iter().chain(second).collect(),
        }
    };
    let comparison = &compared.comparison;
    DiffAnswer {
        schema: "ramspect.diff/1",
        relation: comparison.relation.as_str(),
        new_access: comparison.new_access.found.iter().map(of).collect(),
        lost_access: comparison.lost_access.found.iter().map(of).collect(),
        exact: comparison.exact,
    }
}
