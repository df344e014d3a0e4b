//! `ramspect check`: proofs about a policy, or requests that show the contrary.

use std::io::Write;

use clap::Args;

use ramspect::analyze::{Options, Side, Witness, Witnesses, beyond, overlap};
use ramspect::diagnostic::Severity;
use ramspect::evaluate::Rules;
use ramspect::policy::{PolicyKind, lower};
use ramspect::report::analyze::{CheckAnswer, CheckResult, CounterExample};
use ramspect::report::human::{Quote, Tone};

use super::compared::{Policies, budget, request_line};
use super::failure::{Failure, Outcome};
use super::options::{AssumeArgs, Format, OutputArgs};
use super::status::Status;
use super::terminal::Terminal;

/// Proves what policies can never allow, always allow, or allow at most; or shows a request to the contrary
#[derive(Debug, Args)]
pub(crate) struct CheckArgs {
    /// The policies: a file, a folder (all of its policies together), or `-`
    #[arg(value_name = "POLICY")]
    policy: String,
    /// No request with such an action (on such a resource) is allowed; both may hold wildcards (repeatable)
    #[arg(long, value_name = "ACTION[@RESOURCE]")]
    may_not: Vec<String>,
    /// Every request with such an action on such a resource is allowed, whatever its context (repeatable)
    #[arg(long, value_name = "ACTION@RESOURCE")]
    must_allow: Vec<String>,
    /// Nothing is allowed that these policies do not allow: a file or a folder (repeatable)
    #[arg(long, value_name = "REFERENCE")]
    no_broader_than: Vec<String>,
    /// Seconds for each check, after which it is undecided
    #[arg(long, value_name = "SECONDS", default_value = "10")]
    budget: f64,
    #[command(flatten)]
    assume: AssumeArgs,
    #[command(flatten)]
    output: OutputArgs,
}

/// One thing to be proved, with the policy that spells it.
struct Wanted<'a> {
    check: &'static str,
    action: &'a str,
    resource: &'a str,
    text: String,
}

impl<'a> Wanted<'a> {
    fn new(check: &'static str, text: &'a str) -> Outcome<Self> {
        let (action, resource) = text.split_once('@').unwrap_or((text, "*"));
        let shape = if check == "may-not" { "ACTION[@RESOURCE]" } else { "ACTION@RESOURCE" };
        let failure = || Failure::new(format!("`--{check} {text}` is not of the form `{shape}`"));
        if check == "must-allow" && !text.contains('@') {
            return Err(failure().with_help("say on which resource, `*` for all"));
        }
        if action != "*" && !action.contains(':') {
            return Err(failure().with_help("an action is written `<service>:<Name>`, wildcards allowed"));
        }
        if resource.is_empty() {
            return Err(failure());
        }
        let statement = serde_json::json!({ "Effect": "Allow", "Action": action, "Resource": resource });
        let policy = serde_json::json!({ "Version": "1", "Statement": [statement] });
        Ok(Self { check, action, resource, text: policy.to_string() })
    }
}

/// What one check came to.
struct Checked {
    title: String,
    result: CheckResult,
    witness: Option<Witness>,
}

