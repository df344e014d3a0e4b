//! `action-without-service`

use crate::lint::context::Context;
use crate::lint::rule::Sink;
use crate::lint::rule::rule;

rule! {
    /// # What it does
    /// Finds actions without a colon, such as `StartInstance`.
    ///
    /// # Why it matters
    /// An action is `<service>:<name>`, or `*`. Without a service it matches nothing; with wildcards, as in `k*`, it matches whole services.
    ///
    /// # Example
    /// ```json,finds
    /// { "Effect": "Allow", "Action": "StartInstance", "Resource": "*" }
    /// ```
    ///
    /// # Use instead
    /// ```json,passes
    /// { "Effect": "Allow", "Action": "ecs:StartInstance", "Resource": "*" }
    /// ```
    ///
    /// # References
    /// - [policy elements](https://www.alibabacloud.com/help/en/ram/policy-elements)
    ActionWithoutService, "action-without-service", Correctness, Error, High, check = check
}

fn check(cx: &Context<'_>, sink: &mut Sink) {
    for numbered in cx.statements() {
        for looked in numbered.looked {
            let (action, text) = (looked.text, &*looked.text.value);
            if text.contains(':')
                || cx.is_placeholder(text, looked.known.letters)
                || text.contains(char::is_whitespace)
                || text.bytes().all(|b| b == b'*') && !text.is_empty()
            {
                continue;
            }
            let mut finding = sink.finding(format!("`{text}` has no service, so it matches nothing"), action.span);
            if text.contains(['*', '?']) {
                finding = sink.finding(
                    format!("`{text}` has no service, so it is matched against service and name together"),
                    action.span,
                );
                finding.severity = crate::diagnostic::Severity::Warning;
            }
            let help = cx
                .catalog
                .services_with(text)
                .first()
                .map_or("write `<service>:<name>`".to_owned(), |code| format!("for example `{code}:{text}`"));
            sink.push(finding.in_statement(numbered.index).with_help(help));
        }
    }
}
