//! `text-to-fill-in`

use crate::lint::context::Context;
use crate::lint::facts::Letters;
use crate::lint::rule::Sink;
use crate::lint::rule::rule;

rule! {
    /// # What it does
    /// Finds text in an ARN, action or value that someone was meant to fill in: `<account>`, `${..}`, `xxxx`, `****`.
    ///
    /// # Why it matters
    /// RAM has no variables: such text is matched letter for letter (asterisks as wildcards). In Terraform and ROS templates `${..}` is filled in, and no finding.
    ///
    /// # Example
    /// ```json,finds
    /// { "Effect": "Allow", "Action": "ecs:StartInstance", "Resource": "acs:ecs:*:<account-id>:instance/*" }
    /// ```
    /// ```json,finds
    /// { "Effect": "Allow", "Action": "ecs:StartInstance", "Resource": "acs:ecs:*:${AccountId}:instance/*" }
    /// ```
    ///
    /// # Use instead
    /// ```json,passes
    /// { "Effect": "Allow", "Action": "ecs:StartInstance", "Resource": "acs:ecs:*:1234567890123456:instance/*" }
    /// ```
    ///
    /// # References
    /// - [policy elements](https://www.alibabacloud.com/help/en/ram/policy-elements)
    TextToFillIn, "text-to-fill-in", Correctness, Warning, High, check = check
}

fn check(cx: &Context<'_>, sink: &mut Sink) {
    for numbered in cx.statements() {
        let statement = numbered.statement;
        let actions = numbered.looked.iter().map(|looked| (looked.text, looked.known.letters));
        let resources = numbered.located.iter().map(|located| (located.text, located.letters));
        let values = statement.condition.iter().flat_map(|test| &test.values);
        let others = values.chain(Context::principals(statement)).map(|text| (text, Letters::of(&text.value)));
        let all = actions.chain(resources).chain(others);
        for (text, letters) in all {
            let Some(hole) = hole(&text.value, letters).filter(|_| !cx.is_open(&text.value)) else { continue };
            let message = format!("`{hole}` looks like text that was to be filled in");
            let finding = sink.finding(message, text.span).in_statement(numbered.index);
            sink.push(finding.with_help("fill it in; RAM has no variables and matches it letter for letter"));
        }
    }
}

/// The part of a text that stands for something else.
fn hole(text: &str, letters: Letters) -> Option<&str> {
    if letters.may_be_open()
        && let Some(hole) = bracket(text)
    {
        return Some(hole);
    }
    let masks = [("xxxx", letters.has_x()), ("XXXX", letters.has_x()), ("****", letters.is_wild())];
    masks.into_iter().find(|(mask, may)| *may && text.contains(mask)).map(|(mask, _)| mask)
}

/// The part of a text that begins with an opening bracket, or words in place of a name.
fn bracket(text: &str) -> Option<&str> {
    for (open, close) in [("${", '}'), ("{{", '}'), ("<", '>'), ("{#", '}')] {
        if let Some(start) = text.find(open) {
            let end = text.get(start..).and_then(|rest| rest.find(close)).map_or(text.len(), |at| start + at + 1);
            return text.get(start..end);
        }
    }
    // `[ECS RAM action]`, and words of another script where only ids can stand.
    if let Some(bracket) =
        text.find('[').and_then(|start| text.get(start..)).filter(|rest| rest.contains(']') && rest.contains(' '))
    {
        return Some(bracket);
    }
    let front: usize = text.split(':').take(4).map(|part| part.len() + 1).sum();
    (text.starts_with("acs:") && text.get(..front.min(text.len())).is_some_and(|front| !front.is_ascii()))
        .then_some(text)
}
