//! The spellings of typed values, region by region, as automata beside the globs.
//!
//! A region holds the values that no typed test on a key tells apart. Its spellings are a regular language: decimals of any
//! length between two bounds, addresses of a block, instants of a span, the words of a truth value, and everything that is
//! none of these.

mod address;
mod instant;
mod number;

use std::cmp::Ordering;

use self::address::{step_v4, step_v6};
use self::instant::{DONE, Read, minutes, step_span};
use self::number::{Against, Digits, Phase};
use crate::evaluate::LoneTest;
use crate::pattern::TextShape;
use crate::policy::Family;
use crate::policy::operand::{Address, Decimal, MAX_INSTANT, MIN_INSTANT, block, instant, spell_instant};

/// Values that no test tells apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Region {
    /// Numbers strictly between two bounds.
    Between(Option<Digits>, Option<Digits>),
    /// One number.
    Number(Digits),
    /// IPv4 addresses, both ends included.
    V4(u32, u32),
    /// IPv6 addresses; the spellings of any of them.
    V6,
    /// Instants, both ends included.
    Span(i64, i64),
    /// A word, whatever its case.
    Word(&'static str),
    /// What is no value of these families.
    Other(Families),
}

/// The families whose tests a key has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Families {
    number: bool,
    date: bool,
    ip: bool,
    boolean: bool,
}

/// How far a spelling has come.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) enum Spelling {
    Number { phase: Phase, negative: bool, nonzero: bool, low: Against, high: Against },
    V4 { octets: u8, current: Option<u8>, low: bool, high: bool },
    V6 { colons: u8, digits: u8, dots: u8 },
    Span { at: u8, read: Read },
    Word(u8),
    Other { shapes: [u32; 3], words: [u8; 2] },
}

impl Region {
    pub(super) fn start(&self) -> Spelling {
        match self {
            Self::Between(..) | Self::Number(_) => Spelling::Number {
                phase: Phase::Start,
                negative: false,
                nonzero: false,
                low: Against::START,
                high: Against::START,
            },
            Self::V4(..) => Spelling::V4 { octets: 0, current: None, low: true, high: true },
            Self::V6 => Spelling::V6 { colons: 0, digits: 0, dots: 0 },
            Self::Span(..) => Spelling::Span { at: 0, read: Read::Exactly("".into()) },
            Self::Word(_) => Spelling::Word(0),
            Self::Other(_) => Spelling::Other { shapes: [0; 3], words: [0; 2] },
        }
    }

    fn bounds(&self) -> (Option<&Digits>, Option<&Digits>) {
        match self {
            Self::Between(low, high) => (low.as_ref(), high.as_ref()),
            Self::Number(number) => (Some(number), None),
            _ => (None, None),
        }
    }

    /// The characters of the spellings.
    pub(super) fn letters(&self) -> impl Iterator<Item = char> + use<> {
        let of = |families: Families| {
            let mut text = String::new();
            for (has, letters) in [
                (families.number, "0123456789+-."),
                (families.date, "0123456789-:TZ+"),
                (families.ip, "0123456789abcdefABCDEF:."),
                (families.boolean, "truefalsTRUEFALS"),
            ] {
                text.push_str(if has { letters } else { "" });
            }
            text
        };
        let letters = match self {
            Self::Between(..) | Self::Number(_) => "0123456789+-.".to_owned(),
            Self::V4(..) => "0123456789.".to_owned(),
            Self::V6 => "0123456789abcdefABCDEF:.".to_owned(),
            Self::Span(..) => "0123456789-:TZ+".to_owned(),
            Self::Word(word) => format!("{word}{}", word.to_ascii_uppercase()),
            Self::Other(families) => of(*families),
        };
        letters.chars().collect::<Vec<_>>().into_iter()
    }

    /// Whether the automaton leaves out some spellings: those that look like a value and are none.
    pub(super) fn is_partial(&self) -> bool {
        matches!(self, Self::Other(families) if families.date || families.ip)
    }

