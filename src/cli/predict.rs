//! `ramspect predict`: what JoinSecurityGroup is going to answer.

use std::io::Write;

use clap::{ArgGroup, Args};

use ramspect::catalog::{Quota, Quotas};
use ramspect::diagnostic::nearest;
use ramspect::membership::JoinRequest;
use ramspect::predict::{ByPolicies, JudgedResource, Judgement, Prediction, Settings, Verdict, predict};
use ramspect::report::json::ResourceAnswer;
use ramspect::report::predict::PredictAnswer;
use ramspect::request::{self, Asked};

use super::failure::{Failure, Outcome};
use super::judge::{Judge, Judged};
use super::options::{AssumeArgs, ContextArgs, Format, InventoryArgs, OutputArgs, PolicyArgs, pair};
use super::status::Status;
use super::terminal::Terminal;
use super::{files, inventory, predict_human};

/// Predicts the outcome of JoinSecurityGroup
///
/// Tells what the ECS API JoinSecurityGroup is going to answer: success, or the exact error code, with the policy statement or
/// the fact that decides it and what would change it. Give the call by flags, or by `--request` as the API's own parameters.
#[derive(Debug, Args)]
#[command(
    next_help_heading = "Call",
    override_usage = "ramspect predict [OPTIONS] --security-group ID --instance ID
       ramspect predict [OPTIONS] --security-group ID --network-interface ID
       ramspect predict [OPTIONS] --request FILE",
    group = ArgGroup::new("target").args(["request", "instance", "network_interface"]).required(true),
    after_long_help = EXAMPLES
)]
pub(crate) struct PredictArgs {
    /// The calls as JSON, from a file or `-`
    ///
    /// The API's parameters: `{"SecurityGroupId": "sg-..", "InstanceId": "i-.."}`, with NetworkInterfaceId and RegionId where
    /// the call has them. One object, an array of them, or one on each line. An object may also carry id, principal,
    /// account_id, context, absent and closed_context.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["security_group", "region"])]
    request: Option<String>,
    /// SecurityGroupId of the call
    #[arg(long, value_name = "ID", required_unless_present = "request")]
    security_group: Option<String>,
    /// InstanceId of the call
    #[arg(long, value_name = "ID")]
    instance: Option<String>,
    /// NetworkInterfaceId of the call
    #[arg(long, value_name = "ID")]
    network_interface: Option<String>,
    /// RegionId of the call, where it has one
    #[arg(long, value_name = "ID")]
    region: Option<String>,
    /// A limit of the account, as `groups-per-eni=10`
    ///
    /// The limits are groups-per-eni, rules-per-eni, ips-per-basic-group, ips-per-classic-group and enis-per-enterprise-group.
    /// Repeatable.
    #[arg(long, value_name = "NAME=VALUE")]
    quota: Vec<String>,
    /// Counts what is unverified as unknown
    ///
    /// Unverified is what nothing speaks for, but what a count that the inventory lacks could still rule out.
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

const EXAMPLES: &str = "\
Examples:
  ramspect predict --security-group sg-bp1web000001 \\
      --instance i-bp1web0000000001 -p policies/ -i inventory/
  ramspect predict --request calls.json -p policies/ -i inventory/ --format json
  aliyun ram GetPolicy --PolicyName ops --PolicyType Custom |
      ramspect predict --request call.json -p - -i inventory/

Exit status:
  0  the call succeeds
  1  the call fails
  2  the job could not be done: wrong usage, unreadable or invalid input
  3  cannot tell: the answer depends on a fact that was not given";

/// A prediction with what the policies said of each resource.
pub(super) type Traced = Prediction<Vec<Judged>>;

pub(crate) fn run(args: &PredictArgs, terminal: &mut Terminal) -> Outcome<Status> {
    let quotas = quotas(&args.quota)?;
    let (asked, several) = asked(args)?;
    let inventory = inventory::load(&args.inventory, terminal)?;
    let judge = Judge::load(&args.policies, &args.context, &args.assume, inventory, terminal)?;
    let mut worst = Status::Yes;
    for (at, (number, asked)) in asked.into_iter().enumerate() {
        let answer = asked.map_err(Failure::from).and_then(|asked| {
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
            // What was answered before stands above what went wrong.
            let _ = terminal.out.flush();
            terminal.report(&Failure { message: format!("request {number}: {}", failure.message), ..failure.clone() });
        }
    }
}

fn asked(args: &PredictArgs) -> Outcome<(Vec<request::Numbered>, bool)> {
    if let Some(file) = &args.request {
        if file == "-" && args.policies.standard_inputs() > 0 {
            return Err(Failure::twice_standard_input());
        }
        let source = files::read(file)?;
        return Ok(request::read(file, source.text())?);
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
        terminal.warn(&format!("members of the request that mean nothing here: `{}`", asked.ignored.join("`, `")));
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
    let supplied = judge.supplied_by_principal(principal);
    let view = judge.view(&supplied, Some(&asked.line));
    let mut policies = ByPolicies::new(judge.set(), &judge.inventory, view, &settings.account);
    let prediction = predict(&asked.request, &judge.inventory, &settings, |resources, assumptions| {
        if judge.is_root(principal) {
            return of_root(resources);
        }
        let Judgement { each, missing, trace } = policies.judge(resources, assumptions);
        Judgement { each, missing, trace: trace.into_iter().map(Judged::from).collect() }
    });
    let prediction = prediction.map_err(|_| {
        Failure::new("the region of the call is unknown").with_help(
            "give `--region ID` (RegionId), or an inventory that lists the instance or whose manifest names one region",
        )
    })?;
    if !judge.is_root(principal) {
        for resource in &prediction.authorization.resources {
            let supplied = judge.supplied(&resource.arn, principal);
            judge.warn_of_contradictions(&supplied, Some(&asked.line), terminal);
        }
    }
    Ok(prediction)
}

/// No policy binds the account itself.
fn of_root(resources: &[JudgedResource]) -> Judgement<Vec<Judged>> {
    let trace: Vec<Judged> = resources.iter().map(|_| Judged::root()).collect();
    let each = trace.iter().map(|judged| judged.explanation.possible).collect();
    Judgement { each, missing: Vec::new(), trace }
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
