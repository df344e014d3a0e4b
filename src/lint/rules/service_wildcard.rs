//! `service-wildcard`

use crate::lint::context::Context;
use crate::lint::rule::Sink;
use crate::lint::rule::rule;
use crate::policy::PolicyKind;

rule! {
    /// # What it does
    /// Finds a statement that allows all actions of a service on all its resources, or every action on some resources, without a condition.
    ///
    /// # Why it matters
    /// It grants what the service adds tomorrow too: deletion, policies of its resources, billing.
    ///
    /// # Example
    /// ```json,finds
    /// { "Effect": "Allow", "Action": "oss:*", "Resource": "*" }
    /// ```
    /// ```json,finds
    /// { "Effect": "Allow", "Action": "*", "Resource": "acs:oss:*:*:bucket/*" }
    /// ```
    ///
    /// # Use instead
    /// ```json,passes
    /// { "Effect": "Allow", "Action": ["oss:GetObject", "oss:PutObject"], "Resource": "acs:oss:*:*:bucket/*" }
    /// ```
    ///
    /// # References
    /// - [over-privileged identities](https://www.alibabacloud.com/help/en/ram/managing-over-privileged-identities-with-access-analyzer)
    ServiceWildcard, "service-wildcard", Security, Warning, Medium, check = check
}

fn check(cx: &Context<'_>, sink: &mut Sink) {
    if cx.kind() == PolicyKind::Control || cx.kind().has_principal() {
        return;
    }
    for allow in cx.allows().filter(|allow| allow.tests().is_empty()) {
        let whole = allow.resources().iter().any(|resource| resource.value.bytes().all(|byte| byte == b'*'));
        // `acs:<service>:*` and the like, and a broad resource at all.
        let everywhere = allow.broad_resource().is_some()
            && (whole || allow.resources().iter().any(|resource| resource.value.ends_with(":*")));
        for action in allow.actions() {
            let text = &*action.value;
            let message = match text.split_once(':') {
                Some((code, name))
                    if !code.contains(['*', '?']) && name.bytes().all(|byte| byte == b'*') && !name.is_empty() =>
                {
                    if !everywhere || cx.is_taken_away(allow, &format!("{code}:Any")) {
                        continue;
                    }
                    format!("the statement allows every action of `{code}` on every resource")
                }
                _ if matches!(text, "*" | "*:*") && !whole => {
                    "the statement allows every action on these resources".to_owned()
                }
                _ => continue,
            };
            let help = "name the actions that are needed; `ramspect actions` lists them";
            sink.push(sink.finding(message, action.span).in_statement(allow.index).with_help(help));
        }
    }
}
