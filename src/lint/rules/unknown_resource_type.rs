//! `unknown-resource-type`

use crate::diagnostic::{Severity, nearest};
use crate::lint::context::Context;
use crate::lint::rule::Sink;
use crate::lint::rule::rule;
use crate::text::{Edit, Fix};

rule! {
    /// # What it does
    /// Finds resources of a service whose resource types are all known, with a type word that is none of them: `security-group/` for `securitygroup/`.
    ///
    /// # Why it matters
    /// No request carries such an ARN, so the resource matches nothing.
    ///
    /// # Example
    /// ```json,finds
    /// { "Effect": "Allow", "Action": "ecs:JoinSecurityGroup", "Resource": ["acs:ecs:*:*:instance/*", "acs:ecs:*:*:security-group/*"] }
    /// ```
    ///
    /// # Use instead
    /// ```json,passes
    /// { "Effect": "Allow", "Action": "ecs:JoinSecurityGroup", "Resource": ["acs:ecs:*:*:instance/*", "acs:ecs:*:*:securitygroup/*"] }
    /// ```
    ///
    /// # References
    /// - [ECS: RAM authorization](https://alibabacloud.com/help/en/ecs/authentication-rules)
    UnknownResourceType, "unknown-resource-type", Correctness, Error, High, fixable = true, check = check
}

/// What people write for a type word, where the nearest name would mislead.
const MEANT: &[(&str, &str)] = &[
    ("network-interface", "eni"),
    ("networkinterface", "eni"),
    ("security-group", "securitygroup"),
    ("sg", "securitygroup"),
    ("key-pair", "keypair"),
    ("launch-template", "launchtemplate"),
    ("dedicatedhost", "ddh"),
    ("vm", "instance"),
];

fn check(cx: &Context<'_>, sink: &mut Sink) {
    for numbered in cx.statements() {
        for located in numbered.located {
            let resource = located.text;
            let Some(parts) = located.arn.filter(|_| !cx.is_open(&resource.value)) else { continue };
            let Some((word, id)) = parts.type_and_id() else { continue };
            if cx.catalog.has_resource_type(parts.service, word) != Some(false) {
                continue;
            }
            let odd = word.is_empty() || word.contains(|c: char| !c.is_ascii_alphanumeric() && !matches!(c, '-' | '_'));
            if odd {
                continue;
            }
            let types: Vec<&str> = cx.catalog.resource_types(parts.service).into_iter().flatten().collect();
            let lower = word.to_ascii_lowercase();
            let same = types.iter().find(|known| **known == lower).copied();
            let listed = MEANT.iter().find(|(written, _)| *written == lower).map(|(_, meant)| *meant);
            let near = same.or(listed).or_else(|| nearest(word, types.iter().copied()));
            let message = format!("`{}` has no resource type `{word}`, so this matches nothing", parts.service);
            let mut finding = sink.finding(message, resource.span).in_statement(numbered.index);
            if near.is_none() {
                finding.severity = Severity::Warning;
                finding.help = Some(format!("the types are {}", types.join(", ")));
            }
            if let Some(near) = near {
                finding.help = Some(format!("did you mean `{near}/{id}`?"));
                let front = resource.value.len() - parts.relative.len();
                let fixed = format!("{}{near}/{id}", resource.value.get(..front).unwrap_or_default());
                finding = finding.with_fix(Fix::with_care(vec![Edit { span: resource.span, text: fixed }]));
            }
            sink.push(finding);
        }
    }
}
