//! `ramspect predict`: what JoinSecurityGroup is going to answer.

use std::io::Write;

use clap::Args;

use ramspect::catalog::{Assumptions, Quota, Quotas};
use ramspect::diagnostic::nearest;
use ramspect::evaluate::{Rules, Scratch, Supplied};
use ramspect::membership::JoinRequest;
use ramspect::predict::{JudgedResource, Judgement, Prediction, Settings, Verdict, predict};
use ramspect::report::json::ResourceAnswer;
use ramspect::report::predict::PredictAnswer;

use super::failure::{Failure, Outcome};
use super::judge::{Judge, Judged, Line};
use super::options::{AssumeArgs, ContextArgs, Format, InventoryArgs, OutputArgs, PolicyArgs, pair};
use super::principal::Principal;
use super::requests::{self, Asked};
use super::status::Status;
use super::terminal::Terminal;
use super::{explain_code, files, inventory, predict_human};

/// Predicts what the ECS API JoinSecurityGroup answers: success, or the exact error code
#[derive(Debug, Args)]
pub(crate) struct PredictArgs {
    /// The API's parameters as JSON: one object, an array, or one on each line; `-` for standard input
    #[arg(long, value_name = "FILE", conflicts_with_all = ["security_group", "instance", "network_interface", "region"])]
    request: Option<String>,
    /// Explains a code of the API's error table: what it means, what causes it, how to fix it
    #[arg(long, value_name = "CODE", conflicts_with_all = ["request", "security_group", "instance", "network_interface", "region", "quota", "strict"])]
    explain_code: Option<String>,
    /// SecurityGroupId of the call
    #[arg(long, value_name = "ID", required_unless_present_any = ["request", "explain_code"])]
    security_group: Option<String>,
    /// InstanceId of the call
    #[arg(long, value_name = "ID", conflicts_with = "network_interface")]
    instance: Option<String>,
    /// NetworkInterfaceId of the call
    #[arg(long, value_name = "ID", required_unless_present_any = ["request", "instance", "explain_code"])]
    network_interface: Option<String>,
    /// RegionId of the call; without it the call carries none
    #[arg(long, value_name = "ID")]
    region: Option<String>,
    /// A limit of the account, such as `groups-per-eni=10` (repeatable)
    #[arg(long, value_name = "NAME=VALUE")]
    quota: Vec<String>,
    /// Counts what is unverified as unknown
    #[arg(long)]
    strict: bool,
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

/// A prediction with what the policies said of each resource.
pub(super) type Traced = Prediction<Vec<Judged>>;

pub(crate) fn run(args: &PredictArgs, terminal: &mut Terminal) -> Outcome<Status> {
    if let Some(code) = &args.explain_code {
        return explain_code::run(code, args.output.format, terminal);
    }
    let quotas = quotas(&args.quota)?;
    let (asked, several) = asked(args)?;
    let inventory = inventory::load(&args.inventory, terminal)?;
    let judge = Judge::load(&args.policies, &args.context, &args.assume, inventory, terminal)?;
    let mut worst = Status::Yes;
    for (at, (number, asked)) in asked.into_iter().enumerate() {
        let answer = asked.map_err(Failure::new).and_then(|asked| {
            let prediction = one(args, &judge, &asked, quotas, terminal)?;
            Ok((asked, prediction))
        });
        let status = match answer {
            Ok((asked, prediction)) => {
                let resources = resources(&judge, &prediction);
                match args.output.format {
                    Format::Json => {
                        let answer = PredictAnswer::new(asked.id, &asked.request, &prediction, resources);
                        let _ = serde_json::to_writer(&mut terminal.out, &answer);
                        let _ = writeln!(terminal.out);
                    }
                    Format::Human => {
                        let painter = terminal.painter_of_answers();
                        let text = predict_human::text(&judge, &asked, &prediction, painter);
                        let _ = write!(terminal.out, "{}{text}", if at > 0 { "\n" } else { "" });
                    }
                }
                status(prediction.outcome.verdict).exit_zero(args.output.exit_zero)
            }
            Err(failure) if several => {
                refuse(args.output.format, number, &failure, terminal);
                Status::Bad
            }
            Err(failure) => return Err(failure),
        };
        worst = worst.max(status);
    }
    Ok(worst)
}

/// A bad request among several: its line says why, the rest is still judged.
fn refuse(format: Format, number: usize, failure: &Failure, terminal: &mut Terminal) {
    match format {
        Format::Json => {
            let _ = writeln!(terminal.out, "{}", serde_json::json!({ "line": number, "error": failure.message }));
        }
        Format::Human => {
            let _ = writeln!(terminal.err, "request {number}: {failure}");
        }
    }
}

fn asked(args: &PredictArgs) -> Outcome<(Vec<requests::Numbered>, bool)> {
    if let Some(file) = &args.request {
        if file == "-" && args.policies.policies.iter().any(|path| path == "-") {
            return Err(Failure::new("standard input is named twice"));
        }
        let source = files::read(file)?;
        return requests::read(file, source.text());
    }
    let request = JoinRequest::new(
        args.security_group.as_deref(),
        args.instance.as_deref(),
        args.network_interface.as_deref(),
        args.region.as_deref(),
    );
    Ok((vec![(1, Ok(Asked { request, ..Asked::default() }))], false))
}

fn quotas(given: &[String]) -> Outcome<Quotas> {
    let mut quotas = Quotas::default();
    for text in given {
        let (name, value) = pair("--quota", text, "NAME=VALUE")?;
        let quota = Quota::named(name).ok_or_else(|| {
            let failure = Failure::new(format!("unknown quota `{name}`"));
            let names = || Quota::ALL.iter().map(|quota| quota.name());
            match nearest(name, names()) {
                Some(suggestion) => failure.with_help(format!("did you mean `{suggestion}`?")),
                None => failure.with_help(format!("the quotas are `{}`", names().collect::<Vec<_>>().join("`, `"))),
            }
        })?;
        let value =
            value.parse().map_err(|_| Failure::new(format!("`--quota {text}`: `{value}` is no whole number")))?;
        quotas.set(quota, value);
    }
    Ok(quotas)
}

fn one(args: &PredictArgs, judge: &Judge, asked: &Asked, quotas: Quotas, terminal: &mut Terminal) -> Outcome<Traced> {
    if !asked.ignored.is_empty() {
        let _ = writeln!(
            terminal.err,
            "warning: members of the request that mean nothing here: `{}`",
            asked.ignored.join("`, `")
        );
    }
    let principal = asked.principal.as_ref().or(judge.principal.as_ref());
    let flag = asked.account.as_deref().or(args.inventory.account_id.as_deref());
    let account = judge.inventory.caller_account(flag, principal.map(|principal| principal.account.as_str()), None);
    let account = account.ok_or_else(|| {
        Failure::new("the caller's account is unknown").with_help(
            "give `--account-id ID`, `--principal ARN`, or the output of `aliyun sts GetCallerIdentity` as inventory",
        )
    })?;
    let settings = Settings { account, quotas, assumptions: judge.assumptions, strict: args.strict };
    let mut scratch = Scratch::new();
    let mut warned = false;
    let prediction = predict(&asked.request, &judge.inventory, &settings, |resources, assumptions| {
        let judgement = authorize(
            judge,
            resources,
            assumptions,
            principal,
            &asked.line,
            &mut scratch,
            (!warned).then_some(&mut *terminal),
        );
        warned = true;
        judgement
    });
    prediction.map_err(|_| {
        Failure::new("the region of the call is unknown").with_help(
            "give `--region ID` (RegionId), or an inventory that lists the instance or whose manifest names one region",
        )
    })
}

/// What the policies say of each resource; `terminal` only for the first asking, to warn of contradictions once.
fn authorize(
    judge: &Judge,
    resources: &[JudgedResource],
    assumptions: &Assumptions,
    principal: Option<&Principal>,
    line: &Line<'_>,
    scratch: &mut Scratch,
    terminal: Option<&mut Terminal>,
) -> Judgement<Vec<Judged>> {
    let rules = Rules::from(assumptions);
    let mut judgement: Judgement<Vec<Judged>> = Judgement::default();
    let mut terminal = terminal;
    for resource in resources {
        let judged = if judge.is_root(principal) {
            Judged::root()
        } else {
            let supplied: Supplied = judge.supplied(&resource.arn, principal);
            if let Some(terminal) = terminal.as_deref_mut() {
                judge.warn_of_contradictions(&supplied, Some(line), terminal);
            }
            judge.explain("ecs:JoinSecurityGroup", &resource.arn, rules, &supplied, Some(line), scratch).1
        };
        judgement.each.push(judged.explanation.possible);
        judgement.missing.extend(judged.explanation.depends_on.iter().cloned());
        judgement.trace.push(judged);
    }
    judgement.missing.sort_unstable();
    judgement.missing.dedup();
    judgement
}

fn resources(judge: &Judge, prediction: &Traced) -> Vec<ResourceAnswer> {
    let judged = prediction.authorization.trace.iter().flatten();
    let resources = prediction.authorization.resources.iter();
    resources
        .zip(judged)
        .map(|(resource, judged)| judge.answer(&resource.arn, Some(resource.kind.word()), judged))
        .collect()
}

fn status(verdict: Verdict) -> Status {
    match verdict {
        Verdict::Success => Status::Yes,
        Verdict::Failure => Status::No,
        Verdict::Undetermined => Status::Unknown,
    }
}
