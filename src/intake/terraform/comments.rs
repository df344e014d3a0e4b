//! The comments of a Terraform file, and the first string that is left open; interpolations and heredocs are passed over.

use crate::intake::Comment;
use crate::text::Span;

/// What the reader is inside of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Inside {
    /// A quoted string that begins there.
    String(usize),
    /// `${ .. }` or `%{ .. }`, with this many braces open in it.
    Interpolation(u32),
}

/// What a look at the text's characters finds.
#[derive(Debug, Default)]
pub(super) struct Scan {
    /// The comments in order.
    pub(super) comments: Vec<Comment>,
    /// From its quote to the end of its line: the first string that is not closed there.
    pub(super) open_string: Option<Span>,
}

/// Reads the whole text. Never recursive; broken text gives fewer or more comments, nothing worse.
pub(super) fn scan(text: &str) -> Scan {
    let mut found = Scan::default();
    let mut inside: Vec<Inside> = Vec::new();
    let mut at = 0;
    while let Some(rest) = text.get(at..).filter(|rest| !rest.is_empty()) {
        if let Some(Inside::String(start)) = inside.last() {
            if rest.starts_with('\n') && found.open_string.is_none() {
                found.open_string = place(*start, at);
            }
            at += string(rest, &mut inside);
            continue;
        }
        let step = rest.chars().next().map_or(1, char::len_utf8);
        at += match rest.as_bytes() {
            [b'#', ..] => comment(rest, at, 1, line(rest), &mut found.comments),
            [b'/', b'/', ..] => comment(rest, at, 2, line(rest), &mut found.comments),
            [b'/', b'*', ..] => {
                let end = rest.get(2..).and_then(|inner| inner.find("*/")).map_or(rest.len(), |end| end + 4);
                comment(rest, at, 2, end, &mut found.comments)
            }
            [b'<', b'<', ..] => heredoc(rest),
            [b'"', ..] => {
                inside.push(Inside::String(at));
                1
            }
            [b'{', ..] => {
                if let Some(Inside::Interpolation(open)) = inside.last_mut() {
                    *open += 1;
                }
                1
            }
            [b'}', ..] => {
                match inside.last_mut() {
                    Some(Inside::Interpolation(0)) => {
                        inside.pop();
                    }
                    Some(Inside::Interpolation(open)) => *open -= 1,
                    Some(Inside::String(_)) | None => {}
                }
                1
            }
            _ => step,
        };
    }
    found
}

/// Length of the piece at the front of a string's inside.
fn string(rest: &str, inside: &mut Vec<Inside>) -> usize {
    match rest.as_bytes() {
        [b'$', b'$', b'{', ..] | [b'%', b'%', b'{', ..] => 3,
        [b'$' | b'%', b'{', ..] => {
            inside.push(Inside::Interpolation(0));
            2
        }
        [b'\\', ..] => 1 + rest.chars().nth(1).map_or(0, char::len_utf8),
        // A string does not go over its line: an open quote must not swallow the rest of the file.
        [b'"' | b'\n', ..] => {
            inside.pop();
            1
        }
        _ => rest.chars().next().map_or(1, char::len_utf8),
    }
}

fn line(rest: &str) -> usize {
    rest.find('\n')
        .map_or(rest.len(), |end| if rest.get(..end).is_some_and(|line| line.ends_with('\r')) { end - 1 } else { end })
}

fn comment(rest: &str, at: usize, marks: usize, length: usize, found: &mut Vec<Comment>) -> usize {
    let inner = rest.get(marks..length).unwrap_or_default();
    let inner = if rest.starts_with("/*") { inner.strip_suffix("*/").unwrap_or(inner) } else { inner };
    found.extend(place(at, at + length).map(|span| Comment { span, text: inner.trim().to_owned() }));
    length
}

fn place(start: usize, end: usize) -> Option<Span> {
    Some(Span::new(u32::try_from(start).ok()?, u32::try_from(end).ok()?))
}

/// Length of a heredoc, or of the two characters when it is none.
fn heredoc(rest: &str) -> usize {
    let behind = rest.get(2..).unwrap_or_default();
    let behind = behind.strip_prefix('-').unwrap_or(behind);
    let name: &str = behind.lines().next().unwrap_or_default().trim_end();
    let is_name = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-');
    if name.is_empty() || !name.chars().all(is_name) {
        return 2;
    }
    let mut length = 0;
    for (number, line) in rest.split_inclusive('\n').enumerate() {
        if number > 0 && line.trim() == name {
            return length + line.trim_end().len();
        }
        length += line.len();
    }
    rest.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_are_found_and_their_look_alikes_are_not() {
        let text = "# one\na = \"# no ${f(\"// no\") /* two */} # no\" // three\r\nb = <<-EOF\n # no\n EOF\n/* four\n# no */ c = 1 << 2 # five";
        let found = scan(text).comments;
        let texts: Vec<&str> = found.iter().map(|comment| comment.text.as_str()).collect();
        assert_eq!(texts, ["one", "two", "three", "four\n# no", "five"]);
        assert_eq!(found[2].span.of(text), "// three");
    }
}
