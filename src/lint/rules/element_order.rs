//! `element-order`

use crate::lint::context::Context;
use crate::lint::rule::Sink;
use crate::lint::rule::rule;

rule! {
    /// # What it does
    /// Finds statements whose elements stand in another order than `Effect`, `Principal`, `Action`, `Resource`, `Condition`.
    ///
    /// # Why it matters
    /// The order means nothing to RAM; one order makes statements easier to compare. `ramspect fmt` sets it.
    ///
    /// # Example
    /// ```json,finds
    /// { "Action": "ecs:StartInstance", "Resource": "*", "Effect": "Allow" }
    /// ```
    ///
    /// # Use instead
    /// ```json,passes
    /// { "Effect": "Allow", "Action": "ecs:StartInstance", "Resource": "*" }
    /// ```
    ///
    /// # References
    /// - [policy elements](https://www.alibabacloud.com/help/en/ram/policy-elements)
    ElementOrder, "element-order", CleanUp, Info, High, check = check
}

const ORDER: &[&str] = &["Sid", "Effect", "Principal", "Action", "NotAction", "Resource", "NotResource", "Condition"];

fn check(cx: &Context<'_>, sink: &mut Sink) {
    for (index, node) in cx.nodes() {
        let rank = |name: &str| ORDER.iter().position(|known| *known == name);
        let mut last = 0;
        for (name, _) in node.members() {
            let Some(rank) = rank(&name.name()) else { continue };
            if rank < last {
                let finding = sink.finding(format!("`{}` usually stands further up", name.name()), name.span());
                sink.push(finding.in_statement(index).with_help("`ramspect fmt` puts the elements in order"));
                break;
            }
            last = rank;
        }
    }
}
