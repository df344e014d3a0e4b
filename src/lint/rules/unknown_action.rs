//! `unknown-action`

use crate::catalog::Grade;
use crate::diagnostic::{Confidence, Severity, nearest};
use crate::lint::context::Context;
use crate::lint::rule::Sink;
use crate::lint::rule::rule;
use crate::pattern::action_name;
use crate::text::Fix;

rule! {
    /// # What it does
    /// Finds actions that the catalog does not know. How sure that is depends on the service: the whole table of ECS is known, of other services the names of their APIs (which are not always those of their actions), of the rest only some names.
    ///
    /// # Why it matters
    /// A misspelt action grants nothing, or denies nothing.
    ///
    /// # Example
    /// ```json,finds
    /// { "Effect": "Allow", "Action": "ecs:StartInstnace", "Resource": "*" }
    /// ```
    /// ```json,finds
    /// { "Effect": "Allow", "Action": "kms:ListeAliases", "Resource": "*" }
    /// ```
    ///
    /// # Use instead
    /// ```json,passes
    /// { "Effect": "Allow", "Action": "ecs:StartInstance", "Resource": "*" }
    /// ```
    /// ```json,passes
    /// { "Effect": "Allow", "Action": "dms:LoginDatabase", "Resource": "*" }
    /// ```
    ///
    /// # References
    /// - [policy elements](https://www.alibabacloud.com/help/en/ram/policy-elements)
    /// - [ECS: RAM authorization](https://alibabacloud.com/help/en/ecs/authentication-rules)
    UnknownAction, "unknown-action", Correctness, Warning, Medium, fixable = true, check = check
}

fn check(cx: &Context<'_>, sink: &mut Sink) {
    for numbered in cx.statements() {
        for looked in numbered.looked {
            let (action, text) = (looked.text, &*looked.text.value);
            let Some(service) = looked.known.service.filter(|_| looked.known.action.is_none()) else { continue };
            let odd = text.contains(|c: char| c.is_whitespace() || matches!(c, '*' | '?' | '<' | '{' | '$'));
            let Some(parts) = action_name(text).filter(|_| !odd) else { continue };
            if looked.known.guarded_by.is_some() {
                continue;
            }
            let like = cx.catalog.names_like(service.code, parts.name);
            let near =
                nearest(parts.name, like.iter().copied().filter(|known| close(parts.name, known, service.grade)));
            let (severity, confidence) = match (service.grade, near) {
                (Grade::Complete, Some(_)) => (Severity::Error, Confidence::High),
                (Grade::Complete, None) | (Grade::Names, Some(_)) => (Severity::Warning, Confidence::Medium),
                (Grade::Partial, Some(_)) => (Severity::Warning, Confidence::Low),
                (Grade::Names, None) => (Severity::Info, Confidence::Low),
                // A few names prove nothing.
                (Grade::Partial, None) => continue,
            };
            let message = match service.grade {
                Grade::Complete => format!("`{}` has no action `{}`", service.code, parts.name),
                Grade::Names | Grade::Partial => {
                    format!("no API and no documented action of `{}` is called `{}`", service.code, parts.name)
                }
            };
            let mut finding =
                sink.finding(message, action.span).in_statement(numbered.index).with_confidence(confidence);
            finding.severity = severity;
            let date = if service.date.is_empty() { "old".to_owned() } else { format!("of {}", service.date) };
            finding.help = Some(match near {
                Some(near) => format!("did you mean `{}:{near}`?", service.code),
                None if let Some(other) = like.iter().find(|known| plural(parts.name, known)) => {
                    format!("there is `{}:{other}`; check whether that is meant", service.code)
                }
                None => {
                    format!("check the spelling; what is known of the service is {} and {date}", service.grade.as_str())
                }
            });
            if let Some(near) = near {
                let fixed = format!("{}:{near}", parts.code);
                finding = finding.with_fix(Fix::with_care(vec![crate::text::Edit { span: action.span, text: fixed }]));
            }
            sink.push(finding);
        }
    }
}

/// A slip of the fingers, and not the name of another action: a letter or two in a name that is long enough. Where only the
/// names of APIs are known, one letter too many or too few, or two swapped; another letter may be another name.
fn close(written: &str, known: &str, grade: Grade) -> bool {
    let same = |(x, y): &(u8, u8)| x.eq_ignore_ascii_case(y);
    let front = written.bytes().zip(known.bytes()).take_while(same).count();
    let back = written.bytes().rev().zip(known.bytes().rev()).take_while(same).count();
    let changed = written.len().max(known.len()).saturating_sub(front + back);
    if changed > 2 {
        return written.contains(['-', '_']) && written.replace(['-', '_'], "").eq_ignore_ascii_case(known);
    }
    let (a, b) = (written.to_ascii_lowercase(), known.to_ascii_lowercase());
    let swapped = changed == 2 && a.len() == b.len() && {
        let pair = |text: &str| text.get(front..front + 2).map(|pair| pair.chars().rev().collect::<String>());
        pair(&a).as_deref() == b.get(front..front + 2)
    };
    let slip = grade == Grade::Complete || swapped || changed == 1 && a.len() != b.len();
    slip && front >= 2 && a.len().max(b.len()) >= 8 && !plural(written, known)
}

/// `DescribeVpc` and `DescribeVpcs` may both exist: one of them proves nothing about the other, but is worth a hint.
fn plural(a: &str, b: &str) -> bool {
    let (short, long) = if a.len() < b.len() { (a, b) } else { (b, a) };
    let same = |front: &str| front.eq_ignore_ascii_case(short);
    long.len() == short.len() + 1 && long.ends_with(['s', 'S']) && long.get(..short.len()).is_some_and(same)
}
