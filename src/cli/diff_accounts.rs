//! `ramspect diff --accounts`: who gains what, who loses what.

use std::collections::BTreeMap;
use std::io::Write;

use ramspect::account::{AccountComparison, Entry, Presence, Principal, Shared, Subject, compare_accounts};
use ramspect::analyze::{Options, Relation};
use ramspect::report::analyze::PrincipalOfDiff;
use ramspect::report::human::{Painter, Tone};
use ramspect::request::RequestError;

use super::account_sides::{Accounts, Prepared};
use super::diff::{Compared, DiffArgs, DiffFormat, answer, status};
use super::diff_text::{code, headline, sections, tables};
use super::failure::{Failure, Outcome};
use super::status::Status;
use super::terminal::Terminal;

pub(crate) fn run(args: &DiffArgs, options: Options, terminal: &mut Terminal) -> Outcome<Status> {
    if args.old == "-" && args.new == "-" {
        return Err(Failure::twice_standard_input());
    }
    let only = args.principal.as_deref().map(Principal::parse).transpose().map_err(RequestError::from)?;
    let old = Accounts::load(&args.old, args.missing_policy, terminal)?;
    let new = Accounts::load(&args.new, args.missing_policy, terminal)?;
    if old.id() != new.id() {
        let message = format!("the two files are of different accounts, `{}` and `{}`", old.id(), new.id());
        return Err(Failure::new(message).with_help("compare two states of one account"));
    }
    let result = compare_accounts(&old.bindings, &new.bindings, only.as_ref(), options);
    if result.entries.is_empty() {
        let (message, help) = match &only {
            Some(only) => {
                (format!("neither account has `{only}`"), "the principals are the users and roles of the files")
            }
            None => {
                ("neither account has a user or a role".to_owned(), "`users` and `roles` of the files are compared")
            }
        };
        return Err(Failure::new(message).with_help(help));
    }
    let statuses = result.entries.iter().filter_map(|entry| result.shared.get(entry.shared));
    let status = statuses.map(|shared| status(&shared.comparison)).max().unwrap_or(Status::Yes);
    let view = View { result: &result, accounts: [&old, &new] };
    match args.format {
        DiffFormat::Json => view.json(terminal),
        DiffFormat::Human => {
            let text = view.human(terminal.painter_of_answers());
            let _ = terminal.out.write_all(text.as_bytes());
        }
        DiffFormat::Markdown => {
            let _ = terminal.out.write_all(view.markdown().as_bytes());
        }
    }
    Ok(status.exit_zero(args.exit_zero))
}

struct View<'v> {
    result: &'v AccountComparison,
    accounts: [&'v Accounts; 2],
}

/// Principals that changed alike.
struct Group<'v> {
    subject: Subject,
    presence: Presence,
    shared: &'v Shared,
    principals: Vec<&'v Principal>,
}

impl<'v> View<'v> {
    /// Calls with a comparison and its sides.
    fn with<R>(&self, shared: &Shared, work: impl FnOnce(&Compared<'_>) -> R) -> R {
        let [old, new] = self.accounts;
        let [first, second] = &shared.halves;
        let (one, other) = (Prepared::new(old, first, second), Prepared::new(new, second, first));
        let (one, other) = (one.readings(), other.readings());
        let (first, second) = (old.half(first), new.half(second));
        let comparison = shared.comparison.clone();
        work(&Compared { policies: [&first, &second], sides: [one.least(), other.least()], comparison })
    }

    fn json(&self, terminal: &mut Terminal) {
        let mut known: BTreeMap<usize, ramspect::report::analyze::DiffAnswer> = BTreeMap::new();
        for entry in &self.result.entries {
            let Some(shared) = self.result.shared.get(entry.shared) else { continue };
            let plain =
                known.entry(entry.shared).or_insert_with(|| self.with(shared, |compared| answer(compared, None)));
            plain.of = Some(PrincipalOfDiff {
                principal: entry.principal.to_string(),
                compared: entry.subject.as_str(),
                presence: entry.presence.as_str(),
                depends_on: shared.depends_on.clone(),
            });
            let _ = serde_json::to_writer(&mut terminal.out, plain);
            let _ = writeln!(terminal.out);
        }
    }

    /// What changed, those who changed alike together, in the order in which they are first named.
    fn groups(&self) -> Vec<Group<'v>> {
        let mut groups: Vec<Group<'v>> = Vec::new();
        let mut numbers: BTreeMap<(usize, &str), usize> = BTreeMap::new();
        for entry in &self.result.entries {
            let Some(shared) = self.result.shared.get(entry.shared) else { continue };
            if shared.comparison.relation == Relation::Equivalent && entry.presence == Presence::Kept {
                continue;
            }
            let Entry { principal, subject, presence, .. } = entry;
            let number = *numbers.entry((entry.shared, presence.as_str())).or_insert(groups.len());
            if number == groups.len() {
                groups.push(Group { subject: *subject, presence: *presence, shared, principals: Vec::new() });
            }
            if let Some(group) = groups.get_mut(number) {
                group.principals.push(principal);
            }
        }
        groups
    }

