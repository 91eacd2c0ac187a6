//! Who asks.

use axum::http::HeaderMap;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

/// The other end of the connection.
#[derive(Clone, Copy, Debug)]
pub(crate) struct PeerAddress(pub(crate) SocketAddr);

/// Who asks, as far as limits are concerned.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct ClientAddress(pub(crate) IpAddr);

const X_FORWARDED_FOR: &str = "x-forwarded-for";

impl ClientAddress {
    /// The peer; behind proxies that are trusted, the address that the outermost of them saw.
    pub(crate) fn of(peer: Option<&PeerAddress>, headers: &HeaderMap, proxies: usize) -> Self {
        let peer = peer.map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |peer| peer.0.ip());
        Self(network(forwarded(headers, proxies).unwrap_or(peer)))
    }
}

/// Each proxy writes at the end of the list whom it saw; what stands before those of the trusted ones anybody may have
/// written.
fn forwarded(headers: &HeaderMap, proxies: usize) -> Option<IpAddr> {
    let back = proxies.checked_sub(1)?;
    let lists = headers.get_all(X_FORWARDED_FOR).into_iter().filter_map(|list| list.to_str().ok());
    let seen: Vec<&str> = lists.flat_map(|list| list.split(',')).map(str::trim).collect();
    seen[..seen.len().checked_sub(back)?].last()?.parse().ok()
}

/// Of IPv6 the network: whoever has one address there has them all.
fn network(ip: IpAddr) -> IpAddr {
    match ip {
        IpAddr::V6(ip) => match ip.to_ipv4_mapped() {
            Some(ip) => IpAddr::V4(ip),
            None => {
                let [a, b, c, d, ..] = ip.segments();
                IpAddr::V6(Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0))
            }
        },
        IpAddr::V4(_) => ip,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn client(peer: &str, forwarded: Option<&str>, proxies: usize) -> String {
        let mut headers = HeaderMap::new();
        if let Some(list) = forwarded {
            headers.insert(X_FORWARDED_FOR, list.parse().expect("a header's value"));
        }
        let peer = PeerAddress(SocketAddr::new(peer.parse().expect("an address"), 9));
        ClientAddress::of(Some(&peer), &headers, proxies).0.to_string()
    }

    #[test]
    fn only_trusted_proxies_are_believed() {
        let list = Some("6.6.6.6, 7.7.7.7, 8.8.8.8");
        assert_eq!(client("10.0.0.1", list, 0), "10.0.0.1");
        assert_eq!(client("10.0.0.1", list, 1), "8.8.8.8");
        assert_eq!(client("10.0.0.1", list, 2), "7.7.7.7");
        assert_eq!(client("10.0.0.1", list, 4), "10.0.0.1");
        assert_eq!(client("10.0.0.1", Some("nonsense"), 1), "10.0.0.1");
        assert_eq!(client("10.0.0.1", None, 1), "10.0.0.1");
    }

    #[test]
    fn a_network_of_ipv6_is_one_client() {
        assert_eq!(client("2001:db8:1:2:3:4:5:6", None, 0), client("2001:db8:1:2::1", None, 0));
        assert_eq!(client("::ffff:10.0.0.1", None, 0), "10.0.0.1");
    }
}
