//! `allow-beside-full-access`

use crate::lint::context::Context;
use crate::lint::rule::Sink;
use crate::lint::rule::rule;
use crate::policy::PolicyKind;

rule! {
    /// # What it does
    /// Finds an Allow in a control policy that narrows nothing unless `FullAliyunAccess` is detached.
    ///
    /// # Why it matters
    /// `FullAliyunAccess` is attached to every folder and member, and one Allow of a level is enough. A list of what is allowed
    /// takes effect only where it stands alone. A document does not say what it is attached beside, so this is a reminder.
    ///
    /// # Example
    /// ```json,finds,control
    /// { "Effect": "Allow", "Action": ["ecs:*", "sts:AssumeRole"], "Resource": "*" }
    /// ```
    ///
    /// # Use instead
    /// ```json,passes,control
    /// { "Effect": "Deny", "NotAction": ["ecs:*", "sts:AssumeRole"], "Resource": "*" }
    /// ```
    /// ```json,passes,control
    /// { "Effect": "Allow", "Action": "*", "Resource": "*" }
    /// ```
    ///
    /// # References
    /// - [control policies](https://www.alibabacloud.com/help/en/resource-management/resource-directory/user-guide/control-policy-overview)
    AllowBesideFullAccess, "allow-beside-full-access", Correctness, Info, Medium, check = check
}

fn check(cx: &Context<'_>, sink: &mut Sink) {
    if cx.kind() != PolicyKind::Control {
        return;
    }
    let everything = |texts: &[crate::policy::Text<'_>]| texts.iter().any(|text| text.value == "*");
    let mut narrow = cx
        .allows()
        .filter(|allow| !allow.tests().is_empty() || !everything(allow.actions()) || !everything(allow.resources()));
    if let Some(allow) = narrow.next() {
        let span = allow.statement.effect.as_ref().map_or(allow.statement.span, |effect| effect.span);
        let message = "the Allow narrows nothing while `FullAliyunAccess` is attached to the same folder or member";
        let help = "detach `FullAliyunAccess` there, or deny what is not wanted";
        sink.push(sink.finding(message, span).in_statement(allow.index).with_help(help));
    }
}
