//! YAML text to a template tree, and its comments.

use std::collections::HashMap;

use saphyr_parser::{Event, Parser, ScalarStyle, Span as Marks};

use super::node::{Id, Kind, Style, Template};
use crate::diagnostic::Diagnostic;
use crate::intake::Comment;
use crate::text::Span;

/// Byte offsets of characters: the parser counts characters.
#[derive(Debug)]
struct Offsets {
    /// None for ASCII text.
    starts: Option<Vec<u32>>,
    end: u32,
}

impl Offsets {
    fn new(text: &str) -> Self {
        let place = |offset: usize| u32::try_from(offset).unwrap_or(u32::MAX);
        let starts = (!text.is_ascii()).then(|| text.char_indices().map(|(at, _)| place(at)).collect());
        Self { starts, end: place(text.len()) }
    }

    fn byte(&self, index: usize) -> u32 {
        match &self.starts {
            Some(starts) => starts.get(index).copied().unwrap_or(self.end),
            None => u32::try_from(index).unwrap_or(u32::MAX).min(self.end),
        }
    }

    fn span(&self, marks: Marks) -> Span {
        Span::new(self.byte(marks.start.index()), self.byte(marks.end.index()))
    }
}

/// An open map or list.
#[derive(Debug)]
struct Open {
    children: Vec<Id>,
    is_map: bool,
    start: u32,
    anchor: usize,
    tag: Option<Box<str>>,
}

#[derive(Debug)]
struct Builder<'t> {
    text: &'t str,
    template: Template,
    open: Vec<Open>,
    roots: Vec<Id>,
    /// The node of an anchor's number.
    anchors: HashMap<usize, Id>,
}

/// What YAML text holds.
#[derive(Debug)]
pub(super) struct Parsed {
    pub(super) template: Template,
    /// The outermost node of every document.
    pub(super) roots: Vec<Id>,
    pub(super) comments: Vec<Comment>,
}

/// Parses YAML. Never recursive; the parser limits the nesting.
///
/// # Errors
/// The first mistake, with its place.
pub(super) fn parse(text: &str) -> Result<Parsed, Box<Diagnostic>> {
    let offsets = Offsets::new(text);
    let mut builder =
        Builder { text, template: Template::default(), open: Vec::new(), roots: Vec::new(), anchors: HashMap::new() };
    for event in Parser::new_from_str(text) {
        match event {
            Ok((event, marks)) => builder.event(event, offsets.span(marks)),
            Err(error) => {
                let at = offsets.byte(error.marker().index());
                let place = Span::new(at, offsets.byte(error.marker().index() + 1));
                let message = format!("the template is no YAML: {}", error.info());
                return Err(Box::new(Diagnostic::error("syntax", message, place)));
            }
        }
    }
    let comments = comments(text, &builder.template);
    Ok(Parsed { template: builder.template, roots: builder.roots, comments })
}

impl Builder<'_> {
    fn event(&mut self, event: Event<'_>, span: Span) {
        match event {
            Event::Scalar(value, style, anchor, tag) => {
                let style = match style {
                    ScalarStyle::Plain => Style::Plain,
                    ScalarStyle::SingleQuoted => Style::Single,
                    ScalarStyle::DoubleQuoted => Style::Double,
                    ScalarStyle::Literal | ScalarStyle::Folded => Style::Block,
                };
                let mut inner = self.without_properties(span);
                if style == Style::Block && inner.start > span.start {
                    // Behind a tag or an anchor stands the mark of the block first, then its text.
                    let header = inner.of(self.text).find('\n').map_or(0, |at| at + 1);
                    inner.start += u32::try_from(header).unwrap_or(0);
                }
                let span = self.trimmed(inner, style);
                let id = self.template.push(Kind::Scalar(value.into(), style), span, local_tag(tag.as_deref()));
                self.close(id, anchor);
            }
            Event::SequenceStart(anchor, tag) => self.start(false, anchor, tag.as_deref(), span),
            Event::MappingStart(anchor, tag) => self.start(true, anchor, tag.as_deref(), span),
            Event::SequenceEnd | Event::MappingEnd => self.end(span),
            Event::Alias(anchor) => {
                let known = self.anchors.get(&anchor).copied();
                // An alias inside of its own anchor: nothing that a policy can hold.
                let id = known.unwrap_or_else(|| {
                    self.template.push(Kind::Scalar("*".into(), Style::Plain), span, Some("Alias".into()))
                });
                self.close(id, 0);
            }
            Event::Nothing | Event::StreamStart | Event::StreamEnd | Event::DocumentStart(_) | Event::DocumentEnd => {}
        }
    }

    fn start(&mut self, is_map: bool, anchor: usize, tag: Option<&saphyr_parser::Tag>, span: Span) {
        let start = self.without_properties(span).start;
        self.open.push(Open { children: Vec::new(), is_map, start, anchor, tag: local_tag(tag) });
    }

    fn end(&mut self, span: Span) {
        let Some(open) = self.open.pop() else { return };
        // The end of a block has no place of its own: it ends with its last child.
        let last = open.children.last().map_or(open.start, |id| self.template.span(*id).end);
        let end = if span.is_empty() { last } else { span.end };
        let kind = if open.is_map {
            let (pairs, _) = open.children.as_chunks::<2>();
            Kind::Map(pairs.iter().map(|[key, value]| (*key, *value)).collect())
        } else {
            Kind::List(open.children)
        };
        let id = self.template.push(kind, Span::new(open.start, end), open.tag);
        self.close(id, open.anchor);
    }

    fn close(&mut self, id: Id, anchor: usize) {
        if anchor > 0 {
            self.anchors.insert(anchor, id);
        }
        match self.open.last_mut() {
            Some(open) => open.children.push(id),
            None => self.roots.push(id),
        }
    }

    /// The place without a tag and an anchor in front.
    fn without_properties(&self, span: Span) -> Span {
        let mut start = span.start;
        loop {
            let rest = Span::new(start, span.end).of(self.text);
            if !rest.starts_with(['!', '&']) {
                return Span::new(start, span.end);
            }
            let word = rest.find(char::is_whitespace).unwrap_or(rest.len());
            let behind = rest.get(word..).unwrap_or_default();
            let blank = behind.len() - behind.trim_start().len();
            start += u32::try_from(word + blank).unwrap_or(0);
        }
    }

    fn trimmed(&self, span: Span, style: Style) -> Span {
        match style {
            Style::Block | Style::Plain => {
                let length = span.of(self.text).trim_end().len();
                Span::new(span.start, span.start + u32::try_from(length).unwrap_or(0))
            }
            // The parser's end may lie behind a comment.
            Style::Single | Style::Double => {
                let length = quoted_length(span.of(self.text), style == Style::Double);
                Span::new(span.start, span.start + u32::try_from(length).unwrap_or(0))
            }
            Style::Bare => span,
        }
    }
}

