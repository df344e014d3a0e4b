//! Addresses and blocks of both IP versions.

use std::net::IpAddr;

/// An address as its version and number. `::ffff:a.b.c.d` is version 6.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Address {
    /// Whether it is IPv6.
    pub v6: bool,
    /// The bits.
    pub bits: u128,
}

impl Address {
    fn of(address: IpAddr) -> Self {
        match address {
            IpAddr::V4(address) => Self { v6: false, bits: u128::from(address.to_bits()) },
            IpAddr::V6(address) => Self { v6: true, bits: address.to_bits() },
        }
    }

    /// The usual spelling.
    pub fn spell(self) -> String {
        match u32::try_from(self.bits) {
            Ok(bits) if !self.v6 => std::net::Ipv4Addr::from_bits(bits).to_string(),
            _ => std::net::Ipv6Addr::from_bits(self.bits).to_string(),
        }
    }
}

/// A range of addresses of one version: a block, or one plain address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct IpBlock {
    /// Whether it is IPv6.
    pub v6: bool,
    /// First address.
    pub first: u128,
    /// Last address.
    pub last: u128,
    /// Written as an address, without a prefix length.
    pub plain: bool,
}

impl IpBlock {
    /// Whether the address is in the block.
    pub fn contains(&self, address: Address) -> bool {
        self.v6 == address.v6 && self.first <= address.bits && address.bits <= self.last
    }

    /// Whether the address is the first or last of a block.
    pub fn is_border(&self, address: Address) -> bool {
        !self.plain && self.v6 == address.v6 && (address.bits == self.first || address.bits == self.last)
    }
}

/// Reads an address.
pub fn address(text: &str) -> Option<Address> {
    text.parse().ok().map(Address::of)
}

/// Reads an address or a block; a block may have host bits set.
pub fn block(text: &str) -> Option<IpBlock> {
    if let Some(address) = address(text) {
        return Some(IpBlock { v6: address.v6, first: address.bits, last: address.bits, plain: true });
    }
    let (text, length) = text.split_once('/')?;
    let address = address(text)?;
    let width: u32 = if address.v6 { 128 } else { 32 };
    let length = prefix_length(length).filter(|length| *length <= width)?;
    let hosts = u128::MAX.checked_shr(128 - (width - length)).unwrap_or(0);
    Some(IpBlock { v6: address.v6, first: address.bits & !hosts, last: address.bits | hosts, plain: false })
}

/// A decimal number without leading zeros.
fn prefix_length(text: &str) -> Option<u32> {
    let digits = !text.is_empty() && text.len() <= 3 && text.bytes().all(|byte| byte.is_ascii_digit());
    (digits && (text == "0" || !text.starts_with('0'))).then(|| text.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_do_not_mix_and_host_bits_do_not_count() {
        let all = block("0.0.0.0/0").unwrap();
        assert!(all.contains(address("255.255.255.255").unwrap()));
        assert!(!all.contains(address("::1").unwrap()));
        assert!(!all.contains(address("::ffff:1.2.3.4").unwrap()));
        assert_eq!(block("10.1.2.3/8"), block("10.0.0.0/8"));
        assert_eq!(block("10.0.0.0/8").map(|b| (b.first, b.last)), Some((10 << 24, (11 << 24) - 1)));
        assert_eq!(block("::/0").map(|b| (b.first, b.last)), Some((0, u128::MAX)));
        assert_eq!(block("1.2.3.4/32").map(|b| b.last - b.first), Some(0));
        for bad in [
            "10.0.0",
            "10.0.0.256",
            "10.0.0.0/33",
            "::/129",
            "192.168.*",
            "010.0.0.1",
            "fe80::1%eth0",
            "",
            "1.2.3.4/",
            "1.2.3.4/08",
            "010.0.0.1/8",
            "1.2.3.4/+8",
        ] {
            assert_eq!(block(bad), None, "{bad}");
        }
        assert_eq!(address("10.0.0.0/8"), None);
    }

    #[test]
    fn the_border_of_a_block_is_its_first_and_last_address() {
        let border = |text: &str, at: &str| block(text).unwrap().is_border(address(at).unwrap());
        assert!(border("10.0.0.0/30", "10.0.0.0") && border("10.0.0.0/30", "10.0.0.3"));
        assert!(!border("10.0.0.0/30", "10.0.0.1") && border("10.0.0.9/32", "10.0.0.9"));
        assert!(!border("10.0.0.9", "10.0.0.9") && !border("::/0", "0.0.0.0"));
    }
}
