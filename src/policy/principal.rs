//! `Principal` in the forms of trust policies, bucket policies and key policies (facts/ram-language.md 1.4, 1.6).

use super::lower::{Sink, element, not_an_object, string, strings};
use super::{PolicyKind, Text};
use crate::diagnostic::Diagnostic;
use crate::syntax::{Kind, NodeRef};
use crate::text::{Span, Spanned};

/// Whom a statement of a resource-based policy is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Principal<'s> {
    /// A string or an array of strings: OSS bucket policy. `*` is everybody.
    List(Vec<Text<'s>>),
    /// An object: trust policy, key policy.
    Typed {
        /// Accounts, users and roles, as ARNs.
        ram: Vec<Text<'s>>,
        /// Services, such as `ecs.aliyuncs.com`.
        service: Vec<Text<'s>>,
        /// Identity providers, as ARNs.
        federated: Vec<Text<'s>>,
    },
}

pub(super) fn lower<'s>(value: NodeRef<'_, 's>, sink: &mut Sink) -> Option<Spanned<Principal<'s>>> {
    let principal = match value.kind() {
        Kind::String => {
            check_form(value, sink);
            Principal::List(string("`Principal`", value, sink).into_iter().collect())
        }
        Kind::Array if value.elements().next().is_none() && sink.kind == PolicyKind::Bucket => {
            sink.push(everybody(value.span()));
            Principal::List(Vec::new())
        }
        Kind::Array => {
            check_form(value, sink);
            Principal::List(strings("Principal", value, sink))
        }
        Kind::Object => typed(value, sink),
        Kind::Bad | Kind::Missing => return None,
        Kind::Number | Kind::Bool | Kind::Null => {
            sink.push(not_an_object("`Principal`", value));
            return None;
        }
    };
    Some(Spanned::new(principal, value.span()))
}

/// Warns of a text or list where only an object is documented.
fn check_form(value: NodeRef<'_, '_>, sink: &mut Sink) {
    if sink.kind == PolicyKind::Trust {
        let message = format!("`Principal` of a trust policy is {}, not an object", value.kind().noun());
        let help = "write `{ \"RAM\": .. }`, `{ \"Service\": .. }` or `{ \"Federated\": .. }`";
        sink.push(Diagnostic::warning("principal-form", message, value.span()).with_help(help));
    }
}

fn typed<'s>(value: NodeRef<'_, 's>, sink: &mut Sink) -> Principal<'s> {
    let (mut ram, mut service, mut federated) = (Vec::new(), Vec::new(), Vec::new());
    if value.members().next().is_none() {
        sink.push(nobody(value.span()));
    }
    for (name, listed) in value.members() {
        let list = match element(name, &["RAM", "Service", "Federated"], "`Principal`", sink) {
            Some("RAM") => &mut ram,
            Some("Service") => &mut service,
            Some(_) => &mut federated,
            None => continue,
        };
        list.extend(strings(&name.name(), listed, sink));
    }
    Principal::Typed { ram, service, federated }
}

fn everybody(span: Span) -> Diagnostic {
    let message = "OSS reads an empty `Principal` as everybody";
    Diagnostic::warning("empty-principal", message, span).with_help("name the accounts or users that you mean")
}

fn nobody(span: Span) -> Diagnostic {
    Diagnostic::warning("empty-principal", "`Principal` names nobody", span)
        .with_help("add `RAM`, `Service` or `Federated`")
}
