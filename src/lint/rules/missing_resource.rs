//! `missing-resource`

use std::collections::{HashMap, HashSet};

use crate::catalog::{Action, Shape};
use crate::lint::context::Context;
use crate::lint::context::Numbered;
use crate::lint::facts::{Located, Shaped};
use crate::lint::rule::Sink;
use crate::lint::rule::rule;
use crate::pattern::{CellPattern, action_name, arn, intersect};

rule! {
    /// # What it does
    /// Finds actions of ECS that are judged on two resources or more, `ecs:JoinSecurityGroup` above all, where the document allows them on too few: one of the types is missing, or region or account cannot fit.
    ///
    /// # Why it matters
    /// RAM judges each resource of a call, and each must be allowed. A join needs the instance (or the network interface) and the security group, in one region and account.
    ///
    /// # Example
    /// ```json,finds
    /// { "Effect": "Allow", "Action": "ecs:JoinSecurityGroup", "Resource": "acs:ecs:cn-hangzhou:*:instance/*" }
    /// ```
    /// ```json,finds
    /// { "Effect": "Allow", "Action": "ecs:JoinSecurityGroup", "Resource": ["acs:ecs:cn-hangzhou:*:instance/*", "acs:ecs:cn-beijing:*:securitygroup/*"] }
    /// ```
    ///
    /// # Use instead
    /// ```json,passes
    /// { "Effect": "Allow", "Action": "ecs:JoinSecurityGroup", "Resource": ["acs:ecs:cn-hangzhou:*:instance/*", "acs:ecs:cn-hangzhou:*:securitygroup/*"] }
    /// ```
    ///
    /// # References
    /// - [ECS: RAM authorization](https://alibabacloud.com/help/en/ecs/authentication-rules)
    MissingResource, "missing-resource", Correctness, Warning, High, check = check
}

fn check(cx: &Context<'_>, sink: &mut Sink) {
    // What is wrong is the same wherever the document names an action.
    let mut faults: HashMap<&str, Option<(String, String)>> = HashMap::new();
    for numbered in cx.allows() {
        let looked = if numbered.actions().is_empty() { &[] } else { numbered.looked };
        let ecs = looked.iter().filter(|looked| looked.known.service.is_some_and(|service| service.code == "ecs"));
        for looked in ecs {
            let action = looked.text;
            let Some(known) = looked.known.action.or_else(|| named(cx, &action.value)) else { continue };
            let is_required = |shape: &&Shaped<'_>| !shape.older && shape.shape.required;
            let required: Vec<Shaped<'_>> = if looked.known.action.is_some() {
                looked.known.shapes.iter().filter(is_required).copied().collect()
            } else {
                known.shapes().filter(|shape| shape.required).map(|shape| Shaped::new(shape, false)).collect()
            };
            if required.len() < 2 {
                continue;
            }
            let fault = faults.entry(known.name).or_insert_with(|| {
                // Another statement may give what this one lacks; `NotResource` and open text may be anything.
                let granting = cx.naming(known.name).filter(|other| other.allows());
                let given: Option<Vec<&[Located<'_>]>> = granting.map(|other| resources(cx, other)).collect();
                fault(cx, known.name, &required, &given?.concat())
            });
            let Some((message, help)) = fault else { continue };
            let span = numbered.statement.resource.as_ref().map_or(action.span, |scope| scope.name);
            let finding = sink.finding(&**message, action.span).in_statement(numbered.index);
            sink.push(finding.with_related(span, "the resources").with_help(&**help));
        }
    }
}

/// The join or leave that a pattern is about, when it covers little else.
fn named<'c>(cx: &'c Context<'_>, text: &str) -> Option<Action<'c>> {
    let parts = action_name(text)?;
    let front = parts.name.to_ascii_lowercase();
    let few = front.starts_with("join") || front.starts_with("leave") || front.ends_with("joinsecuritygroup");
    let covered = if few { cx.catalog.actions_covered(text) } else { Vec::new() };
    covered.into_iter().find(|action| matches!(action.name, "ecs:JoinSecurityGroup" | "ecs:LeaveSecurityGroup"))
}

