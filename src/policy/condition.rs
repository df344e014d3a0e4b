//! `Condition`: operator, key, values.

use super::lower::{Sink, empty_array, not_an_object, shorten, strings};
use super::{Operator, Test, operand};
use crate::diagnostic::{Diagnostic, nearest};
use crate::syntax::{Kind, NodeRef};
use crate::text::{Span, Spanned};

pub(super) fn lower<'s>(value: NodeRef<'_, 's>, tests: &mut Vec<Test<'s>>, sink: &mut Sink) {
    if value.kind() != Kind::Object {
        return wrong_kind("`Condition`", value, sink);
    }
    if value.members().next().is_none() {
        let help = "remove it: an empty condition is always met";
        sink.push(Diagnostic::warning("empty-condition", "the condition is empty", value.span()).with_help(help));
    }
    for (name, block) in value.members().filter(|(name, _)| name.kind() != Kind::Missing) {
        let operator = operator(name, sink);
        if block.kind() != Kind::Object {
            wrong_kind(&format!("`{}`", shorten(&name.name())), block, sink);
            continue;
        }
        if block.members().next().is_none() {
            let message = format!("`{}` tests nothing", shorten(&name.name()));
            sink.push(Diagnostic::warning("empty-condition", message, block.span()).with_help("remove it"));
        }
        for (key, values) in block.members().filter(|(key, _)| key.kind() != Kind::Missing) {
            let key = Spanned::new(key.name(), key.content_span());
            let listed = strings(&key.value, values, sink);
            let Some(operator) = operator else { continue };
            check_operands(operator, &listed, sink);
            if !listed.is_empty() {
                tests.push(Test { operator, key, values: listed });
            }
        }
    }
}

fn wrong_kind(what: &str, value: NodeRef<'_, '_>, sink: &mut Sink) {
    match value.kind() {
        Kind::Bad | Kind::Missing => {}
        Kind::Array if value.elements().next().is_none() => {
            sink.push(empty_array(what.trim_matches('`'), value.span()));
        }
        _ => sink.push(not_an_object(what, value)),
    }
}

fn operator(name: NodeRef<'_, '_>, sink: &mut Sink) -> Option<Spanned<Operator>> {
    let written = name.name();
    if let Some(operator) = Operator::parse(&written) {
        return Some(Spanned::new(operator, name.content_span()));
    }
    let message = format!("RAM has no condition operator `{}`", shorten(&written));
    sink.push(Diagnostic::error("unsupported-operator", message, name.span()).with_help(advice(&written)));
    None
}

/// What to write instead of an operator that RAM does not have (facts/ram-language.md 4.1).
fn advice(written: &str) -> String {
    let known = || Operator::ALL.iter().map(|operator| operator.as_str());
    if let Some(base) = written.strip_suffix("IfExists") {
        let base = nearest(base, known()).unwrap_or("StringEquals");
        return format!("RAM has no `...IfExists`; use `{base}`, and know that it is not met when the key is absent");
    }
    if written == "Null" || written == "Exists" {
        return "RAM cannot test whether a key is present".to_owned();
    }
    if let Some((set, base)) = written.split_once(':').filter(|(set, _)| set.starts_with("For")) {
        return format!("RAM has no `{set}:`; use `{}`", nearest(base, known()).unwrap_or("StringEquals"));
    }
    if written.starts_with("Arn") {
        return "ARNs are strings here: use `StringEquals` or `StringLike`".to_owned();
    }
    match nearest(written, known()) {
        Some(suggestion) => format!("did you mean `{suggestion}`?"),
        None => {
            "the operators begin with `String`, `Numeric`, `Date`, `Bool`, `IpAddress` and `NotIpAddress`".to_owned()
        }
    }
}

fn check_operands(operator: Spanned<Operator>, values: &[super::Text<'_>], sink: &mut Sink) {
    let family = operator.value.family();
    for value in values {
        if !operand::parses(family, &value.value) {
            let name = operator.value.as_str();
            let message = format!("`{}` is no value for `{name}`, so the test is never met", shorten(&value.value));
            let span = Span::new(value.span.start, value.span.end);
            let help = format!("write {}", operand::spelling(family));
            sink.push(Diagnostic::warning("bad-operand", message, span).with_help(help));
        }
    }
}
