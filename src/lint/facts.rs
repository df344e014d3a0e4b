//! What several rules ask about the patterns of a document, found out once for all of them.
//!
//! What is known of an action does not depend on the document, and the same few actions stand in most files: each thread
//! remembers those that it met last.

use std::cell::RefCell;
use std::rc::Rc;

use super::glance::sample;
use crate::catalog::{Action, Catalog, Service};
use crate::pattern::{self, Arn, Front, first_word, lower_word};
use crate::policy::{Policy, Scope, Statement, Text};

/// Which kinds of letters a text has: most checks of a text are settled by one look at these.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Letters(u8);

impl Letters {
    const BLANK: u8 = 1;
    const WIDE: u8 = 2;
    const WILD: u8 = 4;
    const OPENING: u8 = 8;
    const X: u8 = 16;

    /// The kinds by byte.
    const KINDS: [u8; 256] = {
        let mut kinds = [0; 256];
        let mut byte = 0;
        while byte < 256 {
            #[expect(clippy::indexing_slicing, clippy::cast_possible_truncation, reason = "`byte` is below 256")]
            {
                kinds[byte] = match byte as u8 {
                    b'\t'..=b'\r' | b' ' => Self::BLANK,
                    b'*' | b'?' => Self::WILD,
                    b'$' | b'{' | b'<' | b'[' => Self::OPENING,
                    b'x' | b'X' => Self::X,
                    0x80.. => Self::WIDE,
                    _ => 0,
                };
            }
            byte += 1;
        }
        kinds
    };

    /// The kinds of letters of a text.
    pub(super) fn of(text: &str) -> Self {
        let kind = |byte: u8| Self::KINDS.get(usize::from(byte)).copied().unwrap_or(0);
        Self(text.bytes().fold(0, |kinds, byte| kinds | kind(byte)))
    }

    fn has(self, kinds: u8) -> bool {
        self.0 & kinds != 0
    }

    /// Whether there may be white space; false is certain.
    pub(super) fn may_be_blank(self) -> bool {
        self.has(Self::BLANK | Self::WIDE)
    }

    /// Whether there is a `*` or `?`.
    pub(super) fn is_wild(self) -> bool {
        self.has(Self::WILD)
    }

    /// Whether something may be left to be filled in, by its opening bracket or by letters of another script; false is certain.
    pub(super) fn may_be_open(self) -> bool {
        self.has(Self::OPENING | Self::WIDE)
    }

    /// The same, rows of `x` and of `*` included.
    pub(super) fn may_be_masked(self) -> bool {
        self.has(Self::OPENING | Self::WIDE | Self::X | Self::WILD)
    }
}

/// What is known of an action pattern, in whatever document it stands.
#[derive(Debug)]
pub struct Known<'c> {
    /// Its service, where its code has no wildcard and is known.
    pub service: Option<Service>,
    /// The action, where the pattern is one.
    pub action: Option<Action<'c>>,
    /// The actions that guard the call whose name it is, where it is the name of a call only.
    pub guarded_by: Option<&'static str>,
    pub(super) letters: Letters,
    /// The pattern in small letters.
    pub(super) lower: Box<str>,
    /// An action that it covers and that nobody writes, see [`super::glance`]; none without a colon.
    pub(super) sample: Option<Box<str>>,
    /// The first of its small letters.
    pub(super) front: Front,
}

impl<'c> Known<'c> {
    fn new(text: &str, action: impl Fn(&str) -> Option<Action<'c>>) -> Self {
        let letters = Letters::of(text);
        let lower = text.to_ascii_lowercase();
        let tables = Catalog::new();
        let service = text.split_once(':').and_then(|(code, _)| tables.service(code));
        Self {
            service,
            action: if letters.is_wild() { None } else { action(text) },
            guarded_by: tables.guarded_by(text),
            letters,
            front: Front::of(&lower),
            sample: lower.contains(':').then(|| sample(&lower).into()),
            lower: lower.into(),
        }
    }
}

/// An entry of `Action` or `NotAction`.
#[derive(Debug, Clone)]
pub struct Looked<'a> {
    /// The pattern.
    pub text: &'a Text<'a>,
    /// What is known of it.
    pub known: Rc<Known<'a>>,
}

impl Looked<'_> {
    /// Whether the pattern covers an action whose first letters, in lower case, are that word.
    fn covers(&self, word: u64, action: &str) -> bool {
        self.known.front.may_cover(word) && pattern::matches_ignore_case(&self.text.value, action)
    }
}

/// The entry that covers an action.
pub(super) fn covering<'l, 'a>(entries: &'l [Looked<'a>], action: &str) -> Option<&'l Looked<'a>> {
    let word = lower_word(first_word(action));
    entries.iter().find(|entry| entry.covers(word, action))
}

/// An entry of `Resource` or `NotResource`.
#[derive(Debug, Clone, Copy)]
pub struct Located<'a> {
    /// The pattern.
    pub text: &'a Text<'a>,
    /// Its segments, where there are five.
    pub arn: Option<Arn<'a>>,
    pub(super) letters: Letters,
}

impl Located<'_> {
    /// Whether the pattern covers resources of all names, at least of one type.
    pub(super) fn is_broad(&self) -> bool {
        self.text.value.ends_with('*')
            && self.arn.is_none_or(|arn| {
                let id = arn.type_and_id().map_or(arn.relative, |(_, id)| id);
                !id.is_empty() && id.bytes().all(|byte| byte == b'*')
            })
    }
}

