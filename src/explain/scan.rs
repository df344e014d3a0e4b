//! One pass over the text: labels, codes and telling phrases as they come.

use super::code::{capitals, code_of, humps, is_action, is_code, is_resource};
use super::draft::{Event, Gatherer, Told};
use super::foreign::is_foreign;
use super::label::{CHINESE, Field, field};
use super::lex::{Letters, is_word};
use super::value::{Read, Style, Value, bare, read, separator};
use crate::catalog::denials::{CHINESE_PHRASES, ErrorClass, PHRASES, Phrase, class_of_code, is_telling_code};

/// The longest text in which a code that is only mentioned counts as an error.
const SHORT: usize = 512;

/// Braces whose places are kept.
const OPEN: usize = 256;

#[derive(Debug)]
pub(super) struct Scanner<'t> {
    letters: Letters<'t>,
    gatherer: Gatherer<'t>,
    /// Places of open braces, the innermost last.
    braces: Vec<usize>,
    depth: usize,
    line: u32,
    /// The word before, when only one blank parts it from the next.
    before: Value,
    /// The depth at which the `userIdentity` stands whose members are being read.
    identity: Option<usize>,
    /// A code that is named anywhere: all that a short text may tell.
    mention: Option<Value>,
    /// For each first letter, the phrases that begin with it.
    phrases: [Vec<&'static Phrase>; 26],
}

impl<'t> Scanner<'t> {
    pub(super) fn new(text: &'t str) -> Self {
        let letters = Letters { text };
        let mut phrases: [Vec<&'static Phrase>; 26] = Default::default();
        for phrase in PHRASES {
            let first = phrase.text.bytes().next().unwrap_or(b'a');
            if let Some(list) = phrases.get_mut(usize::from(first.wrapping_sub(b'a'))) {
                list.push(phrase);
            }
        }
        Self {
            letters,
            gatherer: Gatherer::new(letters),
            braces: Vec::new(),
            depth: 0,
            line: 1,
            before: Value { start: 0, end: 0 },
            identity: None,
            mention: None,
            phrases,
        }
    }

    pub(super) fn run(mut self) -> Gatherer<'t> {
        let letters = self.letters;
        let mut at = 0;
        while at < letters.len() {
            let byte = letters.byte(at);
            at = match byte {
                _ if is_word(byte) => self.word(at),
                b'\n' => {
                    self.line += 1;
                    self.gatherer.opened();
                    at + 1
                }
                b'{' => {
                    self.depth += 1;
                    if self.braces.len() < OPEN {
                        self.braces.push(at);
                    }
                    self.gatherer.opened();
                    at + 1
                }
                b'}' => {
                    self.ended(at + 1);
                    at + 1
                }
                b'<' => self.tag(at, at + 1),
                b'\\' => match letters.opening(at) {
                    Some(behind) => self.tag(at, behind),
                    None => self.escape(at),
                },
                b'[' => letters.blank(at).0.max(at + 1),
                0x1b => letters.behind_colour(at),
                0x80.. => self.foreign_letter(at),
                _ => at + 1,
            };
        }
        if let Some(value) = self.mention {
            let event =
                Event { field: Field::Headline, value, start: value.start, depth: 0, brace: None, line: self.line };
            self.gatherer.mentioned(event);
        }
        self.gatherer
    }

    /// Takes the first code of a short text that only this vendor spells so.
    fn mention(&mut self, at: usize) {
        if self.mention.is_some() || self.letters.len() > SHORT {
            return;
        }
        let end = self.letters.dotted_end(at);
        let code = self.letters.slice(at, end);
        let own = (code.contains('.') && capitals(code)) || code.ends_with("ByRamPolicy");
        self.mention = (own && is_telling_code(code)).then_some(Value { start: at, end });
    }

    fn ended(&mut self, end: usize) {
        if self.depth <= self.braces.len() {
            self.braces.pop();
        }
        self.depth = self.depth.saturating_sub(1);
        self.identity = self.identity.filter(|depth| *depth < self.depth);
        self.gatherer.closed(self.depth, end);
    }

    /// A backslash: an escaped line break parts words, an escaped quotation mark is passed over.
    fn escape(&mut self, at: usize) -> usize {
        let (next, breaks) = self.letters.blank(at);
        if next != at {
            if breaks {
                self.line += 1;
            }
            return next;
        }
        match self.letters.quote(at) {
            Some((_, behind)) => behind,
            None => at + self.letters.backslashes(at).max(1),
        }
    }

