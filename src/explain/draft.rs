//! Facts found one after the other, gathered to errors: which fact begins the next one.

use super::denial::{Denial, finish};
use super::label::Field;
use super::lex::Letters;
use super::value::Value;
use crate::catalog::denials::ErrorClass;

/// A fact found in the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Event {
    pub(super) field: Field,
    pub(super) value: Value,
    /// Where its label begins.
    pub(super) start: usize,
    /// Open braces and elements around it.
    pub(super) depth: usize,
    /// The brace that opened the innermost object around it.
    pub(super) brace: Option<usize>,
    pub(super) line: u32,
}

/// A telling text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Told {
    pub(super) class: ErrorClass,
    pub(super) alone: bool,
    pub(super) value: Value,
}

/// An error as far as its facts are found.
#[derive(Debug, Clone)]
#[expect(clippy::struct_excessive_bools, reason = "each is one independent mark of the pass over the text")]
pub(super) struct Draft {
    slots: [Option<Value>; Field::COUNT],
    pub(super) phrases: Vec<Told>,
    pub(super) conditions: Vec<(Value, Vec<Value>)>,
    pub(super) start: usize,
    pub(super) end: usize,
    /// The least depth at which a fact stood.
    depth: usize,
    /// Depth and line of the code.
    code_at: (usize, u32),
    line: u32,
    phrase_line: u32,
    filled_since_phrase: bool,
    /// The object that it began in has ended.
    sealed: bool,
    /// Something new has begun since.
    parted: bool,
    /// End of the last message that was seen, taken or not.
    pub(super) message_end: usize,
    /// The message came before any code: it may be the log's own.
    message_leads: bool,
    /// Facts seen again since: they belong to the next error if the next fact contradicts.
    again: Vec<Event>,
    pub(super) foreign: bool,
}

/// At most so many facts are kept of what may be the next error, and so many texts and conditions of one.
const MANY: usize = 16;

impl Draft {
    fn new(start: usize, depth: usize, line: u32) -> Self {
        Self {
            slots: [None; Field::COUNT],
            phrases: Vec::new(),
            conditions: Vec::new(),
            start,
            end: start,
            depth,
            code_at: (0, 0),
            line,
            phrase_line: 0,
            filled_since_phrase: false,
            sealed: false,
            parted: false,
            message_end: 0,
            message_leads: false,
            again: Vec::new(),
            foreign: false,
        }
    }

    pub(super) fn get(&self, field: Field) -> Option<Value> {
        self.slots.get(field as usize).copied().flatten()
    }

    pub(super) fn has(&self, field: Field) -> bool {
        self.get(field).is_some()
    }

    fn set(&mut self, field: Field, value: Value) {
        if let Some(slot) = self.slots.get_mut(field as usize) {
            *slot = Some(value);
        }
    }

    /// Whether the facts at hand already make an error.
    fn is_complete(&self) -> bool {
        self.has(Field::Code) || self.has(Field::Headline) || self.has_detail() || !self.phrases.is_empty()
    }

    /// Whether RAM's own account of the refusal is there.
    pub(super) fn has_detail(&self) -> bool {
        [Field::AuthAction, Field::NoPermissionType, Field::NoPermissionPolicyType, Field::ExplicitDeny]
            .into_iter()
            .any(|field| self.has(field))
            || (self.has(Field::Detail) && (self.has(Field::PolicyType) || self.has(Field::Encoded)))
    }

    pub(super) fn is_trail(&self) -> bool {
        self.has(Field::EventName) || self.has(Field::EventId)
    }

    /// How far behind the last fact the next one may stand.
    fn reach(&self) -> usize {
        if self.depth > 0 && !self.sealed { 65_536 } else { 4096 }
    }

    fn fill(&mut self, event: &Event, depth: usize) {
        self.set(event.field, event.value);
        if matches!(event.field, Field::Code | Field::Headline) {
            self.code_at = (event.depth, event.line);
        }
        if event.field == Field::Message {
            self.message_end = event.value.end;
            self.message_leads = !self.is_complete();
        }
        self.filled_since_phrase = true;
        self.start = self.start.min(event.start);
        self.end = self.end.max(event.value.end);
        self.line = event.line;
        self.depth = self.depth.min(depth);
    }
}

