//! `ramspect explain`: why a call was refused, from whatever the user was shown.

use std::io::Write;
use std::rc::Rc;

use clap::Args;

use ramspect::account::{Binding, KnownCaller, Principal, PrincipalKind};
use ramspect::catalog::Assumptions;
use ramspect::evaluate::{Context, Decision, Fact, Possible, Request, Rules, Scratch, StatementId, Supplied};
use ramspect::explain::{
    Call, CalledResource, Cause, Denial, Diagnosis, Elsewhere, Miss, Suggestion, diagnose, read, suggest,
    suggest_unjudged,
};
use ramspect::inventory::{Inventory, Kind};
use ramspect::membership::JoinRequest;
use ramspect::pattern::{arn, matches};
use ramspect::predict::resources;
use ramspect::report::explain::{DenialAnswer, DiagnosisAnswer, ExplainAnswer, NearMissAnswer, SuggestionAnswer};
use ramspect::request::{Line, check_action, check_resource};
use ramspect::text::Source;

use super::failure::{Failure, Outcome};
use super::judge::{Judge, Judged};
use super::options::{AssumeArgs, ContextArgs, Format, InventoryArgs, OutputArgs, PolicyArgs};
use super::status::Status;
use super::terminal::Terminal;
use super::{explain_human, files, inventory};

/// Explains a denial: what it is, which statement or missing statement causes it, and what to change
#[derive(Debug, Args)]
pub(crate) struct ExplainArgs {
    /// What was shown: API answer, tool output, exception, log; `-` (the default) for standard input
    #[arg(value_name = "FILE", default_value = "-")]
    file: String,
    /// The action that was refused, where the text does not tell
    #[arg(long, value_name = "ACTION")]
    action: Option<String>,
    /// A resource of the call, where the text does not tell all (repeatable)
    #[arg(long = "resource", value_name = "ARN")]
    resources: Vec<String>,
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

/// Everything an answer shows.
pub(super) struct Explained<'a> {
    pub(super) source: &'a Source,
    pub(super) denials: &'a [Denial],
    pub(super) denial: &'a Denial,
    pub(super) action: Option<String>,
    pub(super) judge: Option<&'a Judge>,
    pub(super) diagnosis: Option<Diagnosis>,
    pub(super) suggestion: Option<Suggestion>,
    pub(super) root: bool,
    /// What bound the caller.
    pub(super) binding: Option<Rc<Binding>>,
    /// The policies of others.
    pub(super) others: Option<Binding>,
    /// The other ARN of a join, where only one is told.
    pub(super) other_half: Option<&'static str>,
}

pub(crate) fn run(args: &ExplainArgs, terminal: &mut Terminal) -> Outcome<Status> {
    if args.file == "-" && args.policies.names_of_stdin() > 0 {
        return Err(Failure::twice_standard_input());
    }
    args.action.as_deref().map_or(Ok(()), check_action)?;
    args.resources.iter().try_for_each(|resource| check_resource(resource))?;
    let source = files::read_pasted(&args.file)?;
    let inventory = inventory::load(&args.inventory, terminal)?;
    let denials = read(source.text());
    let first = denials.iter().find(|denial| denial.is_ram_denial()).or(denials.first());
    let Some(denial) = first else {
        let shown = if args.file == "-" { "standard input".to_owned() } else { format!("`{}`", args.file) };
        return Err(Failure::new(format!("no error of Alibaba Cloud was recognised in {shown}")).with_help(
            "give the whole message, with its code or its `AccessDeniedDetail`; `ramspect predict --explain-code CODE` explains a code of JoinSecurityGroup",
        ));
    };
    let judge = if args.policies.is_empty() {
        None
    } else {
        let mut judge = Judge::load(&args.policies, &args.context, &args.assume, inventory.clone(), terminal)?;
        judge.principal = judge.principal.take().or_else(|| told_principal(denial, &judge));
        Some(judge)
    };
    let explained = one(args, &source, &denials, denial, judge.as_ref(), &inventory)?;
    match args.output.format {
        Format::Json => {
            let _ = serde_json::to_writer(&mut terminal.out, &explained.json());
            let _ = writeln!(terminal.out);
        }
        Format::Human => {
            let painter = terminal.painter_of_answers();
            let _ = terminal.out.write_all(explain_human::text(&explained, painter).as_bytes());
        }
    }
    Ok(Status::Yes)
}

