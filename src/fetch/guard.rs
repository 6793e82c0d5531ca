//! Keeps requests away from the machine and network we run in.
//!
//! Two doors need a guard. Names are resolved by [`GuardedResolver`], which hands on only public
//! addresses; the connection is made to exactly those, so a name that answers differently the
//! second time (DNS rebinding) gains nothing. Literal addresses in URLs never reach a resolver and
//! are checked by [`check_host`] before every request; the URL parser has by then turned forms such
//! as `2130706433` and `0x7f.1` into plain addresses.

use std::fmt;
use std::net::{IpAddr, SocketAddr};

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use url::{Host, Url};

use crate::model::{AddressClass, address_class, is_public};

/// An address that must not be reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct DeniedAddress {
    /// The address.
    pub(super) ip: IpAddr,
    /// Why.
    pub(super) class: AddressClass,
}

impl DeniedAddress {
    /// With its class looked up.
    pub(super) fn new(ip: IpAddr) -> Self {
        Self {
            ip,
            class: address_class(ip),
        }
    }
}

impl fmt::Display for DeniedAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} is {}", self.ip, self.class)
    }
}

impl std::error::Error for DeniedAddress {}

/// Refuses a URL whose host is a literal address that is not public.
pub(super) fn check_host(url: &Url) -> Result<(), DeniedAddress> {
    let ip = match url.host() {
        Some(Host::Ipv4(v4)) => IpAddr::V4(v4),
        Some(Host::Ipv6(v6)) => IpAddr::V6(v6),
        _ => return Ok(()),
    };
    if is_public(ip) {
        Ok(())
    } else {
        Err(DeniedAddress::new(ip))
    }
}

/// The system's resolver, less every address that is not public.
#[derive(Debug, Clone, Copy)]
pub(super) struct GuardedResolver;

impl Resolve for GuardedResolver {
    fn resolve(&self, name: Name) -> Resolving {
        Box::pin(async move {
            let found = tokio::net::lookup_host((name.as_str(), 0)).await?;
            let addresses: Addrs = Box::new(keep_public(found.collect())?.into_iter());
            Ok(addresses)
        })
    }
}

/// Drops what is not public; an error when that leaves nothing.
fn keep_public(found: Vec<SocketAddr>) -> Result<Vec<SocketAddr>, DeniedAddress> {
    let denied = found.iter().map(SocketAddr::ip).find(|ip| !is_public(*ip));
    let kept: Vec<_> = found.into_iter().filter(|a| is_public(a.ip())).collect();
    match denied {
        Some(ip) if kept.is_empty() => Err(DeniedAddress::new(ip)),
        _ => Ok(kept),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn literal_hosts_are_checked_in_every_spelling() {
        for url in [
            "http://127.0.0.1/",
            "http://2130706433/",
            "http://0x7f.1/",
            "http://0177.0.0.1/",
            "http://127.1/",
            "http://127.0.0.1./",
            "http://①②⑦.0.0.1/",
            "http://%31%32%37.0.0.1/",
            "http://[::1]/",
            "http://[::ffff:127.0.0.1]/",
            "http://[64:ff9b::a9fe:a9fe]/",
            "http://169.254.169.254/latest/meta-data/",
            "http://user:pass@10.0.0.1:8080/",
        ] {
            let url = Url::parse(url).expect("a URL");
            assert!(check_host(&url).is_err(), "{url}");
        }
        for url in [
            "http://1.1.1.1/",
            "http://[2606:4700::1]/",
            "http://example.org/",
        ] {
            let url = Url::parse(url).expect("a URL");
            assert!(check_host(&url).is_ok(), "{url}");
        }
    }

    #[test]
    fn private_answers_are_dropped_and_named_when_nothing_is_left() {
        let at = |ip: &str| SocketAddr::new(ip.parse().expect("an address"), 0);
        let mixed = vec![at("10.0.0.1"), at("1.1.1.1"), at("::1")];
        assert_eq!(keep_public(mixed), Ok(vec![at("1.1.1.1")]));
        let inside = keep_public(vec![at("192.168.0.5"), at("::1")]);
        let denied = inside.expect_err("nothing public");
        assert_eq!(denied.to_string(), "192.168.0.5 is a private network");
    }
}
