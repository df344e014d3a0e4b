//! `oss-arn-mismatch`

use crate::lint::context::Context;
use crate::lint::facts::Located;
use crate::lint::rule::Sink;
use crate::lint::rule::rule;
use crate::pattern::arn;

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
        for action in numbered.actions() {
            let is = |list: &[&str]| list.iter().any(|known| known.eq_ignore_ascii_case(&action.value));
            let (what, help) = if is(OBJECT) && !objects {
                ("objects, and the statement names buckets only", "add `/*` behind the bucket")
            } else if is(BUCKET) && !buckets {
                ("buckets, and the statement names objects only", "name the bucket without `/*`")
            } else {
                continue;
            };
            if elsewhere(cx, numbered.index, &action.value, is(OBJECT)) {
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

/// Whether another statement names the action with resources of the right kind.
fn elsewhere(cx: &Context<'_>, index: usize, action: &str, objects: bool) -> bool {
    let fits = |text: &str| {
        arn(text).is_none_or(|arn| {
            if objects {
                arn.relative.contains(['/', '*'])
            } else {
                !arn.relative.contains('/') || arn.relative.starts_with('*')
            }
        })
    };
    cx.statements().take(1_000).any(|other| {
        other.index != index
            && other.names_action(action)
            && other.resources().iter().any(|resource| fits(&resource.value))
    })
}
