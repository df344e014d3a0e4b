//! `unknown-service`

use crate::diagnostic::nearest;
use crate::lint::context::Context;
use crate::lint::rule::Sink;
use crate::lint::rule::rule;
use crate::pattern::action_name;

rule! {
    /// # What it does
    /// Finds actions of a service whose RAM code the catalog does not know, where a known code is very near.
    ///
    /// # Why it matters
    /// A wrong code grants nothing. The code is not always the name of the product: `log` for SLS, `cen` for Cloud Enterprise Network, `yundun-cloudfirewall` for Cloud Firewall.
    ///
    /// # Example
    /// ```json,finds
    /// { "Effect": "Allow", "Action": "esc:StartInstance", "Resource": "*" }
    /// ```
    ///
    /// # Use instead
    /// ```json,passes
    /// { "Effect": "Allow", "Action": "ecs:StartInstance", "Resource": "*" }
    /// ```
    ///
    /// # References
    /// - [policy elements](https://www.alibabacloud.com/help/en/ram/policy-elements)
    UnknownService, "unknown-service", Correctness, Warning, Low, check = check
}

fn check(cx: &Context<'_>, sink: &mut Sink) {
    for numbered in cx.statements() {
        for looked in numbered.looked.iter().filter(|looked| looked.known.service.is_none()) {
            let action = looked.text;
            let Some(parts) = action_name(&action.value) else { continue };
            let odd = parts.code.contains(|c: char| !c.is_ascii_alphanumeric() && c != '-') || parts.code.len() < 3;
            if odd || parts.name.is_empty() {
                continue;
            }
            let Some(near) = nearest(parts.code, cx.catalog.services_with(parts.name)) else { continue };
            let message = format!("`{}` is no known service, and `{near}` has an action `{}`", parts.code, parts.name);
            let help = format!("did you mean `{near}:{}`?", parts.name);
            sink.push(sink.finding(message, action.span).in_statement(numbered.index).with_help(help));
        }
    }
}
