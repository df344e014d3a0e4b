//! Why a call was refused, in one word, and which layer says so.

use super::denial::Denial;

/// The cause of a refusal (contract 6).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Cause {
    /// A statement denies it.
    ExplicitDeny,
    /// No statement comes near to allowing it.
    NoMatchingAllow,
    /// A statement would allow it, were its condition met.
    ConditionUnmet,
    /// A statement allows the action, on other resources.
    ResourceMismatch,
    /// A statement allows it to somebody else.
    OtherPrincipal,
    /// A statement allows it for resources of another resource group.
    ResourceGroupScope,
    /// A level of the control-policy chain does not allow it.
    ControlPolicy,
    /// The session policy does not allow it.
    SessionPolicy,
    /// The trust policy of the role does not allow it.
    TrustPolicy,
    /// The policies given would not refuse it so.
    Disagrees,
    /// Cannot be told from what is given.
    Unknown,
}

impl Cause {
    /// The word of the JSON output.
    pub fn word(self) -> &'static str {
        match self {
            Self::ExplicitDeny => "explicit_deny",
            Self::NoMatchingAllow => "no_matching_allow",
            Self::ConditionUnmet => "condition_unmet",
            Self::ResourceMismatch => "resource_mismatch",
            Self::OtherPrincipal => "other_principal",
            Self::ResourceGroupScope => "resource_group_scope",
            Self::ControlPolicy => "control_policy",
            Self::SessionPolicy => "session_policy",
            Self::TrustPolicy => "trust_policy",
            Self::Disagrees => "disagrees",
            Self::Unknown => "unknown",
        }
    }

    /// What the text alone tells, without any policy.
    pub fn told_by(denial: &Denial) -> Self {
        if denial.no_permission_type.as_deref() == Some("ExplicitDeny") {
            return Self::ExplicitDeny;
        }
        match denial.policy_type.as_deref() {
            Some("ControlPolicy") => Self::ControlPolicy,
            Some("SessionPolicy") => Self::SessionPolicy,
            Some("AssumeRolePolicy") => Self::TrustPolicy,
            _ => Self::Unknown,
        }
    }
}

/// The layer that a denial names, in words.
pub fn layer_in_words(policy_type: &str) -> Option<&'static str> {
    Some(match policy_type {
        "ControlPolicy" => "a control policy of the resource directory",
        "SessionPolicy" => "the session policy given when the role was assumed",
        "AssumeRolePolicy" => "the trust policy of the role",
        "AccountLevelIdentityBasedPolicy" => "the caller's policies at account level",
        "ResourceGroupLevelIdentityBasedPolicy" => "the caller's policies at resource-group level",
        "IdentityBasedPolicy" => "the caller's policies",
        "ResourceBasedPolicy" => "the policy of the resource",
        _ => return None,
    })
}
