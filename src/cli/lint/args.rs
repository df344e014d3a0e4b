//! The flags of `ramspect lint`.

use clap::{Args, ValueEnum};

use ramspect::policy::PolicyKind;

/// How to print the findings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum LintFormat {
    /// Excerpts for people
    Human,
    /// One line a finding
    Concise,
    /// One JSON object
    Json,
    /// SARIF 2.1.0
    Sarif,
    /// Workflow commands of GitHub Actions
    Github,
    /// `JUnit` XML
    Junit,
}

/// The least severity that is shown and counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum MinSeverity {
    /// RAM refuses the document, or the element has no effect
    Error,
    /// A probable mistake or a security risk
    Warning,
    /// Clean-up
    Info,
}

/// What the policies are attached to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum KindArg {
    /// Users, groups, roles
    Identity,
    /// A role: who may assume it
    Trust,
    /// A resource directory
    Control,
    /// A role session
    Session,
    /// A resource, such as an OSS bucket
    Bucket,
}

impl From<KindArg> for PolicyKind {
    fn from(kind: KindArg) -> Self {
        match kind {
            KindArg::Identity => Self::Identity,
            KindArg::Trust => Self::Trust,
            KindArg::Control => Self::Control,
            KindArg::Session => Self::Session,
            KindArg::Bucket => Self::Bucket,
        }
    }
}

/// Finds mistakes and risks in RAM policies: JSON, Terraform, ROS templates, CLI output
#[derive(Debug, Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag")]
pub(crate) struct LintArgs {
    /// Files and folders; `-` for standard input
    #[arg(value_name = "PATH", default_value = ".")]
    pub(super) paths: Vec<String>,
    /// How to print the findings
    #[arg(long, value_enum, default_value = "human", value_name = "FORMAT")]
    pub(super) format: LintFormat,
    /// Only these rules (repeatable, or with commas); what RAM refuses is always reported
    #[arg(long, value_name = "CODE", value_delimiter = ',')]
    pub(super) select: Vec<String>,
    /// Not these rules (repeatable, or with commas)
    #[arg(long, value_name = "CODE", value_delimiter = ',')]
    pub(super) ignore: Vec<String>,
    /// What is shown and decides the exit status
    #[arg(long, value_enum, default_value = "warning", value_name = "LEVEL")]
    pub(super) min_severity: MinSeverity,
    /// What the policies are; guessed from content without it
    #[arg(long, value_enum, value_name = "KIND")]
    pub(super) kind: Option<KindArg>,
    /// Repairs what can be repaired without changing what the policy means
    #[arg(long)]
    pub(super) fix: bool,
    /// Repairs also where the meaning changes or the repair is a guess
    #[arg(long)]
    pub(super) unsafe_fixes: bool,
    /// Shows the repairs instead of making them
    #[arg(long)]
    pub(super) diff: bool,
    /// Findings that are known and not reported
    #[arg(long, value_name = "FILE", conflicts_with = "write_baseline")]
    pub(super) baseline: Option<String>,
    /// Writes all findings to a baseline file
    #[arg(long, value_name = "FILE")]
    pub(super) write_baseline: Option<String>,
    /// The configuration; without it the nearest `ramspect.toml`
    #[arg(long, value_name = "FILE")]
    pub(super) config: Option<String>,
    /// Finding no policy at all is no error
    #[arg(long)]
    pub(super) allow_empty: bool,
    /// Adds actions and condition keys to the catalog
    #[arg(long, value_name = "FILE")]
    pub(super) catalog: Option<String>,
    /// Exit with 0 also with findings
    #[arg(long)]
    pub(super) exit_zero: bool,
}
