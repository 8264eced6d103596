//! Blocks of addresses, and the list of those from which an API key may be used.
//!
//! An IPv4 address mapped into IPv6 (`::ffff:192.0.2.1`) is the IPv4 address, wherever it turns up.

use std::{fmt, net::IpAddr, str::FromStr};

/// A block of addresses in CIDR notation (RFC 4632, RFC 4291): `10.0.0.0/8`, `fd00::/8`, or one address.
///
/// It is written with its prefix always, so that one address is `192.0.2.1/32`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cidr {
    network: IpAddr,
    /// Bits that are the same in the whole block.
    prefix: u32,
}

/// Why a text is not a block of addresses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidCidr {
    /// It has another form.
    #[error("must be an address or a block of addresses in CIDR notation")]
    Notation,
    /// The address has bits behind the prefix: it could mean the block, or the address alone.
    #[error("must not have bits set behind its prefix, as 10.0.0.1/8 has")]
    HostBits,
}

impl Cidr {
    /// Whether it is every address of its family.
    pub const fn is_everything(&self) -> bool {
        self.prefix == 0
    }

    /// Whether the address is one of the block.
    pub fn contains(&self, address: IpAddr) -> bool {
        match (self.network, address.to_canonical()) {
            (IpAddr::V4(network), IpAddr::V4(address)) => {
                let differing = network.to_bits() ^ address.to_bits();
                differing.checked_shr(32 - self.prefix).unwrap_or(0) == 0
            }
            (IpAddr::V6(network), IpAddr::V6(address)) => {
                let differing = network.to_bits() ^ address.to_bits();
                differing.checked_shr(128 - self.prefix).unwrap_or(0) == 0
            }
            _ => false,
        }
    }
}

impl FromStr for Cidr {
    type Err = InvalidCidr;

    fn from_str(raw: &str) -> Result<Self, InvalidCidr> {
        let (address, prefix) = match raw.split_once('/') {
            Some((address, prefix)) => (address, Some(prefix)),
            None => (raw, None),
        };
        let address: IpAddr = address.parse().map_err(|_| InvalidCidr::Notation)?;
        let prefix = prefix
            .map_or(Some(bits(address)), parse_prefix)
            .filter(|prefix| *prefix <= bits(address))
            .ok_or(InvalidCidr::Notation)?;
        let network = address.to_canonical();
        let prefix = prefix
            .checked_sub(bits(address) - bits(network))
            .ok_or(InvalidCidr::HostBits)?;
        let zeros = match network {
            IpAddr::V4(network) => network.to_bits().trailing_zeros(),
            IpAddr::V6(network) => network.to_bits().trailing_zeros(),
        };
        if prefix + zeros < bits(network) {
            Err(InvalidCidr::HostBits)
        } else {
            Ok(Self { network, prefix })
        }
    }
}

const fn bits(address: IpAddr) -> u32 {
    match address {
        IpAddr::V4(_) => 32,
        IpAddr::V6(_) => 128,
    }
}

/// Decimal digits alone; one form for each number.
fn parse_prefix(raw: &str) -> Option<u32> {
    let plain = raw == "0" || !raw.starts_with(['0', '+']);
    raw.parse().ok().filter(|_| plain)
}

impl fmt::Display for Cidr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.network, self.prefix)
    }
}

/// The addresses from which an API key may be used: 1 to 20 blocks. A key without a list may be used from anywhere.
///
/// Its stored form, which `Display` writes and [`Self::parse`] reads, is the blocks with a blank between them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AddressList(Vec<Cidr>);

/// Why a list of addresses was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AddressListError {
    /// No block at all, which would lock everyone out.
    #[error("must have at least one address")]
    Empty,
    /// More blocks than allowed.
    #[error("must have at most {max} addresses")]
    TooMany {
        /// The largest allowed number of blocks.
        max: usize,
    },
    /// An entry is not a block of addresses.
    #[error("each address {0}")]
    Entry(#[from] InvalidCidr),
}

impl AddressList {
    /// Most blocks.
    pub const MAX_BLOCKS: usize = 20;