fn one<'a>(
    args: &ExplainArgs,
    source: &'a Source,
    denials: &'a [Denial],
    denial: &'a Denial,
    judge: Option<&'a Judge>,
    inventory: &Inventory,
) -> Outcome<Explained<'a>> {
    let action = args.action.clone().or_else(|| denial.action.clone());
    let root = judge.is_some_and(|judge| judge.is_root(None));
    let mut explained = Explained {
        source,
        denials,
        denial,
        action,
        judge,
        diagnosis: None,
        suggestion: None,
        root,
        binding: None,
        others: None,
        other_half: None,
    };
    if !denial.is_ram_denial() {
        return Ok(explained);
    }
    let called = arns(args, denial, explained.action.as_deref(), inventory, judge);
    let Some(action) = explained.action.clone().filter(|action| check_action(action).is_ok()) else {
        explained.diagnosis = Some(untold(denial));
        return Ok(explained);
    };
    let Some(judge) = judge else {
        explained.diagnosis = Some(untold(denial));
        let implicit = denial.no_permission_type.as_deref() != Some("ExplicitDeny");
        if implicit && !called.is_empty() {
            let named: Vec<&str> = called.iter().map(String::as_str).collect();
            explained.suggestion = Some(suggest_unjudged(&action, &named));
        }
        return Ok(explained);
    };
    let line = line(denial);
    if explained.root {
        let why = "the root user of the account is bound by no policy: another identity made the call".to_owned();
        explained.diagnosis = Some(Diagnosis { cause: Cause::Disagrees, doubts: vec![why], ..untold(denial) });
        return Ok(explained);
    }
    let supplied: Vec<Supplied> = called.iter().map(|arn| judge.supplied(arn, None)).collect();
    let with_view = |(arn, supplied)| CalledResource { arn, view: judge.view(supplied, Some(&line)) };
    let resources: Vec<CalledResource<'_>> = called.iter().map(String::as_str).zip(&supplied).map(with_view).collect();
    let rules = Rules::from(&judge.assumptions);
    let caller = judge.caller(None)?;
    let (binding, resources) = refusing(judge, &caller, &action, resources, rules);
    let call = Call { action: &action, resources: &resources };
    let others = judge.policies.bindings.account.is_some().then(|| judge.policies.bindings.others(&binding));
    let holder = others.as_ref().and_then(|others| holder(judge, others, &call, rules));
    let elsewhere = holder.as_ref().zip(others.as_ref());
    let elsewhere: Vec<Elsewhere<'_>> =
        elsewhere.map(|(principal, others)| Elsewhere { principal, set: others.set() }).into_iter().collect();
    let mut diagnosis = diagnose(denial, binding.set(), &call, &elsewhere, rules);
    let other = other_half(&action, &called);
    let half = other.filter(|_| diagnosis.possible.contains(Decision::Allow));
    let doubt = half.map(|other| {
        format!("RAM was asked about {other} as well, which the text does not tell: give it with `--resource`")
    });
    match doubt {
        // The half that is told would be allowed. Where RAM says that this is what it refused, the two do not agree.
        Some(doubt) if diagnosis.cause == Cause::Disagrees && denial.resource.is_some() => {
            diagnosis.doubts.insert(1.min(diagnosis.doubts.len()), doubt);
        }
        Some(doubt) => {
            let untold = diagnose(denial, binding.set(), &Call { action: &action, resources: &[] }, &elsewhere, rules);
            let (cause, near_misses) = (Cause::told_by(denial), untold.near_misses);
            diagnosis = Diagnosis { cause, near_misses, doubts: vec![doubt], ..diagnosis };
            explained.other_half = other;
        }
        None => {}
    }
    if explained.other_half.is_none() {
        let name = |statement| name(judge, &binding, statement);
        explained.suggestion = suggest(&diagnosis, binding.set(), &call, rules, name);
        let granted = explained.suggestion.as_mut().filter(|suggestion| suggestion.grant.is_some());
        if let Some((suggestion, other)) = granted.zip(other) {
            suggestion.warnings.push(format!("the call needs the same on {other}, which the text does not tell"));
        }
    }
    explained.diagnosis = Some(diagnosis);
    explained.binding = Some(binding);
    explained.others = others;
    Ok(explained)
}

