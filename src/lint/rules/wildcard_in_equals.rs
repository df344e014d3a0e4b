//! `wildcard-in-equals`

use crate::lint::context::Context;
use crate::lint::rule::Sink;
use crate::lint::rule::rule;
use crate::policy::{Operator, Test};
use crate::text::{Edit, Fix};

rule! {
    /// # What it does
    /// Finds `*` or `?` in a value of `StringEquals` and its relatives.
    ///
    /// # Why it matters
    /// Only `StringLike` and `StringNotLike` know wildcards; here they are letters, and no request has such a value.
    ///
    /// # Example
    /// ```json,finds
    /// { "Effect": "Allow", "Action": "ecs:StartInstance", "Resource": "*", "Condition": { "StringEquals": { "acs:ResourceTag/team": "web*" } } }
    /// ```
    ///
    /// # Use instead
    /// ```json,passes
    /// { "Effect": "Allow", "Action": "ecs:StartInstance", "Resource": "*", "Condition": { "StringLike": { "acs:ResourceTag/team": "web*" } } }
    /// ```
    ///
    /// # References
    /// - [conditional operators](https://www.alibabacloud.com/help/en/ram/conditional-operator)
    WildcardInEquals, "wildcard-in-equals", Correctness, Warning, High, fixable = true, check = check
}

fn check(cx: &Context<'_>, sink: &mut Sink) {
    for numbered in cx.statements() {
        let mut taken = None;
        for (at, test) in numbered.tests().iter().enumerate() {
            let meant = match test.operator.value {
                Operator::StringEquals | Operator::StringEqualsIgnoreCase => "StringLike",
                Operator::StringNotEquals | Operator::StringNotEqualsIgnoreCase => "StringNotLike",
                _ => continue,
            };
            let Some(value) =
                test.values.iter().find(|value| wild(&value.value)).filter(|value| !cx.is_open(&value.value))
            else {
                continue;
            };
            let operator = test.operator.value.as_str();
            let message = format!("`{operator}` takes the wildcard in `{}` as a letter", value.value);
            let mut finding = sink.finding(message, value.span).in_statement(numbered.index);
            finding.help = Some(format!("use `{meant}`"));
            // The tests of one operator stand together.
            let same = |other: Option<&Test<'_>>| other.is_some_and(|other| other.operator.span == test.operator.span);
            let before = at.checked_sub(1).and_then(|at| numbered.tests().get(at));
            let alone = !same(before) && !same(numbered.tests().get(at + 1));
            let taken = *taken.get_or_insert_with(|| {
                let names = |meant| numbered.tests().iter().any(|other| other.operator.value == meant);
                [names(Operator::StringLike), names(Operator::StringNotLike)]
            });
            let [like, not_like] = taken;
            let taken = if meant == "StringLike" { like } else { not_like };
            if alone && !taken && !operator.contains("IgnoreCase") {
                finding =
                    finding.with_fix(Fix::with_care(vec![Edit { span: test.operator.span, text: meant.to_owned() }]));
            }
            sink.push(finding);
        }
    }
}

/// A wildcard, and not asterisks that hide a part of an id.
fn wild(value: &str) -> bool {
    (value.contains('*') && !value.contains("**")) || value.contains('?') && !value.contains("://")
}
