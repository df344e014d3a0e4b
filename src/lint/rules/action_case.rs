//! `action-case`

use crate::lint::context::Context;
use crate::lint::rule::Sink;
use crate::lint::rule::rule;
use crate::text::Fix;

rule! {
    /// # What it does
    /// Finds actions whose letters are of another case than documented.
    ///
    /// # Why it matters
    /// Case does not count for most services; the documentation says to use the documented spelling all the same.
    ///
    /// # Example
    /// ```json,finds
    /// { "Effect": "Allow", "Action": "ECS:startInstance", "Resource": "*" }
    /// ```
    ///
    /// # Use instead
    /// ```json,passes
    /// { "Effect": "Allow", "Action": "ecs:StartInstance", "Resource": "*" }
    /// ```
    ///
    /// # References
    /// - [policy elements](https://www.alibabacloud.com/help/en/ram/policy-elements)
    ActionCase, "action-case", CleanUp, Info, High, fixable = true, check = check
}

fn check(cx: &Context<'_>, sink: &mut Sink) {
    for numbered in cx.statements() {
        for looked in numbered.looked {
            let (action, text) = (looked.text, &*looked.text.value);
            let spelt = match looked.known.action {
                // Elsewhere the spelling of an API is not always that of the action.
                Some(known) if known.name != text && known.source != "name" => known.name.to_owned(),
                Some(_) => continue,
                None => {
                    let Some((_, name)) =
                        text.split_once(':').filter(|(code, _)| code.bytes().any(|byte| byte.is_ascii_uppercase()))
                    else {
                        continue;
                    };
                    let Some(service) = looked.known.service else { continue };
                    format!("{}:{name}", service.code)
                }
            };
            let finding =
                sink.finding(format!("`{text}` is spelt `{spelt}`"), action.span).in_statement(numbered.index);
            sink.push(finding.with_help("use the documented spelling").with_fix(Fix::replace(action.span, spelt)));
        }
    }
}
