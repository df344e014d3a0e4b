//! The test file: JSON with places, unknown members refused; paths are relative to it.

use std::path::Path;

use ramspect::catalog::Quotas;
use ramspect::diagnostic::{Diagnostic, nearest};
use ramspect::evaluate::{Context, Fact};
use ramspect::request::{Asked, Line, Principal, RequestError, check_action, check_resource, one};
use ramspect::syntax::{Kind, NodeRef, SyntaxError, parse};
use ramspect::text::{Source, Span};

use super::expect::Expect;
use crate::cli::failure::{Failure, Outcome};
use crate::cli::judge::Judge;
use crate::cli::options::{AssumeArgs, ContextArgs, InventoryArgs, PolicyArgs};
use crate::cli::terminal::Terminal;
use crate::cli::{files, inventory, predict};

/// A test file, ready to be run.
pub(super) struct TestFile {
    pub(super) source: Source,
    pub(super) judge: Judge,
    pub(super) quotas: Quotas,
    pub(super) tests: Vec<Test>,
}

/// One test.
pub(super) struct Test {
    pub(super) name: String,
    /// The place of its object.
    pub(super) span: Span,
    /// The place of what is expected; none where nothing is.
    pub(super) expect_at: Option<Span>,
    /// The end of its last member.
    pub(super) last_member: u32,
    pub(super) expect: Option<Expect>,
    pub(super) principal: Option<Principal>,
    pub(super) ask: Ask,
    pub(super) line: Line<'static>,
}

/// What a test asks.
pub(super) enum Ask {
    /// Whether an action on resources is allowed.
    Simulate {
        /// The action.
        action: String,
        /// The resources; at least one.
        resources: Vec<String>,
    },
    /// What JoinSecurityGroup answers.
    Predict(Box<Asked>),
}

const MEMBERS: &[&str] = &["account", "policies", "inventory", "assume", "quotas", "tests"];
const OF_TEST: &[&str] =
    &["name", "principal", "action", "resources", "request", "context", "absent", "closed_context", "expect"];

/// Excerpts that one failure shows.
const MAX_EXCERPTS: usize = 20;

/// Reads a test file and everything that it names. Where expectations are `updated`, a test may lack one.
pub(super) fn read(path: &str, updated: bool, terminal: &mut Terminal) -> Outcome<TestFile> {
    let source = files::read(path)?;
    let folder = Path::new(path).parent().filter(|_| path != "-").unwrap_or_else(|| Path::new("")).to_owned();
    let place = |name: &str| folder.join(name).to_string_lossy().into_owned();
    let parsed = parse(source.text());
    let mut reader = Reader { problems: parsed.errors.iter().map(SyntaxError::to_diagnostic).collect(), updated };
    let (mut policies, mut inventories) = (PolicyArgs::default(), Vec::new());
    let (mut assume, mut quotas, mut tests) = (Vec::new(), Vec::new(), Vec::new());
    if let Some(root) = parsed.tree.root().filter(|_| reader.problems.is_empty()) {
        reader.members(root, "a test file", MEMBERS);
        policies.account =
            root.get("account").and_then(|node| reader.string(node, "`account`")).map(|name| place(&name));
        policies.policies = reader.strings(root.get("policies"), "`policies`").iter().map(|name| place(name)).collect();
        inventories = reader.strings(root.get("inventory"), "`inventory`").iter().map(|name| place(name)).collect();
        assume = reader.pairs(root.get("assume"), "`assume`");
        quotas = reader.pairs(root.get("quotas"), "`quotas`");
        tests = reader.tests(root);
        let brace = Span::new(root.span().start, root.span().start + 1);
        match (root.get("account"), root.get("policies")) {
            (None, None) => reader.wrong("the file names neither `account` nor `policies`", brace, "name one of them"),
            (Some(_), Some(node)) => {
                reader.wrong("`policies` stands beside `account`", node.span(), "keep one of them");
            }
            _ => {}
        }
    }
    drop(parsed);
    if !reader.problems.is_empty() {
        let painter = terminal.error_painter();
        let excerpts = reader.problems.iter().take(MAX_EXCERPTS).map(|problem| painter.diagnostic(&source, problem));
        let count = if reader.problems.len() == 1 {
            "one error".to_owned()
        } else {
            format!("{} errors", reader.problems.len())
        };
        return Err(Failure::new(format!("`{path}` is no test file: {count}")).with_excerpts(excerpts.collect()));
    }
    let inventory = InventoryArgs { inventory: inventories, assume_complete: Vec::new(), account_id: None };
    let inventory = inventory::load(&inventory, terminal)?;
    let context = ContextArgs { context: Vec::new(), absent: Vec::new(), closed_context: false };
    let judge = Judge::load(&policies, &context, &AssumeArgs { assume }, inventory, terminal)?;
    Ok(TestFile { source, judge, quotas: predict::quotas(&quotas)?, tests })
}

