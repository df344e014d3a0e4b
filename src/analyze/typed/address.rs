//! Addresses that are read character by character.

use super::Spelling;

pub(super) fn step_v4(
    bounds: [u32; 2],
    (octets, current): (u8, Option<u8>),
    tight: [bool; 2],
    c: char,
) -> Option<Spelling> {
    let [low, high] = tight;
    if let Some(digit) = c.to_digit(10).and_then(|digit| u8::try_from(digit).ok()) {
        let octet = match current {
            None => digit,
            Some(0) => return None,
            Some(octet) => octet.checked_mul(10)?.checked_add(digit)?,
        };
        return Some(Spelling::V4 { octets, current: Some(octet), low, high });
    }
    let octet = current.filter(|_| c == '.' && octets < 3)?;
    let [first, last] = bounds.map(|bound| bound.to_be_bytes().get(usize::from(octets)).copied().unwrap_or_default());
    if low && octet < first || high && octet > last {
        return None;
    }
    Some(Spelling::V4 { octets: octets + 1, current: None, low: low && octet == first, high: high && octet == last })
}

/// Up to four digits between colons, and at the end perhaps an IPv4 address. Which groups are left out is not followed.
pub(super) fn step_v6(colons: u8, digits: u8, dots: u8, c: char) -> Option<Spelling> {
    let most = if dots == 0 { 4 } else { 3 };
    Some(match c {
        ':' if dots == 0 => Spelling::V6 { colons: (colons + 1).min(2), digits: 0, dots },
        '.' if colons >= 2 && (1..=3).contains(&digits) && dots < 3 => {
            Spelling::V6 { colons, digits: 0, dots: dots + 1 }
        }
        _ if digits < most && (c.is_ascii_digit() || dots == 0 && c.is_ascii_hexdigit()) => {
            Spelling::V6 { colons, digits: digits + 1, dots }
        }
        _ => return None,
    })
}