    /// `<Error>` is open like a brace.
    fn tag(&mut self, at: usize, behind: usize) -> usize {
        let letters = self.letters;
        let named = |name: &str| {
            let end = behind + name.len();
            letters.starts_folded(behind, name).then(|| letters.closing(end)).flatten()
        };
        if let Some(end) = named("error") {
            self.gatherer.head();
            self.depth += 1;
            if self.braces.len() < OPEN {
                self.braces.push(at);
            }
            return end;
        }
        if let Some(end) = named("/error") {
            self.ended(end);
            return end;
        }
        behind
    }

    /// A letter outside ASCII: a Chinese label or text may begin here.
    fn foreign_letter(&mut self, at: usize) -> usize {
        let letters = self.letters;
        if (0xE4..=0xE9).contains(&letters.byte(at)) {
            for (label, field) in CHINESE {
                if letters.starts(at, label) {
                    let end = letters.skip_line_space(at + label.len());
                    // `鉴权操作 (AuthAction)：ecs:StopInstance`
                    let end = letters.skip_line_space(behind_bracket(letters, end));
                    if let Some(next) = self.labelled(at, end, *field) {
                        return next;
                    }
                }
            }
            for (phrase, class) in CHINESE_PHRASES {
                if letters.starts(at, phrase) {
                    let end = at + phrase.len();
                    let told = Told { class: *class, alone: false, value: Value { start: at, end } };
                    self.gatherer.phrase(told, at, self.depth, self.line);
                    return end;
                }
            }
        }
        letters.next_char(at)
    }

    /// A word: a label with its value, a code before its message, the begin of a phrase, or nothing.
    fn word(&mut self, at: usize) -> usize {
        let letters = self.letters;
        let end = letters.word_end(at);
        let word = letters.slice(at, end);
        let near = self.before.end > 0 && self.before.end + 1 == at && matches!(letters.byte(at - 1), b' ' | b'_');
        let before = if near { letters.slice(self.before.start, self.before.end) } else { "" };
        self.before = Value { start: at, end };
        self.mention(at);
        if end - at <= 32 {
            let field = field(word, before).and_then(|field| self.in_place(field));
            if let Some(next) = field.and_then(|field| self.labelled(at, end, field)) {
                return next;
            }
            if let Some(next) = self.cut_label(at, end) {
                return next;
            }
            self.tool(word, at);
            if let Some(next) = self.number_behind(word, before, end) {
                return next;
            }
            if let Some(next) = self.asked_for(word, before, at, end) {
                return next;
            }
        }
        if let Some(next) = self.told(at) {
            return next;
        }
        self.headline(at, end, before).unwrap_or(end)
    }

    /// `"PolicyT`, a line break that a terminal or mail put in, and `ype":` on the next line.
    fn cut_label(&mut self, at: usize, end: usize) -> Option<usize> {
        let letters = self.letters;
        if !matches!(letters.byte(end), b'\n' | b'\r' | b'\\') {
            return None;
        }
        let (next, breaks) = letters.blank(end);
        let opened = letters.quote_before(at);
        if !breaks || !opened || !is_word(letters.byte(next)) {
            return None;
        }
        let close = letters.word_end(next);
        letters.quote(close)?;
        let label = format!("{}{}", letters.slice(at, end), letters.slice(next, close));
        let field = self.in_place(field(&label, "")?)?;
        self.line += 1;
        self.labelled(at, close, field)
    }

    /// Some labels count only where others have been.
    fn in_place(&self, field: Field) -> Option<Field> {
        let draft = self.gatherer.current();
        match field {
            Field::IdentityType | Field::UserName => self.identity.map(|_| field),
            // In a console's account of a refusal the account stands below who was refused.
            Field::AccountId if self.identity.is_none() => {
                draft.filter(|draft| draft.has(Field::PrincipalType)).map(|_| Field::OwnerId)
            }
            Field::PolicyType if draft.is_some_and(|draft| draft.has(Field::MatchedPolicies)) => None,
            Field::ConditionKey | Field::ConditionValues => draft.map(|_| field),
            _ => Some(field),
        }
    }

