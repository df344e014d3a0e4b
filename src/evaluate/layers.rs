//! The layers of a judgement and how their answers combine (facts/ram-language.md 6.2).

use super::decision::{Decision, Possible};
use super::rules::Rules;

/// What a layer is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum LayerKind {
    /// A level of the control-policy chain.
    Control,
    /// The session policy.
    Session,
    /// Identity policies granted at account level.
    Identity,
    /// Identity policies granted at resource-group level.
    IdentityInGroup,
    /// The policy of the resource.
    Resource,
}

impl LayerKind {
    /// The word of the JSON output.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Control => "control",
            Self::Session => "session",
            Self::Identity | Self::IdentityInGroup => "identity",
            Self::Resource => "resource",
        }
    }
}

/// A layer: what it is, and the scope that answers show.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Layer {
    /// What it is.
    pub kind: LayerKind,
    /// `account`, `resource_group`, or the name of a control-policy level.
    pub scope: Box<str>,
}

/// Whether something is so.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, PartialOrd, Ord)]
pub(super) enum Certainty {
    /// Certainly not.
    #[default]
    Never,
    /// Depends on unknown keys.
    Maybe,
    /// Certainly.
    Surely,
}

/// What the statements of one layer say.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Voices {
    pub(super) allow: Certainty,
    pub(super) deny: Certainty,
}

impl Voices {
    /// The decisions of the layer taken alone: any Deny, else any Allow, else implicit deny.
    fn possible(self) -> Possible {
        let mut possible = Possible::NONE;
        if self.deny != Certainty::Never {
            possible.insert(Decision::ExplicitDeny);
        }
        if self.deny != Certainty::Surely {
            if self.allow != Certainty::Never {
                possible.insert(Decision::Allow);
            }
            if self.allow != Certainty::Surely {
                possible.insert(Decision::ImplicitDeny);
            }
        }
        possible
    }
}

/// The decisions over all layers when the layers' own are independent: an upper bound, and exact when every voice is sure.
///
/// Control levels and the session policy each must allow; then the identity side (account level first, resource-group level
/// only on an implicit deny) and the resource side are judged side by side.
pub(super) fn combine(layers: &[Layer], voices: &[Voices], rules: Rules, both_must_allow: bool) -> Possible {
    let mut stopped = Possible::NONE;
    let mut account = Possible::NONE;
    let mut group = Voices::default();
    let mut resource: Option<Voices> = None;
    let mut has_identity = false;
    for (layer, voices) in layers.iter().zip(voices) {
        match layer.kind {
            LayerKind::Control | LayerKind::Session => {
                let possible = voices.possible();
                for refusal in possible.iter().filter(|decision| *decision != Decision::Allow) {
                    stopped.insert(refusal);
                }
                if !possible.contains(Decision::Allow) {
                    return stopped;
                }
            }
            LayerKind::Identity => {
                has_identity = true;
                account = voices.possible();
            }
            LayerKind::IdentityInGroup => group = *voices,
            LayerKind::Resource => resource = Some(*voices),
        }
    }
    if !has_identity {
        account = Possible::of(Decision::ImplicitDeny);
    }
    let identity = identity(account, group, rules);
    let last = match resource {
        None => identity,
        Some(resource) => {
            let side = resource.possible();
            identity.iter().flat_map(|a| side.iter().map(move |b| side_by_side(a, b, both_must_allow))).collect()
        }
    };
    stopped.union(last)
}

fn identity(account: Possible, group: Voices, rules: Rules) -> Possible {
    let in_group = group.possible();
    let mut possible = Possible::NONE;
    for decision in account.iter() {
        match decision {
            Decision::ImplicitDeny => possible = possible.union(in_group),
            Decision::Allow if rules.resource_group_deny_wins && group.deny != Certainty::Never => {
                possible.insert(Decision::ExplicitDeny);
                if group.deny != Certainty::Surely {
                    possible.insert(Decision::Allow);
                }
            }
            Decision::Allow | Decision::ExplicitDeny => possible.insert(decision),
        }
    }
    possible
}

/// Identity side and resource side: any explicit deny decides; one Allow is enough, save for assuming a role, where the
/// trust policy must allow too.
fn side_by_side(identity: Decision, resource: Decision, both_must_allow: bool) -> Decision {
    use Decision::{Allow, ExplicitDeny, ImplicitDeny};
    match (identity, resource) {
        (ExplicitDeny, _) | (_, ExplicitDeny) => ExplicitDeny,
        (Allow, Allow) => Allow,
        (Allow, ImplicitDeny) | (ImplicitDeny, Allow) if !both_must_allow => Allow,
        _ => ImplicitDeny,
    }
}
