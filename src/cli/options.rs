//! Flags that several commands share.

use clap::{Args, ValueEnum};

use ramspect::catalog::{AssumptionError, Assumptions, TABLE};
use ramspect::diagnostic::nearest;
use ramspect::evaluate::{Context, Fact};

use super::failure::{Failure, Outcome};

/// When to use colours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Color {
    /// When the output is a terminal and `NO_COLOR` is not set
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

/// For people or for programs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// Text for people
    Human,
    /// One JSON object a line
    Json,
}

#[derive(Debug, Clone, Args)]
pub(crate) struct OutputArgs {
    /// How to print the answer
    #[arg(long, value_enum, default_value = "human", value_name = "FORMAT")]
    pub(crate) format: Format,
    /// Exit with 0 where the answer is "no" (1) or "cannot tell" (3)
    #[arg(long)]
    pub(crate) exit_zero: bool,
}

#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Policies")]
pub(crate) struct PolicyArgs {
    /// Policies of the caller: a file, a folder, or `-` for standard input (repeatable)
    #[arg(short, long = "policy", value_name = "PATH")]
    pub(crate) policies: Vec<String>,
    /// The session policy of the caller's role session
    #[arg(long, value_name = "PATH")]
    pub(crate) session_policy: Option<String>,
    /// A policy of a level of the control-policy chain; levels in the order given, Root last (repeatable)
    #[arg(long = "control-policy", value_name = "LEVEL=PATH")]
    pub(crate) control_policies: Vec<String>,
    /// Who calls: `acs:ram::<account>:user/<name>`, `..:role/<name>` or `..:root`
    #[arg(long, value_name = "ARN")]
    pub(crate) principal: Option<String>,
}

impl PolicyArgs {
    /// Whether no policy at all is named.
    pub(crate) fn is_empty(&self) -> bool {
        self.policies.is_empty() && self.session_policy.is_none() && self.control_policies.is_empty()
    }
}

#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Inventory")]
pub(crate) struct InventoryArgs {
    /// What `aliyun ecs Describe..` printed: a file or a folder (repeatable)
    #[arg(short, long = "inventory", value_name = "PATH")]
    pub(crate) inventory: Vec<String>,
    /// An id of this kind that the inventory lacks does not exist: `instance`, `securitygroup` or `eni` (repeatable)
    #[arg(long, value_name = "KIND")]
    pub(crate) assume_complete: Vec<String>,
    /// The caller's account id
    #[arg(long, value_name = "ID")]
    pub(crate) account_id: Option<String>,
}

#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Request context")]
pub(crate) struct ContextArgs {
    /// A condition key of the request (repeatable, also for several values of one key)
    #[arg(long, value_name = "KEY=VALUE")]
    pub(crate) context: Vec<String>,
    /// A condition key that the request does not carry (repeatable)
    #[arg(long, value_name = "KEY")]
    pub(crate) absent: Vec<String>,
    /// The request carries no condition key beyond those given
    #[arg(long)]
    pub(crate) closed_context: bool,
}

#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Assumptions")]
pub(crate) struct AssumeArgs {
    /// Takes a side where RAM or ECS is undocumented; `ramspect assumptions` lists them (repeatable)
    #[arg(long, value_name = "ID=CHOICE")]
    pub(crate) assume: Vec<String>,
}

/// Parts `NAME=VALUE`.
pub(crate) fn pair<'t>(flag: &str, text: &'t str, shape: &str) -> Outcome<(&'t str, &'t str)> {
    match text.split_once('=') {
        Some((name, value)) if !name.is_empty() => Ok((name, value)),
        _ => Err(Failure::new(format!("`{flag} {text}` is not of the form `{shape}`"))),
    }
}

impl ContextArgs {
    /// The facts of the command line.
    pub(crate) fn context(&self) -> Outcome<Context<'static>> {
        let mut context = Context::new();
        for key in &self.absent {
            context.set(key.clone(), Fact::Absent);
        }
        for text in &self.context {
            let (key, value) = pair("--context", text, "KEY=VALUE")?;
            if self.absent.iter().any(|absent| absent == key) {
                let message = format!("`{key}` is given by both `--context` and `--absent`");
                return Err(Failure::new(message).with_help("keep one of them"));
            }
            context.add(key.to_owned(), value.to_owned());
        }
        Ok(context)
    }
}

impl AssumeArgs {
    /// The choices in force.
    pub(crate) fn assumptions(&self) -> Outcome<Assumptions> {
        let mut assumptions = Assumptions::default();
        for text in &self.assume {
            let (id, choice) = pair("--assume", text, "ID=CHOICE")?;
            assumptions = assumptions.with_id(id, choice).map_err(|error| explain(&error))?;
        }
        Ok(assumptions)
    }
}

pub(crate) fn explain(error: &AssumptionError) -> Failure {
    let failure = Failure::new(error.to_string());
    match error {
        AssumptionError::UnknownId(id) => match nearest(id, TABLE.iter().map(|row| row.id)) {
            Some(suggestion) => failure.with_help(format!("did you mean `{suggestion}`?")),
            None => failure.with_help("`ramspect assumptions` lists them"),
        },
        AssumptionError::UnknownChoice { id, choice } => {
            let choices = TABLE.iter().find(|row| row.id == *id).map(|row| row.choices).unwrap_or_default();
            match nearest(choice, choices.iter().copied()) {
                Some(suggestion) => failure.with_help(format!("did you mean `{suggestion}`?")),
                None => failure.with_help(format!("the choices are `{}`", choices.join("`, `"))),
            }
        }
    }
}
