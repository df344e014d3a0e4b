//! Values of the typed operators, written again from the text: decimals, instants, addresses. Nothing of the library is used.

use std::cmp::Ordering;
use std::net::IpAddr;

/// A decimal number of any length: sign, digits before the point without leading zeros, digits after it without trailing ones.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Decimal {
    pub(crate) negative: bool,
    pub(crate) whole: String,
    pub(crate) fraction: String,
}

/// `[+-]?digits[.digits]`, nothing else.
pub(crate) fn decimal(text: &str) -> Option<Decimal> {
    let (negative, unsigned) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    let (whole, fraction) = match unsigned.split_once('.') {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (unsigned, None),
    };
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    if !digits(whole) || !fraction.is_none_or(digits) {
        return None;
    }
    let whole = whole.trim_start_matches('0').to_owned();
    let fraction = fraction.unwrap_or("").trim_end_matches('0').to_owned();
    let zero = whole.is_empty() && fraction.is_empty();
    Some(Decimal { negative: negative && !zero, whole, fraction })
}

impl Ord for Decimal {
    fn cmp(&self, other: &Self) -> Ordering {
        let size = |left: &Self, right: &Self| {
            left.whole
                .len()
                .cmp(&right.whole.len())
                .then_with(|| left.whole.cmp(&right.whole))
                .then_with(|| left.fraction.cmp(&right.fraction))
        };
        match (self.negative, other.negative) {
            (false, false) => size(self, other),
            (true, true) => size(other, self),
            (true, false) => Ordering::Less,
            (false, true) => Ordering::Greater,
        }
    }
}

impl PartialOrd for Decimal {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Decimal {
    pub(crate) fn text(&self) -> String {
        let sign = if self.negative { "-" } else { "" };
        let whole = if self.whole.is_empty() { "0" } else { &self.whole };
        let point = if self.fraction.is_empty() { "" } else { "." };
        format!("{sign}{whole}{point}{}", self.fraction)
    }

    /// Nearly this number, further from zero by less than one unit of the `places`-th digit after the point.
    fn longer(&self, negative: bool, places: usize) -> Self {
        let fraction = format!("{:0<places$}5", self.fraction);
        Self { negative, whole: self.whole.clone(), fraction }
    }
}

/// A number strictly between two others.
pub(crate) fn between(low: &Decimal, high: &Decimal) -> Decimal {
    let places = low.fraction.len().max(high.fraction.len());
    let zero = Decimal { negative: false, whole: String::new(), fraction: String::new() };
    if low.negative && *high > zero {
        return zero;
    }
    if low.negative { high.longer(true, places) } else { low.longer(false, places) }
}

fn two(text: &str) -> Option<i64> {
    (text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_digit())).then(|| text.parse().ok()).flatten()
}

fn leap(year: i64) -> bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
}

