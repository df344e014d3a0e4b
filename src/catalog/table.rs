//! Sorted static text as a table: lines of tab-separated columns, the first of which is the key.
//!
//! Nothing is read before it is asked for: each lookup is a binary search in the text as it stands, without an index that a
//! start would have to build.

use std::cmp::Ordering;

/// A table whose lines are sorted by their first column without regard to ASCII case. Lines that begin with `#` stand in
/// front and say where the facts come from.
#[derive(Debug)]
pub struct Table {
    text: &'static str,
    /// Where the lines behind the header begin; the header has two.
    body: usize,
}

/// One line of a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Row {
    line: &'static str,
}

impl Row {
    /// A column, from 0; empty when the line has fewer.
    pub fn column(self, index: usize) -> &'static str {
        self.line.split('\t').nth(index).unwrap_or_default()
    }

    /// The first columns; empty where the line has fewer.
    pub fn columns<const N: usize>(self) -> [&'static str; N] {
        let mut rest = self.line.split('\t');
        std::array::from_fn(|_| rest.next().unwrap_or_default())
    }
}

/// Compares two texts without regard to ASCII case.
pub(super) fn compare(a: &str, b: &str) -> Ordering {
    a.bytes().map(|byte| byte.to_ascii_lowercase()).cmp(b.bytes().map(|byte| byte.to_ascii_lowercase()))
}

fn key(line: &str) -> &str {
    line.split_once('\t').map_or(line, |(key, _)| key)
}

impl Table {
    /// A table over a text.
    pub const fn new(text: &'static str) -> Self {
        let (mut rest, mut lines) = (text.as_bytes(), 0);
        while let [byte, behind @ ..] = rest
            && lines < 2
        {
            lines += (*byte == b'\n') as usize;
            rest = behind;
        }
        Self { text, body: text.len() - rest.len() }
    }

    /// What the table says of itself: its contents, sources and dates.
    pub fn header(&self) -> impl Iterator<Item = &'static str> {
        self.text.lines().take_while(|line| line.starts_with('#')).map(|line| line.trim_start_matches("# "))
    }

    /// All lines, in order.
    pub fn rows(&self) -> impl Iterator<Item = Row> {
        self.body().lines().map(|line| Row { line })
    }

    /// The line of that key, compared without regard to ASCII case.
    pub fn find(&self, wanted: &str) -> Option<Row> {
        let from = self.behind(wanted);
        let line = from.split_once('\n').map_or(from, |(line, _)| line);
        key(line).eq_ignore_ascii_case(wanted).then_some(Row { line })
    }

    /// The lines whose key begins so, compared without regard to ASCII case.
    pub fn starting_with(&self, prefix: &str) -> impl Iterator<Item = Row> + use<'_> {
        let from = self.behind(prefix);
        let prefix = prefix.to_owned();
        from.lines().take_while(move |line| starts_with(line, &prefix)).map(|line| Row { line })
    }

    /// The text from the first line on whose key is not before a wanted one.
    fn behind(&self, wanted: &str) -> &'static str {
        let body = self.body();
        let bytes = body.as_bytes();
        // Lines before `low` are before the wanted key, lines from `high` on are not; both stand where a line begins.
        let (mut low, mut high) = (0, bytes.len());
        while low < high {
            let middle = low.midpoint(high);
            let before = bytes.get(low..middle).unwrap_or_default();
            let start = before.iter().rposition(|byte| *byte == b'\n').map_or(low, |at| low + at + 1);
            if key_is_before(bytes.get(start..).unwrap_or_default(), wanted.as_bytes()) {
                let end = bytes.get(middle..high).and_then(|line| line.iter().position(|byte| *byte == b'\n'));
                low = end.map_or(high, |at| middle + at + 1);
            } else {
                high = start;
            }
        }
        body.get(low..).unwrap_or_default()
    }

    /// What stands behind the lines of the header.
    fn body(&self) -> &'static str {
        self.text.get(self.body..).unwrap_or_default()
    }
}

/// Whether a text begins with a prefix, without regard to ASCII case.
pub(super) fn starts_with(text: &str, prefix: &str) -> bool {
    text.get(..prefix.len()).is_some_and(|front| front.eq_ignore_ascii_case(prefix))
}

/// Whether the key at the front of a line is before a wanted one, without regard to ASCII case.
fn key_is_before(line: &[u8], wanted: &[u8]) -> bool {
    for (at, want) in wanted.iter().enumerate() {
        let (have, want) = match line.get(at) {
            None | Some(b'\t' | b'\n') => return true,
            Some(have) => (have.to_ascii_lowercase(), want.to_ascii_lowercase()),
        };
        if have != want {
            return have < want;
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    static SMALL: Table = Table::new("# a test\n# 2026\na:B\t1\na:c\t2\tx\nb\t3\n");

    #[test]
    fn every_line_is_found_by_its_key_and_no_other() {
        for (wanted, value) in [("a:b", "1"), ("A:C", "2"), ("b", "3")] {
            assert_eq!(SMALL.find(wanted).unwrap().column(1), value);
        }
        for wanted in ["", "a", "a:bb", "c", "#"] {
            assert_eq!(SMALL.find(wanted), None, "{wanted}");
        }
        assert_eq!(SMALL.starting_with("A:").count(), 2);
        assert_eq!(SMALL.header().next(), Some("a test"));
        assert_eq!(SMALL.find("a:c").unwrap().column(9), "");
    }
}
