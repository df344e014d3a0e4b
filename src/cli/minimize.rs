//! `ramspect minimize`: an equivalent smaller policy.

use std::io::Write;

use clap::Args;
use serde::Serialize;
use serde_json::Value;

use ramspect::analyze::{Options, minimize};
use ramspect::evaluate::Rules;
use ramspect::format::format;
use ramspect::policy::Policy;
use ramspect::report::document::document;

use super::compared::{Policies, budget};
use super::failure::{Failure, Outcome};
use super::options::{AssumeArgs, Format, OutputArgs};
use super::status::Status;
use super::terminal::Terminal;

/// Prints an equivalent smaller policy, proved equivalent before it is printed
#[derive(Debug, Args)]
pub(crate) struct MinimizeArgs {
    /// The policies: a file, a folder (all of its policies become one), or `-`
    #[arg(value_name = "POLICY")]
    policy: String,
    /// Seconds after which no more is tried
    #[arg(long, value_name = "SECONDS", default_value = "10")]
    budget: f64,
    #[command(flatten)]
    assume: AssumeArgs,
    #[command(flatten)]
    output: OutputArgs,
}

/// The answer of `minimize`.
#[derive(Serialize)]
struct Answer {
    schema: &'static str,
    /// `equivalent`, or `undecided` and no policy.
    result: &'static str,
    /// Whether everything was tried.
    complete: bool,
    before: Size,
    after: Option<Size>,
    policy: Option<Value>,
}

/// How large a policy is.
#[derive(Serialize)]
struct Size {
    statements: usize,
    characters: usize,
}

pub(crate) fn run(args: &MinimizeArgs, terminal: &mut Terminal) -> Outcome<Status> {
    let rules = Rules::from(&args.assume.assumptions()?);
    let options = Options { rules, budget: budget(args.budget)?, ..Options::default() };
    let sides = Policies::read(&[&args.policy], terminal)?;
    let policies: Vec<&Policy<'static>> = sides.iter().flat_map(Policies::documents).collect();
    let minimized = minimize(&policies, options);
    let before = Size {
        statements: policies.iter().map(|policy| policy.statements.len()).sum(),
        characters: policies.iter().map(|policy| characters(&document(policy))).sum(),
    };
    let smaller = document(&minimized.policy);
    let after = Size { statements: minimized.policy.statements.len(), characters: characters(&smaller) };
    let formatted = format(&smaller.to_string()).map_err(|_| Failure::new("the smaller policy cannot be written"))?;
    match args.output.format {
        Format::Human if minimized.proved => {
            let _ = terminal.out.write_all(formatted.as_bytes());
            let note = if minimized.complete { "" } else { "; the time was over before everything was tried" };
            let _ = writeln!(
                terminal.err,
                "{} statements became {}, {} characters {}; proved equivalent{note}",
                before.statements, after.statements, before.characters, after.characters
            );
        }
        Format::Human => {
            let _ = writeln!(terminal.err, "whether a smaller policy is equivalent could not be decided within `--budget`");
        }
        Format::Json => {
            let policy = minimized.proved.then_some(smaller);
            let result = if minimized.proved { "equivalent" } else { "undecided" };
            let after = minimized.proved.then_some(after);
            let schema = "ramspect.minimize/1";
            let answer = Answer { schema, result, complete: minimized.complete, before, after, policy };
            let _ = serde_json::to_writer(&mut terminal.out, &answer);
            let _ = writeln!(terminal.out);
        }
    }
    let status = if minimized.proved { Status::Yes } else { Status::Unknown };
    Ok(status.exit_zero(args.output.exit_zero))
}

/// Length without white space between tokens, as RAM's limit counts it.
fn characters(document: &Value) -> usize {
    document.to_string().chars().count()
}