    /// The value of a label and what it makes of the error; none when no value stands there.
    fn labelled(&mut self, start: usize, end: usize, field: Field) -> Option<usize> {
        let letters = self.letters;
        let (style, at) = separator(letters, start, end)?;
        match field {
            Field::Detail | Field::UserIdentity | Field::MatchedPolicies => {
                if field == Field::UserIdentity {
                    self.identity = Some(self.depth);
                }
                let value = Value { start, end };
                self.event(field, value, start);
                return Some(at);
            }
            Field::ConditionValues => return Some(self.values(at)),
            // A message inside a message is part of it; to read each to its end again would not be linear.
            Field::Message if self.gatherer.current().is_some_and(|draft| start < draft.message_end) => {
                return Some(at);
            }
            _ => {}
        }
        let found = read(letters, at, style, field)?;
        let text = found.value.decoded(letters, field.is_solid());
        match field {
            Field::ConditionKey => self.gatherer.condition_key(found.value),
            Field::Action | Field::Resource => return self.asked(field, &text, found, start, style),
            _ => {
                let field = self.plausible(field, &text, found)?;
                self.event(field, found.value, start);
            }
        }
        // A message is looked into: it may quote the whole error once more.
        Some(if field == Field::Message { found.value.start } else { found.behind })
    }

    /// The field that a value is good for: a code that is a number is a status, and what is no code is none.
    fn plausible(&self, field: Field, text: &str, found: Read) -> Option<Field> {
        let masked = text.bytes().all(|byte| matches!(byte, b'*' | b'#' | b'.' | b'-' | b' '));
        if masked && !(field == Field::AuthResource && text == "*") {
            return None;
        }
        let is_status = text.len() == 3 && (text.starts_with('4') || text.starts_with('5'));
        let is_status = is_status && text.bytes().all(|byte| byte.is_ascii_digit());
        match field {
            // Vault gives its own status so.
            Field::Code if is_status && self.letters.starts(found.value.end, ". Errors") => None,
            Field::Code if is_status => Some(Field::Http),
            Field::Code => is_code(text).then_some(Field::Code),
            Field::Http => is_status.then_some(Field::Http),
            Field::Ec => {
                let is_ec = text.len() == 13 && text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-');
                is_ec.then_some(Field::Ec)
            }
            _ => Some(field),
        }
    }

    /// `action:` and `resource:` count inside a message, and beside a code in the same object.
    fn asked(&mut self, field: Field, text: &str, found: Read, start: usize, style: Style) -> Option<usize> {
        let draft = self.gatherer.current()?;
        let refused = || {
            let code = draft.get(Field::Code).map(|code| code.decoded(self.letters, true));
            style == Style::Plain && code.is_some_and(|code| class_of_code(&code) == Some(ErrorClass::RamDenial))
        };
        let near = start < draft.end.saturating_add(512)
            && (!draft.phrases.is_empty() || draft.has(Field::Message) || refused());
        let quoted = style == Style::Quoted;
        let fits = match field {
            Field::Action => is_action(text),
            _ => (text == "*" && !quoted) || is_resource(text),
        };
        if !near || !fits || (quoted && text.contains('*') && field == Field::Action) {
            return None;
        }
        self.event(field, found.value, start);
        Some(found.behind)
    }

    /// `perform 'fc:ListFunctions' on resource 'acs:fc:..'`, `Action=StopInstance` in a URL.
    fn asked_for(&mut self, word: &str, before: &str, start: usize, end: usize) -> Option<usize> {
        let letters = self.letters;
        let field = match word {
            "perform" if before == "to" => Field::Action,
            "resource" | "resources" if before == "on" => Field::Resource,
            "Action" if letters.byte(end) == b'=' && matches!(letters.byte(start.wrapping_sub(1)), b'?' | b'&') => {
                let value = bare(letters, end + 1, Field::ApiAction)?;
                self.event(Field::ApiAction, value.value, start);
                return Some(value.behind);
            }
            _ => return None,
        };
        let at = letters.skip_space(end);
        let at = if letters.phrase(at, "action ").is_some() { letters.skip_space(at + 6) } else { at };
        let at = if letters.byte(at) == b':' { letters.skip_space(at + 1) } else { at };
        let found = read(letters, at, Style::Quoted, field)?;
        let text = found.value.decoded(letters, true);
        let fits = if field == Field::Action { is_action(&text) } else { text == "*" || is_resource(&text) };
        if !fits {
            return None;
        }
        self.event(field, found.value, start);
        Some(found.behind)
    }

