//! Where an embedded document lies in its host file.

use super::Span;

/// A stretch of the embedded text and the stretch of the host text that spells it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Run {
    embedded: u32,
    host: u32,
    host_end: u32,
    /// One character spelled by an escape: its inside has no place of its own.
    escape: bool,
}

/// The map from offsets of an embedded document to offsets of the file that the user has.
///
/// A document that is the whole file has the identity map; one inside a JSON string has a run for every stretch between
/// escapes and one for every escape.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Origin {
    runs: Vec<Run>,
}

impl Origin {
    /// The map of a document that is the file itself.
    pub fn identity() -> Self {
        Self::default()
    }

    /// Whether the host spells some character of the document with an escape.
    pub fn has_escapes(&self) -> bool {
        self.runs.iter().any(|run| run.escape)
    }

    /// The place in the host file of a place in the embedded document.
    #[must_use]
    pub fn map(&self, span: Span) -> Span {
        if self.runs.is_empty() {
            return span;
        }
        let start = self.map_start(span.start);
        let end = if span.is_empty() { start } else { self.map_end(span.end) };
        Span::new(start, end)
    }

    /// This map followed by another one: for a document inside a text that is itself embedded in the file of `outer`.
    #[must_use]
    pub fn within(&self, outer: &Self) -> Self {
        if self.runs.is_empty() || outer.runs.is_empty() {
            return if self.runs.is_empty() { outer.clone() } else { self.clone() };
        }
        let mut runs = Vec::with_capacity(self.runs.len());
        for run in &self.runs {
            if run.escape {
                let host = outer.map(Span::new(run.host, run.host_end));
                runs.push(Run { host: host.start, host_end: host.end, ..*run });
            } else {
                outer.split(*run, &mut runs);
            }
        }
        Self { runs }
    }

    /// Cuts a verbatim run of an inner map where this map has its borders.
    fn split(&self, run: Run, runs: &mut Vec<Run>) {
        let mut at = run.host;
        while at < run.host_end {
            let next = self.runs.partition_point(|outer| outer.embedded <= at);
            let border = self.runs.get(next).map_or(u32::MAX, |outer| outer.embedded);
            let end = border.min(run.host_end);
            let host = self.map(Span::new(at, end));
            let escape = self.run_at(at).is_some_and(|outer| outer.escape);
            runs.push(Run { embedded: run.embedded + (at - run.host), host: host.start, host_end: host.end, escape });
            at = end;
        }
    }

    fn run_at(&self, offset: u32) -> Option<Run> {
        let at = self.runs.partition_point(|run| run.embedded <= offset);
        self.runs.get(at.saturating_sub(1)).copied()
    }

    fn map_start(&self, offset: u32) -> u32 {
        match self.run_at(offset) {
            Some(run) if run.escape => {
                if offset == run.embedded {
                    run.host
                } else {
                    run.host_end
                }
            }
            Some(run) => (run.host + (offset - run.embedded)).min(run.host_end.max(run.host)),
            None => offset,
        }
    }

    fn map_end(&self, end: u32) -> u32 {
        match self.run_at(end.saturating_sub(1)) {
            Some(run) if run.escape => run.host_end,
            Some(run) => (run.host + (end - run.embedded)).min(run.host_end),
            None => end,
        }
    }
}

/// Builds an [`Origin`] while the embedded text is decoded, from left to right.
#[derive(Debug, Default)]
pub struct OriginBuilder {
    runs: Vec<Run>,
    embedded: u32,
}

impl OriginBuilder {
    /// Adds `length` bytes that stand in the host as they are, from `host`.
    pub fn verbatim(&mut self, host: u32, length: u32) {
        if length == 0 {
            return;
        }
        let last = self.runs.last_mut().filter(|last| !last.escape && last.host_end == host);
        if let Some(last) = last {
            last.host_end += length;
        } else {
            self.runs.push(Run { embedded: self.embedded, host, host_end: host + length, escape: false });
        }
        self.embedded += length;
    }

    /// Adds one character of `length` bytes that the host spells with an escape over `host`.
    pub fn escape(&mut self, host: Span, length: u32) {
        self.runs.push(Run { embedded: self.embedded, host: host.start, host_end: host.end, escape: true });
        self.embedded += length;
    }

    /// Length of the embedded text so far.
    pub fn embedded_len(&self) -> u32 {
        self.embedded
    }

    /// The finished map, over an outer one when the host is itself embedded.
    pub fn finish(self) -> Origin {
        Origin { runs: self.runs }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_go_through_escapes() {
        // host: ab\"cd at 10..16, embedded: ab"cd
        let mut builder = OriginBuilder::default();
        builder.verbatim(10, 2);
        builder.escape(Span::new(12, 14), 1);
        builder.verbatim(14, 2);
        let origin = builder.finish();
        assert_eq!(origin.map(Span::new(0, 2)), Span::new(10, 12));
        assert_eq!(origin.map(Span::new(2, 3)), Span::new(12, 14));
        assert_eq!(origin.map(Span::new(1, 4)), Span::new(11, 15));
        assert_eq!(origin.map(Span::new(5, 5)), Span::at(16));
        assert_eq!(Origin::identity().map(Span::new(3, 4)), Span::new(3, 4));
    }

    #[test]
    fn a_map_within_a_map_leads_to_the_file() {
        // file: `  ab` line break `  cd`; middle: `abcd`; inner: `bc` and an escape over `d`
        let mut middle = OriginBuilder::default();
        middle.verbatim(2, 2);
        middle.verbatim(7, 2);
        let mut inner = OriginBuilder::default();
        inner.verbatim(1, 2);
        inner.escape(Span::new(3, 4), 5);
        let origin = inner.finish().within(&middle.finish());
        assert_eq!(origin.map(Span::new(0, 1)), Span::new(3, 4));
        assert_eq!(origin.map(Span::new(1, 2)), Span::new(7, 8));
        assert_eq!(origin.map(Span::new(0, 2)), Span::new(3, 8));
        assert_eq!(origin.map(Span::new(2, 7)), Span::new(8, 9));
    }
}
