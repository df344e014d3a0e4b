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
        let report = Report::new(source, diagnostic);
        let theme = if self.color { GraphicalTheme::unicode() } else { GraphicalTheme::unicode_nocolor() };
        let handler = GraphicalReportHandler::new_themed(theme).with_width(self.width).with_context_lines(0).with_links(false);
        let mut text = String::new();
        match handler.render_report(&mut text, &report) {
            Ok(()) => text,
            // Rendering can only fail on places outside the text; the message alone still helps.
            Err(_) => format!("{diagnostic_code}: {diagnostic_message}\n", diagnostic_code = diagnostic.code, diagnostic_message = diagnostic.message),
        }
    }
}

#[derive(Debug)]
struct Report {
    code: &'static str,
    severity: Severity,
    message: String,
    help: Option<String>,
    labels: Vec<(Option<String>, Span)>,
    excerpt: Excerpt,
}

/// The text shown: the whole source, or a piece of a long line.
#[derive(Debug)]
struct Excerpt {
    name: String,
    text: String,
}

impl Report {
    fn new(source: &Source, diagnostic: &Diagnostic) -> Self {
        let mut labels = vec![(Some(diagnostic.primary.text.clone()).filter(|text| !text.is_empty()), diagnostic.primary.span)];
        labels.extend(diagnostic.related.iter().map(|label| (Some(label.text.clone()), label.span)));
        let text = source.text();
        let lines = labels.iter().map(|(_, span)| line_around(text, *span)).collect::<Vec<_>>();
        let long = lines.iter().any(|line| line.len() as usize > LONG_LINE);
        let at = source.position(diagnostic.primary.span.start);
        let excerpt = if long {
            labels.truncate(1);
            let (piece, moved) = cut(text, diagnostic.primary.span);
            labels = vec![(labels.pop().and_then(|(text, _)| text), moved)];
            Excerpt { name: format!("{}, line {}, column {}", source.name(), at.line, at.column), text: piece }
        } else {
            Excerpt { name: source.name().to_owned(), text: text.to_owned() }
        };
        Self {
            code: diagnostic.code,
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
        Some(Box::new(self.code))
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
        let labels = self.labels.iter().map(|(text, span)| LabeledSpan::new(text.clone(), span.start as usize, span.len() as usize));
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
        let inner = self.text.read_span(span, before, after)?;
        let contents = MietteSpanContents::new_named(
            self.name.clone(),
            inner.data(),
            *inner.span(),
            inner.line(),
            inner.column(),
            inner.line_count(),
        );
        Ok(Box::new(contents))
    }
}