    /// None when no spelling goes on so.
    pub(super) fn step(&self, from: &Spelling, c: char) -> Option<Spelling> {
        match (self, from) {
            (Self::Between(..) | Self::Number(_), Spelling::Number { phase, negative, nonzero, low, high }) => {
                let read = (*phase, *negative, *nonzero, *low, *high);
                self.step_number(read, c)
            }
            (Self::V4(first, last), Spelling::V4 { octets, current, low, high }) => {
                step_v4([*first, *last], (*octets, *current), [*low, *high], c)
            }
            (Self::V6, Spelling::V6 { colons, digits, dots }) => step_v6(*colons, *digits, *dots, c),
            (Self::Span(first, last), Spelling::Span { at, read }) => {
                let read = step_span((*first, *last), *at, read, c)?;
                Some(Spelling::Span { at: if c == 'Z' { DONE } else { at + 1 }, read })
            }
            (Self::Word(word), Spelling::Word(at)) => {
                let next = word.chars().nth(usize::from(*at));
                (next == Some(c.to_ascii_lowercase())).then_some(Spelling::Word(at + 1))
            }
            (Self::Other(_), Spelling::Other { shapes, words }) => {
                let kinds = [TextShape::Number, TextShape::Date, TextShape::Address];
                let mut next = *shapes;
                for (state, shape) in next.iter_mut().zip(kinds) {
                    *state = shape.step(*state, c);
                }
                let mut followed = *words;
                for (at, word) in followed.iter_mut().zip(["true", "false"]) {
                    let fits = word.chars().nth(usize::from(*at)) == Some(c.to_ascii_lowercase());
                    *at = if fits { *at + 1 } else { u8::MAX };
                }
                Some(Spelling::Other { shapes: next, words: followed })
            }
            _ => None,
        }
    }

    fn step_number(
        &self,
        (phase, negative, nonzero, low, high): (Phase, bool, bool, Against, Against),
        c: char,
    ) -> Option<Spelling> {
        let (lower, upper) = self.bounds();
        let each = |step: &dyn Fn(Against, &Digits) -> Against| {
            (lower.map_or(low, |bound| step(low, bound)), upper.map_or(high, |bound| step(high, bound)))
        };
        let digit = c.to_digit(10).and_then(|digit| u8::try_from(digit).ok());
        let (phase, negative, (low, high)) = match (phase, c, digit) {
            (Phase::Start, '+' | '-', _) => (Phase::Sign, c == '-', (low, high)),
            (Phase::Start | Phase::Sign | Phase::Whole, _, Some(digit)) => {
                (Phase::Whole, negative, each(&|read, bound| read.whole(bound, digit)))
            }
            (Phase::Whole, '.', _) => (Phase::Point, negative, each(&Against::point)),
            (Phase::Point | Phase::Fraction, _, Some(digit)) => {
                (Phase::Fraction, negative, each(&|read, bound| read.fraction(bound, digit)))
            }
            _ => return None,
        };
        let nonzero = nonzero || digit.is_some_and(|digit| digit > 0);
        Some(Spelling::Number { phase, negative, nonzero, low, high })
    }

    pub(super) fn accepts(&self, spelling: &Spelling) -> bool {
        match (self, spelling) {
            (Self::Between(..) | Self::Number(_), Spelling::Number { phase, negative, nonzero, low, high }) => {
                if !matches!(phase, Phase::Whole | Phase::Fraction) {
                    return false;
                }
                let negative = *negative && *nonzero;
                let (lower, upper) = self.bounds();
                let low = lower.map(|bound| low.signed(bound, *phase, negative));
                let high = upper.map(|bound| high.signed(bound, *phase, negative));
                if matches!(self, Self::Number(_)) {
                    return low == Some(Ordering::Equal);
                }
                low.is_none_or(Ordering::is_gt) && high.is_none_or(Ordering::is_lt)
            }
            (Self::V4(first, last), Spelling::V4 { octets: 3, current: Some(octet), low, high }) => {
                let end = |bound: u32| bound.to_be_bytes()[3];
                (!low || *octet >= end(*first)) && (!high || *octet <= end(*last))
            }
            (Self::V6, Spelling::V6 { colons, digits, dots }) => {
                *colons >= 2 && (*dots == 0 || *dots == 3 && *digits > 0)
            }
            (Self::Span(..), Spelling::Span { at: DONE | 25, read }) => match read {
                Read::Inside(_) => true,
                Read::Offset(from, to, offset) => minutes(offset).is_some_and(|east| (*from..=*to).contains(&east)),
                Read::Exactly(_) | Read::Year(..) => false,
            },
            (Self::Word(word), Spelling::Word(at)) => usize::from(*at) == word.len(),
            (Self::Other(families), Spelling::Other { shapes: [number, date, address], words: [yes, no] }) => {
                !(families.number && TextShape::Number.accepts(*number)
                    || families.date && TextShape::Date.accepts(*date)
                    || families.ip && TextShape::Address.accepts(*address)
                    || families.boolean && (*yes == 4 || *no == 5))
            }
            _ => false,
        }
    }
}

