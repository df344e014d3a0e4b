//! The account file: JSON with places, unknown members refused, everything that it names looked up.

use std::collections::BTreeMap;

use super::attachment;
use super::data::{Account, Directory, Group, Level, Role, User};
use super::document::{DocumentId, Documents, SourceId};
use super::policies::{MissingPolicy, Shelf};
use super::principal::is_account;
use crate::diagnostic::{Diagnostic, Severity, nearest};
use crate::policy::PolicyKind;
use crate::syntax::{Kind, NodeRef, SyntaxErrorKind, parse};
use crate::text::{Source, Span};

/// Something to say about a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The text, among the documents that the account was read into.
    pub source: SourceId,
    /// What is wrong, and where.
    pub diagnostic: Diagnostic,
}

/// Why an account cannot be judged: all mistakes, and the warnings found on the way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccountError {
    /// In the order in which they were found.
    pub problems: Vec<Problem>,
}

const MEMBERS: &[&str] = &["account_id", "policies", "users", "groups", "roles", "resource_directory"];

impl Account {
    /// Reads an account file. What it refers to is asked of `load` by the path that the file writes; all texts and policies
    /// go into `documents`. Hands back warnings too.
    ///
    /// # Errors
    /// With every mistake of the file and of the policies that it names.
    pub fn read(
        source: Source,
        missing: MissingPolicy,
        documents: &mut Documents,
        load: &mut dyn FnMut(&str) -> Result<Source, String>,
    ) -> Result<(Self, Vec<Problem>), AccountError> {
        let id = documents.add_source(Source::new(source.name(), ""));
        let parsed = parse(source.text());
        let mut reader = Reader { source: id, problems: Vec::new() };
        for error in &parsed.errors {
            let mut diagnostic = error.to_diagnostic();
            if let SyntaxErrorKind::DuplicateKey { name, .. } = &error.kind {
                let what = parsed.tree.root().and_then(|root| duplicated(root, error.span));
                diagnostic.message = format!("two {} are named `{name}`", what.unwrap_or("members"));
                diagnostic.help = Some("keep one of them, or give one another name".to_owned());
            }
            reader.push(diagnostic);
        }
        let account = match parsed.tree.root().filter(|_| parsed.errors.is_empty()) {
            Some(root) => reader.account(root, missing, documents, load),
            None => None,
        };
        drop(parsed);
        documents.set_source(id, source);
        let refused = reader.problems.iter().any(|problem| problem.diagnostic.severity == Severity::Error);
        match account {
            Some(account) if !refused => Ok((account, reader.problems)),
            _ => Err(AccountError { problems: reader.problems }),
        }
    }
}

/// What the member of that place is: a policy, a user, a group, a role.
fn duplicated(root: NodeRef<'_, '_>, span: Span) -> Option<&'static str> {
    [("policies", "policies"), ("users", "users"), ("groups", "groups"), ("roles", "roles")]
        .into_iter()
        .find(|(member, _)| {
            root.get(member).is_some_and(|all| all.members().any(|(name, _)| name.span().start == span.start))
        })
        .map(|(_, word)| word)
}

/// Collects what is wrong with the account file.
pub(super) struct Reader {
    pub(super) source: SourceId,
    pub(super) problems: Vec<Problem>,
}

impl Reader {
    pub(super) fn push(&mut self, diagnostic: Diagnostic) {
        self.problems.push(Problem { source: self.source, diagnostic });
    }

    pub(super) fn error(&mut self, code: &'static str, message: String, span: Span, help: Option<String>) {
        self.push(Diagnostic { help, ..Diagnostic::error(code, message, span) });
    }

