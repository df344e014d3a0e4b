//! The difference of two texts as a unified diff.

use std::fmt::Write as _;

/// Lines of context around a change.
const CONTEXT: usize = 3;
/// Cells of the table of common lines; beyond it the changed middle is one hunk.
const CELLS: usize = 4_000_000;

/// A line of the difference: from the old text, the new one, or both.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Line<'t> {
    Same(&'t str),
    Old(&'t str),
    New(&'t str),
}

/// The unified diff of two texts of one file; empty when they are the same.
pub fn unified(name: &str, old: &str, new: &str) -> String {
    let (a, b): (Vec<&str>, Vec<&str>) = (old.split_inclusive('\n').collect(), new.split_inclusive('\n').collect());
    let lines = difference(&a, &b);
    let changed: Vec<usize> =
        lines.iter().enumerate().filter(|(_, line)| !matches!(line, Line::Same(_))).map(|(at, _)| at).collect();
    let Some(first) = changed.first() else { return String::new() };
    let mut text = format!("--- {name}\n+++ {name}\n");
    let mut from = first.saturating_sub(CONTEXT);
    let mut last = *first;
    for at in changed.iter().skip(1).copied().chain([usize::MAX]) {
        if at.saturating_sub(last) > 2 * CONTEXT {
            hunk(&lines, from, (last + CONTEXT + 1).min(lines.len()), &mut text);
            from = at.saturating_sub(CONTEXT);
        }
        last = at;
    }
    text
}

fn hunk(lines: &[Line<'_>], from: usize, to: usize, text: &mut String) {
    let count = |lines: &[Line<'_>], old: bool| {
        lines
            .iter()
            .filter(|line| if old { !matches!(line, Line::New(_)) } else { !matches!(line, Line::Old(_)) })
            .count()
    };
    let before = lines.get(..from).unwrap_or_default();
    let inside = lines.get(from..to).unwrap_or_default();
    let start = |old| if count(inside, old) == 0 { count(before, old) } else { count(before, old) + 1 };
    let _ = writeln!(text, "@@ -{},{} +{},{} @@", start(true), count(inside, true), start(false), count(inside, false));
    for line in inside {
        let (mark, line) = match line {
            Line::Same(line) => (' ', line),
            Line::Old(line) => ('-', line),
            Line::New(line) => ('+', line),
        };
        text.push(mark);
        text.push_str(line);
        if !line.ends_with('\n') {
            text.push_str("\n\\ No newline at end of file\n");
        }
    }
}

fn difference<'t>(a: &[&'t str], b: &[&'t str]) -> Vec<Line<'t>> {
    let front = a.iter().zip(b).take_while(|(x, y)| x == y).count();
    let (rest_a, rest_b) = (a.get(front..).unwrap_or_default(), b.get(front..).unwrap_or_default());
    let back = rest_a.iter().rev().zip(rest_b.iter().rev()).take_while(|(x, y)| x == y).count();
    let middle_a = rest_a.get(..rest_a.len() - back).unwrap_or_default();
    let middle_b = rest_b.get(..rest_b.len() - back).unwrap_or_default();
    let mut lines: Vec<Line<'t>> = a.iter().take(front).map(|line| Line::Same(line)).collect();
    lines.extend(middle(middle_a, middle_b));
    lines.extend(rest_a.iter().skip(middle_a.len()).map(|line| Line::Same(line)));
    lines
}

/// By a longest common subsequence.
#[expect(clippy::many_single_char_names, reason = "the letters of the usual table")]
fn middle<'t>(a: &[&'t str], b: &[&'t str]) -> Vec<Line<'t>> {
    let width = b.len() + 1;
    if a.len().saturating_mul(width) > CELLS {
        return a.iter().map(|line| Line::Old(line)).chain(b.iter().map(|line| Line::New(line))).collect();
    }
    let mut table = vec![0_u32; (a.len() + 1) * width];
    let at = |table: &[u32], i: usize, j: usize| table.get(i * width + j).copied().unwrap_or(0);
    for (i, x) in a.iter().enumerate().rev() {
        for (j, y) in b.iter().enumerate().rev() {
            let longest =
                if x == y { at(&table, i + 1, j + 1) + 1 } else { at(&table, i + 1, j).max(at(&table, i, j + 1)) };
            if let Some(cell) = table.get_mut(i * width + j) {
                *cell = longest;
            }
        }
    }
    let (mut i, mut j, mut lines) = (0, 0, Vec::new());
    loop {
        match (a.get(i), b.get(j)) {
            (Some(x), Some(y)) if x == y => {
                lines.push(Line::Same(x));
                i += 1;
                j += 1;
            }
            (Some(x), Some(_)) if at(&table, i + 1, j) >= at(&table, i, j + 1) => {
                lines.push(Line::Old(x));
                i += 1;
            }
            (_, Some(y)) => {
                lines.push(Line::New(y));
                j += 1;
            }
            (Some(x), None) => {
                lines.push(Line::Old(x));
                i += 1;
            }
            (None, None) => return lines,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hunks_have_context_and_numbers() {
        let old: String = (0..20).map(|n| n.to_string() + "\n").collect();
        let new = old.replace("5\n", "five\n").replace("17\n", "");
        let diff = unified("a", &old, &new);
        assert!(diff.starts_with("--- a\n+++ a\n@@ -3,7 +3,7 @@\n 2\n 3\n 4\n-5\n+five\n 6\n"), "{diff}");
        assert_eq!(unified("a", &old, &old), "");
        assert!(unified("a", "x", "y").ends_with("+y\n\\ No newline at end of file\n"));
    }
}
