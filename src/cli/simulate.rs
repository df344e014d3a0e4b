//! `ramspect simulate`: any action, any resources.

use std::fmt::Write as _;
use std::io::Write;

use clap::Args;

use ramspect::diagnostic::Severity;
use ramspect::evaluate::{
    Deciding, Decision, Judgement, Layer, LayerKind, PolicySet, Possible, Request, Rules, Scratch, Supplied,
};
use ramspect::policy::Effect;
use ramspect::report::human::{Painter, Quote, Tone};
use ramspect::report::json::{AssumptionNote, DecisionOutcome, SimulateAnswer, words};
use ramspect::request::{check_action, check_resource};

use super::failure::{Failure, Outcome};
use super::judge::{Judge, Judged};
use super::options::{AssumeArgs, ContextArgs, Format, InventoryArgs, OutputArgs, PolicyArgs};
use super::status::Status;
use super::terminal::Terminal;
use super::{batch, inventory};

/// Decides whether policies allow an action
///
/// Decides whether the policies allow an action on resources. A condition key of which nothing is said is unknown: the answer
/// then lists every decision that is possible, and the keys on which it depends.
#[derive(Debug, Args)]
#[command(
    next_help_heading = "Request",
    override_usage = "ramspect simulate [OPTIONS] --action ACTION --resource ARN...
       ramspect simulate [OPTIONS] --batch FILE",
    after_long_help = EXAMPLES
)]
pub(crate) struct SimulateArgs {
    /// The action, such as `ecs:StopInstance`
    #[arg(long, value_name = "ACTION", required_unless_present = "batch", conflicts_with = "batch")]
    action: Option<String>,
    /// The ARN of a resource of the call, or `*`
    ///
    /// Repeatable: the call is allowed when it is allowed on every resource.
    #[arg(long = "resource", value_name = "ARN", required_unless_present = "batch", conflicts_with = "batch")]
    resources: Vec<String>,
    /// Requests, one JSON object a line, or `-`
    ///
    /// A line holds action and resources, and may hold id, context, absent and closed_context. One answer is printed a line,
    /// in the order read, as JSON.
    #[arg(long, value_name = "FILE")]
    batch: Option<String>,
    #[command(flatten)]
    policies: PolicyArgs,
    #[command(flatten)]
    inventory: InventoryArgs,
    #[command(flatten)]
    context: ContextArgs,
    #[command(flatten)]
    assume: AssumeArgs,
    #[command(flatten)]
    output: OutputArgs,
}

const EXAMPLES: &str = "\
Examples:
  ramspect simulate --action ecs:StopInstance -p policies/ \\
      --resource acs:ecs:cn-hangzhou:1234567890123456:instance/i-bp1web0000000001 \\
      --context acs:SourceIp=203.0.113.7
  ramspect simulate --batch requests.ndjson -p policies/ --closed-context

Exit status:
  0  the request is allowed
  1  the request is denied
  2  the job could not be done: wrong usage, unreadable or invalid input
  3  cannot tell: the answer depends on a fact that was not given";

pub(crate) fn run(args: &SimulateArgs, terminal: &mut Terminal) -> Outcome<Status> {
    args.action.as_deref().map_or(Ok(()), check_action)?;
    args.resources.iter().try_for_each(|resource| check_resource(resource))?;
    if args.batch.as_deref() == Some("-") && args.policies.names_of_stdin() > 0 {
        return Err(Failure::twice_standard_input());
    }
    let inventory = inventory::load(&args.inventory, terminal)?;
    let judge = Judge::load(&args.policies, &args.context, &args.assume, inventory, terminal)?;
    if let Some(file) = &args.batch {
        return Ok(batch::run(&judge, file, terminal)?.exit_zero(args.output.exit_zero));
    }
    let action = args.action.as_deref().unwrap_or_default();
    let answer = one(&judge, action, &args.resources, terminal)?;
    match args.output.format {
        Format::Json => {
            let _ = serde_json::to_writer(&mut terminal.out, &answer.json);
            let _ = writeln!(terminal.out);
        }
        Format::Human => human(&judge, &answer, terminal),
    }
    Ok(status(answer.possible).exit_zero(args.output.exit_zero))
}