    /// Takes the blocks, in the order in which they are to be shown.
    ///
    /// # Errors
    /// When there is none, or more than 20.
    pub fn new(blocks: Vec<Cidr>) -> Result<Self, AddressListError> {
        match blocks.len() {
            0 => Err(AddressListError::Empty),
            1..=Self::MAX_BLOCKS => Ok(Self(blocks)),
            _ => Err(AddressListError::TooMany {
                max: Self::MAX_BLOCKS,
            }),
        }
    }

    /// Takes a text of blocks with blanks between them.
    ///
    /// # Errors
    /// When an entry is no block, when there is none, or more than 20.
    pub fn parse(raw: &str) -> Result<Self, AddressListError> {
        // One too many shows that there are too many: a text of any length costs no more.
        let entries = raw.split_ascii_whitespace().take(Self::MAX_BLOCKS + 1);
        let blocks: Result<Vec<Cidr>, _> = entries.map(str::parse).collect();
        Self::new(blocks?)
    }

    /// The blocks.
    pub fn blocks(&self) -> &[Cidr] {
        &self.0
    }

    /// Whether one of the blocks holds the address.
    pub fn contains(&self, address: IpAddr) -> bool {
        self.0.iter().any(|block| block.contains(address))
    }
}

impl fmt::Display for AddressList {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, block) in self.0.iter().enumerate() {
            let blank = if i == 0 { "" } else { " " };
            write!(f, "{blank}{block}")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn ip(raw: &str) -> IpAddr {
        raw.parse().unwrap()
    }

    fn cidr(raw: &str) -> Cidr {
        raw.parse().unwrap()
    }

    #[test]
    fn blocks_hold_what_their_prefix_says() {
        let holds = |block, address| cidr(block).contains(ip(address));
        assert!(holds("0.0.0.0/0", "255.1.2.3") && holds("::/0", "2001:db8::1"));
        assert!(holds("10.1.0.0/16", "10.1.255.255") && !holds("10.1.0.0/16", "10.2.0.0"));
        assert!(holds("10.1.2.3", "10.1.2.3") && !holds("10.1.2.3/32", "10.1.2.4"));
        assert!(holds("fe80::/10", "febf::1") && !holds("fe80::/10", "fec0::1"));
        assert!(holds("2001:db8::1", "2001:db8::1") && !holds("2001:db8::1", "2001:db8::2"));
        assert!(!holds("0.0.0.0/0", "2001:db8::1") && !holds("::/0", "10.1.2.3"));
    }

    #[test]
    fn a_text_of_another_form_is_refused() {
        for raw in [
            "",
            " 10.0.0.0/8",
            "10.0.0.0/33",
            "::/129",
            "10.0.0.0/-1",
            "10.0.0.0/+8",
            "10.0.0.0/08",
            "10.0.0.0/8/8",
            "10.0.0.0/4294967304",
            "10.0.0.0/255.0.0.0",
            "10.0.0/8",
            "010.0.0.0/8",
            "fe80::1%eth0",
            "[::1]",
            "x/8",
            "10.0.0.0/",
        ] {
            assert_eq!(raw.parse::<Cidr>(), Err(InvalidCidr::Notation), "{raw}");
        }
    }

    #[test]
    fn a_block_must_start_at_its_first_address() {
        for raw in [
            "10.0.0.1/31",
            "10.0.0.1/0",
            "128.0.0.0/0",
            "2001:db8::1/127",
            "8000::/0",
            "::ffff:10.0.0.1/127",
            "::ffff:10.0.0.0/95",
            "::ffff:0.0.0.0/0",
        ] {
            assert_eq!(raw.parse::<Cidr>(), Err(InvalidCidr::HostBits), "{raw}");
        }
    }

    #[test]
    fn a_mapped_address_is_the_ipv4_address() {
        assert!(cidr("10.0.0.0/8").contains(ip("::ffff:10.1.2.3")));
        assert!(!cidr("::/0").contains(ip("::ffff:10.1.2.3")));
        assert_eq!(cidr("::ffff:10.0.0.0/104"), cidr("10.0.0.0/8"));
        assert_eq!(cidr("::ffff:10.1.2.3"), cidr("10.1.2.3/32"));
        assert_eq!(cidr("::ffff:0.0.0.0/96"), cidr("0.0.0.0/0"));
    }

