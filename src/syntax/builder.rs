//! Tokens to the tape: a state machine with an explicit stack.

use std::collections::HashMap;

use super::error::{SyntaxError, SyntaxErrorKind};
use super::lexer::{Lexer, Token, TokenKind};
use super::tree::{Kind, Node, Parsed, Tree};
use crate::text::Span;

/// The deepest nesting that is read; as `serde_json` has it.
pub const MAX_DEPTH: usize = 127;

/// The most mistakes that are listed for one document.
pub const MAX_ERRORS: usize = 1000;

/// Up to so many names of one object are compared with each other.
const FEW_NAMES: usize = 12;

/// The bounded list of mistakes.
#[derive(Debug, Default)]
pub(super) struct Errors {
    list: Vec<SyntaxError>,
}

impl Errors {
    pub(super) fn push(&mut self, kind: SyntaxErrorKind, span: Span) {
        if self.list.len() < MAX_ERRORS {
            self.list.push(SyntaxError { kind, span });
        } else if self.list.len() == MAX_ERRORS {
            self.list.push(SyntaxError { kind: SyntaxErrorKind::TooMany, span });
        }
    }
}

/// What the builder waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    /// The document's value.
    Root,
    /// A value or `]`.
    FirstElement,
    /// A value behind a comma.
    NextElement,
    /// `,` or `]`.
    AfterElement,
    /// A name or `}`.
    FirstName,
    /// A name behind a comma.
    NextName,
    /// `:`
    Colon,
    /// The value of a member.
    Value,
    /// `,` or `}`.
    AfterMember,
    /// The end of the text.
    Done,
}

#[derive(Debug)]
struct Builder<'s> {
    text: &'s str,
    nodes: Vec<Node>,
    /// Indices of the open objects and arrays.
    open: Vec<u32>,
    state: State,
    /// The state behind a complete value where the text stands.
    after_value: State,
    errors: Errors,
    /// The last comma, for the place of a trailing one.
    comma: Span,
    /// End of the last token, for the place of something missing.
    last_end: u32,
    /// The last string was not closed, so the comma behind it may be inside it.
    after_unclosed: bool,
    /// Brackets that are open below the deepest level that is kept.
    too_deep: usize,
}

/// Parses a text: a tree and all mistakes. Linear in the length of the text.
///
/// A text that RFC 8259 accepts has no mistakes, save duplicate members and nesting over [`MAX_DEPTH`].
pub fn parse(text: &str) -> Parsed<'_> {
    let mut builder = Builder {
        text,
        nodes: Vec::with_capacity((text.len() / 12).min(1 << 20) + 4),
        open: Vec::with_capacity(16),
        state: State::Root,
        after_value: State::Done,
        errors: Errors::default(),
        comma: Span::default(),
        last_end: 0,
        after_unclosed: false,
        too_deep: 0,
    };
    let mut lexer = Lexer::new(text);
    loop {
        // What nearly always stands next to a name or a value is looked for there first.
        match builder.state {
            State::Colon => {
                if let Some(colon) = lexer.take(b':', TokenKind::Colon) {
                    builder.colon(colon);
                    builder.last_end = colon.end;
                }
            }
            State::AfterElement | State::AfterMember => {
                if let Some(comma) = lexer.take(b',', TokenKind::Comma) {
                    builder.comma(comma);
                    builder.last_end = comma.end;
                }
            }
            _ => {}
        }
        let token = lexer.next(&mut builder.errors);
        if token.kind == TokenKind::End {
            builder.finish(token);
            break;
        }
        builder.token(token);
        builder.last_end = token.end;
        if builder.state == State::Done && builder.errors.list.last().is_some_and(is_trailing) {
            break;
        }
    }
    let mut errors = builder.errors.list;
    errors.sort_by_key(|error| error.span.start);
    Parsed { tree: Tree { text, nodes: builder.nodes }, errors }
}

fn is_trailing(error: &SyntaxError) -> bool {
    error.kind == SyntaxErrorKind::TrailingText
}