/// Length of the quoted scalar at the front of `raw`, its quotes included.
fn quoted_length(raw: &str, double: bool) -> usize {
    let quote = if double { '"' } else { '\'' };
    let mut characters = raw.char_indices().skip(1).peekable();
    while let Some((at, character)) = characters.next() {
        let next = characters.peek().map(|(_, next)| *next);
        if double && character == '\\' || !double && character == quote && next == Some(quote) {
            characters.next();
        } else if character == quote {
            return at + 1;
        }
    }
    raw.len()
}

/// The name of a tag of the template's own, such as `!Sub`; standard tags (`!!str`) say nothing about functions.
fn local_tag(tag: Option<&saphyr_parser::Tag>) -> Option<Box<str>> {
    tag.filter(|tag| tag.handle == "!" && !tag.suffix.is_empty()).map(|tag| tag.suffix.as_str().into())
}

/// Comments: a `#` at the start of a line or behind white space, outside of scalars.
fn comments(text: &str, template: &Template) -> Vec<Comment> {
    let mut scalars: Vec<Span> =
        template.nodes.iter().filter(|node| matches!(node.kind, Kind::Scalar(..))).map(|node| node.span).collect();
    scalars.sort();
    let mut found = Vec::new();
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let mut from = 0;
        while let Some(mark) = line.get(from..).and_then(|rest| rest.find('#')).map(|mark| from + mark) {
            let before = line.get(..mark).and_then(|before| before.chars().next_back());
            let start = u32::try_from(at + mark).unwrap_or(u32::MAX);
            let next = scalars.partition_point(|scalar| scalar.start <= start);
            let inside = next.checked_sub(1).and_then(|last| scalars.get(last)).is_some_and(|last| start < last.end);
            if before.is_none_or(char::is_whitespace) && !inside {
                let comment = line.get(mark..).unwrap_or_default().trim_end();
                let span = Span::new(start, start + u32::try_from(comment.len()).unwrap_or(0));
                found.push(Comment { span, text: comment.trim_start_matches('#').trim().to_owned() });
                break;
            }
            from = mark + 1;
        }
        at += line.len();
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scalars_have_the_places_of_their_text() {
        let text = "é: &a !Sub 'it''s' # one\r\nb: \"#no\"\r\nc: |\r\n  # no\r\n  x\r\n# two\r\nd: plain\r\n  two\r\ne: [*a, {f: g}]\r\n";
        let parsed = parse(text).unwrap();
        let places: Vec<&str> = parsed.template.nodes.iter().map(|node| node.span.of(text)).collect();
        assert_eq!(places[0..4], ["é", "'it''s'", "b", "\"#no\""]);
        assert!(places.contains(&"# no\r\n  x") && places.contains(&"plain\r\n  two"));
        assert!(places.contains(&"[*a, {f: g}]") && places.contains(&"{f: g}"));
        assert_eq!(parsed.template.nodes[1].tag.as_deref(), Some("Sub"));
        let comments: Vec<&str> = parsed.comments.iter().map(|comment| comment.text.as_str()).collect();
        assert_eq!(comments, ["one", "two"]);
        assert_eq!(parsed.comments[0].span.of(text), "# one");
    }

    #[test]
    fn a_mistake_has_a_place_and_deep_text_ends() {
        let error = parse("é: [1,\nb: }").unwrap_err();
        assert_eq!(error.code, "syntax");
        assert!(parse(&"[".repeat(100_000)).is_err());
        assert!(parse(&"- ".repeat(10_000)).is_ok(), "blocks are not limited, and nothing is recursive");
        assert!(parse("\u{feff}a: b").is_ok());
    }
}
