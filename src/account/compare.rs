//! Two states of an account, principal by principal.

use std::collections::{BTreeMap, HashMap};

use super::bind::Bindings;
use super::data::Account;
use super::document::DocumentId;
use super::principal::{Principal, PrincipalKind};
use super::sides::{Bound, Bundle, Readings, compare_readings};
use super::trust::Trust;
use crate::analyze::{Allowance, Comparison, Options, spoken};

/// What is compared of a principal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Subject {
    /// What it may do.
    Access,
    /// Who may assume it.
    Trust,
}

impl Subject {
    /// The word of the JSON output.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Access => "access",
            Self::Trust => "trust",
        }
    }
}

/// Which of the two files has a principal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Presence {
    /// Both.
    Kept,
    /// Only the new one.
    Added,
    /// Only the old one.
    Removed,
}

impl Presence {
    /// The word of the JSON output.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Kept => "kept",
            Self::Added => "added",
            Self::Removed => "removed",
        }
    }
}

/// What stands on one side.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Half {
    /// The principal is not there.
    Nobody,
    /// What binds it.
    Bound(Bound),
    /// The trust policy of a role, with the role's ARN.
    Trust(DocumentId, String),
}

/// A comparison that one or many principals share.
#[derive(Debug)]
pub struct Shared {
    /// The old and the new side.
    pub halves: [Half; 2],
    /// How they compare.
    pub comparison: Comparison,
    /// What is not known and may change the answer: `policy:<name>`, `trust:<role>`.
    pub depends_on: Vec<String>,
}

/// One principal.
#[derive(Debug)]
pub struct Entry {
    /// Who.
    pub principal: Principal,
    /// What of it.
    pub subject: Subject,
    /// Which file has it.
    pub presence: Presence,
    /// The number of its comparison.
    pub shared: usize,
}

/// All principals of both files: users by name, then roles by name, each role's trust behind its access.
#[derive(Debug)]
pub struct AccountComparison {
    /// Principal by principal.
    pub entries: Vec<Entry>,
    /// The comparisons, in the order in which they are first named.
    pub shared: Vec<Shared>,
}

/// Whom to compare.
struct Pair {
    principal: Principal,
    presence: Presence,
    halves: [Half; 2],
    trusts: Option<[Half; 2]>,
}

/// Compares two states of one account; `only` one principal, where one is named. The budget is for all of them together.
pub fn compare_accounts(
    old: &Bindings,
    new: &Bindings,
    only: Option<&Principal>,
    options: Options,
) -> AccountComparison {
    let mut contents = Contents::default();
    let mut known: HashMap<([Half; 2], Option<String>), usize> = HashMap::new();
    let mut result = AccountComparison { entries: Vec::new(), shared: Vec::new() };
    let allowance = Allowance::start(options.budget);
    for pair in pairs(old, new, only) {
        let Pair { principal, presence, halves, trusts } = pair;
        for (subject, halves) in [(Subject::Access, Some(halves)), (Subject::Trust, trusts)] {
            let Some(halves) = halves else { continue };
            let named = [(old, &halves[0]), (new, &halves[1])];
            let names_principal = named.iter().any(|(bindings, half)| contents.names_principal(bindings, half));
            let pin = names_principal.then(|| principal.in_context());
            let next = result.shared.len();
            let shared = *known.entry((halves.clone(), pin.clone())).or_insert(next);
            if shared == next {
                let comparison = if contents.are_same(named) {
                    Comparison::equivalent()
                } else {
                    judge(named, pin.as_deref(), Options { budget: allowance.next(), ..options })
                };
                let depends_on = if comparison.exact { Vec::new() } else { unknown(named) };
                result.shared.push(Shared { halves, comparison, depends_on });
            }
            result.entries.push(Entry { principal: principal.clone(), subject, presence, shared });
        }
    }
    result
}

