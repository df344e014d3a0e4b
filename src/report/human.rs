//! Excerpts of the user's files with marks, for the terminal. The only place that knows `miette`.

use std::fmt;

use miette::{
    GraphicalReportHandler, GraphicalTheme, LabeledSpan, MietteError, MietteSpanContents, SourceCode, SourceSpan,
    SpanContents,
};

use crate::diagnostic::{Diagnostic, Severity};
use crate::text::{Source, Span};

/// Lines longer than this are cut around the mark: a minified file must not flood the terminal.
const LONG_LINE: usize = 240;
/// Characters kept on each side of the mark in a cut line.
const AROUND: usize = 60;

/// How to paint.
#[derive(Debug, Clone, Copy)]
pub struct Painter {
    /// Use colours.
    pub color: bool,
    /// Columns of the terminal.
    pub width: usize,
}

impl Painter {
    /// A finding with its excerpt, ending in a line break.
    pub fn diagnostic(&self, source: &Source, diagnostic: &Diagnostic) -> String {
        self.render(&Report::new(source, diagnostic))
    }
}

/// A place with a title, on one line whatever its layout in the file.
#[derive(Debug, Clone)]
pub struct Quote<'a> {
    /// The file.
    pub source: &'a Source,
    /// What is quoted.
    pub span: Span,
    /// What the reader should know about it.
    pub title: String,
    /// Chooses sign and colour.
    pub severity: Severity,
}

impl Painter {
    /// A quoted place in five lines: title, head, text, marks, foot. White space is folded, what is too long for the width is
    /// cut: a statement of thirty lines stands on one.
    pub fn quote(&self, quote: &Quote<'_>) -> String {
        let at = quote.source.position(quote.span.start);
        let room = self.width.saturating_sub(at.line.to_string().len() + 6).max(20);
        let shown = shorten_to(&fold(quote.span.of(quote.source.text())), room);
        let end = u32::try_from(shown.len()).unwrap_or(u32::MAX);
        let report = Report {
            code: None,
            severity: quote.severity,
            message: quote.title.clone(),
            help: None,
            labels: vec![(None, Span::new(0, end))],
            excerpt: Excerpt {
                name: quote.source.name().to_owned(),
                text: shown,
                first_line: (at.line - 1) as usize,
                first_column: (at.column - 1) as usize,
                whole: false,
            },
        };
        self.render(&report)
    }

    /// A place in a text with the piece of its line around it underlined: for texts that are no file of the user's making.
    pub fn excerpt(&self, source: &Source, span: Span, title: &str, severity: Severity) -> String {
        let room = (self.width.saturating_sub(12) / 2).max(20);
        let text = source.text();
        let line = line_around(text, span);
        let before = Span::new(line.start, span.start).of(text);
        let behind = text.get(span.end as usize..line.end.max(span.end) as usize).unwrap_or_default();
        let marked: String = fold(span.of(text)).chars().take(room * 2 - 8).collect();
        let spare = room.saturating_sub(marked.chars().count() / 2);
        let cut_front = before.chars().count() > spare;
        let front: String = before.chars().rev().take(spare).collect::<Vec<_>>().into_iter().rev().collect();
        let front = if cut_front { format!("..{front}") } else { front };
        let cut_end = behind.chars().count() > spare;
        let end: String = behind.chars().take(spare).collect();
        let flat = |text: &str| text.replace(|letter: char| letter.is_control(), " ");
        let (front, marked, end) = (flat(&front), flat(&marked), flat(&end));
        let end = if cut_end { format!("{end}..") } else { end };
        let size = |text: &str| u32::try_from(text.len()).unwrap_or(u32::MAX);
        let place = Span::new(size(&front), size(&front) + size(&marked));
        let at = source.position(span.start);
        let report = Report {
            code: None,
            severity,
            message: title.to_owned(),
            help: None,
            labels: vec![(None, place)],
            excerpt: Excerpt {
                name: source.name().to_owned(),
                text: format!("{front}{marked}{end}"),
                first_line: (at.line - 1) as usize,
                first_column: at
                    .column
                    .saturating_sub(1)
                    .saturating_sub(u32::try_from(front.chars().count()).unwrap_or(0))
                    as usize,
                whole: true,
            },
        };
        self.render(&report)
    }

    fn render(&self, report: &Report) -> String {
        let theme = if self.color { GraphicalTheme::unicode() } else { GraphicalTheme::unicode_nocolor() };
        let handler =
            GraphicalReportHandler::new_themed(theme).with_width(self.width).with_context_lines(0).with_links(false);
        let mut text = String::new();
        match handler.render_report(&mut text, report) {
            Ok(()) => text,
            // Rendering can only fail on places outside the text; the message alone still helps.
            Err(_) => format!("{}\n", report.message),
        }
    }

    /// A word in colour, where colours are used.
    pub fn paint(&self, text: &str, tone: Tone) -> String {
        let code = match tone {
            Tone::Good => "32;1",
            Tone::Bad => "31;1",
            Tone::Open => "33;1",
            Tone::Quiet => "2",
        };
        if self.color { format!("\u{1b}[{code}m{text}\u{1b}[0m") } else { text.to_owned() }
    }

