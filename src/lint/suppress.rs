//! Looking away, with a reason: comments in Terraform and YAML, and entries of the configuration.
//!
//! `# ramspect: ignore[code, code] reason`, with an optional `until=2027-01-31` in front of the reason, is about the statement
//! that it stands in, or the one that begins on its line or the next; elsewhere about the findings of these two lines. Written
//! `ignore-file[..]`, it is about the whole file.

use std::collections::HashMap;

use super::source::Placed;
use super::{find, is_refusal, suggestion};
use crate::diagnostic::{Diagnostic, Severity};
use crate::text::{Source, Span};

/// Where a comment looks away.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Reach {
    File,
    Place(Span),
}

/// A comment that asks to look away.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Comment {
    /// The rules.
    pub codes: Vec<String>,
    /// The last day it holds, `YYYY-MM-DD`.
    pub until: Option<String>,
    /// Why.
    pub reason: String,
    /// Where the comment stands.
    pub span: Span,
    reach: Reach,
}

/// An entry of the configuration, as far as it concerns one file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The rule.
    pub code: String,
    /// Only the statement with that `Sid`.
    pub sid: Option<String>,
    /// Only the statement of that index.
    pub statement: Option<usize>,
    /// The last day it holds.
    pub until: Option<String>,
}

/// Reads the comments of a file; those of another form are none of ours. Mistakes in ours become findings.
pub fn comments(
    source: &Source,
    comments: &[crate::intake::Comment],
    statements: &[Placed],
) -> (Vec<Comment>, Vec<Diagnostic>) {
    let (mut found, mut mistakes) = (Vec::new(), Vec::new());
    let mut places = None;
    for comment in comments {
        let Some(rest) = comment.text.trim_start().strip_prefix("ramspect:") else { continue };
        match parse(rest.trim()) {
            Err(message) => mistakes.push(bad(message, comment.span)),
            Ok((file, codes, until, reason)) => {
                for code in &codes {
                    mistakes.extend(wrong_code(code, comment.span));
                }
                let reach = if file {
                    Reach::File
                } else {
                    let places = places.get_or_insert_with(|| Places::new(source, statements));
                    Reach::Place(places.reach(source, comment.span))
                };
                found.push(Comment { codes, until, reason, span: comment.span, reach });
            }
        }
    }
    (found, mistakes)
}

fn bad(message: String, span: Span) -> Diagnostic {
    let help =
        "write `# ramspect: ignore[rule] reason`, with `until=YYYY-MM-DD` in front of the reason if it is to end";
    Diagnostic::warning("bad-suppression", message, span).with_help(help)
}

/// What is wrong with suppressing a rule, if anything.
pub(super) fn wrong_code(code: &str, span: Span) -> Option<Diagnostic> {
    let Some(rule) = find(code) else {
        let mut diagnostic = bad(format!("no rule is called `{code}`"), span);
        diagnostic.help = suggestion(code).map(|near| format!("did you mean `{near}`?")).or(diagnostic.help);
        return Some(diagnostic);
    };
    (!rule.meta().suppressible).then(|| {
        bad(format!("`{code}` cannot be suppressed"), span)
            .with_help("RAM refuses such a document; repair it, or exclude the file")
    })
}

type Parts = (bool, Vec<String>, Option<String>, String);

fn parse(text: &str) -> Result<Parts, String> {
    let (verb, rest) = text.split_once('[').ok_or_else(|| "a suppression without `[rule]`".to_owned())?;
    let file = match verb.trim() {
        "ignore" => false,
        "ignore-file" => true,
        other => return Err(format!("`{other}` is neither `ignore` nor `ignore-file`")),
    };
    let (codes, reason) =
        rest.split_once(']').ok_or_else(|| "the bracket of the suppression is not closed".to_owned())?;
    let codes: Vec<String> =
        codes.split(',').map(|code| code.trim().to_owned()).filter(|code| !code.is_empty()).collect();
    if codes.is_empty() {
        return Err("a suppression without a rule".to_owned());
    }
    let mut reason = reason.trim();
    let mut until = None;
    if let Some(rest) = reason.strip_prefix("until=") {
        let (date, behind) = rest.split_once(char::is_whitespace).unwrap_or((rest, ""));
        if !is_date(date) {
            return Err(format!("`{date}` is no date of the form `2027-01-31`"));
        }
        until = Some(date.to_owned());
        reason = behind.trim();
    }
    if reason.is_empty() {
        return Err("a suppression without a reason".to_owned());
    }
    Ok((file, codes, until, reason.to_owned()))
}

