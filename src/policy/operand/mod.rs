//! The values that typed operators compare, in the spellings of facts/assumptions.md ("Settled", Operands).

mod date;
mod ip;
mod number;

use super::Family;

pub use date::{MAX_INSTANT, MIN_INSTANT, instant, spell_instant};
pub use ip::{Address, IpBlock, address, block};
pub use number::Decimal;

/// `true` or `false`, without regard to ASCII case.
pub fn boolean(text: &str) -> Option<bool> {
    if text.eq_ignore_ascii_case("true") {
        Some(true)
    } else if text.eq_ignore_ascii_case("false") {
        Some(false)
    } else {
        None
    }
}

/// Whether a text is an operand of that family.
pub fn parses(family: Family, text: &str) -> bool {
    match family {
        Family::String => true,
        Family::Numeric => Decimal::parse(text).is_some(),
        Family::Date => instant(text).is_some(),
        Family::Bool => boolean(text).is_some(),
        Family::Ip => block(text).is_some(),
    }
}

/// How operands of that family are written, for help texts.
pub fn spelling(family: Family) -> &'static str {
    match family {
        Family::String => "any text",
        Family::Numeric => "a decimal number such as `30` or `-1.5`",
        Family::Date => "an instant such as `2026-11-24T08:00:00Z` or `2026-11-24T16:00:00+08:00`",
        Family::Bool => "`true` or `false`",
        Family::Ip => "an address or block such as `203.0.113.7`, `10.0.0.0/8` or `2001:db8::/32`",
    }
}