/// The regions that typed tests on one key tell apart, each with a spelling of one of its values.
pub(super) fn regions<'t>(tests: impl Iterator<Item = &'t LoneTest>) -> Vec<(Region, String)> {
    let (mut numbers, mut instants, mut blocks) = (Vec::new(), Vec::new(), Vec::new());
    let mut families = Families::default();
    for test in tests {
        match test.family() {
            Family::Numeric => {
                families.number = true;
                numbers.extend(test.spelled().filter_map(Decimal::parse));
            }
            Family::Date => {
                families.date = true;
                instants.extend(test.spelled().filter_map(instant));
            }
            Family::Ip => {
                families.ip = true;
                blocks.extend(test.spelled().filter_map(block));
            }
            Family::Bool => families.boolean = true,
            Family::String => {}
        }
    }
    let mut found = Vec::new();
    if families.boolean {
        found.extend(["true", "false"].map(|word| (Region::Word(word), word.to_owned())));
    }
    if families.number {
        of_numbers(numbers, &mut found);
    }
    if families.date {
        of_instants(instants, &mut found);
    }
    if families.ip {
        for v6 in [false, true] {
            let own = blocks.iter().filter(|block| block.v6 == v6);
            let ends = own.flat_map(|block| {
                [Some(block.first), block.first.checked_add(1), Some(block.last), block.last.checked_add(1)]
            });
            of_addresses(v6, ends.flatten().collect(), &mut found);
        }
    }
    found.push((Region::Other(families), String::new()));
    found
}

fn of_numbers(mut numbers: Vec<Decimal<'_>>, found: &mut Vec<(Region, String)>) {
    numbers.sort_unstable();
    numbers.dedup();
    let bound = |number: Option<&Decimal<'_>>| number.map(Digits::new);
    let below = numbers.first().map_or_else(|| "1".to_owned(), Decimal::below);
    found.push((Region::Between(None, bound(numbers.first())), below));
    for (at, number) in numbers.iter().enumerate() {
        found.push((Region::Number(Digits::new(number)), number.spell()));
        let next = numbers.get(at + 1);
        let above = next.map_or_else(|| Some(number.above()), |next| number.between(next));
        found.push((Region::Between(bound(Some(number)), bound(next)), above.unwrap_or_default()));
    }
}

fn of_instants(mut instants: Vec<i64>, found: &mut Vec<(Region, String)>) {
    instants.sort_unstable();
    instants.dedup();
    let mut from = MIN_INSTANT;
    let mut span = |first: i64, last: i64| {
        if first <= last {
            found.push((Region::Span(first, last), spell_instant(first)));
        }
    };
    for instant in instants {
        span(from, instant - 1);
        span(instant, instant);
        from = instant + 1;
    }
    span(from, MAX_INSTANT);
}

