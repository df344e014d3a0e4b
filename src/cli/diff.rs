//! `ramspect diff`: what a change really changes.

use std::io::Write;

use clap::{Args, ValueEnum};

use ramspect::analyze::{Comparison, Options, Relation, Side, Witness, compare};
use ramspect::evaluate::Rules;
use ramspect::report::analyze::{DiffAnswer, DifferenceAnswer, PrincipalOfDiff};

use super::compared::{Places, Policies, budget};
use super::diff_accounts;
use super::diff_text;
use super::failure::{Failure, Outcome};
use super::options::{AssumeArgs, MissingPolicyChoice};
use super::status::Status;
use super::terminal::Terminal;

/// How to print a comparison.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum DiffFormat {
    /// Text for people
    Human,
    /// One JSON object
    Json,
    /// Text for a pull request
    Markdown,
}

/// Compares two policies by meaning: what the new one allows and the old one does not, and back
#[derive(Debug, Args)]
#[command(after_long_help = EXAMPLES)]
pub(crate) struct DiffArgs {
    /// The policies before: a file, a folder (all of its policies together), or `-`
    #[arg(value_name = "OLD")]
    pub(crate) old: String,
    /// The policies after
    #[arg(value_name = "NEW")]
    pub(crate) new: String,
    /// OLD and NEW are account files
    ///
    /// Compares what every user and role may do, all layers together, and who may assume each role.
    #[arg(long)]
    accounts: bool,
    /// Only one principal of the accounts
    #[arg(long, value_name = "ARN", requires = "accounts")]
    pub(crate) principal: Option<String>,
    /// What a policy name is that an account does not define
    ///
    /// A mistake (`error`, the default), or a policy that may say anything (`unknown`): then what depends on it is undecided.
    #[arg(long, value_enum, default_value = "error", value_name = "CHOICE", requires = "accounts")]
    #[arg(hide_possible_values = true, hide_default_value = true)]
    pub(crate) missing_policy: MissingPolicyChoice,
    /// How to print the answer
    #[arg(long, value_enum, default_value = "human", value_name = "FORMAT")]
    pub(crate) format: DiffFormat,
    /// Exit with 0 where there is new access (1) or the answer is undecided (3)
    #[arg(long)]
    pub(crate) exit_zero: bool,
    /// Seconds after which what is still open is undecided
    #[arg(long, value_name = "SECONDS", default_value = "10")]
    pub(crate) budget: f64,
    #[command(flatten)]
    pub(crate) assume: AssumeArgs,
}

const EXAMPLES: &str = "\
Examples:
  ramspect diff old.json new.json
  git show HEAD:policy.json | ramspect diff - policy.json --format markdown
  ramspect diff --accounts before/account.json after/account.json

JSON: `schema`, `relation`, `new_access` and `lost_access` (whole requests with
what `old` and `new` say and the statements that decide, `by`), `exact`. With
--accounts one line a principal, with `principal`, `compared` (`access`: what it
may do, `trust`: who may assume it, then `context` names who as `Principal.RAM`,
`Principal.Service` or `Principal.Federated`), `presence` (`kept`, `added`,
`removed`) and `depends_on` (policies whose content nobody knows).

Exit status:
  0  no new access
  1  new access
  2  the job could not be done
  3  undecided";

/// Two sides and how they compare.
pub(crate) struct Compared<'c> {
    pub(crate) policies: [&'c dyn Places; 2],
    pub(crate) sides: [&'c Side<'c>; 2],
    pub(crate) comparison: Comparison,
}

pub(crate) fn run(args: &DiffArgs, terminal: &mut Terminal) -> Outcome<Status> {
    let rules = Rules::from(&args.assume.assumptions()?);
    let options = Options { rules, budget: budget(args.budget)?, ..Options::default() };
    if args.accounts {
        return diff_accounts::run(args, options, terminal);
    }
    let policies = Policies::read(&[&args.old, &args.new], terminal)?;
    let [old, new] = policies.as_slice() else { return Err(Failure::new("two sides were expected")) };
    let sides = [old.side(), new.side()];
    let [old_side, new_side] = &sides;
    let comparison = compare(old_side, new_side, options);
    let status = status(&comparison).exit_zero(args.exit_zero);
    let compared = Compared { policies: [old, new], sides: [old_side, new_side], comparison };
    let text = match args.format {
        DiffFormat::Json => serde_json::to_string(&answer(&compared, None)).unwrap_or_default() + "\n",
        DiffFormat::Human => diff_text::human(&compared, terminal.painter_of_answers()),
        DiffFormat::Markdown => diff_text::markdown(&compared),
    };
    let _ = terminal.out.write_all(text.as_bytes());
    Ok(status)
}

/// 1 for new access, whatever else is open; 3 when the relation is undecided; else 0.
pub(crate) fn status(comparison: &Comparison) -> Status {
    match (comparison.new_access.any(), comparison.relation) {
        (Some(true), _) => Status::No,
        (None, _) | (Some(false), Relation::Undecided) => Status::Unknown,
        (Some(false), _) => Status::Yes,
    }
}

/// The answer in JSON; with accounts, of one principal.
pub(crate) fn answer(compared: &Compared<'_>, of: Option<PrincipalOfDiff>) -> DiffAnswer {
    let shown = |witness: &Witness| {
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
        of,
        relation: comparison.relation.as_str(),
        new_access: comparison.new_access.found.iter().map(shown).collect(),
        lost_access: comparison.lost_access.found.iter().map(shown).collect(),
        exact: comparison.exact,
    }
}
