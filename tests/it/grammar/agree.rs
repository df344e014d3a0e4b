//! Holds the grammar against an acceptor: any function that says yes or no to a text.
//!
//! No single source of samples is enough (sentences cannot show what is accepted beyond the grammar, random tokens
//! rarely build deep shapes), so there are four, and `faults` shows that together they find what is planted.

use std::collections::BTreeSet;

use crate::support::ebnf::Grammar;
use crate::support::random::Random;

/// The files of `grammar/` by name; all productions share one name space.
pub const FILES: [(&str, &str); 6] = [
    ("json", include_str!("../../../grammar/json.ebnf")),
    ("wildcard", include_str!("../../../grammar/wildcard.ebnf")),
    ("action", include_str!("../../../grammar/action.ebnf")),
    ("arn", include_str!("../../../grammar/arn.ebnf")),
    ("operators", include_str!("../../../grammar/operators.ebnf")),
    ("operands", include_str!("../../../grammar/operands.ebnf")),
];

/// The whole grammar.
pub fn grammar() -> Grammar {
    Grammar::read(&text()).unwrap()
}

fn text() -> String {
    FILES.map(|(_, text)| text).join("\n")
}

/// Where samples come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source {
    /// Cases written by hand.
    Fixed,
    /// Short random strings of tokens.
    Tokens,
    /// Texts that the grammar generates.
    Sentences,
    /// The same with one character deleted, inserted or replaced.
    NearMisses,
}

impl Source {
    pub const ALL: [Self; 4] = [Self::Fixed, Self::Tokens, Self::Sentences, Self::NearMisses];
}

/// What samples for one start symbol are made of.
#[derive(Debug, Clone, Copy)]
pub struct Samples {
    pub tokens: &'static [&'static str],
    pub fixed: &'static [&'static str],
    /// How many random ones of each source.
    pub count: usize,
}

impl Samples {
    /// The samples of one source, the same in every run.
    fn texts<'a>(
        &'a self,
        grammar: &'a Grammar,
        start: &'a str,
        source: Source,
    ) -> Box<dyn Iterator<Item = String> + 'a> {
        let mut random = Random::new(0x5eed);
        match source {
            Source::Fixed => Box::new(self.fixed.iter().map(ToString::to_string)),
            Source::Tokens => Box::new((0..self.count * 3).map(move |_| {
                let length = random.below(9);
                (0..length).map(|_| *random.pick(self.tokens)).collect()
            })),
            Source::Sentences => Box::new((0..self.count).map(move |_| sentence(grammar, start, &mut random))),
            Source::NearMisses => Box::new((0..self.count).map(move |_| {
                let sentence = sentence(grammar, start, &mut random);
                near_miss(&sentence, self.tokens, &mut random)
            })),
        }
    }
}

fn sentence(grammar: &Grammar, start: &str, random: &mut Random) -> String {
    let fuel = 1 + random.below(50);
    grammar.sentence(start, random, fuel)
}

fn near_miss(sentence: &str, tokens: &[&str], random: &mut Random) -> String {
    let mut characters: Vec<char> = sentence.chars().collect();
    let other = match random.below(8) {
        0 => *random.pick(&['\0', '\t', '\u{1f}', ' ', '\u{7f}', '\u{a0}', '\u{feff}', 'é', '\u{1F600}']),
        1 => char::from(*random.pick(b"09afAFzZ-+.:/*?\"\\'")),
        2 if !characters.is_empty() => *random.pick(&characters),
        _ => random.pick(tokens).chars().next().unwrap_or('x'),
    };
    let at = random.below(characters.len() + 1);
    match random.below(3) {
        0 if at < characters.len() => drop(characters.remove(at)),
        1 if at < characters.len() => characters[at] = other,
        _ => characters.insert(at, other),
    }
    characters.into_iter().collect()
}

/// How often the two sides said yes and no together.
#[derive(Debug, Default, Clone, Copy)]
pub struct Tally {
    pub yes: usize,
    pub no: usize,
}

