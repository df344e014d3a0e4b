//! `oss-arn-mismatch`

use std::collections::HashMap;

use crate::lint::context::Context;
use crate::lint::facts::Located;
use crate::lint::rule::Sink;
use crate::lint::rule::rule;

rule! {
    /// # What it does
    /// Finds an OSS action on objects whose statement names buckets only, and an action on buckets whose statement names objects only.
    ///
    /// # Why it matters
    /// Objects are `acs:oss:*:*:bucket/*`, a bucket is `acs:oss:*:*:bucket`; neither covers the other.
    ///
    /// # Example
    /// ```json,finds
    /// { "Effect": "Allow", "Action": "oss:GetObject", "Resource": "acs:oss:*:*:bucket" }
    /// ```
    /// ```json,finds
    /// { "Effect": "Allow", "Action": "oss:ListObjects", "Resource": "acs:oss:*:*:bucket/*" }
    /// ```
    ///
    /// # Use instead
    /// ```json,passes
    /// { "Effect": "Allow", "Action": "oss:GetObject", "Resource": "acs:oss:*:*:bucket/*" }
    /// ```
    /// ```json,passes
    /// { "Effect": "Allow", "Action": "oss:ListObjects", "Resource": "acs:oss:*:*:bucket" }
    /// ```
    ///
    /// # References
    /// - [OSS: elements of policies](https://www.alibabacloud.com/help/en/oss/user-guide/authorization-syntax-and-elements)
    OssArnMismatch, "oss-arn-mismatch", Correctness, Warning, High, check = check
}

const OBJECT: &[&str] = &[
    "oss:GetObject",
    "oss:PutObject",
    "oss:DeleteObject",
    "oss:GetObjectAcl",
    "oss:PutObjectAcl",
    "oss:AbortMultipartUpload",
    "oss:ListParts",
    "oss:RestoreObject",
    "oss:GetObjectVersion",
    "oss:DeleteObjectVersion",
    "oss:GetObjectTagging",
    "oss:PutObjectTagging",
    "oss:DeleteObjectTagging",
];
const BUCKET: &[&str] = &[
    "oss:ListObjects",
    "oss:ListObjectVersions",
    "oss:GetBucketInfo",
    "oss:GetBucketLocation",
    "oss:GetBucketAcl",
    "oss:PutBucketAcl",
    "oss:GetBucketPolicy",
    "oss:PutBucketPolicy",
    "oss:PutBucket",
    "oss:DeleteBucket",
    "oss:GetBucketStat",
];

fn check(cx: &Context<'_>, sink: &mut Sink) {
    // For an action of objects or of buckets, statements that are about the right kind.
    let mut known: HashMap<(String, bool), Vec<usize>> = HashMap::new();
    for numbered in cx.statements() {
        let resources = numbered.resources();
        let located = if resources.is_empty() { &[] } else { numbered.located };
        let of_oss = |located: &Located<'_>| {
            located.arn.is_some_and(|arn| arn.service == "oss") && !cx.is_open(&located.text.value)
        };
        if located.is_empty() || !located.iter().all(of_oss) {
            continue;
        }
        let mut parts = located.iter().filter_map(|located| Some(located.arn?.relative));
        let objects = parts.clone().any(|part| part.contains(['/', '*', '?']));
        let buckets =
            parts.any(|part| part.split('/').next().is_some_and(|bucket| bucket.contains('*')) || !part.contains('/'));
        if objects && buckets {
            continue;
        }
        for action in numbered.actions() {
            let is = |list: &[&str]| list.iter().any(|known| known.eq_ignore_ascii_case(&action.value));
            let (what, help) = if is(OBJECT) && !objects {
                ("objects, and the statement names buckets only", "add `/*` behind the bucket")
            } else if is(BUCKET) && !buckets {
                ("buckets, and the statement names objects only", "name the bucket without `/*`")
            } else {
                continue;
            };
            let other = known.entry((action.value.to_ascii_lowercase(), is(OBJECT)));
            if other.or_insert_with(|| fitting(cx, &action.value, is(OBJECT))).iter().any(|at| *at != numbered.index) {
                continue;
            }
            let message = format!("`{}` is about {what}", action.value);
            let finding = sink.finding(message, action.span).in_statement(numbered.index).with_help(help);
            let related = resources.first().map(|resource| resource.span);
            sink.push(match related {
                Some(span) => finding.with_related(span, "the resource"),
                None => finding,
            });
        }
    }
}

/// The first two statements that name the action with resources of the right kind.
fn fitting(cx: &Context<'_>, action: &str, objects: bool) -> Vec<usize> {
    let fits = |located: &Located<'_>| {
        located.arn.is_none_or(|arn| {
            if objects {
                arn.relative.contains(['/', '*'])
            } else {
                !arn.relative.contains('/') || arn.relative.starts_with('*')
            }
        })
    };
    let fitting = cx.naming(action).filter(|other| !other.resources().is_empty() && other.located.iter().any(fits));
    fitting.take(2).map(|other| other.index).collect()
}
