//! JSON files: a bare document, an array of documents, or what `aliyun ram GetPolicy`, `GetPolicyVersion` and `GetRole` print.

use std::borrow::Cow;

use crate::diagnostic::{Diagnostic, nearest};
use crate::policy::{PolicyKind, guess_kind};
use crate::syntax::{Kind, NodeRef, Parsed, parse};
use crate::text::{Origin, OriginBuilder, Span};

use super::{Document, Spelling};

/// Why a text holds no policy documents.
#[derive(Debug, Clone)]
pub enum NotPolicies {
    /// It is something else.
    Other(Box<Diagnostic>),
    /// It is no JSON, so nobody can tell; with all mistakes.
    Broken(Vec<Diagnostic>),
}

/// Finds the policy documents of a JSON text, by content.
///
/// # Errors
/// When there is none. A text that looks like a bare policy is returned even if it is broken: reading it reports why.
pub fn documents(text: &str) -> Result<Vec<Document<'_>>, NotPolicies> {
    let parsed = parse(text);
    let Some(root) = parsed.tree.root() else { return Err(broken(&parsed)) };
    if is_document(root) {
        let document = Document::new(Cow::Borrowed(text), Origin::identity(), guess_kind(root));
        return Ok(vec![Document { parsed: Some(parsed), ..document }]);
    }
    if !parsed.errors.is_empty() {
        return Err(broken(&parsed));
    }
    match root.kind() {
        Kind::Array => array(text, root),
        Kind::Object => {
            cli_output(root).ok_or_else(|| NotPolicies::Other(no_policy("an object without `Statement`", root)))
        }
        other => Err(NotPolicies::Other(no_policy(other.noun(), root))),
    }
}

/// Whether a text is meant to be a policy, broken as it may be.
pub fn holds_statement(text: &str) -> bool {
    text.contains("\"Statement\"")
}

/// Whether a document is a stack policy of ROS, which has statements but is no RAM policy: its actions begin with `Update:`.
pub fn is_stack_policy(text: &str) -> bool {
    text.contains("\"Update:") && !text.contains("\"Version\"") && !text.contains("acs:")
}

fn broken(parsed: &Parsed<'_>) -> NotPolicies {
    NotPolicies::Broken(parsed.errors.iter().map(crate::syntax::SyntaxError::to_diagnostic).collect())
}

fn no_policy(found: &str, node: NodeRef<'_, '_>) -> Box<Diagnostic> {
    let span = Span::new(node.span().start, node.span().end.min(node.span().start + 1));
    Diagnostic::error("no-policy", format!("this is no RAM policy but {found}"), span)
        .with_help("expected a policy document, an array of them, or the output of `aliyun ram GetPolicy`")
        .into()
}

/// Whether a node is meant as a policy document: it has `Statement`, or `Version` `1` and what resembles it.
fn is_document(node: NodeRef<'_, '_>) -> bool {
    let version = || node.get("Version").and_then(NodeRef::as_str).is_some_and(|version| version == "1");
    let resembles = |name: &str| nearest(name, ["Statement"]).is_some();
    node.kind() == Kind::Object
        && (node.members().any(|(name, _)| name.name().eq_ignore_ascii_case("Statement"))
            || (version() && node.members().any(|(name, _)| resembles(&name.name()))))
}

fn array<'s>(text: &'s str, root: NodeRef<'_, 's>) -> Result<Vec<Document<'s>>, NotPolicies> {
    let mut found = Vec::new();
    for (index, element) in root.elements().enumerate() {
        if !is_document(element) {
            let what = format!("an array whose entry {index} is no policy document");
            return Err(NotPolicies::Other(no_policy(&what, element)));
        }
        let span = element.span();
        let mut origin = OriginBuilder::default();
        origin.verbatim(span.start, span.len());
        let document = Cow::Borrowed(span.of(text));
        let document = Document::new(document, origin.finish(), guess_kind(element));
        found.push(Document { index: Some(index), ..document });
    }
    if found.is_empty() {
        return Err(NotPolicies::Other(no_policy("an empty array", root)));
    }
    Ok(found)
}

/// The documents inside the output of the aliyun CLI: a string (or an object) under `PolicyDocument` or
/// `AssumeRolePolicyDocument`, one or two levels down.
fn cli_output<'s>(root: NodeRef<'_, 's>) -> Option<Vec<Document<'s>>> {
    let mut found = Vec::new();
    let inner = root.members().filter(|(_, value)| value.kind() == Kind::Object);
    let inner = inner.map(|(name, value)| (name.name().into_owned(), value));
    for (holder, value) in std::iter::once((String::new(), root)).chain(inner) {
        found.extend(held(&holder, value));
    }
    (!found.is_empty()).then_some(found)
}

