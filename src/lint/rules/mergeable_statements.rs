//! `mergeable-statements`

use crate::lint::context::Context;
use crate::lint::context::Numbered;
use crate::lint::rule::Sink;
use crate::lint::rule::rule;
use crate::policy::Scope;
use std::collections::HashMap;
use std::fmt::Write as _;

rule! {
    /// # What it does
    /// Finds statements that differ in `Action` only, or in `Resource` only, and so can be one.
    ///
    /// # Why it matters
    /// One statement is shorter and easier to review. The size of a policy is limited.
    ///
    /// # Example
    /// ```json,finds
    /// { "Effect": "Allow", "Action": "ecs:StartInstance", "Resource": "*" },
    /// { "Effect": "Allow", "Action": "ecs:StopInstance", "Resource": "*" }
    /// ```
    ///
    /// # Use instead
    /// ```json,passes
    /// { "Effect": "Allow", "Action": ["ecs:StartInstance", "ecs:StopInstance"], "Resource": "*" }
    /// ```
    ///
    /// # References
    /// - [policy evaluation](https://www.alibabacloud.com/help/en/ram/policy-evaluation-process)
    MergeableStatements, "mergeable-statements", CleanUp, Info, High, check = check
}

fn check(cx: &Context<'_>, sink: &mut Sink) {
    let (mut by_action, mut by_resource): (HashMap<String, usize>, HashMap<String, usize>) =
        (HashMap::new(), HashMap::new());
    for numbered in cx.statements() {
        let statement = numbered.statement;
        let (Some(action), Some(_), None) = (&statement.action, &statement.effect, &statement.sid) else { continue };
        let rest = rest(numbered);
        let places = |index: usize| cx.policy.statements.get(index).map(|statement| statement.span);
        let except = |scope: Option<&Scope<'_>>| scope.is_some_and(|scope| scope.except);
        let mut report = |other: usize, element: &str| {
            let brace = crate::text::Span::new(statement.span.start, statement.span.start + 1);
            let mut finding = sink
                .finding(format!("it differs from statement {other} in `{element}` only"), brace)
                .in_statement(numbered.index);
            if let Some(place) = places(other) {
                finding =
                    finding.with_related(crate::text::Span::new(place.start, place.start + 1), "the other statement");
            }
            sink.push(finding.with_help(format!("join the entries of `{element}` in one statement")));
        };
        let resource = scope(statement.resource.as_ref());
        let same_resource = by_action.entry(format!("{rest}{resource}")).or_insert(numbered.index);
        if *same_resource != numbered.index
            && !action.except
            && !cx.policy.statements.get(*same_resource).is_some_and(|other| except(other.action.as_ref()))
        {
            report(*same_resource, "Action");
            continue;
        }
        if statement.resource.is_some() {
            let same_action = by_resource.entry(format!("{rest}{}", scope(Some(action)))).or_insert(numbered.index);
            let other_except =
                cx.policy.statements.get(*same_action).is_some_and(|other| except(other.resource.as_ref()));
            if *same_action != numbered.index && !except(statement.resource.as_ref()) && !other_except {
                report(*same_action, "Resource");
            }
        }
    }
}

fn scope(scope: Option<&Scope<'_>>) -> String {
    let Some(scope) = scope else { return String::new() };
    let mut texts: Vec<&str> = scope.patterns.iter().map(|pattern| &*pattern.value).collect();
    texts.sort_unstable();
    format!("{}{}", scope.except, texts.join("\u{0}"))
}

/// Everything but action and resource, as a text that is the same for the same meaning.
fn rest(numbered: Numbered<'_>) -> String {
    let mut text = format!("{:?}", numbered.statement.effect.map(|effect| effect.value));
    let mut tests: Vec<String> = numbered
        .tests()
        .iter()
        .map(|test| {
            let mut values: Vec<&str> = test.values.iter().map(|value| &*value.value).collect();
            values.sort_unstable();
            format!("{} {} {}", test.operator.value.as_str(), test.key.value, values.join("\u{0}"))
        })
        .collect();
    tests.sort_unstable();
    let mut principals: Vec<&str> = Context::principals(numbered.statement).iter().map(|text| &*text.value).collect();
    principals.sort_unstable();
    let _ = write!(text, "{}\u{1}{}\u{1}", tests.join("\u{2}"), principals.join("\u{0}"));
    text
}
