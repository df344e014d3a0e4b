//! A whole account: who is in it, what binds each of them, and the layers of a judgement that come of it.
//!
//! [`Account::read`] reads the account file of contract 2.2 from text; what it refers to comes through a loader, since the
//! library never reads files. [`Bindings`] puts the layers together for one caller and one request: control policies,
//! session policy, identity policies at account and at resource-group level, the policy of the resource.
//!
//! INVARIANT (unknown is never false): what the file does not tell (a policy that is not at hand, the trust policy of a role,
//! the UID of a user) is a key of its own (`policy:<name>`, `trust:<role>`, `principal:uid`), so that a decision which it can
//! change is undetermined and names it.

mod attachment;
mod bind;
mod cache;
mod caller;
mod compare;
mod data;
mod document;
pub mod import;
mod policies;
mod principal;
mod read;
mod sides;
mod situation;
pub(crate) mod trust;
mod who;

pub use bind::{Binder, Binding, Bindings, Given};
pub use cache::{BindingCache, KnownCaller};
pub use caller::{Caller, CallerError, Lifted};
pub use compare::{AccountComparison, Entry, Half, Presence, Shared, Subject, compare_accounts};
pub use data::{Account, Attachment, Directory, Group, Level, PolicyType, Role, User};
pub use document::{DocumentId, Documents, NamedPolicy, Origin, SourceId};
pub use policies::{Loaded, MissingPolicy, read_policy};
pub use principal::{Principal, PrincipalError, PrincipalKind};
pub use read::{AccountError, Problem};
pub use sides::{Bound, Bundle, Readings, compare_readings, in_both};
pub use situation::{Assumed, Situation};
pub use trust::Trust;
