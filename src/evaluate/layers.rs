//! The layers of a judgement and how their answers combine (facts/ram-language.md 6.2).

use super::decision::{Decision, Possible};
use super::rules::Rules;
use crate::policy::Effect;

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
    pub(super) fn of(self, effect: Effect) -> Certainty {
        match effect {
            Effect::Allow => self.allow,
            Effect::Deny => self.deny,
        }
    }

    /// Whether a further statement of an effect changes nothing: one is sure, or a Deny is.
    #[inline]
    pub(super) fn silences(self, effect: Effect) -> bool {
        self.deny == Certainty::Surely || self.of(effect) == Certainty::Surely
    }

    /// The decisions of the layer taken alone: any Deny, else any Allow, else implicit deny.
    pub(super) fn possible(self) -> Possible {
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

/// How the chain of control levels and the session policy can end: `Allow` is to pass all of it. Stops at the first layer of
/// another kind, and at `limit`.
fn chain(layers: &[Layer], voices: &[Voices], limit: usize) -> Possible {
    let mut ends = Possible::NONE;
    for (layer, voices) in layers.iter().zip(voices).take(limit) {
        if !matches!(layer.kind, LayerKind::Control | LayerKind::Session) {
            break;
        }
        let possible = voices.possible();
        for refusal in possible.iter().filter(|decision| *decision != Decision::Allow) {
            ends.insert(refusal);
        }
        if !possible.contains(Decision::Allow) {
            return ends;
        }
    }
    ends.insert(Decision::Allow);
    ends
}

fn of_kind(layers: &[Layer], voices: &[Voices], kind: LayerKind) -> Option<Voices> {
    layers.iter().zip(voices).find(|(layer, _)| layer.kind == kind).map(|(_, voices)| *voices)
}

/// The decisions over all layers when the layers' own are independent: an upper bound, and exact when every voice is sure.
///
/// Control levels and the session policy each must allow; then the identity side (account level first, resource-group level
/// only on an implicit deny) and the resource side are judged side by side.
pub(super) fn combine(layers: &[Layer], voices: &[Voices], rules: Rules, both_must_allow: bool) -> Possible {
    if let ([Layer { kind: LayerKind::Identity, .. }], [voices]) = (layers, voices) {
        // Policies of the caller and nothing else, as in most runs.
        return voices.possible();
    }
    let ends = chain(layers, voices, usize::MAX);
    if !ends.contains(Decision::Allow) {
        return ends;
    }
    let account = of_kind(layers, voices, LayerKind::Identity).unwrap_or_default().possible();
    let group = of_kind(layers, voices, LayerKind::IdentityInGroup).unwrap_or_default();
    let identity = identity(account, group, rules);
    let last = match of_kind(layers, voices, LayerKind::Resource) {
        None => identity,
        Some(resource) => {
            let side = resource.possible();
            identity.iter().flat_map(|a| side.iter().map(move |b| side_by_side(a, b, both_must_allow))).collect()
        }
    };
    ends.iter().filter(|end| *end != Decision::Allow).chain(last.iter()).collect()
}

/// Whether a layer's statements of an effect can decide: `Allow` if they can, `ImplicitDeny` if they may not; with the same
/// bounds as [`combine`].
pub(super) fn reached(layers: &[Layer], voices: &[Voices], layer: usize, effect: Effect, rules: Rules) -> Possible {
    let mut possible = Possible::NONE;
    for end in chain(layers, voices, layer).iter() {
        possible.insert(if end == Decision::Allow { Decision::Allow } else { Decision::ImplicitDeny });
    }
    let in_group = layers.get(layer).is_some_and(|layer| layer.kind == LayerKind::IdentityInGroup);
    if !in_group || !possible.contains(Decision::Allow) {
        return possible;
    }
    let account = of_kind(layers, voices, LayerKind::Identity).unwrap_or_default().possible();
    let goes_on = |decision: Decision| match decision {
        Decision::ImplicitDeny => true,
        Decision::Allow => rules.resource_group_deny_wins && effect == Effect::Deny,
        Decision::ExplicitDeny => false,
    };
    if account.iter().any(|decision| !goes_on(decision)) {
        possible.insert(Decision::ImplicitDeny);
    }
    if account.iter().any(goes_on) { possible } else { Possible::of(Decision::ImplicitDeny) }
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