    /// Text broken at words to the width, every line after the first indented.
    pub fn wrap(&self, text: &str, indent: usize) -> String {
        let (words, margin) = (text.trim_start_matches(' '), text.len() - text.trim_start_matches(' ').len());
        let mut lines = " ".repeat(margin);
        let mut column = margin;
        for word in words.split(' ') {
            let length = word.chars().count();
            if column > margin && column + 1 + length > self.width {
                lines.push('\n');
                lines.push_str(&" ".repeat(indent));
                column = indent;
            } else if column > margin {
                lines.push(' ');
                column += 1;
            }
            lines.push_str(word);
            column += length;
        }
        lines.push('\n');
        lines
    }
}

/// How a word is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tone {
    /// Success.
    Good,
    /// Failure.
    Bad,
    /// Undetermined.
    Open,
    /// Less important.
    Quiet,
}

fn fold(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn shorten_to(text: &str, room: usize) -> String {
    if text.chars().count() <= room {
        return text.to_owned();
    }
    let kept: String = text.chars().take(room.saturating_sub(3)).collect();
    format!("{kept}...")
}

#[derive(Debug)]
struct Report {
    code: Option<&'static str>,
    severity: Severity,
    message: String,
    help: Option<String>,
    labels: Vec<(Option<String>, Span)>,
    excerpt: Excerpt,
}

/// The text shown: the whole source, or a piece that keeps its line number.
#[derive(Debug)]
struct Excerpt {
    name: String,
    text: String,
    /// Line and column of its begin, both from 0.
    first_line: usize,
    first_column: usize,
    /// Show all of the text, not the marked part only.
    whole: bool,
}

impl Report {
    fn new(source: &Source, diagnostic: &Diagnostic) -> Self {
        let mut labels =
            vec![(Some(diagnostic.primary.text.clone()).filter(|text| !text.is_empty()), diagnostic.primary.span)];
        labels.extend(diagnostic.related.iter().map(|label| (Some(label.text.clone()), label.span)));
        let text = source.text();
        let lines = labels.iter().map(|(_, span)| line_around(text, *span)).collect::<Vec<_>>();
        let long = lines.iter().any(|line| line.len() as usize > LONG_LINE);
        let at = source.position(diagnostic.primary.span.start);
        let excerpt = if long {
            labels.truncate(1);
            let (piece, moved) = cut(text, diagnostic.primary.span);
            labels = vec![(labels.pop().and_then(|(text, _)| text), moved)];
            Excerpt {
                name: source.name().to_owned(),
                text: piece,
                first_line: (at.line - 1) as usize,
                first_column: (at.column - 1) as usize,
                whole: false,
            }
        } else {
            Excerpt {
                name: source.name().to_owned(),
                text: text.to_owned(),
                first_line: 0,
                first_column: 0,
                whole: false,
            }
        };
        Self {
            code: Some(diagnostic.code),
            severity: diagnostic.severity,
            message: diagnostic.message.clone(),
            help: diagnostic.help.clone(),
            labels,
            excerpt,
        }
    }
}

/// The line, or lines, in which a span lies.
fn line_around(text: &str, span: Span) -> Span {
    let before = Span::new(0, span.start).of(text);
    let start = before.rfind('\n').map_or(0, |at| at + 1);
    let end = text.get(span.start as usize..).and_then(|rest| rest.find('\n'));
    let end = end.map_or(text.len(), |at| at + span.start as usize);
    Span::new(u32::try_from(start).unwrap_or(0), u32::try_from(end).unwrap_or(u32::MAX))
}

/// The text around a span, on one line, and the span in it.
fn cut(text: &str, span: Span) -> (String, Span) {
    let flat = |text: &str| text.replace(['\n', '\r', '\t'], " ");
    let before = Span::new(0, span.start).of(text);
    let front: String = before.chars().rev().take(AROUND).collect::<Vec<_>>().into_iter().rev().collect();
    let marked: String = span.of(text).chars().take(AROUND).collect();
    let behind: String = text.get(span.end as usize..).unwrap_or_default().chars().take(AROUND).collect();
    let front = format!("..{}", flat(&front));
    let marked = flat(&marked);
    let start = u32::try_from(front.len()).unwrap_or(0);
    let moved = Span::new(start, start + u32::try_from(marked.len()).unwrap_or(0));
    (format!("{front}{marked}{}..", flat(&behind)), moved)
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Report {}

impl miette::Diagnostic for Report {
    fn code<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        self.code.map(|code| Box::new(code) as Box<dyn fmt::Display>)
    }

    fn severity(&self) -> Option<miette::Severity> {
        Some(match self.severity {
            Severity::Error => miette::Severity::Error,
            Severity::Warning => miette::Severity::Warning,
            Severity::Info => miette::Severity::Advice,
        })
    }

    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        self.help.as_ref().map(|help| Box::new(help) as Box<dyn fmt::Display>)
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        Some(&self.excerpt)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        let labels = self
            .labels
            .iter()
            .map(|(text, span)| LabeledSpan::new(text.clone(), span.start as usize, span.len() as usize));
        Some(Box::new(labels))
    }
}

impl SourceCode for Excerpt {
    fn read_span<'a>(
        &'a self,
        span: &SourceSpan,
        before: usize,
        after: usize,
    ) -> Result<Box<dyn SpanContents<'a> + 'a>, MietteError> {
        let all = SourceSpan::from((0, self.text.len()));
        let span = if self.whole { &all } else { span };
        let inner = self.text.read_span(span, before, after)?;
        let contents = MietteSpanContents::new_named(
            self.name.clone(),
            inner.data(),
            *inner.span(),
            inner.line() + self.first_line,
            inner.column() + self.first_column,
            inner.line_count(),
        );
        Ok(Box::new(contents))
    }
}
