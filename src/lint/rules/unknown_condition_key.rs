//! `unknown-condition-key`

use crate::diagnostic::{Confidence, Severity, nearest};
use crate::lint::context::Context;
use crate::lint::facts::Keyed;
use crate::lint::rule::Sink;
use crate::lint::rule::rule;
use crate::text::{Edit, Fix};

rule! {
    /// # What it does
    /// Finds condition keys that the catalog does not know, and known ones in another spelling.
    ///
    /// # Why it matters
    /// RAM does not refuse an unknown key. No request carries it, so a positive test is never met and a negated one always.
    ///
    /// # Example
    /// ```json,finds
    /// { "Effect": "Allow", "Action": "ecs:StartInstance", "Resource": "*", "Condition": { "IpAddress": { "acs:SourceIP": "203.0.113.7" } } }
    /// ```
    /// ```json,finds
    /// { "Effect": "Allow", "Action": "ecs:StartInstance", "Resource": "*", "Condition": { "Bool": { "acs:RAMMFAPresent": "true" } } }
    /// ```
    ///
    /// # Use instead
    /// ```json,passes
    /// { "Effect": "Allow", "Action": "ecs:StartInstance", "Resource": "*", "Condition": { "IpAddress": { "acs:SourceIp": "203.0.113.7" } } }
    /// ```
    ///
    /// # References
    /// - [policy elements](https://www.alibabacloud.com/help/en/ram/policy-elements)
    UnknownConditionKey, "unknown-condition-key", Correctness, Warning, Medium, fixable = true, check = check
}

fn check(cx: &Context<'_>, sink: &mut Sink) {
    for numbered in cx.statements() {
        for Keyed { test, key: known } in numbered.keyed {
            let written = &*test.key.value;
            if known.is_some_and(|key| key.spells(written))
                || cx.is_open(written)
                || written.starts_with("aws:")
                || written.contains(['<', '$'])
            {
                continue;
            }
            let finding = sink.finding("", test.key.span).in_statement(numbered.index);
            sink.push(if let Some(key) = known {
                let front = key.name.trim_end_matches('*');
                let tail = if key.name.ends_with('*') { written.get(front.len()..).unwrap_or_default() } else { "" };
                let meant = format!("{front}{tail}");
                let mut finding = finding.with_confidence(Confidence::High).with_help(format!("write `{meant}`"));
                finding.message = format!("the condition key `{written}` is spelt `{meant}`");
                finding.with_fix(Fix::with_care(vec![Edit { span: test.key.span, text: meant }]))
            } else {
                let near = nearest(written, cx.catalog.key_names().filter(|name| !name.ends_with('*')));
                let global = written.starts_with("acs:") || !written.contains(':');
                let mut finding = finding;
                finding.message = format!("no documented condition key is called `{written}`");
                if !global {
                    finding.confidence = Confidence::Low;
                    finding.severity = if near.is_some() { Severity::Warning } else { Severity::Info };
                }
                let help = near.map_or("check that the service really supplies it".to_owned(), |near| {
                    format!("did you mean `{near}`?")
                });
                finding.with_help(help)
            });
        }
    }
}
