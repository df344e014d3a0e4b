//! `ramspect actions PATTERN`: which actions a wildcard covers.

use std::fmt::Write as _;

use std::io::Write;

use clap::Args;
use serde::Serialize;

use ramspect::catalog::Action;

use super::failure::Outcome;
use super::lint::catalog;
use super::options::Format;
use super::status::Status;
use super::terminal::Terminal;

/// Lists the known actions that a pattern covers, with access level, resources and condition keys
#[derive(Debug, Args)]
pub(crate) struct ActionsArgs {
    /// An action or a pattern, such as `ecs:*SecurityGroup*`
    #[arg(value_name = "PATTERN")]
    pattern: String,
    /// Adds actions and condition keys to the catalog
    #[arg(long, value_name = "FILE")]
    catalog: Option<String>,
    /// How to print the list
    #[arg(long, value_enum, default_value = "human", value_name = "FORMAT")]
    format: Format,
}

#[derive(Serialize)]
struct Answer<'a> {
    action: &'a str,
    level: Option<&'a str>,
    resource_level: Option<bool>,
    resources: Vec<Resource<'a>>,
    older_resources: Vec<&'a str>,
    condition_keys: Vec<&'a str>,
    source: &'a str,
}

#[derive(Serialize)]
struct Resource<'a> {
    arn: &'a str,
    required: bool,
}

impl<'a> Answer<'a> {
    fn new(action: &'a Action<'_>) -> Self {
        let known = !action.resources.is_empty();
        Self {
            action: action.name,
            level: Some(action.level).filter(|level| !level.is_empty()),
            resource_level: known.then(|| !action.without_resource_level()),
            resources: action.shapes().map(|shape| Resource { arn: shape.arn, required: shape.required }).collect(),
            older_resources: action.older_shapes().map(|shape| shape.arn).collect(),
            condition_keys: action.keys.split(' ').filter(|key| !key.is_empty()).collect(),
            source: action.source,
        }
    }

    fn human(&self) -> String {
        let level = self.level.unwrap_or("level not known");
        let mut text = format!("{} ({level})\n", self.action);
        for resource in &self.resources {
            let note = if resource.required { "" } else { " (not of every call)" };
            let _ = writeln!(text, "    {}{note}", resource.arn);
        }
        if self.resource_level == Some(false) {
            text.push_str("    * (cannot be narrowed to a resource)\n");
        }
        for arn in &self.older_resources {
            let _ = writeln!(text, "    {arn} (by the rules of 2021)");
        }
        if !self.condition_keys.is_empty() {
            let _ = writeln!(text, "    keys: {}", self.condition_keys.join(", "));
        }
        text
    }
}

pub(crate) fn run(args: &ActionsArgs, terminal: &mut Terminal) -> Outcome<Status> {
    let catalog = catalog(args.catalog.as_deref())?;
    let actions = catalog.actions_covered(&args.pattern);
    for action in &actions {
        let answer = Answer::new(action);
        let text = match args.format {
            Format::Json => serde_json::to_string(&answer).unwrap_or_default() + "\n",
            Format::Human => answer.human(),
        };
        if terminal.out.write_all(text.as_bytes()).is_err() {
            break;
        }
    }
    let code = args.pattern.split(':').next().unwrap_or_default();
    let service = catalog.service(code);
    let known = service.map_or("the service is not in the catalog".to_owned(), |service| {
        let date = if service.date.is_empty() { String::new() } else { format!(" of {}", service.date) };
        format!("what is known of `{}`{date} is {}", service.code, service.grade.as_str())
    });
    let _ = if code.contains(['*', '?']) {
        writeln!(terminal.err, "{} known actions", actions.len())
    } else {
        writeln!(terminal.err, "{} known actions; {known}", actions.len())
    };
    Ok(if actions.is_empty() { Status::No } else { Status::Yes })
}
