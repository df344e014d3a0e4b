//! `undocumented-sid`

use crate::lint::context::Context;
use crate::lint::rule::Sink;
use crate::lint::rule::rule;

rule! {
    /// # What it does
    /// Finds `Sid`.
    ///
    /// # Why it matters
    /// It is not in the grammar of RAM policies, though policies with it are known to work; it has no meaning to RAM.
    ///
    /// # Example
    /// ```json,finds
    /// { "Sid": "Start", "Effect": "Allow", "Action": "ecs:StartInstance", "Resource": "*" }
    /// ```
    ///
    /// # Use instead
    /// ```json,passes
    /// { "Effect": "Allow", "Action": "ecs:StartInstance", "Resource": "*" }
    /// ```
    ///
    /// # References
    /// - [policy elements](https://www.alibabacloud.com/help/en/ram/policy-elements)
    UndocumentedSid, "undocumented-sid", Correctness, Info, High, check = check
}

fn check(cx: &Context<'_>, sink: &mut Sink) {
    for numbered in cx.statements() {
        if let Some(sid) = &numbered.statement.sid {
            let finding = sink.finding("`Sid` is not in the grammar of RAM policies", sid.span);
            sink.push(
                finding.in_statement(numbered.index).with_help("keep it as a name for suppressions, or remove it"),
            );
        }
    }
}
