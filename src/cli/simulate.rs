//! `ramspect simulate`: any action, any resources.

use std::io::Write;

use clap::Args;

use ramspect::diagnostic::Severity;
use ramspect::evaluate::{Decision, Judgement, PolicySet, Possible, Request, Rules, Scratch, Supplied};
use ramspect::pattern::{action_name, arn};
use ramspect::policy::Effect;
use ramspect::report::human::{Quote, Tone};
use ramspect::report::json::{AssumptionNote, DecisionOutcome, SimulateAnswer, words};

use super::failure::{Failure, Outcome};
use super::judge::{Judge, Judged};
use super::options::{AssumeArgs, ContextArgs, Format, InventoryArgs, OutputArgs, PolicyArgs};
use super::status::Status;
use super::terminal::Terminal;
use super::{batch, inventory};

/// Decides whether an action on resources is allowed by the policies given
#[derive(Debug, Args)]
pub(crate) struct SimulateArgs {
    /// The action, such as `ecs:StopInstance`
    #[arg(long, value_name = "ACTION", required_unless_present = "batch", conflicts_with = "batch")]
    action: Option<String>,
    /// The ARN of a resource of the call, or `*` (repeatable)
    #[arg(long = "resource", value_name = "ARN", required_unless_present = "batch", conflicts_with = "batch")]
    resources: Vec<String>,
    /// Requests as NDJSON, one a line, from a file or `-`; one answer a line
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

/// Whether a text can be the action of a request.
pub(crate) fn check_action(action: &str) -> Result<(), String> {
    match action_name(action) {
        Some(_) => Ok(()),
        None => Err(format!("the action `{action}` has no colon")),
    }
}

/// Whether a text can be a resource of a request.
pub(crate) fn check_resource(resource: &str) -> Result<(), String> {
    if resource == "*" || arn(resource).is_some() {
        return Ok(());
    }
    Err(format!("the resource `{resource}` is neither `*` nor an ARN of five segments"))
}

pub(crate) fn run(args: &SimulateArgs, terminal: &mut Terminal) -> Outcome<Status> {
    if let Some(action) = &args.action {
        let help = "an action is written `<service>:<Name>`, such as `ecs:StopInstance`";
        check_action(action).map_err(|message| Failure::new(message).with_help(help))?;
    }
    for resource in &args.resources {
        let help = "an ARN is written `acs:<service>:<region>:<account>:<resource>`, such as `acs:ecs:cn-hangzhou:1234567890123456:instance/i-bp1`";
        check_resource(resource).map_err(|message| Failure::new(message).with_help(help))?;
    }
    if args.batch.as_deref() == Some("-") && args.policies.policies.iter().any(|path| path == "-") {
        return Err(Failure::new("standard input is named twice"));
    }
    let inventory = inventory::load(&args.inventory, terminal)?;
    let judge = Judge::load(&args.policies, &args.context, &args.assume, inventory, terminal)?;
    if let Some(file) = &args.batch {
        return Ok(batch::run(&judge, file, terminal)?.exit_zero(args.output.exit_zero));
    }
    let action = args.action.as_deref().unwrap_or_default();
    let answer = one(&judge, action, &args.resources, terminal);
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

fn one(judge: &Judge, action: &str, resources: &[String], terminal: &mut Terminal) -> Answer {
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
        let (judgement, judged) = judge.explain(action, resource, rules, supplied, None, &mut scratch);
        judgements.push(judgement);
        all.push(judged);
    }
    let possible = Possible::combine(all.iter().map(|judged| judged.explanation.possible));
    let mut alternatives = Vec::new();
    if let Some(judgement) = Judgement::combine(judgements) {
        alternatives = PolicySet::alternatives(judgement, &judge.assumptions, |rules| {
            Possible::combine(resources.iter().zip(&supplied).map(|(resource, supplied)| {
                let request = Request { action, resource, view: judge.view(supplied, None) };
                judge.set().judge(&request, rules, &mut scratch).possible
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
    Answer { possible, exact: all.iter().all(|judged| judged.explanation.exact), judged: all, json }
}

/// The verdict as a word, with its tone.
pub(crate) fn verdict(possible: Possible) -> (&'static str, Tone) {
    match (possible.single(), possible.contains(Decision::Allow)) {
        (Some(Decision::Allow), _) => ("allowed", Tone::Good),
        (Some(Decision::ExplicitDeny), _) => ("denied by a statement", Tone::Bad),
        (Some(Decision::ImplicitDeny), _) => ("denied: nothing allows it", Tone::Bad),
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
        text.push_str(&format!("  {}: {}\n", painter.paint(word, tone), shown.arn));
        if judged.root {
            text.push_str("    the root user of the account is bound by no policy\n");
        }
        for deciding in judged.explanation.decided_by.iter().take(4) {
            let Some((policy, source, span)) = judge.policies.place(deciding.statement) else { continue };
            let Some(statement) = judge.set().statement(deciding.statement) else { continue };
            let verb = match (statement.effect, deciding.certain) {
                (Effect::Allow, true) => "allows",
                (Effect::Deny, true) => "denies",
                (Effect::Allow, false) => "may allow",
                (Effect::Deny, false) => "may deny",
            };
            let title = format!("{} statement {} {verb}", policy.name, statement.index);
            let severity = if statement.effect == Effect::Allow { Severity::Info } else { Severity::Error };
            text.push_str(&painter.quote(&Quote { source, span, title, severity }));
        }
        let more = judged.explanation.decided_by.len().saturating_sub(4);
        if more > 0 {
            text.push_str(&format!("    and {more} more statements\n"));
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
        text.push_str(&painter.wrap(&format!("to settle it: --context {key}=VALUE or --absent {key}"), 2));
    }
    let _ = terminal.out.write_all(text.as_bytes());
}