/// What binds the caller, with the resources for which it does: resources of other accounts are bound by other policies, and
/// a role that is assumed by its own. Of several, the first that refuses.
fn refusing<'a>(
    judge: &Judge,
    caller: &KnownCaller,
    action: &str,
    resources: Vec<CalledResource<'a>>,
    rules: Rules,
) -> (Rc<Binding>, Vec<CalledResource<'a>>) {
    let mut parts: Vec<(Rc<Binding>, Vec<CalledResource<'a>>)> = Vec::new();
    for resource in resources {
        let binding = judge.binding(caller, action, resource.arn);
        match parts.iter_mut().find(|(known, _)| Rc::ptr_eq(known, &binding)) {
            Some((_, of_it)) => of_it.push(resource),
            None => parts.push((binding, vec![resource])),
        }
    }
    let mut scratch = Scratch::new();
    let mut refuses = |(binding, of_it): &(Rc<Binding>, Vec<CalledResource<'a>>)| {
        of_it.iter().any(|resource| {
            let request = Request { action, resource: resource.arn, view: resource.view };
            binding.set().judge(&request, rules, &mut scratch).possible != Possible::of(Decision::Allow)
        })
    };
    let at = parts.iter().position(&mut refuses).unwrap_or(0);
    if at < parts.len() {
        return parts.swap_remove(at);
    }
    (judge.binding(caller, action, "*"), Vec::new())
}

/// The half of a join of which nothing is told, where the other half is.
fn other_half(action: &str, called: &[String]) -> Option<&'static str> {
    let [one] = called else { return None };
    if !action.eq_ignore_ascii_case("ecs:JoinSecurityGroup") {
        return None;
    }
    match Kind::named(arn(one)?.type_and_id()?.0)? {
        Kind::Instance | Kind::NetworkInterface => Some("the security group"),
        Kind::SecurityGroup => Some("the instance or network interface"),
    }
}

/// Who has the policy of others that allows the call.
fn holder(judge: &Judge, others: &Binding, call: &Call<'_>, rules: Rules) -> Option<String> {
    let account = judge.policies.bindings.account.as_ref()?;
    let mut scratch = Scratch::new();
    call.resources.iter().find_map(|resource| {
        let request = Request { action: call.action, resource: resource.arn, view: resource.view };
        let explained = others.set().explain(&request, rules, &mut scratch);
        let deciding = explained.decided_by.first().filter(|deciding| deciding.certain)?;
        let policy = others.set().statement(deciding.statement)?.policy;
        account.holder(others.document(policy)?)
    })
}

/// The principal that the text tells, as far as it names one of the account file.
fn told_principal(denial: &Denial, judge: &Judge) -> Option<Principal> {
    let account = judge.policies.bindings.account.as_ref()?;
    let caller = denial.principal.as_ref()?;
    let name = caller.display_name.as_deref().unwrap_or_default();
    let kind = match caller.kind.as_deref()? {
        "SubUser" => PrincipalKind::User(account.user(name).map(|_| name.to_owned())?),
        "AssumedRoleUser" => {
            let role = name.split(':').next().unwrap_or_default();
            PrincipalKind::Role(account.role(role)?.0.to_owned())
        }
        "RootUser" => PrincipalKind::Root,
        _ => return None,
    };
    Some(Principal { account: account.id().to_owned(), kind })
}

/// A statement as texts name it.
fn name(judge: &Judge, binding: &Binding, statement: StatementId) -> String {
    let (policy, index) = judge.policies.name(binding, statement).unwrap_or_default();
    format!("statement {index} of `{policy}`")
}

/// What can be told without judging.
fn untold(denial: &Denial) -> Diagnosis {
    Diagnosis {
        cause: Cause::told_by(denial),
        possible: ramspect::evaluate::Possible::NONE,
        resources: Vec::new(),
        near_misses: Vec::new(),
        doubts: Vec::new(),
    }
}

/// The context that a decoded message lists.
fn line(denial: &Denial) -> Line<'static> {
    let mut context = Context::new();
    for (key, values) in &denial.context {
        let fact = Fact::Known(values.iter().map(|value| value.clone().into()).collect());
        if !values.is_empty() {
            context.set(key.clone(), fact);
        }
    }
    Line { context, closed: false }
}

