//! `ramspect simulate --batch`: one request a line in, one answer a line out, in constant memory.

use std::borrow::Cow;
use std::io::{BufRead, BufReader, Read, Write};
use std::rc::Rc;

use ramspect::account::{Binding, BindingCache, KnownCaller};
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

/// Of so many deciding statements and keys the repeated ones are not thrown out before the end of a line.
const ROOM: usize = 4096;

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

/// A deciding statement: which of the line's sets it is of, and its number there.
type Decided = (StatementId, usize);

/// The buffers that all lines share.
struct Runner<'j> {
    judge: &'j Judge,
    rules: Rules,
    cache: BindingCache,
    /// The caller of the command line, where there is one and no line names another.
    usual: Option<Rc<KnownCaller>>,
    scratch: Scratch,
    out: Vec<u8>,
    /// The set of each resource of the line.
    bound: Vec<Rc<Binding>>,
    deciding: Vec<Decided>,
    depends_on: Vec<String>,
}

impl<'j> Runner<'j> {
    fn new(judge: &'j Judge) -> Self {
        let usual = if judge.policies.account_id().is_some() && judge.principal.is_none() {
            None
        } else {
            judge.caller(None).ok()
        };
        Self {
            judge,
            rules: Rules::from(&judge.assumptions),
            cache: BindingCache::new(false),
            usual,
            scratch: Scratch::new(),
            out: Vec::new(),
            bound: Vec::new(),
            deciding: Vec::new(),
            depends_on: Vec::new(),
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
            Ok(line) => match self.caller(&line) {
                Ok(caller) => self.judge(number, line, &caller),
                Err(message) => {
                    self.error(number, &message);
                    Status::Bad
                }
            },
            Err(message) => {
                self.error(number, &message);
                Status::Bad
            }
        }
    }

    fn caller(&mut self, line: &BatchLine<'_>) -> Result<Rc<KnownCaller>, String> {
        match (&line.principal, &self.usual) {
            (Some(_), _) if self.judge.policies.account_id().is_none() => {
                Err("`principal` needs `--account`".to_owned())
            }
            (Some(text), _) => {
                let found = self.cache.caller(&self.judge.policies.bindings, Some(text));
                found.map_err(|(message, help)| format!("{message}; {help}"))
            }
            (None, Some(usual)) => Ok(Rc::clone(usual)),
            (None, None) => Err("`principal` is missing, and there is no `--principal`".to_owned()),
        }
    }

    fn judge(&mut self, number: u64, line: BatchLine<'_>, caller: &KnownCaller) -> Status {
        let BatchLine { id, action, resources, context, closed, .. } = line;
        let facts = Line { context, closed };
        self.deciding.clear();
        self.depends_on.clear();
        self.bound.clear();
        let mut combined: Option<Judgement> = None;
        if !self.judge.policies.is_unbound(caller.caller.principal.as_ref()) {
            let mut room = ROOM;
            for resource in &resources {
                let judgement = self.resource(&action, resource, &facts, caller);
                combined = Judgement::combine(combined.into_iter().chain([judgement]));
                // A line of 16 MiB holds millions of resources, and most say the same.
                if self.deciding.len() + self.depends_on.len() > room {
                    self.tidy();
                    room = ROOM + 2 * (self.deciding.len() + self.depends_on.len());
                }
            }
        }
        let root = Possible::of(ramspect::evaluate::Decision::Allow);
        let possible = combined.map_or(root, |judgement| judgement.possible);
        self.tidy();
        self.write(number, id.as_ref(), possible);
        if let Some(judgement) = combined {
            self.write_assumptions((&action, &resources), &facts, caller, judgement);
        }
        self.out.push(b'}');
        status(possible)
    }

    /// Keeps of everything that was found one piece, in order.
    fn tidy(&mut self) {
        self.deciding.sort_unstable();
        self.deciding.dedup();
        self.depends_on.sort_unstable();
        self.depends_on.dedup();
    }

    fn resource(&mut self, action: &str, resource: &str, facts: &Line<'_>, caller: &KnownCaller) -> Judgement {
        let supplied = self.supplied(resource, caller);
        let view = self.judge.view(&supplied, Some(facts));
        let request = Request { action, resource, view };
        let binding = self.cache.binding(&self.judge.policies.bindings, caller, action, resource);
        let (judgement, explanation) = binding.set().judge_and_explain(&request, self.rules, &mut self.scratch);
        // Sets of one line are mostly the same one: statements of the same set are told apart by their number alone.
        let at = self.bound.iter().position(|bound| Rc::ptr_eq(bound, &binding)).unwrap_or(self.bound.len());
        self.bound.push(binding);
        self.deciding.extend(explanation.decided_by.iter().map(|Deciding { statement, .. }| (*statement, at)));
        self.depends_on.extend(explanation.depends_on);
        judgement
    }

    /// What inventory and principal say about a resource.
    fn supplied<'c>(&self, resource: &str, caller: &'c KnownCaller) -> Cow<'c, Supplied> {
        if self.judge.inventory.is_empty() {
            return Cow::Borrowed(&caller.supplied);
        }
        Cow::Owned(self.judge.supplied(resource, caller.caller.principal.as_ref()))
    }

    fn write(&mut self, number: u64, id: Option<&serde_json::Value>, possible: Possible) {
        let out = &mut self.out;
        match id {
            Some(id) => {
                out.extend_from_slice(b"{\"id\":");
                let _ = serde_json::to_writer(&mut *out, id);
            }
            None => {
                out.extend_from_slice(b"{\"line\":");
                let _ = serde_json::to_writer(&mut *out, &number);
            }
        }
        out.extend_from_slice(b",\"decision\":");
        string(out, possible.word());
        out.extend_from_slice(b",\"possible\":[");
        list(out, possible.iter(), |out, decision| string(out, decision.word()));
        out.extend_from_slice(b"],\"decided_by\":[");
        let (policies, bound) = (&self.judge.policies, &self.bound);
        let named = self.deciding.iter().filter_map(|(id, at)| policies.name(bound.get(*at)?, *id));
        list(out, named, |out, (name, statement)| {
            out.extend_from_slice(b"{\"policy\":");
            string(out, name);
            out.extend_from_slice(b",\"statement\":");
            let _ = serde_json::to_writer(&mut *out, &statement);
            out.push(b'}');
        });
        out.extend_from_slice(b"],\"depends_on\":[");
        list(out, self.depends_on.iter(), |out, key| string(out, key));
        out.push(b']');
    }

    fn write_assumptions(
        &mut self,
        (action, resources): (&str, &[Cow<'_, str>]),
        facts: &Line<'_>,
        caller: &KnownCaller,
        judged: Judgement,
    ) {
        let judge = self.judge;
        let bound = resources.iter().zip(&self.bound);
        let mut supplied: Vec<Cow<'_, Supplied>> = Vec::new();
        let mut scratch = std::mem::take(&mut self.scratch);
        let alternatives = PolicySet::alternatives(judged, &judge.assumptions, |rules| {
            if supplied.is_empty() {
                supplied.extend(resources.iter().map(|resource| self.supplied(resource, caller)));
            }
            Possible::combine(bound.clone().zip(&supplied).map(|((resource, binding), supplied)| {
                let view = judge.view(supplied, Some(facts));
                let request = Request { action, resource, view };
                binding.set().judge(&request, rules, &mut scratch).possible
            }))
        });
        self.scratch = scratch;
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
