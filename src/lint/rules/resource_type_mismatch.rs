//! `resource-type-mismatch`

use crate::catalog::Grade;
use crate::lint::context::Context;
use crate::lint::cover::meets_shape;
use crate::lint::rule::Sink;
use crate::lint::rule::rule;
use crate::pattern::arn;

rule! {
    /// # What it does
    /// Finds actions of a fully known service none of whose resources the statement names.
    ///
    /// # Why it matters
    /// RAM judges an action on the resources of its own types only; on others the statement has no effect for it.
    ///
    /// # Example
    /// ```json,finds
    /// { "Effect": "Allow", "Action": "ecs:StartInstance", "Resource": "acs:ecs:*:*:disk/*" }
    /// ```
    ///
    /// # Use instead
    /// ```json,passes
    /// { "Effect": "Allow", "Action": "ecs:StartInstance", "Resource": "acs:ecs:*:*:instance/*" }
    /// ```
    ///
    /// # References
    /// - [ECS: RAM authorization](https://alibabacloud.com/help/en/ecs/authentication-rules)
    ResourceTypeMismatch, "resource-type-mismatch", Correctness, Warning, High, check = check
}

/// Actions of one statement that are looked at, so that time stays linear.
const MOST: usize = 2_000;

fn check(cx: &Context<'_>, sink: &mut Sink) {
    for numbered in cx.statements() {
        let resources = numbered.resources();
        // A type word that no resource has is a finding of its own; text that is not known may be anything.
        let unknown = |text: &str| {
            arn(text).is_none_or(|arn| {
                arn.type_and_id().is_none_or(|(word, _)| {
                    word.contains(['*', '?', '<', '$', '{'])
                        || cx
                            .catalog
                            .resource_types(arn.service)
                            .is_some_and(|mut types| !types.any(|known| known == word))
                }) || arn.service.contains(['*', '?'])
            })
        };
        if resources.is_empty()
            || resources.len() > 200
            || resources.iter().any(|resource| unknown(&resource.value) || cx.is_open(&resource.value))
        {
            continue;
        }
        let looked = if numbered.actions().is_empty() { &[] } else { cx.looked(numbered.index) };
        for looked in looked.iter().take(MOST) {
            let action = looked.text;
            let complete = looked.service.is_some_and(|service| service.grade == Grade::Complete);
            let Some(known) = looked.action.as_ref().filter(|_| complete) else { continue };
            let shapes: Vec<&str> = known.shapes().chain(known.older_shapes()).map(|shape| shape.arn).collect();
            if known.shapes().next().is_none()
                || shapes.iter().any(|shape| resources.iter().any(|resource| meets_shape(&resource.value, shape)))
            {
                continue;
            }
            let shapes: Vec<String> = known.shapes().map(|shape| format!("`{}`", shape.arn)).collect();
            let message = format!("`{}` is not about any of these resources", action.value);
            let mut finding = sink.finding(message, action.span).in_statement(numbered.index);
            if let Some(resource) = resources.first() {
                finding = finding.with_related(resource.span, "no resource of that action");
            }
            sink.push(finding.with_help(format!("its resources are {}", shapes.join(" and "))));
        }
    }
}
