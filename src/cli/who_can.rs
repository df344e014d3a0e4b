//! `ramspect who-can`: who of an account may do something.

use std::io::Write;

use clap::Args;

use ramspect::account::{DocumentId, Documents};
use ramspect::analyze::Options;
use ramspect::catalog::Assumptions;
use ramspect::diagnostic::Severity;
use ramspect::evaluate::Rules;
use ramspect::policy::Effect;
use ramspect::report::human::{Painter, Quote, Tone};
use ramspect::report::json::AssumptionNote;
use ramspect::report::residual;
use ramspect::report::who_can::{ChangedPrincipals, WhoCanAnswer};
use ramspect::request::{check_action, check_resource};
use ramspect::review::{Able, Ables, Answer, Ground, Question, Settings, Strength, who_can};

use super::compared::budget;
use super::failure::{Failure, Outcome};
use super::options::{AssumeArgs, ContextArgs, Format, InventoryArgs, MissingPolicyChoice, OutputArgs, PolicyArgs};
use super::policies::Policies;
use super::status::Status;
use super::terminal::Terminal;
use super::{account, inventory};

/// Who of an account may do something
///
/// Asks about every user and role of the account, through all layers: control policies, own policies, those of groups and
/// resource groups. Where the request matters, the exact condition that remains is shown.
#[derive(Debug, Args)]
#[command(next_help_heading = "Question", after_long_help = EXAMPLES)]
pub(crate) struct WhoCanArgs {
    /// The action, such as `ecs:StopInstance`
    ///
    /// A pattern such as `ram:*` asks for some action of it.
    #[arg(value_name = "ACTION")]
    action: String,
    /// The ARN of a resource, or a pattern
    ///
    /// Repeatable: the call needs all of them. A pattern, or no resource at all, asks for some resource.
    #[arg(long = "resource", value_name = "ARN")]
    resources: Vec<String>,
    /// Seconds after which an answer is undecided
    #[arg(long, value_name = "SECONDS", default_value = "10")]
    budget: f64,
    #[command(flatten)]
    account: AccountArgs,
    #[command(flatten)]
    inventory: InventoryArgs,
    #[command(flatten)]
    context: ContextArgs,
    #[command(flatten)]
    assume: AssumeArgs,
    #[command(flatten)]
    output: OutputArgs,
}

/// The account of `who-can` and `review`.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Account")]
pub(crate) struct AccountArgs {
    /// The account file
    ///
    /// Users, groups, roles, attachments and control policies; `ramspect import` makes it.
    #[arg(long, value_name = "FILE")]
    account: String,
    /// What an unknown policy name is
    ///
    /// A policy that the account names and does not define is a mistake (`error`, the default), or one whose statements may do
    /// anything (`unknown`): then what depends on it is told apart.
    #[arg(
        long,
        value_enum,
        default_value = "error",
        value_name = "CHOICE",
        hide_possible_values = true,
        hide_default_value = true
    )]
    missing_policy: MissingPolicyChoice,
    /// The policy of a resource
    ///
    /// An OSS bucket policy, a KMS key policy, or the trust policy of a role. Repeatable.
    #[arg(long = "resource-policy", value_name = "PATH")]
    pub(crate) resource_policies: Vec<String>,
}

impl AccountArgs {
    /// Reads the account with everything that it names.
    pub(crate) fn load(&self, terminal: &mut Terminal) -> Outcome<Policies> {
        let args = PolicyArgs {
            account: Some(self.account.clone()),
            missing_policy: self.missing_policy,
            resource_policies: self.resource_policies.clone(),
            ..PolicyArgs::default()
        };
        let policies = Policies::load(&args, terminal)?;
        account::warn(&policies.warnings, &policies.bindings.documents, None, terminal);
        Ok(policies)
    }
}

const EXAMPLES: &str = "\
Examples:
  ramspect who-can ecs:StopInstance --account account.json \\
      --resource acs:ecs:cn-hangzhou:1234567890123456:instance/i-bp1web0000000001
  ramspect who-can 'ram:*' --account account.json --context acs:MFAPresent=true

JSON (`--format json`): one object, schema `ramspect.who-can/1`
  answer        `someone`, `nobody` or `undetermined`; root is told apart
  principals    who can: strength `certain`, or `conditional`; each with its
                resources, the statements in `decided_by`, and in `if` the exact
                condition: `all` or `any` of conditions, or a test on a key that
                must be `met`; `absent` tells what a request without the key gets
  undetermined  who may: it hangs on a fact that was not given (`depends_on`)

Exit status:
  0  a user or role can, in any case or under the condition shown
  1  no user and no role can, whatever the request carries
  2  the job could not be done: wrong usage, unreadable or invalid input
  3  cannot tell: it hangs on a fact that was not given, or a budget ran out";