fn month_days(year: i64, month: i64) -> i64 {
    match month {
        2 => 28 + i64::from(leap(year)),
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

fn days_before_year(year: i64) -> i64 {
    365 * year + (year + 3) / 4 - (year + 99) / 100 + (year + 399) / 400
}

/// `YYYY-MM-DDThh:mm:ss(Z|±hh:mm)` or `YYYY-MM-DDThh:mmZ`, as seconds since the start of year 0 in UTC.
pub(crate) fn instant(text: &str) -> Option<i64> {
    if !text.is_ascii() || text.len() < 17 {
        return None;
    }
    let (date, rest) = text.split_at(10);
    let rest = rest.strip_prefix('T')?;
    let parts: Vec<&str> = date.split('-').collect();
    let [year, month, day] = parts.as_slice() else { return None };
    if year.len() != 4 {
        return None;
    }
    let year = two(&year[..2])? * 100 + two(&year[2..])?;
    let (month, day) = (two(month)?, two(day)?);
    if !(1..=12).contains(&month) || !(1..=month_days(year, month)).contains(&day) {
        return None;
    }
    let (hour, minute, second, zone) = if rest.len() == "hh:mmZ".len() {
        if !rest.ends_with('Z') {
            return None;
        }
        (&rest[..2], rest[2..].strip_prefix(':')?.strip_suffix('Z')?, "00", "Z")
    } else if rest.len() >= "hh:mm:ssZ".len() && &rest[2..3] == ":" && &rest[5..6] == ":" {
        (&rest[..2], &rest[3..5], &rest[6..8], &rest[8..])
    } else {
        return None;
    };
    let (hour, minute, second) = (two(hour)?, two(minute)?, two(second)?);
    if hour > 23 || minute > 59 || second > 59 {
        return None;
    }
    let offset = if zone == "Z" {
        0
    } else {
        let sign = match zone.chars().next()? {
            '+' => 1,
            '-' => -1,
            _ => return None,
        };
        let (hours, minutes) = zone[1..].split_once(':')?;
        let (hours, minutes) = (two(hours)?, two(minutes)?);
        if hours > 23 || minutes > 59 {
            return None;
        }
        sign * (hours * 60 + minutes) * 60
    };
    let days = days_before_year(year) + (1..month).map(|month| month_days(year, month)).sum::<i64>() + day - 1;
    Some(((days * 24 + hour) * 60 + minute) * 60 + second - offset)
}

/// The instant in UTC, when it lies in the years 0000 to 9999.
pub(crate) fn instant_text(seconds: i64) -> Option<String> {
    let (days, of_day) = (seconds.div_euclid(86_400), seconds.rem_euclid(86_400));
    let mut year = days.div_euclid(366).max(0);
    while days_before_year(year + 1) <= days {
        year += 1;
    }
    if days < 0 || year > 9999 {
        return None;
    }
    let mut day = days - days_before_year(year);
    let mut month = 1;
    while day >= month_days(year, month) {
        day -= month_days(year, month);
        month += 1;
    }
    let (hour, minute, second) = (of_day / 3600, of_day / 60 % 60, of_day % 60);
    Some(format!("{year:04}-{month:02}-{:02}T{hour:02}:{minute:02}:{second:02}Z", day + 1))
}

/// `true` or `false` without regard to case.
pub(crate) fn boolean(text: &str) -> Option<bool> {
    if text.eq_ignore_ascii_case("true") {
        Some(true)
    } else if text.eq_ignore_ascii_case("false") {
        Some(false)
    } else {
        None
    }
}

/// A block of addresses of one family, or one plain address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Block {
    pub(crate) v6: bool,
    pub(crate) first: u128,
    pub(crate) last: u128,
    pub(crate) plain: bool,
}

/// An address as family and number.
pub(crate) fn address(text: &str) -> Option<(bool, u128)> {
    match text.parse::<IpAddr>().ok()? {
        IpAddr::V4(v4) => Some((false, u128::from(u32::from(v4)))),
        IpAddr::V6(v6) => Some((true, u128::from(v6))),
    }
}

/// An address back as text; `None` outside its family.
pub(crate) fn address_text(v6: bool, number: u128) -> Option<String> {
    if v6 {
        Some(std::net::Ipv6Addr::from(number).to_string())
    } else {
        u32::try_from(number).ok().map(|v4| std::net::Ipv4Addr::from(v4).to_string())
    }
}

/// `address` or `address/length`; host bits may be set.
pub(crate) fn block(text: &str) -> Option<Block> {
    let Some((base, length)) = text.split_once('/') else {
        let (v6, number) = address(text)?;
        return Some(Block { v6, first: number, last: number, plain: true });
    };
    let (v6, number) = address(base)?;
    let bits: u32 = if v6 { 128 } else { 32 };
    if length.is_empty() || length.len() > 3 || !length.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let length: u32 = length.parse().ok()?;
    if length > bits {
        return None;
    }
    let host_bits = bits - length;
    let hosts = if host_bits == 128 { u128::MAX } else { (1_u128 << host_bits) - 1 };
    Some(Block { v6, first: number & !hosts, last: number | hosts, plain: false })
}
