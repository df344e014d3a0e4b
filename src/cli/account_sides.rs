//! The principals of an account file as sides of a comparison.

use ramspect::account::{Account, Bindings, Bound, Bundle, Documents, Given, Half, Readings, Trust};
use ramspect::analyze::Side;
use ramspect::evaluate::{LayerKind, StatementId};

use super::account;
use super::compared::{Placed, Places};
use super::failure::Outcome;
use super::options::MissingPolicyChoice;
use super::terminal::Terminal;

/// An account file with everything that it names.
#[derive(Debug)]
pub(crate) struct Accounts {
    pub(crate) path: String,
    pub(crate) bindings: Bindings,
}

impl Accounts {
    pub(crate) fn load(path: &str, missing: MissingPolicyChoice, terminal: &mut Terminal) -> Outcome<Self> {
        let mut documents = Documents::default();
        let (read, warnings) = account::load(path, missing, &mut documents, terminal)?;
        account::warn(&warnings, &documents, None, terminal);
        Ok(Self { path: path.to_owned(), bindings: Bindings::new(documents, Some(read), Given::default()) })
    }

    pub(crate) fn id(&self) -> &str {
        self.bindings.account.as_ref().map(Account::id).unwrap_or_default()
    }

    /// Where the statements of one principal stand.
    pub(crate) fn half<'a>(&'a self, half: &'a Half) -> PlacedHalf<'a> {
        PlacedHalf { account: self, half }
    }
}

/// The policies of one side, ready to be read.
pub(crate) enum Prepared<'a> {
    Nobody,
    Bundle(Bundle<'a>),
    Trust(Trust),
}

impl<'a> Prepared<'a> {
    /// `other` is the other side of the comparison.
    pub(crate) fn new(account: &'a Accounts, half: &'a Half, other: &Half) -> Self {
        match (half, other) {
            (Half::Bound(bound), _) => Self::bound(account, bound),
            (Half::Trust(id, role), _) => Self::Trust(Trust::new(&account.bindings, *id, role)),
            (Half::Nobody, Half::Trust(_, role)) => Self::Trust(Trust::nobody(role)),
            (Half::Nobody, _) => Self::Nobody,
        }
    }

    pub(crate) fn bound(account: &'a Accounts, bound: &'a Bound) -> Self {
        Self::Bundle(Bundle::new(&account.bindings, bound))
    }

    pub(crate) fn readings(&self) -> Readings<'_> {
        match self {
            Self::Nobody => Readings::nobody(),
            Self::Bundle(bundle) => bundle.readings(),
            Self::Trust(trust) => trust.readings(),
        }
    }
}

/// One side of a principal with its account.
pub(crate) struct PlacedHalf<'a> {
    account: &'a Accounts,
    half: &'a Half,
}

impl Places for PlacedHalf<'_> {
    fn path(&self) -> &str {
        &self.account.path
    }

    fn layer(&self, kind: LayerKind) -> &'static str {
        // The policy of a role is the policy of a resource.
        if matches!(self.half, Half::Trust(..)) { LayerKind::Resource.as_str() } else { kind.as_str() }
    }

    fn place(&self, side: &Side<'_>, id: StatementId) -> Option<Placed<'_>> {
        let described = side.set().statement(id)?;
        let document = match self.half {
            Half::Bound(bound) => bound.documents().nth(described.policy.0 as usize)?,
            Half::Trust(id, _) if described.policy.0 == Trust::POLICY => *id,
            Half::Trust(..) | Half::Nobody => return None,
        };
        let documents = &self.account.bindings.documents;
        let named = documents.policy(document)?;
        if named.origin == ramspect::account::Origin::Unknown {
            return None;
        }
        let at = documents.place(document, described.index);
        Some(Placed { policy: &named.name, statement: described.index, at })
    }
}
