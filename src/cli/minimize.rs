//! `ramspect minimize`: an equivalent smaller policy.

use std::io::Write;

use clap::Args;

use ramspect::analyze::{Minimized, Options, minimize};
use ramspect::evaluate::Rules;
use ramspect::format::format;
use ramspect::policy::Policy;
use ramspect::report::document::document;
use ramspect::report::minimize::{MinimizeAnswer, Size, StepAnswer};

use super::compared::{Policies, budget};
use super::failure::{Failure, Outcome};
use super::options::{AssumeArgs, Format, OutputArgs};
use super::status::Status;
use super::terminal::Terminal;

/// Prints a smaller policy that says the same, proved equivalent
///
/// Statements, entries, tests and values that make no difference are left out, and statements that differ in one list are
/// joined; each change is proved before it is made, and the result is compared with the whole original. It allows and denies
/// the same requests, so it can stand in the place of the original beside other policies. The policy goes to standard output,
/// what was changed to standard error.
///
/// JSON, schema `ramspect.minimize/1`: `result` (`equivalent`, or `undecided` and no policy), `exact` (everything was tried and
/// decided), `allows` (whether it allows anything; null: undecided), `before` and `after` (`statements`, `entries`,
/// `characters`), `steps` (`policy`, `statement`, `change`, `by`, `element`, `operator`, `key`, `text`), `policy`.
///
/// Exit status: 0 when the printed policy is proved equivalent, changed or not; 3 when that is undecided.
#[derive(Debug, Args)]
#[command(after_long_help = EXAMPLES)]
pub(crate) struct MinimizeArgs {
    #[command(flatten)]
    work: WorkArgs,
    #[command(flatten)]
    output: OutputArgs,
}

const EXAMPLES: &str = "\
Examples:
  ramspect minimize policy.json > smaller.json
  aliyun ram GetPolicy --PolicyName dev --PolicyType Custom | ramspect minimize -
  ramspect minimize policies/ --alone --format json";

/// What is minimized, and how far.
#[derive(Debug, Args)]
pub(super) struct WorkArgs {
    /// The policies: a file, a folder (all of its policies together), or `-`
    #[arg(value_name = "POLICY")]
    policy: String,
    /// Nothing else is attached: leave out a Deny that takes nothing away here
    ///
    /// Without it a Deny stays, because it may stop what another policy allows.
    #[arg(long)]
    pub(super) alone: bool,
    /// Seconds after which no more is tried
    #[arg(long, value_name = "SECONDS", default_value = "10")]
    budget: f64,
    #[command(flatten)]
    assume: AssumeArgs,
}

impl WorkArgs {
    /// The policies, and what to decide about them with.
    pub(super) fn read(&self, terminal: &mut Terminal) -> Outcome<(Policies, Options)> {
        let rules = Rules::from(&self.assume.assumptions()?);
        let options = Options { rules, budget: budget(self.budget)?, ..Options::default() };
        let read = Policies::read(&[&self.policy], terminal)?.into_iter().next();
        read.map(|read| (read, options)).ok_or_else(|| Failure::new("there is no policy"))
    }
}

pub(crate) fn run(args: &MinimizeArgs, terminal: &mut Terminal) -> Outcome<Status> {
    let (read, options) = args.work.read(terminal)?;
    let policies: Vec<&Policy<'_>> = read.documents().map(|policy| -> &Policy<'_> { policy }).collect();
    let minimized = minimize(&policies, args.work.alone, options);
    let answer = answer(&minimized, Size::of(policies.iter().copied()), |policy| read.name(policy).to_owned());
    match args.output.format {
        Format::Human => human(&minimized, &answer, policies.len() == 1, terminal)?,
        Format::Json => {
            let _ = serde_json::to_writer(&mut terminal.out, &answer);
            let _ = writeln!(terminal.out);
        }
    }
    Ok(status(&minimized).exit_zero(args.output.exit_zero))
}

fn status(minimized: &Minimized<'_>) -> Status {
    if minimized.proved { Status::Yes } else { Status::Unknown }
}

fn answer(minimized: &Minimized<'_>, before: Size, name: impl Fn(usize) -> String) -> MinimizeAnswer {
    let proved = minimized.proved;
    MinimizeAnswer {
        schema: "ramspect.minimize/1",
        result: if proved { "equivalent" } else { "undecided" },
        exact: proved && minimized.complete && minimized.undecided == 0,
        allows: minimized.allows,
        before,
        after: proved.then(|| Size::of([&minimized.policy])),
        steps: minimized.steps.iter().filter(|_| proved).map(|step| StepAnswer::new(step, &name)).collect(),
        policy: proved.then(|| document(&minimized.policy)),
    }
}

fn human(minimized: &Minimized<'_>, answer: &MinimizeAnswer, one_policy: bool, terminal: &mut Terminal) -> Outcome<()> {
    let (Some(policy), Some(after)) = (&answer.policy, answer.after) else {
        let _ = writeln!(terminal.err, "undecided: no smaller policy was proved equivalent within `--budget`");
        return Ok(());
    };
    let text = format(&policy.to_string()).map_err(|_| Failure::new("the smaller policy cannot be written"))?;
    let _ = terminal.out.write_all(text.as_bytes());
    let _ = terminal.out.flush();
    for step in &answer.steps {
        let _ = writeln!(terminal.err, "{}", step.line(one_policy));
    }
    let before = answer.before;
    if answer.steps.is_empty() && answer.exact {
        let _ = writeln!(terminal.err, "nothing can be left out or joined");
    } else if !answer.steps.is_empty() {
        let _ = writeln!(
            terminal.err,
            "proved equivalent: {} instead of {}, {} instead of {}, {} instead of {}",
            count(after.statements, "statement"),
            before.statements,
            count(after.entries, "entry"),
            before.entries,
            count(after.characters, "character"),
            before.characters
        );
    }
    if answer.allows == Some(false) {
        let _ = writeln!(terminal.err, "it allows nothing; RAM takes no policy without a statement, so one stays");
    }
    if !minimized.complete {
        let _ = writeln!(terminal.err, "the time was over before everything was tried: more time may make it smaller");
    }
    if minimized.undecided > 0 {
        let changes = count(minimized.undecided, "change");
        let _ = writeln!(terminal.err, "{changes} could not be proved within the budget and were not made");
    }
    Ok(())
}

fn count(number: usize, noun: &str) -> String {
    match (number, noun.strip_suffix('y')) {
        (1, _) => format!("1 {noun}"),
        (_, Some(stem)) => format!("{number} {stem}ies"),
        _ => format!("{number} {noun}s"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ramspect::policy::{PolicyKind, lower};

    /// Steps are proved one by one before the whole is, so only a clock that runs out in between leaves it undecided: no
    /// command line brings that about for sure.
    #[test]
    fn what_was_not_proved_as_a_whole_is_not_printed() {
        let text = r#"{"Version":"1","Statement":[{"Effect":"Allow","Action":"ecs:*","Resource":"*"}]}"#;
        let policy = lower(text, PolicyKind::Identity).policy;
        let minimized =
            Minimized { policy, proved: false, allows: None, complete: false, undecided: 0, steps: Vec::new() };
        assert_eq!(status(&minimized), Status::Unknown);
        let answer = answer(&minimized, Size::of([&minimized.policy]), |_| String::new());
        assert_eq!((answer.result, answer.exact), ("undecided", false));
        assert!(answer.policy.is_none() && answer.after.is_none() && answer.steps.is_empty());
    }
}