/// Whether a text is a day, `YYYY-MM-DD`.
pub(super) fn is_date(text: &str) -> bool {
    text.len() == 10 && crate::policy::operand::instant(&format!("{text}T00:00:00Z")).is_some()
}

type Numbered = Vec<(Span, usize)>;

/// Stretches by place, each with a number.
#[derive(Debug, Default)]
struct Stretches {
    sorted: Numbered,
    /// The greatest end up to each.
    ends: Vec<u32>,
}

impl Stretches {
    fn new(mut sorted: Numbered) -> Self {
        sorted.sort();
        // Of several with the same place the first counts.
        sorted.dedup_by_key(|(span, _)| *span);
        let ends = sorted.iter().scan(0, |end, (span, _)| {
            *end = span.end.max(*end);
            Some(*end)
        });
        Self { ends: ends.collect(), sorted }
    }

    /// Those around a place.
    fn around(&self, inner: Span) -> impl Iterator<Item = (Span, usize)> + '_ {
        let behind = self.sorted.partition_point(|(span, _)| span.start <= inner.start);
        let before = self.sorted.iter().zip(&self.ends).take(behind).rev();
        before
            .take_while(move |(_, end)| inner.end <= **end)
            .map(|(stretch, _)| *stretch)
            .filter(move |(span, _)| inner.end <= span.end)
    }
}

/// The statements of a file, to be found by place and by line.
#[derive(Debug)]
struct Places {
    stretches: Stretches,
    /// The first statement that begins on a line, with its number.
    lines: HashMap<u32, (usize, Span)>,
}

impl Places {
    fn new(source: &Source, statements: &[Placed]) -> Self {
        let mut lines = HashMap::new();
        for (number, placed) in statements.iter().enumerate() {
            lines.entry(source.position(placed.span.start).line).or_insert((number, placed.span));
        }
        let numbered = statements.iter().enumerate().map(|(number, placed)| (placed.span, number));
        Self { stretches: Stretches::new(numbered.collect()), lines }
    }

    /// The statement around a comment, or the one that begins on its line or the next; else these two lines.
    fn reach(&self, source: &Source, comment: Span) -> Span {
        if let Some((span, _)) = self.stretches.around(comment).min_by_key(|(span, number)| (span.len(), *number)) {
            return span;
        }
        let line = source.position(comment.start).line;
        let begins = [line, line.saturating_add(1)].into_iter().filter_map(|line| self.lines.get(&line));
        if let Some((_, span)) = begins.min() {
            return *span;
        }
        let start =
            source.text().get(..comment.start as usize).and_then(|front| front.rfind('\n')).map_or(0, |at| at + 1);
        let behind = source.text().get(comment.end as usize..).unwrap_or_default();
        let mut ends = behind.match_indices('\n').map(|(at, _)| at);
        let end = ends.next().and_then(|_| ends.next()).unwrap_or(behind.len()) + comment.end as usize;
        Span::new(u32::try_from(start).unwrap_or(0), u32::try_from(end).unwrap_or(u32::MAX))
    }
}

/// What is left of the findings of one file.
#[derive(Debug, Clone, Default)]
pub struct Outcome {
    /// Findings that stay, findings about suppressions included.
    pub kept: Vec<Diagnostic>,
    /// How many were suppressed.
    pub suppressed: usize,
    /// For each entry of the configuration, whether it suppressed something.
    pub used: Vec<bool>,
}

/// For each rule: the first comment that is about the whole file, and those that are about a place.
fn by_code(comments: &[Comment]) -> HashMap<&str, (Option<usize>, Stretches)> {
    let mut found = HashMap::<&str, (Option<usize>, Numbered)>::new();
    for (number, comment) in comments.iter().enumerate() {
        for code in &comment.codes {
            let (file, places) = found.entry(code).or_default();
            match comment.reach {
                Reach::File => *file = file.or(Some(number)),
                Reach::Place(span) => places.push((span, number)),
            }
        }
    }
    found.into_iter().map(|(code, (file, places))| (code, (file, Stretches::new(places)))).collect()
}

/// The statements by their index in their document, where an entry asks for a `Sid`.
fn by_index(entries: &[Entry], statements: &[Placed]) -> HashMap<usize, Stretches> {
    let mut found = HashMap::<usize, Numbered>::new();
    if entries.iter().any(|entry| entry.sid.is_some()) {
        for (number, placed) in statements.iter().enumerate() {
            found.entry(placed.index).or_default().push((placed.span, number));
        }
    }
    found.into_iter().map(|(index, places)| (index, Stretches::new(places))).collect()
}

