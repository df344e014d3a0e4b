//! `negated-absent-key`

use std::collections::HashSet;

use crate::lint::context::Context;
use crate::lint::rule::Sink;
use crate::lint::rule::rule;

rule! {
    /// # What it does
    /// Finds an Allow under a negated test (`StringNotEquals`, `NotIpAddress`, ..) of a key that many requests do not carry: tags, the VPC.
    ///
    /// # Why it matters
    /// A negated test is met when the request lacks the key, so the Allow reaches every resource without that tag and every call from outside a VPC.
    ///
    /// # Example
    /// ```json,finds
    /// { "Effect": "Allow", "Action": "ecs:StartInstance", "Resource": "*", "Condition": { "StringNotEquals": { "acs:ResourceTag/env": "prod" } } }
    /// ```
    ///
    /// # Use instead
    /// ```json,passes
    /// { "Effect": "Allow", "Action": "ecs:StartInstance", "Resource": "*", "Condition": { "StringEquals": { "acs:ResourceTag/env": "dev" } } }
    /// ```
    ///
    /// # References
    /// - [conditional operators](https://www.alibabacloud.com/help/en/ram/conditional-operator)
    NegatedAbsentKey, "negated-absent-key", Correctness, Warning, Medium, check = check
}

const MAY_BE_ABSENT: &[&str] = &[
    "acs:ResourceTag/",
    "acs:RequestTag/",
    "acs:PrincipalTag/",
    "ecs:tag/",
    "vpc:tag/",
    "rds:ResourceTag/",
    "acs:SourceVpc",
    "acs:VpcSourceIp",
];

fn check(cx: &Context<'_>, sink: &mut Sink) {
    for numbered in cx.allows() {
        let (negated, positive): (Vec<_>, Vec<_>) =
            numbered.tests().iter().partition(|test| test.operator.value.is_negated());
        if negated.is_empty() {
            continue;
        }
        let carried: HashSet<&str> = positive.into_iter().map(|test| &*test.key.value).collect();
        for test in negated {
            let key = &*test.key.value;
            if !MAY_BE_ABSENT.iter().any(|front| key.starts_with(front)) || carried.contains(key) {
                continue;
            }
            let operator = test.operator.value.as_str();
            let message = format!("`{operator}` is met by every request that does not carry `{key}`");
            let help = "list what is allowed with a positive operator, or deny what is not";
            sink.push(sink.finding(message, test.key.span).in_statement(numbered.index).with_help(help));
        }
    }
}