/// 0 when only allow is possible, 1 when it is not, 3 otherwise.
pub(crate) fn status(possible: Possible) -> Status {
    match (possible.single(), possible.contains(Decision::Allow)) {
        (Some(Decision::Allow), _) => Status::Yes,
        (_, false) => Status::No,
        (_, true) => Status::Unknown,
    }
}

struct Answer {
    possible: Possible,
    exact: bool,
    judged: Vec<Judged>,
    json: SimulateAnswer,
}

fn one(judge: &Judge, action: &str, resources: &[String], terminal: &mut Terminal) -> Outcome<Answer> {
    let caller = judge.caller(None)?;
    let mut scratch = Scratch::new();
    let rules = Rules::from(&judge.assumptions);
    let mut all: Vec<Judged> = Vec::new();
    let mut judgements: Vec<Judgement> = Vec::new();
    let supplied: Vec<Supplied> = resources.iter().map(|resource| judge.supplied(resource, None)).collect();
    for (resource, supplied) in resources.iter().zip(&supplied) {
        if judge.is_root(None) {
            all.push(Judged::root());
            continue;
        }
        judge.warn_of_contradictions(supplied, None, terminal);
        let (judgement, judged) = judge.explain(&caller, (action, resource), rules, supplied, None, &mut scratch);
        judgements.push(judgement);
        all.push(judged);
    }
    let possible = Possible::combine(all.iter().map(|judged| judged.explanation.possible));
    let mut alternatives = Vec::new();
    if let Some(judgement) = Judgement::combine(judgements) {
        alternatives = PolicySet::alternatives(judgement, &judge.assumptions, |rules| {
            let bound = all.iter().filter_map(|judged| judged.binding.as_ref());
            Possible::combine(resources.iter().zip(&supplied).zip(bound).map(|((resource, supplied), binding)| {
                let request = Request { action, resource, view: judge.view(supplied, None) };
                binding.set().judge(&request, rules, &mut scratch).possible
            }))
        });
    }
    let notes = alternatives.iter().map(|alternative| AssumptionNote {
        id: alternative.assumption.id(),
        choice: judge.assumptions.choice(alternative.assumption).to_owned(),
        alternative: alternative.choice,
        outcome: DecisionOutcome { decision: alternative.possible.word(), possible: words(alternative.possible) },
    });
    let json = SimulateAnswer {
        schema: "ramspect.simulate/1",
        action: action.to_owned(),
        decision: possible.word(),
        possible: words(possible),
        resources: resources.iter().zip(&all).map(|(resource, judged)| judge.answer(resource, None, judged)).collect(),
        assumptions: notes.collect(),
    };
    Ok(Answer { possible, exact: all.iter().all(|judged| judged.explanation.exact), judged: all, json })
}

/// The verdict as a word, with its tone.
pub(crate) fn verdict(possible: Possible) -> (&'static str, Tone) {
    match (possible.single(), possible.contains(Decision::Allow)) {
        (Some(Decision::Allow), _) => ("allowed", Tone::Good),
        (Some(Decision::ExplicitDeny), _) => ("denied by a statement", Tone::Bad),
        (Some(Decision::ImplicitDeny), _) => ("not allowed", Tone::Bad),
        (None, false) => ("denied", Tone::Bad),
        (None, true) => ("cannot tell", Tone::Open),
    }
}

