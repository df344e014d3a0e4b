//! What RAM can say, and sets of it: where a condition key is unknown, several decisions are possible.

/// One decision; the order is that of every published list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Decision {
    /// Some statement allows it, and none denies it.
    Allow = 1,
    /// Some statement denies it.
    ExplicitDeny = 2,
    /// No statement speaks for it.
    ImplicitDeny = 4,
}

impl Decision {
    /// Every decision, in the published order.
    pub const ALL: [Self; 3] = [Self::Allow, Self::ExplicitDeny, Self::ImplicitDeny];

    /// The word of the JSON output.
    pub fn word(self) -> &'static str {
        match self {
            Self::Allow => "allow",
            Self::ExplicitDeny => "explicit_deny",
            Self::ImplicitDeny => "implicit_deny",
        }
    }

    /// The decision on a call with several resources: any explicit deny decides, then any implicit deny.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::ExplicitDeny, _) | (_, Self::ExplicitDeny) => Self::ExplicitDeny,
            (Self::ImplicitDeny, _) | (_, Self::ImplicitDeny) => Self::ImplicitDeny,
            (Self::Allow, Self::Allow) => Self::Allow,
        }
    }
}

/// A set of decisions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Hash)]
pub struct Possible(u8);

impl Possible {
    /// The empty set: nothing was judged.
    pub const NONE: Self = Self(0);

    /// The set of one decision.
    pub fn of(decision: Decision) -> Self {
        Self(decision as u8)
    }

    /// Adds a decision.
    pub fn insert(&mut self, decision: Decision) {
        self.0 |= decision as u8;
    }

    /// Whether the decision is in the set.
    pub fn contains(self, decision: Decision) -> bool {
        self.0 & decision as u8 != 0
    }

    /// Whether nothing is in the set.
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// The decisions in the published order: allow, explicit deny, implicit deny.
    pub fn iter(self) -> impl Iterator<Item = Decision> {
        Decision::ALL.into_iter().filter(move |decision| self.contains(*decision))
    }

    /// The decision, where there is exactly one.
    pub fn single(self) -> Option<Decision> {
        Decision::ALL.into_iter().find(|decision| self.0 == *decision as u8)
    }

    /// The one decision as a word, else `undetermined`.
    pub fn word(self) -> &'static str {
        self.single().map_or("undetermined", Decision::word)
    }

    /// Either set.
    #[must_use]
    pub fn union(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// The decisions on a call with several resources, over every choice of theirs; empty for no resources.
    pub fn combine(resources: impl IntoIterator<Item = Self>) -> Self {
        let both = |a: Self, b: Self| a.iter().flat_map(|a| b.iter().map(move |b| a.and(b))).collect();
        resources.into_iter().reduce(both).unwrap_or_default()
    }
}

impl FromIterator<Decision> for Possible {
    fn from_iter<I: IntoIterator<Item = Decision>>(decisions: I) -> Self {
        let mut set = Self::NONE;
        for decision in decisions {
            set.insert(decision);
        }
        set
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use Decision::{Allow, ExplicitDeny, ImplicitDeny};

    #[test]
    fn a_deny_on_any_resource_refuses_the_call_and_an_explicit_one_decides() {
        let set = |decisions: &[Decision]| decisions.iter().copied().collect::<Possible>();
        let cases: &[(&[&[Decision]], &[Decision])] = &[
            (&[], &[]),
            (&[&[Allow]], &[Allow]),
            (&[&[Allow], &[Allow]], &[Allow]),
            (&[&[Allow], &[ImplicitDeny]], &[ImplicitDeny]),
            (&[&[ExplicitDeny], &[ImplicitDeny]], &[ExplicitDeny]),
            (&[&[Allow, ImplicitDeny], &[Allow, ExplicitDeny]], &[Allow, ExplicitDeny, ImplicitDeny]),
            (&[&[Allow, ExplicitDeny], &[ImplicitDeny]], &[ExplicitDeny, ImplicitDeny]),
        ];
        for (resources, expected) in cases {
            assert_eq!(Possible::combine(resources.iter().map(|r| set(r))), set(expected), "{resources:?}");
        }
    }

    #[test]
    fn one_decision_is_a_word_and_several_are_undetermined() {
        assert_eq!(Possible::of(ImplicitDeny).word(), "implicit_deny");
        assert_eq!([ImplicitDeny, Allow].into_iter().collect::<Possible>().word(), "undetermined");
        assert_eq!(Possible::NONE.single(), None);
        assert_eq!(
            [ImplicitDeny, Allow].into_iter().collect::<Possible>().iter().collect::<Vec<_>>(),
            [Allow, ImplicitDeny]
        );
    }
}
