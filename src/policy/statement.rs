//! One statement.

use super::lower::{Sink, element, not_an_object, shorten, string, strings};
use super::{Effect, PolicyKind, Scope, Statement, condition, principal};
use crate::diagnostic::{Diagnostic, nearest};
use crate::pattern;
use crate::syntax::{Kind, NodeRef};
use crate::text::{Span, Spanned};

const ELEMENTS: &[&str] =
    &["Effect", "Action", "NotAction", "Resource", "NotResource", "Principal", "Condition", "Sid"];

pub(super) fn lower<'s>(node: NodeRef<'_, 's>, sink: &mut Sink) -> Statement<'s> {
    let mut statement = Statement::empty(node.span());
    if node.kind() != Kind::Object {
        if !matches!(node.kind(), Kind::Bad | Kind::Missing) {
            sink.push(not_an_object("a statement", node));
        }
        return statement;
    }
    let mut found = Found::default();
    for (name, value) in node.members() {
        let Some(element) = element(name, ELEMENTS, "a statement", sink) else { continue };
        match element {
            "Effect" => {
                found.effect = true;
                statement.effect = effect(value, sink);
            }
            "Action" | "NotAction" => {
                let scope = scope(element, name, value, sink);
                found.action(name, element, sink);
                statement.action.get_or_insert(scope);
            }
            "Resource" | "NotResource" if !sink.kind.has_resource() => {
                found.resource = Some("Resource");
                let message = format!("a {} policy has no `{element}`", sink.kind.as_str());
                let help = "remove it: a trust policy is about the role it belongs to";
                sink.push(Diagnostic::error("resource-not-allowed", message, name.span()).with_help(help));
            }
            "Resource" | "NotResource" => {
                let scope = scope(element, name, value, sink);
                check_resources(&scope, sink);
                found.resource(name, element, sink);
                statement.resource.get_or_insert(scope);
            }
            "Principal" => {
                found.principal = true;
                if sink.kind.has_principal() {
                    statement.principal = principal::lower(value, sink);
                } else {
                    let message = format!("a {} policy has no `Principal`", sink.kind.as_str());
                    let help = "remove it: whoever the policy is attached to is the principal";
                    sink.push(Diagnostic::error("principal-not-allowed", message, name.span()).with_help(help));
                }
            }
            "Condition" => condition::lower(value, &mut statement.condition, sink),
            _ => statement.sid = string("`Sid`", value, sink),
        }
    }
    found.report_missing(node, &statement, sink);
    statement
}

/// Which elements were seen, well-formed or not.
#[derive(Debug, Default)]
struct Found {
    effect: bool,
    action: Option<&'static str>,
    resource: Option<&'static str>,
    principal: bool,
}

impl Found {
    fn action(&mut self, name: NodeRef<'_, '_>, element: &str, sink: &mut Sink) {
        let element = if element == "Action" { "Action" } else { "NotAction" };
        conflict(self.action.replace(element), element, name, sink);
    }

    fn resource(&mut self, name: NodeRef<'_, '_>, element: &str, sink: &mut Sink) {
        let element = if element == "Resource" { "Resource" } else { "NotResource" };
        conflict(self.resource.replace(element), element, name, sink);
    }

    fn report_missing(&self, node: NodeRef<'_, '_>, statement: &Statement<'_>, sink: &mut Sink) {
        let brace = Span::new(node.span().start, node.span().start + 1);
        let kind = sink.kind;
        let mut missing = |element: &str, help: &str| {
            let message = format!("the statement has no `{element}`");
            sink.push(Diagnostic::error("missing-element", message, brace).with_help(help));
        };
        if !self.effect {
            missing("Effect", "add `\"Effect\": \"Allow\"` or `\"Effect\": \"Deny\"`");
        }
        if self.action.is_none() {
            missing("Action", "add `\"Action\": [ .. ]`, or `NotAction`");
        }
        if self.resource.is_none() && kind.has_resource() {
            missing("Resource", "add `\"Resource\": \"*\"`, or ARNs");
        }
        if !self.principal && kind == PolicyKind::Trust {
            missing("Principal", "say whom the statement is about");
        } else if !self.principal && kind.has_principal() && !is_about_logs(statement) {
            // OSS takes such a document: the provider's own tests and samples of `alicloud_oss_bucket` have none.
            let message = "the statement has no `Principal`";
            let help = "say whom the statement is about; `[\"*\"]` is everybody";
            sink.push(Diagnostic::warning("missing-element", message, brace).with_help(help));
        }
    }
}

/// Project policies of the log service have no `Principal` (facts/ram-language.md 1.6).
fn is_about_logs(statement: &Statement<'_>) -> bool {
    let patterns = statement.action.as_ref().map_or(&[][..], |scope| &scope.patterns);
    !patterns.is_empty() && patterns.iter().all(|pattern| pattern.value.starts_with("log:"))
}

/// Reports an element whose counterpart stands in the statement too (`Action` beside `NotAction`).
fn conflict(before: Option<&str>, element: &str, name: NodeRef<'_, '_>, sink: &mut Sink) {
    if let Some(before) = before.filter(|before| *before != element) {
        let message = format!("the statement has both `{before}` and `{element}`");
        sink.push(Diagnostic::error("conflicting-elements", message, name.span()).with_help("keep one of them"));
    }
}

fn effect(value: NodeRef<'_, '_>, sink: &mut Sink) -> Option<Spanned<Effect>> {
    let text = string("`Effect`", value, sink)?;
    let effect = match &*text.value {
        "Allow" => Effect::Allow,
        "Deny" => Effect::Deny,
        other => {
            let message = format!("`Effect` is `{}`, not `Allow` or `Deny`", shorten(other));
            let mut diagnostic = Diagnostic::error("bad-effect", message, value.span());
            let meant = nearest(other.trim(), ["Allow", "Deny"]);
            diagnostic.help = meant.map(|meant| format!("did you mean `{meant}`?"));
            sink.push(diagnostic);
            return None;
        }
    };
    Some(Spanned::new(effect, text.span))
}

fn scope<'s>(element: &str, name: NodeRef<'_, 's>, value: NodeRef<'_, 's>, sink: &mut Sink) -> Scope<'s> {
    let except = element.starts_with("Not");
    if element == "NotResource" {
        let message = "`NotResource` is undocumented since 2021";
        let help = "it is read as all resources but these; name the resources in `Resource` instead";
        sink.push(Diagnostic::warning("not-resource", message, name.span()).with_help(help));
    }
    Scope { except, patterns: strings(element, value, sink), name: name.span() }
}

fn check_resources(scope: &Scope<'_>, sink: &mut Sink) {
    for resource in &scope.patterns {
        let text = &*resource.value;
        if text != "*" && !pattern::is_arn(text) {
            let message = format!("`{}` has fewer than the five segments of an ARN", shorten(text));
            let help = "write `acs:<service>:<region>:<account>:<resource>`; it is matched as it stands";
            sink.push(Diagnostic::warning("short-arn", message, resource.span).with_help(help));
        }
    }
}
