//! A decimal that is read digit by digit, against a bound.

use std::cmp::Ordering;

use crate::policy::operand::Decimal;

/// A decimal number by its significant digits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in super::super) struct Digits {
    pub(super) negative: bool,
    whole: Vec<u8>,
    fraction: Vec<u8>,
}

impl Digits {
    pub(super) fn new(number: &Decimal<'_>) -> Self {
        let spelled = number.spell();
        let unsigned = spelled.trim_start_matches('-');
        let (whole, fraction) = unsigned.split_once('.').unwrap_or((unsigned, ""));
        let digits = |text: &str| text.bytes().map(|byte| byte.wrapping_sub(b'0')).collect();
        Self {
            negative: spelled.starts_with('-'),
            whole: digits(whole.trim_start_matches('0')),
            fraction: digits(fraction),
        }
    }
}

/// The part of a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(in super::super) enum Phase {
    Start,
    Sign,
    Whole,
    Point,
    Fraction,
}

/// The digits read so far against those of a bound: how many, and how they compare.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(in super::super) struct Against {
    at: u16,
    order: Ordering,
}

impl Against {
    pub(super) const START: Self = Self { at: 0, order: Ordering::Equal };

    pub(super) fn whole(self, bound: &Digits, digit: u8) -> Self {
        if self.at == 0 && digit == 0 {
            return self;
        }
        match bound.whole.get(usize::from(self.at)) {
            Some(own) => Self { at: self.at + 1, order: self.order.then(digit.cmp(own)) },
            // Longer than the bound: greater, however many digits follow.
            None => Self { at: u16::MAX, order: Ordering::Greater },
        }
    }

    pub(super) fn point(self, bound: &Digits) -> Self {
        let longer = usize::from(self.at).cmp(&bound.whole.len());
        Self { at: 0, order: longer.then(self.order) }
    }

    pub(super) fn fraction(self, bound: &Digits, digit: u8) -> Self {
        if self.order != Ordering::Equal {
            return self;
        }
        let own = bound.fraction.get(usize::from(self.at)).copied();
        let order = digit.cmp(&own.unwrap_or(0));
        let at = if order == Ordering::Equal && own.is_some() { self.at + 1 } else { self.at };
        Self { at: if order == Ordering::Equal { at } else { 0 }, order }
    }

    /// The number read against the bound, signs aside.
    fn end(self, bound: &Digits, phase: Phase) -> Ordering {
        let read = if phase == Phase::Fraction { self } else { self.point(bound) };
        let rest = usize::from(read.at) < bound.fraction.len();
        read.order.then(if rest { Ordering::Less } else { Ordering::Equal })
    }

    pub(super) fn signed(self, bound: &Digits, phase: Phase, negative: bool) -> Ordering {
        match (negative, bound.negative) {
            (false, true) => Ordering::Greater,
            (true, false) => Ordering::Less,
            (false, false) => self.end(bound, phase),
            (true, true) => self.end(bound, phase).reverse(),
        }
    }
}