impl Builder<'_> {
    fn error(&mut self, kind: SyntaxErrorKind, span: Span) {
        self.errors.push(kind, span);
    }

    #[inline]
    fn push(&mut self, kind: Kind, token: Token, escaped: bool, closed: bool) -> u32 {
        let index = u32::try_from(self.nodes.len()).unwrap_or(u32::MAX);
        self.nodes.push(Node { kind, escaped, closed, start: token.start, end: token.end, next: index + 1 });
        index
    }

    fn push_missing(&mut self, at: u32) {
        self.push(Kind::Missing, Token { kind: TokenKind::Bad, start: at, end: at }, false, false);
    }

    #[inline]
    fn token(&mut self, token: Token) {
        if self.too_deep > 0 {
            match token.kind {
                TokenKind::OpenBrace | TokenKind::OpenBracket => self.too_deep += 1,
                TokenKind::CloseBrace | TokenKind::CloseBracket => self.too_deep -= 1,
                _ => {}
            }
            return;
        }
        match token.kind {
            TokenKind::Comma => self.comma(token),
            TokenKind::Colon => self.colon(token),
            TokenKind::CloseBrace => self.close(token, Kind::Object),
            TokenKind::CloseBracket => self.close(token, Kind::Array),
            _ => self.value(token),
        }
    }

    fn innermost(&self) -> Option<Kind> {
        self.open.last().and_then(|index| self.nodes.get(*index as usize)).map(|node| node.kind)
    }

    /// A token that begins a value or a name.
    #[inline]
    fn value(&mut self, token: Token) {
        match self.state {
            State::Root | State::FirstElement | State::NextElement | State::Value => self.put(token),
            State::FirstName | State::NextName => self.name(token),
            State::AfterElement => {
                self.missing_comma(token);
                self.put(token);
            }
            State::AfterMember => {
                self.missing_comma(token);
                self.name(token);
            }
            State::Colon => {
                self.error(SyntaxErrorKind::MissingColon, Span::new(self.last_end, token.start));
                self.put(token);
            }
            State::Done => self.error(SyntaxErrorKind::TrailingText, token.span()),
        }
    }

    fn missing_comma(&mut self, token: Token) {
        if !self.after_unclosed {
            self.error(SyntaxErrorKind::MissingComma, Span::new(self.last_end, token.start));
        }
        self.after_unclosed = false;
    }

    /// Takes a token as the name of a member.
    #[inline]
    fn name(&mut self, token: Token) {
        match token.kind {
            TokenKind::String { escaped, closed } => {
                self.push(Kind::String, token, escaped, closed);
                self.state = State::Colon;
            }
            TokenKind::Bad => {
                self.push(Kind::Bad, token, false, false);
                self.state = State::Colon;
            }
            TokenKind::OpenBrace | TokenKind::OpenBracket => {
                self.error(SyntaxErrorKind::MissingKey, Span::new(token.start, token.end));
                self.push_missing(token.start);
                self.put(token);
            }
            _ => {
                self.error(SyntaxErrorKind::BareWord, token.span());
                self.push(Kind::Bad, token, false, false);
                self.state = State::Colon;
            }
        }
    }

    /// Puts a value, or opens one.
    #[inline]
    fn put(&mut self, token: Token) {
        self.after_unclosed = false;
        let (kind, escaped, closed) = match token.kind {
            TokenKind::String { escaped, closed } => {
                self.after_unclosed = !closed;
                (Kind::String, escaped, closed)
            }
            TokenKind::Number => (Kind::Number, false, true),
            TokenKind::True | TokenKind::False => (Kind::Bool, false, true),
            TokenKind::Null => (Kind::Null, false, true),
            TokenKind::OpenBrace => return self.open(Kind::Object, State::FirstName, token),
            TokenKind::OpenBracket => return self.open(Kind::Array, State::FirstElement, token),
            _ => (Kind::Bad, false, true),
        };
        self.push(kind, token, escaped, closed);
        self.state = self.after_value;
    }

    #[inline]
    fn open(&mut self, kind: Kind, state: State, token: Token) {
        if self.open.len() == MAX_DEPTH {
            self.error(SyntaxErrorKind::TooDeep, token.span());
            self.push(Kind::Bad, token, false, true);
            self.too_deep = 1;
            self.state = self.after_value;
            return;
        }
        let index = self.push(kind, token, false, true);
        self.open.push(index);
        self.after_value = if kind == Kind::Object { State::AfterMember } else { State::AfterElement };
        self.state = state;
    }

    #[inline]
    fn comma(&mut self, token: Token) {
        self.after_unclosed = false;
        match self.state {
            State::AfterElement => self.state = State::NextElement,
            State::AfterMember => self.state = State::NextName,
            State::Colon | State::Value => {
                self.error(SyntaxErrorKind::MissingValue, token.span());
                self.push_missing(self.last_end);
                self.state = State::NextName;
            }
            State::Done => self.error(SyntaxErrorKind::TrailingText, token.span()),
            State::Root | State::FirstElement | State::NextElement | State::FirstName | State::NextName => {
                self.error(SyntaxErrorKind::ExtraComma, token.span());
            }
        }
        self.comma = token.span();
    }

    #[inline]
    fn colon(&mut self, token: Token) {
        match self.state {
            State::Colon => self.state = State::Value,
            State::FirstName | State::NextName => {
                self.error(SyntaxErrorKind::MissingKey, token.span());
                self.push_missing(token.start);
                self.state = State::Value;
            }
            State::Done => self.error(SyntaxErrorKind::TrailingText, token.span()),
            _ => self.error(SyntaxErrorKind::ExtraColon, token.span()),
        }
    }

    fn close(&mut self, token: Token, kind: Kind) {
        let found = if kind == Kind::Object { '}' } else { ']' };
        if self.state == State::Done {
            return self.error(SyntaxErrorKind::TrailingText, token.span());
        }
        if self.innermost() != Some(kind) {
            let is_open = |index: &u32| self.nodes.get(*index as usize).is_some_and(|node| node.kind == kind);
            if !self.open.iter().any(is_open) {
                return self.error(SyntaxErrorKind::StrayBracket(found), token.span());
            }
            let open = self.open.last().and_then(|index| self.nodes.get(*index as usize));
            let open = open.map(|node| Span::new(node.start, node.start + 1)).unwrap_or_default();
            let wanted = if kind == Kind::Object { ']' } else { '}' };
            self.error(SyntaxErrorKind::MismatchedBracket { found, wanted, open }, token.span());
            while self.innermost().is_some_and(|inner| inner != kind) {
                self.leave(token.start);
            }
        }
        self.leave(token.end);
    }

    /// Closes the innermost object or array at `end`.
    fn leave(&mut self, end: u32) {
        match self.state {
            State::NextElement | State::NextName => self.error(SyntaxErrorKind::TrailingComma, self.comma),
            State::Colon | State::Value => {
                self.error(SyntaxErrorKind::MissingValue, Span::at(self.last_end));
                self.push_missing(self.last_end);
            }
            _ => {}
        }
        let Some(index) = self.open.pop() else { return };
        let next = u32::try_from(self.nodes.len()).unwrap_or(u32::MAX);
        let mut is_object = false;
        if let Some(node) = self.nodes.get_mut(index as usize) {
            node.end = end;
            node.next = next;
            is_object = node.kind == Kind::Object;
        }
        if is_object {
            self.find_duplicates(index);
        }
        self.after_unclosed = false;
        self.after_value = match self.innermost() {
            None => State::Done,
            Some(Kind::Object) => State::AfterMember,
            Some(_) => State::AfterElement,
        };
        self.state = self.after_value;
    }

    /// Reports names that stand twice in the object at `index`; the children are complete.
    fn find_duplicates(&mut self, index: u32) {
        let names =
            Names { nodes: &self.nodes, at: index + 1, end: u32::try_from(self.nodes.len()).unwrap_or(u32::MAX) };
        let mut found = Vec::new();
        // Objects are small: each name is compared with those before it. What does not fit the list goes through a map.
        let mut before = [Node::default(); FEW_NAMES];
        let mut count = 0;
        for name in names.clone() {
            let Some((seen, rest)) = before.split_at_mut_checked(count) else { break };
            let Some(slot) = rest.first_mut() else {
                count += 1;
                break;
            };
            let twin = seen.iter().rev().find(|first| same_name(self.text, **first, *name));
            found.extend(twin.map(|first| (*name, *first)));
            *slot = *name;
            count += 1;
        }
        if count > FEW_NAMES {
            found.clear();
            let mut seen: HashMap<std::borrow::Cow<'_, str>, Node> = HashMap::new();
            for name in names {
                if let Some(first) = seen.get(&name_text(self.text, *name)) {
                    found.push((*name, *first));
                } else {
                    seen.insert(name_text(self.text, *name), *name);
                }
            }
        }
        for (later, first) in found {
            let name = name_text(self.text, later).chars().take(200).collect();
            let first = Span::new(first.start, first.end);
            self.error(SyntaxErrorKind::DuplicateKey { name, first }, Span::new(later.start, later.end));
        }
    }

    fn finish(&mut self, end: Token) {
        if self.state == State::Root {
            return self.error(SyntaxErrorKind::Empty, Span::at(end.start));
        }
        if let Some(index) = self.open.last() {
            let node = self.nodes.get(*index as usize).map_or(0, |node| node.start);
            let more = self.open.len() - 1 + self.too_deep;
            self.error(SyntaxErrorKind::UnclosedBracket { more }, Span::new(node, node + 1));
        }
        if matches!(self.state, State::NextElement | State::NextName) {
            self.state = State::AfterElement;
        }
        while !self.open.is_empty() {
            self.leave(end.start);
        }
    }
}

