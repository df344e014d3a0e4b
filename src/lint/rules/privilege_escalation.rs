//! `privilege-escalation`

use crate::lint::context::Context;
use crate::lint::rule::Sink;
use crate::lint::rule::rule;
use crate::policy::PolicyKind;
use std::collections::BTreeMap;

rule! {
    /// # What it does
    /// Finds actions on identities of all names by which their holder gains rights: attaching or rewriting policies, credentials and console passwords of others, groups, trust policies, identity providers, taking guards away.
    ///
    /// # Why it matters
    /// One of these actions on everybody is as good as being administrator. Statements under a condition, and what the document denies again, are no finding.
    ///
    /// # Example
    /// ```json,finds
    /// { "Effect": "Allow", "Action": "ram:AttachPolicyToUser", "Resource": "*" }
    /// ```
    /// ```json,finds
    /// { "Effect": "Allow", "Action": "ram:Create*", "Resource": "acs:ram:*:*:*" }
    /// ```
    ///
    /// # Use instead
    /// ```json,passes
    /// { "Effect": "Allow", "Action": "ram:AttachPolicyToUser", "Resource": "acs:ram:*:*:user/intern" }
    /// ```
    /// ```json,passes
    /// { "Effect": "Allow", "Action": "ram:AttachPolicyToUser", "Resource": "*" },
    /// { "Effect": "Deny", "Action": "ram:Attach*", "Resource": "*" }
    /// ```
    ///
    /// # References
    /// - [over-privileged identities](https://www.alibabacloud.com/help/en/ram/managing-over-privileged-identities-with-access-analyzer)
    PrivilegeEscalation, "privilege-escalation", Security, Warning, High, check = check
}

fn check(cx: &Context<'_>, sink: &mut Sink) {
    if cx.kind() == PolicyKind::Control || cx.kind().has_principal() {
        return;
    }
    // One finding for each pattern of a statement, with all that it opens.
    let mut found: BTreeMap<(usize, u32), (crate::text::Span, Vec<crate::catalog::Escalation>)> = BTreeMap::new();
    let broad = cx.broad_allows();
    if broad.is_empty() {
        return;
    }
    for escalation in cx.catalog.escalations() {
        for allow in broad.iter().filter(|allow| cx.grants(**allow, escalation.action)) {
            let Some(span) = allow.action_span(escalation.action) else { continue };
            let all = allow.actions().iter().any(|action| action.span == span && matches!(&*action.value, "*" | "*:*"));
            // `administrator` and `allow-not-action` say it already.
            if !all && allow.excepted_actions().is_none() {
                found.entry((allow.index, span.start)).or_insert_with(|| (span, Vec::new())).1.push(escalation);
            }
        }
    }
    for ((index, _), (span, ways)) in found {
        let Some(worst) = ways.iter().find(|way| way.way != "guard").or(ways.first()) else { continue };
        let message = format!("`{}` lets its holder gain rights: it {}", worst.action, worst.how);
        let mut finding = sink.finding(message, span).in_statement(index);
        if ways.iter().all(|way| matches!(way.way, "guard" | "mfa")) {
            finding.confidence = crate::diagnostic::Confidence::Medium;
        }
        let others: Vec<String> =
            ways.iter().filter(|way| way.action != worst.action).map(|way| format!("`{}`", way.action)).collect();
        let also =
            if others.is_empty() { String::new() } else { format!("; the same holds for {}", others.join(", ")) };
        sink.push(finding.with_help(format!("name the users, groups, roles or policies it is for{also}")));
    }
}