    fn account(
        &mut self,
        root: NodeRef<'_, '_>,
        missing: MissingPolicy,
        documents: &mut Documents,
        load: &mut dyn FnMut(&str) -> Result<Source, String>,
    ) -> Option<Account> {
        self.members(root, "an account file", MEMBERS)?;
        let brace = Span::new(root.span().start, root.span().start + 1);
        let id = match root.get("account_id") {
            None => {
                let help = "add `\"account_id\": \"1234567890123456\"`, the number of the Alibaba Cloud account; of what the aliyun \
                            CLI prints, `ramspect import` makes an account file";
                self.error("missing-member", "the account file has no `account_id`".into(), brace, Some(help.into()));
                String::new()
            }
            Some(node) => self.account_id(node).unwrap_or_default(),
        };
        let mut shelf = Shelf::new(missing, documents, load);
        for (name, value) in self.object(root.get("policies"), "`policies`") {
            shelf.define(name, value, self);
        }
        let mut groups = BTreeMap::new();
        for (name, value) in self.object(root.get("groups"), "`groups`") {
            self.members(value, "a group", &["attachments"]);
            let attachments = attachment::read_all(value, &mut shelf, self);
            groups.insert(name.name().into(), Group { attachments });
        }
        let mut users = BTreeMap::new();
        for (name, value) in self.object(root.get("users"), "`users`") {
            self.members(value, "a user", &["groups", "attachments"]);
            let attachments = attachment::read_all(value, &mut shelf, self);
            let groups = self.groups_of(value, &groups);
            users.insert(name.name().into(), User { groups, attachments });
        }
        let mut roles = BTreeMap::new();
        for (name, value) in self.object(root.get("roles"), "`roles`") {
            let role = self.role(&name.name(), value, &mut shelf);
            roles.insert(name.name().into(), role);
        }
        let directory = root.get("resource_directory").filter(|node| node.kind() != Kind::Null);
        let directory = directory.map(|node| self.directory(node, &mut shelf));
        shelf.read_the_rest(self);
        Some(Account { id, source: self.source, users, groups, roles, directory })
    }

    fn account_id(&mut self, node: NodeRef<'_, '_>) -> Option<String> {
        let id = self.string(node, "`account_id`")?;
        if !is_account(&id) {
            let message = format!("`account_id` is `{id}`, not the number of an account");
            self.error("bad-account-id", message, node.span(), Some("write digits only".to_owned()));
            return None;
        }
        Some(id)
    }

    fn groups_of(&mut self, user: NodeRef<'_, '_>, groups: &BTreeMap<Box<str>, Group>) -> Vec<Box<str>> {
        let mut named: Vec<Box<str>> = Vec::new();
        for node in self.list(user.get("groups"), "`groups` of a user") {
            let Some(name) = self.string(node, "an entry of `groups`") else { continue };
            if !groups.contains_key(name.as_str()) {
                let help = suggest(&name, groups.keys().map(|name| &**name), "define it in `groups`");
                self.error("unknown-group", format!("unknown group `{name}`"), node.span(), Some(help));
            } else if !named.iter().any(|known| **known == *name) {
                named.push(name.into());
            }
        }
        named
    }

    fn role<'t, 's>(&mut self, name: &str, node: NodeRef<'t, 's>, shelf: &mut Shelf<'_, 't, 's>) -> Role {
        self.members(node, "a role", &["trust", "attachments", "service_linked"]);
        let attachments = attachment::read_all(node, shelf, self);
        let trust = match node.get("trust").filter(|trust| trust.kind() != Kind::Null) {
            Some(trust) => shelf.trust(name, trust, self),
            None => None,
        };
        let trust = trust.unwrap_or_else(|| shelf.unknown(&format!("trust:{name}"), PolicyKind::Trust));
        Role { attachments, trust, service_linked: self.truth(node.get("service_linked"), "`service_linked`") }
    }

