//! `principal-arn-case`

use crate::lint::context::Context;
use crate::lint::rule::Sink;
use crate::lint::rule::rule;
use crate::policy::Operator;
use crate::text::{Edit, Fix};

rule! {
    /// # What it does
    /// Finds a role name with capital letters in a case-sensitive test of `acs:PrincipalARN`.
    ///
    /// # Why it matters
    /// Requests carry role names in lower case there, so the test never meets a role.
    ///
    /// # Example
    /// ```json,finds
    /// { "Effect": "Deny", "Action": "ecs:StartInstance", "Resource": "*", "Condition": { "StringNotLike": { "acs:PrincipalARN": "acs:ram:*:*:role/ResourceDirectoryAccountAccessRole" } } }
    /// ```
    ///
    /// # Use instead
    /// ```json,passes
    /// { "Effect": "Deny", "Action": "ecs:StartInstance", "Resource": "*", "Condition": { "StringNotLike": { "acs:PrincipalARN": "acs:ram:*:*:role/resourcedirectoryaccountaccessrole" } } }
    /// ```
    ///
    /// # References
    /// - [policy elements](https://www.alibabacloud.com/help/en/ram/policy-elements)
    PrincipalArnCase, "principal-arn-case", Correctness, Warning, Medium, fixable = true, check = check
}

fn check(cx: &Context<'_>, sink: &mut Sink) {
    for numbered in cx.statements() {
        for test in numbered.tests().iter().filter(|test| test.key.value.eq_ignore_ascii_case("acs:PrincipalARN")) {
            if matches!(test.operator.value, Operator::StringEqualsIgnoreCase | Operator::StringNotEqualsIgnoreCase) {
                continue;
            }
            for value in &test.values {
                let name = value.value.split_once(":role/").map(|(_, name)| name).unwrap_or_default();
                if !name.bytes().any(|byte| byte.is_ascii_uppercase()) || cx.is_open(&value.value) {
                    continue;
                }
                let lower = format!(
                    "{}:role/{}",
                    value.value.split(":role/").next().unwrap_or_default(),
                    name.to_ascii_lowercase()
                );
                let message = "the request carries role names in lower case, so this never matches one";
                let finding = sink.finding(message, value.span).in_statement(numbered.index);
                let finding = finding.with_help(format!("write `{lower}`"));
                sink.push(finding.with_fix(Fix::with_care(vec![Edit { span: value.span, text: lower }])));
            }
        }
    }
}
