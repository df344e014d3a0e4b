//! `unsupported-resource-level`

use crate::lint::context::Context;
use crate::lint::cover::meets_shape;
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
        let whole = |text: &str| text.bytes().all(|byte| byte == b'*') || cx.is_open(text) || text.contains(['<', '$']);
        if resources.is_empty() || resources.iter().any(|resource| whole(&resource.value)) {
            continue;
        }
        for looked in numbered.looked {
            let action = looked.text;
            let Some(known) = looked.known.action.filter(|known| known.without_resource_level()) else { continue };
            // The rules of 2021 gave some of them resources; which holds is contested.
            if known
                .older_shapes()
                .any(|shape| resources.iter().any(|resource| meets_shape(&resource.value, shape.arn)))
            {
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
