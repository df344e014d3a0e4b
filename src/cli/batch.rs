//! `ramspect simulate --batch`: one request a line in, one answer a line out, in constant memory.

use std::borrow::Cow;
use std::io::{BufRead, BufReader, Read, Write};

use ramspect::evaluate::{Deciding, Judgement, PolicySet, Possible, Request, Rules, Scratch, StatementId, Supplied};
use ramspect::request::{BatchLine, Line, batch_line};

use super::failure::Outcome;
use super::files::unreadable;
use super::judge::Judge;
use super::simulate::status;
use super::status::Status;
use super::terminal::Terminal;

/// The longest line that is read, in bytes: memory stays constant whatever comes.
const MAX_LINE: u64 = 16 << 20;

/// Judges every line of a file or of standard input.
pub(crate) fn run(judge: &Judge, file: &str, terminal: &mut Terminal) -> Outcome<Status> {
    let input: Box<dyn Read> = if file == "-" {
        Box::new(std::io::stdin())
    } else {
        Box::new(std::fs::File::open(file).map_err(|error| unreadable(file, &error))?)
    };
    let mut reader = BufReader::with_capacity(1 << 16, input);
    let mut runner = Runner::new(judge);
    let mut buffer = Vec::new();
    let mut number = 0;
    let mut worst = Status::Yes;
    loop {
        buffer.clear();
        let read = reader.by_ref().take(MAX_LINE).read_until(b'\n', &mut buffer);
        match read {
            Ok(0) => return Ok(worst),
            Ok(_) => {}
            Err(error) => return Err(unreadable(file, &error)),
        }
        number += 1;
        let too_long = buffer.len() as u64 == MAX_LINE && buffer.last() != Some(&b'\n');
        if too_long && !skip_line(&mut reader) {
            return Ok(worst);
        }
        let line = buffer.trim_ascii();
        if line.is_empty() {
            continue;
        }
        runner.out.clear();
        let status = if too_long {
            runner.error(number, "the line is longer than 16 MiB");
            Status::Bad
        } else {
            runner.line(number, line)
        };
        worst = worst.max(status);
        runner.out.push(b'\n');
        if terminal.out.write_all(&runner.out).is_err() {
            // A closed pipe is success: whoever reads has seen enough.
            return Ok(Status::Yes);
        }
    }
}

/// Passes over the rest of a line; false at the end of the input.
fn skip_line(reader: &mut impl BufRead) -> bool {
    loop {
        let Ok(buffer) = reader.fill_buf() else { return false };
        if buffer.is_empty() {
            return true;
        }
        let (used, done) = match buffer.iter().position(|byte| *byte == b'\n') {
            Some(at) => (at + 1, true),
            None => (buffer.len(), false),
        };
        reader.consume(used);
        if done {
            return true;
        }
    }
}

/// The buffers that all lines share.
struct Runner<'j> {
    judge: &'j Judge,
    rules: Rules,
    scratch: Scratch,
    out: Vec<u8>,
    deciding: Vec<StatementId>,
    depends_on: Vec<String>,
    nothing: Supplied,
}

impl<'j> Runner<'j> {
    fn new(judge: &'j Judge) -> Self {
        Self {
            judge,
            rules: Rules::from(&judge.assumptions),
            scratch: Scratch::new(),
            out: Vec::new(),
            deciding: Vec::new(),
            depends_on: Vec::new(),
            nothing: Supplied::default(),
        }
    }

    fn error(&mut self, number: u64, message: &str) {
        self.out.extend_from_slice(format!("{{\"line\":{number},\"error\":").as_bytes());
        string(&mut self.out, message);
        self.out.push(b'}');
    }

    fn line(&mut self, number: u64, bytes: &[u8]) -> Status {
        let parsed = std::str::from_utf8(bytes).map_err(|_| "the line is not UTF-8".to_owned());
        match parsed.and_then(|text| batch_line::read(text).map_err(|error| error.message)) {
            Ok(line) => self.judge(number, &line),
            Err(message) => {
                self.error(number, &message);
                Status::Bad
            }
        }
    }

