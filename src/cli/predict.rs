//! `ramspect predict`: what JoinSecurityGroup is going to answer.

use std::io::Write;

use clap::{ArgGroup, Args};

use ramspect::account::KnownCaller;
use ramspect::catalog::{Assumptions, Quota, Quotas};
use ramspect::diagnostic::nearest;
use ramspect::evaluate::{Rules, Scratch, Supplied};
use ramspect::membership::JoinRequest;
use ramspect::predict::{JudgedResource, Judgement, Prediction, Settings, Verdict, predict};
use ramspect::report::json::ResourceAnswer;
use ramspect::report::predict::PredictAnswer;
use ramspect::request::{self, Asked, Line};

use super::failure::{Failure, Outcome};
use super::judge::{Judge, Judged};
use super::options::{AssumeArgs, ContextArgs, Format, InventoryArgs, OutputArgs, PolicyArgs, pair};
use super::status::Status;
use super::terminal::Terminal;
use super::{explain_code, files, inventory, predict_human};

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
    group = ArgGroup::new("target").args(["request", "instance", "network_interface", "explain_code"]).required(true),
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
    /// Explains a code of the API's error table
    ///
    /// What it means, which facts cause it, at which stage it is checked, and how to fix it. Takes no call.
    #[arg(long, value_name = "CODE", conflicts_with_all = ["security_group", "region", "quota", "strict"])]
    explain_code: Option<String>,
    /// SecurityGroupId of the call
    #[arg(long, value_name = "ID", required_unless_present_any = ["request", "explain_code"])]
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
    if let Some(code) = &args.explain_code {
        return explain_code::run(code, args.output.format, terminal);
    }
    let quotas = quotas(&args.quota)?;
    let (asked, several) = asked(args)?;
    let inventory = inventory::load(&args.inventory, terminal)?;
    let judge = Judge::load(&args.policies, &args.context, &args.assume, inventory, terminal)?;
    let mut worst = Status::Yes;
    for (at, (number, asked)) in asked.into_iter().enumerate() {
        let answer = asked.map_err(Failure::from).and_then(|asked| {
            let prediction = one(&judge, &asked, quotas, args.inventory.account_id.as_deref(), args.strict, terminal)?;
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
        if file == "-" && args.policies.names_of_stdin() > 0 {
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

pub(super) fn quotas(given: &[String]) -> Outcome<Quotas> {
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

/// Predicts one call; `account` is that of the command line.
pub(super) fn one(
    judge: &Judge,
    asked: &Asked,
    quotas: Quotas,
    account: Option<&str>,
    strict: bool,
    terminal: &mut Terminal,
) -> Outcome<Traced> {
    if !asked.ignored.is_empty() {
        terminal.warn(&format!("members of the request that mean nothing here: `{}`", asked.ignored.join("`, `")));
    }
    let principal = asked.principal.as_ref().or(judge.principal.as_ref());
    let flag = asked.account.as_deref().or(account);
    let account = judge.inventory.caller_account(
        flag,
        principal.map(|principal| principal.account.as_str()),
        judge.policies.account_id(),
    );
    let account = account.ok_or_else(|| {
        Failure::new("the caller's account is unknown").with_help(
            "give `--account-id ID`, `--principal ARN`, or the output of `aliyun sts GetCallerIdentity` as inventory",
        )
    })?;
    let caller = judge.caller(principal)?;
    let settings = Settings { account, quotas, assumptions: judge.assumptions, strict };
    let mut scratch = Scratch::new();
    let mut warned = false;
    let prediction = predict(&asked.request, &judge.inventory, &settings, |resources, assumptions| {
        let judgement = authorize(
            judge,
            resources,
            assumptions,
            &caller,
            &asked.line,
            &mut scratch,
            (!warned).then_some(&mut *terminal),
        );
        warned = true;
        judgement
    });
    let prediction = prediction.map_err(|_| {
        Failure::new("the region of the call is unknown").with_help(
            "give `--region ID` (RegionId), or an inventory that lists the instance or whose manifest names one region",
        )
    })?;
    Ok(prediction)
}

/// What the policies say of each resource; `terminal` only for the first asking, to warn of contradictions once.
fn authorize(
    judge: &Judge,
    resources: &[JudgedResource],
    assumptions: &Assumptions,
    caller: &KnownCaller,
    line: &Line<'_>,
    scratch: &mut Scratch,
    terminal: Option<&mut Terminal>,
) -> Judgement<Vec<Judged>> {
    let rules = Rules::from(assumptions);
    let principal = caller.caller.principal.as_ref();
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
            let asked = ("ecs:JoinSecurityGroup", resource.arn.as_str());
            judge.explain(caller, asked, rules, &supplied, Some(line), scratch).1
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