fn judge([(old, first), (new, second)]: [(&Bindings, &Half); 2], pin: Option<&str>, options: Options) -> Comparison {
    let role =
        [first, second].into_iter().find_map(|half| if let Half::Trust(_, role) = half { Some(role) } else { None });
    if let Some(role) = role {
        let trust = |bindings: &Bindings, half: &Half| match half {
            Half::Trust(id, role) => Trust::new(bindings, *id, role),
            Half::Nobody | Half::Bound(_) => Trust::nobody(role),
        };
        let (one, other) = (trust(old, first), trust(new, second));
        let mut comparison = compare_readings(&one.readings(), &other.readings(), options);
        for list in [&mut comparison.new_access, &mut comparison.lost_access] {
            list.found = std::mem::take(&mut list.found).into_iter().map(Trust::spelled).collect();
        }
        return comparison;
    }
    let bundles = [bundle(old, first), bundle(new, second)];
    let [one, other] = bundles.each_ref().map(|bundle| {
        let readings = bundle.as_ref().map_or_else(Readings::nobody, Bundle::readings);
        match pin {
            Some(arn) => readings.pin("acs:PrincipalARN", arn),
            None => readings,
        }
    });
    compare_readings(&one, &other, options)
}

fn bundle<'b>(bindings: &'b Bindings, half: &'b Half) -> Option<Bundle<'b>> {
    match half {
        Half::Bound(bound) => Some(Bundle::new(bindings, bound)),
        Half::Nobody | Half::Trust(..) => None,
    }
}

/// Users and roles of both accounts.
fn pairs(old: &Bindings, new: &Bindings, only: Option<&Principal>) -> Vec<Pair> {
    let mut kinds: BTreeMap<(bool, String), [Option<PrincipalKind>; 2]> = BTreeMap::new();
    let accounts = [&old.account, &new.account];
    for (at, account) in accounts.into_iter().enumerate() {
        let Some(account) = account else { continue };
        let users = account.users().map(|(name, _)| (false, name.to_owned(), PrincipalKind::User(name.to_owned())));
        // Case does not count in the names of roles (facts/ram-language.md 1.7).
        let roles = account.roles().map(|(name, _)| (true, name.to_lowercase(), PrincipalKind::Role(name.to_owned())));
        for (is_role, name, kind) in users.chain(roles) {
            if let Some(slot) = kinds.entry((is_role, name)).or_default().get_mut(at) {
                *slot = Some(kind);
            }
        }
    }
    let id = accounts.into_iter().flatten().next().map(Account::id).unwrap_or_default();
    let mut pairs = Vec::new();
    for (_, [before, after]) in kinds {
        let presence = match (&before, &after) {
            (None, _) => Presence::Added,
            (_, None) => Presence::Removed,
            (Some(_), Some(_)) => Presence::Kept,
        };
        let of = |kind: &PrincipalKind| Principal { account: id.to_owned(), kind: kind.clone() };
        let Some(principal) = after.as_ref().or(before.as_ref()).map(of) else { continue };
        if only.is_some_and(|only| only.in_context() != principal.in_context()) {
            continue;
        }
        let half = |bindings: &Bindings, kind: &Option<PrincipalKind>| {
            let caller = kind.as_ref().and_then(|kind| bindings.caller(Some(&of(kind))).ok());
            caller.map_or(Half::Nobody, |caller| Half::Bound(bindings.bound(&caller)))
        };
        let trust = |bindings: &Bindings, kind: &Option<PrincipalKind>| match kind {
            Some(PrincipalKind::Role(name)) => {
                let role = bindings.account.as_ref().and_then(|account| account.role(name));
                role.map_or(Half::Nobody, |(_, role)| Half::Trust(role.trust, principal.to_string()))
            }
            _ => Half::Nobody,
        };
        let trusts = [trust(old, &before), trust(new, &after)];
        // Where no file tells who may assume a role, there is nothing to compare.
        let told = |bindings: &Bindings, half: &Half| matches!(half, Half::Trust(id, _) if !bindings.is_unknown(*id));
        let is_told = told(old, &trusts[0]) || told(new, &trusts[1]);
        let halves = [half(old, &before), half(new, &after)];
        pairs.push(Pair { principal, presence, halves, trusts: is_told.then_some(trusts) });
    }
    pairs
}

fn documents(half: &Half) -> Vec<DocumentId> {
    match half {
        Half::Nobody => Vec::new(),
        Half::Bound(bound) => bound.documents().collect(),
        Half::Trust(id, _) => vec![*id],
    }
}

