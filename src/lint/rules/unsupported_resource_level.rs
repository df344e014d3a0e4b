//! `unsupported-resource-level`

use crate::lint::context::Context;
use crate::lint::facts::{Located, Shaped};
use crate::lint::rule::Sink;
use crate::lint::rule::rule;

rule! {
    /// # What it does
    /// Finds actions without resource-level support whose statement names single resources.
    ///
    /// # Why it matters
    /// Such an action is judged on `*`; a statement that narrows it is ineffective for it.
    ///
    /// # Example
    /// ```json,finds
    /// { "Effect": "Allow", "Action": "ecs:CreateDeploymentSet", "Resource": "acs:ecs:*:*:deploymentset/*" }
    /// ```
    ///
    /// # Use instead
    /// ```json,passes
    /// { "Effect": "Allow", "Action": "ecs:CreateDeploymentSet", "Resource": "*" }
    /// ```
    ///
    /// # References
    /// - [policy elements](https://www.alibabacloud.com/help/en/ram/policy-elements)
    /// - [ECS: RAM authorization](https://alibabacloud.com/help/en/ecs/authentication-rules)
    UnsupportedResourceLevel, "unsupported-resource-level", Correctness, Warning, Medium, check = check
}

fn check(cx: &Context<'_>, sink: &mut Sink) {
    for numbered in cx.statements() {
        let resources = numbered.resources();
        let whole = |located: &Located<'_>| {
            let text = &*located.text.value;
            text.bytes().all(|byte| byte == b'*') || (located.letters.may_be_open() && text.contains(['<', '$']))
        };
        if resources.is_empty() || numbered.located.iter().any(whole) {
            continue;
        }
        for looked in numbered.looked {
            let action = looked.text;
            if !looked.known.action.is_some_and(|known| known.without_resource_level()) {
                continue;
            }
            // The rules of 2021 gave some of them resources; which holds is contested.
            let meets = |shape: &Shaped<'_>| numbered.located.iter().any(|resource| shape.met_by(resource));
            let mut older = looked.known.shapes.iter().filter(|shape| shape.older).peekable();
            if older.peek().is_some() && (!cx.may_compare(numbered.located.len()) || older.any(meets)) {
                continue;
            }
            let message = format!("`{}` cannot be narrowed to a resource", action.value);
            let mut finding = sink.finding(message, action.span).in_statement(numbered.index);
            if let Some(resource) = resources.first() {
                finding = finding.with_related(resource.span, "narrowed here");
            }
            sink.push(finding.with_help("put it into a statement of its own with `\"Resource\": \"*\"`"));
        }
    }
}