/// The first sample of a source on which grammar and acceptor disagree, shrunk; else the tally.
pub fn compare(
    grammar: &Grammar,
    start: &str,
    samples: &Samples,
    source: Source,
    accept: &dyn Fn(&str) -> bool,
) -> Result<Tally, String> {
    let differ = |text: &str| grammar.recognises(start, text) != accept(text);
    let mut tally = Tally::default();
    for text in samples.texts(grammar, start, source) {
        let recognised = grammar.recognises(start, &text);
        assert!(source != Source::Sentences || recognised, "generated, yet not recognised as `{start}`: {text:?}");
        if recognised != accept(&text) {
            return Err(shrink(text, differ));
        }
        *(if recognised { &mut tally.yes } else { &mut tally.no }) += 1;
    }
    Ok(tally)
}

/// Takes characters away for as long as the text still shows the disagreement.
fn shrink(mut text: String, differ: impl Fn(&str) -> bool) -> String {
    loop {
        let shorter = text.char_indices().map(|(at, c)| {
            let mut without = text.clone();
            without.replace_range(at..at + c.len_utf8(), "");
            without
        });
        match shorter.into_iter().find(|shorter| differ(shorter)) {
            Some(shorter) => text = shorter,
            None => return text,
        }
    }
}

/// Grammar and acceptor say the same of every sample; panics with the shortest text found where they do not.
///
/// This is where a parser is plugged in: `agree(&grammar(), "json_text", |text| parse(text).1.is_empty())`.
pub fn agree(grammar: &Grammar, start: &str, accept: impl Fn(&str) -> bool) {
    let samples = super::samples::of(start);
    let mut total = Tally::default();
    for source in Source::ALL {
        match compare(grammar, start, &samples, source, &accept) {
            Ok(tally) => total = Tally { yes: total.yes + tally.yes, no: total.no + tally.no },
            Err(text) => {
                let (grammar, other) = if accept(&text) { ("no", "yes") } else { ("yes", "no") };
                panic!("is {text:?} a `{start}`? the grammar says {grammar}, the acceptor {other} ({source:?})");
            }
        }
    }
    println!("{start}: {} accepted, {} refused by both", total.yes, total.no);
    assert!(total.yes * 20 > samples.count, "`{start}`: hardly any sample is accepted: {total:?}");
}

/// A change to the grammar's text that must not go unnoticed.
#[derive(Debug, Clone, Copy)]
pub struct Fault {
    pub name: &'static str,
    pub from: &'static str,
    pub to: &'static str,
}

impl Fault {
    /// The grammar with the fault in it.
    fn plant(self) -> Grammar {
        let text = text();
        assert_eq!(text.matches(self.from).count(), 1, "{}: {:?} must occur once", self.name, self.from);
        Grammar::read(&text.replace(self.from, self.to)).unwrap()
    }
}

/// Plants each fault and prints which sources find it; a quarter of the samples must be enough for at least one.
pub fn find_all(start: &str, faults: &[Fault], accept: impl Fn(&str) -> bool) {
    let all = super::samples::of(start);
    let samples = Samples { count: all.count / 4, ..all };
    let mut missed = Vec::new();
    let mut useful = BTreeSet::new();
    println!(
        "{:<44} {}",
        format!("planted in `{start}`"),
        Source::ALL.map(|source| format!("{:<18}", format!("{source:?}"))).concat()
    );
    for fault in faults {
        let altered = fault.plant();
        let found = Source::ALL.map(|source| compare(&altered, start, &samples, source, &accept).err());
        let cells = found.each_ref().map(|text| match text {
            Some(text) => format!("{:<18}", format!("found {text:?}").chars().take(17).collect::<String>()),
            None => format!("{:<18}", "missed"),
        });
        println!("{:<44} {}", fault.name, cells.concat());
        if found.iter().all(Option::is_none) {
            missed.push(fault.name);
        }
        useful.extend(found.iter().enumerate().filter(|(_, text)| text.is_some()).map(|(source, _)| source));
    }
    assert!(missed.is_empty(), "no source of samples finds: {missed:?}");
    assert!(useful.len() > 1, "`{start}`: all faults are found by one source only");
}
