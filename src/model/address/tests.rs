//! Classes of addresses, by table and by law.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use proptest::prelude::*;
use url::Url;

use super::{AddressClass, address_class, check_host, is_public, keep_public};

fn ip(text: &str) -> IpAddr {
    text.parse().expect("an address")
}

#[test]
fn addresses_are_classed_as_the_registries_say() {
    use AddressClass::{
        CarrierNat, LinkLocal, Loopback, Metadata, Multicast, Private, Public, Reserved,
        Unspecified,
    };
    for (text, class) in [
        ("1.1.1.1", Public),
        ("93.184.216.34", Public),
        ("172.15.255.255", Public),
        ("172.32.0.1", Public),
        ("100.63.255.255", Public),
        ("100.128.0.0", Public),
        ("0.0.0.0", Unspecified),
        ("0.1.2.3", Unspecified),
        ("127.0.0.1", Loopback),
        ("127.255.255.254", Loopback),
        ("10.0.0.1", Private),
        ("172.16.0.1", Private),
        ("172.31.255.255", Private),
        ("192.168.1.1", Private),
        ("100.64.0.1", CarrierNat),
        ("169.254.1.1", LinkLocal),
        ("169.254.169.254", Metadata),
        ("100.100.100.200", Metadata),
        ("224.0.0.1", Multicast),
        ("239.255.255.250", Multicast),
        ("255.255.255.255", Multicast),
        ("192.0.2.1", Reserved),
        ("198.51.100.7", Reserved),
        ("203.0.113.9", Reserved),
        ("198.18.0.1", Reserved),
        ("240.0.0.1", Reserved),
        ("2606:4700:4700::1111", Public),
        ("2a00:1450:4001::1", Public),
        ("::", Unspecified),
        ("::1", Loopback),
        ("fc00::1", Private),
        ("fd12:3456::1", Private),
        ("fec0::1", Private),
        ("fe80::1", LinkLocal),
        ("fd00:ec2::254", Metadata),
        ("ff02::1", Multicast),
        ("2001:db8::1", Reserved),
        ("3fff::1", Reserved),
        ("100::1", Reserved),
        ("4000::1", Reserved),
        // an IPv4 address inside
        ("::ffff:127.0.0.1", Loopback),
        ("::ffff:169.254.169.254", Metadata),
        ("::ffff:1.1.1.1", Public),
        ("::127.0.0.1", Loopback),
        ("::ffff:0:10.0.0.1", Private),
        ("64:ff9b::10.0.0.1", Private),
        ("64:ff9b::1.1.1.1", Public),
        ("64:ff9b:1::1.1.1.1", Private),
        ("2002:7f00:1::", Loopback),
        ("2002:a9fe:a9fe::", Metadata),
        ("2002:0101:0101::", Public),
        // Teredo: client 192.168.1.1, inverted
        ("2001:0:101:101::3f57:fefe", Private),
    ] {
        assert_eq!(address_class(ip(text)), class, "{text}");
        assert_eq!(is_public(ip(text)), class == Public, "{text}");
    }
}

proptest! {
    #[test]
    fn what_std_calls_special_is_never_public(bits: u32) {
        let v4 = Ipv4Addr::from(bits);
        if v4.is_private() || v4.is_loopback() || v4.is_link_local() || v4.is_multicast()
            || v4.is_broadcast() || v4.is_documentation() || v4.is_unspecified()
        {
            prop_assert!(!is_public(v4.into()));
        }
    }

    #[test]
    fn a_private_address_cannot_hide_inside_ipv6(tail: u32, range in 0usize..6, junk: [u16; 4]) {
        // one address of a private range, then every way of carrying it
        let (net, bits) = [(0x7f00_0000u32, 8), (0x0a00_0000, 8), (0xac10_0000, 12),
            (0xc0a8_0000, 16), (0xa9fe_0000, 16), (0x6440_0000, 10)][range];
        let v4 = Ipv4Addr::from(net | (tail & (u32::MAX >> bits)));
        let [a, b, c, d] = v4.octets();
        let (hi, lo) = (u16::from_be_bytes([a, b]), u16::from_be_bytes([c, d]));
        for v6 in [
            v4.to_ipv6_mapped(),
            v4.to_ipv6_compatible(),
            Ipv6Addr::new(0, 0, 0, 0, 0xffff, 0, hi, lo),
            Ipv6Addr::new(0x64, 0xff9b, 0, 0, 0, 0, hi, lo),
            Ipv6Addr::new(0x2002, hi, lo, junk[0], junk[1], junk[2], junk[3], 7),
            Ipv6Addr::new(0x2001, 0, 0x0101, 0x0101, junk[0], junk[1], !hi, !lo),
        ] {
            prop_assert!(!is_public(v6.into()), "{v6}");
        }
    }

    #[test]
    fn outside_global_unicast_only_carried_addresses_are_public(bits: u128) {
        let v6 = Ipv6Addr::from(bits);
        let first = v6.segments()[0];
        if is_public(v6.into()) {
            prop_assert!((0x2000..=0x3fff).contains(&first) || first == 0 || first == 0x64);
        }
    }
}

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
