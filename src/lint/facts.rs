//! What several rules ask about the patterns of a document, found out once for all of them.
//!
//! What is known of an action does not depend on the document, and the same few actions stand in most files: each thread
//! remembers those that it met last.

use std::cell::RefCell;
use std::rc::Rc;

use super::cover;
use super::glance::sample;
use crate::catalog::{Action, Catalog, Key, Service, Shape};
use crate::pattern::{self, Arn, ArnShape, Front, first_word, lower_word};
use crate::policy::{Policy, Scope, Statement, Test, Text};

/// Which kinds of letters a text has: most checks of a text are settled by one look at these.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Letters(u8);

impl Letters {
    const BLANK: u8 = 1;
    const WIDE: u8 = 2;
    const WILD: u8 = 4;
    const OPENING: u8 = 8;
    const X: u8 = 16;
    const CAPITAL: u8 = 32;

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
                    b'x' => Self::X,
                    b'X' => Self::X | Self::CAPITAL,
                    b'A'..=b'Z' => Self::CAPITAL,
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

    /// Whether there is an `x`, in either case.
    pub(super) fn has_x(self) -> bool {
        self.has(Self::X)
    }

    /// Whether there is a capital of ASCII.
    pub(super) fn has_capital(self) -> bool {
        self.has(Self::CAPITAL)
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
    /// The shapes of its resources, those of the rules of 2021 behind.
    pub(super) shapes: Vec<Shaped<'c>>,
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
        let action = if letters.is_wild() { None } else { action(text) };
        let new = action.iter().flat_map(|action| action.shapes()).map(|shape| Shaped::new(shape, false));
        let old = action.iter().flat_map(|action| action.older_shapes()).map(|shape| Shaped::new(shape, true));
        Self {
            service,
            action,
            shapes: new.chain(old).collect(),
            guarded_by: tables.guarded_by(text),
            letters,
            front: Front::of(&lower),
            sample: lower.contains(':').then(|| sample(&lower).into()),
            lower: lower.into(),
        }
    }
}

/// A shape of an action's resources.
#[derive(Debug, Clone, Copy)]
pub(super) struct Shaped<'c> {
    pub(super) shape: Shape<'c>,
    /// Whether only the rules of 2021 have it.
    pub(super) older: bool,
    segments: Option<ArnShape<'c>>,
}

impl<'c> Shaped<'c> {
    pub(super) fn new(shape: Shape<'c>, older: bool) -> Self {
        Self { shape, older, segments: ArnShape::new(shape.arn) }
    }

    /// Whether a resource pattern covers some ARN of the shape; case does not count in the first three segments.
    pub(super) fn met_by(&self, resource: &Located<'_>) -> bool {
        let quick = self.segments.zip(resource.arn.filter(|_| resource.colons == 4));
        let quick = quick.and_then(|(segments, arn)| segments.met_by(&arn));
        quick.unwrap_or_else(|| cover::meets_shape(&resource.text.value, self.shape.arn))
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
    /// How many colons there are.
    pub(super) colons: usize,
    pub(super) letters: Letters,
}

impl<'a> Located<'a> {
    fn new(text: &'a Text<'a>) -> Self {
        let value = &*text.value;
        let colons = value.bytes().filter(|byte| *byte == b':').count();
        Self { text, arn: pattern::arn(value), colons, letters: Letters::of(value) }
    }

    /// Whether the pattern covers resources of all names, at least of one type.
    pub(super) fn is_broad(&self) -> bool {
        self.text.value.ends_with('*')
            && self.arn.is_none_or(|arn| {
                let id = arn.type_and_id().map_or(arn.relative, |(_, id)| id);
                !id.is_empty() && id.bytes().all(|byte| byte == b'*')
            })
    }
}

/// A test of a condition, with what the catalog knows of its key.
#[derive(Debug, Clone, Copy)]
pub struct Keyed<'a> {
    /// The test.
    pub test: &'a Test<'a>,
    /// Its key, in whatever case the test writes it.
    pub key: Option<Key<'a>>,
}

/// The patterns and keys of a document.
#[derive(Debug)]
pub struct Facts<'a> {
    actions: Vec<Looked<'a>>,
    resources: Vec<Located<'a>>,
    tests: Vec<Keyed<'a>>,
    /// For each statement, where its actions, resources and tests end.
    ends: Vec<[usize; 3]>,
}

/// What is known of the parts of one statement.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Parts<'a> {
    /// The entries of `Action` or `NotAction`.
    pub looked: &'a [Looked<'a>],
    /// The entries of `Resource` or `NotResource`.
    pub located: &'a [Located<'a>],
    /// The tests of the condition.
    pub keyed: &'a [Keyed<'a>],
}

/// The patterns of `Action` or `NotAction`, of `Resource` or `NotResource`.
fn patterns<'p, 's>(scope: Option<&'p Scope<'s>>) -> &'p [Text<'s>] {
    scope.map_or(&[], |scope| &scope.patterns)
}

