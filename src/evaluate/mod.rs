//! One request against one set of policies: three-valued, exact for every unknown condition key, with the reasons.
//!
//! A [`PolicySet`] holds the statements of all layers behind one two-sided index. [`PolicySet::judge`] finds statements that match
//! action and resource until the decision stands, without an allocation where every key that matters is known;
//! [`PolicySet::explain`] finds them all, and adds those that decided and the keys on which the answer depends.
//!
//! INVARIANT (unknown is never false): a key of which nothing is known is tried absent and with every value that its tests can
//! tell apart; what cannot be enumerated within the budget is reported as possible, never as impossible.

mod context;
mod decision;
mod domain;
mod engine;
mod explain;
mod family;
mod find;
mod index;
mod layers;
mod open;
mod residual;
mod rules;
mod set;
mod side;
mod single;
mod target;
mod trie;

pub use context::{Context, Fact, KeyState, Supplied, View, is_fact};
pub use decision::{Decision, Possible};
pub use engine::{Judgement, Request, Scratch};
pub use explain::{Alternative, Deciding, Explanation, NearMiss, Unmet, UnmetTest};
pub use layers::{Layer, LayerKind};
pub use residual::{Residual, ResidualTest};
pub use rules::Rules;
pub use set::{ExtraTest, Include, PolicyId, PolicySet, PolicySetBuilder, StatementId, StatementRef};
pub(crate) use single::{LoneTest, covers_any, typed_spellings};
