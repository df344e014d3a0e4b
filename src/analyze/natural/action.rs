//! Actions that a person would name.

use std::rc::Rc;

use super::super::find::{Engine, Point};
use crate::catalog::Catalog;
use crate::pattern::{action_name, matches_ignore_case};

/// Well-known actions: the first one that fits reads best.
const WELL_KNOWN: [&str; 14] = [
    "ecs:DescribeInstances",
    "oss:GetObject",
    "ram:GetUser",
    "ecs:StartInstance",
    "oss:PutObject",
    "ram:CreateUser",
    "vpc:DescribeVpcs",
    "rds:DescribeDBInstances",
    "log:GetLogStoreLogs",
    "sts:AssumeRole",
    "kms:Decrypt",
    "slb:DescribeLoadBalancers",
    "ecs:DeleteInstance",
    "oss:DeleteObject",
];

/// Names that stand for whatever a pattern leaves open, where the catalog has nothing.
const NAMES: [&str; 5] = ["", "Instance", "DescribeInstances", "CreateInstance", "Tags"];

/// So many actions of one pattern are remembered.
const REMEMBERED: usize = 8;

pub(super) fn candidates(engine: &mut Engine<'_, '_>, patterns: &[&str], point: &Point) -> Vec<String> {
    let mut actions: Vec<String> = Vec::new();
    for pattern in patterns {
        if *pattern != "*" {
            actions.extend(of_pattern(engine, pattern).iter().cloned());
        }
    }
    // The service of the resource that was found: the other parts were made for it.
    let service = point.resource.split(':').nth(1).unwrap_or_default();
    let found = action_name(&point.action).map_or("", |parts| parts.code);
    if actions.is_empty() {
        actions.extend(WELL_KNOWN.iter().map(|text| (*text).to_owned()));
    }
    let rank = |action: &String| {
        let code = action.split(':').next().unwrap_or_default();
        (!code.eq_ignore_ascii_case(service), !code.eq_ignore_ascii_case(found))
    };
    actions.sort_by_key(rank);
    actions.truncate(24);
    actions
}

/// Catalog actions that a pattern covers, the plainest first; else the pattern filled in.
fn of_pattern(engine: &mut Engine<'_, '_>, pattern: &str) -> Rc<[String]> {
    if let Some(known) = engine.actions.get(pattern) {
        return Rc::clone(known);
    }
    let found: Rc<[String]> = look_up(pattern).into();
    engine.actions.insert(pattern.into(), Rc::clone(&found));
    found
}

fn look_up(pattern: &str) -> Vec<String> {
    let catalog = Catalog::new();
    if !pattern.contains(['*', '?']) {
        return vec![catalog.action(pattern).map_or_else(|| pattern.to_owned(), |action| action.name.to_owned())];
    }
    let well_known = WELL_KNOWN.iter().filter(|text| matches_ignore_case(pattern, text));
    let mut actions: Vec<String> = well_known.map(|text| (*text).to_owned()).collect();
    let mut covered = catalog.actions_covered(pattern);
    covered.sort_by_key(|action| (action.source == "name", action.name.len()));
    actions.extend(covered.into_iter().take(REMEMBERED).map(|action| action.name.to_owned()));
    actions.truncate(REMEMBERED);
    if let Some(parts) = action_name(pattern) {
        let code = if parts.code.contains(['*', '?']) { "ecs" } else { parts.code };
        for name in NAMES {
            let name = parts.name.replacen('*', name, 1).replace('*', "").replace('?', "x");
            if !name.is_empty() {
                actions.push(format!("{code}:{name}"));
            }
        }
    }
    actions
}