/// The documents that an object of that name holds as members.
fn held<'t, 's>(holder: &'t str, object: NodeRef<'t, 's>) -> impl Iterator<Item = Document<'s>> + use<'t, 's> {
    object.members().filter_map(move |(name, value)| {
        let kind = match &*name.name() {
            "PolicyDocument" if holder == "ControlPolicy" => Some(PolicyKind::Control),
            "PolicyDocument" => None,
            "AssumeRolePolicyDocument" => Some(PolicyKind::Trust),
            _ => return None,
        };
        embedded(value, kind)
    })
}

/// The documents of other JSON, wherever they lie in it: members that the CLI calls policies, objects and strings that have
/// the shape of one.
pub(super) fn anywhere(text: &str) -> Vec<Document<'_>> {
    let parsed = parse(text);
    let mut found = Vec::new();
    // An array of documents with something else among them is a mistake of its own.
    if parsed.tree.root().is_some_and(|root| root.elements().any(is_document)) {
        return found;
    }
    let mut open: Vec<(String, NodeRef<'_, '_>)> =
        parsed.tree.root().map(|root| (String::new(), root)).into_iter().collect();
    while let Some((name, node)) = open.pop() {
        match node.kind() {
            Kind::Object if is_document(node) => {
                let version = node.get("Version").and_then(NodeRef::as_str);
                if version.is_some_and(|version| version == "1") {
                    found.extend(embedded(node, None));
                }
            }
            Kind::Object => {
                found.extend(held(&name, node));
                let taken = |name: &str| matches!(name, "PolicyDocument" | "AssumeRolePolicyDocument");
                let inner = node.members().filter(|(name, _)| !taken(&name.name()));
                open.extend(inner.map(|(name, value)| (name.name().into_owned(), value)));
            }
            Kind::Array => open.extend(node.elements().map(|element| (String::new(), element))),
            Kind::String if node.as_str().is_some_and(|text| is_policy_text(&text)) => {
                found.extend(embedded(node, None));
            }
            Kind::String | Kind::Number | Kind::Bool | Kind::Null | Kind::Bad | Kind::Missing => {}
        }
    }
    found.sort_by_key(|document| document.origin.map(Span::at(0)).start);
    found
}

/// Whether a text has the shape of a RAM policy: an object with `Statement` whose `Version` is `1`. Policies of other clouds
/// have other versions.
pub(super) fn is_policy_text(text: &str) -> bool {
    let version = |(_, behind): (&str, &str)| {
        let value = behind.trim_start().strip_prefix(':').map(str::trim_start);
        value.is_some_and(|value| value.starts_with("\"1\""))
    };
    text.trim_start().starts_with('{')
        && text.contains("\"Statement\"")
        && text.split_once("\"Version\"").is_some_and(version)
}

fn embedded<'s>(value: NodeRef<'_, 's>, kind: Option<PolicyKind>) -> Option<Document<'s>> {
    let mut spelling = Spelling::Json;
    let (text, origin) = match value.kind() {
        Kind::String => {
            let (text, origin) = value.embedded()?;
            spelling = Spelling::Escaped;
            (Cow::Owned(text), origin)
        }
        Kind::Object => {
            let mut origin = OriginBuilder::default();
            origin.verbatim(value.span().start, value.span().len());
            (Cow::Borrowed(value.raw()), origin.finish())
        }
        _ => return None,
    };
    let kind = kind.unwrap_or_else(|| parse(&text).tree.root().map_or(PolicyKind::Identity, guess_kind));
    Some(Document { spelling, ..Document::new(text, origin, kind) })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::lower;

    #[test]
    fn a_document_inside_cli_output_keeps_its_places() {
        let host = r#"{"DefaultPolicyVersion":{"PolicyDocument":"{\"Version\":\"1\",\"Statement\":[{\"Effect\":\"allow\",\"Action\":\"*\",\"Resource\":\"*\"}]}"}}"#;
        let found = documents(host).unwrap();
        assert_eq!(found.len(), 1);
        let lowered = lower(&found[0].text, found[0].kind);
        let diagnostic = lowered.diagnostics[0].clone().in_host(&found[0].origin);
        assert_eq!(diagnostic.code, "bad-effect");
        assert_eq!(diagnostic.primary.span.of(host), r#"\"allow\""#);
    }

    #[test]
    fn an_array_of_documents_is_numbered_and_an_array_of_numbers_is_refused() {
        let host = r#" [ {"Version":"1","Statement":[]}, {"Statement":1} ] "#;
        let found = documents(host).unwrap();
        assert_eq!(found.iter().map(|d| d.index).collect::<Vec<_>>(), [Some(0), Some(1)]);
        assert_eq!(found[1].origin.map(Span::new(0, 1)).of(host), "{");
        assert!(matches!(documents("[1, 2]"), Err(NotPolicies::Other(_))));
        assert!(matches!(documents("[]"), Err(NotPolicies::Other(_))));
        assert!(matches!(documents("{\"a\": 1}"), Err(NotPolicies::Other(_))));
        assert!(matches!(documents(""), Err(NotPolicies::Broken(_))));
    }

    #[test]
    fn the_kind_is_told_by_the_holder() {
        let host = r#"{"Role":{"AssumeRolePolicyDocument":"{\"Statement\":[]}"}}"#;
        assert_eq!(documents(host).unwrap()[0].kind, PolicyKind::Trust);
        let host = r#"{"ControlPolicy":{"PolicyDocument":"{\"Statement\":[]}"}}"#;
        assert_eq!(documents(host).unwrap()[0].kind, PolicyKind::Control);
    }

    #[test]
    fn documents_lie_anywhere_in_other_json() {
        let host = r#"{"PolicyVersions":{"PolicyVersion":[{"PolicyDocument":"{\"Statement\":1}"},{"x":{"Version":"1","Statement":[]}}]},
            "text":["{\"Version\": \"1\", \"Statement\": []}", "{\"Version\": \"2012-10-17\", \"Statement\": []}"],
            "aws":{"Version":"2012-10-17","Statement":[]}}"#;
        let places: Vec<&str> =
            anywhere(host).iter().map(|found| found.origin.map(Span::new(0, 13)).of(host)).collect();
        assert_eq!(places, [r#"{\"Statement\":"#, r#"{"Version":"1"#, r#"{\"Version\": \""#]);
    }
}