/// Takes facts in the order of the text and hands out errors.
#[derive(Debug)]
pub(super) struct Gatherer<'t> {
    letters: Letters<'t>,
    current: Option<Draft>,
    found: Vec<Denial>,
    /// The last line that bore a sign of another vendor; lines count from 1.
    foreign_line: u32,
}

impl<'t> Gatherer<'t> {
    pub(super) fn new(letters: Letters<'t>) -> Self {
        Self { letters, current: None, found: Vec::new(), foreign_line: 0 }
    }

    /// Whether a fact that cannot begin an error may stand here.
    pub(super) fn current(&self) -> Option<&Draft> {
        self.current.as_ref()
    }

    pub(super) fn take(&mut self, event: Event) {
        let again = self.parts(&event);
        if let Some(again) = again {
            self.close();
            for event in again {
                self.add(&event);
            }
        }
        self.add(&event);
    }

    fn add(&mut self, event: &Event) {
        let foreign = self.foreign_line == event.line;
        let draft = self.current.get_or_insert_with(|| {
            let start = event.brace.filter(|brace| event.start - brace < 4096).unwrap_or(event.start);
            Draft { foreign, ..Draft::new(start, event.depth, event.line) }
        });
        if event.field == Field::Message && draft.message_leads && draft.has(Field::Code) {
            draft.fill(event, event.depth);
        } else if draft.has(event.field) {
            if draft.again.len() < MANY {
                draft.again.push(*event);
            }
            if event.field == Field::Message {
                draft.message_end = draft.message_end.max(event.value.end);
            }
            draft.end = draft.end.max(event.value.end);
        } else {
            draft.fill(event, event.depth);
        }
    }

    /// The facts with which the next error begins, when this one belongs to it.
    fn parts(&self, event: &Event) -> Option<Vec<Event>> {
        let draft = self.current.as_ref()?;
        let nested = event.start < draft.message_end;
        if event.start > draft.end.saturating_add(draft.reach()) {
            return Some(Vec::new());
        }
        if nested {
            return None;
        }
        // `Error Status: 403` stands behind the body.
        let status =
            event.field == Field::Http && !draft.has(Field::Http) && event.depth == 0 && event.start < draft.end + 64;
        if draft.sealed && draft.parted && draft.is_complete() && !status && !self.same_request(draft, event) {
            return Some(Vec::new());
        }
        let Some(known) = draft.get(event.field) else {
            let after_code = event.field == Field::Headline && draft.has(Field::Code) && draft.line != event.line;
            let differs =
                after_code && draft.get(Field::Code).is_some_and(|code| !self.same(code, event.value, event.field));
            return differs.then(Vec::new);
        };
        let same = self.same(known, event.value, event.field);
        let parts = match event.field {
            Field::Code | Field::Headline => {
                let repeated = draft.code_at.0 == event.depth
                    && draft.line != event.line
                    && draft.code_at.1 != event.line
                    && (draft.has(Field::Message) || !draft.phrases.is_empty());
                !same || repeated
            }
            Field::Message => !(same || draft.is_trail() || draft.message_leads && draft.has(Field::Code)),
            Field::RequestId | Field::EventId | Field::EventName | Field::AuthAction | Field::Encoded => !same,
            Field::Http => !same && draft.has(Field::Code) && draft.line != event.line,
            _ => false,
        };
        parts.then(|| draft.again.clone())
    }

    fn same_request(&self, draft: &Draft, event: &Event) -> bool {
        let known = draft.get(Field::RequestId);
        event.field == Field::RequestId && known.is_some_and(|known| self.same(known, event.value, Field::RequestId))
    }