/// The name nodes of an object's children.
#[derive(Debug, Clone)]
struct Names<'n> {
    nodes: &'n [Node],
    at: u32,
    end: u32,
}

impl<'n> Iterator for Names<'n> {
    type Item = &'n Node;

    fn next(&mut self) -> Option<&'n Node> {
        while self.at < self.end {
            let name = self.nodes.get(self.at as usize)?;
            self.at = self.nodes.get(name.next as usize)?.next;
            if name.kind == Kind::String {
                return Some(name);
            }
        }
        None
    }
}

fn inside(text: &str, node: Node) -> &str {
    Span::new(node.start + 1, if node.closed { node.end.saturating_sub(1) } else { node.end }).of(text)
}

fn name_text(text: &str, node: Node) -> std::borrow::Cow<'_, str> {
    let inside = inside(text, node);
    if node.escaped { super::string::decode(inside) } else { std::borrow::Cow::Borrowed(inside) }
}

fn same_name(text: &str, a: Node, b: Node) -> bool {
    if a.escaped || b.escaped {
        return name_text(text, a) == name_text(text, b);
    }
    a.end - a.start == b.end - b.start && inside(text, a) == inside(text, b)
}

#[cfg(test)]
mod tests {
    use super::super::SyntaxErrorKind as K;
    use super::*;