/// Takes away what comments and entries suppress on a day (`YYYY-MM-DD`). What RAM refuses stays.
/// `ran` tells which rules were run: of others nothing is known to be unused.
pub fn suppress(
    findings: Vec<Diagnostic>,
    comments: &[Comment],
    entries: &[Entry],
    statements: &[Placed],
    today: &str,
    ran: &dyn Fn(&str) -> bool,
) -> Outcome {
    let mut outcome = Outcome { used: vec![false; entries.len()], ..Outcome::default() };
    let mut used_comments = vec![false; comments.len()];
    let asked = by_code(comments);
    let by_index = by_index(entries, statements);
    let over = |until: &Option<String>| until.as_deref().is_some_and(|until| until < today);
    for finding in findings {
        if is_refusal(&finding) {
            outcome.kept.push(finding);
            continue;
        }
        let sid = || {
            let around = by_index.get(&finding.statement?)?.around(finding.primary.span);
            let number = around.map(|(_, number)| number).min()?;
            statements.get(number)?.sid.as_deref()
        };
        let by_comment = asked.get(finding.code).and_then(|(file, places)| {
            let around = places.around(finding.primary.span).map(|(_, number)| number);
            around.chain(*file).min()
        });
        let by_entry = entries.iter().position(|entry| {
            entry.code == finding.code
                && entry.statement.is_none_or(|statement| finding.statement == Some(statement))
                && entry.sid.as_deref().is_none_or(|wanted| sid() == Some(wanted))
        });
        let mut until = None;
        if let Some((used, comment)) = by_comment.and_then(|at| used_comments.get_mut(at).zip(comments.get(at))) {
            *used = true;
            until = Some(&comment.until);
        } else if let Some((used, entry)) = by_entry.and_then(|at| outcome.used.get_mut(at).zip(entries.get(at))) {
            *used = true;
            until = Some(&entry.until);
        }
        match until {
            Some(until) if !over(until) => outcome.suppressed += 1,
            _ => outcome.kept.push(finding),
        }
    }
    for (comment, used) in comments.iter().zip(used_comments) {
        if over(&comment.until) {
            let until = comment.until.as_deref().unwrap_or_default();
            let message = format!("the suppression held until {until}");
            let help = "repair the finding, or set a later date with a reason";
            outcome.kept.push(Diagnostic::warning("expired-suppression", message, comment.span).with_help(help));
        } else if !used && comment.codes.iter().all(|code| wrong_code(code, comment.span).is_none() && ran(code)) {
            let message = format!("nothing here is suppressed by `{}`", comment.codes.join(", "));
            outcome.kept.push(
                Diagnostic::new("unused-suppression", Severity::Warning, message, comment.span).with_help("remove it"),
            );
        }
    }
    outcome.kept.sort_by_key(|diagnostic| diagnostic.primary.span);
    outcome
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_comment_has_rules_a_reason_and_maybe_an_end() {
        assert_eq!(
            parse("ignore[a, b] because").unwrap(),
            (false, vec!["a".into(), "b".into()], None, "because".into())
        );
        assert_eq!(parse("ignore-file[a] until=2027-01-31 because x").unwrap().2.as_deref(), Some("2027-01-31"));
        for wrong in
            ["ignore[a]", "ignore a why", "ignore[] why", "ignor[a] why", "ignore[a why", "ignore[a] until=soon why"]
        {
            assert!(parse(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn what_ram_refuses_stays_and_an_expired_reason_does_not_help() {
        let findings = || {
            vec![
                Diagnostic::error("syntax", "x", Span::new(0, 1)),
                Diagnostic::warning("administrator", "y", Span::new(5, 6)),
            ]
        };
        let comment = |codes: &[&str], until: Option<&str>| Comment {
            codes: codes.iter().map(|code| (*code).to_owned()).collect(),
            until: until.map(str::to_owned),
            reason: "r".into(),
            span: Span::new(2, 3),
            reach: Reach::File,
        };
        let codes = |comment: Comment| {
            let outcome = suppress(findings(), &[comment], &[], &[], "2026-11-24", &|_| true);
            let codes: Vec<_> = outcome.kept.iter().map(|finding| finding.code).collect();
            (codes, outcome.suppressed)
        };
        assert_eq!(codes(comment(&["administrator", "syntax"], None)), (vec!["syntax"], 1));
        assert_eq!(
            codes(comment(&["administrator"], Some("2026-11-23"))),
            (vec!["syntax", "expired-suppression", "administrator"], 0)
        );
        assert_eq!(codes(comment(&["administrator"], Some("2026-11-24"))), (vec!["syntax"], 1));
        assert_eq!(
            codes(comment(&["covered-entry"], None)),
            (vec!["syntax", "unused-suppression", "administrator"], 0)
        );
    }
}
