//! `repeated-entry`

use crate::lint::context::Context;
use crate::lint::edits;
use crate::lint::rule::Sink;
use crate::lint::rule::rule;
use crate::syntax::NodeRef;
use std::collections::HashMap;

rule! {
    /// # What it does
    /// Finds an action, resource or value that stands twice in one list.
    ///
    /// # Why it matters
    /// It can go without any change of meaning.
    ///
    /// # Example
    /// ```json,finds
    /// { "Effect": "Allow", "Action": ["ecs:StartInstance", "ecs:StopInstance", "ecs:StartInstance"], "Resource": "*" }
    /// ```
    ///
    /// # Use instead
    /// ```json,passes
    /// { "Effect": "Allow", "Action": ["ecs:StartInstance", "ecs:StopInstance"], "Resource": "*" }
    /// ```
    ///
    /// # References
    /// - [policy elements](https://www.alibabacloud.com/help/en/ram/policy-elements)
    RepeatedEntry, "repeated-entry", CleanUp, Info, High, fixable = true, check = check
}

fn check(cx: &Context<'_>, sink: &mut Sink) {
    for (index, node) in cx.nodes() {
        for (name, value) in node.members() {
            if &*name.name() == "Condition" {
                for (_, block) in value.members() {
                    for (_, values) in block.members() {
                        list(index, values, sink);
                    }
                }
            } else {
                list(index, value, sink);
            }
        }
    }
}

fn list(index: usize, value: NodeRef<'_, '_>, sink: &mut Sink) {
    let entries: Vec<_> = value.elements().collect();
    let mut first: HashMap<String, NodeRef<'_, '_>> = HashMap::new();
    for (at, entry) in entries.iter().enumerate() {
        let Some(text) = entry.as_str() else { continue };
        if let Some(before) = first.get(&*text) {
            let mut finding =
                sink.finding(format!("`{text}` stands twice in the list"), entry.span()).in_statement(index);
            finding = finding.with_related(before.span(), "first here").with_help("remove it");
            finding.fix = edits::remove_entry(&entries, at);
            sink.push(finding);
        } else {
            first.insert(text.into_owned(), *entry);
        }
    }
}
