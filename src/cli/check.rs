//! `ramspect check`: proofs about a policy, or requests that show the contrary.

use std::io::Write;

use clap::Args;

use ramspect::account::{Readings, in_both};
use ramspect::analyze::{Budget, Options, Side, Witness, Witnesses, beyond, overlap};
use ramspect::diagnostic::Severity;
use ramspect::evaluate::Rules;
use ramspect::policy::{Policy, PolicyKind, lower};
use ramspect::report::analyze::{CheckAnswer, CheckResult, CounterExample, PrincipalOfCheck};
use ramspect::report::human::{Painter, Quote, Tone};

use super::check_account;
use super::compared::{Places, Policies, budget, request_line};
use super::failure::{Failure, Outcome};
use super::options::{AssumeArgs, Format, MissingPolicyChoice, OutputArgs};
use super::status::Status;
use super::terminal::Terminal;

/// Proves what policies can never allow, always allow, or allow at most; or shows a request to the contrary
#[derive(Debug, Args)]
#[command(after_long_help = EXAMPLES)]
pub(crate) struct CheckArgs {
    /// The policies: a file, a folder (all of its policies together), or `-`
    #[arg(value_name = "POLICY", required_unless_present = "account")]
    policy: Option<String>,
    /// An account file in place of policies
    ///
    /// Every user and role is checked, all layers together: control policies, and identity policies of its own and of its
    /// groups.
    #[arg(long, value_name = "FILE", conflicts_with = "policy")]
    account: Option<String>,
    /// Only one principal of the account
    #[arg(long, value_name = "ARN", requires = "account")]
    pub(crate) principal: Option<String>,
    /// What a policy name is that the account does not define
    ///
    /// A mistake (`error`, the default), or a policy that may say anything (`unknown`): then what depends on it is undecided.
    #[arg(long, value_enum, default_value = "error", value_name = "CHOICE", requires = "account")]
    #[arg(hide_possible_values = true, hide_default_value = true)]
    pub(crate) missing_policy: MissingPolicyChoice,
    /// No request with such an action (on such a resource) is allowed; both may hold wildcards (repeatable)
    #[arg(long, value_name = "ACTION[@RESOURCE]")]
    may_not: Vec<String>,
    /// Every request with such an action on such a resource is allowed, whatever its context (repeatable)
    #[arg(long, value_name = "ACTION@RESOURCE")]
    must_allow: Vec<String>,
    /// Nothing is allowed that these policies do not allow: a file or a folder (repeatable)
    #[arg(long, value_name = "REFERENCE")]
    no_broader_than: Vec<String>,
    /// Seconds for each check, after which it is undecided (with an account, for all principals together)
    #[arg(long, value_name = "SECONDS", default_value = "10")]
    pub(crate) budget: f64,
    #[command(flatten)]
    assume: AssumeArgs,
    #[command(flatten)]
    pub(crate) output: OutputArgs,
}

const EXAMPLES: &str = "\
Examples:
  ramspect check policy.json --may-not 'ecs:Delete*'
  ramspect check policy.json --must-allow 'oss:GetObject@acs:oss:*:*:logs/*'
  ramspect check new.json --no-broader-than old.json
  ramspect check --account account.json --may-not 'ram:*'

JSON: `schema`, `result` (`proved`, `violated`, `undecided`), and `checks`, each
with `check`, `action` and `resource` or `reference`, `result` and
`counterexample` (a whole request with its `decision` and the statements, `by`).
With --account one line a principal, with `principal` and `depends_on` (policies
whose content nobody knows).

Exit status:
  0  everything is proved
  1  something is violated
  2  the job could not be done
  3  undecided";

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

    fn lowered(self) -> (Self, Policy<'static>) {
        let policy = lower(&self.text, PolicyKind::Identity).policy.into_owned();
        (self, policy)
    }
}

/// Everything that is to be proved of a side.
pub(crate) struct Proofs<'a> {
    wanted: Vec<(Wanted<'a>, Policy<'static>)>,
    references: &'a [Policies],
    options: Options,
}

/// What one check came to.
pub(crate) struct Checked {
    pub(crate) title: String,
    pub(crate) result: CheckResult,
    pub(crate) witness: Option<Witness>,
}

impl Proofs<'_> {
    /// Asks every question of a side, each with what it may cost.
    pub(crate) fn ask(
        &self,
        readings: &Readings<'_>,
        places: &dyn Places,
        budget: impl Fn() -> Budget,
    ) -> Vec<Checked> {
        let mut checks = Vec::new();
        let (least, most) = (readings.least(), readings.most());
        for (wanted, policy) in &self.wanted {
            let options = Options { budget: budget(), ..self.options };
            let pattern = Side::new([policy]);
            // The policy is the second side in both questions.
            let may_not = wanted.check == "may-not";
            let ask = |side: &Side<'_>| {
                if may_not { overlap(&pattern, side, options) } else { beyond(side, &pattern, options).turned() }
            };
            let [certain, possible] = if may_not { [least, most] } else { [most, least] };
            let witnesses = both(readings, || ask(certain), || ask(possible));
            let verb = if may_not { "may not allow" } else { "must allow" };
            let title = format!("{verb} {} on {}", wanted.action, wanted.resource);
            let mut checked = checked(wanted.check, title, witnesses, places, certain);
            checked.result.action = Some(wanted.action.to_owned());
            checked.result.resource = Some(wanted.resource.to_owned());
            checks.push(checked);
        }
        for reference in self.references {
            let options = Options { budget: budget(), ..self.options };
            let outer = reference.side();
            let witnesses = both(readings, || beyond(&outer, least, options), || beyond(&outer, most, options));
            let title = format!("may not be broader than {}", reference.path());
            let mut checked = checked("no-broader-than", title, witnesses, places, least);
            checked.result.reference = Some(reference.path().to_owned());
            checks.push(checked);
        }
        checks
    }

    /// How many questions there are.
    pub(crate) fn count(&self) -> usize {
        self.wanted.len() + self.references.len()
    }
}