    /// The status behind `HTTP/1.1`, `HTTP`, `failed with`, `Error Status:`.
    fn number_behind(&mut self, word: &str, before: &str, end: usize) -> Option<usize> {
        let letters = self.letters;
        let at = match word {
            "HTTP" if letters.byte(end) == b'/' => self.behind_version(end + 1),
            "HTTP" | "http" => letters.skip_line_space(end),
            "with" if before == "failed" => letters.skip_line_space(end),
            "Status" if before == "Error" && letters.byte(end) == b':' => letters.skip_space(end + 1),
            _ => return None,
        };
        let close = letters.word_end(at);
        let digits = letters.slice(at, close);
        let is_status =
            digits.len() == 3 && digits.starts_with(['4', '5']) && digits.bytes().all(|b| b.is_ascii_digit());
        if !is_status {
            return None;
        }
        if letters.byte(end) == b'/' && word == "HTTP" {
            self.gatherer.head();
        }
        self.event(Field::Http, Value { start: at, end: close }, at);
        Some(close)
    }

    fn behind_version(&self, at: usize) -> usize {
        let mut at = at;
        while self.letters.byte(at).is_ascii_digit() || self.letters.byte(at) == b'.' {
            at += 1;
        }
        self.letters.skip_line_space(at)
    }

    /// Heads under which tools print errors, and signs of other vendors.
    fn tool(&mut self, word: &str, at: usize) {
        match word {
            "SDK" if self.letters.starts(at, "SDK.ServerError") || self.letters.starts(at, "SDK.ClientError") => {
                self.gatherer.head();
            }
            "SDKError" | "Traceback" => self.gatherer.head(),
            "Aliyun" if self.letters.starts(at, "Aliyun API Error") => self.gatherer.head(),
            _ if is_foreign(self.letters, word, at) => self.gatherer.foreign(at, self.line),
            _ => {}
        }
    }

    /// A phrase that begins at this word.
    fn told(&mut self, at: usize) -> Option<usize> {
        let (phrase, end) = self.phrase_at(at)?;
        let text = phrase.text;
        let told = Told { class: phrase.class, alone: phrase.alone, value: Value { start: at, end } };
        self.gatherer.phrase(told, at, self.depth, self.line);
        // The last word may be the label of what follows: `to perform 'ecs:StopInstance'`, `denied by sts or ram, action: ..`.
        let last = text.rsplit(' ').next().unwrap_or_default();
        if matches!(last, "perform") {
            let start = end - last.len();
            return self.asked_for("perform", "to", start, end).or(Some(end));
        }
        Some(end)
    }

    fn phrase_at(&self, at: usize) -> Option<(&'static Phrase, usize)> {
        let letters = self.letters;
        let first = usize::from(letters.byte(at).to_ascii_lowercase().wrapping_sub(b'a'));
        let second = letters.byte(at + 1).to_ascii_lowercase();
        let list = self.phrases.get(first)?;
        let mut hits = list.iter().filter(|phrase| phrase.text.as_bytes().get(1) == Some(&second));
        hits.find_map(|phrase| letters.phrase(at, phrase.text).map(|end| (*phrase, end)))
    }