fn human(judge: &Judge, answer: &Answer, terminal: &mut Terminal) {
    let painter = terminal.painter_of_answers();
    let (word, tone) = verdict(answer.possible);
    let mut text = format!("{}: {}\n", painter.paint(word, tone), answer.json.action);
    for (judged, shown) in answer.judged.iter().zip(&answer.json.resources) {
        let (word, tone) = verdict(judged.explanation.possible);
        text.push_str(&painter.labelled(&format!("  {word}"), tone, &shown.arn, 4));
        if judged.root {
            text.push_str("    the root user of the account is bound by no policy\n");
        }
        if let Some(refusal) = judged.refusal() {
            text.push_str(&painter.wrap(&format!("    {refusal}"), 4));
        }
        let texts =
            judged.explanation.decided_by.iter().map(|deciding| deciding_statement(judge, judged, *deciding, painter));
        let texts: Vec<String> = texts.filter(|text| !text.is_empty()).collect();
        text.extend(texts.iter().take(4).map(String::as_str));
        let more = texts.len().saturating_sub(4);
        if more > 0 {
            let noun = if more == 1 { "statement" } else { "statements" };
            let _ = writeln!(text, "    and {more} more {noun}");
        }
        if !judged.explanation.depends_on.is_empty() {
            let keys = judged.explanation.depends_on.join("`, `");
            text.push_str(&painter.wrap(&format!("    depends on `{keys}`"), 4));
        }
    }
    for note in &answer.json.assumptions {
        let line = format!(
            "assumes {}={}; with `--assume {}={}`: {}",
            note.id, note.choice, note.id, note.alternative, note.outcome.decision
        );
        text.push_str(&painter.wrap(&line, 2));
    }
    if !answer.exact {
        text.push_str("the search over unknown keys was cut short: what is listed as possible may hold too much\n");
    }
    let keys = answer.judged.iter().find_map(|judged| judged.explanation.depends_on.first());
    if let Some(key) = keys {
        let _ = writeln!(text, "to settle it: {}", settles(key));
    }
    let _ = terminal.out.write_all(text.as_bytes());
}

/// One deciding statement: its excerpt, or a line for what stands in no file.
fn deciding_statement(judge: &Judge, judged: &Judged, deciding: Deciding, painter: Painter) -> String {
    let Some(binding) = &judged.binding else { return String::new() };
    let Some(statement) = binding.set().statement(deciding.statement) else { return String::new() };
    let verb = match (statement.effect, deciding.certain) {
        (Effect::Allow, true) => "allows",
        (Effect::Deny, true) => "denies",
        (Effect::Allow, false) => "may allow",
        (Effect::Deny, false) => "may deny",
    };
    let layer = layer_in_words(statement.layer);
    if let Some((_, source, span)) = judge.policies.place(binding, deciding.statement) {
        let words = judge.policies.in_words(binding, deciding.statement).unwrap_or_default();
        let title = format!("{words} {verb} it{layer}");
        let severity = if statement.effect == Effect::Allow { Severity::Info } else { Severity::Error };
        return painter.quote(&Quote { source, span, title, severity });
    }
    match judge.policies.name(binding, deciding.statement) {
        Some((name, index)) => format!("    {name} statement {index} {verb}{layer}\n"),
        None => String::new(),
    }
}

/// What would settle a key on which an answer depends.
pub(crate) fn settles(key: &str) -> String {
    match key.split_once(':') {
        Some(("policy", name)) => format!("the document of `{name}` in `policies` of the account file"),
        Some(("trust", role)) if role.contains(':') => format!("--resource-policy with the trust policy of `{role}`"),
        Some(("trust", role)) => format!("`trust` of the role `{role}` in the account file, or --resource-policy"),
        Some(("principal", _)) => format!("--context {key}=VALUE"),
        _ => format!("--context {key}=VALUE (or --absent {key})"),
    }
}

/// The layer of a statement, where it is another than the account-level identity policies.
fn layer_in_words(layer: &Layer) -> String {
    match layer.kind {
        LayerKind::Control => format!(" (control policy of level `{}`)", layer.scope),
        LayerKind::Session => " (session policy)".to_owned(),
        LayerKind::Identity => String::new(),
        LayerKind::IdentityInGroup => " (granted for a resource group)".to_owned(),
        LayerKind::Resource => " (policy of the resource)".to_owned(),
    }
}
