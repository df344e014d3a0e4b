//! `one-element-array`

use crate::lint::context::Context;
use crate::lint::rule::Sink;
use crate::lint::rule::rule;
use crate::text::{Edit, Fix, Span};

rule! {
    /// # What it does
    /// Finds an array with a single string, where the string alone means the same.
    ///
    /// # Why it matters
    /// The console writes it without the array; it is shorter.
    ///
    /// # Example
    /// ```json,finds
    /// { "Effect": "Allow", "Action": ["ecs:StartInstance"], "Resource": "*" }
    /// ```
    ///
    /// # Use instead
    /// ```json,passes
    /// { "Effect": "Allow", "Action": "ecs:StartInstance", "Resource": "*" }
    /// ```
    ///
    /// # References
    /// - 8
    OneElementArray, "one-element-array", CleanUp, Info, High, fixable = true, check = check
}

fn check(cx: &Context<'_>, sink: &mut Sink) {
    for (index, name, value) in cx.elements(&["Action", "NotAction", "Resource", "NotResource"]) {
        let mut entries = value.elements();
        let (Some(only), None) = (entries.next(), entries.next()) else { continue };
        if only.as_str().is_none() {
            continue;
        }
        let (whole, inner) = (value.span(), only.span());
        let edits = [Span::new(whole.start, inner.start), Span::new(inner.end, whole.end)];
        let edits = edits.into_iter().map(|span| Edit { span, text: String::new() }).collect();
        let finding = sink.finding(format!("`{name}` is an array with one entry"), whole).in_statement(index);
        sink.push(finding.with_help("write the string alone").with_fix(Fix::safe(edits)));
    }
}