    #[test]
    fn a_list_has_one_to_twenty_blocks() {
        let list =
            |count| AddressList::parse(&"10.0.0.0/8 ".repeat(count)).map(|list| list.0.len());
        assert_eq!(list(0), Err(AddressListError::Empty));
        assert_eq!(AddressList::new(Vec::new()), Err(AddressListError::Empty));
        assert_eq!(list(1), Ok(1));
        assert_eq!(list(20), Ok(20));
        assert_eq!(list(21), Err(AddressListError::TooMany { max: 20 }));
        assert_eq!(
            AddressList::parse("10.0.0.0/8 nonsense"),
            Err(AddressListError::Entry(InvalidCidr::Notation))
        );
        assert_eq!(
            AddressList::parse("10.0.0.1/8"),
            Err(AddressListError::Entry(InvalidCidr::HostBits))
        );
    }

    #[test]
    fn a_list_holds_what_one_of_its_blocks_holds() {
        let list = AddressList::parse("203.0.113.9 10.0.0.0/8\n2001:db8::/32").unwrap();
        for inside in ["203.0.113.9", "::ffff:10.9.9.9", "2001:db8:1::1"] {
            assert!(list.contains(ip(inside)), "{inside}");
        }
        for outside in ["203.0.113.8", "11.0.0.0", "::ffff:11.0.0.0", "2001:db9::"] {
            assert!(!list.contains(ip(outside)), "{outside}");
        }
        assert_eq!(list.to_string(), "203.0.113.9/32 10.0.0.0/8 2001:db8::/32");
    }

    /// Any block: an address, cut behind the first bits.
    fn any_block() -> impl Strategy<Value = (IpAddr, u32)> {
        prop_oneof![
            (any::<u32>(), 0_u32..=32).prop_map(|(raw, prefix)| {
                let mask = u32::MAX.checked_shl(32 - prefix).unwrap_or(0);
                (IpAddr::V4((raw & mask).into()), prefix)
            }),
            (any::<u128>(), 0_u32..=128).prop_map(|(raw, prefix)| {
                let mask = u128::MAX.checked_shl(128 - prefix).unwrap_or(0);
                (IpAddr::V6((raw & mask).into()), prefix)
            }),
        ]
    }

    proptest! {
        #[test]
        fn the_stored_form_is_read_back(blocks in prop::collection::vec(any_block(), 1..=20)) {
            let written: Vec<_> = blocks.iter().map(|(ip, prefix)| format!("{ip}/{prefix}")).collect();
            let list = AddressList::parse(&written.join(" ")).unwrap();
            prop_assert_eq!(list.to_string(), written.join(" "));
            prop_assert_eq!(AddressList::parse(&list.to_string()), Ok(list));
        }

        #[test]
        fn an_address_is_inside_as_long_as_the_first_bits_are_the_same(
            (network, prefix) in any_block(),
            noise in any::<u128>(),
            flipped in 0_u32..128,
        ) {
            let block = cidr(&format!("{network}/{prefix}"));
            let width = bits(network);
            let flipped = flipped % width;
            let change = |bits: u128| match network {
                IpAddr::V4(ip) => IpAddr::V4((ip.to_bits() ^ u32::try_from(bits).unwrap()).into()),
                IpAddr::V6(ip) => IpAddr::V6((ip.to_bits() ^ bits).into()),
            };
            let behind = noise & u128::MAX.checked_shr(128 - (width - prefix)).unwrap_or(0);
            prop_assert!(block.contains(change(behind)));
            let other = change(1 << (width - 1 - flipped));
            prop_assert_eq!(block.contains(other), flipped >= prefix);
        }

        #[test]
        fn any_text_is_read_or_refused(raw in "[0-9a-f:./ ]{0,40}|\\PC{0,40}") {
            if let Ok(list) = AddressList::parse(&raw) {
                prop_assert!((1..=20).contains(&list.blocks().len()));
            }
        }
    }
}
