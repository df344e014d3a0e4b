//! `ramspect review`: what a whole account comes to.

use std::io::Write;
use std::path::Path;

use clap::Args;

use ramspect::account::Documents;
use ramspect::analyze::Options;
use ramspect::evaluate::Rules;
use ramspect::report::html;
use ramspect::report::human::{Painter, Tone};
use ramspect::report::residual;
use ramspect::report::review::{
    ReviewAnswer, cell_word, columns, idle_text, leads_to, outsider_text, remaining, short, step_text,
};
use ramspect::review::{Escalation, Review, Settings, Strength, is_finding, review};

use super::compared::budget;
use super::failure::{Failure, Outcome};
use super::files;
use super::inventory;
use super::options::{AssumeArgs, ContextArgs, Format, InventoryArgs, OutputArgs};
use super::status::Status;
use super::terminal::Terminal;
use super::who_can::{AccountArgs, excerpt, listed};

/// What an account comes to: administrators, ways to become one, doors
///
/// Reads a whole account: who is administrator in fact, who can become one and how (each step justified by statements), who
/// can do what only some should, what is open to the outside, who can put a machine into which security group, and which
/// statements never matter.
#[derive(Debug, Args)]
#[command(after_long_help = EXAMPLES)]
pub(crate) struct ReviewArgs {
    #[command(flatten)]
    account: AccountArgs,
    /// Write one self-contained page to FILE
    ///
    /// It needs no network and no script to be read, and prints.
    #[arg(long, value_name = "FILE", help_heading = "Output")]
    html: Option<String>,
    /// Seconds after which a question is undecided
    #[arg(long, value_name = "SECONDS", default_value = "10", help_heading = "Output")]
    budget: f64,
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
  ramspect review --account account.json
  ramspect review --account account.json -i inventory/ --html review.html

JSON (`--format json`): one object, schema `ramspect.review/1`
  administrators   who may do everything, by what the policies allow
  escalations      who can become administrator: `steps` with their `calls`,
                   each with the statements in `decided_by` and what remains to
                   be met in `if`; strength `certain`, `conditional` (on the
                   request) or `possible` (on a fact that was not given)
  matrix           principals by `capabilities`: `yes`, `if` or `may`; else no
  pass_role, security_groups
                   roles by service, ways into groups
  reachable        doors to the outside that no Deny and no condition shuts:
                   what remains to be met in `if`, a request in `example`
  idle, idle_open  statements that never matter; how many were not looked into

Exit status:
  0  nobody can become administrator, nothing is open to the outside
  1  findings: a way to become administrator, or a role or resource that trusts
     another account, anybody, or an identity provider without a condition
  2  the job could not be done: wrong usage, unreadable or invalid input
  3  no findings, but something could not be told";

pub(crate) fn run(args: &ReviewArgs, terminal: &mut Terminal) -> Outcome<Status> {
    let inventory = inventory::load(&args.inventory, terminal)?;
    let (context, assumptions) = (args.context.context()?, args.assume.assumptions()?);
    let policies = args.account.load(terminal)?;
    let rules = Rules::from(&assumptions);
    let settings = Settings { rules, context: &context, closed: args.context.closed_context, inventory: &inventory };
    let options = Options { rules, budget: budget(args.budget)?, limit: 1 };
    let found = review(&policies.bindings, settings, options);
    let documents = &policies.bindings.documents;
    let account = policies.account_id().unwrap_or_default();
    if let Some(path) = &args.html {
        let page = html::review::page(account, documents, &found);
        files::write_atomically(Path::new(path), &page).map_err(|error| {
            let failure = Failure::new(format!("`{path}` cannot be written: {}", files::describe(&error)));
            failure.with_help("check the folder and its permissions")
        })?;
    }
    match args.output.format {
        Format::Json => {
            let _ = serde_json::to_writer(&mut terminal.out, &ReviewAnswer::new(account, documents, &found));
            let _ = writeln!(terminal.out);
        }
        Format::Human => human(account, &found, documents, terminal),
    }
    let status = match (found.has_findings(), found.is_open()) {
        (true, _) => Status::No,
        (false, true) => Status::Unknown,
        (false, false) => Status::Yes,
    };
    Ok(status.exit_zero(args.output.exit_zero))
}

/// So many of each kind are shown in full.
const SHOWN: usize = 10;
/// So many names in a list.
const NAMES: usize = 8;

fn count(number: usize, one: &str, many: &str) -> String {
    if number == 1 { format!("1 {one}") } else { format!("{number} {many}") }
}

fn human(account: &str, found: &Review, documents: &Documents, terminal: &mut Terminal) {
    let painter = terminal.painter_of_answers();
    let mut text = format!(
        "account {account}: {}, {}, {}, {}\n",
        count(found.users, "user", "users"),
        count(found.groups, "group", "groups"),
        count(found.roles, "role", "roles"),
        count(found.policies, "policy", "policies")
    );
    administrators(found, documents, painter, &mut text);
    escalations(found, documents, painter, &mut text);
    doors(found, documents, painter, &mut text);
    matrix(found, painter, &mut text);
    reach(found, painter, &mut text);
    idle(found, documents, painter, &mut text);
    if !found.unknown.is_empty() {
        let names = listed(&found.unknown, NAMES);
        text.push_str(&painter.labelled("not given", Tone::Open, &names, 2));
    }
    if !found.complete {
        text.push_str("a budget ran out: there may be more than what is shown\n");
    }
    let _ = terminal.out.write_all(text.as_bytes());
}

fn more(shown: usize, all: usize, text: &mut String) {
    if all > shown {
        text.push_str(&format!("  and {} more; `--format json` lists all\n", all - shown));
    }
}

fn administrators(found: &Review, documents: &Documents, painter: Painter, text: &mut String) {
    let all = &found.administrators;
    text.push_str(&format!("\nadministrators in fact: {}\n", all.len()));
    for one in all.iter().take(SHOWN) {
        let mut line = short(&one.principal);
        if one.strength != Strength::Certain {
            line.push_str(&format!(", if {}", residual::words(&one.condition)));
        }
        if !one.exceptions.is_empty() {
            line.push_str(&format!(
                "; without what {} of its own",
                count(one.exceptions.len(), "Deny statement", "Deny statements")
            ));
        }
        text.push_str(&painter.wrap(&format!("  {line}"), 4));
        if let Some(ground) = one.grounds.first() {
            text.push_str(&excerpt(ground, documents, painter));
        }
    }
    more(SHOWN, all.len(), text);
}

fn escalations(found: &Review, documents: &Documents, painter: Painter, text: &mut String) {
    let all = groups(&found.escalations);
    let tone = if found.escalations.is_empty() { Tone::Good } else { Tone::Bad };
    let number = painter.paint(&found.escalations.len().to_string(), tone);
    text.push_str(&format!("\ncan become administrator: {number}\n"));
    for (path, names) in all.iter().take(SHOWN) {
        let sure = match path.strength {
            Strength::Certain => "",
            Strength::Conditional => ", under conditions",
            Strength::Possible => ", possibly",
        };
        let steps = count(path.steps.len(), "step", "steps");
        text.push_str(&painter.labelled(&format!("  in {steps}{sure}"), Tone::Bad, &listed(names, NAMES), 4));
        for (step, number) in path.steps.iter().zip(1..) {
            let actions: Vec<&str> = step.calls.iter().map(|call| call.action.as_str()).collect();
            let mut actions = actions;
            actions.dedup();
            text.push_str(&painter.wrap(&format!("    {number}. {} ({})", step_text(step), actions.join(", ")), 7));
            if let Some(needs) = &step.needs {
                text.push_str(&painter.wrap(&format!("       if {needs}"), 7));
            }
            let mut shown = Vec::new();
            for call in &step.calls {
                if call.answer.strength() == Some(Strength::Conditional) {
                    text.push_str(&painter.wrap(&format!("       if {}", residual::words(&call.answer.condition)), 7));
                }
                for ground in call.answer.grounds.iter().take(2) {
                    if !shown.contains(&(ground.policy, ground.statement)) {
                        shown.push((ground.policy, ground.statement));
                        text.push_str(&excerpt(ground, documents, painter));
                    }
                }
            }
        }
    }
    more(SHOWN, all.len(), text);
}

/// Paths that are the same but for who walks them.
pub(crate) fn groups(all: &[Escalation]) -> Vec<(&Escalation, Vec<String>)> {
    html::review::alike(all)
}

fn doors(found: &Review, documents: &Documents, painter: Painter, text: &mut String) {
    text.push_str(&format!("\nopen to the outside: {}\n", found.reachable.len()));
    for one in found.reachable.iter().take(SHOWN) {
        let tone = if is_finding(one) { Tone::Bad } else { Tone::Quiet };
        let what = one.role.as_ref().map_or_else(|| "resource".to_owned(), |name| format!("role/{name}"));
        let mut line = outsider_text(&one.who);
        if let Some(condition) = remaining(one) {
            line.push_str(&format!(", {condition}"));
        }
        if let Some(end) = leads_to(found, one) {
            line.push_str(if end == "administrator" {
                "; it is administrator"
            } else {
                "; it can become administrator"
            });
        }
        text.push_str(&painter.labelled(&format!("  {what}"), tone, &line, 4));
        text.push_str(&excerpt(&one.ground, documents, painter));
    }
    more(SHOWN, found.reachable.len(), text);
}

fn matrix(found: &Review, painter: Painter, text: &mut String) {
    text.push_str("\nwho can do what only some should\n");
    for column in columns() {
        let mut names = Vec::new();
        for row in &found.matrix {
            if let Some(cell) = row.cells.iter().find(|cell| cell.capability == column.id) {
                let mark = match cell.strength {
                    Strength::Certain => String::new(),
                    other => format!(" ({})", cell_word(other)),
                };
                names.push(format!("{}{mark}", short(&row.principal)));
            }
        }
        let names = if names.is_empty() { "nobody".to_owned() } else { listed(&names, NAMES) };
        text.push_str(&painter.wrap(&format!("  {}: {names}", column.title), 4));
    }
}

fn reach(found: &Review, painter: Painter, text: &mut String) {
    if !found.passable.is_empty() {
        text.push_str("\nroles that can be passed to a service that they trust\n");
        for one in found.passable.iter().take(SHOWN) {
            let names: Vec<String> = one.by.iter().map(|(principal, ..)| short(principal)).collect();
            text.push_str(
                &painter.wrap(&format!("  role/{} to {}: by {}", one.role, one.service, listed(&names, NAMES)), 4),
            );
        }
        more(SHOWN, found.passable.len(), text);
    }
    if !found.entrances.is_empty() {
        text.push_str("\nwho can put something into a security group\n");
        for one in found.entrances.iter().take(SHOWN) {
            let group = one.group.as_deref().unwrap_or("some group");
            let holds = if one.group.is_some() {
                format!(" (holds {})", count(one.members.ids.len(), "member", "members"))
            } else {
                String::new()
            };
            text.push_str(&format!("  {group}{holds}\n"));
            if one.ways.is_empty() {
                text.push_str("    nobody\n");
            }
            for way in &one.ways {
                let names: Vec<String> = way
                    .by
                    .iter()
                    .map(|(principal, strength, ..)| match strength {
                        Strength::Certain => short(principal),
                        other => format!("{} ({})", short(principal), cell_word(*other)),
                    })
                    .collect();
                text.push_str(&painter.wrap(&format!("    {}: {}", way.action, listed(&names, NAMES)), 6));
            }
        }
        more(SHOWN, found.entrances.len(), text);
    }
}

fn idle(found: &Review, documents: &Documents, painter: Painter, text: &mut String) {
    if !found.idle.is_empty() {
        text.push_str(&format!("\nnever matters: {}\n", found.idle.len()));
        for one in found.idle.iter().take(SHOWN) {
            let name = documents.policy(one.policy).map_or("", |named| &named.name);
            let what = one.statement.map_or_else(|| name.to_owned(), |at| format!("{name} statement {at}"));
            text.push_str(&painter.wrap(&format!("  {what} {}", idle_text(one.why)), 4));
        }
        more(SHOWN, found.idle.len(), text);
    }
    if found.idle_open > 0 {
        let left = count(found.idle_open, "statement", "statements");
        text.push_str(&format!("not looked into whether they matter: {left}\n"));
    }
}
