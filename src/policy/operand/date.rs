//! Instants: `YYYY-MM-DDThh:mm:ss(Z|±hh:mm)` or `YYYY-MM-DDThh:mmZ`, compared in whole seconds of UTC.

use jiff::civil::DateTime;
use nom::branch::alt;
use nom::bytes::complete::{tag, take_while_m_n};
use nom::character::complete::{char, one_of};
use nom::combinator::{all_consuming, map_opt, value};
use nom::sequence::preceded;
use nom::{IResult, Parser};

const DAY: i64 = 86_400;
/// `0000-01-01T00:00:00+23:59`, the earliest that can be written; seconds since 1970-01-01T00:00:00Z.
pub const MIN_INSTANT: i64 = -719_528 * DAY - (DAY - 60);
/// `9999-12-31T23:59:59-23:59`, the latest that can be written.
pub const MAX_INSTANT: i64 = 2_932_897 * DAY - 1 + (DAY - 60);

fn number(digits: usize) -> impl Fn(&str) -> IResult<&str, i16> {
    move |input| {
        let run = take_while_m_n(digits, digits, |c: char| c.is_ascii_digit());
        map_opt(run, |text: &str| text.parse().ok()).parse(input)
    }
}

/// Seconds east of UTC.
fn offset(input: &str) -> IResult<&str, i64> {
    let hours = (one_of("+-"), number(2), char(':'), number(2));
    let shifted = map_opt(hours, |(sign, hours, _, minutes)| {
        let seconds = i64::from(hours) * 3600 + i64::from(minutes) * 60;
        (hours < 24 && minutes < 60).then_some(if sign == '-' { -seconds } else { seconds })
    });
    alt((value(0, tag("Z")), shifted)).parse(input)
}

fn parts(input: &str) -> IResult<&str, (DateTime, i64)> {
    let day = (number(4), preceded(char('-'), number(2)), preceded(char('-'), number(2)));
    let clock = (preceded(char('T'), number(2)), preceded(char(':'), number(2)));
    let (rest, ((year, month, day), (hour, minute))) = (day, clock).parse(input)?;
    let with_seconds = (preceded(char(':'), number(2)), offset);
    let (rest, (second, east)) = alt((with_seconds, value((0, 0), tag("Z")))).parse(rest)?;
    let small = |number: i16| i8::try_from(number).unwrap_or(i8::MAX);
    match DateTime::new(year, small(month), small(day), small(hour), small(minute), small(second), 0) {
        Ok(date) => Ok((rest, (date, east))),
        Err(_) => Err(nom::Err::Error(nom::error::Error::new(input, nom::error::ErrorKind::Verify))),
    }
}

/// Reads an instant as seconds since 1970-01-01T00:00:00Z; none when the text is no instant.
pub fn instant(text: &str) -> Option<i64> {
    let (_, (date, east)) = all_consuming(parts).parse(text).ok()?;
    let epoch = DateTime::constant(1970, 1, 1, 0, 0, 0, 0);
    Some(date.duration_since(epoch).as_secs() - east)
}

/// An instant as text, in UTC, or with an offset where UTC would leave the years 0000 to 9999.
pub fn spell_instant(seconds: i64) -> String {
    let seconds = seconds.clamp(MIN_INSTANT, MAX_INSTANT);
    let east = match seconds {
        s if s < MIN_INSTANT + DAY - 60 => DAY - 60,
        s if s > MAX_INSTANT - (DAY - 60) => -(DAY - 60),
        _ => 0,
    };
    let epoch = DateTime::constant(1970, 1, 1, 0, 0, 0, 0);
    let local = epoch.checked_add(jiff::SignedDuration::from_secs(seconds + east)).unwrap_or(epoch);
    let zone = match east {
        0 => "Z",
        e if e > 0 => "+23:59",
        _ => "-23:59",
    };
    format!(
        "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}{zone}",
        local.year(),
        local.month(),
        local.day(),
        local.hour(),
        local.minute(),
        local.second()
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_of_one_instant_are_equal() {
        assert_eq!(instant("1970-01-01T00:00:00Z"), Some(0));
        assert_eq!(instant("2019-08-12T17:00:00+08:00"), instant("2019-08-12T09:00Z"));
        for bad in [
            "2019-02-29T00:00:00Z",
            "2019-08-12T17:00:00",
            "2019-08-12 17:00:00Z",
            "2019-08-12T17:00:00z",
            "2019-08-12T24:00:00Z",
            "2019-08-12T17:00:60Z",
            "2019-08-12T17:00:00.5Z",
            "2019-08-12T17:00+08:00",
            "2019-08-12T17:00:00+24:00",
            "12019-08-12T17:00:00Z",
            "",
        ] {
            assert_eq!(instant(bad), None, "{bad}");
        }
    }

    #[test]
    fn the_first_and_last_instants_are_right_and_spelled() {
        assert_eq!(instant("0000-01-01T00:00:00+23:59"), Some(MIN_INSTANT));
        assert_eq!(instant("9999-12-31T23:59:59-23:59"), Some(MAX_INSTANT));
        for seconds in [MIN_INSTANT, MIN_INSTANT + 1, -1, 0, 1_700_000_000, MAX_INSTANT - 1, MAX_INSTANT] {
            assert_eq!(instant(&spell_instant(seconds)), Some(seconds));
        }
        assert_eq!(spell_instant(0), "1970-01-01T00:00:00Z");
    }
}