/// The names of what is not known.
fn unknown(named: [(&Bindings, &Half); 2]) -> Vec<String> {
    let of = |(bindings, half): (&Bindings, &Half)| -> Vec<String> {
        let ids = documents(half).into_iter().filter(|id| bindings.is_unknown(*id));
        ids.filter_map(|id| bindings.documents.policy(id)).map(|named| named.name.clone()).collect()
    };
    let mut names: Vec<String> = named.into_iter().flat_map(of).collect();
    names.sort_unstable();
    names.dedup();
    names
}

/// What a policy says, whatever its name and place.
type Content = Vec<Vec<String>>;

/// Policies of both accounts by what they say: most of an account never changes.
#[derive(Default)]
struct Contents {
    numbers: HashMap<Content, usize>,
    /// By account, told apart by its place in memory, and policy.
    known: HashMap<(*const Bindings, DocumentId), Known>,
}

#[derive(Clone, Copy)]
struct Known {
    number: usize,
    names_principal: bool,
}

/// What a half says: levels, account level, resource groups; each in one order.
type Summary = (Vec<Vec<usize>>, Vec<usize>, Vec<(usize, Vec<Box<str>>)>);

impl Contents {
    fn of(&mut self, bindings: &Bindings, id: DocumentId) -> Option<Known> {
        let key = (std::ptr::from_ref(bindings), id);
        if let Some(known) = self.known.get(&key) {
            return Some(*known);
        }
        let policy = &bindings.documents.policy(id)?.policy;
        let mut content: Content = Vec::new();
        for statement in &policy.statements {
            let mut said = spoken(statement);
            said.push(format!("{:?}", statement.effect.as_ref().map(|effect| effect.value)));
            said.push(format!("{:?}", statement.principal.as_ref().map(|principal| &principal.value)));
            content.push(said);
        }
        content.sort_unstable();
        content.dedup();
        let tests = policy.statements.iter().flat_map(|statement| &statement.condition);
        let names_principal = tests.into_iter().any(|test| test.key.value == "acs:PrincipalARN");
        let next = self.numbers.len();
        let number = *self.numbers.entry(content).or_insert(next);
        let known = Known { number, names_principal };
        self.known.insert(key, known);
        Some(known)
    }

    fn names_principal(&mut self, bindings: &Bindings, half: &Half) -> bool {
        matches!(half, Half::Bound(_))
            && documents(half).into_iter().any(|id| self.of(bindings, id).is_some_and(|known| known.names_principal))
    }

    /// Whether both halves say the same, letter for letter, and nothing in them is unknown.
    fn are_same(&mut self, [(old, first), (new, second)]: [(&Bindings, &Half); 2]) -> bool {
        let is_known = |bindings: &Bindings, half| documents(half).into_iter().all(|id| !bindings.is_unknown(id));
        is_known(old, first) && is_known(new, second) && {
            let (one, other) = (self.summary(old, first), self.summary(new, second));
            one.is_some() && one == other
        }
    }

    fn summary(&mut self, bindings: &Bindings, half: &Half) -> Option<Summary> {
        let mut numbers = |ids: &[DocumentId]| {
            let mut numbers: Vec<usize> =
                ids.iter().filter_map(|id| self.of(bindings, *id)).map(|known| known.number).collect();
            numbers.sort_unstable();
            numbers.dedup();
            numbers
        };
        Some(match half {
            Half::Nobody => return None,
            Half::Trust(id, _) => (Vec::new(), numbers(&[*id]), Vec::new()),
            Half::Bound(bound) => {
                let levels = bound.levels.iter().map(|(_, ids)| numbers(ids)).collect();
                let account = numbers(&bound.account);
                let in_groups = bound.in_groups.iter().map(|(id, groups)| {
                    let mut groups = groups.clone();
                    groups.sort_unstable();
                    (numbers(&[*id]).first().copied().unwrap_or_default(), groups)
                });
                let mut in_groups: Vec<_> = in_groups.collect();
                in_groups.sort_unstable();
                (levels, account, in_groups)
            }
        })
    }
}
