//! Where a request comes from.

use domain::network::Cidr;
use std::net::IpAddr;

/// More hops than this are no route, but an attempt.
const MAX_HOPS: usize = 32;

/// The client's address: the peer, or, when the peer is a trusted proxy, the rightmost address of `X-Forwarded-For`
/// that is not one. A header that is not a list of addresses counts for nothing.
pub(crate) fn client<'a>(
    peer: IpAddr,
    forwarded_for: impl DoubleEndedIterator<Item = &'a str>,
    trusted: &[Cidr],
) -> IpAddr {
    let peer = peer.to_canonical();
    let is_trusted = |address| trusted.iter().any(|block| block.contains(address));
    if !is_trusted(peer) {
        return peer;
    }
    let mut nearest = peer;
    for (hop, raw) in forwarded_for
        .rev()
        .flat_map(|list| list.rsplit(','))
        .enumerate()
    {
        let Ok(address) = raw.trim().parse::<IpAddr>() else {
            return peer;
        };
        if hop == MAX_HOPS {
            return peer;
        }
        nearest = address.to_canonical();
        if !is_trusted(nearest) {
            break;
        }
    }
    nearest
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ip(raw: &str) -> IpAddr {
        raw.parse().unwrap()
    }

    fn seen(peer: &str, headers: &[&str]) -> String {
        let trusted = ["127.0.0.1", "10.0.0.0/8", "fd00::/8"].map(|raw| raw.parse().unwrap());
        client(ip(peer), headers.iter().copied(), &trusted).to_string()
    }

    #[test]
    fn nobody_but_a_trusted_proxy_is_believed() {
        assert_eq!(seen("203.0.113.9", &["198.51.100.1"]), "203.0.113.9");
        assert_eq!(seen("::ffff:203.0.113.9", &["198.51.100.1"]), "203.0.113.9");
        assert_eq!(seen("10.1.2.3", &[]), "10.1.2.3");
        assert_eq!(seen("::ffff:10.1.2.3", &["198.51.100.1"]), "198.51.100.1");
    }

    #[test]
    fn the_rightmost_untrusted_hop_is_the_client() {
        assert_eq!(
            seen("127.0.0.1", &["6.6.6.6, 198.51.100.1, 10.0.0.7"]),
            "198.51.100.1"
        );
        assert_eq!(
            seen("127.0.0.1", &["6.6.6.6", "198.51.100.1,10.0.0.7"]),
            "198.51.100.1"
        );
        assert_eq!(seen("127.0.0.1", &["2001:db8::1, fd00::5"]), "2001:db8::1");
        assert_eq!(seen("127.0.0.1", &["10.0.0.8, 10.0.0.7"]), "10.0.0.8");
    }

    #[test]
    fn garbage_counts_for_nothing() {
        for header in [
            "",
            "unknown",
            "198.51.100.1, nonsense",
            "198.51.100.1:80",
            "1.2.3.4.5",
            ",",
        ] {
            assert_eq!(seen("127.0.0.1", &[header]), "127.0.0.1", "{header:?}");
        }
        let long = vec!["10.0.0.1"; 500].join(", ");
        assert_eq!(seen("127.0.0.1", &[&long]), "127.0.0.1");
    }
}
