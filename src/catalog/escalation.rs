//! Actions with which a caller can get more permissions than it has.
//!
//! Source: facts/ram-language.md 9 (read 2026-11-24): the vendor's sample control policy that freezes RAM identities, its
//! definition of privilege in the access analyzer, and the paths that follow from them.

use crate::pattern::matches_ignore_case;

/// A way to more permissions.
#[derive(Debug, PartialEq, Eq)]
pub struct Escalation {
    /// The actions, with wildcards.
    pub actions: &'static [&'static str],
    /// What a holder of them can do: lower case, behind "a holder can".
    pub how: &'static str,
}

/// The ways, the more direct first.
pub static ESCALATIONS: &[Escalation] = &[
    Escalation {
        actions: &["ram:AttachPolicyTo*", "ram:AttachPolicy", "resourcemanager:AttachPolicy"],
        how: "attach any policy to itself",
    },
    Escalation {
        actions: &["ram:CreatePolicyVersion", "ram:SetDefaultPolicyVersion", "resourcemanager:CreatePolicyVersion"],
        how: "rewrite a policy that is attached to it",
    },
    Escalation {
        actions: &["ram:Detach*", "ram:DeletePolicyVersion", "ram:DeletePolicy"],
        how: "take away a policy that denies",
    },
    Escalation {
        actions: &["ram:AddUserToGroup", "ram:RemoveUserFromGroup"],
        how: "join a stronger group or leave one that denies",
    },
    Escalation {
        actions: &["ram:CreateAccessKey", "ram:UpdateAccessKey", "ram:CreateLoginProfile", "ram:UpdateLoginProfile"],
        how: "log in as another user",
    },
    Escalation {
        actions: &[
            "ram:UnbindMFADevice",
            "ram:BindMFADevice",
            "ram:DisableVirtualMFA",
            "ram:DeleteVirtualMFADevice",
            "ims:SetSecurityPreference",
        ],
        how: "weaken the second factor of another user",
    },
    Escalation { actions: &["ram:UpdateRole"], how: "open a role to itself" },
    Escalation { actions: &["sts:AssumeRole"], how: "act with the permissions of the role" },
    Escalation { actions: &["ram:PassRole"], how: "have a service act with the permissions of the role" },
    Escalation {
        actions: &[
            "ecs:RunCommand",
            "ecs:InvokeCommand",
            "ecs:StartTerminalSession",
            "ecs:SendFile",
            "ecs:AttachInstanceRamRole",
        ],
        how: "act with the role of the instance",
    },
    Escalation {
        actions: &["*:CreateSAMLProvider", "*:UpdateSAMLProvider", "*:CreateOIDCProvider", "*:UpdateOIDCProvider"],
        how: "log in as whatever a new identity provider says",
    },
    Escalation {
        actions: &["ram:CreateUser", "ram:CreateRole"],
        how: "make an identity that outlives its own, and with attach rights a stronger one",
    },
    Escalation {
        actions: &[
            "resourcemanager:DetachControlPolicy",
            "resourcemanager:UpdateControlPolicy",
            "resourcemanager:DisableControlPolicy",
        ],
        how: "take away a control policy",
    },
    Escalation {
        actions: &[
            "oss:PutBucketPolicy",
            "oss:PutBucketAcl",
            "oss:PutObjectAcl",
            "oss:DeletePublicAccessBlock",
            "kms:SetKeyPolicy",
        ],
        how: "open data to others",
    },
    Escalation {
        actions: &["*:*MoveResourceGroup", "resourcemanager:MoveResources", "oss:PutBucketResourceGroup"],
        how: "move a resource into a group in which it may do more",
    },
    Escalation {
        actions: &[
            "ecs:TagResources",
            "ecs:UntagResources",
            "ecs:CreateTags",
            "ecs:DeleteTags",
            "tag:TagResources",
            "tag:UntagResources",
        ],
        how: "change the tags on which policies decide",
    },
];

/// The way that an action opens.
pub fn escalation(action: &str) -> Option<&'static Escalation> {
    let opens = |way: &&Escalation| way.actions.iter().any(|pattern| matches_ignore_case(pattern, action));
    ESCALATIONS.iter().find(opens)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn actions_that_change_who_may_do_what_are_known() {
        assert_eq!(escalation("RAM:AttachPolicyToUser").map(|way| way.how), Some("attach any policy to itself"));
        assert!(escalation("ecs:RunCommand").is_some());
        assert!(escalation("ecs:MoveResourceGroup").is_some());
        assert!(escalation("ecs:JoinSecurityGroup").is_none());
    }
}
