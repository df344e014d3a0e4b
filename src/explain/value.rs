//! The value behind a label, as far as one can be told in broken text.

use super::label::Field;
use super::lex::{Letters, Quote};

/// Where a value stands, without its quotes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Value {
    pub(super) start: usize,
    pub(super) end: usize,
}

/// A value and the place behind it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Read {
    pub(super) value: Value,
    pub(super) behind: usize,
}

/// How a label stood: decides where its value may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Style {
    /// `Label: value` or `Label=value`
    Plain,
    /// `"Label": value`
    Quoted,
    /// `<Label>value</Label>`
    Element,
}

/// The place of the value behind a label that ends at `at`, and how the label stands; none when no separator follows.
pub(super) fn separator(letters: Letters<'_>, start: usize, at: usize) -> Option<(Style, usize)> {
    let before = letters.slice(start.saturating_sub(6), start);
    let opened = before.ends_with('<') || before.ends_with("&lt;") || before.ends_with("\\u003c");
    if opened {
        return letters.closing(at).map(|behind| (Style::Element, behind));
    }
    let mut style = Style::Plain;
    // The line was wrapped right before the closing quotation mark.
    let wrapped =
        matches!(letters.byte(at), b'\n' | b'\r' | b'\\').then(|| letters.blank(at)).filter(|(_, breaks)| *breaks);
    let wrapped = wrapped
        .map(|(next, _)| next)
        .filter(|next| letters.quote(*next).is_some_and(|(_, behind)| letters.byte(behind) == b':'));
    let mut at = wrapped.unwrap_or(at);
    if let Some((_, behind)) = letters.quote(at) {
        style = Style::Quoted;
        at = behind;
    } else if letters.byte(at) == b']' {
        at += 1;
    }
    at = letters.skip_line_space(at);
    match letters.byte(at) {
        b'=' if letters.byte(at + 1) == b'>' => Some((Style::Quoted, at + 2)),
        b':' if !letters.starts(at, "://") && !letters.starts(at, "::") => Some((style, at + 1)),
        b'=' if letters.byte(at + 1) != b'=' => Some((style, at + 1)),
        0xEF if letters.starts(at, "：") => Some((style, at + 3)),
        _ => None,
    }
}

/// Reads the value at a place. None where nothing stands.
pub(super) fn read(letters: Letters<'_>, at: usize, style: Style, field: Field) -> Option<Read> {
    match style {
        Style::Element => element(letters, at, field),
        Style::Plain => after(letters, letters.skip_line_space(at), field),
        Style::Quoted => after(letters, letters.skip_space(at), field),
    }
}

/// Reads a value behind its separator and white space.
fn after(letters: Letters<'_>, at: usize, field: Field) -> Option<Read> {
    let mut at = at;
    if letters.byte(at) == b'[' {
        at = letters.skip_space(at + 1);
    }
    // PHP's `string(13) "Forbidden.RAM"`.
    if letters.starts(at, "string(") {
        let digits = at + 7;
        let close = digits + letters.slice(digits, (digits + 6).min(letters.len())).find(')').unwrap_or(0);
        if close > digits {
            at = letters.skip_line_space(close + 1);
        }
    }
    // Python's `u'Forbidden.RAM'` and `b'..'`.
    if matches!(letters.byte(at), b'u' | b'b') && matches!(letters.byte(at + 1), b'"' | b'\'') {
        at += 1;
    }
    match letters.quote(at) {
        Some((quote, behind)) => quoted(letters, quote, behind, field),
        None => bare(letters, at, field),
    }
}

/// A string up to its own quotation mark, or to one under fewer backslashes: then the text around it has ended first.
fn quoted(letters: Letters<'_>, quote: Quote, start: usize, field: Field) -> Option<Read> {
    let limit = start.saturating_add(field.limit()).min(letters.len());
    let mut at = start;
    while at < limit {
        match letters.byte(at) {
            b'"' | b'\'' | b'`' | b'\\' | b'&' | 0xE2 => match letters.quote(at) {
                Some((found, behind)) if found.mark == quote.mark && found.level <= quote.level => {
                    return value(start, at, behind);
                }
                Some((_, behind)) => at = behind,
                None if letters.byte(at) == b'\\' => at += letters.backslashes(at),
                None => at = letters.next_char(at),
            },
            _ => at += 1,
        }
    }
    // Cut off, or never closed: what stands on the line.
    bare(letters, start, field)
}