    fn directory(&mut self, node: NodeRef<'_, '_>, shelf: &mut Shelf<'_, '_, '_>) -> Directory {
        self.members(node, "`resource_directory`", &["management_account", "levels"]);
        let management_account = self.truth(node.get("management_account"), "`management_account`");
        let mut levels: Vec<Level> = Vec::new();
        for level in self.list(node.get("levels"), "`levels`") {
            self.members(level, "a level", &["name", "control_policies"]);
            let brace = Span::new(level.span().start, level.span().start + 1);
            let name = match level.get("name") {
                Some(name) => self.string(name, "`name`").unwrap_or_default(),
                None => {
                    let help = Some("add `\"name\": \"Root\"`, or the folder's name".to_owned());
                    self.error("missing-member", "the level has no `name`".into(), brace, help);
                    continue;
                }
            };
            if levels.iter().any(|known| *known.name == *name) {
                let message = format!("two levels are named `{name}`");
                self.error("duplicate-name", message, level.span(), Some("put their policies into one".to_owned()));
            }
            let mut policies: Vec<DocumentId> = Vec::new();
            for policy in self.list(level.get("control_policies"), "`control_policies`") {
                let Some(name) = self.string(policy, "an entry of `control_policies`") else { continue };
                let found = shelf.find(&name, None, PolicyKind::Control, policy.span(), self);
                policies.extend(found.filter(|found| !policies.contains(found)));
            }
            if policies.is_empty() {
                let message = format!("the level `{name}` has no control policy, so it allows nothing");
                let help = "attach `FullAliyunAccess`, which every level has from the beginning";
                self.push(Diagnostic::warning("empty-level", message, brace).with_help(help));
            }
            levels.push(Level { name: name.into(), policies });
        }
        Directory { management_account, levels }
    }

    /// Refuses members that do not exist; none when the node is no object.
    pub(super) fn members(&mut self, node: NodeRef<'_, '_>, what: &str, known: &[&str]) -> Option<()> {
        if node.kind() != Kind::Object {
            let message = format!("{what} is {}, not an object", node.kind().noun());
            self.error("not-an-object", message, node.span(), None);
            return None;
        }
        for (name, _) in node.members().filter(|(name, _)| !known.contains(&&*name.name())) {
            let written = name.name();
            let help = suggest(&written, known.iter().copied(), &format!("its members are `{}`", known.join("`, `")));
            self.error("unknown-member", format!("{what} has no member `{written}`"), name.span(), Some(help));
        }
        Some(())
    }

    /// The members of an object that may be missing.
    fn object<'t, 's>(&mut self, node: Option<NodeRef<'t, 's>>, what: &str) -> Vec<(NodeRef<'t, 's>, NodeRef<'t, 's>)> {
        let Some(node) = node.filter(|node| node.kind() != Kind::Null) else { return Vec::new() };
        if node.kind() != Kind::Object {
            let message = format!("{what} is {}, not an object", node.kind().noun());
            self.error("not-an-object", message, node.span(), None);
        }
        node.members().collect()
    }

    /// The elements of an array that may be missing.
    pub(super) fn list<'t, 's>(&mut self, node: Option<NodeRef<'t, 's>>, what: &str) -> Vec<NodeRef<'t, 's>> {
        let Some(node) = node.filter(|node| node.kind() != Kind::Null) else { return Vec::new() };
        if node.kind() != Kind::Array {
            let message = format!("{what} is {}, not an array", node.kind().noun());
            self.error("not-an-array", message, node.span(), None);
        }
        node.elements().collect()
    }

    pub(super) fn string(&mut self, node: NodeRef<'_, '_>, what: &str) -> Option<String> {
        let text = node.as_str();
        if text.is_none() {
            let message = format!("{what} is {}, not a string", node.kind().noun());
            self.error("not-a-string", message, node.span(), None);
        }
        text.map(std::borrow::Cow::into_owned)
    }

    fn truth(&mut self, node: Option<NodeRef<'_, '_>>, what: &str) -> bool {
        match node {
            Some(node) if node.kind() == Kind::Bool => node.raw() == "true",
            Some(node) if node.kind() != Kind::Null => {
                let message = format!("{what} is {}, not `true` or `false`", node.kind().noun());
                self.error("not-a-boolean", message, node.span(), None);
                false
            }
            _ => false,
        }
    }
}

/// `did you mean ..?`, or another way out.
pub(super) fn suggest<'a>(name: &str, known: impl IntoIterator<Item = &'a str>, otherwise: &str) -> String {
    nearest(name, known).map_or_else(|| otherwise.to_owned(), |meant| format!("did you mean `{meant}`?"))
}