struct Reader {
    problems: Vec<Diagnostic>,
    updated: bool,
}

impl Reader {
    fn wrong(&mut self, message: &str, span: Span, help: &str) {
        self.problems.push(Diagnostic::error("test-file", message, span).with_help(help));
    }

    fn refuse(&mut self, error: RequestError, span: Span) {
        let diagnostic = Diagnostic::error("test-file", error.message, span);
        self.problems.push(Diagnostic { help: error.help.map(str::to_owned), ..diagnostic });
    }

    fn members(&mut self, node: NodeRef<'_, '_>, what: &str, known: &[&str]) -> bool {
        if node.kind() != Kind::Object {
            self.wrong(&format!("{what} is {}, not an object", node.kind().noun()), node.span(), "write `{ .. }`");
            return false;
        }
        for (name, _) in node.members().filter(|(name, _)| !known.contains(&&*name.name())) {
            let written = name.name();
            let meant = nearest(&written, known.iter().copied()).map(|meant| format!("did you mean `{meant}`?"));
            let help = meant.unwrap_or_else(|| format!("its members are `{}`", known.join("`, `")));
            self.wrong(&format!("{what} has no member `{written}`"), name.span(), &help);
        }
        true
    }

    fn string(&mut self, node: NodeRef<'_, '_>, what: &str) -> Option<String> {
        let text = node.as_str();
        if text.is_none() {
            self.wrong(
                &format!("{what} is {}, not a string", node.kind().noun()),
                node.span(),
                "write it in double quotes",
            );
        }
        text.map(std::borrow::Cow::into_owned)
    }

    /// One string or a list of them; nothing where the member is missing.
    fn strings(&mut self, node: Option<NodeRef<'_, '_>>, what: &str) -> Vec<String> {
        match node {
            None => Vec::new(),
            Some(list) if list.kind() == Kind::Array => {
                list.elements().filter_map(|entry| self.string(entry, &format!("an entry of {what}"))).collect()
            }
            Some(one) => self.string(one, what).into_iter().collect(),
        }
    }

    /// `NAME=VALUE` for each member.
    fn pairs(&mut self, node: Option<NodeRef<'_, '_>>, what: &str) -> Vec<String> {
        let Some(node) = node else { return Vec::new() };
        if node.kind() != Kind::Object {
            self.wrong(&format!("{what} is {}, not an object", node.kind().noun()), node.span(), "write `{ .. }`");
        }
        let scalar =
            |value: NodeRef<'_, '_>| value.as_str().map_or_else(|| value.raw().to_owned(), |text| text.into_owned());
        node.members().map(|(name, value)| format!("{}={}", name.name(), scalar(value))).collect()
    }

    fn tests(&mut self, root: NodeRef<'_, '_>) -> Vec<Test> {
        let brace = Span::new(root.span().start, root.span().start + 1);
        let Some(list) = root.get("tests") else {
            self.wrong("the file has no `tests`", brace, "add `\"tests\": [ .. ]`");
            return Vec::new();
        };
        if list.kind() != Kind::Array || list.elements().next().is_none() {
            self.wrong("`tests` is no list of tests", list.span(), "write at least one test");
        }
        list.elements().enumerate().filter_map(|(at, node)| self.test(at, node)).collect()
    }

