//! `assume-any-role`

use crate::lint::context::Context;
use crate::lint::rule::Sink;
use crate::lint::rule::rule;
use crate::policy::PolicyKind;

rule! {
    /// # What it does
    /// Finds `sts:AssumeRole` on roles of all names.
    ///
    /// # Why it matters
    /// Together with a trust policy that names the whole account (`:root`, the console's default) its holder enters every such role, the strongest included.
    ///
    /// # Example
    /// ```json,finds
    /// { "Effect": "Allow", "Action": "sts:AssumeRole", "Resource": "*" }
    /// ```
    ///
    /// # Use instead
    /// ```json,passes
    /// { "Effect": "Allow", "Action": "sts:AssumeRole", "Resource": "acs:ram:*:*:role/deployer" }
    /// ```
    ///
    /// # References
    /// - [over-privileged identities](https://www.alibabacloud.com/help/en/ram/managing-over-privileged-identities-with-access-analyzer)
    AssumeAnyRole, "assume-any-role", Security, Warning, Medium, check = check
}

fn check(cx: &Context<'_>, sink: &mut Sink) {
    if cx.kind() == PolicyKind::Control || cx.kind().has_principal() {
        return;
    }
    for allow in cx.broad_allows().into_iter().filter(|allow| cx.grants(*allow, "sts:AssumeRole")) {
        let Some(span) = allow.action_span("sts:AssumeRole") else { continue };
        let all = allow.actions().iter().any(|action| action.span == span && matches!(&*action.value, "*" | "*:*"));
        if all || allow.excepted_actions().is_some() {
            continue;
        }
        let finding = sink
            .finding("the statement lets its holder assume every role that trusts it", span)
            .in_statement(allow.index);
        sink.push(finding.with_help("name the roles in `Resource`: `acs:ram:*:<account>:role/<name>`"));
    }
}
