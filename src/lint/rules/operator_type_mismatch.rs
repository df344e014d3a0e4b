//! `operator-type-mismatch`

use crate::catalog::KeyType;
use crate::lint::context::Context;
use crate::lint::facts::Keyed;
use crate::lint::rule::Sink;
use crate::lint::rule::rule;
use crate::policy::Family;

rule! {
    /// # What it does
    /// Finds a condition key under an operator of another type, such as `StringEquals` with `acs:SourceIp`.
    ///
    /// # Why it matters
    /// A key works only with operators of its type; otherwise the comparison cannot be made and the authorization is invalid.
    ///
    /// # Example
    /// ```json,finds
    /// { "Effect": "Allow", "Action": "ecs:StartInstance", "Resource": "*", "Condition": { "StringEquals": { "acs:SourceIp": "203.0.113.7" } } }
    /// ```
    ///
    /// # Use instead
    /// ```json,passes
    /// { "Effect": "Allow", "Action": "ecs:StartInstance", "Resource": "*", "Condition": { "IpAddress": { "acs:SourceIp": "203.0.113.7" } } }
    /// ```
    ///
    /// # References
    /// - [conditional operators](https://www.alibabacloud.com/help/en/ram/conditional-operator)
    /// - [ECS: RAM authorization](https://alibabacloud.com/help/en/ecs/authentication-rules)
    OperatorTypeMismatch, "operator-type-mismatch", Correctness, Warning, Medium, check = check
}

fn check(cx: &Context<'_>, sink: &mut Sink) {
    for numbered in cx.statements() {
        for Keyed { test, key } in numbered.keyed {
            let Some(key) = key.filter(|key| key.spells(&test.key.value)) else { continue };
            let (fits, wanted) = match (key.kind, test.operator.value.family()) {
                (KeyType::String, Family::String)
                | (KeyType::Number, Family::Numeric)
                | (KeyType::Date, Family::Date)
                | (KeyType::Bool, Family::Bool)
                | (KeyType::Ip, Family::Ip)
                | (KeyType::Any, _) => (true, ""),
                (KeyType::String, _) => (false, "`StringEquals` or `StringLike`"),
                (KeyType::Number, _) => (false, "`NumericEquals`, `NumericLessThan` and the like"),
                (KeyType::Date, _) => (false, "`DateLessThan`, `DateGreaterThan` and the like"),
                (KeyType::Bool, _) => (false, "`Bool`"),
                (KeyType::Ip, _) => (false, "`IpAddress` or `NotIpAddress`"),
            };
            if fits {
                continue;
            }
            let operator = test.operator.value.as_str();
            let message = format!("`{}` is {}, which `{operator}` does not compare", test.key.value, key.kind.noun());
            let finding = sink.finding(message, test.operator.span).in_statement(numbered.index);
            sink.push(finding.with_related(test.key.span, "the key").with_help(format!("use {wanted}")));
        }
    }
}