/// The patterns of a document.
#[derive(Debug)]
pub struct Facts<'a> {
    actions: Vec<Looked<'a>>,
    resources: Vec<Located<'a>>,
    /// For each statement, where its actions and resources end.
    ends: Vec<(usize, usize)>,
}

/// The patterns of `Action` or `NotAction`, of `Resource` or `NotResource`.
fn patterns<'p, 's>(scope: Option<&'p Scope<'s>>) -> &'p [Text<'s>] {
    scope.map_or(&[], |scope| &scope.patterns)
}

impl<'a> Facts<'a> {
    pub(super) fn new(policy: &'a Policy<'a>, catalog: &'a Catalog) -> Self {
        let count = |of: fn(&'a Statement<'a>) -> &'a [Text<'a>]| {
            policy.statements.iter().map(|statement| of(statement).len()).sum::<usize>()
        };
        let actions = |statement: &'a Statement<'a>| patterns(statement.action.as_ref());
        let resources = |statement: &'a Statement<'a>| patterns(statement.resource.as_ref());
        let mut facts = Self {
            actions: Vec::with_capacity(count(actions)),
            resources: Vec::with_capacity(count(resources)),
            ends: Vec::with_capacity(policy.statements.len()),
        };
        REMEMBERED.with_borrow_mut(|remembered| {
            for statement in &policy.statements {
                facts.actions.extend(actions(statement).iter().map(|text| {
                    let known = if catalog.has_added_actions() {
                        Rc::new(Known::new(&text.value, |name| catalog.action(name)))
                    } else {
                        remembered.get(&text.value)
                    };
                    Looked { text, known }
                }));
                facts.resources.extend(resources(statement).iter().map(|text| Located {
                    text,
                    arn: pattern::arn(&text.value),
                    letters: Letters::of(&text.value),
                }));
                facts.ends.push((facts.actions.len(), facts.resources.len()));
            }
        });
        facts
    }

    /// The entries of one statement.
    pub(super) fn of(&self, index: usize) -> (&[Looked<'a>], &[Located<'a>]) {
        let end = |index: usize| self.ends.get(index).copied();
        let start = index.checked_sub(1).and_then(end).unwrap_or((0, 0));
        let end = end(index).unwrap_or(start);
        let actions = self.actions.get(start.0..end.0).unwrap_or_default();
        (actions, self.resources.get(start.1..end.1).unwrap_or_default())
    }
}

thread_local! {
    static REMEMBERED: RefCell<Remembered> = const { RefCell::new(Remembered { slots: Vec::new() }) };
}

/// Actions of the compiled-in tables that were met last, each in the one slot where it can stand: bounded, whatever is read.
struct Remembered {
    slots: Vec<Option<(Box<str>, Rc<Known<'static>>)>>,
}

/// Slots; a power of two.
const SLOTS: usize = 1024;

impl Remembered {
    fn get(&mut self, text: &str) -> Rc<Known<'static>> {
        if self.slots.is_empty() {
            self.slots.resize_with(SLOTS, || None);
        }
        let make = || Rc::new(Known::new(text, Catalog::compiled_action));
        let Some(slot) = self.slots.get_mut(spread(text)) else { return make() };
        match slot {
            Some((name, known)) if **name == *text => Rc::clone(known),
            slot => {
                let known = make();
                *slot = Some((text.into(), Rc::clone(&known)));
                known
            }
        }
    }
}

/// The slot of a text; eight bytes a step.
fn spread(text: &str) -> usize {
    let (words, end) = text.as_bytes().as_chunks::<8>();
    let mix = |hash: u64, word: u64| (hash ^ word).wrapping_mul(0x9E37_79B9_7F4A_7C15).rotate_left(29);
    let hash = words.iter().fold(0, |hash, word| mix(hash, u64::from_le_bytes(*word)));
    let hash = end.iter().fold(hash, |hash, byte| mix(hash, u64::from(*byte)));
    usize::try_from(hash % SLOTS as u64).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_remembered_is_what_the_tables_say() {
        let catalog = Catalog::new();
        let mut remembered = Remembered { slots: Vec::new() };
        let names: Vec<String> = catalog.actions_covered("ecs:*").iter().map(|action| action.name.to_owned()).collect();
        assert!(names.len() > 300);
        // Far more texts than slots, met twice.
        let odd = (0..3 * SLOTS).map(|number| format!("ecs:No{number}"));
        for text in names.iter().cloned().chain(odd).chain(names.iter().map(|name| name.to_uppercase())) {
            for _ in 0..2 {
                let known = remembered.get(&text);
                assert_eq!(known.action, catalog.action(&text), "{text}");
                assert_eq!(known.service.map(|service| service.code), Some("ecs"));
            }
        }
        assert_eq!(remembered.slots.len(), SLOTS);
        assert!(remembered.get("oss:HeadObject").guarded_by.is_some());
    }

    #[test]
    fn letters_are_told_apart() {
        for (text, blank, wild, open, masked) in [
            ("ecs:StartInstance", false, false, false, false),
            ("ecs: Start", true, false, false, false),
            ("a\u{a0}b", true, false, true, true),
            ("a\u{b}b", true, false, false, false),
            ("a?", false, true, false, true),
            ("${a}", false, false, true, true),
            ("xxxx", false, false, false, true),
        ] {
            let letters = Letters::of(text);
            let told = (letters.may_be_blank(), letters.is_wild(), letters.may_be_open(), letters.may_be_masked());
            assert_eq!(told, (blank, wild, open, masked), "{text}");
        }
    }
}