/// A value without quotes: a message runs to the end of its line, everything else to the end of its word.
pub(super) fn bare(letters: Letters<'_>, start: usize, field: Field) -> Option<Read> {
    let limit = start.saturating_add(field.limit()).min(letters.len());
    let solid = field != Field::Message;
    if field == Field::Code && letters.byte(start) >= 0x80 {
        return None;
    }
    if let Some(end) = field.spellings().iter().find_map(|spelling| letters.phrase(start, spelling)) {
        return value(start, end, end);
    }
    let mut at = start;
    let mut inside = 0_usize;
    while at < limit {
        let (next, breaks) = letters.blank(at);
        if breaks || (next != at && solid) {
            break;
        }
        let byte = letters.byte(at);
        if solid {
            match byte {
                // `project/<name>`: a placeholder in an ARN.
                b'<' if field.is_arn() && placeholder(letters, at).is_some() => {
                    at = placeholder(letters, at).unwrap_or(at + 1);
                    continue;
                }
                b'"' | b'\'' | b'`' | b'\\' | b',' | b';' | b'<' | b')' | b'&' => break,
                b'{' | b'[' => inside += 1,
                b'}' | b']' if inside == 0 => break,
                b'}' | b']' => inside -= 1,
                _ => {}
            }
            if byte >= 0x80 && is_end(letters.slice(at, letters.next_char(at))) {
                break;
            }
        }
        at = if next == at { letters.next_char(at) } else { next };
    }
    let mut end = at.min(letters.len());
    while end > start && letters.text.get(start..end).is_none() {
        end -= 1;
    }
    let text = letters.slice(start, end).trim_end();
    let dots = text.len() - text.trim_end_matches('.').len();
    let text = if solid && dots == 1 { text.trim_end_matches('.') } else { text };
    let text = if solid { text.trim_end_matches(':') } else { text };
    // `ErrorCode: NoPermissionErrorMessage: ..`, where a line break was lost: the label that follows is not the code's.
    if let Some(code) = text.strip_suffix("ErrorMessage").filter(|code| field == Field::Code && !code.is_empty()) {
        return value(start, start + code.len(), start + code.len());
    }
    value(start, start + text.len(), end)
}

/// The place behind `<name>`, which is no element of HTML.
fn placeholder(letters: Letters<'_>, at: usize) -> Option<usize> {
    let end = letters.word_end(at + 1);
    let name = letters.slice(at + 1, end);
    let is_name = letters.byte(end) == b'>' && !name.is_empty() && !["br", "p", "li", "td", "pre"].contains(&name);
    is_name.then_some(end + 1)
}

/// Marks that end a word in Chinese text.
fn is_end(letter: &str) -> bool {
    matches!(letter, "，" | "。" | "；" | "、" | "）" | "”" | "’" | "」" | "】" | "│")
}

fn element(letters: Letters<'_>, at: usize, field: Field) -> Option<Read> {
    let mut start = letters.skip_space(at);
    let mut close = "<";
    for (open, end) in [("<![CDATA[", "]]>"), ("&lt;![CDATA[", "]]&gt;")] {
        if letters.starts(start, open) {
            start += open.len();
            close = end;
        }
    }
    let limit = start.saturating_add(field.limit()).min(letters.len());
    let mut at = start;
    while at < limit && !letters.starts(at, close) && !(close == "<" && letters.opening(at).is_some()) {
        // A run of backslashes is looked at once.
        at += if letters.byte(at) == b'\\' { letters.backslashes(at) } else { 1 };
    }
    let text = letters.slice(start, at).trim_end();
    value(start, start + text.len(), at)
}

fn value(start: usize, end: usize, behind: usize) -> Option<Read> {
    (end > start).then_some(Read { value: Value { start, end }, behind: behind.max(end) })
}

impl Value {
    /// The text with every layer of escapes taken off; a solid one without the breaks of wrapped lines.
    pub(super) fn decoded(self, letters: Letters<'_>, solid: bool) -> String {
        let mut text = String::new();
        let mut at = self.start;
        while at < self.end {
            let (next, breaks) = letters.blank(at);
            if next != at {
                let spaces = if solid { !breaks && letters.byte(at) == b' ' } else { !text.ends_with(' ') };
                if spaces {
                    text.push(' ');
                }
                at = if breaks { letters.skip_space(next) } else { next };
                continue;
            }
            if letters.byte(at) == b'\\' {
                let behind = at + letters.backslashes(at);
                match escaped(letters, behind) {
                    Some((letter, next)) => {
                        text.push(letter);
                        at = next;
                    }
                    None => at = behind,
                }
                continue;
            }
            if let Some((entity, letter)) = ENTITIES.iter().find(|(entity, _)| letters.starts(at, entity)) {
                text.push(*letter);
                at += entity.len();
                continue;
            }
            let next = letters.next_char(at);
            text.push_str(letters.slice(at, next));
            at = next;
        }
        text.trim().to_owned()
    }
}

const ENTITIES: &[(&str, char)] =
    &[("&quot;", '"'), ("&#34;", '"'), ("&apos;", '\''), ("&#39;", '\''), ("&lt;", '<'), ("&gt;", '>'), ("&amp;", '&')];

/// `uXXXX` behind backslashes.
fn escaped(letters: Letters<'_>, at: usize) -> Option<(char, usize)> {
    let digits = letters.byte(at) == b'u';
    let code = u32::from_str_radix(letters.slice(at + 1, at + 5), 16).ok().filter(|_| digits)?;
    Some((char::from_u32(code)?, at + 5))
}
