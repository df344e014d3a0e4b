//! `aws-syntax`

use crate::lint::context::Context;
use crate::lint::rule::Sink;
use crate::lint::rule::rule;

rule! {
    /// # What it does
    /// Finds ARNs, condition keys and actions of Amazon Web Services: `arn:aws:`, `aws:SourceIp`, `s3:GetObject`.
    ///
    /// # Why it matters
    /// They are copied from policies of another cloud and never match anything here.
    ///
    /// # Example
    /// ```json,finds
    /// { "Effect": "Allow", "Action": "oss:GetObject", "Resource": "arn:aws:s3:::bucket/*" }
    /// ```
    /// ```json,finds
    /// { "Effect": "Allow", "Action": "ecs:StartInstance", "Resource": "*", "Condition": { "IpAddress": { "aws:SourceIp": "203.0.113.7" } } }
    /// ```
    ///
    /// # Use instead
    /// ```json,passes
    /// { "Effect": "Allow", "Action": "oss:GetObject", "Resource": "acs:oss:*:*:bucket/*" }
    /// ```
    ///
    /// # References
    /// - [policy elements](https://www.alibabacloud.com/help/en/ram/policy-elements)
    /// - [policy elements](https://www.alibabacloud.com/help/en/ram/policy-elements)
    AwsSyntax, "aws-syntax", Correctness, Error, High, check = check
}

const CODES: &[(&str, &str)] = &[("s3", "oss"), ("ec2", "ecs"), ("iam", "ram"), ("lambda", "fc"), ("dynamodb", "ots")];

fn check(cx: &Context<'_>, sink: &mut Sink) {
    for numbered in cx.statements() {
        for resource in numbered.resources() {
            if resource.value.starts_with("arn:aws") {
                let finding = sink.finding("an ARN of Amazon Web Services matches nothing here", resource.span);
                sink.push(
                    finding
                        .in_statement(numbered.index)
                        .with_help("write `acs:<service>:<region>:<account>:<resource>`"),
                );
            }
        }
        for action in numbered.actions() {
            let code = action.value.split(':').next().unwrap_or_default();
            let Some((_, meant)) = CODES.iter().find(|(aws, _)| code == *aws && action.value.contains(':')) else {
                continue;
            };
            let message = format!("`{code}` is a service of Amazon Web Services");
            let help = format!("its counterpart is `{meant}`; look up its actions with `ramspect actions '{meant}:*'`");
            sink.push(sink.finding(message, action.span).in_statement(numbered.index).with_help(help));
        }
        for test in numbered.tests().iter().filter(|test| test.key.value.starts_with("aws:")) {
            let message = format!("`{}` is a condition key of Amazon Web Services", test.key.value);
            let name = test.key.value.trim_start_matches("aws:");
            let known = cx.catalog.key(&format!("acs:{name}")).map(|key| key.name);
            let help = known.map_or("no request carries it, so look for another key".to_owned(), |key| {
                format!("its counterpart is `{key}`")
            });
            sink.push(sink.finding(message, test.key.span).in_statement(numbered.index).with_help(help));
        }
    }
}