    fn mistakes(text: &str) -> Vec<(SyntaxErrorKind, &str)> {
        parse(text).errors.into_iter().map(|error| (error.kind, error.span.of(text))).collect()
    }

    #[test]
    fn a_right_document_has_no_mistakes_and_keeps_order_and_places() {
        let text = r#" {"b": [1, -2.5e3, true, null, "x\n"], "a": {}} "#;
        let parsed = parse(text);
        assert_eq!(parsed.errors, []);
        let names: Vec<_> = parsed.tree.root().unwrap().members().map(|(name, _)| name.name().into_owned()).collect();
        assert_eq!(names, ["b", "a"]);
        let array = parsed.tree.root().unwrap().get("b").unwrap();
        let raw: Vec<_> = array.elements().map(NodeRefExt::raw_text).collect();
        assert_eq!(raw, ["1", "-2.5e3", "true", "null", r#""x\n""#]);
    }

    trait NodeRefExt<'s> {
        fn raw_text(self) -> &'s str;
    }
    impl<'s> NodeRefExt<'s> for super::super::NodeRef<'_, 's> {
        fn raw_text(self) -> &'s str {
            self.raw()
        }
    }

    #[test]
    fn every_mistake_is_reported_at_its_place_in_one_pass() {
        assert_eq!(mistakes(r#"{"a": 1,}"#), [(K::TrailingComma, ",")]);
        assert_eq!(mistakes(r#"{"a": 1 "b": 2}"#), [(K::MissingComma, " ")]);
        assert_eq!(
            mistakes(r#"["a" "b",, 'c']"#),
            [(K::MissingComma, " "), (K::ExtraComma, ","), (K::SingleQuotes, "'c'")]
        );
        assert_eq!(mistakes("// x\n{} # y"), [(K::Comment, "// x"), (K::Comment, "# y")]);
        assert_eq!(mistakes("/* x"), [(K::Comment, "/* x"), (K::Empty, "")]);
        assert_eq!(mistakes("{\"a\": \"b,\n\"c\": 1}"), [(K::UnterminatedString, "\"b,")]);
        assert_eq!(mistakes(r#"["\q", "\ud800"]"#), [(K::BadEscape, r"\q"), (K::LoneSurrogate, r"\ud800")]);
        assert_eq!(mistakes("\u{FEFF}{}"), [(K::ByteOrderMark, "\u{FEFF}")]);
        assert_eq!(mistakes("[1,\u{A0}2]"), [(K::WrongSpace('\u{A0}'), "\u{A0}")]);
        assert_eq!(mistakes("[1，2]"), [(K::WrongPunctuation { found: '，', meant: ',' }, "，")]);
        assert_eq!(mistakes("[01, 1., +1, .5]").len(), 4);
        assert_eq!(mistakes("[Allow, {a: 1}]"), [(K::BareWord, "Allow"), (K::BareWord, "a")]);
        assert_eq!(
            mistakes(r#"{"a" 1, "b":, "c"}"#),
            [(K::MissingColon, " "), (K::MissingValue, ","), (K::MissingValue, "")]
        );
        assert_eq!(mistakes("[1]]"), [(K::TrailingText, "]")]);
        assert_eq!(mistakes("]"), [(K::StrayBracket(']'), "]"), (K::Empty, "")]);
        assert_eq!(mistakes(r#"{"a": [1}"#)[0].1, "}");
        assert_eq!(mistakes(r#"{"a": [1"#), [(K::UnclosedBracket { more: 1 }, "[")]);
        assert_eq!(mistakes("“a”"), [(K::CurlyQuotes, "“a”")]);
        assert_eq!(mistakes("\"a\tb\""), [(K::ControlCharacter('\t'), "\t")]);
        assert_eq!(mistakes(""), [(K::Empty, "")]);
    }

    #[test]
    fn duplicates_are_found_in_small_and_large_objects_and_through_escapes() {
        let small = mistakes(r#"{"a": 1, "\u0061": 2}"#);
        assert_eq!(small.len(), 1);
        assert_eq!(small[0].1, r#""\u0061""#);
        let many: Vec<String> = (0..100).map(|n| format!("\"k{}\": 0", n % 99)).collect();
        assert_eq!(mistakes(&format!("{{{}}}", many.join(","))).len(), 1);
    }

    #[test]
    fn depth_is_bounded_and_the_stack_is_not_used() {
        let deep = "[".repeat(MAX_DEPTH) + &"]".repeat(MAX_DEPTH);
        assert_eq!(mistakes(&deep), []);
        let deeper = "[".repeat(200_000) + &"]".repeat(200_000);
        assert_eq!(mistakes(&deeper), [(K::TooDeep, "[")]);
        assert_eq!(mistakes(&"[".repeat(200_000)).len(), 2);
        assert_eq!(mistakes(&"{\"a\":".repeat(200_000)).len(), 2);
    }

    #[test]
    fn the_list_of_mistakes_is_bounded() {
        assert_eq!(parse(&"@".repeat(50_000)).errors.len(), MAX_ERRORS + 1);
    }
}
