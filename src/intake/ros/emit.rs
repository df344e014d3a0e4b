//! Template values to the JSON text of a policy; what a function computes is unknown text.

use super::node::{Id, Kind, Node, Style, Template};
use super::scalar::{Placed, align};
use crate::intake::embed::Embedding;
use crate::text::Span;

/// The deepest value that is written, through aliases too.
const MAX_DEPTH: usize = 100;

/// The longest text into which more is written: aliases can stand for far more than the file holds.
const MAX_TEXT: usize = 1 << 20;

/// Writes values of one template.
#[derive(Debug)]
pub(super) struct Emitter<'t> {
    text: &'t str,
    template: &'t Template,
    pub(super) out: Embedding,
    depth: usize,
}

impl<'t> Emitter<'t> {
    pub(super) fn new(text: &'t str, template: &'t Template) -> Self {
        Self { text, template, out: Embedding::default(), depth: 0 }
    }

    fn full(&self) -> bool {
        self.depth >= MAX_DEPTH || self.out.len() > MAX_TEXT
    }

    /// Any value, as JSON text.
    pub(super) fn value(&mut self, id: Id) {
        let Some(node) = self.template.nodes.get(id) else { return };
        if self.full() {
            return self.out.unknown("${..}", node.span);
        }
        self.depth += 1;
        if self.template.function(id).is_some() {
            self.computed(id, node.span);
        } else {
            match &node.kind {
                Kind::Map(_) => self.map(id, node.span),
                Kind::List(elements) => self.list(elements, node.span),
                Kind::Scalar(text, style) => self.scalar(node, text, *style),
            }
        }
        self.depth -= 1;
    }

    /// A function as a value: a string when its text is known in part.
    fn computed(&mut self, id: Id, span: Span) {
        match self.template.function(id) {
            Some(("Sub" | "Join", _)) => {
                self.out.implied("\"", Span::at(span.start));
                self.content(id, true);
                self.out.implied("\"", Span::at(span.end));
            }
            _ => self.content(id, true),
        }
    }

    /// The text of a scalar or function, as the content of a JSON string or, without `quoted`, as JSON text.
    pub(super) fn content(&mut self, id: Id, quoted: bool) {
        let span = self.template.span(id);
        if self.full() {
            return self.out.unknown("${..}", span);
        }
        self.depth += 1;
        match self.template.function(id) {
            Some(("Sub", argument)) => {
                let text = self.template.elements(argument).first().copied().unwrap_or(argument);
                match self.template.nodes.get(text) {
                    Some(Node { kind: Kind::Scalar(value, style), span, .. }) => {
                        let placed = align(value, span.of(self.text), span.start, *style);
                        self.substituted(&placed, quoted);
                    }
                    _ => self.out.unknown("${Fn::Sub}", span),
                }
            }
            Some(("Join", argument)) => self.join(argument, span, quoted),
            Some(("Ref", argument)) => {
                let name = self.template.text(argument).unwrap_or("..");
                self.out.unknown(&format!("${{{name}}}"), span);
            }
            Some((name, _)) => self.out.unknown(&format!("${{Fn::{name}}}"), span),
            None => match self.template.nodes.get(id) {
                Some(Node { kind: Kind::Scalar(value, style), span, .. }) => {
                    for placed in align(value, span.of(self.text), span.start, *style) {
                        self.put(placed, quoted);
                    }
                }
                _ => self.out.unknown("${..}", span),
            },
        }
        self.depth -= 1;
    }

    fn put(&mut self, placed: Placed, quoted: bool) {
        if quoted {
            self.out.content(placed.character, placed.span, placed.verbatim);
        } else {
            self.out.character(placed.character, placed.span, placed.verbatim);
        }
    }

    /// The text of `Fn::Sub`: `${name}` is unknown, `${!name}` spells `${name}`.
    fn substituted(&mut self, mut text: &[Placed], quoted: bool) {
        let is = |placed: &[Placed], at: usize, wanted: char| placed.get(at).is_some_and(|p| p.character == wanted);
        let mut ends = text.iter().filter(|placed| placed.character == '}').count();
        while let Some(first) = text.first() {
            // Without a `}` ahead nothing is looked for: the text may be long.
            let opens = ends > 0 && is(text, 0, '$') && is(text, 1, '{');
            let end = if opens { text.iter().position(|placed| placed.character == '}') } else { None };
            let length = match end {
                Some(_) if is(text, 2, '!') => {
                    for placed in text.iter().take(2) {
                        self.put(*placed, quoted);
                    }
                    3
                }
                Some(end) => {
                    let shown: String = text.iter().take(end + 1).map(|placed| placed.character).collect();
                    let last = text.get(end).map_or(first.span, |placed| placed.span);
                    self.out.unknown(&shown, first.span.to(last));
                    end + 1
                }
                None => {
                    self.put(*first, quoted);
                    1
                }
            };
            ends -= text.iter().take(length).filter(|placed| placed.character == '}').count();
            text = text.get(length..).unwrap_or_default();
        }
    }

    fn join(&mut self, argument: Id, span: Span, quoted: bool) {
        let [separator, parts] = self.template.elements(argument) else {
            return self.out.unknown("${Fn::Join}", span);
        };
        let known = matches!(self.template.nodes.get(*parts), Some(Node { kind: Kind::List(_), tag: None, .. }));
        let (Some(separator), true) = (self.template.text(*separator), known) else {
            return self.out.unknown("${Fn::Join}", span);
        };
        for (number, part) in self.template.elements(*parts).iter().enumerate() {
            let place = Span::at(self.template.span(*part).start);
            for character in separator.chars().filter(|_| number > 0) {
                self.put(Placed { character, span: place, verbatim: false }, quoted);
            }
            self.content(*part, quoted);
        }
    }

