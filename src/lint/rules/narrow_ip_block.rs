//! `narrow-ip-block`

use crate::lint::context::Context;
use crate::lint::rule::Sink;
use crate::lint::rule::rule;
use crate::policy::Operator;
use crate::policy::operand::block;
use crate::text::{Edit, Fix};

rule! {
    /// # What it does
    /// Finds `/31` and `/32` blocks (`/127`, `/128`) under `IpAddress` and `NotIpAddress`.
    ///
    /// # Why it matters
    /// The documentation says to write a single address without `/32`. The newer operators `IpAddressIncludeBorder` suggest that the older ones leave out the first and last address of a block: then such a block is empty.
    ///
    /// # Example
    /// ```json,finds
    /// { "Effect": "Allow", "Action": "ecs:StartInstance", "Resource": "*", "Condition": { "IpAddress": { "acs:SourceIp": "203.0.113.7/32" } } }
    /// ```
    ///
    /// # Use instead
    /// ```json,passes
    /// { "Effect": "Allow", "Action": "ecs:StartInstance", "Resource": "*", "Condition": { "IpAddress": { "acs:SourceIp": "203.0.113.7" } } }
    /// ```
    ///
    /// # References
    /// - [conditional operators](https://www.alibabacloud.com/help/en/ram/conditional-operator)
    NarrowIpBlock, "narrow-ip-block", Correctness, Warning, Low, fixable = true, check = check
}

fn check(cx: &Context<'_>, sink: &mut Sink) {
    for numbered in cx.statements() {
        for test in numbered.tests() {
            if !matches!(test.operator.value, Operator::IpAddress | Operator::NotIpAddress) {
                continue;
            }
            for value in &test.values {
                let Some(found) = block(&value.value).filter(|block| !block.plain && block.last - block.first <= 1)
                else {
                    continue;
                };
                let message = format!("`{}` may hold no address but its borders", value.value);
                let mut finding = sink.finding(message, value.span).in_statement(numbered.index);
                finding.help = Some("write single addresses without a prefix length".to_owned());
                if let Some((address, _)) = value.value.split_once('/').filter(|_| found.first == found.last) {
                    finding =
                        finding.with_fix(Fix::with_care(vec![Edit { span: value.span, text: address.to_owned() }]));
                }
                sink.push(finding);
            }
        }
    }
}