    /// Whether two values say the same: one may be a cut form of the other, or be quoted inside it.
    fn same(&self, known: Value, other: Value, field: Field) -> bool {
        let (known, other) =
            (known.decoded(self.letters, field.is_solid()), other.decoded(self.letters, field.is_solid()));
        if known == other {
            return true;
        }
        match field {
            Field::Message => known.contains(&other) || other.contains(&known),
            Field::RequestId | Field::Encoded => known.starts_with(&other) || other.starts_with(&known),
            Field::Code | Field::Headline => {
                let stem = |text: &str| text.trim_end_matches("Error").trim_end_matches("Exception").to_owned();
                stem(&known) == stem(&other)
            }
            _ => false,
        }
    }

    pub(super) fn phrase(&mut self, told: Told, start: usize, depth: usize, line: u32) {
        let parts = self.current.as_ref().is_some_and(|draft| {
            let far = start > draft.end.saturating_add(draft.reach());
            let nested = start < draft.message_end;
            let repeated = !draft.phrases.is_empty() && draft.phrase_line != line && !draft.filled_since_phrase;
            let ended = draft.sealed && draft.parted && draft.is_complete();
            far || (!nested && (repeated || ended))
        });
        if parts {
            self.close();
        }
        let foreign = self.foreign_line == line;
        let draft = self.current.get_or_insert_with(|| Draft { foreign, ..Draft::new(start, depth, line) });
        if draft.phrases.len() < MANY {
            draft.phrases.push(told);
        }
        draft.phrase_line = line;
        draft.filled_since_phrase = false;
        draft.line = line;
        draft.depth = draft.depth.min(depth);
        draft.end = draft.end.max(told.value.end);
    }

    pub(super) fn condition_key(&mut self, value: Value) {
        if let Some(draft) = self.current.as_mut().filter(|draft| draft.conditions.len() < 256) {
            draft.conditions.push((value, Vec::new()));
            draft.end = draft.end.max(value.end);
        }
    }

    pub(super) fn condition_value(&mut self, value: Value) {
        if let Some(draft) = self.current.as_mut() {
            if let Some((_, values)) = draft.conditions.last_mut().filter(|(_, values)| values.len() < 64) {
                values.push(value);
            }
            draft.end = draft.end.max(value.end);
        }
    }

    /// A sign that the text is of another vendor: it counts for the error before it, and for one that begins on its line.
    pub(super) fn foreign(&mut self, at: usize, line: u32) {
        self.foreign_line = line;
        if let Some(draft) = self.current.as_mut().filter(|draft| at < draft.end.saturating_add(512)) {
            draft.foreign = true;
        }
    }

    /// An object or element ends at `end`; `depth` is what is open around it.
    pub(super) fn closed(&mut self, depth: usize, end: usize) {
        if let Some(draft) = self.current.as_mut().filter(|draft| depth < draft.depth) {
            if draft.is_complete() {
                if !draft.sealed {
                    draft.end = draft.end.max(end);
                }
                draft.sealed = true;
            } else {
                draft.depth = depth;
            }
        }
    }

    /// Something new begins: an object, a line, a headline of a tool.
    pub(super) fn opened(&mut self) {
        if let Some(draft) = self.current.as_mut().filter(|draft| draft.sealed) {
            draft.parted = true;
        }
    }

    /// What certainly begins the next error: the head of an SDK's text, an `<Error>`.
    pub(super) fn head(&mut self) {
        if self.current.as_ref().is_some_and(|draft| draft.is_complete() && !draft.is_trail()) {
            self.close();
        }
    }

    /// Takes a code that was only mentioned, when the text tells no error.
    pub(super) fn mentioned(&mut self, event: Event) {
        self.close();
        if self.found.is_empty() && self.foreign_line == 0 {
            self.add(&event);
        }
    }

    fn close(&mut self) {
        let Some(denial) = self.current.take().and_then(|draft| finish(&draft, self.letters)) else { return };
        // One error is often told twice: by the text and by what it was caused by.
        let twice = self.found.last().is_some_and(|last| {
            last.request_id.is_some() && last.request_id == denial.request_id && last.code == denial.code
        });
        if twice {
            if let Some(last) = self.found.last_mut() {
                last.merge(denial);
            }
        } else {
            self.found.push(denial);
        }
    }

    pub(super) fn finish(mut self) -> Vec<Denial> {
        self.close();
        self.found
    }
}