    /// A code before its message: `Forbidden.RAM : User not ..`, `NoPermissionError: ..`, `Error:Forbidden.RAM User not ..`.
    fn headline(&mut self, at: usize, end: usize, before: &str) -> Option<usize> {
        let letters = self.letters;
        // `HTTP/1.1 403 Forbidden: ..` names the status, not a code.
        let status = letters.slice(at.saturating_sub(4), at).trim_end();
        let names_status = status.len() == 3
            && status.bytes().all(|byte| byte.is_ascii_digit())
            && !is_telling_code(letters.slice(at, end));
        if !letters.byte(at).is_ascii_alphabetic() || end - at > 96 || names_status {
            return None;
        }
        let end = letters.dotted_end(at);
        let colon = letters.byte(letters.skip_line_space(end)) == b':' && !letters.starts(end, "::");
        let labelled = before != "rpc" && follows_error(letters, at);
        // `OTSNoPermissionAccess You have no permission ..`
        let told = !colon && end - at > 8 && is_telling_code(letters.slice(at, end)) && self.told_at(end);
        // `é”™è¯¯ç : NoPermission`: a label in letters that were lost.
        let told_last =
            matches!(letters.byte(end), b'\n' | b'\r' | b'\\') && letters.blank(end).1 && ends_label(letters, at);
        if !colon && !labelled && !told && !told_last {
            return None;
        }
        let whole = letters.slice(at, end);
        let (code, class_name) = code_of(whole);
        if code.is_empty() {
            return None;
        }
        let telling = is_telling_code(code);
        let starts = told
            || (colon && telling && (code.len() > 8 || class_name))
            || (colon && class_name && whole.starts_with("FC"))
            || (labelled && telling)
            || (told_last && telling && (code == "NoPermission" || code.contains('.') && capitals(code)))
            || (labelled && code.contains('.') && is_code(code) && capitals(code))
            || (labelled && colon && is_code(code) && capitals(code) && humps(code) > 1)
            || (colon && class_of_code(code).is_some() && self.denies_soon(end));
        if !starts {
            return None;
        }
        let start = end - (whole.len() - whole.rfind(code).unwrap_or(0));
        let value = Value { start, end: start + code.len() };
        self.event(Field::Headline, value, at);
        Some(end)
    }

    /// Whether a telling text begins right behind a code.
    fn told_at(&self, end: usize) -> bool {
        let letters = self.letters;
        let word = |at: usize| letters.word_end(letters.skip_line_space(at));
        // `You have no permission ..` is found with or without its first word.
        let begin = letters.skip_line_space(end);
        begin > end && [begin, letters.skip_line_space(word(begin))].into_iter().any(|at| self.phrase_at(at).is_some())
    }

    /// Whether a text that tells of a refusal follows a generic code.
    fn denies_soon(&self, end: usize) -> bool {
        let letters = self.letters;
        let mut at = end;
        let limit = end + 96;
        while at < limit.min(letters.len()) {
            if is_word(letters.byte(at)) {
                if self.phrase_at(at).is_some() {
                    return true;
                }
                at = letters.word_end(at);
            } else {
                at = letters.next_char(at);
            }
        }
        false
    }

    fn event(&mut self, field: Field, value: Value, start: usize) {
        let brace = if self.depth == self.braces.len() { self.braces.last().copied() } else { None };
        self.gatherer.take(Event { field, value, start, depth: self.depth, brace, line: self.line });
    }

    /// `[ "a", "b" ]` or one value.
    fn values(&mut self, at: usize) -> usize {
        let letters = self.letters;
        let mut at = letters.skip_space(at);
        let listed = letters.byte(at) == b'[';
        at += usize::from(listed);
        loop {
            at = letters.skip_space(at);
            if letters.quote(at).is_none() {
                return at;
            }
            let Some(found) = read(letters, at, Style::Quoted, Field::ConditionValues) else { return at };
            self.gatherer.condition_value(found.value);
            at = letters.skip_space(found.behind);
            if !listed || letters.byte(at) != b',' {
                return at;
            }
            at += 1;
        }
    }
}

/// Whether a colon behind a word stands right before.
fn ends_label(letters: Letters<'_>, at: usize) -> bool {
    let before = letters.text.get(..at).unwrap_or_default();
    let line = before.trim_end_matches(' ');
    line.len() < before.len() && (line.ends_with(':') || line.ends_with('：'))
}

/// Whether `Error:` or `Exception:` stands right before.
fn follows_error(letters: Letters<'_>, at: usize) -> bool {
    let before = letters.text.get(..at).unwrap_or_default().trim_end_matches(' ');
    let Some(before) = before.strip_suffix(':') else { return false };
    ["Error", "ERROR", "error", "Exception", "Response"].iter().any(|word| before.ends_with(word))
}

/// The place behind `(..)`.
fn behind_bracket(letters: Letters<'_>, at: usize) -> usize {
    let open = if letters.byte(at) == b'(' {
        1
    } else if letters.starts(at, "（") {
        3
    } else {
        return at;
    };
    let inside = letters.word_end(at + open);
    if letters.byte(inside) == b')' {
        inside + 1
    } else if letters.starts(inside, "）") {
        inside + 3
    } else {
        at
    }
}