    fn scalar(&mut self, node: &Node, text: &str, style: Style) {
        let raw = node.span.of(self.text);
        match style {
            Style::Bare => self.out.verbatim(raw, node.span.start),
            Style::Plain if json_word(text).is_some() => {
                self.out.implied(json_word(text).unwrap_or_default(), node.span);
            }
            Style::Plain | Style::Single | Style::Double | Style::Block => self.string(node, text, style),
        }
    }

    fn string(&mut self, node: &Node, text: &str, style: Style) {
        let span = node.span;
        let raw = span.of(self.text);
        let quote = match style {
            Style::Single => Some('\''),
            Style::Double => Some('"'),
            Style::Bare | Style::Plain | Style::Block => None,
        };
        // A string that the line's end cut off has no closing quote.
        let opened = quote.is_some_and(|quote| raw.starts_with(quote));
        let closed = quote.is_some_and(|quote| raw.len() > 1 && raw.ends_with(quote));
        let open = Span::new(span.start, span.start + u32::from(opened));
        let close = Span::new(span.end - u32::from(closed), span.end);
        self.out.implied("\"", open);
        for placed in align(text, raw, span.start, style) {
            self.put(placed, true);
        }
        self.out.implied("\"", close);
    }

    fn list(&mut self, elements: &[Id], span: Span) {
        let (open, close) = self.brackets(span, "[", "]");
        self.out.implied("[", open);
        for (number, element) in elements.iter().enumerate() {
            if number > 0 {
                self.out.implied(",", Span::at(self.template.span(*element).start));
            }
            self.value(*element);
        }
        self.out.implied("]", close);
    }

    /// The places of brackets: those of the host, or the first character and the end of a block.
    fn brackets(&self, span: Span, open: &str, close: &str) -> (Span, Span) {
        let raw = span.of(self.text);
        let first = raw.chars().next().map_or(0, char::len_utf8);
        let start = Span::new(span.start, span.start + u32::try_from(first).unwrap_or(0));
        let written = raw.starts_with(open) && raw.ends_with(close) && raw.len() > 1;
        (start, if written { Span::new(span.end - 1, span.end) } else { Span::at(span.end) })
    }

    fn map(&mut self, id: Id, span: Span) {
        let (mut open, close) = self.brackets(span, "{", "}");
        if let Some((key, _)) = self.template.members(id).first().filter(|_| !span.of(self.text).starts_with('{')) {
            // What is said of a whole block is said at its first name.
            open = self.template.span(*key);
        }
        self.out.implied("{", open);
        let mut first = true;
        self.members(id, None, &mut first);
        self.out.implied("}", close);
    }

    /// The members of a map; those of `<<` come in where they are not given.
    fn members(&mut self, id: Id, given: Option<Id>, first: &mut bool) {
        for (key, value) in self.template.members(id) {
            let name = self.template.text(*key).unwrap_or_default();
            let is_merge = name == "<<" && self.template.span(*key).of(self.text) == "<<";
            if is_merge && given.is_none() {
                let listed = self.template.elements(*value);
                for merged in if listed.is_empty() { std::slice::from_ref(value) } else { listed } {
                    self.members(*merged, Some(id), first);
                }
                continue;
            }
            if given.is_some_and(|given| self.template.get(given, name).is_some()) {
                continue;
            }
            self.member(*key, *value, first);
        }
    }

    fn member(&mut self, key: Id, value: Id, first: &mut bool) {
        let span = self.template.span(key);
        if !std::mem::take(first) {
            self.out.implied(",", Span::at(span.start));
        }
        match self.template.nodes.get(key) {
            Some(node @ Node { kind: Kind::Scalar(text, style), .. }) => self.string(node, text, *style),
            _ => self.out.unknown("${..}", span),
        }
        self.out.implied(":", Span::at(span.end));
        let number = matches!(self.template.nodes.get(value), Some(Node { kind: Kind::Scalar(text, Style::Plain), .. }) if &**text == "1");
        if number && self.template.text(key) == Some("Version") {
            // ROS knows `Version` as a string and makes one of the number that YAML reads here.
            self.out.implied("\"1\"", self.template.span(value));
        } else {
            self.value(value);
        }
    }
}

/// What a plain scalar means in JSON when it is no string (YAML 1.1 as ROS reads it).
fn json_word(text: &str) -> Option<&str> {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => return Some("null"),
        "true" | "True" | "TRUE" | "yes" | "Yes" | "YES" | "on" | "On" | "ON" => return Some("true"),
        "false" | "False" | "FALSE" | "no" | "No" | "NO" | "off" | "Off" | "OFF" => return Some("false"),
        _ => {}
    }
    let digits = text.strip_prefix('-').unwrap_or(text);
    let parts: Vec<&str> = digits.split('.').collect();
    let all_digits = |part: &&str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    let leading_zero = digits.len() > 1 && digits.starts_with('0') && !digits.starts_with("0.");
    (parts.len() <= 2 && parts.iter().all(all_digits) && !leading_zero).then_some(text)
}