pub(crate) fn run(args: &CheckArgs, terminal: &mut Terminal) -> Outcome<Status> {
    if args.may_not.is_empty() && args.must_allow.is_empty() && args.no_broader_than.is_empty() {
        let help = "say what is to be proved: `--may-not`, `--must-allow` or `--no-broader-than`";
        return Err(Failure::new("there is nothing to check").with_help(help));
    }
    let rules = Rules::from(&args.assume.assumptions()?);
    let options = Options { rules, budget: budget(args.budget)?, limit: 1 };
    let may_not = args.may_not.iter().map(|text| Wanted::new("may-not", text)).collect::<Outcome<Vec<_>>>()?;
    let must_allow = args.must_allow.iter().map(|text| Wanted::new("must-allow", text)).collect::<Outcome<Vec<_>>>()?;
    let paths: Vec<&str> = std::iter::once(&args.policy).chain(&args.no_broader_than).map(String::as_str).collect();
    let policies = Policies::read(&paths, terminal)?;
    let Some((policy, references)) = policies.split_first() else { return Err(Failure::new("there is no policy")) };
    let side = policy.side();
    let mut checks = Vec::new();
    for wanted in may_not.iter().chain(&must_allow) {
        let lowered = lower(&wanted.text, PolicyKind::Identity).policy;
        let pattern = Side::new([&lowered]);
        // The policy is the second side in both questions.
        let may_not = wanted.check == "may-not";
        let witnesses =
            if may_not { overlap(&pattern, &side, options) } else { turned(beyond(&side, &pattern, options)) };
        let verb = if may_not { "may not allow" } else { "must allow" };
        let title = format!("{verb} {} on {}", wanted.action, wanted.resource);
        let mut checked = checked(wanted.check, title, witnesses, policy, &side);
        checked.result.action = Some(wanted.action.to_owned());
        checked.result.resource = Some(wanted.resource.to_owned());
        checks.push(checked);
    }
    for reference in references {
        let witnesses = beyond(&reference.side(), &side, options);
        let title = format!("may not be broader than {}", reference.path());
        let mut checked = checked("no-broader-than", title, witnesses, policy, &side);
        checked.result.reference = Some(reference.path().to_owned());
        checks.push(checked);
    }
    let status = checks.iter().map(|checked| status(checked.result.result)).max().unwrap_or(Status::Yes);
    match args.output.format {
        Format::Json => {
            let result = match status {
                Status::Yes => "proved",
                Status::No => "violated",
                Status::Unknown | Status::Bad => "undecided",
            };
            let checks = checks.into_iter().map(|checked| checked.result).collect();
            let answer = CheckAnswer { schema: "ramspect.check/1", result, checks };
            let _ = serde_json::to_writer(&mut terminal.out, &answer);
            let _ = writeln!(terminal.out);
        }
        Format::Human => human(&checks, policy, &side, terminal),
    }
    Ok(status.exit_zero(args.output.exit_zero))
}

/// The same witnesses with the sides exchanged.
fn turned(mut witnesses: Witnesses) -> Witnesses {
    for witness in &mut witnesses.found {
        std::mem::swap(&mut witness.first, &mut witness.second);
        std::mem::swap(&mut witness.first_by, &mut witness.second_by);
    }
    witnesses
}

fn status(result: &str) -> Status {
    match result {
        "proved" => Status::Yes,
        "violated" => Status::No,
        _ => Status::Unknown,
    }
}

fn checked(check: &'static str, title: String, witnesses: Witnesses, policy: &Policies, side: &Side<'_>) -> Checked {
    let result = match witnesses.any() {
        Some(false) => "proved",
        Some(true) => "violated",
        None => "undecided",
    };
    let witness = witnesses.found.into_iter().next();
    let counterexample = witness.as_ref().map(|witness| CounterExample {
        request: witness.into(),
        decision: witness.second.word(),
        by: witness.second_by.and_then(|id| policy.decided_by("policy", side, id)).into_iter().collect(),
    });
    let result = CheckResult { check, action: None, resource: None, reference: None, result, counterexample };
    Checked { title, result, witness }
}

fn human(checks: &[Checked], policy: &Policies, side: &Side<'_>, terminal: &mut Terminal) {
    let painter = terminal.painter_of_answers();
    let mut text = String::new();
    for checked in checks {
        let tone = match checked.result.result {
            "proved" => Tone::Good,
            "violated" => Tone::Bad,
            _ => Tone::Open,
        };
        text.push_str(&format!("{}: {}\n", painter.paint(checked.result.result, tone), checked.title));
        let Some(witness) = &checked.witness else { continue };
        text.push_str(&painter.wrap(&format!("  {} is {}", request_line(witness), verdict(witness)), 4));
        let place = witness.second_by.and_then(|id| policy.place(side, id));
        if let Some((name, number, source, span)) = place {
            let title = format!("{name} statement {number} decides");
            text.push_str(&painter.quote(&Quote { source, span, title, severity: Severity::Error }));
        }
    }
    let _ = terminal.out.write_all(text.as_bytes());
}

fn verdict(witness: &Witness) -> &'static str {
    use ramspect::evaluate::Decision;
    match witness.second {
        Decision::Allow => "allowed",
        Decision::ExplicitDeny => "denied by a statement",
        Decision::ImplicitDeny => "denied: nothing allows it",
    }
}
