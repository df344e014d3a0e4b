//! Decimal numbers of any length: `[+-]? digits [. digits]`, compared by value (30 = 30.0).

use std::cmp::Ordering;

use nom::branch::alt;
use nom::character::complete::{char, digit1};
use nom::combinator::{all_consuming, opt};
use nom::sequence::preceded;
use nom::{IResult, Parser};

/// A decimal number as its significant digits, borrowed from its spelling. Negative zero is zero.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Decimal<'a> {
    negative: bool,
    /// Without leading zeros.
    whole: &'a str,
    /// Without trailing zeros.
    fraction: &'a str,
}

fn digits(input: &str) -> IResult<&str, (Option<char>, &str, Option<&str>)> {
    let sign = opt(alt((char('+'), char('-'))));
    all_consuming((sign, digit1, opt(preceded(char('.'), digit1)))).parse(input)
}

impl<'a> Decimal<'a> {
    /// Reads a number; none when the text is none.
    pub fn parse(text: &'a str) -> Option<Self> {
        let (_, (sign, whole, fraction)) = digits(text).ok()?;
        let whole = whole.trim_start_matches('0');
        let fraction = fraction.unwrap_or_default().trim_end_matches('0');
        let negative = sign == Some('-') && !(whole.is_empty() && fraction.is_empty());
        Some(Self { negative, whole, fraction })
    }

    fn magnitude(&self, other: &Self) -> Ordering {
        // Fractions without trailing zeros compare like text: a longer one with the same front is greater.
        self.whole
            .len()
            .cmp(&other.whole.len())
            .then_with(|| self.whole.cmp(other.whole))
            .then_with(|| self.fraction.cmp(other.fraction))
    }

    /// The shortest spelling.
    pub fn spell(&self) -> String {
        let whole = if self.whole.is_empty() { "0" } else { self.whole };
        let (sign, point) = (if self.negative { "-" } else { "" }, if self.fraction.is_empty() { "" } else { "." });
        format!("{sign}{whole}{point}{}", self.fraction)
    }

    /// A number that lies strictly between two; none unless `self < upper`.
    pub fn between(&self, upper: &Self) -> Option<String> {
        if self.cmp(upper) != Ordering::Less {
            return None;
        }
        if self.negative && !upper.negative && !upper.is_zero() {
            return Some("0".to_owned());
        }
        // Both bounds are multiples of the unit of their last place, so half a unit beyond the one nearer to zero lies inside.
        let (sign, near) = if self.negative { ("-", upper) } else { ("", self) };
        let places = self.fraction.len().max(upper.fraction.len());
        Some(format!("{sign}{}.{:0<places$}5", near.whole_or_zero(), near.fraction))
    }

    /// Whether the number is zero.
    pub fn is_zero(&self) -> bool {
        self.whole.is_empty() && self.fraction.is_empty()
    }

    /// A number below this one.
    pub fn below(&self) -> String {
        if self.negative { format!("-9{}", self.whole_or_zero()) } else { "-1".to_owned() }
    }

    /// A number above this one.
    pub fn above(&self) -> String {
        if self.negative { "1".to_owned() } else { format!("9{}", self.whole_or_zero()) }
    }

    fn whole_or_zero(&self) -> &'a str {
        if self.whole.is_empty() { "0" } else { self.whole }
    }
}

impl PartialOrd for Decimal<'_> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Decimal<'_> {
    fn cmp(&self, other: &Self) -> Ordering {
        match (self.negative, other.negative) {
            (false, true) => Ordering::Greater,
            (true, false) => Ordering::Less,
            (false, false) => self.magnitude(other),
            (true, true) => other.magnitude(self),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(text: &str) -> Decimal<'_> {
        Decimal::parse(text).unwrap()
    }

    #[test]
    fn numbers_compare_by_value() {
        assert_eq!(number("30"), number("030.00"));
        assert_eq!(number("-0"), number("+0.0"));
        assert!(number("9") < number("10"));
        assert!(number("-10") < number("-9.5"));
        assert!(number("1.25") < number("1.3"));
        assert!(number(&"9".repeat(1000)) < number(&("1".to_owned() + &"0".repeat(1000))));
        for bad in ["", "+", "1.", ".5", "1e3", " 1", "1 ", "１", "--1", "0x1"] {
            assert_eq!(Decimal::parse(bad), None, "{bad}");
        }
    }

    #[test]
    fn neighbours_lie_where_they_should() {
        let all = ["-100.5", "-10", "-9.99", "-1", "-0.5", "0", "0.001", "0.5", "1", "1.0001", "9.99", "10", "100.5"];
        for (at, low) in all.iter().enumerate() {
            let lower = number(low);
            assert!(number(&lower.below()) < lower, "{low}");
            assert!(number(&lower.above()) > lower, "{low}");
            for high in &all[at + 1..] {
                let middle = lower.between(&number(high)).unwrap();
                assert!(lower < number(&middle) && number(&middle) < number(high), "{low} {middle} {high}");
            }
            assert_eq!(lower.between(&lower), None);
        }
    }
}
