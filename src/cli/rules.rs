//! `ramspect rules` and `ramspect rule CODE`: the table of rules, and the page of one.

use std::io::Write;

use clap::Args;
use serde::Serialize;

use ramspect::lint;

use super::failure::{Failure, Outcome};
use super::options::Format;
use super::status::Status;
use super::terminal::Terminal;

/// Lists the rules of `ramspect lint`
#[derive(Debug, Args)]
pub(crate) struct RulesArgs {
    /// How to print the table
    #[arg(long, value_enum, default_value = "human", value_name = "FORMAT")]
    format: Format,
}

/// Prints the page of a rule of `ramspect lint`
#[derive(Debug, Args)]
pub(crate) struct RuleArgs {
    /// The code of the rule, such as `administrator`
    #[arg(value_name = "CODE")]
    code: String,
    /// How to print the page
    #[arg(long, value_enum, default_value = "human", value_name = "FORMAT")]
    format: Format,
}

#[derive(Serialize)]
struct Row {
    code: &'static str,
    group: &'static str,
    severity: &'static str,
    confidence: &'static str,
    fixable: bool,
    suppressible: bool,
    summary: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    page: Option<String>,
}

fn row(rule: &'static dyn lint::Rule, page: bool) -> Row {
    let meta = rule.meta();
    Row {
        code: meta.code,
        group: meta.group.as_str(),
        severity: meta.severity.as_str(),
        confidence: meta.confidence.as_str(),
        fixable: meta.fixable,
        suppressible: meta.suppressible,
        summary: meta.summary(),
        page: page.then(|| lint::page(rule)),
    }
}

#[expect(clippy::unnecessary_wraps, reason = "every command has this form")]
pub(crate) fn run_table(args: &RulesArgs, terminal: &mut Terminal) -> Outcome<Status> {
    let mut rules: Vec<&'static dyn lint::Rule> = lint::rules().to_vec();
    rules.sort_by_key(|rule| rule.meta().group);
    for rule in rules {
        let line = match args.format {
            Format::Json => serde_json::to_string(&row(rule, false)).unwrap_or_default(),
            Format::Human => {
                let meta = rule.meta();
                format!(
                    "{:<12} {:<8} {:<27} {}",
                    meta.group.as_str(),
                    meta.severity.as_str(),
                    meta.code,
                    meta.summary()
                )
            }
        };
        let _ = writeln!(terminal.out, "{line}");
    }
    Ok(Status::Yes)
}

pub(crate) fn run(args: &RuleArgs, terminal: &mut Terminal) -> Outcome<Status> {
    let Some(rule) = lint::find(&args.code) else {
        let help = lint::suggestion(&args.code);
        let help = help.map_or("`ramspect rules` lists them".to_owned(), |near| format!("did you mean `{near}`?"));
        return Err(Failure::new(format!("no rule is called `{}`", args.code)).with_help(help));
    };
    let text = match args.format {
        Format::Json => serde_json::to_string(&row(rule, true)).unwrap_or_default() + "\n",
        Format::Human => lint::page(rule),
    };
    let _ = terminal.out.write_all(text.as_bytes());
    Ok(Status::Yes)
}
