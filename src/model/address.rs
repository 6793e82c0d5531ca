//! Which IP addresses belong to the public internet.
//!
//! A monitoring service fetches URLs that other people wrote, so it must not be talked into asking
//! the machine or the network it runs in (server-side request forgery). `fetch` and `deliver` ask
//! here, after name resolution and for literal addresses in URLs, before they connect.
//!
//! Public means: globally reachable after the IANA special-purpose registries (RFC 6890 and its
//! updates, read 2025). Addresses that carry an IPv4 address inside (mapped, compatible, 6to4,
//! NAT64, Teredo) are judged by the address they carry. What is not known to be public is not.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use url::{Host, Url};

/// Is this an address of the public internet?
pub fn is_public(ip: IpAddr) -> bool {
    address_class(ip) == AddressClass::Public
}

/// Where an address belongs. `Display` gives words for people.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum AddressClass {
    /// The public internet.
    Public,
    /// `0.0.0.0/8` and `::`.
    Unspecified,
    /// `127.0.0.0/8` and `::1`.
    Loopback,
    /// Private networks (RFC 1918), unique local (`fc00::/7`) and the old site-local (`fec0::/10`).
    Private,
    /// `100.64.0.0/10`: behind the provider's NAT (RFC 6598).
    CarrierNat,
    /// `169.254.0.0/16` and `fe80::/10`.
    LinkLocal,
    /// Where clouds hand out credentials: `169.254.169.254`, `fd00:ec2::254` and their like.
    Metadata,
    /// Multicast and broadcast.
    Multicast,
    /// Documentation, benchmarking, and ranges kept for the future or for protocols.
    Reserved,
}

impl fmt::Display for AddressClass {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Public => "a public address",
            Self::Unspecified => "an unspecified address",
            Self::Loopback => "this machine",
            Self::Private => "a private network",
            Self::CarrierNat => "a network behind a provider's NAT",
            Self::LinkLocal => "a link-local address",
            Self::Metadata => "a cloud metadata service",
            Self::Multicast => "a multicast or broadcast address",
            Self::Reserved => "a reserved address",
        })
    }
}

/// The class of an address.
pub fn address_class(ip: IpAddr) -> AddressClass {
    match ip {
        IpAddr::V4(v4) => class_v4(v4),
        IpAddr::V6(v6) => class_v6(v6),
    }
}

fn class_v4(ip: Ipv4Addr) -> AddressClass {
    match ip.octets() {
        // AWS, GCP, Azure, DigitalOcean…; ECS task credentials; Alibaba; Oracle
        [169, 254, 169, 254] | [169, 254, 170, 2] | [100, 100, 100, 200] | [192, 0, 0, 192] => {
            AddressClass::Metadata
        }
        [0, ..] => AddressClass::Unspecified,
        [127, ..] => AddressClass::Loopback,
        [10, ..] | [172, 16..=31, ..] | [192, 168, ..] => AddressClass::Private,
        [100, 64..=127, ..] => AddressClass::CarrierNat,
        [169, 254, ..] => AddressClass::LinkLocal,
        [224..=239, ..] | [255, 255, 255, 255] => AddressClass::Multicast,
        // protocol assignments; documentation; 6to4 relays; benchmarking; future use
        [192, 0, 0 | 2, _]
        | [198, 51, 100, _]
        | [203, 0, 113, _]
        | [192, 88, 99, _]
        | [198, 18..=19, ..]
        | [240..=255, ..] => AddressClass::Reserved,
        _ => AddressClass::Public,
    }
}

fn class_v6(ip: Ipv6Addr) -> AddressClass {
    match ip.segments() {
        [0, 0, 0, 0, 0, 0, 0, 0] => AddressClass::Unspecified,
        [0, 0, 0, 0, 0, 0, 0, 1] => AddressClass::Loopback,
        // mapped and compatible; translated (SIIT); NAT64's well-known prefix; 6to4
        [0, 0, 0, 0, 0, 0xffff | 0, hi, lo]
        | [0, 0, 0, 0, 0xffff, 0, hi, lo]
        | [0x64, 0xff9b, 0, 0, 0, 0, hi, lo]
        | [0x2002, hi, lo, ..] => class_v4(embedded(hi, lo)),
        // Teredo: the client's address is stored inverted, the server's plain
        [0x2001, 0, hi, lo, _, _, client_hi, client_lo] => {
            match class_v4(embedded(!client_hi, !client_lo)) {
                AddressClass::Public => class_v4(embedded(hi, lo)),
                class => class,
            }
        }
        // AWS, GCP
        [0xfd00, 0x0ec2, 0, 0, 0, 0, 0, 0x254] | [0xfd20, 0xce, 0, 0, 0, 0, 0, 0x254] => {
            AddressClass::Metadata
        }
        // NAT64 of local use carries an address too, but where depends on a prefix we do not know
        [0xfc00..=0xfdff | 0xfec0..=0xfeff, ..] | [0x64, 0xff9b, 1, ..] => AddressClass::Private,
        [0xfe80..=0xfebf, ..] => AddressClass::LinkLocal,
        [0xff00..=0xffff, ..] => AddressClass::Multicast,
        // protocol assignments and benchmarking; documentation
        [0x2001, 0x0001..=0x01ff | 0xdb8, ..] | [0x3fff, 0..=0x0fff, ..] => AddressClass::Reserved,
        // global unicast is 2000::/3; all else is not assigned
        [0x2000..=0x3fff, ..] => AddressClass::Public,
        _ => AddressClass::Reserved,
    }
}

fn embedded(hi: u16, lo: u16) -> Ipv4Addr {
    let [a, b] = hi.to_be_bytes();
    let [c, d] = lo.to_be_bytes();
    Ipv4Addr::new(a, b, c, d)
}

/// An address that must not be reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DeniedAddress {
    /// The address.
    pub ip: IpAddr,
    /// Why.
    pub class: AddressClass,
}

impl DeniedAddress {
    /// With its class looked up.
    pub fn new(ip: IpAddr) -> Self {
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
pub fn check_host(url: &Url) -> Result<(), DeniedAddress> {
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

/// Drops what is not public; an error when that leaves nothing.
pub fn keep_public(found: Vec<SocketAddr>) -> Result<Vec<SocketAddr>, DeniedAddress> {
    let denied = found.iter().map(SocketAddr::ip).find(|ip| !is_public(*ip));
    let kept: Vec<_> = found.into_iter().filter(|a| is_public(a.ip())).collect();
    match denied {
        Some(ip) if kept.is_empty() => Err(DeniedAddress::new(ip)),
        _ => Ok(kept),
    }
}

#[cfg(test)]
mod tests;