    fn test(&mut self, at: usize, node: NodeRef<'_, '_>) -> Option<Test> {
        if !self.members(node, "a test", OF_TEST) {
            return None;
        }
        let brace = Span::new(node.span().start, node.span().start + 1);
        let name =
            node.get("name").and_then(|name| self.string(name, "`name`")).unwrap_or_else(|| format!("test {at}"));
        let principal = node.get("principal").and_then(|node| {
            let text = self.string(node, "`principal`")?;
            Principal::parse(&text).map_err(|error| self.refuse(error.into(), node.span())).ok()
        });
        let ask = match (node.get("request"), node.get("action")) {
            (Some(request), None) => self.request(request)?,
            (None, Some(action)) => self.simulated(node, action)?,
            (Some(_), Some(action)) => {
                self.wrong("`action` stands beside `request`", action.span(), "keep one of them");
                return None;
            }
            (None, None) => {
                self.wrong("the test has neither `action` nor `request`", brace, "add `action` and `resources`");
                return None;
            }
        };
        let line = Line { context: self.context(node), closed: self.closed(node.get("closed_context")) };
        let expect = node.get("expect").and_then(|expect| match Expect::read(expect) {
            Ok(read) => {
                let fits = matches!(
                    (&read, &ask),
                    (Expect::Code(_), Ask::Predict(_)) | (Expect::Decision(_), Ask::Simulate { .. })
                );
                if !fits {
                    let help = "an `action` expects a decision, a `request` a `{\"code\": \"..\"}`";
                    self.wrong("the expectation does not go with the test", expect.span(), help);
                }
                Some(read)
            }
            Err((message, help)) => {
                self.wrong(&message, expect.span(), &help);
                None
            }
        });
        if node.get("expect").is_none() && !self.updated {
            self.wrong("the test has no `expect`", brace, "add it, or let `--update` write it");
        }
        let last_member = node.members().last().map_or(node.span().end, |(_, value)| value.span().end);
        let expect_at = node.get("expect").map(NodeRef::span);
        Some(Test { name, span: node.span(), expect_at, last_member, expect, principal, ask, line })
    }

    fn simulated(&mut self, test: NodeRef<'_, '_>, action: NodeRef<'_, '_>) -> Option<Ask> {
        let text = self.string(action, "`action`")?;
        if let Err(error) = check_action(&text) {
            self.refuse(error, action.span());
        }
        let Some(listed) = test.get("resources") else {
            self.wrong("the test has no `resources`", action.span(), "add `\"resources\": [ \"acs:..\" ]`");
            return None;
        };
        let resources = self.strings(Some(listed), "`resources`");
        if resources.is_empty() {
            self.wrong("`resources` is empty", listed.span(), "name at least one");
        }
        for error in resources.iter().filter_map(|resource| check_resource(resource).err()) {
            self.refuse(error, listed.span());
        }
        Some(Ask::Simulate { action: text, resources })
    }

    fn request(&mut self, node: NodeRef<'_, '_>) -> Option<Ask> {
        let asked = serde_json::from_str(node.raw()).map_err(|error| RequestError::from(error.to_string()));
        match asked.and_then(|value| one(&value)) {
            Ok(asked) => Some(Ask::Predict(Box::new(asked))),
            Err(error) => {
                self.refuse(error, node.span());
                None
            }
        }
    }

    fn context(&mut self, test: NodeRef<'_, '_>) -> Context<'static> {
        let mut context = Context::new();
        let facts = test.get("context");
        if let Some(facts) = facts.filter(|facts| facts.kind() != Kind::Object) {
            self.wrong(&format!("`context` is {}, not an object", facts.kind().noun()), facts.span(), "write `{ .. }`");
        }
        for (key, value) in facts.into_iter().flat_map(NodeRef::members) {
            let scalar = |value: NodeRef<'_, '_>| match value.kind() {
                Kind::String => value.as_str().map(std::borrow::Cow::into_owned),
                Kind::Number | Kind::Bool => Some(value.raw().to_owned()),
                _ => None,
            };
            let listed = if value.kind() == Kind::Array { value.elements().collect() } else { vec![value] };
            let values: Option<Vec<String>> = listed.into_iter().map(scalar).collect();
            match values.filter(|values| !values.is_empty()) {
                Some(values) => values.into_iter().for_each(|value| context.add(key.name().into_owned(), value)),
                None => {
                    let help = "a key that the request lacks stands in `absent`";
                    self.wrong(&format!("`{}` has no value", key.name()), value.span(), help);
                }
            }
        }
        for key in self.strings(test.get("absent"), "`absent`") {
            if context.get(&key).is_some() {
                let place = test.get("absent").map(NodeRef::span).unwrap_or_default();
                self.wrong(&format!("`{key}` stands in both `context` and `absent`"), place, "keep one of them");
            }
            context.set(key, Fact::Absent);
        }
        context
    }

    fn closed(&mut self, node: Option<NodeRef<'_, '_>>) -> bool {
        match node {
            None => false,
            Some(node) if node.kind() == Kind::Bool => node.raw() == "true",
            Some(node) => {
                self.wrong("`closed_context` is neither `true` nor `false`", node.span(), "write `true` or `false`");
                false
            }
        }
    }
}
