//! Redirects without a network.

use proptest::prelude::*;

use super::*;

fn url(text: &str) -> Url {
    Url::parse(text).expect("a URL")
}

/// Follows `hops` from `start` and tells where that ends and what has moved.
fn walk(start: &str, hops: &[(u16, &str)]) -> Trail {
    let mut trail = Trail::new(&url(start));
    for (status, location) in hops {
        trail
            .follow(*status, location.as_bytes(), 10)
            .expect("a good hop");
    }
    trail
}

fn moved(start: &str, hops: &[(u16, &str)]) -> Option<String> {
    walk(start, hops).moved_to(false).map(String::from)
}

#[test]
fn only_the_permanent_beginning_of_the_way_is_remembered() {
    let a = "https://a.example/feed";
    assert_eq!(moved(a, &[]), None);
    assert_eq!(moved(a, &[(302, "/x")]), None);
    assert_eq!(
        moved(a, &[(301, "/x")]).as_deref(),
        Some("https://a.example/x")
    );
    assert_eq!(
        moved(a, &[(301, "/x"), (308, "https://b.example/y#z")]).as_deref(),
        Some("https://b.example/y")
    );
    assert_eq!(
        moved(a, &[(301, "/x"), (307, "/y"), (301, "/z")]).as_deref(),
        Some("https://a.example/x")
    );
    assert_eq!(moved(a, &[(302, "/x"), (301, "/y")]), None);
    // giving up TLS is followed but never for good
    assert_eq!(moved(a, &[(301, "http://a.example/x")]), None);
    assert_eq!(
        moved("http://a.example/", &[(301, "https://a.example/")]).as_deref(),
        Some("https://a.example/")
    );
}

#[test]
fn secrets_stay_with_their_origin() {
    let a = "https://a.example/";
    assert!(walk(a, &[(302, "/x")]).may_know_secrets());
    assert!(!walk(a, &[(302, "https://b.example/")]).may_know_secrets());
    assert!(!walk(a, &[(302, "https://www.a.example/")]).may_know_secrets());
    assert!(!walk(a, &[(302, "https://a.example:8443/")]).may_know_secrets());
    assert!(!walk(a, &[(302, "http://a.example/")]).may_know_secrets());
    assert!(walk(a, &[(302, "https://b.example/"), (302, a_page())]).may_know_secrets());
    assert!(walk("http://a.example/", &[(301, "https://a.example/")]).may_know_secrets());
    assert!(
        !walk(
            "http://a.example:8080/",
            &[(301, "https://a.example:8443/")]
        )
        .may_know_secrets()
    );
}

fn a_page() -> &'static str {
    "https://a.example/page"
}

#[test]
fn a_source_with_secrets_does_not_move_away_with_them() {
    let away = walk("https://a.example/", &[(301, "https://evil.example/")]);
    assert_eq!(away.moved_to(true), None);
    assert!(away.moved_to(false).is_some());
    let within = walk("https://a.example/", &[(301, "/new")]);
    assert!(within.moved_to(true).is_some());
    // a login in the URL is a secret too, and is not written into the memory of moves
    let login = walk("https://u:p@a.example/", &[(301, "/new")]);
    assert_eq!(login.here().as_str(), "https://u:p@a.example/new");
    assert_eq!(login.moved_to(false), None);
    let away = walk("https://u:p@a.example/", &[(302, "https://b.example/")]);
    assert_eq!(away.here().as_str(), "https://b.example/");
}

#[test]
fn a_login_made_up_by_a_server_is_dropped() {
    let trail = walk(
        "https://a.example/",
        &[(302, "https://admin:admin@b.example/")],
    );
    assert_eq!(trail.here().as_str(), "https://b.example/");
}

#[test]
fn circles_and_long_ways_end_with_a_word() {
    let mut trail = walk("https://a.example/1", &[(302, "/2"), (302, "/3")]);
    let circle = trail.follow(302, b"/2#again", 10).expect_err("a circle");
    assert_eq!(circle.kind, FailureKind::Redirects);
    assert_eq!(
        circle.message,
        "a.example: redirects in a circle: https://a.example/2 -> https://a.example/3 -> \
         https://a.example/2; the site may want cookies, which are not kept"
    );
    let long = trail.follow(302, b"/4", 2).expect_err("too long");
    assert!(long.message.contains("more than 2 redirects"), "{long:?}");
    assert!(Trail::new(&url(a_page())).follow(301, b"/", 0).is_err());
}

#[test]
fn odd_locations_are_read_or_refused() {
    let here = |location: &[u8]| {
        let mut trail = Trail::new(&url("https://a.example/d/page?q=1"));
        trail
            .follow(302, location, 5)
            .map(|()| trail.here().to_string())
            .map_err(|e| e.kind)
    };
    assert_eq!(here(b"//b.example/x").as_deref(), Ok("https://b.example/x"));
    assert_eq!(here(b"?q=2").as_deref(), Ok("https://a.example/d/page?q=2"));
    assert_eq!(here(b" other ").as_deref(), Ok("https://a.example/d/other"));
    let utf8 = here("/новости".as_bytes());
    assert_eq!(
        utf8.as_deref(),
        Ok("https://a.example/%D0%BD%D0%BE%D0%B2%D0%BE%D1%81%D1%82%D0%B8")
    );
    assert_eq!(
        here(b"/\xed\xee\xe2").as_deref(),
        Ok("https://a.example/%ED%EE%E2")
    );
    for bad in [
        "file:///etc/passwd",
        "ftp://a.example/",
        "javascript:alert(1)",
        "http://",
        "data:,x",
    ] {
        assert_eq!(here(bad.as_bytes()), Err(FailureKind::Redirects), "{bad}");
    }
}

proptest! {
    #[test]
    fn any_location_is_followed_to_the_web_or_refused(location: Vec<u8>, status in 300u16..309) {
        let mut trail = Trail::new(&url("https://u:p@a.example/"));
        if trail.follow(status, &location, 5).is_ok() {
            let here = trail.here();
            prop_assert!(matches!(here.scheme(), "http" | "https"));
            prop_assert!(here.has_host());
            prop_assert!(trail.may_know_secrets() || here.password().is_none());
        }
    }
}