    fn judge(&mut self, number: u64, line: &BatchLine<'_>) -> Status {
        let facts = Line { context: line.context.clone(), closed: line.closed };
        self.deciding.clear();
        self.depends_on.clear();
        let mut combined: Option<Judgement> = None;
        if !self.judge.is_root(None) {
            for resource in &line.resources {
                let judgement = self.resource(&line.action, resource, &facts);
                combined = Judgement::combine(combined.into_iter().chain([judgement]));
            }
        }
        let root = Possible::of(ramspect::evaluate::Decision::Allow);
        let possible = combined.map_or(root, |judgement| judgement.possible);
        self.deciding.sort_unstable();
        self.deciding.dedup();
        self.depends_on.sort_unstable();
        self.depends_on.dedup();
        self.write(number, line, possible);
        if let Some(judgement) = combined {
            self.write_assumptions(line, &facts, judgement);
        }
        self.out.push(b'}');
        status(possible)
    }

    fn resource(&mut self, action: &str, resource: &str, facts: &Line<'_>) -> Judgement {
        let supplied = self.supplied(resource);
        let supplied = supplied.as_ref().unwrap_or(&self.nothing);
        let view = self.judge.view(supplied, Some(facts));
        let request = Request { action, resource, view };
        let judgement = self.judge.set().judge(&request, self.rules, &mut self.scratch);
        let explanation = self.judge.set().explain_judged(view, self.rules, &self.scratch, judgement);
        self.deciding.extend(explanation.decided_by.iter().map(|Deciding { statement, .. }| *statement));
        self.depends_on.extend(explanation.depends_on);
        judgement
    }

    fn supplied(&self, resource: &str) -> Option<Supplied> {
        self.judge.supplies(None).then(|| self.judge.supplied(resource, None))
    }

    fn write(&mut self, number: u64, line: &BatchLine<'_>, possible: Possible) {
        let out = &mut self.out;
        match &line.id {
            Some(id) => {
                out.extend_from_slice(b"{\"id\":");
                let _ = serde_json::to_writer(&mut *out, id);
            }
            None => {
                let _ = write!(out, "{{\"line\":{number}");
            }
        }
        let _ = write!(out, ",\"decision\":\"{}\",\"possible\":[", possible.word());
        list(out, possible.iter(), |out, decision| {
            let _ = write!(out, "\"{}\"", decision.word());
        });
        out.extend_from_slice(b"],\"decided_by\":[");
        let policies = &self.judge.policies;
        list(out, self.deciding.iter(), |out, id| {
            let Some((statement, (policy, ..))) = policies.set.statement(*id).zip(policies.place(*id)) else { return };
            out.extend_from_slice(b"{\"policy\":");
            string(out, &policy.name);
            let _ = write!(out, ",\"statement\":{}}}", statement.index);
        });
        out.extend_from_slice(b"],\"depends_on\":[");
        list(out, self.depends_on.iter(), |out, key| string(out, key));
        out.push(b']');
    }

    fn write_assumptions(&mut self, line: &BatchLine<'_>, facts: &Line<'_>, judgement: Judgement) {
        let judge = self.judge;
        let supplied: Vec<Option<Supplied>> = line.resources.iter().map(|resource| self.supplied(resource)).collect();
        let (scratch, nothing) = (&mut self.scratch, &self.nothing);
        let alternatives = PolicySet::alternatives(judgement, &judge.assumptions, |rules| {
            Possible::combine(line.resources.iter().zip(&supplied).map(|(resource, supplied)| {
                let view = judge.view(supplied.as_ref().unwrap_or(nothing), Some(facts));
                judge.set().judge(&Request { action: &line.action, resource, view }, rules, scratch).possible
            }))
        });
        if alternatives.is_empty() {
            return;
        }
        let mut ids: Vec<&str> = alternatives.iter().map(|alternative| alternative.assumption.id()).collect();
        ids.dedup();
        self.out.extend_from_slice(b",\"assumptions\":[");
        list(&mut self.out, ids.into_iter(), string);
        self.out.push(b']');
    }
}

fn list<T>(out: &mut Vec<u8>, items: impl Iterator<Item = T>, mut item: impl FnMut(&mut Vec<u8>, T)) {
    for (at, value) in items.enumerate() {
        if at > 0 {
            out.push(b',');
        }
        item(out, value);
    }
}

fn string(out: &mut Vec<u8>, text: &str) {
    let _ = serde_json::to_writer(out, &Cow::Borrowed(text));
}
