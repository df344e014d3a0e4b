//! What the flags and the configuration ask for, together.

use ramspect::catalog::Catalog;
use ramspect::diagnostic::{Diagnostic, Severity};
use ramspect::lint::{self, Level, Meta, Rule, Settings};
use ramspect::policy::PolicyKind;

use super::super::failure::{Failure, Outcome};
use super::super::files;
use super::super::project::Project;
use super::args::LintArgs;

/// The decisions of one run.
pub(super) struct Plan {
    pub(super) project: Project,
    pub(super) threshold: Severity,
    /// Also what is below the threshold: a baseline holds all findings.
    everything: bool,
    /// Today, `YYYY-MM-DD`, for suppressions that end.
    pub(super) today: String,
    catalog: Catalog,
    kind: Option<PolicyKind>,
    select: Vec<String>,
    ignore: Vec<String>,
    /// The rules that are run.
    rules: Vec<&'static dyn Rule>,
}

impl std::fmt::Debug for Plan {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Plan").field("threshold", &self.threshold).finish_non_exhaustive()
    }
}

impl Plan {
    pub(super) fn new(args: &LintArgs) -> Outcome<Self> {
        for code in args.select.iter().chain(&args.ignore) {
            known(code)?;
        }
        if let Some(code) =
            args.ignore.iter().find(|code| lint::find(code).is_some_and(|rule| !rule.meta().suppressible))
        {
            let failure = Failure::new(format!("`{code}` cannot be ignored"));
            return Err(
                failure.with_help("RAM refuses such a document; repair it, or exclude the file in `ramspect.toml`")
            );
        }
        let mut plan = Self {
            project: Project::new(args.config.as_deref(), &args.paths)?,
            threshold: super::severity(args.min_severity),
            everything: args.write_baseline.is_some(),
            today: today(),
            catalog: catalog(args.catalog.as_deref())?,
            kind: args.kind.map(Into::into),
            select: args.select.clone(),
            ignore: args.ignore.clone(),
            rules: Vec::new(),
        };
        plan.rules = lint::rules().iter().copied().filter(|rule| plan.runs(rule.meta())).collect();
        Ok(plan)
    }

    pub(super) fn settings(&self, relative: &str, named: bool) -> Settings<'_> {
        let kind = self.kind.or_else(|| self.project.config.kind(relative));
        Settings { catalog: &self.catalog, kind, named, rules: Some(&self.rules) }
    }

    /// Whether a rule has to be run: its findings could be shown or suppressed.
    pub(super) fn runs(&self, meta: &Meta) -> bool {
        let chosen = self.select.is_empty() || self.select.iter().any(|code| code == meta.code);
        let raised = self.project.config.mentions(meta.code)
            || self.project.config.suppressions.iter().any(|suppression| suppression.entry.code == meta.code);
        chosen
            && !self.ignore.iter().any(|code| code == meta.code)
            && (meta.severity >= self.threshold || self.everything || raised)
    }

    /// The finding as it is to be reported, if it is. What RAM refuses always is.
    pub(super) fn level(&self, relative: &str, mut finding: Diagnostic) -> Option<Diagnostic> {
        if lint::is_refusal(&finding) {
            return Some(finding);
        }
        let code = finding.code;
        if self.ignore.iter().any(|ignored| ignored == code)
            || (!self.select.is_empty() && !self.select.iter().any(|selected| selected == code))
        {
            return None;
        }
        match self.project.config.level(relative, code) {
            Some(Level::Off) => None,
            Some(Level::At(severity)) => {
                finding.severity = severity;
                Some(finding)
            }
            None => Some(finding),
        }
    }

    /// Whether a finding may be repaired: reported by this run, whatever its severity.
    pub(super) fn wants_fix(&self, relative: &str, finding: &Diagnostic) -> bool {
        self.level(relative, finding.clone()).is_some_and(|finding| finding.severity >= self.threshold)
    }
}

fn known(code: &str) -> Outcome<()> {
    if lint::find(code).is_some() {
        return Ok(());
    }
    let help = lint::suggestion(code)
        .map_or("`ramspect rules` lists them".to_owned(), |near| format!("did you mean `{near}`?"));
    Err(Failure::new(format!("no rule is called `{code}`")).with_help(help))
}

/// The compiled-in catalog and what a file adds.
pub(crate) fn catalog(path: Option<&str>) -> Outcome<Catalog> {
    let Some(path) = path else { return Ok(Catalog::new()) };
    let source = files::read(path)?;
    Catalog::new().with_file(source.text()).map_err(|error| {
        let help = "expected `{\"actions\": [{\"action\": \"ecs:NewAction\"}], \"condition_keys\": [{\"key\": \"ecs:NewKey\", \"type\": \"string\"}]}`";
        Failure::new(format!("`{path}`: {error}")).with_help(help)
    })
}

fn today() -> String {
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    let seconds = now.map_or(0, |passed| i64::try_from(passed.as_secs()).unwrap_or(0));
    ramspect::policy::operand::spell_instant(seconds).chars().take(10).collect()
}
