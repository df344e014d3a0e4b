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
/// What the renderer passes as "lines around the mark" when it asks for the text to show: the mark's own lines, whole.
const OWN_LINE: usize = 1;

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
        self.render(&Report::new(source, diagnostic, self.width))
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
    /// A quoted place in four lines: title, head, text, marks. White space is folded, what is too long for the width is cut:
    /// a statement of thirty lines stands on one.
    pub fn quote(&self, quote: &Quote<'_>) -> String {
        let at = quote.source.position(quote.span.start);
        let room = self.width.saturating_sub(at.line.to_string().len() + 6).max(20);
        let shown = shorten_to(&fold(quote.span.of(quote.source.text())), room);
        let end = u32::try_from(shown.len()).unwrap_or(u32::MAX);
        let report = Report {
            severity: quote.severity,
            message: quote.title.clone(),
            help: None,
            labels: vec![(None, Span::new(0, end))],
            excerpt: Excerpt {
                name: quote.source.name().to_owned(),
                text: shown,
                first_line: (at.line - 1) as usize,
                first_column: (at.column - 1) as usize,
            },
        };
        let mut text = self.render(&report);
        // The foot of the frame tells nothing where only one line is quoted.
        let foot = text.trim_end().rfind('\n').filter(|at| text.get(*at..).is_some_and(|foot| foot.contains('╰')));
        if let Some(at) = foot {
            text.truncate(at + 1);
        }
        text
    }

    fn render(&self, report: &Report) -> String {
        let theme = if self.color { GraphicalTheme::unicode() } else { GraphicalTheme::unicode_nocolor() };
        let handler = GraphicalReportHandler::new_themed(theme)
            .with_width(self.width)
            .with_context_lines(OWN_LINE)
            .with_links(false);
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

    /// `label: text` broken at words to the width, every line after the first indented, the label in colour.
    pub fn labelled(&self, label: &str, tone: Tone, text: &str, indent: usize) -> String {
        let plain = self.wrap(&format!("{label}: {text}"), indent);
        let word = label.trim_start();
        // Painted after wrapping: the codes of a colour have no width.
        plain.replacen(word, &self.paint(word, tone), 1)
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
}

impl Report {
    fn new(source: &Source, diagnostic: &Diagnostic, width: usize) -> Self {
        let mut labels =
            vec![(Some(diagnostic.primary.text.clone()).filter(|text| !text.is_empty()), diagnostic.primary.span)];
        labels.extend(diagnostic.related.iter().map(|label| (Some(label.text.clone()), label.span)));
        let text = source.text();
        let ends = labels.iter().flat_map(|(_, span)| [span.start, span.end]);
        let lines = ends.map(|at| line_around(text, at)).collect::<Vec<_>>();
        let at = source.position(diagnostic.primary.span.start);
        // Beside the text stand the number of the line and the frame.
        let room = width.saturating_sub(at.line.to_string().len() + 4).clamp(40, LONG_LINE);
        let long = lines.iter().any(|line| line.len() as usize > room);
        let excerpt = if long {
            labels.truncate(1);
            let (piece, moved) = cut(text, diagnostic.primary.span, room);
            labels = vec![(labels.pop().and_then(|(text, _)| text), moved)];
            let before = Span::new(0, moved.start).of(&piece).chars().count();
            Excerpt {
                name: source.name().to_owned(),
                text: piece,
                first_line: (at.line - 1) as usize,
                first_column: ((at.column - 1) as usize).saturating_sub(before),
            }
        } else {
            // Only the lines with marks: the file may have 100 MB.
            let start = lines.iter().map(|line| line.start).min().unwrap_or(0);
            let end = lines.iter().map(|line| line.end).max().unwrap_or(0);
            for (_, span) in &mut labels {
                *span = Span::new(span.start - start, span.end - start);
            }
            Excerpt {
                name: source.name().to_owned(),
                text: Span::new(start, end).of(text).to_owned(),
                first_line: (source.position(start).line - 1) as usize,
                first_column: 0,
            }
        };
        Self {
            severity: diagnostic.severity,
            // In front of the sentence it costs no line of its own.
            message: format!("{}: {}", diagnostic.code, diagnostic.message),
            help: diagnostic.help.clone(),
            labels,
            excerpt,
        }
    }
}

/// The line in which a place lies; no more than [`LONG_LINE`] bytes of it are searched for its ends.
fn line_around(text: &str, at: u32) -> Span {
    let bytes = text.as_bytes();
    let at = (at as usize).min(bytes.len());
    let far = at.saturating_sub(LONG_LINE + 1);
    let before = bytes.get(far..at).unwrap_or_default().iter().rposition(|byte| *byte == b'\n');
    let start = before.map_or(far, |before| far + before + 1);
    let behind = bytes.get(at..(at + LONG_LINE + 1).min(bytes.len())).unwrap_or_default();
    let end = at + behind.iter().position(|byte| *byte == b'\n').unwrap_or(behind.len());
    Span::new(u32::try_from(start).unwrap_or(0), u32::try_from(end).unwrap_or(u32::MAX))
}

/// The text around a span on one line of at most `room` characters, and the span in it. Only what stands on the span's first
/// line is shown, and less of it than there is: two dots stand for the rest.
fn cut(text: &str, span: Span, room: usize) -> (String, Span) {
    const DOTS: &str = "..";
    let line = |text: &str| text.replace('\t', " ");
    let before = Span::new(0, span.start).of(text);
    let before: Vec<char> = before.chars().rev().take_while(|letter| *letter != '\n').take(room).collect();
    let marked = span.of(text).lines().next().unwrap_or_default();
    let behind = text.get(span.end as usize..).unwrap_or_default().lines().next().unwrap_or_default();
    let whole = marked.len() == span.len() as usize;

    let kept = room.saturating_sub(2 * DOTS.len());
    let mark: String = marked.chars().take(kept / 2).collect();
    let whole = whole && mark.len() == marked.len();
    let side = kept.saturating_sub(mark.chars().count()) / 2;
    let front: String = if before.len() > side + DOTS.len() {
        DOTS.chars().chain(before.iter().take(side).rev().copied()).collect()
    } else {
        before.iter().rev().collect()
    };
    let left = kept.saturating_sub(front.chars().count() + mark.chars().count());
    // Dots in place of as many characters would save nothing.
    let left = if behind.chars().count() <= left + DOTS.len() { left + DOTS.len() } else { left };
    let back: String = if whole { behind.chars().take(left).collect() } else { String::new() };
    let more = !whole || back.len() < behind.len();
    let start = u32::try_from(front.len()).unwrap_or(0);
    let moved = Span::new(start, start + u32::try_from(mark.len()).unwrap_or(0));
    (line(&format!("{front}{mark}{back}{}", if more { DOTS } else { "" })), moved)
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Report {}

impl miette::Diagnostic for Report {
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
        _after: usize,
    ) -> Result<Box<dyn SpanContents<'a> + 'a>, MietteError> {
        // The renderer asks twice: for the mark alone, to name its place, and for the lines to show.
        let shown = if before == OWN_LINE { self.lines(span) } else { *span };
        let inner = self.text.read_span(&shown, 0, 0)?;
        let column = self.text.get(..shown.offset()).map_or(0, |front| {
            let line = front.rsplit('\n').next().unwrap_or_default();
            line.chars().count()
        });
        let contents = MietteSpanContents::new_named(
            self.name.clone(),
            inner.data(),
            *inner.span(),
            inner.line() + self.first_line,
            column + self.first_column,
            inner.line_count(),
        );
        Ok(Box::new(contents))
    }
}

impl Excerpt {
    /// The whole lines in which a span lies.
    fn lines(&self, span: &SourceSpan) -> SourceSpan {
        let (first, last) = (span.offset(), span.offset() + span.len());
        let start = self.text.get(..first).and_then(|front| front.rfind('\n')).map_or(0, |at| at + 1);
        let end = self.text.get(last..).and_then(|back| back.find('\n')).map_or(self.text.len(), |at| last + at);
        SourceSpan::from((start, end.saturating_sub(start)))
    }
}