impl<'a> Facts<'a> {
    pub(super) fn new(policy: &'a Policy<'a>, catalog: &'a Catalog) -> Self {
        let actions = |statement: &'a Statement<'a>| patterns(statement.action.as_ref());
        let resources = |statement: &'a Statement<'a>| patterns(statement.resource.as_ref());
        let count = |of: &dyn Fn(&'a Statement<'a>) -> usize| policy.statements.iter().map(of).sum::<usize>();
        let mut facts = Self {
            actions: Vec::with_capacity(count(&|statement| actions(statement).len())),
            resources: Vec::with_capacity(count(&|statement| resources(statement).len())),
            tests: Vec::with_capacity(count(&|statement| statement.condition.len())),
            ends: Vec::with_capacity(policy.statements.len()),
        };
        let added = catalog.has_additions();
        ACTIONS.with_borrow_mut(|known_actions| {
            KEYS.with_borrow_mut(|known_keys| {
                let mut action = |text: &'a Text<'a>| {
                    let known = if added {
                        Rc::new(Known::new(&text.value, |name| catalog.action(name)))
                    } else {
                        let new = |name: &str| Rc::new(Known::new(name, Catalog::compiled_action));
                        known_actions.get(&text.value, new)
                    };
                    Looked { text, known }
                };
                let mut test = |test: &'a Test<'a>| {
                    let name = &*test.key.value;
                    let key = if added { catalog.key(name) } else { known_keys.get(name, Catalog::compiled_key) };
                    Keyed { test, key }
                };
                for statement in &policy.statements {
                    facts.actions.extend(actions(statement).iter().map(&mut action));
                    facts.resources.extend(resources(statement).iter().map(Located::new));
                    facts.tests.extend(statement.condition.iter().map(&mut test));
                    facts.ends.push([facts.actions.len(), facts.resources.len(), facts.tests.len()]);
                }
            });
        });
        facts
    }

    /// What is known of the parts of one statement.
    pub(super) fn of(&'a self, index: usize) -> Parts<'a> {
        let end = |index: usize| self.ends.get(index).copied();
        let [action, resource, test] = index.checked_sub(1).and_then(end).unwrap_or([0; 3]);
        let [action_end, resource_end, test_end] = end(index).unwrap_or([0; 3]);
        Parts {
            looked: self.actions.get(action..action_end).unwrap_or_default(),
            located: self.resources.get(resource..resource_end).unwrap_or_default(),
            keyed: self.tests.get(test..test_end).unwrap_or_default(),
        }
    }
}

thread_local! {
    static ACTIONS: RefCell<Remembered<Rc<Known<'static>>>> = const { RefCell::new(Remembered::new()) };
    static KEYS: RefCell<Remembered<Option<Key<'static>>>> = const { RefCell::new(Remembered::new()) };
}

/// A name and what is known of it.
type Place<V> = Option<(Box<str>, V)>;

/// What the compiled-in tables say of the names that were met last: bounded, whatever is read. Each name has one of two
/// places.
#[derive(Debug)]
struct Remembered<V> {
    pairs: Vec<[Place<V>; 2]>,
}

/// Pairs of places; a power of two.
const PAIRS: usize = 512;

impl<V: Clone> Remembered<V> {
    const fn new() -> Self {
        Self { pairs: Vec::new() }
    }

    fn get(&mut self, name: &str, new: impl FnOnce(&str) -> V) -> V {
        if self.pairs.is_empty() {
            self.pairs.resize_with(PAIRS, || [None, None]);
        }
        let Some([first, second]) = self.pairs.get_mut(spread(name)) else { return new(name) };
        let of = |place: &Option<(Box<str>, V)>| {
            place.as_ref().filter(|(known, _)| **known == *name).map(|(_, v)| v.clone())
        };
        of(first).or_else(|| of(second)).unwrap_or_else(|| {
            let value = new(name);
            *second = first.replace((name.into(), value.clone()));
            value
        })
    }
}

/// The pair of a name; eight bytes a step.
fn spread(name: &str) -> usize {
    let (words, end) = name.as_bytes().as_chunks::<8>();
    let mix = |hash: u64, word: u64| (hash ^ word).wrapping_mul(0x9E37_79B9_7F4A_7C15).rotate_left(29);
    let hash = words.iter().fold(0, |hash, word| mix(hash, u64::from_le_bytes(*word)));
    let hash = end.iter().fold(hash, |hash, byte| mix(hash, u64::from(*byte)));
    usize::try_from(hash % PAIRS as u64).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_remembered_is_what_the_tables_say() {
        let catalog = Catalog::new();
        let mut remembered = Remembered::new();
        let names: Vec<String> = catalog.actions_covered("ecs:*").iter().map(|action| action.name.to_owned()).collect();
        assert!(names.len() > 300);
        // Far more names than places, met twice.
        let odd = (0..4 * PAIRS).map(|number| format!("ecs:No{number}"));
        for text in names.iter().cloned().chain(odd).chain(names.iter().map(|name| name.to_uppercase())) {
            for _ in 0..2 {
                let known = remembered.get(&text, |name| Known::new(name, Catalog::compiled_action).into());
                let known: Rc<Known<'_>> = known;
                assert_eq!(known.action, catalog.action(&text), "{text}");
                assert_eq!(known.service.map(|service| service.code), Some("ecs"));
            }
        }
        assert_eq!(remembered.pairs.len(), PAIRS);
        assert!(Known::new("oss:HeadObject", Catalog::compiled_action).guarded_by.is_some());
        let mut keys = Remembered::new();
        for name in ["acs:SourceIp", "acs:sourceip", "acs:ResourceTag/x", "acs:Banana", "acs:SourceIp"] {
            assert_eq!(keys.get(name, Catalog::compiled_key), catalog.key(name), "{name}");
        }
    }

    #[test]
    fn letters_are_told_apart() {
        for (text, told) in [
            ("ecs:startinstance", [false; 5]),
            ("ecs: Start", [true, false, false, false, true]),
            ("a\u{a0}b", [true, false, true, false, false]),
            ("a\u{b}b", [true, false, false, false, false]),
            ("a?", [false, true, false, false, false]),
            ("${a}", [false, false, true, false, false]),
            ("xxxx", [false, false, false, true, false]),
            ("aX", [false, false, false, true, true]),
        ] {
            let letters = Letters::of(text);
            let found = [letters.may_be_blank(), letters.is_wild(), letters.may_be_open(), letters.has_x()];
            assert_eq!((&found[..], letters.has_capital()), (&told[..4], told[4]), "{text}");
        }
    }
}
