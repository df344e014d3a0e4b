//! Flags that several commands share.

use clap::{Args, ValueEnum};

use ramspect::catalog::{AssumptionError, Assumptions, TABLE};
use ramspect::diagnostic::nearest;
use ramspect::evaluate::{Context, Fact};
use ramspect::request::{Principal, RequestError};

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
#[command(next_help_heading = "Output")]
pub(crate) struct OutputArgs {
    /// `human` (the default), or `json`: one object a line
    #[arg(long, value_enum, default_value = "human", value_name = "FORMAT")]
    #[arg(hide_default_value = true, hide_possible_values = true)]
    pub(crate) format: Format,
    /// Exit with 0 for "no" (1) and "cannot tell" (3) too
    #[arg(long)]
    pub(crate) exit_zero: bool,
}

/// `--missing-policy`
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub(crate) enum MissingPolicyChoice {
    /// A mistake: nothing is judged
    #[default]
    Error,
    /// Its statements may do anything: what depends on it is undetermined
    Unknown,
}

#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Policies")]
pub(crate) struct PolicyArgs {
    /// The caller's policies: file, folder, `-`
    ///
    /// A policy document, an array of them, or what `aliyun ram GetPolicy`, `GetPolicyVersion` and `GetRole` print; recognised
    /// by content. A folder is searched for `*.json`. `-` is standard input. Repeatable.
    #[arg(short, long = "policy", value_name = "PATH")]
    pub(crate) policies: Vec<String>,
    /// The policy of the caller's role session
    ///
    /// The `Policy` parameter of `AssumeRole`: it can only narrow what the role's own policies allow.
    #[arg(long, value_name = "PATH")]
    pub(crate) session_policy: Vec<String>,
    /// A control policy of a level
    ///
    /// Every level must allow. Levels stand in the order in which they are first named, Root last; a level that is named again
    /// gets one more policy. Repeatable.
    #[arg(long = "control-policy", value_name = "LEVEL=PATH")]
    pub(crate) control_policies: Vec<String>,
    /// The policy of the resource itself
    ///
    /// An OSS bucket policy, a KMS key policy, or the trust policy of a role. Repeatable.
    #[arg(long = "resource-policy", value_name = "PATH")]
    pub(crate) resource_policies: Vec<String>,
    /// The account file; `-p` adds to it
    ///
    /// Users, groups, roles, attachments and control policies; `-p` then adds policies to the principal.
    #[arg(long, value_name = "FILE")]
    pub(crate) account: Option<String>,
    /// What an unknown policy name is
    ///
    /// A policy that the account names and does not define is a mistake (`error`, the default), or one whose statements may do
    /// anything (`unknown`): then what depends on it is undetermined.
    #[arg(
        long,
        value_enum,
        default_value = "error",
        value_name = "CHOICE",
        hide_possible_values = true,
        hide_default_value = true
    )]
    pub(crate) missing_policy: MissingPolicyChoice,
    /// Who calls: the ARN of a user or role
    ///
    /// `acs:ram::<account>:user/<name>`, `acs:ram::<account>:role/<name>` (a session of the role) or `acs:ram::<account>:root`,
    /// which no policy binds. Tells the caller's account and the condition key `acs:PrincipalARN`.
    #[arg(long, value_name = "ARN")]
    pub(crate) principal: Option<String>,
}

impl PolicyArgs {
    /// Whether no policy at all is named.
    pub(crate) fn is_empty(&self) -> bool {
        let listed = [&self.policies, &self.control_policies, &self.resource_policies];
        listed.into_iter().all(Vec::is_empty) && self.session_policy.is_empty() && self.account.is_none()
    }
}

#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Inventory")]
pub(crate) struct InventoryArgs {
    /// Output of `aliyun ecs Describe...`: file, folder
    ///
    /// The raw output of DescribeInstances, DescribeSecurityGroups, DescribeNetworkInterfaces, DescribeSecurityGroupAttribute,
    /// DescribeInstanceTypes and `aliyun sts GetCallerIdentity`, in any number of files and pages, and at most one manifest.
    /// `examples/collect-ecs.sh` collects all of it. Repeatable.
    #[arg(short, long = "inventory", value_name = "PATH")]
    pub(crate) inventory: Vec<String>,
    /// What is not listed does not exist, for KIND
    ///
    /// KIND is `instance`, `securitygroup` or `eni`. Repeatable; a manifest says it with its member `complete`.
    #[arg(long, value_name = "KIND")]
    pub(crate) assume_complete: Vec<String>,
    /// The caller's account id
    ///
    /// Without it: the account of the principal, of GetCallerIdentity, or of the manifest.
    #[arg(long, value_name = "ID")]
    pub(crate) account_id: Option<String>,
}

#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Request context")]
pub(crate) struct ContextArgs {
    /// A condition key of the request
    ///
    /// Such as `acs:SourceIp=203.0.113.7`. Repeatable, also for several values of one key. A key of which nothing is said is
    /// unknown: the answer then tells whether it depends on it.
    #[arg(long, value_name = "KEY=VALUE")]
    pub(crate) context: Vec<String>,
    /// A condition key that the request lacks
    ///
    /// Repeatable.
    #[arg(long, value_name = "KEY")]
    pub(crate) absent: Vec<String>,
    /// The request has no condition key but those given
    #[arg(long)]
    pub(crate) closed_context: bool,
}

#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Assumptions")]
pub(crate) struct AssumeArgs {
    /// The other side of an undocumented rule
    ///
    /// `ramspect assumptions` lists the rules and their choices. Repeatable.
    #[arg(long, value_name = "ID=CHOICE")]
    pub(crate) assume: Vec<String>,
}

/// Parts `NAME=VALUE`.
pub(crate) fn pair<'t>(flag: &str, text: &'t str, shape: &str) -> Outcome<(&'t str, &'t str)> {
    match text.split_once('=') {
        Some((name, value)) if !name.is_empty() => Ok((name, value)),
        _ => Err(Failure::new(format!("`{flag} {text}` is not of the form `{flag} {shape}`"))),
    }
}

impl PolicyArgs {
    /// Who calls, where the flags say.
    pub(crate) fn principal(&self) -> Outcome<Option<Principal>> {
        Ok(self.principal.as_deref().map(Principal::parse).transpose().map_err(RequestError::from)?)
    }

    /// How often standard input is named.
    pub(crate) fn names_of_stdin(&self) -> usize {
        let levels = self.control_policies.iter().filter_map(|text| Some(text.split_once('=')?.1));
        let single = self.session_policy.iter().chain(&self.account);
        let listed = self.policies.iter().chain(&self.resource_policies).chain(single).map(String::as_str);
        levels.chain(listed).filter(|path| *path == "-").count()
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