/// The resources of a statement, where all are known.
fn resources<'a>(cx: &Context<'_>, numbered: Numbered<'a>) -> Option<&'a [Located<'a>]> {
    numbered.statement.resource.as_ref().filter(|scope| !scope.except)?;
    let open = |located: &Located<'_>| {
        located.letters.may_be_open() && {
            let text = &*located.text.value;
            cx.is_open(text) || text.contains(['<', '$', '{'])
        }
    };
    (!numbered.located.iter().any(open)).then_some(numbered.located)
}

fn fault(cx: &Context<'_>, name: &str, required: &[Shaped<'_>], given: &[Located<'_>]) -> Option<(String, String)> {
    let join = matches!(name, "ecs:JoinSecurityGroup" | "ecs:LeaveSecurityGroup");
    let instead = Shaped::new(Shape { arn: "acs:ecs:{region}:{account}:eni/{id}", required: false }, false);
    let fitting = |shape: &Shaped<'_>| -> Vec<&str> {
        let eni = join && shape.shape.arn.contains(":instance/");
        let fits = |located: &&Located<'_>| shape.met_by(located) || eni && instead.met_by(located);
        // Only region and account are compared with others.
        let mut places = HashSet::new();
        let fitting = given.iter().filter(fits);
        let fitting = fitting.filter(|located| places.insert(located.arn.map(|arn| (arn.region, arn.account))));
        fitting.map(|located| &*located.text.value).collect()
    };
    let groups: Vec<(&str, Vec<&str>)> = required.iter().map(|shape| (shape.shape.arn, fitting(shape))).collect();
    let missing: Vec<String> =
        groups.iter().filter(|(_, fits)| fits.is_empty()).map(|(shape, _)| format!("`{shape}`")).collect();
    if missing.len() == groups.len() {
        // Nothing fits at all: another rule says so.
        return None;
    }
    if !missing.is_empty() {
        let other = if join && missing.iter().any(|arn| arn.contains(":instance/")) {
            " (or `acs:ecs:{region}:{account}:eni/{id}`)"
        } else {
            ""
        };
        let message = format!("`{name}` never succeeds by this document: one of its resources is not allowed");
        return Some((message, format!("allow it on {}{other} too", missing.join(" and "))));
    }
    let (first, rest) = groups.split_first()?;
    let all_meet = |one: &&str| rest.iter().all(|(_, others)| others.iter().any(|other| same_place(one, other)));
    let pairs = first.1.len().saturating_mul(rest.iter().map(|(_, others)| others.len()).sum());
    if !cx.may_compare(pairs) || first.1.iter().any(all_meet) {
        return None;
    }
    let shape = rest.first().map_or("", |(shape, _)| *shape);
    let message = format!("`{name}` never succeeds by this document: region or account of its resources cannot fit");
    let meant = first.1.first().and_then(|text| arn(text)).map_or_else(
        || shape.to_owned(),
        |place| shape.replace("{region}", place.region).replace("{account}", place.account),
    );
    Some((message, format!("allow it on `{meant}`")))
}

/// Whether two resources can lie in one region and one account.
fn same_place(one: &str, two: &str) -> bool {
    let (Some(one), Some(two)) = (arn(one), arn(two)) else { return true };
    let glob = |text: &str| CellPattern { text: text.into(), wild: true, ignore_case: true };
    let meet = |a: &str, b: &str| intersect(&glob(a), &glob(b));
    // A service such as `vpc` numbers its regions alike; an empty segment says nothing.
    let place = |a: &str, b: &str| a.is_empty() || b.is_empty() || meet(a, b);
    place(one.region, two.region) && place(one.account, two.account)
}
