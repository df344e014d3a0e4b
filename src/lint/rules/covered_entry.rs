//! `covered-entry`

use crate::lint::context::Context;
use crate::lint::rule::Sink;
use crate::lint::rule::rule;
use crate::lint::{cover, edits};

rule! {
    /// # What it does
    /// Finds an action, a resource or a value that a wildcard beside it in the list covers.
    ///
    /// # Why it matters
    /// It can go without any change of meaning.
    ///
    /// # Example
    /// ```json,finds
    /// { "Effect": "Allow", "Action": ["ecs:Start*", "ecs:StartInstance"], "Resource": "*" }
    /// ```
    /// ```json,finds
    /// { "Effect": "Allow", "Action": "ecs:StartInstance", "Resource": ["acs:ecs:*:*:instance/*", "acs:ecs:*:*:instance/i-1"] }
    /// ```
    ///
    /// # Use instead
    /// ```json,passes
    /// { "Effect": "Allow", "Action": ["ecs:Start*", "ecs:StopInstance"], "Resource": "*" }
    /// ```
    ///
    /// # References
    /// - [policy elements](https://www.alibabacloud.com/help/en/ram/policy-elements)
    CoveredEntry, "covered-entry", CleanUp, Info, High, fixable = true, check = check
}

fn check(cx: &Context<'_>, sink: &mut Sink) {
    for (index, name, value) in cx.elements(&["Action", "NotAction", "Resource", "NotResource"]) {
        let entries: Vec<_> = value.elements().collect();
        if entries.len() < 2 {
            continue;
        }
        let texts: Vec<_> = entries.iter().map(|entry| entry.as_str().unwrap_or_default()).collect();
        let shown: Vec<&str> = texts.iter().map(|text| &**text).collect();
        let open = |at: usize| shown.get(at).is_none_or(|text| cx.is_open(text));
        let Some(covered) = cover::covered_entries(&shown, name.ends_with("Action")) else {
            let message = format!("the {} entries of `{name}` were not compared with each other", entries.len());
            let finding = crate::diagnostic::Diagnostic::new(
                "not-judged",
                crate::diagnostic::Severity::Info,
                message,
                value.span(),
            );
            sink.push(finding.in_statement(index).with_help("split the list, or use fewer wildcards"));
            continue;
        };
        for (inner, outer) in covered {
            let (Some(entry), Some(other)) = (entries.get(inner), entries.get(outer)) else { continue };
            if open(inner) || open(outer) || shown.get(inner) == shown.get(outer) {
                continue;
            }
            let wider = shown.get(outer).copied().unwrap_or_default();
            let mut finding = sink.finding(format!("`{wider}` covers this entry"), entry.span()).in_statement(index);
            finding = finding.with_related(other.span(), "the wider entry").with_help("remove it");
            finding.fix = edits::remove_entry(&entries, inner);
            sink.push(finding);
        }
    }
}
