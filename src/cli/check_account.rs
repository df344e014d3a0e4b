//! `ramspect check --account`: the same questions of every user and role.

use std::collections::HashMap;
use std::io::Write;

use ramspect::account::{Bound, Half, Principal};
use ramspect::analyze::Allowance;
use ramspect::report::analyze::PrincipalOfCheck;
use ramspect::report::human::Painter;
use ramspect::request::RequestError;

use super::account_sides::{Accounts, Prepared};
use super::check::{CheckArgs, Checked, Proofs, answer, counterexample, tone, worst};
use super::compared::budget;
use super::failure::{Failure, Outcome};
use super::options::Format;
use super::status::Status;
use super::terminal::Terminal;

/// Principals who are bound alike.
struct Group {
    half: Half,
    principals: Vec<Principal>,
    checks: Vec<Checked>,
    /// Policies whose content nobody knows.
    unknown: Vec<String>,
}

pub(crate) fn run(args: &CheckArgs, path: &str, proofs: &Proofs<'_>, terminal: &mut Terminal) -> Outcome<Status> {
    let only = args.principal.as_deref().map(Principal::parse).transpose().map_err(RequestError::from)?;
    let account = Accounts::load(path, args.missing_policy, terminal)?;
    let bindings = &account.bindings;
    let principals = match only {
        Some(only) if only.is_root() => {
            let failure = Failure::new("no policy binds the root user of an account");
            return Err(failure.with_help("name a user or a role"));
        }
        Some(only) => vec![only],
        None => bindings.principals(),
    };
    if principals.is_empty() {
        let failure = Failure::new(format!("the account `{path}` has neither a user nor a role"));
        return Err(failure.with_help("`users` and `roles` of the file are checked"));
    }
    // Every check has its own share of the time.
    let whole = budget(args.budget)?;
    let count = u32::try_from(proofs.count()).unwrap_or(u32::MAX);
    let whole = ramspect::analyze::Budget { time: whole.time.saturating_mul(count), ..whole };
    let allowance = Allowance::start(whole);
    let mut groups: Vec<Group> = Vec::new();
    let mut known: HashMap<(Bound, Option<String>), usize> = HashMap::new();
    let mut order = Vec::new();
    for principal in principals {
        let caller = bindings.caller(Some(&principal)).map_err(|error| {
            let help = error.help().to_owned();
            Failure::new(error.to_string()).with_help(help)
        })?;
        let bound = bindings.bound(&caller);
        let pin = bindings.names_principal(&bound).then(|| principal.in_context());
        let number = *known.entry((bound.clone(), pin.clone())).or_insert(groups.len());
        if number == groups.len() {
            let unknown = bindings.unknown_policies(&bound);
            let half = Half::Bound(bound);
            let prepared = Prepared::new(&account, &half, &Half::Nobody);
            let readings = prepared.readings();
            let readings = match &pin {
                Some(arn) => readings.pin("acs:PrincipalARN", arn),
                None => readings,
            };
            let checks = proofs.ask(&readings, &account.half(&half), || allowance.next());
            drop(readings);
            drop(prepared);
            groups.push(Group { half, principals: Vec::new(), checks, unknown });
        }
        if let Some(group) = groups.get_mut(number) {
            order.push((number, group.principals.len()));
            group.principals.push(principal);
        }
    }
    let status = groups.iter().map(|group| worst(&group.checks)).max().unwrap_or(Status::Yes);
    match args.output.format {
        Format::Json => json(&groups, &order, terminal),
        Format::Human => {
            let text = human(&groups, &account, proofs.count(), terminal.painter_of_answers());
            let _ = terminal.out.write_all(text.as_bytes());
        }
    }
    Ok(status.exit_zero(args.output.exit_zero))
}

fn json(groups: &[Group], order: &[(usize, usize)], terminal: &mut Terminal) {
    for (number, at) in order {
        let Some((group, principal)) = groups.get(*number).and_then(|group| Some((group, group.principals.get(*at)?)))
        else {
            continue;
        };
        let is_open = group.checks.iter().any(|checked| checked.result.result == "undecided");
        let depends_on = if is_open { group.unknown.clone() } else { Vec::new() };
        let of = PrincipalOfCheck { principal: principal.to_string(), depends_on };
        let _ = serde_json::to_writer(&mut terminal.out, &answer(&group.checks, Some(of)));
        let _ = writeln!(terminal.out);
    }
}

/// So many groups of principals are shown for each check, and so many principals named; JSON has all.
const SHOWN: usize = 10;
const NAMED: usize = 3;

fn human(groups: &[Group], account: &Accounts, checks: usize, painter: Painter) -> String {
    let mut text = String::new();
    let total: usize = groups.iter().map(|group| group.principals.len()).sum();
    for number in 0..checks {
        let of = |result: &'static str| {
            let has =
                move |group: &&Group| group.checks.get(number).is_some_and(|checked| checked.result.result == result);
            groups.iter().filter(has)
        };
        let count = |result| of(result).map(|group| group.principals.len()).sum::<usize>();
        let Some(title) = groups.first().and_then(|group| group.checks.get(number)).map(|checked| &checked.title)
        else {
            continue;
        };
        let (violated, undecided) = (count("violated"), count("undecided"));
        let noun = if total == 1 { "principal" } else { "principals" };
        let (word, about) = match (violated, undecided) {
            (0, 0) => ("proved", format!("{total} {noun}")),
            (0, open) => ("undecided", format!("{open} of {total} {noun}")),
            (some, 0) => ("violated", format!("{some} of {total} {noun}")),
            (some, open) => ("violated", format!("{some} of {total} {noun}, and {open} undecided")),
        };
        text.push_str(&painter.wrap(&format!("{}: {title} ({about})", painter.paint(word, tone(word))), 2));
        let shown = of("violated").chain(of("undecided"));
        for group in shown.clone().take(SHOWN) {
            let named: Vec<String> = group.principals.iter().take(NAMED).map(ToString::to_string).collect();
            let more = group.principals.len().saturating_sub(NAMED);
            let more = if more > 0 { format!(" and {more} more") } else { String::new() };
            text.push_str(&painter.wrap(&format!("  {}{more}", named.join(", ")), 4));
            let Some(checked) = group.checks.get(number) else { continue };
            match &checked.witness {
                Some(witness) => {
                    let prepared = Prepared::new(account, &group.half, &Half::Nobody);
                    let readings = prepared.readings();
                    counterexample(&mut text, witness, &account.half(&group.half), readings.least(), painter);
                }
                None if group.unknown.is_empty() => text.push_str("    undecided; `--budget` gives more time\n"),
                None => text.push_str(&painter.wrap(&format!("    undecided: {}", group.unknown.join(", ")), 6)),
            }
        }
        let hidden = shown.count().saturating_sub(SHOWN);
        if hidden > 0 {
            text.push_str(&format!("  and {hidden} more groups of principals; `--format json` has all\n"));
        }
    }
    text
}
