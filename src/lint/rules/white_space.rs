//! `white-space`

use crate::lint::context::Context;
use crate::lint::rule::Sink;
use crate::lint::rule::rule;
use crate::pattern;
use crate::text::Fix;

rule! {
    /// # What it does
    /// Finds white space in an action, and white space at an end or in one of the first four segments of an ARN.
    ///
    /// # Why it matters
    /// It is matched letter for letter, and no action and no ARN of a request has any.
    ///
    /// # Example
    /// ```json,finds
    /// { "Effect": "Allow", "Action": "ecs: StartInstance", "Resource": "*" }
    /// ```
    /// ```json,finds
    /// { "Effect": "Allow", "Action": "ecs:StartInstance", "Resource": "acs:ecs:*:*: instance/i-1" }
    /// ```
    ///
    /// # Use instead
    /// ```json,passes
    /// { "Effect": "Allow", "Action": "ecs:StartInstance", "Resource": "acs:ecs:*:*:instance/i-1" }
    /// ```
    ///
    /// # References
    /// - [policy elements](https://www.alibabacloud.com/help/en/ram/policy-elements)
    /// - [policy elements](https://www.alibabacloud.com/help/en/ram/policy-elements)
    WhiteSpace, "white-space", Correctness, Error, High, fixable = true, check = check
}

fn check(cx: &Context<'_>, sink: &mut Sink) {
    for numbered in cx.statements() {
        let actions = numbered.looked.iter().map(|looked| (true, looked.text, looked.known.letters));
        let resources = numbered.located.iter().map(|located| (false, located.text, located.letters));
        for (action, text, letters) in actions.chain(resources).filter(|(.., letters)| letters.may_be_blank()) {
            let bad = if action { text.value.contains(char::is_whitespace) } else { wrong_in_arn(&text.value) };
            if !bad || cx.is_placeholder(&text.value, letters) {
                continue;
            }
            let what = if action { "the action" } else { "the ARN" };
            let mut finding = sink.finding(format!("white space in {what}, which so matches nothing"), text.span);
            finding = finding.in_statement(numbered.index).with_help("remove it");
            let without: String = text.value.chars().filter(|c| !c.is_whitespace()).collect();
            let trimmed = if action { without } else { text.value.trim().to_owned() };
            if action || !wrong_in_arn(&trimmed) {
                finding = finding.with_fix(Fix::replace(text.span, trimmed));
            }
            sink.push(finding);
        }
    }
}

fn wrong_in_arn(text: &str) -> bool {
    let relative = pattern::arn(text).map_or("", |arn| arn.relative);
    let front = text.len().saturating_sub(relative.len());
    text.trim() != text
        || text.get(..front).is_some_and(|front| front.contains(char::is_whitespace))
        || relative.trim_start() != relative
}
