//! `tag-control-escape`

use crate::lint::context::Context;
use crate::lint::rule::Sink;
use crate::lint::rule::rule;

rule! {
    /// # What it does
    /// Finds an Allow that a tag of the resource limits, and that covers changing tags.
    ///
    /// # Why it matters
    /// Its holder sets the tag on any resource that it may tag, or takes it off, and so moves the limit.
    ///
    /// # Example
    /// ```json,finds
    /// { "Effect": "Allow", "Action": "ecs:*", "Resource": "*", "Condition": { "StringEquals": { "acs:ResourceTag/team": "web" } } }
    /// ```
    ///
    /// # Use instead
    /// ```json,passes
    /// { "Effect": "Allow", "Action": "ecs:*", "Resource": "*", "Condition": { "StringEquals": { "acs:ResourceTag/team": "web" } } },
    /// { "Effect": "Deny", "Action": ["ecs:TagResources", "ecs:UntagResources", "ecs:CreateTags", "ecs:DeleteTags"], "Resource": "*" }
    /// ```
    ///
    /// # References
    /// - [over-privileged identities](https://www.alibabacloud.com/help/en/ram/managing-over-privileged-identities-with-access-analyzer)
    TagControlEscape, "tag-control-escape", Security, Warning, Medium, check = check
}

const TAGGING: &[&str] =
    &["ecs:TagResources", "ecs:UntagResources", "ecs:CreateTags", "ecs:DeleteTags", "tag:TagResources"];

fn check(cx: &Context<'_>, sink: &mut Sink) {
    for allow in cx.allows() {
        let tag = |test: &&crate::policy::Test<'_>| {
            ["acs:ResourceTag/", "ecs:tag/"].iter().any(|front| test.key.value.starts_with(front))
        };
        let Some(test) = allow.tests().iter().find(tag) else { continue };
        let denied = |action: &str| cx.denying(action).next().is_some();
        let open = TAGGING.iter().find(|action| allow.names_action(action) && !denied(action));
        let Some((action, span)) = open.and_then(|action| Some((action, allow.action_span(action)?))) else { continue };
        let message = format!("`{action}` lets its holder change the tag that limits this statement");
        let finding = sink.finding(message, span).in_statement(allow.index).with_related(test.key.span, "the limit");
        sink.push(finding.with_help("deny the tagging actions, or leave them out"));
    }
}