    /// How many principals there are, gain, lose and are undecided.
    fn summary(&self) -> String {
        let principals = self.result.entries.iter().filter(|entry| entry.subject == Subject::Access).count();
        let count = |subject: Subject, wanted: &dyn Fn(&Shared) -> bool| {
            let entries = self.result.entries.iter().filter(|entry| entry.subject == subject);
            entries.filter_map(|entry| self.result.shared.get(entry.shared)).filter(|shared| wanted(shared)).count()
        };
        let gains = |shared: &Shared| shared.comparison.new_access.any() == Some(true);
        let loses = |shared: &Shared| shared.comparison.lost_access.any() == Some(true);
        let open = |shared: &Shared| shared.comparison.relation == Relation::Undecided;
        let of = |subject: Subject| [count(subject, &gains), count(subject, &loses), count(subject, &open)];
        let [gain, lose, undecided] = of(Subject::Access);
        let noun = if principals == 1 { "principal" } else { "principals" };
        let mut text = format!("{principals} {noun}: {gain} gain access, {lose} lose access, {undecided} undecided");
        let [gain, lose, undecided] = of(Subject::Trust);
        if gain + lose + undecided > 0 {
            text.push_str(&format!("; trust: {gain} wider, {lose} narrower, {undecided} undecided"));
        }
        text
    }

    fn human(&self, painter: Painter) -> String {
        let [old, new] = self.accounts.map(|account| account.path.as_str());
        let mut text = painter.wrap(&self.summary(), 2);
        text.push_str(&format!("  old {old}\n  new {new}\n"));
        for group in self.groups() {
            let (word, sentence, tone) = group.headline();
            text.push_str(&format!("\n{}\n", painter.wrap(&group.title(str::to_owned), 2).trim_end()));
            text.push_str(&painter.wrap(&format!("  {}: {sentence}", painter.paint(word, tone)), 4));
            if !group.shared.depends_on.is_empty() {
                text.push_str(&painter.wrap(&format!("  unknown: {}", group.shared.depends_on.join(", ")), 4));
            }
            self.with(group.shared, |compared| sections(&mut text, compared, painter));
        }
        text
    }

    fn markdown(&self) -> String {
        let [old, new] = self.accounts.map(|account| code(&account.path));
        let mut text = format!("### RAM account change\n\n{old} → {new}: {}.\n", self.summary());
        for group in self.groups() {
            let (word, sentence, _) = group.headline();
            text.push_str(&format!("\n#### {}: {word}\n\n{sentence}.\n", group.title(code)));
            if !group.shared.depends_on.is_empty() {
                let names: Vec<String> = group.shared.depends_on.iter().map(|name| code(name)).collect();
                text.push_str(&format!("\nUnknown: {}.\n", names.join(", ")));
            }
            self.with(group.shared, |compared| tables(&mut text, compared));
        }
        text
    }
}

/// So many principals are named; JSON has all.
const NAMED: usize = 3;

impl Group<'_> {
    fn title(&self, spell: impl Fn(&str) -> String) -> String {
        let named: Vec<String> =
            self.principals.iter().take(NAMED).map(|principal| spell(&principal.to_string())).collect();
        let mut text = named.join(", ");
        if self.principals.len() > NAMED {
            text.push_str(&format!(" and {} more", self.principals.len() - NAMED));
        }
        if self.subject == Subject::Trust {
            text = format!("who may assume {text}");
        }
        text
    }

    fn headline(&self) -> (&'static str, String, Tone) {
        let (word, sentence, tone) = headline(self.shared.comparison.relation);
        let sentence = match (self.subject, self.presence, self.shared.comparison.relation) {
            (_, Presence::Added, Relation::Equivalent) => "added, and nothing is allowed to it".to_owned(),
            (_, Presence::Removed, Relation::Equivalent) => "removed, and nothing was allowed to it".to_owned(),
            (_, Presence::Added, _) => format!("added: {sentence}"),
            (_, Presence::Removed, _) => format!("removed: {sentence}"),
            (_, Presence::Kept, Relation::Undecided) if !self.shared.depends_on.is_empty() => {
                "it depends on policies that nobody knows".to_owned()
            }
            (_, Presence::Kept, _) => sentence.to_owned(),
        };
        (word, sentence, tone)
    }
}
