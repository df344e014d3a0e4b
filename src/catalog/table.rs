//! Sorted static text as a table: lines of tab-separated columns, the first of which is the key.
//!
//! Nothing is parsed before it is asked for: a lookup is a binary search over the text.

use std::cmp::Ordering;

/// A table whose lines are sorted by their first column without regard to ASCII case. Lines that begin with `#` stand in
/// front and say where the facts come from.
#[derive(Debug, Clone, Copy)]
pub struct Table {
    text: &'static str,
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
}

/// Compares two texts without regard to ASCII case.
pub fn compare(a: &str, b: &str) -> Ordering {
    a.bytes().map(|byte| byte.to_ascii_lowercase()).cmp(b.bytes().map(|byte| byte.to_ascii_lowercase()))
}

fn key(line: &str) -> &str {
    line.split_once('\t').map_or(line, |(key, _)| key)
}

impl Table {
    /// A table over a text.
    pub const fn new(text: &'static str) -> Self {
        Self { text }
    }

    /// What the table says of itself: its contents, sources and dates.
    pub fn header(self) -> impl Iterator<Item = &'static str> {
        self.text.lines().take_while(|line| line.starts_with('#')).map(|line| line.trim_start_matches("# "))
    }

    /// All lines, in order.
    pub fn rows(self) -> impl Iterator<Item = Row> {
        self.body().lines().map(|line| Row { line })
    }

    /// The line of that key, compared without regard to ASCII case.
    pub fn find(self, wanted: &str) -> Option<Row> {
        let line = lines_from(self.body(), |line| compare(key(line), wanted).is_lt()).lines().next()?;
        compare(key(line), wanted).is_eq().then_some(Row { line })
    }

    /// The lines whose key begins so, compared without regard to ASCII case.
    pub fn starting_with(self, prefix: &str) -> impl Iterator<Item = Row> {
        let from = lines_from(self.body(), |line| compare(key(line), prefix).is_lt());
        from.lines().take_while(move |line| starts_with(key(line), prefix)).map(|line| Row { line })
    }

    fn body(self) -> &'static str {
        let mut rest = self.text;
        while rest.starts_with('#') {
            rest = rest.split_once('\n').map_or("", |(_, behind)| behind);
        }
        rest
    }
}

/// Whether a text begins with a prefix, without regard to ASCII case.
pub fn starts_with(text: &str, prefix: &str) -> bool {
    text.get(..prefix.len()).is_some_and(|front| front.eq_ignore_ascii_case(prefix))
}

/// The text from the first line on that is not `before`; lines for which it is true stand first.
fn lines_from(text: &'static str, before: impl Fn(&str) -> bool) -> &'static str {
    let (mut low, mut high) = (0, text.len());
    while low < high {
        let middle = low + (high - low) / 2;
        let start = text.get(..middle).and_then(|front| front.rfind('\n')).map_or(0, |at| at + 1);
        let Some(from) = text.get(start..) else { return "" };
        let line = from.lines().next().unwrap_or_default();
        if before(line) {
            low = start + line.len() + 1;
        } else {
            high = start;
        }
    }
    text.get(low..).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    const SMALL: Table = Table::new("# a test\n# 2026\na:B\t1\na:c\t2\tx\nb\t3\n");

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
