//! `resource-type-mismatch`

use crate::catalog::Grade;
use crate::lint::context::Context;
use crate::lint::facts::{Located, Shaped};
use crate::lint::rule::Sink;
use crate::lint::rule::rule;

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

fn check(cx: &Context<'_>, sink: &mut Sink) {
    for numbered in cx.statements() {
        let resources = numbered.resources();
        // A type word that no resource has is a finding of its own; text that is not known may be anything.
        let unknown = |located: &Located<'_>| {
            let odd = located.letters.is_wild() || located.letters.may_be_open();
            located.arn.is_none_or(|arn| {
                arn.type_and_id().is_none_or(|(word, _)| {
                    (odd && word.contains(['*', '?', '<', '$', '{']))
                        || cx.catalog.has_resource_type(arn.service, word) == Some(false)
                }) || (odd && arn.service.contains(['*', '?']))
            })
        };
        if resources.is_empty()
            || numbered.located.iter().any(|located| unknown(located) || cx.is_open(&located.text.value))
        {
            continue;
        }
        let looked = if numbered.actions().is_empty() { &[] } else { numbered.looked };
        for looked in looked {
            let action = looked.text;
            let complete = looked.known.service.is_some_and(|service| service.grade == Grade::Complete);
            let Some(known) = looked.known.action.filter(|_| complete) else { continue };
            let meets = |shape: &Shaped<'_>| numbered.located.iter().any(|resource| shape.met_by(resource));
            let mut shapes = looked.known.shapes.iter();
            if shapes.clone().all(|shape| shape.older) || !cx.may_compare(numbered.located.len()) || shapes.any(meets) {
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
