//! Addresses and blocks of both IP versions.

use std::net::IpAddr;

use ipnet::IpNet;

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

    /// The block without its first and last address, as `ip-border=exclusive` reads it; none when nothing is left. A plain
    /// address is always itself.
    pub fn without_border(self) -> Option<Self> {
        if self.plain {
            return Some(self);
        }
        let (first, last) = (self.first.checked_add(1)?, self.last.checked_sub(1)?);
        (first <= last).then_some(Self { first, last, ..self })
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
    let net: IpNet = text.parse().ok()?;
    let (first, last) = (Address::of(net.network()), Address::of(net.broadcast()));
    Some(IpBlock { v6: first.v6, first: first.bits, last: last.bits, plain: false })
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
        for bad in ["10.0.0", "10.0.0.256", "10.0.0.0/33", "::/129", "192.168.*", "010.0.0.1", "fe80::1%eth0", ""] {
            assert_eq!(block(bad), None, "{bad}");
        }
        assert_eq!(address("10.0.0.0/8"), None);
    }

    #[test]
    fn the_border_can_be_left_out() {
        assert_eq!(block("10.0.0.0/31").unwrap().without_border(), None);
        assert_eq!(block("10.0.0.0/32").unwrap().without_border(), None);
        let inner = block("10.0.0.0/30").unwrap().without_border().unwrap();
        assert!(inner.contains(address("10.0.0.1").unwrap()) && !inner.contains(address("10.0.0.3").unwrap()));
        assert_eq!(block("::/0").unwrap().without_border().map(|b| b.first), Some(1));
        assert!(block("10.0.0.0").unwrap().without_border().is_some());
    }
}
