//! What a test expects, and what it got.

use ramspect::catalog::errors;
use ramspect::diagnostic::nearest;
use ramspect::evaluate::{Decision, Possible};
use ramspect::syntax::{Kind, NodeRef};

/// An expectation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Expect {
    /// A decision, or `deny` for either kind of it.
    Decision(&'static str),
    /// The code of a join: `Success`, `undetermined` or an error code.
    Code(String),
}

const DECISIONS: [&str; 5] = ["allow", "deny", "explicit_deny", "implicit_deny", "undetermined"];

impl Expect {
    /// Reads `"allow"` or `{"code": ".."}`; else a sentence and the way out.
    pub(super) fn read(node: NodeRef<'_, '_>) -> Result<Self, (String, String)> {
        if node.kind() == Kind::Object {
            if let Some((name, _)) = node.members().find(|(name, _)| name.name() != "code") {
                return Err((format!("`expect` has no member `{}`", name.name()), "its member is `code`".to_owned()));
            }
            let code = node.get("code").and_then(NodeRef::as_str);
            let code =
                code.ok_or(("`code` is missing, or no string".to_owned(), "write `{\"code\": \"..\"}`".to_owned()))?;
            return known(&code).map(|()| Self::Code(code.into_owned()));
        }
        let list = format!("write `{}`, or `{{\"code\": \"..\"}}` beside a `request`", DECISIONS.join("`, `"));
        let Some(word) = node.as_str() else { return Err((format!("`expect` is {}", node.kind().noun()), list)) };
        match DECISIONS.into_iter().find(|known| *known == word) {
            Some(known) => Ok(Self::Decision(known)),
            None => {
                let help = nearest(&word, DECISIONS).map(|meant| format!("did you mean `{meant}`?"));
                Err((format!("unknown expectation `{word}`"), help.unwrap_or(list)))
            }
        }
    }

    /// As the file writes it.
    pub(super) fn as_json(&self) -> serde_json::Value {
        match self {
            Self::Decision(word) => serde_json::json!(word),
            Self::Code(code) => serde_json::json!({ "code": code }),
        }
    }

    pub(super) fn shown(&self) -> &str {
        match self {
            Self::Decision(word) => word,
            Self::Code(code) => code,
        }
    }

    /// Whether a result is what is expected; `possible` of a decision.
    pub(super) fn fits(&self, got: &Self, possible: Possible) -> bool {
        let is_deny = !possible.is_empty() && !possible.contains(Decision::Allow);
        self == got || (*self == Self::Decision("deny") && is_deny)
    }
}

fn known(code: &str) -> Result<(), (String, String)> {
    let codes = || errors::TABLE.iter().map(|row| row.code).chain(["Success", "undetermined"]);
    if codes().any(|known| known == code) {
        return Ok(());
    }
    let help = nearest(code, codes()).map(|meant| format!("did you mean `{meant}`?"));
    let otherwise = || "the codes are those of JoinSecurityGroup, `Success` and `undetermined`".to_owned();
    Err((format!("unknown code `{code}`"), help.unwrap_or_else(otherwise)))
}