/// Both readings, where there are two.
fn both(
    readings: &Readings<'_>,
    certain: impl FnOnce() -> Witnesses,
    possible: impl FnOnce() -> Witnesses,
) -> Witnesses {
    if readings.are_one() { certain() } else { in_both(certain, possible) }
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
    let paths: Vec<&str> = args.policy.iter().chain(&args.no_broader_than).map(String::as_str).collect();
    let from_stdin = args.account.as_deref() == Some("-");
    if from_stdin && paths.contains(&"-") {
        return Err(Failure::twice_standard_input());
    }
    let policies = Policies::read(&paths, terminal)?;
    let (policy, references) = policies.split_at(usize::from(args.policy.is_some()));
    let wanted = may_not.into_iter().chain(must_allow).map(Wanted::lowered).collect();
    let proofs = Proofs { wanted, references, options };
    if let Some(account) = &args.account {
        return check_account::run(args, account, &proofs, terminal);
    }
    let Some(policy) = policy.first() else { return Err(Failure::new("there is no policy")) };
    let readings = Readings::of(policy.side());
    let checks = proofs.ask(&readings, policy, || options.budget);
    let status = worst(&checks);
    match args.output.format {
        Format::Json => {
            let answer = answer(&checks, None);
            let _ = serde_json::to_writer(&mut terminal.out, &answer);
            let _ = writeln!(terminal.out);
        }
        Format::Human => human(&checks, policy, readings.least(), terminal),
    }
    Ok(status.exit_zero(args.output.exit_zero))
}

/// The status of all checks together.
pub(crate) fn worst(checks: &[Checked]) -> Status {
    checks.iter().map(|checked| status(checked.result.result)).max().unwrap_or(Status::Yes)
}

/// The answer in JSON; with an account, of one principal.
pub(crate) fn answer(checks: &[Checked], of: Option<PrincipalOfCheck>) -> CheckAnswer {
    let result = match worst(checks) {
        Status::Yes => "proved",
        Status::No => "violated",
        Status::Unknown | Status::Bad => "undecided",
    };
    let checks = checks.iter().map(|checked| checked.result.clone()).collect();
    CheckAnswer { schema: "ramspect.check/1", of, result, checks }
}

fn status(result: &str) -> Status {
    match result {
        "proved" => Status::Yes,
        "violated" => Status::No,
        _ => Status::Unknown,
    }
}

fn checked(check: &'static str, title: String, witnesses: Witnesses, places: &dyn Places, side: &Side<'_>) -> Checked {
    let result = match witnesses.any() {
        Some(false) => "proved",
        Some(true) => "violated",
        None => "undecided",
    };
    let witness = witnesses.found.into_iter().next();
    let counterexample = witness.as_ref().map(|witness| CounterExample {
        request: witness.into(),
        decision: witness.second.word(),
        by: witness.second_by.and_then(|id| places.decided_by("policy", side, id)).into_iter().collect(),
    });
    let result = CheckResult { check, action: None, resource: None, reference: None, result, counterexample };
    Checked { title, result, witness }
}

/// How a result is painted.
pub(crate) fn tone(result: &str) -> Tone {
    match result {
        "proved" => Tone::Good,
        "violated" => Tone::Bad,
        _ => Tone::Open,
    }
}

fn human(checks: &[Checked], places: &dyn Places, side: &Side<'_>, terminal: &mut Terminal) {
    let painter = terminal.painter_of_answers();
    let mut text = String::new();
    for checked in checks {
        let result = checked.result.result;
        text.push_str(&format!("{}: {}\n", painter.paint(result, tone(result)), checked.title));
        if let Some(witness) = &checked.witness {
            counterexample(&mut text, witness, places, side, painter);
        }
    }
    let _ = terminal.out.write_all(text.as_bytes());
}

/// The request that shows a violation, and the statement that decides it.
pub(crate) fn counterexample(
    text: &mut String,
    witness: &Witness,
    places: &dyn Places,
    side: &Side<'_>,
    painter: Painter,
) {
    text.push_str(&painter.wrap(&format!("  {} is {}", request_line(witness), verdict(witness)), 4));
    let Some(placed) = witness.second_by.and_then(|id| places.place(side, id)) else { return };
    let title = format!("{} statement {} decides", placed.policy, placed.statement);
    match placed.at {
        Some((source, span)) => {
            text.push_str(&painter.quote(&Quote { source, span, title, severity: Severity::Error }));
        }
        None => text.push_str(&painter.wrap(&format!("  {title}"), 4)),
    }
}

fn verdict(witness: &Witness) -> &'static str {
    use ramspect::evaluate::Decision;
    match witness.second {
        Decision::Allow => "allowed",
        Decision::ExplicitDeny => "denied by a statement",
        Decision::ImplicitDeny => "denied: nothing allows it",
    }
}
