//! Instants that are read character by character.

use crate::policy::operand::instant;

const DAY: i64 = 86_400;

/// What matters of an instant that was read so far.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(in super::super) enum Read {
    /// Every character.
    Exactly(Box<str>),
    /// The year lies wholly inside; whether it has a leap day, and what was read behind it.
    Year(bool, Box<str>),
    /// The day lies wholly inside, whatever follows; the digits of the field that is being read.
    Inside(Option<char>),
    /// The clock was read: the offsets in minutes for which the instant is inside, first and last; and what was read of one.
    Offset(i16, i16, Box<str>),
}

/// The instants of a year, or of a day, with a day more on both sides for whatever offset follows.
fn around(from: &str, to: &str) -> Option<(i64, i64)> {
    Some((instant(&format!("{from}T00:00:00Z"))? - DAY, instant(&format!("{to}T23:59:59Z"))? + DAY))
}

/// The place of an instant that ended with `Z`.
pub(super) const DONE: u8 = 99;

/// What was read of an instant, one more character on; `at` characters were read before. From where all that can follow lies
/// inside, all spellings go on alike.
pub(super) fn step_span(span: (i64, i64), at: u8, read: &Read, c: char) -> Option<Read> {
    let fits = match at {
        4 | 7 => c == '-',
        10 => c == 'T',
        13 | 22 => c == ':',
        16 => matches!(c, ':' | 'Z'),
        19 => matches!(c, 'Z' | '+' | '-'),
        0..25 => c.is_ascii_digit(),
        _ => false,
    };
    if !fits {
        return None;
    }
    match read {
        Read::Exactly(text) => step_exactly(span, &format!("{text}{c}")),
        Read::Year(leap, text) => {
            let text = format!("{text}{c}");
            let year = if *leap { "2024" } else { "2025" };
            match text.len() {
                3 => two(&text, 1).filter(|month| (1..=12).contains(month)).map(|_| Read::Year(*leap, text.into())),
                6 => instant(&format!("{year}{text}T00:00:00Z")).map(|_| Read::Inside(None)),
                _ => Some(Read::Year(*leap, text.into())),
            }
        }
        Read::Inside(tens) => {
            let most = match at {
                11 | 12 | 20 | 21 => 23,
                14 | 15 | 17 | 18 | 23 | 24 => 59,
                _ => return Some(Read::Inside(None)),
            };
            match tens {
                None => Some(Read::Inside(Some(c))),
                Some(tens) => {
                    two(&format!("{tens}{c}"), 0).filter(|number| *number <= most).map(|_| Read::Inside(None))
                }
            }
        }
        Read::Offset(from, to, text) if c == 'Z' => Some(Read::Offset(*from, *to, text.clone())),
        Read::Offset(from, to, text) => step_offset(*from, *to, &format!("{text}{c}")),
    }
}

/// Two digits at a place.
fn two(text: &str, from: usize) -> Option<u8> {
    text.get(from..from + 2).and_then(|digits| digits.parse().ok())
}

fn step_exactly(span: (i64, i64), text: &str) -> Option<Read> {
    let within = |(from, to): (i64, i64)| span.0 <= from && to <= span.1;
    let beyond = |(from, to): (i64, i64)| to < span.0 || span.1 < from;
    let valid = match text.len() {
        4 => {
            let year = around(&format!("{text}-01-01"), &format!("{text}-12-31"))?;
            if within(year) {
                return Some(Read::Year(instant(&format!("{text}-02-29T00:00:00Z")).is_some(), "".into()));
            }
            !beyond(year)
        }
        7 => two(text, 5).is_some_and(|month| (1..=12).contains(&month)),
        10 => {
            let day = around(text, text)?;
            if within(day) {
                return Some(Read::Inside(None));
            }
            !beyond(day)
        }
        13 => two(text, 11).is_some_and(|hour| hour < 24),
        16 => two(text, 14).is_some_and(|minute| minute < 60),
        // `Z` behind the minutes, or the seconds are read: only the offset is open.
        17 if text.ends_with('Z') => return clocked(span, text),
        19 => return clocked(span, &format!("{text}Z")),
        _ => true,
    };
    valid.then(|| Read::Exactly(text.into()))
}

/// The offsets for which a local time, given with `Z`, is inside: `first <= local - 60 east <= last`.
fn clocked((first, last): (i64, i64), local: &str) -> Option<Read> {
    let local = instant(local)?;
    let from = -(last - local).div_euclid(60);
    let to = (local - first).div_euclid(60);
    let narrow = |minutes: i64| i16::try_from(minutes.clamp(-1440, 1440)).unwrap_or_default();
    (from <= to).then(|| Read::Offset(narrow(from), narrow(to), "".into()))
}

/// The minutes of an offset; none of `Z`.
pub(super) fn minutes(offset: &str) -> Option<i16> {
    if offset.is_empty() {
        return Some(0);
    }
    let east = i16::from(two(offset, 1)?) * 60 + i16::from(two(offset, 4)?);
    Some(if offset.starts_with('-') { -east } else { east })
}

fn step_offset(from: i16, to: i16, text: &str) -> Option<Read> {
    // The least and the most that the offset can become.
    let reach = match text.len() {
        1 => (0, 1439),
        2 => {
            let tens = text.get(1..2)?.parse::<i16>().ok()? * 600;
            if tens > 1200 {
                return None;
            }
            (tens, (tens + 599).min(1439))
        }
        3 | 4 => {
            let hour = i16::from(two(text, 1)?);
            if hour > 23 {
                return None;
            }
            (hour * 60, hour * 60 + 59)
        }
        5 if text.ends_with(['6', '7', '8', '9']) => return None,
        _ => return Some(Read::Offset(from, to, text.into())),
    };
    let reach = if text.starts_with('-') { (-reach.1, -reach.0) } else { reach };
    if to < reach.0 || reach.1 < from {
        return None;
    }
    let within = from <= reach.0 && reach.1 <= to;
    // Between two digits of a field the digit matters for whether the field is right.
    Some(if within && text.len() != 2 { Read::Inside(None) } else { Read::Offset(from, to, text.into()) })
}