pub(crate) fn run(args: &WhoCanArgs, terminal: &mut Terminal) -> Outcome<Status> {
    let question = Question { action: &args.action, resources: &args.resources };
    if args.action != "*" {
        check_action(&args.action)?;
    }
    args.resources.iter().try_for_each(|resource| check_resource(resource))?;
    if question.is_open() && args.resources.len() > 1 {
        let failure = Failure::new("a pattern stands alone: several `--resource` are those of one call");
        return Err(failure.with_help("name every resource in full, or ask about one pattern at a time"));
    }
    if question.is_open() && !args.account.resource_policies.is_empty() {
        let failure = Failure::new("`--resource-policy` is the policy of one resource");
        return Err(failure.with_help("name the action and the resource in full"));
    }
    let inventory = inventory::load(&args.inventory, terminal)?;
    let (context, assumptions) = (args.context.context()?, args.assume.assumptions()?);
    let policies = args.account.load(terminal)?;
    let rules = Rules::from(&assumptions);
    let settings = Settings { rules, context: &context, closed: args.context.closed_context, inventory: &inventory };
    let options = Options { rules, budget: budget(args.budget)?, limit: 1 };
    let ables = who_can(&policies.bindings, settings, &question, options);
    let documents = &policies.bindings.documents;
    let mut answer = WhoCanAnswer::new(documents, &question, &ables);
    if !question.is_open() {
        answer.assumptions = alternatives(&policies, settings, &question, options, &assumptions, &ables);
    }
    let status = match answer.answer {
        "someone" => Status::Yes,
        "nobody" => Status::No,
        _ => Status::Unknown,
    };
    match args.output.format {
        Format::Json => {
            let _ = serde_json::to_writer(&mut terminal.out, &answer);
            let _ = writeln!(terminal.out);
        }
        Format::Human => human(&answer, &ables, documents, terminal),
    }
    Ok(status.exit_zero(args.output.exit_zero))
}

/// The other choices of assumptions under which others can.
fn alternatives(
    policies: &Policies,
    settings: Settings<'_>,
    question: &Question<'_>,
    options: Options,
    assumptions: &Assumptions,
    ables: &Ables,
) -> Vec<AssumptionNote<ChangedPrincipals>> {
    let who = |ables: &Ables| -> Vec<String> {
        let able = ables.able.iter().filter(|able| able.strength != Strength::Possible);
        able.map(|able| able.principal.to_string()).collect()
    };
    let now = who(ables);
    let mut notes = Vec::new();
    for (assumption, choice, other) in assumptions.alternatives() {
        let rules = Rules::from(&other);
        if rules == settings.rules {
            continue;
        }
        let then =
            who(&who_can(&policies.bindings, Settings { rules, ..settings }, question, Options { rules, ..options }));
        let missing = |from: &[String], of: &[String]| -> Vec<String> {
            let known: std::collections::HashSet<&String> = from.iter().collect();
            of.iter().filter(|name| !known.contains(name)).cloned().collect()
        };
        let outcome = ChangedPrincipals { gained: missing(&now, &then), lost: missing(&then, &now) };
        if !outcome.gained.is_empty() || !outcome.lost.is_empty() {
            let in_force = assumptions.choice(assumption).to_owned();
            notes.push(AssumptionNote { id: assumption.id(), choice: in_force, alternative: choice, outcome });
        }
    }
    notes
}

/// So many groups of principals are shown in full.
const SHOWN: usize = 12;
/// So many names of one group.
const NAMES: usize = 8;

/// `user/alice`, from the ARN.
pub(crate) fn short(principal: &str) -> &str {
    principal.splitn(5, ':').nth(4).unwrap_or(principal)
}

/// Names, no more than a reader takes in.
pub(crate) fn listed(names: &[String], most: usize) -> String {
    let shown: Vec<&str> = names.iter().take(most).map(String::as_str).collect();
    let more = names.len().saturating_sub(most);
    if more > 0 { format!("{} and {more} more", shown.join(", ")) } else { shown.join(", ") }
}

/// What is printed for one group: everything but the names.
#[derive(PartialEq)]
struct Part<'a> {
    strength: Strength,
    action: Option<&'a str>,
    answers: Vec<(&'a str, &'a Answer)>,
}