fn of_addresses(v6: bool, mut ends: Vec<u128>, found: &mut Vec<(Region, String)>) {
    let top = if v6 { u128::MAX } else { u128::from(u32::MAX) };
    ends.push(0);
    ends.retain(|bits| *bits <= top);
    ends.sort_unstable();
    ends.dedup();
    for (at, first) in ends.iter().enumerate() {
        let last = ends.get(at + 1).map_or(top, |next| next - 1);
        let narrow = |bits: u128| u32::try_from(bits).unwrap_or(u32::MAX);
        let region = if v6 { Region::V6 } else { Region::V4(narrow(*first), narrow(last)) };
        found.push((region, Address { v6, bits: *first }.spell()));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::operand::{address, boolean};
    use proptest::prelude::*;

    fn takes(region: &Region, text: &str) -> bool {
        let read = text.chars().try_fold(region.start(), |spelling, c| region.step(&spelling, c));
        read.is_some_and(|spelling| region.accepts(&spelling))
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(20_000))]
        #[test]
        fn numbers_lie_in_the_region_of_their_value(
            bounds in prop::collection::vec("-?(0|[1-3][0-3]?)(\\.[0-3]{0,1}[1-3])?", 0..4), text in "[+-]?[0-3]{0,3}(\\.[0-3]{0,3})?"
        ) {
            let numbers: Vec<Decimal<'_>> = bounds.iter().filter_map(|text| Decimal::parse(text)).collect();
            let mut found = Vec::new();
            of_numbers(numbers.clone(), &mut found);
            let value = Decimal::parse(&text);
            let signature = |number: &Decimal<'_>| numbers.iter().map(|bound| number.cmp(bound)).collect::<Vec<_>>();
            let mut taken = 0;
            for (region, sample) in &found {
                prop_assert!(takes(region, sample), "{:?} {}", region, sample);
                if takes(region, &text) {
                    taken += 1;
                    let sample = Decimal::parse(sample).unwrap();
                    prop_assert_eq!(signature(&value.unwrap()), signature(&sample));
                }
            }
            prop_assert_eq!(taken, usize::from(value.is_some()), "{}", text);
        }

        #[test]
        fn addresses_and_instants_lie_in_one_region(
            bits in prop::collection::vec(any::<u32>(), 0..3), own: u32, shape in 0..4u32, second in -5_000_000i64..5_000_000, bound in -5_000_000i64..5_000_000, east in 0..1439i64
        ) {
            let bits: Vec<u128> = bits.into_iter().map(|bits| u128::from(bits >> (shape * 8))).collect();
            let mut found = Vec::new();
            of_addresses(false, bits.clone(), &mut found);
            let text = Address { v6: false, bits: u128::from(own >> (shape * 8)) }.spell();
            let rank = |text: &str| bits.iter().filter(|bits| **bits <= address(text).unwrap().bits).count();
            let mut own = found.iter().filter(|(region, _)| takes(region, &text));
            prop_assert_eq!(own.next().map(|(_, sample)| rank(sample)), Some(rank(&text)));
            prop_assert!(own.next().is_none());

            let mut found = Vec::new();
            of_instants(vec![bound], &mut found);
            let local = spell_instant(second + east * 60);
            let text = format!("{}+{:02}:{:02}", local.strip_suffix('Z').unwrap(), east / 60, east % 60);
            let mut own = found.iter().filter(|(region, _)| takes(region, &text));
            let sample = own.next().and_then(|(_, sample)| instant(sample)).unwrap();
            prop_assert_eq!(sample.cmp(&bound), second.cmp(&bound));
            prop_assert!(own.next().is_none());
        }

        #[test]
        fn what_is_taken_as_no_value_is_none(text in "[0-2a-fT:.+-]{0,6}|[tT][rR][uU][eE]|false") {
            let families = Families { number: true, date: true, ip: true, boolean: true };
            if takes(&Region::Other(families), &text) {
                prop_assert!(Decimal::parse(&text).is_none() && instant(&text).is_none());
                prop_assert!(address(&text).is_none() && boolean(&text).is_none());
            }
            prop_assert_eq!(takes(&Region::Word("true"), &text), boolean(&text) == Some(true));
            if address(&text).is_some_and(|address| address.v6) {
                prop_assert!(takes(&Region::V6, &text));
            }
        }
    }
}
