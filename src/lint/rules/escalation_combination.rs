//! `escalation-combination`

use crate::lint::context::Context;
use crate::lint::context::Numbered;
use crate::lint::rule::Sink;
use crate::lint::rule::rule;
use crate::policy::PolicyKind;

rule! {
    /// # What it does
    /// Finds actions that are harmless one by one and together make their holder stronger, also across statements: a role passed to a machine that its holder controls, a role whose trust is rewritten and that is then assumed, a user who is created and then given rights.
    ///
    /// # Why it matters
    /// Reviews look at one statement at a time; rights add up.
    ///
    /// # Example
    /// ```json,finds
    /// { "Effect": "Allow", "Action": "ram:PassRole", "Resource": "acs:ram:*:*:role/*" },
    /// { "Effect": "Allow", "Action": "ecs:AttachInstanceRamRole", "Resource": "*" },
    /// { "Effect": "Allow", "Action": "ecs:RunCommand", "Resource": "*" }
    /// ```
    ///
    /// # Use instead
    /// ```json,passes
    /// { "Effect": "Allow", "Action": "ram:PassRole", "Resource": "acs:ram:*:*:role/web" },
    /// { "Effect": "Allow", "Action": "ecs:AttachInstanceRamRole", "Resource": "*" }
    /// ```
    ///
    /// # References
    /// - [over-privileged identities](https://www.alibabacloud.com/help/en/ram/managing-over-privileged-identities-with-access-analyzer)
    /// - [PassRole](https://www.alibabacloud.com/help/doc-detail/127172.html)
    EscalationCombination, "escalation-combination", Security, Warning, Medium, check = check
}

/// What is needed, each from a list of alternatives, and what its holder then does.
struct Way {
    steps: &'static [&'static [&'static str]],
    how: &'static str,
}

const WAYS: &[Way] = &[
    Way {
        steps: &[&["ram:PassRole"], &["ecs:RunInstances", "ecs:CreateInstance", "ecs:AttachInstanceRamRole"]],
        how: "gives any role to a machine, and reads the role's token there",
    },
    Way {
        steps: &[
            &["ram:PassRole"],
            &["fc:CreateFunction", "fc:UpdateFunction", "fc:CreateService", "fc:UpdateService"],
        ],
        how: "runs code with any role",
    },
    Way {
        steps: &[&["ram:PassRole"], &["oos:StartExecution", "ros:CreateStack"]],
        how: "has templates run with any role",
    },
    Way { steps: &[&["ram:UpdateRole"], &["sts:AssumeRole"]], how: "rewrites whom a role trusts, and assumes it" },
    Way {
        steps: &[&["ram:CreateRole"], &["ram:AttachPolicyToRole"], &["sts:AssumeRole"]],
        how: "creates a role with any rights, and assumes it",
    },
    Way {
        steps: &[
            &["ram:CreateUser"],
            &["ram:AttachPolicyToUser", "ram:AddUserToGroup"],
            &["ram:CreateAccessKey", "ram:CreateLoginProfile"],
        ],
        how: "creates a user with any rights, and logs in as it",
    },
];

fn check(cx: &Context<'_>, sink: &mut Sink) {
    if cx.kind() == PolicyKind::Control || cx.kind().has_principal() {
        return;
    }
    let allows = cx.broad_allows();
    if allows.is_empty() {
        return;
    }
    let broad =
        |action: &str| -> Option<Numbered<'_>> { allows.iter().copied().find(|allow| cx.grants(*allow, action)) };
    for way in WAYS {
        let held: Option<Vec<_>> =
            way.steps.iter().map(|step| step.iter().find_map(|action| Some((*action, broad(action)?)))).collect();
        let Some(held) = held else { continue };
        let Some(((first, allow), rest)) = held.split_first() else { continue };
        let Some(span) = allow.action_span(first) else { continue };
        // What one pattern grants alone (`*`, `ram:*`) is a finding of another rule.
        if rest.iter().all(|(action, other)| other.index == allow.index && other.action_span(action) == Some(span)) {
            continue;
        }
        let names: Vec<String> = held.iter().map(|(action, _)| format!("`{action}`")).collect();
        let message = format!("with {} together, its holder {}", names.join(" and "), way.how);
        let mut finding = sink.finding(message, span).in_statement(allow.index);
        for (action, other) in rest {
            if let Some(place) = other.action_span(action) {
                finding = finding.with_related(place, format!("`{action}`"));
            }
        }
        sink.push(finding.with_help("name the roles and users in `Resource`, or part the actions between identities"));
    }
}