fn human(answer: &WhoCanAnswer, ables: &Ables, documents: &Documents, terminal: &mut Terminal) {
    let painter = terminal.painter_of_answers();
    let can = answer.principals.len();
    let (word, tone) = match answer.answer {
        "someone" => (format!("{can} of {} users and roles can", answer.asked), Tone::Good),
        "nobody" => (format!("none of {} users and roles can", answer.asked), Tone::Bad),
        _ => ("cannot tell".to_owned(), Tone::Open),
    };
    let on = if answer.resources.is_empty() { "some resource".to_owned() } else { answer.resources.join(", ") };
    let mut text = painter.labelled(&word, tone, &format!("{} on {on}", answer.action), 2);
    let mut groups: Vec<(Part<'_>, Vec<String>)> = Vec::new();
    for able in &ables.able {
        let part = part(able);
        let name = short(&able.principal.to_string()).to_owned();
        match groups.iter_mut().find(|(known, _)| *known == part) {
            Some((_, names)) => names.push(name),
            None => groups.push((part, vec![name])),
        }
    }
    groups.sort_by_key(|(part, _)| part.strength);
    for (part, names) in groups.iter().take(SHOWN) {
        text.push_str(&group(part, names, documents, painter));
    }
    let more: usize = groups.iter().skip(SHOWN).map(|(_, names)| names.len()).sum();
    if more > 0 {
        text.push_str(&format!("and {more} more; `--format json` lists all\n"));
    }
    if !answer.undecided.is_empty() {
        let names: Vec<String> = answer.undecided.iter().map(|name| short(name).to_owned()).collect();
        text.push_str(&painter.wrap(&format!("undecided within the budget: {}", listed(&names, NAMES)), 2));
    }
    if answer.root {
        text.push_str("the root user of the account always can\n");
    }
    for note in &answer.assumptions {
        let names = |names: &[String]| listed(&names.iter().map(|name| short(name).to_owned()).collect::<Vec<_>>(), 4);
        let mut said = format!("assumes {}={}; with `--assume {}={}`", note.id, note.choice, note.id, note.alternative);
        if !note.outcome.gained.is_empty() {
            said.push_str(&format!(" also {}", names(&note.outcome.gained)));
        }
        if !note.outcome.lost.is_empty() {
            said.push_str(&format!(" not {}", names(&note.outcome.lost)));
        }
        text.push_str(&painter.wrap(&said, 2));
    }
    let _ = terminal.out.write_all(text.as_bytes());
}

fn part(able: &Able) -> Part<'_> {
    let action = able.example.as_ref().map(|example| example.action.as_str());
    let answers = able.answers.iter().map(|(arn, answer)| (arn.as_str(), &**answer)).collect();
    Part { strength: able.strength, action, answers }
}

fn group(part: &Part<'_>, names: &[String], documents: &Documents, painter: Painter) -> String {
    let (word, tone) = match part.strength {
        Strength::Certain => ("can", Tone::Good),
        Strength::Conditional => ("can, if", Tone::Good),
        Strength::Possible => ("may", Tone::Open),
    };
    let mut text = painter.labelled(&format!("  {word}"), tone, &listed(names, NAMES), 4);
    let several = part.answers.len() > 1;
    let mut shown: Vec<(DocumentId, usize)> = Vec::new();
    for (arn, answer) in &part.answers {
        if let Some(action) = part.action {
            text.push_str(&painter.wrap(&format!("    such as {action} on {arn}"), 6));
        }
        if part.strength == Strength::Possible && !answer.depends_on.is_empty() {
            text.push_str(&painter.wrap(&format!("    depends on {}", answer.depends_on.join(", ")), 6));
        } else if answer.strength() != Some(Strength::Certain) {
            let on = if several { format!("on {arn} ") } else { String::new() };
            text.push_str(&painter.wrap(&format!("    {on}if {}", residual::words(&answer.condition)), 6));
        }
        for ground in answer.grounds.iter().take(4) {
            if !shown.contains(&(ground.policy, ground.statement)) {
                shown.push((ground.policy, ground.statement));
                text.push_str(&excerpt(ground, documents, painter));
            }
        }
    }
    text
}

/// A deciding statement: its excerpt, or a line for what stands in no file.
pub(crate) fn excerpt(ground: &Ground, documents: &Documents, painter: Painter) -> String {
    let verb = match (ground.effect, ground.certain) {
        (Effect::Allow, true) => "allows it",
        (Effect::Deny, true) => "denies it",
        (Effect::Allow, false) => "may allow it",
        (Effect::Deny, false) => "may deny it",
    };
    let name = documents.policy(ground.policy).map_or("", |named| &named.name);
    let title = format!("{name} statement {} {verb}", ground.statement);
    match documents.place(ground.policy, ground.statement) {
        Some((source, span)) => {
            let severity = if ground.effect == Effect::Allow { Severity::Info } else { Severity::Error };
            painter.quote(&Quote { source, span, title, severity })
        }
        None => format!("    {title}\n"),
    }
}