/// The resources of the call: by flag, for a join from its parameters, else the one that the text tells.
fn arns(
    args: &ExplainArgs,
    denial: &Denial,
    action: Option<&str>,
    inventory: &Inventory,
    judge: Option<&Judge>,
) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    let mut add = |arn: String| {
        if !found.contains(&arn) {
            found.push(arn);
        }
    };
    if let Some(resource) = denial.resource.as_ref().filter(|resource| check_resource(resource).is_ok()) {
        add(unmasked(resource, inventory));
    }
    args.resources.iter().cloned().for_each(&mut add);
    let is_join = action.is_some_and(|action| action.eq_ignore_ascii_case("ecs:JoinSecurityGroup"));
    if args.resources.is_empty() && is_join {
        let parameters = &denial.parameters;
        let known = denial.resource.as_deref().map(|resource| unmasked(resource, inventory));
        let parts = known.as_deref().and_then(arn).filter(|arn| arn.service == "ecs" && !arn.relative.contains('*'));
        let of_kind = |kind: Kind| {
            parts
                .and_then(|arn| arn.type_and_id())
                .filter(|(word, _)| Kind::named(word) == Some(kind))
                .map(|(_, id)| id)
        };
        let request = JoinRequest::new(
            parameters.security_group.as_deref().or(of_kind(Kind::SecurityGroup)),
            parameters.instance.as_deref().or(of_kind(Kind::Instance)),
            parameters.network_interface.as_deref().or(of_kind(Kind::NetworkInterface)),
            parameters.region.as_deref().or(parts.map(|arn| arn.region).filter(|region| !region.contains('*'))),
        );
        let told = denial.principal.as_ref().and_then(|caller| caller.owner_id.as_deref());
        let told = told.filter(|id| id.bytes().all(|byte| byte.is_ascii_digit()));
        let told = told.or(parts.map(|arn| arn.account).filter(|id| id.bytes().all(|byte| byte.is_ascii_digit())));
        let principal = judge.and_then(|judge| judge.principal.as_ref()).map(|principal| principal.account.as_str());
        let account = inventory.caller_account(
            args.inventory.account_id.as_deref(),
            principal.or(told),
            judge.and_then(|judge| judge.policies.account_id()),
        );
        let region = inventory.call_region(request.region_id(), request.instance.as_deref());
        let assumptions = judge.map_or_else(Assumptions::default, |judge| judge.assumptions);
        if let (Some(account), Some(_), Some(_)) = (account, request.first_target(), request.group()) {
            let both = resources(&request, region.as_deref(), &account, &assumptions);
            both.into_iter().map(|resource| resource.arn).for_each(&mut add);
        }
    }
    found
}

/// A masked ARN as the one resource of the inventory that fits it.
fn unmasked(resource: &str, inventory: &Inventory) -> String {
    let whole = || resource.to_owned();
    let Some(parts) = arn(resource).filter(|arn| arn.service == "ecs" && resource.contains("**")) else {
        return whole();
    };
    let Some((word, id)) = parts.type_and_id() else { return whole() };
    let ids: Vec<&str> = match Kind::named(word) {
        Some(Kind::Instance) => inventory.instances().map(|instance| instance.id.as_str()).collect(),
        Some(Kind::SecurityGroup) => inventory.security_groups().map(|group| group.id.as_str()).collect(),
        Some(Kind::NetworkInterface) => inventory.network_interfaces().map(|eni| eni.id.as_str()).collect(),
        None => return whole(),
    };
    let mut fitting = ids.into_iter().filter(|known| matches(id, known));
    match (fitting.next(), fitting.next()) {
        (Some(one), None) if !parts.account.contains('*') => {
            format!("acs:ecs:{}:{}:{word}/{one}", parts.region, parts.account)
        }
        _ => whole(),
    }
}

impl Explained<'_> {
    /// The set that a near miss is a statement of.
    pub(super) fn binding_of(&self, miss: &Miss) -> Option<&Binding> {
        if miss.principal.is_some() { self.others.as_ref() } else { self.binding.as_deref() }
    }

    fn json(&self) -> ExplainAnswer {
        let judge = self.judge;
        let diagnosis = self.diagnosis.as_ref().map(|diagnosis| DiagnosisAnswer {
            cause: diagnosis.cause.word(),
            resources: diagnosis
                .resources
                .iter()
                .filter_map(|resource| {
                    let judged = Judged {
                        explanation: resource.explanation.clone(),
                        root: false,
                        binding: self.binding.clone(),
                    };
                    judge.map(|judge| judge.answer(&resource.arn, None, &judged))
                })
                .collect(),
            near_misses: diagnosis
                .near_misses
                .iter()
                .filter_map(|miss| {
                    let judge = judge?;
                    let (policy, statement) = judge.policies.name(self.binding_of(miss)?, miss.statement)?;
                    Some(NearMissAnswer { policy: policy.to_owned(), statement, why: miss.why.clone() })
                })
                .collect(),
            disagrees: diagnosis.doubts.clone(),
        });
        let next = || SuggestionAnswer {
            kind: None,
            statement: None,
            text: explain_human::next_step(self),
            warnings: Vec::new(),
        };
        let suggestion = self.suggestion.as_ref().map(SuggestionAnswer::from);
        ExplainAnswer {
            schema: "ramspect.explain/1",
            denial: DenialAnswer::from(self.denial),
            denials: self.denials.iter().map(DenialAnswer::from).collect(),
            suggestion: suggestion.or_else(|| self.denial.is_ram_denial().then(next)),
            diagnosis,
        }
    }
}
